/* SPDX-License-Identifier: BSD-2-Clause */
/* What runs after an upgrade of QEMU: apt.conf(5), DPkg::Post-Invoke. */
#include "host/prepare.h"

#define SCRIPT "/usr/local/lib/igdrom/qemu-changed"
#define HOOK   "/etc/apt/apt.conf.d/90igdrom"

static const unsigned char script[] = {
#include "host/qemu-changed.inc"
	0};

/* apt ends with an error when the command does: this one never does. */
static const char hook[] =
	"// Written by \"igdrom host prepare --trigger\".\n"
	"// After packages were changed: whether virtual machines with the Intel GPU will work "
	"with\n"
	"// the QEMU that is installed now. It only says so, and never makes apt fail.\n"
	"DPkg::Post-Invoke { \"if [ -x " SCRIPT " ]; then " SCRIPT " || true; fi\"; };\n";

enum igdrom_status prep_trigger(struct prep_work *work)
{
	static const char why[] = "after an upgrade of QEMU, virtual machines with the GPU are "
				  "checked before they are started";
	enum igdrom_status status;

	if (work->system != HOST_DEBIAN)
		return prep_advise(work, "--trigger is for systems with apt. Here, run \"igdrom vm "
					 "check\" by hand after an upgrade of QEMU.");
	status = prep_own_file(work, SCRIPT, (const char *)script, 0755, why, NULL);
	if (status != IGDROM_OK)
		return status;
	return prep_own_file(work, HOOK, hook, 0644, why, NULL);
}
