/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merging a plan into a command line that is there. What differs is replaced word by word, what is
 * missing goes behind the last word, and the rest keeps its bytes. The result is read again: if it
 * does not say what the plan says, it is refused.
 */
#include "vm/qemu_reader.h"
#include "vm/qemu_writer.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MERGED_BYTES (2 * WORDS_MAX_BYTES)

/* A word that changes; text NULL: it goes, with the blanks before it. */
struct edit {
	size_t word;
	struct igdrom_bytes text;
};

struct merge {
	const struct igdrom_vm_config *wanted;
	struct igdrom_vm_config *have;
	struct igdrom_report *report;
	struct qemu_reader r; /* the words of the command */
	const char *text;
	size_t size;
	struct edit edits[WORDS_MAX];
	size_t edit_count;
	bool edited[WORDS_MAX];
	struct build added; /* arguments, each with its NUL */
	enum igdrom_status err;
};

static void fail(struct merge *m, enum igdrom_status err)
{
	if (m->err == IGDROM_OK)
		m->err = err;
}

static void refuse(struct merge *m, enum finding_code code, uint64_t at,
		   const struct igdrom_finding_arg *args, size_t count)
{
	if (m->err == IGDROM_OK)
		report_add(m->report, code, at, args, count);
	fail(m, IGDROM_E_REFUSED);
}

static size_t index_of(const struct merge *m, const struct word *word)
{
	return (size_t)(word - m->r.words->list);
}

/* The change of a word, which changes once; NULL: it does already. */
static struct edit *change(struct merge *m, const struct word *word)
{
	size_t index = index_of(m, word);
	struct edit *edit = &m->edits[m->edit_count];

	if (m->edited[index])
		return NULL;
	m->edited[index] = true;
	m->edit_count++;
	*edit = (struct edit){.word = index};
	return edit;
}

static void remove_word(struct merge *m, const struct word *word)
{
	(void)change(m, word);
}

/* Replaces a word by an argument, which is taken from the builder. */
static void replace_word(struct merge *m, const struct word *word, struct build *argument)
{
	struct build quoted = build_new(MAX_MERGED_BYTES);
	struct edit *edit = change(m, word);

	words_quote(&quoted, (const char *)argument->data, argument->size);
	if (argument->err != IGDROM_OK)
		quoted.err = argument->err;
	build_free(argument);
	if (!edit)
		build_free(&quoted);
	else if (build_finish(&quoted, &edit->text) != IGDROM_OK)
		fail(m, IGDROM_E_NOMEM);
}

static void add_text(struct merge *m, const char *text)
{
	build_bytes(&m->added, text, strlen(text) + 1);
}

