/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/dump_rig.h"

#include "unit/findings.h"

#include <errno.h>
#include <stdio.h>

#define MEMORY_FILE  "/dev/mem"
#define COMMAND      4
#define SPECIAL      1000 /* files that are no struct fake_file */
#define BYTE(number) ((uint8_t)(number))

static const char *const special[] = {"rom", "enable", "config", "power/control", "power_state"};

enum { ROM, ENABLE, CONFIG, CONTROL, STATE };

static bool fails(struct fake *fake)
{
	return ++fake->calls == fake->fail_at;
}

static struct fake_file *find(struct fake *fake, const char *path)
{
	for (size_t i = 0; i < fake->file_count; i++) {
		if (!strcmp(fake->files[i].path, path))
			return &fake->files[i];
	}
	return NULL;
}

static bool sleeps(const struct fake *fake)
{
	return fake->stays_asleep || !fake->control_on;
}

static int fake_open(void *user, const char *path, bool writing, int *file)
{
	struct fake *fake = user;
	struct fake_file *found = find(fake, path);

	*file = -1;
	if (fails(fake))
		return EIO;
	if (writing && fake->machine.captured)
		fail_msg("%s was opened for writing", path);
	if (!found)
		return ENOENT;
	if (found->open_error)
		return found->open_error;
	*file = (int)(found - fake->files);
	if (!strncmp(path, FAKE_DEVICE, strlen(FAKE_DEVICE))) {
		for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
			if (!strcmp(path + strlen(FAKE_DEVICE), special[i]))
				*file += SPECIAL * ((int)i + 1);
		}
	}
	fake->open_files++;
	return 0;
}

static void fake_close(void *user, int file)
{
	struct fake *fake = user;

	assert_true(file >= 0);
	assert_true(fake->open_files > 0);
	fake->open_files--;
}

static int read_bytes(const struct fake_file *from, uint64_t at, void *data, size_t size,
		      size_t *got)
{
	if (from->read_error)
		return from->read_error;
	if (at >= from->size)
		return 0;
	*got = size < from->size - at ? size : from->size - (size_t)at;
	if (at < from->bad_to && at + *got > from->bad_from)
		return EIO;
	memcpy(data, from->data + at, *got);
	return 0;
}

/* What the kernel does: the device must be awake and decode memory, and the ROM be switched on. */
static int read_rom(const struct fake *fake, const struct fake_file *file, uint64_t at, void *data,
		    size_t size, size_t *got)
{
	static const uint8_t signature[] = {0x55, 0xaa};

	if (fake->machine.captured)
		return read_bytes(file, at, data, size, got);
	if (!fake->rom_on)
		return EINVAL;
	if (!fake->shadow && (sleeps(fake) || !(fake->config[COMMAND] & 2)))
		return EIO;
	if (file->size >= 2 && memcmp(file->data, signature, 2) != 0 && !file->read_error)
		return EIO;
	return read_bytes(file, at, data, size, got);
}

static int fake_read(void *user, int file, uint64_t at, void *data, size_t size, size_t *got)
{
	struct fake *fake = user;
	struct fake_file shown = fake->files[file % SPECIAL];
	char text[16] = "";

	*got = 0;
	if (fails(fake))
		return EIO;
	switch (file / SPECIAL - 1) {
	case ROM:
		return read_rom(fake, &shown, at, data, size, got);
	case ENABLE:
		snprintf(text, sizeof(text), "%d\n", fake->enabled);
		break;
	case CONTROL:
		snprintf(text, sizeof(text), "%s\n", fake->control_on ? "on" : "auto");
		break;
	case STATE:
		snprintf(text, sizeof(text), "%s\n", sleeps(fake) ? "D3hot" : "D0");
		break;
	case CONFIG:
		shown.data = fake->config;
		shown.size = fake->config_shown;
		return read_bytes(&shown, at, data, size, got);
	default:
		return read_bytes(&shown, at, data, size, got);
	}
	shown.data = (const uint8_t *)text;
	shown.size = strlen(text);
	return read_bytes(&shown, at, data, size, got);
}

static int write_enable(struct fake *fake, char digit)
{
	if (fake->bound)
		return EBUSY;
	if (digit == '0')
		fake->enabled--;
	else
		fake->enabled++;
	if (fake->enabled)
		fake->config[COMMAND] |= 3;
	return 0;
}

static int write_config(struct fake *fake, uint64_t at, const uint8_t *from, size_t size)
{
	if (fake->config_write_error)
		return fake->config_write_error;
	assert_int_equal(at, COMMAND);
	assert_int_equal(size, 2);
	memcpy(fake->config + at, from, size);
	return 0;
}

