/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of which nothing is known. */
#include "firmware/containers.h"

/* How many structures in a row may be found by a search of all bytes: one search for each small
 * package in a row would make time grow with the square of their number. */
#define MOST_SEARCHED 8

struct format {
	fw_recogniser *is;
	fw_parser *read;
	bool searched; /* not only at the start of the bytes */
};

/* What is looked for at the start of a span, the first that fits taken. */
static const struct format formats[] = {
	{fw_is_volume, fw_read_volume, false}, /* here, as nothing else is then looked for */
	{fw_is_capsule, fw_read_capsule, false}, {fw_is_flash, fw_read_flash, false},
	{fw_is_bpdt, fw_read_bpdt, false},       {fw_is_cbfs, fw_read_cbfs, false},
	{fw_is_file, fw_read_file, false},       {fw_are_sections, fw_read_sections, false},
	{fw_is_wrapper, fw_read_wrapper, true},  {fw_is_fmap, fw_read_fmap, true},
};

static const struct format *format_of(struct fw_span span)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].is(fw_cur(span)))
			return &formats[i];
	}
	return NULL;
}

/* One structure behind the other: two capsules in a file exist. */
enum igdrom_status fw_read_any(struct fw *fw, struct igdrom_firmware_node *parent,
			       struct fw_span span)
{
	unsigned searched = 0;

	for (;;) {
		const struct igdrom_firmware_node *before = parent->last;
		const struct format *format = format_of(span);
		enum igdrom_status status;
		size_t end;

		if (format && format->searched && searched++ == MOST_SEARCHED) {
			fw_note(fw, FINDING_FIRMWARE_LIMIT_SEARCHED, fw_cur(span).at,
				REPORT_ARGS(ARG_U(MOST_SEARCHED)));
			format = NULL;
		}
		if (!format) {
			status = fw_read_raw_area(fw, parent, span);
			/* Behind a structure, what has none of its own is padding. */
			if (status != IGDROM_OK || !before || parent->last != before)
				return status;
			return fw_add_padding(fw, parent, span, false);
		}
		status = format->read(fw, parent, span);
		if (status != IGDROM_OK || parent->last == before)
			return status;
		end = parent->last->offset - span.offset + parent->last->size;
		if (end >= span.size)
			return IGDROM_OK;
		span = fw_sub(span, end, SIZE_MAX);
	}
}
