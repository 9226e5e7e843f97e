/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_VM_ROM_FACTS_H
#define IGDROM_VM_ROM_FACTS_H

#include "vm/request.h"

enum igdrom_status vm_rom_facts_read(const struct igdrom_rom *rom, struct igdrom_report *report,
				     struct vm_rom_facts *out) IGDROM_MUST_CHECK;
void vm_rom_facts_clear(struct vm_rom_facts *facts);
/*
 * The GOP driver that would be started for the device, as the guest driver chooses; one that cannot
 * be read may be for every device. NULL: there is none.
 */
const struct vm_rom_gop *vm_rom_facts_gop(const struct vm_rom_facts *facts, uint16_t device_id);

#endif
