/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What modules are told: modprobe.d(5), and the same on the kernel command line
 * (Documentation/admin-guide/kernel-parameters.rst: "module.parameter=value").
 */
#include "host/doctor.h"

#include "core/text.h"
#include "host/below.h"
#include "host/prepare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_ROOM  600
#define LINE_WORDS 660

static const char *const etc = "/etc/modprobe.d";
static const char *const lib = "/usr/lib/modprobe.d";

static char *copy_part(struct doctor *doctor, struct part text, bool module)
{
	char *copy = text_clean(text.size ? text.p : "", text.size, text.size);

	if (!copy)
		*doctor->no_memory = true;
	for (char *c = copy; module && c && *c; c++)
		*c = *c == '_' ? '-' : *c;
	return copy;
}

static void add(struct doctor *doctor, const char *file, struct part verb, struct part module,
		char *rest, bool booted)
{
	struct doctor_files *files = &doctor->files;
	struct doctor_directive *list = files->directives;
	size_t count = files->directive_count;

	if (rest && count < DOCTOR_DIRECTIVES && (count & (count - 1)) == 0)
		list = realloc(list, (count ? count * 2 : 1) * sizeof(*list));
	if (count == DOCTOR_DIRECTIVES || !list || !rest) {
		*doctor->no_memory |= !list || !rest;
		free(rest);
		return;
	}
	files->directives = list;
	files->directive_count++;
	list[count] = (struct doctor_directive){
		.file = copy_part(doctor, (struct part){file, strlen(file)}, false),
		.verb = copy_part(doctor, verb, false),
		.module = copy_part(doctor, module, true),
		.rest = rest,
		.booted = booted,
	};
	/* Readers need not look twice; the object is thrown away as a whole. */
	if (*doctor->no_memory) {
		struct doctor_directive *half = &list[--files->directive_count];

		free(half->file);
		free(half->verb);
		free(half->module);
		free(half->rest);
	}
}

/* What stands behind the module, with one blank between words. */
static char *copy_rest(struct igdrom_bytes text, const struct prep_directive *directive)
{
	struct prep_pieces one = {0};
	struct prep_piece *piece = prep_line_piece(0, directive->line, &one);
	char *words, *clean = NULL;

	if (piece)
		prep_spell(text, directive->module.to, directive->end, true, &piece->letters);
	words = prep_join(&one);
	if (words)
		clean = text_clean(words, strlen(words), strlen(words));
	free(words);
	prep_free_pieces(&one);
	return clean;
}

static struct part part_of_token(struct igdrom_bytes text, struct prep_token token)
{
	return (struct part){(const char *)text.data + token.from, token.to - token.from};
}

static void read_directive(struct doctor *doctor, const char *path, struct igdrom_bytes text,
			   const struct prep_directive *directive)
{
	struct part verb = part_of_token(text, directive->verb);
	char line[LINE_WORDS];

	if (prep_is_directive(text, directive->verb)) {
		add(doctor, path, verb, part_of_token(text, directive->module),
		    copy_rest(text, directive), false);
		return;
	}
	snprintf(line, sizeof(line), "%s: \"%.*s\"", path, (int)(verb.size > 40 ? 40 : verb.size),
		 verb.p);
	doctor_list(doctor->files.strange, sizeof(doctor->files.strange), line);
}

static bool read_text(struct doctor *doctor, const char *path, struct igdrom_bytes *out)
{
	return doctor_noted(doctor, below_read(doctor->root, path, DOCTOR_MAX_FILE, out)) == 0;
}

static void read_file(struct doctor *doctor, const char *path)
{
	struct prep_directive directive = {.end = 0};
	struct igdrom_bytes text;

	if (!read_text(doctor, path, &text))
		return;
	while (prep_next_directive(text, &directive))
		read_directive(doctor, path, text, &directive);
	igdrom_bytes_free(&text);
}

static bool ends(const char *name, const char *end)
{
	size_t size = strlen(name), part = strlen(end);

	return size > part && !strcmp(name + size - part, end);
}

/* Names that people and package managers give to files that shall not be read. */
static bool is_put_away(const char *name)
{
	static const char *const marks[] = {
		".bak",     ".old",    ".orig",   ".save",    ".disabled", ".off", "~",  ".swp",
		".rpmsave", ".rpmnew", ".pacnew", ".pacsave", ".sample",   ".txt", ".md"};

	if (name[0] == '.' || strstr(name, ".dpkg-") || strstr(name, ".ucf-") ||
	    strstr(name, "README") || strstr(name, ".bak") || strstr(name, ".igdrom"))
		return true;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (ends(name, marks[i]))
			return true;
	}
	return false;
}

