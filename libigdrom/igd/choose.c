/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/choose.h"

/* The number at *text, which is moved behind it and one dot; too large a number stays large. */
static uint32_t take_number(const char **text)
{
	uint32_t value = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++) {
		if (value < UINT32_MAX / 16)
			value = value * 10 + (uint32_t)(**text - '0');
	}
	if (**text == '.')
		(*text)++;
	return value;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int gop_version_compare(const char *a, const char *b)
{
	while (is_digit(*a) || is_digit(*b)) {
		uint32_t left = take_number(&a);
		uint32_t right = take_number(&b);

		if (left != right)
			return left < right ? -1 : 1;
	}
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool gop_lists(const struct manifest_entry_view *entry, uint16_t device_id)
{
	for (size_t i = 0; i < entry->device_count; i++) {
		if (entry->devices[2 * i] == (device_id & 0xff) &&
		    entry->devices[2 * i + 1] == device_id >> 8)
			return true;
	}
	return false;
}

static bool fits(const struct manifest_entry_view *entry, const struct gop_wish *wish)
{
	if (entry->kind != MANIFEST_KIND_GOP || wish->tried[entry->image])
		return false;
	if (!wish->wanted)
		return gop_lists(entry, wish->device_id);
	return same_text(wish->wanted, entry->name) || same_text(wish->wanted, entry->version);
}

bool gop_choose(const struct manifest_view *view, const struct gop_wish *wish,
		struct manifest_entry_view *out)
{
	struct manifest_view walk = *view;
	struct manifest_entry_view entry;
	bool found = false;

	while (manifest_next(&walk, &entry)) {
		if (!fits(&entry, wish) ||
		    (found && gop_version_compare(entry.version, out->version) <= 0))
			continue;
		*out = entry;
		found = true;
	}
	return found;
}

bool vbt_choose(const struct manifest_view *view, uint16_t device_id,
		struct manifest_entry_view *out)
{
	struct manifest_view walk = *view;
	struct manifest_entry_view entry;
	bool found = false;

	while (manifest_next(&walk, &entry)) {
		if (entry.kind != MANIFEST_KIND_VBT)
			continue;
		if (gop_lists(&entry, device_id)) {
			*out = entry;
			return true;
		}
		if (!found && entry.device_count == 0) {
			*out = entry;
			found = true;
		}
	}
	return found;
}
