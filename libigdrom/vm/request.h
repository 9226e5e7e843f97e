/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request inside: what was said as text in its normal form, and how the rest of the room reads
 * it. A value that was taken is valid: the readers below do not fail on it.
 */
#ifndef IGDROM_VM_REQUEST_H
#define IGDROM_VM_REQUEST_H

#include "vm/config.h"

#include <igdrom/gop.h>

/* Greatest number of a passed-through device: hostpci15. */
#define VM_INDEX_MAX 15

enum vm_key {
	VM_KEY_DEVICE,
	VM_KEY_DISPLAY_CLASS,
	VM_KEY_HYPERVISOR,
	VM_KEY_QEMU,
	VM_KEY_PVE,
	VM_KEY_LIBVIRT,
	VM_KEY_FIRMWARE,
	VM_KEY_MACHINE,
	VM_KEY_GUEST,
	VM_KEY_WANT,
	VM_KEY_FUNCTION,
	VM_KEY_MDEV,
	VM_KEY_HOST_ADDRESS,
	VM_KEY_AUDIO,
	VM_KEY_KERNEL,
	VM_KEY_STOLEN_BASE,
	VM_KEY_GGC,
	VM_KEY_GMS,
	VM_KEY_GGMS,
	VM_KEY_LPC_ID,
	VM_KEY_ADDRESS_WIDTH,
	VM_KEY_DISABLE_VGA,
	VM_KEY_MEMORY,
	VM_KEY_ROM,
	VM_KEY_VM,
	VM_KEY_INDEX,
	VM_KEY_DEBUG_CONSOLE,
	VM_KEY_COUNT,
};

/* A GOP driver in the ROM. */
struct vm_rom_gop {
	uint16_t *ids;   /* that it lists; owned, as is the version */
	size_t id_count; /* 0: they cannot be read */
	char *version;
	enum igdrom_gop_gate gate;
	bool answered; /* our driver answers its LPC check, when fw_cfg names the host's true id */
};

/* What matters of the ROM that the virtual machine will get. */
struct vm_rom_facts {
	bool known;
	bool opregion; /* a driver in it gives the guest its OpRegion */
	bool legacy;   /* a legacy VBIOS */
	struct vm_rom_gop *gops;
	size_t gop_count;
};

struct igdrom_vm_request {
	char *text[VM_KEY_COUNT];
	struct vm_rom_facts rom;
};

/* A version as three numbers; what is not said is 0. */
struct vm_version {
	unsigned part[3];
	unsigned package; /* pve-qemu-kvm_10.1.0-1: the 1 */
	bool pve_build;
};

const char *vm_request_key_name(enum vm_key key);
/* Whether a number of this key is written in decimal digits. */
bool vm_request_key_is_decimal(const char *name);
const char *vm_request_text(const struct igdrom_vm_request *request, enum vm_key key);
/* Decimal and hexadecimal keys; false when nothing was said. */
bool vm_request_number(const struct igdrom_vm_request *request, enum vm_key key, uint64_t *out);
bool vm_request_version(const struct igdrom_vm_request *request, enum vm_key key,
			struct vm_version *out);
/* Negative, 0 or positive, as strcmp(). */
int vm_version_compare(const struct vm_version *a, const struct vm_version *b);

/*
 * Reads "10.1", "10.1.2", "6.14.8-2-pve", the first line of `qemu-system-x86_64 --version`, and
 * "10.1.2 (pve-qemu-kvm_10.1.2-1)".
 */
bool vm_version_parse(const char *text, struct vm_version *out);

/*
 * The normal form of a value: owned; NULL when the key does not take it (*status is IGDROM_E_INVAL)
 * or memory ran out (IGDROM_E_NOMEM).
 */
char *vm_value_normal(enum vm_key key, const char *value, enum igdrom_status *status);
/* What the key takes, in words. */
const char *vm_value_help(enum vm_key key);
bool vm_value_is_decimal(enum vm_key key);

#endif
