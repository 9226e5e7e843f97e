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
	{0, MAGIC("VZ"), FINDING_OPEN_TE_IMAGE, NULL},
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

void open_explain(const struct igdrom_contents *contents, struct igdrom_report *report)
{
	struct cur file = cur_from(contents->data, contents->size, 0);
	size_t at;

	if (contents->size == 0) {
		report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
		return;
	}
	if (explain_by_magic(&file, report))
		return;
	at = wrapped_pe(&file);
	if (is_web_page(&file))
		report_add(report, FINDING_OPEN_WEB_PAGE, 0, REPORT_NO_ARGS);
	else if (is_blank(&file))
		report_add(report, FINDING_OPEN_BLANK, 0, REPORT_ARGS(ARG_U(file.p[0])));
	else if (at)
		report_add(report, FINDING_OPEN_WRAPPED_PE, at, REPORT_ARGS(ARG_U(at)));
	else
		report_add(report, FINDING_OPEN_UNKNOWN, 0, REPORT_NO_ARGS);
}
