/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/gop_forge.h"

#include "unit/pe_writer.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 0x800
#define DATA_BYTES 0x800

struct sheet {
	uint8_t bytes[TEXT_BYTES];
	uint32_t rva;
	size_t size;
};

struct paper {
	struct sheet text;
	struct sheet data;
	uint32_t relocs[16];
	size_t reloc_count;
	uint32_t opening, dot, major, minor, build, binding_build, ids, binding, lpc, reader;
	uint32_t bindings[2]; /* other rows of pointers */
};

static void emit(struct sheet *sheet, const void *bytes, size_t size)
{
	if (size > sizeof(sheet->bytes) - sheet->size)
		abort();
	memcpy(sheet->bytes + sheet->size, bytes, size);
	sheet->size += size;
}

#define EMIT(sheet, ...) \
	emit(sheet, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static uint32_t here(const struct sheet *sheet)
{
	return sheet->rva + (uint32_t)sheet->size;
}

static void emit_u32(struct sheet *sheet, uint32_t v)
{
	uint8_t bytes[4];

	put_u32(bytes, v);
	emit(sheet, bytes, sizeof(bytes));
}

/* disp32 of a RIP-relative operand; `behind` bytes of the instruction follow it. */
static void emit_rip(struct sheet *sheet, uint32_t target, uint32_t behind)
{
	emit_u32(sheet, target - (here(sheet) + 4 + behind));
}

static void lea_r8_rip(struct sheet *text, uint32_t target)
{
	EMIT(text, 0x4c, 0x8d, 0x05);
	emit_rip(text, target, 0);
}

static void lea_rcx_rip(struct sheet *text, uint32_t target)
{
	EMIT(text, 0x48, 0x8d, 0x0d);
	emit_rip(text, target, 0);
}

static uint32_t wide_text(struct sheet *data, const char *text)
{
	uint32_t rva = here(data);

	for (size_t i = 0; i <= strlen(text); i++)
		EMIT(data, (uint8_t)text[i], 0);
	return rva;
}

static void align8(struct sheet *sheet)
{
	while (sheet->size % 8)
		EMIT(sheet, 0);
}

static uint32_t version_word(const struct forge *forge)
{
	const char *build = forge->binding_build ? forge->binding_build : forge->build;

	return (uint32_t)atoi(forge->major) << 24 | (uint32_t)atoi(forge->minor) << 16 |
	       (uint32_t)atoi(build);
}

/* The function that reads configuration space by ports. */
static uint32_t write_reader(struct sheet *sheet)
{
	uint32_t rva = here(sheet);

	EMIT(sheet, 0x0f, 0xba, 0xe9, 0x1f, 0x8b, 0xc1, 0xba, 0xf8, 0x0c, 0, 0, 0xef);
	EMIT(sheet, 0xba, 0xfc, 0x0c, 0, 0, 0x66, 0xed, 0xc3);
	return rva;
}

/* Room for an EFI_DRIVER_BINDING_PROTOCOL; point_binding() fills the pointers in. */
static uint32_t binding_room(const struct forge *forge, struct paper *p, bool real)
{
	struct sheet *data = &p->data;
	uint32_t rva;

	align8(data);
	rva = here(data);
	for (size_t i = real && forge->lone_reloc ? 2 : 0; i < 3; i++)
		p->relocs[p->reloc_count++] = rva + (uint32_t)(8 * i);
	for (size_t i = 0; i < 6; i++)
		emit_u32(data, 0);
	emit_u32(data, real && forge->binding == FORGE_BINDING_STATIC ? version_word(forge) : 0);
	emit_u32(data, 0);
	for (size_t i = 0; i < 4; i++)
		emit_u32(data, real && forge->used_handles);
	return rva;
}

static void write_pointers(const struct forge *forge, struct paper *p)
{
	p->binding = binding_room(forge, p, true);
	if (forge->earlier_struct)
		p->bindings[0] = binding_room(forge, p, false);
	if (forge->equal_struct)
		p->bindings[1] = binding_room(forge, p, false);
}

static void write_data(const struct forge *forge, struct paper *p)
{
	static const uint8_t policy[] = {0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
					 0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d};
	struct sheet *data = &p->data;

	align8(data);
	EMIT(data, 0xe0, 0x4c, 0x11, 0x22); /* so that nothing starts at the first byte */
	if (!forge->no_policy)
		emit(data, policy, sizeof(policy));
	wide_text(data, forge->no_name ? "Some Other UEFI Driver" : "Intel(R) GOP Driver");
	p->opening = wide_text(data, " [");
	p->dot = wide_text(data, ".");
	p->major = wide_text(data, forge->major);
	p->minor = wide_text(data, forge->minor);
	p->build = wide_text(data, forge->build);
	p->binding_build = forge->binding_build ? wide_text(data, forge->binding_build) : p->build;
	write_pointers(forge, p);
	p->reader = write_reader(data);
	p->lpc = here(data);
	EMIT(data, 0, 0, 0, 0);
	p->ids = here(data);
	for (size_t i = 0; i < forge->id_count; i++)
		EMIT(data, (uint8_t)forge->ids[i], (uint8_t)(forge->ids[i] >> 8));
	EMIT(data, '4', 0, '2', 0); /* no terminator: digits follow in real drivers */
}

static void write_name(const struct forge *forge, struct paper *p)
{
	struct sheet *text = &p->text;
	const uint32_t parts[] = {p->opening, p->major, p->dot, p->minor, p->dot, p->build};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		lea_r8_rip(text, parts[i]);
		EMIT(text, 0x8b, 0xd7, 0x48, 0x8b, 0xce, 0xe8, 0, 0, 0, 0);
		for (size_t k = 0; forge->name_gap && i == 1 && k < 0x100; k++)
			EMIT(text, 0x90);
	}
}

