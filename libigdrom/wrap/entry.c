/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which files of an archive are left out. A name decides, and only one that says that the file is
 * a text, a picture or code of an operating system: vendors give firmware any other name there is
 * (".214", ".FL1", ".CAP", none at all), and updaters (.exe, .com) carry it.
 */
#include "wrap/internal.h"

static const char *const extensions[] = {
	/* texts and pictures */
	"bmp",
	"chm",
	"csv",
	"doc",
	"docx",
	"gif",
	"hlp",
	"htm",
	"html",
	"ico",
	"jpeg",
	"jpg",
	"json",
	"log",
	"md",
	"mht",
	"odt",
	"pdf",
	"png",
	"rtf",
	"svg",
	"tif",
	"tiff",
	"txt",
	"url",
	"xls",
	"xlsx",
	"xml",
	/* settings and scripts */
	"bat",
	"cfg",
	"cmd",
	"inf",
	"ini",
	"lnk",
	"manifest",
	"nsh",
	"ps1",
	"reg",
	"sh",
	"vbs",
	/* parts of an operating system, its drivers and their signatures */
	"cat",
	"dll",
	"mui",
	"ocx",
	"pdb",
	"sys",
	"ttf",
	"vxd",
	/* sums and signatures */
	"asc",
	"md5",
	"sha1",
	"sha256",
	"sig",
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool ends_in(const char *name, size_t length, const char *extension)
{
	size_t size = strlen(extension);

	if (length <= size || name[length - size - 1] != '.')
		return false;
	for (size_t i = 0; i < size; i++) {
		if (lower(name[length - size + i]) != extension[i])
			return false;
	}
	return true;
}

bool wrap_may_be_firmware(const char *name, uint64_t size)
{
	size_t length = strlen(name);

	if (size < WRAP_LEAST_BYTES)
		return false;
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		if (ends_in(name, length, extensions[i]))
			return false;
	}
	return true;
}
