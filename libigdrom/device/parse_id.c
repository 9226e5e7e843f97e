/* SPDX-License-Identifier: BSD-2-Clause */
#include <igdrom/device.h>

#include <string.h>

#define ID_DIGITS 4

/* A run of text that is still to be read. */
struct text {
	const char *p;
	size_t left;
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* lspci -nn prints "[8086:4680]"; a pasted line ends in a newline. */
static struct text strip(struct text t)
{
	while (t.left && is_space(t.p[0])) {
		t.p++;
		t.left--;
	}
	while (t.left && is_space(t.p[t.left - 1]))
		t.left--;
	if (t.left >= 2 && t.p[0] == '[' && t.p[t.left - 1] == ']') {
		t.p++;
		t.left -= 2;
	}
	return t;
}

/* The whole of t is one id: four digits, or 0x and one to four. */
static bool read_id(struct text t, uint16_t *out)
{
	size_t least = ID_DIGITS;
	uint32_t value = 0;

	if (t.left > 2 && t.p[0] == '0' && (t.p[1] == 'x' || t.p[1] == 'X')) {
		t.p += 2;
		t.left -= 2;
		least = 1;
	}
	if (t.left < least || t.left > ID_DIGITS)
		return false;
	for (size_t i = 0; i < t.left; i++) {
		int digit = hex_digit(t.p[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint32_t)digit;
	}
	*out = (uint16_t)value;
	return true;
}

enum igdrom_status igdrom_device_parse_id(const char *text, uint16_t *out)
{
	struct text whole, vendor_text;
	const char *colon;
	uint16_t vendor = IGDROM_VENDOR_INTEL;
	uint16_t id = 0;

	if (out)
		*out = 0;
	if (!text || !out)
		return IGDROM_E_INVAL;
	whole = strip((struct text){text, strlen(text)});
	colon = memchr(whole.p, ':', whole.left);
	if (colon) {
		vendor_text = (struct text){whole.p, (size_t)(colon - whole.p)};
		whole.left -= vendor_text.left + 1;
		whole.p = colon + 1;
		if (!read_id(vendor_text, &vendor))
			return IGDROM_E_INVAL;
	}
	if (!read_id(whole, &id))
		return IGDROM_E_INVAL;
	if (vendor != IGDROM_VENDOR_INTEL)
		return IGDROM_E_UNSUPPORTED;
	*out = id;
	return IGDROM_OK;
}
