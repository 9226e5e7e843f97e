/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain XML to a configuration: everything outside <devices> and libvirt's QEMU namespace. */
#include "vm/libvirt_read.h"

#include "core/report.h"
#include "vm/libvirt.h"

#include <string.h>

#define LIBOSINFO_URI "http://libosinfo.org/xmlns/libvirt/domain/1.0"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool vm_libvirt_number(const char *text, uint64_t most, uint64_t *out)
{
	unsigned base = 10;
	uint64_t value = 0;
	size_t digits = 0;

	if (!text)
		return false;
	while (is_space(*text))
		text++;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	for (; *text && !is_space(*text); text++, digits++) {
		static const char hex[] = "0123456789abcdef";
		char c = *text >= 'A' && *text <= 'F' ? (char)(*text | 0x20) : *text;
		const char *digit = strchr(hex, c);

		if (!digit || (unsigned)(digit - hex) >= base)
			return false;
		if (value > (most - (uint64_t)(digit - hex)) / base)
			return false;
		value = value * base + (uint64_t)(digit - hex);
	}
	while (is_space(*text))
		text++;
	*out = value;
	return digits && *text == '\0';
}

/* Bytes in one unit of <memory>; 0: there is no such unit (virScaleInteger() of libvirt). */
static uint64_t unit_bytes(const char *unit)
{
	static const char prefixes[] = "kmgtpe";
	uint64_t thousand = 1024;
	uint64_t bytes = 1;
	const char *found;

	if (!unit)
		return 1024;
	if (strcmp(unit, "b") == 0 || strcmp(unit, "bytes") == 0)
		return 1;
	found = *unit ? strchr(prefixes, *unit | 0x20) : NULL;
	if (!found)
		return 0;
	if (strcmp(unit + 1, "B") == 0 || strcmp(unit + 1, "b") == 0)
		thousand = 1000;
	else if (unit[1] && strcmp(unit + 1, "iB") != 0 && strcmp(unit + 1, "ib") != 0)
		return 0;
	for (const char *p = prefixes; p <= found; p++)
		bytes *= thousand;
	return bytes;
}

static void read_memory(const struct vm_xml_element *domain, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *memory = vm_xml_child(domain, "memory");
	uint64_t unit = unit_bytes(vm_xml_attr(memory, "unit"));
	uint64_t amount;

	if (!memory || !unit || !vm_libvirt_number(memory->text, UINT64_MAX / unit, &amount))
		return;
	config->memory_known = true;
	config->memory_mib = amount * unit >> 20;
}

enum vm_machine vm_libvirt_machine(const char *type)
{
	if (!type || strcmp(type, "pc") == 0 || strncmp(type, "pc-i440fx-", 10) == 0)
		return VM_MACHINE_I440FX;
	if (strcmp(type, "q35") == 0 || strncmp(type, "pc-q35-", 7) == 0)
		return VM_MACHINE_Q35;
	return VM_MACHINE_OTHER;
}

/* The part of a path behind its last '/', with ASCII letters made small, holds the word. */
static bool file_name_has(const char *path, const char *word)
{
	const char *name = strrchr(path, '/');
	size_t length = strlen(word);

	for (name = name ? name + 1 : path; *name; name++) {
		size_t same = 0;

		while (same < length && name[same] &&
		       (name[same] >= 'A' && name[same] <= 'Z' ? name[same] | 0x20 : name[same]) ==
			       word[same])
			same++;
		if (same == length)
			return true;
	}
	return false;
}

static void read_firmware(const struct vm_xml_element *os, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *loader = vm_xml_child(os, "loader");

	/* Without a word QEMU starts SeaBIOS on both machines for PCs. */
	config->firmware = VM_FIRMWARE_SEABIOS;
	config->firmware_at = loader ? loader->at : os->at;
	if (vm_xml_attr_is(os, "firmware", "efi"))
		config->firmware = VM_FIRMWARE_OVMF;
	if (!loader || !*loader->text)
		return;
	config->firmware_file = vm_config_string(config, loader->text);
	if (vm_xml_attr_is(loader, "type", "pflash") || file_name_has(loader->text, "ovmf") ||
	    file_name_has(loader->text, "edk2"))
		config->firmware = VM_FIRMWARE_OVMF;
	else if (!vm_xml_attr(os, "firmware") && !file_name_has(loader->text, "bios"))
		config->firmware = VM_FIRMWARE_UNKNOWN;
}

static void read_os(const struct vm_xml_element *domain, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *os = vm_xml_child(domain, "os");
	const struct vm_xml_element *type = vm_xml_child(os, "type");
	const char *arch = vm_xml_attr(type, "arch");
	const char *machine = vm_xml_attr(type, "machine");

	if (!type)
		return;
	config->machine = vm_libvirt_machine(machine);
	if (arch && strcmp(arch, "x86_64") != 0 && strcmp(arch, "i686") != 0)
		config->machine = VM_MACHINE_OTHER;
	config->machine_type = vm_config_string(config, machine);
	config->machine_at = type->at;
	read_firmware(os, config);
}

