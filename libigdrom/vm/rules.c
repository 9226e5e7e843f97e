/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/rules.inc"

#define COUNT(table)    (sizeof(table) / sizeof((table)[0]))
#define HOST_GMS_MAX    0x10 /* most that every release takes as x-igd-gms */
#define PLACEHOLDER_MAX 16

static bool holds(const struct vm_rule *rule, const struct vm_case *it)
{
	for (size_t i = 0; i < VM_CONDITION_COUNT; i++) {
		if (rule->when[i] && !(rule->when[i] >> it->is[i] & 1))
			return false;
	}
	return true;
}

size_t vm_rules_count(void)
{
	return COUNT(rules);
}

const struct vm_rule *vm_rules_at(size_t index)
{
	return index < COUNT(rules) ? &rules[index] : NULL;
}

const struct vm_rule *vm_rules_named(const char *name)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	}
	return NULL;
}

static const struct vm_rule *first(const struct vm_case *it, enum vm_effect effect)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (rules[i].effect == effect && holds(&rules[i], it))
			return &rules[i];
	}
	return NULL;
}

size_t vm_rules_needs(const struct vm_case *it, enum vm_effect effect, const struct vm_rule **out)
{
	size_t count = 0;

	for (size_t i = 0; i < COUNT(rules) && count < VM_MAX_NEEDS; i++) {
		if (rules[i].effect == effect && holds(&rules[i], it))
			out[count++] = &rules[i];
	}
	return count;
}

const struct vm_rule *vm_rules_refusal(const struct vm_case *it)
{
	return first(it, VM_REFUSE);
}

const struct vm_rule *vm_rules_ask(const struct vm_case *it)
{
	return first(it, VM_ASK);
}

static const struct vm_rule *need_of(const struct vm_case *it, const char *property)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (rules[i].effect == VM_NEED && strcmp(rules[i].subject, property) == 0 &&
		    holds(&rules[i], it))
			return &rules[i];
	}
	return NULL;
}

void vm_rules_settle(struct vm_case *it, bool place)
{
	static const char legacy_mode[] = "x-igd-legacy-mode";
	const struct vm_rule *needs[VM_MAX_NEEDS];
	const struct vm_rule *rule;

	if (place) {
		rule = first(it, VM_PLACE);
		it->is[VM_IF_ADDRESS] = rule && strcmp(rule->value, "igd") == 0
						? VM_IS_ADDRESS_IGD
						: VM_IS_ADDRESS_OTHER;
		it->is[VM_IF_LEGACY] =
			need_of(it, legacy_mode) ? VM_IS_LEGACY_OFF : VM_IS_LEGACY_AUTO;
	}
	it->is[VM_IF_MODE] = first(it, VM_MODE) ? VM_IS_MODE_LEGACY : VM_IS_MODE_PLAIN;
	it->is[VM_IF_PROPERTIES] =
		vm_rules_needs(it, VM_NEED, needs) ? VM_IS_PROPERTIES_SOME : VM_IS_PROPERTIES_NONE;
}

const struct vm_known_property *vm_rules_property(const char *name)
{
	for (size_t i = 0; i < COUNT(properties); i++) {
		if (strcmp(properties[i].name, name) == 0)
			return &properties[i];
	}
	return NULL;
}

const struct vm_known_property *vm_rules_property_at(size_t index)
{
	return index < COUNT(properties) ? &properties[index] : NULL;
}

static bool read_number(const char *text, uint64_t *out)
{
	char *end = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	*out = strtoull(text, &end, 0);
	return *end == '\0';
}

/* The words that QEMU takes for each value of a switch (qapi/string-input, since 6.0). */
static const char *read_switch(const char *text)
{
	static const char *const words[][2] = {
		{"on", "on"},  {"yes", "on"},    {"true", "on"}, {"y", "on"},      {"off", "off"},
		{"no", "off"}, {"false", "off"}, {"n", "off"},   {"auto", "auto"},
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(text, words[i][0]) == 0)
			return words[i][1];
	}
	return NULL;
}

static bool is_value(const struct vm_known_property *property, const char *value)
{
	uint64_t number;
	const char *word;

	switch (property->type) {
	case VM_TYPE_UINT:
		return read_number(value, &number) ||
		       (strcmp(property->name, "rombar") == 0 && read_switch(value));
	case VM_TYPE_BOOL:
	case VM_TYPE_SWITCH:
		word = read_switch(value);
		return word && (property->type == VM_TYPE_SWITCH || strcmp(word, "auto") != 0);
	case VM_TYPE_STRING:
		break;
	}
	return true;
}

bool vm_rules_same(const struct vm_known_property *property, const char *a, const char *b)
{
	const char *word_a = property->type == VM_TYPE_STRING ? NULL : read_switch(a);
	const char *word_b = property->type == VM_TYPE_STRING ? NULL : read_switch(b);
	uint64_t number_a;
	uint64_t number_b;

	if (word_a && word_b)
		return strcmp(word_a, word_b) == 0;
	if (property->type == VM_TYPE_UINT && read_number(a, &number_a) &&
	    read_number(b, &number_b))
		return number_a == number_b;
	return strcmp(a, b) == 0;
}

