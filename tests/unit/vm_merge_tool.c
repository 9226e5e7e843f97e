/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vm_merge_tool libvirt|unraid FILE|- WORD...: what the writer makes of FILE (-: a fragment) for the
 * configuration that the words describe (vm_wanted.h). Findings go to stderr.
 */
#include "vm/libvirt.h"
#include "vm_wanted.h"

#include <igdrom/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path, size_t *size)
{
	static const size_t most = 1 << 20;
	FILE *file = fopen(path, "rb");
	char *text = malloc(most);

	*size = file && text ? fread(text, 1, most, file) : 0;
	if (file)
		fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	struct igdrom_vm_config *wanted;
	struct igdrom_report *report = NULL;
	struct build out = build_new(8u << 20);
	enum igdrom_status status;
	size_t size = 0;
	char *text = NULL;

	if (argc < 3 || igdrom_report_new(&report) != IGDROM_OK)
		return 2;
	if (strcmp(argv[2], "-") != 0)
		text = read_all(argv[2], &size);
	wanted = vm_wanted((const char *const *)argv + 3);
	status = (strcmp(argv[1], "unraid") == 0 ? vm_write_unraid : vm_write_libvirt)(
		wanted, text, size, report, &out);
	for (size_t i = 0; i < igdrom_report_count(report); i++)
		fprintf(stderr, "%s: %s\n", igdrom_finding_code(igdrom_report_at(report, i)),
			igdrom_finding_text(igdrom_report_at(report, i)));
	if (status == IGDROM_OK)
		fwrite(out.data, 1, out.size, stdout);
	else
		fprintf(stderr, "%s\n", igdrom_strerror(status));
	vm_config_free(wanted);
	igdrom_report_free(report);
	build_free(&out);
	free(text);
	return status == IGDROM_OK ? 0 : 1;
}