static void write_binding(const struct forge *forge, struct paper *p)
{
	struct sheet *text = &p->text;
	uint32_t version = p->binding + 24;

	if (forge->binding == FORGE_BINDING_CONSTANT || forge->second_store) {
		EMIT(text, 0xc7, 0x05);
		emit_rip(text, version, 4);
		emit_u32(text, version_word(forge));
	}
	if (forge->binding != FORGE_BINDING_COMPUTED)
		return;
	lea_rcx_rip(text, p->major);
	EMIT(text, 0xe8, 0, 0, 0, 0, 0x44, 0x0f, 0xb6, 0xd0);
	lea_rcx_rip(text, p->minor);
	EMIT(text, 0x41, 0xc1, 0xe2, 0x18, 0xe8, 0, 0, 0, 0, 0x0f, 0xb6, 0xd0);
	lea_rcx_rip(text, p->binding_build);
	EMIT(text, 0xc1, 0xe2, 0x10, 0x44, 0x03, 0xd2, 0xe8, 0, 0, 0, 0);
	EMIT(text, 0x0f, 0xb7, 0xc8, 0x44, 0x03, 0xd1, 0x44, 0x89, 0x15);
	emit_rip(text, version, 0);
}

static void write_walk(struct forge *forge, struct paper *p)
{
	struct sheet *text = &p->text;
	uint8_t loop = forge->order == 3 ? 0xe5 : forge->order ? 0xe8 : 0xeb;
	uint8_t back = forge->jump_back ? forge->jump_back : loop;
	unsigned count = forge->walk_count ? forge->walk_count : (unsigned)forge->id_count;
	uint32_t ids = forge->table_outside ? FORGE_DATA_RVA + DATA_BYTES - 8 : p->ids;

	if (!(forge->no_checks & FORGE_CHECK_VENDOR))
		EMIT(text, 0xb8, 0x86, 0x80, 0, 0, 0x66, 0x39, 0x44, 0x24, 0x30, 0x75, 0x38);
	if (!(forge->no_checks & FORGE_CHECK_CLASS))
		EMIT(text, 0x80, 0x7c, 0x24, 0x3b, 3, 0x75, 0x31);
	if (!(forge->no_checks & FORGE_CHECK_SUBCLASS))
		EMIT(text, 0x80, 0x7c, 0x24, 0x3a, 0, 0x75, 0x2a);
	if (!(forge->no_checks & FORGE_CHECK_INTERFACE))
		EMIT(text, 0x80, 0x7c, 0x24, 0x39, 0, 0x75, 0x23);
	EMIT(text, 0x0f, 0xb7, 0x54, 0x24, 0x32, 0x32, 0xc9);
	if (!forge->walk_offset)
		forge->walk_offset = text->size;
	if (forge->order & 1)
		EMIT(text, 0x0f, 0xb6, 0xc1);
	lea_r8_rip(text, ids);
	if (forge->order & 2)
		EMIT(text, 0x0f, 0xb6, 0xc1);
	EMIT(text, 0x66, 0x41, 0x3b, 0x14, 0x40, 0x74, 0x09, 0xfe, 0xc1, 0x80, 0xf9,
	     (uint8_t)(forge->zero_ids ? 0 : count), 0x72, back, 0xeb, 0x02, 0x33, 0xdb, 0xc3);
}

