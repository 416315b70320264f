#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The reference of the study file in the tree is the one the program prints: reference.sh PROGRAM FILE
set -euo pipefail
"$1" schema --reference | diff -u "$2" - || {
    echo "make it again: gigasite schema --reference >criteria/README.md"
    exit 1
}
