/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes firmware volumes, files and sections for the tests, byte by byte after the PI
 * specification 1.8, volume 3; shares no code with firmware/. */
#ifndef IGDROM_TESTS_IMAGE_WRITER_H
#define IGDROM_TESTS_IMAGE_WRITER_H

#include <stddef.h>
#include <stdint.h>

struct blob {
	uint8_t *data;
	size_t size;
};

void blob_put(struct blob *b, const void *data, size_t size);
void blob_text(struct blob *b, const char *text);
void blob_fill(struct blob *b, size_t count, uint8_t value);
void blob_align(struct blob *b, size_t align, uint8_t value);
void blob_number(struct blob *b, uint64_t value, size_t bytes);
void blob_free(struct blob *b);

extern const uint8_t writer_ffs1[16], writer_ffs2[16], writer_ffs3[16], writer_nvram[16];
extern const uint8_t writer_crc32[16], writer_lzma[16], writer_tiano[16];

/* Each starts where its alignment wants it and empties the body, so that calls nest. */
void put_section(struct blob *out, uint8_t type, struct blob *body);
void put_section_text(struct blob *out, uint8_t type, const char *text);
void put_ui(struct blob *out, const char *name);
void put_compressed(struct blob *out, uint8_t method, uint32_t declared, struct blob *body);
/* head: what stands between the GUIDed header and the data. */
void put_guided(struct blob *out, const uint8_t guid[16], uint16_t attributes, struct blob *head,
		struct blob *body);
/* The GUID is sixteen times id. */
void put_file(struct blob *out, uint8_t id, uint8_t type, struct blob *body);
/* Volume of `size` bytes: a header of 72 bytes, the files, FFh. */
void put_volume(struct blob *out, const uint8_t file_system[16], size_t size, struct blob *files);

#endif
