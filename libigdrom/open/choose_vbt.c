/* SPDX-License-Identifier: BSD-2-Clause */
/* Which VBT is the one to use. Each rule keeps those that are best by it; the rule that leaves one
 * is the reason. */
#include "open/internal.h"

#include "core/report.h"

/* IntelGopVbt: what the GOP policy drivers of vendors look for when no panel asks for another. */
#define DEFAULT_FILE "878AC2CC-5343-46F2-B563-51F89DAF56BA"

enum rule {
	RULE_ONLY, /* there is but one */
	RULE_DEVICE,
	RULE_DRIVER,
	RULE_DEFAULT,
	RULE_ORIGIN,
	RULE_ORDER, /* no rule left one */
};

#define DRIVER_ENDING "Driver"
#define TABLE_ENDING  "Vbt"

/* What the choice is made for. */
struct wish {
	uint16_t device_id;
	const char *driver; /* name of the file with the GOP driver for the device, or NULL */
};

struct choice {
	enum rule rule;
	size_t best;
	size_t left; /* as good as the best, itself included */
};

static bool is_default(const struct igdrom_found *found)
{
	for (size_t i = 0; i < found->place_count; i++) {
		const char *guid = igdrom_found_guid(found, i);

		if (guid && !strcmp(guid, DEFAULT_FILE))
			return true;
	}
	return false;
}

/*
 * Firmware for two platforms has a driver and a table for each, and names them alike:
 * IntelSnbGopDriver, IntelSnbGopVbt. With one driver all tables are for it.
 */
static const char *driver_for(const struct igdrom_contents *contents, uint16_t device_id)
{
	size_t best;

	if (device_id == 0 || contents->found[OPEN_GOP].count < 2 ||
	    igdrom_contents_choose_gop(contents, device_id, NULL, &best) != IGDROM_OK)
		return NULL;
	return igdrom_found_name(contents->found[OPEN_GOP].items[best], 0);
}

static bool is_named_like(const struct igdrom_found *found, const char *driver)
{
	size_t size = driver ? strlen(driver) : 0;

	if (size <= strlen(DRIVER_ENDING))
		return false;
	size -= strlen(DRIVER_ENDING);
	if (strcmp(driver + size, DRIVER_ENDING) != 0)
		return false;
	for (size_t i = 0; i < found->place_count; i++) {
		const char *name = igdrom_found_name(found, i);

		if (name && !strncmp(name, driver, size) && !strcmp(name + size, TABLE_ENDING))
			return true;
	}
	return false;
}

/* How good a VBT is by one rule; less is better. */
static int rank(const struct igdrom_found *found, enum rule rule, const struct wish *wish)
{
	switch (rule) {
	case RULE_DEVICE:
		return wish->device_id && igdrom_vbt_fits(found->vbt, wish->device_id) == IGDROM_NO;
	case RULE_DRIVER:
		return !is_named_like(found, wish->driver);
	case RULE_DEFAULT:
		return !is_default(found);
	case RULE_ORIGIN:
		return (int)found->places[0].origin;
	default:
		return 0;
	}
}

/* The first rule by which two differ. */
static enum rule first_difference(const struct igdrom_found *a, const struct igdrom_found *b,
				  const struct wish *wish)
{
	enum rule rule = RULE_DEVICE;

	while (rule < RULE_ORDER && rank(a, rule, wish) == rank(b, rule, wish))
		rule++;
	return rule;
}

static struct choice choose(const struct open_list *vbts, const struct wish *wish)
{
	struct choice choice = {.rule = RULE_ONLY, .left = 1};

	for (size_t i = 1; i < vbts->count; i++) {
		const struct igdrom_found *best = vbts->items[choice.best];
		enum rule rule = first_difference(vbts->items[i], best, wish);

		if (rule < RULE_ORDER && rank(vbts->items[i], rule, wish) < rank(best, rule, wish))
			choice.best = i;
	}
	/* What tells the best from the one that comes closest is what decided. */
	for (size_t i = 0; i < vbts->count; i++) {
		enum rule rule = first_difference(vbts->items[i], vbts->items[choice.best], wish);

		if (i == choice.best)
			continue;
		choice.left += rule == RULE_ORDER;
		if (rule > choice.rule)
			choice.rule = rule;
	}
	return choice;
}

