/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines on QEMU's debug console (I/O port 402h), which OVMF too uses. */
#ifndef IGDROM_GUEST_LOG_H
#define IGDROM_GUEST_LOG_H

#include <stdint.h>

enum guest_line {
#define GUEST_LOG(name, code, keys, meaning) LOG_##name,
#include "guest/log.def"
#undef GUEST_LOG
};

/* guest_log(LOG_START, ...): as many numbers as log.def names; strings as guest_text(s). */
#define guest_log(line, ...) guest_log_line(line, (const uint64_t[]){__VA_ARGS__})
#define guest_text(s)        ((uint64_t)(uintptr_t)(s))

void guest_log_line(enum guest_line line, const uint64_t *values);

#endif
