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
	bool pve = setup->format == IGDROM_VM_FORMAT_PVE;
	const char *monitor = "Plug a monitor into the mainboard, shut";
	const char *name = setup->vm_name;

	if (!strcmp(igdrom_vm_plan_want(setup->plan), "headless"))
		monitor = "Shut";
	if (pve || setup->format == IGDROM_VM_FORMAT_LIBVIRT ||
	    setup->format == IGDROM_VM_FORMAT_UNRAID)
		add(setup, "%s the virtual machine down if it runs, and start it: %s start %s",
		    monitor, pve ? "qm" : "virsh",
		    *name ? name
		    : pve ? "VMID"
			  : "DOMAIN");
	else
		add(setup, "%s the virtual machine down if it runs, and start it%s%s", monitor,
		    *setup->vm_path ? ": " : ".", setup->vm_path);
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
	if (setup->applied)
		add(setup, "Copy what was written below %s to the same places of the machine.",
		    setup->root);
	else if (igdrom_changes_pending(setup->changes) == 0)
		add(setup,
		    "Nothing is left to write; what an earlier run wrote below %s belongs to the "
		    "same places of the machine.",
		    setup->root);
	else
		add(setup,
		    "Read the changes above; the same command with --apply writes them below %s.",
		    setup->root);
	if (setup->carried)
		add(setup, "On the machine: virsh define %s%s", setup->vm_path,
		    setup->prepared ? "; then run the commands that are shown, and restart it"
				    : "");
	else
		add(setup,
		    "On the machine: igdrom setup, without --root, says what is left to do "
		    "there%s.",
		    setup->prepared ? "; restart it after that" : "");
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
