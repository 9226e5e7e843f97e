/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a doctor finds, as differences from a machine that is well: for each finding the smallest
 * change that brings it up, and the nearest one that does not. Lines as in machine.h, and
 *
 *   - PATH    takes a file of the machine away
 *   + PATH    makes a file newer than all others
 *   ! no groups   takes all IOMMU groups away
 */
#ifndef IGDROM_TESTS_DOCTOR_CASES_H
#define IGDROM_TESTS_DOCTOR_CASES_H

#include <stddef.h>

struct doctor_case {
	const char *code;    /* "CODE", or "CODE~TEXT": the sentence has the text in it */
	const char *with;    /* the finding is there */
	const char *without; /* it is not */
	const char *wish;    /* "key=value key=value", or NULL */
};

/* A machine on which nothing is in the way; the GPU apart, as most differences are there. */
extern const char healthy[];
extern const char healthy_gpu[];
extern const struct doctor_case doctor_cases[];
extern const size_t doctor_case_count;

#endif
