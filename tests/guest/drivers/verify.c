/* SPDX-License-Identifier: BSD-2-Clause */
/* Last in a test ROM: looks at what the driver under test did, and ends the run. */
#include "harness.h"

static const struct efi_guid state_guid = HARNESS_STATE_GUID;
static const struct efi_guid policy_guid = PLATFORM_GOP_POLICY_PROTOCOL_GUID;
static const struct efi_guid global_guid = EFI_GLOBAL_VARIABLE_GUID;

static bool passed = true;

efi_status efi_main(efi_handle image, struct efi_system_table *system);

/* value: what is wrong; of: the device. */
static bool expect(bool good, const struct fake_device *of, const char *what, uint64_t value)
{
	if (good)
		return true;
	passed = false;
	say("check: wrong: ");
	say(what);
	say_number(" value=", value);
	if (of)
		say_number(" device=", of->row.device);
	say("\n");
	return false;
}

static bool all_equal(const uint8_t *p, uint64_t size, uint8_t value)
{
	for (uint64_t i = 0; i < size; i++) {
		if (p[i] != value)
			return false;
	}
	return true;
}

/* Stolen memory is large: eight bytes at a time. */
static bool all_zero(uint64_t address, uint64_t size)
{
	const uint64_t *p = (const uint64_t *)(uintptr_t)address;

	for (uint64_t i = 0; i < size / 8; i++) {
		if (p[i])
			return false;
	}
	return true;
}

static bool same_bytes(const uint8_t *a, const uint8_t *b, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++) {
		if (a[i] != b[i])
			return false;
	}
	return true;
}

static void check_opregion(const struct fake_device *device)
{
	uint32_t asls = fake_read32(device, 0xfc);
	uint32_t size;
	const uint8_t *file = fwcfg_load("etc/igd-opregion", &size);
	uint64_t whole = (size + EFI_PAGE_SIZE - 1ull) & ~(EFI_PAGE_SIZE - 1ull);
	const uint8_t *copy = (const uint8_t *)(uintptr_t)asls;

	if (!device->row.opregion) {
		expect(asls == device->row.asls, device, "ASLS was changed", asls);
		return;
	}
	if (!expect(asls && asls % EFI_PAGE_SIZE == 0, device, "ASLS is no page address", asls) ||
	    !expect(file != NULL, device, "there is no etc/igd-opregion", 0))
		return;
	if (!expect(memory_type(asls, whole) == EFI_ACPI_MEMORY_NVS, device,
		    "OpRegion is not in ACPI NVS", asls))
		return;
	expect(same_bytes(copy, file, size), device, "OpRegion differs from the file", asls);
	expect(all_equal(copy + size, whole - size, 0), device, "tail is not zero", asls + size);
	harness_boot->free_pool((void *)(uintptr_t)file);
}

static uint64_t bdsm_of(const struct fake_device *device)
{
	uint64_t base = fake_read32(device, device->row.bdsm_register);

	if (device->row.bdsm_register == 0xc0)
		base |= (uint64_t)fake_read32(device, 0xc4) << 32;
	return base;
}

/* Registers that the driver has no business with keep what they had: 0, but for those of ours. */
static void check_rest(const struct fake_device *device)
{
	uint32_t bdsm = device->row.bdsm_register;

	for (uint32_t at = 0x0c; at < 0x100; at += 4) {
		bool ours = at == 0x50 || at == 0xfc || (bdsm && at == bdsm) ||
			    (bdsm == 0xc0 && at == 0xc4);

		if (!ours)
			expect(!fake_read32(device, at), device, "register was written", at);
	}
	expect(fake_read32(device, 0x50) == device->row.ggc, device, "GGC was written", 0x50);
}

static void check_stolen(const struct fake_device *device)
{
	uint64_t size = device->row.stolen_size;
	uint64_t gtt = device->row.gtt_size;
	uint32_t expected_size;
	const uint64_t *expected = (uint64_t *)fwcfg_load(HARNESS_FILE("base"), &expected_size);
	uint64_t base;

	check_rest(device);
	if (!device->row.bdsm_register)
		return;
	base = bdsm_of(device);
	if (!expect(base && base % 0x100000 == 0, device, "BDSM is not on a MiB", base) ||
	    !expect(base <= 0x100000000 - size, device, "not below 4 GiB", base) ||
	    !expect(memory_type(base - gtt, gtt + size) == EFI_RESERVED_MEMORY_TYPE, device,
		    "stolen memory is not reserved", base))
		return;
	expect(all_zero(base - gtt, gtt + size), device, "stolen memory is not zero", base);
	if (expected)
		expect(base == *expected, device, "not where it was to be", base);
}

static bool overlap(const struct fake_device *a, const struct fake_device *b)
{
	return bdsm_of(a) - a->row.gtt_size < bdsm_of(b) + b->row.stolen_size &&
	       bdsm_of(b) - b->row.gtt_size < bdsm_of(a) + a->row.stolen_size;
}

