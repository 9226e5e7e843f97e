/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/config.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

struct vm_text {
	struct vm_text *next;
	char *s;
};

struct igdrom_vm_config *vm_config_new(enum igdrom_vm_format format)
{
	struct igdrom_vm_config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	config->format = format;
	config->machine_at = IGDROM_NO_OFFSET;
	config->firmware_at = IGDROM_NO_OFFSET;
	config->display_at = IGDROM_NO_OFFSET;
	return config;
}

void vm_config_free(struct igdrom_vm_config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->device_count; i++)
		free(config->devices[i].properties);
	free(config->devices);
	free(config->slots);
	free(config->fw_cfg);
	for (struct vm_text *text = config->texts, *next; text; text = next) {
		next = text->next;
		free(text->s);
		free(text);
	}
	free(config);
}

enum igdrom_status vm_config_fail(struct igdrom_vm_config *config, enum igdrom_status status)
{
	if (config->err == IGDROM_OK)
		config->err = status;
	return config->err;
}

const char *vm_config_text(struct igdrom_vm_config *config, const char *text, size_t size)
{
	struct vm_text *node;

	if (!text || config->err != IGDROM_OK)
		return NULL;
	if (size > VM_MAX_TEXT_BYTES - config->text_bytes) {
		vm_config_fail(config, IGDROM_E_LIMIT);
		return NULL;
	}
	node = malloc(sizeof(*node));
	if (node)
		node->s = text_clean(text, size, size);
	if (!node || !node->s) {
		free(node);
		vm_config_fail(config, IGDROM_E_NOMEM);
		return NULL;
	}
	config->text_bytes += size;
	node->next = config->texts;
	config->texts = node;
	return node->s;
}

const char *vm_config_string(struct igdrom_vm_config *config, const char *text)
{
	return text ? vm_config_text(config, text, strlen(text)) : NULL;
}

/* Room for one more in an array that grows to powers of two; NULL and an error when there is none. */
static void *more(struct igdrom_vm_config *config, void *array, size_t count, size_t size,
		  size_t most)
{
	void *grown = array;

	if (config->err != IGDROM_OK)
		return NULL;
	if (count >= most) {
		vm_config_fail(config, IGDROM_E_LIMIT);
		return NULL;
	}
	if ((count & (count - 1)) == 0)
		grown = realloc(array, (count ? count * 2 : 1) * size);
	if (!grown)
		vm_config_fail(config, IGDROM_E_NOMEM);
	return grown;
}

struct vm_device *vm_config_add_device(struct igdrom_vm_config *config, uint64_t at)
{
	struct vm_device *devices = more(config, config->devices, config->device_count,
					 sizeof(*devices), VM_MAX_DEVICES);

	if (!devices)
		return NULL;
	config->devices = devices;
	devices[config->device_count] = (struct vm_device){.rom_bar = true, .at = at};
	return &devices[config->device_count++];
}

struct vm_slot *vm_config_add_slot(struct igdrom_vm_config *config, const char *what,
				   const struct vm_address *guest, uint64_t at)
{
	const char *copy = vm_config_string(config, what);
	struct vm_slot *slots =
		more(config, config->slots, config->slot_count, sizeof(*slots), VM_MAX_SLOTS);

	if (!slots)
		return NULL;
	config->slots = slots;
	slots[config->slot_count] = (struct vm_slot){.what = copy, .guest = *guest, .at = at};
	return &slots[config->slot_count++];
}

struct vm_fw_cfg *vm_config_add_fw_cfg(struct igdrom_vm_config *config, const char *name,
				       const char *string, uint64_t at)
{
	const char *name_copy = vm_config_string(config, name);
	const char *string_copy = vm_config_string(config, string);
	struct vm_fw_cfg *entries =
		more(config, config->fw_cfg, config->fw_cfg_count, sizeof(*entries), VM_MAX_FW_CFG);

	if (!entries)
		return NULL;
	config->fw_cfg = entries;
	entries[config->fw_cfg_count] =
		(struct vm_fw_cfg){.name = name_copy, .string = string_copy, .at = at};
	return &entries[config->fw_cfg_count++];
}

