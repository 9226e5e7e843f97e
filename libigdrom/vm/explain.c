/* SPDX-License-Identifier: BSD-2-Clause */
/* What the lines of a log mean. */
#include "vm/explain.h"

#include <igdrom/limits.h>
#include "vm/request.h"
#include "vm/rules.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a capture that are kept. */
#define CAPTURE_MAX_BYTES 256
/* Different lines that are told apart: of one row, and of all rows. The first line of a row is
 * always told, so that noise of one kind hides nothing of another kind. */
#define MAX_OF_ROW  8
#define MAX_TOLD    180
#define MAX_ENTRIES 480
#define TABLE_SIZE  1024
#define FNV_BASIS   0xcbf29ce484222325u
#define FNV_PRIME   0x100000001b3u
/* The caller is told about progress each time that so many bytes are done. */
#define PROGRESS_BYTES (1u << 20)

struct kept {
	char *text;
	uint64_t number;
	bool varies;
};

/* A line that is told, and those that say the same. */
struct entry {
	const struct log_row *row;
	uint64_t at;
	uint64_t last;
	uint64_t more;
	size_t count;
	struct kept captures[LOG_MAX_CAPTURES];
};

struct explanation {
	struct log_line line;
	uint32_t qemu;
	uint64_t lines;
	uint64_t known;
	struct entry entries[MAX_ENTRIES];
	size_t count;
	uint16_t table[TABLE_SIZE];   /* 1 + index of an entry, by hash */
	uint16_t first[LOG_MAX_ROWS]; /* 1 + index of the first entry of a row */
	uint16_t told[LOG_MAX_ROWS];  /* entries of a row */
};

static uint32_t release(const struct vm_version *version)
{
	return version->part[0] * 1000 + version->part[1];
}

/* The QEMU that the request names, or that its Proxmox VE has; 0: not said. */
static uint32_t asked_release(const struct igdrom_vm_request *request)
{
	struct vm_version version;
	unsigned known;
	bool newer;

	if (!request)
		return 0;
	if (vm_request_version(request, VM_KEY_QEMU, &version))
		return release(&version);
	if (vm_request_version(request, VM_KEY_PVE, &version) &&
	    vm_pve_qemu(&version, &known, &newer) &&
	    vm_version_parse(vm_release_name(known), &version))
		return release(&version);
	return 0;
}

static size_t kept_size(const struct log_capture *capture)
{
	return capture->size < CAPTURE_MAX_BYTES ? capture->size : CAPTURE_MAX_BYTES;
}

static uint64_t match_hash(const struct log_match *match)
{
	uint64_t hash = (FNV_BASIS ^ match->row->index) * FNV_PRIME;

	for (size_t i = 0; i < match->count; i++) {
		size_t size = match->captures[i].varies ? 0 : kept_size(&match->captures[i]);

		for (size_t k = 0; k < size; k++)
			hash = (hash ^ (uint8_t)match->captures[i].text[k]) * FNV_PRIME;
		hash *= FNV_PRIME;
	}
	return hash;
}

static bool says_the_same(const struct entry *entry, const struct log_match *match)
{
	if (entry->row != match->row)
		return false;
	for (size_t i = 0; i < match->count; i++) {
		const struct log_capture *capture = &match->captures[i];
		const char *text = entry->captures[i].text;
		size_t size = kept_size(capture);

		if (!capture->varies &&
		    (strlen(text) != size || memcmp(text, capture->text, size) != 0))
			return false;
	}
	return true;
}

/* The place in the table of the entry that says the same, or a free one; TABLE_SIZE is never full. */
static size_t find_place(const struct explanation *e, const struct log_match *match)
{
	size_t place = match_hash(match) % TABLE_SIZE;

	while (e->table[place] && !says_the_same(&e->entries[e->table[place] - 1], match))
		place = (place + 1) % TABLE_SIZE;
	return place;
}

static bool keep(struct entry *entry, const struct log_match *match, uint64_t at)
{
	*entry = (struct entry){.row = match->row, .at = at, .last = at, .count = match->count};
	for (size_t i = 0; i < match->count; i++) {
		const struct log_capture *capture = &match->captures[i];
		struct kept *kept = &entry->captures[i];
		size_t size = kept_size(capture);

		kept->text = malloc(size + 1);
		if (!kept->text)
			return false;
		memcpy(kept->text, capture->text, size);
		kept->text[size] = '\0';
		kept->number = capture->number;
		kept->varies = capture->varies;
	}
	return true;
}