/* Whether a value is one of those that a rule speaks of: "*", "on", "0x11-", "0x41-0xef". */
static bool speaks_of(const struct vm_rule *rule, const struct vm_known_property *property,
		      const char *value)
{
	const char *dash = strchr(rule->value, '-');
	uint64_t number;
	char *end = NULL;

	if (strcmp(rule->value, "*") == 0)
		return true;
	if (property->type != VM_TYPE_UINT || !dash)
		return vm_rules_same(property, rule->value, value);
	return read_number(value, &number) && number >= strtoull(rule->value, &end, 0) &&
	       (dash[1] == '\0' || number <= strtoull(dash + 1, &end, 0));
}

const char *vm_rules_default(const struct vm_known_property *property, unsigned release)
{
	for (size_t i = 0; i < COUNT(property->defaults); i++) {
		if (property->defaults[i].value && property->defaults[i].releases >> release & 1)
			return property->defaults[i].value;
	}
	return NULL;
}

/* Values that stand for something of the case. */
static bool placeholder(const struct vm_case *it, const char *name, size_t size, char *out)
{
	if (size == 6 && memcmp(name, "device", size) == 0)
		snprintf(out, PLACEHOLDER_MAX, "%04X", it->device_id);
	else if (size == 4 && memcmp(name, "qemu", size) == 0)
		snprintf(out, PLACEHOLDER_MAX, "%s", vm_release_name(it->is[VM_IF_QEMU]));
	else if (size == 6 && memcmp(name, "lpc_id", size) == 0)
		snprintf(out, PLACEHOLDER_MAX, "0x%04x", it->lpc_id);
	else if (size == 3 && memcmp(name, "gms", size) == 0)
		snprintf(out, PLACEHOLDER_MAX, "0x%x", it->gms);
	else
		return false;
	return true;
}

/*
 * The value of a need. The host's GMS is taken over where every release would: a guest that sees
 * another size than the host set aside is what makes Windows drivers crash.
 */
static const char *need_value(const struct vm_case *it, const struct vm_rule *rule, char *room)
{
	if (strcmp(rule->value, "{gms}") != 0)
		return rule->value;
	snprintf(room, PLACEHOLDER_MAX, "0x%x",
		 it->gms_known && it->gms && it->gms <= HOST_GMS_MAX ? it->gms : 2u);
	return room;
}

struct vm_judgement vm_rules_judge(const struct vm_case *it, const char *name, const char *value)
{
	const struct vm_known_property *property = vm_rules_property(name);
	const struct vm_rule *need = need_of(it, name);
	unsigned release = it->is[VM_IF_QEMU];
	char room[PLACEHOLDER_MAX];
	const char *usual;

	if (!property)
		return (struct vm_judgement){VM_JUDGED_NOT_OURS, NULL, NULL};
	if (!(property->releases >> release & 1))
		return (struct vm_judgement){VM_JUDGED_UNKNOWN_TO_QEMU, NULL, NULL};
	if (!is_value(property, value))
		return (struct vm_judgement){VM_JUDGED_BAD_VALUE, NULL, NULL};
	if (need && vm_rules_same(property, need_value(it, need, room), value))
		return (struct vm_judgement){VM_JUDGED_NEEDED, need->value, need};
	for (size_t i = 0; i < COUNT(rules); i++) {
		const struct vm_rule *rule = &rules[i];

		if (rule->effect < VM_OPTIONAL || strcmp(rule->subject, name) != 0 ||
		    !holds(rule, it) || !speaks_of(rule, property, value))
			continue;
		/* Another value is needed: that says more than that this one does nothing. */
		if (need && rule->effect == VM_USELESS)
			break;
		return (struct vm_judgement){rule->effect == VM_OPTIONAL  ? VM_JUDGED_OPTIONAL
					     : rule->effect == VM_USELESS ? VM_JUDGED_USELESS
									  : VM_JUDGED_FATAL,
					     NULL, rule};
	}
	if (need)
		return (struct vm_judgement){VM_JUDGED_NEEDED, need->value, need};
	usual = vm_rules_default(property, release);
	return (struct vm_judgement){usual && vm_rules_same(property, usual, value)
					     ? VM_JUDGED_USELESS
					     : VM_JUDGED_OPTIONAL,
				     NULL, NULL};
}

char *vm_rules_value(const struct vm_case *it, const struct vm_rule *rule)
{
	char room[PLACEHOLDER_MAX];

	return vm_rules_expand(it, need_value(it, rule, room));
}

char *vm_rules_expand(const struct vm_case *it, const char *text)
{
	size_t size = 0;
	char room[PLACEHOLDER_MAX];
	char *out = malloc(strlen(text) * PLACEHOLDER_MAX + 1);

	while (out && *text) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;

		if (end && placeholder(it, text + 1, (size_t)(end - text - 1), room)) {
			size += strlen(strcpy(out + size, room));
			text = end + 1;
		} else {
			out[size++] = *text++;
		}
	}
	if (out)
		out[size] = '\0';
	return out;
}
