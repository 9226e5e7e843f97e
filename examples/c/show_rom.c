/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists the images of an option ROM, and says what is wrong with it.
 *
 *	cc show_rom.c $(pkg-config --cflags --libs igdrom-host) -o show_rom
 *	./show_rom igd.rom
 */
#include <igdrom/file.h>
#include <igdrom/igdrom.h>

#include <stdio.h>

static void show_image(const struct igdrom_rom_image *image)
{
	printf("%8llx  %-12s %8zu bytes  %04X:%04X%s\n",
	       (unsigned long long)igdrom_rom_image_offset(image),
	       igdrom_code_type_name(igdrom_rom_image_code_type(image)),
	       igdrom_rom_image_size(image), igdrom_rom_image_vendor_id(image),
	       igdrom_rom_image_device_id(image),
	       igdrom_rom_image_compressed(image) ? "  compressed" : "");
}

static enum igdrom_status show(struct igdrom_bytes file, struct igdrom_report *report)
{
	struct igdrom_rom *rom;
	enum igdrom_status status = igdrom_rom_check(file.data, file.size, 0, NULL, report);

	if (status)
		return status;
	/* The check has said all there is to say: parse without a report. */
	status = igdrom_rom_parse(file.data, file.size, NULL, NULL, &rom);
	for (size_t i = 0; !status && i < igdrom_rom_image_count(rom); i++)
		show_image(igdrom_rom_image_at(rom, i));
	igdrom_rom_free(rom);
	return status;
}

int main(int argc, char **argv)
{
	struct igdrom_report *report = NULL;
	struct igdrom_bytes file = {NULL, 0};
	enum igdrom_status status;

	if (argc != 2) {
		fprintf(stderr, "usage: show_rom FILE\n");
		return 2;
	}
	status = igdrom_report_new(&report);
	if (!status)
		status = igdrom_report_set_file(report, argv[1]);
	if (!status)
		status = igdrom_file_read(argv[1], NULL, report, &file);
	if (!status)
		status = show(file, report);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		fprintf(stderr, "%s: %s %s\n",
			igdrom_severity_name(igdrom_finding_severity(finding)),
			igdrom_finding_text(finding), igdrom_finding_fix(finding));
	}
	if (status)
		fprintf(stderr, "%s: %s\n", argv[1], igdrom_strerror(status));
	status = status || igdrom_report_worst(report) == IGDROM_SEVERITY_ERROR;
	igdrom_bytes_free(&file);
	igdrom_report_free(report);
	return status ? 1 : 0;
}
