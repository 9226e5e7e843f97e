/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/prepare.h"

#include "changes/changes.h"
#include "changes/file.h"
#include "host/below.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void prep_free_files(struct prep_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->list[i].path);
		igdrom_bytes_free(&files->list[i].text);
	}
	free(files->list);
	*files = (struct prep_files){0};
}

enum igdrom_status prep_keep(struct prep_files *files, const char *path, struct igdrom_bytes *text)
{
	struct prep_file *grown = realloc(files->list, (files->count + 1) * sizeof(*grown));
	char *copy = strdup(path);

	if (grown)
		files->list = grown;
	if (!grown || !copy) {
		free(copy);
		igdrom_bytes_free(text);
		return IGDROM_E_NOMEM;
	}
	grown[files->count++] = (struct prep_file){.path = copy, .text = *text};
	return IGDROM_OK;
}

enum igdrom_status prep_read(const struct igdrom_changes *changes, const char *path,
			     struct igdrom_report *report, struct prep_files *files, bool *found)
{
	struct igdrom_bytes text;
	enum igdrom_status status = igdrom_changes_content(changes, path, report, &text);

	*found = false;
	if (status == IGDROM_E_NOT_FOUND)
		return IGDROM_OK;
	if (status != IGDROM_OK)
		return status;
	if (text.size > PREP_MAX_TEXT) {
		SAY(report, "file-too-large", SAY_TEXT(path), SAY_NUMBER(PREP_MAX_TEXT));
		igdrom_bytes_free(&text);
		return IGDROM_E_LIMIT;
	}
	*found = true;
	return prep_keep(files, path, &text);
}

bool prep_is_there(const struct igdrom_changes *changes, const char *path)
{
	return below_exists(changes->root_fd, path);
}

bool prep_is_read(const char *name, const char *end)
{
	size_t size = strlen(name), tail = strlen(end);

	return name[0] != '.' && size > tail && !strcmp(name + size - tail, end);
}

enum igdrom_status prep_read_directory(const struct igdrom_changes *changes, const char *directory,
				       const char *end, struct igdrom_report *report,
				       struct prep_files *files)
{
	enum igdrom_status status = IGDROM_OK;
	struct below_names names;
	char path[PATH_MAX];
	bool found;
	int error = below_list(changes->root_fd, directory, PREP_MAX_FILES, &names);

	if (error == ENOENT || error == ENOTDIR)
		return IGDROM_OK;
	if (error)
		return file_failed(report, "file-unreadable", directory, error);
	for (size_t i = 0; i < names.count && status == IGDROM_OK; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names.names[i]);
		if (prep_is_read(names.names[i], end))
			status = prep_read(changes, path, report, files, &found);
	}
	below_names_free(&names);
	return status;
}

void prep_because(struct prep_file *file, const char *why)
{
	size_t used = strlen(file->why);

	if (!strstr(file->why, why) && strlen(why) + 3 < sizeof(file->why) - used)
		snprintf(file->why + used, sizeof(file->why) - used, "%s%s", used ? "; " : "", why);
}

enum igdrom_status prep_add_files(struct igdrom_changes *changes, const struct prep_files *files,
				  struct igdrom_report *report, size_t *count)
{
	enum igdrom_status status = IGDROM_OK;

	*count = 0;
	for (size_t i = 0; i < files->count && status == IGDROM_OK; i++) {
		const struct prep_file *file = &files->list[i];

		if (!file->changed)
			continue;
		/* FAT, of which unraid's flash drive is, shows no other permissions. */
		status = igdrom_changes_add_file(
			changes, file->path, file->text.data, file->text.size,
			strncmp(file->path, "/boot/", 6) ? 0 : 0600, file->why, report);
		(*count)++;
	}
	return status;
}
