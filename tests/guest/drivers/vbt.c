/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Last in a test ROM: for each variant of an OpRegion, plugs a device in, replaces what the driver
 * under test has put into memory for it, asks for the VBT as a GOP driver does, and unplugs it.
 */
#include "harness.h"

static const struct efi_guid policy_guid = PLATFORM_GOP_POLICY_PROTOCOL_GUID;

/* In HARNESS_FILE("variants"), followed by the bytes. */
struct variant {
	uint32_t size;
	uint32_t vbt_offset; /* expected; 0 = no VBT */
	uint32_t vbt_size;
};
#define CHECKSUM_AT 26

efi_status efi_main(efi_handle image, struct efi_system_table *system);

static bool same_vbt(const uint8_t *got, const uint8_t *expected, uint32_t size)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + got[i]);
		if (i != CHECKSUM_AT && got[i] != expected[i])
			return false;
	}
	return sum == 0;
}

static bool try_variant(const struct platform_gop_policy_protocol *policy,
			struct fake_device *device, const struct variant *variant, uint32_t room)
{
	const uint8_t *bytes = (const uint8_t *)(variant + 1);
	uint64_t address = 0;
	uint32_t size = 0;
	uint32_t asls;
	efi_status status;

	fake_plug(device);
	asls = fake_read32(device, 0xfc);
	if (!asls || variant->size > room)
		return false;
	harness_boot->set_mem((void *)(uintptr_t)asls, room, 0);
	harness_boot->copy_mem((void *)(uintptr_t)asls, bytes, variant->size);
	status = policy->get_vbt_data(&address, &size);
	fake_unplug(device);
	if (!variant->vbt_offset)
		return status == EFI_NOT_FOUND && !address && !size;
	return !status && size == variant->vbt_size && address <= 0x100000000 - size &&
	       same_vbt((const uint8_t *)(uintptr_t)address, bytes + variant->vbt_offset, size);
}

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	static struct fake_device device;
	struct harness_row row = {.vendor = 0x8086, .device = 0x4680, .class_code = 0x030000};
	struct platform_gop_policy_protocol *policy;
	bool passed = true;
	uint32_t size, room;
	const uint8_t *variants;

	(void)image;
	harness_boot = system->boot_services;
	variants = fwcfg_load(HARNESS_FILE("variants"), &size);
	fwcfg_load("etc/igd-opregion", &room);
	if (efi_failed(harness_boot->locate_protocol(&policy_guid, NULL, (void **)&policy)))
		finish(false);
	for (uint32_t at = 0; at < size;) {
		const struct variant *variant = (const struct variant *)(variants + at);

		/* Each is a device of its own: at another place, so that it gets its own memory. */
		row.bus_number++;
		row.device_number = 2;
		fake_prepare(&device, &row);
		if (!try_variant(policy, &device, variant, room)) {
			say_number("check: wrong: variant ", row.bus_number - 1u);
			say("\n");
			passed = false;
		}
		at += (uint32_t)sizeof(*variant) + variant->size;
	}
	say_number("check: variants=", row.bus_number);
	say("\n");
	finish(passed);
}
