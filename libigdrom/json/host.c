/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <igdrom/host.h>

enum igdrom_status igdrom_host_to_json(const struct igdrom_host *host,
				       const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!host)
		return IGDROM_E_INVAL;
	json_start(&json);
	return json_finish(&json, report, out);
}
