/* SPDX-License-Identifier: BSD-2-Clause */
/* How a VBT comes into the builder: out of any file that holds one. */
#include "kit/internal.h"

#include <igdrom/open.h>
#include <igdrom/vbt.h>

#include <stdlib.h>
#include <string.h>

static enum igdrom_status copy_vbt(struct igdrom_rom_builder *builder, const struct igdrom_vbt *vbt,
				   const char *name, const char *origin)
{
	struct igdrom_bytes bytes = igdrom_vbt_bytes(vbt);
	struct kit_image image = {.kind = IGDROM_MANIFEST_VBT};

	image.data = malloc(bytes.size);
	image.name = kit_text(name);
	image.version = kit_text(igdrom_vbt_signature(vbt));
	image.origin = kit_text(origin);
	if (!image.data || !image.name || !image.version || !image.origin) {
		kit_image_clear(&image);
		return IGDROM_E_NOMEM;
	}
	memcpy(image.data, bytes.data, bytes.size);
	image.size = bytes.size;
	return kit_append(builder, &image);
}

static enum igdrom_status take_vbt(struct igdrom_rom_builder *builder,
				   const struct igdrom_contents *contents, const char *name,
				   const char *origin, struct igdrom_report *report)
{
	enum igdrom_status status;
	size_t index;

	status = igdrom_contents_choose_vbt(contents, builder->target, report, &index);
	if (status == IGDROM_E_NOT_FOUND) {
		report_add(
			report, FINDING_BUILD_VBT_NONE, IGDROM_NO_OFFSET,
			REPORT_ARGS(ARG_S(kit_or(name, "The file")),
				    ARG_S(igdrom_file_kind_name(igdrom_contents_kind(contents)))));
		return IGDROM_E_NOT_RECOGNIZED;
	}
	if (status != IGDROM_OK)
		return status;
	return copy_vbt(builder, igdrom_contents_vbt_at(contents, index), name, origin);
}

enum igdrom_status igdrom_rom_builder_add_vbt(struct igdrom_rom_builder *builder, const void *data,
					      size_t size, const char *name, const char *origin,
					      struct igdrom_report *report)
{
	struct igdrom_contents *contents;
	enum igdrom_status status;

	if (!builder || (size && !data))
		return IGDROM_E_INVAL;
	if (builder->finished)
		return IGDROM_E_STATE;
	for (size_t i = 0; i < builder->count; i++) {
		if (builder->images[i].kind == IGDROM_MANIFEST_VBT)
			return IGDROM_E_STATE;
	}
	status = igdrom_contents_open(data, size, NULL, NULL, &contents);
	if (status != IGDROM_OK)
		return status;
	status = take_vbt(builder, contents, name, origin, report);
	igdrom_contents_free(contents);
	return status;
}
