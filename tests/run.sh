#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs what building and testing need on Debian 12, builds, runs all tests, prints the totals.
#
#   tests/run.sh              gcc, everything on
#   tests/run.sh --sanitize   clang, AddressSanitizer and UndefinedBehaviorSanitizer
#   tests/run.sh --valgrind   gcc, then the command itself under valgrind
#
# Warnings are errors here. A test that lacks a tool says so and is counted as skipped; with
# IGDROM_NO_SKIP=1 it fails instead. IGDROM_NO_INSTALL=1 leaves the installation of packages out.
set -eu

cd "$(dirname "$0")/.."
packages="gcc g++ libc6-dev cmake ninja-build pkg-config clang lld libclang-rt-14-dev
	libcjson-dev libmd-dev libpci-dev libcmocka-dev swig python3 python3-dev python3-mypy python3-venv
	liblzma-dev zlib1g-dev libbrotli-dev liblz4-dev libarchive-dev libxml2-dev
	qemu-system-x86 ovmf ovmf-ia32 qemu-efi-aarch64 qemu-efi-arm ipxe-qemu seabios libvirt-daemon libvirt-clients libxml2-utils mount swtpm swtpm-tools
	e2fsprogs pciutils uefitool-cli brotli mandoc dpkg-dev file patch diffutils valgrind git ca-certificates perl php-cli
	shellcheck"

install_packages() {
	missing=
	for package in $packages; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
			missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "Installing:$missing"
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

variant=plain
case "${1-}" in
"") ;;
--sanitize) variant=sanitize ;;
--valgrind) variant=valgrind ;;
*)
	sed -n '3,11s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

if [ -z "${IGDROM_NO_INSTALL-}" ]; then
	install_packages
	# Debian's kernel for a guest, about 70 MB to load; it goes into build-kernel/, not on this machine.
	tests/host/kernel/fetch.sh || echo "Tests on a real kernel will be left out."
fi

build=build-tests
# Optimised, as warnings want it, and with the assertions that a release leaves out.
set -- -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O2 -g"
if [ "$variant" = sanitize ]; then
	build=build-sanitize
	set -- -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O1 -g" -DIGDROM_SANITIZE=ON
fi
cmake -S . -B "$build" -G Ninja -DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DIGDROM_PYTHON=ON -DIGDROM_TESTS=ON "$@"
cmake --build "$build"

if [ "$variant" = valgrind ]; then
	exec /usr/bin/python3 tests/valgrind.py "$build"
fi

log="$build/tests.log"
rc=0
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" >"$log" 2>&1 || rc=$?
cat "$log"
/usr/bin/python3 tests/totals.py "$log"
exit "$rc"
