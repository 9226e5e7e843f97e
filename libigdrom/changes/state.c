/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/changes.h"

#include "changes/file.h"
#include "changes/place.h"
#include "changes/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void state_free(struct file_state *state)
{
	igdrom_bytes_free(&state->content);
	*state = (struct file_state){0};
}

void state_set(struct file_state *state, struct igdrom_bytes content)
{
	state->there = true;
	state->content = content;
	state->size = content.size;
	digest_sha256_hex(content.data, content.size, state->sha256);
}

bool state_same(const struct file_state *a, const struct file_state *b)
{
	return a->there == b->there &&
	       (!a->there || (a->size == b->size && !strcmp(a->sha256, b->sha256)));
}

static enum igdrom_status no_file(struct igdrom_report *report, const char *path)
{
	SAY(report, "changes-no-file", SAY_TEXT(path));
	return IGDROM_E_REFUSED;
}

static enum igdrom_status read_open(int fd, const char *path, struct igdrom_report *report,
				    struct file_state *out)
{
	struct igdrom_bytes content;
	enum igdrom_status status;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return file_failed(report, "file-unreadable", path, errno);
	if (!S_ISREG(st.st_mode))
		return no_file(report, path);
	status = file_read_rest(fd, path, MAX_CONTENT, report, &content);
	if (status != IGDROM_OK)
		return status;
	out->mode = st.st_mode & 07777;
	out->uid = st.st_uid;
	out->gid = st.st_gid;
	state_set(out, content);
	return IGDROM_OK;
}

static enum igdrom_status read_at(const struct place *place, const char *path,
				  struct igdrom_report *report, struct file_state *out)
{
	enum igdrom_status status;
	int fd;

	if (place->dir < 0)
		return IGDROM_OK;
	/* A pipe is not waited for, and a link that has come meanwhile not followed. */
	fd = openat(place->dir, place->name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return IGDROM_OK;
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return no_file(report, path);
	if (fd < 0)
		return file_failed(report, "file-unreadable", path, errno);
	status = read_open(fd, path, report, out);
	close(fd);
	return status;
}

enum igdrom_status state_read(int root, const char *path, struct igdrom_report *report,
			      struct place *place, struct file_state *out)
{
	enum igdrom_status status;
	struct place found;
	int error;

	*out = (struct file_state){0};
	error = place_find(root, path, 0, &found);
	if (error == EISDIR) {
		status = no_file(report, path);
	} else if (error) {
		status = file_failed(report, "file-unreadable", path, error);
	} else {
		status = read_at(&found, path, report, out);
	}
	if (status == IGDROM_OK && place)
		*place = found;
	else
		place_free(&found);
	return status;
}

enum igdrom_status state_watch(char *const *argv, struct igdrom_report *report,
			       char sha256[DIGEST_SHA256_HEX], struct igdrom_bytes *text)
{
	enum igdrom_status status;
	char reason[1024];
	struct run run;
	char *shown;

	status = run_command((const char *const *)argv, QUERY_SECONDS, true, &run);
	if (status != IGDROM_OK)
		return status;
	if (run_succeeded(&run) && !run.cut) {
		if (sha256)
			digest_sha256_hex(run.output, run.size, sha256);
		if (text) {
			*text = (struct igdrom_bytes){(const uint8_t *)run.output, run.size};
			run.output = NULL;
		}
	} else {
		run_describe(&run, reason, sizeof(reason));
		shown = words_shown(argv);
		SAY(report, "changes-command-failed", SAY_TEXT(shown ? shown : argv[0]),
		    SAY_TEXT(reason));
		free(shown);
		status = run.error == ENOENT ? IGDROM_E_NOT_FOUND : IGDROM_E_IO;
	}
	run_free(&run);
	return status;
}
