/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/machine.h"

#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_ROOM   4096
#define CONFIG_ROOM 4096
#define BARS        7
#define WORD_ROOM   64

enum word {
	ADDRESS,
	VENDOR,
	DEVICE,
	CLASS,
	REV,
	SUB,
	DRIVER,
	GROUP,
	BOOT_VGA,
	ENABLE,
	POWER,
	OVERRIDE,
	VFS,
	PHYSFN,
	CONFIG,
	WORDS
};

static const char *const names[WORDS] = {
	[REV] = "rev",           [SUB] = "sub",       [DRIVER] = "driver", [GROUP] = "group",
	[BOOT_VGA] = "boot_vga", [ENABLE] = "enable", [POWER] = "power",   [OVERRIDE] = "override",
	[VFS] = "vfs",           [PHYSFN] = "physfn", [CONFIG] = "config",
};

struct function {
	bool open;
	char words[WORDS][WORD_ROOM];
	size_t config_size;
	uint8_t config[CONFIG_ROOM];
	char resource[BARS][WORD_ROOM];
};

struct reader {
	const char *root;
	FILE *file;
	char line[LINE_ROOM]; /* the current one; "" at the end */
	struct function function;
};

static const struct kind {
	const char *name;
	unsigned flags, low, width;
} kinds[] = {
	{"io", 0x40101, 1, 4},       {"mem", 0x40200, 0, 4}, {"mem64", 0x140204, 4, 8},
	{"pref64", 0x14220c, 12, 8}, {"rom", 0x46200, 0, 4}, {"shadow", 0x212, 0, 0},
};

static bool place(const char *root, const char *path, char *out)
{
	int size = snprintf(out, LINE_ROOM, "%s/%s", root, path);
	char *last = strrchr(out, '/');
	struct stat st;
	bool there;

	if (size < 0 || size >= LINE_ROOM)
		return false;
	*last = '\0';
	there = stat(out, &st) == 0;
	*last = '/';
	if (there)
		return true;
	for (char *p = out + strlen(root) + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(out, 0755) != 0 && stat(out, &st) != 0)
			return false;
		*p = '/';
	}
	return true;
}

bool machine_write(const char *root, const char *path, const void *data, unsigned long size)
{
	char full[LINE_ROOM];
	FILE *file;
	bool done;

	if (!place(root, path, full))
		return false;
	file = fopen(full, "w");
	if (!file)
		return false;
	done = !size || fwrite(data, 1, size, file) == size;
	return fclose(file) == 0 && done;
}

static bool write_link(const char *root, const char *path, const char *target)
{
	char full[LINE_ROOM];

	return place(root, path, full) && symlink(target, full) == 0;
}

static void path_in(const struct reader *reader, const char *name, char *out)
{
	const char *address = reader->function.words[ADDRESS];

	snprintf(out, LINE_ROOM, "sys/devices/pci%.*s:00/%s/%s", (int)strcspn(address, ":"),
		 address, address, name);
}

static bool value_in(const struct reader *reader, const char *name, const char *before,
		     const char *value)
{
	char path[LINE_ROOM], text[WORD_ROOM * 2];

	path_in(reader, name, path);
	snprintf(text, sizeof(text), "%s%s\n", before, value);
	return machine_write(reader->root, path, text, strlen(text));
}

static bool link_in(const struct reader *reader, const char *name, const char *before,
		    const char *target)
{
	char path[LINE_ROOM], to[LINE_ROOM];

	path_in(reader, name, path);
	snprintf(to, sizeof(to), "%s%s", before, target);
	return !*target || write_link(reader->root, path, to);
}

static bool write_links(const struct reader *reader)
{
	const struct function *f = &reader->function;
	const char *address = f->words[ADDRESS], *group = f->words[GROUP];
	char path[LINE_ROOM], to[LINE_ROOM];

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
	snprintf(to, sizeof(to), "../../../devices/pci%.*s:00/%s", (int)strcspn(address, ":"),
		 address, address);
	if (!write_link(reader->root, path, to) ||
	    !link_in(reader, "driver", "../../../bus/pci/drivers/", f->words[DRIVER]) ||
	    !link_in(reader, "physfn", "../", f->words[PHYSFN]) ||
	    !link_in(reader, "iommu_group", "../../../kernel/iommu_groups/", group))
		return false;
	snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%s/devices/%s", group, address);
	snprintf(to, sizeof(to), "../../../../devices/pci0000:00/%s", address);
	return !*group || write_link(reader->root, path, to);
}

