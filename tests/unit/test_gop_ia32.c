/* SPDX-License-Identifier: BSD-2-Clause */
/* Drivers for 32-bit firmware. What is expected was read from the one that is known, 8.0.1037. */
#include "unit/unit.h"

#include <igdrom/gop.h>

#include "unit/pe_writer.h"

#define ROOM 0x800
#define GAP  0x110 /* more code than lies between the parts of a name */

static uint8_t file[ROOM];

struct ia32 {
	uint8_t text[0x200], data[0x100], relocs[0x20];
	size_t text_size, data_size, reloc_size;
	uint32_t base;
};

/* push imm32, with its base relocation. */
static void push_text(struct ia32 *p, const char *text)
{
	p->text[p->text_size] = 0x68;
	put_u32(p->text + p->text_size + 1, p->base + 0x2000 + (uint32_t)p->data_size);
	put_u16(p->relocs + 8 + p->reloc_size, (uint16_t)(0x3000 | (p->text_size + 1)));
	p->text_size += 5;
	p->reloc_size += 2;
	for (size_t i = 0; i <= strlen(text); i++, p->data_size += 2)
		put_u16(p->data + p->data_size, (uint8_t)text[i]);
}

/* A driver for IA-32 that puts its name together as the one that was read does: PE32, the texts
 * named by absolute addresses. */
static size_t write_ia32(uint32_t base, const char *const *texts, size_t count, bool policy)
{
	static const uint8_t guid[] = {0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
				       0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d};
	struct pe_writer pe = pe_writer_new();
	struct ia32 p = {.base = base};

	if (policy)
		memcpy(p.data, guid, sizeof(guid));
	p.data_size = sizeof(guid);
	for (size_t i = 0; i < count; i++) {
		if (texts[i])
			push_text(&p, texts[i]);
		else
			p.text_size += GAP;
	}
	put_u32(p.relocs, 0x1000);
	put_u32(p.relocs + 4, (uint32_t)p.reloc_size + 8);
	pe.machine = 0x14c;
	pe.magic = 0x10b;
	pe.image_base = base;
	pe.sections[0] = (struct pe_writer_section){".text", 0x1000, 0x200,     p.text,
						    0x200,   0x200,  0x60000020};
	pe.sections[1] = (struct pe_writer_section){".data", 0x2000, 0x100,     p.data,
						    0x100,   0x400,  0xc0000040};
	pe.sections[2] = (struct pe_writer_section){".reloc", 0x3000, 0x20,      p.relocs,
						    0x20,     0x500,  0x42000040};
	pe.section_count = 3;
	pe.reloc_rva = 0x3000;
	pe.reloc_size = (uint32_t)p.reloc_size + 8;
	return pe_writer_write(&pe, file, ROOM);
}

static void the_version_is_read_and_nothing_else(void **state)
{
	static const char *const texts[] = {
		"Intel(R) GOP Driver", " [", "8", ".", "0", ".", "1037", "]"};
	struct igdrom_report *report;
	struct igdrom_gop *gop;
	size_t size;

	(void)state;
	for (uint32_t base = 0; base <= 0x400000; base += 0x400000) {
		size = write_ia32(base, texts, 8, true);
		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(igdrom_gop_identify(file, size, report, &gop), IGDROM_OK);
		assert_string_equal(igdrom_gop_version(gop), "8.0.1037");
		assert_int_equal(igdrom_gop_machine(gop), 0x14c);
		assert_int_equal(igdrom_gop_device_count(gop), 0);
		assert_int_equal(igdrom_gop_supports(gop, 0x22b0), IGDROM_UNKNOWN);
		assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_UNKNOWN);
		assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_LOW);
		assert_int_equal(igdrom_report_count(report), 1);
		assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)),
				    "gop-machine");
		igdrom_gop_free(gop);
		igdrom_report_free(report);
	}
}

static void without_a_version_or_a_policy_nothing_is_guessed(void **state)
{
	static const char *const texts[] = {"Intel(R) GOP Driver", "8", ".", "0"};
	static const char *const apart[] = {"Intel(R) GOP Driver", " [", "8", ".", "0", NULL, "1"};
	struct igdrom_gop *gop;
	size_t size = write_ia32(0, texts, 4, true);

	(void)state;
	assert_int_equal(igdrom_gop_identify(file, size, NULL, &gop), IGDROM_OK);
	assert_null(igdrom_gop_version(gop));
	igdrom_gop_free(gop);
	size = write_ia32(0, apart, 7, true);
	assert_int_equal(igdrom_gop_identify(file, size, NULL, &gop), IGDROM_OK);
	assert_null(igdrom_gop_version(gop));
	igdrom_gop_free(gop);
	size = write_ia32(0, texts, 4, false);
	assert_int_equal(igdrom_gop_identify(file, size, NULL, &gop), IGDROM_E_NOT_RECOGNIZED);
}

static void every_prefix_is_read_or_refused_cleanly(void **state)
{
	static const char *const texts[] = {"Intel(R) GOP Driver", " [", "8", ".", "0", ".", "1"};
	size_t size = write_ia32(0, texts, 7, true);

	(void)state;
	for (size_t length = 0; length <= size; length++) {
		uint8_t *copy = malloc(length ? length : 1);
		struct igdrom_gop *gop;

		assert_non_null(copy);
		memcpy(copy, file, length);
		if (igdrom_gop_identify(copy, length, NULL, &gop) == IGDROM_OK)
			igdrom_gop_free(gop);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_version_is_read_and_nothing_else),
		cmocka_unit_test(without_a_version_or_a_policy_nothing_is_guessed),
		cmocka_unit_test(every_prefix_is_read_or_refused_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
