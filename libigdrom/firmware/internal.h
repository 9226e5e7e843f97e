/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine that the parsers of the formats share. A stream is a run of bytes with an origin: the
 * input, or what an encoded part decodes to. A node is a part of one stream. A parser adds the node
 * of what it reads at once and queues what lies inside it, so that nodes are in the order of their
 * bytes, nesting costs no stack, and independent encoded parts are decoded at the same time.
 */
#ifndef IGDROM_FIRMWARE_INTERNAL_H
#define IGDROM_FIRMWARE_INTERNAL_H

#include "core/cursor.h"
#include "core/report.h"

#include <igdrom/firmware.h>

#define FW_GUID_SIZE  16
#define FW_GUID_TEXT  37         /* as people write it, ended by 0 */
#define FW_UNDECLARED UINT64_MAX /* nothing says what a part decodes to */

struct fw_stream {
	const uint8_t *data;
	size_t size;
	uint8_t *owned;                            /* NULL: the input */
	const struct igdrom_firmware_node *origin; /* what it was decoded from; NULL: the input */
	uint64_t at; /* offset in the input of byte 0, or of the outermost encoded part */
	bool exact;  /* the input: at + offset is a place in it */
	struct fw_stream *next;
};

struct igdrom_firmware_node {
	struct igdrom_firmware_node *parent, *first, *last, *next;
	const struct fw_stream *stream;
	const struct fw_stream *decoded;  /* NULL: nothing encoded, or not decoded */
	size_t offset, size, header_size; /* in the stream */
	enum igdrom_node_kind kind;
	unsigned type_number;
	unsigned depth;
	bool named;              /* by itself, not by the table of GUIDs */
	const char *type;        /* static or from the arena; never NULL */
	const char *compression; /* static, or NULL */
	const char *guid;        /* arena, or NULL */
	const char *name;        /* static or arena, or NULL */
};

/* One run of a parse. */
struct fw;

/* A part of a stream that is to be looked at; offset and size are inside the stream. */
struct fw_span {
	const struct fw_stream *stream;
	size_t offset, size;
};

/* Reads one span and adds what it finds below parent. Bad bytes are findings; only
 * IGDROM_E_NOMEM and IGDROM_E_CANCELED are returned. */
typedef enum igdrom_status fw_parser(struct fw *fw, struct igdrom_firmware_node *parent,
				     struct fw_span span);

/* A decoder: encoded bytes to new bytes, at most max_out of them. Pure; runs on any thread.
 * Statuses and *out as in compress/decompressor.h. *name is set to the static name of the method
 * that worked, or of the one that failed. */
typedef enum igdrom_status fw_decoder(const uint8_t *data, size_t size, size_t max_out,
				      struct igdrom_bytes *out, const char **name);

/* The bytes of a span as a cursor whose `at` is the offset that findings name. */
struct cur fw_cur(struct fw_span span);
/* The offset in the input that a finding about byte `offset` of the stream names. */
uint64_t fw_at(const struct fw_stream *stream, size_t offset);
/* A part of a span; clipped to it. */
struct fw_span fw_sub(struct fw_span span, size_t offset, size_t size);
/* All of a node; what follows its header; what it decodes to (empty when it does not). */
struct fw_span fw_span_of(const struct igdrom_firmware_node *node);
struct fw_span fw_body_of(const struct igdrom_firmware_node *node);
/* Where findings go; NULL is legal for report_add(). */
struct igdrom_report *fw_report(struct fw *fw);
/* Adds a finding that may come hundreds of times in one image: the first few of each code are
 * kept, the others are counted and make one finding together. */
void fw_note(struct fw *fw, enum finding_code code, uint64_t at,
	     const struct igdrom_finding_arg *args, size_t arg_count);
/* The caps of this run. */
const struct igdrom_limits *fw_limits(const struct fw *fw);

/* How many bytes may still be decoded. */
uint64_t fw_expandable(const struct fw *fw);
/* Tells how far it is; false: the caller wants no more. */
bool fw_go_on(const struct fw *fw);
/* Counts decoding that gave the image nothing. */
void fw_waste(struct fw *fw, uint64_t bytes);

/*
 * Adds a node below parent, behind those that are there. *out is NULL with IGDROM_OK when a limit
 * (nodes, depth) forbids it: the finding is made once and the caller goes on without the node.
 * IGDROM_E_NOMEM.
 */
enum igdrom_status fw_add(struct fw *fw, struct igdrom_firmware_node *parent,
			  enum igdrom_node_kind kind, struct fw_span span, size_t header_size,
			  struct igdrom_firmware_node **out) IGDROM_MUST_CHECK;

/* Gives a node its GUID (as it lies in the file) and, when the table knows it and the node has no
 * name yet, the name that belongs to it. */
enum igdrom_status fw_set_guid(struct fw *fw, struct igdrom_firmware_node *node,
			       const uint8_t guid[FW_GUID_SIZE]) IGDROM_MUST_CHECK;
/* Its name (any bytes, made UTF-8; up to the first NUL). A node that names itself twice keeps the
 * first. */
enum igdrom_status fw_set_name(struct fw *fw, struct igdrom_firmware_node *node, const char *name,
			       size_t size) IGDROM_MUST_CHECK;
enum igdrom_status fw_set_name_ucs2(struct fw *fw, struct igdrom_firmware_node *node,
				    const uint8_t *name, size_t size) IGDROM_MUST_CHECK;
