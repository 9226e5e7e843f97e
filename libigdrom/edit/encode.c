/* SPDX-License-Identifier: BSD-2-Clause */
#include "edit/edit.h"

#include "compress/brotli.h"
#include "compress/lzma.h"
#include "compress/uefi.h"
#include "compress/zlib.h"

#include <string.h>

static enum igdrom_status compress_tiano(struct igdrom_bytes data, struct igdrom_bytes like,
					 const struct pace *pace, struct igdrom_bytes *out)
{
	(void)like;
	return uefi_compress_paced(UEFI_TIANO, data.data, data.size, pace, out);
}

static enum igdrom_status compress_efi11(struct igdrom_bytes data, struct igdrom_bytes like,
					 const struct pace *pace, struct igdrom_bytes *out)
{
	(void)like;
	return uefi_compress_paced(UEFI_EFI11, data.data, data.size, pace, out);
}

static enum igdrom_status decompress_tiano(const void *data, size_t size, size_t max_out,
					   size_t *used, struct igdrom_bytes *out)
{
	return uefi_decompress(UEFI_TIANO, data, size, max_out, used, out);
}

static enum igdrom_status decompress_efi11(const void *data, size_t size, size_t max_out,
					   size_t *used, struct igdrom_bytes *out)
{
	return uefi_decompress(UEFI_EFI11, data, size, max_out, used, out);
}

/* What stands between the header of a section and the stream. */
struct front {
	size_t size;
	size_t sized_at; /* where in it a size of 32 bits stands */
	enum { NO_SIZE, STREAM_SIZE, DECODED_SIZE, SECTION_SIZE } sized;
};
/* False: it holds something that is not known here. */
typedef bool front_reader(const struct igdrom_firmware_node *section, struct front *out);

#define LEGACY_FRONT 4

/* Nobody has said which size it is. */
static bool read_legacy_front(const struct igdrom_firmware_node *section, struct front *out)
{
	struct igdrom_bytes body = igdrom_firmware_node_body(section);
	struct cur c = cur_from(body.data, body.size, 0);
	uint32_t size = cur_u32le(&c);

	*out = (struct front){.size = LEGACY_FRONT};
	if (c.err != IGDROM_OK)
		return false;
	if (size == section->decoded->size)
		out->sized = DECODED_SIZE;
	else if (size == c.left)
		out->sized = STREAM_SIZE;
	else if (size == section->size)
		out->sized = SECTION_SIZE;
	return out->sized != NO_SIZE;
}

/* EFI_AMD_ZLIB_SECTION_HEADER, as LongSoft/UEFITool:common/ffs.h has it. */
#define AMD_FRONT   0x100
#define AMD_SIZE_AT 0x14
#define AMD_REST_AT 0x18

/* A stream never starts with a zero; AMD's header does. */
static bool read_amd_front(const struct igdrom_firmware_node *section, struct front *out)
{
	struct igdrom_bytes body = igdrom_firmware_node_body(section);

	*out = (struct front){0};
	if (body.size && body.data[0] != 0)
		return true;
	*out = (struct front){
		.size = AMD_FRONT,
		.sized_at = AMD_SIZE_AT,
		.sized = STREAM_SIZE,
	};
	return body.size >= AMD_FRONT && fw_is_filled(body.data, AMD_SIZE_AT, 0) &&
	       fw_is_filled(body.data + AMD_REST_AT, AMD_FRONT - AMD_REST_AT, 0);
}

static const struct method {
	const char *name; /* igdrom_firmware_node_compression() */
	compressor *encode;
	decompressor *decode;
	front_reader *front;
} methods[] = {
	{"LZMA", lzma_alone_compress, lzma_alone_decompress, NULL},
	{"LZMA (Intel legacy)", lzma_alone_compress, lzma_alone_decompress, read_legacy_front},
	{"LZMAF86", lzma_x86_compress, lzma_x86_decompress, NULL},
	{"Tiano", compress_tiano, decompress_tiano, NULL},
	{"EFI 1.1", compress_efi11, decompress_efi11, NULL},
	{"GZIP", gzip_compress, gzip_decompress, NULL},
	{"zlib", zlib_compress, zlib_decompress, read_amd_front},
	{"Brotli", brotli_edk2_compress, brotli_edk2_decompress, NULL},
};

static const struct method *method_of(const struct igdrom_firmware_node *section)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (section->compression && strcmp(section->compression, methods[i].name) == 0)
			return &methods[i];
	}
	return NULL;
}

/* The front as it was, with the size that changes. */
static void put_front(const struct igdrom_firmware_node *section, const struct front *front,
		      size_t stream, size_t decoded, struct build *b)
{
	size_t start = b->size, size = 0;

	build_bytes(b, igdrom_firmware_node_body(section).data, front->size);
	if (front->sized == STREAM_SIZE)
		size = stream;
	else if (front->sized == DECODED_SIZE)
		size = decoded;
	else if (front->sized == SECTION_SIZE)
		size = section->header_size + front->size + stream;
	if (front->sized != NO_SIZE)
		build_patch_u32le(b, start + front->sized_at, (uint32_t)size);
}

static enum igdrom_status check(const struct method *method, struct igdrom_bytes stream,
				struct igdrom_bytes data)
{
	struct igdrom_bytes again;
	enum igdrom_status status =
		method->decode(stream.data, stream.size, data.size, NULL, &again);

	if (status == IGDROM_OK && (again.size != data.size ||
				    (data.size && memcmp(again.data, data.data, data.size) != 0)))
		status = IGDROM_E_INTERNAL;
	igdrom_bytes_free(&again);
	return status;
}

enum igdrom_status edit_encode(const struct igdrom_firmware_node *section, struct igdrom_bytes data,
			       const struct pace *pace, struct build *b)
{
	const struct method *method = method_of(section);
	struct igdrom_bytes like = igdrom_firmware_node_body(section), stream;
	struct front front = {0};
	enum igdrom_status status;

	if (!method || (method->front && !method->front(section, &front)))
		return IGDROM_E_UNSUPPORTED;
	if (front.size)
		like = (struct igdrom_bytes){like.data + front.size, like.size - front.size};
	status = method->encode(data, like, pace, &stream);
	if (status == IGDROM_OK)
		status = check(method, stream, data);
	if (status == IGDROM_OK) {
		put_front(section, &front, stream.size, data.size, b);
		build_bytes(b, stream.data, stream.size);
		status = b->err;
	}
	igdrom_bytes_free(&stream);
	return status;
}
