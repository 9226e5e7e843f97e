/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A journal is a directory:
 *
 *	journal      what is to be done, and how all was before; written last, so that all else is there
 *	before-N     content of the file of step N, as it was
 *	file-NAME    attached files
 *	log          a line for each thing done, before or after it, as its word says
 *	present-N    what an undo that was forced has overwritten
 *
 * The first two lines of the journal are "igdrom-changes VERSION" and "machine this|captured"; lines
 * are words with a space between them, what is no letter of a path is "%XX", "%" alone is an empty
 * word. The last line is "end" and the SHA-256 of all before it.
 */
#ifndef IGDROM_CHANGES_JOURNAL_H
#define IGDROM_CHANGES_JOURNAL_H

#include "changes/changes.h"
#include "core/builder.h"

#define JOURNAL_VERSION   1
#define JOURNAL_MAX_BYTES (16u << 20)
#define JOURNAL_FILE      "journal"
#define JOURNAL_LOG       "log"
#define JOURNAL_NAME_ROOM 32

/* The steps that are not done already, in words. */
enum igdrom_status journal_write(const struct igdrom_changes *changes, uint64_t time,
				 struct build *out);

/*
 * Steps and attached files into empty changes, without contents. IGDROM_E_CORRUPT for whatever
 * journal_write() does not write; check: whether the last line is compared (a fuzzer does not).
 */
enum igdrom_status journal_read(const char *text, size_t size, bool check, uint64_t *time,
				struct igdrom_changes *changes);

/* What the log says about the steps. A last line that was cut off is left out. */
enum igdrom_status journal_read_log(const char *text, size_t size, struct igdrom_changes *changes,
				    struct journal_state *state);

/* "before-3". */
void journal_name(char name[JOURNAL_NAME_ROOM], const char *kind, size_t step);

/* An open journal. */
struct journal {
	int dir;
	int log; /* -1: not open for writing */
	unsigned number;
	char path[64]; /* for messages: "journal 0007" */
};

/* A line in the log, on the disk before it returns; step 0: about all. Text may be NULL. */
int journal_note(struct journal *journal, const char *word, size_t step, const char *text);
void journal_close(struct journal *journal);

/* store.c: where journals are. NULL directory: the usual one below root; made when it is missing. */
enum igdrom_status store_open(int root, const char *directory, bool make,
			      struct igdrom_report *report, int *out);
/* Only one may change or undo at a time. IGDROM_E_REFUSED: somebody else does. */
enum igdrom_status store_lock(int store, struct igdrom_report *report);
/* Numbers of the journals, ascending; owned. */
enum igdrom_status store_list(int store, unsigned **numbers, size_t *count);
/* A journal with its steps and what its log says. write: its log is opened. */
enum igdrom_status store_read(int store, unsigned number, bool write, struct igdrom_report *report,
			      struct igdrom_changes *changes, struct journal *journal,
			      struct journal_state *state, uint64_t *time);
/* A file of a journal. IGDROM_E_NOT_FOUND without a finding. */
enum igdrom_status store_file(int dir, const char *name, uint64_t most,
			      struct igdrom_report *report, struct igdrom_bytes *out);
/* A new journal with everything that is needed to take the steps back, on the disk. */
enum igdrom_status store_create(int store, const struct igdrom_changes *changes,
				struct igdrom_report *report, struct journal *out);

/* undo.c: takes back what the log says was begun. */
enum undo_mode {
	UNDO_CAREFUL,  /* nothing when anything was changed since */
	UNDO_FORCED,   /* what is there now is kept in the journal */
	UNDO_ROLLBACK, /* as far as it goes */
};
enum igdrom_status undo_steps(struct igdrom_changes *changes, struct journal *journal,
			      enum undo_mode mode, struct igdrom_report *report);

/* do.c: one step, in either direction; `index` counts from 0. */
/* Writes what the file of a step shall be beside it, and makes directories. */
enum igdrom_status do_stage(const struct igdrom_changes *changes, const struct journal *journal,
			    size_t index, const struct file_state *to,
			    struct igdrom_report *report);
/* Puts it in its place, if the file is `from` (NULL: whatever it is). */
enum igdrom_status do_commit(const struct igdrom_changes *changes, const struct journal *journal,
			     size_t index, const struct file_state *from,
			     const struct file_state *to, struct igdrom_report *report);
/* Removes what do_stage() wrote and made. */
void do_clean(const struct igdrom_changes *changes, const struct journal *journal, size_t index);
/* Runs a command; "@name" is replaced by the path of the attached file. *code: its exit code. */
enum igdrom_status do_command(const struct igdrom_changes *changes, const struct journal *journal,
			      char *const *words, int *code, struct igdrom_report *report);

/* pve.c: the lock that Proxmox VE takes on the configuration of a virtual machine; *lock is -1 when
 * the path is none. */
enum igdrom_status pve_lock(int root, const char *real, struct igdrom_report *report, int *lock);

#endif