static bool write_values(const struct reader *reader)
{
	const struct function *f = &reader->function;
	const char *sub = *f->words[SUB] ? f->words[SUB] : "0000:0000";
	const char *slash = strchr(f->words[VFS], '/');
	char sub_vendor[8], vf_count[8];

	snprintf(sub_vendor, sizeof(sub_vendor), "%.4s", sub);
	snprintf(vf_count, sizeof(vf_count), "%.*s", (int)strcspn(f->words[VFS], "/"),
		 f->words[VFS]);
	return value_in(reader, "vendor", "0x", f->words[VENDOR]) &&
	       value_in(reader, "device", "0x", f->words[DEVICE]) &&
	       value_in(reader, "class", "0x", f->words[CLASS]) &&
	       value_in(reader, "revision", strlen(f->words[REV]) == 2 ? "0x" : "0x0",
			*f->words[REV] ? f->words[REV] : "0") &&
	       value_in(reader, "subsystem_vendor", "0x", sub_vendor) &&
	       value_in(reader, "subsystem_device", "0x", sub + 5) &&
	       value_in(reader, "driver_override", "",
			*f->words[OVERRIDE] ? f->words[OVERRIDE] : "(null)") &&
	       value_in(reader, "enable", "", *f->words[ENABLE] ? f->words[ENABLE] : "0") &&
	       value_in(reader, "irq", "", "0") &&
	       value_in(reader, "power_state", "", *f->words[POWER] ? f->words[POWER] : "D0") &&
	       (!*f->words[BOOT_VGA] || value_in(reader, "boot_vga", "", f->words[BOOT_VGA])) &&
	       (!slash || (value_in(reader, "sriov_numvfs", "", vf_count) &&
			   value_in(reader, "sriov_totalvfs", "", slash + 1)));
}

/* The function that was described up to here. */
static bool finish(struct reader *reader)
{
	struct function *f = &reader->function;
	char path[LINE_ROOM], text[BARS * WORD_ROOM] = "";

	if (!f->open)
		return true;
	f->open = false;
	for (size_t i = 0; i < BARS; i++)
		strcat(text, f->resource[i]);
	path_in(reader, "resource", path);
	if (!write_values(reader) || !write_links(reader) ||
	    !machine_write(reader->root, path, text, strlen(text)))
		return false;
	path_in(reader, "config", path);
	return machine_write(reader->root, path, f->config, f->config_size);
}

static void put(struct function *f, size_t at, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width && at + i < f->config_size; i++)
		f->config[at + i] = (uint8_t)(value >> 8 * i);
}

static uint64_t hex(const char *text)
{
	return strtoull(text, NULL, 16);
}

static bool begin(struct reader *reader, char *line)
{
	struct function *f = &reader->function;
	char *word = strtok(line, " "), *colon;

	*f = (struct function){.open = true, .config_size = 256};
	for (size_t i = 0; (word = strtok(NULL, " ")) != NULL; i++) {
		size_t which = i == 0 ? ADDRESS : i == 1 ? VENDOR : CLASS, size;

		for (size_t n = REV; i > 2 && n < WORDS; n++) {
			size = strlen(names[n]);
			if (!strncmp(word, names[n], size) && word[size] == '=')
				which = n;
		}
		if (i > 2 && which == CLASS)
			return false;
		snprintf(f->words[which], WORD_ROOM, "%s", i > 2 ? strchr(word, '=') + 1 : word);
	}
	colon = strchr(f->words[VENDOR], ':');
	if (!colon)
		return false;
	snprintf(f->words[DEVICE], WORD_ROOM, "%s", colon + 1);
	*colon = '\0';
	if (*f->words[CONFIG])
		f->config_size = strtoul(f->words[CONFIG], NULL, 10);
	for (size_t i = 0; i < BARS; i++)
		snprintf(f->resource[i], WORD_ROOM, "0x%016x 0x%016x 0x%016x\n", 0, 0, 0);
	put(f, 0, hex(f->words[VENDOR]), 2);
	put(f, 2, hex(f->words[DEVICE]), 2);
	/* PCI Express 5.0, 9.3.4.1.1: the ids are those of the physical function. */
	if (*f->words[PHYSFN])
		put(f, 0, 0xffffffff, 4);
	put(f, 4, 0x0407, 2);
	put(f, 8, hex(f->words[REV]), 1);
	put(f, 9, hex(f->words[CLASS]), 3);
	if (!strncmp(f->words[CLASS], "0604", 4)) {
		put(f, 14, 1, 1);
	} else if (*f->words[SUB]) {
		put(f, 0x2c, hex(f->words[SUB]), 2);
		put(f, 0x2e, hex(f->words[SUB] + 5), 2);
	}
	return f->config_size <= CONFIG_ROOM;
}

