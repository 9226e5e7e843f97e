/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/payload.h"

#include "igd/crc32.h"
#include "igd/rom.h"

/* Larger than every GOP driver; a damaged stream may announce any size. */
#define PAYLOAD_MAX (4u << 20)

static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;
static const struct efi_guid loaded_image_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
static const struct efi_guid volume_guid = EFI_FIRMWARE_VOLUME2_PROTOCOL_GUID;
static const struct efi_guid decompress_guid = EFI_DECOMPRESS_PROTOCOL_GUID;

bool payload_open(struct payload_rom *rom)
{
	struct rom_walk walk = rom_walk(rom->data, rom->size);
	struct rom_image image;

	while (rom_next(&walk, &image)) {
		if (image.code_type == ROM_CODE_TYPE_DATA && !image.compressed &&
		    manifest_open(image.payload, image.payload_size, &rom->manifest))
			return true;
	}
	return false;
}

static bool rom_of(efi_handle device, struct payload_rom *rom)
{
	struct efi_pci_io_protocol *io;

	if (efi_failed(guest_boot->handle_protocol(device, &pci_io_guid, (void **)&io)))
		return false;
	rom->data = io->rom_image;
	rom->size = io->rom_size;
	return true;
}

/* What this driver was loaded from: a device, a volume; NULL when that is not known. */
static efi_handle origin_of(efi_handle self)
{
	struct efi_loaded_image_protocol *us;

	if (efi_failed(guest_boot->handle_protocol(self, &loaded_image_guid, (void **)&us)))
		return NULL;
	return us->device_handle;
}

bool payload_in_volume(efi_handle self)
{
	efi_handle origin = origin_of(self);
	void *volume;

	return origin && !efi_failed(guest_boot->handle_protocol(origin, &volume_guid, &volume));
}

static bool look_into(efi_handle origin, const struct guest_device *device, struct payload_rom *rom)
{
	rom->handle = rom->place == PAYLOAD_GPU_ROM ? device->handle : origin;
	if (!rom->handle || (rom->place != PAYLOAD_GPU_ROM && origin == device->handle))
		return false; /* the GPU's own is asked once */
	return rom->place == PAYLOAD_VOLUME ? volume_find_rom(origin, rom)
					    : rom_of(rom->handle, rom);
}

bool payload_next_rom(efi_handle self, const struct guest_device *device, struct payload_rom *rom)
{
	efi_handle origin = origin_of(self);

	while (rom->place < PAYLOAD_VOLUME) {
		rom->place++;
		if (look_into(origin, device, rom) && payload_open(rom))
			return true;
	}
	return false;
}

void *payload_allocate(uint64_t size)
{
	void *buffer;

	if (efi_failed(guest_boot->allocate_pool(EFI_BOOT_SERVICES_DATA, size, &buffer)))
		return NULL;
	return buffer;
}

/* Why the stream cannot be unpacked, or NULL. */
static const char *decompress(const struct rom_image *image, struct payload *out)
{
	struct efi_decompress_protocol *codec;
	uint32_t source_size = (uint32_t)image->payload_size;
	uint32_t scratch_size;
	void *scratch;
	efi_status status;

	if (efi_failed(guest_boot->locate_protocol(&decompress_guid, NULL, (void **)&codec)))
		return "no-decompressor";
	if (efi_failed(codec->get_info(codec, image->payload, source_size, &out->size,
				       &scratch_size)) ||
	    out->size > PAYLOAD_MAX || scratch_size > PAYLOAD_MAX)
		return "stream";
	out->data = payload_allocate(out->size);
	scratch = payload_allocate(scratch_size);
	status = EFI_OUT_OF_RESOURCES;
	if (out->data && scratch)
		status = codec->decompress(codec, image->payload, source_size, out->data, out->size,
					   scratch, scratch_size);
	if (scratch)
		guest_boot->free_pool(scratch);
	if (!efi_failed(status))
		return NULL;
	return status == EFI_OUT_OF_RESOURCES ? "no-memory" : "stream";
}

static const char *copy(const struct rom_image *image, uint32_t size, struct payload *out)
{
	/* A plain image is padded in front of its payload. */
	if (size > image->payload_size)
		return "size";
	out->size = size;
	out->data = payload_allocate(size);
	if (!out->data)
		return "no-memory";
	guest_boot->copy_mem(out->data, image->payload, size);
	return NULL;
}

const char *payload_unpack(const struct payload_rom *rom, const struct manifest_entry_view *entry,
			   struct payload *out)
{
	struct rom_image image;
	const char *flaw;

	if (!entry->has_load || !rom_find(rom->data, rom->size, entry->image, &image) ||
	    image.code_type != ROM_CODE_TYPE_DATA || !image.payload_size)
		return "no-image";
	flaw = image.compressed ? decompress(&image, out) : copy(&image, entry->load_size, out);
	if (!flaw && out->size != entry->load_size)
		flaw = "size";
	if (!flaw && igd_crc32(0, out->data, out->size) != entry->load_crc32)
		flaw = "checksum";
	return flaw;
}

void payload_discard(struct payload *payload)
{
	if (payload->data)
		guest_boot->free_pool(payload->data);
	*payload = (struct payload){0};
}