/* The option whose value says something at this offset; false: there is none. */
static bool option_at(struct merge *m, uint64_t at, struct qemu_option *out)
{
	for (size_t i = m->r.from; qemu_next_option(&m->r, &i, out);) {
		if (out->value && at >= out->value->at && at - out->value->at < out->value->span)
			return true;
	}
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static size_t planned_count(const struct vm_device *device)
{
	size_t count = 0;

	for (size_t i = 0; i < device->property_count; i++)
		count += qemu_is_planned(device->properties[i].name);
	return count;
}

/* Whether a device is what the plan wants already. */
static bool same_device(const struct igdrom_vm_config *wanted, const struct vm_device *want,
			const struct vm_device *have)
{
	if (!qemu_is_rom(wanted, want, have->rom_file) || want->rom_bar != have->rom_bar ||
	    planned_count(want) != planned_count(have))
		return false;
	if (want->guest.known && (!have->guest.known || want->guest.slot != have->guest.slot ||
				  want->guest.function != have->guest.function ||
				  want->guest.on_root != have->guest.on_root))
		return false;
	for (size_t i = 0; i < want->property_count; i++) {
		const struct vm_property *property = &want->properties[i];
		const struct vm_property *other = vm_device_property(have, property->name);

		if (!other || !same_text(property->value, other->value))
			return false;
	}
	return true;
}

static struct vm_device *find_device(struct merge *m, const struct vm_device *want)
{
	for (size_t i = 0; i < m->have->device_count; i++) {
		struct vm_device *device = &m->have->devices[i];

		if (want->mdev ? same_text(want->mdev, device->mdev)
			       : vm_address_equal(&want->host, &device->host))
			return device;
	}
	return NULL;
}

/* Takes out -set and -global that would win over the -device, or say what nobody wants. */
static void remove_settings(struct merge *m, const char *id)
{
	struct qemu_option option;

	for (size_t i = m->r.from; qemu_next_option(&m->r, &i, &option);) {
		const char *text = option.value ? option.value->text : "";
		bool is_set = strcmp(option.name, "set") == 0 && strncmp(text, "device.", 7) == 0;
		bool is_global =
			strcmp(option.name, "global") == 0 && strncmp(text, "vfio-pci.", 9) == 0;
		size_t size = id ? strlen(id) : 0;
		char key[32] = "";

		if (is_set && (!id || strncmp(text + 7, id, size) != 0 || text[7 + size] != '.'))
			continue;
		if (!is_set && !is_global)
			continue;
		text += is_set ? 7 + size + 1 : 9;
		if (strcspn(text, "=") < sizeof(key))
			memcpy(key, text, strcspn(text, "="));
		if (qemu_is_planned(key)) {
			remove_word(m, option.word);
			remove_word(m, option.value);
		}
	}
}

static void merge_device(struct merge *m, size_t index)
{
	const struct vm_device *want = &m->wanted->devices[index];
	const struct vm_device *have = find_device(m, want);
	struct build argument = build_new(MAX_MERGED_BYTES);
	struct qemu_option option;
	struct qemu_opts opts;

	if (!have) {
		add_text(m, "-device");
		qemu_put_device(&m->added, m->wanted, index, NULL);
		build_u8(&m->added, '\0');
		return;
	}
	if (same_device(m->wanted, want, have))
		return;
	if (!option_at(m, have->at, &option) ||
	    !qemu_option_opts(&m->r, &option, "driver", &opts)) {
		fail(m, m->have->err != IGDROM_OK ? m->have->err : IGDROM_E_INTERNAL);
		return;
	}
	if (opts.json || option.value->expands) {
		refuse(m, FINDING_VM_QEMU_MERGE_WORD, option.value->at,
		       REPORT_ARGS(ARG_S(opts.json ? "JSON" : "with something a shell replaces")));
	} else {
		qemu_put_device(&argument, m->wanted, index, &opts);
		remove_settings(m, have->id);
		replace_word(m, option.value, &argument);
	}
	qemu_opts_free(&opts);
}

static bool is_ours(const char *name)
{
	return strcmp(name, "opt/igdrom/stolen-base") == 0 ||
	       strcmp(name, "opt/igdrom/lpc-id") == 0;
}

static void merge_fw_cfg(struct merge *m)
{
	struct qemu_option option;

	for (size_t i = 0; i < m->have->fw_cfg_count; i++) {
		const struct vm_fw_cfg *have = &m->have->fw_cfg[i];
		const struct vm_fw_cfg *want = vm_config_fw_cfg(m->wanted, have->name);
		struct build argument = build_new(MAX_MERGED_BYTES);

		if (!(want || is_ours(have->name)) || !option_at(m, have->at, &option) ||
		    (want && same_text(want->string, have->string)))
			continue;
		if (want) {
			qemu_put_fw_cfg(&argument, want);
			replace_word(m, option.value, &argument);
		} else {
			remove_word(m, option.word);
			remove_word(m, option.value);
		}
	}
	for (size_t i = 0; i < m->wanted->fw_cfg_count; i++) {
		if (vm_config_fw_cfg(m->have, m->wanted->fw_cfg[i].name))
			continue;
		add_text(m, "-fw_cfg");
		qemu_put_fw_cfg(&m->added, &m->wanted->fw_cfg[i]);
		build_u8(&m->added, '\0');
	}
}

static void merge_cpu(struct merge *m)
{
	struct build argument = build_new(MAX_MERGED_BYTES);
	struct qemu_option option;
	bool found = false;
	struct qemu_opts opts;

	if (!m->wanted->address_width || m->wanted->address_width == m->have->address_width)
		return;
	for (size_t i = m->r.from; !found && qemu_next_option(&m->r, &i, &option);)
		found = strcmp(option.name, "cpu") == 0 && option.value;
	if (!found) {
		add_text(m, "-cpu");
		qemu_put_cpu(&m->added, m->wanted, NULL);
		build_u8(&m->added, '\0');
	} else if (qemu_option_opts(&m->r, &option, "model", &opts)) {
		qemu_put_cpu(&argument, m->wanted, &opts);
		replace_word(m, option.value, &argument);
		qemu_opts_free(&opts);
	}
}

/* The emulated display: -vga is set; a -device that is a display is the user's to take out. */
static void merge_display(struct merge *m)
{
	const char *want = m->wanted->display;
	struct build argument = build_new(MAX_MERGED_BYTES);
	struct qemu_option option;
	bool found = false;

	if (!want || same_text(want, m->have->display))
		return;
	for (size_t i = m->r.from; !found && qemu_next_option(&m->r, &i, &option);)
		found = strcmp(option.name, "vga") == 0 && option.value;
	if (found) {
		build_bytes(&argument, want, strlen(want));
		replace_word(m, option.value, &argument);
	} else if (!m->have->display || strcmp(m->have->display, "none") == 0) {
		add_text(m, "-vga");
		add_text(m, want);
	}
}

static const char *machine_name(enum vm_machine machine)
{
	static const char *const names[] = {"unknown", "i440fx", "q35", "another one"};

	return names[machine];
}

static const char *firmware_name(enum vm_firmware firmware)
{
	static const char *const names[] = {"unknown", "SeaBIOS", "OVMF"};

	return names[firmware];
}

/* What cannot be changed without changing all the rest. */
static void check_frame(struct merge *m)
{
	const struct igdrom_vm_config *want = m->wanted;
	const struct igdrom_vm_config *have = m->have;

	if (have->machine != want->machine && have->machine != VM_MACHINE_UNKNOWN)
		refuse(m, FINDING_VM_QEMU_MERGE_MACHINE, have->machine_at,
		       REPORT_ARGS(ARG_S(machine_name(have->machine)),
				   ARG_S(machine_name(want->machine))));
	if (have->firmware != want->firmware && have->firmware != VM_FIRMWARE_UNKNOWN)
		refuse(m, FINDING_VM_QEMU_MERGE_FIRMWARE, have->firmware_at,
		       REPORT_ARGS(ARG_S(firmware_name(have->firmware)),
				   ARG_S(firmware_name(want->firmware))));
}

static int by_word(const void *a, const void *b)
{
	const struct edit *left = a;
	const struct edit *right = b;

	return (left->word > right->word) - (left->word < right->word);
}

/* What stands between two words of the command, for the words that are added. */
static void put_separator(struct merge *m, struct build *out)
{
	const struct words *words = m->r.words;

	for (size_t i = m->r.to - 1; i > m->r.from; i--) {
		uint64_t from = words->list[i - 1].at + words->list[i - 1].span;
		const char *gap = m->text + from;
		size_t size = (size_t)(words->list[i].at - from);

		if (memchr(gap, '\n', size) && !memchr(gap, '#', size)) {
			build_bytes(out, gap, size);
			return;
		}
	}
	build_u8(out, ' ');
}

/* Each option that is added on a line of its own where the command has lines. */
static void put_added(struct merge *m, struct build *out)
{
	const char *argument = (const char *)m->added.data;
	size_t left = m->added.size;

	while (left > 0) {
		size_t size = strlen(argument);

		if (argument[0] == '-')
			put_separator(m, out);
		else
			build_u8(out, ' ');
		words_quote(out, argument, size);
		argument += size + 1;
		left -= size + 1;
	}
}

static void put_merged(struct merge *m, struct build *out)
{
	const struct words *words = m->r.words;
	const struct word *last = &words->list[m->r.to - 1];
	size_t end = (size_t)(last->at + last->span);
	size_t at = 0;

	qsort(m->edits, m->edit_count, sizeof(m->edits[0]), by_word);
	for (size_t i = 0; i < m->edit_count; i++) {
		const struct edit *edit = &m->edits[i];
		const struct word *word = &words->list[edit->word];
		const struct word *before = edit->word ? word - 1 : NULL;
		size_t from = (size_t)word->at;

		if (!edit->text.data && before)
			from = (size_t)(before->at + before->span);
		build_bytes(out, m->text + at, from - at);
		build_bytes(out, edit->text.data, edit->text.size);
		at = (size_t)(word->at + word->span);
	}
	build_bytes(out, m->text + at, end - at);
	put_added(m, out);
	build_bytes(out, m->text + end, m->size - end);
}

/* What sits where the plan wants a device; NULL: nothing. */
static const char *in_the_way(const struct igdrom_vm_config *config, const struct vm_device *device)
{
	for (size_t i = 0; i < config->slot_count; i++) {
		const struct vm_address *guest = &config->slots[i].guest;

		if (guest->on_root && guest->slot == device->guest.slot &&
		    guest->function == device->guest.function)
			return config->slots[i].what;
	}
	for (size_t i = 0; i < config->device_count; i++) {
		const struct vm_device *other = &config->devices[i];

		if (other != device && other->guest.known && other->guest.on_root &&
		    other->guest.slot == device->guest.slot &&
		    other->guest.function == device->guest.function)
			return "another passed-through device";
	}
	return NULL;
}

/* Reads the result as the checker would, and refuses it where it is not what the plan says. */
static void verify(struct merge *m, const struct build *out)
{
	struct merge now = {.wanted = m->wanted, .have = vm_config_new(IGDROM_VM_FORMAT_QEMU)};

	if (!now.have || out->err != IGDROM_OK) {
		fail(m, now.have ? out->err : IGDROM_E_NOMEM);
		vm_config_free(now.have);
		return;
	}
	fail(m, vm_read_qemu((const char *)out->data, out->size, NULL, now.have));
	if (m->wanted->display && now.have->display &&
	    strcmp(m->wanted->display, now.have->display) != 0)
		refuse(m, FINDING_VM_QEMU_MERGE_DISPLAY, m->have->display_at,
		       REPORT_ARGS(ARG_S(now.have->display)));
	for (size_t i = 0; i < m->wanted->device_count; i++) {
		const struct vm_device *want = &m->wanted->devices[i];
		const struct vm_device *have = find_device(&now, want);
		const char *other = have && have->guest.known && have->guest.on_root
					    ? in_the_way(now.have, have)
					    : NULL;

		if (other)
			refuse(m, FINDING_VM_QEMU_MERGE_SLOT, IGDROM_NO_OFFSET,
			       REPORT_ARGS(ARG_U(have->guest.slot), ARG_S(other)));
		else if (!have || !same_device(m->wanted, want, have))
			refuse(m, FINDING_VM_QEMU_MERGE_FAILED, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	}
	vm_config_free(now.have);
}

static void merge(struct merge *m, struct build *out)
{
	check_frame(m);
	for (size_t i = 0; i < m->wanted->device_count; i++)
		merge_device(m, i);
	merge_display(m);
	merge_cpu(m);
	merge_fw_cfg(m);
	if (m->wanted->debug_console && !m->have->debug_console)
		qemu_put_debug_console(&m->added, m->wanted);
	if (m->added.err != IGDROM_OK)
		fail(m, m->added.err);
	if (m->err == IGDROM_OK) {
		put_merged(m, out);
		verify(m, out);
	}
}

enum igdrom_status qemu_merge(const struct igdrom_vm_config *wanted, const char *text, size_t size,
			      struct igdrom_report *report, struct build *out)
{
	struct merge *m = calloc(1, sizeof(*m));
	struct words words = {0};
	enum igdrom_status status = IGDROM_E_NOMEM;

	if (!m)
		return IGDROM_E_NOMEM;
	m->wanted = wanted;
	m->report = report;
	m->text = text;
	m->size = size;
	m->added = build_new(MAX_MERGED_BYTES);
	m->have = vm_config_new(IGDROM_VM_FORMAT_QEMU);
	m->r = (struct qemu_reader){.config = m->have, .words = &words};
	if (size > 0 && memchr(text, 0, size)) {
		refuse(m, FINDING_VM_QEMU_MERGE_PROCESS, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		status = m->err;
	} else if (m->have) {
		status = qemu_find_command(text, size, report, &words, &m->r);
	}
	if (status == IGDROM_OK)
		status = qemu_read_command(&m->r);
	if (status == IGDROM_OK) {
		merge(m, out);
		status = m->err;
	}
	for (size_t i = 0; i < m->edit_count; i++)
		igdrom_bytes_free(&m->edits[i].text);
	build_free(&m->added);
	words_free(&words);
	vm_config_free(m->have);
	free(m);
	return status;
}
