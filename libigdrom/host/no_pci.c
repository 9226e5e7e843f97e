/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of pci.c in a build without libpci. */
#include "host/host.h"

enum igdrom_status igdrom_host_pci_id(struct igdrom_host *host,
				      const struct igdrom_pci_address *address,
				      struct igdrom_report *report, struct igdrom_pci_id *out)
{
	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_pci_id){0};
	if (!host || !address)
		return IGDROM_E_INVAL;
	if (!host->root)
		return host_known_id(host, address, "that address", report, out);
	return IGDROM_E_NOT_BUILT;
}
