/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <string.h>

struct dumped {
	struct igdrom_dump *dump;
	struct igdrom_contents *contents;
	const char *file;
	char device[8]; /* id of the integrated GPU, for the commands that come next */
};

static const enum igdrom_dump_kind kinds[] = {IGDROM_DUMP_ROM, IGDROM_DUMP_VBT,
					      IGDROM_DUMP_OPREGION, IGDROM_DUMP_FLASH};

static bool find_kind(const char *word, enum igdrom_dump_kind *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		*kind = kinds[i];
		if (!strcmp(word, igdrom_dump_kind_name(*kind)))
			return true;
	}
	return false;
}

static enum igdrom_status read_dump(struct call *call, struct igdrom_host *host,
				    enum igdrom_dump_kind kind,
				    const struct igdrom_pci_address *address,
				    struct igdrom_dump **out)
{
	switch (kind) {
	case IGDROM_DUMP_ROM:
		return igdrom_host_dump_rom(host, address, call->report, out);
	case IGDROM_DUMP_VBT:
		return igdrom_host_dump_vbt(host, call->report, out);
	case IGDROM_DUMP_OPREGION:
		return igdrom_host_dump_opregion(host, call->report, out);
	case IGDROM_DUMP_FLASH:
		return read_flash(call, host, out);
	}
	return IGDROM_E_INVAL;
}

static void find_device(struct igdrom_host *host, struct dumped *dumped)
{
	const struct igdrom_pci_function *igd = NULL;

	if (igdrom_host_scan(host, NULL) == IGDROM_OK)
		igd = igdrom_host_igd(host);
	if (igd)
		snprintf(dumped->device, sizeof(dumped->device), "%04x",
			 igdrom_pci_function_id(igd).device_id);
	else
		snprintf(dumped->device, sizeof(dumped->device), "ID");
}

static void show_found(const struct call *call, const struct igdrom_contents *contents)
{
	char text[512];

	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++) {
		gop_words(igdrom_contents_gop_at(contents, i), text, sizeof(text));
		print_field(&call->style, "GOP", text);
	}
	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++) {
		const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(contents, i);

		snprintf(text, sizeof(text), "%s, BDB %u, %zu bytes, %zu connectors",
			 igdrom_vbt_signature(vbt), igdrom_vbt_bdb_version(vbt),
			 igdrom_vbt_size(vbt), igdrom_vbt_port_count(vbt));
		print_field(&call->style, "VBT", text);
	}
	for (size_t i = 0; i < igdrom_contents_vbios_count(contents); i++)
		print_field(&call->style, "VBIOS",
			    igdrom_found_path(igdrom_contents_vbios_found(contents, i), 0));
}

/* What to do with it. */
static void show_next(const struct call *call, const struct dumped *dumped)
{
	char text[1024];

	switch (igdrom_dump_what(dumped->dump)) {
	case IGDROM_DUMP_ROM:
		snprintf(text, sizeof(text), "igdrom rom show %s", dumped->file);
		break;
	case IGDROM_DUMP_VBT:
	case IGDROM_DUMP_OPREGION:
		snprintf(text, sizeof(text), "igdrom vbt show -d %s %s", dumped->device,
			 dumped->file);
		break;
	case IGDROM_DUMP_FLASH:
		if (igdrom_contents_gop_count(dumped->contents))
			snprintf(text, sizeof(text), "igdrom rom build -d %s --bios %s -o igd.rom",
				 dumped->device, dumped->file);
		else
			snprintf(text, sizeof(text), "igdrom firmware show %s", dumped->file);
		break;
	}
	print_field(&call->style, "next", text);
}

static void show(const struct call *call, const struct dumped *dumped)
{
	static const char *const names[] = {
		[IGDROM_DUMP_ROM] = "option ROM",
		[IGDROM_DUMP_VBT] = "VBT",
		[IGDROM_DUMP_OPREGION] = "OpRegion",
		[IGDROM_DUMP_FLASH] = "firmware",
	};
	struct igdrom_bytes bytes = igdrom_dump_bytes(dumped->dump);
	char size[32];

	print_title(&call->style, "%s: %s, %s (%zu bytes)", dumped->file,
		    names[igdrom_dump_what(dumped->dump)], size_text(bytes.size, size), bytes.size);
	print_field(&call->style, "from", igdrom_dump_source(dumped->dump));
	print_field(&call->style, "sha256", igdrom_dump_sha256(dumped->dump));
	show_found(call, dumped->contents);
	show_next(call, dumped);
}

/* What was read goes to its file, and then it is said what it is. */
static int finish(struct call *call, struct dumped *dumped)
{
	struct igdrom_bytes bytes = igdrom_dump_bytes(dumped->dump);
	enum igdrom_status status;
	char *json = NULL;
	int code = store(call, dumped->file, bytes, 0);

	if (code != EXIT_YES || !strcmp(dumped->file, "-"))
		return code;
	/* What is odd in it is told by who is asked about the file. */
	status = look_into(call, bytes, NULL, &dumped->contents);
	if (status == IGDROM_E_NOMEM)
		return fail(call, status, dumped->file);
	if (igdrom_dump_what(dumped->dump) == IGDROM_DUMP_FLASH &&
	    igdrom_contents_gop_count(dumped->contents) == 0)
		igdrom_report_add(call->report, "dump-flash-no-gop", IGDROM_NO_OFFSET, NULL, 0);
	if (call->json) {
		status = igdrom_dump_to_json(dumped->dump, dumped->contents, dumped->file,
					     call->report, &json);
		return print_json(call, status, json);
	}
	show(call, dumped);
	return EXIT_YES;
}

static int dump_from(struct call *call, struct igdrom_host *host, enum igdrom_dump_kind kind,
		     const struct igdrom_pci_address *address)
{
	struct dumped dumped = {.file = option_value(call, OPTION_OUTPUT)};
	enum igdrom_status status = read_dump(call, host, kind, address, &dumped.dump);
	int code;

	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	find_device(host, &dumped);
	code = finish(call, &dumped);
	igdrom_contents_free(dumped.contents);
	igdrom_dump_free(dumped.dump);
	return code == EXIT_YES ? verdict_of(call) : code;
}

int run_host_dump(struct call *call)
{
	const char *text = call->operand_count > 1 ? call->operands[1] : NULL;
	const char *root = option_value(call, OPTION_ROOT);
	struct igdrom_pci_address address;
	struct igdrom_host *host = NULL;
	enum igdrom_dump_kind kind;
	enum igdrom_status status;
	int code = need_output(call, "OUT");

	if (code != EXIT_YES)
		return code;
	if (!find_kind(call->operands[0], &kind))
		return usage_error(call, "\"%s\" cannot be dumped: rom, vbt, opregion or flash.",
				   call->operands[0]);
	if (text && kind != IGDROM_DUMP_ROM)
		return usage_error(call, "Only \"host dump rom\" takes an ADDRESS.");
	if (text && igdrom_pci_address_parse(text, &address) != IGDROM_OK)
		return usage_error(call, "\"%s\" is no address of a PCI device (00:02.0).", text);
	call->infos = "dump-";
	status = igdrom_host_open(root, &host);
	code = status == IGDROM_OK ? dump_from(call, host, kind, text ? &address : NULL)
				   : fail_environment(call, status, root);
	igdrom_host_close(host);
	return code;
}
