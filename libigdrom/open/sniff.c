/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * People give whatever a download page or a BIOS tool has left them. For the usual mistakes: what
 * the file is and what to do with it.
 */
#include "open/internal.h"

#include "core/cursor.h"
#include "core/report.h"
#include "pe/pe.h"

#define WRAPPED_WINDOW 4096 /* an FFS file or section starts a few hundred bytes before its PE */
#define BLANK_LEAST    16
#define HTML_WINDOW    64 /* blanks and a byte order mark may stand before the first tag */

#define MAGIC(bytes) (bytes), sizeof(bytes) - 1

struct kind {
	size_t at;
	const char *magic;
	size_t size;
	enum finding_code code;
	const char *name; /* NULL: the finding has no argument */
};

static const struct kind kinds[] = {
	{0, MAGIC("PK\x03\x04"), FINDING_OPEN_ARCHIVE, "ZIP"},
	{0, MAGIC("7z\xbc\xaf\x27\x1c"), FINDING_OPEN_ARCHIVE, "7-Zip"},
	{0, MAGIC("Rar!\x1a\x07"), FINDING_OPEN_ARCHIVE, "RAR"},
	{0, MAGIC("MSCF\0\0\0\0"), FINDING_OPEN_ARCHIVE, "cabinet"},
	{0, MAGIC("\x1f\x8b\x08"), FINDING_OPEN_ARCHIVE, "gzip"},
	{0, MAGIC("\xfd\x37zXZ\0"), FINDING_OPEN_ARCHIVE, "xz"},
	{0, MAGIC("BZh"), FINDING_OPEN_ARCHIVE, "bzip2"},
	{0, MAGIC("\x28\xb5\x2f\xfd"), FINDING_OPEN_ARCHIVE, "Zstandard"},
	{257, MAGIC("ustar"), FINDING_OPEN_ARCHIVE, "tar"},
	/* GUIDs of capsule headers as they lie in the file. */
	{0, MAGIC("\xbd\x86\x66\x3b\x76\x0d\x30\x40\xb7\x0e\xb5\x51\x9e\x2f\xc5\xa0"),
	 FINDING_OPEN_CAPSULE, "UEFI"},
	{0, MAGIC("\xed\xd5\xcb\x6d\x2d\xe8\x44\x4c\xbd\xa1\x71\x94\x19\x9a\xd9\x2a"),
	 FINDING_OPEN_CAPSULE, "firmware management"},
	{0, MAGIC("\xb9\x82\x91\x53\xb5\xab\x91\x43\xb6\x9a\xe3\xa9\x43\xf7\x2f\xcc"),
	 FINDING_OPEN_CAPSULE, "Intel"},
	{0, MAGIC("\xd3\xaf\x0b\xe2\x14\x99\x4f\x4f\x95\x37\x31\x29\xe0\x90\xeb\x3c"),
	 FINDING_OPEN_CAPSULE, "Lenovo"},
	{0, MAGIC("\x76\xfe\xb5\x25\x43\x82\x5c\x4a\xa9\xbd\x7e\xe3\x24\x61\x98\xb5"),
	 FINDING_OPEN_CAPSULE, "Lenovo"},
	{0, MAGIC("\x62\x70\xe0\x3b\x51\x1d\xd2\x45\x83\x2b\xf0\x93\x25\x7e\xd4\x61"),
	 FINDING_OPEN_CAPSULE, "Toshiba"},
	{0, MAGIC("\x8b\xa6\x3c\x4a\x23\x77\xfb\x48\x80\x3d\x57\x8c\xc1\xfe\xc4\x4d"),
	 FINDING_OPEN_CAPSULE, "AMI Aptio"},
	{0, MAGIC("\x90\xbb\xee\x14\x0a\x89\xdb\x43\xae\xd1\x5d\x3c\x45\x88\xa4\x18"),
	 FINDING_OPEN_CAPSULE, "AMI Aptio"},
	{16, MAGIC("\x5a\xa5\xf0\x0f"), FINDING_OPEN_FLASH_IMAGE, NULL},
	{0, MAGIC("\x5a\xa5\xf0\x0f"), FINDING_OPEN_FLASH_IMAGE, NULL},
	{40, MAGIC("_FVH"), FINDING_OPEN_FIRMWARE_VOLUME, NULL},
	{0, MAGIC("VZ"), FINDING_OPEN_TE_IMAGE, NULL},
	{0, MAGIC("$VBT"), FINDING_OPEN_VBT, NULL},
	{0, MAGIC("IntelGraphicsMem"), FINDING_OPEN_OPREGION, NULL},
	{0, MAGIC("version https://git-lfs"), FINDING_OPEN_LFS_POINTER, NULL},
};

