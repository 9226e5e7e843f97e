/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain XML: what is the same with libxml2 and without. */
#include "vm/libvirt.h"

#include "core/report.h"
#include "vm/libvirt_out.h"
#include "vm/qemu.h"

#include <stdio.h>
#include <string.h>

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* unraid keeps nothing but its shares and its boot device when it restarts. */
static void check_rom_path(const struct igdrom_vm_config *config, bool unraid,
			   struct igdrom_report *report)
{
	for (size_t i = 0; i < config->device_count; i++) {
		const char *file = config->devices[i].rom_file;
		uint64_t at = config->devices[i].at;

		if (!file)
			continue;
		if (unraid && !starts_with(file, "/mnt/") && !starts_with(file, "/boot/config/"))
			report_add(report, FINDING_VM_UNRAID_ROM, at, REPORT_ARGS(ARG_S(file)));
		else if (file[0] != '/')
			report_add(report, FINDING_VM_LIBVIRT_ROM_PATH, at,
				   REPORT_ARGS(ARG_S(file)));
	}
}

/* Whether this libvirt can give properties to a device at all. */
static bool check_version(const struct igdrom_vm_config *wanted, struct igdrom_report *report)
{
	char version[32];
	bool properties = false;

	for (size_t i = 0; i < wanted->device_count; i++)
		properties |= wanted->devices[i].property_count != 0;
	if (!properties || !wanted->libvirt)
		return true;
	snprintf(version, sizeof(version), "%u.%u.%u", wanted->libvirt / 1000000,
		 wanted->libvirt / 1000 % 1000, wanted->libvirt % 1000);
	if (wanted->libvirt == VM_LIBVIRT_OVERRIDE_CRASHES)
		report_add(report, FINDING_VM_LIBVIRT_CRASHES, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(version)));
	if (wanted->libvirt >= VM_LIBVIRT_OVERRIDE)
		return true;
	report_add(report, FINDING_VM_LIBVIRT_OLD, IGDROM_NO_OFFSET, REPORT_ARGS(ARG_S(version)));
	return false;
}

/* libvirt makes no mediated devices: it is given one that is there. */
static bool check_mdev(const struct igdrom_vm_config *wanted, struct igdrom_report *report)
{
	for (size_t i = 0; i < wanted->device_count; i++) {
		const char *mdev = wanted->devices[i].mdev;

		if (!mdev || vm_mdev_uuid(mdev))
			continue;
		report_add(report, FINDING_VM_LIBVIRT_MDEV, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(mdev)));
		return false;
	}
	return true;
}

static enum igdrom_status write(const struct igdrom_vm_config *wanted, bool unraid,
				const void *existing, size_t size, struct igdrom_report *report,
				struct build *out)
{
	if (!check_version(wanted, report) || !check_mdev(wanted, report))
		return IGDROM_E_REFUSED;
	check_rom_path(wanted, unraid, report);
	if (existing)
		return vm_libvirt_merge(wanted, unraid, existing, size, report, out);
	vm_libvirt_fragment(wanted, unraid, out);
	return out->err;
}

enum igdrom_status vm_write_libvirt(const struct igdrom_vm_config *wanted, const void *existing,
				    size_t size, struct igdrom_report *report, struct build *out)
{
	return write(wanted, false, existing, size, report, out);
}

enum igdrom_status vm_write_unraid(const struct igdrom_vm_config *wanted, const void *existing,
				   size_t size, struct igdrom_report *report, struct build *out)
{
	return write(wanted, true, existing, size, report, out);
}

static void check_types(const struct vm_device *device, struct igdrom_report *report)
{
	static const char *const names[] = {[VM_VALUE_BOOL] = "bool",
					    [VM_VALUE_STRING] = "string",
					    [VM_VALUE_UINT] = "unsigned"};

	for (size_t i = 0; i < device->property_count; i++) {
		const struct vm_property *property = &device->properties[i];
		enum vm_value_type type = vm_qemu_property_type(property->name);

		if (property->type != type && starts_with(property->name, "x-igd-"))
			report_add(report, FINDING_VM_LIBVIRT_PROPERTY_TYPE, property->at,
				   REPORT_ARGS(ARG_S(property->name), ARG_S(names[property->type]),
					       ARG_S(names[type])));
	}
}

void vm_check_libvirt(const struct igdrom_vm_config *config, bool needs_properties,
		      struct igdrom_report *report)
{
	bool unraid = config->format == IGDROM_VM_FORMAT_UNRAID;

	check_rom_path(config, unraid, report);
	for (size_t i = 0; i < config->device_count && config->has_override; i++)
		check_types(&config->devices[i], report);
	if (!needs_properties || config->has_override || !config->editor)
		return;
	if (strcmp(config->editor, "unraid") == 0)
		report_add(report, FINDING_VM_LIBVIRT_DROPPED_UNRAID, IGDROM_NO_OFFSET,
			   REPORT_NO_ARGS);
	else
		report_add(report, FINDING_VM_LIBVIRT_DROPPED, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(config->editor)));
}
