/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of system a machine runs. */
#ifndef IGDROM_HOST_KIND_H
#define IGDROM_HOST_KIND_H

/* Distributions that are set up in the same way. */
enum host_family {
	HOST_DEBIAN,
	HOST_FEDORA,
	HOST_ARCH,
	HOST_UNRAID,
	HOST_OTHER,
};

/* By the name in os-release(5), or NULL. */
enum host_family host_family_of(const char *distribution);

/* What a boot loader leaves in the command line of the kernel tells which one it was. */
enum host_loader {
	HOST_LOADER_UNKNOWN,
	HOST_LOADER_GRUB,    /* or another one that says BOOT_IMAGE=, as syslinux does */
	HOST_LOADER_SYSTEMD, /* systemd-boot */
};

/* From the command line of a running kernel, or NULL. */
enum host_loader host_loader_of(const char *command_line);

/* 1: the first "A.B" in a text is at least that in the other; -1: it is older; 0: not known. */
int host_version_is(const char *text, const char *least);

#endif
