/* SPDX-License-Identifier: BSD-2-Clause */
/* What QEMU's docs/igd-assign asks of guest firmware, and stock OVMF does not do. */
#include "guest/fwcfg.h"
#include "guest/guest.h"
#include "guest/log.h"
#include "igd/opregion.h"

#define MIB 0x100000u

/* A register that holds an address; bits below its alignment are none of ours (BDSM: a lock bit). */
struct address_register {
	uint32_t offset;
	uint32_t dwords;
	uint64_t align;
};

static const struct address_register asls = {PCI_ASLS, 1, EFI_PAGE_SIZE};

static bool bdsm_of(const struct guest_device *device, struct address_register *out)
{
	bool wide = device->traits.bdsm == IGD_BDSM_64_C0;

	*out = (struct address_register){wide ? PCI_BDSM_64 : PCI_BDSM_32, wide ? 2 : 1, MIB};
	return wide || device->traits.bdsm == IGD_BDSM_32_5C;
}

static uint64_t read_address(const struct guest_device *device, const struct address_register *reg)
{
	uint64_t value = 0;

	device->io->pci_read(device->io, EFI_PCI_IO_UINT32, reg->offset, reg->dwords, &value);
	return value & ~(reg->align - 1);
}

static void write_address(const struct guest_device *device, const struct address_register *reg,
			  uint64_t address)
{
	device->io->pci_write(device->io, EFI_PCI_IO_UINT32, reg->offset, reg->dwords, &address);
}

/* Announces memory of ours to the device; memory that it does not take is given back. */
static bool announce(const struct guest_device *device, const struct address_register *reg,
		     uint64_t address, uint64_t size)
{
	uint64_t now;

	write_address(device, reg, address);
	now = read_address(device, reg);
	if (now == address)
		return true;
	guest_log(LOG_REGISTER_KEPT, device->location, reg->offset, address, now);
	guest_boot->free_pages(address, (size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE);
	return false;
}

/* The file is read where it stays: nobody can change the bytes after they were looked at. */
static bool load_opregion(const struct guest_device *device, const struct fwcfg_file *file,
			  uint64_t *address)
{
	uint64_t pages = ((uint64_t)file->size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE;
	efi_status status = guest_allocate(EFI_ACPI_MEMORY_NVS, file->size, EFI_PAGE_SIZE, address);
	uint8_t *data;

	if (efi_failed(status)) {
		guest_log(LOG_OPREGION_NO_MEMORY, device->location, file->size, status);
		return false;
	}
	data = (uint8_t *)(uintptr_t)*address;
	guest_boot->set_mem(data, pages * EFI_PAGE_SIZE, 0);
	if (!fwcfg_read(file, data, file->size))
		guest_log(LOG_OPREGION_UNREAD, device->location, file->size, fwcfg_way(file));
	else if (!opregion_is_valid(data, file->size))
		guest_log(LOG_OPREGION_BAD_SIGNATURE, device->location, file->size);
	else
		return true;
	guest_boot->free_pages(*address, pages);
	return false;
}

static void set_opregion(const struct guest_device *device, struct guest_record *record)
{
	struct fwcfg_file file;
	enum fwcfg_answer answer = fwcfg_find("etc/igd-opregion", &file);
	uint64_t address;

	if (answer != FWCFG_FOUND) {
		guest_log(answer == FWCFG_NO_DEVICE ? LOG_OPREGION_NO_FWCFG : LOG_OPREGION_NO_FILE,
			  device->location, guest_config_read(device, PCI_ASLS));
		return;
	}
	if (file.size < OPREGION_BODY_BYTES || file.size > OPREGION_MAX_BYTES) {
		guest_log(LOG_OPREGION_BAD_SIZE, device->location, file.size, OPREGION_BODY_BYTES,
			  OPREGION_MAX_BYTES);
		return;
	}
	if (!load_opregion(device, &file, &address) || !announce(device, &asls, address, file.size))
		return;
	guest_log(LOG_OPREGION, device->location, address, file.size,
		  opregion_version((uint8_t *)(uintptr_t)address), fwcfg_way(&file));
	record->opregion = address;
	record->opregion_size = file.size;
}

/* How much stolen memory the device wants of us; 0, and the reason logged, when none. */
static uint64_t stolen_size(const struct guest_device *device, uint16_t ggc)
{
	uint64_t size;

	if (device->traits.bdsm == IGD_BDSM_NONE)
		guest_log(LOG_STOLEN_NOT_NEEDED, device->location);
	else if (device->traits.bdsm == IGD_BDSM_UNKNOWN)
		guest_log(LOG_STOLEN_UNKNOWN, device->location, device->id);
	else if (device->location != GUEST_LOCATION_IGD)
		guest_log(LOG_STOLEN_ELSEWHERE, device->location);
	else if (!igd_stolen_size(device->traits.stolen, ggc, &size))
		guest_log(LOG_STOLEN_RESERVED_SIZE, device->location, ggc);
	else if (!size)
		guest_log(LOG_STOLEN_ZERO, device->location, ggc);
	else
		return size;
	return 0;
}

static void set_stolen(const struct guest_device *device, struct guest_record *record)
{
	uint16_t ggc = (uint16_t)guest_config_read(device, PCI_GGC);
	uint64_t size = stolen_size(device, ggc);
	struct address_register bdsm;
	efi_status status;
	uint64_t base;

	if (!size || !bdsm_of(device, &bdsm))
		return;
	status = guest_allocate(EFI_RESERVED_MEMORY_TYPE, size, MIB, &base);
	if (efi_failed(status)) {
		guest_log(LOG_STOLEN_NO_MEMORY, device->location, size, status);
		return;
	}
	guest_boot->set_mem((void *)(uintptr_t)base, size, 0);
	if (!announce(device, &bdsm, base, size))
		return;
	guest_log(LOG_STOLEN, device->location, base, size, ggc, bdsm.offset);
	record->stolen = base;
}

/* Looks after a register that was set up before; false when it had to be looked after. */
static bool still_there(const struct guest_device *device, const struct address_register *reg,
			uint64_t ours)
{
	uint64_t now = read_address(device, reg);

	if (!ours || now == ours)
		return true;
	if (now) {
		guest_log(LOG_FOREIGN, device->location, reg->offset, ours, now);
		return false;
	}
	write_address(device, reg, ours);
	guest_log(LOG_RESTORED, device->location, reg->offset, ours);
	return false;
}

void guest_assign(const struct guest_device *device)
{
	struct guest_record *before = guest_record_find(device);
	struct guest_record record = {.location = device->location, .id = device->id};
	struct address_register bdsm;
	efi_status status;

	bdsm_of(device, &bdsm);
	if (before) {
		bool same = still_there(device, &asls, before->opregion);

		if (still_there(device, &bdsm, before->stolen) && same)
			guest_log(LOG_UNCHANGED, device->location, before->opregion,
				  before->stolen);
		return;
	}
	set_opregion(device, &record);
	set_stolen(device, &record);
	status = guest_record_add(&record);
	if (efi_failed(status))
		guest_log(LOG_RECORD_FAILED, device->location, status);
}
