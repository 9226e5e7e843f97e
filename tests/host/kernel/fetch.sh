#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Puts Debian's kernel image and the modules that the tests load into build-kernel/, for a guest:
# nothing is installed. Done once, and when this file changes; for a newer kernel, remove the folder.
#
#   tests/host/kernel/fetch.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../../build-kernel
this=$(cksum <"$here/fetch.sh")
[ "$(cat "$out/complete" 2>/dev/null)" != "$this" ] || exit 0
rm -rf "$out"
mkdir -p "$out/package"

# The meta package depends on the current kernel, which has its version in its name.
download() {
	package=$(apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
	[ -n "$package" ] &&
		(cd "$out/package" && apt-get download -q -o APT::Sandbox::User=root "$package")
}

# Package lists that are missing or old are fetched first.
if ! download; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	if ! download; then
		echo "Debian's package linux-image-amd64 is not to be had here" >&2
		exit 1
	fi
fi

dpkg-deb --fsys-tarfile "$out/package/$package"_*.deb |
	tar -x -C "$out" --wildcards './boot/vmlinuz-*' './lib/modules/*/kernel/drivers/mtd/*' \
		'./lib/modules/*/kernel/drivers/vfio/*' './lib/modules/*/kernel/virt/lib/*' \
		'./lib/modules/*/kernel/drivers/virtio/*' './lib/modules/*/kernel/drivers/block/virtio_blk.ko' \
		'./lib/modules/*/kernel/fs/ext4/*' './lib/modules/*/kernel/fs/jbd2/*' './lib/modules/*/kernel/fs/mbcache.ko' \
		'./lib/modules/*/kernel/lib/crc16.ko' './lib/modules/*/kernel/crypto/crc32c_generic.ko'
rm -rf "$out/package"
echo "$this" >"$out/complete"
