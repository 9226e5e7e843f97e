/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU firmware configuration device; docs/specs/fw_cfg of QEMU. */
#ifndef IGDROM_GUEST_FWCFG_H
#define IGDROM_GUEST_FWCFG_H

#include <stdbool.h>
#include <stdint.h>

struct fwcfg_file {
	uint32_t size;
	uint16_t key;
	bool dma; /* the DMA interface is offered and will be used */
};

enum fwcfg_answer { FWCFG_FOUND, FWCFG_NO_DEVICE, FWCFG_NO_FILE };

enum fwcfg_answer fwcfg_find(const char *name, struct fwcfg_file *file);

/* The interface in a word, "dma" or "port", for the log. */
uint64_t fwcfg_way(const struct fwcfg_file *file);

/* Reads the first size bytes of the file; false when the device reports an error. */
bool fwcfg_read(const struct fwcfg_file *file, void *buffer, uint32_t size);

#endif
