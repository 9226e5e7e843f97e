/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine, its firmware and its kernel, as /proc and /sys show them. */
#include "host/host.h"

#include "changes/file.h"
#include "core/text.h"
#include "host/below.h"
#include "host/lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_TEXT    4096
#define DMI_TEXT     128
#define CPUINFO_READ 65536
#define NAMES_MAX    4096
#define MODPROBE_MAX (1u << 20)

/* MGAW, bits 21:16 of the capability register: Intel VT-d specification 11.4.2 */
#define CAP_MGAW_SHIFT 16
#define CAP_MGAW_MASK  0x3fu

char *host_text(struct scan *scan, struct part text)
{
	char *copy;

	text = part_trim(text);
	if (!text.size)
		return NULL;
	copy = text_clean(text.p, text.size, text.size > LINE_TEXT ? LINE_TEXT : text.size);
	if (!copy)
		scan->no_memory = true;
	return copy;
}

char *host_line(struct scan *scan, const char *path)
{
	char *line;

	if (below_line(scan->root, path, LINE_TEXT, &line) == ENOMEM)
		scan->no_memory = true;
	return line;
}

bool host_file(struct scan *scan, const char *path, size_t most, struct igdrom_bytes *out)
{
	int error = below_read(scan->root, path, most, out);

	if (error == ENOMEM)
		scan->no_memory = true;
	else if (error && error != ENOENT && error != ENOTDIR)
		file_failed(scan->report, "host-file-unreadable", path, error);
	return error == 0;
}

bool host_names(struct scan *scan, const char *path, struct below_names *out)
{
	int error = below_list(scan->root, path, NAMES_MAX, out);

	if (error == ENOMEM)
		scan->no_memory = true;
	else if (error == EFBIG)
		SAY(scan->report, "host-too-many", SAY_TEXT(path), SAY_NUMBER(NAMES_MAX));
	else if (error && error != ENOENT && error != ENOTDIR)
		file_failed(scan->report, "host-file-unreadable", path, error);
	return error == 0;
}

static void scan_cpu(struct scan *scan)
{
	struct igdrom_bytes bytes;
	struct part rest, line;
	int error = below_head(scan->root, "/proc/cpuinfo", CPUINFO_READ, &bytes);

	if (error == ENOMEM)
		scan->no_memory = true;
	if (error)
		return;
	rest = part_of(bytes);
	while (part_line(&rest, &line)) {
		struct part key = part_trim(part_until(&line, ':'));

		if (!part_is(key, "model name"))
			continue;
		scan->host->system.cpu = host_text(scan, line);
		break;
	}
	igdrom_bytes_free(&bytes);
}

static void scan_kernel(struct scan *scan)
{
	struct host_system *system = &scan->host->system;
	char *version;

	system->command_line = host_line(scan, "/proc/cmdline");
	system->kernel = host_line(scan, "/proc/sys/kernel/osrelease");
	if (system->kernel)
		return;
	version = host_line(scan, "/proc/version");
	if (version) {
		struct part text = {version, strlen(version)};

		if (part_starts(&text, "Linux version "))
			system->kernel = host_text(scan, part_word(&text));
	}
	free(version);
}

/* "none [integrity] confidentiality" */
static void scan_lockdown(struct scan *scan)
{
	char *line = host_line(scan, "/sys/kernel/security/lockdown");
	struct part text = {line, line ? strlen(line) : 0};

	part_until(&text, '[');
	scan->host->system.lockdown = host_text(scan, part_until(&text, ']'));
	free(line);
}

/* What makers leave in when they fill nothing in. */
static bool is_filler(const char *text)
{
	static const char *const fillers[] = {"Default string",         "To Be Filled By O.E.M.",
					      "To be filled by O.E.M.", "System Product Name",
					      "System manufacturer",    "None",
					      "Not Applicable"};

	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
		if (!strcmp(text, fillers[i]))
			return true;
	}
	return false;
}

static char *dmi(struct scan *scan, const char *name)
{
	char path[64];
	char *text;

	snprintf(path, sizeof(path), "/sys/class/dmi/id/%s", name);
	if (below_line(scan->root, path, DMI_TEXT, &text) == ENOMEM)
		scan->no_memory = true;
	if (text && is_filler(text)) {
		free(text);
		text = NULL;
	}
	return text;
}

/* Parts that are there, with a blank between them; takes them. */
static char *join(struct scan *scan, char *a, char *b, char *c)
{
	size_t room = (a ? strlen(a) : 0) + (b ? strlen(b) : 0) + (c ? strlen(c) : 0) + 5;
	char *text = a || b || c ? malloc(room) : NULL;

	if (text)
		snprintf(text, room, "%s%s%s%s%s%s", a ? a : "", a && (b || c) ? " " : "",
			 b ? b : "", b && c ? " " : "", c ? c : "", "");
	else if (a || b || c)
		scan->no_memory = true;
	free(a);
	free(b);
	free(c);
	return text;
}

