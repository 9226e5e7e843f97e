/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a program, without a shell. */
#ifndef IGDROM_CHANGES_RUN_H
#define IGDROM_CHANGES_RUN_H

#include <igdrom/status.h>

/* Most bytes of output that are kept, the last ones. */
#define RUN_OUTPUT_BYTES (4u << 20)

struct run {
	char *output;  /* standard output and, unless they are kept apart, standard error; owned */
	size_t size;   /* bytes; a NUL follows */
	bool cut;      /* there was more before */
	int error;     /* errno when it could not be started */
	int exit_code; /* -1: it was ended by a signal */
	int signal;
	bool timed_out; /* it was ended by us */
};

/*
 * Runs argv[0], looked for on PATH, with nothing on its standard input and messages in English; ends
 * it and what it started after so many seconds. quiet: standard error is thrown away. IGDROM_OK says
 * that `out` was filled, not that the program succeeded.
 */
enum igdrom_status run_command(const char *const *argv, unsigned seconds, bool quiet,
			       struct run *out);
void run_free(struct run *run);

bool run_succeeded(const struct run *run);
/* "ended with exit code 1: last line of its output" */
void run_describe(const struct run *run, char *out, size_t room);

#endif
