/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of commands; those of the noun host are in host.c, those that change firmware in
 * firmware_table.c. Help, completion, the manual page and the tests follow it. */
#include "firmware_edit.h"
#include "host.h"

#define END                      \
	{                        \
		.id = OPTION_END \
	}

const struct option common_options[] = {
	{OPTION_JSON, "json", 0, false, VALUE_NONE, NULL,
	 "write one JSON document to standard output, findings included"},
	{OPTION_HELP, "help", 'h', false, VALUE_NONE, NULL, "say what this command does and end"},
	END,
};

#define ROOT_OPTION                                                                            \
	{                                                                                      \
		OPTION_ROOT, "root", 0, false, VALUE_DIRECTORY, "DIR",                         \
			"look a PCI address up in a captured machine: a directory that holds " \
			"its /sys"                                                             \
	}
#define MACHINE_OPTION                                                                    \
	{                                                                                 \
		OPTION_ROOT, "root", 0, false, VALUE_DIRECTORY, "DIR",                    \
			"the machine with the GPU, captured: a directory that holds its " \
			"files; what is not said is found out there"                      \
	}

static const struct option device_show_options[] = {
	ROOT_OPTION,
	END,
};

static const struct option rom_build_options[] = {
	OUTPUT_OPTION,
	{OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",
	 "the device that the ROM is for: every GOP driver must list it"},
	{OPTION_BIOS, "bios", 0, true, VALUE_FILE, "FILE",
	 "add the GOP driver for the device, and the VBT, out of a BIOS file of any kind: a "
	 "vendor's "
	 "update, an archive, an image of the flash chip"},
	{OPTION_GOP, "gop", 'g', true, VALUE_FILE, "FILE",
	 "add a GOP driver from a file of any kind, such as an .efi file or an option ROM"},
	{OPTION_VBT, "vbt", 0, false, VALUE_FILE, "FILE",
	 "add the VBT out of a file of any kind, for guests that get no OpRegion from the host"},
	{OPTION_NO_VBT, "no-vbt", 0, false, VALUE_NONE, NULL, "leave the VBT of the BIOS file out"},
	{OPTION_EFI, "efi", 'e', true, VALUE_FILE, "FILE",
	 "add any EFI driver, or all EFI drivers of an option ROM"},
	{OPTION_LEGACY, "legacy", 'b', true, VALUE_FILE, "FILE",
	 "add a legacy VBIOS, or all legacy images of an option ROM"},
	{OPTION_NO_DRIVER, "no-driver", 0, false, VALUE_NONE, NULL,
	 "leave our UEFI driver (IGD assignment and GOP policy) out"},
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL,
	 "build what would be refused; the reason becomes a warning"},
	{OPTION_OPEN_ENDED, "open-ended", 0, false, VALUE_NONE, NULL,
	 "do not mark the final image as last, so that others can be appended"},
	{OPTION_NO_SELECT, "no-select", 0, false, VALUE_NONE, NULL,
	 "have firmware start every GOP driver; otherwise our driver starts the one for the "
	 "device"},
	{OPTION_ROM_LPC_ID, "lpc-id", 0, false, VALUE_WORD, "HEX",
	 "device id of the host's LPC bridge 00:1f.0, for virtual machines that do not name it"},
	{OPTION_NO_LPC_ANSWER, "no-lpc-answer", 0, false, VALUE_NONE, NULL,
	 "never answer a GOP driver's check of the LPC bridge (needed for a boot picture on q35)"},
	{OPTION_NO_COMPRESS, "no-compress", 0, true, VALUE_NONE, NULL,
	 "setting: store EFI drivers as they are"},
	{OPTION_COMPRESS, "compress", 0, true, VALUE_NONE, NULL,
	 "setting: compress EFI drivers (the default)"},
	{OPTION_VENDOR, "vendor", 0, true, VALUE_WORD, "HEX",
	 "setting: PCI vendor id in the image header (8086)"},
	{OPTION_IDS, "ids", 0, true, VALUE_WORD, "HEX[,HEX...]",
	 "setting: PCI device ids in the image header; the default is those of each driver"},
	{OPTION_CLASS, "class", 0, true, VALUE_WORD, "HEX",
	 "setting: PCI class code in the image header (030000)"},
	{OPTION_REVISION, "revision", 0, true, VALUE_WORD, "HEX",
	 "setting: code revision in the image header (0)"},
	{OPTION_PCI23, "pci23", 0, true, VALUE_NONE, NULL,
	 "setting: headers of PCI 2.3, which have no device list"},
	{OPTION_PCI30, "pci30", 0, true, VALUE_NONE, NULL,
	 "setting: headers of PCI 3.0 (the default)"},
	END,
};

