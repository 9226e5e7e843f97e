/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for the files that things are written to. What comes from the file is hostile: only letters
 * and digits of it are taken. */
#include "open/internal.h"

#include "pe/pe.h"

#include <stdio.h>
#include <stdlib.h>

#define NAME_BYTES    80
#define MAGIC_BYTES   5 /* "$VBT " */
#define SIGNATURE_END 20

static void name_gop(const struct igdrom_gop *gop, char out[NAME_BYTES])
{
	uint16_t machine = igdrom_gop_machine(gop);
	const char *suffix = machine == PE_MACHINE_X64 ? "" : "-other-machine";

	if (machine == PE_MACHINE_I386)
		suffix = "-ia32";
	if (igdrom_gop_version(gop))
		snprintf(out, NAME_BYTES, "IntelGopDriver-%u.%u.%u%s",
			 igdrom_gop_version_major(gop), igdrom_gop_version_minor(gop),
			 igdrom_gop_version_build(gop), suffix);
	else
		snprintf(out, NAME_BYTES, "IntelGopDriver%s", suffix);
}

/* "vbt-SNB-IVB-MOBILE-4280": what is no letter or digit becomes one '-'. */
static void name_vbt(const struct igdrom_vbt *vbt, char out[NAME_BYTES])
{
	const char *signature = igdrom_vbt_signature(vbt);
	char name[SIGNATURE_END + 1] = "";
	size_t size = 0;

	for (size_t i = MAGIC_BYTES; i < strlen(signature) && size < SIGNATURE_END; i++) {
		char c = signature[i];
		bool plain =
			(c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (plain)
			name[size++] = c;
		else if (size && name[size - 1] != '-')
			name[size++] = '-';
	}
	if (size && name[size - 1] != '-')
		name[size] = '-';
	snprintf(out, NAME_BYTES, "vbt-%s%zu", name, igdrom_vbt_size(vbt));
}

/* Windows and macOS take names that differ in case only for the same. */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char one = *a >= 'A' && *a <= 'Z' ? (char)(*a + 0x20) : *a;
		char other = *b >= 'A' && *b <= 'Z' ? (char)(*b + 0x20) : *b;

		if (one != other)
			return false;
	}
	return *a == *b;
}

static bool is_taken(const struct open_list *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (same_name(list->items[i]->file_name, name))
			return true;
	}
	return false;
}

/* "-2" and so on when things before it in the list have the name. */
static enum igdrom_status set_name(struct open_list *list, size_t index, const char *name)
{
	char unique[NAME_BYTES + 8];

	snprintf(unique, sizeof(unique), "%s", name);
	for (unsigned i = 2; is_taken(list, index, unique); i++)
		snprintf(unique, sizeof(unique), "%s-%u", name, i);
	list->items[index]->file_name = malloc(strlen(unique) + 1);
	if (!list->items[index]->file_name)
		return IGDROM_E_NOMEM;
	memcpy(list->items[index]->file_name, unique, strlen(unique) + 1);
	return IGDROM_OK;
}

enum igdrom_status open_name_files(struct igdrom_contents *contents)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t kind = 0; kind < OPEN_KIND_COUNT; kind++) {
		struct open_list *list = &contents->found[kind];

		for (size_t i = 0; i < list->count && status == IGDROM_OK; i++) {
			const struct igdrom_found *found = list->items[i];
			char name[NAME_BYTES];

			if (kind == OPEN_GOP)
				name_gop(found->gop, name);
			else if (kind == OPEN_VBT)
				name_vbt(found->vbt, name);
			else
				snprintf(name, sizeof(name), "vbios-%04x", found->device_id);
			status = set_name(list, i, name);
		}
	}
	return status;
}

enum igdrom_status igdrom_found_file_name(const struct igdrom_found *found, enum igdrom_form form,
					  char **out)
{
	static const char *const endings[] = {
		[OPEN_GOP] = ".efi",
		[OPEN_VBT] = ".vbt",
		[OPEN_VBIOS] = ".rom",
	};
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	const char *ending;
	size_t size;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	status = igdrom_found_bytes(found, form, &bytes);
	if (status != IGDROM_OK)
		return status;
	ending = endings[found->kind];
	if (form == IGDROM_FORM_STORED)
		ending = ".bin";
	else if (form == IGDROM_FORM_FFS)
		ending = ".ffs";
	size = strlen(found->file_name) + strlen(ending) + 1;
	*out = malloc(size);
	if (!*out)
		return IGDROM_E_NOMEM;
	snprintf(*out, size, "%s%s", found->file_name, ending);
	return IGDROM_OK;
}
