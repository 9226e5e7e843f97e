/* SPDX-License-Identifier: BSD-2-Clause */
/* A firmware image, and the GOP drivers in it. */
#include "firmware.h"

#include <stdlib.h>

#define SECTION_PE32 0x10

static enum igdrom_status add_gop(struct found *found, const struct igdrom_firmware_node *node)
{
	struct igdrom_bytes bytes = igdrom_firmware_node_body(node);
	struct found_gop *grown;
	struct igdrom_gop *gop;
	enum igdrom_status status = igdrom_gop_identify(bytes.data, bytes.size, NULL, &gop);

	if (status == IGDROM_E_NOMEM)
		return status;
	if (status != IGDROM_OK)
		return IGDROM_OK;
	grown = realloc(found->gops, (found->gop_count + 1) * sizeof(*grown));
	if (!grown) {
		igdrom_gop_free(gop);
		return IGDROM_E_NOMEM;
	}
	found->gops = grown;
	found->gops[found->gop_count++] = (struct found_gop){.gop = gop, .node = node};
	return IGDROM_OK;
}

int find_in_firmware(struct call *call, const char *path, struct found *out)
{
	const struct igdrom_firmware_node *node;
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	*out = (struct found){0};
	if (code != EXIT_YES)
		return code;
	status = igdrom_firmware_open(bytes.data, bytes.size, NULL, call->report, &out->firmware);
	igdrom_bytes_free(&bytes);
	node = igdrom_firmware_root(out->firmware);
	for (; node && status == IGDROM_OK; node = igdrom_firmware_node_walk(node)) {
		if (igdrom_firmware_node_kind(node) == IGDROM_NODE_SECTION &&
		    igdrom_firmware_node_type_number(node) == SECTION_PE32)
			status = add_gop(out, node);
	}
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

void found_free(struct found *found)
{
	for (size_t i = 0; i < found->gop_count; i++)
		igdrom_gop_free(found->gops[i].gop);
	free(found->gops);
	igdrom_firmware_free(found->firmware);
}
