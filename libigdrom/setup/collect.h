/* SPDX-License-Identifier: BSD-2-Clause */
/* What a helper wants to see of a machine: its files and its log, with nobody's secrets. */
#ifndef IGDROM_SETUP_COLLECT_H
#define IGDROM_SETUP_COLLECT_H

#include <igdrom/host.h>

#include "setup/redact.h"

#define COLLECT_FILES 64

struct collected_file {
	char *path;                   /* redacted; owned */
	struct igdrom_bytes text;     /* redacted; owned */
	enum igdrom_vm_format format; /* of a virtual machine; otherwise unknown */
};

struct collected {
	struct redactor *redactor;
	struct collected_file files[COLLECT_FILES];
	size_t count;
	char *log_source; /* NULL: there is no log */
	struct igdrom_bytes log;
};

enum igdrom_status collect(const struct igdrom_host *host, struct collected *out);
void collect_free(struct collected *collected);

#endif
