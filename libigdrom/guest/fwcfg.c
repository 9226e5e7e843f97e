/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/fwcfg.h"

#include "guest/log.h"
#include "guest/port.h"

#ifndef FWCFG_PORT /* the tests build a driver that looks elsewhere and finds none */
#define FWCFG_PORT 0x510
#endif
#define PORT_SELECTOR FWCFG_PORT
#define PORT_DATA     (FWCFG_PORT + 1)
#define PORT_DMA_HIGH \
	(FWCFG_PORT + 4) /* big-endian; the write to the low half starts the transfer */
#define PORT_DMA_LOW (FWCFG_PORT + 8)

#define KEY_SIGNATURE 0x0000
#define KEY_FEATURES  0x0001
#define KEY_DIRECTORY 0x0019

#define FEATURE_DMA 2u

#define DMA_ERROR  0x01u
#define DMA_READ   0x02u
#define DMA_SELECT 0x08u
#define DMA_POLLS  1000000 /* QEMU is done before the port write returns */

#define NAME_BYTES  56
#define ENTRY_BYTES (8 + NAME_BYTES)
#define MAX_FILES   4096

static uint32_t swap32(uint32_t value)
{
	return __builtin_bswap32(value);
}

static bool read_by_dma(uint16_t key, void *buffer, uint32_t size)
{
	struct {
		uint32_t control;
		uint32_t length;
		uint64_t address;
	} volatile access = {
		swap32((uint32_t)key << 16 | DMA_SELECT | DMA_READ),
		swap32(size),
		__builtin_bswap64((uint64_t)(uintptr_t)buffer),
	};
	uint64_t at = (uint64_t)(uintptr_t)&access;

	port_out32(PORT_DMA_HIGH, swap32((uint32_t)(at >> 32)));
	port_out32(PORT_DMA_LOW, swap32((uint32_t)at));
	for (int i = 0; i < DMA_POLLS && access.control & ~swap32(DMA_ERROR); i++)
		;
	return access.control == 0;
}

static void select(uint16_t key)
{
	port_out16(PORT_SELECTOR, key);
}

static uint32_t read_number(unsigned bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | port_in8(PORT_DATA);
	return value;
}

static bool is_named(const char *entry, const char *name)
{
	for (int i = 0; i < NAME_BYTES; i++) {
		if (entry[i] != name[i])
			return false;
		if (!name[i])
			return true;
	}
	return false;
}

static enum fwcfg_answer find_in_directory(const char *name, struct fwcfg_file *file)
{
	char entry[NAME_BYTES];
	uint32_t count;

	select(KEY_DIRECTORY);
	count = read_number(4);
	for (uint32_t i = 0; i < count && i < MAX_FILES; i++) {
		file->size = read_number(4);
		file->key = (uint16_t)(read_number(4) >> 16);
		port_in8_string(PORT_DATA, entry, sizeof(entry));
		if (is_named(entry, name))
			return FWCFG_FOUND;
	}
	return FWCFG_NO_FILE;
}

enum fwcfg_answer fwcfg_find(const char *name, struct fwcfg_file *file)
{
	select(KEY_SIGNATURE);
	if (read_number(4) != 0x51454d55) /* "QEMU" */
		return FWCFG_NO_DEVICE;
	select(KEY_FEATURES);
	file->dma = (swap32(read_number(4)) & FEATURE_DMA) != 0;
	return find_in_directory(name, file);
}

uint64_t fwcfg_way(const struct fwcfg_file *file)
{
	return guest_text(file->dma ? "dma" : "port");
}

bool fwcfg_read(const struct fwcfg_file *file, void *buffer, uint32_t size)
{
	if (file->dma)
		return read_by_dma(file->key, buffer, size);
	select(file->key);
	port_in8_string(PORT_DATA, buffer, size);
	return true;
}
