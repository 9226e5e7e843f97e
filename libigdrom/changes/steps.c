/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/changes.h"

#include "changes/file.h"
#include "changes/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEW_FILE_MODE 0644

void changes_free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

char **changes_copy_words(const char *const *words)
{
	size_t count = 0;
	char **copy;

	while (words[count])
		count++;
	copy = calloc(count + 1, sizeof(*copy));
	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = strdup(words[i]);
		if (!copy[i]) {
			changes_free_words(copy);
			return NULL;
		}
	}
	return copy;
}

static void free_step(struct change *step)
{
	free(step->why);
	free(step->text);
	free(step->path);
	free(step->real);
	state_free(&step->before);
	state_free(&step->after);
	for (size_t i = 0; i < step->made_count; i++)
		free(step->made[i]);
	changes_free_words(step->argv);
	changes_free_words(step->inverse);
	changes_free_words(step->watch);
	*step = (struct change){0};
}

void igdrom_changes_free(struct igdrom_changes *changes)
{
	if (!changes)
		return;
	for (size_t i = 0; i < changes->count; i++)
		free_step(&changes->steps[i]);
	for (size_t i = 0; i < changes->attached_count; i++) {
		free(changes->attached[i].name);
		igdrom_bytes_free(&changes->attached[i].content);
		igdrom_bytes_free(&changes->attached[i].old);
	}
	free(changes->steps);
	free(changes->attached);
	free(changes->root);
	if (changes->root_fd >= 0)
		close(changes->root_fd);
	free(changes);
}

void changes_shrink(struct igdrom_changes *changes, size_t count, size_t attached)
{
	while (changes->count > count)
		free_step(&changes->steps[--changes->count]);
	while (changes->attached_count > attached) {
		struct attached *last = &changes->attached[--changes->attached_count];

		free(last->name);
		igdrom_bytes_free(&last->content);
		igdrom_bytes_free(&last->old);
	}
}

enum igdrom_status igdrom_changes_new(const char *root, struct igdrom_report *report,
				      struct igdrom_changes **out)
{
	size_t size = root ? strlen(root) : 0;
	struct igdrom_changes *changes;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (root && !*root)
		return IGDROM_E_INVAL;
	while (size > 0 && root[size - 1] == '/')
		size--;
	changes = calloc(1, sizeof(*changes));
	if (!changes)
		return IGDROM_E_NOMEM;
	changes->root_fd = -1;
	changes->captured = size > 0;
	changes->root = size ? strndup(root, size) : strdup("");
	if (!changes->root) {
		igdrom_changes_free(changes);
		return IGDROM_E_NOMEM;
	}
	changes->root_fd = file_open_directory(AT_FDCWD, size ? changes->root : "/");
	if (changes->root_fd < 0) {
		enum igdrom_status status = file_failed(report, "file-unreadable", root, errno);

		igdrom_changes_free(changes);
		return status;
	}
	*out = changes;
	return IGDROM_OK;
}

static bool is_short(const char *text)
{
	return !text || strlen(text) < MAX_TEXT;
}

struct change *changes_grow(struct igdrom_changes *changes, enum igdrom_change_kind kind,
			    const char *why, enum igdrom_status *status)
{
	struct change *steps;
	struct change *step;

	*status = IGDROM_E_STATE;
	if (changes->applied)
		return NULL;
	*status = IGDROM_E_LIMIT;
	if (changes->count == MAX_STEPS || !is_short(why))
		return NULL;
	*status = IGDROM_E_NOMEM;
	steps = realloc(changes->steps, (changes->count + 1) * sizeof(*steps));
	if (!steps)
		return NULL;
	changes->steps = steps;
	step = &steps[changes->count];
	*step = (struct change){.kind = kind};
	if (why) {
		step->why = strdup(why);
		if (!step->why)
			return NULL;
	}
	changes->count++;
	*status = IGDROM_OK;
	return step;
}

/* The last of a step that could not be completed. */
static enum igdrom_status give_up(struct igdrom_changes *changes, enum igdrom_status status)
{
	free_step(&changes->steps[--changes->count]);
	return status;
}

static struct change *find_file(const struct igdrom_changes *changes, const char *real)
{
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->steps[i].kind == IGDROM_CHANGE_FILE &&
		    !strcmp(changes->steps[i].real, real))
			return &changes->steps[i];
	}
	return NULL;
}

/* The directories that will be made, from above. */
static bool note_made(struct change *step, size_t missing)
{
	char *end = step->real + strlen(step->real);

	if (missing > MAX_MADE)
		return false;
	for (step->made_count = missing; missing--;) {
		do {
			end--;
		} while (*end != '/');
		step->made[missing] = strndup(step->real, (size_t)(end - step->real));
	}
	for (size_t i = 0; i < step->made_count; i++) {
		if (!step->made[i])
			return false;
	}
	return true;
}

/* The step for a file, as it is now. */
static enum igdrom_status step_for(struct igdrom_changes *changes, const char *path,
				   const char *why, struct igdrom_report *report,
				   struct change **out)
{
	struct file_state before;
	enum igdrom_status status;
	struct place place;
	struct change *step;

