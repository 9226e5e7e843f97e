/* SPDX-License-Identifier: BSD-2-Clause */
/* What the keys of a request take, and the one form in which it is kept. */
#include "vm/request.h"

#include <igdrom/device.h>

#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_BYTES 4096
#define NUMBER_ROOM    24
#define VERSION_ROOM   80

enum kind {
	KIND_DEVICE,
	KIND_WORD, /* one of the words of `help`, which are separated by " | " */
	KIND_QEMU,
	KIND_VERSION,
	KIND_ADDRESS,
	KIND_AUDIO,
	KIND_HEX,
	KIND_DECIMAL,
	KIND_MEMORY,
	KIND_TEXT,
	KIND_FILE,
	KIND_NAME, /* a text of letters, digits, '.', '_', '-' and '+' */
};

struct spec {
	enum kind kind;
	const char *help;
	uint64_t least;
	uint64_t most;
};

static const struct spec specs[VM_KEY_COUNT] = {
	[VM_KEY_DEVICE] = {KIND_DEVICE, "PCI device id, as 4680, 0x4680 or 8086:4680", 0, 0},
	[VM_KEY_DISPLAY_CLASS] = {KIND_WORD, "0300 | 0380", 0, 0},
	[VM_KEY_HYPERVISOR] = {KIND_WORD, "pve | qemu | libvirt | unraid", 0, 0},
	[VM_KEY_QEMU] = {KIND_QEMU, "version, as 10.1, 10.1.2, or the line of --version", 0, 0},
	[VM_KEY_PVE] = {KIND_VERSION, "version, as 9.0", 0, 0},
	[VM_KEY_LIBVIRT] = {KIND_VERSION, "version, as 10.0.0", 0, 0},
	[VM_KEY_FIRMWARE] = {KIND_WORD, "ovmf | seabios", 0, 0},
	[VM_KEY_MACHINE] = {KIND_WORD, "i440fx | q35 | any", 0, 0},
	[VM_KEY_GUEST] = {KIND_WORD, "windows | linux | macos | other", 0, 0},
	[VM_KEY_WANT] = {KIND_WORD, "boot-picture | output | headless", 0, 0},
	[VM_KEY_FUNCTION] = {KIND_WORD, "whole | vf | mdev", 0, 0},
	[VM_KEY_MDEV] = {KIND_NAME, "name of a type, as i915-GVTg_V5_4", 0, 0},
	[VM_KEY_HOST_ADDRESS] = {KIND_ADDRESS, "PCI address, as 0000:00:02.0", 0, 0},
	[VM_KEY_AUDIO] = {KIND_AUDIO, "PCI address, as 0000:00:1f.3, or none", 0, 0},
	[VM_KEY_KERNEL] = {KIND_VERSION, "version, as 6.14", 0, 0},
	[VM_KEY_STOLEN_BASE] = {KIND_HEX, "hexadecimal address", 0, UINT64_MAX},
	[VM_KEY_GGC] = {KIND_HEX, "hexadecimal number up to ffff", 0, 0xffff},
	[VM_KEY_GMS] = {KIND_HEX, "hexadecimal number up to ff", 0, 0xff},
	[VM_KEY_GGMS] = {KIND_DECIMAL, "MiB, 0 to 64", 0, 64},
	[VM_KEY_LPC_ID] = {KIND_DEVICE, "PCI device id, as 7A84", 0, 0},
	[VM_KEY_ADDRESS_WIDTH] = {KIND_DECIMAL, "bits, 32 to 64", 32, 64},
	[VM_KEY_DISABLE_VGA] = {KIND_WORD, "yes | no", 0, 0},
	[VM_KEY_MEMORY] = {KIND_MEMORY, "MiB, as 8192, or 8G", 1, 1u << 30},
	[VM_KEY_ROM] = {KIND_FILE, "name or path of a file", 0, 0},
	[VM_KEY_VM] = {KIND_TEXT, "VMID or name", 0, 0},
	[VM_KEY_INDEX] = {KIND_DECIMAL, "number, 0 to 15", 0, VM_INDEX_MAX},
	[VM_KEY_DEBUG_CONSOLE] = {KIND_TEXT, "yes, no, or the path of a file", 0, 0},
};

