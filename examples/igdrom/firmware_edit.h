/* SPDX-License-Identifier: BSD-2-Clause */
/* What `firmware insert`, `firmware replace` and `firmware remove` share. */
#ifndef IGDROM_CLI_FIRMWARE_EDIT_H
#define IGDROM_CLI_FIRMWARE_EDIT_H

#include "cli.h"

/* The image that is the first operand, and the changes to it. */
struct edit_session {
	struct igdrom_contents *contents;
	const struct igdrom_firmware *firmware;
	struct igdrom_edit *edit;
};

/* firmware_edit.c */
/* close_session() follows in any case. */
int open_session(struct call *call, struct edit_session *s);
void close_session(struct edit_session *s);
/* Says why a change was not taken; file: what was to be put in. */
int edit_failed(struct call *call, enum igdrom_status status, const char *file);
/* Appends "888636A4-... IgdRomDxe, 19.6 KiB". */
void add_node_words(const struct igdrom_firmware_node *file, char *out, size_t room);
/* Writes the image to -o and says what was done. */
int save_session(struct call *call, struct edit_session *s);

/* firmware_insert.c */
/* How to have a virtual machine start with the image. */
void show_use(const struct call *call, const char *out);

#endif
