/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest.h"
#include "guest/log.h"

static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;

struct efi_boot_services *guest_boot;

static efi_handle self;
static void *registration;

efi_status efi_main(efi_handle image, struct efi_system_table *system);

static void look_at(efi_handle handle)
{
	struct guest_device device;

	if (!guest_device_open(handle, false, &device))
		return;
	guest_assign(self, &device);
	guest_gop_start(self, &device);
}

/* Firmware calls this when a PCI device appears. */
static void on_pci_io(efi_event event, void *context)
{
	efi_handle handle;
	uint64_t size = sizeof(handle);

	(void)event;
	(void)context;
	while (!efi_failed(guest_boot->locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL,
						     registration, &size, &handle))) {
		look_at(handle);
		size = sizeof(handle);
	}
}

static void look_at_all(void)
{
	efi_handle *handles;
	uint64_t count;

	if (efi_failed(guest_boot->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &pci_io_guid, NULL,
							&count, &handles)))
		return;
	for (uint64_t i = 0; i < count; i++)
		look_at(handles[i]);
	guest_boot->free_pool(handles);
}

static void watch(void)
{
	efi_event event;
	efi_status status = guest_boot->create_event(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK,
						     on_pci_io, NULL, &event);

	if (!efi_failed(status))
		status = guest_boot->register_protocol_notify(&pci_io_guid, event, &registration);
	if (efi_failed(status))
		guest_log(LOG_WATCH_FAILED, status);
}

/*
 * Firmware starts the images of a ROM after the device has its PciIo and before any driver is
 * connected to it: what is done here is there when a GOP driver starts. The policy comes first, as
 * a GOP further back in the ROM may look for it at once.
 */
efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	self = image;
	guest_boot = system->boot_services;
	guest_log(LOG_START, guest_text(IGDROM_GUEST_VERSION));
	guest_policy_install();
	watch();
	look_at_all();
	return EFI_SUCCESS;
}
