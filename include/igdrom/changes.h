/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: changes to a machine (libigdrom-host). The one mechanism for everything that is done to
 * it: a list of steps, shown first, then done as a whole or not at all, and taken back later.
 *
 * A step is a file that gets another content or goes away, a command, or advice to a person. Every
 * step has its inverse, and one that has nothing to do is "done already". What is there is written to
 * a journal before anything is changed, so that also what a power cut interrupted can be undone.
 *
 * The machine is this one, or a captured one below a directory: its files are changed below it, no
 * link leads out of it, and commands are shown and never run.
 *
 * Journals are directories with a number for a name, below /var/lib/igdrom/changes of the machine,
 * or /boot/config/igdrom/changes of unraid, whose /var is in memory.
 * A function that takes `directory` uses another one when it is not NULL.
 *
 * A getter given NULL or an index out of range answers NULL, 0 or false.
 */
#ifndef IGDROM_CHANGES_H
#define IGDROM_CHANGES_H

#include <igdrom/report.h>
#include <igdrom/status.h>
#include <igdrom/vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is to be done to one machine. */
struct igdrom_changes;
/** What was done to a machine: its journals. */
struct igdrom_journals;

/** What a step is. */
enum igdrom_change_kind {
	IGDROM_CHANGE_FILE = 1,    /**< a file gets another content, is made or removed */
	IGDROM_CHANGE_COMMAND = 2, /**< a command is run */
	IGDROM_CHANGE_ADVICE = 3,  /**< something that a person has to do */
};

/** How a journal stands. */
enum igdrom_journal_state {
	IGDROM_JOURNAL_INTERRUPTED = 1, /**< neither done nor undone to the end: to be undone */
	IGDROM_JOURNAL_APPLIED = 2,     /**< done */
	IGDROM_JOURNAL_UNDONE = 3,      /**< taken back */
	IGDROM_JOURNAL_DAMAGED = 4,     /**< cannot be read */
};

/** A kind as a word: "file", "command", "advice". @param kind any value
 * @return static; "unknown" for another value @since 0.1 */
IGDROM_API const char *igdrom_change_kind_name(enum igdrom_change_kind kind);

/** A state as a word: "interrupted", "applied", "undone", "damaged". @param state any value
 * @return static; "unknown" for another value @since 0.1 */
IGDROM_API const char *igdrom_journal_state_name(enum igdrom_journal_state state);

/**
 * An empty list of steps.
 * @param root directory of a captured machine; NULL or "/" for this one
 * @param report why the directory cannot be used, or NULL
 * @param out owned; free with igdrom_changes_free()
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND, IGDROM_E_ACCESS (the directory); IGDROM_E_IO,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_new(const char *root, struct igdrom_report *report, struct igdrom_changes **out);

/** Frees a list. @param changes or NULL @since 0.1 */
IGDROM_API void igdrom_changes_free(struct igdrom_changes *changes);

/** Whether it is for a captured machine. @param changes object @return true or false @since 0.1 */
IGDROM_API bool igdrom_changes_captured(const struct igdrom_changes *changes);

