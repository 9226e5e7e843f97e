/* SPDX-License-Identifier: BSD-2-Clause */
/* Text to id, id to row, GGC to a size: the first two bytes are GGC, the rest is the text. */
#include "fuzz/fuzz.h"

#include <igdrom/device.h>

#include <string.h>

#define GGC_SIZE 2

static void check_size(const struct igdrom_device *device, uint16_t ggc)
{
	uint64_t size = 1;
	enum igdrom_status status = igdrom_device_stolen_size(device, ggc, &size);

	/* 2 GiB is the largest encoding of any family. */
	FUZZ_CHECK(status == IGDROM_OK ? size <= UINT64_C(2) << 30 : size == 0);
	FUZZ_CHECK(size % (UINT64_C(4) << 20) == 0);
}

static void check_id(uint16_t id, uint16_t ggc)
{
	const struct igdrom_device *device;
	uint16_t again = 0;
	char text[16];

	snprintf(text, sizeof(text), "8086:%04X", id);
	FUZZ_CHECK(igdrom_device_parse_id(text, &again) == IGDROM_OK && again == id);
	if (igdrom_device_lookup(id, &device) != IGDROM_OK) {
		FUZZ_CHECK(!device);
		return;
	}
	FUZZ_CHECK(igdrom_device_id(device) == id);
	check_size(device, ggc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint16_t id = 0;
	char *text;

	if (size < GGC_SIZE)
		return 0;
	text = malloc(size - GGC_SIZE + 1);
	FUZZ_CHECK(text);
	memcpy(text, data + GGC_SIZE, size - GGC_SIZE);
	text[size - GGC_SIZE] = '\0';
	if (igdrom_device_parse_id(text, &id) == IGDROM_OK)
		check_id(id, (uint16_t)(data[0] | data[1] << 8));
	else
		FUZZ_CHECK(id == 0);
	free(text);
	return 0;
}
