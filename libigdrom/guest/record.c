/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest.h"

/* A new layout of struct guest_record needs a new one. */
static const struct efi_guid record_guid =
	EFI_GUID(0x2c41b5d7, 0x93ae, 0x4f6a, 0xb1, 0x5e, 0x48, 0x0f, 0xd2, 0x6b, 0x91, 0x3c);

struct guest_record *guest_record_find(const struct guest_device *device)
{
	struct guest_record *found = NULL;
	struct guest_record *record;
	efi_handle *handles;
	uint64_t count;

	if (efi_failed(guest_boot->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &record_guid, NULL,
							&count, &handles)))
		return NULL;
	while (count--) {
		if (efi_failed(guest_boot->handle_protocol(handles[count], &record_guid,
							   (void **)&record)))
			continue;
		if (record->location == device->location && record->id == device->id)
			found = record;
	}
	guest_boot->free_pool(handles);
	return found;
}

efi_status guest_record_add(const struct guest_record *record)
{
	struct guest_record *copy;
	efi_handle handle = NULL;
	efi_status status;

	status = guest_boot->allocate_pool(EFI_BOOT_SERVICES_DATA, sizeof(*copy), (void **)&copy);
	if (efi_failed(status))
		return status;
	*copy = *record;
	status = guest_boot->install_protocol_interface(&handle, &record_guid, EFI_NATIVE_INTERFACE,
							copy);
	if (efi_failed(status))
		(void)guest_boot->free_pool(copy);
	return status;
}
