/* SPDX-License-Identifier: BSD-2-Clause */
/* From a plan to edits of lines, or to the reason why it cannot be merged. */
#include "vm/pve_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUE_BYTES VM_MAX_TEXT_BYTES

void pve_merge_fail(struct pve_merge *m, enum igdrom_status err)
{
	if (m->err == IGDROM_OK)
		m->err = err;
}

void pve_merge_refuse(struct pve_merge *m, enum finding_code code, uint64_t at,
		      const struct igdrom_finding_arg *args, size_t count)
{
	if (m->err == IGDROM_OK)
		report_add(m->report, code, at, args, count);
	pve_merge_fail(m, IGDROM_E_REFUSED);
}

/* An edit of a line, with the value that is taken from the builder; an empty one takes it out. */
static void edit(struct pve_merge *m, const char *key, struct build *value)
{
	struct pve_edit *edit = &m->edits[m->edit_count];
	const struct pve_line *line = pve_conf_find(m->conf, key);
	bool same = line ? value->size == line->value.size &&
				    memcmp(value->data, line->value.s, value->size) == 0
			 : value->size == 0;

	pve_merge_fail(m, value->err);
	if (m->edit_count == PVE_MAX_EDITS)
		pve_merge_fail(m, IGDROM_E_INTERNAL);
	if (m->err != IGDROM_OK || same) {
		build_free(value);
		return;
	}
	*edit = (struct pve_edit){.key = ""};
	snprintf(edit->key, sizeof(edit->key), "%s", key);
	if (value->size)
		pve_merge_fail(m, build_finish(value, &edit->value));
	else
		build_free(value);
	m->edit_count++;
}

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

static void edit_text(struct pve_merge *m, const char *key, const char *text)
{
	struct build value = build_new(MAX_VALUE_BYTES);

	put(&value, text);
	edit(m, key, &value);
}

/* ---- machine, firmware, display */

/* The other kind of machine, of the same version: "pc-q35-9.2+pve1" for "pc-i440fx-9.2+pve1". */
static void put_machine(struct build *out, struct pve_span type, bool q35)
{
	static const char *const heads[] = {"pc-i440fx-", "pc-q35-", "pc-"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (pve_begins(type, heads[i])) {
			put(out, heads[q35]);
			build_bytes(out, type.s + strlen(heads[i]), type.size - strlen(heads[i]));
			return;
		}
	}
	put(out, q35 ? "q35" : "pc");
}

static void merge_machine(struct pve_merge *m)
{
	const struct igdrom_vm_config *have = m->have;
	const struct pve_line *line = pve_conf_find(m->conf, "machine");
	struct pve_span old = line ? line->value : (struct pve_span){NULL, 0};
	struct pve_span type = pve_property(old, "type", "type");
	bool q35 = m->wanted->machine == VM_MACHINE_Q35;
	struct build value = build_new(MAX_VALUE_BYTES);
	struct pve_part part;

	if (have->machine == VM_MACHINE_OTHER)
		pve_merge_refuse(m, FINDING_VM_PVE_MERGE_OTHER_MACHINE, have->machine_at,
				 REPORT_ARGS(ARG_S(have->machine_type)));
	/* A type that Proxmox VE does not know is put right, too. */
	if (have->machine == m->wanted->machine && (have->machine_type || !type.size))
		return;
	if (!q35 && pve_is(pve_property(old, "viommu", NULL), "intel"))
		pve_merge_refuse(m, FINDING_VM_PVE_MERGE_VIOMMU, have->machine_at, REPORT_NO_ARGS);
	put_machine(&value, have->machine_type ? type : (struct pve_span){NULL, 0}, q35);
	for (size_t i = 0; pve_next_part(old, &i, &part);) {
		if (part.key.size && !pve_is(part.key, "type")) {
			build_u8(&value, ',');
			build_bytes(&value, part.whole.s, part.whole.size);
		}
	}
	edit(m, "machine", &value);
	if (m->err == IGDROM_OK && have->machine != VM_MACHINE_UNKNOWN &&
	    have->machine != m->wanted->machine)
		report_add(m->report, FINDING_VM_PVE_MERGE_MACHINE, have->machine_at,
			   REPORT_ARGS(ARG_S(have->machine_type ? have->machine_type : "pc"),
				       ARG_S(q35 ? "q35" : "i440fx")));
}

