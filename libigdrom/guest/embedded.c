/* SPDX-License-Identifier: BSD-2-Clause */
/* The one file of this room that belongs to the library; the others make the driver in it. */
#include <igdrom/rom.h>

static const uint8_t driver[] = {
#include "guest/driver.inc"
};

struct igdrom_bytes igdrom_guest_driver(void)
{
	return (struct igdrom_bytes){driver, sizeof(driver)};
}
