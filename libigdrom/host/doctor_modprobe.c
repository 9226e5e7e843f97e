/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about what is written in modprobe.d and lists of modules. */
#include "host/doctor.h"

#include <stdio.h>
#include <stdlib.h>

DOCTOR_ASK(doctor_misnamed)
{
	if (!*doctor->files.misnamed)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", doctor->files.misnamed);
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_strange)
{
	if (!*doctor->files.strange)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", doctor->files.strange);
	return DOCTOR_BAD;
}

/* Kernels since 6.2 have it built into vfio. */
DOCTOR_ASK(doctor_virqfd)
{
	(void)words;
	return doctor->files.virqfd && doctor_kernel_is(doctor, "6.2") > 0 ? DOCTOR_BAD
									   : DOCTOR_SILENT;
}

struct item {
	struct part text; /* "8086:4680" */
	bool valid;
	unsigned vendor, device;
};

/* The next of "8086:4680,8086:51c8"; vfio_pci.c reads each with "%x:%x:...". */
static bool next_item(struct part *value, struct item *out)
{
	char text[64];
	int used = 0;

	*out = (struct item){.text = {NULL, 0}};
	while (value->size && !out->text.size)
		out->text = part_until(value, ',');
	if (!out->text.size)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(out->text.size > 63 ? 63 : out->text.size),
		 out->text.p);
	out->valid = sscanf(text, "%x:%x%n", &out->vendor, &out->device, &used) == 2 &&
		     (!text[used] || text[used] == ':');
	return true;
}

/* Goes on with the next value of ids= when one is at its end. */
struct items {
	struct part value;
	size_t n;
	const struct doctor_directive *where;
};

static bool next(const struct doctor *doctor, struct items *items, struct item *out)
{
	while (!next_item(&items->value, out)) {
		const char *value =
			doctor_option(doctor, "vfio-pci", "ids", items->n, &items->where);

		if (!value)
			return false;
		items->n++;
		if (*value == '"')
			value++;
		items->value = (struct part){value, strcspn(value, " \"")};
	}
	return true;
}

DOCTOR_ASK(doctor_ids_syntax)
{
	struct items items = {.n = 0};
	struct item item;

	while (next(doctor, &items, &item)) {
		if (item.valid)
			continue;
		doctor_text(words, "%s", items.where->file);
		doctor_text(words, "%.*s", (int)(item.text.size > 60 ? 60 : item.text.size),
			    item.text.p);
		return DOCTOR_BAD;
	}
	return DOCTOR_SILENT;
}

static bool has_device(const struct doctor *doctor, const struct item *item)
{
	for (size_t i = 0; i < igdrom_host_function_count(doctor->host); i++) {
		struct igdrom_pci_id id =
			igdrom_pci_function_id(igdrom_host_function_at(doctor->host, i));

		if (id.vendor_id == item->vendor && id.device_id == item->device)
			return true;
	}
	return false;
}

DOCTOR_ASK(doctor_ids_absent)
{
	struct items items = {.n = 0};
	char list[DOCTOR_WORDS] = "", text[64], file[DOCTOR_WORDS] = "";
	struct item item;

	while (next(doctor, &items, &item)) {
		if (!item.valid || has_device(doctor, &item))
			continue;
		snprintf(text, sizeof(text), "%04x:%04x", item.vendor & 0xffff,
			 item.device & 0xffff);
		doctor_list(list, sizeof(list), text);
		snprintf(file, sizeof(file), "%s", items.where->file);
	}
	if (!*list)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", file);
	doctor_text(words, "%s", list);
	return DOCTOR_BAD;
}

/* A parameter that is told twice has the last value alone (kernel/params.c). */
DOCTOR_ASK(doctor_ids_twice)
{
	const struct doctor_directive *where, *first = NULL;
	char files[DOCTOR_WORDS] = "";
	const char *value, *was = NULL;
	bool differ = false;

	for (size_t n = 0; (value = doctor_option(doctor, "vfio-pci", "ids", n, &where)); n++) {
		size_t size = strcspn(value, " ");

		differ = differ || (was && (strcspn(was, " ") != size || memcmp(was, value, size)));
		if (where != first)
			doctor_list(files, sizeof(files), where->file);
		first = where;
		was = value;
	}
	if (!differ)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", files);
	return DOCTOR_BAD;
}