const char *vm_value_help(enum vm_key key)
{
	return specs[key].help;
}

bool vm_value_is_decimal(enum vm_key key)
{
	return specs[key].kind == KIND_DECIMAL || specs[key].kind == KIND_MEMORY;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A run of decimal digits, at most six; the first character behind it, NULL when there is none. */
static const char *read_decimal(const char *text, unsigned *out)
{
	size_t count = 0;

	*out = 0;
	while (count < 6 && is_digit(text[count]))
		*out = *out * 10 + (unsigned)(text[count++] - '0');
	return count && !is_digit(text[count]) ? text + count : NULL;
}

/* "1.2" or "1.2.3"; the first character behind it, NULL when it is neither. */
static const char *read_dotted(const char *text, struct vm_version *out)
{
	const char *at = read_decimal(text, &out->part[0]);

	out->part[2] = 0;
	if (!at || *at != '.')
		return NULL;
	at = read_decimal(at + 1, &out->part[1]);
	if (!at || *at != '.' || !is_digit(at[1]))
		return at;
	return read_decimal(at + 1, &out->part[2]);
}

/* What a package manager appends: "pve-qemu-kvm_10.1.2-1". */
static void read_package(const char *text, struct vm_version *out)
{
	static const char mark[] = "pve-qemu";
	struct vm_version ignored = {{0}, 0, false};
	const char *at = strstr(text, mark);

	out->pve_build = at != NULL;
	if (!at)
		return;
	at = strchr(at, '_');
	at = at ? read_dotted(at + 1, &ignored) : NULL;
	if (at && *at == '-')
		(void)read_decimal(at + 1, &out->package);
}

bool vm_version_parse(const char *text, struct vm_version *out)
{
	static const char banner[] = "QEMU emulator version ";
	static const char package[] = "pve-qemu-kvm_";
	const char *start = strstr(text, banner);
	const char *end;

	*out = (struct vm_version){{0}, 0, false};
	if (start)
		start += strlen(banner);
	else if (strncmp(text, package, strlen(package)) == 0)
		start = text + strlen(package);
	else
		start = text[0] == 'v' ? text + 1 : text;
	end = read_dotted(start, out);
	if (!end || (*end && !strchr("-+~. \t\r\n", *end)))
		return false;
	read_package(text, out);
	return true;
}

static bool is_word_of(const char *words, const char *word)
{
	size_t size = strlen(word);

	while (size) {
		const char *end = strstr(words, " | ");
		size_t length = end ? (size_t)(end - words) : strlen(words);

		if (length == size && memcmp(words, word, size) == 0)
			return true;
		if (!end)
			return false;
		words = end + 3;
	}
	return false;
}

static bool read_hex(const char *text, uint64_t *out)
{
	size_t count = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	*out = 0;
	for (; text[count]; count++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = strchr(digits, text[count] | 0x20);

		if (!digit || count == 16)
			return false;
		*out = *out << 4 | (uint64_t)(digit - digits);
	}
	return count != 0;
}

/* "8192", "8192M", "8G", "8GiB". */
static bool read_memory(const char *text, uint64_t *out)
{
	unsigned number = 0;
	const char *unit = read_decimal(text, &number);

	*out = number;
	if (!unit)
		return false;
	if (*unit == 'G' || *unit == 'g')
		*out *= 1024;
	else if (*unit != 'M' && *unit != 'm')
		return *unit == '\0';
	return unit[1] == '\0' || strcmp(unit + 1, "iB") == 0 || strcmp(unit + 1, "B") == 0;
}

static bool read_number(const struct spec *spec, const char *value, char *out)
{
	uint64_t number = 0;
	unsigned small = 0;
	const char *end;
	bool valid;

	if (spec->kind == KIND_HEX) {
		valid = read_hex(value, &number);
	} else if (spec->kind == KIND_MEMORY) {
		valid = read_memory(value, &number);
	} else {
		end = read_decimal(value, &small);
		valid = end && *end == '\0';
		number = small;
	}
	snprintf(out, NUMBER_ROOM, spec->kind == KIND_HEX ? "0x%" PRIx64 : "%" PRIu64, number);
	return valid && number >= spec->least && number <= spec->most;
}

static bool write_version(const char *value, bool qemu, char *out)
{
	struct vm_version version;
	int size;

	if (!vm_version_parse(value, &version))
		return false;
	size = snprintf(out, VERSION_ROOM, "%u.%u", version.part[0], version.part[1]);
	if (version.part[2])
		size += snprintf(out + size, VERSION_ROOM - (size_t)size, ".%u", version.part[2]);
	if (qemu && version.pve_build)
		snprintf(out + size, VERSION_ROOM - (size_t)size, " (pve-qemu-kvm_%u.%u.%u-%u)",
			 version.part[0], version.part[1], version.part[2], version.package);
	return true;
}

static bool write_address(const char *value, char *out)
{
	struct vm_address address;
	bool slot_only;

	if (!vm_address_parse(value, &address, &slot_only) || slot_only)
		return false;
	snprintf(out, VERSION_ROOM, "%04x:%02x:%02x.%x", address.domain, address.bus, address.slot,
		 address.function);
	return true;
}

static bool is_name(const char *value)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+";

	return *value && strlen(value) <= TEXT_MAX_BYTES && value[strspn(value, letters)] == '\0';
}