	status = state_read(changes->root_fd, path, report, &place, &before);
	if (status != IGDROM_OK)
		return status;
	step = find_file(changes, place.real);
	if (step) {
		state_free(&before);
		place_free(&place);
		*out = step;
		return changes->applied ? IGDROM_E_STATE : IGDROM_OK;
	}
	step = changes_grow(changes, IGDROM_CHANGE_FILE, why, &status);
	if (!step) {
		state_free(&before);
		place_free(&place);
		return status;
	}
	step->before = before;
	step->path = strdup(path);
	step->real = place.real;
	place.real = NULL;
	if (!step->path || !note_made(step, before.there ? 0 : place.missing))
		status = give_up(changes, IGDROM_E_NOMEM);
	place_free(&place);
	*out = step;
	return status;
}

static bool is_path(const char *path)
{
	return path && path[0] == '/' && strlen(path) < MAX_TEXT;
}

enum igdrom_status igdrom_changes_add_file(struct igdrom_changes *changes, const char *path,
					   const void *data, size_t size, unsigned mode,
					   const char *why, struct igdrom_report *report)
{
	struct file_state after = {.mode = mode ? mode : NEW_FILE_MODE};
	enum igdrom_status status;
	struct change *step;
	uint8_t *copy;

	if (!changes || !is_path(path) || (!data && size) || mode > 07777)
		return IGDROM_E_INVAL;
	if (size > MAX_CONTENT)
		return IGDROM_E_LIMIT;
	copy = malloc(size ? size : 1);
	if (!copy)
		return IGDROM_E_NOMEM;
	if (size)
		memcpy(copy, data, size);
	state_set(&after, (struct igdrom_bytes){copy, size});
	status = step_for(changes, path, why, report, &step);
	if (status != IGDROM_OK) {
		state_free(&after);
		return status;
	}
	after.uid = geteuid();
	after.gid = getegid();
	if (step->before.there) {
		after.mode = step->before.mode;
		after.uid = step->before.uid;
		after.gid = step->before.gid;
	}
	state_free(&step->after);
	step->after = after;
	step->done = state_same(&step->before, &step->after);
	return IGDROM_OK;
}

enum igdrom_status igdrom_changes_add_removal(struct igdrom_changes *changes, const char *path,
					      const char *why, struct igdrom_report *report)
{
	enum igdrom_status status;
	struct change *step;

	if (!changes || !is_path(path))
		return IGDROM_E_INVAL;
	status = step_for(changes, path, why, report, &step);
	if (status != IGDROM_OK)
		return status;
	state_free(&step->after);
	step->done = !step->before.there;
	return IGDROM_OK;
}

enum igdrom_status igdrom_changes_content(const struct igdrom_changes *changes, const char *path,
					  struct igdrom_report *report, struct igdrom_bytes *out)
{
	const struct file_state *state;
	struct file_state now = {0};
	enum igdrom_status status;
	struct place place;
	struct change *step;

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_bytes){0};
	if (!changes || !is_path(path))
		return IGDROM_E_INVAL;
	status = state_read(changes->root_fd, path, report, &place, &now);
	if (status != IGDROM_OK)
		return status;
	step = find_file(changes, place.real);
	state = step ? &step->after : &now;
	if (!state->there) {
		status = IGDROM_E_NOT_FOUND;
	} else if (state->content.size) {
		uint8_t *copy = malloc(state->content.size);

		status = copy ? IGDROM_OK : IGDROM_E_NOMEM;
		if (copy) {
			memcpy(copy, state->content.data, state->content.size);
			*out = (struct igdrom_bytes){copy, state->content.size};
		}
	}
	state_free(&now);
	place_free(&place);
	return status;
}

bool changes_is_name(const char *name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return name && *name && strlen(name) < 128 && strspn(name, letters) == strlen(name) &&
	       !strchr("._-", name[0]);
}

static bool copy_bytes(const void *data, size_t size, struct igdrom_bytes *out)
{
	uint8_t *copy = data ? malloc(size ? size : 1) : NULL;

	if (copy && size)
		memcpy(copy, data, size);
	*out = (struct igdrom_bytes){copy, copy ? size : 0};
	return copy || !data;
}

enum igdrom_status igdrom_changes_attach(struct igdrom_changes *changes, const char *name,
					 const void *data, size_t size, const void *old,
					 size_t old_size)
{
	struct attached *grown;
	struct attached *file;

	if (!changes || !changes_is_name(name) || (!data && size) || (!old && old_size))
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < changes->attached_count; i++) {
		if (!strcmp(changes->attached[i].name, name))
			return IGDROM_E_EXISTS;
	}
	if (changes->attached_count == MAX_ATTACHED || size > MAX_CONTENT || old_size > MAX_CONTENT)
		return IGDROM_E_LIMIT;
	grown = realloc(changes->attached, (changes->attached_count + 1) * sizeof(*grown));
	if (!grown)
		return IGDROM_E_NOMEM;
	changes->attached = grown;
	file = &grown[changes->attached_count];
	*file = (struct attached){.name = strdup(name), .size = size};
	changes->attached_count++;
	if (!file->name || !copy_bytes(data ? data : "", size, &file->content) ||
	    !copy_bytes(old, old_size, &file->old)) {
		changes_shrink(changes, changes->count, changes->attached_count - 1);
		return IGDROM_E_NOMEM;
	}
	digest_sha256_hex(data, size, file->sha256);
	return IGDROM_OK;
}
