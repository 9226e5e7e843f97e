/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/run.h"

#include "changes/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_ROOM    4096
#define SLICE_MS      50  /* between two looks whether it has ended */
#define SHOWN_BYTES   600 /* of its output, in a finding */
#define GRACE_SECONDS 2   /* between asking it to end and ending it */

extern char **environ;

/* The environment with messages in English; its entries are borrowed, the array is owned. */
static char **make_environment(void)
{
	static char english[] = "LC_ALL=C.UTF-8";
	size_t count = 0, kept = 0;
	char **copy;

	while (environ && environ[count])
		count++;
	copy = calloc(count + 2, sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (strncmp(environ[i], "LC_ALL=", 7) != 0 &&
		    strncmp(environ[i], "LANGUAGE=", 9) != 0)
			copy[kept++] = environ[i];
	}
	copy[kept] = english;
	return copy;
}

/* What an embedder may have changed: Python ignores SIGPIPE. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigemptyset(&none);
	sigemptyset(&all);
	sigaddset(&all, SIGPIPE);
	sigaddset(&all, SIGCHLD);
	sigaddset(&all, SIGINT);
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGHUP);
	if (posix_spawnattr_setsigmask(attributes, &none) != 0 ||
	    posix_spawnattr_setsigdefault(attributes, &all) != 0 ||
	    posix_spawnattr_setpgroup(attributes, 0) != 0)
		return ENOMEM;
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
							    POSIX_SPAWN_SETPGROUP);
}

static int set_files(posix_spawn_file_actions_t *actions, int output, bool quiet)
{
	int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, output, 1);
	if (!error && quiet)
		error = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
	else if (!error)
		error = posix_spawn_file_actions_adddup2(actions, output, 2);
	return error;
}

/* 0 or an errno. */
static int spawn(const char *const *argv, int output, bool quiet, pid_t *child)
{
	char **environment = make_environment();
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = ENOMEM;

	if (environment && posix_spawn_file_actions_init(&actions) == 0) {
		if (posix_spawnattr_init(&attributes) == 0) {
			error = set_signals(&attributes);
			if (!error)
				error = set_files(&actions, output, quiet);
			if (!error)
				/* The prototype is older than const; nothing is written to. */
				error = posix_spawnp(child, argv[0], &actions, &attributes,
						     (char **)(uintptr_t)argv, environment);
			posix_spawnattr_destroy(&attributes);
		}
		posix_spawn_file_actions_destroy(&actions);
	}
	free(environment);
	return error;
}

/* Adds what can be read without waiting; false at the end of the output. */
static bool take_output(int fd, struct run *out, size_t *room)
{
	for (;;) {
		ssize_t n;

		if (out->size + 1 >= *room && *room < RUN_OUTPUT_BYTES) {
			char *bigger = realloc(out->output, *room * 2);

			if (!bigger)
				return false;
			out->output = bigger;
			*room *= 2;
		} else if (out->size + 1 >= *room) {
			out->size /= 2;
			memmove(out->output, out->output + *room - 1 - out->size, out->size);
			out->cut = true;
		}
		n = read(fd, out->output + out->size, *room - 1 - out->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		if (n == 0)
			return false;
		out->size += (size_t)n;
	}
}

static time_t now(void)
{
	struct timespec time;

	return clock_gettime(CLOCK_MONOTONIC, &time) == 0 ? time.tv_sec : 0;
}

static void set_result(struct run *out, int status)
{
	if (WIFEXITED(status)) {
		out->exit_code = WEXITSTATUS(status);
	} else {
		out->exit_code = -1;
		out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	}
}

/* Until the program has ended; what it leaves in the background is not waited for. */
static void attend(pid_t child, int fd, unsigned seconds, struct run *out, size_t room)
{
	time_t end = now() + (time_t)seconds;
	bool open = true;
	int asked = 0, slice = 1;

	for (;;) {
		struct pollfd poll_fd = {.fd = open ? fd : -1, .events = POLLIN};
		int status = 0;
		pid_t ended;

		/* At the end of its output a program is about to end. */
		if (poll(&poll_fd, 1, open ? SLICE_MS : slice) > 0)
			open = take_output(fd, out, &room);
		else
			slice = slice < SLICE_MS ? slice * 2 : slice;
		ended = waitpid(child, &status, WNOHANG);
		if (ended == child || (ended < 0 && errno != EINTR)) {
			if (open)
				take_output(fd, out, &room);
			/* ECHILD: the embedder ignores its children, nobody knows how it went. */
			set_result(out, ended == child ? status : SIGCHLD);
			break;
		}
		if (now() > end) {
			out->timed_out = true;
			kill(-child, asked++ ? SIGKILL : SIGTERM);
			end = now() + GRACE_SECONDS;
		}
	}
	out->output[out->size] = '\0';
}

enum igdrom_status run_command(const char *const *argv, unsigned seconds, bool quiet,
			       struct run *out)
{
	pid_t child;
	int fds[2];

	*out = (struct run){.exit_code = -1};
	out->output = calloc(1, FIRST_ROOM);
	if (!out->output)
		return IGDROM_E_NOMEM;
	if (pipe(fds) != 0) {
		out->error = errno;
		return IGDROM_OK;
	}
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	out->error = spawn(argv, fds[1], quiet, &child);
	close(fds[1]);
	if (!out->error)
		attend(child, fds[0], seconds, out, FIRST_ROOM);
	close(fds[0]);
	return IGDROM_OK;
}

void run_free(struct run *run)
{
	free(run->output);
	*run = (struct run){0};
}

bool run_succeeded(const struct run *run)
{
	return run->error == 0 && run->exit_code == 0 && !run->timed_out;
}

void run_describe(const struct run *run, char *out, size_t room)
{
	size_t size = run->size, shown;
	int used;

	if (run->error) {
		file_reason(run->error, out, room);
		return;
	}
	if (run->timed_out)
		used = snprintf(out, room, "it took too long and was ended");
	else if (run->exit_code < 0)
		used = snprintf(out, room, "it was ended by signal %d", run->signal);
	else
		used = snprintf(out, room, "it ended with exit code %d", run->exit_code);
	while (size && strchr(" \t\r\n", run->output[size - 1]))
		size--;
	shown = size > SHOWN_BYTES ? SHOWN_BYTES : size;
	if (!shown || used < 0 || (size_t)used >= room)
		return;
	snprintf(out + used, room - (size_t)used, ": %s%.*s", shown < size ? "..." : "", (int)shown,
		 run->output + size - shown);
	for (char *c = out; *c; c++) {
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	}
}
