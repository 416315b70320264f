#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone: headers.sh SOURCE COMPILER [FLAG...]
set -euo pipefail
source=$1
compiler=$2
shift 2
failed=0
while IFS= read -r header; do
    "$compiler" "$@" -I "$source/src" -I "$source/src/include" -I "$source/tests" -std=c17 -D_GNU_SOURCE \
        -Wall -Wextra -Werror -fsyntax-only -x c -include "$header" /dev/null || failed=1
done < <(find "$source/src" "$source/tests/support" -name '*.h' | sort)
exit $failed
