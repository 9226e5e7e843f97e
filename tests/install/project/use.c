/* SPDX-License-Identifier: BSD-2-Clause */
#include <igdrom/igdrom.h>

#include <stdio.h>

int main(void)
{
	const struct igdrom_device *device;
	struct igdrom_report *report;
	uint16_t id;

	if (igdrom_report_new(&report) || igdrom_device_parse_id("8086:4680", &id) ||
	    igdrom_device_lookup(id, &device))
		return 1;
	printf("%s %04X %s %u\n", igdrom_version(), igdrom_device_id(device),
	       igdrom_device_platform(device), (unsigned)igdrom_report_count(report));
	igdrom_report_free(report);
	return 0;
}