static void store_ax(struct paper *p)
{
	EMIT(&p->text, 0x66, 0x89, 0x05);
	emit_rip(&p->text, p->lpc, 0);
}

static void call(struct sheet *text, uint32_t target)
{
	EMIT(text, 0xe8);
	emit_rip(text, target, 0);
}

static void write_port_gate(enum forge_gate gate, struct paper *p, uint32_t reader)
{
	struct sheet *text = &p->text;
	uint32_t address = gate == FORGE_GATE_REVISION      ? 0x800f8008
			   : gate == FORGE_GATE_HOST_BRIDGE ? 0x80000002
							    : 0x800f8002;

	EMIT(text, 0xb9);
	emit_u32(text, address & 0x7fffffff);
	if (gate == FORGE_GATE_PORT_MOVE)
		EMIT(text, 0x40, 0x8a, 0xdf);
	call(text, gate == FORGE_GATE_NO_READER       ? FORGE_TEXT_RVA
		   : gate == FORGE_GATE_OTHER_SECTION ? p->reader
						      : reader);
	if (gate == FORGE_GATE_NO_STORE) {
		EMIT(text, 0x90, 0x90);
	} else {
		if (gate != FORGE_GATE_PORT_NEXT)
			EMIT(text, 0xb9, 0x08, 0x80, 0x0f, 0x00);
		store_ax(p);
	}
}

static void write_bridge_gate(enum forge_gate gate, struct paper *p)
{
	struct sheet *text = &p->text;
	uint8_t lost = gate == FORGE_GATE_BRIDGE_LOST ? 0xc6 : 0xce; /* mov rax/rcx, rsi */

	if (gate == FORGE_GATE_BRIDGE_R11)
		EMIT(text, 0x4c, 0x8d, 0x1d);
	else
		EMIT(text, 0x48, 0x8d, 0x05);
	emit_rip(text, p->lpc, 0);
	EMIT(text, 0x48, 0x8b, lost, 0x33, 0xd2);
	EMIT(text, 0x41, 0xb8, 0x02, 0x00, 0x1f, 0x00, 0x8b, 0xd6);
	if (gate == FORGE_GATE_BRIDGE_R11)
		EMIT(text, 0x4c, 0x89, 0x5c, 0x24, 0x20);
	else
		EMIT(text, 0x48, 0x89, 0x44, 0x24, 0x20);
	EMIT(text, 0x48, 0x8b, 0x44, 0x24, 0x48, 0xff, 0x50, 0x38);
}

static void write_gate(struct forge *forge, struct paper *p)
{
	struct sheet *text = &p->text;
	uint32_t reader = write_reader(text);
	bool bridge = forge->gate == FORGE_GATE_BRIDGE || forge->gate == FORGE_GATE_BRIDGE_R11 ||
		      forge->gate == FORGE_GATE_BRIDGE_LOST;

	for (int i = 0; i < (forge->gates ? forge->gates : 1) && forge->gate; i++) {
		size_t before = text->size;

		if (bridge)
			write_bridge_gate(forge->gate, p);
		else
			write_port_gate(forge->gate, p, reader);
		if (i == 0)
			forge->gate_offset = before + (bridge ? 12 : 5) +
					     (forge->gate == FORGE_GATE_PORT_MOVE ? 3 : 0);
	}
	EMIT(text, 0xc3);
}

static void point_binding(const struct forge *forge, struct paper *p, uint32_t rva,
			  uint32_t supported)
{
	for (uint32_t i = 0; rva && i < 3; i++)
		put_u64(p->data.bytes + (rva - FORGE_DATA_RVA) + 8 * i,
			forge->image_base + supported + 8 * i);
}

