/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Option ROMs that are in use: iPXE's and SeaBIOS', from the distribution's packages ipxe-qemu and
 * seabios. Test program without cmocka, as it ends with 77 (skipped) when they are not installed;
 * with IGDROM_NO_SKIP=1 that is a failure.
 */
#include <igdrom/rom.h>

#include "oprom/oprom.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROM ((size_t)1 << 20)

/* Findings that are right: SeaBIOS has VGA ROMs for the ISA bus as well. */
static bool is_expected(const char *name, const char *code)
{
	static const char *const isa[] = {"vgabios-isavga.bin", "vgabios-ramfb.bin"};

	for (size_t i = 0; i < sizeof(isa) / sizeof(isa[0]); i++) {
		if (strcmp(name, isa[i]) == 0)
			return strcmp(code, "rom-isa") == 0;
	}
	return false;
}

static unsigned complain(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s\n", name, what);
	return 1;
}

static unsigned check_findings(const char *name, const struct igdrom_report *report)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		if (igdrom_finding_severity(finding) > IGDROM_SEVERITY_INFO &&
		    !is_expected(name, igdrom_finding_code(finding)))
			wrong += complain(name, igdrom_finding_text(finding));
	}
	return wrong;
}

static unsigned check_rom(const char *name, const uint8_t *data, size_t size)
{
	struct igdrom_report *report = NULL;
	struct igdrom_rom *rom = NULL;
	struct igdrom_bytes out = {0}, fixed = {0};
	unsigned wrong = 0;

	if (igdrom_report_new(&report) != IGDROM_OK ||
	    igdrom_rom_parse(data, size, NULL, report, &rom) != IGDROM_OK) {
		igdrom_report_free(report);
		return complain(name, "is not read");
	}
	oprom_check_structure(rom, report);
	wrong += check_findings(name, report);
	if (igdrom_rom_write(rom, &out) != IGDROM_OK || out.size != size ||
	    memcmp(out.data, data, size) != 0)
		wrong += complain(name, "is written differently");
	if (igdrom_rom_fix(data, size, NULL, NULL, &fixed) != IGDROM_OK || fixed.size != size ||
	    memcmp(fixed.data, data, size) != 0)
		wrong += complain(name, "is changed by a repair");
	if (strncmp(name, "efi-", 4) == 0 && igdrom_rom_image_count(rom) != 2)
		wrong += complain(name, "does not have a legacy and an EFI image");
	igdrom_bytes_free(&out);
	igdrom_bytes_free(&fixed);
	igdrom_rom_free(rom);
	igdrom_report_free(report);
	return wrong;
}

static unsigned check_file(const char *folder, const char *name)
{
	static uint8_t data[MAX_ROM];
	char path[1024];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file)
		return complain(path, "cannot be read");
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	return check_rom(name, data, size);
}

/* All files that start with one of the words; *seen counts them. */
static unsigned check_folder(const char *folder, const char *const words[2], unsigned *seen)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned wrong = 0;

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, words[0], strlen(words[0])) != 0 &&
		    strncmp(entry->d_name, words[1], strlen(words[1])) != 0)
			continue;
		++*seen;
		wrong += check_file(folder, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return wrong;
}

int main(void)
{
	static const char *const ipxe[2] = {"efi-", "pxe-"};
	static const char *const vga[2] = {"vgabios-", "vgabios-"};
	const char *no_skip = getenv("IGDROM_NO_SKIP");
	unsigned roms = 0, vgas = 0;
	unsigned wrong = check_folder("/usr/lib/ipxe/qemu", ipxe, &roms);

	wrong += check_folder("/usr/share/seabios", vga, &vgas);
	printf("%u network ROMs, %u VGA ROMs, %u faults\n", roms, vgas, wrong);
	if (wrong)
		return 1;
	if (roms && vgas)
		return 0;
	printf("skipped in part: install the packages ipxe-qemu and seabios\n");
	return no_skip && strcmp(no_skip, "1") == 0 ? 1 : 77;
}
