/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IGD OpRegion, a mailbox between firmware and graphics driver, and the VBT in it. Layout: Intel
 * IGD OpRegion / Software SCI specification, as torvalds/linux reads it
 * (drivers/gpu/drm/i915/display/intel_opregion.c, drivers/vfio/pci/vfio_pci_igd.c). All numbers are
 * little-endian. Freestanding: for the library and for the guest driver.
 */
#ifndef IGDROM_IGD_OPREGION_H
#define IGDROM_IGD_OPREGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPREGION_BODY_BYTES 0x2000   /* without the extended VBT that may follow */
#define OPREGION_MAX_BYTES  0x100000 /* a VBT has at most 64 KiB: generous */
#define VBT_HEADER_BYTES    48
#define VBT_SIGNATURE_BYTES 20

/* Why there is no VBT, or why one of the two places was passed over. */
enum opregion_flaw {
	OPREGION_OK,
	OPREGION_VBT_ABSENT,   /* mailbox 4 does not start with "$VBT" */
	OPREGION_VBT_ABSOLUTE, /* version 2.0: RVDA is an address in the memory of the host */
	OPREGION_VBT_OUTSIDE,  /* RVDA and RVDS reach into the body or out of the bytes there are */
	OPREGION_VBT_DAMAGED,  /* header, size or BDB of the VBT do not fit where it is */
};

struct opregion_vbt {
	size_t offset;                    /* from the start of the OpRegion */
	size_t size;                      /* vbt_size of its header */
	bool extended;                    /* behind the body (RVDA), not in mailbox 4 */
	enum opregion_flaw extended_flaw; /* RVDA was there but mailbox 4 is taken instead: why */
};

/* Whether size bytes can be an OpRegion: the signature, the body, the cap. */
bool opregion_is_valid(const uint8_t *data, size_t size);

/* Major version << 8 | minor. The caller has asked opregion_is_valid(). */
uint16_t opregion_version(const uint8_t *data);

/*
 * Finds the VBT: where RVDA points from version 2.1 on, else in mailbox 4, which i915 also falls
 * back to. Whatever the bytes say, offset and size stay inside. The caller has asked
 * opregion_is_valid().
 */
enum opregion_flaw opregion_find_vbt(const uint8_t *data, size_t size, struct opregion_vbt *out);

/* Bytes of an OpRegion that opregion_compose() makes around a VBT of that size. */
size_t opregion_composed_size(size_t vbt_size);

/*
 * An OpRegion 2.1 with nothing in it but a VBT: in mailbox 4, or behind the body when it is larger
 * than that (RVDA relative). out has opregion_composed_size() bytes, all zero.
 */
void opregion_compose(const uint8_t *vbt, size_t vbt_size, uint8_t *out);

/* Whether the bytes are a VBT, all of it, and nothing behind it. */
bool vbt_is_whole(const uint8_t *vbt, size_t size);

/* Version of the BDB of a VBT that opregion_find_vbt() found, or vbt_is_whole() took. */
uint16_t vbt_bdb_version(const uint8_t *vbt);

/* Makes the bytes of a VBT sum to 0 mod 256, as the header promises; false when they did already. */
bool vbt_fix_checksum(uint8_t *vbt, size_t size);

#endif