static void say(const struct open_list *vbts, const struct choice *choice, const struct wish *wish,
		struct igdrom_report *report)
{
	uint16_t device_id = wish->device_id;
	const struct igdrom_found *found = vbts->items[choice->best];
	const char *signature = igdrom_vbt_signature(found->vbt);
	const char *where = found->where[0] ? found->where : "the file itself";

	switch (choice->rule) {
	case RULE_ONLY:
		report_add(report, FINDING_CHOICE_VBT_ONLY, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_S(where)));
		break;
	case RULE_DEVICE:
		report_add(report, FINDING_CHOICE_VBT_DEVICE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_S(where), ARG_U(vbts->count),
				       ARG_U(device_id)));
		break;
	case RULE_DRIVER:
		report_add(report, FINDING_CHOICE_VBT_DRIVER, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_S(where), ARG_U(vbts->count),
				       ARG_S(wish->driver)));
		break;
	case RULE_DEFAULT:
		report_add(report, FINDING_CHOICE_VBT_DEFAULT, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_S(where), ARG_U(vbts->count)));
		break;
	case RULE_ORIGIN:
		report_add(report, FINDING_CHOICE_VBT_ALONE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_S(where), ARG_U(vbts->count)));
		break;
	case RULE_ORDER:
		report_add(report, FINDING_CHOICE_VBT_FIRST, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_S(where), ARG_U(vbts->count),
				       ARG_U(choice->left)));
		break;
	}
	if (device_id && igdrom_vbt_fits(found->vbt, device_id) == IGDROM_NO)
		report_add(report, FINDING_CHOICE_VBT_OTHER, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(signature), ARG_U(device_id)));
}

enum igdrom_status igdrom_contents_choose_vbt(const struct igdrom_contents *contents,
					      uint16_t device_id, struct igdrom_report *report,
					      size_t *best)
{
	struct wish wish = {.device_id = device_id};
	const struct open_list *vbts;
	struct choice choice;

	if (!best)
		return IGDROM_E_INVAL;
	*best = 0;
	if (!contents)
		return IGDROM_E_INVAL;
	vbts = &contents->found[OPEN_VBT];
	if (vbts->count == 0) {
		report_add(report, FINDING_OPEN_NO_VBT, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(igdrom_file_kind_name(contents->kind))));
		return IGDROM_E_NOT_FOUND;
	}
	wish.driver = driver_for(contents, device_id);
	choice = choose(vbts, &wish);
	say(vbts, &choice, &wish, report);
	*best = choice.best;
	return IGDROM_OK;
}

enum igdrom_vbt_verdict igdrom_contents_judge_vbt(const struct igdrom_contents *contents,
						  uint16_t device_id, size_t index)
{
	const struct open_list *vbts = contents ? &contents->found[OPEN_VBT] : NULL;
	struct wish wish = {.device_id = device_id};
	struct choice choice;

	if (!vbts || index >= vbts->count)
		return IGDROM_VBT_OTHER_PLATFORM;
	wish.driver = driver_for(contents, device_id);
	choice = choose(vbts, &wish);
	if (index == choice.best)
		return IGDROM_VBT_BEST;
	switch (first_difference(vbts->items[index], vbts->items[choice.best], &wish)) {
	case RULE_DEVICE:
		return IGDROM_VBT_OTHER_PLATFORM;
	case RULE_DRIVER:
		return IGDROM_VBT_OTHER_DRIVER;
	case RULE_DEFAULT:
		return IGDROM_VBT_NOT_DEFAULT;
	case RULE_ORIGIN:
		return IGDROM_VBT_COPY;
	default:
		return IGDROM_VBT_EQUAL;
	}
}

const char *igdrom_vbt_verdict_name(enum igdrom_vbt_verdict verdict)
{
	switch (verdict) {
	case IGDROM_VBT_BEST:
		return "best";
	case IGDROM_VBT_EQUAL:
		return "equal";
	case IGDROM_VBT_OTHER_PLATFORM:
		return "other-platform";
	case IGDROM_VBT_OTHER_DRIVER:
		return "other-driver";
	case IGDROM_VBT_NOT_DEFAULT:
		return "not-default";
	case IGDROM_VBT_COPY:
		return "copy";
	}
	return "unknown";
}
