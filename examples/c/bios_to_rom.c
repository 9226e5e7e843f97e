/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the BIOS file of a board's vendor to an option ROM for its GPU.
 *
 *	cc bios_to_rom.c $(pkg-config --cflags --libs igdrom-host) -o bios_to_rom
 *	./bios_to_rom BIOS.zip 4680 igd.rom
 */
#include <igdrom/file.h>
#include <igdrom/igdrom.h>

#include <stdio.h>

static enum igdrom_status build(const struct igdrom_contents *contents, uint16_t device,
				struct igdrom_report *report, struct igdrom_bytes *rom)
{
	struct igdrom_rom_builder *builder = NULL;
	struct igdrom_bytes gop;
	enum igdrom_status status;
	size_t best;

	status = igdrom_contents_choose_gop(contents, device, report, &best);
	if (!status)
		status = igdrom_rom_builder_new(&builder);
	if (!status)
		status = igdrom_rom_builder_set_target(builder, device);
	if (!status)
		status = igdrom_rom_builder_add_guest_driver(builder);
	if (!status) {
		gop = igdrom_contents_gop_bytes(contents, best);
		status = igdrom_rom_builder_add_gop(builder, gop.data, gop.size, "IntelGopDriver",
						    "BIOS", report);
	}
	if (!status)
		status = igdrom_rom_builder_finish(builder, report, rom);
	igdrom_rom_builder_free(builder);
	return status;
}

static enum igdrom_status convert(const char *bios, uint16_t device, struct igdrom_report *report,
				  const char *output)
{
	struct igdrom_contents *contents = NULL;
	struct igdrom_bytes file = {NULL, 0}, rom = {NULL, 0};
	enum igdrom_status status = igdrom_file_read(bios, NULL, report, &file);

	if (!status)
		status = igdrom_contents_open(file.data, file.size, NULL, report, &contents);
	if (!status)
		status = build(contents, device, report, &rom);
	if (!status)
		status = igdrom_file_write(output, rom.data, rom.size, &bios, 1,
					   IGDROM_FILE_KEEP_EXISTING, report);
	if (!status)
		printf("%s: %zu bytes\n", output, rom.size);
	igdrom_contents_free(contents);
	igdrom_bytes_free(&file);
	igdrom_bytes_free(&rom);
	return status;
}

int main(int argc, char **argv)
{
	struct igdrom_report *report = NULL;
	enum igdrom_status status;
	uint16_t device = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: bios_to_rom BIOS DEVICE OUTPUT\n");
		return 2;
	}
	status = igdrom_report_new(&report);
	if (!status)
		status = igdrom_device_parse_id(argv[2], &device);
	if (!status)
		status = convert(argv[1], device, report, argv[3]);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		fprintf(stderr, "%s: %s %s\n",
			igdrom_severity_name(igdrom_finding_severity(finding)),
			igdrom_finding_text(finding), igdrom_finding_fix(finding));
	}
	if (status)
		fprintf(stderr, "no ROM: %s\n", igdrom_strerror(status));
	igdrom_report_free(report);
	return status ? 1 : 0;
}
