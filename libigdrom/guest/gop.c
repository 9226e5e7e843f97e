/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GOP drivers in our ROM: images of code type F0h, which firmware passes over. Exactly one is
 * started, loaded as what it is, an image of an option ROM or of a firmware volume, so that Secure
 * Boot judges it so.
 */
#include "guest/fwcfg.h"
#include "guest/guest.h"
#include "guest/log.h"
#include "guest/lpc.h"
#include "guest/payload.h"
#include "igd/choose.h"
#include "igd/opregion.h"
#include "igd/rom.h"

#define CLASS_VGA   0x030000
#define FILE_WANTED "opt/igdrom/gop"
#define FILE_FORCE  "opt/igdrom/gop-force" /* "1": start also what is known to hang */
#define WANTED_MAX  64

/* Relative offset range: header, reserved, start, end. */
#define RANGE_SIZE  24
#define RANGE_START 8
#define RANGE_END   16
/* File of a volume: header, name. */
#define FILE_SIZE 20
#define FILE_NAME 4
#define NODE_MAX  RANGE_SIZE
#define END_SIZE  4

static const struct efi_guid device_path_guid = EFI_DEVICE_PATH_PROTOCOL_GUID;

static uint64_t path_size(const struct efi_device_path_protocol *path)
{
	const uint8_t *start = (const uint8_t *)path;
	const uint8_t *at = start;

	while (at[0] != EFI_DEVICE_PATH_END) {
		uint64_t node = at[2] | (uint64_t)at[3] << 8;

		if (node < sizeof(*path))
			break;
		at += node;
	}
	return (uint64_t)(at - start);
}

