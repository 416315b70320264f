#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs a build, moves it, and builds and runs with find_package() and pkg-config a program that uses it:
# consumer.sh BUILD SOURCE COMPILER [FLAG...]
set -euo pipefail
build=$1 source=$2 compiler=$3
shift 3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/first" >"$scratch/log"
mv "$scratch/first" "$scratch/prefix"
cmake -S "$source" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
    -DCMAKE_C_COMPILER="$compiler" -DCMAKE_C_FLAGS="$*" >>"$scratch/log"
cmake --build "$scratch/build" >>"$scratch/log"
study=$source/../../cli/shared/study.yaml
[ "$("$scratch/build/consumer" "$study" "$scratch/run.gpkg")" = B ]

PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name gigasite.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046,SC2048,SC2086 # words are wanted
"$compiler" $* "$source/consumer.c" $(pkg-config --cflags --libs gigasite) -o "$scratch/by_pc"
LD_LIBRARY_PATH=$(pkg-config --variable=libdir gigasite) "$scratch/by_pc" "$study" "$scratch/run.gpkg" |
    grep -qx B
"$scratch/prefix/bin/gigasite" --version | grep -q '^gigasite '
