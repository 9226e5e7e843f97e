/* SPDX-License-Identifier: BSD-2-Clause */
/* What would work in place of what was refused: found by changing the case and asking the rules. */
#include "vm/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANGE_NEWER 0xfe
#define CHANGE_OLDER 0xff
#define TEXT_ROOM    2048
#define ENOUGH_WAYS  2

struct change {
	enum vm_condition condition;
	uint8_t value;
	const char *text;
};

#include "vm/changes.inc"

#define COUNT (sizeof(changes) / sizeof(changes[0]))

static bool possible(const struct vm_case *it)
{
	const struct vm_rule *ask = NULL;
	struct vm_case copy = *it;

	return !vm_choose(&copy, &ask) && !ask;
}

static void apply(struct vm_case *it, struct vm_change change)
{
	if (change.condition == VM_IF_QEMU)
		vm_case_set_qemu(it, change.value);
	else
		it->is[change.condition] = change.value;
	if (change.condition == VM_IF_GMS) {
		it->gms_known = true;
		it->gms = 2;
	}
}

/* Whether it is less than what is wanted: values of the condition go from more to less. */
static bool gives_up(const struct vm_case *it, const struct change *change)
{
	return change->condition == VM_IF_WANT && change->value > it->is[VM_IF_WANT];
}

static bool is_change(const struct vm_case *it, const struct change *change)
{
	if (change->condition == VM_IF_WANT)
		return gives_up(it, change);
	return change->condition == VM_IF_QEMU || change->value != it->is[change->condition];
}

/*
 * Makes a change that is a value, or finds the release: the lowest later one, or the highest earlier
 * one, that works together with what is changed already.
 */
static bool try_change(const struct vm_case *it, const struct change *change, struct vm_change *out)
{
	struct vm_case copy = *it;
	unsigned release = it->is[VM_IF_QEMU];
	unsigned last = vm_release_count() - 1;

	*out = (struct vm_change){change->condition, change->value};
	if (change->condition != VM_IF_QEMU) {
		apply(&copy, *out);
		return possible(&copy);
	}
	while (change->value == CHANGE_NEWER ? release < last : release > 0) {
		release = change->value == CHANGE_NEWER ? release + 1 : release - 1;
		out->value = (uint8_t)release;
		apply(&copy, *out);
		if (possible(&copy))
			return true;
	}
	return false;
}

/* Whether a change may join those that are made: each condition once, no less than asked for. */
static bool may_join(const struct vm_case *it, const struct vm_way *way,
		     const struct change *change)
{
	for (size_t i = 0; i < way->change_count; i++) {
		if (way->changes[i].condition == change->condition)
			return false;
	}
	return (change->condition == VM_IF_WANT) == way->gives_up && is_change(it, change);
}

/* A last change that makes those before it work: any of the table. */
static bool finish(const struct vm_case *it, struct vm_way *way)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (may_join(it, way, &changes[i]) &&
		    try_change(it, &changes[i], &way->changes[way->change_count])) {
			way->change_count++;
			return true;
		}
	}
	return false;
}

/*
 * Makes the change and finds others until it works: one, or with more == 2 two. Of QEMU the release
 * is found last, when all else is settled.
 */
static bool try_together(const struct vm_case *it, size_t first, unsigned more, struct vm_way *way)
{
	struct vm_case copy = *it;
	struct vm_way begun = *way;

	if (changes[first].condition == VM_IF_QEMU || changes[first].condition == VM_IF_WANT ||
	    !is_change(it, &changes[first]))
		return false;
	begun.changes[begun.change_count++] =
		(struct vm_change){changes[first].condition, changes[first].value};
	apply(&copy, begun.changes[begun.change_count - 1]);
	*way = begun;
	if (more == 1)
		return finish(&copy, way);
	for (size_t i = first + 1; i < COUNT; i++) {
		if (changes[i].condition == changes[first].condition)
			continue;
		*way = begun;
		if (try_together(&copy, i, more - 1, way))
			return true;
	}
	return false;
}

static bool is_older(const struct vm_case *it, const struct vm_change *change)
{
	return change->condition == VM_IF_QEMU && change->value < it->is[VM_IF_QEMU];
}

/* Newer QEMUs go with everything; any other change in common makes the group say the same again. */
static bool shares(const struct vm_change *change, size_t of, const struct vm_way *group)
{
	for (size_t i = 0; i < group->change_count; i++) {
		if (group->changes[i].condition == change->condition &&
		    (of == 1 || change->condition != VM_IF_QEMU))
			return true;
	}
	return false;
}

/* Whether the group has a change in common with a way that is there already. */
static bool is_there(const struct vm_way *ways, size_t count, const struct vm_way *group)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < ways[i].change_count; k++) {
			if (shares(&ways[i].changes[k], ways[i].change_count, group))
				return true;
		}
	}
	return false;
}

