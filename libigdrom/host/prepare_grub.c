/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * etc/default/grub and etc/default/grub.d: grub-mkconfig reads them in this order with a shell, and
 * gives the kernel what is in GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT afterwards. An entry
 * for recovery gets the first only: what is added goes into the second.
 */
#include "host/prepare_shell.h"

#include <stdlib.h>
#include <string.h>

enum { GRUB_ALWAYS, GRUB_DEFAULT, GRUB_COUNT };

static const char *const variables[] = {"GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT", NULL};

/* All assignments of all files. */
struct scripts {
	struct shell_assignments *list; /* one for each file */
	size_t count;
	bool failed;
};

static bool read_all(const struct prep_files *files, struct scripts *out,
		     struct prep_problem *problem)
{
	for (size_t i = 0; i < files->count; i++) {
		struct shell shell = {.text = files->list[i].text};
		const void *nul =
			shell.text.size ? memchr(shell.text.data, 0, shell.text.size) : NULL;

		if (nul) {
			shell.bad = "there is a zero byte in it";
			shell.bad_at = (size_t)((const uint8_t *)nul - shell.text.data);
		} else {
			shell_read(&shell, variables, &out->list[i]);
		}
		out->failed |= out->list[i].failed;
		if (shell.bad) {
			*problem = (struct prep_problem){
				i, prep_line_number(shell.text, shell.bad_at), shell.bad};
			return false;
		}
	}
	return !out->failed;
}

static void add(struct shell_assignment *assignment, size_t file, bool home,
		struct prep_pieces *out)
{
	struct prep_piece *piece = prep_add_piece(out);
	const struct shell_word *word = &assignment->word;

	if (!piece)
		return;
	piece->file = file;
	piece->at = assignment->at;
	piece->letters = word->value;
	assignment->word.value = (struct prep_letters){0};
	piece->sure = assignment->sure && word->name_to;
	piece->home = home;
	piece->appends = word->appends;
	piece->value_from = word->value_from;
	piece->insert_at = word->quote_at ? word->quote_at : word->end;
	piece->wrap = word->quote_at ? PREP_PLAIN : word->bare ? PREP_QUOTE : PREP_SEGMENT;
}

/* Whether what was assigned before still counts afterwards. */
static bool builds_up(const struct shell_assignment *assignment)
{
	return assignment->word.appends || assignment->word.self || !assignment->sure ||
	       !assignment->word.name_to;
}

/* The pieces that a variable is made of: back to the assignment that starts anew. */
static void find_variable(const struct scripts *scripts, size_t variable, struct prep_pieces *out)
{
	size_t first_file = 0, first = 0;
	const struct shell_assignment *last = NULL;

	for (size_t file = 0; file < scripts->count; file++) {
		for (size_t i = 0; i < scripts->list[file].count; i++) {
			const struct shell_assignment *assignment = &scripts->list[file].list[i];

			if (assignment->name != variable)
				continue;
			last = assignment;
			if (!builds_up(assignment)) {
				first_file = file;
				first = i;
			}
		}
	}
	for (size_t file = first_file; file < scripts->count; file++) {
		size_t i = file == first_file ? first : 0;

		for (; i < scripts->list[file].count; i++) {
			struct shell_assignment *assignment = &scripts->list[file].list[i];

			if (assignment->name == variable)
				add(assignment, file,
				    assignment == last && variable == GRUB_DEFAULT, out);
		}
	}
}

static void find_grub(const struct prep_files *files, struct prep_pieces *out,
		      struct prep_problem *problem)
{
	struct scripts scripts = {.count = files->count};

	scripts.list = calloc(files->count ? files->count : 1, sizeof(*scripts.list));
	if (!scripts.list) {
		out->failed = true;
		return;
	}
	if (read_all(files, &scripts, problem)) {
		for (size_t i = 0; i < GRUB_COUNT; i++)
			find_variable(&scripts, i, out);
	}
	out->failed |= scripts.failed;
	for (size_t i = 0; i < scripts.count; i++)
		shell_free(&scripts.list[i]);
	free(scripts.list);
}

const struct prep_syntax prep_grub = {.find = find_grub};
