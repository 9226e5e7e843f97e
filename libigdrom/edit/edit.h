/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_EDIT_EDIT_H
#define IGDROM_EDIT_EDIT_H

#include "compress/compressor.h"
#include "core/builder.h"
#include "core/report.h"
#include "firmware/internal.h"
#include "firmware/volume.h"

#include <igdrom/edit.h>

#define EDIT_MAX_CHANGES 64

#define EDIT_SECTION_HEADER   4
#define EDIT_FILE_HEADER      24
#define EDIT_FILE_WIDE_HEADER 32
#define EDIT_FILE_LARGE       0x01     /* revision 1: has a tail */
#define EDIT_MOST_NARROW      0xffffff /* what a size of 24 bits can say */

#define EDIT_TYPE_AT 18 /* in the header of a file */

/* Types of files (PI 1.8 volume 3, 2.1.4.1: EFI_FV_FILETYPE). */
enum edit_type {
	EDIT_TYPE_ALL = 0x00,
	EDIT_TYPE_RAW = 0x01, /* without sections */
	EDIT_TYPE_SECURITY_CORE = 0x03,
	EDIT_TYPE_PEI_CORE = 0x04,
	EDIT_TYPE_DXE_CORE = 0x05,
	EDIT_TYPE_PEIM = 0x06,
	EDIT_TYPE_COMBINED = 0x08, /* PEI module and DXE driver in one */
	EDIT_TYPE_PAD = 0xf0,
};

/* EFI_FFS_VOLUME_TOP_FILE_GUID (PI 1.8 volume 3, 3.2.1.4): its last byte is that of the volume. */
#define EDIT_VOLUME_TOP_FILE "1BA0062E-C779-4582-8566-336AE8F78F09"

/* One change to the files of a volume. */
struct edit_change {
	enum { EDIT_INSERT, EDIT_REPLACE, EDIT_REMOVE } kind;
	const struct igdrom_firmware_node *volume;
	const struct igdrom_firmware_node *target; /* file; EDIT_INSERT: NULL for the end */
	struct igdrom_bytes file;                  /* owned */
};

struct igdrom_edit {
	const struct igdrom_firmware *firmware;
	unsigned flags;
	const struct igdrom_firmware_node *forced; /* tells that it is the firmware of a board */
	struct edit_change changes[EDIT_MAX_CHANGES];
	size_t count;
};

/* A node that gets other bytes. */
struct edit_part {
	const struct igdrom_firmware_node *node;
	struct igdrom_bytes bytes; /* owned */
};

/* One run of igdrom_edit_save(). Parts are in the order in which they are made: deepest first. */
struct edit_work {
	const struct igdrom_edit *edit;
	struct igdrom_report *report;
	struct edit_part *parts;
	size_t count;
	struct pace pace;
	uint64_t encodable; /* bytes that may still be encoded */
};

/* The bytes of a node as they are to be. */
struct igdrom_bytes edit_bytes_of(const struct edit_work *work,
				  const struct igdrom_firmware_node *node);
/* Frees the parts right below a node, which has its bytes now. */
void edit_drop_children(struct edit_work *work, const struct igdrom_firmware_node *node);

/* A volume with the changes to its files, and with files inside it that have other bytes (layout.c). */
enum igdrom_status edit_lay_out(const struct edit_work *work,
				const struct igdrom_firmware_node *volume,
				struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/* A file or a section around sections that have other bytes, or an image of these alone (enclose.c). */
enum igdrom_status edit_enclose(struct edit_work *work, const struct igdrom_firmware_node *node,
				struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/* Appends bytes encoded by the method and the settings of a section that is there, having made sure
 * that they come back when they are decoded (encode.c). */
enum igdrom_status edit_encode(const struct igdrom_firmware_node *section, struct igdrom_bytes data,
			       const struct pace *pace, struct build *b) IGDROM_MUST_CHECK;

/* Whether a node belongs to an image. */
bool edit_is_in(const struct igdrom_firmware_node *node, const struct igdrom_firmware *firmware);

/* Whether the file system of a volume is one whose files are known: of others nobody knows what their
 * bytes mean, and what was found in them stays where it is. */
bool edit_has_files(const struct igdrom_firmware_node *volume);

/* Whether nothing forbids a change to a volume; if something does it is reported (allow.c). */
bool edit_is_allowed(struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
		     struct igdrom_report *report);
/* Whether all from a node up to another above it can be written again, and nothing is signed; what
 * forbids it is reported. */
bool edit_is_open(const struct igdrom_firmware_node *node, const struct igdrom_firmware_node *end,
		  struct igdrom_report *report);
/* What changes for those who use the image that was made. */
void edit_say_consequences(const struct igdrom_edit *edit, struct igdrom_report *report);

/* Whether an image starts a machine and nothing in it is known to be made for virtual ones
 * (around.c). */
bool edit_is_board(const struct igdrom_firmware *firmware);
/* Whether what is around a change can be written again; if not, *code says why. */
bool edit_is_sound(const struct igdrom_firmware_node *node, enum finding_code *code);

/* Whether the file of a change can be put into its volume (check.c): IGDROM_E_CORRUPT,
 * IGDROM_E_REFUSED, both reported. */
enum igdrom_status edit_check_file(const struct edit_change *change, const void *data, size_t size,
				   struct igdrom_report *report) IGDROM_MUST_CHECK;
/* Whether firmware starts without a file; if not it is reported. */
bool edit_can_miss(const struct igdrom_firmware_node *file, struct igdrom_report *report);
/* Says so when a file is started before others that may need it, and goes. */
void edit_warn_of_apriori(const struct igdrom_firmware_node *target, struct igdrom_report *report);

/* What code some bytes are, and for which machine (code.c). */
struct edit_code {
	enum { EDIT_CODE_NONE, EDIT_CODE_PE, EDIT_CODE_TE } form;
	uint16_t machine, subsystem;
};
struct edit_code edit_code_of(const void *data, size_t size);
/* Whether the DXE core of a volume can start code for a machine; whether it can start a file. If not
 * it is reported. */
bool edit_machine_fits(const struct igdrom_firmware_node *volume, uint16_t machine,
		       struct igdrom_report *report);
bool edit_code_fits(const struct igdrom_firmware_node *volume, const void *file, size_t size,
		    struct igdrom_report *report);

/* What the header of a file is for a volume of this kind: size, sums, the state in its polarity. */
void edit_seal_file(uint8_t *file, size_t size, size_t header_size,
		    const struct fw_volume_header *volume);

/*
 * The same for a file that had another size (0: it is new), and with the header that its size needs.
 * IGDROM_E_LIMIT: the file system has no files that large.
 */
enum igdrom_status edit_finish_file(size_t old_size, size_t header_size,
				    const struct fw_volume_header *volume,
				    struct build *b) IGDROM_MUST_CHECK;

/* Sizes and sums in the header of a section like node, of which b is all. decoded: what a COMPRESSION
 * section decodes to. */
enum igdrom_status edit_seal_section(const struct igdrom_firmware_node *node, size_t decoded,
				     struct build *b) IGDROM_MUST_CHECK;

/* Bytes behind the data of a file, which revision 1 of the file system has. */
size_t edit_tail_size(const uint8_t *file, const struct fw_volume_header *volume);

/* Whether files may have 16 MiB and more. */
bool edit_is_ffs3(const struct fw_volume_header *volume);

#endif
