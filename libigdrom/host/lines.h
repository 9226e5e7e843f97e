/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of the outside world, line by line; nothing in it need be terminated. */
#ifndef IGDROM_HOST_LINES_H
#define IGDROM_HOST_LINES_H

#include <igdrom/status.h>

#include <string.h>

struct part {
	const char *p;
	size_t size;
};

static inline struct part part_of(struct igdrom_bytes bytes)
{
	return (struct part){(const char *)bytes.data, bytes.size};
}

/* What comes before the separator, or all; it and the separator are taken off the rest. */
static inline struct part part_until(struct part *rest, char separator)
{
	const char *end = rest->size ? memchr(rest->p, separator, rest->size) : NULL;
	struct part found = {rest->p, end ? (size_t)(end - rest->p) : rest->size};
	size_t used = found.size + (end ? 1 : 0);

	if (used)
		rest->p += used;
	rest->size -= used;
	return found;
}

/* The next line without its end; false when there is none. */
static inline bool part_line(struct part *rest, struct part *line)
{
	if (!rest->size)
		return false;
	*line = part_until(rest, '\n');
	if (line->size && line->p[line->size - 1] == '\r')
		line->size--;
	return true;
}

static inline struct part part_trim(struct part text)
{
	while (text.size && (text.p[0] == ' ' || text.p[0] == '\t')) {
		text.p++;
		text.size--;
	}
	while (text.size && (text.p[text.size - 1] == ' ' || text.p[text.size - 1] == '\t'))
		text.size--;
	return text;
}

/* The next word; empty when there is none. */
static inline struct part part_word(struct part *rest)
{
	struct part word;

	*rest = part_trim(*rest);
	word = (struct part){rest->p, 0};
	while (word.size < rest->size && rest->p[word.size] != ' ' && rest->p[word.size] != '\t')
		word.size++;
	if (word.size)
		rest->p += word.size;
	rest->size -= word.size;
	return word;
}

static inline bool part_is(struct part text, const char *word)
{
	return text.size == strlen(word) && (!text.size || !memcmp(text.p, word, text.size));
}

/* Whether it starts with a word, which is taken off then. */
static inline bool part_starts(struct part *text, const char *word)
{
	size_t size = strlen(word);

	if (text->size < size || memcmp(text->p, word, size) != 0)
		return false;
	text->p += size;
	text->size -= size;
	return true;
}

#endif
