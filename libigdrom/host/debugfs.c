/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of i915 and xe in debugfs (torvalds/linux:drivers/gpu/drm/i915/display/
 * intel_display_debugfs.c). DRM names the directory of a device by a number, newer kernels by its
 * address as well; "name" in it ends in the address.
 */
#include "host/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRI     "/sys/kernel/debug/dri"
#define ADDRESS "0000:00:02.0"

static char *file_in(struct scan *scan, const char *directory, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), DRI "/%.255s/%s", directory, name);
	if (!below_exists(scan->root, path))
		return NULL;
	return host_text(scan, (struct part){path, strlen(path)});
}

static bool is_of_igd(struct scan *scan, const char *directory)
{
	char path[512];
	char *line;
	bool ours;

	if (!strcmp(directory, ADDRESS))
		return true;
	snprintf(path, sizeof(path), DRI "/%.255s/name", directory);
	line = host_line(scan, path);
	ours = line && strstr(line, ADDRESS);
	free(line);
	return ours;
}

void host_scan_debugfs(struct scan *scan)
{
	struct host_system *system = &scan->host->system;
	struct below_names names;
	int error;

	if (!igdrom_host_igd(scan->host))
		return;
	/* Only root may look: others are told so by who wants the files. */
	error = below_list(scan->root, DRI, HOST_MAX_FUNCTIONS, &names);
	if (error == ENOMEM)
		scan->no_memory = true;
	for (size_t i = 0; i < names.count; i++) {
		if (!is_of_igd(scan, names.names[i]))
			continue;
		if (!system->vbt_file)
			system->vbt_file = file_in(scan, names.names[i], "i915_vbt");
		if (!system->opregion_file)
			system->opregion_file = file_in(scan, names.names[i], "i915_opregion");
	}
	below_names_free(&names);
}