/**
 * Adds a step: a file shall have this content. The file is read now; a step that was added for the
 * same file before is amended. Owner and permissions of a file that is there stay; missing
 * directories above a new one are made.
 * @param changes object
 * @param path absolute, on the machine; a link is followed, and its target changed
 * @param data content; copied
 * @param size bytes
 * @param mode permissions of a new file, such as 0644; 0 for 0644
 * @param why a reason that people can read; or NULL
 * @param report what is wrong, or NULL
 * @return IGDROM_OK; IGDROM_E_REFUSED (there is something that is no file); IGDROM_E_ACCESS,
 *         IGDROM_E_IO (it cannot be read); IGDROM_E_LIMIT (too large, too many steps);
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_file(struct igdrom_changes *changes, const char *path, const void *data,
			size_t size, unsigned mode, const char *why, struct igdrom_report *report);

/**
 * Adds a step: a file shall not be there.
 * @param changes object
 * @param path as for igdrom_changes_add_file()
 * @param why a reason that people can read; or NULL
 * @param report what is wrong, or NULL
 * @return as igdrom_changes_add_file(): IGDROM_OK, IGDROM_E_REFUSED, IGDROM_E_ACCESS, IGDROM_E_IO,
 *         IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_removal(struct igdrom_changes *changes, const char *path, const char *why,
			   struct igdrom_report *report);

/**
 * What a file will hold when the steps so far are done, for a further edit of it.
 * @param changes object
 * @param path as for igdrom_changes_add_file()
 * @param report why it cannot be read, or NULL
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (it will not be there); IGDROM_E_REFUSED, IGDROM_E_ACCESS,
 *         IGDROM_E_IO, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_content(const struct igdrom_changes *changes, const char *path,
		       struct igdrom_report *report, struct igdrom_bytes *out);

/**
 * Gives a file to commands: it is put into the journal, and a word "@NAME" of a command and of its
 * inverse becomes its path.
 * @param changes object
 * @param name letters, digits, '.', '-', '_'; starts with none of the last three
 * @param data content; copied
 * @param size bytes
 * @param old what this is a new version of, for igdrom_changes_diff(); copied; NULL for none
 * @param old_size bytes
 * @return IGDROM_OK; IGDROM_E_EXISTS (the name is taken); IGDROM_E_LIMIT, IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_attach(struct igdrom_changes *changes, const char *name, const void *data,
		      size_t size, const void *old, size_t old_size);

/**
 * Adds a step: a command is run, without a shell, with nothing on its standard input. An exit code
 * other than 0 is a failure: then it is taken to have done nothing, and all is taken back.
 * @param changes object
 * @param argv program, looked for on PATH, and arguments; NULL at the end; copied
 * @param inverse command that takes it back, also when the command was cut off in the middle; NULL
 *        at the end; copied; NULL: it cannot be undone
 * @param why a reason that people can read; or NULL
 * @param report what is wrong, or NULL
 * @return IGDROM_OK, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_command(struct igdrom_changes *changes, const char *const *argv,
			   const char *const *inverse, const char *why,
			   struct igdrom_report *report);

/**
 * Adds a step: a command makes the machine take over the files of the steps before it, such as
 * update-grub. It is done already when none of them has anything to do. It is its own inverse: run
 * again when the files are as they were.
 * @param changes object
 * @param argv as for igdrom_changes_add_command()
 * @param why a reason that people can read; or NULL
 * @param report what is wrong, or NULL
 * @return IGDROM_OK, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_refresh(struct igdrom_changes *changes, const char *const *argv, const char *why,
			   struct igdrom_report *report);

/**
 * Asks a command, now, whether the step added last has anything to do: it is done already when the
 * exit code is 0. On a captured machine nothing is asked.
 * @param changes object; the step added last is a command
 * @param argv a command that only looks; NULL at the end
 * @param report why it could not be asked, or NULL
 * @return IGDROM_OK, whatever the answer; IGDROM_E_STATE (the last step is no command);
 *         IGDROM_E_NOT_FOUND (no such program); IGDROM_E_IO, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_done_if(struct igdrom_changes *changes, const char *const *argv,
		       struct igdrom_report *report);

/**
 * Names a command that prints what the step added last changes. It is asked now, before the step is
 * done, after it, and before it is undone; when somebody else has made a change in between, nothing
 * is done. On a captured machine nothing is asked.
 * @param changes object; the step added last is a command
 * @param argv a command that only looks; NULL at the end; copied
 * @param report why it could not be asked, or NULL
 * @return IGDROM_OK; IGDROM_E_STATE (the last step is no command); IGDROM_E_NOT_FOUND (no such
 *         program); IGDROM_E_IO (it failed); IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_changes_watch(struct igdrom_changes *changes,
								     const char *const *argv,
								     struct igdrom_report *report);

/**
 * Adds advice: something that a person has to do.
 * @param changes object
 * @param text sentences; copied
 * @return IGDROM_OK, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_advice(struct igdrom_changes *changes, const char *text);

/**
 * Adds the steps that make a virtual machine what a plan says: its configuration with the plan
 * merged in, its ROM where the hypervisor looks for it, and advice.
 * @param changes object
 * @param plan that is possible; borrowed for the call
 * @param format to write
 * @param into Proxmox VE: VMID or path of the configuration. libvirt, unraid: name of a domain, which
 *        is read and defined with virsh; or path of a file that holds a domain, which is edited (not
 *        libvirt's own). QEMU: path of the script that starts it.
 * @param rom content of the ROM, to be copied to where the plan names it; NULL: it is there
 * @param rom_size bytes
 * @param report findings, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (no such virtual machine, or no virsh); IGDROM_E_REFUSED (it
 *         cannot be merged, or it is locked); IGDROM_E_STATE (the plan is a refusal); what
 *         igdrom_vm_write() and igdrom_changes_add_file() return. A call that fails adds nothing.
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_vm(struct igdrom_changes *changes, const struct igdrom_vm_plan *plan,
		      enum igdrom_vm_format format, const char *into, const void *rom,
		      size_t rom_size, struct igdrom_report *report);

/** Number of steps. @param changes object @return count @since 0.1 */
IGDROM_API size_t igdrom_changes_count(const struct igdrom_changes *changes);
/** Number of steps that igdrom_changes_apply() has to do: files and commands that are not done
 * already; on a captured machine no commands. @param changes object @return count @since 0.1 */
