#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How many lines of each source file the replayed fuzz corpora reach. Builds with gcc and gcov in
# BUILD_DIR, runs the fuzz.* tests, prints one line a file.
#
# usage: coverage.sh BUILD_DIR [PATTERN]   PATTERN: extended regular expression on libigdrom/ROOM/FILE.c
set -eu
[ $# -ge 1 ] || { echo "usage: coverage.sh BUILD_DIR [PATTERN]" >&2; exit 2; }
build=$1
pattern=${2:-.}
source=$(cd "$(dirname "$0")/../.." && pwd)
CC=gcc cmake -S "$source" -B "$build" -G Ninja -DIGDROM_CLI=OFF -DCMAKE_C_FLAGS="--coverage -O0" >/dev/null
ninja -C "$build" >/dev/null
find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -R '^fuzz\.' --output-on-failure | tail -n 4
find "$build/libigdrom" -name '*.gcda' -exec gcov -n {} + 2>/dev/null |
	sed -n "s|^File '$source/\(libigdrom/.*\.c\)'|\1|p; s|^Lines executed:|	|p" |
	awk '/^libigdrom/ { file = $0; next } file != "" { print file $0; file = "" }' |
	grep -E "$pattern" | sort -u
