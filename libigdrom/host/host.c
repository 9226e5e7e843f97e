/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct igdrom_host *host_new(void)
{
	struct igdrom_host *host = calloc(1, sizeof(*host));

	if (host)
		host_forget(host);
	return host;
}

enum igdrom_status igdrom_host_open(const char *root, struct igdrom_host **out)
{
	struct igdrom_host *host;
	size_t size;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	size = root ? strlen(root) : 0;
	/* Paths are made by appending "/sys/...". */
	while (size > 0 && root[size - 1] == '/')
		size--;
	host = host_new();
	if (!host)
		return IGDROM_E_NOMEM;
	host->root = malloc(size + 1);
	if (!host->root) {
		free(host);
		return IGDROM_E_NOMEM;
	}
	if (size)
		memcpy(host->root, root, size);
	host->root[size] = '\0';
	*out = host;
	return IGDROM_OK;
}

void igdrom_host_close(struct igdrom_host *host)
{
	if (!host)
		return;
	host_forget(host);
	free(host->root);
	free(host);
}

/* Up to most hex digits from *text on, at least least; false when there are others. */
static bool hex_digits(const char **text, size_t least, size_t most, uint32_t *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < most; n++) {
		char c = **text;
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (uint32_t)((c | 0x20) - 'a' + 10);
		else
			break;
		*value = *value << 4 | digit;
		(*text)++;
	}
	return n >= least;
}

enum igdrom_status igdrom_pci_address_parse(const char *text, struct igdrom_pci_address *out)
{
	uint32_t domain = 0, bus, device, function;

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_pci_address){0};
	if (!text)
		return IGDROM_E_INVAL;
	if (strchr(text, ':') != strrchr(text, ':') &&
	    (!hex_digits(&text, 4, 8, &domain) || *text++ != ':'))
		return IGDROM_E_INVAL;
	if (!hex_digits(&text, 1, 2, &bus) || *text++ != ':' || !hex_digits(&text, 1, 2, &device) ||
	    *text++ != '.' || !hex_digits(&text, 1, 1, &function) || *text != '\0' || device > 31 ||
	    function > 7)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_pci_address){
		.domain = domain,
		.bus = (uint8_t)bus,
		.device = (uint8_t)device,
		.function = (uint8_t)function,
	};
	return IGDROM_OK;
}
