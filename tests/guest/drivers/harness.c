/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "guest/port.h"

struct efi_boot_services *harness_boot;

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	void *at = to;

	__asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
	return to;
}

void *memset(void *to, int value, size_t size)
{
	void *at = to;

	__asm__ volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(value) : "memory");
	return to;
}

void say(const char *text)
{
	while (*text)
		port_out8(0x402, (uint8_t)*text++);
}

void say_number(const char *text, uint64_t value)
{
	say(text);
	say("0x");
	for (int shift = 60; shift >= 0; shift -= 4) {
		if (value >> shift || !shift)
			port_out8(0x402, (uint8_t) "0123456789abcdef"[value >> shift & 15]);
	}
}

void finish(bool pass)
{
	say(pass ? "check: pass\n" : "check: fail\n");
	port_out32(0xf4, pass ? 0x10 : 1);
	for (;;)
		;
}

static uint32_t big_endian(unsigned bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | port_in8(0x511);
	return value;
}

static bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

uint8_t *fwcfg_load(const char *name, uint32_t *size)
{
	uint32_t count;

	port_out16(0x510, 0x19);
	count = big_endian(4);
	while (count--) {
		uint32_t bytes = big_endian(4);
		uint16_t key = (uint16_t)(big_endian(4) >> 16);
		char found[56];
		void *data;

		port_in8_string(0x511, found, sizeof(found));
		if (!same_text(found, name))
			continue;
		if (efi_failed(harness_boot->allocate_pool(EFI_BOOT_SERVICES_DATA, bytes, &data)))
			finish(false);
		port_out16(0x510, key);
		port_in8_string(0x511, data, bytes);
		*size = bytes;
		return data;
	}
	*size = 0;
	return NULL;
}

/* Calls look() with each row of the memory map. */
static void walk_memory(void (*look)(const struct efi_memory_descriptor *row, void *context),
			void *context)
{
	static uint8_t map[65536];
	uint64_t size = sizeof(map);
	uint64_t key, stride;
	uint32_t version;

	if (efi_failed(harness_boot->get_memory_map(&size, map, &key, &stride, &version))) {
		say("check: no memory map\n");
		finish(false);
	}
	for (uint64_t at = 0; at < size; at += stride)
		look((const struct efi_memory_descriptor *)(map + at), context);
}

struct search {
	uint64_t address;
	uint64_t size;
	int type;
	uint64_t pages;
};

static void look_for_range(const struct efi_memory_descriptor *row, void *context)
{
	struct search *search = context;
	uint64_t end = row->physical_start + row->number_of_pages * EFI_PAGE_SIZE;

	if (row->physical_start <= search->address && search->address + search->size <= end)
		search->type = (int)row->type;
}

static void look_for_type(const struct efi_memory_descriptor *row, void *context)
{
	struct search *search = context;

	if ((int)row->type == search->type)
		search->pages += row->number_of_pages;
}

int memory_type(uint64_t address, uint64_t size)
{
	struct search search = {.address = address, .size = size, .type = -1};

	walk_memory(look_for_range, &search);
	return search.type;
}

uint64_t memory_pages(enum efi_memory_type type)
{
	struct search search = {.type = (int)type};

	walk_memory(look_for_type, &search);
	return search.pages;
}
