/* SPDX-License-Identifier: BSD-2-Clause */
/* `firmware insert`. */
#include "firmware_edit.h"

#include <string.h>

#define PVE_WORDS                                                                            \
	"There is no setting for it. \"dpkg-divert --local --rename --add FILE\" moves the " \
	"file aside that the VM uses, OVMF_CODE_4M.fd or (q35) OVMF_CODE_4M.secboot.fd in "  \
	"/usr/share/pve-edk2-firmware; then copy this one to its place. All VMs with that "  \
	"firmware get it, and package updates leave it alone."

/* Whether our driver stays out. */
static bool is_without_ours(const struct call *call)
{
	return option_given(call, OPTION_NO_DRIVER) || option_given(call, OPTION_FILE);
}

/* What the result is for, and how to use it. */
void show_use(const struct call *call, const char *out)
{
	char line[4300];

	if (option_given(call, OPTION_GOP) || option_given(call, OPTION_BIOS))
		print_field(&call->style, "Option ROM",
			    "No romfile is needed with it. Take it out of the configuration: "
			    "what is in the ROM of the GPU goes before what is in here.");
	snprintf(line, sizeof(line), "-drive if=pflash,format=raw,unit=0,readonly=on,file=%s", out);
	print_field(&call->style, "QEMU", line);
	snprintf(line, sizeof(line),
		 "<loader readonly='yes' type='pflash'>%s</loader> in <os>, without "
		 "firmware='efi'; <nvram> and secure='yes' stay as they are",
		 out);
	print_field(&call->style, "libvirt", line);
	print_field(&call->style, "unraid", "the same line, in the XML view");
	print_field(&call->style, "Proxmox VE", PVE_WORDS);
}

static int insert_driver(struct call *call, struct edit_session *s, const char *path,
			 const struct igdrom_firmware_node *where)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	char name[64];
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(base_name(path), "."), base_name(path));
	status = igdrom_edit_add_driver(s->edit, where, bytes.data, bytes.size, NULL, name, NULL);
	if (status == IGDROM_E_NOT_RECOGNIZED) /* a file of a volume, as tools extract it */
		status = igdrom_edit_insert(s->edit, where, bytes.data, bytes.size, call->report);
	else if (status != IGDROM_OK) /* again, to have it told why */
		status = igdrom_edit_add_driver(s->edit, where, bytes.data, bytes.size, NULL, name,
						call->report);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, path);
}

/* What of the ROM's options there is says whether one is wanted. */
static bool wants_rom(const struct call *call)
{
	return option_given(call, OPTION_GOP) || option_given(call, OPTION_BIOS) ||
	       option_given(call, OPTION_VBT);
}

static int insert_rom(struct call *call, struct edit_session *s,
		      const struct igdrom_firmware_node *where)
{
	enum igdrom_status status;
	struct igdrom_bytes rom;
	int code = build_rom(call, true, &rom);

	if (code != EXIT_YES)
		return code;
	status = igdrom_edit_add_rom(s->edit, where, rom.data, rom.size, call->report);
	igdrom_bytes_free(&rom);
	return status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, call->operands[0]);
}

/* What the list of changes takes out, one after the other. */
static void list_targets(const struct edit_session *s, char *out, size_t room)
{
	out[0] = '\0';
	for (size_t i = 0; i < igdrom_edit_count(s->edit); i++) {
		const struct igdrom_firmware_node *file = igdrom_edit_target(s->edit, i);
		size_t used = strlen(out);

		snprintf(out + used, room - used, "%s%s ", i ? "; " : "",
			 igdrom_gpu_file_name(igdrom_edit_gpu_file(file)));
		add_node_words(file, out, room);
	}
}

/* Two drivers would fight over the GPU: those that are there are taken out, or nothing is done. */
static int make_way(struct call *call, struct edit_session *s)
{
	enum igdrom_status status = igdrom_edit_remove_gpu_files(s->edit, call->report);
	char list[1536];

	if (status != IGDROM_OK)
		return fail(call, status, call->operands[0]);
	if (igdrom_edit_count(s->edit) == 0 || option_given(call, OPTION_REPLACE))
		return EXIT_YES;
	list_targets(s, list, sizeof(list));
	return fail_with(call, EXIT_REFUSED, IGDROM_E_EXISTS, call->operands[0],
			 "There are files for an assigned GPU in it already: %s. --replace takes "
			 "them out and puts the new ones in.",
			 list);
}

static int insert_ours(struct call *call, struct edit_session *s,
		       const struct igdrom_firmware_node *where)
{
	enum igdrom_status status;
	int code = make_way(call, s);

	if (code != EXIT_YES)
		return code;
	status = igdrom_edit_add_guest_driver(s->edit, where, call->report);
	if (status != IGDROM_OK)
		return edit_failed(call, status, call->operands[0]);
	return wants_rom(call) ? insert_rom(call, s, where) : EXIT_YES;
}

static int insert_all(struct call *call, struct edit_session *s)
{
	const struct igdrom_firmware_node *where = NULL;
	int code = find_place(call, s, &where);

	if (code == EXIT_YES && !is_without_ours(call))
		code = insert_ours(call, s, where);
	for (size_t i = 0; i < call->given_count && code == EXIT_YES; i++) {
		const struct given *given = &call->given[i];

		if (given->option->id == OPTION_EFI)
			code = insert_driver(call, s, given->value, where);
		else if (given->option->id == OPTION_FILE)
			code = insert_file(call, s, given->value, where);
	}
	return code;
}

static int check_options(struct call *call)
{
	const char *device = option_value(call, OPTION_DEVICE);
	bool file = option_given(call, OPTION_FILE);
	uint16_t device_id;
	int code = device ? resolve_device(call, device, &device_id) : EXIT_YES;

	if (code == EXIT_YES)
		code = check_file_options(call);
	if (code != EXIT_YES || (!file && !option_given(call, OPTION_NO_DRIVER)))
		return code;
	if (!option_given(call, OPTION_EFI) && !file && !wants_rom(call))
		return usage_error(call, "There is nothing to put in: --no-driver is given, and no "
					 "file.");
	if (wants_rom(call) || option_given(call, OPTION_REPLACE))
		return usage_error(call,
				   "--gop, --bios, --vbt and --replace are for our driver, and "
				   "%s leaves it out. --efi puts a GOP in as a driver like any "
				   "other.",
				   file ? "--file" : "--no-driver");
	return EXIT_YES;
}

int run_firmware_insert(struct call *call)
{
	struct edit_session s = {0};
	int code = check_options(call);

	if (code == EXIT_YES)
		code = open_session(call, &s);
	call->infos = "build";
	if (code == EXIT_YES)
		code = insert_all(call, &s);
	if (code == EXIT_YES)
		code = save_session(call, &s);
	close_session(&s);
	return code;
}
