/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI functions as sysfs shows them (torvalds/linux:Documentation/ABI/testing/sysfs-bus-pci,
 * drivers/pci/pci-sysfs.c). Everything here can be read without privilege, but for configuration
 * space beyond its first 64 bytes.
 */
#include "host/host.h"

#include "changes/file.h"
#include "host/below.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICES       "/sys/bus/pci/devices"
#define LINE_MAX_TEXT 128
#define RESOURCE_MAX  8192

/* include/linux/ioport.h */
#define RESOURCE_IO         0x100u
#define RESOURCE_MEM        0x200u
#define RESOURCE_PREFETCH   0x2000u
#define RESOURCE_MEM_64     0x100000u
#define RESOURCE_ROM_SHADOW 0x2u

static char *line_of(struct scan *scan, int directory, const char *name)
{
	char *line;

	if (below_line_at(directory, name, LINE_MAX_TEXT, &line) == ENOMEM)
		scan->no_memory = true;
	return line;
}

static char *link_of(struct scan *scan, int directory, const char *name)
{
	char *last;

	if (below_link_at(directory, name, &last) == ENOMEM)
		scan->no_memory = true;
	return last;
}

/* A number as a whole line; false when there is none. */
static bool number_of(struct scan *scan, int directory, const char *name, int base, uint64_t *out)
{
	char *line = line_of(scan, directory, name), *end = NULL;

	*out = 0;
	if (!line)
		return false;
	errno = 0;
	*out = strtoull(line, &end, base);
	if (errno || end == line || *end || line[0] == '-' || line[0] == '+') {
		*out = 0;
		end = NULL;
	}
	free(line);
	return end != NULL;
}

static enum igdrom_tristate flag_of(struct scan *scan, int directory, const char *name)
{
	uint64_t value;

	if (!number_of(scan, directory, name, 10, &value))
		return IGDROM_UNKNOWN;
	return value ? IGDROM_YES : IGDROM_NO;
}

static int count_of(struct scan *scan, int directory, const char *name)
{
	uint64_t value;

	if (!number_of(scan, directory, name, 10, &value))
		return below_exists_at(directory, name) ? -1 : 0;
	return value <= UINT16_MAX ? (int)value : -1;
}

static void read_ids(struct scan *scan, int directory, struct igdrom_pci_function *function)
{
	uint64_t vendor, device, class_code, value;

	if (number_of(scan, directory, "vendor", 16, &vendor) && vendor <= UINT16_MAX &&
	    number_of(scan, directory, "device", 16, &device) && device <= UINT16_MAX &&
	    number_of(scan, directory, "class", 16, &class_code) && class_code <= 0xffffff)
		function->id = (struct igdrom_pci_id){
			.vendor_id = (uint16_t)vendor,
			.device_id = (uint16_t)device,
			.class_code = (uint32_t)class_code,
		};
	if (number_of(scan, directory, "subsystem_vendor", 16, &vendor) && vendor <= UINT16_MAX &&
	    number_of(scan, directory, "subsystem_device", 16, &device) && device <= UINT16_MAX)
		function->subsystem = (uint32_t)(device << 16 | vendor);
	if (number_of(scan, directory, "revision", 16, &value) && value <= UINT8_MAX)
		function->revision = (int)value;
}

/* One line of "resource": first address, last address, flags. */
static bool read_resource(const char *line, struct igdrom_pci_bar *bar, uint64_t *flags)
{
	uint64_t first, last;

	if (sscanf(line, "0x%16" SCNx64 " 0x%16" SCNx64 " 0x%16" SCNx64, &first, &last, flags) != 3)
		return false;
	if (!(*flags & (RESOURCE_IO | RESOURCE_MEM)) || last < first)
		return false;
	*bar = (struct igdrom_pci_bar){
		.address = first,
		.size = last - first == UINT64_MAX ? 0 : last - first + 1,
		.is_io = *flags & RESOURCE_IO,
		.is_64bit = *flags & RESOURCE_MEM_64,
		.is_prefetchable = *flags & RESOURCE_PREFETCH,
	};
	return true;
}

