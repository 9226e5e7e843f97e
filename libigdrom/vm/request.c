/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/request.h"

#include "core/report.h"
#include "vm/rom_facts.h"

#include <stdlib.h>
#include <string.h>

struct key {
	const char *name;
	const char *help;
};

static const struct key keys[VM_KEY_COUNT] = {
	[VM_KEY_DEVICE] = {"device", "PCI device id of the Intel GPU"},
	[VM_KEY_DISPLAY_CLASS] =
		{"display_class",
		 "PCI class of the GPU: 0380 when it is not the host's primary display"},
	[VM_KEY_HYPERVISOR] = {"hypervisor", "what the virtual machine is written for"},
	[VM_KEY_QEMU] = {"qemu", "version of QEMU, or the line that its --version prints"},
	[VM_KEY_PVE] = {"pve", "release of Proxmox VE, from which the version of QEMU follows"},
	[VM_KEY_LIBVIRT] = {"libvirt", "version of libvirt"},
	[VM_KEY_FIRMWARE] = {"firmware", "firmware of the virtual machine"},
	[VM_KEY_MACHINE] = {"machine", "machine type; any: the one that fits is chosen"},
	[VM_KEY_GUEST] = {"guest", "operating system of the guest"},
	[VM_KEY_WANT] = {"want",
			 "picture from power-on, output once the guest's driver runs, or none"},
	[VM_KEY_FUNCTION] = {"function",
			     "the whole GPU, an SR-IOV virtual function, or a GVT-g device"},
	[VM_KEY_MDEV] = {"mdev", "type of the mediated device, as i915-GVTg_V5_4"},
	[VM_KEY_HOST_ADDRESS] = {"host_address", "PCI address of the GPU on the host"},
	[VM_KEY_AUDIO] = {"audio", "PCI address of the host's audio function that goes along"},
	[VM_KEY_KERNEL] = {"kernel", "version of the host's kernel"},
	[VM_KEY_STOLEN_BASE] = {"stolen_base", "host address of stolen memory (BDSM)"},
	[VM_KEY_GGC] = {"ggc", "the GPU's graphics control word (configuration offset 50h)"},
	[VM_KEY_GMS] = {"gms", "its field GMS, the size of stolen memory"},
	[VM_KEY_GGMS] = {"ggms", "size of GTT stolen memory in MiB"},
	[VM_KEY_LPC_ID] = {"lpc_id", "PCI device id of the host's LPC bridge at 00:1f.0"},
	[VM_KEY_ADDRESS_WIDTH] = {"address_width", "width of the IOMMU's addresses in bits"},
	[VM_KEY_DISABLE_VGA] = {"disable_vga",
				"whether the host loads vfio-pci with disable_vga=1"},
	[VM_KEY_MEMORY] = {"memory", "memory of the guest in MiB"},
	[VM_KEY_ROM] = {"rom", "file of the option ROM"},
	[VM_KEY_VM] = {"vm", "VMID, or name of the domain"},
	[VM_KEY_INDEX] = {"index", "number of the device: the N of hostpciN"},
	[VM_KEY_DEBUG_CONSOLE] = {"debug_console", "file for what firmware writes to port 402h"},
};

enum igdrom_status igdrom_vm_request_new(struct igdrom_vm_request **out)
{
	if (!out)
		return IGDROM_E_INVAL;
	*out = calloc(1, sizeof(**out));
	return *out ? IGDROM_OK : IGDROM_E_NOMEM;
}

void igdrom_vm_request_free(struct igdrom_vm_request *request)
{
	if (!request)
		return;
	for (size_t i = 0; i < VM_KEY_COUNT; i++)
		free(request->text[i]);
	vm_rom_facts_clear(&request->rom);
	free(request);
}

size_t igdrom_vm_request_key_count(void)
{
	return VM_KEY_COUNT;
}

const char *igdrom_vm_request_key_at(size_t index)
{
	return index < VM_KEY_COUNT ? keys[index].name : NULL;
}

const char *igdrom_vm_request_key_help(size_t index)
{
	return index < VM_KEY_COUNT ? keys[index].help : NULL;
}

const char *igdrom_vm_request_key_values(size_t index)
{
	return index < VM_KEY_COUNT ? vm_value_help((enum vm_key)index) : NULL;
}

const char *vm_request_key_name(enum vm_key key)
{
	return keys[key].name;
}

static bool same_name(const char *key, const char *name)
{
	while (*key && (*key == *name || (*key == '-' && *name == '_'))) {
		key++;
		name++;
	}
	return *key == '\0' && *name == '\0';
}

static enum vm_key find_key(const char *name)
{
	size_t i = 0;

	while (i < VM_KEY_COUNT && !same_name(name, keys[i].name))
		i++;
	return (enum vm_key)i;
}

bool vm_request_key_is_decimal(const char *name)
{
	enum vm_key which = find_key(name);

	return which < VM_KEY_COUNT && vm_value_is_decimal(which);
}

enum igdrom_status igdrom_vm_request_set(struct igdrom_vm_request *request, const char *key,
					 const char *value, struct igdrom_report *report)
{
	enum igdrom_status status = IGDROM_OK;
	char *normal = NULL;
	enum vm_key which;

	if (!request || !key)
		return IGDROM_E_INVAL;
	which = find_key(key);
	if (which == VM_KEY_COUNT) {
		report_add(report, FINDING_VM_KEY_UNKNOWN, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(key)));
		return IGDROM_E_NOT_FOUND;
	}
	if (value)
		normal = vm_value_normal(which, value, &status);
	if (status == IGDROM_E_INVAL)
		report_add(report, FINDING_VM_VALUE_BAD, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(keys[which].name), ARG_S(value),
				       ARG_S(vm_value_help(which))));
	if (status != IGDROM_OK)
		return status;
	free(request->text[which]);
	request->text[which] = normal;
	return IGDROM_OK;
}

const char *igdrom_vm_request_get(const struct igdrom_vm_request *request, const char *key)
{
	enum vm_key which = request && key ? find_key(key) : VM_KEY_COUNT;

	return which < VM_KEY_COUNT ? request->text[which] : NULL;
}

enum igdrom_status igdrom_vm_request_set_rom(struct igdrom_vm_request *request,
					     const struct igdrom_rom *rom,
					     struct igdrom_report *report)
{
	struct vm_rom_facts facts = {0};
	enum igdrom_status status = IGDROM_OK;

	if (!request)
		return IGDROM_E_INVAL;
	if (rom)
		status = vm_rom_facts_read(rom, report, &facts);
	if (status != IGDROM_OK)
		return status;
	vm_rom_facts_clear(&request->rom);
	request->rom = facts;
	return IGDROM_OK;
}

const char *vm_request_text(const struct igdrom_vm_request *request, enum vm_key key)
{
	return request ? request->text[key] : NULL;
}

bool vm_request_number(const struct igdrom_vm_request *request, enum vm_key key, uint64_t *out)
{
	const char *text = vm_request_text(request, key);

	*out = text ? strtoull(text, NULL, 0) : 0;
	return text != NULL;
}

bool vm_request_version(const struct igdrom_vm_request *request, enum vm_key key,
			struct vm_version *out)
{
	const char *text = vm_request_text(request, key);

	*out = (struct vm_version){{0}, 0, false};
	return text && vm_version_parse(text, out);
}

int vm_version_compare(const struct vm_version *a, const struct vm_version *b)
{
	for (size_t i = 0; i < 3; i++) {
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	}
	return 0;
}
