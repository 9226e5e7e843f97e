/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UEFI driver that rides in the ROM: hands the OpRegion and stolen memory to an assigned IGD and
 * serves the VBT to GOP drivers. One file for each of these.
 */
#ifndef IGDROM_GUEST_GUEST_H
#define IGDROM_GUEST_GUEST_H

#include "guest/uefi.h"
#include "igd/igd.h"

#define PCI_ASLS    0xfc /* OpRegion address */
#define PCI_GGC     0x50 /* graphics control: size of stolen memory */
#define PCI_BDSM_32 0x5c /* base of stolen memory */
#ifndef PCI_BDSM_64      /* the tests build a driver with a wrong one, to see that they notice */
#define PCI_BDSM_64 0xc0
#endif

/* Given by firmware to efi_main(); one driver image has one. */
extern struct efi_boot_services *guest_boot;

/* An integrated GPU of the tables. */
struct guest_device {
	efi_handle handle;
	struct efi_pci_io_protocol *io;
	uint64_t location; /* segment << 24 | bus << 16 | device << 8 | function */
	uint16_t id;
	uint32_t class_code;
	struct igd_traits traits;
};
#define GUEST_LOCATION_IGD 0x000200 /* 0000:00:02.0 */

/*
 * What was done to a device. Kept as a protocol on a handle of its own: it outlives the handle of
 * the device (a bus driver that is stopped and started makes a new one) and this image (another
 * copy of the driver finds it), and is gone after a reset, as is the memory it speaks of. The
 * registers alone would not tell: they may keep their values over a reset.
 */
struct guest_record {
	uint64_t location;
	uint32_t id;
	uint32_t opregion_size; /* bytes; 0 when none was set up */
	uint64_t opregion;      /* address */
	uint64_t stolen;        /* address; 0 when none was set up */
	bool gop_started;
};
struct guest_record *guest_record_find(const struct guest_device *device);
efi_status guest_record_add(const struct guest_record *record);

/* Whether the handle is an integrated GPU; quiet leaves the log alone. */
bool guest_device_open(efi_handle handle, bool quiet, struct guest_device *device);
uint32_t guest_config_read(const struct guest_device *device, uint32_t offset);

/* Pages below 4 GiB, aligned to a power of two of at least a page. */
efi_status guest_allocate(enum efi_memory_type type, uint64_t size, uint64_t align,
			  uint64_t *address);

/* Sets a device up; a second time changes nothing. */
void guest_assign(efi_handle self, const struct guest_device *device);

/* Starts the one GOP driver in our ROM that is for the device; a second time does nothing. */
void guest_gop_start(efi_handle self, const struct guest_device *device);

/* Serves GOP drivers, unless another driver does already. */
void guest_policy_install(void);

#endif
