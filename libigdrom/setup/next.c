/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person does when all is shown, or done: three lines. */
#include "setup/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(struct igdrom_setup *setup, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct igdrom_setup *setup, const char *format, ...)
{
	va_list args;

	if (setup->next_count == SETUP_NEXT)
		return;
	va_start(args, format);
	vsnprintf(setup->next[setup->next_count++], SETUP_TEXT, format, args);
	va_end(args);
}

static void add_start(struct igdrom_setup *setup)
{
	const char *name = setup->vm_name;

	switch (setup->format) {
	case IGDROM_VM_FORMAT_PVE:
		add(setup,
		    "Shut the virtual machine down if it runs, plug a monitor into the mainboard, "
		    "and start it: qm start %s",
		    *name ? name : "VMID");
		break;
	case IGDROM_VM_FORMAT_LIBVIRT:
	case IGDROM_VM_FORMAT_UNRAID:
		add(setup,
		    "Shut the virtual machine down if it runs, plug a monitor into the mainboard, "
		    "and start it: virsh start %s",
		    *name ? name : "DOMAIN");
		break;
	default:
		add(setup, "Plug a monitor into the mainboard, and start the virtual machine%s%s.",
		    *setup->vm_path ? ": " : "", setup->vm_path);
	}
}

static void add_help(struct igdrom_setup *setup)
{
	if (setup->format == IGDROM_VM_FORMAT_PVE)
		add(setup,
		    "No picture? journalctl -b | igdrom vm explain - says what the lines mean; "
		    "igdrom setup --undo takes everything back.");
	else
		add(setup, "No picture? Give the log of QEMU to igdrom vm explain; igdrom setup "
			   "--undo takes everything back.");
}

static void find_captured(struct igdrom_setup *setup)
{
	if (setup->applied || igdrom_changes_pending(setup->changes) == 0)
		add(setup, "Copy what was written below %s to the same places of the machine.",
		    setup->root);
	else
		add(setup,
		    "Read the changes above; the same command with --apply writes them "
		    "below %s.",
		    setup->root);
	if (setup->carried)
		add(setup, "On the machine: virsh define %s", setup->vm_path);
	else
		add(setup, "On the machine: igdrom setup, without --root, shows whether anything "
			   "is left to do there.");
	add_start(setup);
}

void setup_find_next(struct igdrom_setup *setup)
{
	bool pending = igdrom_changes_pending(setup->changes) > 0;

	setup->next_count = 0;
	if (igdrom_changes_captured(setup->changes)) {
		find_captured(setup);
		return;
	}
	if (pending && !setup->applied) {
		add(setup, "Read the changes above; the same command with --apply makes them, all "
			   "or none.");
		if (setup->prepared)
			add(setup,
			    "Then restart this machine, so that its kernel takes them over.");
		add_start(setup);
		add_help(setup);
		return;
	}
	if (setup->prepared)
		add(setup, "Restart this machine, so that its kernel takes the changes over.");
	add_start(setup);
	add_help(setup);
	add(setup, "igdrom host doctor says whether this machine is ready.");
}
