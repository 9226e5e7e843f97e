/* SPDX-License-Identifier: BSD-2-Clause */
/* Packages that are known but not opened: what they are and which program opens them. */
#include "wrap/internal.h"

#define UCP_TAG         "@UAF"
#define UCP_HEADER_SIZE 16
#define UCP_LEAST_BYTES 1024

enum where { AT_START, IN_EXECUTABLE };

struct foreign {
	enum where where;
	const char *magic;
	size_t size;
	const char *name;
	const char *tool;
	bool (*check)(struct cur file, size_t at); /* NULL: the bytes are enough */
};

/* The tag alone is in AMI's programs too: a size follows, and at byte 16 the tag of a module. */
static bool is_ucp(struct cur file, size_t at)
{
	struct cur c = cur_tail(&file, at + sizeof(UCP_TAG) - 1);
	uint32_t size = cur_u32le(&c);

	return size >= UCP_LEAST_BYTES && size <= file.left - at &&
	       wrap_has(file, at + UCP_HEADER_SIZE, WRAP_MAGIC("@"));
}

static const struct foreign kinds[] = {
	{AT_START, WRAP_MAGIC("\xfd\x37zXZ\0"), "xz file", "xz -d", NULL},
	{AT_START, WRAP_MAGIC("BZh"), "bzip2 file", "bzip2 -d", NULL},
	{AT_START, WRAP_MAGIC("\x28\xb5\x2f\xfd"), "Zstandard file", "zstd -d", NULL},
	{AT_START, WRAP_MAGIC("ISc("), "InstallShield cabinet", "unshield", NULL},
	{AT_START, WRAP_MAGIC("xar!\0\x1c"), "Apple package (xar)", "7z x", NULL},
	{AT_START, WRAP_MAGIC("\xed\xab\xee\xdb"), "RPM package", "rpm2cpio", NULL},
	{AT_START, WRAP_MAGIC("!<arch>\ndebian-binary"), "Debian package", "dpkg-deb -x", NULL},
	{AT_START, WRAP_MAGIC("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
	 "Windows installer package (MSI)", "msiextract or 7z x", NULL},
	{IN_EXECUTABLE, WRAP_MAGIC("Inno Setup Setup Data ("), "Inno Setup installer",
	 "innoextract", NULL},
	{IN_EXECUTABLE, WRAP_MAGIC("\xef\xbe\xad\xdeNullsoftInst"), "NSIS installer", "7z x", NULL},
	{IN_EXECUTABLE, WRAP_MAGIC("ISSetupStream"), "InstallShield installer",
	 "ISx, or start it on Windows with /x", NULL},
	{IN_EXECUTABLE, WRAP_MAGIC("\r\n;!@InstallEnd@!\r\n7z"), "7-Zip installer", "7z x", NULL},
	{IN_EXECUTABLE, WRAP_MAGIC(UCP_TAG), "AMI utility package (UCP)",
	 "ami_ucp_extract of BIOSUtilities", is_ucp},
};

static bool find_kind(struct cur file, const struct foreign *kind, size_t *at)
{
	if (kind->where == AT_START) {
		*at = 0;
		return wrap_has(file, 0, kind->magic, kind->size);
	}
	if (!wrap_is_executable(file))
		return false;
	*at = wrap_search(file, 0, kind->magic, kind->size);
	while (kind->check && *at != SIZE_MAX && !kind->check(file, *at))
		*at = wrap_search(file, *at + 1, kind->magic, kind->size);
	return *at != SIZE_MAX;
}

bool foreign_find(struct cur file, struct wrap_place *place)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!find_kind(file, &kinds[i], &place->offset))
			continue;
		place->size = file.left - place->offset;
		place->name = kinds[i].name;
		place->kind = i;
		return true;
	}
	return false;
}

enum igdrom_status foreign_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	wrap_note(job, FINDING_WRAP_FOREIGN, job->file.at + place->offset,
		  REPORT_ARGS(ARG_S(place->name), ARG_S(kinds[place->kind].tool)));
	return IGDROM_E_UNSUPPORTED;
}
