/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest.h"
#include "guest/log.h"

#define PCI_VENDOR_INTEL  0x8086
#define PCI_CLASS_VGA     0x030000 /* base class, sub-class, interface */
#define PCI_CLASS_DISPLAY 0x0380 /* base class, sub-class: an IGD that is not the primary display */

static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;

uint32_t guest_config_read(const struct guest_device *device, uint32_t offset)
{
	uint32_t value = 0;

	if (efi_failed(device->io->pci_read(device->io, EFI_PCI_IO_UINT32, offset, 1, &value)))
		return 0;
	return value;
}

static bool locate(struct guest_device *device)
{
	uint64_t segment, bus, number, function;
	efi_status status =
		device->io->get_location(device->io, &segment, &bus, &number, &function);

	if (efi_failed(status)) {
		guest_log(LOG_DEVICE_UNREADABLE, status);
		return false;
	}
	device->location = segment << 24 | bus << 16 | number << 8 | function;
	return true;
}

bool guest_device_open(efi_handle handle, bool quiet, struct guest_device *device)
{
	uint32_t id;
	uint32_t class_code;

	if (efi_failed(guest_boot->handle_protocol(handle, &pci_io_guid, (void **)&device->io)))
		return false;
	device->handle = handle;
	id = guest_config_read(device, 0);
	class_code = guest_config_read(device, 8) >> 8;
	if ((id & 0xffff) != PCI_VENDOR_INTEL ||
	    (class_code != PCI_CLASS_VGA && class_code >> 8 != PCI_CLASS_DISPLAY))
		return false;
	if (!locate(device))
		return false;
	device->id = (uint16_t)(id >> 16);
	device->class_code = class_code;
	if (igd_lookup(device->id, &device->traits)) {
		if (!quiet)
			guest_log(LOG_DEVICE, device->location, device->id);
		return true;
	}
	if (!quiet)
		guest_log(LOG_DEVICE_UNKNOWN, device->location, device->id);
	return false;
}

efi_status guest_allocate(enum efi_memory_type type, uint64_t size, uint64_t align,
			  uint64_t *address)
{
	uint64_t pages = (size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE;
	uint64_t spare = align / EFI_PAGE_SIZE - 1;
	uint64_t start = UINT32_MAX;
	efi_status status;
	uint64_t head;

	status = guest_boot->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, type, pages + spare, &start);
	if (efi_failed(status))
		return status;
	*address = (start + align - 1) & ~(align - 1);
	head = (*address - start) / EFI_PAGE_SIZE;
	if (head)
		guest_boot->free_pages(start, head);
	if (spare - head)
		guest_boot->free_pages(*address + pages * EFI_PAGE_SIZE, spare - head);
	return EFI_SUCCESS;
}
