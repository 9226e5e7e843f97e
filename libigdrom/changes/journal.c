/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/journal.h"

#include "changes/place.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char kept[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-=:,@+~";

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

static void put_word(struct build *out, const char *word)
{
	char escape[4];

	put(out, *word ? " " : " %");
	for (; *word; word++) {
		if (strchr(kept, *word)) {
			build_u8(out, (uint8_t)*word);
			continue;
		}
		snprintf(escape, sizeof(escape), "%%%02X", (unsigned)(unsigned char)*word);
		put(out, escape);
	}
}

static void put_line(struct build *out, const char *key, const char *word)
{
	put(out, key);
	put_word(out, word);
	put(out, "\n");
}

static void put_words(struct build *out, const char *key, char *const *words)
{
	if (!words)
		return;
	put(out, key);
	for (size_t i = 0; words[i]; i++)
		put_word(out, words[i]);
	put(out, "\n");
}

static void put_state(struct build *out, const char *key, const struct file_state *state)
{
	char text[64 + DIGEST_SHA256_HEX];

	if (state->there)
		snprintf(text, sizeof(text), " file %o %lu %lu %" PRIu64 " %s\n",
			 (unsigned)state->mode, (unsigned long)state->uid,
			 (unsigned long)state->gid, state->size, state->sha256);
	else
		snprintf(text, sizeof(text), " none\n");
	put(out, key);
	put(out, text);
}

static void put_step(struct build *out, const struct change *step, size_t number)
{
	char text[64];

	snprintf(text, sizeof(text), "step %zu %s\n", number,
		 step->kind == IGDROM_CHANGE_FILE ? "file"
		 : step->refresh                  ? "refresh"
						  : "command");
	put(out, text);
	if (step->why)
		put_line(out, "why", step->why);
	if (step->kind == IGDROM_CHANGE_FILE) {
		put_line(out, "path", step->real);
		put_state(out, "before", &step->before);
		put_state(out, "after", &step->after);
		for (size_t i = 0; i < step->made_count; i++)
			put_line(out, "made", step->made[i]);
		return;
	}
	put_words(out, "argv", step->argv);
	if (!step->refresh)
		put_words(out, "inverse", step->inverse);
	if (step->watch) {
		put_words(out, "watch", step->watch);
		put_line(out, "watched", step->watched);
	}
}

enum igdrom_status journal_write(const struct igdrom_changes *changes, uint64_t time,
				 struct build *out)
{
	char text[256];
	char sha256[DIGEST_SHA256_HEX];

	snprintf(text, sizeof(text),
		 "igdrom-changes %d\nmachine %s\ntool libigdrom %s\ntime %" PRIu64 "\n",
		 JOURNAL_VERSION, changes->captured ? "captured" : "this", igdrom_version(), time);
	put(out, text);
	for (size_t i = 0; i < changes->attached_count; i++) {
		const struct attached *file = &changes->attached[i];

		snprintf(text, sizeof(text), "attached %s %" PRIu64 " %s\n", file->name, file->size,
			 file->sha256);
		put(out, text);
	}
	for (size_t i = 0; i < changes->count; i++)
		put_step(out, &changes->steps[i], i + 1);
	if (out->err != IGDROM_OK)
		return out->err;
	digest_sha256_hex(out->data, out->size, sha256);
	put_line(out, "end", sha256);
	return out->err;
}

