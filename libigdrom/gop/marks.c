/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two texts without which nothing is taken for a GOP driver, so that bytes which have neither need
 * not be read as code. The bytes looked for first are among those that are rare in x86 code.
 */
#include "gop/internal.h"

#define NAME_KEY   12 /* "R" */
#define POLICY_KEY 1

/* "Intel(R) GOP Driver" in UTF-16. */
static const uint8_t name[] = {
	'I', 0, 'n', 0, 't', 0, 'e', 0, 'l', 0, '(', 0, 'R', 0, ')', 0, ' ', 0, 'G', 0,
	'O', 0, 'P', 0, ' ', 0, 'D', 0, 'r', 0, 'i', 0, 'v', 0, 'e', 0, 'r', 0,
};

/* EC2E931B-3281-48A5-8107-DF8A8BED3C5D, located by Start() of every driver from 2.0 to 22.1. */
static const uint8_t policy[] = {0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
				 0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d};

static const struct search_needle needles[GOP_MARK_COUNT] = {
	[GOP_MARK_NAME] = {name, sizeof(name), NAME_KEY},
	[GOP_MARK_POLICY] = {policy, sizeof(policy), POLICY_KEY},
};

struct gop_marks gop_marks_of(const void *data, size_t size)
{
	struct gop_marks marks = {.data = data, .size = size};

	for (size_t i = 0; i < GOP_MARK_COUNT; i++)
		marks.next[i] = search_next(marks.data, size, 0, &needles[i]);
	return marks;
}

size_t gop_marks_next(struct gop_marks *marks)
{
	enum gop_mark first = marks->next[GOP_MARK_POLICY] < marks->next[GOP_MARK_NAME]
				      ? GOP_MARK_POLICY
				      : GOP_MARK_NAME;
	size_t at = marks->next[first];

	if (at < marks->size)
		marks->next[first] = search_next(marks->data, marks->size, at + 1, &needles[first]);
	return at;
}

bool gop_has_mark(const struct gop_image *image, enum gop_mark mark)
{
	struct pe_range ranges[PE_MAX_SECTIONS];
	size_t count = pe_ranges(&image->pe, 0, ranges);

	for (size_t i = 0; i < count; i++) {
		if (search_next(image->file.p, ranges[i].to, ranges[i].from, &needles[mark]) <
		    ranges[i].to)
			return true;
	}
	return false;
}
