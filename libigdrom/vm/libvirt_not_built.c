/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of what needs libxml2. */
#include "vm/libvirt.h"

#include "core/report.h"

enum igdrom_status vm_read_libvirt(const char *text, size_t size, struct igdrom_report *report,
				   struct igdrom_vm_config *config)
{
	(void)text;
	(void)size;
	(void)config;
	report_add(report, FINDING_VM_XML_NOT_BUILT, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	return IGDROM_E_NOT_BUILT;
}

enum igdrom_status vm_libvirt_merge(const struct igdrom_vm_config *wanted, bool unraid,
				    const char *existing, size_t size, struct igdrom_report *report,
				    struct build *out)
{
	(void)wanted;
	(void)unraid;
	(void)existing;
	(void)size;
	(void)out;
	report_add(report, FINDING_VM_XML_NOT_BUILT, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	return IGDROM_E_NOT_BUILT;
}