static void merge_firmware(struct pve_merge *m)
{
	enum vm_firmware want = m->wanted->firmware;
	enum vm_firmware have = m->have->firmware;
	static const char *const names[] = {"unknown", "SeaBIOS", "OVMF"};

	if (want == have || want == VM_FIRMWARE_UNKNOWN)
		return;
	if (have == VM_FIRMWARE_UNKNOWN)
		edit_text(m, "bios", want == VM_FIRMWARE_OVMF ? "ovmf" : "seabios");
	else
		pve_merge_refuse(m, FINDING_VM_PVE_MERGE_FIRMWARE, m->have->firmware_at,
				 REPORT_ARGS(ARG_S(names[have]), ARG_S(names[want])));
}

static void merge_display(struct pve_merge *m)
{
	const char *want = m->wanted->display;
	const char *have = m->have->pve.vga;

	if (!want || (have && strcmp(have, want) == 0))
		return;
	/* A serial terminal is no display, and only legacy-igd does not stand it. */
	if (have && strncmp(have, "serial", 6) == 0 && strcmp(want, "none") == 0 && !m->legacy_igd)
		return;
	edit_text(m, "vga", want);
	if (m->err == IGDROM_OK && m->have->pve.read && have)
		report_add(m->report, FINDING_VM_PVE_MERGE_VGA, m->have->display_at,
			   REPORT_ARGS(ARG_S(have)));
}

/* ---- hostpciN */

/* N of a device that stands for a line; false: it comes from args. */
static bool line_number(const struct pve_merge *m, const struct vm_device *device, unsigned *number)
{
	char *end;
	unsigned long value;

	if (!device->id || strncmp(device->id, "hostpci", 7) != 0)
		return false;
	value = strtoul(device->id + 7, &end, 10);
	if (end == device->id + 7 || value >= PVE_MAX_HOSTPCI || (*end != '\0' && *end != '.'))
		return false;
	*number = (unsigned)value;
	return pve_conf_find_numbered(m->conf, "hostpci", *number) != NULL;
}

static bool same_host(const struct vm_device *want, const struct vm_device *have)
{
	const struct vm_address *host = &have->host;

	if (!host->known || host->domain != want->host.domain || host->bus != want->host.bus ||
	    host->slot != want->host.slot)
		return false;
	return have->all_functions || host->function == want->host.function;
}

/* Whether a line that Proxmox VE leaves out was meant for this device. */
static bool was_meant(const struct pve_line *line, const struct vm_device *want)
{
	struct pve_span host = pve_property(line->value, "host", "host");
	struct vm_device have = {.rom_bar = true};
	struct pve_hostpci entry;
	struct pve_part part;
	size_t i = 0;

	if (pve_hostpci_read(line->value, &entry, &part) == PVE_FAULT_NONE)
		return false;
	return pve_next_host(host, &i, &have.host, &have.all_functions) && same_host(want, &have);
}

/* The number of the line that passes a device already; PVE_MAX_HOSTPCI: there is none. */
static unsigned find_line(struct pve_merge *m, size_t index)
{
	const struct vm_device *want = &m->wanted->devices[index];
	unsigned found = PVE_MAX_HOSTPCI;

	for (size_t i = 0; i < m->have->device_count; i++) {
		const struct vm_device *have = &m->have->devices[i];
		unsigned number;

		if (!same_host(want, have) ||
		    (found != PVE_MAX_HOSTPCI && (!want->mdev || !have->mdev)))
			continue;
		if (!line_number(m, have, &number)) {
			pve_merge_refuse(m, FINDING_VM_PVE_MERGE_ARGS, have->at,
					 REPORT_ARGS(ARG_S(have->id ? have->id : "vfio-pci")));
			continue;
		}
		if (index == 0 && have->multifunction)
			pve_merge_refuse(m, FINDING_VM_PVE_MERGE_FUNCTIONS, have->at,
					 REPORT_ARGS(ARG_S(have->id)));
		found = number;
	}
	for (unsigned n = 0; n < PVE_MAX_HOSTPCI && found == PVE_MAX_HOSTPCI; n++) {
		const struct pve_line *line = pve_conf_find_numbered(m->conf, "hostpci", n);

		if (line && was_meant(line, want))
			found = n;
	}
	return found;
}