static const struct option rom_check_options[] = {
	{OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",
	 "also check that the ROM is right for this device"},
	END,
};

static const struct option rom_fix_options[] = {OUTPUT_OPTION, END};

static const struct option rom_split_options[] = {
	{OPTION_OUTPUT, "output", 'o', false, VALUE_DIRECTORY, "DIR",
	 "directory to write to, made when it is not there"},
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL, "replace files that are there"},
	END,
};

#define CHOICE_OPTION                                                                           \
	{                                                                                       \
		OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",                          \
			"also say which GOP driver and which VBT are the ones for this device," \
			" and why"                                                              \
	}

static const struct option firmware_show_options[] = {
	CHOICE_OPTION,
	{OPTION_ALL, "all", 'a', false, VALUE_NONE, NULL, "show every part, nothing folded"},
	{OPTION_MAP, "map", 'm', false, VALUE_NONE, NULL,
	 "draw a map instead of the tree: what takes how much room where"},
	{OPTION_SVG, "svg", 0, false, VALUE_FILE, "FILE",
	 "also draw the image as a picture for a web browser (- is standard output)"},
	END,
};

static const struct option firmware_extract_options[] = {
	{OPTION_OUTPUT, "output", 'o', false, VALUE_DIRECTORY, "DIR",
	 "directory to write to, made when it is not there"},
	{OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",
	 "write only the GOP driver and the VBT for this device, and say why these"},
	{OPTION_ALL, "all", 'a', false, VALUE_NONE, NULL, "with --device: write the others too"},
	{OPTION_FFS, "ffs", 0, false, VALUE_NONE, NULL,
	 "also write the firmware files (FFS) that they lie in, for tools that insert such"},
	{OPTION_AS_STORED, "as-stored", 0, false, VALUE_NONE, NULL,
	 "also write what they are stored in, padding included"},
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL, "replace files that are there"},
	END,
};

static const struct option vbt_show_options[] = {
	{OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",
	 "say whether the table can be the one of this device; of several, take the one for it"},
	{OPTION_ALL, "all", 'a', false, VALUE_NONE, NULL, "list every panel and every block"},
	END,
};

static const struct option vbt_fix_options[] = {
	OUTPUT_OPTION,
	{OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",
	 "of several tables, take the one for this device"},
	END,
};

#define FACTS_OPTION                                                                             \
	{                                                                                        \
		OPTION_FACTS, "facts", 0, true, VALUE_FILE, "FILE",                              \
			"JSON file that says the same as the options below, by their names with" \
			" _ for -; options win over it"                                          \
	}
static const struct option vm_plan_options[] = {FACTS_OPTION, MACHINE_OPTION, END};

static const struct option vm_write_options[] = {
	{OPTION_OUTPUT, "output", 'o', false, VALUE_FILE, "OUT",
	 "write to this file instead of standard output"},
	{OPTION_INTO, "into", 0, false, VALUE_FILE, "VM",
	 "merge into the virtual machine that is there: a file, a VMID, the name of a domain; "
	 "without -o the changes are shown"},
	{OPTION_APPLY, "apply", 0, false, VALUE_NONE, NULL,
	 "with --into: do the changes, and copy the ROM to its place"},
	{OPTION_UNDO, "undo", 0, false, VALUE_NONE, NULL, "take back what --apply did last"},
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL,
	 "with --undo: also what somebody else has changed since"},
	FACTS_OPTION,
	MACHINE_OPTION,
	END,
};

