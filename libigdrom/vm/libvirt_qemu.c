/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain XML to a configuration: libvirt's QEMU namespace (docs/drvqemu.rst). */
#include "vm/libvirt_read.h"

#include "core/report.h"
#include "vm/qemu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_property(const struct vm_xml_element *e, struct vm_device *device,
			  struct igdrom_vm_config *config)
{
	const char *name = vm_xml_attr(e, "name");
	const char *type = vm_xml_attr(e, "type");
	const char *value = vm_xml_attr(e, "value");
	char number[24];
	uint64_t parsed;

	if (!name || !type || !value)
		return;
	if (strcmp(type, "bool") == 0) {
		vm_device_set(config, device, name, strcmp(value, "true") == 0 ? "on" : "off",
			      VM_VALUE_BOOL, e->at);
	} else if (strcmp(type, "unsigned") == 0 && vm_libvirt_number(value, UINT64_MAX, &parsed)) {
		snprintf(number, sizeof(number), "0x%llx", (unsigned long long)parsed);
		vm_device_set(config, device, name, number, VM_VALUE_UINT, e->at);
	} else {
		vm_device_set(config, device, name, value, VM_VALUE_STRING, e->at);
	}
}

/* <qemu:device alias='...'><qemu:frontend><qemu:property/>...; all of them hold. */
static void read_override(const struct vm_xml_element *override, struct igdrom_report *report,
			  struct igdrom_vm_config *config)
{
	for (const struct vm_xml_element *e = override->first; e; e = e->next) {
		const char *alias = vm_xml_attr(e, "alias");
		struct vm_device *device = alias ? vm_config_device(config, alias) : NULL;
		bool about_gpu = false;

		if (!vm_xml_is(e, VM_XML_NS_QEMU, "device"))
			continue;
		for (const struct vm_xml_element *f = e->first; f; f = f->next) {
			for (const struct vm_xml_element *p = f->first; p; p = p->next) {
				const char *name = vm_xml_attr(p, "name");

				if (device)
					read_property(p, device, config);
				about_gpu |= name && (strncmp(name, "x-igd-", 6) == 0 ||
						      strcmp(name, "x-vga") == 0);
			}
		}
		if (!device && about_gpu)
			report_add(report, FINDING_VM_LIBVIRT_ALIAS, e->at,
				   REPORT_ARGS(ARG_S(alias ? alias : "")));
	}
}

/*
 * <qemu:arg value='...'/>..., which come behind libvirt's own arguments. With every libvirt and QEMU
 * that qemu:override is for, devices go to QEMU as JSON.
 */
static void read_commandline(const struct vm_xml_element *commandline, struct igdrom_report *report,
			     struct igdrom_vm_config *config)
{
	struct words words = {.list = NULL};
	enum igdrom_status status;
	size_t count = 0;

	for (const struct vm_xml_element *e = commandline->first; e; e = e->next)
		count++;
	words.list = calloc(count ? count : 1, sizeof(*words.list));
	if (!words.list) {
		vm_config_fail(config, IGDROM_E_NOMEM);
		return;
	}
	for (const struct vm_xml_element *e = commandline->first; e; e = e->next) {
		const char *value = vm_xml_attr(e, "value");

		if (value && vm_xml_is(e, VM_XML_NS_QEMU, "arg"))
			words.list[words.count++] = (struct word){
				.text = value,
				.length = strlen(value),
				.at = e->at,
				.span = e->end - e->at,
			};
	}
	status = vm_qemu_apply(config, &words, true, report);
	if (status != IGDROM_OK)
		vm_config_fail(config, status);
	free(words.list);
}

void vm_libvirt_read_qemu(const struct vm_xml_doc *doc, const struct vm_xml_element *domain,
			  struct igdrom_report *report, struct igdrom_vm_config *config)
{
	config->qemu_namespace = doc->qemu_prefix != NULL;
	for (const struct vm_xml_element *e = domain->first; e; e = e->next) {
		bool override = strcmp(e->name, "override") == 0;

		if (!e->prefix || (!override && strcmp(e->name, "commandline") != 0))
			continue;
		if (e->ns != VM_XML_NS_QEMU) {
			report_add(report, FINDING_VM_LIBVIRT_NAMESPACE, e->at,
				   REPORT_ARGS(ARG_S(e->prefix), ARG_S(e->name)));
			continue;
		}
		config->has_override |= override;
		config->has_commandline |= !override;
		if (override)
			read_override(e, report, config);
		else
			read_commandline(e, report, config);
	}
}
