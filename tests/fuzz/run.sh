#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fuzzes targets of a build configured with CC=clang and -DIGDROM_FUZZ=ON, one after the other,
# starting from their recipes. What was found new stays in BUILD_DIR/tests/fuzz/found_NAME; an input
# that breaks something is left in the current folder, and the run ends there.
#
# usage: run.sh BUILD_DIR SECONDS [NAME...]
set -eu
[ $# -ge 2 ] || { echo "usage: run.sh BUILD_DIR SECONDS [NAME...]" >&2; exit 2; }
dir=$1/tests/fuzz
seconds=$2
shift 2
if [ $# -eq 0 ]; then
	for program in "$dir"/fuzz_*; do
		[ -x "$program" ] || continue
		set -- "$@" "${program##*/fuzz_}"
	done
fi
[ $# -gt 0 ] || { echo "$dir: no fuzz targets; configure with CC=clang and -DIGDROM_FUZZ=ON" >&2; exit 1; }
# libarchive asks for what a damaged archive says, and lives with a refusal.
export ASAN_OPTIONS="allocator_may_return_null=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
for name in "$@"; do
	rm -rf "$dir/seeds_$name"
	mkdir -p "$dir/seeds_$name" "$dir/found_$name"
	xargs "$dir/replay_$name" --write "$dir/seeds_$name" < "$dir/corpora_$name"
	echo "fuzz_$name: $seconds s"
	"$dir/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 "$dir/found_$name" "$dir/seeds_$name"
done