static int fake_write(void *user, int file, uint64_t at, const void *data, size_t size)
{
	struct fake *fake = user;
	const uint8_t *from = data;

	assert_true(fake->held);
	fake->writes++;
	if (fails(fake))
		return EIO;
	switch (file / SPECIAL - 1) {
	case ROM:
		assert_int_equal(size, 1);
		fake->rom_on = from[0] == '1';
		return 0;
	case ENABLE:
		return write_enable(fake, (char)from[0]);
	case CONTROL:
		fake->control_on = size == 2;
		return 0;
	case CONFIG:
		return write_config(fake, at, from, size);
	}
	fail_msg("%s is written to", fake->files[file % SPECIAL].path);
	return EIO;
}

static uint8_t byte_at(const struct fake *fake, uint64_t address)
{
	for (size_t i = 0; i < fake->range_count; i++) {
		const struct fake_range *range = &fake->ranges[i];

		if (address >= range->address && address - range->address < range->size)
			return range->data[address - range->address];
	}
	return fake->elsewhere;
}

static int fake_read_memory(void *user, int file, uint64_t address, void *data, size_t size)
{
	struct fake *fake = user;
	uint8_t *to = data;

	assert_string_equal(fake->files[file].path, MEMORY_FILE);
	assert_int_equal(address % 8, 0);
	assert_int_equal(size % 8, 0);
	if (fails(fake))
		return EIO;
	if (fake->memory_error)
		return fake->memory_error;
	for (size_t i = 0; i < size; i++)
		to[i] = byte_at(fake, address + i);
	return 0;
}

static int fake_opregion(void *user, const char *group, const char *address,
			 struct igdrom_bytes *out)
{
	struct fake *fake = user;
	uint8_t *copy;

	*out = (struct igdrom_bytes){NULL, 0};
	assert_string_equal(group, "/dev/vfio/7");
	assert_string_equal(address, "0000:00:02.0");
	if (fails(fake))
		return EIO;
	if (fake->vfio_error)
		return fake->vfio_error;
	copy = malloc(fake->vfio.size);
	if (!copy)
		return ENOMEM;
	memcpy(copy, fake->vfio.data, fake->vfio.size);
	*out = (struct igdrom_bytes){copy, fake->vfio.size};
	return 0;
}

/* The first part of the paths below a directory. */
static int fake_list(void *user, const char *directory, struct dump_names *out)
{
	struct fake *fake = user;
	size_t size = strlen(directory);
	bool there = false;

	*out = (struct dump_names){NULL, 0};
	if (fails(fake))
		return EIO;
	out->names = calloc(FAKE_FILES, DUMP_NAME_MAX);
	if (!out->names)
		return ENOMEM;
	for (size_t i = 0; i < fake->file_count; i++) {
		const char *path = fake->files[i].path, *name = path + size + 1;
		int length = (int)strcspn(name, "/");

		if (strncmp(path, directory, size) || path[size] != '/')
			continue;
		there = true;
		if (fake->files[i].open_error && !*name) {
			free(out->names);
			return fake->files[i].open_error;
		}
		if (length &&
		    (!out->count || strncmp(out->names[out->count - 1], name, (size_t)length + 1)))
			snprintf(out->names[out->count++], DUMP_NAME_MAX, "%.*s", length, name);
	}
	if (!there)
		free(out->names);
	return there ? 0 : ENOENT;
}

static void fake_hold(void *user, bool on)
{
	struct fake *fake = user;

	assert_true(fake->held != on);
	fake->held = on;
	fake->held_times += on;
}

static const struct dump_system played = {
	.open = fake_open,
	.read = fake_read,
	.write = fake_write,
	.memory = fake_read_memory,
	.opregion = fake_opregion,
	.close = fake_close,
	.list = fake_list,
	.hold = fake_hold,
};

struct fake_file *fake_put(struct fake *fake, const char *path, const void *data, size_t size)
{
	struct fake_file *file = find(fake, path);

	if (!file) {
		assert_true(fake->file_count < FAKE_FILES);
		file = &fake->files[fake->file_count++];
	}
	*file = (struct fake_file){.data = data, .size = size};
	snprintf(file->path, sizeof(file->path), "%s", path);
	return file;
}

struct fake_file *fake_text(struct fake *fake, const char *path, const char *text)
{
	return fake_put(fake, path, text, strlen(text));
}

void fake_remove(struct fake *fake, const char *path)
{
	struct fake_file *file = find(fake, path);

	assert_non_null(file);
	file->path[0] = '\0';
}

