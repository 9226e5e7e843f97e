/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum host_family host_family_of(const char *distribution)
{
	static const struct {
		const char *name;
		enum host_family family;
	} known[] = {
		{"pve", HOST_DEBIAN},       {"debian", HOST_DEBIAN},    {"ubuntu", HOST_DEBIAN},
		{"linuxmint", HOST_DEBIAN}, {"pop", HOST_DEBIAN},       {"fedora", HOST_FEDORA},
		{"nobara", HOST_FEDORA},    {"rhel", HOST_FEDORA},      {"centos", HOST_FEDORA},
		{"rocky", HOST_FEDORA},     {"almalinux", HOST_FEDORA}, {"arch", HOST_ARCH},
		{"manjaro", HOST_ARCH},     {"endeavouros", HOST_ARCH}, {"cachyos", HOST_ARCH},
		{"unraid", HOST_UNRAID},
	};

	for (size_t i = 0; distribution && i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(distribution, known[i].name))
			return known[i].family;
	}
	return HOST_OTHER;
}

enum host_loader host_loader_of(const char *command_line)
{
	if (!command_line)
		return HOST_LOADER_UNKNOWN;
	if (strstr(command_line, "initrd=\\EFI\\") || strstr(command_line, "initrd=\\efi\\"))
		return HOST_LOADER_SYSTEMD;
	return strstr(command_line, "BOOT_IMAGE=") ? HOST_LOADER_GRUB : HOST_LOADER_UNKNOWN;
}

/* The first "A.B" in a text, which may have an epoch or words before it. */
static bool read_version(const char *text, unsigned version[2])
{
	for (; text && *text; text++) {
		if (*text < '0' || *text > '9')
			continue;
		if (sscanf(text, "%9u.%9u", &version[0], &version[1]) == 2)
			return true;
		text += strspn(text, "0123456789") - 1;
	}
	return false;
}

int host_version_is(const char *text, const char *least)
{
	unsigned version[2], wanted[2];

	if (!read_version(text, version) || !read_version(least, wanted))
		return 0;
	if (version[0] != wanted[0])
		return version[0] > wanted[0] ? 1 : -1;
	return version[1] >= wanted[1] ? 1 : -1;
}
