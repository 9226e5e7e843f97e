/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/image_writer.h"

#include "unit/unit.h"

const uint8_t writer_ffs1[16] = {0xd9, 0x54, 0x93, 0x7a, 0x68, 0x04, 0x4a, 0x44,
				 0x81, 0xce, 0x0b, 0xf6, 0x17, 0xd8, 0x90, 0xdf};
const uint8_t writer_ffs2[16] = {0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f,
				 0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3};
const uint8_t writer_ffs3[16] = {0x7a, 0xc0, 0x73, 0x54, 0xcb, 0x3d, 0xca, 0x4d,
				 0xbd, 0x6f, 0x1e, 0x96, 0x89, 0xe7, 0x34, 0x9a};
const uint8_t writer_nvram[16] = {0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c,
				  0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50};
const uint8_t writer_crc32[16] = {0xb0, 0xcd, 0x1b, 0xfc, 0x31, 0x7d, 0xaa, 0x49,
				  0x93, 0x6a, 0xa4, 0x60, 0x0d, 0x9d, 0xd0, 0x83};
const uint8_t writer_lzma[16] = {0x98, 0x58, 0x4e, 0xee, 0x14, 0x39, 0x59, 0x42,
				 0x9d, 0x6e, 0xdc, 0x7b, 0xd7, 0x94, 0x03, 0xcf};
const uint8_t writer_tiano[16] = {0xad, 0x80, 0x12, 0xa3, 0x1e, 0x48, 0xb6, 0x41,
				  0x95, 0xe8, 0x12, 0x7f, 0x4c, 0x98, 0x47, 0x79};

void blob_put(struct blob *b, const void *data, size_t size)
{
	b->data = realloc(b->data, b->size + size + 1);
	assert_non_null(b->data);
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
}

void blob_text(struct blob *b, const char *text)
{
	blob_put(b, text, strlen(text));
}

void blob_fill(struct blob *b, size_t count, uint8_t value)
{
	b->data = realloc(b->data, b->size + count + 1);
	assert_non_null(b->data);
	memset(b->data + b->size, value, count);
	b->size += count;
}

void blob_align(struct blob *b, size_t align, uint8_t value)
{
	blob_fill(b, (align - b->size % align) % align, value);
}

void blob_number(struct blob *b, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		blob_put(b, &byte, 1);
	}
}

void blob_free(struct blob *b)
{
	free(b->data);
	*b = (struct blob){0};
}

static void put_body(struct blob *out, struct blob *body)
{
	blob_put(out, body->data, body->size);
	blob_free(body);
}

static void put_section_head(struct blob *out, uint8_t type, size_t size)
{
	blob_align(out, 4, 0);
	blob_number(out, size, 3);
	blob_number(out, type, 1);
}

void put_section(struct blob *out, uint8_t type, struct blob *body)
{
	put_section_head(out, type, 4 + body->size);
	put_body(out, body);
}

void put_section_text(struct blob *out, uint8_t type, const char *text)
{
	struct blob body = {0};

	blob_text(&body, text);
	put_section(out, type, &body);
}

void put_ui(struct blob *out, const char *name)
{
	struct blob body = {0};

	for (const char *p = name; *p; p++)
		blob_number(&body, (uint8_t)*p, 2);
	blob_number(&body, 0, 2);
	put_section(out, 0x15, &body);
}

void put_compressed(struct blob *out, uint8_t method, uint32_t declared, struct blob *body)
{
	put_section_head(out, 0x01, 9 + body->size);
	blob_number(out, declared, 4);
	blob_number(out, method, 1);
	put_body(out, body);
}

void put_guided(struct blob *out, const uint8_t guid[16], uint16_t attributes, struct blob *head,
		struct blob *body)
{
	size_t offset = 24 + (head ? head->size : 0);

	put_section_head(out, 0x02, offset + body->size);
	blob_put(out, guid, 16);
	blob_number(out, offset, 2);
	blob_number(out, attributes, 2);
	if (head)
		put_body(out, head);
	put_body(out, body);
}

void put_file(struct blob *out, uint8_t id, uint8_t type, struct blob *body)
{
	size_t at, size = 24 + body->size;
	uint8_t sum = 0;

	blob_align(out, 8, 0xff);
	at = out->size;
	blob_fill(out, 16, id);
	blob_number(out, 0, 2);
	blob_number(out, type, 1);
	blob_number(out, 0, 1); /* attributes: the data has no checksum of its own */
	blob_number(out, size, 3);
	blob_number(out, 0, 1);
	for (size_t i = at; i < out->size; i++)
		sum = (uint8_t)(sum + out->data[i]);
	out->data[at + 16] = (uint8_t)-sum;
	out->data[at + 17] = 0xaa;
	out->data[at + 23] = 0xf8; /* state: header and data valid, bits inverted */
	put_body(out, body);
}

void put_volume(struct blob *out, const uint8_t file_system[16], size_t size, struct blob *files)
{
	size_t at = out->size;
	uint16_t sum = 0;

	blob_fill(out, 16, 0);
	blob_put(out, file_system, 16);
	blob_number(out, size, 8);
	blob_text(out, "_FVH");
	blob_number(out, 0x0004feff, 4);
	blob_number(out, 72, 2);
	blob_number(out, 0, 2);
	blob_number(out, 0, 2);
	blob_number(out, 0, 1);
	blob_number(out, 2, 1);
	blob_number(out, size / 8, 4);
	blob_number(out, 8, 4);
	blob_number(out, 0, 8);
	for (size_t i = at; i < out->size; i += 2)
		sum = (uint16_t)(sum + out->data[i] + out->data[i + 1] * 256);
	out->data[at + 50] = (uint8_t)-sum;
	out->data[at + 51] = (uint8_t)((uint16_t)-sum >> 8);
	put_body(out, files);
	assert_true(out->size - at <= size);
	blob_fill(out, size - (out->size - at), 0xff);
}