static bool is_free(const struct pve_merge *m, size_t index, unsigned number)
{
	for (size_t i = 0; i < index; i++) {
		if (m->index[i] == number)
			return false;
	}
	return number < PVE_MAX_HOSTPCI && !pve_conf_find_numbered(m->conf, "hostpci", number);
}

/* The number that the plan would like, or the first that is free. */
static unsigned new_number(struct pve_merge *m, size_t index)
{
	const char *id = m->wanted->devices[index].id;
	unsigned number = (unsigned)index;

	if (id && strncmp(id, "hostpci", 7) == 0)
		number = (unsigned)strtoul(id + 7, NULL, 10);
	if (is_free(m, index, number))
		return number;
	for (number = 0; number < PVE_MAX_HOSTPCI; number++) {
		if (is_free(m, index, number))
			return number;
	}
	pve_merge_refuse(m, FINDING_VM_PVE_MERGE_FULL, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	return 0;
}

/* What the lines that are not touched say against the plan. */
static void check_others(struct pve_merge *m, bool gpu_is_new)
{
	for (size_t i = 0; i < m->have->device_count; i++) {
		const struct vm_device *have = &m->have->devices[i];
		unsigned number;
		bool ours = !line_number(m, have, &number);

		for (size_t k = 0; k < m->wanted->device_count && !ours; k++)
			ours = m->index[k] == number;
		if (ours)
			continue;
		if (have->legacy_igd && m->legacy_igd)
			pve_merge_refuse(m, FINDING_VM_PVE_MERGE_LEGACY, have->at,
					 REPORT_ARGS(ARG_S(have->id)));
		if (have->pcie && m->wanted->machine == VM_MACHINE_I440FX)
			pve_merge_refuse(m, FINDING_VM_PVE_MERGE_PCIE, have->at,
					 REPORT_ARGS(ARG_S(have->id)));
		if (have->mapping && gpu_is_new)
			report_add(m->report, FINDING_VM_PVE_MERGE_MAPPING, have->at,
				   REPORT_ARGS(ARG_S(have->id), ARG_S(have->mapping)));
	}
}

enum wish {
	WISH_LEAVE,
	WISH_UNSET,
	WISH_SET,
};

struct key_wish {
	const char *key;
	enum wish wish;
	const char *value;
	bool done;
};

#define WISHES 6

const char *pve_rom_name(const struct vm_device *device)
{
	const char *slash = device->rom_file ? strrchr(device->rom_file, '/') : NULL;

	return slash ? slash + 1 : device->rom_file;
}

/* What the plan says about keys of a line, in the order in which Proxmox VE writes them; mdev: the
 * line passes a mediated device now. */
static void make_wishes(const struct pve_merge *m, size_t index, bool mdev,
			struct key_wish out[WISHES])
{
	const struct vm_device *want = &m->wanted->devices[index];
	bool i440fx = m->wanted->machine == VM_MACHINE_I440FX;
	bool gpu = index == 0;
	bool legacy = gpu && m->legacy_igd;
	enum wish off = gpu ? WISH_UNSET : WISH_LEAVE;

	out[0] = (struct key_wish){"legacy-igd", legacy ? WISH_SET : off, "1", false};
	out[1] = (struct key_wish){"mdev", want->mdev ? WISH_SET : off, want->mdev, false};
	out[2] = (struct key_wish){"pcie",
				   want->pcie                    ? WISH_SET
				   : i440fx || (gpu && m->moved) ? WISH_UNSET
								 : WISH_LEAVE,
				   "1", false};
	out[3] = (struct key_wish){"rombar",
				   !want->rom_bar             ? WISH_SET
				   : want->rom_file || legacy ? WISH_UNSET
							      : WISH_LEAVE,
				   "0", false};
	/* A ROM for the whole GPU is none for a mediated device. */
	out[4] = (struct key_wish){"romfile",
				   want->rom_file        ? WISH_SET
				   : want->mdev && !mdev ? WISH_UNSET
							 : WISH_LEAVE,
				   pve_rom_name(want), false};
	out[5] = (struct key_wish){"x-vga", gpu && m->wanted->display ? WISH_UNSET : WISH_LEAVE,
				   NULL, false};
}

static bool same_setting(struct pve_span have, const char *want)
{
	bool on;
	bool wanted_on = strcmp(want, "1") == 0;

	if ((wanted_on || strcmp(want, "0") == 0) && pve_boolean(have, &on))
		return on == wanted_on;
	return pve_is(have, want);
}

static struct key_wish *find_wish(struct key_wish wishes[WISHES], struct pve_span key)
{
	for (size_t i = 0; i < WISHES; i++) {
		if (pve_is(key, wishes[i].key))
			return &wishes[i];
	}
	return NULL;
}

static bool is_before(const char *key, struct pve_span other)
{
	size_t size = strlen(key);
	int order = memcmp(key, other.s, size < other.size ? size : other.size);

	return order < 0 || (order == 0 && size < other.size);
}

static void put_comma(struct build *out)
{
	if (out->size)
		build_u8(out, ',');
}

static void put_wish(struct build *out, struct key_wish *wish)
{
	put_comma(out);
	put(out, wish->key);
	build_u8(out, '=');
	put(out, wish->value);
	wish->done = true;
}

/* Puts what is not there yet and belongs before a key; NULL: all of it. */
static void put_new(struct build *out, struct key_wish wishes[WISHES], const struct pve_span *key)
{
	for (size_t i = 0; i < WISHES; i++) {
		if (wishes[i].wish == WISH_SET && !wishes[i].done &&
		    (!key || is_before(wishes[i].key, *key)))
			put_wish(out, &wishes[i]);
	}
}

static void put_part(struct build *out, const struct pve_part *part)
{
	put_comma(out);
	build_bytes(out, part->whole.s, part->whole.size);
}

/* old: what names the device now; NULL: nothing does. */
static void put_device(const struct pve_merge *m, size_t index, const struct pve_part *old,
		       struct build *out)
{
	const struct vm_address *host = &m->wanted->devices[index].host;
	struct vm_address address = {0};
	bool slot_only = true;
	size_t i = 0;
	char text[24];

	if (old)
		(void)pve_next_host(old->value, &i, &address, &slot_only);
	/* Sound may be part of a device of several functions. */
	if (address.known && ((!slot_only && vm_address_equal(&address, host)) || index > 0)) {
		put_part(out, old);
		return;
	}
	put_comma(out);
	snprintf(text, sizeof(text), "%04x:%02x:%02x.%x", host->domain, host->bus,
		 host->slot & 0x1fu, host->function & 7u);
	put(out, text);
}

static bool names_device(const struct pve_part *part)
{
	return !part->key.size || pve_is(part->key, "host") || pve_is(part->key, "mapping");
}

static void put_hostpci(const struct pve_merge *m, size_t index, struct pve_span old,
			struct build *out)
{
	struct key_wish wishes[WISHES];
	struct pve_part part;

	make_wishes(m, index, pve_property(old, "mdev", NULL).size > 0, wishes);
	for (size_t i = 0; i < WISHES; i++)
		wishes[i].done = pve_property(old, wishes[i].key, NULL).size > 0;
	if (!old.size)
		put_device(m, index, NULL, out);
	for (size_t i = 0; pve_next_part(old, &i, &part);) {
		struct key_wish *wish = find_wish(wishes, part.key);

		if (names_device(&part)) {
			put_device(m, index, &part, out);
			continue;
		}
		if (out->size)
			put_new(out, wishes, &part.key);
		if (wish && wish->wish == WISH_UNSET)
			continue;
		if (wish && wish->wish == WISH_SET && !same_setting(part.value, wish->value))
			put_wish(out, wish);
		else
			put_part(out, &part);
	}
	put_new(out, wishes, NULL);
}

static void merge_hostpci(struct pve_merge *m, size_t index)
{
	static const struct pve_span nothing = {NULL, 0};
	const struct pve_line *line = pve_conf_find_numbered(m->conf, "hostpci", m->index[index]);
	struct build value = build_new(MAX_VALUE_BYTES);
	struct pve_hostpci entry;
	struct pve_part part;
	char key[PVE_KEY_ROOM + 16];

	put_hostpci(m, index, line ? line->value : nothing, &value);
	if (value.err == IGDROM_OK &&
	    pve_hostpci_read((struct pve_span){(const char *)value.data, value.size}, &entry,
			     &part) != PVE_FAULT_NONE) {
		/* What stood there was nothing that Proxmox VE takes. */
		build_free(&value);
		value = build_new(MAX_VALUE_BYTES);
		put_hostpci(m, index, nothing, &value);
	}
	snprintf(key, sizeof(key), "hostpci%u", m->index[index]);
	edit(m, key, &value);
}

static void merge_devices(struct pve_merge *m)
{
	bool gpu_is_new = false;

	for (size_t i = 0; i < m->wanted->device_count; i++) {
		unsigned number = find_line(m, i);

		gpu_is_new |= i == 0 && number == PVE_MAX_HOSTPCI;
		m->index[i] = number;
	}
	for (size_t i = 0; i < m->wanted->device_count; i++) {
		if (m->index[i] == PVE_MAX_HOSTPCI)
			m->index[i] = new_number(m, i);
	}
	check_others(m, gpu_is_new);
	for (size_t i = 0; i < m->wanted->device_count && m->err == IGDROM_OK; i++)
		merge_hostpci(m, i);
}

/* What cannot stand in a line, or would be something else there. */
static void check_names(struct pve_merge *m)
{
	for (size_t i = 0; i < m->wanted->device_count; i++) {
		const struct vm_device *want = &m->wanted->devices[i];
		const char *rom = pve_rom_name(want);

		if (rom && strpbrk(rom, ",;"))
			pve_merge_refuse(m, FINDING_VM_PVE_ROM_NAME, IGDROM_NO_OFFSET,
					 REPORT_ARGS(ARG_S(rom)));
		if (want->mdev && (vm_mdev_uuid(want->mdev) || strpbrk(want->mdev, "/.:")))
			pve_merge_refuse(m, FINDING_VM_PVE_MDEV, IGDROM_NO_OFFSET,
					 REPORT_ARGS(ARG_S(want->mdev)));
	}
}

static int by_key(const void *a, const void *b)
{
	const struct pve_edit *left = a;
	const struct pve_edit *right = b;

	return strcmp(left->key, right->key);
}

enum igdrom_status pve_merge_edits(struct pve_merge *m)
{
	const struct igdrom_vm_config *wanted = m->wanted;
	const struct vm_device *gpu = wanted->devices;
	struct build args = build_new(MAX_VALUE_BYTES);
	bool igd;

	if (wanted->device_count == 0 || wanted->device_count > PVE_MAX_HOSTPCI ||
	    (wanted->machine != VM_MACHINE_I440FX && wanted->machine != VM_MACHINE_Q35))
		return IGDROM_E_INVAL;
	check_names(m);
	igd = gpu->guest.known && gpu->guest.on_root && gpu->guest.slot == 2 &&
	      gpu->guest.function == 0;
	m->legacy_igd = igd && wanted->machine == VM_MACHINE_I440FX;
	m->moved = igd && wanted->machine == VM_MACHINE_Q35;
	merge_firmware(m);
	merge_machine(m);
	merge_display(m);
	merge_devices(m);
	if (m->err == IGDROM_OK)
		pve_merge_args(m, &args);
	if (m->err == IGDROM_OK)
		edit(m, "args", &args);
	else
		build_free(&args);
	qsort(m->edits, m->edit_count, sizeof(m->edits[0]), by_key);
	if (m->err == IGDROM_OK && m->have->pve.pending)
		report_add(m->report, FINDING_VM_PVE_PENDING, m->have->pve.pending_at,
			   REPORT_ARGS(ARG_S(m->have->pve.pending)));
	return m->err;
}

void pve_merge_free(struct pve_merge *m)
{
	for (size_t i = 0; i < m->edit_count; i++)
		igdrom_bytes_free(&m->edits[i].value);
	m->edit_count = 0;
}
