/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <inttypes.h>

#define END                      \
	{                        \
		.id = OPTION_END \
	}

static const struct option show_options[] = {
	HOST_ROOT_OPTION,
	{OPTION_LSPCI, "lspci", 0, false, VALUE_FILE, "FILE",
	 "a machine of which there is only the text of lspci, best that of \"lspci -nnvxxxx\" run "
	 "as "
	 "root; - is standard input"},
	END,
};

static const struct option dump_options[] = {
	{OPTION_OUTPUT, "output", 'o', false, VALUE_FILE, "OUT",
	 "file to write, replaced when it is there; - is standard output"},
	HOST_ROOT_OPTION,
	END,
};

static const struct option prepare_options[] = {
	{OPTION_APPLY, "apply", 0, false, VALUE_NONE, NULL,
	 "do it; what is changed is kept, so that it can be taken back"},
	{OPTION_UNDO, "undo", 0, false, VALUE_NONE, NULL, "take back what --apply did last"},
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL,
	 "with --undo: also what somebody else has changed since"},
	{OPTION_EARLY, "early", 0, false, VALUE_NONE, NULL,
	 "vfio-pci takes the GPU at boot, before a graphics driver does, and not only when a "
	 "virtual machine is started"},
	{OPTION_TRIGGER, "trigger", 0, false, VALUE_NONE, NULL,
	 "also check virtual machines that have the GPU after each upgrade of QEMU (systems with "
	 "apt)"},
	HOST_ROOT_OPTION,
	END,
};

static const struct option hookscript_options[] = {
	{OPTION_OUTPUT, "output", 'o', false, VALUE_FILE, "OUT",
	 "write to this file instead of standard output"},
	{OPTION_VMID, "vmid", 0, false, VALUE_WORD, "N",
	 "the virtual machine: its devices, and no other virtual machine"},
	HOST_ROOT_OPTION,
	END,
};

static const struct option doctor_options[] = {
	HOST_ROOT_OPTION,
	{OPTION_LSPCI, "lspci", 0, false, VALUE_FILE, "FILE",
	 "a machine of which there is only the text of lspci; - is standard input"},
	{OPTION_FACTS, "facts", 0, true, VALUE_FILE, "FILE",
	 "JSON file that says what is wanted, by the names of the options below with _ for -; "
	 "options win over it"},
	END,
};

static const struct option bundle_options[] = {
	{OPTION_OUTPUT, "output", 'o', false, VALUE_FILE, "OUT",
	 "file to write, replaced when it is there; - is standard output"},
	HOST_ROOT_OPTION,
	END,
};

