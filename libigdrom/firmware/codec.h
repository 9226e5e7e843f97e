/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_FIRMWARE_CODEC_H
#define IGDROM_FIRMWARE_CODEC_H

#include "firmware/internal.h"

fw_decoder fw_decode_uefi; /* Tiano or EFI 1.1, whichever gives sections */
fw_decoder fw_decode_lzma; /* also behind four more bytes, as Intel has it */

/* How a GUIDed section is decoded; NULL when it is not. */
fw_decoder *fw_decoder_for(enum fw_guid_kind kind);

#endif
