/* SPDX-License-Identifier: BSD-2-Clause */
/* `firmware insert`. */
#include "firmware_edit.h"

#include <string.h>

#define GOP_NAME "IntelGopDriver"

/* What the result is for, and how to use it. */
void show_use(const struct call *call, const char *out)
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

static int insert_driver(struct call *call, struct edit_session *s, const char *path,
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

static int insert_gop(struct call *call, struct edit_session *s, const char *path,
		      uint16_t device_id, const struct igdrom_firmware_node *volume)
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

static int insert_all(struct call *call, struct edit_session *s)
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
	struct edit_session s = {0};
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = insert_all(call, &s);
	if (code == EXIT_YES)
		code = save_session(call, &s);
	close_session(&s);
	return code;
}