static const struct option vm_check_options[] = {
	{OPTION_UPGRADE, "upgrade", 0, false, VALUE_WORD, "VERSION",
	 "also say what another QEMU (10.1), or that of a Proxmox VE (pve-9.1), would break"},
	FACTS_OPTION,
	MACHINE_OPTION,
	END,
};

static const struct option setup_options[] = {
	{OPTION_BIOS, "bios", 0, false, VALUE_FILE, "FILE",
	 "firmware of this very mainboard, as its maker offers it or as it was read from flash: "
	 "the GOP driver and the VBT come from it"},
	{OPTION_SETUP_ROM, "rom", 0, false, VALUE_FILE, "FILE",
	 "a ROM that is ready, instead of one that is made"},
	{OPTION_VM, "vm", 0, false, VALUE_WORD, "VM",
	 "the virtual machine that gets the GPU: VMID, name of a domain, or path of its file"},
	{OPTION_APPLY, "apply", 0, false, VALUE_NONE, NULL, "do all that is shown, or nothing"},
	{OPTION_UNDO, "undo", 0, false, VALUE_NONE, NULL, "take back what --apply did last"},
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL,
	 "with --undo: also what somebody else has changed since"},
	FACTS_OPTION,
	{OPTION_ROOT, "root", 0, false, VALUE_DIRECTORY, "DIR",
	 "a captured machine: a directory that holds its files; what is to be written goes below "
	 "it, to be carried over"},
	END,
};

static const struct option no_options[] = {END};

const char *const nouns[] = {"device", "gop",  "vbt",   "rom", "firmware",
			     "vm",     "host", "setup", NULL};