static bool read_bar(struct function *f)
{
	const char *number = strtok(NULL, " "), *address = strtok(NULL, " ");
	const char *size = strtok(NULL, " "), *kind = strtok(NULL, " ");
	size_t which = number ? strtoul(number, NULL, 10) : BARS;
	uint64_t first, count;
	char *unit;

	if (!kind || which >= BARS)
		return false;
	first = hex(address);
	count = strtoull(size, &unit, 10);
	count <<= *unit == 'K' ? 10 : *unit == 'M' ? 20 : *unit == 'G' ? 30 : 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, kind) != 0)
			continue;
		snprintf(f->resource[which], WORD_ROOM, "0x%016llx 0x%016llx 0x%016x\n",
			 (unsigned long long)first, (unsigned long long)(first + count - 1),
			 kinds[i].flags);
		if (!*f->words[PHYSFN])
			put(f, which == 6 ? 0x30 : 0x10 + 4 * which, first | kinds[i].low,
			    kinds[i].width);
		return true;
	}
	return false;
}

static bool read_detail(struct function *f, char *line)
{
	const char *what = strtok(line, " ");
	char *word;

	if (!what || !f->open)
		return false;
	if (!strcmp(what, "bar"))
		return read_bar(f);
	if (strcmp(what, "config") != 0)
		return false;
	while ((word = strtok(NULL, " ")) != NULL) {
		char *equals = strchr(word, '=');

		if (!equals)
			return false;
		put(f, hex(word), hex(equals + 1), strlen(equals + 1) / 2);
	}
	return true;
}

static void next_line(struct reader *reader)
{
	if (!fgets(reader->line, LINE_ROOM, reader->file))
		reader->line[0] = '\0';
}

/* The lines that follow and start with a tab. */
static bool write_text(struct reader *reader, const char *path)
{
	char *text = calloc(1, 1);
	size_t used = 0, blank = 0;
	bool done;

	for (; text && strchr("\t\n", reader->line[0]) && reader->line[0]; next_line(reader)) {
		size_t size = strlen(reader->line + 1);
		char *bigger;

		if (reader->line[0] == '\n') {
			blank++;
			continue;
		}
		bigger = realloc(text, used + blank + size + 1);
		if (!bigger)
			break;
		text = bigger;
		memset(text + used, '\n', blank);
		memcpy(text + used + blank, reader->line + 1, size + 1);
		used += blank + size;
		blank = 0;
	}
	done = text && machine_write(reader->root, path, text, used);
	free(text);
	return done;
}

static bool write_hex(struct reader *reader, const char *path, const char *text)
{
	uint8_t bytes[LINE_ROOM / 2];
	size_t count = 0;

	for (;;) {
		char two[3] = "", *end;

		text += strspn(text, " ");
		if (!*text)
			return machine_write(reader->root, path, bytes, count);
		memcpy(two, text, strlen(text) < 2 ? 1 : 2);
		bytes[count++] = (uint8_t)strtoul(two, &end, 16);
		if (end != two + 2)
			return false;
		text += 2;
	}
}

/* One line; those that belong to it are taken too. */
static bool read_line(struct reader *reader)
{
	char line[LINE_ROOM], full[LINE_ROOM], *space;

	memcpy(line, reader->line, LINE_ROOM);
	next_line(reader);
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#' || line[strspn(line, " \t")] == '\0')
		return true;
	if (line[0] == '\t')
		return read_detail(&reader->function, line + 1);
	if (!finish(reader))
		return false;
	if (!strncmp(line, "pci ", 4))
		return begin(reader, line);
	space = strchr(line, ' ');
	if (!space)
		return line[strlen(line) - 1] == '/' && place(reader->root, line, full);
	*space++ = '\0';
	if (!strncmp(space, "-> ", 3))
		return write_link(reader->root, line, space + 3);
	if (!strncmp(space, ": ", 2))
		return write_hex(reader, line, space + 2);
	if (!strcmp(space, "=") || !strcmp(space, "= "))
		return write_text(reader, line);
	if (strncmp(space, "= ", 2) != 0)
		return false;
	strcat(space, "\n");
	return machine_write(reader->root, line, space + 2, strlen(space + 2));
}

bool machine_make(const char *recipe, const char *root)
{
	struct reader reader = {.root = root, .file = fopen(recipe, "r")};
	char line[LINE_ROOM] = "";
	bool done = reader.file != NULL;

	if (done)
		next_line(&reader);
	while (done && reader.line[0]) {
		memcpy(line, reader.line, LINE_ROOM);
		done = read_line(&reader);
	}
	done = done && finish(&reader);
	if (!done)
		fprintf(stderr, "%s: cannot be made into files: %s\n", recipe, line);
	if (reader.file)
		fclose(reader.file);
	return done;
}

/* In memory where that can be had: it is many small files. */
bool machine_make_temporary(const char *recipe, char *root)
{
	strcpy(root, "/dev/shm/igdrom-machine-XXXXXX");
	if (!mkdtemp(root)) {
		strcpy(root, "/tmp/igdrom-machine-XXXXXX");
		if (!mkdtemp(root))
			return false;
	}
	return machine_make(recipe, root);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void machine_remove(const char *root)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
