/* SPDX-License-Identifier: BSD-2-Clause */
/* What the public header lets look at in configurations and plans. */
#include "vm/formats.h"
#include "vm/plan.h"

#include <stdio.h>
#include <stdlib.h>

void igdrom_vm_config_free(struct igdrom_vm_config *config)
{
	vm_config_free(config);
}

static void write_address(struct vm_address *address)
{
	if (address->known)
		snprintf(address->text, sizeof(address->text), "%04x:%02x:%02x.%x", address->domain,
			 address->bus, address->slot & 0x1fu, address->function & 7u);
}

void vm_config_complete(struct igdrom_vm_config *config)
{
	for (size_t i = 0; i < config->device_count; i++) {
		write_address(&config->devices[i].host);
		write_address(&config->devices[i].guest);
	}
}

enum igdrom_vm_format igdrom_vm_config_format(const struct igdrom_vm_config *config)
{
	return config ? config->format : IGDROM_VM_FORMAT_UNKNOWN;
}

const char *igdrom_vm_config_name(const struct igdrom_vm_config *config)
{
	return config ? config->name : NULL;
}

const char *igdrom_vm_config_machine(const struct igdrom_vm_config *config)
{
	switch (config ? config->machine : VM_MACHINE_UNKNOWN) {
	case VM_MACHINE_I440FX:
		return "i440fx";
	case VM_MACHINE_Q35:
		return "q35";
	case VM_MACHINE_OTHER:
		return "other";
	case VM_MACHINE_UNKNOWN:
		break;
	}
	return NULL;
}

const char *igdrom_vm_config_machine_type(const struct igdrom_vm_config *config)
{
	return config ? config->machine_type : NULL;
}

const char *igdrom_vm_config_firmware(const struct igdrom_vm_config *config)
{
	switch (config ? config->firmware : VM_FIRMWARE_UNKNOWN) {
	case VM_FIRMWARE_SEABIOS:
		return "seabios";
	case VM_FIRMWARE_OVMF:
		return "ovmf";
	case VM_FIRMWARE_UNKNOWN:
		break;
	}
	return NULL;
}

const char *igdrom_vm_config_firmware_file(const struct igdrom_vm_config *config)
{
	return config ? config->firmware_file : NULL;
}

uint64_t igdrom_vm_config_memory_mib(const struct igdrom_vm_config *config)
{
	return config && config->memory_known ? config->memory_mib : 0;
}

const char *igdrom_vm_config_cpu(const struct igdrom_vm_config *config)
{
	return config ? config->cpu : NULL;
}

unsigned igdrom_vm_config_address_width(const struct igdrom_vm_config *config)
{
	return config ? config->address_width : 0;
}

const char *igdrom_vm_config_display(const struct igdrom_vm_config *config)
{
	return config ? config->display : NULL;
}

const char *igdrom_vm_config_debug_file(const struct igdrom_vm_config *config)
{
	return config && config->debug_console ? config->debug_file : NULL;
}

size_t igdrom_vm_config_device_count(const struct igdrom_vm_config *config)
{
	return config ? config->device_count : 0;
}

static const struct vm_device *device_at(const struct igdrom_vm_config *config, size_t index)
{
	return index < igdrom_vm_config_device_count(config) ? &config->devices[index] : NULL;
}

const char *igdrom_vm_config_device_id(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it ? it->id : NULL;
}

const char *igdrom_vm_config_device_host(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it && it->host.known ? it->host.text : NULL;
}

const char *igdrom_vm_config_device_guest(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it && it->guest.known ? it->guest.text : NULL;
}

const char *igdrom_vm_config_device_bus(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it ? it->guest.bus_name : NULL;
}

const char *igdrom_vm_config_device_mdev(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it ? it->mdev : NULL;
}

const char *igdrom_vm_config_device_rom_file(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it ? it->rom_file : NULL;
}

size_t igdrom_vm_config_property_count(const struct igdrom_vm_config *config, size_t device)
{
	const struct vm_device *it = device_at(config, device);

	return it ? it->property_count : 0;
}

