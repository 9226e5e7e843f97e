/* SPDX-License-Identifier: BSD-2-Clause */
#include <igdrom/limits.h>

#include <stdlib.h>

#define LIMIT_COUNT 6

struct igdrom_limits {
	uint64_t value[LIMIT_COUNT];
	igdrom_progress *progress;
	void *user;
};

static const struct igdrom_limits defaults = {
	.value =
		{
			[IGDROM_LIMIT_INPUT_BYTES] = UINT64_C(256) << 20,
			[IGDROM_LIMIT_EXPANDED_BYTES] = UINT64_C(1) << 30,
			[IGDROM_LIMIT_NODES] = 100000,
			[IGDROM_LIMIT_DEPTH] = 32,
			[IGDROM_LIMIT_THREADS] = 4,
			[IGDROM_LIMIT_EXPANSION_RATIO] = 1024,
		},
};

enum igdrom_status igdrom_limits_new(struct igdrom_limits **out)
{
	if (!out)
		return IGDROM_E_INVAL;
	*out = malloc(sizeof(**out));
	if (!*out)
		return IGDROM_E_NOMEM;
	**out = defaults;
	return IGDROM_OK;
}

void igdrom_limits_free(struct igdrom_limits *limits)
{
	free(limits);
}

enum igdrom_status igdrom_limits_set(struct igdrom_limits *limits, enum igdrom_limit which,
				     uint64_t value)
{
	if (!limits || (unsigned)which >= LIMIT_COUNT || value == 0)
		return IGDROM_E_INVAL;
	limits->value[which] = value;
	return IGDROM_OK;
}

uint64_t igdrom_limits_get(const struct igdrom_limits *limits, enum igdrom_limit which)
{
	if ((unsigned)which >= LIMIT_COUNT)
		return 0;
	return limits ? limits->value[which] : defaults.value[which];
}

enum igdrom_status igdrom_limits_set_progress(struct igdrom_limits *limits,
					      igdrom_progress *progress, void *user)
{
	if (!limits)
		return IGDROM_E_INVAL;
	limits->progress = progress;
	limits->user = user;
	return IGDROM_OK;
}

bool igdrom_limits_go_on(const struct igdrom_limits *limits, uint64_t done, uint64_t total)
{
	return !limits || !limits->progress || limits->progress(limits->user, done, total);
}
