/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine of the recipes, open and scanned. */
#ifndef IGDROM_TESTS_HOST_RIG_H
#define IGDROM_TESTS_HOST_RIG_H

#include "unit/unit.h"

#include <igdrom/host.h>

#include "host/machine.h"

struct rig {
	char root[64];
	struct igdrom_host *host;
	struct igdrom_report *report;
};

/* name: of machines/NAME.txt. */
void rig_make(struct rig *rig, const char *name);
/* Scans once more; the findings are those of this scan. */
enum igdrom_status rig_scan(struct rig *rig);
void rig_end(struct rig *rig);
/* How many findings have a code. */
size_t rig_count(const struct rig *rig, const char *code);
/* Path of a file of it; static. */
const char *rig_path(const struct rig *rig, const char *path);
/* Asks every getter about everything. */
void ask_all(const struct igdrom_host *host);

#endif
