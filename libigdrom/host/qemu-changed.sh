#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Written by "igdrom host prepare --trigger"; run by apt after packages were changed.
# When QEMU is another one than last time, says what that means for virtual machines that are given
# the Intel GPU. Always ends with 0: an upgrade must not fail because of it.

root=${IGDROM_ROOT:-} # of a machine that stands in for this one, for tests
stamp=$root/var/lib/igdrom/qemu-checked
gpu=$root/sys/bus/pci/devices/0000:00:02.0

say() {
	printf 'igdrom: %s\n' "$*" >&2
	[ -n "$root" ] || logger -t igdrom -- "$*" 2>/dev/null || :
}

# The version of the first of these packages that is installed.
installed() {
	for package in pve-qemu-kvm qemu-system-x86; do
		line=$(dpkg-query --admindir="$root/var/lib/dpkg" -W \
			-f '${db:Status-Status} ${Version}' "$package" 2>/dev/null) || continue
		case $line in
		'installed '*)
			printf '%s\n' "${line#installed }"
			return 0
			;;
		esac
	done
	return 1
}

# Whether a configuration names the GPU.
has_gpu() {
	case $1 in
	*.conf) grep -Eq '^hostpci[0-9]+:(.*[ :,;=])?00:02(\.[0-9])?([,;[:space:]]|$)' "$1" ;;
	*) sed -n '/<source>/,/<\/source>/p' "$1" | grep -Eq "bus='0x00' slot='0x02'" ;;
	esac
}

check() {
	name=${1##*/}
	name=${name%.*}
	output=$(timeout 60 igdrom vm check --device "$id" --qemu "$release" "$1" 2>&1 </dev/null)
	case $? in
	0) say "virtual machine $name: nothing speaks against QEMU $release" ;;
	1)
		say "virtual machine $name may not work with QEMU $release; read this before it is started:"
		printf '%s\n' "$output" >&2
		;;
	*)
		say "virtual machine $name could not be checked for QEMU $release; try:" \
			"igdrom vm check --device $id --qemu $release $1"
		;;
	esac
}

command -v igdrom >/dev/null 2>&1 || exit 0
version=$(installed) || exit 0
[ "$version" != "$(cat "$stamp" 2>/dev/null)" ] || exit 0
id=$(cat "$gpu/device" 2>/dev/null) || exit 0
release=${version#*:}
release=${release%%[!0-9.]*}
for file in "$root"/etc/pve/qemu-server/*.conf "$root"/etc/libvirt/qemu/*.xml; do
	if [ -f "$file" ] && has_gpu "$file"; then
		check "$file"
	fi
done
mkdir -p "${stamp%/*}" 2>/dev/null && printf '%s\n' "$version" 2>/dev/null >"$stamp"
exit 0
