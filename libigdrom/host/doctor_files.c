/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What modules are told: modprobe.d(5), and the same on the kernel command line
 * (Documentation/admin-guide/kernel-parameters.rst: "module.parameter=value").
 */
#include "host/doctor.h"

#include "core/text.h"
#include "host/below.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_ROOM  600
#define LINE_ROOM  8192
#define LINE_WORDS 660

static const char *const etc = "/etc/modprobe.d";
static const char *const lib = "/usr/lib/modprobe.d";

static char *copy_part(struct doctor *doctor, struct part text, bool module)
{
	char *copy = text_clean(text.size ? text.p : "", text.size, text.size);

	if (!copy)
		doctor->no_memory = true;
	for (char *c = copy; module && c && *c; c++)
		*c = *c == '_' ? '-' : *c;
	return copy;
}

/* Blanks of any kind become one each. */
static char *copy_words(struct doctor *doctor, struct part rest)
{
	char *copy = malloc(rest.size + 1), *clean;
	size_t used = 0;

	for (struct part word = part_word(&rest); copy && word.size; word = part_word(&rest)) {
		if (used)
			copy[used++] = ' ';
		memcpy(copy + used, word.p, word.size);
		used += word.size;
	}
	clean = copy ? text_clean(copy, used, used) : NULL;
	free(copy);
	if (!clean)
		doctor->no_memory = true;
	return clean;
}

static void add(struct doctor *doctor, const char *file, struct part verb, struct part module,
		struct part rest, bool booted)
{
	struct doctor_files *files = &doctor->files;
	struct doctor_directive *list = files->directives;
	size_t count = files->directive_count;

	if (count == DOCTOR_DIRECTIVES)
		return;
	if ((count & (count - 1)) == 0)
		list = realloc(list, (count ? count * 2 : 1) * sizeof(*list));
	if (!list) {
		doctor->no_memory = true;
		return;
	}
	files->directives = list;
	files->directive_count++;
	list[count] = (struct doctor_directive){
		.file = copy_part(doctor, (struct part){file, strlen(file)}, false),
		.verb = copy_part(doctor, verb, false),
		.module = copy_part(doctor, module, true),
		.rest = copy_words(doctor, rest),
		.booted = booted,
	};
	/* Readers need not look twice; the object is thrown away as a whole. */
	if (doctor->no_memory) {
		struct doctor_directive *half = &list[--files->directive_count];

		free(half->file);
		free(half->verb);
		free(half->module);
		free(half->rest);
	}
}

static bool is_verb(struct part word)
{
	static const char *const verbs[] = {"alias",   "blacklist", "config",  "include", "install",
					    "options", "remove",    "softdep", "weakdep"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (part_is(word, verbs[i]))
			return true;
	}
	return false;
}

static void read_directive(struct doctor *doctor, const char *path, struct part line)
{
	struct part words = line, verb = part_word(&words), module = part_word(&words);
	char text[LINE_WORDS];

	if (!verb.size || verb.p[0] == '#')
		return;
	if (is_verb(verb)) {
		add(doctor, path, verb, module, words, false);
		return;
	}
	snprintf(text, sizeof(text), "%s: \"%.*s\"", path, (int)(verb.size > 40 ? 40 : verb.size),
		 verb.p);
	doctor_list(doctor->files.strange, sizeof(doctor->files.strange), text);
}

/* The next line, of which one that ends in a backslash is only a part. */
static bool logical_line(struct part *rest, char *out, struct part *line)
{
	struct part one;
	size_t used = 0;
	bool more = true, any = false;

	while (more && part_line(rest, &one)) {
		any = true;
		more = one.size && one.p[one.size - 1] == '\\';
		one.size -= more;
		if (one.size > LINE_ROOM - used - 1)
			one.size = LINE_ROOM - used - 1;
		if (one.size)
			memcpy(out + used, one.p, one.size);
		used += one.size;
	}
	*line = (struct part){out, used};
	return any;
}

static void read_file(struct doctor *doctor, const char *path)
{
	struct igdrom_bytes bytes;
	struct part rest, line;
	char *room = malloc(LINE_ROOM);
	int error = room ? below_read(doctor->root, path, DOCTOR_MAX_FILE, &bytes) : ENOMEM;

	if (!error) {
		rest = part_of(bytes);
		while (logical_line(&rest, room, &line))
			read_directive(doctor, path, line);
		igdrom_bytes_free(&bytes);
	}
	if (error == ENOMEM)
		doctor->no_memory = true;
	free(room);
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
	struct igdrom_bytes bytes;
	struct part rest, line;
	bool found = false;

	if (below_read(doctor->root, path, DOCTOR_MAX_FILE, &bytes) != 0)
		return false;
	rest = part_of(bytes);
	while (!found && part_line(&rest, &line))
		found = is_verb(part_word(&line));
	igdrom_bytes_free(&bytes);
	return found;
}

static void read_modprobe(struct doctor *doctor, const char *directory)
{
	struct below_names names;
	char path[PATH_ROOM], masks[PATH_ROOM];

	if (below_list(doctor->root, directory, DOCTOR_FILES, &names) != 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names.names[i]);
		snprintf(masks, sizeof(masks), "%s/%s", etc, names.names[i]);
		if (!ends(names.names[i], ".conf")) {
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

/* Modules that are loaded at boot, one a line; '#' and ';' start a remark (modules-load.d(5)). */
static void read_modules(struct doctor *doctor, const char *path, bool early)
{
	struct igdrom_bytes bytes;
	struct part rest, line;

	if (below_read(doctor->root, path, DOCTOR_MAX_FILE, &bytes) != 0)
		return;
	rest = part_of(bytes);
	while (part_line(&rest, &line)) {
		struct part name = part_word(&line);

		if (early && (part_is(name, "vfio-pci") || part_is(name, "vfio_pci")))
			doctor->files.early = true;
		if (part_is(name, "vfio_virqfd"))
			doctor->files.virqfd = true;
	}
	igdrom_bytes_free(&bytes);
}

static void read_module_lists(struct doctor *doctor)
{
	struct below_names names;
	char path[PATH_ROOM];

	read_modules(doctor, "/etc/modules", false);
	/* Only what an initramfs loads comes before the drivers that udev looks for. */
	read_modules(doctor, "/etc/initramfs-tools/modules", true);
	if (below_list(doctor->root, "/etc/modules-load.d", DOCTOR_FILES, &names) != 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), "/etc/modules-load.d/%s", names.names[i]);
		if (ends(names.names[i], ".conf"))
			read_modules(doctor, path, false);
	}
	below_names_free(&names);
}

static void add_list(struct doctor *doctor, struct part names, const char *file, bool booted)
{
	static const char blacklist[] = "blacklist";

	while (names.size)
		add(doctor, file, (struct part){blacklist, sizeof(blacklist) - 1},
		    part_until(&names, ','), (struct part){"", 0}, booted);
}

void doctor_add_line(struct doctor *doctor, const char *line, const char *file, bool booted)
{
	static const char options[] = "options";
	struct part rest = {line, line ? strlen(line) : 0};

	for (struct part word = part_word(&rest); word.size; word = part_word(&rest)) {
		struct part value = word, name = part_until(&value, '='), module;

		if (part_is(name, "module_blacklist") || part_is(name, "modprobe.blacklist")) {
			add_list(doctor, value, file, booted);
			continue;
		}
		module = part_until(&name, '.');
		if (name.size)
			add(doctor, file, (struct part){options, sizeof(options) - 1}, module,
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
