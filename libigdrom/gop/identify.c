/* SPDX-License-Identifier: BSD-2-Clause */
#include "gop/internal.h"

#include "core/report.h"
#include "igd/igd.h"

#include <igdrom/limits.h>

#include <stdio.h>
#include <stdlib.h>

#define ID_TEXT_BYTES (UINT8_MAX * 5 + 1)

/* A reading in progress. */
struct reading {
	struct gop_image image;
	struct gop_table table;
	bool has_name;
	bool has_policy;
	bool version_agrees;   /* both places in the code were read and say the same */
	bool version_conflict; /* both were read and differ */
	struct place place;
	struct igdrom_report *report;
	struct igdrom_gop *gop;
};

static uint64_t offset_in_file(const struct reading *r, size_t offset)
{
	return place_at(r->place, offset);
}

static void find(const struct reading *r, enum finding_code code, size_t offset,
		 const struct igdrom_finding_arg *args, size_t arg_count)
{
	report_add(r->report, code, offset_in_file(r, offset), args, arg_count);
}

/* Whether the entry point returns at once: "xor eax, eax; ret", "mov eax, n; ret" and the like. */
static bool entry_is_stub(const struct gop_image *image, size_t *at)
{
	static const uint8_t ret = 0xc3;
	uint8_t opcode;
	struct cur c;

	if (!pe_rva_to_offset(&image->pe, image->pe.entry_rva, 1, at))
		return true;
	c = cur_tail(&image->file, *at);
	opcode = cur_u8(&c);
	if (opcode == 0x48) /* REX.W */
		opcode = cur_u8(&c);
	if (opcode == 0x31 || opcode == 0x33)
		cur_skip(&c, 1);
	else if (opcode == 0xb8)
		cur_skip(&c, c.at - *at == 2 ? 8 : 4);
	else
		return opcode == ret || opcode == 0;
	return cur_u8(&c) == ret && c.err == IGDROM_OK;
}

static void report_pe(const struct reading *r)
{
	const struct pe_image *pe = &r->image.pe;
	size_t size = r->gop->size;

	if (pe->clipped)
		find(r, FINDING_PE_CLIPPED, 0, REPORT_ARGS(ARG_U(size)));
	if (size > pe->file_size)
		find(r, FINDING_PE_TRAILING, pe->file_size,
		     REPORT_ARGS(ARG_U(size - pe->file_size), ARG_U(pe->file_size)));
	if (pe->certificate_size)
		find(r, FINDING_GOP_SIGNED, pe->certificate_offset, REPORT_NO_ARGS);
	if (pe->machine != PE_MACHINE_X64)
		find(r, FINDING_GOP_MACHINE, 0, REPORT_ARGS(ARG_U(pe->machine)));
	if (pe->subsystem != PE_SUBSYSTEM_EFI_BOOT_DRIVER)
		find(r, FINDING_GOP_SUBSYSTEM, 0, REPORT_ARGS(ARG_U(pe->subsystem)));
	if (!r->has_name)
		find(r, FINDING_GOP_NAME_MISSING, 0, REPORT_NO_ARGS);
	if (!r->has_policy)
		find(r, FINDING_GOP_POLICY_MISSING, 0, REPORT_NO_ARGS);
}

/* The ids that no table of integrated devices knows, as one text. */
static void report_strangers(const struct reading *r)
{
	const struct igdrom_gop *gop = r->gop;
	char text[ID_TEXT_BYTES] = "";
	size_t used = 0, count = 0;

	for (size_t i = 0; i < gop->device_count; i++) {
		if (gop->is_igd[i])
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%04X",
					 count ? " " : "", gop->devices[i]);
		count++;
	}
	if (count)
		find(r, FINDING_GOP_IDS_NOT_IGD, gop->table_offset,
		     REPORT_ARGS(ARG_U(count), ARG_S(text)));
}

static void report_no_table(const struct reading *r)
{
	const struct gop_table *table = &r->table;
	size_t entry = 0;

	if (table->matches > 1)
		find(r, FINDING_GOP_TABLE_SEVERAL, table->walk_offset,
		     REPORT_ARGS(ARG_U(table->matches)));
	else if (table->matches == 1 && table->count == 0)
		find(r, FINDING_GOP_TABLE_EMPTY, table->walk_offset, REPORT_NO_ARGS);
	else if (table->matches == 1)
		find(r, FINDING_GOP_TABLE_OUTSIDE, table->walk_offset,
		     REPORT_ARGS(ARG_U(table->count)));
	else if (entry_is_stub(&r->image, &entry))
		find(r, FINDING_GOP_GUTTED, entry, REPORT_NO_ARGS);
	else
		find(r, FINDING_GOP_TABLE_UNREADABLE, 0, REPORT_NO_ARGS);
}

