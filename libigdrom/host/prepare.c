/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/prepare.h"

#include "changes/changes.h"
#include "changes/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(char *out, size_t room, const char *before, const char *text)
{
	size_t used = strlen(out);

	snprintf(out + used, room - used, "%s%s", before, text);
}

static void append_rule(char *out, size_t room, const char *before, const struct prep_rule *rule)
{
	append(out, room, before, rule->key);
	if (rule->value[0])
		append(out, room, "=", rule->value);
}

void prep_untold(const struct prep_work *work, char *out, size_t room)
{
	*out = '\0';
	for (size_t i = 0; i < work->needs.rules.count; i++) {
		const struct prep_rule *rule = &work->needs.rules.list[i];

		if (!rule->take && !rule->mend && !work->said[i])
			append_rule(out, room, *out ? " " : "", rule);
	}
}

/* What a person has to write: words that are missing, and those that may be in the text. */
static void tell_words(const struct prep_work *work, struct igdrom_bytes text, char *out,
		       size_t room)
{
	prep_untold(work, out, room);
	if (*out) {
		memmove(out + 4, out, strlen(out) + 1);
		memcpy(out, "add ", 4);
	}
	for (size_t i = 0; i < work->needs.rules.count; i++) {
		const struct prep_rule *rule = &work->needs.rules.list[i];
		const char *dot = strchr(rule->key, '.');
		const char *name = dot ? dot + 1 : rule->key;

		if (rule->take && prep_contains(text, 0, text.size, name))
			append_rule(out, room, *out ? ", take out " : "take out ", rule);
	}
	if (!*out)
		append(out, room, "", "nothing");
}

enum igdrom_status prep_refuse(struct prep_work *work, const struct prep_file *file, unsigned line,
			       const char *what)
{
	char words[512] = "";

	tell_words(work, file->text, words, sizeof(words) - 8);
	SAY(work->report, "prepare-by-hand", SAY_TEXT(file->path), SAY_NUMBER(line), SAY_TEXT(what),
	    SAY_TEXT(words));
	return IGDROM_E_REFUSED;
}

enum igdrom_status prep_obey_files(struct prep_work *work, const struct prep_syntax *syntax,
				   struct prep_files *files, size_t *changed)
{
	struct prep_problem problem;
	bool said[PREP_MAX_RULES] = {0};
	struct prep_rules rules = {0};
	enum igdrom_status status;
	size_t map[PREP_MAX_RULES];

	*changed = 0;
	/* What the system is told already in another place need not be told twice. */
	for (size_t i = 0; i < work->needs.rules.count; i++) {
		if (!work->said[i] || work->needs.rules.list[i].mend) {
			map[rules.count] = i;
			rules.list[rules.count++] = work->needs.rules.list[i];
		}
	}
	status = prep_obey(syntax, files, &rules, said, &problem);
	if (status == IGDROM_E_REFUSED)
		return prep_refuse(work, &files->list[problem.file], problem.line, problem.what);
	if (status != IGDROM_OK)
		return status;
	for (size_t i = 0; i < rules.count; i++)
		work->said[map[i]] = said[i];
	status = prep_add_files(work->changes, files, work->report, changed);
	work->changed |= *changed > 0;
	return status;
}

enum igdrom_status prep_advise(struct prep_work *work, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return igdrom_changes_add_advice(work->changes, text);
}

enum igdrom_status prep_own_file(struct prep_work *work, const char *path, const char *text,
				 unsigned mode, const char *why, bool *changed)
{
	size_t index = igdrom_changes_count(work->changes);
	enum igdrom_status status = igdrom_changes_add_file(work->changes, path, text, strlen(text),
							    mode, why, work->report);

	if (status == IGDROM_OK && changed)
		*changed = !igdrom_changes_done(work->changes, index);
	return status;
}

enum igdrom_status prep_refresh(struct prep_work *work, const char *const *argv, const char *why)
{
	return igdrom_changes_add_refresh(work->changes, argv, why, work->report);
}

/* A rule for the kernel command line that the running kernel was not told. */
static bool waits_for_boot(const struct prep_work *work)
{
	const char *command_line = igdrom_host_command_line(work->host);

	for (size_t i = 0; command_line && i < work->needs.rules.count; i++) {
		const struct prep_rule *rule = &work->needs.rules.list[i];

		if (!rule->take && !rule->mend && !work->in_modules[i] &&
		    !prep_tells(command_line, rule))
			return true;
	}
	return false;
}

static enum igdrom_status conclude(struct prep_work *work)
{
	if (work->changed || waits_for_boot(work))
		return prep_advise(work,
				   "Reboot this machine when it suits you: the kernel command "
				   "line and drivers are taken over at boot. It is not "
				   "rebooted for you.");
	if (!work->needs.lacking)
		igdrom_report_add(work->report, "prepare-nothing", IGDROM_NO_OFFSET, NULL, 0);
	return IGDROM_OK;
}

static enum igdrom_status prepare(struct prep_work *work, const struct igdrom_vm_request *wish,
				  unsigned flags)
{
	enum igdrom_status status =
		prep_find_needs(work->changes, work->host, wish, flags, work->report, &work->needs);

	if (status != IGDROM_OK)
		return status;
	work->system = prep_system_of(work->changes, work->host);
	status = prep_modules(work);
	if (status == IGDROM_OK)
		status = prep_boot(work);
	if (status == IGDROM_OK && work->system == HOST_UNRAID)
		status = prep_unraid(work);
	if (status == IGDROM_OK)
		status = conclude(work);
	if (status == IGDROM_OK && (flags & IGDROM_PREPARE_TRIGGER))
		status = prep_trigger(work);
	return status;
}

enum igdrom_status igdrom_changes_add_prepare(struct igdrom_changes *changes,
					      const struct igdrom_host *host,
					      const struct igdrom_vm_request *wish, unsigned flags,
					      struct igdrom_report *report)
{
	struct prep_work work = {.changes = changes, .host = host, .report = report};
	struct igdrom_vm_request *none = NULL;
	enum igdrom_status status;
	size_t count, attached;
	const char *root = igdrom_host_root(host);

	if (!changes || !host || (flags & ~(IGDROM_PREPARE_EARLY | IGDROM_PREPARE_TRIGGER)))
		return IGDROM_E_INVAL;
	if (!root || strcmp(root, changes->root) != 0)
		return IGDROM_E_INVAL;
	status = wish ? IGDROM_OK : igdrom_vm_request_new(&none);
	if (status != IGDROM_OK)
		return status;
	count = changes->count;
	attached = changes->attached_count;
	status = prepare(&work, wish ? wish : none, flags);
	if (status != IGDROM_OK)
		changes_shrink(changes, count, attached);
	igdrom_vm_request_free(none);
	return status;
}
