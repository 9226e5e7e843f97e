/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the kernel command line comes from. How the running kernel was started tells it best: GRUB
 * puts BOOT_IMAGE= into the command line, systemd-boot the initrd= of its entry.
 */
#include "host/prepare.h"

#include <igdrom/file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRUB_FILE    "/etc/default/grub"
#define CMDLINE_FILE "/etc/kernel/cmdline"
#define ESP_LIST     "/etc/kernel/proxmox-boot-uuids" /* of proxmox-boot-tool(8) */
#define SYSLINUX     "/boot/syslinux/syslinux.cfg"

enum host_family prep_system_of(const struct igdrom_changes *changes,
				const struct igdrom_host *host)
{
	enum host_family family = host_family_of(igdrom_host_distribution(host));

	if (family != HOST_OTHER)
		return family;
	if (prep_is_there(changes, "/usr/sbin/update-grub") ||
	    prep_is_there(changes, "/usr/sbin/update-initramfs"))
		return HOST_DEBIAN;
	if (prep_is_there(changes, "/usr/sbin/grubby") || prep_is_there(changes, "/usr/bin/grubby"))
		return HOST_FEDORA;
	return prep_is_there(changes, "/usr/bin/mkinitcpio") ? HOST_ARCH : HOST_OTHER;
}

struct loaders {
	bool grub, cmdline; /* whose files are edited */
	bool esp;           /* proxmox-boot-tool copies to the boot partitions */
};

static struct loaders find_loaders(const struct prep_work *work)
{
	const struct igdrom_changes *changes = work->changes;
	struct loaders found = {.esp = prep_is_there(changes, ESP_LIST)};
	bool grub = prep_is_there(changes, GRUB_FILE);
	bool cmdline = prep_is_there(changes, CMDLINE_FILE);

	switch (host_loader_of(igdrom_host_command_line(work->host))) {
	case HOST_LOADER_SYSTEMD:
		found.cmdline = found.esp;
		break;
	case HOST_LOADER_GRUB:
		found.grub = grub;
		break;
	case HOST_LOADER_UNKNOWN:
		/* Nothing says which one it is: each is told. */
		found.grub = grub;
		found.cmdline = found.esp && cmdline && igdrom_host_efi(work->host) != IGDROM_NO;
		break;
	}
	return found;
}

/* Words that the running kernel was told and must not be. */
static void find_harmful(const struct prep_work *work, char *out, size_t room)
{
	const char *command_line = igdrom_host_command_line(work->host);

	*out = '\0';
	for (size_t i = 0; command_line && i < work->needs.rules.count; i++) {
		const struct prep_rule *rule = &work->needs.rules.list[i];
		size_t used = strlen(out);

		if (rule->take && prep_tells(command_line, rule))
			snprintf(out + used, room - used, "%s%s%s%s", used ? " " : "", rule->key,
				 rule->value[0] ? "=" : "", rule->value);
	}
}

/* Words that the running kernel was told already need not be written again. */
static void tell_running(struct prep_work *work)
{
	const char *command_line = igdrom_host_command_line(work->host);

	for (size_t i = 0; command_line && i < work->needs.rules.count; i++) {
		const struct prep_rule *rule = &work->needs.rules.list[i];

		if (!rule->take && prep_tells(command_line, rule))
			work->said[i] = true;
	}
}

/* Systems whose command line is kept by a tool of their own: what to type, by their documents. */
static enum igdrom_status advise(struct prep_work *work)
{
	char add[512], harmful[512];
	enum igdrom_status status = IGDROM_OK;

	tell_running(work);
	prep_untold(work, add, sizeof(add));
	find_harmful(work, harmful, sizeof(harmful));
	if (!*add && !*harmful)
		return IGDROM_OK;
	work->changed = true;
	if (work->system == HOST_FEDORA) {
		if (*add)
			status = prep_advise(work, "Run: grubby --update-kernel=ALL --args=\"%s\"",
					     add);
		if (status == IGDROM_OK && *harmful)
			status = prep_advise(work,
					     "Run: grubby --update-kernel=ALL --remove-args=\"%s\"",
					     harmful);
		return status;
	}
	if (*add)
		status = prep_advise(work, "Add to the kernel command line: %s", add);
	if (status == IGDROM_OK && *harmful)
		status = prep_advise(work, "Take out of the kernel command line: %s", harmful);
	if (status != IGDROM_OK)
		return status;
	if (work->system == HOST_ARCH)
		return prep_advise(work, "With GRUB it is GRUB_CMDLINE_LINUX_DEFAULT in " GRUB_FILE
					 "; then run: grub-mkconfig -o /boot/grub/grub.cfg. With "
					 "systemd-boot it is the line \"options\" of the entry in "
					 "/boot/loader/entries, or " CMDLINE_FILE
					 " for a unified kernel image; then run: mkinitcpio -P");
	return prep_advise(work, "Where it is kept depends on the boot loader. With GRUB it is "
				 "GRUB_CMDLINE_LINUX_DEFAULT in " GRUB_FILE
				 "; then run: update-grub. With systemd-boot it is " CMDLINE_FILE
				 "; then run \"kernel-install add-all\", or install the kernel "
				 "again.");
}

