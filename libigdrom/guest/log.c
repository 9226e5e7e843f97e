/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/log.h"

#include "guest/port.h"
#include "igd/opregion.h"

#include <stdbool.h>

#define DEBUG_PORT     0x402
#define NAME_MOST      64
#define DEBUG_PRESENCE 0xe9 /* what isa-debugcon answers to a read */

static const char *const formats[] = {
#define GUEST_LOG(name, code, keys, meaning) code " " keys,
#include "guest/log.def"
#undef GUEST_LOG
};

static void put(char c)
{
	port_out8(DEBUG_PORT, (uint8_t)c);
}

static void put_text(const char *text)
{
	while (*text)
		put(*text++);
}

static void put_number(uint64_t value, unsigned base, unsigned digits)
{
	char text[20];
	unsigned count = 0;

	do {
		text[count++] = "0123456789ABCDEF"[value % base];
		value /= base;
	} while (value || count < digits);
	while (count)
		put(text[--count]);
}

/* Bytes from outside: whatever could end the value or the line becomes '_'. */
static void put_vbt_name(const uint8_t *name)
{
	size_t size = VBT_SIGNATURE_BYTES;

	while (size && name[size - 1] == ' ')
		size--;
	for (size_t i = 0; i < size; i++)
		put(name[i] > ' ' && name[i] < 0x7f ? (char)name[i] : '_');
}

/* Text from outside that ends with a NUL; clipped. */
static void put_name(const char *text)
{
	for (unsigned i = 0; i < NAME_MOST && text[i]; i++)
		put(text[i] > ' ' && text[i] < 0x7f ? text[i] : '_');
}

static void put_location(uint64_t location)
{
	put_number(location >> 24, 16, 4);
	put(':');
	put_number(location >> 16 & 0xff, 16, 2);
	put(':');
	put_number(location >> 8 & 0xff, 16, 2);
	put('.');
	put_number(location & 0xff, 16, 1);
}

static void put_value(char kind, uint64_t value)
{
	switch (kind) {
	case 'i':
		put_number(value, 16, 4);
		break;
	case 'l':
		put_location(value);
		break;
	case 'n':
		put_name((const char *)(uintptr_t)value);
		break;
	case 's':
		put_text((const char *)(uintptr_t)value);
		break;
	case 't':
		put_vbt_name((const uint8_t *)(uintptr_t)value);
		break;
	case 'u':
		put_number(value, 10, 1);
		break;
	case 'v':
		put_number(value >> 8, 10, 1);
		put('.');
		put_number(value & 0xff, 10, 1);
		break;
	default:
		put_text("0x");
		put_number(value, 16, 1);
		break;
	}
}

void guest_log_line(enum guest_line line, const uint64_t *values)
{
	if (port_in8(DEBUG_PORT) != DEBUG_PRESENCE)
		return;
	put_text("igdrom: ");
	for (const char *p = formats[line]; *p; p++) {
		if (*p == '%')
			put_value(*++p, *values++);
		else
			put(*p);
	}
	put('\n');
}