static void read_resources(struct scan *scan, int directory, struct igdrom_pci_function *function)
{
	struct igdrom_bytes bytes;
	char text[RESOURCE_MAX + 1];
	const char *line = text;
	int error = below_read_at(directory, "resource", RESOURCE_MAX, &bytes);

	if (error == ENOMEM)
		scan->no_memory = true;
	if (error || !bytes.size)
		return;
	memcpy(text, bytes.data, bytes.size);
	text[bytes.size] = '\0';
	igdrom_bytes_free(&bytes);
	function->rom = IGDROM_PCI_ROM_NONE;
	for (unsigned i = 0; i < HOST_BARS && line; i++) {
		uint64_t flags = 0;

		function->has_bar[i] = read_resource(line, &function->bars[i], &flags);
		if (i == HOST_BARS - 1 && function->has_bar[i])
			function->rom = flags & RESOURCE_ROM_SHADOW ? IGDROM_PCI_ROM_SHADOW
								    : IGDROM_PCI_ROM_BAR;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
}

static void read_config(struct scan *scan, int directory, struct igdrom_pci_function *function)
{
	static const size_t sizes[] = {HOST_MAX_CONFIG, 256, 64};
	int error = below_read_at(directory, "config", HOST_MAX_CONFIG, &function->config);

	if (error == ENOMEM)
		scan->no_memory = true;
	if (error)
		return;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (function->config.size >= sizes[i]) {
			function->config.size = sizes[i];
			return;
		}
	}
	igdrom_bytes_free(&function->config);
}

static void read_links(struct scan *scan, int directory, struct igdrom_pci_function *function)
{
	char *name;

	function->driver = link_of(scan, directory, "driver");
	function->bound = function->driver ? IGDROM_YES : IGDROM_NO;
	function->driver_override = line_of(scan, directory, "driver_override");
	if (function->driver_override && !strcmp(function->driver_override, "(null)")) {
		free(function->driver_override);
		function->driver_override = NULL;
	}
	name = link_of(scan, directory, "iommu_group");
	if (name && strlen(name) <= 6 && name[strspn(name, "0123456789")] == '\0')
		function->group = atoi(name);
	free(name);
	name = link_of(scan, directory, "physfn");
	if (name && igdrom_pci_address_parse(name, &function->physical_address) == IGDROM_OK)
		function->is_virtual = true;
	free(name);
}

static bool read_function(struct scan *scan, int directory, struct igdrom_pci_function *function)
{
	read_ids(scan, directory, function);
	read_config(scan, directory, function);
	read_resources(scan, directory, function);
	read_links(scan, directory, function);
	function->boot_vga = flag_of(scan, directory, "boot_vga");
	function->enabled = flag_of(scan, directory, "enable");
	function->power = line_of(scan, directory, "power_state");
	if (function->power && !strcmp(function->power, "unknown")) {
		free(function->power);
		function->power = NULL;
	}
	function->vf_total = count_of(scan, directory, "sriov_totalvfs");
	function->vf_count = count_of(scan, directory, "sriov_numvfs");
	host_read_config(function);
	return function->id.vendor_id != 0;
}

static void scan_function(struct scan *scan, const char *name,
			  const struct igdrom_pci_address *address)
{
	struct igdrom_pci_function function;
	char path[sizeof(DEVICES) + 32];
	int directory, error;

	host_function_init(&function);
	function.address = *address;
	snprintf(path, sizeof(path), DEVICES "/%s", name);
	error = below_directory(scan->root, path, &directory);
	if (!error && !read_function(scan, directory, &function))
		error = ENODATA;
	if (directory >= 0)
		close(directory);
	if (!error) {
		if (!host_add_function(scan->host, &function))
			scan->no_memory = true;
		return;
	}
	host_function_clear(&function);
	if (error == ENOMEM)
		scan->no_memory = true;
	else
		file_failed(scan->report, "host-function-unreadable", name, error);
}

bool host_scan_functions(struct scan *scan)
{
	struct below_names names;
	int error = below_list(scan->root, DEVICES, HOST_MAX_FUNCTIONS, &names);

	if (error == ENOMEM)
		scan->no_memory = true;
	if (error == EFBIG)
		SAY(scan->report, "host-too-many", SAY_TEXT(DEVICES),
		    SAY_NUMBER(HOST_MAX_FUNCTIONS));
	else if (error)
		file_failed(scan->report, "host-no-pci", DEVICES, error);
	for (size_t i = 0; i < names.count; i++) {
		struct igdrom_pci_address address;

		if (strlen(names.names[i]) < 20 &&
		    igdrom_pci_address_parse(names.names[i], &address) == IGDROM_OK)
			scan_function(scan, names.names[i], &address);
	}
	below_names_free(&names);
	host_sort_functions(scan->host);
	return error == 0;
}
