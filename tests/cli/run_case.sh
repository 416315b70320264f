#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs one whole-command test: run_case.sh FOLDER, with the program in $GIGASITE.
#
# A case is a folder of small files. It runs in a scratch folder that holds a copy of `shared` and,
# over it, of the case:
#   cmd               shell lines; "$GIGASITE" is the program. `exit 77` skips the case
#   exit              the expected exit status of cmd (0 when there is no such file)
#   stdout, stderr    what cmd must print, line by line; `*` in a line matches anything. A missing
#                     file means: nothing may be printed
#   stdout.contains, stderr.contains   in their place: each line must occur somewhere in the output
#   check             shell lines run afterwards that must succeed; they see the output as .stdout
#                     and .stderr
# $GIGASITE_EUROPE is the folder of real data; cases that need it skip when it is absent.
set -euo pipefail

case_folder=$(cd "$1" && pwd)
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export GIGASITE SOURCE_FOLDER=${tests%/tests/cli}
export GIGASITE_EUROPE=${GIGASITE_EUROPE:-$SOURCE_FOLDER/../shared/europe}
unset SOURCE_DATE_EPOCH NO_COLOR POSIXLY_CORRECT # the tests set what they need
export HOME=. XDG_CACHE_HOME=. # neither is absolute: nothing is kept but by --cache

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -R "$tests/shared/." "$case_folder/." "$scratch"
cd "$scratch"

status=0
bash cmd >.stdout 2>.stderr </dev/null || status=$?
[ $status -ne 77 ] || exit 77

failed=0
fail() {
    echo "$*"
    failed=1
}

# The line as a pattern in which only `*` is special.
pattern_of() {
    printf '%s' "$1" | sed 's/[]\\[?()|+@!^$&;<>{}~#"'"'"'`]/\\&/g'
}

# Every line against its pattern, and as many lines as patterns.
compare() { # EXPECTED ACTUAL
    local expected actual i
    mapfile -t expected <"$1"
    mapfile -t actual <"$2"
    [ "${#expected[@]}" -eq "${#actual[@]}" ] || return 1
    for i in "${!expected[@]}"; do
        # shellcheck disable=SC2053 # a pattern is wanted
        [[ ${actual[i]} == $(pattern_of "${expected[i]}") ]] || return 1
    done
}

check_stream() { # stdout|stderr
    local line
    if [ -f "$1.contains" ]; then
        while IFS= read -r line; do
            grep -qF -- "$line" ".$1" || fail "$1 does not say: $line"
        done <"$1.contains"
    elif [ -f "$1" ]; then
        compare "$1" ".$1" || fail "$1 differs:
$(diff -u "$1" ".$1")"
    elif [ -s ".$1" ]; then
        fail "$1 should be empty"
    fi
}

expected_status=0
[ ! -f exit ] || expected_status=$(<"exit")
[ "$status" -eq "$expected_status" ] || fail "exit status $status, expected $expected_status"
check_stream stdout
check_stream stderr
if grep -qE 'Sanitizer|runtime error:' .stderr; then
    fail "a sanitizer complains"
fi
if [ -f check ]; then
    bash -euo pipefail check || fail "check failed"
fi
if [ $failed -ne 0 ]; then
    echo "-- cmd"
    cat cmd
    echo "-- stdout"
    cat .stdout
    echo "-- stderr"
    cat .stderr
fi
exit $failed
