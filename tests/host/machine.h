/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machines as text (machines/NAME.txt), turned into a tree of files as the kernel and an installed
 * system show it.
 *
 *   # a remark
 *   PATH = text                    a file of one line
 *   PATH =                         a file of the lines that follow and start with a tab (without it),
 *                                  empty ones between them included; none: an empty file
 *   PATH : 55 aa                   a file of bytes
 *   PATH -> TARGET                 a symbolic link
 *   PATH/                          an empty directory
 *   pci 0000:00:02.0 8086:4680 030000 rev=0c sub=1849:4680 driver=i915 group=0 boot_vga=1
 *                                  a PCI function: all of its files below sys/; also: enable=1
 *                                  power=D3hot override=vfio-pci vfs=COUNT/TOTAL physfn=ADDRESS
 *                                  config=SIZE (of its configuration space; 256)
 *   <tab>bar 0 6000000000 16M mem64   a line of its "resource", and its base address register: number,
 *                                  address, size, and io, mem, mem64, pref64, rom or shadow
 *   <tab>config 50=02c1            numbers in its configuration space, as wide as they have digits
 */
#ifndef IGDROM_TESTS_MACHINE_H
#define IGDROM_TESTS_MACHINE_H

#include <stdbool.h>

/* Makes the tree below a directory that is there; false, and a message on stderr. */
bool machine_make(const char *recipe, const char *root);
/* The same below a directory of its own, whose name fits into root[64]. */
bool machine_make_temporary(const char *recipe, char *root);
/* Writes one file of it, directories included. */
bool machine_write(const char *root, const char *path, const void *data, unsigned long size);
/* Removes a tree. */
void machine_remove(const char *root);

#endif
