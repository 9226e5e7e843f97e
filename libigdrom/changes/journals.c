/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/journal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct entry {
	unsigned number;
	enum igdrom_journal_state state;
	uint64_t time;
	char **steps; /* with NULL at the end */
	size_t step_count;
};

struct igdrom_journals {
	struct entry *entries;
	size_t count;
};

const char *igdrom_journal_state_name(enum igdrom_journal_state state)
{
	switch (state) {
	case IGDROM_JOURNAL_INTERRUPTED:
		return "interrupted";
	case IGDROM_JOURNAL_APPLIED:
		return "applied";
	case IGDROM_JOURNAL_UNDONE:
		return "undone";
	case IGDROM_JOURNAL_DAMAGED:
		return "damaged";
	}
	return "unknown";
}

void igdrom_journals_free(struct igdrom_journals *journals)
{
	if (!journals)
		return;
	for (size_t i = 0; i < journals->count; i++)
		changes_free_words(journals->entries[i].steps);
	free(journals->entries);
	free(journals);
}

static enum igdrom_status take_steps(const struct igdrom_changes *changes, struct entry *entry)
{
	entry->steps = calloc(changes->count + 1, sizeof(*entry->steps));
	if (!entry->steps)
		return IGDROM_E_NOMEM;
	for (; entry->step_count < changes->count; entry->step_count++) {
		const struct change *step = &changes->steps[entry->step_count];
		char *text = step->real ? strdup(step->real) : words_shown(step->argv);

		if (!text)
			return IGDROM_E_NOMEM;
		entry->steps[entry->step_count] = text;
	}
	return IGDROM_OK;
}

static enum igdrom_status read_entry(int store, struct entry *entry, struct igdrom_report *report)
{
	struct igdrom_changes *changes;
	struct journal_state state;
	struct journal journal;
	enum igdrom_status status = igdrom_changes_new(NULL, report, &changes);

	if (status != IGDROM_OK)
		return status;
	status = store_read(store, entry->number, false, report, changes, &journal, &state,
			    &entry->time);
	if (status == IGDROM_OK) {
		journal_close(&journal);
		entry->state = state.undone    ? IGDROM_JOURNAL_UNDONE
			       : state.applied ? IGDROM_JOURNAL_APPLIED
					       : IGDROM_JOURNAL_INTERRUPTED;
		status = take_steps(changes, entry);
	} else if (status != IGDROM_E_NOMEM && status != IGDROM_E_NOT_FOUND) {
		entry->state = IGDROM_JOURNAL_DAMAGED;
		status = IGDROM_OK;
	}
	igdrom_changes_free(changes);
	return status;
}

static enum igdrom_status read_all(int store, struct igdrom_report *report,
				   struct igdrom_journals *journals)
{
	unsigned *numbers;
	size_t count;
	enum igdrom_status status = store_list(store, &numbers, &count);

	journals->entries = count ? calloc(count, sizeof(*journals->entries)) : NULL;
	if (count && !journals->entries)
		status = IGDROM_E_NOMEM;
	for (size_t i = 0; status == IGDROM_OK && i < count; i++) {
		struct entry *entry = &journals->entries[journals->count++];

		entry->number = numbers[i];
		status = read_entry(store, entry, report);
		/* A directory without a journal: cut off before anything was done. */
		if (status == IGDROM_E_NOT_FOUND) {
			journals->count--;
			status = IGDROM_OK;
		}
	}
	free(numbers);
	return status;
}

enum igdrom_status igdrom_journals_read(const char *root, const char *directory,
					struct igdrom_report *report, struct igdrom_journals **out)
{
	struct igdrom_changes *machine;
	struct igdrom_journals *journals;
	enum igdrom_status status;
	int store;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (directory && !*directory)
		return IGDROM_E_INVAL;
	status = igdrom_changes_new(root, report, &machine);
	if (status != IGDROM_OK)
		return status;
	journals = calloc(1, sizeof(*journals));
	status = journals ? store_open(machine->root_fd, directory, false, report, &store)
			  : IGDROM_E_NOMEM;
	if (status == IGDROM_OK) {
		status = read_all(store, report, journals);
		close(store);
	} else if (status == IGDROM_E_NOT_FOUND) {
		status = IGDROM_OK;
	}
	igdrom_changes_free(machine);
	if (status == IGDROM_OK)
		*out = journals;
	else
		igdrom_journals_free(journals);
	return status;
}

static const struct entry *entry_at(const struct igdrom_journals *journals, size_t index)
{
	return journals && index < journals->count ? &journals->entries[index] : NULL;
}

size_t igdrom_journals_count(const struct igdrom_journals *journals)
{
	return journals ? journals->count : 0;
}

unsigned igdrom_journals_number(const struct igdrom_journals *journals, size_t index)
{
	const struct entry *entry = entry_at(journals, index);

	return entry ? entry->number : 0;
}

enum igdrom_journal_state igdrom_journals_state(const struct igdrom_journals *journals,
						size_t index)
{
	const struct entry *entry = entry_at(journals, index);

	return entry ? entry->state : (enum igdrom_journal_state)0;
}

uint64_t igdrom_journals_time(const struct igdrom_journals *journals, size_t index)
{
	const struct entry *entry = entry_at(journals, index);

	return entry ? entry->time : 0;
}

size_t igdrom_journals_step_count(const struct igdrom_journals *journals, size_t index)
{
	const struct entry *entry = entry_at(journals, index);

	return entry ? entry->step_count : 0;
}

const char *igdrom_journals_step(const struct igdrom_journals *journals, size_t index, size_t step)
{
	return step < igdrom_journals_step_count(journals, index)
		       ? journals->entries[index].steps[step]
		       : NULL;
}
