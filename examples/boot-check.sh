#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Boots an option ROM in QEMU and OVMF and shows whether the igdrom driver in it starts.
#
#   examples/boot-check.sh ROM
#
# Needs no Intel GPU: the ROM sits on a harmless device (virtio-rng), and OVMF starts the drivers in
# it as it would on the real one. Exit: 0 it started, 1 it did not, 2 usage, 3 something is missing.
#
# Environment: QEMU (program), OVMF_CODE and OVMF_VARS (firmware files), BOOT_SECONDS (patience; 60)
set -eu

die() {
	code=$1
	shift
	printf 'boot-check: %s\n' "$*" >&2
	exit "$code"
}

usage="usage: boot-check.sh ROM"
[ $# -eq 1 ] || die 2 "$usage"
case $1 in
-h | --help)
	sed -n '3,11s/^# \{0,1\}//p' "$0"
	exit 0
	;;
-*) die 2 "unknown option $1; $usage" ;;
esac
rom=$1
[ -f "$rom" ] || die 3 "$rom: no such file"
[ -r "$rom" ] || die 3 "$rom: cannot be read"

qemu=${QEMU:-qemu-system-x86_64}
command -v "$qemu" >/dev/null || die 3 "$qemu is not installed (Debian: apt-get install qemu-system-x86)"

# Code and variables belong together; the first pair that is there is used.
code=${OVMF_CODE-}
vars=${OVMF_VARS-}
if [ -z "$code" ] || [ -z "$vars" ]; then
	for pair in \
		/usr/share/OVMF/OVMF_CODE_4M.fd:/usr/share/OVMF/OVMF_VARS_4M.fd \
		/usr/share/pve-edk2-firmware/OVMF_CODE_4M.fd:/usr/share/pve-edk2-firmware/OVMF_VARS_4M.fd \
		/usr/share/OVMF/OVMF_CODE.fd:/usr/share/OVMF/OVMF_VARS.fd \
		/usr/share/edk2/ovmf/OVMF_CODE.fd:/usr/share/edk2/ovmf/OVMF_VARS.fd \
		/usr/share/edk2/x64/OVMF_CODE.4m.fd:/usr/share/edk2/x64/OVMF_VARS.4m.fd \
		/usr/share/qemu/ovmf-x86_64-code.bin:/usr/share/qemu/ovmf-x86_64-vars.bin; do
		if [ -f "${pair%%:*}" ] && [ -f "${pair#*:}" ]; then
			code=${pair%%:*}
			vars=${pair#*:}
			break
		fi
	done
fi
[ -n "$code" ] || die 3 "OVMF was not found (Debian: apt-get install ovmf), or set OVMF_CODE and OVMF_VARS"
[ -r "$code" ] || die 3 "$code: cannot be read"
[ -r "$vars" ] || die 3 "$vars: cannot be read"

work=$(mktemp -d) || die 3 "cannot make a temporary folder"
pid=
# shellcheck disable=SC2317 # called by trap
clean_up() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 3' HUP INT TERM

# A comma in a file name would end the option; links in our own folder have none.
cat "$vars" >"$work/vars.fd"
cat "$rom" >"$work/rom"
cat "$code" >"$work/code.fd"

(
	cd "$work"
	exec "$qemu" -machine pc -accel tcg -m 512 -net none -vga none -display none \
		-monitor none -serial null -no-reboot \
		-drive if=pflash,format=raw,unit=0,readonly=on,file=code.fd \
		-drive if=pflash,format=raw,unit=1,file=vars.fd \
		-chardev file,id=debug,path=debug -device isa-debugcon,iobase=0x402,chardev=debug \
		-device virtio-rng-pci,romfile=rom
) </dev/null >"$work/messages" 2>&1 &
pid=$!

echo "Booting $rom in $("$qemu" --version | sed -n 1p), firmware $code"
# The driver writes its lines at once; a second after the first of them all are there.
seconds=${BOOT_SECONDS:-60}
started=1
while [ "$seconds" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do
	sleep 1
	seconds=$((seconds - 1))
	if grep -qs '^igdrom: start ' "$work/debug"; then
		sleep 1
		started=0
		break
	fi
done
[ ! -s "$work/debug" ] || grep -a '^igdrom: ' "$work/debug" || :

if [ "$started" = 0 ]; then
	echo "The driver started. There is no Intel GPU in this test machine, so it had none to set up."
	exit 0
fi
if ! kill -0 "$pid" 2>/dev/null; then
	pid=
	sed 's/^/boot-check: QEMU: /' "$work/messages" >&2
	die 3 "QEMU ended before the driver started"
fi
die 1 "the driver did not start: no line of it in ${BOOT_SECONDS:-60} s. Is it in this ROM (igdrom rom show $rom)?"
