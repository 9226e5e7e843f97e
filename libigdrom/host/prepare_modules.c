/* SPDX-License-Identifier: BSD-2-Clause */
/* What is told to modprobe, and which modules are loaded at boot. */
#include "host/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN_NAME "igdrom.conf"
#define OWN_HEAD                                                                         \
	"# Written by \"igdrom host prepare\", and taken back by \"igdrom host prepare " \
	"--undo\".\n"

static const char *modprobe_directory(const struct prep_work *work)
{
	/* The root of unraid is made anew at each boot from what is on its flash drive. */
	return work->system == HOST_UNRAID ? "/boot/config/modprobe.d" : "/etc/modprobe.d";
}

/* Our own file is written as a whole, not edited. */
static void leave_own_out(struct prep_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *slash = strrchr(files->list[i].path, '/');

		if (!slash || strcmp(slash + 1, OWN_NAME) != 0)
			continue;
		free(files->list[i].path);
		igdrom_bytes_free(&files->list[i].text);
		memmove(&files->list[i], &files->list[i + 1],
			(files->count - i - 1) * sizeof(*files->list));
		files->count--;
		return;
	}
}

static void append(char *out, size_t room, const char *before, const char *text, const char *after)
{
	size_t used = strlen(out);

	snprintf(out + used, room - used, "%s%s%s", before, text, after);
}

/* Ids that no other file has given to vfio-pci, and drivers that wait for it. */
static void write_own(const struct prep_work *work, char *out, size_t room)
{
	bool first = true;

	snprintf(out, room, OWN_HEAD);
	for (size_t i = 0; i < work->needs.rules.count; i++) {
		const struct prep_rule *rule = &work->needs.rules.list[i];

		if (!rule->mend || work->said[i])
			continue;
		append(out, room,
		       first ? "# vfio-pci takes these devices at boot.\noptions vfio-pci ids="
			     : ",",
		       rule->value, "");
		first = false;
	}
	append(out, room, first ? "" : "\n",
	       "# It is there before the drivers that would take them.\n", "");
	for (size_t i = 0; i < sizeof(work->needs.modules) / sizeof(work->needs.modules[0]); i++) {
		if (work->needs.modules[i][0])
			append(out, room, "softdep ", work->needs.modules[i], " pre: vfio-pci\n");
	}
}

static enum igdrom_status add_own(struct prep_work *work, bool *changed)
{
	char path[128], text[1024];

	if (!work->needs.early || work->system == HOST_UNRAID)
		return IGDROM_OK;
	snprintf(path, sizeof(path), "%s/" OWN_NAME, modprobe_directory(work));
	write_own(work, text, sizeof(text));
	return prep_own_file(work, path, text, 0644,
			     "vfio-pci takes the GPU at boot, before a graphics driver does",
			     changed);
}

static enum igdrom_status refresh(struct prep_work *work)
{
	static const char *const argv[] = {"update-initramfs", "-u", "-k", "all", NULL};

	switch (work->system) {
	case HOST_DEBIAN:
		return prep_refresh(work, argv,
				    "drivers may be loaded from the initramfs, which has a copy of "
				    "these files");
	case HOST_FEDORA:
		return prep_advise(work,
				   "Make the initramfs anew, as it has a copy of the files in "
				   "/etc/modprobe.d: dracut --regenerate-all --force");
	case HOST_ARCH:
		return prep_advise(work,
				   "Make the initramfs anew, as it has a copy of the files in "
				   "/etc/modprobe.d: mkinitcpio -P");
	case HOST_OTHER:
		return prep_advise(work,
				   "Make the initramfs anew, if it has a copy of the files in "
				   "/etc/modprobe.d.");
	case HOST_UNRAID:
		break;
	}
	return IGDROM_OK;
}

static enum igdrom_status load_kvmgt(struct prep_work *work)
{
	struct prep_files files = {0};
	bool found, loaded = false;
	enum igdrom_status status =
		prep_read(work->changes, "/etc/modules", work->report, &files, &found);

	if (status == IGDROM_OK)
		status = prep_read_directory(work->changes, "/etc/modules-load.d", ".conf",
					     work->report, &files);
	for (size_t i = 0; i < files.count; i++)
		loaded |= prep_loads(files.list[i].text, "kvmgt");
	prep_free_files(&files);
	if (status != IGDROM_OK || loaded)
		return status;
	work->changed = true;
	return prep_own_file(work, "/etc/modules-load.d/" OWN_NAME, OWN_HEAD "kvmgt\n", 0644,
			     "mediated devices (GVT-g) are made by the module kvmgt", NULL);
}

enum igdrom_status prep_modules(struct prep_work *work)
{
	struct prep_files files = {0};
	enum igdrom_status status = prep_read_directory(work->changes, modprobe_directory(work),
							".conf", work->report, &files);
	bool own = false;
	size_t changed = 0;

	leave_own_out(&files);
	if (status == IGDROM_OK && files.count)
		status = prep_obey_files(work, &prep_modprobe, &files, &changed);
	if (status == IGDROM_OK)
		status = add_own(work, &own);
	memcpy(work->in_modules, work->said, sizeof(work->in_modules));
	prep_free_files(&files);
	work->changed |= own;
	if (status == IGDROM_OK && (changed || own))
		status = refresh(work);
	if (status == IGDROM_OK && work->needs.kvmgt)
		status = load_kvmgt(work);
	return status;
}
