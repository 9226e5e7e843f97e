/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_HOST_DUMP_VFIO_H
#define IGDROM_HOST_DUMP_VFIO_H

#include <igdrom/status.h>

/*
 * The OpRegion of a function that vfio-pci has, with what follows it. group: its file in /dev/vfio.
 * 0 or an errno: EBUSY when a virtual machine has it, ENXIO when vfio-pci offers none.
 */
int dump_vfio_opregion(const char *group, const char *address, struct igdrom_bytes *out);

#endif