const char *igdrom_vm_config_property_name(const struct igdrom_vm_config *config, size_t device,
					   size_t property)
{
	return property < igdrom_vm_config_property_count(config, device)
		       ? config->devices[device].properties[property].name
		       : NULL;
}

const char *igdrom_vm_config_property_value(const struct igdrom_vm_config *config, size_t device,
					    size_t property)
{
	return property < igdrom_vm_config_property_count(config, device)
		       ? config->devices[device].properties[property].value
		       : NULL;
}

size_t igdrom_vm_config_fw_cfg_count(const struct igdrom_vm_config *config)
{
	return config ? config->fw_cfg_count : 0;
}

const char *igdrom_vm_config_fw_cfg_name(const struct igdrom_vm_config *config, size_t index)
{
	return index < igdrom_vm_config_fw_cfg_count(config) ? config->fw_cfg[index].name : NULL;
}

const char *igdrom_vm_config_fw_cfg_string(const struct igdrom_vm_config *config, size_t index)
{
	return index < igdrom_vm_config_fw_cfg_count(config) ? config->fw_cfg[index].string : NULL;
}

void igdrom_vm_plan_free(struct igdrom_vm_plan *plan)
{
	if (!plan)
		return;
	vm_config_free(plan->config);
	free(plan->refusal);
	free(plan);
}

bool igdrom_vm_plan_possible(const struct igdrom_vm_plan *plan)
{
	return plan && plan->config;
}

bool igdrom_vm_plan_boot_picture(const struct igdrom_vm_plan *plan)
{
	return plan && plan->boot_picture;
}

const char *igdrom_vm_plan_refusal(const struct igdrom_vm_plan *plan)
{
	return plan ? plan->refusal : NULL;
}

const char *igdrom_vm_plan_refusal_rule(const struct igdrom_vm_plan *plan)
{
	return plan && plan->refusing ? plan->refusing->name : NULL;
}

const char *igdrom_vm_plan_refusal_source(const struct igdrom_vm_plan *plan)
{
	return plan && plan->refusing ? plan->refusing->source : NULL;
}

const char *igdrom_vm_plan_qemu(const struct igdrom_vm_plan *plan)
{
	return plan ? vm_release_name(plan->it.is[VM_IF_QEMU]) : NULL;
}

const char *igdrom_vm_plan_want(const struct igdrom_vm_plan *plan)
{
	return plan ? vm_condition_value(VM_IF_WANT, plan->it.is[VM_IF_WANT]) : NULL;
}

const struct igdrom_vm_config *igdrom_vm_plan_config(const struct igdrom_vm_plan *plan)
{
	return plan ? plan->config : NULL;
}

size_t igdrom_vm_plan_reason_count(const struct igdrom_vm_plan *plan)
{
	return plan ? plan->reason_count : 0;
}

static const struct vm_reason *reason_at(const struct igdrom_vm_plan *plan, size_t index)
{
	return index < igdrom_vm_plan_reason_count(plan) ? &plan->reasons[index] : NULL;
}

const char *igdrom_vm_plan_reason_rule(const struct igdrom_vm_plan *plan, size_t index)
{
	const struct vm_reason *reason = reason_at(plan, index);

	return reason ? reason->rule : NULL;
}

const char *igdrom_vm_plan_reason_subject(const struct igdrom_vm_plan *plan, size_t index)
{
	const struct vm_reason *reason = reason_at(plan, index);

	return reason ? reason->subject : NULL;
}

const char *igdrom_vm_plan_reason_text(const struct igdrom_vm_plan *plan, size_t index)
{
	const struct vm_reason *reason = reason_at(plan, index);

	return reason ? reason->text : NULL;
}

const char *igdrom_vm_plan_reason_source(const struct igdrom_vm_plan *plan, size_t index)
{
	const struct vm_reason *reason = reason_at(plan, index);

	return reason ? reason->source : NULL;
}
