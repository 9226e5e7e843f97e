/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits written down: as lines, into a configuration that is there, and as "qm set". */
#include "vm/pve.h"
#include "vm/pve_writer.h"
#include "vm/rules.h"
#include "vm/words.h"

#include <stdio.h>
#include <string.h>

#define MAX_MERGED_BYTES (2 * VM_MAX_TEXT_BYTES)

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

static const struct pve_edit *edit_of(const struct pve_merge *m, struct pve_span key)
{
	for (size_t i = 0; i < m->edit_count; i++) {
		if (pve_is(key, m->edits[i].key))
			return &m->edits[i];
	}
	return NULL;
}

/* The line before which a new one goes, as Proxmox VE sorts keys; head_count: behind all. */
static size_t place_of(const struct pve_conf *conf, const char *key)
{
	size_t size = strlen(key);

	for (size_t i = 0; i < conf->head_count; i++) {
		struct pve_span other = conf->lines[i].key;
		int order = memcmp(key, other.s, size < other.size ? size : other.size);

		if (order < 0 || (order == 0 && size < other.size))
			return i;
	}
	return conf->head_count;
}

static void put_line(struct build *out, const struct pve_edit *edit)
{
	put(out, edit->key);
	put(out, ": ");
	build_bytes(out, edit->value.data, edit->value.size);
}

/* How lines of a text end. */
static const char *line_end(const struct pve_conf *conf)
{
	const struct pve_line *first = conf->lines;
	bool crlf = first->end - first->at > 1 && conf->text[first->end - 1] == '\n' &&
		    conf->text[first->end - 2] == '\r';

	return crlf ? "\r\n" : "\n";
}

/* New lines that go before line i of the head; head_count: behind its last one. */
static void put_new_lines(const struct pve_merge *m, size_t i, struct build *out)
{
	const struct pve_conf *conf = m->conf;
	const char *end = line_end(conf);
	bool open = i == conf->head_count && conf->text[conf->lines[i - 1].end - 1] != '\n';

	for (size_t k = 0; k < m->edit_count; k++) {
		const struct pve_edit *edit = &m->edits[k];

		if (!edit->value.data || pve_conf_find(conf, edit->key) ||
		    place_of(conf, edit->key) != i)
			continue;
		/* A text that did not end with a newline does not end with one now. */
		if (open)
			put(out, end);
		put_line(out, edit);
		if (!open)
			put(out, end);
	}
}

static void put_merged(const struct pve_merge *m, struct build *out)
{
	const struct pve_conf *conf = m->conf;
	size_t at = 0;

	for (size_t i = 0; i < conf->head_count; i++) {
		const struct pve_line *line = &conf->lines[i];
		const struct pve_edit *edit = edit_of(m, line->key);

		build_bytes(out, conf->text + at, line->at - at);
		at = line->at;
		put_new_lines(m, i, out);
		if (edit && !edit->value.data) {
			at = line->end;
		} else if (edit && pve_conf_find(conf, edit->key) == line) {
			build_bytes(out, conf->text + at, line->value_at - at);
			build_bytes(out, edit->value.data, edit->value.size);
			at = line->value_at + line->value.size;
		}
		build_bytes(out, conf->text + at, line->end - at);
		at = line->end;
	}
	put_new_lines(m, conf->head_count, out);
	build_bytes(out, conf->text + at, conf->size - at);
}

/* The result must say what the plan says, and nothing that Proxmox VE stumbles over. */
static bool says_plan(const struct igdrom_vm_config *wanted, const struct vm_device *have,
		      const struct pve_merge *m)
{
	const struct vm_device *want = &wanted->devices[0];

	if (!have || (m->legacy_igd && !have->legacy_igd) || want->pcie > have->pcie)
		return false;
	if ((m->legacy_igd || m->moved) &&
	    (!have->guest.known || !have->guest.on_root || have->guest.slot != 2))
		return false;
	if (want->mdev && (!have->mdev || strcmp(want->mdev, have->mdev) != 0))
		return false;
	for (size_t i = 0; i < want->property_count; i++) {
		const struct vm_property *property = &want->properties[i];
		const struct vm_property *other = vm_device_property(have, property->name);
		const struct vm_known_property *known = vm_rules_property(property->name);

		if (!other || !known || !vm_rules_same(known, other->value, property->value))
			return false;
	}
	for (size_t i = 0; i < have->property_count; i++) {
		const char *name = have->properties[i].name;

		if (strncmp(name, "x-igd-", 6) == 0 && !vm_device_property(want, name))
			return false;
	}
	return !want->rom_file ||
	       (have->rom_file && strcmp(have->rom_file, pve_rom_name(want)) == 0);
}

