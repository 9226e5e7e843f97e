/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_COLUMNS 26 /* "  0  0x000000  156.5 KiB  " */
#define ROW_INDENT   5
#define SHA_SHORT    16

static const struct igdrom_manifest_entry *entry_of(const struct igdrom_rom *rom, size_t index)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);

	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		if (igdrom_manifest_entry_image(entry) == index)
			return entry;
	}
	return NULL;
}

static void describe_gop(const struct igdrom_rom_image *image, char *out, size_t room)
{
	struct igdrom_bytes payload;
	struct igdrom_gop *gop = NULL;
	const char *version;

	if (igdrom_rom_image_payload(image, &payload) != IGDROM_OK ||
	    igdrom_gop_identify(payload.data, payload.size, NULL, &gop) != IGDROM_OK) {
		snprintf(out, room, "Intel GOP driver");
		return;
	}
	version = igdrom_gop_version(gop);
	if (igdrom_gop_device_count(gop))
		snprintf(out, room, "Intel GOP driver %s for %zu integrated devices",
			 version ? version : "of unknown version", gop_igd_count(gop));
	else
		snprintf(out, room, "Intel GOP driver %s, device table not readable",
			 version ? version : "of unknown version");
	igdrom_gop_free(gop);
}

/* By the base class (PCI Code and ID Assignment Specification); 0 says nothing. */
static const char *legacy_text(uint32_t base_class)
{
	if (base_class == 0x03)
		return "legacy VBIOS";
	return base_class ? "legacy code, no VBIOS" : "legacy code";
}

static const char *provides_text(const struct igdrom_rom *rom, size_t index)
{
	static const char *const texts[] = {"", " (OpRegion)", " (GOP policy)",
					    " (OpRegion, GOP policy)"};

	return texts[igdrom_rom_image_provides(rom, index) & 3];
}

void describe_image(const struct igdrom_rom *rom, size_t index, char *out, size_t room)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);
	const struct igdrom_manifest_entry *entry = entry_of(rom, index);
	const char *version = entry ? igdrom_manifest_entry_version(entry) : "";

	switch (igdrom_rom_image_kind(rom, index)) {
	case IGDROM_IMAGE_GUEST_DRIVER:
		snprintf(out, room, "guest driver of libigdrom%s%s", *version ? " " : "", version);
		return;
	case IGDROM_IMAGE_GOP:
		describe_gop(image, out, room);
		return;
	case IGDROM_IMAGE_EFI:
		snprintf(out, room, "EFI driver%s", provides_text(rom, index));
		return;
	case IGDROM_IMAGE_LEGACY:
		snprintf(out, room, "%s", legacy_text(igdrom_rom_image_class_code(image) >> 16));
		return;
	case IGDROM_IMAGE_MANIFEST:
		snprintf(out, room, "manifest: what went into this ROM");
		return;
	case IGDROM_IMAGE_VBT:
		snprintf(out, room, "VBT%s%s", *version ? " " : "", version);
		return;
	case IGDROM_IMAGE_DATA:
		snprintf(out, room, "data that firmware passes over");
		return;
	case IGDROM_IMAGE_UNKNOWN:
		break;
	}
	snprintf(out, room, "%s", igdrom_code_type_name(igdrom_rom_image_code_type(image)));
}

static void describe_header(const struct igdrom_rom_image *image, char *out, size_t room)
{
	size_t listed = igdrom_rom_image_device_list_count(image);
	size_t size = 0;

	if (igdrom_rom_image_code_type(image) == IGDROM_CODE_TYPE_EFI)
		size = (size_t)snprintf(out, room, "%s %s, ",
					machine_text(igdrom_rom_image_machine(image)),
					subsystem_text(igdrom_rom_image_subsystem(image)));
	size += (size_t)snprintf(out + size, room - size, "for %04X:%04X",
				 igdrom_rom_image_vendor_id(image),
				 igdrom_rom_image_device_id(image));
	if (listed)
		size += (size_t)snprintf(out + size, room - size, " (list of %zu id%s)", listed,
					 listed == 1 ? "" : "s");
	snprintf(out + size, room - size, ", class %06X%s", igdrom_rom_image_class_code(image),
		 igdrom_rom_image_last(image) ? ", last" : "");
}

static void describe_payload(const struct igdrom_rom_image *image, char *out, size_t room)
{
	struct igdrom_bytes payload;
	const char *sha256 = igdrom_rom_image_payload_sha256(image);
	char size[32];

	if (igdrom_rom_image_payload(image, &payload) != IGDROM_OK) {
		snprintf(out, room, "what it carries cannot be read");
		return;
	}
	snprintf(out, room, "%s%s, sha256 %.*s", size_text(payload.size, size),
		 igdrom_rom_image_compressed(image) ? " when decompressed" : "", SHA_SHORT,
		 sha256 ? sha256 : "not known");
}

static void continue_row(const struct style *style, const char *text)
{
	printf("%*s", ROW_INDENT, "");
	print_wrapped(style, ROW_INDENT, text);
}

