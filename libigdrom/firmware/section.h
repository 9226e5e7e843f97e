/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_FIRMWARE_SECTION_H
#define IGDROM_FIRMWARE_SECTION_H

#include "firmware/internal.h"

#define FW_SECTION_COMPRESSED   0x01 /* PI 1.8 volume 3, 3.2.4.1 */
#define FW_SECTION_GUID_DEFINED 0x02
#define FW_SECTION_DISPOSABLE   0x03
#define FW_SECTION_PE32         0x10
#define FW_SECTION_PIC          0x11
#define FW_SECTION_TE           0x12
#define FW_SECTION_DXE_DEPEX    0x13
#define FW_SECTION_VERSION      0x14
#define FW_SECTION_UI           0x15
#define FW_SECTION_COMPAT16     0x16
#define FW_SECTION_FV_IMAGE     0x17
#define FW_SECTION_FREEFORM     0x18
#define FW_SECTION_RAW          0x19
#define FW_SECTION_PEI_DEPEX    0x1b
#define FW_SECTION_MM_DEPEX     0x1c

/* EFI_COMMON_SECTION_HEADER, EFI_COMMON_SECTION_HEADER2. */
struct fw_section_header {
	uint64_t size;
	uint8_t type;
	size_t header_size;
};

enum igdrom_status fw_decode_section_header(struct cur *c, struct fw_section_header *out);

/* The name of a type; NULL for one that no standard and no known vendor defines. */
const char *fw_section_type_name(uint8_t type);

#endif
