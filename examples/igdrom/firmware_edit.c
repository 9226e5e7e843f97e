/* SPDX-License-Identifier: BSD-2-Clause */
/* `firmware insert`, `firmware replace` and `firmware remove`. */
#include "cli.h"

#include <string.h>
#include <strings.h>

#define GOP_NAME "IntelGopDriver"

struct session {
	struct igdrom_contents *contents;
	const struct igdrom_firmware *firmware;
	struct igdrom_edit *edit;
};

static int open_session(struct call *call, struct session *s)
{
	unsigned flags = option_given(call, OPTION_FORCE) ? IGDROM_EDIT_VENDOR : 0;
	enum igdrom_status status;
	int code = need_output(call, "OUT");

	if (code == EXIT_YES)
		code = open_contents(call, call->operands[0], &s->contents);
	if (code != EXIT_YES)
		return code;
	s->firmware = igdrom_contents_firmware(s->contents);
	if (!s->firmware)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_RECOGNIZED, call->operands[0],
				 "This is no firmware image (%s).",
				 igdrom_file_kind_name(igdrom_contents_kind(s->contents)));
	status = igdrom_edit_new(s->firmware, flags, &s->edit);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

static void close_session(struct session *s)
{
	igdrom_edit_free(s->edit);
	igdrom_contents_free(s->contents);
}

static int edit_failed(struct call *call, enum igdrom_status status, const char *file)
{
	if (status == IGDROM_E_EXISTS)
		return fail_with(call, EXIT_REFUSED, status, file,
				 "There is a file of this name in the volume already. \"igdrom "
				 "firmware replace\" puts another one in its place.");
	return fail(call, status, file);
}

/* The file of a name; one that is there twice is none. */
static int find_file(struct call *call, const struct session *s, const char *guid,
		     const struct igdrom_firmware_node **out)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(s->firmware);
	size_t count = 0;

	for (; n; n = igdrom_firmware_node_walk(n)) {
		const char *name = igdrom_firmware_node_guid(n);

		if (igdrom_firmware_node_kind(n) == IGDROM_NODE_FILE && name &&
		    strcasecmp(name, guid) == 0) {
			*out = n;
			count++;
		}
	}
	if (count == 1)
		return EXIT_YES;
	return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
			 count ? "There are several files %s in it, and which one is meant cannot "
				 "be said here."
			       : "There is no file %s in it; \"igdrom firmware show --all\" lists "
				 "them.",
			 guid);
}

/* What the result is for, and how to use it. */
static void show_use(const struct call *call, const char *out)
{
	char line[4200];

	snprintf(line, sizeof(line), "-drive if=pflash,format=raw,unit=0,readonly=on,file=%s", out);
	print_field(&call->style, "QEMU", line);
	snprintf(line, sizeof(line), "<loader readonly='yes' type='pflash'>%s</loader>", out);
	print_field(&call->style, "libvirt", line);
	print_field(&call->style, "unraid", "the same line, in the XML view");
	print_field(&call->style, "Proxmox VE",
		    "There is no setting for it. \"dpkg-divert --local --rename --add FILE\" moves "
		    "the file of pve-edk2-firmware aside that the VM uses; then copy this one to "
		    "its place. All VMs with that firmware get it, and package updates leave it "
		    "alone.");
}

/* "888636A4-... IgdRomDxe, 19.6 KiB" */
static void add_node_words(const struct igdrom_firmware_node *file, char *out, size_t room)
{
	const char *guid = igdrom_firmware_node_guid(file), *name = igdrom_firmware_node_name(file);
	size_t used = strlen(out);
	char size[32];

	snprintf(out + used, room - used, "%s%s%s, %s", guid ? guid : "a file", name ? " " : "",
		 name ? name : "", size_text(igdrom_firmware_node_bytes(file).size, size));
}

static void add_file_words(struct igdrom_bytes file, char *out, size_t room)
{
	struct igdrom_firmware *firmware = NULL;

	if (igdrom_firmware_open(file.data, file.size, NULL, NULL, &firmware) == IGDROM_OK)
		add_node_words(igdrom_firmware_node_first_child(igdrom_firmware_root(firmware)),
			       out, room);
	igdrom_firmware_free(firmware);
}