const struct vm_fw_cfg *vm_config_fw_cfg(const struct igdrom_vm_config *config, const char *name)
{
	for (size_t i = 0; i < config->fw_cfg_count; i++) {
		if (config->fw_cfg[i].name && strcmp(config->fw_cfg[i].name, name) == 0)
			return &config->fw_cfg[i];
	}
	return NULL;
}

static struct vm_property *find_property(const struct vm_device *device, const char *name)
{
	for (size_t i = 0; i < device->property_count; i++) {
		if (strcmp(device->properties[i].name, name) == 0)
			return &device->properties[i];
	}
	return NULL;
}

const struct vm_property *vm_device_property(const struct vm_device *device, const char *name)
{
	return find_property(device, name);
}

void vm_device_set(struct igdrom_vm_config *config, struct vm_device *device, const char *name,
		   const char *value, enum vm_value_type type, uint64_t at)
{
	struct vm_property *property = NULL;
	const char *value_copy = vm_config_string(config, value);

	if (!device || config->err != IGDROM_OK)
		return;
	property = find_property(device, name);
	if (!property) {
		const char *name_copy = vm_config_string(config, name);

		property = more(config, device->properties, device->property_count,
				sizeof(*property), VM_MAX_PROPERTIES);
		if (!property)
			return;
		device->properties = property;
		property += device->property_count++;
		property->name = name_copy;
	}
	property->value = value_copy;
	property->type = type;
	property->at = at;
}

struct vm_device *vm_config_device(struct igdrom_vm_config *config, const char *id)
{
	for (size_t i = 0; i < config->device_count; i++) {
		if (config->devices[i].id && strcmp(config->devices[i].id, id) == 0)
			return &config->devices[i];
	}
	return NULL;
}

/* Reads up to `digits` hexadecimal digits; the number of digits read. */
static size_t read_hex(const char *text, size_t digits, uint32_t *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < digits; i++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = text[i] ? strchr(hex, text[i] | 0x20) : NULL;

		if (!digit)
			break;
		*value = *value << 4 | (uint32_t)(digit - hex);
	}
	return i;
}

bool vm_address_parse(const char *text, struct vm_address *out, bool *slot_only)
{
	uint32_t domain = 0;
	uint32_t bus = 0;
	uint32_t slot = 0;
	uint32_t function = 0;

	*slot_only = false;
	if (read_hex(text, 4, &domain) == 4 && text[4] == ':')
		text += 5;
	else
		domain = 0;
	if (read_hex(text, 2, &bus) != 2 || text[2] != ':' || read_hex(text + 3, 2, &slot) != 2)
		return false;
	text += 5;
	if (*text == '\0')
		*slot_only = true;
	else if (*text != '.' || read_hex(text + 1, 1, &function) != 1 || text[2] != '\0')
		return false;
	if (slot > 31 || function > 7)
		return false;
	*out = (struct vm_address){
		.known = true,
		.domain = (uint16_t)domain,
		.bus = (uint8_t)bus,
		.slot = (uint8_t)slot,
		.function = (uint8_t)function,
	};
	return true;
}

bool vm_address_equal(const struct vm_address *a, const struct vm_address *b)
{
	return a->known && b->known && a->domain == b->domain && a->bus == b->bus &&
	       a->slot == b->slot && a->function == b->function;
}

const char *vm_mdev_uuid(const char *mdev)
{
	static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
	size_t length = mdev ? strlen(mdev) : 0;

	if (length < sizeof(shape) - 1)
		return NULL;
	mdev += length - (sizeof(shape) - 1);
	for (size_t i = 0; shape[i]; i++) {
		if (shape[i] == '-' ? mdev[i] != '-' : !strchr("0123456789abcdefABCDEF", mdev[i]))
			return NULL;
	}
	return mdev;
}