/* As much reserved as the devices need, and each has its own. */
static void check_memory(const struct harness_state *state)
{
	uint64_t pages = state->reserved_pages;

	for (uint64_t i = 0; i < state->count; i++) {
		const struct fake_device *device = &state->devices[i];

		pages += (device->row.stolen_size + device->row.gtt_size) / EFI_PAGE_SIZE;
		for (uint64_t j = 0; j < i; j++) {
			if (device->row.bdsm_register && state->devices[j].row.bdsm_register)
				expect(!overlap(device, &state->devices[j]), device,
				       "stolen memory is shared", bdsm_of(device));
		}
	}
	expect(memory_pages(EFI_RESERVED_MEMORY_TYPE) == pages, NULL,
	       "reserved pages are not what the devices need",
	       memory_pages(EFI_RESERVED_MEMORY_TYPE) - pages);
}

static void check_policy(void)
{
	struct platform_gop_policy_protocol *policy = NULL;
	uint64_t count = 0, address = 0, again = 0;
	efi_handle *handles;
	uint32_t size = 0, expected_size, lid;
	const uint8_t *expected = fwcfg_load(HARNESS_FILE("vbt"), &expected_size);
	efi_status status;

	harness_boot->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &policy_guid, NULL, &count,
					   &handles);
	expect(count == 1, NULL, "not one GOP policy", count);
	if (!count)
		return;
	harness_boot->locate_protocol(&policy_guid, NULL, (void **)&policy);
	expect(policy->revision == 1, NULL, "policy revision", policy->revision);
	status = policy->get_platform_lid_status(&lid);
	expect(status == EFI_UNSUPPORTED, NULL, "lid status", status);
	status = policy->get_vbt_data(&address, &size);
	if (!expected) {
		expect(status == EFI_NOT_FOUND, NULL, "a VBT where there is none", status);
		return;
	}
	if (!expect(!status && size == expected_size, NULL, "VBT size", size) ||
	    !expect(address && address <= 0x100000000 - size, NULL, "VBT not below 4 GiB", address))
		return;
	expect(same_bytes((const uint8_t *)(uintptr_t)address, expected, size), NULL, "VBT differs",
	       address);
	expect(memory_type(address, size) == EFI_BOOT_SERVICES_DATA, NULL, "VBT is not in pages",
	       address);
	policy->get_vbt_data(&again, &size);
	expect(again == address, NULL, "VBT moved when asked for again", again);
}

/* A device that goes and comes back on a new handle, its registers untouched. */
static void check_replug(struct fake_device *device)
{
	uint32_t asls = fake_read32(device, 0xfc);
	uint64_t base = device->row.bdsm_register ? bdsm_of(device) : 0;
	uint32_t writes = device->writes;

	fake_unplug(device);
	fake_plug(device);
	expect(device->writes == writes, device, "written again", device->writes - writes);
	if (device->row.read_only)
		return;
	/* Its registers are cleared meanwhile: what it had comes back. */
	fake_unplug(device);
	fake_write32(device, 0xfc, device->row.opregion ? 0 : asls);
	if (device->row.bdsm_register)
		fake_write32(device, device->row.bdsm_register, 0);
	if (device->row.bdsm_register == 0xc0)
		fake_write32(device, 0xc4, 0);
	fake_plug(device);
	expect(fake_read32(device, 0xfc) == asls, device, "ASLS was not restored", asls);
	if (device->row.bdsm_register)
		expect(bdsm_of(device) == base, device, "BDSM was not restored", base);
	/* Another driver changes ASLS meanwhile: that is its business. */
	if (!device->row.opregion)
		return;
	fake_unplug(device);
	fake_write32(device, 0xfc, 0x7b123000);
	fake_plug(device);
	expect(fake_read32(device, 0xfc) == 0x7b123000, device, "foreign ASLS was overwritten",
	       fake_read32(device, 0xfc));
	fake_write32(device, 0xfc, asls);
}

static void check_secure_boot(struct efi_system_table *system)
{
	uint16_t name[] = u"SecureBoot";
	uint8_t value = 0;
	uint64_t size = sizeof(value);
	uint32_t expected_size;
	const uint8_t *expected = fwcfg_load(HARNESS_FILE("secure"), &expected_size);

	system->runtime_services->get_variable(name, &global_guid, NULL, &size, &value);
	expect(value == (expected && *expected == '1'), NULL, "SecureBoot", value);
}

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	struct harness_state *state;

	(void)image;
	harness_boot = system->boot_services;
	if (efi_failed(harness_boot->locate_protocol(&state_guid, NULL, (void **)&state))) {
		say("check: wrong: the first driver did not run\n");
		finish(false);
	}
	say_number("check: devices=", state->count);
	say("\n");
	check_secure_boot(system);
	for (uint64_t i = 0; i < state->count; i++) {
		check_opregion(&state->devices[i]);
		check_stolen(&state->devices[i]);
	}
	check_memory(state);
	check_policy();
	for (uint64_t i = 0; i < state->count; i++)
		check_replug(&state->devices[i]);
	check_memory(state);
	finish(passed);
}
