/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_VM_WANTED_H
#define TESTS_UNIT_VM_WANTED_H

#include "vm/config.h"

/*
 * A configuration that shall be, put together without the planner: OVMF, GPU 0000:00:02.0 at the
 * same place in the guest, no emulated display, and what the words ask for: "i440fx" or "q35",
 * "rom=FILE", "fw_cfg=NAME:STRING", "width=BITS", "libvirt=NUMBER", "debug", "audio", "seabios",
 * "nowhere" (no place in the guest), "display" (the emulated one stays), and properties as
 * "bool:x-igd-lpc=on", "uint:x-igd-gms=0x2", "string:x-igd-legacy-mode=off".
 */
struct igdrom_vm_config *vm_wanted(const char *const *words);

#endif
