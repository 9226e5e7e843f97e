/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the test drivers share. They take nothing from the driver under test but the UEFI header:
 * fw_cfg is read through its ports, and expected values come from the runner through fw_cfg.
 */
#ifndef IGDROM_TESTS_GUEST_HARNESS_H
#define IGDROM_TESTS_GUEST_HARNESS_H

#include "guest/uefi.h"

#define HARNESS_FILE(name) "opt/org.igdrom.test/" name

/* One row of HARNESS_FILE("devices"), little-endian as it is in the file. */
struct harness_row {
	uint16_t vendor;
	uint16_t device;
	uint32_t class_code;
	uint8_t function_number;
	uint8_t device_number;
	uint8_t bus_number;
	uint8_t segment_number;
	uint16_t ggc;
	uint8_t read_only;      /* the device takes no configuration writes */
	uint8_t opregion;       /* expected: ASLS leads to a copy of etc/igd-opregion */
	uint32_t asls;          /* before */
	uint32_t bdsm_register; /* expected: base of stolen memory here; 0 = no stolen memory */
	uint64_t stolen_size;
	uint64_t gtt_size; /* reserved directly below it */
};
_Static_assert(sizeof(struct harness_row) == 40, "as the runner writes it");

/* A PCI device in RAM. io comes first: its address is that of the device. */
struct fake_device {
	struct efi_pci_io_protocol io;
	uint8_t config[256];
	struct harness_row row;
	uint32_t writes; /* configuration writes so far, in dwords */
	efi_handle handle;
};

/* What the first driver of a test ROM leaves for the last one. */
struct harness_state {
	uint64_t count;
	struct fake_device *devices;
	uint64_t reserved_pages; /* of EfiReservedMemoryType, before */
};
#define HARNESS_STATE_GUID \
	EFI_GUID(0x7a1d3f60, 0x51a2, 0x4b8e, 0xa0, 0x4c, 0x35, 0x1e, 0x66, 0x0b, 0x7d, 0x90)

extern struct efi_boot_services *harness_boot;

void say(const char *text);
void say_number(const char *text, uint64_t value);
/* Ends the run; QEMU exits with 33 (pass) or 3. */
_Noreturn void finish(bool pass);

/* The whole file, or NULL; *size is 0 then. */
uint8_t *fwcfg_load(const char *name, uint32_t *size);

/* Type of the memory that holds all of [address, address + size), or -1. */
int memory_type(uint64_t address, uint64_t size);
uint64_t memory_pages(enum efi_memory_type type);

void fake_prepare(struct fake_device *device, const struct harness_row *row);
efi_status fake_plug(struct fake_device *device);
efi_status fake_unplug(struct fake_device *device);
uint32_t fake_read32(const struct fake_device *device, uint32_t offset);
void fake_write32(struct fake_device *device, uint32_t offset, uint32_t value);

#endif
