/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of which nothing is known. */
#include "firmware/internal.h"

struct format {
	fw_recogniser *is;
	fw_parser *read;
};

/* What is looked for at the start of a span, the first that fits taken. */
static const struct format formats[] = {
	{NULL, NULL},
};

enum igdrom_status fw_read_any(struct fw *fw, struct igdrom_firmware_node *parent,
			       struct fw_span span)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].is && formats[i].is(fw_cur(span)))
			return formats[i].read(fw, parent, span);
	}
	return fw_read_raw_area(fw, parent, span);
}
