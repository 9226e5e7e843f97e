/* SPDX-License-Identifier: BSD-2-Clause */
/* Wire records of the containers around firmware volumes, and what their parsers share. */
#ifndef IGDROM_FIRMWARE_CONTAINERS_H
#define IGDROM_FIRMWARE_CONTAINERS_H

#include "core/cursor.h"
#include "firmware/internal.h"

/* Capsules: UEFI 2.10, 8.5.3 (EFI_CAPSULE_HEADER). */
#define CAPSULE_HEADER_SIZE 28

struct capsule_header {
	uint8_t guid[FW_GUID_SIZE];
	uint32_t header_size;
	uint32_t flags;
	uint32_t image_size;
};

/* AMI Aptio: behind the header; offsets from the start of the capsule. */
struct capsule_aptio {
	uint16_t rom_image_offset;
	uint16_t rom_layout_offset;
};

/* EFI_FIRMWARE_MANAGEMENT_CAPSULE_HEADER (UEFI 2.10, 23.3.2); item offsets (u64) follow. */
struct fmp_header {
	uint32_t version;
	uint16_t embedded_driver_count;
	uint16_t payload_item_count;
};
#define FMP_HEADER_SIZE 8

/* EFI_FIRMWARE_MANAGEMENT_CAPSULE_IMAGE_HEADER, as far as version 1 has it. */
struct fmp_image_header {
	uint32_t version;
	uint8_t update_image_type_id[FW_GUID_SIZE];
	uint8_t update_image_index;
	uint8_t reserved[3];
	uint32_t update_image_size;
	uint32_t update_vendor_code_size;
};
#define FMP_IMAGE_HEADER_1_SIZE 32
#define FMP_IMAGE_HEADER_2_SIZE 40 /* and the hardware instance */
#define FMP_IMAGE_HEADER_3_SIZE 48 /* and what the payload has in front */

/* EFI_FIRMWARE_IMAGE_AUTHENTICATION with its WIN_CERTIFICATE_UEFI_GUID (UEFI 2.10, 23.1). */
struct fmp_authentication {
	uint64_t monotonic_count;
	uint32_t length; /* of the certificate, this field included */
	uint16_t revision;
	uint16_t certificate_type;
	uint8_t cert_type[FW_GUID_SIZE];
};

/* FMP_PAYLOAD_HEADER of EDK2's FmpDevicePkg. */
struct fmp_payload_header {
	uint32_t signature;
	uint32_t header_size;
	uint32_t version;
	uint32_t lowest_supported_version;
};

/* The start of an Intel flash descriptor: FLVALSIG and what follows it. */
struct flash_map {
	uint32_t signature;
	uint32_t flmap0;
	uint32_t flmap1;
	uint32_t flmap2;
};

/* Boot partition descriptor table of an IFWI image; entries follow. */
struct bpdt_header {
	uint32_t signature;
	uint16_t entry_count;
	uint8_t version;
	uint8_t redundancy;
	uint32_t checksum;
	uint32_t ifwi_version;
	uint64_t fit_version;
};
#define BPDT_HEADER_SIZE 24

struct bpdt_entry {
	uint16_t type;
	uint16_t flags;
	uint32_t offset;
	uint32_t size;
};
#define BPDT_ENTRY_SIZE 12

/* Code partition directory, in a partition of such an image; entries follow. */
struct cpd_header {
	uint32_t signature;
	uint32_t entry_count;
	uint8_t version;
	uint8_t entry_version;
	uint8_t header_size;
	uint8_t checksum;
	char name[4];
};
#define CPD_HEADER_SIZE 16

struct cpd_entry {
	char name[12];
	uint32_t offset; /* bit 25: Huffman */
	uint32_t size;
	uint32_t reserved;
};
#define CPD_ENTRY_SIZE 24

/* coreboot: commonlib/bsd/cbfs_serialized.h. Big-endian. */
struct cbfs_file {
	char magic[8];
	uint32_t size;
	uint32_t type;
	uint32_t attributes_offset; /* 0: none; in old images a checksum */
	uint32_t offset;            /* of the data, from the start of this header */
};
#define CBFS_FILE_SIZE 24
#define CBFS_ALIGNMENT 64

struct cbfs_attribute {
	uint32_t tag;
	uint32_t size;
};
#define CBFS_ATTRIBUTE_SIZE 8

struct cbfs_compression {
	uint32_t compression;
	uint32_t decompressed_size;
};

struct cbfs_segment {
	uint32_t type;
	uint32_t compression;
	uint32_t offset; /* from the first segment header */
	uint64_t load_address;
	uint32_t size;
	uint32_t memory_size;
};
#define CBFS_SEGMENT_SIZE 28

