/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup/collect.h"

#include "changes/run.h"
#include "host/below.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MOST     (256u << 10)
#define LOG_MOST      (64u << 20) /* of the file */
#define LOG_KEPT      (2u << 20)  /* its end */
#define NAMES_MOST    256
#define DMESG_SECONDS 10
#define FIRST_PERSON  1000 /* Debian, Fedora, Arch: UID_MIN of login.defs */
#define PVE_NODES     "/etc/pve/nodes"

static const char *const files[] = {
	"/proc/cmdline",   "/etc/default/grub",   "/etc/kernel/cmdline",
	"/etc/modules",    "/boot/config/go",     "/boot/syslinux/syslinux.cfg",
	"/etc/os-release", "/etc/unraid-version", "/etc/initramfs-tools/modules",
};
static const char *const directories[] = {
	"/etc/default/grub.d",
	"/etc/modprobe.d",
	"/etc/modules-load.d",
	"/boot/config/modprobe.d",
};
static const char *const logs[] = {
	"/var/log/kern.log",
	"/var/log/dmesg",
	"/var/log/syslog",
	"/var/log/messages",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Each name in a file of the form of /etc/hosts, but for those of this machine to itself. */
static void add_hosts_of(struct redactor *redactor, const char *text)
{
	while (*text) {
		size_t line = strcspn(text, "\n"), at = strspn(text, " \t");
		bool own = !strncmp(text + at, "127.0.0.1", 9) || text[at] == ':' ||
			   text[at] == '#' || text[at] == 'f';

		at += strcspn(text + at, " \t\n#");
		while (at < line && text[at] != '#') {
			at += strspn(text + at, " \t");
			/* "ip6-localhost" and its like are the same everywhere. */
			if (at < line && (!own || strncmp(text + at, "ip6-", 4) != 0) &&
			    strncmp(text + at, "localhost", 9) != 0)
				redact_add_name(redactor, REDACT_HOST, text + at);
			at += strcspn(text + at, " \t\n#");
		}
		text += line + (text[line] == '\n');
	}
}

/* What the directory has an entry for each of. */
static void add_entries(struct redactor *redactor, int root, const char *path,
			enum redact_kind kind)
{
	struct below_names names;

	if (below_list(root, path, NAMES_MOST, &names) != 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		redact_add_name(redactor, kind, names.names[i]);
	below_names_free(&names);
}

/* The whole of a small file as text, owned; NULL when it cannot be read. */
static char *read_text(int root, const char *path)
{
	struct igdrom_bytes bytes;
	char *text;

	if (below_read(root, path, FILE_MOST, &bytes) != 0)
		return NULL;
	text = strndup((const char *)bytes.data, bytes.size);
	igdrom_bytes_free(&bytes);
	return text;
}

/* People, not services: those from uid 1000 on. */
static void add_users(struct redactor *redactor, int root)
{
	char *text = read_text(root, "/etc/passwd"), *line = text;

	while (line && *line) {
		char *next = strchr(line, '\n'), *uid = strchr(line, ':');

		uid = uid ? strchr(uid + 1, ':') : NULL;
		if (uid && (!next || uid < next) && strtoul(uid + 1, NULL, 10) >= FIRST_PERSON)
			redact_add_name(redactor, REDACT_USER, line);
		line = next ? next + 1 : NULL;
	}
	free(text);
	add_entries(redactor, root, "/home", REDACT_USER);
}

static void add_hosts(struct redactor *redactor, int root)
{
	static const char *const lines[] = {"/etc/hostname", "/proc/sys/kernel/hostname"};
	char *line;

	for (size_t i = 0; i < COUNT(lines); i++) {
		if (below_line(root, lines[i], 256, &line) != 0)
			continue;
		redact_add_name(redactor, REDACT_HOST, line);
		free(line);
	}
	add_entries(redactor, root, PVE_NODES, REDACT_HOST);
	line = read_text(root, "/etc/hosts");
	if (line)
		add_hosts_of(redactor, line);
	free(line);
}

/* Notes of Proxmox VE are lines before all others: nobody knows what people write there. */
static void drop_notes(struct igdrom_bytes *text)
{
	uint8_t *data = (uint8_t *)(uintptr_t)text->data;
	size_t from = 0, to = 0;
	bool note = false;

	for (; from < text->size; from++) {
		if (from == 0 || data[from - 1] == '\n')
			note = data[from] == '#';
		if (!note)
			data[to++] = data[from];
	}
	text->size = to;
}

static enum igdrom_status add_file(struct collected *out, int root, const char *path,
				   enum igdrom_vm_format format)
{
	struct collected_file *file = &out->files[out->count];
	struct igdrom_bytes bytes, redacted;
	enum igdrom_status status;

	if (out->count == COLLECT_FILES || below_read(root, path, FILE_MOST, &bytes) != 0)
		return IGDROM_OK;
	if (format == IGDROM_VM_FORMAT_PVE)
		drop_notes(&bytes);
	status = redact_text(out->redactor, bytes.data, bytes.size, &file->text);
	igdrom_bytes_free(&bytes);
	if (status == IGDROM_OK)
		status = redact_text(out->redactor, path, strlen(path), &redacted);
	if (status != IGDROM_OK) {
		igdrom_bytes_free(&file->text);
		return status;
	}
	file->path = (char *)(uintptr_t)redacted.data;
	file->format = format;
	out->count++;
	return IGDROM_OK;
}

static enum igdrom_status add_directory(struct collected *out, int root, const char *directory)
{
	enum igdrom_status status = IGDROM_OK;
	struct below_names names;
	char path[PATH_MAX];

	if (below_list(root, directory, NAMES_MOST, &names) != 0)
		return IGDROM_OK;
	for (size_t i = 0; i < names.count && status == IGDROM_OK; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names.names[i]);
		status = add_file(out, root, path, IGDROM_VM_FORMAT_UNKNOWN);
	}
	below_names_free(&names);
	return status;
}

/* Those that have to do with the GPU; a configuration that cannot be read may. */
static enum igdrom_status add_vms(struct collected *out, const struct igdrom_host *host, int root)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < igdrom_host_vm_count(host) && status == IGDROM_OK; i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(host, i);
		const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);

		if (config && (igdrom_host_vm_uses_igd(vm) || igdrom_host_vm_uses_vf(vm)))
			status = add_file(out, root, igdrom_host_vm_path(vm),
					  igdrom_vm_config_format(config));
	}
	return status;
}

