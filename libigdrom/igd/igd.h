/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Freestanding: compiled into the library and into the guest driver, so that both decide alike. No
 * libc, no allocation, no state; only the freestanding headers of C11.
 */
#ifndef IGDROM_IGD_IGD_H
#define IGDROM_IGD_IGD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values equal enum igdrom_stolen_family and enum igdrom_bdsm_kind; device/ asserts it. */
enum igd_stolen {
	IGD_STOLEN_UNKNOWN,
	IGD_STOLEN_NONE,
	IGD_STOLEN_GEN6,
	IGD_STOLEN_GEN8,
	IGD_STOLEN_CHV,
	IGD_STOLEN_GEN9
};
enum igd_bdsm { IGD_BDSM_UNKNOWN, IGD_BDSM_NONE, IGD_BDSM_32_5C, IGD_BDSM_64_C0 };

/* What assignment needs to know about a device. */
struct igd_traits {
	uint8_t stolen; /* enum igd_stolen */
	uint8_t bdsm;   /* enum igd_bdsm */
};

/* Traits of an integrated device; false when the id is in no table or is a discrete one. */
bool igd_lookup(uint16_t device_id, struct igd_traits *out);

/*
 * Bytes of stolen memory that GGC (configuration word 50h) announces. false: a reserved encoding,
 * or a family without the field. Source: torvalds/linux:arch/x86/kernel/early-quirks.c.
 */
bool igd_stolen_size(enum igd_stolen family, uint16_t ggc, uint64_t *size);

/*
 * Bytes of stolen memory that the GTT takes by GGC, from generation 8 on: bits 7:6. Source:
 * qemu/qemu:hw/vfio/igd.c, igd_gtt_memory_size().
 */
uint64_t igd_gtt_size(uint16_t ggc);

/*
 * Text of 1 to 16 hexadecimal digits, "0x" before and white space or NULs after it allowed: what a
 * person gives with "-fw_cfg name=...,string=...". false: something else.
 */
bool igd_read_hex(const char *text, size_t size, uint64_t *value);

#endif