/* coreboot: commonlib/bsd/fmap_serialized.h. Little-endian; areas follow. */
struct fmap_header {
	char signature[8];
	uint8_t version_major;
	uint8_t version_minor;
	uint64_t base;
	uint32_t size;
	char name[32];
	uint16_t area_count;
};
#define FMAP_HEADER_SIZE 56

struct fmap_area {
	uint32_t offset;
	uint32_t size;
	char name[32];
	uint16_t flags;
};
#define FMAP_AREA_SIZE 42

enum igdrom_status fw_capsule_decode_header(struct cur *c, struct capsule_header *out);
enum igdrom_status fw_capsule_decode_toshiba(struct cur *c, struct capsule_header *out);
enum igdrom_status fw_capsule_decode_aptio(struct cur *c, struct capsule_aptio *out);
enum igdrom_status fw_fmp_decode_header(struct cur *c, struct fmp_header *out);
enum igdrom_status fw_fmp_decode_image_header(struct cur *c, struct fmp_image_header *out);
enum igdrom_status fw_fmp_decode_authentication(struct cur *c, struct fmp_authentication *out);
enum igdrom_status fw_fmp_decode_payload_header(struct cur *c, struct fmp_payload_header *out);
enum igdrom_status fw_flash_decode_map(struct cur *c, struct flash_map *out);
enum igdrom_status fw_bpdt_decode_header(struct cur *c, struct bpdt_header *out);
enum igdrom_status fw_bpdt_decode_entry(struct cur *c, struct bpdt_entry *out);
enum igdrom_status fw_cpd_decode_header(struct cur *c, struct cpd_header *out);
enum igdrom_status fw_cpd_decode_entry(struct cur *c, struct cpd_entry *out);
enum igdrom_status fw_cbfs_decode_file(struct cur *c, struct cbfs_file *out);
enum igdrom_status fw_cbfs_decode_attribute(struct cur *c, struct cbfs_attribute *out);
enum igdrom_status fw_cbfs_decode_compression(struct cur *c, struct cbfs_compression *out);
enum igdrom_status fw_cbfs_decode_segment(struct cur *c, struct cbfs_segment *out);
enum igdrom_status fw_fmap_decode_header(struct cur *c, struct fmap_header *out);
enum igdrom_status fw_fmap_decode_area(struct cur *c, struct fmap_area *out);

/* The containers, and what their parsers need beside those in internal.h. */
fw_recogniser fw_is_capsule, fw_is_flash, fw_is_bpdt, fw_is_cbfs, fw_is_option_rom;
fw_recogniser fw_is_fmap, fw_is_wrapper; /* search; so they are asked last */
fw_parser fw_read_capsule, fw_read_flash, fw_read_bpdt, fw_read_cbfs, fw_read_option_rom,
	fw_read_fmap, fw_read_wrapper;
fw_parser fw_read_fmp; /* the contents of an FMP capsule */

/* What is wrong with a part that a table names. */
enum fw_part_fault {
	FW_PART_OUTSIDE = 1, /* starts behind the end; left out */
	FW_PART_CUT = 2,     /* ends behind the end; shortened */
	FW_PART_OVERLAP = 4, /* starts inside of an earlier part; what is in both belongs to that */
};

/* A part of a span that a table names. */
struct fw_part {
	uint64_t offset; /* in the span */
	uint64_t size;
	uint64_t offset_read; /* as the table says */
	size_t index;         /* in the table */
	unsigned faults;
};

/* A part as the table says. */
struct fw_part fw_part(size_t index, uint64_t offset, uint64_t size);

/*
 * Sorts parts by offset and makes them lie in [from, size) without overlapping; a part of which
 * nothing is left has size 0. So no byte is read twice, whatever a table says.
 */
void fw_parts_settle(struct fw_part *parts, size_t count, uint64_t from, uint64_t size);

/* Sorts parts by offset and lets each end where the next one begins, if not earlier. */
void fw_parts_end_at_next(struct fw_part *parts, size_t count);

/* One part of settled ones, whose node is to be added. */
typedef enum igdrom_status fw_part_reader(struct fw *fw, struct igdrom_firmware_node *parent,
					  struct fw_span span, const struct fw_part *part,
					  void *context);

/*
 * Reads settled parts in order, and as raw areas what lies between and behind them from `from` on.
 */
enum igdrom_status fw_read_parts(struct fw *fw, struct igdrom_firmware_node *parent,
				 struct fw_span span, const struct fw_part *parts, size_t count,
				 uint64_t from, fw_part_reader *reader,
				 void *context) IGDROM_MUST_CHECK;

/* fw_read_any, or the search alone for a part whose beginning belongs to another one. */
fw_parser *fw_part_parser(const struct fw_part *part);

#endif
