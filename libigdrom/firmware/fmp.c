/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contents of a firmware management protocol capsule (UEFI 2.10, 23.3): drivers and payloads,
 * each of which may have an authentication and a payload header in front of the firmware.
 */
#include "firmware/containers.h"

#include <stdlib.h>

#define FMP_MAX_ITEMS            1024
#define CERTIFICATE_REVISION     0x0200
#define CERTIFICATE_TYPE_GUID    0x0ef1 /* WIN_CERT_TYPE_EFI_GUID */
#define CERTIFICATE_LENGTH_AT    8      /* in front of it: the monotonic count */
#define CERTIFICATE_SIZE         24
#define PAYLOAD_HEADER_SIGNATURE UINT32_C(0x3153534d) /* "MSS1" */
#define PAYLOAD_HEADER_SIZE      16

struct items {
	size_t driver_count;
};

/* Bytes in front of the firmware proper in a payload: authentication, then payload header. */
static size_t payload_prefix(const struct cur *payload)
{
	struct fmp_authentication auth;
	struct fmp_payload_header header;
	struct cur c = *payload;
	size_t at = 0;

	if (fw_fmp_decode_authentication(&c, &auth) == IGDROM_OK &&
	    auth.revision == CERTIFICATE_REVISION &&
	    auth.certificate_type == CERTIFICATE_TYPE_GUID && auth.length >= CERTIFICATE_SIZE &&
	    auth.length < payload->left - CERTIFICATE_LENGTH_AT)
		at = CERTIFICATE_LENGTH_AT + auth.length;
	c = cur_tail(payload, at);
	if (fw_fmp_decode_payload_header(&c, &header) == IGDROM_OK &&
	    header.signature == PAYLOAD_HEADER_SIGNATURE &&
	    header.header_size >= PAYLOAD_HEADER_SIZE && header.header_size < payload->left - at)
		at += header.header_size;
	return at;
}

/* Size of the header by its version; 0 for one that is not known. */
static size_t image_header_size(const struct fmp_image_header *header)
{
	switch (header->version) {
	case 1:
		return FMP_IMAGE_HEADER_1_SIZE;
	case 2:
		return FMP_IMAGE_HEADER_2_SIZE;
	case 3:
		return FMP_IMAGE_HEADER_3_SIZE;
	default:
		return 0;
	}
}

static enum igdrom_status read_payload(struct fw *fw, struct igdrom_firmware_node *node,
				       struct fw_span span, size_t *header_size)
{
	struct cur all = fw_cur(span);
	struct cur c = all;
	struct fmp_image_header header;
	enum igdrom_status status;
	size_t begin, size;

	*header_size = 0;
	if (fw_fmp_decode_image_header(&c, &header) != IGDROM_OK)
		return fw_later(fw, node, fw_read_raw_area, span);
	begin = image_header_size(&header);
	size = header.update_image_size;
	if (size > span.size - begin) {
		fw_note(fw, FINDING_FIRMWARE_FMP_CUT, all.at,
			REPORT_ARGS(ARG_U(size), ARG_U(span.size - begin)));
		size = span.size - begin;
	}
	c = cur_sub(&all, begin, size);
	begin += payload_prefix(&c);
	size = c.left - (begin - image_header_size(&header));
	*header_size = begin;
	status = fw_set_guid(fw, node, header.update_image_type_id);
	if (status == IGDROM_OK && size > 0)
		status = fw_later(fw, node, fw_read_any, fw_sub(span, begin, size));
	if (status == IGDROM_OK && begin + size < span.size)
		status = fw_later(fw, node, fw_read_raw_area,
				  fw_sub(span, begin + size, span.size - begin - size));
	return status;
}

static enum igdrom_status read_item(struct fw *fw, struct igdrom_firmware_node *parent,
				    struct fw_span span, const struct fw_part *part, void *context)
{
	const struct items *items = context;
	bool driver = part->index < items->driver_count;
	struct igdrom_firmware_node *node;
	enum igdrom_status status;

	status = fw_add(fw, parent, IGDROM_NODE_ENTRY, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, driver ? "driver" : "payload");
	if (driver)
		return fw_later(fw, node, fw_read_any, span);
	return read_payload(fw, node, span, &node->header_size);
}

static bool is_payload(struct cur c)
{
	size_t size = c.left;
	struct fmp_image_header header;

	return fw_fmp_decode_image_header(&c, &header) == IGDROM_OK &&
	       image_header_size(&header) != 0 && image_header_size(&header) < size;
}

/* Items go from their offset to that of the next. One that is none makes them all doubtful. */
static enum igdrom_status list_items(const struct cur *all, struct cur c, size_t count,
				     const struct items *items, struct fw_part **out)
{
	struct fw_part *parts = calloc(count, sizeof(*parts));
	uint64_t size = all->left;

	*out = parts;
	if (!parts)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < count; i++)
		parts[i] = fw_part(i, cur_u64le(&c), size);
	fw_parts_end_at_next(parts, count);
	fw_parts_settle(parts, count, FMP_HEADER_SIZE + 8 * count, size);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].size == 0 || (parts[i].faults & FW_PART_OVERLAP) != 0)
			return IGDROM_E_CORRUPT;
		if (parts[i].index >= items->driver_count &&
		    !is_payload(cur_sub(all, parts[i].offset, parts[i].size)))
			return IGDROM_E_CORRUPT;
	}
	return IGDROM_OK;
}

enum igdrom_status fw_read_fmp(struct fw *fw, struct igdrom_firmware_node *parent,
			       struct fw_span span)
{
	struct cur all = fw_cur(span);
	struct cur c = all;
	struct fmp_header header;
	struct fw_part *parts = NULL;
	struct items items = {0};
	enum igdrom_status status = IGDROM_E_CORRUPT;
	size_t count = 0;

	if (fw_fmp_decode_header(&c, &header) == IGDROM_OK) {
		items.driver_count = header.embedded_driver_count;
		count = items.driver_count + header.payload_item_count;
	}
	if (count > 0 && count <= FMP_MAX_ITEMS && c.left / 8 >= count)
		status = list_items(&all, c, count, &items, &parts);
	if (status == IGDROM_OK)
		status = fw_read_parts(fw, parent, span, parts, count, FMP_HEADER_SIZE + 8 * count,
				       read_item, &items);
	free(parts);
	if (status != IGDROM_E_CORRUPT)
		return status;
	fw_note(fw, FINDING_FIRMWARE_FMP_ITEMS, all.at, REPORT_ARGS(ARG_U(count)));
	return fw_later(fw, parent, fw_read_raw_area, span);
}