/* Whether one more line of this row is told, or only counted. */
static bool is_told(const struct explanation *e, uint16_t row)
{
	if (!e->first[row])
		return e->count < MAX_ENTRIES;
	return e->told[row] < MAX_OF_ROW && e->count < MAX_TOLD;
}

static bool add(struct explanation *e, const struct log_match *match)
{
	uint16_t row = match->row->index;
	size_t place = find_place(e, match);
	struct entry *entry = NULL;

	if (e->table[place])
		entry = &e->entries[e->table[place] - 1];
	else if (!is_told(e, row) && e->first[row])
		entry = &e->entries[e->first[row] - 1];
	if (entry) {
		entry->more++;
		entry->last = e->line.at;
		return true;
	}
	if (!is_told(e, row))
		return true;
	e->count++;
	e->table[place] = (uint16_t)e->count;
	if (!e->first[row])
		e->first[row] = (uint16_t)e->count;
	e->told[row]++;
	return keep(&e->entries[e->count - 1], match, e->line.at);
}

/* A log that says which QEMU wrote it narrows causes unless the caller did. */
static void learn_qemu(struct explanation *e, const struct log_match *match)
{
	const struct log_capture *capture;
	struct vm_version version;
	char text[32];

	if (e->qemu || !match->row->tells_qemu)
		return;
	capture = &match->captures[match->row->tells_qemu - 1];
	if (capture->size >= sizeof(text))
		return;
	memcpy(text, capture->text, capture->size);
	text[capture->size] = '\0';
	if (vm_version_parse(text, &version))
		e->qemu = release(&version);
}

static enum igdrom_status read_log(struct explanation *e, struct log_text *log,
				   const struct igdrom_limits *limits)
{
	size_t reported = 0;

	while (log_next_line(log, &e->line)) {
		struct log_match match = log_match_line(&e->line, e->qemu);

		e->lines++;
		if (match.row) {
			e->known++;
			learn_qemu(e, &match);
			if (!add(e, &match))
				return IGDROM_E_NOMEM;
		}
		if (log->at - reported < PROGRESS_BYTES)
			continue;
		reported = log->at;
		if (!igdrom_limits_go_on(limits, log->at, log->size))
			return IGDROM_E_CANCELED;
	}
	return IGDROM_OK;
}

static void tell(const struct explanation *e, struct igdrom_report *report)
{
	enum igdrom_severity worst = IGDROM_SEVERITY_INFO;

	for (size_t i = 0; i < e->count; i++) {
		const struct entry *entry = &e->entries[i];
		struct igdrom_finding_arg args[LOG_MAX_CAPTURES] = {{0}};

		for (size_t k = 0; k < entry->count; k++)
			args[k] = (struct igdrom_finding_arg){entry->captures[k].text,
							      entry->captures[k].number};
		report_add(report, entry->row->code, entry->at, args, entry->count);
		if (entry->more)
			report_add(report, FINDING_LOG_MORE, entry->at,
				   REPORT_ARGS(ARG_U(entry->more), ARG_U(entry->last)));
		if (report_severity(entry->row->code) > worst)
			worst = report_severity(entry->row->code);
	}
	if (!e->known)
		report_add(report, FINDING_LOG_NOTHING_KNOWN, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(e->lines)));
	else if (worst <= IGDROM_SEVERITY_HARMLESS)
		report_add(report, FINDING_LOG_NO_CAUSE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(e->known)));
}

static void explanation_free(struct explanation *e)
{
	for (size_t i = 0; i < e->count; i++) {
		for (size_t k = 0; k < e->entries[i].count; k++)
			free(e->entries[i].captures[k].text);
	}
	free(e);
}

enum igdrom_status igdrom_vm_explain(const void *log, size_t size,
				     const struct igdrom_vm_request *request,
				     const struct igdrom_limits *limits,
				     struct igdrom_report *report)
{
	struct log_text text;
	struct explanation *e;
	enum igdrom_status status;

	if (!log && size)
		return IGDROM_E_INVAL;
	if (size > igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES))
		return IGDROM_E_LIMIT;
	e = calloc(1, sizeof(*e));
	if (!e)
		return IGDROM_E_NOMEM;
	e->qemu = asked_release(request);
	text = log_text_of(log, size);
	status = read_log(e, &text, limits);
	if (status == IGDROM_OK)
		tell(e, report);
	explanation_free(e);
	return status;
}
