/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/plan.h"

#include "core/report.h"

#include <stdlib.h>

/* What no answer can be given without. */
static bool ask(const struct igdrom_vm_request *request, struct igdrom_report *report)
{
	static const struct {
		enum vm_key key;
		enum finding_code code;
	} needed[] = {
		{VM_KEY_DEVICE, FINDING_VM_ASK_DEVICE},
		{VM_KEY_HYPERVISOR, FINDING_VM_ASK_HYPERVISOR},
		{VM_KEY_QEMU, FINDING_VM_ASK_QEMU},
		{VM_KEY_FIRMWARE, FINDING_VM_ASK_FIRMWARE},
	};
	bool complete = true;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (vm_request_text(request, needed[i].key) ||
		    (needed[i].key == VM_KEY_QEMU && vm_request_text(request, VM_KEY_PVE)))
			continue;
		report_add(report, needed[i].code, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		complete = false;
	}
	return complete;
}

enum igdrom_status igdrom_vm_plan_new(const struct igdrom_vm_request *request,
				      struct igdrom_report *report, struct igdrom_vm_plan **out)
{
	if (out)
		*out = NULL;
	if (!request || !out || !ask(request, report))
		return IGDROM_E_INVAL;
	return IGDROM_E_UNSUPPORTED;
}