IGDROM_API size_t igdrom_changes_pending(const struct igdrom_changes *changes);
/** What a step is. @param changes object @param index 0 .. count - 1 @return the kind; 0 out of range
 * @since 0.1 */
IGDROM_API enum igdrom_change_kind igdrom_changes_kind(const struct igdrom_changes *changes,
						       size_t index);
/** Path of a step that is a file. @param changes object @param index step @return borrowed; NULL for
 * another step @since 0.1 */
IGDROM_API const char *igdrom_changes_path(const struct igdrom_changes *changes, size_t index);
/** Whether the file of a step goes away. @param changes object @param index step
 * @return true or false @since 0.1 */
IGDROM_API bool igdrom_changes_removes(const struct igdrom_changes *changes, size_t index);
/** Number of words of a command. @param changes object @param index step @return count; 0 for another
 * step @since 0.1 */
IGDROM_API size_t igdrom_changes_word_count(const struct igdrom_changes *changes, size_t index);
/** A word of a command. @param changes object @param index step @param word 0 .. word count - 1
 * @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_changes_word(const struct igdrom_changes *changes, size_t index,
					   size_t word);
/** Number of words of the command that takes a command back. @param changes object @param index step
 * @return count; 0: it cannot be undone, or it is no command @since 0.1 */
IGDROM_API size_t igdrom_changes_inverse_count(const struct igdrom_changes *changes, size_t index);
/** A word of the command that takes a command back. @param changes object @param index step
 * @param word 0 .. count - 1 @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_changes_inverse(const struct igdrom_changes *changes, size_t index,
					      size_t word);
/** What advice says. @param changes object @param index step @return borrowed; NULL for another step
 * @since 0.1 */
IGDROM_API const char *igdrom_changes_text(const struct igdrom_changes *changes, size_t index);
/** The reason of a step. @param changes object @param index step @return borrowed; NULL: none was
 * given @since 0.1 */
IGDROM_API const char *igdrom_changes_why(const struct igdrom_changes *changes, size_t index);
/** Whether a step has nothing to do. @param changes object @param index step @return true or false
 * @since 0.1 */
IGDROM_API bool igdrom_changes_done(const struct igdrom_changes *changes, size_t index);