static void show_changes(const struct call *call, const struct session *s)
{
	for (size_t i = 0; i < igdrom_edit_count(s->edit); i++) {
		const struct igdrom_firmware_node *target = igdrom_edit_target(s->edit, i);
		struct igdrom_bytes file = igdrom_edit_file(s->edit, i);
		char line[512] = "";

		if (target)
			add_node_words(target, line, sizeof(line));
		if (target)
			print_field(&call->style, file.size ? "Was" : "Taken out", line);
		line[0] = '\0';
		if (file.size)
			add_file_words(file, line, sizeof(line));
		print_field(&call->style, target ? "Is now" : "Put in", line);
	}
}

static int show_result(struct call *call, const struct session *s, struct igdrom_bytes image)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	char *json = NULL;
	char size[32], line[160];
	enum igdrom_status status;

	if (!strcmp(out, "-"))
		return EXIT_YES;
	if (call->json) {
		status = igdrom_edit_to_json(s->edit, image.data, image.size, out, call->report,
					     &json);
		return print_json(call, status, json);
	}
	print_title(&call->style, "%s: %s (%zu bytes)", out, size_text(image.size, size),
		    image.size);
	show_changes(call, s);
	snprintf(line, sizeof(line), "%s, %s free before",
		 igdrom_firmware_node_guid(igdrom_edit_volume(s->edit, 0)),
		 size_text(igdrom_edit_room(igdrom_edit_volume(s->edit, 0)), size));
	print_field(&call->style, "Volume", line);
	show_use(call, out);
	return EXIT_YES;
}

static int save(struct call *call, struct session *s)
{
	struct igdrom_bytes image = {0};
	enum igdrom_status status = igdrom_edit_save(s->edit, call->report, &image);
	int code;

	if (status != IGDROM_OK)
		return fail(call, status, call->operands[0]);
	code = store(call, option_value(call, OPTION_OUTPUT), image, 0);
	if (code == EXIT_YES)
		code = show_result(call, s, image);
	igdrom_bytes_free(&image);
	return code == EXIT_YES ? verdict_of(call) : code;
}

static int insert_driver(struct call *call, struct session *s, const char *path,
			 const struct igdrom_firmware_node *volume)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	char name[64];
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(base_name(path), "."), base_name(path));
	status = igdrom_edit_add_driver(s->edit, volume, bytes.data, bytes.size, NULL, name,
					call->report);
	/* A file of a volume, as tools extract it. */
	if (status == IGDROM_E_NOT_RECOGNIZED)
		status = igdrom_edit_insert(s->edit, volume, bytes.data, bytes.size, call->report);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, path);
}

static int insert_gop(struct call *call, struct session *s, const char *path, uint16_t device_id,
		      const struct igdrom_firmware_node *volume)
{
	struct igdrom_contents *contents = NULL;
	enum igdrom_status status;
	struct igdrom_bytes gop;
	size_t best = 0;
	int code;

	if (igdrom_contents_gop_count(s->contents) && !option_given(call, OPTION_FORCE))
		return fail_with(call, EXIT_REFUSED, IGDROM_E_EXISTS, call->operands[0],
				 "There is a GOP driver in it already (%s, file %s), and two would "
				 "fight over the display. \"igdrom firmware replace\" puts another "
				 "one in its place.",
				 igdrom_gop_version(igdrom_contents_gop_at(s->contents, 0)),
				 igdrom_found_guid(igdrom_contents_gop_found(s->contents, 0), 0));
	code = open_contents(call, path, &contents);
	if (code != EXIT_YES)
		return code;
	status = igdrom_contents_choose_gop(contents, device_id, call->report, &best);
	if (status == IGDROM_OK) {
		gop = igdrom_contents_gop_bytes(contents, best);
		status = igdrom_edit_add_driver(s->edit, volume, gop.data, gop.size, NULL, GOP_NAME,
						call->report);
	}
	if (status == IGDROM_E_NOT_FOUND)
		code = fail_with(call, EXIT_REFUSED, status, path,
				 device_id ? "It holds no GOP driver for device %04X."
					   : "It holds no Intel GOP driver.",
				 device_id);
	else if (status != IGDROM_OK)
		code = edit_failed(call, status, path);
	igdrom_contents_free(contents);
	return code;
}

