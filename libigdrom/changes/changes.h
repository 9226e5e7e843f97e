/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is to be done to a machine, in memory: as it was put together by the caller, or read back
 * from a journal. The same code takes it back in both cases.
 */
#ifndef IGDROM_CHANGES_CHANGES_H
#define IGDROM_CHANGES_CHANGES_H

#include <igdrom/changes.h>

#include "core/digest.h"

#include <sys/types.h>

#define MAX_STEPS     256
#define MAX_WORDS     256 /* of a command */
#define MAX_MADE      64  /* directories above a file */
#define MAX_ATTACHED  64
#define MAX_TEXT      4096 /* bytes of a reason, a path, a word */
#define MAX_CONTENT   (64u << 20)
#define JOURNALS_PATH "/var/lib/igdrom/changes"
/* A VM's configuration is locked for as long by Proxmox VE at most. */
#define PVE_LOCK_SECONDS 10
#define QUERY_SECONDS    30   /* for a command that only looks */
#define COMMAND_SECONDS  1800 /* for one that does something: an initramfs takes its time */

/* A file as it is, was or shall be. */
struct file_state {
	bool there;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	struct igdrom_bytes content; /* owned; empty when read from a journal */
	uint64_t size;
	char sha256[DIGEST_SHA256_HEX];
};

/* How far a step has come, in this order. */
enum progress {
	PROGRESS_PLANNED,
	PROGRESS_STARTED,
	PROGRESS_FAILED, /* a command that ended with another exit code than 0 */
	PROGRESS_DONE,
	PROGRESS_UNDONE,
};

struct change {
	enum igdrom_change_kind kind;
	char *why;  /* or NULL */
	char *text; /* of advice */
	bool done;  /* there is nothing to do */
	/* a file: */
	char *path; /* as the caller wrote it */
	char *real; /* without links */
	struct file_state before, after;
	char *made[MAX_MADE]; /* directories that are made for it, from above */
	size_t made_count;
	/* a command, its words ending with NULL: */
	char **argv, **inverse, **watch;
	bool refresh;                    /* its own inverse, run when all else is undone */
	char watched[DIGEST_SHA256_HEX]; /* of what watch said before */
	/* from here on by apply and undo */
	enum progress progress;
	char watched_after[DIGEST_SHA256_HEX]; /* "": not known */
};

/* A file that commands are given: "@name" in their words. */
struct attached {
	char *name;
	struct igdrom_bytes content; /* owned; empty when read from a journal */
	struct igdrom_bytes old;     /* what it is a new version of, for the diff; or empty */
	uint64_t size;
	char sha256[DIGEST_SHA256_HEX];
};

struct igdrom_changes {
	char *root; /* without a slash at its end; "" is this machine */
	int root_fd;
	bool captured;
	bool applied; /* takes no more steps */
	struct change *steps;
	size_t count;
	struct attached *attached;
	size_t attached_count;
};

/* Read from the log of a journal. */
struct journal_state {
	bool applied;
	bool undone;
};

/* steps.c */
/* A new step at the end, or NULL when there is no memory or no room (then *status says which). */
struct change *changes_grow(struct igdrom_changes *changes, enum igdrom_change_kind kind,
			    const char *why, enum igdrom_status *status);
/* Back to so many steps and attached files. */
void changes_shrink(struct igdrom_changes *changes, size_t count, size_t attached);
/* Whether a file may be attached by this name. */
bool changes_is_name(const char *name);
/* Whether a step has nothing to do; of a refresh that depends on the steps before it. */
bool changes_is_done(const struct igdrom_changes *changes, size_t index);
/* A copy of words that end with NULL; NULL when memory ran out. */
char **changes_copy_words(const char *const *words);
void changes_free_words(char **words);

/* state.c */
struct place;
/* What is at a path below the root; place is set when it is not NULL (place_free()). */
enum igdrom_status state_read(int root, const char *path, struct igdrom_report *report,
			      struct place *place, struct file_state *out);
void state_free(struct file_state *state);
/* Takes the content over (owned from then on), with its size and digest. */
void state_set(struct file_state *state, struct igdrom_bytes content);
bool state_same(const struct file_state *a, const struct file_state *b);
/* Output of a command that only looks, as a digest; the text is kept when it is asked for. */
enum igdrom_status state_watch(char *const *argv, struct igdrom_report *report,
			       char sha256[DIGEST_SHA256_HEX], struct igdrom_bytes *text);

/* view.c: a command as people read it, each word quoted as a shell needs it. Owned. */
char *words_shown(char *const *words);

#endif
