/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps: torvalds/linux:arch/x86/kernel/early-quirks.c (gen6_, gen8_, chv_, gen9_stolen_size).
 * The kernel decodes any value. The highest one that counts here: what QEMU accepts for x-igd-gms
 * (qemu/qemu:hw/vfio/igd.c, vfio_pci_igd_override_gms), for Cherryview the last value that the
 * kernel's comment names. What lies above is reserved.
 */
#include "igd/igd.h"

#define MIB UINT64_C(0x100000)

#define GEN6_SHIFT 3
#define GEN6_MASK  0x1f
#define GEN6_LAST  0x10
#define GEN8_SHIFT 8
#define GEN8_LAST  0x40
#define SPLIT_LOW  0x11 /* first of the 4 MiB steps that begin at 8 MiB */
#define SPLIT_HIGH 0x17 /* first of the 4 MiB steps that begin at 36 MiB */
#define SPLIT_LAST 0x1d
#define GEN9_SMALL 0xf0 /* first of the 4 MiB steps that begin at 4 MiB */
#define GEN9_LAST  0xfe

static bool units_of_32_mib(uint32_t gms, uint32_t last, uint64_t *size)
{
	*size = gms <= last ? gms * 32 * MIB : 0;
	return gms <= last;
}

static bool steps_of_4_mib(uint32_t gms, uint32_t first, uint64_t first_mib, uint64_t *size)
{
	*size = (first_mib + (gms - first) * UINT64_C(4)) * MIB;
	return true;
}

static bool split_size(uint32_t gms, uint64_t *size)
{
	if (gms > SPLIT_LAST)
		return false;
	if (gms >= SPLIT_HIGH)
		return steps_of_4_mib(gms, SPLIT_HIGH, 36, size);
	if (gms >= SPLIT_LOW)
		return steps_of_4_mib(gms, SPLIT_LOW, 8, size);
	return units_of_32_mib(gms, GEN6_LAST, size);
}

static bool gen9_size(uint32_t gms, uint64_t *size)
{
	if (gms > GEN9_LAST)
		return false;
	if (gms >= GEN9_SMALL)
		return steps_of_4_mib(gms, GEN9_SMALL, 4, size);
	return units_of_32_mib(gms, GEN8_LAST, size);
}

bool igd_stolen_size(enum igd_stolen family, uint16_t ggc, uint64_t *size)
{
	*size = 0;
	switch (family) {
	case IGD_STOLEN_GEN6:
		return units_of_32_mib(ggc >> GEN6_SHIFT & GEN6_MASK, GEN6_LAST, size);
	case IGD_STOLEN_GEN8:
		return units_of_32_mib(ggc >> GEN8_SHIFT, GEN8_LAST, size);
	case IGD_STOLEN_CHV:
		return split_size(ggc >> GEN6_SHIFT & GEN6_MASK, size);
	case IGD_STOLEN_GEN9:
		return gen9_size(ggc >> GEN8_SHIFT, size);
	case IGD_STOLEN_UNKNOWN:
	case IGD_STOLEN_NONE:
		break;
	}
	return false;
}

uint64_t igd_gtt_size(uint16_t ggc)
{
	uint32_t ggms = ggc >> 6 & 3;

	return ggms ? MIB << ggms : 0;
}
