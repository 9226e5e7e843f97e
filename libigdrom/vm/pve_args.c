/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The value of "args": words for QEMU that come behind all that Proxmox VE says. Those that are
 * about the GPU are replaced word by word; the others keep their bytes.
 */
#include "vm/pve_writer.h"
#include "vm/qemu_reader.h"
#include "vm/qemu_writer.h"
#include "vm/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGS_BYTES (2 * WORDS_MAX_BYTES)
#define DEBUG_PORT     "isa-debugcon.iobase=0x402"
#define DEBUG_FILE     "/tmp/igdrom-debug.log"

/* Something that args have to say, once. */
struct need {
	const char *key; /* of the device; NULL: file is set */
	const char *value;
	const struct vm_fw_cfg *file;
	bool there;
};

#define MAX_NEEDS (VM_MAX_PROPERTIES + VM_MAX_FW_CFG + 2)

struct args {
	struct pve_merge *m;
	struct qemu_reader reader;
	struct words words;
	bool *gone;                 /* words that go */
	struct igdrom_bytes *other; /* words that change */
	struct need needs[MAX_NEEDS];
	size_t need_count;
	char id[PVE_KEY_ROOM + 16]; /* "hostpci0" */
	bool debugcon;
	bool debug_port;
};

static void add_need(struct args *a, const char *key, const char *value,
		     const struct vm_fw_cfg *file)
{
	if (a->need_count == MAX_NEEDS) {
		pve_merge_fail(a->m, IGDROM_E_INTERNAL);
		return;
	}
	a->needs[a->need_count++] = (struct need){.key = key, .value = value, .file = file};
}

static void collect_needs(struct args *a)
{
	const struct igdrom_vm_config *wanted = a->m->wanted;
	const struct vm_device *gpu = wanted->device_count ? &wanted->devices[0] : NULL;

	if (a->m->moved) {
		add_need(a, "bus", "pcie.0", NULL);
		add_need(a, "addr", "0x2", NULL);
	}
	for (size_t i = 0; gpu && i < gpu->property_count; i++)
		add_need(a, gpu->properties[i].name, gpu->properties[i].value, NULL);
	for (size_t i = 0; i < wanted->fw_cfg_count; i++)
		add_need(a, NULL, NULL, &wanted->fw_cfg[i]);
}

static void remove_option(struct args *a, const struct qemu_option *option)
{
	a->gone[option->word - a->words.list] = true;
	a->gone[option->value - a->words.list] = true;
	report_add(a->m->report, FINDING_VM_PVE_MERGE_REMOVED, option->value->at,
		   REPORT_ARGS(ARG_S(option->value->text)));
}

static void replace_value(struct args *a, const struct qemu_option *option, struct build *text)
{
	struct igdrom_bytes *other = &a->other[option->value - a->words.list];
	struct build quoted = build_new(MAX_ARGS_BYTES);

	words_quote(&quoted, (const char *)text->data, text->size);
	if (text->err != IGDROM_OK)
		quoted.err = text->err;
	build_free(text);
	pve_merge_fail(a->m, build_finish(&quoted, other));
}

/* Whether two texts mean the same to QEMU. */
static bool same_value(const char *key, const char *a, const char *b)
{
	const struct vm_known_property *known = vm_rules_property(key);

	if (strcmp(key, "addr") == 0) {
		char *end;
		unsigned long slot = strtoul(a, &end, 16);

		return slot == strtoul(b, NULL, 16) && end != a &&
		       (*end == '\0' || strcmp(end, ".0") == 0);
	}
	return strcmp(a, b) == 0 || (known && vm_rules_same(known, a, b));
}

/* Whether the device sits where only a plan that moves it there wants it: 00:02.0. */
static bool sits_at_igd(const struct args *a)
{
	const struct igdrom_vm_config *have = a->m->have;

	for (size_t i = 0; i < have->device_count; i++) {
		const struct vm_device *device = &have->devices[i];

		if (device->id && strcmp(device->id, a->id) == 0)
			return device->guest.known && device->guest.on_root &&
			       device->guest.slot == 2;
	}
	return false;
}

