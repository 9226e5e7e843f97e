/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define IDS_MAX 512 /* what a device list may hold, see igdrom_rom_builder_set_device_ids() */

static bool is_file(enum option_id id)
{
	return id == OPTION_GOP || id == OPTION_BIOS || id == OPTION_VBT || id == OPTION_EFI ||
	       id == OPTION_LEGACY;
}

/* Options that hold for the files after them. */
static bool is_setting(enum option_id id)
{
	return id == OPTION_COMPRESS || id == OPTION_NO_COMPRESS || id == OPTION_VENDOR ||
	       id == OPTION_IDS || id == OPTION_CLASS || id == OPTION_REVISION ||
	       id == OPTION_PCI23 || id == OPTION_PCI30;
}

/* A setting behind the last file would be lost in silence. */
static int check_order(struct call *call)
{
	const struct option *lost = NULL;
	bool file = false;

	for (size_t i = 0; i < call->given_count; i++) {
		const struct option *option = call->given[i].option;

		if (is_file(option->id)) {
			file = true;
			lost = NULL;
		} else if (file && is_setting(option->id)) {
			lost = option;
		}
	}
	if (!lost)
		return EXIT_YES;
	return usage_error(call,
			   "--%s stands after the last file, where it changes nothing: a setting "
			   "holds for the files after it.",
			   lost->name);
}

static int setting_failed(struct call *call, enum igdrom_status status)
{
	if (status == IGDROM_E_INVAL)
		return usage_error(call,
				   "--pci23 allows one id in --ids: a header of PCI 2.3 has no "
				   "device list.");
	return fail(call, status, NULL);
}

static int set_ids(struct call *call, struct igdrom_rom_builder *builder, const char *text)
{
	uint16_t ids[IDS_MAX];
	size_t count = 0;
	enum igdrom_status status;

	for (;;) {
		size_t size = strcspn(text, ",");
		char part[16];
		uint32_t id;

		snprintf(part, sizeof(part), "%.*s", (int)(size < 15 ? size : 15), text);
		if (!parse_hex(part, 4, &id))
			return usage_error(call,
					   "--ids: \"%s\" is no hexadecimal id of up to 4 digits.",
					   part);
		if (count == IDS_MAX)
			return usage_error(call, "--ids: more than %d ids.", IDS_MAX);
		if (id == 0)
			return usage_error(call, "--ids: 0 is no id, it ends a device list.");
		ids[count++] = (uint16_t)id;
		if (!text[size])
			break;
		text += size + 1;
	}
	status = igdrom_rom_builder_set_device_ids(builder, ids, count);
	return status == IGDROM_OK ? EXIT_YES : setting_failed(call, status);
}

static int set_number(struct call *call, struct igdrom_rom_builder *builder,
		      const struct given *given)
{
	size_t digits = given->option->id == OPTION_CLASS ? 6 : 4;
	enum igdrom_status status;
	uint32_t number;

	if (!parse_hex(given->value, digits, &number))
		return usage_error(call,
				   "--%s: \"%s\" is no hexadecimal number of up to %zu digits.",
				   given->option->name, given->value, digits);
	if (given->option->id == OPTION_VENDOR)
		status = igdrom_rom_builder_set_vendor_id(builder, (uint16_t)number);
	else if (given->option->id == OPTION_CLASS)
		status = igdrom_rom_builder_set_class_code(builder, number);
	else
		status = igdrom_rom_builder_set_code_revision(builder, (uint16_t)number);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

static int apply_setting(struct call *call, struct igdrom_rom_builder *builder,
			 const struct given *given)
{
	enum option_id id = given->option->id;
	enum igdrom_status status;

	if (id == OPTION_IDS)
		return set_ids(call, builder, given->value);
	if (given->value)
		return set_number(call, builder, given);
	if (id == OPTION_COMPRESS || id == OPTION_NO_COMPRESS)
		status = igdrom_rom_builder_set_compress(builder, id == OPTION_COMPRESS);
	else
		status = igdrom_rom_builder_set_pcir_revision(builder, id == OPTION_PCI30 ? 3 : 0);
	return status == IGDROM_OK ? EXIT_YES : setting_failed(call, status);
}

/* With the driver comes the table that it needs where the hypervisor hands no OpRegion over. */
static bool wants_vbt(const struct call *call, const struct given *given)
{
	return given->option->id == OPTION_BIOS && !option_given(call, OPTION_VBT) &&
	       !option_given(call, OPTION_NO_VBT) && !option_given(call, OPTION_NO_DRIVER);
}

/* Of a second file, and of one that holds none, no table is missed. */
static enum igdrom_status add_vbt_too(struct call *call, struct igdrom_rom_builder *builder,
				      const struct igdrom_bytes *bytes, const char *name)
{
	struct igdrom_contents *contents;
	enum igdrom_status status =
		igdrom_contents_open(bytes->data, bytes->size, NULL, NULL, &contents);
	bool any = status == IGDROM_OK && igdrom_contents_vbt_count(contents) > 0;

	if (status == IGDROM_OK)
		igdrom_contents_free(contents);
	if (any)
		status = igdrom_rom_builder_add_vbt(builder, bytes->data, bytes->size, name, NULL,
						    call->report);
	return status == IGDROM_E_STATE ? IGDROM_OK : status;
}

static int add_file(struct call *call, struct igdrom_rom_builder *builder,
		    const struct given *given)
{
	const char *name = base_name(given->value);
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, given->value, &bytes);

	if (code != EXIT_YES)
		return code;
	if (!strcmp(name, "-"))
		name = NULL;
	if (given->option->id == OPTION_GOP || given->option->id == OPTION_BIOS)
		status = igdrom_rom_builder_add_gop(builder, bytes.data, bytes.size, name, NULL,
						    call->report);
	else if (given->option->id == OPTION_VBT)
		status = igdrom_rom_builder_add_vbt(builder, bytes.data, bytes.size, name, NULL,
						    call->report);
	else if (given->option->id == OPTION_EFI)
		status = igdrom_rom_builder_add_efi(builder, bytes.data, bytes.size, name,
						    call->report);
	else
		status = igdrom_rom_builder_add_legacy(builder, bytes.data, bytes.size, name,
						       call->report);
	if (status == IGDROM_OK && wants_vbt(call, given))
		status = add_vbt_too(call, builder, &bytes, name);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, given->value);
}

