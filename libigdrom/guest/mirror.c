/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From generation 11 on BAR0 shows GGC and BDSM a second time, and there GOP drivers 17 and later
 * look for them. On an assigned GPU these are the host's registers, unless the hypervisor answers.
 */
#include "guest/log.h"
#include "guest/stolen.h"

#define MIRROR_BAR  0
#define MIRROR_GGC  0x108040
#define MIRROR_BDSM 0x1080c0
#define GGC_SIZES   0xffc0 /* GMS and GGMS; below them are locks and enable bits */
#define BDSM_ALIGN  UINT64_C(0x100000)

static efi_status read_bar(const struct guest_device *device, uint64_t offset, uint64_t dwords,
			   void *out)
{
	return device->io->mem_read(device->io, EFI_PCI_IO_UINT32, MIRROR_BAR, offset, dwords, out);
}

/* Firmware lets a device decode memory no sooner than a driver asks for it. */
static efi_status read_mirror(const struct guest_device *device, uint32_t *ggc, uint64_t *bdsm)
{
	struct efi_pci_io_protocol *io = device->io;
	uint64_t before = 0;
	efi_status status = io->attributes(io, EFI_PCI_IO_ATTRIBUTES_GET, 0, &before);
	bool asleep = !(before & EFI_PCI_IO_ATTRIBUTE_MEMORY);

	if (!efi_failed(status) && asleep)
		status = io->attributes(io, EFI_PCI_IO_ATTRIBUTES_ENABLE,
					EFI_PCI_IO_ATTRIBUTE_MEMORY, NULL);
	if (efi_failed(status))
		return status;
	status = read_bar(device, MIRROR_GGC, 1, ggc);
	if (!efi_failed(status))
		status = read_bar(device, MIRROR_BDSM, 2, bdsm);
	if (asleep)
		io->attributes(io, EFI_PCI_IO_ATTRIBUTES_DISABLE, EFI_PCI_IO_ATTRIBUTE_MEMORY,
			       NULL);
	return status;
}

void guest_compare_mirror(const struct guest_device *device, uint16_t ggc, uint64_t base)
{
	uint32_t mirror_ggc = 0;
	uint64_t mirror_base = 0;
	efi_status status;

	if (device->traits.bdsm != IGD_BDSM_64_C0)
		return;
	status = read_mirror(device, &mirror_ggc, &mirror_base);
	if (efi_failed(status))
		guest_log(LOG_MIRROR_UNREAD, device->location, status);
	else if (((mirror_ggc ^ ggc) & GGC_SIZES) || (mirror_base & ~(BDSM_ALIGN - 1)) != base)
		guest_log(LOG_MIRROR_DIFFERS, device->location, ggc, base, mirror_ggc, mirror_base);
}
