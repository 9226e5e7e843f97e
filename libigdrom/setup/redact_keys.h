/* SPDX-License-Identifier: BSD-2-Clause */
/* Names behind which a secret stands: "serial=", "password: ", "<serial>", "'serial'>". */
#ifndef IGDROM_SETUP_REDACT_KEYS_H
#define IGDROM_SETUP_REDACT_KEYS_H

#include "setup/redact.h"
#include "setup/redact_match.h"

struct redact_value {
	size_t at, size; /* of the value */
	enum redact_kind kind;
};

/* quote: that is open in this line, or 0: then a blank does not end the value. */
bool redact_find_value(const struct span *text, size_t at, char quote, struct redact_value *out);

#endif
