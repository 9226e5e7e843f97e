#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# From a bare Debian 12 to a checked option ROM: installs what is needed, builds the igdrom command,
# assembles the universal ROM (our UEFI driver, no GOP), checks and shows it, and boots it in QEMU
# when QEMU and OVMF are installed.
#
#   examples/first-rom.sh [FILE] [DEVICE]
#
# FILE is the BIOS file of your board's vendor, whose GOP driver and VBT go into the ROM, or a GOP
# driver (.efi); DEVICE is the PCI id of your GPU, such as 4680.
set -eu

cd "$(dirname "$0")/.."
packages="gcc libc6-dev cmake ninja-build pkg-config clang lld libcjson-dev libmd-dev libpci-dev
	liblzma-dev zlib1g-dev libbrotli-dev liblz4-dev libarchive-dev libxml2-dev"

missing=
for package in $packages; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
		missing="$missing $package"
done
if [ -n "$missing" ]; then
	echo "Installing:$missing"
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi

cmake -S . -B build-rom -G Ninja -DIGDROM_TESTS=OFF >build.log 2>&1 && cmake --build build-rom >>build.log 2>&1 || {
	cat build.log
	exit 1
}
rm -f build.log

igdrom=build-rom/examples/igdrom/igdrom
rom=build-rom/igdrom.rom
count=$#
while [ "$count" -gt 0 ]; do
	if [ ! -e "$1" ]; then
		set -- "$@" --device "$1"
	elif "$igdrom" firmware show "$1" >/dev/null 2>&1; then
		set -- "$@" --bios "$1"
	else
		set -- "$@" --gop "$1"
	fi
	shift
	count=$((count - 1))
done

echo "--- igdrom rom build"
"$igdrom" rom build "$@" -o "$rom"
echo "--- igdrom rom check"
"$igdrom" rom check "$rom"
echo "--- igdrom rom show"
"$igdrom" rom show "$rom"
if command -v qemu-system-x86_64 >/dev/null && [ -e /usr/share/OVMF/OVMF_CODE_4M.fd ]; then
	echo "--- boot in QEMU + OVMF"
	examples/boot-check.sh "$rom"
else
	echo "QEMU or OVMF is not installed: the ROM was not booted (apt-get install qemu-system-x86 ovmf)."
fi
echo "The ROM is $rom; the command is $igdrom."