/* The end of a log, from the start of a line on. */
static enum igdrom_status take_log(struct collected *out, const char *source, const char *text,
				   size_t size)
{
	size_t cut = size > LOG_KEPT ? size - LOG_KEPT : 0;

	while (cut && cut < size && text[cut - 1] != '\n')
		cut++;
	out->log_source = strdup(source);
	return out->log_source ? redact_text(out->redactor, text + cut, size - cut, &out->log)
			       : IGDROM_E_NOMEM;
}

static enum igdrom_status run_dmesg(struct collected *out)
{
	static const char *const argv[] = {"dmesg", NULL};
	enum igdrom_status status;
	struct run run;

	status = run_command(argv, DMESG_SECONDS, true, &run);
	if (status != IGDROM_OK)
		return status;
	if (run_succeeded(&run) && run.size)
		status = take_log(out, "dmesg", run.output, run.size);
	run_free(&run);
	return status;
}

static enum igdrom_status add_log(struct collected *out, const struct igdrom_host *host, int root)
{
	enum igdrom_status status = IGDROM_OK;

	if (igdrom_host_source(host) == IGDROM_HOST_RUNNING)
		status = run_dmesg(out);
	for (size_t i = 0; i < COUNT(logs) && status == IGDROM_OK && !out->log_source; i++) {
		struct igdrom_bytes bytes;

		if (below_read(root, logs[i], LOG_MOST, &bytes) != 0)
			continue;
		status = take_log(out, logs[i], (const char *)bytes.data, bytes.size);
		igdrom_bytes_free(&bytes);
	}
	return status;
}

enum igdrom_status collect(const struct igdrom_host *host, struct collected *out)
{
	enum igdrom_status status = IGDROM_OK;
	int root = -1;

	*out = (struct collected){.redactor = redact_new()};
	if (!out->redactor)
		return IGDROM_E_NOMEM;
	if (below_root(host, &root) != 0)
		return IGDROM_OK;
	add_hosts(out->redactor, root);
	add_users(out->redactor, root);
	status = add_vms(out, host, root);
	for (size_t i = 0; i < COUNT(files) && status == IGDROM_OK; i++)
		status = add_file(out, root, files[i], IGDROM_VM_FORMAT_UNKNOWN);
	for (size_t i = 0; i < COUNT(directories) && status == IGDROM_OK; i++)
		status = add_directory(out, root, directories[i]);
	if (status == IGDROM_OK)
		status = add_log(out, host, root);
	close(root);
	return status;
}

void collect_free(struct collected *collected)
{
	for (size_t i = 0; i < collected->count; i++) {
		free(collected->files[i].path);
		igdrom_bytes_free(&collected->files[i].text);
	}
	free(collected->log_source);
	igdrom_bytes_free(&collected->log);
	redact_free(collected->redactor);
}