static void verify_config(struct pve_merge *m, struct igdrom_vm_config *now)
{
	struct igdrom_report *own = NULL;
	char id[PVE_KEY_ROOM + 16];
	const struct vm_device *have;

	snprintf(id, sizeof(id), "hostpci%u", m->index[0]);
	have = vm_config_device(now, id);
	if (igdrom_report_new(&own) != IGDROM_OK) {
		pve_merge_fail(m, IGDROM_E_NOMEM);
		return;
	}
	vm_check_pve(now, own);
	if (igdrom_report_worst(own) == IGDROM_SEVERITY_ERROR) {
		vm_check_pve(now, m->report);
		pve_merge_fail(m, IGDROM_E_REFUSED);
	} else if (m->wanted->display &&
		   (!now->display || strcmp(now->display, m->wanted->display) != 0)) {
		pve_merge_refuse(m, FINDING_VM_PVE_MERGE_DISPLAY, m->have->display_at,
				 REPORT_ARGS(ARG_S(now->display ? now->display : "std")));
	} else if (!says_plan(m->wanted, have, m)) {
		pve_merge_refuse(m, FINDING_VM_PVE_MERGE_FAILED, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	}
	igdrom_report_free(own);
}

static void verify(struct pve_merge *m, const struct build *text)
{
	struct igdrom_vm_config *now = vm_config_new(IGDROM_VM_FORMAT_PVE);

	if (!now) {
		pve_merge_fail(m, IGDROM_E_NOMEM);
		return;
	}
	pve_merge_fail(m, text->err);
	if (m->err == IGDROM_OK)
		pve_merge_fail(m, vm_read_pve((const char *)text->data, text->size, NULL, now));
	if (m->err == IGDROM_OK)
		verify_config(m, now);
	vm_config_free(now);
}

static void put_lines(const struct pve_merge *m, struct build *out)
{
	for (size_t i = 0; i < m->edit_count; i++) {
		put_line(out, &m->edits[i]);
		put(out, "\n");
	}
}

static bool is_vmid(const char *text)
{
	size_t size = strlen(text);

	return size >= 3 && size <= 9 && text[0] != '0' && strspn(text, "0123456789") == size;
}

const char *vm_pve_id(const struct igdrom_vm_config *config)
{
	return config->name && is_vmid(config->name) ? config->name : "VMID";
}

/* qm set VMID --key value, and one --delete for all that goes. */
static void put_command(const struct pve_merge *m, struct build *out)
{
	const char *name = vm_pve_id(m->wanted);
	bool deletes = false;

	if (!m->edit_count)
		return;
	put(out, "qm set ");
	words_quote(out, name, strlen(name));
	for (size_t i = 0; i < m->edit_count; i++) {
		const struct pve_edit *edit = &m->edits[i];

		if (!edit->value.data)
			continue;
		put(out, " \\\n  --");
		put(out, edit->key);
		put(out, " ");
		words_quote(out, (const char *)edit->value.data, edit->value.size);
	}
	for (size_t i = 0; i < m->edit_count; i++) {
		if (m->edits[i].value.data)
			continue;
		put(out, deletes ? "," : " \\\n  --delete ");
		put(out, m->edits[i].key);
		deletes = true;
	}
	put(out, "\n");
}

static enum igdrom_status merge(struct pve_merge *m, bool command, struct build *out)
{
	struct build text = build_new(MAX_MERGED_BYTES);

	if (pve_merge_edits(m) == IGDROM_OK) {
		if (m->conf->head_count)
			put_merged(m, &text);
		else
			put_lines(m, &text);
		verify(m, &text);
	}
	if (m->err == IGDROM_OK && command)
		put_command(m, out);
	else if (m->err == IGDROM_OK)
		build_bytes(out, text.data, text.size);
	build_free(&text);
	pve_merge_free(m);
	return m->err == IGDROM_OK ? out->err : m->err;
}

static enum igdrom_status write(const struct igdrom_vm_config *wanted, const void *existing,
				size_t size, bool command, struct igdrom_report *report,
				struct build *out)
{
	struct pve_conf conf = {0};
	struct igdrom_vm_config *have = vm_config_new(IGDROM_VM_FORMAT_PVE);
	struct pve_merge m = {.wanted = wanted, .conf = &conf, .have = have, .report = report};
	enum igdrom_status status = have ? IGDROM_OK : IGDROM_E_NOMEM;

	if (have && existing)
		status = pve_conf_parse(existing, size, report, &conf);
	if (status == IGDROM_OK && existing)
		status = vm_read_pve(existing, size, NULL, have);
	if (status == IGDROM_OK)
		status = merge(&m, command, out);
	pve_conf_free(&conf);
	vm_config_free(have);
	return status;
}

enum igdrom_status vm_write_pve(const struct igdrom_vm_config *wanted, const void *existing,
				size_t size, struct igdrom_report *report, struct build *out)
{
	return write(wanted, existing, size, false, report, out);
}

enum igdrom_status vm_write_qm(const struct igdrom_vm_config *wanted, const void *existing,
			       size_t size, struct igdrom_report *report, struct build *out)
{
	return write(wanted, existing, size, true, report, out);
}
