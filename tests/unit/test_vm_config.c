/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "vm/config.h"

static void keeps_what_is_added(void **state)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);
	struct vm_device *device = vm_config_add_device(config, 7);

	(void)state;
	assert_non_null(device);
	assert_true(device->rom_bar);
	assert_int_equal(device->at, 7);
	device->id = vm_config_string(config, "hostpci0");
	for (int i = 0; i < 10; i++)
		assert_non_null(vm_config_add_device(config, 0));
	device = vm_config_device(config, "hostpci0");
	assert_non_null(device);
	vm_device_set(config, device, "x-igd-gms", "0x2", VM_VALUE_UINT, 1);
	vm_device_set(config, device, "x-igd-lpc", "on", VM_VALUE_BOOL, 2);
	vm_device_set(config, device, "x-igd-gms", "0x4", VM_VALUE_UINT, 3);
	assert_int_equal(device->property_count, 2);
	assert_string_equal(vm_device_property(device, "x-igd-gms")->value, "0x4");
	assert_null(vm_device_property(device, "x-vga"));
	assert_null(vm_config_device(config, "hostpci1"));
	assert_int_equal(config->err, IGDROM_OK);
	vm_config_free(config);
}

static void stops_at_its_caps(void **state)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_QEMU);

	(void)state;
	for (int i = 0; i < VM_MAX_DEVICES; i++)
		assert_non_null(vm_config_add_device(config, 0));
	assert_null(vm_config_add_device(config, 0));
	assert_int_equal(config->err, IGDROM_E_LIMIT);
	assert_null(vm_config_string(config, "later"));
	assert_int_equal(config->device_count, VM_MAX_DEVICES);
	vm_config_free(config);
}

static void reads_host_addresses(void **state)
{
	static const char *const bad[] = {
		"",       "02.0",     "00:02.",   "00:02.8",     "00:20.0",
		"0:02.0", "00:02.0 ", "00:02.00", "000:00:02.0", "00:02x"};
	struct vm_address address;
	struct vm_address same;
	bool slot_only;

	(void)state;
	assert_true(vm_address_parse("0000:00:1F.3", &address, &slot_only));
	assert_int_equal(address.slot, 0x1f);
	assert_int_equal(address.function, 3);
	assert_false(slot_only);
	assert_true(vm_address_parse("00:1f.3", &same, &slot_only));
	assert_true(vm_address_equal(&address, &same));
	assert_true(vm_address_parse("0001:03:00", &address, &slot_only));
	assert_true(slot_only);
	assert_int_equal(address.domain, 1);
	assert_int_equal(address.bus, 3);
	assert_false(vm_address_equal(&address, &same));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(vm_address_parse(bad[i], &address, &slot_only));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_is_added),
		cmocka_unit_test(stops_at_its_caps),
		cmocka_unit_test(reads_host_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
