/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm_wanted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool value_of(const char *word, const char *key, const char **value)
{
	size_t length = strlen(key);

	*value = word + length;
	return strncmp(word, key, length) == 0;
}

/* "NAME=VALUE" or "NAME:VALUE" in two. */
static const char *split(const char *text, char separator, char *name, size_t room)
{
	const char *found = strchr(text, separator);

	snprintf(name, room, "%.*s", (int)(found ? found - text : 0), text);
	return found ? found + 1 : "";
}

static void set_property(struct igdrom_vm_config *config, const char *word)
{
	static const struct {
		const char *key;
		enum vm_value_type type;
	} types[] = {
		{"bool:", VM_VALUE_BOOL}, {"uint:", VM_VALUE_UINT}, {"string:", VM_VALUE_STRING}};

	for (size_t i = 0; i < 3; i++) {
		char name[64];
		const char *value;

		if (!value_of(word, types[i].key, &value))
			continue;
		value = split(value, '=', name, sizeof(name));
		vm_device_set(config, &config->devices[0], name, value, types[i].type, 0);
	}
}

static void apply(struct igdrom_vm_config *config, const char *word)
{
	struct vm_device *gpu = &config->devices[0];
	const char *value;
	char name[128];

	if (strcmp(word, "q35") == 0)
		config->machine = VM_MACHINE_Q35;
	else if (strcmp(word, "seabios") == 0)
		config->firmware = VM_FIRMWARE_SEABIOS;
	else if (strcmp(word, "nowhere") == 0)
		gpu->guest = (struct vm_address){.known = false};
	else if (strcmp(word, "display") == 0)
		config->display = NULL;
	else if (strcmp(word, "debug") == 0)
		config->debug_console = true;
	else if (value_of(word, "rom=", &value))
		gpu->rom_file = vm_config_string(config, value);
	else if (value_of(word, "mdev=", &value))
		gpu->mdev = vm_config_string(config, value);
	else if (value_of(word, "width=", &value))
		config->address_width = (unsigned)strtoul(value, NULL, 0);
	else if (value_of(word, "libvirt=", &value))
		config->libvirt = (unsigned)strtoul(value, NULL, 0);
	else if (value_of(word, "fw_cfg=", &value)) {
		value = split(value, ':', name, sizeof(name));
		vm_config_add_fw_cfg(config, name, value, 0);
	} else {
		set_property(config, word);
	}
}

struct igdrom_vm_config *vm_wanted(const char *const *words)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_LIBVIRT);
	struct vm_device *device;

	if (!config)
		return NULL;
	config->machine = VM_MACHINE_I440FX;
	config->firmware = VM_FIRMWARE_OVMF;
	config->display = vm_config_string(config, "none");
	device = vm_config_add_device(config, 0);
	device->id = vm_config_string(config, "ua-igd");
	device->host = (struct vm_address){.known = true, .slot = 2};
	device->guest = (struct vm_address){.known = true, .on_root = true, .slot = 2};
	for (; *words; words++) {
		if (strcmp(*words, "audio") != 0) {
			apply(config, *words);
			continue;
		}
		device = vm_config_add_device(config, 0);
		device->id = vm_config_string(config, "ua-igd-audio");
		device->host = (struct vm_address){.known = true, .slot = 0x1f, .function = 3};
	}
	return config;
}