void fake_memory(struct fake *fake, uint64_t address, const void *data, size_t size)
{
	assert_true(fake->range_count < FAKE_RANGES);
	fake->ranges[fake->range_count++] = (struct fake_range){address, data, size};
	fake_text(fake, MEMORY_FILE, "");
}

void fake_ids(struct fake *fake, const char *vendor, const char *device, const char *class_code)
{
	fake_text(fake, FAKE_DEVICE "vendor", vendor);
	fake_text(fake, FAKE_DEVICE "device", device);
	fake_text(fake, FAKE_DEVICE "class", class_code);
}

void fake_again(struct fake *fake)
{
	igdrom_dump_free(fake->dump);
	fake->dump = NULL;
	igdrom_report_free(fake->report);
	assert_int_equal(igdrom_report_new(&fake->report), IGDROM_OK);
	fake->control_on = fake->rom_on = fake->held = false;
	fake->enabled = 0;
	fake->config[COMMAND] = 0;
	fake->calls = fake->writes = fake->held_times = fake->open_files = 0;
}

bool fake_is_as_before(const struct fake *fake)
{
	return !fake->control_on && !fake->rom_on && !fake->held && !fake->enabled &&
	       fake->config[COMMAND] == 0 && fake->open_files == 0;
}

int fake_setup(void **state)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake->machine = (struct dump_machine){.system = &played, .user = fake};
	fake->elsewhere = 0xff;
	fake->config_shown = sizeof(fake->config);
	fake_ids(fake, "0x8086\n", "0x4680\n", "0x030000\n");
	fake_text(fake, FAKE_DEVICE "enable", "");
	fake_text(fake, FAKE_DEVICE "config", "");
	fake_text(fake, FAKE_DEVICE "power/control", "");
	fake_text(fake, FAKE_DEVICE "power_state", "");
	fake_again(fake);
	*state = fake;
	return 0;
}

int fake_teardown(void **state)
{
	struct fake *fake = *state;

	igdrom_dump_free(fake->dump);
	igdrom_report_free(fake->report);
	free(fake);
	return 0;
}

bool fake_found(const struct fake *fake, const char *code)
{
	return find_in(fake->report, code) != NULL;
}

const char *fake_error(const struct fake *fake)
{
	for (size_t i = igdrom_report_count(fake->report); i > 0; i--) {
		const struct igdrom_finding *finding = igdrom_report_at(fake->report, i - 1);

		if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_ERROR)
			return igdrom_finding_code(finding);
	}
	return "";
}

static void put16(uint8_t *out, size_t at, unsigned value)
{
	out[at] = BYTE(value);
	out[at + 1] = BYTE(value >> 8);
}

static void put32(uint8_t *out, size_t at, uint32_t value)
{
	put16(out, at, value & 0xffff);
	put16(out, at + 2, value >> 16);
}

void make_vbios(uint8_t *out, size_t size, uint16_t vendor, uint16_t device)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		out[i] = BYTE(i * 7 + i / 256);
	memset(out, 0, 0x60);
	out[0] = 0x55;
	out[1] = 0xaa;
	out[2] = BYTE(size / 512);
	out[3] = 0xcb; /* retf */
	out[0x18] = 0x40;
	memcpy(out + 0x40, "PCIR", 4);
	put16(out, 0x44, vendor);
	put16(out, 0x46, device);
	put16(out, 0x4a, 0x18);
	out[0x4f] = 3; /* class 030000 */
	put16(out, 0x50, (unsigned)(size / 512));
	out[0x55] = 0x80; /* the last one */
	for (size_t i = 0; i < size; i++)
		sum = BYTE(sum + out[i]);
	out[6] = BYTE(-sum);
}

void make_vbt(uint8_t *out, uint16_t size)
{
	memset(out, 0, size);
	memcpy(out, "$VBT TEST           ", 20);
	put16(out, 20, 100);
	put16(out, 22, 48);
	put16(out, 24, size);
	put16(out, 28, 48);
	memcpy(out + 48, "BIOS_DATA_BLOCK ", 16);
	put16(out, 64, 250);
	put16(out, 66, 22);
	put16(out, 68, (unsigned)size - 48);
}

void make_opregion(uint8_t *out, uint16_t version, uint64_t rvda, uint32_t rvds)
{
	memset(out, 0, 0x2000);
	memcpy(out, "IntelGraphicsMem", 16);
	put32(out, 0x10, 8);
	put16(out, 0x16, version);
	put32(out, 0x58, 0x0d);
	put32(out, 0x3ba, (uint32_t)rvda);
	put32(out, 0x3be, (uint32_t)(rvda >> 32));
	put32(out, 0x3c2, rvds);
}
