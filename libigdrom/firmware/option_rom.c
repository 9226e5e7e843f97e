/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI option ROMs: where one is; what is in it is read by oprom/. */
#include "firmware/containers.h"
#include "oprom/oprom.h"

bool fw_is_option_rom(struct cur c)
{
	return oprom_extent(c.p, c.left) != 0;
}

enum igdrom_status fw_read_option_rom(struct fw *fw, struct igdrom_firmware_node *parent,
				      struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct igdrom_firmware_node *node;
	size_t size = oprom_extent(c.p, c.left);

	if (size == 0)
		return fw_later(fw, parent, fw_read_raw_area, span);
	return fw_add(fw, parent, IGDROM_NODE_OPTION_ROM, fw_sub(span, 0, size), 0, &node);
}
