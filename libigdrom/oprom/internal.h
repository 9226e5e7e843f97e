/* SPDX-License-Identifier: BSD-2-Clause */
/* Wire records of an option ROM and the object made from them. */
#ifndef IGDROM_OPROM_INTERNAL_H
#define IGDROM_OPROM_INTERNAL_H

#include "core/builder.h"
#include "core/cursor.h"
#include "core/digest.h"
#include "oprom/oprom.h"

#define OPROM_HEADER_SIZE    0x1a                 /* PCI Firmware 3.x 5.1.1 */
#define OPROM_PCIR_SIZE      0x18                 /* PCI 2.3: what every structure has */
#define OPROM_PCIR3_SIZE     0x1c                 /* PCI Firmware 3.x 5.1.2 */
#define OPROM_PCIR_SIGNATURE UINT32_C(0x52494350) /* "PCIR" */
/* Fields that are patched or that findings point at: in the EFI header, and from PCIR on. */
#define OPROM_EFI_COMPRESSION_AT 0x0c
#define OPROM_PCIR_POINTER_AT    0x18
#define OPROM_PCIR_LENGTH_AT     0x10
#define OPROM_PCIR_INDICATOR_AT  0x15
/* OVMF takes a ROM BAR of 2 KiB for none (EDK2 PciOptionRomSupport.c, GetOpRomInfo). */
#define OPROM_IGNORED_BYTES 2048
/* Most that the compressed images of one ROM may hold together; EfiRom stops at 16 MiB plain. */
#define OPROM_MAX_EXPANDED (UINT64_C(32) << 20)

/* Expansion ROM header: bytes 02h..17h belong to the architecture. */
struct oprom_header {
	uint16_t signature;
	uint8_t unique[22];
	uint16_t pcir_offset;
};

/* The same bytes for PC-AT code (PCI Firmware 3.x 5.2.1). */
struct oprom_legacy_header {
	uint16_t signature;
	uint8_t init_size; /* units */
	uint8_t entry[3];
	uint8_t reserved[18];
	uint16_t pcir_offset;
};

/* The same bytes for an EFI image (UEFI 2.10 14.4.2, table 14.13). */
struct oprom_efi_header {
	uint16_t signature;
	uint16_t init_size; /* units */
	uint32_t efi_signature;
	uint16_t subsystem;
	uint16_t machine;
	uint16_t compression;
	uint8_t reserved[8];
	uint16_t image_offset;
	uint16_t pcir_offset;
};

struct oprom_pcir {
	uint32_t signature;
	uint16_t vendor_id;
	uint16_t device_id;
	uint16_t device_list; /* offset from PCIR; in PCI 2.3 that of the vital product data */
	uint16_t length;
	uint8_t revision;
	uint32_t class_code;
	uint16_t image_length; /* units */
	uint16_t code_revision;
	uint8_t code_type;
	uint8_t indicator;
	uint16_t max_runtime_length; /* units; reserved in PCI 2.3 */
};

/* What PCI 3.0 added at the end. */
struct oprom_pcir_tail {
	uint16_t config_utility_header;
	uint16_t dmtf_clp_entry;
};

enum oprom_layout {
	OPROM_LAYOUT_OTHER,
	OPROM_LAYOUT_LEGACY,
	OPROM_LAYOUT_EFI,
};

struct igdrom_rom_image {
	size_t at;
	size_t size;         /* as far as the file goes */
	const uint8_t *data; /* size bytes, in the ROM */
	struct oprom_header header;
	enum oprom_layout layout; /* which of the two holds as well */
	struct oprom_legacy_header legacy;
	struct oprom_efi_header efi;
	bool has_pcir; /* false: a legacy ROM for the ISA bus */
	bool has_pcir_tail;
	struct oprom_pcir pcir;
	struct oprom_pcir_tail pcir_tail;
	uint16_t *device_ids;
	size_t device_count;
	bool device_list_terminated;
	enum igdrom_status payload_status;
	struct igdrom_bytes payload;
	size_t stored_size; /* what firmware has to load of it, as it lies in the image */
	bool expanded;      /* the payload is owned, not part of data */
	char payload_sha256[DIGEST_SHA256_HEX];
};

struct igdrom_rom {
	uint8_t *data;
	size_t size;
	char sha256[DIGEST_SHA256_HEX];
	struct igdrom_rom_image *images;
	size_t image_count;
	struct igdrom_manifest *manifest;
};

enum igdrom_status oprom_decode_header(struct cur *c, struct oprom_header *out);
enum igdrom_status oprom_decode_legacy_header(struct cur *c, struct oprom_legacy_header *out);
enum igdrom_status oprom_decode_efi_header(struct cur *c, struct oprom_efi_header *out);
enum igdrom_status oprom_decode_pcir(struct cur *c, struct oprom_pcir *out);
enum igdrom_status oprom_decode_pcir_tail(struct cur *c, struct oprom_pcir_tail *out);

void oprom_encode_header(struct build *b, const struct oprom_header *h);
void oprom_encode_legacy_header(struct build *b, const struct oprom_legacy_header *h);
void oprom_encode_efi_header(struct build *b, const struct oprom_efi_header *h);
void oprom_encode_pcir(struct build *b, const struct oprom_pcir *p);
void oprom_encode_pcir_tail(struct build *b, const struct oprom_pcir_tail *t);

/*
 * Header and PCIR of the image at offset `at`. IGDROM_E_NOT_RECOGNIZED: no AA55h there;
 * IGDROM_E_TRUNCATED: one of the two goes past the end; IGDROM_E_CORRUPT: no PCIR where it should be
 * (*header is valid).
 */
enum igdrom_status oprom_probe(const struct cur *rom, size_t at, struct oprom_header *header,
			       struct oprom_pcir *pcir) IGDROM_MUST_CHECK;

/* Sum of all bytes modulo 256. */
uint8_t oprom_sum8(const uint8_t *data, size_t size);

/* Makes the bytes of a legacy image (as many as its header says) add up to 0. */
void oprom_fix_checksum(uint8_t *data, size_t size);

/* Length as the header says; EFI images give it twice, legacy ones in a byte. 0: it does not say. */
size_t oprom_init_size(const struct igdrom_rom_image *image);

/* What decompression may yield in one ROM. */
uint64_t oprom_expansion_budget(const struct igdrom_limits *limits);

/* Finds the payload of an image; *budget is what decompression may still yield in this ROM. */
enum igdrom_status oprom_load_payload(struct igdrom_rom_image *image,
				      uint64_t *budget) IGDROM_MUST_CHECK;

/* Offset in a legacy image of another one that its length hides; 0 when there is none. */
size_t oprom_hidden_image(const struct igdrom_rom_image *image);

/* Offset of what starts like a further image behind the last one, but is none; 0 when there is none. */
size_t oprom_unreadable_next(const struct igdrom_rom *rom);

/* Looks for a manifest among the data images; none is no error. */
enum igdrom_status oprom_load_manifest(struct igdrom_rom *rom) IGDROM_MUST_CHECK;
void oprom_free_manifest(struct igdrom_manifest *manifest);

#endif
