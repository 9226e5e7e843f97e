/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_FIRMWARE_ROM_H
#define IGDROM_FIRMWARE_ROM_H

#include "firmware/internal.h"

/* PCI option ROMs between other things: one node for all images of a ROM. */
fw_recogniser fw_is_option_rom;
fw_parser fw_read_option_rom;

#endif
