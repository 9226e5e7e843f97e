/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands "host ..." share. */
#ifndef IGDROM_CLI_HOST_H
#define IGDROM_CLI_HOST_H

#include "cli.h"

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

int run_host_hookscript(struct call *call);
int run_host_prepare(struct call *call);
int run_host_show(struct call *call);
int run_host_dump(struct call *call);

#endif
