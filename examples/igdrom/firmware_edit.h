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

/* firmware_table.c */
extern const struct command firmware_edit_commands[];
extern const size_t firmware_edit_command_count;

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

/* firmware_place.c */
/* The volume of --volume; NULL: it is not given. */
int find_volume(struct call *call, const struct edit_session *s,
		const struct igdrom_firmware_node **out);
/* The file that a GUID or a name means, in a volume or (NULL) anywhere. */
int find_file(struct call *call, const struct edit_session *s,
	      const struct igdrom_firmware_node *volume, const char *text,
	      const struct igdrom_firmware_node **out);
/* Where files are put: behind the file of --after, else at the end of the volume of --volume or of
 * that for drivers. */
int find_place(struct call *call, const struct edit_session *s,
	       const struct igdrom_firmware_node **out);
/* Puts in what --file names, as the options say. */
int insert_file(struct call *call, struct edit_session *s, const char *path,
		const struct igdrom_firmware_node *where);
/* Whether options that say how --file goes in have one. */
int check_file_options(struct call *call);
/* Puts a whole file in the place of another, or other content into it. */
int replace_file(struct call *call, struct edit_session *s,
		 const struct igdrom_firmware_node *target, const char *path);

/* firmware_insert.c */
/* How to have a virtual machine start with the image. */
void show_use(const struct call *call, const char *out);

#endif