static const struct command first_commands[] = {
	{
		.noun = "device",
		.verb = "list",
		.synopsis = "[WORD]",
		.most = 1,
		.kind = VALUE_WORD,
		.summary = "list the Intel graphics devices that are known",
		.text = "WORD keeps the rows that have it in their platform, codename, name, CPU "
			"generation or GOP family; \"integrated\" and \"discrete\" keep the rows "
			"of that kind.",
		.options = no_options,
		.run = run_device_list,
	},
	{
		.noun = "device",
		.verb = "show",
		.synopsis = "ID",
		.least = 1,
		.most = 1,
		.kind = VALUE_WORD,
		.summary = "show what is known about one device",
		.text = "ID is a PCI device id (4680, 0x4680, 8086:4680) or the address of a PCI "
			"device of this machine (00:02.0, 0000:00:02.0).",
		.options = device_show_options,
		.run = run_device_show,
	},
	{
		.noun = "gop",
		.verb = "show",
		.synopsis = "FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "show the GOP drivers in a file",
		.text = "FILE is an .efi file, a PCI option ROM or firmware of any kind. "
			"Everything "
			"is read from the driver itself. Ends with 1 when there is no GOP driver "
			"in it.",
		.options = no_options,
		.run = run_gop_show,
	},
	{
		.noun = "gop",
		.verb = "match",
		.synopsis = "FILE... ID",
		.least = 2,
		.most = SIZE_MAX,
		.kind = VALUE_FILE,
		.summary = "name the best of several GOP drivers for a device",
		.text = "The best is the highest version whose own table lists the device. For the "
			"others it is said why they are not. Ends with 1 when none lists it.",
		.options = no_options,
		.run = run_gop_match,
	},
	{
		.noun = "vbt",
		.verb = "show",
		.synopsis = "[--device ID] [--all | --map] [--svg OUT] FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "show what a VBT says about the displays of a board",
		.text = "FILE is a Video BIOS Table, an OpRegion (such as i915's debugfs files "
			"i915_vbt and i915_opregion), an option ROM or a firmware image. Of "
			"several tables one is shown, and why this one. The name of a table "
			"tells what it was first made for, not always what it is used on. Ends "
			"with 1 when there is no VBT.",
		.options = vbt_show_options,
		.run = run_vbt_show,
	},
	{
		.noun = "vbt",
		.verb = "fix",
		.synopsis = "[--device ID] FILE -o OUT",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "write a VBT with a right checksum",
		.text = "Takes the files that \"igdrom vbt show\" takes. What is behind the table "
			"is left out; nothing but the checksum is changed.",
		.options = vbt_fix_options,
		.run = run_vbt_fix,
	},
	{
		.noun = "rom",
		.verb = "build",
		.synopsis = "[--device ID] [--bios FILE] [--gop FILE]... [--efi FILE]... "
			    "[--legacy FILE] -o OUT",
		.summary = "put an option ROM together",
		.text = "Our UEFI driver goes in first unless --no-driver is given, and a record "
			"of what went in (see \"igdrom rom show\"). A setting holds for the files "
			"that come after it on the command line; one that comes before every "
			"file also holds for our own driver. Numbers are hexadecimal, as PCI ids "
			"are everywhere; 0x may stand before them. The same input gives the same "
			"bytes. The VBT of a BIOS file stays out: our driver takes the one that "
			"QEMU hands over from the host.",
		.options = rom_build_options,
		.run = run_rom_build,
	},
	{
		.noun = "rom",
		.verb = "show",
		.synopsis = "FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "draw a map of an option ROM",
		.text = "Shows each image: where it is, how large, what is in it, and who built "
			"the ROM from what.",
		.options = no_options,
		.run = run_rom_show,
	},
	{
		.noun = "rom",
		.verb = "check",
		.synopsis = "[--device ID] FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "check whether an option ROM will do its job",
		.text = "One line for each finding, then the verdict. Ends with 1 when there is an "
			"error among them.",
		.options = rom_check_options,
		.run = run_rom_check,
	},
	{
		.noun = "rom",
		.verb = "fix",
		.synopsis = "FILE -o OUT",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "repair what can be repaired without guessing",
		.text = "Last-image marks, lengths, the checksums of legacy images, and ROMs that "
			"are too small. Drivers are never changed.",
		.options = rom_fix_options,
		.run = run_rom_fix,
	},
	{
		.noun = "rom",
		.verb = "split",
		.synopsis = "FILE -o DIR",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "write each image and what it carries to files",
		.text = "NN-WHAT.rom is the image as it is in the ROM, NN-WHAT.efi (or .bin) what "
			"it carries, decompressed. Files that are there are kept, and nothing is "
			"written, unless --force is given.",
		.options = rom_split_options,
		.run = run_rom_split,
	},
	{
		.noun = "firmware",
		.verb = "show",
		.synopsis = "[--device ID] [--all | --map] [--svg OUT] FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "draw a firmware image, its GOPs and VBTs marked",
		.text = "FILE is what a vendor ships (BIOS update, archive, capsule) or what was "
			"read from a flash chip. What is of no interest for graphics is counted, "
			"not shown. An offset that starts with + is one in the unpacked part "
			"above it. Ends with 1 when there is neither a GOP driver, nor a VBT, nor "
			"our driver in it, or no GOP driver for the device.",
		.options = firmware_show_options,
		.run = run_firmware_show,
	},
	{
		.noun = "firmware",
		.verb = "extract",
		.synopsis = "[--device ID] FILE -o DIR",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "write the GOP drivers and VBTs of an image to files",
		.text = "A GOP driver is written as the bare .efi file, a VBT without padding, "
			"ready for \"igdrom rom build\". Files that are there are kept, and "
			"nothing is written, unless --force is given. Ends with 1 when there is "
			"nothing to write, or no GOP driver for the device.",
		.options = firmware_extract_options,
		.run = run_firmware_extract,
	},
};

