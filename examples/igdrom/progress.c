/* SPDX-License-Identifier: BSD-2-Clause */
/* How far long work has come, on terminals only: one line on standard error that is wiped again. */
#include "vm.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 400 /* work that is done by then shows nothing */
#define EVERY_MS 100

struct progress {
	const char *what;  /* is done */
	uint64_t shown_at; /* ms, with the time of the start for the first */
	unsigned percent;  /* never goes back, though more work may be found */
	bool shown;
};

static uint64_t now_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool show_progress(void *user, uint64_t done, uint64_t total)
{
	struct progress *progress = user;
	unsigned percent = total ? (unsigned)((double)done * 100 / (double)total) : 0;
	uint64_t now = now_ms();

	if (percent > progress->percent)
		progress->percent = percent > 100 ? 100 : percent;
	if (now < progress->shown_at + (progress->shown ? EVERY_MS : QUIET_MS))
		return true;
	fprintf(stderr, "\rigdrom: %s, %3u %%", progress->what, progress->percent);
	fflush(stderr);
	progress->shown = true;
	progress->shown_at = now;
	return true;
}

static bool is_wanted(const struct call *call)
{
	const char *term = getenv("TERM");

	return !call->json && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

/* Limits that show progress where it is wanted. */
static enum igdrom_status start(const struct call *call, const char *what,
				struct progress *progress, struct igdrom_limits **limits)
{
	enum igdrom_status status = igdrom_limits_new(limits);

	*progress = (struct progress){.what = what, .shown_at = now_ms()};
	if (status == IGDROM_OK && is_wanted(call))
		status = igdrom_limits_set_progress(*limits, show_progress, progress);
	return status;
}

static void end(const struct progress *progress, struct igdrom_limits *limits)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	igdrom_limits_free(limits);
}

enum igdrom_status look_into(const struct call *call, struct igdrom_bytes bytes,
			     struct igdrom_report *report, struct igdrom_contents **out)
{
	struct igdrom_limits *limits = NULL;
	struct progress progress;
	enum igdrom_status status = start(call, "reading", &progress, &limits);

	if (status == IGDROM_OK)
		status = igdrom_contents_open(bytes.data, bytes.size, limits, report, out);
	end(&progress, limits);
	return status;
}

enum igdrom_status read_flash(const struct call *call, struct igdrom_host *host,
			      struct igdrom_dump **out)
{
	struct igdrom_limits *limits = NULL;
	struct progress progress;
	enum igdrom_status status = start(call, "reading", &progress, &limits);

	if (status == IGDROM_OK)
		status = igdrom_host_dump_flash(host, limits, call->report, out);
	end(&progress, limits);
	return status;
}

enum igdrom_status run_setup(const struct call *call, struct igdrom_setup *setup)
{
	struct igdrom_limits *limits = NULL;
	struct progress progress;
	enum igdrom_status status = start(call, "reading", &progress, &limits);

	if (status == IGDROM_OK)
		status = igdrom_setup_run(setup, limits, call->report);
	end(&progress, limits);
	return status;
}

enum igdrom_status save_edit(const struct call *call, const struct igdrom_edit *edit,
			     struct igdrom_bytes *out)
{
	struct igdrom_limits *limits = NULL;
	struct progress progress;
	enum igdrom_status status = start(call, "packing", &progress, &limits);

	if (status == IGDROM_OK)
		status = igdrom_edit_save(edit, limits, call->report, out);
	end(&progress, limits);
	return status;
}

int open_contents(struct call *call, const char *path, struct igdrom_contents **out)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	status = look_into(call, bytes, call->report, out);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

void say_no_gop(struct call *call, const struct igdrom_contents *contents)
{
	struct igdrom_finding_arg kind = {
		.text = igdrom_file_kind_name(igdrom_contents_kind(contents)),
	};

	if (igdrom_contents_gop_count(contents) == 0)
		(void)!igdrom_report_add(call->report, "open-no-gop", IGDROM_NO_OFFSET, &kind, 1);
}