static int insert_all(struct call *call, struct session *s)
{
	const struct igdrom_firmware_node *volume = igdrom_edit_driver_volume(s->firmware);
	const char *device = option_value(call, OPTION_DEVICE);
	enum igdrom_status status = IGDROM_OK;
	uint16_t device_id = 0;
	int code = EXIT_YES;

	if (!volume)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
				 "There is no volume with a DXE core in it, or several: drivers "
				 "are put into a complete firmware, such as OVMF_CODE_4M.fd.");
	if (device)
		code = resolve_device(call, device, &device_id);
	if (code == EXIT_YES && !option_given(call, OPTION_NO_DRIVER))
		status = igdrom_edit_add_guest_driver(s->edit, volume, call->report);
	if (status != IGDROM_OK)
		return edit_failed(call, status, call->operands[0]);
	for (size_t i = 0; i < call->given_count && code == EXIT_YES; i++) {
		enum option_id id = call->given[i].option->id;

		if (id == OPTION_EFI)
			code = insert_driver(call, s, call->given[i].value, volume);
		else if (id == OPTION_GOP || id == OPTION_BIOS)
			code = insert_gop(call, s, call->given[i].value, device_id, volume);
	}
	if (code == EXIT_YES && igdrom_edit_count(s->edit) == 0)
		code = usage_error(call, "There is nothing to put in: --no-driver is given, and no "
					 "file.");
	return code;
}

int run_firmware_insert(struct call *call)
{
	struct session s = {0};
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = insert_all(call, &s);
	if (code == EXIT_YES)
		code = save(call, &s);
	close_session(&s);
	return code;
}

/* A file of the same name, type and user interface name around other content. */
static enum igdrom_status make_like(const struct igdrom_firmware_node *target,
				    struct igdrom_bytes content, struct igdrom_bytes *out)
{
	bool pe = content.size > 2 && content.data[0] == 'M' && content.data[1] == 'Z';
	const char *name = igdrom_firmware_node_name(target);
	struct igdrom_ffs *ffs = NULL;
	enum igdrom_status status = igdrom_ffs_new(igdrom_firmware_node_type_number(target),
						   igdrom_firmware_node_guid(target), &ffs);

	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, pe ? IGDROM_SECTION_PE32 : IGDROM_SECTION_RAW,
						content.data, content.size);
	if (status == IGDROM_OK && name && igdrom_ffs_add_name(ffs, name) == IGDROM_E_NOMEM)
		status = IGDROM_E_NOMEM;
	if (status == IGDROM_OK)
		status = igdrom_ffs_finish(ffs, out);
	igdrom_ffs_free(ffs);
	return status;
}

static int replace_file(struct call *call, struct session *s,
			const struct igdrom_firmware_node *target, const char *path)
{
	struct igdrom_bytes bytes, file = {0};
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	status = igdrom_edit_replace(s->edit, target, bytes.data, bytes.size, NULL);
	if (status == IGDROM_E_CORRUPT) { /* no file with a header */
		status = make_like(target, bytes, &file);
		if (status == IGDROM_OK)
			status = igdrom_edit_replace(s->edit, target, file.data, file.size,
						     call->report);
	} else if (status != IGDROM_OK) {
		status = igdrom_edit_replace(s->edit, target, bytes.data, bytes.size, call->report);
	}
	igdrom_bytes_free(&file);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, path);
}

int run_firmware_replace(struct call *call)
{
	const struct igdrom_firmware_node *target = NULL;
	struct session s = {0};
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = find_file(call, &s, call->operands[1], &target);
	if (code == EXIT_YES)
		code = replace_file(call, &s, target, call->operands[2]);
	if (code == EXIT_YES)
		code = save(call, &s);
	close_session(&s);
	return code;
}

int run_firmware_remove(struct call *call)
{
	const struct igdrom_firmware_node *target = NULL;
	struct session s = {0};
	enum igdrom_status status;
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = find_file(call, &s, call->operands[1], &target);
	if (code == EXIT_YES) {
		status = igdrom_edit_remove(s.edit, target, call->report);
		if (status != IGDROM_OK)
			code = fail(call, status, call->operands[0]);
	}
	if (code == EXIT_YES)
		code = save(call, &s);
	close_session(&s);
	return code;
}
