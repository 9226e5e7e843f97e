/* SPDX-License-Identifier: BSD-2-Clause */
#include "edit/edit.h"

#include "compress/lzma.h"
#include "compress/uefi.h"
#include "firmware/codec.h"

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

static const struct method {
	const char *name; /* igdrom_firmware_node_compression() */
	compressor *encode;
	decompressor *decode;
} methods[] = {
	{"LZMA", lzma_alone_compress, lzma_alone_decompress},
	{"LZMAF86", lzma_x86_compress, lzma_x86_decompress},
	{"Tiano", compress_tiano, decompress_tiano},
	{"EFI 1.1", compress_efi11, decompress_efi11},
};

enum igdrom_status edit_encode(const struct igdrom_firmware_node *section, struct igdrom_bytes data,
			       const struct pace *pace, struct igdrom_bytes *out)
{
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
	status = method->encode(data, igdrom_firmware_node_body(section), pace, out);
	if (status != IGDROM_OK)
		return status;
	status = method->decode(out->data, out->size, data.size, NULL, &again);
	if (status == IGDROM_OK && (again.size != data.size ||
				    (data.size && memcmp(again.data, data.data, data.size) != 0)))
		status = IGDROM_E_INTERNAL;
	igdrom_bytes_free(&again);
	if (status != IGDROM_OK)
		igdrom_bytes_free(out);
	return status;
}