static bool explain_by_magic(const struct cur *file, struct igdrom_report *report)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct cur c = cur_sub(file, kinds[i].at, kinds[i].size);
		const uint8_t *p = cur_take(&c, kinds[i].size);

		if (!p || memcmp(p, kinds[i].magic, kinds[i].size) != 0)
			continue;
		if (kinds[i].name)
			report_add(report, kinds[i].code, kinds[i].at,
				   REPORT_ARGS(ARG_S(kinds[i].name)));
		else
			report_add(report, kinds[i].code, kinds[i].at, REPORT_NO_ARGS);
		return true;
	}
	return false;
}

/* The first tag of the file, in lower case: <!doctype, <html, <head. */
static bool is_web_page(const struct cur *file)
{
	static const char *const tags[] = {"<!doctype html", "<html", "<head"};
	struct cur c = *file;
	uint8_t byte = cur_u8(&c);
	char text[16] = "";

	for (size_t i = 0; i < HTML_WINDOW && c.err == IGDROM_OK && byte != '<'; i++)
		byte = cur_u8(&c);
	for (size_t i = 0; i < sizeof(text) - 1 && c.err == IGDROM_OK; i++) {
		text[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 0x20 : byte);
		byte = cur_u8(&c);
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (!strncmp(text, tags[i], strlen(tags[i])))
			return true;
	}
	return false;
}

static bool is_blank(const struct cur *file)
{
	for (size_t i = 1; i < file->left; i++) {
		if (file->p[i] != file->p[0])
			return false;
	}
	return file->left >= BLANK_LEAST;
}

/* Offset of a PE image close to the start of the file; 0 when there is none. */
static size_t wrapped_pe(const struct cur *file)
{
	struct pe_image pe;

	for (size_t at = 1; at < file->left && at <= WRAPPED_WINDOW; at++) {
		if (pe_parse(file->p + at, file->left - at, &pe) == IGDROM_OK)
			return at;
	}
	return 0;
}

/* Whether the option ROM parser knows of a ROM further back in the file. IGDROM_E_NOMEM. */
static enum igdrom_status rom_lies_behind(const struct cur *file,
					  const struct igdrom_limits *limits, bool *found)
{
	struct igdrom_report *report;
	enum igdrom_status status;
	struct igdrom_rom *rom;

	*found = false;
	if (igdrom_report_new(&report) != IGDROM_OK)
		return IGDROM_E_NOMEM;
	status = igdrom_rom_parse(file->p, file->left, limits, report, &rom);
	igdrom_rom_free(rom);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(report, i));

		*found |= !strcmp(code, "rom-leading-bytes");
	}
	if (igdrom_report_dropped(report))
		status = IGDROM_E_NOMEM;
	igdrom_report_free(report);
	return status == IGDROM_E_NOMEM ? status : IGDROM_OK;
}

static enum igdrom_status explain_by_rom(const struct cur *file, const struct igdrom_limits *limits,
					 struct igdrom_report *report)
{
	struct igdrom_rom *rom;
	bool found;
	enum igdrom_status status = rom_lies_behind(file, limits, &found);

	if (status != IGDROM_OK)
		return status;
	if (!found) {
		report_add(report, FINDING_OPEN_UNKNOWN, 0, REPORT_NO_ARGS);
		return IGDROM_OK;
	}
	status = igdrom_rom_parse(file->p, file->left, limits, report, &rom);
	igdrom_rom_free(rom); /* only its finding is wanted */
	return status == IGDROM_E_NOMEM ? status : IGDROM_OK;
}

enum igdrom_status open_explain(const void *data, size_t size, const struct igdrom_limits *limits,
				struct igdrom_report *report)
{
	struct cur file = cur_from(data, size, 0);
	size_t at;

	if (size == 0) {
		report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
		return IGDROM_OK;
	}
	if (explain_by_magic(&file, report))
		return IGDROM_OK;
	at = wrapped_pe(&file);
	if (is_web_page(&file))
		report_add(report, FINDING_OPEN_WEB_PAGE, 0, REPORT_NO_ARGS);
	else if (is_blank(&file))
		report_add(report, FINDING_OPEN_BLANK, 0, REPORT_ARGS(ARG_U(file.p[0])));
	else if (at)
		report_add(report, FINDING_OPEN_WRAPPED_PE, at, REPORT_ARGS(ARG_U(at)));
	else
		return explain_by_rom(&file, limits, report);
	return IGDROM_OK;
}
