/* SPDX-License-Identifier: BSD-2-Clause */
/* Packages that are known but not opened: what they are and which program opens them. */
#include "wrap/internal.h"

enum where { AT_START, IN_EXECUTABLE };

struct foreign {
	enum where where;
	const char *magic;
	size_t size;
	const char *name;
	const char *tool;
};

static const struct foreign kinds[] = {
	{AT_START, WRAP_MAGIC("\xfd\x37zXZ\0"), "xz file", "xz -d"},
	{AT_START, WRAP_MAGIC("BZh91AY&SY"), "bzip2 file", "bzip2 -d"},
	{AT_START, WRAP_MAGIC("\x28\xb5\x2f\xfd"), "Zstandard file", "zstd -d"},
	{AT_START, WRAP_MAGIC("QFI\xfb"), "qcow2 disk image, as Fedora ships OVMF",
	 "qemu-img convert -O raw"},
	{AT_START, WRAP_MAGIC("ISc("), "InstallShield cabinet", "unshield"},
	{AT_START, WRAP_MAGIC("xar!\0\x1c"), "Apple package (xar)", "7z x"},
	{AT_START, WRAP_MAGIC("\xed\xab\xee\xdb"), "RPM package", "rpm2cpio"},
	{AT_START, WRAP_MAGIC("!<arch>\ndebian-binary"), "Debian package", "dpkg-deb -x"},
	{AT_START, WRAP_MAGIC("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
	 "Windows installer package (MSI)", "msiextract or 7z x"},
	{IN_EXECUTABLE, WRAP_MAGIC("Inno Setup Setup Data ("), "Inno Setup installer",
	 "innoextract"},
	{IN_EXECUTABLE, WRAP_MAGIC("\xef\xbe\xad\xdeNullsoftInst"), "NSIS installer", "7z x"},
	{IN_EXECUTABLE, WRAP_MAGIC("ISSetupStream"), "InstallShield installer",
	 "ISx, or start it on Windows with /x"},
	{IN_EXECUTABLE, WRAP_MAGIC("\r\n;!@InstallEnd@!\r\n7z"), "7-Zip installer", "7z x"},
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
