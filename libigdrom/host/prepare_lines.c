/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of lines: etc/kernel/cmdline, syslinux.cfg. Those of modprobe.d are in modprobe.c.
 */
#include "host/prepare.h"

#include <string.h>

/* proxmox-boot-tool(8) puts the file into a boot entry as it is: one line is all there may be. */
static void find_line(const struct prep_files *files, struct prep_pieces *out,
		      struct prep_problem *problem)
{
	for (size_t file = 0; file < files->count; file++) {
		struct igdrom_bytes text = files->list[file].text;
		struct prep_line line = {0};
		struct prep_piece *piece = NULL;

		if (prep_has_nul(files, file, problem))
			return;
		while (prep_next_line(text, false, &line)) {
			if (prep_line_end(text, line) == line.from)
				continue;
			if (piece) {
				*problem = (struct prep_problem){
					file, prep_line_number(text, line.from),
					"it is a second line, and there may be only one"};
				return;
			}
			piece = prep_line_piece(file, line, out);
			if (!piece)
				return;
			piece->home = true;
			piece->insert_at = prep_line_end(text, line);
			prep_spell(text, line.from, piece->insert_at, false, &piece->letters);
		}
		if (!piece)
			*problem = (struct prep_problem){file, 1, "it is empty"};
	}
}

const struct prep_syntax prep_line = {.find = find_line, .each = true};

/* Keywords of syslinux.cfg are written in either case. */
static bool keyword_is(struct igdrom_bytes text, struct prep_token token, const char *word)
{
	size_t size = token.to - token.from;

	if (size != strlen(word))
		return false;
	for (size_t i = 0; i < size; i++) {
		if ((text.data[token.from + i] | 0x20) != word[i])
			return false;
	}
	return true;
}

/*
 * The lines "append" of entries that start the system. An entry in safe mode stays as it is: it is
 * the way back. One without initrd= is a memory test.
 */
static void find_syslinux(const struct prep_files *files, struct prep_pieces *out,
			  struct prep_problem *problem)
{
	for (size_t file = 0; file < files->count; file++) {
		struct igdrom_bytes text = files->list[file].text;
		struct prep_line line = {0};

		if (prep_has_nul(files, file, problem))
			return;
		while (prep_next_line(text, false, &line)) {
			struct prep_token word = {.to = line.from};
			struct prep_piece *piece;

			if (!prep_next_token(text, line, &word) ||
			    !keyword_is(text, word, "append") ||
			    !prep_contains(text, word.to, line.to, "initrd=") ||
			    prep_contains(text, word.to, line.to, "safemode"))
				continue;
			piece = prep_line_piece(file, line, out);
			if (!piece)
				return;
			(void)prep_next_token(text, line, &word);
			piece->home = true;
			piece->wrap = PREP_AHEAD;
			piece->insert_at = word.from;
			prep_spell(text, word.from, prep_line_end(text, line), false,
				   &piece->letters);
		}
		if (!out->count)
			*problem = (struct prep_problem){file, 1, "it has no line \"append\""};
	}
}

const struct prep_syntax prep_syslinux = {.find = find_syslinux, .each = true};
