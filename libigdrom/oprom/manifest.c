/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest as an object, over the views of igd/manifest.h. */
#include "oprom/internal.h"

#include "core/text.h"
#include "igd/manifest.h"

#include <stdlib.h>

_Static_assert(MANIFEST_KIND_GOP == (int)IGDROM_MANIFEST_GOP &&
		       MANIFEST_KIND_VBT == (int)IGDROM_MANIFEST_VBT,
	       "the guest driver looks for them");

#define TEXT_MAX_BYTES 1024 /* of a name, version, origin */

struct igdrom_manifest_entry {
	uint8_t kind;
	uint8_t image;
	char *name;
	char *version;
	char *origin;
	char sha256[DIGEST_SHA256_HEX];
	uint16_t *devices;
	size_t device_count;
	bool answers_lpc;
};

struct igdrom_manifest {
	char *tool;
	struct igdrom_manifest_entry *entries;
	size_t count;
};

static size_t length_of(const char *text)
{
	const char *end = memchr(text, '\0', TEXT_MAX_BYTES);

	return end ? (size_t)(end - text) : TEXT_MAX_BYTES;
}

static char *copy_text(const char *text)
{
	return text_clean(text, length_of(text), TEXT_MAX_BYTES);
}

static void hex_of(const uint8_t *digest, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SHA256_SIZE; i++) {
		*out++ = digits[digest[i] >> 4];
		*out++ = digits[digest[i] & 15];
	}
	*out = '\0';
}

static enum igdrom_status copy_entry(struct igdrom_manifest_entry *entry,
				     const struct manifest_entry_view *view)
{
	struct cur c = cur_from(view->devices, (size_t)view->device_count * 2, 0);

	entry->kind = view->kind;
	entry->image = view->image;
	entry->answers_lpc = view->has_load && view->edit_count > 0;
	entry->name = copy_text(view->name);
	entry->version = copy_text(view->version);
	entry->origin = copy_text(view->origin);
	hex_of(view->sha256, entry->sha256);
	entry->devices = calloc((size_t)view->device_count + 1, sizeof(*entry->devices));
	if (!entry->name || !entry->version || !entry->origin || !entry->devices)
		return IGDROM_E_NOMEM;
	for (; entry->device_count < view->device_count; entry->device_count++)
		entry->devices[entry->device_count] = cur_u16le(&c);
	return IGDROM_OK;
}

static enum igdrom_status copy_manifest(struct manifest_view *view, struct igdrom_manifest **out)
{
	struct igdrom_manifest *manifest = calloc(1, sizeof(*manifest));
	struct manifest_entry_view entry;
	enum igdrom_status err = IGDROM_OK;

	*out = manifest;
	if (!manifest)
		return IGDROM_E_NOMEM;
	manifest->tool = copy_text(view->tool);
	manifest->entries = calloc((size_t)view->entry_count + 1, sizeof(*manifest->entries));
	if (!manifest->tool || !manifest->entries)
		return IGDROM_E_NOMEM;
	while (err == IGDROM_OK && manifest_next(view, &entry))
		err = copy_entry(&manifest->entries[manifest->count++], &entry);
	return err;
}

enum igdrom_status oprom_load_manifest(struct igdrom_rom *rom)
{
	for (size_t i = 0; i < rom->image_count; i++) {
		const struct igdrom_rom_image *image = &rom->images[i];
		struct manifest_view view;

		if (image->has_pcir && image->pcir.code_type == IGDROM_CODE_TYPE_DATA &&
		    image->payload_status == IGDROM_OK &&
		    manifest_open(image->payload.data, image->payload.size, &view))
			return copy_manifest(&view, &rom->manifest);
	}
	return IGDROM_OK;
}

void oprom_free_manifest(struct igdrom_manifest *manifest)
{
	if (!manifest)
		return;
	for (size_t i = 0; i < manifest->count; i++) {
		free(manifest->entries[i].name);
		free(manifest->entries[i].version);
		free(manifest->entries[i].origin);
		free(manifest->entries[i].devices);
	}
	free(manifest->entries);
	free(manifest->tool);
	free(manifest);
}

unsigned igdrom_manifest_version(const struct igdrom_manifest *manifest)
{
	return manifest ? MANIFEST_VERSION : 0;
}

const char *igdrom_manifest_tool(const struct igdrom_manifest *manifest)
{
	return manifest ? manifest->tool : "";
}

size_t igdrom_manifest_count(const struct igdrom_manifest *manifest)
{
	return manifest ? manifest->count : 0;
}

const struct igdrom_manifest_entry *igdrom_manifest_at(const struct igdrom_manifest *manifest,
						       size_t index)
{
	return manifest && index < manifest->count ? &manifest->entries[index] : NULL;
}

enum igdrom_manifest_kind igdrom_manifest_entry_kind(const struct igdrom_manifest_entry *entry)
{
	return entry ? (enum igdrom_manifest_kind)entry->kind : (enum igdrom_manifest_kind)0;
}

const char *igdrom_manifest_kind_name(enum igdrom_manifest_kind kind)
{
	switch (kind) {
	case IGDROM_MANIFEST_GUEST_DRIVER:
		return "guest-driver";
	case IGDROM_MANIFEST_GOP:
		return "gop";
	case IGDROM_MANIFEST_VBT:
		return "vbt";
	case IGDROM_MANIFEST_EFI:
		return "efi";
	case IGDROM_MANIFEST_LEGACY:
		return "legacy";
	}
	return "unknown";
}

unsigned igdrom_manifest_entry_image(const struct igdrom_manifest_entry *entry)
{
	return entry ? entry->image : 0;
}

const char *igdrom_manifest_entry_name(const struct igdrom_manifest_entry *entry)
{
	return entry ? entry->name : "";
}

const char *igdrom_manifest_entry_version(const struct igdrom_manifest_entry *entry)
{
	return entry ? entry->version : "";
}

const char *igdrom_manifest_entry_origin(const struct igdrom_manifest_entry *entry)
{
	return entry ? entry->origin : "";
}

const char *igdrom_manifest_entry_sha256(const struct igdrom_manifest_entry *entry)
{
	return entry ? entry->sha256 : "";
}

bool igdrom_manifest_entry_answers_lpc(const struct igdrom_manifest_entry *entry)
{
	return entry && entry->answers_lpc;
}

size_t igdrom_manifest_entry_device_count(const struct igdrom_manifest_entry *entry)
{
	return entry ? entry->device_count : 0;
}

uint16_t igdrom_manifest_entry_device_at(const struct igdrom_manifest_entry *entry, size_t index)
{
	return entry && index < entry->device_count ? entry->devices[index] : 0;
}
