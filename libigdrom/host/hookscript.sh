# SPDX-License-Identifier: BSD-2-Clause
# From here on nothing is particular to one machine.
vm=${1:-}
phase=${2:-}
root=${IGDROM_ROOT:-} # of a machine that stands in for this one, for tests
pci=$root/sys/bus/pci
state=$root/run/igdrom/$vm

# What a script prints goes into the log of the task.
say() { printf 'igdrom: %s\n' "$*"; }
complain() { printf 'igdrom: %s\n' "$*" >&2; }

# The kernel refuses by an error of the write.
put() { (printf '%s\n' "$1" >"$2") 2>/dev/null; }

driver_of() {
	link=$(readlink "$pci/devices/$1/driver" 2>/dev/null) || link=
	printf '%s' "${link##*/}"
}

# Until a device has this driver ('' for none), 5 seconds at most.
wait_for() {
	tries=50
	while [ "$(driver_of "$1")" != "$2" ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

# A board that got other cards may have something else at this address.
is_same() {
	if ! [ -e "$pci/devices/$1" ]; then
		complain "there is no device at $1"
		return 1
	fi
	if [ "$(cat "$pci/devices/$1/vendor" "$pci/devices/$1/device" 2>/dev/null)" != "$2
$3" ]; then
		complain "$1 is not the device that it was (${2#0x}:${3#0x});" \
			"write this script again with: igdrom host hookscript"
		return 1
	fi
}

# Virtual functions are made by the driver of the physical one.
make_virtual() {
	[ "$2" != - ] && ! [ -e "$pci/devices/$1" ] || return 0
	total=$(cat "$pci/devices/$2/sriov_totalvfs" 2>/dev/null) || total=0
	if [ "$(cat "$pci/devices/$2/sriov_numvfs" 2>/dev/null)" != 0 ] || [ "$total" = 0 ]; then
		complain "$2 has no virtual function $1"
		return 1
	fi
	say "$2: making $total virtual functions"
	put "$total" "$pci/devices/$2/sriov_numvfs"
	tries=50
	while ! [ -e "$pci/devices/$1" ] && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
}

# They cannot be there while the physical function is with a virtual machine.
drop_virtual() {
	count=$(cat "$pci/devices/$1/sriov_numvfs" 2>/dev/null) || count=0
	[ "${count:-0}" != 0 ] || return 0
	for virtual in "$pci/devices/$1"/virtfn*; do
		link=$(readlink "$virtual") || continue
		if [ "$(driver_of "${link##*/}")" = vfio-pci ]; then
			complain "$1 cannot be taken: its virtual function ${link##*/} is with" \
				"vfio-pci, so another virtual machine may have it"
			return 1
		fi
	done
	say "$1: taking its $count virtual functions away until the end"
	put "$count" "$state/$1.virtual" && put 0 "$pci/devices/$1/sriov_numvfs"
}

take() {
	driver=$(driver_of "$1")
	case $driver in
	vfio-pci)
		say "$1 is with vfio-pci already"
		return 0
		;;
	'' | i915 | xe | snd_hda_intel | sof-audio-pci-intel-*) ;;
	*)
		complain "$1 is used by $driver, from which this script takes nothing"
		return 1
		;;
	esac
	mkdir -p "$state" && put "${driver:--}" "$state/$1" && drop_virtual "$1" || return 1
	say "$1: vfio-pci takes it${driver:+ from $driver}"
	put vfio-pci "$pci/devices/$1/driver_override" || return 1
	[ -z "$driver" ] || put "$1" "$pci/drivers/$driver/unbind"
	if ! wait_for "$1" ''; then
		complain "$driver does not let $1 go: is it in use (a console, a container)?"
		return 1
	fi
	[ -d "$pci/drivers/vfio-pci" ] || modprobe vfio-pci
	put "$1" "$pci/drivers_probe"
	if ! wait_for "$1" vfio-pci; then
		complain "vfio-pci does not take $1: is the IOMMU on? \"igdrom host doctor\" tells"
		return 1
	fi
}

# Only what take() took, and only from vfio-pci.
give_back() {
	[ -f "$state/$1" ] || return 0
	old=$(cat "$state/$1")
	put '' "$pci/devices/$1/driver_override"
	driver=$(driver_of "$1")
	if [ "$driver" = vfio-pci ]; then
		put "$1" "$pci/drivers/vfio-pci/unbind"
		if ! wait_for "$1" ''; then
			complain "vfio-pci does not let $1 go"
			return 1
		fi
		driver=
	fi
	if [ -z "$driver" ] && [ "$old" != - ]; then
		say "$1: giving it back to $old"
		[ -d "$pci/drivers/$old" ] || modprobe "$old"
		put "$1" "$pci/drivers/$old/bind"
		if ! wait_for "$1" "$old"; then
			complain "$old does not take $1 back"
			return 1
		fi
	fi
	if [ -f "$state/$1.virtual" ]; then
		say "$1: making its virtual functions again"
		put "$(cat "$state/$1.virtual")" "$pci/devices/$1/sriov_numvfs"
		rm -f "$state/$1.virtual"
	fi
	rm -f "$state/$1"
}

take_all() {
	while read -r address vendor device physical; do
		make_virtual "$address" "$physical" && is_same "$address" "$vendor" "$device" ||
			return 1
	done <<END
$devices
END
	while read -r address vendor device physical; do
		take "$address" || return 1
	done <<END
$devices
END
}

# In reverse order.
give_all() {
	reversed=
	while read -r address vendor device physical; do
		reversed="$address $reversed"
	done <<END
$devices
END
	result=0
	for address in $reversed; do
		give_back "$address" || result=1
	done
	rmdir "$state" 2>/dev/null
	return "$result"
}

case $vm in
'' | *[!0-9]*)
	complain "the first argument is no VMID"
	exit 1
	;;
esac
if [ -n "$own_vm" ] && [ "$vm" != "$own_vm" ]; then
	say "this script is for virtual machine $own_vm and does nothing for $vm"
	exit 0
fi
case $phase in
pre-start)
	take_all && exit 0
	give_all
	complain "virtual machine $vm is not started"
	exit 1
	;;
post-stop)
	give_all || exit 1
	;;
esac
exit 0
