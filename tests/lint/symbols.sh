#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The library exports what gigasite.h marks GS_API, and nothing else: symbols.sh LIBRARY HEADER
set -euo pipefail
# Names that begin with _ belong to the compiler and its tools.
exported=$(nm -D --defined-only "$1" | awk '{print $NF}' | sed 's/@.*//' | grep -v '^_' | sort -u)
declared=$(tr '\n' ' ' <"$2" | grep -oE 'GS_API [^;{]*\(' | grep -oE 'gs_[a-z_]+\(' | tr -d '(' | sort -u)
[ -n "$declared" ]
diff <(echo "$declared") <(echo "$exported")
