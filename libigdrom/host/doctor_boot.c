/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the next start will be told, against what this one was: the command line that a boot loader
 * reads, and the initramfs, which holds a copy of modprobe.d.
 */
#include "host/doctor.h"

#include "changes/place.h"
#include "core/text.h"
#include "host/below.h"
#include "host/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define GRUB      "/etc/default/grub"
#define CMDLINE   "/etc/kernel/cmdline"
#define PATH_ROOM 600

static void load(struct doctor *doctor, const char *path, struct prep_files *files)
{
	struct igdrom_bytes text;

	if (doctor_noted(doctor, below_read(doctor->root, path, DOCTOR_MAX_FILE, &text)) == 0 &&
	    prep_keep(files, path, &text) != IGDROM_OK)
		*doctor->no_memory = true;
}

/* The command line that files make; NULL: it is not known. */
static char *join(struct doctor *doctor, const struct prep_syntax *syntax, struct prep_files *files)
{
	struct prep_problem problem = {0};
	struct prep_pieces pieces = {0};
	char *words = NULL, *clean = NULL;

	if (files->count)
		syntax->find(files, &pieces, &problem);
	if (pieces.count && !problem.what) {
		words = prep_join(&pieces);
		clean = words ? text_clean(words, strlen(words), strlen(words)) : NULL;
		*doctor->no_memory |= !clean;
	}
	*doctor->no_memory |= pieces.failed;
	free(words);
	prep_free_pieces(&pieces);
	prep_free_files(files);
	return clean;
}

static void read_grub(struct doctor *doctor, char file[DOCTOR_WORDS], char **line)
{
	struct prep_files files = {0};
	struct below_names names;
	char path[PATH_ROOM];

	snprintf(file, DOCTOR_WORDS, GRUB);
	load(doctor, GRUB, &files);
	if (files.count &&
	    doctor_noted(doctor, below_list(doctor->root, GRUB ".d", DOCTOR_FILES, &names)) == 0) {
		for (size_t i = 0; i < names.count; i++) {
			snprintf(path, sizeof(path), GRUB ".d/%s", names.names[i]);
			if (prep_is_read(names.names[i], ".cfg"))
				load(doctor, path, &files);
		}
		below_names_free(&names);
	}
	if (files.count > 1)
		snprintf(file, DOCTOR_WORDS, GRUB " and " GRUB ".d");
	*line = join(doctor, &prep_grub, &files);
}

static void read_cmdline(struct doctor *doctor, char file[DOCTOR_WORDS], char **line)
{
	struct prep_files files = {0};

	snprintf(file, DOCTOR_WORDS, CMDLINE);
	load(doctor, CMDLINE, &files);
	*line = join(doctor, &prep_line, &files);
}

static void read_lines(struct doctor *doctor)
{
	struct doctor_files *files = &doctor->files;

	switch (host_loader_of(igdrom_host_command_line(doctor->host))) {
	case HOST_LOADER_GRUB:
		if (doctor_is(doctor, "unraid"))
			return;
		read_grub(doctor, files->line_file, &files->line);
		read_cmdline(doctor, files->other_file, &files->other);
		break;
	case HOST_LOADER_SYSTEMD:
		read_cmdline(doctor, files->line_file, &files->line);
		read_grub(doctor, files->other_file, &files->other);
		break;
	case HOST_LOADER_UNKNOWN:
		break;
	}
}

