/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a ROM is still what was written down when it was built. */
#include "kit/check.h"

#include "igd/manifest.h"

#include <string.h>

static bool is_manifest(const struct check_image *image)
{
	static const uint8_t magic[] = {'I', 'G', 'D', 'R', 'O', 'M', 0};

	return igdrom_rom_image_code_type(image->image) == IGDROM_CODE_TYPE_DATA &&
	       image->payload.size >= sizeof(magic) &&
	       !memcmp(image->payload.data, magic, sizeof(magic));
}

/* A manifest that cannot be read was named by the check of the structure. */
static void check_data_images(struct kit_check *check, const struct check_images *images)
{
	size_t ours = 0;

	for (size_t i = 0; i < images->count; i++) {
		const struct check_image *image = &images->list[i];

		if (igdrom_rom_image_code_type(image->image) != IGDROM_CODE_TYPE_DATA ||
		    image->carried || kit_is_recorded(check->rom, i, IGDROM_MANIFEST_VBT))
			continue;
		if (is_manifest(image))
			ours++;
		else
			check_say(check, FINDING_CHECK_DATA_UNKNOWN, image->at,
				  REPORT_ARGS(ARG_U(i)));
	}
	if (ours > 1)
		check_say(check, FINDING_CHECK_MANIFEST_SEVERAL, IGDROM_NO_OFFSET,
			  REPORT_ARGS(ARG_U(ours)));
	if (ours == 0)
		check_say(check, FINDING_CHECK_MANIFEST_MISSING, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
}

static bool check_entry(struct kit_check *check, const struct check_images *images,
			const struct igdrom_manifest_entry *entry)
{
	size_t index = igdrom_manifest_entry_image(entry);
	const char *kind = igdrom_manifest_kind_name(igdrom_manifest_entry_kind(entry));
	const char *sha256;

	if (index >= images->count) {
		check_say(check, FINDING_CHECK_MANIFEST_NO_IMAGE, IGDROM_NO_OFFSET,
			  REPORT_ARGS(ARG_U(index), ARG_S(kind), ARG_U(images->count)));
		return false;
	}
	sha256 = igdrom_rom_image_payload_sha256(images->list[index].image);
	if (sha256 && !strcmp(sha256, igdrom_manifest_entry_sha256(entry)))
		return true;
	check_say(check, FINDING_CHECK_MANIFEST_PAYLOAD, images->list[index].at,
		  REPORT_ARGS(ARG_U(index), ARG_S(kind),
			      ARG_S(kit_or(igdrom_manifest_entry_name(entry), "no name"))));
	return false;
}

static bool is_listed(const struct igdrom_manifest *manifest, size_t index)
{
	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		if (igdrom_manifest_entry_image(igdrom_manifest_at(manifest, i)) == index)
			return true;
	}
	return false;
}

void check_manifest(struct kit_check *check, const struct check_images *images)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(check->rom);
	bool same = true;

	check_data_images(check, images);
	if (!manifest)
		return;
	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		if (!check_entry(check, images, igdrom_manifest_at(manifest, i)))
			same = false;
	}
	for (size_t i = 0; i < images->count; i++) {
		if (is_listed(manifest, i) ||
		    igdrom_rom_image_code_type(images->list[i].image) == IGDROM_CODE_TYPE_DATA)
			continue;
		check_say(check, FINDING_CHECK_MANIFEST_UNLISTED, images->list[i].at,
			  REPORT_ARGS(ARG_U(i)));
		same = false;
	}
	if (same)
		check_say(check, FINDING_CHECK_MANIFEST_MATCHES, IGDROM_NO_OFFSET,
			  REPORT_ARGS(ARG_S(igdrom_manifest_tool(manifest))));
}
