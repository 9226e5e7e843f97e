/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a thing comes from, as the manifest keeps it. */
#include "kit/internal.h"

#include "core/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_part(char *text, size_t room, const char *label, const char *part)
{
	size_t used = strlen(text);

	if (part && *part)
		snprintf(text + used, room - used, "%s%s%s", used ? ", " : "", label, part);
}

char *kit_origin(const char *origin, const char *where, struct igdrom_bytes file)
{
	static const char label[] = "file sha256 ";
	char hex[DIGEST_SHA256_HEX] = "";
	size_t room = strlen(kit_or(origin, "")) + strlen(where) + sizeof(label) + sizeof(hex) + 8;
	char *text = malloc(room);

	if (!text)
		return NULL;
	text[0] = '\0';
	if (*where)
		digest_sha256_hex(file.data, file.size, hex);
	add_part(text, room, "", origin);
	add_part(text, room, "", where);
	add_part(text, room, label, hex);
	return text;
}
