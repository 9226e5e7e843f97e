/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest: what opens has all its entries and strings inside. The CRC is made right first. */
#include "fuzz/fuzz.h"

#include "igd/crc32.h"
#include "igd/manifest.h"

#include <stdbool.h>
#include <string.h>

static bool is_inside(const struct manifest_view *view, const char *text)
{
	const char *start = (const char *)view->data;

	return text[0] == '\0' || (text >= start && text + strlen(text) < start + view->size);
}

static void use(struct manifest_view *view)
{
	struct manifest_entry_view entry;
	unsigned count = 0;

	FUZZ_CHECK(is_inside(view, view->tool));
	while (manifest_next(view, &entry)) {
		count++;
		FUZZ_CHECK(is_inside(view, entry.name));
		FUZZ_CHECK(is_inside(view, entry.version));
		FUZZ_CHECK(is_inside(view, entry.origin));
		FUZZ_CHECK(entry.devices + (size_t)entry.device_count * 2 <=
			   view->data + view->size);
		FUZZ_CHECK(entry.sha256 + 32 <= view->data + view->size);
	}
	FUZZ_CHECK(count == view->entry_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest_view view;
	uint8_t *copy = calloc(1, size ? size : 1);
	size_t says = size;
	uint32_t crc;

	FUZZ_CHECK(copy);
	if (size)
		memcpy(copy, data, size);
	if (manifest_open(copy, size, &view))
		use(&view);
	if (size >= MANIFEST_HEADER_SIZE) {
		says = copy[8] | (size_t)copy[9] << 8;
		memset(copy + 0x10, 0, 4);
		crc = igd_crc32(0, copy, says < size ? says : size);
		for (size_t i = 0; i < 4; i++)
			copy[0x10 + i] = (uint8_t)(crc >> 8 * i);
		if (manifest_open(copy, size, &view))
			use(&view);
	}
	free(copy);
	return 0;
}
