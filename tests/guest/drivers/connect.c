/* SPDX-License-Identifier: BSD-2-Clause */
/* Last in a test ROM: connects drivers to the fake devices, as firmware does later, and ends. */
#include "harness.h"

static const struct efi_guid state_guid = HARNESS_STATE_GUID;

efi_status efi_main(efi_handle image, struct efi_system_table *system);

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	struct harness_state *state;

	(void)image;
	harness_boot = system->boot_services;
	if (efi_failed(harness_boot->locate_protocol(&state_guid, NULL, (void **)&state)))
		finish(false);
	for (uint64_t i = 0; i < state->count; i++)
		harness_boot->connect_controller(state->devices[i].handle, NULL, NULL, false);
	finish(true);
}
