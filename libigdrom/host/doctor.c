/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/doctor.h"

#include "changes/file.h"
#include "host/below.h"
#include "host/host.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define UNKNOWN_ROOM 1000

void doctor_text(struct doctor_words *words, const char *format, ...)
{
	char *text = words->text[words->count];
	va_list list;

	va_start(list, format);
	vsnprintf(text, DOCTOR_WORDS, format, list);
	va_end(list);
	words->args[words->count++].text = text;
}

void doctor_number(struct doctor_words *words, uint64_t number)
{
	words->args[words->count++].number = number;
}

void doctor_list(char *list, size_t room, const char *word)
{
	static const char more[] = ", ...";
	size_t used = strlen(list);
	int size;

	if (used >= sizeof(more) && !strcmp(list + used - sizeof(more) + 1, more))
		return;
	size = snprintf(list + used, room - used, "%s%s", used ? ", " : "", word);
	if (size < 0 || (size_t)size + sizeof(more) > room - used)
		snprintf(list + used, room - used, "%s", more);
}

bool doctor_is(const struct doctor *doctor, const char *distribution)
{
	const char *name = igdrom_host_distribution(doctor->host);

	return name && !strcmp(name, distribution);
}

/* Whoever says nothing wants what the virtual machines of the host have, or else the whole GPU. */
static void find_purpose(struct doctor *doctor)
{
	const char *function =
		doctor->wish ? igdrom_vm_request_get(doctor->wish, "function") : NULL;
	bool whole = false, part = false;

	for (size_t i = 0; i < igdrom_host_vm_count(doctor->host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(doctor->host, i);

		whole = whole || igdrom_host_vm_uses_igd(vm);
		part = part || igdrom_host_vm_uses_vf(vm);
	}
	doctor->sure = function || whole || part;
	if (function)
		doctor->purpose = strcmp(function, "whole") != 0 ? DOCTOR_PARTS : DOCTOR_WHOLE;
	else if (!whole && (part || igdrom_pci_function_vf_count(doctor->igd) > 0))
		doctor->purpose = DOCTOR_PARTS;
}

int doctor_noted(const struct doctor *doctor, int error)
{
	if (error == ENOMEM)
		*doctor->no_memory = true;
	return error;
}

static enum igdrom_status copy_wish(struct doctor *doctor)
{
	enum igdrom_status status = igdrom_vm_request_new(&doctor->request);

	for (size_t i = 0; status == IGDROM_OK && i < igdrom_vm_request_key_count(); i++) {
		const char *key = igdrom_vm_request_key_at(i);
		const char *value = igdrom_vm_request_get(doctor->wish, key);

		if (value)
			status = igdrom_vm_request_set(doctor->request, key, value, NULL);
	}
	if (status == IGDROM_OK)
		status = igdrom_host_fill_request(doctor->host, doctor->request, NULL);
	return status;
}

static enum igdrom_status gather(struct doctor *doctor)
{
	enum igdrom_status status;

	doctor->igd = igdrom_host_igd(doctor->host);
	doctor->audio = igdrom_host_audio(doctor->host);
	if (!doctor->igd || igdrom_device_lookup(igdrom_pci_function_id(doctor->igd).device_id,
						 &doctor->device) != IGDROM_OK)
		doctor->device = NULL;
	find_purpose(doctor);
	status = copy_wish(doctor);
	if (status != IGDROM_OK)
		return status;
	if (igdrom_host_source(doctor->host) != IGDROM_HOST_LSPCI)
		doctor_noted(doctor, below_root(doctor->host, &doctor->root));
	doctor->files.stale = IGDROM_UNKNOWN;
	if (doctor->root >= 0) {
		doctor_read_files(doctor);
		doctor_read_boot(doctor);
	}
	return *doctor->no_memory ? IGDROM_E_NOMEM : IGDROM_OK;
}

static void answer(struct doctor *doctor, enum doctor_answer said, const char *bad,
		   const char *fine, const struct doctor_words *words)
{
	const char *code = words->code ? words->code : said == DOCTOR_BAD ? bad : fine;

	if (code && igdrom_report_add(doctor->report, code, IGDROM_NO_OFFSET, words->args,
				      words->count) != IGDROM_OK)
		assert(!"the catalogue knows the code and its arguments");
}

/* "a, b" has "b" as one of its words. */
static bool is_listed(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
		if ((at == list || at[-1] == ' ') && (!at[size] || at[size] == ','))
			return true;
	}
	return false;
}

static void note(char *unknown, const char *about)
{
	if (about && !is_listed(unknown, about))
		doctor_list(unknown, UNKNOWN_ROOM, about);
}

