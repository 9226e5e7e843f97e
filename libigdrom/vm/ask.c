/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request must say before it can be answered, and what it must not. */
#include "vm/plan.h"

#include <string.h>

/* The version of QEMU is said, or follows from a release of Proxmox VE that is known. */
static bool knows_qemu(const struct igdrom_vm_request *request)
{
	struct vm_version pve;
	unsigned release;
	bool newer;

	return vm_request_text(request, VM_KEY_QEMU) ||
	       (vm_request_version(request, VM_KEY_PVE, &pve) &&
		vm_pve_qemu(&pve, &release, &newer));
}

/* What no answer can be given without. */
static bool ask_for_keys(const struct igdrom_vm_request *request, struct igdrom_report *report)
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
		if (needed[i].key == VM_KEY_QEMU ? knows_qemu(request)
						 : vm_request_text(request, needed[i].key) != NULL)
			continue;
		report_add(report, needed[i].code, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		complete = false;
	}
	return complete;
}

enum finding_code vm_ask_finding(const struct vm_rule *ask)
{
	return strcmp(ask->subject, "mdev") == 0 ? FINDING_VM_ASK_MDEV : FINDING_VM_ASK_KERNEL;
}

const char *vm_gpu_address(const struct igdrom_vm_request *request)
{
	const char *host = vm_request_text(request, VM_KEY_HOST_ADDRESS);
	const char *function = vm_request_text(request, VM_KEY_FUNCTION);

	if (host)
		return host;
	return function && strcmp(function, "vf") == 0 ? "0000:00:02.1" : "0000:00:02.0";
}

bool vm_ask(const struct igdrom_vm_request *request, struct igdrom_report *report)
{
	const char *audio = vm_request_text(request, VM_KEY_AUDIO);
	bool complete = ask_for_keys(request, report);

	if (audio && strcmp(audio, vm_gpu_address(request)) == 0) {
		report_add(report, FINDING_VM_ASK_AUDIO, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(audio)));
		complete = false;
	}
	return complete;
}