/* One line, taken apart; words are decoded in place. */
struct line {
	char *words[MAX_WORDS + 2];
	size_t count;
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* False for what put_word() does not write. */
static bool decode(char *word)
{
	char *to = word;

	if (!strcmp(word, "%")) {
		*word = '\0';
		return true;
	}
	for (; *word; word++) {
		int high, low;

		if (*word != '%') {
			if (!strchr(kept, *word))
				return false;
			*to++ = *word;
			continue;
		}
		high = hex_digit(word[1]);
		low = high < 0 ? -1 : hex_digit(word[2]);
		if (low < 0 || high * 16 + low == 0)
			return false;
		*to++ = (char)(high * 16 + low);
		word += 2;
	}
	*to = '\0';
	return true;
}

static bool split(char *text, struct line *line)
{
	line->count = 0;
	for (;;) {
		char *space = strchr(text, ' ');

		if (line->count == sizeof(line->words) / sizeof(line->words[0]))
			return false;
		line->words[line->count++] = text;
		if (space)
			*space = '\0';
		if (!*text || !decode(text) || strlen(text) >= MAX_TEXT)
			return false;
		if (!space)
			return true;
		text = space + 1;
	}
}

static bool is_number(const char *text, int base, uint64_t most, uint64_t *out)
{
	uint64_t value = 0;

	if (!*text || strlen(text) > 20)
		return false;
	for (; *text; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (*text < '0' || digit >= (uint64_t)base)
			return false;
		if (value > (most - digit) / (uint64_t)base)
			return false;
		value = value * (uint64_t)base + digit;
	}
	*out = value;
	return value <= most;
}

static bool is_digest(const char *text, char out[DIGEST_SHA256_HEX])
{
	if (strlen(text) != DIGEST_SHA256_HEX - 1 ||
	    strspn(text, "0123456789abcdef") != DIGEST_SHA256_HEX - 1)
		return false;
	memcpy(out, text, DIGEST_SHA256_HEX);
	return true;
}

static bool read_state(const struct line *line, struct file_state *state)
{
	uint64_t mode, uid, gid;

	if (line->count == 2 && !strcmp(line->words[1], "none"))
		return true;
	if (line->count != 7 || strcmp(line->words[1], "file") != 0 ||
	    !is_number(line->words[2], 8, 07777, &mode) ||
	    !is_number(line->words[3], 10, UINT32_MAX, &uid) ||
	    !is_number(line->words[4], 10, UINT32_MAX, &gid) ||
	    !is_number(line->words[5], 10, MAX_CONTENT, &state->size) ||
	    !is_digest(line->words[6], state->sha256))
		return false;
	state->there = true;
	state->mode = (mode_t)mode;
	state->uid = (uid_t)uid;
	state->gid = (gid_t)gid;
	return true;
}

static enum igdrom_status read_attached(struct igdrom_changes *changes, const struct line *line)
{
	enum igdrom_status status;
	struct attached *file;
	uint64_t size;
	char sha256[DIGEST_SHA256_HEX];

	if (line->count != 4 || !is_number(line->words[2], 10, MAX_CONTENT, &size) ||
	    !is_digest(line->words[3], sha256))
		return IGDROM_E_CORRUPT;
	status = igdrom_changes_attach(changes, line->words[1], NULL, 0, NULL, 0);
	if (status != IGDROM_OK)
		return status == IGDROM_E_NOMEM ? status : IGDROM_E_CORRUPT;
	file = &changes->attached[changes->attached_count - 1];
	file->size = size;
	memcpy(file->sha256, sha256, sizeof(sha256));
	return IGDROM_OK;
}

static enum igdrom_status read_step(struct igdrom_changes *changes, const struct line *line)
{
	bool file = line->count == 3 && !strcmp(line->words[2], "file");
	bool refresh = line->count == 3 && !strcmp(line->words[2], "refresh");
	enum igdrom_status status;
	struct change *step;
	uint64_t number;

