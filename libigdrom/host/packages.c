/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is installed, from the files that package managers keep: dpkg(1) "status" files, pkgtools
 * (Slackware, unraid) and pacman keep a file or a directory NAME-VERSION-... for each package.
 */
#include "host/host.h"

#include "host/below.h"
#include "host/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_MAX (64u << 20)
#define SMALL_MAX  65536

static void set(struct scan *scan, char **field, struct part value)
{
	if (!*field)
		*field = host_text(scan, value);
}

/* "1:7.2+dfsg-7" without the epoch. */
static struct part without_epoch(struct part version)
{
	size_t digits = 0;

	while (digits < version.size && version.p[digits] >= '0' && version.p[digits] <= '9')
		digits++;
	if (digits && digits < version.size && version.p[digits] == ':') {
		version.p += digits + 1;
		version.size -= digits + 1;
	}
	return version;
}

/* As this QEMU calls itself: "10.0.2 (pve-qemu-kvm_10.0.2-4)". */
static void set_pve_qemu(struct scan *scan, struct part version)
{
	struct part rest = version, upstream = part_until(&rest, '-');
	char text[256];

	if (version.size > 80)
		return;
	snprintf(text, sizeof(text), "%.*s (pve-qemu-kvm_%.*s)", (int)upstream.size, upstream.p,
		 (int)version.size, version.p);
	free(scan->host->system.qemu);
	scan->host->system.qemu = NULL;
	set(scan, &scan->host->system.qemu, (struct part){text, strlen(text)});
}

static void found(struct scan *scan, struct part name, struct part version)
{
	struct host_system *system = &scan->host->system;

	version = without_epoch(version);
	if (part_is(name, "pve-qemu-kvm"))
		set_pve_qemu(scan, version);
	else if (part_is(name, "pve-manager"))
		set(scan, &system->pve, version);
	else if (part_is(name, "qemu-system-x86") || part_is(name, "qemu") ||
		 part_is(name, "qemu-base"))
		set(scan, &system->qemu, version);
	else if (part_is(name, "libvirt") || part_is(name, "libvirt-daemon"))
		set(scan, &system->libvirt, version);
}

static void scan_dpkg(struct scan *scan)
{
	struct igdrom_bytes bytes;
	struct part rest, line, name = {NULL, 0}, version = {NULL, 0};
	bool installed = false;

	if (!host_file(scan, "/var/lib/dpkg/status", STATUS_MAX, &bytes))
		return;
	rest = part_of(bytes);
	while (part_line(&rest, &line)) {
		if (part_starts(&line, "Package: "))
			name = part_trim(line);
		else if (part_starts(&line, "Version: "))
			version = part_trim(line);
		else if (part_starts(&line, "Status: "))
			installed = line.size > 10 &&
				    !memcmp(line.p + line.size - 10, " installed", 10);
		if (rest.size && line.size)
			continue;
		if (installed && version.size)
			found(scan, name, version);
		name = version = (struct part){NULL, 0};
		installed = false;
	}
	igdrom_bytes_free(&bytes);
}

/* NAME-VERSION-X-Y (fields: 3) or NAME-VERSION-X (2); a name may have '-' in it. */
static void found_file(struct scan *scan, const char *file, unsigned fields)
{
	size_t size = strlen(file), dash = size;
	size_t end = size;

	for (unsigned n = 0; n < fields; n++) {
		end = dash;
		while (dash && file[dash - 1] != '-')
			dash--;
		if (!dash)
			return;
		dash--;
	}
	if (end > dash)
		found(scan, (struct part){file, dash},
		      (struct part){file + dash + 1, end - dash - 1});
}

static void scan_names(struct scan *scan, const char *directory, unsigned fields)
{
	struct below_names names;

	if (!host_names(scan, directory, &names))
		return;
	for (size_t i = 0; i < names.count; i++)
		found_file(scan, names.names[i], fields);
	below_names_free(&names);
}

/* KEY=value, KEY="value", as os-release(5) has them. */
static char *value_of(struct scan *scan, struct igdrom_bytes bytes, const char *key)
{
	struct part rest = part_of(bytes), line;

	while (part_line(&rest, &line)) {
		if (!part_is(part_trim(part_until(&line, '=')), key))
			continue;
		line = part_trim(line);
		if (line.size > 1 && (line.p[0] == '"' || line.p[0] == '\'') &&
		    line.p[line.size - 1] == line.p[0])
			line = (struct part){line.p + 1, line.size - 2};
		return host_text(scan, line);
	}
	return NULL;
}

static void scan_release(struct scan *scan)
{
	struct host_system *system = &scan->host->system;
	struct igdrom_bytes bytes;

	if (!host_file(scan, "/etc/os-release", SMALL_MAX, &bytes) &&
	    !host_file(scan, "/usr/lib/os-release", SMALL_MAX, &bytes))
		return;
	system->distribution = value_of(scan, bytes, "ID");
	system->name = value_of(scan, bytes, "PRETTY_NAME");
	igdrom_bytes_free(&bytes);
}

static void rename_to(struct scan *scan, const char *distribution)
{
	struct host_system *system = &scan->host->system;

	free(system->distribution);
	system->distribution = NULL;
	set(scan, &system->distribution, (struct part){distribution, strlen(distribution)});
}

static void scan_unraid(struct scan *scan)
{
	struct igdrom_bytes bytes;
	char text[128], *version;

	if (!host_file(scan, "/etc/unraid-version", SMALL_MAX, &bytes))
		return;
	rename_to(scan, "unraid");
	version = value_of(scan, bytes, "version");
	if (version) {
		snprintf(text, sizeof(text), "unraid %.100s", version);
		free(scan->host->system.name);
		scan->host->system.name = NULL;
		set(scan, &scan->host->system.name, (struct part){text, strlen(text)});
	}
	free(version);
	igdrom_bytes_free(&bytes);
}

void host_scan_packages(struct scan *scan)
{
	struct host_system *system = &scan->host->system;

	scan_release(scan);
	scan_unraid(scan);
	scan_dpkg(scan);
	scan_names(scan, "/var/lib/pkgtools/packages", 3);
	scan_names(scan, "/var/log/packages", 3);
	scan_names(scan, "/var/lib/pacman/local", 2);
	if (system->pve || below_exists(scan->root, "/etc/pve/qemu-server"))
		rename_to(scan, "pve");
	if (!system->qemu && !*scan->host->root &&
	    igdrom_host_qemu_version(scan->host, NULL, NULL, &system->qemu) == IGDROM_E_NOMEM)
		scan->no_memory = true;
}
