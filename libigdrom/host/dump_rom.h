/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_HOST_DUMP_ROM_H
#define IGDROM_HOST_DUMP_ROM_H

#include "host/dump.h"

/* What reading a ROM came to. */
struct rom_reading {
	const struct dump_machine *machine;
	const struct dump_function *function;
	char path[DUMP_PATH_MAX];  /* of the file "rom" */
	bool shadow;               /* the kernel shows the copy that firmware left in memory */
	char power[16];            /* state of the function while it was read; "" when not known */
	int error;                 /* of opening or reading; 0: read to the end */
	struct igdrom_bytes bytes; /* owned */
};

/* Says what is true of it. IGDROM_OK: the bytes are an option ROM of this function. */
enum igdrom_status dump_rom_judge(const struct rom_reading *reading, struct igdrom_report *report);

#endif