	/* Nothing is run for a captured machine, so a journal of one has no commands. */
	if (!file && changes->captured)
		return IGDROM_E_CORRUPT;
	if (line->count != 3 || (!file && !refresh && strcmp(line->words[2], "command") != 0) ||
	    !is_number(line->words[1], 10, MAX_STEPS, &number) || number != changes->count + 1)
		return IGDROM_E_CORRUPT;
	step = changes_grow(changes, file ? IGDROM_CHANGE_FILE : IGDROM_CHANGE_COMMAND, NULL,
			    &status);
	if (step)
		step->refresh = refresh;
	return status;
}

static bool set_text(char **text, const char *value, enum igdrom_status *status)
{
	if (*text)
		return false;
	*text = strdup(value);
	if (!*text)
		*status = IGDROM_E_NOMEM;
	return true;
}

static bool set_words(char ***words, struct line *line, enum igdrom_status *status)
{
	if (*words || line->count < 2 || !line->words[1][0])
		return false;
	line->words[line->count] = NULL;
	*words = changes_copy_words((const char *const *)&line->words[1]);
	if (!*words)
		*status = IGDROM_E_NOMEM;
	return true;
}

static bool set_made(struct change *step, const char *path, enum igdrom_status *status)
{
	size_t size = strlen(path);

	/* Only directories above the file, each below the one before. */
	if (!step->real || step->made_count == MAX_MADE || !place_is_plain(path) ||
	    strncmp(step->real, path, size) != 0 || step->real[size] != '/' ||
	    (step->made_count && size <= strlen(step->made[step->made_count - 1])))
		return false;
	step->made[step->made_count] = strdup(path);
	if (step->made[step->made_count])
		step->made_count++;
	else
		*status = IGDROM_E_NOMEM;
	return true;
}

/* A line about a step; false when it is not one that journal_write() writes. */
static bool read_part(struct change *step, struct line *line, enum igdrom_status *status)
{
	const char *key = line->words[0];
	bool file = step->kind == IGDROM_CHANGE_FILE;

	if (!strcmp(key, "why") && line->count == 2)
		return set_text(&step->why, line->words[1], status);
	if (file && !strcmp(key, "path") && line->count == 2)
		return place_is_plain(line->words[1]) &&
		       set_text(&step->real, line->words[1], status);
	if (file && !strcmp(key, "before") && !step->before.there)
		return read_state(line, &step->before);
	if (file && !strcmp(key, "after") && !step->after.there)
		return read_state(line, &step->after);
	if (file && !strcmp(key, "made") && line->count == 2)
		return set_made(step, line->words[1], status);
	if (!file && !strcmp(key, "argv"))
		return set_words(&step->argv, line, status);
	if (!file && !strcmp(key, "inverse") && !step->refresh)
		return set_words(&step->inverse, line, status);
	if (!file && !strcmp(key, "watch"))
		return set_words(&step->watch, line, status);
	if (!file && !strcmp(key, "watched") && line->count == 2)
		return is_digest(line->words[1], step->watched);
	return false;
}

static bool is_complete(const struct change *step)
{
	if (step->kind == IGDROM_CHANGE_FILE)
		return step->real && !state_same(&step->before, &step->after);
	return step->argv && !step->watch == !step->watched[0];
}

static enum igdrom_status read_line(char *text, uint64_t *time, struct igdrom_changes *changes)
{
	enum igdrom_status status = IGDROM_OK;
	struct line line;

	if (!split(text, &line))
		return IGDROM_E_CORRUPT;
	if (changes->count == 0 && !strcmp(line.words[0], "machine") && line.count == 2) {
		changes->captured = !strcmp(line.words[1], "captured");
		return changes->captured || !strcmp(line.words[1], "this") ? IGDROM_OK
									   : IGDROM_E_CORRUPT;
	}
	if (changes->count == 0 && !strcmp(line.words[0], "tool"))
		return IGDROM_OK;
	if (changes->count == 0 && !strcmp(line.words[0], "time") && line.count == 2)
		return is_number(line.words[1], 10, INT64_MAX, time) ? IGDROM_OK : IGDROM_E_CORRUPT;
	if (changes->count == 0 && !strcmp(line.words[0], "attached"))
		return read_attached(changes, &line);
	if (!strcmp(line.words[0], "step")) {
		if (changes->count && !is_complete(&changes->steps[changes->count - 1]))
			return IGDROM_E_CORRUPT;
		return read_step(changes, &line);
	}
	if (!changes->count || !read_part(&changes->steps[changes->count - 1], &line, &status))
		return IGDROM_E_CORRUPT;
	return status;
}

/* Where the last line begins; size when that is not "end". */
static size_t find_end(const char *text, size_t size)
{
	size_t length = 4 + DIGEST_SHA256_HEX; /* "end ", digest, newline */

	if (size < length + 1 || memcmp(text + size - length, "end ", 4) != 0 ||
	    text[size - 1] != '\n' || text[size - length - 1] != '\n')
		return size;
	return size - length;
}

static enum igdrom_status check_frame(const char *text, size_t size, bool check, size_t *end)
{
	static const char first[] = "igdrom-changes ";
	char sha256[DIGEST_SHA256_HEX];
	char version[32];

