/* SPDX-License-Identifier: BSD-2-Clause */
/* What QEMU's docs/igd-assign asks of guest firmware, and stock OVMF does not do. */
#include "guest/fwcfg.h"
#include "guest/guest.h"
#include "guest/log.h"
#include "guest/payload.h"
#include "guest/stolen.h"
#include "igd/choose.h"
#include "igd/opregion.h"

static const struct address_register asls = {PCI_ASLS, 1, EFI_PAGE_SIZE};

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

/* The VBT that a ROM carries for the device; payload_discard() follows in any case. */
static bool find_vbt(efi_handle self, const struct guest_device *device, struct payload *vbt,
		     struct manifest_entry_view *entry)
{
	struct payload_rom rom = {0};
	const char *flaw;

	*vbt = (struct payload){0};
	while (payload_next_rom(self, device, &rom)) {
		if (!vbt_choose(&rom.manifest, device->id, entry))
			continue;
		flaw = payload_unpack(&rom, entry, vbt);
		if (!flaw && !vbt_is_whole(vbt->data, vbt->size))
			flaw = "no-vbt";
		if (!flaw)
			return true;
		guest_log(LOG_VBT_DAMAGED, entry->image, guest_text(flaw));
		payload_discard(vbt);
	}
	return false;
}

/*
 * Nobody hands an OpRegion over: a virtual function, a GPU that is not the host's primary display,
 * a hypervisor that does not do it. With a VBT in the ROM one can be made.
 */
static bool compose(efi_handle self, const struct guest_device *device, struct guest_record *record)
{
	struct manifest_entry_view entry;
	struct payload vbt;
	uint64_t address;
	uint64_t size;
	uint64_t pages;
	bool made = false;

	if (!find_vbt(self, device, &vbt, &entry)) {
		payload_discard(&vbt);
		return false;
	}
	size = opregion_composed_size(vbt.size);
	pages = (size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE;
	if (!efi_failed(guest_allocate(EFI_ACPI_MEMORY_NVS, size, EFI_PAGE_SIZE, &address))) {
		guest_boot->set_mem((void *)(uintptr_t)address, pages * EFI_PAGE_SIZE, 0);
		opregion_compose(vbt.data, vbt.size, (uint8_t *)(uintptr_t)address);
		made = guest_announce(device, &asls, address);
		if (!made)
			guest_boot->free_pages(address, pages);
	}
	payload_discard(&vbt);
	if (!made)
		return false;
	guest_log(LOG_OPREGION_COMPOSED, device->location, address, size, entry.image);
	record->opregion = address;
	record->opregion_size = (uint32_t)size;
	return true;
}

static void set_opregion(efi_handle self, const struct guest_device *device,
			 struct guest_record *record)
{
	struct fwcfg_file file;
	enum fwcfg_answer answer = fwcfg_find("etc/igd-opregion", &file);
	uint64_t address;

	if (answer != FWCFG_FOUND) {
		if (compose(self, device, record))
			return;
		guest_log(answer == FWCFG_NO_DEVICE ? LOG_OPREGION_NO_FWCFG : LOG_OPREGION_NO_FILE,
			  device->location, guest_config_read(device, PCI_ASLS));
		return;
	}
	if (file.size < OPREGION_BODY_BYTES || file.size > OPREGION_MAX_BYTES) {
		guest_log(LOG_OPREGION_BAD_SIZE, device->location, file.size, OPREGION_BODY_BYTES,
			  OPREGION_MAX_BYTES);
		return;
	}
	if (!load_opregion(device, &file, &address))
		return;
	if (!guest_announce(device, &asls, address)) {
		guest_boot->free_pages(address, (file.size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE);
		return;
	}
	guest_log(LOG_OPREGION, device->location, address, file.size,
		  opregion_version((uint8_t *)(uintptr_t)address), fwcfg_way(&file));
	record->opregion = address;
	record->opregion_size = file.size;
}

/* Looks after a register that was set up before; false when it had to be looked after. */
static bool still_there(const struct guest_device *device, const struct address_register *reg,
			uint64_t ours)
{
	uint64_t now = guest_address_read(device, reg);

	if (!ours || now == ours)
		return true;
	if (now) {
		guest_log(LOG_FOREIGN, device->location, reg->offset, ours, now);
		return false;
	}
	guest_address_write(device, reg, ours);
	guest_log(LOG_RESTORED, device->location, reg->offset, ours);
	return false;
}

void guest_assign(efi_handle self, const struct guest_device *device)
{
	struct guest_record *before = guest_record_find(device);
	struct guest_record record = {.location = device->location, .id = device->id};
	struct address_register bdsm;
	efi_status status;

	guest_bdsm(device, &bdsm);
	if (before) {
		bool same = still_there(device, &asls, before->opregion);

		if (still_there(device, &bdsm, before->stolen) && same)
			guest_log(LOG_UNCHANGED, device->location, before->opregion,
				  before->stolen);
		return;
	}
	set_opregion(self, device, &record);
	record.stolen = guest_stolen_set_up(device);
	status = guest_record_add(&record);
	if (efi_failed(status))
		guest_log(LOG_RECORD_FAILED, device->location, status);
}