const struct command host_commands[] = {
	{
		.noun = "host",
		.verb = "show",
		.synopsis = "[--root DIR | --lspci FILE]",
		.summary = "show an integrated GPU and what is around it",
		.text = "Shows the GPU, its memory and the functions it depends on, its IOMMU "
			"group, "
			"other displays, the system, and the virtual machines that are given the "
			"GPU. Nothing is changed. Stolen memory and the OpRegion are seen by root "
			"only. Ends with 1 when there is no integrated GPU.",
		.options = show_options,
		.run = run_host_show,
	},
	{
		.noun = "host",
		.verb = "doctor",
		.synopsis = "[--root DIR | --lspci FILE] [OPTION]...",
		.summary = "say what keeps a machine from handing its GPU over",
		.text = "Looks at the IOMMU and its groups, who holds the GPU, options of "
			"vfio-pci, "
			"the "
			"kernel command line and the initramfs, stolen memory and the OpRegion, "
			"QEMU, and each virtual machine that is given the GPU. The worst comes "
			"first, each with what to do; then what is fine. What could not be read is "
			"named, and not guessed. Nothing is changed. The options say what is "
			"wanted, where no virtual machine does. Ends with 1 when something does "
			"not work.",
		.options = doctor_options,
		.keys = "*",
		.run = run_host_doctor,
	},
	{
		.noun = "host",
		.verb = "dump",
		.synopsis = "rom|vbt|opregion|flash [ADDRESS] [--root DIR] -o OUT",
		.least = 1,
		.most = 2,
		.kind = VALUE_WORD,
		.words = "rom vbt opregion flash",
		.summary = "read ROM, VBT, OpRegion or flash of a machine",
		.text = "rom: the option ROM of the PCI function at ADDRESS, or of the integrated "
			"GPU; it is switched on to be read, and everything is put back. vbt: the "
			"VBT that the integrated GPU uses. opregion: its OpRegion. flash: the "
			"firmware of the machine, for \"igdrom firmware extract\". Needs root. "
			"Ends "
			"with 1 when there is none, and says why.",
		.options = dump_options,
		.run = run_host_dump,
	},
	{
		.noun = "host",
		.verb = "prepare",
		.synopsis = "[--device ADDRESS] [--function WHAT] [--early] [--trigger] "
			    "[--apply] | --undo",
		.summary = "make a machine ready to hand its GPU over",
		.text = "Shows what has to be changed in the kernel command line (GRUB, "
			"proxmox-boot-tool, syslinux of unraid), in modprobe.d and in the "
			"initramfs, "
			"as a diff and with the reasons; with --apply it is done. Only what is "
			"needed: what the system does by itself, and what is there already, is "
			"left "
			"alone. What cannot be edited safely is refused, with the line and what to "
			"write there. Nothing is rebooted.",
		.options = prepare_options,
		.keys = "device function audio hypervisor",
		.run = run_host_prepare,
	},
	{
		.noun = "host",
		.verb = "hookscript",
		.synopsis = "[--vmid N] [-o OUT]",
		.summary = "write a hookscript for Proxmox VE",
		.text = "The script binds the devices of a virtual machine to vfio-pci before it "
			"is "
			"started, and gives them back to their drivers after it has stopped. Put "
			"it into a storage for snippets (/var/lib/vz/snippets), make it "
			"executable, and "
			"name it: qm set N --hookscript local:snippets/FILE. Without --vmid, or "
			"when that "
			"one has no device yet, it is for the integrated GPU (--device, --audio).",
		.options = hookscript_options,
		.keys = "device audio",
		.run = run_host_hookscript,
	},
	{
		.noun = "host",
		.verb = "bundle",
		.synopsis = "[--root DIR] -o OUT",
		.summary = "write what a helper needs into one file",
		.text = "A JSON document that begins with a summary for people: what \"igdrom host "
			"show\" and \"igdrom host doctor\" say, the virtual machines that use the "
			"GPU, kernel command line, modules, and the known lines of the kernel's "
			"log. Addresses of network cards, IP addresses, UUIDs, serial numbers, "
			"passwords, names of hosts, users and disks are taken out; the same thing "
			"becomes the same word everywhere (MAC-1).",
		.options = bundle_options,
		.run = run_host_bundle,
	},
};

const size_t host_command_count = sizeof(host_commands) / sizeof(host_commands[0]);

static int read_lspci(struct call *call, const char *path, struct igdrom_host **out)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	status = igdrom_host_from_lspci(bytes.data, bytes.size, call->report, out);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

int open_host(struct call *call, struct igdrom_host **out)
{
	const char *lspci = option_value(call, OPTION_LSPCI);
	const char *root = option_value(call, OPTION_ROOT);
	enum igdrom_status status;

	*out = NULL;
	if (lspci && root)
		return usage_error(call, "Give --root or --lspci, not both.");
	if (lspci)
		return read_lspci(call, lspci, out);
	status = igdrom_host_open(root, out);
	if (status == IGDROM_OK)
		status = igdrom_host_scan(*out, call->report);
	if (status == IGDROM_OK || status == IGDROM_E_IO)
		return EXIT_YES;
	igdrom_host_close(*out);
	*out = NULL;
	return fail_environment(call, status, root);
}

const char *address_text(const struct igdrom_pci_function *function, char out[24])
{
	struct igdrom_pci_address address = igdrom_pci_function_address(function);
	int size = 0;

	if (address.domain)
		size = snprintf(out, 24, "%04" PRIx32 ":", address.domain);
	snprintf(out + size, 24 - (size_t)size, "%02x:%02x.%x", address.bus, address.device,
		 address.function);
	return out;
}