/**
 * What the steps that are not done already change, for people and for `patch -p1`: unified diffs of
 * files that are text; other files, commands and advice in lines that start with '#'.
 * @param changes object
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_LIMIT, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_diff(const struct igdrom_changes *changes, struct igdrom_bytes *out);

/**
 * Does all steps, or none: when one fails, those before it are taken back. First it is made sure that
 * everything still is as it was when the steps were added. Afterwards every step is done already.
 * @param changes object
 * @param directory for journals, on this machine; NULL for the usual one of the machine
 * @param report what was done, and what went wrong; or NULL
 * @return IGDROM_OK (also when there is nothing to do: then no journal is made); IGDROM_E_REFUSED
 *         (somebody changed something since; an earlier change was interrupted and must be undone
 *         first; another one is under way); IGDROM_E_ACCESS, IGDROM_E_IO, IGDROM_E_NOT_FOUND (a
 *         program), IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_changes_apply(struct igdrom_changes *changes,
								     const char *directory,
								     struct igdrom_report *report);

/**
 * Takes back what a journal says was done, in reverse order. First it is made sure that nobody has
 * changed any of it since.
 * @param root as for igdrom_changes_new(): the machine
 * @param directory of the journals, on this machine; NULL for the usual one of the machine
 * @param number of the journal; 0: the newest that is not undone
 * @param force files that were changed since are put back too; what they hold now is kept beside the
 *        journal
 * @param report what was done, and what went wrong; or NULL
 * @return IGDROM_OK (also when this journal is undone already); IGDROM_E_NOT_FOUND (no such journal,
 *         or none that is not undone); IGDROM_E_REFUSED (changed since, or another change is under
 *         way); IGDROM_E_CORRUPT (the journal is damaged), IGDROM_E_UNSUPPORTED (of another
 *         version); IGDROM_E_ACCESS, IGDROM_E_IO (part of it could not be taken back: try again),
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_changes_undo(const char *root,
								    const char *directory,
								    unsigned number, bool force,
								    struct igdrom_report *report);

/**
 * What was done to a machine.
 * @param root as for igdrom_changes_new()
 * @param directory of the journals, on this machine; NULL for the usual one of the machine
 * @param report why they cannot be read, or NULL
 * @param out owned; free with igdrom_journals_free(); empty when nothing was ever done
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (root is not there); IGDROM_E_ACCESS, IGDROM_E_IO,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_journals_read(const char *root,
								     const char *directory,
								     struct igdrom_report *report,
								     struct igdrom_journals **out);

/** Frees a list of journals. @param journals or NULL @since 0.1 */
IGDROM_API void igdrom_journals_free(struct igdrom_journals *journals);
/** Number of journals. @param journals object @return count @since 0.1 */
IGDROM_API size_t igdrom_journals_count(const struct igdrom_journals *journals);
/** Number of a journal, as igdrom_changes_undo() takes it. @param journals object
 * @param index 0 .. count - 1, oldest first @return 1 and up; 0 out of range @since 0.1 */
IGDROM_API unsigned igdrom_journals_number(const struct igdrom_journals *journals, size_t index);
/** How it stands. @param journals object @param index journal @return the state; 0 out of range
 * @since 0.1 */
IGDROM_API enum igdrom_journal_state igdrom_journals_state(const struct igdrom_journals *journals,
							   size_t index);
/** When it was begun. @param journals object @param index journal @return seconds since 1970, UTC; 0:
 * not known @since 0.1 */
IGDROM_API uint64_t igdrom_journals_time(const struct igdrom_journals *journals, size_t index);
/** Number of its steps. @param journals object @param index journal @return count @since 0.1 */
IGDROM_API size_t igdrom_journals_step_count(const struct igdrom_journals *journals, size_t index);
/** One of its steps in words: a path, or a command. @param journals object @param index journal
 * @param step 0 .. step count - 1 @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_journals_step(const struct igdrom_journals *journals, size_t index,
					    size_t step);

/**
 * The steps as a JSON document: "captured", "pending", "steps", "diff", "findings".
 * @param changes object
 * @param report findings to include, or NULL
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_to_json(const struct igdrom_changes *changes, const struct igdrom_report *report,
		       char **out);

/**
 * The journals as a JSON document: "journals", "findings".
 * @param journals object
 * @param report findings to include, or NULL
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_journals_to_json(const struct igdrom_journals *journals, const struct igdrom_report *report,
			char **out);

#ifdef __cplusplus
}
#endif

#endif