static int apply_lpc_id(struct call *call, struct igdrom_rom_builder *builder)
{
	const char *text = option_value(call, OPTION_ROM_LPC_ID);
	enum igdrom_status status;
	uint32_t id = 0;

	if (text && (!parse_hex(text, 4, &id) || id == 0 || id == 0xffff))
		return usage_error(call, "--lpc-id: \"%s\" is no device id of an LPC bridge.",
				   text);
	status = igdrom_rom_builder_set_lpc_id(builder, (uint16_t)id);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

/* What holds for the whole ROM, wherever it stands on the command line. */
static int apply_rom_options(struct call *call, struct igdrom_rom_builder *builder)
{
	const char *device = option_value(call, OPTION_DEVICE);
	enum igdrom_status status;
	uint16_t id = 0;
	int code = device ? resolve_device(call, device, &id) : EXIT_YES;

	if (code != EXIT_YES)
		return code;
	status = igdrom_rom_builder_set_target(builder, id);
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_force(builder, option_given(call, OPTION_FORCE));
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_open_ended(builder,
							   option_given(call, OPTION_OPEN_ENDED));
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_select(builder,
						       !option_given(call, OPTION_NO_SELECT));
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_lpc_answer(
			builder, !option_given(call, OPTION_NO_LPC_ANSWER));
	return status == IGDROM_OK ? apply_lpc_id(call, builder) : fail(call, status, NULL);
}

static int add_driver(struct call *call, struct igdrom_rom_builder *builder, bool *wanted)
{
	enum igdrom_status status = IGDROM_OK;

	if (*wanted)
		status = igdrom_rom_builder_add_guest_driver(builder);
	*wanted = false;
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

/* A driver that is put into firmware beside the ROM is none of the ROM. */
static int add_everything(struct call *call, struct igdrom_rom_builder *builder, bool for_firmware)
{
	bool driver = !option_given(call, OPTION_NO_DRIVER);
	int code = EXIT_YES;

	for (size_t i = 0; i < call->given_count && code == EXIT_YES; i++) {
		const struct given *given = &call->given[i];

		if (is_setting(given->option->id))
			code = apply_setting(call, builder, given);
		if (!is_file(given->option->id) || code != EXIT_YES ||
		    (for_firmware && given->option->id == OPTION_EFI))
			continue;
		code = add_driver(call, builder, &driver);
		if (code == EXIT_YES)
			code = add_file(call, builder, given);
	}
	return code == EXIT_YES ? add_driver(call, builder, &driver) : code;
}

int build_rom(struct call *call, bool for_firmware, struct igdrom_bytes *out)
{
	struct igdrom_rom_builder *builder = NULL;
	enum igdrom_status status = igdrom_rom_builder_new(&builder);
	int code;

	*out = (struct igdrom_bytes){0};
	if (status == IGDROM_OK && for_firmware)
		status = igdrom_rom_builder_set_compress(builder, false);
	code = status == IGDROM_OK ? apply_rom_options(call, builder) : fail(call, status, NULL);
	if (code == EXIT_YES)
		code = add_everything(call, builder, for_firmware);
	if (code == EXIT_YES) {
		igdrom_report_set_file(call->report, option_value(call, OPTION_OUTPUT));
		status = igdrom_rom_builder_finish(builder, call->report, out);
		if (status != IGDROM_OK)
			code = fail(call, status, option_value(call, OPTION_OUTPUT));
	}
	igdrom_rom_builder_free(builder);
	return code;
}

int need_output(struct call *call, const char *what)
{
	const char *out = option_value(call, OPTION_OUTPUT);

	if (!out)
		return usage_error(call, "Where to write to is missing: -o %s.", what);
	if (!*out)
		return usage_error(call, "-o needs the name of a %s.",
				   strcmp(what, "DIR") ? "file" : "directory");
	if (!strcmp(out, "-") && call->json)
		return usage_error(call, "Standard output cannot take both what is written (-o -) "
					 "and the document (--json).");
	return EXIT_YES;
}

int run_rom_build(struct call *call)
{
	bool any = !option_given(call, OPTION_NO_DRIVER);
	int code = need_output(call, "OUT");
	struct igdrom_bytes rom;

	for (size_t i = 0; i < call->given_count; i++)
		any = any || is_file(call->given[i].option->id);
	if (code == EXIT_YES && !any)
		code = usage_error(call, "There is nothing to put into the ROM: --no-driver is "
					 "given, and no file.");
	if (code == EXIT_YES)
		code = check_order(call);
	if (code != EXIT_YES)
		return code;
	call->infos = "build";
	code = build_rom(call, false, &rom);
	if (code == EXIT_YES)
		code = store(call, option_value(call, OPTION_OUTPUT), rom, 0);
	if (code == EXIT_YES)
		code = show_written(call, option_value(call, OPTION_OUTPUT), rom, IGDROM_UNKNOWN);
	igdrom_bytes_free(&rom);
	return code;
}
