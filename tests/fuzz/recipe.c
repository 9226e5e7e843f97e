/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/recipe.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECIPE_MAX ((size_t)16 << 20)

struct recipe {
	uint8_t *data;
	size_t size;
	size_t room;
	unsigned bits; /* of the last byte that are set, while bits: words follow each other */
};

static int put(struct recipe *r, unsigned byte)
{
	if (r->size == r->room) {
		size_t room = r->room ? r->room * 2 : 256;
		uint8_t *data = r->size < RECIPE_MAX ? realloc(r->data, room) : NULL;

		if (!data)
			return -1;
		r->data = data;
		r->room = room;
	}
	r->data[r->size++] = (uint8_t)byte;
	return 0;
}

static int put_hex(struct recipe *r, const char *word, size_t length)
{
	char digits[3] = {0};

	if (length % 2)
		return -1;
	for (size_t i = 0; i < length; i += 2) {
		memcpy(digits, word + i, 2);
		if (!isxdigit((unsigned char)digits[0]) || !isxdigit((unsigned char)digits[1]) ||
		    put(r, (unsigned)strtoul(digits, NULL, 16)))
			return -1;
	}
	return 0;
}

static int put_bits(struct recipe *r, const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (word[i] != '0' && word[i] != '1')
			return -1;
		if (r->bits % 8 == 0 && put(r, 0))
			return -1;
		if (word[i] == '1')
			r->data[r->size - 1] |= (uint8_t)(0x80 >> r->bits % 8);
		r->bits++;
	}
	return 0;
}

/* "16:NUMBER", with what comes before the colon at word[1]. */
static int put_number(struct recipe *r, const char *word)
{
	char *end;
	unsigned long width = strtoul(word + 1, &end, 10);
	unsigned long long value;

	if (*end != ':' || width % 8 || width == 0 || width > 64)
		return -1;
	errno = 0;
	value = strtoull(end + 1, &end, 0);
	if (*end || errno || (width < 64 && value >> width))
		return -1;
	for (; width; width -= 8, value >>= 8) {
		if (put(r, (unsigned)(value & 0xff)))
			return -1;
	}
	return 0;
}

/* "COUNT:BYTE": so many bytes, or up to a multiple of COUNT. */
static int put_run(struct recipe *r, const char *word, int pad)
{
	char *end;
	unsigned long count = strtoul(word, &end, 0);
	unsigned long byte = *end == ':' ? strtoul(end + 1, &end, 16) : 256;

	if (*end || byte > 255 || count == 0)
		return -1;
	if (pad)
		count = (count - r->size % count) % count;
	while (count--) {
		if (put(r, (unsigned)byte))
			return -1;
	}
	return 0;
}

static int put_word(struct recipe *r, const char *word)
{
	if (strncmp(word, "bits:", 5) == 0)
		return put_bits(r, word + 5, strlen(word + 5));
	r->bits = 0;
	if (word[0] == 'u')
		return put_number(r, word);
	if (strncmp(word, "repeat:", 7) == 0)
		return put_run(r, word + 7, 0);
	if (strncmp(word, "pad:", 4) == 0)
		return put_run(r, word + 4, 1);
	return put_hex(r, word, strlen(word));
}

/* One word or string at *text, which is moved on. 1 at the end, -1 if it is wrong. */
static int put_next(struct recipe *r, const char **text)
{
	char word[256];
	size_t length;

	*text += strspn(*text, " \t\r\n");
	if (!**text)
		return 1;
	if (**text == '#') {
		*text += strcspn(*text, "\n");
		return 0;
	}
	if (**text == '"') {
		length = strcspn(*text + 1, "\"\n");
		if ((*text)[length + 1] != '"')
			return -1;
		for (size_t i = 1; i <= length; i++) {
			if (put(r, (unsigned char)(*text)[i]))
				return -1;
		}
		r->bits = 0;
		*text += length + 2;
		return 0;
	}
	length = strcspn(*text, " \t\r\n#");
	if (length >= sizeof(word))
		return -1;
	memcpy(word, *text, length);
	word[length] = 0;
	if (put_word(r, word))
		return -1;
	*text += length;
	return 0;
}

int recipe_build(const char *name, const char *text, uint8_t **data, size_t *size)
{
	struct recipe r = {.data = malloc(1)};
	int done = 0;

	while (r.data && done == 0)
		done = put_next(&r, &text);
	if (done != 1) {
		fprintf(stderr, "%s: no recipe from here on: %.40s\n", name, text);
		free(r.data);
		return -1;
	}
	*data = r.data;
	*size = r.size;
	return 0;
}

int recipe_load(const char *path, uint8_t **data, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, (1 << 20) + 1);
	int result = -1;

	if (!file || !text)
		fprintf(stderr, "%s: cannot be read\n", path);
	else if (fread(text, 1, 1 << 20, file) == 1 << 20)
		fprintf(stderr, "%s: longer than 1 MiB\n", path);
	else
		result = recipe_build(path, text, data, size);
	if (file)
		fclose(file);
	free(text);
	return result;
}