static size_t write_relocs(const struct paper *p, uint8_t *out)
{
	size_t size = 0;

	for (size_t i = 0; i < p->reloc_count; i++) {
		put_u32(out + size, p->relocs[i] & ~0xfffu);
		put_u32(out + size + 4, 12);
		put_u16(out + size + 8, (uint16_t)(0xa000 | (p->relocs[i] & 0xfff)));
		put_u16(out + size + 10, 0);
		size += 12;
	}
	return size;
}

struct forge forge_new(void)
{
	static const uint16_t ids[] = {0x4680, 0x4682, 0x4690, 0xa780, 0xcafe, 0xa782, 0x9a40};

	return (struct forge){
		.major = "17",
		.minor = "0",
		.build = "1077",
		.ids = ids,
		.id_count = 7,
		.order = 1,
		.walks = 1,
		.gate = FORGE_GATE_PORT,
		.subsystem = 11,
	};
}

static void write_file(struct forge *forge, const struct paper *p, uint8_t *out)
{
	uint32_t text_at = forge->data_first ? 0x400 + DATA_BYTES : 0x400;
	uint32_t data_at = forge->data_first ? 0x400 : 0x400 + TEXT_BYTES;
	struct pe_writer pe = pe_writer_new();
	uint8_t relocs[256] = {0};

	pe.machine = forge->machine ? forge->machine : 0x8664;
	pe.subsystem = forge->subsystem;
	pe.image_base = forge->image_base;
	pe.entry = FORGE_TEXT_RVA;
	pe.sections[0] =
		(struct pe_writer_section){".text",    FORGE_TEXT_RVA, TEXT_BYTES, p->text.bytes,
					   TEXT_BYTES, text_at,        0x68000020};
	pe.sections[1] =
		(struct pe_writer_section){".data",    FORGE_DATA_RVA, DATA_BYTES, p->data.bytes,
					   DATA_BYTES, data_at,        0xc8000040};
	if (forge->gate == FORGE_GATE_OTHER_SECTION)
		pe.sections[1].flags |= 0x20000000; /* executable */
	pe.sections[2] = (struct pe_writer_section){
		".reloc", 0x6000, 0, relocs, 0, 0x400 + TEXT_BYTES + DATA_BYTES, 0x42000040};
	pe.sections[2].size = forge->no_relocs ? 0 : (uint32_t)write_relocs(p, relocs);
	pe.reloc_rva = 0x6000;
	pe.reloc_size = pe.sections[2].size;
	pe.section_count = 3;
	for (size_t i = 0; forge->plain_names && i < 3; i++)
		pe.sections[i].name = (const char *[]){"a", "b", "c"}[i];
	forge->size = pe_writer_write(&pe, out, FORGE_ROOM);
	forge->table_offset = data_at + (p->ids - FORGE_DATA_RVA);
	forge->gate_offset += text_at;
	forge->walk_offset += text_at;
}

void forge_write(struct forge *forge, uint8_t out[FORGE_ROOM])
{
	struct paper p = {.text.rva = FORGE_TEXT_RVA, .data.rva = FORGE_DATA_RVA};
	uint32_t supported;

	forge->gate_offset = 0;
	forge->walk_offset = 0;
	write_data(forge, &p);
	EMIT(&p.text, 0x48, 0x83, 0xec, 0x28);
	write_name(forge, &p);
	write_binding(forge, &p);
	EMIT(&p.text, 0x48, 0x83, 0xc4, 0x28, 0xc3);
	supported = here(&p.text);
	for (int i = 0; i < forge->walks; i++)
		write_walk(forge, &p);
	if (!forge->walks)
		EMIT(&p.text, 0x33, 0xc0, 0xc3);
	write_gate(forge, &p);
	point_binding(forge, &p, p.binding, supported);
	point_binding(forge, &p, p.bindings[0], FORGE_TEXT_RVA);
	point_binding(forge, &p, p.bindings[1], supported);
	if (forge->binding == FORGE_BINDING_NONE)
		memset(p.data.bytes + (p.binding - FORGE_DATA_RVA), 0, 32);
	if (forge->reloc_on_gate)
		p.relocs[p.reloc_count++] = FORGE_TEXT_RVA + (uint32_t)forge->gate_offset - 6;
	write_file(forge, &p, out);
}
