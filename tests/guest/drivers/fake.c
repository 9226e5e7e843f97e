/* SPDX-License-Identifier: BSD-2-Clause */
/* First in a test ROM: plugs the devices of the table in, and makes sure that memory is not clean. */
#include "harness.h"

static const struct efi_guid state_guid = HARNESS_STATE_GUID;
static struct harness_state state;

efi_status efi_main(efi_handle image, struct efi_system_table *system);

/* QEMU's RAM starts as zeros: what is zero in the end would prove nothing. */
static void soil_memory(void)
{
	struct {
		uint64_t address;
		uint64_t pages;
	} held[64];
	unsigned count = 0;

	for (uint64_t pages = 0x40000; pages >= 0x400 && count < 64;) {
		uint64_t address = UINT32_MAX;

		if (efi_failed(harness_boot->allocate_pages(
			    EFI_ALLOCATE_MAX_ADDRESS, EFI_BOOT_SERVICES_DATA, pages, &address))) {
			pages /= 2;
			continue;
		}
		harness_boot->set_mem((void *)(uintptr_t)address, pages * EFI_PAGE_SIZE, 0xa5);
		held[count].address = address;
		held[count++].pages = pages;
	}
	while (count--)
		harness_boot->free_pages(held[count].address, held[count].pages);
}

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	const struct harness_row *rows;
	efi_handle handle = NULL;
	uint32_t size;

	(void)image;
	harness_boot = system->boot_services;
	soil_memory();
	rows = (const struct harness_row *)fwcfg_load(HARNESS_FILE("devices"), &size);
	state.count = size / sizeof(*rows);
	if (efi_failed(harness_boot->allocate_pool(EFI_BOOT_SERVICES_DATA,
						   (state.count + 1) * sizeof(struct fake_device),
						   (void **)&state.devices)))
		finish(false);
	for (uint64_t i = 0; i < state.count; i++) {
		fake_prepare(&state.devices[i], &rows[i]);
		if (efi_failed(fake_plug(&state.devices[i])))
			finish(false);
	}
	state.reserved_pages = memory_pages(EFI_RESERVED_MEMORY_TYPE);
	return harness_boot->install_protocol_interface(&handle, &state_guid, EFI_NATIVE_INTERFACE,
							&state);
}
