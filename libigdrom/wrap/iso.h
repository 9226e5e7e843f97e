/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_WRAP_ISO_H
#define IGDROM_WRAP_ISO_H

#include "wrap/internal.h"

/*
 * Adds what an ISO 9660 image boots from (El Torito 1.0, 2.0): the disks by which vendors bring
 * updates are images in there, and no file of the file system.
 */
enum igdrom_status iso_add_boot_images(struct wrap_job *job) IGDROM_MUST_CHECK;

#endif
