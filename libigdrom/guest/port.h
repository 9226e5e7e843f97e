/* SPDX-License-Identifier: BSD-2-Clause */
/* x86 I/O ports. */
#ifndef IGDROM_GUEST_PORT_H
#define IGDROM_GUEST_PORT_H

#include <stddef.h>
#include <stdint.h>

static inline uint8_t port_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void port_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void port_in8_string(uint16_t port, void *buffer, size_t size)
{
	__asm__ volatile("rep insb" : "+D"(buffer), "+c"(size) : "d"(port) : "memory");
}

#endif