static void scan_dmi(struct scan *scan)
{
	struct host_system *system = &scan->host->system;
	char *name = dmi(scan, "board_name"), *date;
	char in_brackets[40];

	if (name)
		system->board = join(scan, dmi(scan, "board_vendor"), name, NULL);
	else
		system->board =
			join(scan, dmi(scan, "sys_vendor"), dmi(scan, "product_name"), NULL);
	date = dmi(scan, "bios_date");
	if (date) {
		snprintf(in_brackets, sizeof(in_brackets), "(%.32s)", date);
		free(date);
		date = strdup(in_brackets);
		if (!date)
			scan->no_memory = true;
	}
	system->firmware = join(scan, dmi(scan, "bios_vendor"), dmi(scan, "bios_version"), date);
}

static void scan_efi(struct scan *scan)
{
	if (below_exists(scan->root, "/sys/firmware/efi"))
		scan->host->system.efi = IGDROM_YES;
	else if (below_exists(scan->root, "/sys/firmware"))
		scan->host->system.efi = IGDROM_NO;
}

/* Whether a directory has entries. */
static enum igdrom_tristate is_filled(struct scan *scan, const char *path)
{
	struct below_names names;
	enum igdrom_tristate answer;

	if (!host_names(scan, path, &names))
		return IGDROM_UNKNOWN;
	answer = names.count ? IGDROM_YES : IGDROM_NO;
	below_names_free(&names);
	return answer;
}

static void scan_iommu(struct scan *scan)
{
	struct host_system *system = &scan->host->system;
	uint64_t cap;
	char *line;

	system->iommu = is_filled(scan, "/sys/class/iommu");
	if (system->iommu != IGDROM_YES &&
	    is_filled(scan, "/sys/kernel/iommu_groups") == IGDROM_YES)
		system->iommu = IGDROM_YES;
	/* A kernel without IOMMU drivers does not have the directory. */
	if (system->iommu == IGDROM_UNKNOWN && !*scan->host->root)
		system->iommu = IGDROM_NO;
	line = host_line(scan, "/sys/bus/pci/devices/0000:00:02.0/iommu/intel-iommu/cap");
	/* The first unit of a client processor is that of its GPU. */
	if (!line)
		line = host_line(scan, "/sys/class/iommu/dmar0/intel-iommu/cap");
	if (line && sscanf(line, "%16" SCNx64, &cap) == 1 && cap)
		system->iommu_width = (unsigned)(cap >> CAP_MGAW_SHIFT & CAP_MGAW_MASK) + 1;
	free(line);
}

/* "1", "y", "Y"; a boolean parameter without a value is set too. */
static enum igdrom_tristate boolean(struct part value)
{
	if (!value.size)
		return IGDROM_UNKNOWN;
	return strchr("1yY", value.p[0]) ? IGDROM_YES : IGDROM_NO;
}

/* Looks for disable_vga behind "options vfio-pci", or for vfio-pci.disable_vga. */
static void read_words(struct part words, const char *name, enum igdrom_tristate *out)
{
	for (struct part word = part_word(&words); word.size; word = part_word(&words)) {
		if (!part_starts(&word, name))
			continue;
		if (!word.size)
			*out = IGDROM_YES;
		else if (part_starts(&word, "="))
			*out = boolean(word);
	}
}

static void read_modprobe(struct scan *scan, const char *path, enum igdrom_tristate *out)
{
	struct igdrom_bytes bytes;
	struct part rest, line, module;

	if (!host_file(scan, path, MODPROBE_MAX, &bytes))
		return;
	rest = part_of(bytes);
	while (part_line(&rest, &line)) {
		if (!part_is(part_word(&line), "options"))
			continue;
		module = part_word(&line);
		if (part_is(module, "vfio-pci") || part_is(module, "vfio_pci"))
			read_words(line, "disable_vga", out);
	}
	igdrom_bytes_free(&bytes);
}

static void scan_modprobe(struct scan *scan, const char *directory, enum igdrom_tristate *out)
{
	struct below_names names;
	char path[512];

	if (!host_names(scan, directory, &names))
		return;
	if (*out == IGDROM_UNKNOWN)
		*out = IGDROM_NO;
	for (size_t i = 0; i < names.count; i++) {
		size_t size = strlen(names.names[i]);

		/* Others are not read by modprobe either: modprobe.d(5). */
		if (size < 5 || size > 255 || strcmp(names.names[i] + size - 5, ".conf") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, names.names[i]);
		read_modprobe(scan, path, out);
	}
	below_names_free(&names);
}

static void scan_disable_vga(struct scan *scan)
{
	struct host_system *system = &scan->host->system;
	enum igdrom_tristate *out = &system->disable_vga;
	const char *line = system->command_line;
	char *now = host_line(scan, "/sys/module/vfio_pci/parameters/disable_vga");

	if (now) {
		*out = boolean((struct part){now, strlen(now)});
		free(now);
		return;
	}
	scan_modprobe(scan, "/usr/lib/modprobe.d", out);
	scan_modprobe(scan, "/etc/modprobe.d", out);
	if (line) {
		read_words((struct part){line, strlen(line)}, "vfio-pci.disable_vga", out);
		read_words((struct part){line, strlen(line)}, "vfio_pci.disable_vga", out);
	}
}

void host_scan_system(struct scan *scan)
{
	scan_cpu(scan);
	scan_kernel(scan);
	scan_lockdown(scan);
	scan_dmi(scan);
	scan_efi(scan);
	scan_iommu(scan);
	scan_disable_vga(scan);
	host_scan_packages(scan);
}