/* When a file was changed; false when it is not there. */
static bool changed_at(const struct doctor *doctor, const char *path, struct timespec *out)
{
	struct place place;
	struct stat st;
	bool found;

	if (doctor_noted(doctor, place_find(doctor->root, path, 0, &place)) != 0)
		return false;
	found = place.dir >= 0 && fstatat(place.dir, place.name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(st.st_mode);
	place_free(&place);
	if (found)
		*out = st.st_mtim;
	return found;
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* Modules that decide who gets the GPU. */
static bool matters(const struct doctor_directive *told)
{
	static const char *const modules[] = {"i915", "xe", "snd-hda-intel"};

	if (told->booted || !strncmp(told->file, "/usr/", 5))
		return false;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (!strcmp(told->module, modules[i]))
			return true;
	}
	return !strncmp(told->module, "vfio", 4);
}

static void compare_initramfs(struct doctor *doctor, const struct timespec *made)
{
	struct doctor_files *files = &doctor->files;
	struct timespec newest = {0}, changed;

	for (size_t i = 0; i < files->directive_count; i++) {
		const struct doctor_directive *told = &files->directives[i];

		if (!matters(told) || !changed_at(doctor, told->file, &changed) ||
		    (*files->newest && !is_later(&changed, &newest)))
			continue;
		newest = changed;
		snprintf(files->newest, sizeof(files->newest), "%s", told->file);
	}
	if (*files->newest)
		files->stale = is_later(&newest, made) ? IGDROM_YES : IGDROM_NO;
}

static void read_initramfs(struct doctor *doctor)
{
	static const char *const names[] = {"/boot/initrd.img-%s", "/boot/initramfs-%s.img",
					    "/boot/initrd-%s"};
	const char *kernel = igdrom_host_kernel(doctor->host);
	char *path = doctor->files.initramfs;
	struct timespec made;

	for (size_t i = 0; kernel && i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, DOCTOR_WORDS, names[i], kernel);
		if (changed_at(doctor, path, &made)) {
			compare_initramfs(doctor, &made);
			return;
		}
	}
	snprintf(path, DOCTOR_WORDS, "/boot/initramfs-linux.img");
	if (doctor_is(doctor, "arch") && changed_at(doctor, path, &made))
		compare_initramfs(doctor, &made);
}

void doctor_read_boot(struct doctor *doctor)
{
	read_lines(doctor);
	read_initramfs(doctor);
}

DOCTOR_ASK(doctor_stale)
{
	const struct doctor_files *files = &doctor->files;

	if (files->stale == IGDROM_UNKNOWN)
		return DOCTOR_SILENT;
	if (files->stale == IGDROM_NO)
		return DOCTOR_FINE;
	doctor_text(words, "%s", files->initramfs);
	doctor_text(words, "%s", files->newest);
	doctor_text(words, "%s", doctor_rebuild(doctor));
	return DOCTOR_BAD;
}

/* Words of a command line that have to do with handing a device over. */
static bool is_ours(struct part word)
{
	static const char *const starts[] = {
		"intel_iommu=",
		"iommu=",
		"vfio",
		"i915.",
		"xe.",
		"kvm.",
		"module_blacklist=",
		"modprobe.blacklist=",
		"initcall_blacklist=",
		"video=",
		"pcie_acs_override=",
		"nomodeset",
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct part text = word;

		if (part_starts(&text, starts[i]))
			return true;
	}
	return false;
}

static bool has_word(const char *line, struct part word)
{
	struct part rest = {line, line ? strlen(line) : 0};

	for (struct part have = part_word(&rest); have.size; have = part_word(&rest)) {
		if (have.size == word.size && !memcmp(have.p, word.p, word.size))
			return true;
	}
	return false;
}

/* Words of ours in a line that are in none of two others. */
static bool list_missing(const char *line, const char *a, const char *b, char out[DOCTOR_WORDS])
{
	struct part rest = {line, line ? strlen(line) : 0};
	char text[DOCTOR_WORDS];

	*out = '\0';
	for (struct part word = part_word(&rest); word.size; word = part_word(&rest)) {
		if (!is_ours(word) || has_word(a, word) || has_word(b, word))
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)(word.size > 100 ? 100 : word.size),
			 word.p);
		doctor_list(out, DOCTOR_WORDS, text);
	}
	return *out;
}

DOCTOR_ASK(doctor_reboot)
{
	const char *booted = igdrom_host_command_line(doctor->host);
	char missing[DOCTOR_WORDS];

	if (!booted || !doctor->files.line)
		return DOCTOR_SILENT;
	if (!list_missing(doctor->files.line, booted, NULL, missing))
		return DOCTOR_FINE;
	doctor_text(words, "%s", missing);
	doctor_text(words, "%s", doctor->files.line_file);
	doctor_text(words, "%s", doctor_write_line(doctor));
	return DOCTOR_BAD;
}

/* The classic mistake: the words are in the file of the boot loader that is not used. */
DOCTOR_ASK(doctor_loader)
{
	const char *booted = igdrom_host_command_line(doctor->host);
	char missing[DOCTOR_WORDS];

	if (!booted || !doctor->files.other ||
	    !list_missing(doctor->files.other, booted, doctor->files.line, missing))
		return DOCTOR_SILENT;
	doctor_text(words, "%s", missing);
	doctor_text(words, "%s", doctor->files.other_file);
	doctor_text(words, "%s", doctor->files.line_file);
	doctor_text(words, "%s", doctor_write_line(doctor));
	return DOCTOR_BAD;
}