/* Whether a setting that no need asks for may stay. */
static bool is_harmless(const struct args *a, const char *key, const char *value)
{
	const struct pve_merge *m = a->m;

	if (strcmp(key, "addr") == 0 || strcmp(key, "bus") == 0) {
		const char *place = key[0] == 'a' ? "0x2" : "pci.0";

		/* What legacy-igd says already; and another place when the plan asks for none. */
		return m->legacy_igd ? same_value(key, value, place)
				     : !m->moved && m->wanted->machine == m->have->machine &&
					       !sits_at_igd(a);
	}
	if (strcmp(key, "romfile") == 0 || strcmp(key, "rombar") == 0)
		return !m->wanted->devices[0].rom_file;
	if (strcmp(key, "x-vga") == 0)
		return !m->wanted->display;
	return !qemu_is_planned(key);
}

static void put_setting(struct build *out, const char *id, const struct need *need)
{
	static const char head[] = "device.";

	build_bytes(out, head, strlen(head));
	build_bytes(out, id, strlen(id));
	build_u8(out, '.');
	build_bytes(out, need->key, strlen(need->key));
	build_u8(out, '=');
	build_bytes(out, need->value, strlen(need->value));
}

/* -set device.hostpci0.KEY=VALUE */
static void merge_set(struct args *a, const struct qemu_option *option)
{
	const char *text = option->value->text;
	size_t size = strlen(a->id);
	const char *equal = strchr(text, '=');
	struct build word = build_new(MAX_ARGS_BYTES);
	struct need *need = NULL;
	char key[64] = "";

	if (strncmp(text, "device.", 7) != 0 || strncmp(text + 7, a->id, size) != 0 ||
	    text[7 + size] != '.' || !equal || (size_t)(equal - text) < 8 + size)
		return;
	text += 8 + size;
	if ((size_t)(equal - text) >= sizeof(key))
		return;
	memcpy(key, text, (size_t)(equal - text));
	for (size_t i = 0; i < a->need_count && !need; i++) {
		if (a->needs[i].key && strcmp(a->needs[i].key, key) == 0)
			need = &a->needs[i];
	}
	if (need && !need->there) {
		need->there = true;
		if (!same_value(key, equal + 1, need->value)) {
			put_setting(&word, a->id, need);
			replace_value(a, option, &word);
		}
	} else if (need || !is_harmless(a, key, equal + 1)) {
		remove_option(a, option);
	}
}

/* -global vfio-pci.x-igd-...: it would win over nothing, and stands for every device. */
static void merge_global(struct args *a, const struct qemu_option *option)
{
	const char *text = option->value->text;

	if (strncmp(text, "vfio-pci.x-igd-", 15) == 0)
		remove_option(a, option);
	else if (strncmp(text, "isa-debugcon.iobase=", 20) == 0)
		a->debug_port = true;
}

static bool is_ours(const char *name)
{
	return strcmp(name, "opt/igdrom/stolen-base") == 0 ||
	       strcmp(name, "opt/igdrom/lpc-id") == 0;
}

static void merge_fw_cfg(struct args *a, const struct qemu_option *option)
{
	struct build word = build_new(MAX_ARGS_BYTES);
	struct need *need = NULL;
	struct qemu_opts opts;
	const char *name;
	const char *string;

	if (!qemu_option_opts(&a->reader, option, "name", &opts))
		return;
	name = qemu_opts_value(&opts, "name");
	string = qemu_opts_value(&opts, "string");
	for (size_t i = 0; name && i < a->need_count && !need; i++) {
		if (a->needs[i].file && strcmp(a->needs[i].file->name, name) == 0)
			need = &a->needs[i];
	}
	if (need && !need->there) {
		need->there = true;
		if (!string || strcmp(string, need->file->string) != 0) {
			qemu_put_fw_cfg(&word, need->file);
			replace_value(a, option, &word);
		}
	} else if (need || (name && is_ours(name))) {
		remove_option(a, option);
	}
	qemu_opts_free(&opts);
}

static void merge_option(struct args *a, const struct qemu_option *option)
{
	if (!option->value)
		return;
	if (strcmp(option->name, "set") == 0)
		merge_set(a, option);
	else if (strcmp(option->name, "global") == 0)
		merge_global(a, option);
	else if (strcmp(option->name, "fw_cfg") == 0)
		merge_fw_cfg(a, option);
	else if (strcmp(option->name, "debugcon") == 0)
		a->debugcon = true;
}

