/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/kit_files.h"

#include "unit/gop_forge.h"
#include "unit/pe_writer.h"

#include <stdlib.h>
#include <string.h>

#define CODE_RVA       0x1000
#define DATA_RVA       0x2000
#define CODE_AT        0x400 /* in the file */
#define CODE_SIZE      0x200
#define DATA_AT        (CODE_AT + CODE_SIZE)
#define CODE_FLAG      0x60000020u
#define DATA_FLAG      0xc0000040u
#define FORGE_CODE_END 0x800 /* of the forge's code section, which begins at CODE_AT too */

/* mov rax, [rdx+60h]; call [rax+18h]; xor eax, eax; ret */
static const uint8_t working[] = {0x48, 0x8b, 0x42, 0x60, 0xff, 0x50, 0x18, 0x31, 0xc0, 0xc3};

static void write_pe(struct file *out, const struct driver_spec *spec, const uint8_t *code,
		     uint32_t code_size)
{
	struct pe_writer pe = pe_writer_new();

	if (spec->machine)
		pe.machine = spec->machine;
	if (spec->subsystem)
		pe.subsystem = spec->subsystem;
	pe.entry = CODE_RVA;
	pe.sections[pe.section_count++] = (struct pe_writer_section){
		".text",
		CODE_RVA,
		code_size,
		code,
		code_size,
		CODE_AT,
		spec->code_elsewhere ? DATA_FLAG : CODE_FLAG,
	};
	if (spec->data)
		pe.sections[pe.section_count++] = (struct pe_writer_section){
			".data",
			DATA_RVA,
			(uint32_t)spec->data_size,
			spec->data,
			(uint32_t)spec->data_size,
			DATA_AT,
			DATA_FLAG,
		};
	out->size = pe_writer_write(&pe, out->data, sizeof(out->data));
}

void make_driver(struct file *out, const struct driver_spec *spec)
{
	uint8_t code[CODE_SIZE] = {0};

	if (spec->code)
		memcpy(code, spec->code, spec->code_size);
	else
		memcpy(code, working, sizeof(working));
	write_pe(out, spec, code, sizeof(code));
}

void make_gop(struct file *out, const struct gop_spec *spec)
{
	struct forge forge = forge_new();

	forge.ids = spec->ids;
	forge.id_count = spec->count;
	forge.major = spec->major;
	forge.minor = spec->minor;
	forge.build = spec->build;
	forge.walks = spec->no_walk ? 0 : 1;
	forge_write(&forge, out->data);
	out->size = forge.size;
	/* Where the forge leaves its code empty: a call through a pointer, as any driver has. */
	memcpy(out->data + CODE_AT + FORGE_CODE_END - sizeof(working), working, sizeof(working));
}

/* Header and PCIR at 1Ch (PCI Firmware Specification 3.x 5.1); the image is zero and has room. */
static uint8_t *begin_image(struct file *out, size_t size, uint16_t device_id, uint8_t code_type,
			    bool last)
{
	uint8_t *image = out->data + out->size;
	uint8_t *pcir = image + 0x1c;

	if (size > sizeof(out->data) - out->size)
		abort();
	memset(image, 0, size);
	put_u16(image, 0xaa55);
	put_u16(image + 0x18, 0x1c);
	memcpy(pcir, "PCIR", 4);
	put_u16(pcir + 4, 0x8086);
	put_u16(pcir + 6, device_id);
	put_u16(pcir + 0x0a, 0x1c);
	pcir[0x0c] = 3;
	pcir[0x0f] = 3; /* class 030000h */
	put_u16(pcir + 0x10, (uint16_t)(size / 512));
	pcir[0x14] = code_type;
	pcir[0x15] = last ? 0x80 : 0;
	out->size += size;
	return image;
}

void add_legacy_image(struct file *out, size_t size, uint16_t device_id, bool last)
{
	uint8_t *image = begin_image(out, size, device_id, 0, last);
	uint8_t sum = 0;

	image[2] = (uint8_t)(size / 512);
	image[3] = 0xcb; /* retf */
	for (size_t i = 0x40; i < size - 1; i++)
		image[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < size - 1; i++)
		sum = (uint8_t)(sum + image[i]);
	image[size - 1] = (uint8_t)-sum;
}

void add_efi_image(struct file *out, const struct file *payload, uint16_t subsystem, bool last)
{
	size_t size = (0x40 + payload->size + 511) / 512 * 512;
	uint8_t *image = begin_image(out, size, 0x4680, 3, last);

	put_u16(image + 2, (uint16_t)(size / 512));
	put_u32(image + 4, 0x0ef1);
	put_u16(image + 8, subsystem);
	put_u16(image + 0x0a, 0x8664);
	put_u16(image + 0x16, 0x40);
	memcpy(image + 0x40, payload->data, payload->size);
}

void add_other_image(struct file *out, uint8_t code_type, bool last)
{
	begin_image(out, 512, 0x4680, code_type, last);
}