static size_t add_singles(const struct vm_case *it, struct vm_way *out)
{
	size_t count = 0;

	for (size_t i = 0; i < COUNT && count < VM_MAX_WAYS - 1; i++) {
		struct vm_way way = {.change_count = 1};

		if (changes[i].condition == VM_IF_WANT || !is_change(it, &changes[i]) ||
		    !try_change(it, &changes[i], &way.changes[0]))
			continue;
		/* Going back to an old QEMU is advice for want of any other. */
		if (!is_there(out, count, &way) && (count == 0 || !is_older(it, &way.changes[0])))
			out[count++] = way;
	}
	return count;
}

/* Changes together, where one alone gives little choice; three only where two give none. */
static size_t add_groups(const struct vm_case *it, struct vm_way *out, size_t count)
{
	for (unsigned more = 1; more < VM_MAX_CHANGES && (more == 1 || count == 0); more++) {
		for (size_t i = 0; i < COUNT && count < ENOUGH_WAYS; i++) {
			struct vm_way way = {.change_count = 0};

			if (try_together(it, i, more, &way) && !is_there(out, count, &way))
				out[count++] = way;
		}
	}
	return count;
}

static size_t add_less(const struct vm_case *it, struct vm_way *out, size_t count)
{
	for (size_t i = 0; i < COUNT; i++) {
		struct vm_way way = {.change_count = 1, .gives_up = true};

		if (gives_up(it, &changes[i]) && try_change(it, &changes[i], &way.changes[0])) {
			out[count] = way;
			return count + 1;
		}
	}
	for (size_t i = 0; i < COUNT && count == 0; i++) {
		struct vm_way way = {.change_count = 0, .gives_up = true};

		if (try_together(it, i, 1, &way))
			out[count++] = way;
	}
	return count;
}

size_t vm_nearest(const struct vm_case *refused, struct vm_way *out)
{
	size_t count = add_singles(refused, out);

	return add_less(refused, out, add_groups(refused, out, count));
}

/* Whether every release from this one on works too. */
static bool from_here_on(const struct vm_case *it, const struct vm_way *way)
{
	struct vm_case copy = *it;
	unsigned release = 0;

	for (size_t i = 0; i < way->change_count; i++) {
		apply(&copy, way->changes[i]);
		if (way->changes[i].condition == VM_IF_QEMU)
			release = way->changes[i].value;
	}
	while (++release < vm_release_count()) {
		vm_case_set_qemu(&copy, release);
		if (!possible(&copy))
			return false;
	}
	return true;
}

static const char *text_of(const struct vm_change *change)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (changes[i].condition == change->condition &&
		    (change->condition == VM_IF_QEMU || changes[i].value == change->value))
			return changes[i].text;
	}
	return "";
}

/* A text that grows; memory that ran out for a part of it sticks. */
struct text {
	char *s;
	size_t size;
	bool failed;
};

static void print(struct text *out, const char *text)
{
	int size = snprintf(out->s + out->size, TEXT_ROOM - out->size, "%s", text);

	out->size += (size_t)size < TEXT_ROOM - out->size ? (size_t)size : 0;
}

static void print_change(const struct vm_case *it, const struct vm_way *way, size_t index,
			 struct text *out)
{
	const struct vm_change *change = &way->changes[index];
	struct vm_case copy = *it;
	const char *pve;
	unsigned with;
	char *text;

	apply(&copy, *change);
	text = vm_rules_expand(&copy, text_of(change));
	print(out, text ? text : "");
	out->failed |= !text;
	free(text);
	if (change->condition != VM_IF_QEMU)
		return;
	pve = vm_pve_with(change->value, &with);
	if (it->is[VM_IF_HYPERVISOR] == VM_IS_HYPERVISOR_PVE && pve && !is_older(it, change)) {
		print(out, " (PVE ");
		print(out, pve);
		print(out, ")");
	}
	if (!is_older(it, change) && from_here_on(it, way))
		print(out, " or newer");
}

char *vm_nearest_text(const struct vm_case *refused, const struct vm_way *ways, size_t count)
{
	struct text out = {.s = calloc(1, TEXT_ROOM)};

	for (size_t i = 0; out.s && i < count; i++) {
		if (i > 0)
			print(&out, "; or ");
		else
			print(&out, ways[i].gives_up ? " What works: " : " It needs ");
		for (size_t k = 0; k < ways[i].change_count; k++) {
			if (k > 0)
				print(&out, k + 1 < ways[i].change_count ? ", " : ", and ");
			print_change(refused, &ways[i], k, &out);
		}
	}
	if (out.s && count)
		print(&out, ".");
	if (!out.failed)
		return out.s;
	free(out.s);
	return NULL;
}
