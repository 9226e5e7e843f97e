/* SPDX-License-Identifier: BSD-2-Clause */
/* How a VBT comes into the builder: out of any file that holds one. */
#include "kit/internal.h"

#include <igdrom/open.h>
#include <igdrom/vbt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHERE_BYTES 256 /* longer names are clipped */

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

/* The place in the file; "" when the file is the table. */
static const char *place_of(const struct igdrom_contents *contents, size_t index,
			    struct igdrom_bytes file, char *out, size_t room)
{
	const struct igdrom_found *found = igdrom_contents_vbt_found(contents, index);
	const char *guid = igdrom_found_guid(found, 0);
	const char *name = igdrom_found_name(found, 0);

	if (guid)
		snprintf(out, room, "%s%s%s", guid, name ? " " : "", kit_or(name, ""));
	else
		snprintf(out, room, "%s", igdrom_file_kind_name(igdrom_contents_kind(contents)));
	return igdrom_vbt_bytes(igdrom_contents_vbt_at(contents, index)).size == file.size ? ""
											   : out;
}

static enum igdrom_status take_vbt(struct igdrom_rom_builder *builder,
				   const struct igdrom_contents *contents, struct igdrom_bytes file,
				   const char *name, const char *origin,
				   struct igdrom_report *report)
{
	const struct igdrom_vbt *vbt;
	enum igdrom_status status;
	char room[WHERE_BYTES];
	const char *where;
	size_t index;
	char *text;

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
	vbt = igdrom_contents_vbt_at(contents, index);
	where = place_of(contents, index, file, room, sizeof(room));
	text = kit_origin(origin, where, file);
	if (!text)
		return IGDROM_E_NOMEM;
	status = copy_vbt(builder, vbt, name, text);
	if (status == IGDROM_OK && *where)
		report_add(report, FINDING_BUILD_VBT_TAKEN, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(igdrom_vbt_signature(vbt)),
				       ARG_S(kit_or(name, "the file")), ARG_S(where)));
	free(text);
	return status;
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
	status = take_vbt(builder, contents, (struct igdrom_bytes){data, size}, name, origin,
			  report);
	igdrom_contents_free(contents);
	return status;
}