/* Text that passes through the cleaner as it is: UTF-8 without control characters. */
static bool is_text(const char *value, enum igdrom_status *status)
{
	size_t size = strlen(value);
	char *clean;
	bool same;

	if (size == 0 || size > TEXT_MAX_BYTES)
		return false;
	clean = text_clean(value, size, size);
	if (!clean)
		*status = IGDROM_E_NOMEM;
	same = clean && strcmp(clean, value) == 0;
	free(clean);
	return same;
}

/* Whether a path does not end with a folder. */
static bool names_file(const char *value)
{
	const char *slash = strrchr(value, '/');
	const char *name = slash ? slash + 1 : value;

	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool normalise(enum vm_key key, const char *value, char *out, enum igdrom_status *status)
{
	const struct spec *spec = &specs[key];
	uint16_t id = 0;

	out[0] = '\0';
	switch (spec->kind) {
	case KIND_DEVICE:
		if (igdrom_device_parse_id(value, &id) != IGDROM_OK)
			return false;
		snprintf(out, VERSION_ROOM, "%04X", id);
		return true;
	case KIND_WORD:
		return is_word_of(spec->help, value);
	case KIND_QEMU:
	case KIND_VERSION:
		return write_version(value, spec->kind == KIND_QEMU, out);
	case KIND_AUDIO:
		return strcmp(value, "none") == 0 || write_address(value, out);
	case KIND_ADDRESS:
		return write_address(value, out);
	case KIND_HEX:
	case KIND_DECIMAL:
	case KIND_MEMORY:
		return read_number(spec, value, out);
	case KIND_NAME:
		return is_name(value);
	case KIND_TEXT:
		break;
	case KIND_FILE:
		return names_file(value) && is_text(value, status);
	}
	return is_text(value, status);
}

char *vm_value_normal(enum vm_key key, const char *value, enum igdrom_status *status)
{
	char room[VERSION_ROOM];
	const char *source;
	char *copy;

	*status = IGDROM_OK;
	if (!normalise(key, value, room, status)) {
		if (*status == IGDROM_OK)
			*status = IGDROM_E_INVAL;
		return NULL;
	}
	source = room[0] ? room : value;
	copy = malloc(strlen(source) + 1);
	if (copy)
		memcpy(copy, source, strlen(source) + 1);
	else
		*status = IGDROM_E_NOMEM;
	return copy;
}
