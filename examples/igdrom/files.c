/* SPDX-License-Identifier: BSD-2-Clause */
/* Several files into one directory: all of them, or none. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int name_file(struct call *call, const char *directory, const char *name, struct out_file *file)
{
	size_t room = strlen(directory) + strlen(name) + 2;

	file->path = malloc(room);
	if (!file->path)
		return fail(call, IGDROM_E_NOMEM, NULL);
	snprintf(file->path, room, "%s/%s", directory, name);
	return EXIT_YES;
}

static int make_directory(struct call *call, const char *directory, bool *made)
{
	*made = mkdir(directory, 0777) == 0;
	if (*made || errno == EEXIST)
		return EXIT_YES;
	return fail_with(call, EXIT_ENVIRONMENT, errno == EACCES ? IGDROM_E_ACCESS : IGDROM_E_IO,
			 directory, "The directory cannot be made: %s.", strerror(errno));
}

/* A file that is there is found before the first one is written. */
static int write_all(struct call *call, struct out_file *files, size_t count, bool force)
{
	const char *there = NULL;
	size_t done = 0;
	int code = EXIT_YES;

	for (size_t i = 0; i < count; i++) {
		files[i].was_there = access(files[i].path, F_OK) == 0;
		if (files[i].was_there && !force && !there)
			there = files[i].path;
	}
	if (there)
		return fail_with(call, EXIT_ENVIRONMENT, IGDROM_E_EXISTS, there,
				 "The file is already there; nothing was written. --force "
				 "replaces it.");
	/* New files come out of one that stays; waiting for the disk at each would take most of the
	 * time. */
	while (done < count && code == EXIT_YES) {
		code = store(call, files[done].path, files[done].bytes,
			     force ? 0 : IGDROM_FILE_KEEP_EXISTING | IGDROM_FILE_NO_SYNC);
		if (code == EXIT_YES)
			done++;
	}
	/* What was replaced cannot be brought back; what is new can be taken away. */
	for (size_t i = 0; i < done && code != EXIT_YES; i++) {
		if (!files[i].was_there)
			unlink(files[i].path);
	}
	return code;
}

int write_files(struct call *call, const char *directory, struct out_file *files, size_t count,
		bool force)
{
	bool made;
	int code = make_directory(call, directory, &made);

	if (code != EXIT_YES)
		return code;
	code = write_all(call, files, count, force);
	if (code != EXIT_YES && made)
		rmdir(directory);
	return code;
}
