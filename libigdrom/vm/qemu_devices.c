/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/qemu_reader.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

enum vm_value_type vm_qemu_property_type(const char *name)
{
	static const char *const bools[] = {"x-vga", "x-igd-opregion", "x-igd-lpc"};

	for (size_t i = 0; i < sizeof(bools) / sizeof(bools[0]); i++) {
		if (strcmp(name, bools[i]) == 0)
			return VM_VALUE_BOOL;
	}
	if (strcmp(name, "x-igd-gms") == 0 || strncmp(name, "x-pci-", 6) == 0)
		return VM_VALUE_UINT;
	return VM_VALUE_STRING;
}

static struct qemu_item *add_item(struct qemu_reader *r, const char *driver, uint64_t at)
{
	struct qemu_item *items = r->items;

	if (r->config->err != IGDROM_OK)
		return NULL;
	if (r->item_count == VM_MAX_SLOTS) {
		vm_config_fail(r->config, IGDROM_E_LIMIT);
		return NULL;
	}
	if ((r->item_count & (r->item_count - 1)) == 0)
		items = realloc(items, (r->item_count ? r->item_count * 2 : 1) * sizeof(*items));
	if (!items) {
		vm_config_fail(r->config, IGDROM_E_NOMEM);
		return NULL;
	}
	r->items = items;
	items[r->item_count] = (struct qemu_item){.driver = driver, .at = at, .device = SIZE_MAX};
	return &items[r->item_count++];
}

/* Where the host's device is: host=, or sysfsdev= with its directory in sysfs. */
static void set_host(struct qemu_reader *r, struct vm_device *device, const char *value, bool path)
{
	const char *slash = path ? strrchr(value, '/') : NULL;
	bool slot_only;

	if (vm_address_parse(slash ? slash + 1 : value, &device->host, &slot_only)) {
		device->all_functions = slot_only;
		return;
	}
	if (path)
		device->mdev = vm_config_string(r->config, slash ? slash + 1 : value);
}

/* A property of a passed-through device that configurations of all formats know. */
static bool set_common(struct qemu_reader *r, struct vm_device *device, const char *key,
		       const char *value)
{
	if (strcmp(key, "host") == 0)
		set_host(r, device, value, false);
	else if (strcmp(key, "sysfsdev") == 0)
		set_host(r, device, value, true);
	else if (strcmp(key, "romfile") == 0)
		device->rom_file = *value ? vm_config_string(r->config, value) : NULL;
	else if (strcmp(key, "rombar") == 0)
		device->rom_bar = strtoul(value, NULL, 0) != 0 || qemu_is_on(value);
	else if (strcmp(key, "multifunction") == 0)
		device->multifunction = qemu_is_on(value);
	else
		return false;
	return true;
}

static void set(struct qemu_reader *r, struct qemu_item *item, const char *key, const char *value,
		uint64_t at)
{
	struct vm_device *device =
		item->device < r->config->device_count ? &r->config->devices[item->device] : NULL;

	if (strcmp(key, "driver") == 0)
		return;
	if (strcmp(key, "id") == 0) {
		item->id = vm_config_string(r->config, value);
		if (device)
			device->id = item->id;
	} else if (strcmp(key, "bus") == 0) {
		item->bus = vm_config_string(r->config, value);
		item->placed = false;
	} else if (strcmp(key, "addr") == 0) {
		item->addr = vm_config_string(r->config, value);
		item->addr_number = false;
		item->placed = false;
	} else if (device && !set_common(r, device, key, value)) {
		vm_device_set(r->config, device, key, value, vm_qemu_property_type(key), at);
	}
}

static bool is_vfio(const char *driver)
{
	return strcmp(driver, "vfio-pci") == 0 || strcmp(driver, "vfio-pci-nohotplug") == 0;
}

/* Emulated displays that are not a -vga. */
static bool is_display(const char *driver)
{
	static const char *const names[] = {"VGA",         "secondary-vga", "bochs-display",
					    "cirrus-vga",  "qxl",           "qxl-vga",
					    "vmware-svga", "ati-vga",       "ramfb"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(driver, names[i]) == 0)
			return true;
	}
	return strncmp(driver, "virtio-vga", 10) == 0 || strncmp(driver, "virtio-gpu", 10) == 0;
}

/* What a device that is not passed through tells about the machine. */
static void note_device(struct qemu_reader *r, const char *driver, const struct qemu_opts *opts,
			uint64_t at)
{
	const char *name = qemu_opts_value(opts, "name");
	const char *port = qemu_opts_value(opts, "iobase");

	if (is_display(driver)) {
		r->config->display = vm_config_string(r->config, driver);
		r->config->display_at = at;
	}
	if (name && strncmp(name, "org.qemu.guest_agent", 20) == 0)
		r->config->guest_agent = true;
	if (strcmp(driver, "isa-serial") == 0 || strncmp(driver, "pci-serial", 10) == 0 ||
	    strcmp(driver, "virtconsole") == 0)
		r->config->serial = true;
	if (strcmp(driver, "isa-debugcon") == 0) {
		r->debugcon = true;
		r->debugcon_at = at;
		r->debugcon_moved |= port && strtoul(port, NULL, 0) == 0x402;
	}
}

