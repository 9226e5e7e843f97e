/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one way to write bytes: a growing buffer with a sticky error. After a failure only
 * build_finish() (which reports it) and build_free() make sense; everything else does nothing.
 */
#ifndef IGDROM_CORE_BUILDER_H
#define IGDROM_CORE_BUILDER_H

#include <igdrom/status.h>

struct build {
	uint8_t *data;
	size_t size;
	size_t room;
	size_t max; /* more than this is IGDROM_E_LIMIT */
	enum igdrom_status err;
};

struct build build_new(size_t max);
void build_free(struct build *b);

void build_u8(struct build *b, uint8_t v);
void build_u16le(struct build *b, uint16_t v);
void build_u24le(struct build *b, uint32_t v);
void build_u32le(struct build *b, uint32_t v);
void build_u64le(struct build *b, uint64_t v);
void build_bytes(struct build *b, const void *data, size_t size);
void build_fill(struct build *b, size_t count, uint8_t value);
/* Fills up to the next multiple of align, which is not 0. */
void build_pad_to(struct build *b, size_t align, uint8_t value);
/* Appends count zero bytes to be patched later; their offset. */
size_t build_reserve(struct build *b, size_t count);

/* Patching outside what was written is IGDROM_E_INTERNAL. */
void build_patch_u8(struct build *b, size_t at, uint8_t v);
void build_patch_u16le(struct build *b, size_t at, uint16_t v);
void build_patch_u32le(struct build *b, size_t at, uint32_t v);
/* Writes size / unit as 16 bits; not a multiple or too big is IGDROM_E_LIMIT. */
void build_patch_units16(struct build *b, size_t at, size_t size, size_t unit);
/* Sets the byte at `at` so that the bytes of [from, to) add up to 0 modulo 256. */
void build_checksum8(struct build *b, size_t from, size_t to, size_t at);

/* Hands the bytes out (owned by the caller) and empties b; on error frees them. */
enum igdrom_status build_finish(struct build *b, struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