/* Ids that could be some device's; 0000 and FFFF are what erased bytes read as. */
static unsigned count_ids(const struct gop_image *image, const struct gop_table *table)
{
	struct cur c = cur_sub(&image->file, table->offset, 2u * table->count);
	unsigned count = 0;

	for (unsigned i = 0; i < table->count; i++) {
		uint16_t id = cur_u16le(&c);

		count += id != 0 && id != UINT16_MAX;
	}
	return count;
}

static void read_table(struct reading *r)
{
	const struct gop_table *table = &r->table;
	struct igdrom_gop *gop = r->gop;
	struct igd_traits traits;
	struct cur c;

	if (table->matches != 1 || !table->readable) {
		report_no_table(r);
		return;
	}
	if (count_ids(&r->image, table) == 0) {
		find(r, FINDING_GOP_TABLE_EMPTY, table->offset, REPORT_NO_ARGS);
		return;
	}
	c = cur_sub(&r->image.file, table->offset, 2u * table->count);
	for (size_t i = 0; i < table->count; i++) {
		gop->devices[i] = cur_u16le(&c);
		gop->is_igd[i] = igd_lookup(gop->devices[i], &traits);
	}
	gop->device_count = table->count;
	gop->table_offset = table->offset;
	if (!table->checks)
		find(r, FINDING_GOP_CHECKS_MISSING, table->walk_offset, REPORT_NO_ARGS);
	report_strangers(r);
}

static void write_version(const struct gop_version *version, char out[GOP_VERSION_TEXT])
{
	snprintf(out, GOP_VERSION_TEXT, "%u.%u.%u", version->major, version->minor, version->build);
}

static bool same_version(const struct gop_version *a, const struct gop_version *b)
{
	return a->major == b->major && a->minor == b->minor && a->build == b->build;
}

static void read_version(struct reading *r)
{
	struct gop_version name = gop_version_of_name(&r->image);
	struct gop_version binding = {.known = false};
	struct igdrom_gop *gop = r->gop;
	char other[GOP_VERSION_TEXT];
	uint32_t walk;

	if (r->table.matches == 1 && pe_offset_to_rva(&r->image.pe, r->table.walk_offset, &walk))
		binding = gop_version_of_binding(&r->image, walk);
	if (!name.known && !binding.known) {
		find(r, FINDING_GOP_VERSION_UNREADABLE, 0, REPORT_NO_ARGS);
		return;
	}
	gop->version = name.known ? name : binding;
	write_version(&gop->version, gop->version_text);
	if (!name.known || !binding.known) {
		find(r, FINDING_GOP_VERSION_ONE_SOURCE, 0, REPORT_ARGS(ARG_S(gop->version_text)));
		return;
	}
	r->version_agrees = same_version(&name, &binding);
	if (r->version_agrees)
		return;
	write_version(&binding, other);
	find(r, FINDING_GOP_VERSION_CONFLICT, 0,
	     REPORT_ARGS(ARG_S(gop->version_text), ARG_S(other)));
	r->version_conflict = true;
}

static void read_gate(struct reading *r)
{
	struct gop_site port = gop_find_site(&r->image, GOP_SITE_PORT);
	struct gop_site bridge = gop_find_site(&r->image, GOP_SITE_BRIDGE);
	struct igdrom_gop *gop = r->gop;
	enum gop_gate_rule rule = gop->build ? gop->build->rule : GOP_RULE_UNKNOWN;
	struct gop_site *site = rule == GOP_RULE_BRIDGE ? &bridge : &port;

	/* What the table says of a version holds for the driver that was read, not for any bytes
	 * that carry the same version: name, policy and one table are part of the rule. */
	if (!r->has_name || !r->has_policy || !gop->device_count)
		rule = GOP_RULE_UNKNOWN;
	if (rule == GOP_RULE_IGNORED ||
	    (rule == GOP_RULE_ABSENT && port.matches + bridge.matches == 0)) {
		gop->gate = IGDROM_GATE_NONE;
	} else if ((rule == GOP_RULE_PORT || rule == GOP_RULE_BRIDGE) && site->matches == 1) {
		gop->gate = IGDROM_GATE_FATAL;
		gop->gate_offset = site->offset;
	} else {
		find(r, FINDING_GOP_GATE_UNKNOWN, port.matches ? port.offset : bridge.offset,
		     REPORT_ARGS(ARG_U(port.matches + bridge.matches)));
	}
	if (gop->gate == IGDROM_GATE_FATAL && gop->build->lpc_count == 0)
		find(r, FINDING_GOP_LPC_UNKNOWN, gop->gate_offset,
		     REPORT_ARGS(ARG_S(gop->version_text)));
}