static void show_image(const struct style *style, const struct igdrom_rom *rom, size_t index)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);
	char text[256], size[32];

	printf("%3zu  0x%06llx  %9s  ", index, (unsigned long long)igdrom_rom_image_offset(image),
	       size_text(igdrom_rom_image_size(image), size));
	describe_image(rom, index, text, sizeof(text));
	print_bold(style, HEAD_COLUMNS, text);
	describe_header(image, text, sizeof(text));
	continue_row(style, text);
	if (igdrom_rom_image_kind(rom, index) == IGDROM_IMAGE_LEGACY)
		return;
	describe_payload(image, text, sizeof(text));
	continue_row(style, text);
}

static void show_entry(const struct style *style, const struct igdrom_rom *rom,
		       const struct igdrom_manifest_entry *entry)
{
	const struct igdrom_rom_image *image =
		igdrom_rom_image_at(rom, igdrom_manifest_entry_image(entry));
	const char *sha256 = image ? igdrom_rom_image_payload_sha256(image) : NULL;
	const char *name = igdrom_manifest_entry_name(entry);
	const char *version = igdrom_manifest_entry_version(entry);
	const char *origin = igdrom_manifest_entry_origin(entry);
	bool same = sha256 && !strcmp(sha256, igdrom_manifest_entry_sha256(entry));
	char text[512];

	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s, sha256 %.*s%s",
		 igdrom_manifest_kind_name(igdrom_manifest_entry_kind(entry)), *name ? " " : "",
		 name, *version ? ", version " : "", version, *origin ? ", from " : "", origin,
		 SHA_SHORT, igdrom_manifest_entry_sha256(entry),
		 same ? "" : "; what is in the ROM now is something else");
	printf("%3u  ", igdrom_manifest_entry_image(entry));
	print_wrapped(style, ROW_INDENT, text);
}

bool is_padding(struct igdrom_bytes bytes)
{
	for (size_t i = 0; i < bytes.size; i++) {
		if (bytes.data[i] != bytes.data[0])
			return false;
	}
	return bytes.size == 0 || bytes.data[0] == 0x00 || bytes.data[0] == 0xff;
}

static void show_rom(const struct style *style, const char *file, const struct igdrom_rom *rom)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);
	size_t images = igdrom_rom_image_count(rom);
	uint64_t size = igdrom_rom_size(rom);
	struct igdrom_bytes trailing = igdrom_rom_trailing(rom);
	char line[160], text[32], bar[32];

	print_title(style, "%s", shown_name(file));
	snprintf(line, sizeof(line),
		 "PCI option ROM, %s (%llu bytes), %zu image%s; takes %s of memory space",
		 size_text(size, text), (unsigned long long)size, images, images == 1 ? "" : "s",
		 size_text(igdrom_rom_bar_size(rom), bar));
	fputs("  ", stdout);
	print_wrapped(style, 2, line);
	draw_map(style, rom);
	putchar('\n');
	for (size_t i = 0; i < images; i++)
		show_image(style, rom, i);
	if (trailing.size)
		printf("     0x%06llx  %9s  %s\n", (unsigned long long)(size - trailing.size),
		       size_text(trailing.size, text),
		       is_padding(trailing) ? "padding" : "data behind the last image");
	putchar('\n');
	if (!manifest) {
		print_wrapped(style, 0,
			      "Without a manifest: not built by libigdrom, so what went in is not "
			      "recorded.");
		return;
	}
	printf("Built by ");
	print_text(style, stdout, igdrom_manifest_tool(manifest));
	puts(" from:");
	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++)
		show_entry(style, rom, igdrom_manifest_at(manifest, i));
}

int open_rom(struct call *call, const char *path, struct igdrom_rom **out)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	status = igdrom_rom_parse(bytes.data, bytes.size, NULL, call->report, out);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

int run_rom_show(struct call *call)
{
	struct igdrom_rom *rom = NULL;
	char *json = NULL;
	int code = open_rom(call, call->operands[0], &rom);

	if (code != EXIT_YES)
		return code;
	if (call->json) {
		enum igdrom_status status = igdrom_rom_to_json(rom, call->report, &json);

		code = print_json(call, status, json);
	} else {
		show_rom(&call->style, call->operands[0], rom);
	}
	igdrom_rom_free(rom);
	return code == EXIT_YES ? verdict_of(call) : code;
}

int show_written(struct call *call, const char *file, struct igdrom_bytes bytes,
		 enum igdrom_tristate changed)
{
	struct igdrom_rom *rom = NULL;
	char *json = NULL;
	char text[256], size[32];
	enum igdrom_status status;
	int code = EXIT_YES;

	if (!strcmp(file, "-"))
		return EXIT_YES;
	/* What it says was said when the ROM was made. */
	status = igdrom_rom_parse(bytes.data, bytes.size, NULL, NULL, &rom);
	if (status != IGDROM_OK)
		return fail(call, status, file);
	if (call->json) {
		status = igdrom_rom_written_to_json(rom, file, changed, call->report, &json);
		code = print_json(call, status, json);
	} else {
		print_title(&call->style, "%s: %s (%zu bytes)%s", file, size_text(bytes.size, size),
			    bytes.size,
			    changed == IGDROM_NO ? ", a copy: there was nothing to repair" : "");
		for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
			describe_image(rom, i, text, sizeof(text));
			printf("%3zu  ", i);
			print_wrapped(&call->style, 5, text);
		}
	}
	igdrom_rom_free(rom);
	return code;
}