/* Appends an option and its value. */
static void append(struct build *out, const char *option, const char *value, size_t size)
{
	if (out->size)
		build_u8(out, ' ');
	build_bytes(out, option, strlen(option));
	build_u8(out, ' ');
	words_quote(out, value, size);
}

static void append_needs(struct args *a, struct build *out)
{
	const struct igdrom_vm_config *wanted = a->m->wanted;
	bool debug = wanted->debug_console && !a->m->have->debug_console;
	const char *file = wanted->debug_file ? wanted->debug_file : DEBUG_FILE;

	for (size_t i = 0; i < a->need_count; i++) {
		struct build word = build_new(MAX_ARGS_BYTES);

		if (a->needs[i].there)
			continue;
		if (a->needs[i].file)
			qemu_put_fw_cfg(&word, a->needs[i].file);
		else
			put_setting(&word, a->id, &a->needs[i]);
		append(out, a->needs[i].file ? "-fw_cfg" : "-set", (const char *)word.data,
		       word.size);
		pve_merge_fail(a->m, word.err);
		build_free(&word);
	}
	if (debug && !a->debugcon) {
		struct build word = build_new(MAX_ARGS_BYTES);

		build_bytes(&word, "file:", 5);
		build_bytes(&word, file, strlen(file));
		append(out, "-debugcon", (const char *)word.data, word.size);
		pve_merge_fail(a->m, word.err);
		build_free(&word);
	}
	if (debug && !a->debug_port)
		append(out, "-global", DEBUG_PORT, strlen(DEBUG_PORT));
}

/* The words that stay, with what stands between them. */
static void put_words(const struct args *a, const struct pve_line *line, struct build *out)
{
	const char *text = a->m->conf->text;
	uint64_t end = line->value_at;

	for (size_t i = 0; i < a->words.count; i++) {
		const struct word *word = &a->words.list[i];
		const struct igdrom_bytes *other = &a->other[i];

		if (!a->gone[i]) {
			if (out->size)
				build_bytes(out, text + end, (size_t)(word->at - end));
			if (other->data)
				build_bytes(out, other->data, other->size);
			else
				build_bytes(out, text + word->at, word->span);
		}
		end = word->at + word->span;
	}
}

static void free_args(struct args *a)
{
	for (size_t i = 0; a->other && i < a->words.count; i++)
		igdrom_bytes_free(&a->other[i]);
	free(a->other);
	free(a->gone);
	words_free(&a->words);
	free(a);
}

static enum igdrom_status split(struct args *a, const struct pve_line *line)
{
	enum igdrom_status status =
		words_split(line->value.s, line->value.size, line->value_at, WORDS_PERL, &a->words);

	if (status == IGDROM_E_CORRUPT) {
		pve_merge_refuse(a->m, FINDING_VM_PVE_ARGS_QUOTE, a->words.bad_at, REPORT_NO_ARGS);
		return IGDROM_E_REFUSED;
	}
	a->gone = calloc(a->words.count + 1, sizeof(*a->gone));
	a->other = calloc(a->words.count + 1, sizeof(*a->other));
	return status == IGDROM_OK && (!a->gone || !a->other) ? IGDROM_E_NOMEM : status;
}

void pve_merge_args(struct pve_merge *m, struct build *out)
{
	const struct pve_line *line = pve_conf_find(m->conf, "args");
	struct args *a = calloc(1, sizeof(*a));
	struct qemu_option option;

	if (!a) {
		pve_merge_fail(m, IGDROM_E_NOMEM);
		return;
	}
	a->m = m;
	snprintf(a->id, sizeof(a->id), "hostpci%u", m->index[0]);
	collect_needs(a);
	if (line)
		pve_merge_fail(m, split(a, line));
	if (line && m->err == IGDROM_OK) {
		a->reader = (struct qemu_reader){.words = &a->words, .to = a->words.count};
		a->reader.config = vm_config_new(IGDROM_VM_FORMAT_PVE);
		if (!a->reader.config)
			pve_merge_fail(m, IGDROM_E_NOMEM);
		for (size_t i = 0;
		     m->err == IGDROM_OK && qemu_next_option(&a->reader, &i, &option);)
			merge_option(a, &option);
		vm_config_free(a->reader.config);
		put_words(a, line, out);
	}
	append_needs(a, out);
	pve_merge_fail(m, out->err);
	free_args(a);
}