void fw_set_type(struct igdrom_firmware_node *node, unsigned number, const char *name);

/* Queues a span to be read by a parser, children going below node. */
enum igdrom_status fw_later(struct fw *fw, struct igdrom_firmware_node *node, fw_parser *parser,
			    struct fw_span span) IGDROM_MUST_CHECK;
/*
 * Queues the encoded part of a node: what it decodes to becomes the node's decoded stream and is
 * read by the parser. declared: the size that the file gives for it, or FW_UNDECLARED; another size
 * is a finding. A part that does not decode is a finding, and its bytes are searched as they are.
 */
enum igdrom_status fw_decode_later(struct fw *fw, struct igdrom_firmware_node *node,
				   fw_decoder *decoder, fw_parser *parser, struct fw_span encoded,
				   uint64_t declared) IGDROM_MUST_CHECK;
/*
 * Gives a node bytes that were decoded already (a part of an archive): they become its decoded
 * stream, are owned by the image from now on whatever is returned, and are read by the parser.
 * method: static, or NULL. Over the limit they are left out with a finding.
 */
enum igdrom_status fw_attach(struct fw *fw, struct igdrom_firmware_node *node,
			     struct igdrom_bytes *bytes, const char *method,
			     fw_parser *parser) IGDROM_MUST_CHECK;

/* As igdrom_firmware_open(), without a copy: data has to stay until the image is freed. */
enum igdrom_status fw_open_borrowed(const void *data, size_t size,
				    const struct igdrom_limits *limits,
				    struct igdrom_report *report,
				    struct igdrom_firmware **out) IGDROM_MUST_CHECK;

/*
 * The parsers. Each adds one node for what the span starts with (shorter than the span when that
 * ends earlier) and queues what lies in it; what is behind it is the caller's. fw_read_any(),
 * fw_read_raw_area() and fw_read_sections() add as many as there are. fw_read_any() is the one for
 * bytes of which nothing is known.
 */
fw_parser fw_read_any;      /* any.c: a container that starts here, else a search */
fw_parser fw_read_raw_area; /* raw.c: search for what raw.c lists, at any offset; rest is padding */
fw_parser fw_read_volume;   /* volume.c: span starts at a volume header */
fw_parser fw_read_files;    /* file.c: the files of the volume that is the parent */
fw_parser fw_read_file;     /* file.c: one file without a volume */
fw_parser fw_read_sections; /* section.c: a stream of sections */

/* Whether a span starts with such a structure, cheaply; the parser may still find that it lies,
 * and then reads the span as a raw area. */
typedef bool fw_recogniser(struct cur c);
fw_recogniser fw_is_volume;
/* A file or a row of sections by itself, as tools extract them: all of the span has to be it. */
fw_recogniser fw_is_file, fw_are_sections;

/* CRC-32 of IEEE 802.3, as CRC32 sections have it; and the sum of all bytes modulo 256. */
uint32_t fw_crc32(struct fw *fw, const uint8_t *data, size_t size);
uint8_t fw_sum8(const uint8_t *data, size_t size);
/* Whether all bytes are `fill`. */
bool fw_is_filled(const uint8_t *data, size_t size, uint8_t fill);
/* Adds padding below parent for bytes that belong to no structure; with search, bytes that are not
 * all the same are searched. Nothing for an empty span. */
enum igdrom_status fw_add_padding(struct fw *fw, struct igdrom_firmware_node *parent,
				  struct fw_span span, bool search) IGDROM_MUST_CHECK;

/* What a GUID stands for. */
enum fw_guid_kind {
	FW_GUID_OTHER,      /* a name alone */
	FW_GUID_GOP,        /* a file that holds an Intel GOP driver */
	FW_GUID_VBT,        /* a file that holds a VBT */
	FW_GUID_VBIOS,      /* a file that holds a legacy video BIOS, perhaps with a VBT */
	FW_GUID_POLICY,     /* a file that hands a VBT to the GOP driver */
	FW_GUID_ASSIGNMENT, /* a file that prepares the GPU in a virtual machine */
	FW_GUID_GUEST,      /* our UEFI driver */
	FW_GUID_GUEST_ROM,  /* the file that our driver takes GOP drivers and a VBT from */
	FW_GUID_VM,         /* a file that serves what only virtual machines have */
	FW_GUID_FFS1,       /* file systems of volumes */
	FW_GUID_FFS2,
	FW_GUID_FFS3,
	FW_GUID_NVRAM,
	FW_GUID_MICROCODE,
	FW_GUID_TIANO, /* GUIDed sections, by what is done to read them */
	FW_GUID_LZMA,
	FW_GUID_LZMA_X86,
	FW_GUID_GZIP,
	FW_GUID_ZLIB,
	FW_GUID_BROTLI,
	FW_GUID_CRC32,
	FW_GUID_SIGNED,
};

struct fw_known_guid {
	uint8_t guid[FW_GUID_SIZE]; /* as it lies in files */
	enum fw_guid_kind kind;
	const char *name;
};

/* A GUID as people write it, "4B7A5E63-9C1A-...", as it lies in files; false: it is none. */
bool fw_parse_guid(const char *text, uint8_t out[FW_GUID_SIZE]);
/* The other way round. */
void fw_guid_text(const uint8_t guid[FW_GUID_SIZE], char out[FW_GUID_TEXT]);

/* The row of the table for a GUID; NULL when there is none. */
const struct fw_known_guid *fw_known_guid(const uint8_t guid[FW_GUID_SIZE]);

#endif
