/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole option ROM as a file of a firmware volume. What builds firmware puts it beside this driver;
 * PCI never sees it.
 */
#include "guest/log.h"
#include "guest/payload.h"

static const struct efi_guid volume_guid = EFI_FIRMWARE_VOLUME2_PROTOCOL_GUID;

/* 3773120C-1195-4BC6-884B-FA4072645EE3, ours, drawn at random; kit/edit.c has it too. */
const struct efi_guid volume_rom_guid =
	EFI_GUID(0x3773120c, 0x1195, 0x4bc6, 0x88, 0x4b, 0xfa, 0x40, 0x72, 0x64, 0x5e, 0xe3);

/* What was read; a driver comes from one volume. */
static struct {
	bool asked;
	void *data; /* NULL: nothing */
	uint64_t size;
} kept;

static void take(const struct efi_firmware_volume2_protocol *volume)
{
	struct payload_rom rom;
	uint32_t authentication;
	efi_status status = volume->read_section(volume, &volume_rom_guid, EFI_SECTION_RAW, 0,
						 &kept.data, &kept.size, &authentication);

	if (status == EFI_NOT_FOUND) {
		kept.data = NULL;
		return;
	}
	rom.data = kept.data;
	rom.size = kept.size;
	if (!efi_failed(status) && payload_open(&rom)) {
		guest_log(LOG_VOLUME, kept.size);
		return;
	}
	guest_log(LOG_VOLUME_DAMAGED, kept.size, status);
	kept.data = NULL;
}

bool volume_find_rom(efi_handle handle, struct payload_rom *rom)
{
	struct efi_firmware_volume2_protocol *volume;

	if (efi_failed(guest_boot->handle_protocol(handle, &volume_guid, (void **)&volume)))
		return false;
	if (!kept.asked)
		take(volume);
	kept.asked = true;
	rom->data = kept.data;
	rom->size = kept.size;
	return kept.data != NULL;
}
