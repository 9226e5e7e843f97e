/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_JSON_CHANGES_H
#define IGDROM_JSON_CHANGES_H

#include "json/json.h"

#include <igdrom/changes.h>

/* "captured", "pending", "steps", "diff". */
void json_changes(struct json *json, cJSON *object, const struct igdrom_changes *changes);

#endif
