# SPDX-License-Identifier: Apache-2.0
# For whole-command tests: `. "$SOURCE_FOLDER/tests/support/server.sh"` serves the folder www, see
# server.py, and says in $MIRROR where. It ends with the shell.
command -v python3 >/dev/null || exit 77
mkdir -p www
python3 "$SOURCE_FOLDER/tests/support/server.py" www >.address 2>.server-errors &
SERVER=$!
trap 'kill $SERVER 2>/dev/null || true; wait $SERVER 2>/dev/null || true' EXIT
for _ in $(seq 600); do
    [ -s .address ] && break
    sleep 0.05
done
MIRROR=$(cat .address)
[ -n "$MIRROR" ] || exit 1
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export no_proxy=127.0.0.1