static void read_device(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	struct qemu_item *item;
	const char *driver;

	if (!qemu_option_opts(r, option, "driver", &opts))
		return;
	driver = vm_config_string(r->config, qemu_opts_value(&opts, "driver"));
	item = driver ? add_item(r, driver, option->value->at) : NULL;
	if (item && is_vfio(driver) && vm_config_add_device(r->config, option->value->at))
		item->device = r->config->device_count - 1;
	if (item) {
		const struct qemu_opt *addr = qemu_opts_find(&opts, "addr");

		item->json = opts.json;
		for (size_t i = 0; i < opts.count; i++)
			set(r, item, opts.list[i].key, opts.list[i].value, opts.list[i].at);
		item->addr_number = addr && addr->number;
		if (item->device == SIZE_MAX)
			note_device(r, driver, &opts, option->value->at);
	}
	qemu_opts_free(&opts);
}

static struct qemu_item *find_item(struct qemu_reader *r, const char *id, size_t size)
{
	for (size_t i = 0; i < r->item_count; i++) {
		const char *have = r->items[i].id;

		if (have && strlen(have) == size && memcmp(have, id, size) == 0)
			return &r->items[i];
	}
	return NULL;
}

/* -set GROUP.ID.KEY=VALUE, split at the first dots and the first "=" (qemu_set_option()). */
static void read_set(struct qemu_reader *r, const struct qemu_option *option)
{
	const char *text = option->value->text;
	const char *dot = strncmp(text, "device.", 7) == 0 ? strchr(text + 7, '.') : NULL;
	const char *equal = dot ? strchr(dot, '=') : NULL;
	struct qemu_item *item;
	const char *key;

	if (!equal)
		return;
	item = find_item(r, text + 7, (size_t)(dot - text - 7));
	if (!item || item->json) {
		const char *id = vm_config_text(r->config, text + 7, (size_t)(dot - text - 7));

		report_add(r->report, item ? FINDING_VM_QEMU_SET_JSON : FINDING_VM_QEMU_SET_UNKNOWN,
			   option->value->at, REPORT_ARGS(ARG_S(id)));
		return;
	}
	key = vm_config_text(r->config, dot + 1, (size_t)(equal - dot - 1));
	if (key)
		set(r, item, key, equal + 1, option->value->at);
}

/* A -global stands below what the device itself says. */
static void apply_global(struct qemu_reader *r, const char *key, const char *value, uint64_t at)
{
	for (size_t i = 0; i < r->item_count; i++) {
		struct qemu_item *item = &r->items[i];

		if (item->device < r->config->device_count &&
		    !vm_device_property(&r->config->devices[item->device], key))
			set(r, item, key, value, at);
	}
}

/* -global DRIVER.KEY=VALUE or -global driver=DRIVER,property=KEY,value=VALUE. */
static void read_global(struct qemu_reader *r, const struct qemu_option *option)
{
	static const char debug_port[] = "isa-debugcon.iobase=";
	const char *text = option->value->text;
	const char *equal = strchr(text, '=');
	struct qemu_opts opts;

	if (strncmp(text, debug_port, sizeof(debug_port) - 1) == 0) {
		r->debugcon_moved |= strtoul(equal + 1, NULL, 0) == 0x402;
	} else if (strncmp(text, "vfio-pci.", 9) == 0 && equal) {
		const char *key = vm_config_text(r->config, text + 9, (size_t)(equal - text - 9));

		if (key)
			apply_global(r, key, equal + 1, option->value->at);
	} else if (strncmp(text, "driver=vfio-pci,", 16) == 0 &&
		   qemu_option_opts(r, option, NULL, &opts)) {
		const char *key = qemu_opts_value(&opts, "property");
		const char *value = qemu_opts_value(&opts, "value");

		if (key && value)
			apply_global(r, key, value, option->value->at);
		qemu_opts_free(&opts);
	}
}

/* The devices that came from other text can be named by -set. */
static void add_known(struct qemu_reader *r)
{
	for (size_t i = 0; i < r->config->device_count; i++) {
		const struct vm_device *device = &r->config->devices[i];
		struct qemu_item *item = add_item(r, "vfio-pci", device->at);

		if (!item)
			return;
		item->id = device->id;
		item->device = i;
		item->json = r->annex_json;
		item->placed = device->guest.known;
	}
}

void qemu_read_devices(struct qemu_reader *r)
{
	struct qemu_option option;

	if (r->annex)
		add_known(r);
	for (size_t i = r->from; qemu_next_option(r, &i, &option);) {
		if (!option.value)
			continue;
		if (strcmp(option.name, "device") == 0)
			read_device(r, &option);
		else if (strcmp(option.name, "set") == 0)
			read_set(r, &option);
	}
	for (size_t i = r->from; qemu_next_option(r, &i, &option);) {
		if (option.value && strcmp(option.name, "global") == 0)
			read_global(r, &option);
	}
}