/* The file is made of the running command line when it is not there, as proxmox-boot-tool does. */
static enum igdrom_status read_cmdline(struct prep_work *work, struct prep_files *files)
{
	const char *running = igdrom_host_command_line(work->host);
	enum igdrom_status status;
	struct prep_file *file;
	struct build text = build_new(PREP_MAX_TEXT);
	bool found;

	status = prep_read(work->changes, CMDLINE_FILE, work->report, files, &found);
	if (status != IGDROM_OK || found || !running)
		return status;
	while (*running) {
		size_t size = strcspn(running, " ");

		if (size && strncmp(running, "initrd=", 7) != 0) {
			build_bytes(&text, " ", text.size > 0);
			build_bytes(&text, running, size);
		}
		running += size + strspn(running + size, " ");
	}
	build_u8(&text, '\n');
	file = calloc(1, sizeof(*file));
	if (!file) {
		build_free(&text);
		return IGDROM_E_NOMEM;
	}
	files->list = file;
	files->count = 1;
	file->path = strdup(CMDLINE_FILE);
	status = build_finish(&text, &file->text);
	return status == IGDROM_OK && !file->path ? IGDROM_E_NOMEM : status;
}

static enum igdrom_status obey_cmdline(struct prep_work *work, size_t *changed)
{
	struct prep_files files = {0};
	enum igdrom_status status = read_cmdline(work, &files);

	*changed = 0;
	if (status == IGDROM_OK && files.count)
		status = prep_obey_files(work, &prep_line, &files, changed);
	prep_free_files(&files);
	return status;
}

/* A variable that is assigned nowhere is assigned at the end of the first file. */
static enum igdrom_status assign(struct prep_file *file)
{
	static const char line[] = "GRUB_CMDLINE_LINUX_DEFAULT=\"\"\n";
	bool open = file->text.size && file->text.data[file->text.size - 1] != '\n';
	struct prep_edits edits = {0};
	char text[sizeof(line) + 1];

	snprintf(text, sizeof(text), "%s%s", open ? "\n" : "", line);
	prep_edit(&edits, file->text.size, file->text.size, text);
	return prep_rewrite(&file->text, &edits);
}

static bool any_untold(const struct prep_work *work)
{
	char words[512];

	prep_untold(work, words, sizeof(words));
	return words[0] != '\0';
}

static enum igdrom_status obey_grub(struct prep_work *work, size_t *changed)
{
	struct prep_files files = {0};
	bool found;
	enum igdrom_status status =
		prep_read(work->changes, GRUB_FILE, work->report, &files, &found);

	*changed = 0;
	if (status == IGDROM_OK)
		status = prep_read_directory(work->changes, GRUB_FILE ".d", ".cfg", work->report,
					     &files);
	if (status == IGDROM_OK && files.count)
		status = prep_obey_files(work, &prep_grub, &files, changed);
	if (status == IGDROM_OK && files.count && any_untold(work)) {
		status = assign(&files.list[0]);
		if (status == IGDROM_OK)
			status = prep_obey_files(work, &prep_grub, &files, changed);
	}
	prep_free_files(&files);
	return status;
}

static enum igdrom_status obey_loaders(struct prep_work *work, const struct loaders *loaders)
{
	static const char *const grub[] = {"update-grub", NULL};
	static const char *const esp[] = {"proxmox-boot-tool", "refresh", NULL};
	size_t changed = 0, more = 0;
	enum igdrom_status status = IGDROM_OK;
	bool before[PREP_MAX_RULES];

	memcpy(before, work->said, sizeof(before));
	if (loaders->grub)
		status = obey_grub(work, &changed);
	/* The other loader has to be told all of it too. */
	if (loaders->cmdline && status == IGDROM_OK) {
		memcpy(work->said, before, sizeof(before));
		status = obey_cmdline(work, &more);
	}
	if (status != IGDROM_OK || changed + more == 0)
		return status;
	return prep_refresh(work, loaders->esp ? esp : grub,
			    "the boot loader takes the kernel command line over");
}

static enum igdrom_status obey_syslinux(struct prep_work *work)
{
	struct prep_files files = {0};
	size_t changed;
	bool found;
	enum igdrom_status status =
		prep_read(work->changes, SYSLINUX, work->report, &files, &found);

	if (status == IGDROM_OK && found)
		status = prep_obey_files(work, &prep_syslinux, &files, &changed);
	prep_free_files(&files);
	return status;
}

enum igdrom_status prep_boot(struct prep_work *work)
{
	struct loaders loaders;

	if (work->system == HOST_UNRAID && prep_is_there(work->changes, SYSLINUX))
		return obey_syslinux(work);
	if (work->system != HOST_DEBIAN)
		return advise(work);
	loaders = find_loaders(work);
	if (!loaders.grub && !loaders.cmdline)
		return advise(work);
	return obey_loaders(work, &loaders);
}