	if (size > JOURNAL_MAX_BYTES)
		return IGDROM_E_LIMIT;
	if (size < sizeof(first) || memcmp(text, first, sizeof(first) - 1) != 0 ||
	    memchr(text, '\0', size))
		return IGDROM_E_CORRUPT;
	snprintf(version, sizeof(version), "%s%d\n", first, JOURNAL_VERSION);
	if (size < strlen(version) || memcmp(text, version, strlen(version)) != 0)
		return IGDROM_E_UNSUPPORTED;
	*end = find_end(text, size);
	if (*end == size)
		return IGDROM_E_CORRUPT;
	digest_sha256_hex(text, *end, sha256);
	if (check && memcmp(text + *end + 4, sha256, sizeof(sha256) - 1) != 0)
		return IGDROM_E_CORRUPT;
	return IGDROM_OK;
}

enum igdrom_status journal_read(const char *text, size_t size, bool check, uint64_t *time,
				struct igdrom_changes *changes)
{
	enum igdrom_status status;
	size_t end = 0;
	char *copy, *next;

	*time = 0;
	changes->captured = false;
	status = check_frame(text, size, check, &end);
	if (status != IGDROM_OK)
		return status;
	copy = malloc(end + 1);
	if (!copy)
		return IGDROM_E_NOMEM;
	memcpy(copy, text, end);
	copy[end] = '\0';
	next = strchr(copy, '\n') + 1;
	while (status == IGDROM_OK && *next) {
		char *newline = strchr(next, '\n');

		*newline = '\0';
		status = read_line(next, time, changes);
		next = newline + 1;
	}
	if (status == IGDROM_OK &&
	    (!changes->count || !is_complete(&changes->steps[changes->count - 1])))
		status = IGDROM_E_CORRUPT;
	free(copy);
	return status;
}

static bool read_log_line(char *text, struct igdrom_changes *changes, struct journal_state *state)
{
	static const struct {
		const char *word;
		enum progress progress;
	} words[] = {
		{"start", PROGRESS_STARTED},
		{"failed", PROGRESS_FAILED},
		{"done", PROGRESS_DONE},
		{"undone", PROGRESS_UNDONE},
	};
	struct line line;
	uint64_t step;

	if (!split(text, &line))
		return false;
	if (line.count == 1) {
		state->applied |= !strcmp(line.words[0], "applied");
		state->undone |= !strcmp(line.words[0], "undone");
		return !strcmp(line.words[0], "applied") || !strcmp(line.words[0], "undone");
	}
	if (!is_number(line.words[1], 10, changes->count, &step) || step == 0 || line.count > 3)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct change *change = &changes->steps[step - 1];

		if (strcmp(line.words[0], words[i].word) != 0)
			continue;
		change->progress = words[i].progress;
		return line.count == 2 || is_digest(line.words[2], change->watched_after);
	}
	return false;
}

enum igdrom_status journal_read_log(const char *text, size_t size, struct igdrom_changes *changes,
				    struct journal_state *state)
{
	*state = (struct journal_state){0};
	while (size) {
		const char *newline = memchr(text, '\n', size);
		char line[256];
		size_t length;

		if (!newline)
			return IGDROM_OK;
		length = (size_t)(newline - text);
		if (length >= sizeof(line) || memchr(text, '\0', length))
			return IGDROM_E_CORRUPT;
		memcpy(line, text, length);
		line[length] = '\0';
		if (!read_log_line(line, changes, state))
			return IGDROM_E_CORRUPT;
		text += length + 1;
		size -= length + 1;
	}
	return IGDROM_OK;
}

void journal_name(char name[JOURNAL_NAME_ROOM], const char *kind, size_t step)
{
	snprintf(name, JOURNAL_NAME_ROOM, "%s-%zu", kind, step);
}
