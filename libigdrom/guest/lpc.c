/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Most GOP drivers start only when the PCI-to-ISA bridge at 00:1f.0 is of a chipset that they know,
 * and take their tables from its id. On i440fx QEMU shows them the host's id (x-igd-lpc); q35 has a
 * bridge of its own there.
 */
#include "guest/lpc.h"

#include "guest/fwcfg.h"
#include "guest/log.h"

#define FILE_ID      "opt/igdrom/lpc-id"     /* hexadecimal digits */
#define FILE_ANSWER  "opt/igdrom/lpc-answer" /* "0": leave the driver as it is */
#define LPC_ADDRESS  0x1f0000                /* 00:1f.0, register 0, as PciRootBridgeIo counts */
#define VENDOR_INTEL 0x8086
#define NO_DEVICE    0xffffffff
#define SMALL_MAX    32

static const struct efi_guid root_bridge_guid = EFI_PCI_ROOT_BRIDGE_IO_PROTOCOL_GUID;

/* Vendor, and device << 16, of what sits at 0000:00:1f.0. */
static uint32_t bridge_id(void)
{
	struct efi_pci_root_bridge_io_protocol *bridge;
	efi_handle *handles;
	uint32_t id = NO_DEVICE;
	uint64_t count;

	if (efi_failed(guest_boot->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &root_bridge_guid,
							NULL, &count, &handles)))
		return NO_DEVICE;
	for (uint64_t i = 0; i < count && id == NO_DEVICE; i++) {
		if (efi_failed(guest_boot->handle_protocol(handles[i], &root_bridge_guid,
							   (void **)&bridge)) ||
		    bridge->segment_number != 0 ||
		    efi_failed(bridge->pci_read(bridge, EFI_PCI_IO_UINT32, LPC_ADDRESS, 1, &id)))
			id = NO_DEVICE;
	}
	guest_boot->free_pool(handles);
	return id;
}

static bool read_number(const char *name, uint64_t *value)
{
	struct fwcfg_file file;
	char text[SMALL_MAX];

	return fwcfg_find(name, &file) == FWCFG_FOUND && file.size <= sizeof(text) &&
	       fwcfg_read(&file, text, file.size) && igd_read_hex(text, file.size, value);
}

static uint64_t number_of(const uint8_t *bytes, unsigned size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | bytes[size];
	return value;
}

static bool is_there(const struct manifest_edit *edit, const uint8_t *driver)
{
	for (unsigned i = 0; i < edit->size; i++) {
		if (driver[edit->offset + i] != edit->expected[i])
			return false;
	}
	return true;
}

static void apply(const struct manifest_entry_view *entry, struct manifest_edit *edit,
		  uint8_t *driver, uint16_t id)
{
	uint8_t *place = driver + edit->offset;

	if (edit->id_at != MANIFEST_EDIT_NO_ID) {
		edit->answer[edit->id_at] = (uint8_t)id;
		edit->answer[edit->id_at + 1] = (uint8_t)(id >> 8);
	}
	guest_log(LOG_LPC_EDIT, entry->image, edit->offset, number_of(place, edit->size),
		  number_of(edit->answer, edit->size));
	for (unsigned i = 0; i < edit->size; i++)
		place[i] = edit->answer[i];
}

/* Why it cannot be answered, or NULL. All edits are looked at before the first is made. */
static const char *answer(const struct manifest_entry_view *entry, uint8_t *driver, uint16_t id)
{
	struct manifest_edit edit;

	if (entry->edit_count == 0)
		return "not-known-how";
	for (unsigned i = 0; i < entry->edit_count; i++) {
		if (!manifest_edit_at(entry, i, &edit) || !is_there(&edit, driver))
			return "other-bytes";
	}
	for (unsigned i = 0; i < entry->edit_count; i++) {
		if (manifest_edit_at(entry, i, &edit))
			apply(entry, &edit, driver, id);
	}
	return NULL;
}

void guest_lpc_answer(const struct guest_device *device, const struct manifest_entry_view *entry,
		      uint8_t *driver)
{
	uint32_t seen = bridge_id();
	uint16_t seen_id = (uint16_t)(seen >> 16);
	bool intel = (seen & 0xffff) == VENDOR_INTEL;
	uint64_t host = 0;
	uint64_t wanted = 1;
	bool known;
	const char *reason;

	if (!entry->lpc_checked)
		return;
	if (!read_number(FILE_ID, &host))
		host = entry->host_lpc;
	known = host && host < 0xffff;
	if (intel && (entry->lpc_count ? manifest_knows_lpc(entry, seen_id) : seen_id == host)) {
		guest_log(LOG_LPC_KNOWN, device->location, entry->image, seen_id);
		return;
	}
	if (read_number(FILE_ANSWER, &wanted) && wanted == 0)
		reason = "off";
	else
		reason = known ? answer(entry, driver, (uint16_t)host) : "no-lpc-id";
	if (reason)
		guest_log(LOG_LPC_REFUSED, device->location, entry->image, seen & 0xffff, seen_id,
			  guest_text(reason));
	else
		guest_log(LOG_LPC_ANSWERED, device->location, entry->image, seen & 0xffff, seen_id,
			  host);
}