static bool comes_up(const struct doctor *doctor, const struct doctor_question *question)
{
	switch (question->need) {
	case DOCTOR_ANY:
		return true;
	case DOCTOR_GPU:
		return doctor->igd;
	case DOCTOR_GIVEN:
		return doctor->igd && doctor->purpose == DOCTOR_WHOLE;
	case DOCTOR_DIVIDED:
		return doctor->igd && doctor->purpose == DOCTOR_PARTS;
	}
	return false;
}

static void ask_all(struct doctor *doctor, char *unknown)
{
	for (size_t i = 0; i < doctor_question_count; i++) {
		const struct doctor_question *question = &doctor_questions[i];
		struct doctor_words words = {.count = 0};
		enum doctor_answer said;

		if (!comes_up(doctor, question))
			continue;
		said = question->ask(doctor, &words);
		if (said == DOCTOR_UNKNOWN)
			note(unknown, question->about);
		else if (said != DOCTOR_SILENT)
			answer(doctor, said, question->bad, question->fine, &words);
	}
}

static void ask_vm(struct doctor *doctor, const struct igdrom_host_vm *vm, char *unknown)
{
	for (size_t i = 0; i < doctor_vm_question_count; i++) {
		const struct doctor_vm_question *question = &doctor_vm_questions[i];
		struct doctor_words words = {.count = 0};
		enum doctor_answer said = question->ask(doctor, vm, &words);

		if (said == DOCTOR_UNKNOWN)
			note(unknown, question->about);
		else if (said != DOCTOR_SILENT)
			answer(doctor, said, question->bad, question->fine, &words);
	}
}

static bool is_ok(const struct igdrom_finding *finding)
{
	return !strncmp(igdrom_finding_code(finding), "doctor-ok-", 10);
}

static void copy(const struct igdrom_finding *finding, struct igdrom_report *to)
{
	struct igdrom_finding_arg args[DOCTOR_ARGS] = {{NULL, 0}};
	size_t count = igdrom_finding_arg_count(finding);

	for (size_t i = 0; i < count && i < DOCTOR_ARGS; i++) {
		args[i].text = igdrom_finding_arg_text(finding, i);
		if (!args[i].text)
			igdrom_finding_arg_number(finding, i, &args[i].number);
	}
	igdrom_report_add(to, igdrom_finding_code(finding), IGDROM_NO_OFFSET, args, count);
}

/* The worst first, what is fine at the end; equals stay in the order of the table. */
static void rank(const struct igdrom_report *from, struct igdrom_report *to)
{
	static const enum igdrom_severity order[] = {
		IGDROM_SEVERITY_ERROR,
		IGDROM_SEVERITY_WARNING,
		IGDROM_SEVERITY_INFO,
		IGDROM_SEVERITY_HARMLESS,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (size_t k = 0; k < igdrom_report_count(from); k++) {
			const struct igdrom_finding *finding = igdrom_report_at(from, k);

			if (igdrom_finding_severity(finding) == order[i] && !is_ok(finding))
				copy(finding, to);
		}
	}
	for (size_t k = 0; k < igdrom_report_count(from); k++) {
		if (is_ok(igdrom_report_at(from, k)))
			copy(igdrom_report_at(from, k), to);
	}
}

static enum igdrom_status examine(struct doctor *doctor)
{
	char unknown[UNKNOWN_ROOM] = "";

	ask_all(doctor, unknown);
	for (size_t i = 0; i < igdrom_host_vm_count(doctor->host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(doctor->host, i);

		if (igdrom_host_vm_uses_igd(vm))
			ask_vm(doctor, vm, unknown);
	}
	if (*unknown)
		SAY(doctor->report,
		    igdrom_host_source(doctor->host) == IGDROM_HOST_RUNNING ? "doctor-unknown-here"
									    : "doctor-unknown",
		    SAY_TEXT(unknown));
	if (igdrom_report_dropped(doctor->report) &&
	    igdrom_report_count(doctor->report) < IGDROM_REPORT_MAX_FINDINGS)
		return IGDROM_E_NOMEM;
	return *doctor->no_memory ? IGDROM_E_NOMEM : IGDROM_OK;
}

enum igdrom_status igdrom_host_doctor(const struct igdrom_host *host,
				      const struct igdrom_vm_request *wish,
				      struct igdrom_report *report)
{
	bool no_memory = false;
	struct doctor doctor = {.host = host, .wish = wish, .root = -1, .no_memory = &no_memory};
	enum igdrom_status status;

	if (!host || !report)
		return IGDROM_E_INVAL;
	status = igdrom_report_new(&doctor.report);
	if (status == IGDROM_OK)
		status = gather(&doctor);
	if (status == IGDROM_OK)
		status = examine(&doctor);
	if (status == IGDROM_OK)
		rank(doctor.report, report);
	doctor_free_files(&doctor.files);
	igdrom_vm_request_free(doctor.request);
	igdrom_report_free(doctor.report);
	if (doctor.root >= 0)
		close(doctor.root);
	return status;
}