static const struct command vm_commands[] = {
	{
		.noun = "vm",
		.verb = "plan",
		.synopsis = "[-d ID] [--hypervisor NAME] [--qemu VERSION] --firmware NAME "
			    "[OPTION]...",
		.summary = "say what a virtual machine needs for its picture",
		.text = "Says whether there will be a picture from power-on, what goes into the "
			"configuration, and why; or refuses, says why, and what would work. "
			"Nothing is changed. What is not said is found out on the machine that has "
			"the GPU, or asked for; --qemu may be the path of a QEMU that is here. "
			"Ends with 4 when it is refused.",
		.options = vm_plan_options,
		.keys = "*",
		.run = run_vm_plan,
	},
	{
		.noun = "vm",
		.verb = "write",
		.synopsis = "pve|qm|qemu|libvirt|unraid [--into VM [--apply]] [-o OUT] "
			    "[OPTION]... | --undo",
		.most = 1,
		.kind = VALUE_WORD,
		.words = "pve qm qemu libvirt unraid",
		.summary = "write a plan down as configuration",
		.text = "Writes what \"igdrom vm plan\" says: lines of a Proxmox VE "
			"configuration, the same as \"qm set\" commands, options for QEMU, or "
			"the parts of a domain XML. With --into it is merged into a virtual "
			"machine that is there: the changes are shown as a diff, and done with "
			"--apply, all or none; --undo takes them back.",
		.options = vm_write_options,
		.keys = "*",
		.run = run_vm_write,
	},
	{
		.noun = "vm",
		.verb = "check",
		.synopsis = "[-d ID] [--qemu VERSION] [--upgrade VERSION] [OPTION]... FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "say what is wrong with a virtual machine",
		.text = "FILE is a Proxmox VE configuration, the domain XML of libvirt or unraid, "
			"or a command line of QEMU. It is judged for the GPU and the QEMU that are "
			"named, or else for those of this machine: the QEMU that runs now, or the "
			"one to come. With --upgrade, also "
			"what changes from the one to the other. Ends with 1 when it does not "
			"work, "
			"or will not after the upgrade.",
		.options = vm_check_options,
		.keys = "device display-class host-address qemu pve libvirt guest want function "
			"kernel stolen-base ggc gms ggms lpc-id address-width disable-vga rom",
		.run = run_vm_check,
	},
	{
		.noun = "vm",
		.verb = "explain",
		.synopsis = "[--qemu VERSION] LOG",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "say what the lines of a log mean",
		.text = "LOG is what QEMU wrote, a task log of Proxmox VE, a log of libvirt, dmesg "
			"or "
			"journal of the host, what firmware wrote to its debug console, or all in "
			"one; - is standard input. Each line that is known is shown with its cause "
			"and what to do; many are harmless, and called so. Ends with 1 when one of "
			"them tells of an error.",
		.options = no_options,
		.keys = "qemu pve",
		.run = run_vm_explain,
	},
};

static const struct command last_commands[] = {
	{
		.noun = "setup",
		.verb = "",
		.synopsis = "[--root DIR] [--bios FILE | --rom FILE] [--vm VM] [OPTION]... "
			    "[--apply] | --undo",
		.summary = "do the whole job: ROM, host and virtual machine",
		.text = "Looks at the machine, takes the GOP driver and the VBT out of its "
			"firmware, makes the ROM and checks it, plans the virtual machine, and "
			"shows as a diff all that has to be written. --apply does it, all or "
			"nothing; --undo takes it back. Nothing is asked for that can be found "
			"out; an option wins over what was found. Without --vm it is about the "
			"virtual machine that is given the GPU already. Ends with 4 and the "
			"nearest that would work when a stage is impossible, with 2 when "
			"something has to be said first; nothing is written then.",
		.options = setup_options,
		.keys = "device display-class hypervisor qemu pve libvirt firmware machine guest "
			"want function mdev host-address audio kernel stolen-base ggc gms ggms "
			"lpc-id address-width disable-vga memory index debug-console",
		.run = run_setup_command,
	},
};

static const struct command hidden_commands[] = {
	{
		.noun = "completion",
		.verb = "bash",
		.synopsis = "",
		.summary = "write the completion script for bash",
		.text = "",
		.options = no_options,
		.run = run_completion,
		.hidden = true,
	},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const struct command *command_at(size_t index)
{
	const struct {
		const struct command *commands;
		size_t count;
	} tables[] = {
		{first_commands, COUNT(first_commands)},
		{firmware_edit_commands, firmware_edit_command_count},
		{vm_commands, COUNT(vm_commands)},
		{host_commands, host_command_count},
		{last_commands, COUNT(last_commands)},
		{hidden_commands, COUNT(hidden_commands)},
	};

	for (size_t i = 0; i < COUNT(tables); i++) {
		if (index < tables[i].count)
			return &tables[i].commands[index];
		index -= tables[i].count;
	}
	return NULL;
}
