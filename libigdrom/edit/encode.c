/* SPDX-License-Identifier: BSD-2-Clause */
#include "edit/edit.h"

#include "compress/lzma.h"
#include "compress/uefi.h"
#include "firmware/codec.h"

#include <string.h>

typedef enum igdrom_status encoder(const void *data, size_t size, const void *like,
				   size_t like_size, struct igdrom_bytes *out);
typedef enum igdrom_status decoder(const void *data, size_t size, size_t max_out, size_t *used,
				   struct igdrom_bytes *out);

static enum igdrom_status compress_tiano(const void *data, size_t size, const void *like,
					 size_t like_size, struct igdrom_bytes *out)
{
	(void)like;
	(void)like_size;
	return uefi_compress(UEFI_TIANO, data, size, out);
}

static enum igdrom_status compress_efi11(const void *data, size_t size, const void *like,
					 size_t like_size, struct igdrom_bytes *out)
{
	(void)like;
	(void)like_size;
	return uefi_compress(UEFI_EFI11, data, size, out);
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

static const struct method {
	const char *name; /* igdrom_firmware_node_compression() */
	encoder *encode;
	decoder *decode;
} methods[] = {
	{"LZMA", lzma_alone_compress, lzma_alone_decompress},
	{"LZMAF86", lzma_x86_compress, lzma_x86_decompress},
	{"Tiano", compress_tiano, decompress_tiano},
	{"EFI 1.1", compress_efi11, decompress_efi11},
};

enum igdrom_status edit_encode(const struct igdrom_firmware_node *section, const void *data,
			       size_t size, struct igdrom_bytes *out)
{
	struct igdrom_bytes like = igdrom_firmware_node_body(section);
	const struct method *method = NULL;
	struct igdrom_bytes again;
	enum igdrom_status status;

	*out = (struct igdrom_bytes){0};
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (section->compression && strcmp(section->compression, methods[i].name) == 0)
			method = &methods[i];
	}
	if (!method)
		return IGDROM_E_UNSUPPORTED;
	status = method->encode(data, size, like.data, like.size, out);
	if (status != IGDROM_OK)
		return status;
	status = method->decode(out->data, out->size, size, NULL, &again);
	if (status == IGDROM_OK && (again.size != size || memcmp(again.data, data, size) != 0))
		status = IGDROM_E_INTERNAL;
	igdrom_bytes_free(&again);
	if (status != IGDROM_OK)
		igdrom_bytes_free(out);
	return status;
}
