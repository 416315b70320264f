#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The code is as clang-format 14 leaves it (other versions break lines elsewhere): format.sh SOURCE
set -euo pipefail
format=$(command -v clang-format-14 || command -v clang-format) || exit 77
"$format" --version | grep -q 'version 14\.' || exit 77
find "$1/src" "$1/tests" -name '*.[ch]' -print0 | sort -z | xargs -0 "$format" --dry-run -Werror
