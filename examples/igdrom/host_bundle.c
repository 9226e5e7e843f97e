/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <igdrom/setup.h>

#include <string.h>

static int write_bundle(struct call *call, const char *out, const char *text)
{
	struct igdrom_bytes bytes = {(const uint8_t *)text, strlen(text)};
	int code = store(call, out, bytes, 0);

	if (code != EXIT_YES)
		return code;
	if (strcmp(out, "-") != 0) {
		print_text(&call->style, stderr, out);
		fputs(": written. Serial numbers, addresses, names of hosts and users and "
		      "passwords "
		      "are taken out; look through it before you give it away.\n",
		      stderr);
	}
	return EXIT_YES;
}

int run_host_bundle(struct call *call)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	struct igdrom_host *host = NULL;
	enum igdrom_status status;
	char *text = NULL;
	int code = need_output(call, "OUT");

	if (code == EXIT_YES)
		code = open_host(call, &host);
	if (code != EXIT_YES)
		return code;
	status = igdrom_host_bundle(host, call->report, &text);
	igdrom_host_close(host);
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	code = write_bundle(call, out, text);
	if (code == EXIT_YES && call->json)
		printf("%s\n", text);
	igdrom_string_free(text);
	return code;
}
