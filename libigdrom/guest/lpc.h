/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_GUEST_LPC_H
#define IGDROM_GUEST_LPC_H

#include "guest/guest.h"
#include "igd/manifest.h"

/*
 * Answers the LPC check of a GOP driver in our copy of it, when the bridge at 00:1f.0 is one that
 * it refuses and the host's is known. Otherwise the copy stays as it is, and the log says why.
 */
void guest_lpc_answer(const struct guest_device *device, const struct manifest_entry_view *entry,
		      uint8_t *driver);

#endif
