/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of which nothing is known. */
#include "firmware/containers.h"

struct format {
	fw_recogniser *is;
	fw_parser *read;
};

/* What is looked for at the start of a span, the first that fits taken. */
static const struct format formats[] = {
	{fw_is_volume, fw_read_volume}, /* here, as nothing else is then looked for */
	{fw_is_capsule, fw_read_capsule}, {fw_is_flash, fw_read_flash},
	{fw_is_bpdt, fw_read_bpdt},       {fw_is_cbfs, fw_read_cbfs},
	{fw_is_wrapper, fw_read_wrapper}, {fw_is_fmap, fw_read_fmap},
};

static fw_parser *format_of(struct fw_span span)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].is(fw_cur(span)))
			return formats[i].read;
	}
	return NULL;
}

/* One structure behind the other: two capsules in a file exist. */
enum igdrom_status fw_read_any(struct fw *fw, struct igdrom_firmware_node *parent,
			       struct fw_span span)
{
	for (;;) {
		const struct igdrom_firmware_node *before = parent->last;
		fw_parser *read = format_of(span);
		enum igdrom_status status;
		size_t end;

		if (!read) {
			status = fw_read_raw_area(fw, parent, span);
			/* Behind a structure, what has none of its own is padding. */
			if (status != IGDROM_OK || !before || parent->last != before)
				return status;
			return fw_add_padding(fw, parent, span, false);
		}
		status = read(fw, parent, span);
		if (status != IGDROM_OK || parent->last == before)
			return status;
		end = parent->last->offset - span.offset + parent->last->size;
		if (end >= span.size)
			return IGDROM_OK;
		span = fw_sub(span, end, SIZE_MAX);
	}
}