static void read_cpu(const struct vm_xml_element *domain, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *cpu = vm_xml_child(domain, "cpu");
	const struct vm_xml_element *width = vm_xml_child(cpu, "maxphysaddr");
	const char *mode = vm_xml_attr(cpu, "mode");
	uint64_t bits;

	if (mode && strcmp(mode, "host-passthrough") == 0)
		config->cpu = vm_config_string(config, "host");
	else if (mode && strcmp(mode, "custom") != 0)
		config->cpu = vm_config_string(config, mode);
	else if (vm_xml_child(cpu, "model"))
		config->cpu = vm_config_string(config, vm_xml_child(cpu, "model")->text);
	if (vm_libvirt_number(vm_xml_attr(width, "limit"), 64, &bits) ||
	    vm_libvirt_number(vm_xml_attr(width, "bits"), 64, &bits))
		config->address_width = (unsigned)bits;
}

static void read_fw_cfg(const struct vm_xml_element *domain, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *info = vm_xml_child(domain, "sysinfo");

	for (; info; info = vm_xml_next(info, "sysinfo")) {
		const struct vm_xml_element *entry = vm_xml_child(info, "entry");

		for (; entry && vm_xml_attr_is(info, "type", "fwcfg");
		     entry = vm_xml_next(entry, "entry")) {
			const char *name = vm_xml_attr(entry, "name");

			if (name)
				vm_config_add_fw_cfg(
					config, name,
					vm_xml_attr(entry, "file") ? NULL : entry->text, entry->at);
		}
	}
}

static void read_libosinfo(const struct vm_xml_element *e, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *os = e->first;

	while (os && strcmp(os->name, "os") != 0)
		os = os->next;
	if (!config->editor)
		config->editor = vm_config_string(config, "virt-manager");
	if (!config->os_type)
		config->os_type = vm_config_string(config, vm_xml_attr(os, "id"));
}

/* Who made the domain: unraid's form view and virt-manager leave metadata of theirs. */
static void read_metadata(const struct vm_xml_element *domain, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *metadata = vm_xml_child(domain, "metadata");

	for (const struct vm_xml_element *e = metadata ? metadata->first : NULL; e; e = e->next) {
		if (strcmp(e->name, "vmtemplate") == 0) {
			config->format = IGDROM_VM_FORMAT_UNRAID;
			config->editor = vm_config_string(config, "unraid");
			config->os_type = vm_config_string(config, vm_xml_attr(e, "os"));
		} else if (e->uri && strcmp(e->uri, LIBOSINFO_URI) == 0) {
			read_libosinfo(e, config);
		}
	}
}

struct vm_xml_element *vm_libvirt_domain(const struct vm_xml_doc *doc, struct igdrom_report *report)
{
	struct vm_xml_element *root = &doc->elements[0];
	const char *type = vm_xml_attr(root, "type");

	if (!vm_xml_is(root, VM_XML_NS_NONE, "domain")) {
		report_add(report,
			   strncmp(root->name, "dom", 3) == 0 ? FINDING_VM_XML_WRAPPED
							      : FINDING_VM_XML_ROOT,
			   root->at, REPORT_ARGS(ARG_S(root->name)));
		return NULL;
	}
	if (type && strcmp(type, "kvm") != 0 && strcmp(type, "qemu") != 0) {
		report_add(report, FINDING_VM_XML_HYPERVISOR, root->at, REPORT_ARGS(ARG_S(type)));
		return NULL;
	}
	return root;
}

/* Copies of the domain that are not the one to give to "virsh define". */
static void note_origin(const struct vm_xml_doc *doc, const struct vm_xml_element *domain,
			struct igdrom_report *report)
{
	static const char warning[] = "THIS IS AN AUTO-GENERATED FILE";

	for (size_t i = 0; i + sizeof(warning) < domain->at; i++) {
		if (memcmp(doc->text + i, warning, sizeof(warning) - 1) != 0)
			continue;
		report_add(report, FINDING_VM_LIBVIRT_OWN_FILE, i, REPORT_NO_ARGS);
		break;
	}
	if (vm_xml_attr(domain, "id"))
		report_add(report, FINDING_VM_LIBVIRT_LIVE, domain->at, REPORT_NO_ARGS);
}

enum igdrom_status vm_read_libvirt(const char *text, size_t size, struct igdrom_report *report,
				   struct igdrom_vm_config *config)
{
	struct vm_xml_doc doc;
	struct vm_xml_element *domain;
	enum igdrom_status status = vm_xml_parse(text, size, report, &doc);

	if (status != IGDROM_OK)
		return status;
	domain = vm_libvirt_domain(&doc, report);
	if (!domain) {
		vm_xml_free(&doc);
		return IGDROM_E_NOT_RECOGNIZED;
	}
	note_origin(&doc, domain, report);
	if (vm_xml_child(domain, "name"))
		config->name = vm_config_string(config, vm_xml_child(domain, "name")->text);
	read_metadata(domain, config);
	read_os(domain, config);
	read_memory(domain, config);
	read_cpu(domain, config);
	read_fw_cfg(domain, config);
	vm_libvirt_read_devices(domain, config);
	vm_libvirt_read_qemu(&doc, domain, report, config);
	vm_xml_free(&doc);
	return config->err;
}
