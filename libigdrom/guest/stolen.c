/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stolen memory, where the hardware expects it. Host firmware leaves read-only pointers into its
 * own stolen range behind (STOLEN_RESERVED, RC6_CTX_BASE), so the driver of a guest whose base is
 * another one may fail: the GuC of gen12 never starts, which Windows shows as Code 43. Whoever
 * configures the virtual machine may therefore tell us the host's base. Source: lf-edge/eve, pull
 * requests 6407 and 6432.
 */
#include "guest/stolen.h"

#include "guest/fwcfg.h"
#include "guest/log.h"

#define MIB        0x100000u
#define FOUR_GIB   UINT64_C(0x100000000)
#define FILE_TEXT  "opt/igdrom/stolen-base" /* hexadecimal digits; wins */
#define FILE_VALUE "etc/igd-stolen-base"    /* 64 bits, little-endian; from a patched QEMU */
#define TEXT_MAX   32

/* What is reserved: the GTT's share, and behind it what BDSM leads to. */
struct stolen {
	uint64_t gtt_size;
	uint64_t size;
	uint16_t ggc;
};

uint64_t guest_address_read(const struct guest_device *device, const struct address_register *reg)
{
	uint64_t value = 0;

	device->io->pci_read(device->io, EFI_PCI_IO_UINT32, reg->offset, reg->dwords, &value);
	return value & ~(reg->align - 1);
}

void guest_address_write(const struct guest_device *device, const struct address_register *reg,
			 uint64_t address)
{
	device->io->pci_write(device->io, EFI_PCI_IO_UINT32, reg->offset, reg->dwords, &address);
}

bool guest_announce(const struct guest_device *device, const struct address_register *reg,
		    uint64_t address)
{
	uint64_t now;

	guest_address_write(device, reg, address);
	now = guest_address_read(device, reg);
	if (now != address)
		guest_log(LOG_REGISTER_KEPT, device->location, reg->offset, address, now);
	return now == address;
}

bool guest_bdsm(const struct guest_device *device, struct address_register *out)
{
	bool wide = device->traits.bdsm == IGD_BDSM_64_C0;

	*out = (struct address_register){wide ? PCI_BDSM_64 : PCI_BDSM_32, wide ? 2 : 1, MIB};
	return wide || device->traits.bdsm == IGD_BDSM_32_5C;
}

/* Reads a small file whole; its size, or 0. */
static uint32_t read_small(const char *name, uint8_t *data, uint32_t room)
{
	struct fwcfg_file file;

	if (fwcfg_find(name, &file) != FWCFG_FOUND)
		return 0;
	if (file.size == 0 || file.size > room || !fwcfg_read(&file, data, file.size)) {
		guest_log(LOG_STOLEN_BASE_BAD, guest_text(name), 0);
		return 0;
	}
	return file.size;
}

static uint64_t value_of(const uint8_t *data, uint32_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | data[size];
	return value;
}

/* The host's base, or 0. */
static uint64_t wanted_base(const struct guest_device *device, const struct stolen *want)
{
	const char *name = FILE_TEXT;
	uint8_t data[TEXT_MAX];
	uint32_t size = read_small(name, data, sizeof(data));
	uint64_t base = 0;

	if (!size || !igd_read_hex((const char *)data, size, &base)) {
		if (size)
			guest_log(LOG_STOLEN_BASE_BAD, guest_text(name), 0);
		name = FILE_VALUE;
		size = read_small(name, data, sizeof(base));
		base = value_of(data, size);
	}
	if (!base)
		return 0;
	base &= ~(uint64_t)(MIB - 1);
	if (base < want->gtt_size + MIB || base > FOUR_GIB - want->size) {
		guest_log(LOG_STOLEN_BASE_BAD, guest_text(name), base);
		return 0;
	}
	guest_log(LOG_STOLEN_BASE, device->location, base, guest_text(name));
	return base;
}

/* Reserves [base - gtt_size, base + size); elsewhere when that is not free. */
static bool reserve(const struct guest_device *device, const struct stolen *want, uint64_t *base)
{
	uint64_t whole = want->gtt_size + want->size;
	uint64_t wanted = wanted_base(device, want);
	uint64_t start = wanted - want->gtt_size;
	efi_status status;

	if (wanted) {
		status = guest_boot->allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_RESERVED_MEMORY_TYPE,
						    whole / EFI_PAGE_SIZE, &start);
		*base = wanted;
		if (!efi_failed(status))
			return true;
		guest_log(LOG_STOLEN_BASE_TAKEN, device->location, wanted, status);
	}
	status = guest_allocate(EFI_RESERVED_MEMORY_TYPE, whole, MIB, &start);
	if (efi_failed(status))
		guest_log(LOG_STOLEN_NO_MEMORY, device->location, whole, status);
	*base = start + want->gtt_size;
	return !efi_failed(status);
}

/* How much the device wants of us; false, and the reason logged, when none. */
static bool size_up(const struct guest_device *device, struct stolen *want)
{
	want->ggc = (uint16_t)guest_config_read(device, PCI_GGC);
	want->gtt_size = 0;
	want->size = 0;
	if (device->traits.bdsm == IGD_BDSM_NONE)
		guest_log(LOG_STOLEN_NOT_NEEDED, device->location);
	else if (device->traits.bdsm == IGD_BDSM_UNKNOWN)
		guest_log(LOG_STOLEN_UNKNOWN, device->location, device->id);
	else if (device->location != GUEST_LOCATION_IGD)
		guest_log(LOG_STOLEN_ELSEWHERE, device->location);
	else if (!igd_stolen_size(device->traits.stolen, want->ggc, &want->size))
		guest_log(LOG_STOLEN_RESERVED_SIZE, device->location, want->ggc);
	else if (!want->size)
		guest_log(LOG_STOLEN_ZERO, device->location, want->ggc);
	else if (device->traits.bdsm == IGD_BDSM_64_C0)
		want->gtt_size = igd_gtt_size(want->ggc);
	return want->size != 0;
}

uint64_t guest_stolen_set_up(const struct guest_device *device)
{
	struct address_register bdsm;
	struct stolen want;
	uint64_t whole;
	uint64_t base;

	if (!size_up(device, &want) || !guest_bdsm(device, &bdsm) || !reserve(device, &want, &base))
		return 0;
	whole = want.gtt_size + want.size;
	guest_boot->set_mem((void *)(uintptr_t)(base - want.gtt_size), whole, 0);
	if (!guest_announce(device, &bdsm, base)) {
		guest_boot->free_pages(base - want.gtt_size, whole / EFI_PAGE_SIZE);
		return 0;
	}
	guest_log(LOG_STOLEN, device->location, base, want.size, want.ggc, bdsm.offset,
		  want.gtt_size);
	guest_compare_mirror(device, want.ggc, base);
	return base;
}
