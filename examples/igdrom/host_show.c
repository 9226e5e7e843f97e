/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

int run_host_show(struct call *call)
{
	struct igdrom_host *host;
	enum igdrom_status status;
	char address[24];
	char *json = NULL;
	int code = open_host(call, &host);

	if (code != EXIT_YES)
		return code;
	code = igdrom_host_igd(host) ? EXIT_YES : EXIT_NO;
	if (call->json) {
		status = igdrom_host_to_json(host, call->report, &json);
		if (print_json(call, status, json) != EXIT_YES)
			code = exit_of(status);
	} else {
		print_title(&call->style, "%s",
			    igdrom_host_igd(host) ? address_text(igdrom_host_igd(host), address)
						  : "no integrated GPU");
		show_findings(call);
	}
	igdrom_host_close(host);
	return code;
}
