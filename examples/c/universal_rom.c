/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds the universal option ROM: the guest driver of libigdrom and no GOP. With it a guest has the
 * OpRegion and stolen memory that Intel's graphics driver asks for.
 *
 *	cc universal_rom.c $(pkg-config --cflags --libs igdrom) -o universal_rom
 *	./universal_rom igd.rom
 */
#include <igdrom/igdrom.h>

#include <stdio.h>

static enum igdrom_status build(struct igdrom_report *report, struct igdrom_bytes *rom)
{
	struct igdrom_rom_builder *builder;
	enum igdrom_status status;

	status = igdrom_rom_builder_new(&builder);
	if (!status)
		status = igdrom_rom_builder_add_guest_driver(builder);
	if (!status)
		status = igdrom_rom_builder_finish(builder, report, rom);
	igdrom_rom_builder_free(builder);
	return status;
}

static int save(const char *path, struct igdrom_bytes bytes)
{
	FILE *file = fopen(path, "wb");
	int failed;

	if (!file)
		return -1;
	failed = fwrite(bytes.data, 1, bytes.size, file) != bytes.size;
	return fclose(file) || failed ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct igdrom_report *report = NULL;
	struct igdrom_bytes rom = {NULL, 0};
	enum igdrom_status status;
	int result = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: universal_rom OUTPUT\n");
		return 2;
	}
	status = igdrom_report_new(&report);
	if (!status)
		status = build(report, &rom);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		fprintf(stderr, "%s %s\n", igdrom_finding_text(finding),
			igdrom_finding_fix(finding));
	}
	if (status)
		fprintf(stderr, "no ROM: %s\n", igdrom_strerror(status));
	else if (save(argv[1], rom))
		perror(argv[1]);
	else
		result = 0;
	igdrom_bytes_free(&rom);
	igdrom_report_free(report);
	return result;
}
