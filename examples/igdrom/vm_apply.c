/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan in a virtual machine that is there: shown, done. */
#include "changes.h"
#include "vm.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define PVE_CONFS "/etc/pve/qemu-server/"

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

/* The file of a virtual machine; NULL: it is named in another way, as a domain of libvirt is. */
const char *target_file(struct call *call, enum igdrom_vm_format format, char *room, size_t size)
{
	const char *into = option_value(call, OPTION_INTO);
	const char *root = option_value(call, OPTION_ROOT);

	if (format == IGDROM_VM_FORMAT_PVE && is_number(into)) {
		snprintf(room, size, "%s" PVE_CONFS "%s.conf", root ? root : "", into);
		return room;
	}
	if (root && into[0] == '/') {
		snprintf(room, size, "%s%s", root, into);
		return room;
	}
	if (!strchr(into, '/') &&
	    (format == IGDROM_VM_FORMAT_LIBVIRT || format == IGDROM_VM_FORMAT_UNRAID) &&
	    !strstr(into, ".xml"))
		return NULL;
	return into;
}

/* The ROM goes along when it is here; QEMU reads it from where it is. */
static int read_rom(struct call *call, const struct igdrom_vm_request *request,
		    enum igdrom_vm_format format, struct igdrom_bytes *out)
{
	const char *name = igdrom_vm_request_get(request, "rom");
	const char *path = name ? find_rom(name) : NULL;
	enum igdrom_status status;

	if (!path || format == IGDROM_VM_FORMAT_QEMU)
		return EXIT_YES;
	status = igdrom_file_read(path, NULL, call->report, out);
	return status == IGDROM_OK ? EXIT_YES : fail_environment(call, status, path);
}

/* Changes are made to files by their whole name; a captured machine has its own. */
static int name_target(struct call *call, const char *file, char path[PATH_MAX])
{
	const char *into = option_value(call, OPTION_INTO);

	if (file == into && into[0] != '/' && option_given(call, OPTION_ROOT))
		return usage_error(call, "With --root, --into takes the path that the file has on "
					 "that machine: it starts with /.");
	if (file && file[0] != '/' && !option_given(call, OPTION_ROOT) && realpath(file, path))
		return EXIT_YES;
	if (snprintf(path, PATH_MAX, "%s", into) >= PATH_MAX)
		return usage_error(call, "--into is too long.");
	return EXIT_YES;
}

static int add_and_do(struct call *call, struct igdrom_changes *changes,
		      const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
		      const char *into, struct igdrom_bytes rom)
{
	enum igdrom_status status;

	status = igdrom_changes_add_vm(changes, plan, format, into, rom.data, rom.size,
				       call->report);
	if (status != IGDROM_OK)
		return fail(call, status, option_value(call, OPTION_INTO));
	return do_changes(call, changes, "igdrom vm write --undo");
}

int change_vm(struct call *call, const struct igdrom_vm_request *request,
	      const struct igdrom_vm_plan *plan, enum igdrom_vm_format format)
{
	struct igdrom_changes *changes = NULL;
	struct igdrom_bytes rom = {0};
	char path[PATH_MAX], room[PATH_MAX];
	enum igdrom_status status;
	int code = read_rom(call, request, format, &rom);

	if (code == EXIT_YES)
		code = name_target(call, target_file(call, format, room, sizeof(room)), path);
	if (code == EXIT_YES) {
		status =
			igdrom_changes_new(option_value(call, OPTION_ROOT), call->report, &changes);
		code = status == IGDROM_OK ? add_and_do(call, changes, plan, format, path, rom)
					   : fail(call, status, option_value(call, OPTION_ROOT));
	}
	igdrom_changes_free(changes);
	igdrom_bytes_free(&rom);
	return code;
}
