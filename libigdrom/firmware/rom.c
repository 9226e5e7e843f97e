/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI option ROMs (PCI Firmware Specification 3.x, 5.1), as far as to know where they end. */
#include "firmware/rom.h"

#include "oprom/oprom.h"

#define PCIR_POINTER_AT 0x18
#define PCIR_SIGNATURE  UINT32_C(0x52494350)
#define PCIR_SIZE       0x18
#define LENGTH_AT       0x10
#define INDICATOR_AT    0x15

/* Bytes of the image that starts at c, as its PCIR says; 0 when there is none. */
static size_t image_size(struct cur c, bool *last)
{
	struct cur start = c, pcir;
	uint16_t signature = cur_u16le(&c);
	uint16_t pointer, units;
	uint8_t indicator;

	c = cur_tail(&start, PCIR_POINTER_AT);
	pointer = cur_u16le(&c);
	pcir = cur_sub(&start, pointer, PCIR_SIZE);
	if (signature != OPROM_SIGNATURE || cur_u32le(&pcir) != PCIR_SIGNATURE)
		return 0;
	pcir = cur_sub(&start, pointer, PCIR_SIZE);
	c = cur_tail(&pcir, LENGTH_AT);
	units = cur_u16le(&c);
	c = cur_tail(&pcir, INDICATOR_AT);
	indicator = cur_u8(&c);
	*last = indicator & OPROM_INDICATOR_LAST;
	return c.err == IGDROM_OK ? (size_t)units * OPROM_UNIT : 0;
}

bool fw_is_option_rom(struct cur c)
{
	bool last;

	return image_size(c, &last) != 0;
}

enum igdrom_status fw_read_option_rom(struct fw *fw, struct igdrom_firmware_node *parent,
				      struct fw_span span)
{
	struct igdrom_firmware_node *node;
	bool last = false;
	size_t end = 0;

	while (!last && end < span.size) {
		size_t size = image_size(fw_cur(fw_sub(span, end, SIZE_MAX)), &last);

		if (size == 0)
			break;
		end = size < span.size - end ? end + size : span.size;
	}
	return fw_add(fw, parent, IGDROM_NODE_OPTION_ROM, fw_sub(span, 0, end), 0, &node);
}