/* Of code for another machine than x64 no pattern was read: only its version can be told. */
static void read_foreign(struct reading *r)
{
	struct igdrom_gop *gop = r->gop;

	gop->confidence = IGDROM_CONFIDENCE_LOW;
	if (gop->machine == PE_MACHINE_I386)
		gop->version = gop_version_of_addresses(&r->image);
	if (!gop->version.known) {
		find(r, FINDING_GOP_VERSION_UNREADABLE, 0, REPORT_NO_ARGS);
		return;
	}
	write_version(&gop->version, gop->version_text);
	gop->build = gop_find_build(&gop->version);
}

static void read_facts(struct reading *r)
{
	struct igdrom_gop *gop = r->gop;

	gop->machine = r->image.pe.machine;
	gop->subsystem = r->image.pe.subsystem;
	digest_sha256_hex(r->image.file.p, gop->size, gop->sha256);
	report_pe(r);
	if (gop->machine != PE_MACHINE_X64) {
		read_foreign(r);
		return;
	}
	read_table(r);
	read_version(r);
	if (!r->version_conflict)
		gop->build = gop_find_build(&gop->version);
	read_gate(r);
	if (gop->device_count == 0)
		gop->confidence = IGDROM_CONFIDENCE_LOW;
	else if (r->table.checks && r->has_name && r->has_policy && r->version_agrees &&
		 !r->image.pe.clipped)
		gop->confidence = IGDROM_CONFIDENCE_HIGH;
	else
		gop->confidence = IGDROM_CONFIDENCE_MEDIUM;
}

/* Two of the three marks: the name, the policy GUID, the loop that walks the ids (x64 only). */
static bool is_gop(const struct reading *r)
{
	return r->has_name + r->has_policy + (r->table.matches > 0) >= 2;
}

enum igdrom_status gop_read(const void *data, size_t size, struct place place,
			    struct igdrom_report *report, struct igdrom_gop **out)
{
	struct reading r = {.place = place, .report = report};
	enum igdrom_status status = pe_parse(data, size, &r.image.pe);

	*out = NULL;
	if (status != IGDROM_OK)
		return status == IGDROM_E_UNSUPPORTED ? IGDROM_E_NOT_RECOGNIZED : status;
	if (r.image.pe.file_size > IGDROM_GOP_MAX_BYTES) {
		find(&r, FINDING_PE_TOO_LARGE, 0,
		     REPORT_ARGS(ARG_U(r.image.pe.file_size), ARG_U(IGDROM_GOP_MAX_BYTES)));
		return IGDROM_E_LIMIT;
	}
	r.image.file = cur_from(data, size, 0);
	r.image.code_count =
		pe_ranges(&r.image.pe, PE_SECTION_EXECUTE | PE_SECTION_CODE, r.image.code);
	r.has_name = gop_has_mark(&r.image, GOP_MARK_NAME);
	r.has_policy = gop_has_mark(&r.image, GOP_MARK_POLICY);
	if (!r.has_name && !r.has_policy) /* the table alone is not enough: see is_gop() */
		return IGDROM_E_NOT_RECOGNIZED;
	if (r.image.pe.machine == PE_MACHINE_X64)
		r.table = gop_find_table(&r.image);
	if (!is_gop(&r))
		return IGDROM_E_NOT_RECOGNIZED;
	r.gop = calloc(1, sizeof(*r.gop));
	if (!r.gop)
		return IGDROM_E_NOMEM;
	r.gop->size = size;
	read_facts(&r);
	*out = r.gop;
	return IGDROM_OK;
}

enum igdrom_status igdrom_gop_identify(const void *data, size_t size, struct igdrom_report *report,
				       struct igdrom_gop **out)
{
	uint64_t most = igdrom_limits_get(NULL, IGDROM_LIMIT_INPUT_BYTES);
	enum igdrom_status status;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!data && size)
		return IGDROM_E_INVAL;
	if (size > most) {
		report_add(report, FINDING_INPUT_TOO_LARGE, 0,
			   REPORT_ARGS(ARG_U(size), ARG_U(most)));
		return IGDROM_E_LIMIT;
	}
	status = gop_read(data, size, (struct place){.exact = true}, report, out);
	if (status == IGDROM_E_NOT_RECOGNIZED)
		report_add(report, FINDING_GOP_NOT_A_GOP, 0, REPORT_NO_ARGS);
	else if (status == IGDROM_E_TRUNCATED)
		report_add(report, FINDING_PE_TRUNCATED, size, REPORT_ARGS(ARG_U(size)));
	else if (status == IGDROM_E_CORRUPT)
		report_add(report, FINDING_PE_CORRUPT, 0, REPORT_NO_ARGS);
	return status;
}
