/* SPDX-License-Identifier: BSD-2-Clause */
/* Says which of several images in a ROM it is, and stays. */
#include "harness.h"

efi_status efi_main(efi_handle image, struct efi_system_table *system);

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	(void)image;
	harness_boot = system->boot_services;
	say("check: image " HELLO_NAME "\n");
	return EFI_SUCCESS;
}