static void put_u64(uint8_t *p, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

/*
 * The place in the ROM of a device, as PciBusDxe of EDK2 names it (UEFI 10.3.5.9), or the file of the
 * volume (PI 1.8 volume 2, 8.3). Returns its size; 0: there is no such place.
 */
static uint64_t put_place(const struct payload_rom *rom, unsigned index, uint8_t node[NODE_MAX])
{
	struct rom_image image;

	node[0] = EFI_DEVICE_PATH_MEDIA;
	if (rom->place == PAYLOAD_VOLUME) {
		node[1] = EFI_DEVICE_PATH_FV_FILE;
		node[2] = FILE_SIZE;
		guest_boot->copy_mem(node + FILE_NAME, &volume_rom_guid, sizeof(volume_rom_guid));
		return FILE_SIZE;
	}
	if (!rom_find(rom->data, rom->size, index, &image))
		return 0;
	node[1] = EFI_DEVICE_PATH_OFFSET_RANGE;
	node[2] = RANGE_SIZE;
	put_u64(node + RANGE_START, (uint64_t)(image.data - rom->data));
	put_u64(node + RANGE_END, (uint64_t)(image.data - rom->data) + image.size - 1);
	return RANGE_SIZE;
}

/*
 * Where the driver comes from, whoever started us: the device or the volume, then the place in it.
 * Owned; NULL when there is none.
 */
static void *honest_path(const struct payload_rom *rom, unsigned index)
{
	static const uint8_t end[END_SIZE] = {EFI_DEVICE_PATH_END, 0xff, END_SIZE};
	struct efi_device_path_protocol *start;
	uint8_t node[NODE_MAX] = {0};
	uint64_t node_size = put_place(rom, index, node);
	uint64_t start_size;
	uint8_t *path;

	if (!node_size || efi_failed(guest_boot->handle_protocol(rom->handle, &device_path_guid,
								 (void **)&start)))
		return NULL;
	start_size = path_size(start);
	path = payload_allocate(start_size + node_size + sizeof(end));
	if (!path)
		return NULL;
	guest_boot->copy_mem(path, start, start_size);
	guest_boot->copy_mem(path + start_size, node, node_size);
	guest_boot->copy_mem(path + start_size + node_size, end, sizeof(end));
	return path;
}

/*
 * Loads and starts; false when firmware did not load it or its entry point failed: firmware has
 * taken it out of memory again then, and the next one may do better. The call is allowed at
 * TPL_CALLBACK in no edition of UEFI, and works there in EDK2: a GPU that appears after us.
 */
static bool run(efi_handle self, const struct payload_rom *rom, const struct guest_device *device,
		const struct manifest_entry_view *entry, struct payload *driver)
{
	void *path = honest_path(rom, entry->image);
	efi_handle image = NULL;
	efi_status status =
		guest_boot->load_image(false, self, path, driver->data, driver->size, &image);

	if (path)
		guest_boot->free_pool(path);
	if (efi_failed(status)) {
		guest_log(LOG_GOP_LOAD_FAILED, entry->image, status);
		if (image)
			guest_boot->unload_image(image);
		return false;
	}
	guest_log(LOG_GOP, device->location, entry->image, guest_text(entry->version),
		  driver->size);
	status = guest_boot->start_image(image, NULL, NULL);
	guest_log(LOG_GOP_STARTED, device->location, entry->image, status);
	return !efi_failed(status);
}

static void list_aboard(const struct payload_rom *rom, const struct guest_device *device,
			unsigned gops)
{
	struct manifest_view walk = rom->manifest;
	struct manifest_entry_view entry;

	guest_log(LOG_GOP_NO_MATCH, device->location, device->id, gops);
	while (manifest_next(&walk, &entry)) {
		if (entry.kind == MANIFEST_KIND_GOP)
			guest_log(LOG_GOP_ABOARD, entry.image, guest_text(entry.version),
				  entry.device_count,
				  entry.device_count
					  ? entry.devices[0] | (uint64_t)entry.devices[1] << 8
					  : 0);
	}
}

/* GOP drivers that are ours to start; not those that firmware starts itself. */
static unsigned count_payloads(const struct payload_rom *rom)
{
	struct manifest_view walk = rom->manifest;
	struct manifest_entry_view entry;
	unsigned count = 0;

	while (manifest_next(&walk, &entry))
		count += entry.kind == MANIFEST_KIND_GOP && entry.has_load;
	return count;
}

/* What the virtual machine's configuration asks for, NUL-terminated; false: nothing. */
static bool read_wish(char *text, uint32_t room)
{
	struct fwcfg_file file;
	uint32_t size;

	if (fwcfg_find(FILE_WANTED, &file) != FWCFG_FOUND || file.size == 0)
		return false;
	size = file.size < room ? file.size : room - 1;
	if (!fwcfg_read(&file, text, size))
		return false;
	while (size && (text[size - 1] == '\n' || text[size - 1] == '\0'))
		size--;
	text[size] = '\0';
	return size != 0;
}

static bool is_off(const char *text)
{
	return text[0] == 'o' && text[1] == 'f' && text[2] == 'f' && !text[3];
}

static bool may_start(const struct guest_device *device)
{
	if (device->class_code != CLASS_VGA)
		guest_log(LOG_GOP_CLASS, device->location, device->class_code);
	else if (device->location != GUEST_LOCATION_IGD)
		guest_log(LOG_GOP_PLACE, device->location);
	else
		return true;
	return false;
}

static bool is_forced(void)
{
	struct fwcfg_file file;
	char digit;

	return fwcfg_find(FILE_FORCE, &file) == FWCFG_FOUND && file.size &&
	       fwcfg_read(&file, &digit, 1) && digit == '1';
}

/* Whether it would stop the boot with the VBT that it will get from us; logged. */
static bool hangs(const struct guest_device *device, const struct manifest_entry_view *entry)
{
	const struct guest_record *record = guest_record_find(device);
	const uint8_t *opregion = (const uint8_t *)(uintptr_t)record->opregion;
	struct opregion_vbt vbt;
	uint16_t version;
	bool forced;

	if (!record->opregion_size ||
	    opregion_find_vbt(opregion, record->opregion_size, &vbt) != OPREGION_OK)
		return false;
	version = vbt_bdb_version(opregion + vbt.offset);
	if (!manifest_hangs(entry, version))
		return false;
	forced = is_forced();
	guest_log(LOG_GOP_HANG, device->location, entry->image, guest_text(entry->version), version,
		  guest_text(forced ? "yes" : "no"));
	return !forced;
}

/* false: the next ROM, or another copy of this driver in its own, may have one. */
static bool choose_and_run(efi_handle self, const struct payload_rom *rom,
			   const struct guest_device *device)
{
	char wanted[WANTED_MAX];
	struct gop_wish wish = {.device_id = device->id};
	struct manifest_entry_view entry;
	bool started = false;

	if (read_wish(wanted, sizeof(wanted))) {
		if (is_off(wanted)) {
			guest_log(LOG_GOP_OFF, device->location);
			return true;
		}
		guest_log(LOG_GOP_ASKED, device->location, guest_text(wanted));
		wish.wanted = wanted;
	}
	while (!started && gop_choose(&rom->manifest, &wish, &entry)) {
		struct payload driver = {0};
		const char *flaw;

		wish.tried[entry.image] = 1;
		if (hangs(device, &entry))
			continue;
		flaw = payload_unpack(rom, &entry, &driver);
		if (flaw) {
			guest_log(LOG_GOP_DAMAGED, entry.image, guest_text(flaw));
		} else {
			guest_lpc_answer(device, &entry, driver.data);
			started = run(self, rom, device, &entry, &driver);
		}
		payload_discard(&driver);
	}
	if (!started)
		list_aboard(rom, device, count_payloads(rom));
	return started;
}

/*
 * Until the end of the DXE phase EDK2 starts no image of a ROM but keeps it, and starts it then. A
 * driver in a volume meets the GPU before that: what is in the GPU's ROM is for the copy of the
 * driver there, which firmware keeps as well.
 */
static bool is_left_to_rom(const struct payload_rom *rom, const struct guest_device *device)
{
	char wanted[WANTED_MAX];
	struct gop_wish wish = {.device_id = device->id};
	struct manifest_entry_view entry;

	if (read_wish(wanted, sizeof(wanted)))
		wish.wanted = wanted;
	if (!gop_choose(&rom->manifest, &wish, &entry))
		return false;
	guest_log(LOG_GOP_LEFT, device->location, entry.image, guest_text(entry.version));
	return true;
}

void guest_gop_start(efi_handle self, const struct guest_device *device)
{
	struct guest_record *record = guest_record_find(device);
	struct payload_rom rom = {0};

	if (!record)
		return;
	while (!record->gop_started && payload_next_rom(self, device, &rom)) {
		if (!count_payloads(&rom))
			continue;
		if (!may_start(device))
			return;
		if (rom.place == PAYLOAD_GPU_ROM && payload_in_volume(self)) {
			if (is_left_to_rom(&rom, device))
				return;
			continue;
		}
		record->gop_started = true;
		record->gop_started = choose_and_run(self, &rom, device);
	}
}