/* Whether a file has a line that modprobe would obey. */
static bool has_directive(struct doctor *doctor, const char *path)
{
	struct prep_directive directive = {.end = 0};
	struct igdrom_bytes text;
	bool found = false;

	if (!read_text(doctor, path, &text))
		return false;
	while (!found && prep_next_directive(text, &directive))
		found = prep_is_directive(text, directive.verb);
	igdrom_bytes_free(&text);
	return found;
}

static void read_modprobe(struct doctor *doctor, const char *directory)
{
	struct below_names names;
	char path[PATH_ROOM], masks[PATH_ROOM];

	if (doctor_noted(doctor, below_list(doctor->root, directory, DOCTOR_FILES, &names)) != 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names.names[i]);
		snprintf(masks, sizeof(masks), "%s/%s", etc, names.names[i]);
		if (!prep_is_read(names.names[i], ".conf")) {
			if (directory == etc && !is_put_away(names.names[i]) &&
			    has_directive(doctor, path))
				doctor_list(doctor->files.misnamed, sizeof(doctor->files.misnamed),
					    path);
		} else if (directory == etc || !below_exists(doctor->root, masks)) {
			read_file(doctor, path);
		}
	}
	below_names_free(&names);
}

/* Only what an initramfs loads comes before the drivers that udev looks for. */
static void read_modules(struct doctor *doctor, const char *path, bool initramfs)
{
	struct igdrom_bytes text;

	if (!read_text(doctor, path, &text))
		return;
	doctor->files.early |= initramfs && prep_loads(text, "vfio_pci");
	doctor->files.virqfd |= prep_loads(text, "vfio_virqfd");
	igdrom_bytes_free(&text);
}

static void read_module_lists(struct doctor *doctor)
{
	struct below_names names;
	char path[PATH_ROOM];

	read_modules(doctor, "/etc/modules", false);
	read_modules(doctor, "/etc/initramfs-tools/modules", true);
	if (doctor_noted(doctor, below_list(doctor->root, "/etc/modules-load.d", DOCTOR_FILES,
					    &names)) != 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), "/etc/modules-load.d/%s", names.names[i]);
		if (prep_is_read(names.names[i], ".conf"))
			read_modules(doctor, path, false);
	}
	below_names_free(&names);
}

static void add_word(struct doctor *doctor, const char *file, const char *verb, struct part module,
		     struct part rest, bool booted)
{
	add(doctor, file, (struct part){verb, strlen(verb)}, module,
	    text_clean(rest.size ? rest.p : "", rest.size, rest.size), booted);
}

void doctor_add_line(struct doctor *doctor, const char *line, const char *file, bool booted)
{
	struct part rest = {line, line ? strlen(line) : 0};

	for (struct part word = part_word(&rest); word.size; word = part_word(&rest)) {
		struct part value = word, name = part_until(&value, '='), module;

		if (part_is(name, "module_blacklist") || part_is(name, "modprobe.blacklist")) {
			while (value.size)
				add_word(doctor, file, "blacklist", part_until(&value, ','),
					 (struct part){"", 0}, booted);
			continue;
		}
		module = part_until(&name, '.');
		if (name.size)
			add_word(doctor, file, "options", module,
				 (struct part){name.p, word.size - module.size - 1}, booted);
	}
}

void doctor_read_files(struct doctor *doctor)
{
	doctor->files.modprobe_known = below_exists(doctor->root, "/etc/modprobe.d") ||
				       below_exists(doctor->root, "/usr/lib/modprobe.d");
	read_modprobe(doctor, lib);
	read_modprobe(doctor, etc);
	read_module_lists(doctor);
	doctor_add_line(doctor, igdrom_host_command_line(doctor->host), "/proc/cmdline", true);
}

void doctor_free_files(struct doctor_files *files)
{
	for (size_t i = 0; i < files->directive_count; i++) {
		free(files->directives[i].file);
		free(files->directives[i].verb);
		free(files->directives[i].module);
		free(files->directives[i].rest);
	}
	free(files->directives);
	free(files->line);
	free(files->other);
	*files = (struct doctor_files){0};
}
