/* SPDX-License-Identifier: BSD-2-Clause */
/* Dependency expressions (PI 1.8 volume 2, 10.7; those of PEI modules volume 1, 5.7). */
#include "edit/edit.h"

#include "firmware/section.h"

enum opcode {
	OP_BEFORE,
	OP_AFTER,
	OP_PUSH,
	OP_AND,
	OP_OR,
	OP_NOT,
	OP_TRUE,
	OP_FALSE,
	OP_END,
	OP_SOR,
};

struct depex {
	struct cur c;
	bool pei;     /* has neither BEFORE nor AFTER nor SOR */
	bool alone;   /* BEFORE or AFTER came: nothing but END may follow */
	size_t depth; /* values on the stack */
};

static const char *take(struct depex *d, size_t count)
{
	if (d->depth < count)
		return "an operand is missing";
	d->depth -= count - 1;
	return NULL;
}

static const char *push(struct depex *d, size_t operand)
{
	d->depth++;
	if (operand)
		cur_skip(&d->c, operand);
	return d->c.err == IGDROM_OK ? NULL : "the GUID is cut off";
}

static const char *ordered(struct depex *d, bool first)
{
	if (d->pei)
		return "the opcode is none of a PEI module";
	if (!first)
		return "BEFORE, AFTER and SOR come first or not at all";
	return NULL;
}

/* What is wrong with one opcode; NULL: nothing. */
static const char *step(struct depex *d, uint8_t op, bool first)
{
	const char *wrong;

	if (d->alone)
		return "nothing but END follows BEFORE and AFTER";
	switch (op) {
	case OP_BEFORE:
	case OP_AFTER:
		wrong = ordered(d, first);
		d->alone = true;
		return wrong ? wrong : push(d, FW_GUID_SIZE);
	case OP_SOR:
		return ordered(d, first);
	case OP_PUSH:
		return push(d, FW_GUID_SIZE);
	case OP_TRUE:
	case OP_FALSE:
		return push(d, 0);
	case OP_AND:
	case OP_OR:
		return take(d, 2);
	case OP_NOT:
		return take(d, 1);
	default:
		return "there is no such opcode";
	}
}

static const char *end(const struct depex *d)
{
	if (d->depth != 1)
		return d->depth ? "more than one value is left" : "there is no value";
	return d->c.left ? "something follows END" : NULL;
}

enum igdrom_status igdrom_depex_check(unsigned type, const void *data, size_t size,
				      struct igdrom_report *report)
{
	struct depex d = {.c = cur_from(data, size, 0), .pei = type == FW_SECTION_PEI_DEPEX};
	const char *wrong = NULL;
	bool ended = false;
	uint64_t at = 0;

	if ((!data && size) || (type != FW_SECTION_DXE_DEPEX && type != FW_SECTION_PEI_DEPEX &&
				type != FW_SECTION_MM_DEPEX))
		return IGDROM_E_INVAL;
	while (!wrong && !ended) {
		uint8_t op;

		at = d.c.at;
		op = cur_u8(&d.c);
		if (d.c.err != IGDROM_OK)
			wrong = "END is missing";
		else if (op == OP_END)
			ended = true;
		else
			wrong = step(&d, op, at == 0);
	}
	if (ended)
		wrong = end(&d);
	if (!wrong)
		return IGDROM_OK;
	report_add(report, FINDING_EDIT_DEPEX, at, REPORT_ARGS(ARG_S(wrong), ARG_U(at)));
	return IGDROM_E_CORRUPT;
}
