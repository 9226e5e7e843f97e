/* SPDX-License-Identifier: BSD-2-Clause */
/* A PCI device in RAM behind EFI_PCI_IO_PROTOCOL: configuration space and location, nothing else. */
#include "harness.h"

static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;

static efi_status unsupported(void)
{
	return EFI_UNSUPPORTED;
}

static efi_status config_access(struct efi_pci_io_protocol *io, enum efi_pci_io_width width,
				uint32_t offset, uint64_t count, uint8_t *buffer, bool write)
{
	struct fake_device *device = (struct fake_device *)io;
	uint64_t size = count << width;

	if (width > EFI_PCI_IO_UINT32)
		return EFI_INVALID_PARAMETER;
	if (offset > sizeof(device->config) || size > sizeof(device->config) - offset)
		return EFI_UNSUPPORTED;
	if (!write) {
		harness_boot->copy_mem(buffer, device->config + offset, size);
		return EFI_SUCCESS;
	}
	device->writes += (uint32_t)(size + 3) / 4;
	if (!device->row.read_only)
		harness_boot->copy_mem(device->config + offset, buffer, size);
	return EFI_SUCCESS;
}

static efi_status config_read(struct efi_pci_io_protocol *io, enum efi_pci_io_width width,
			      uint32_t offset, uint64_t count, void *buffer)
{
	return config_access(io, width, offset, count, buffer, false);
}

static efi_status config_write(struct efi_pci_io_protocol *io, enum efi_pci_io_width width,
			       uint32_t offset, uint64_t count, void *buffer)
{
	return config_access(io, width, offset, count, buffer, true);
}

static efi_status get_location(struct efi_pci_io_protocol *io, uint64_t *segment, uint64_t *bus,
			       uint64_t *device, uint64_t *function)
{
	const struct harness_row *row = &((struct fake_device *)io)->row;

	*segment = row->segment_number;
	*bus = row->bus_number;
	*device = row->device_number;
	*function = row->function_number;
	return EFI_SUCCESS;
}

uint32_t fake_read32(const struct fake_device *device, uint32_t offset)
{
	const uint8_t *p = device->config + offset;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void fake_write32(struct fake_device *device, uint32_t offset, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		device->config[offset + i] = (uint8_t)(value >> 8 * i);
}

void fake_prepare(struct fake_device *device, const struct harness_row *row)
{
	void **functions = (void **)&device->io;

	harness_boot->set_mem(device, sizeof(*device), 0);
	for (size_t i = 0; i < offsetof(struct efi_pci_io_protocol, rom_size) / sizeof(void *); i++)
		functions[i] = (void *)unsupported;
	device->io.pci_read = config_read;
	device->io.pci_write = config_write;
	device->io.get_location = get_location;
	device->row = *row;
	fake_write32(device, 0, row->vendor | (uint32_t)row->device << 16);
	fake_write32(device, 8, row->class_code << 8);
	fake_write32(device, 0x50, row->ggc);
	fake_write32(device, 0xfc, row->asls);
	if (row->asls && row->bdsm_register)
		fake_write32(device, row->bdsm_register, 0x7b800001);
	if (row->asls && row->bdsm_register == 0xc0)
		fake_write32(device, 0xc4, 5);
}

efi_status fake_plug(struct fake_device *device)
{
	device->handle = NULL;
	return harness_boot->install_protocol_interface(&device->handle, &pci_io_guid,
							EFI_NATIVE_INTERFACE, &device->io);
}

efi_status fake_unplug(struct fake_device *device)
{
	return harness_boot->uninstall_protocol_interface(device->handle, &pci_io_guid,
							  &device->io);
}
