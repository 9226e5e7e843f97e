/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands "host ..." share. */
#ifndef IGDROM_CLI_HOST_H
#define IGDROM_CLI_HOST_H

#include "cli.h"

#include <limits.h>

/* host.c: the verbs of the noun; a new one is an entry there and its function below. */
extern const struct command host_commands[];
extern const size_t host_command_count;

/* --root, which is the same for all verbs. */
#define HOST_ROOT_OPTION                                                               \
	{                                                                              \
		OPTION_ROOT, "root", 0, false, VALUE_DIRECTORY, "DIR",                 \
			"a captured machine: a directory that holds its /sys, /proc, " \
			"/etc and /var/lib/dpkg/status, or some of them"               \
	}

/*
 * The machine that --root names, that of the text that --lspci names, or this one; scanned. A
 * machine without a PCI bus is one too. EXIT_YES, or the exit code after the failure was told.
 */
int open_host(struct call *call, struct igdrom_host **out);
/* "0000:00:02.0"; without the domain when it is 0. */
const char *address_text(const struct igdrom_pci_function *function, char out[24]);

/* host_groups.c */
/* A line: address, ids, what it is, its driver, and a remark when there is one. */
void list_function(const struct style *style, const char *before,
		   const struct igdrom_pci_function *function, const char *remark);
/* A title after an empty line. */
void print_section(const struct style *style, const char *title);
/* How many functions a group has. */
size_t group_size(const struct igdrom_host *host, int group);
/* The IOMMU groups of the integrated GPU and of its sound. */
void draw_groups(const struct style *style, const struct igdrom_host *host);

int run_host_hookscript(struct call *call);
int run_host_prepare(struct call *call);

int run_host_bundle(struct call *call);
int run_host_show(struct call *call);
int run_host_doctor(struct call *call);
int run_host_dump(struct call *call);

#endif
