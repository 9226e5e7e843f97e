/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: the whole job as one object (libigdrom-host): what the machine is, the GOP driver and the
 * VBT out of its firmware, the ROM, the plan, and the changes that put all of it into place.
 *
 * Six stages follow each other: facts, firmware, rom, plan, prepare, vm. What can be found out is not
 * asked for; what cannot is asked for by findings "vm-ask-KEY"; "bios" and "vm" stand there for
 * igdrom_setup_set_bios() and igdrom_setup_set_vm(). The first stage that is impossible ends the run. Nothing is written before igdrom_setup_apply(), which does
 * everything or nothing.
 *
 * All strings are UTF-8. A getter given NULL, or asked before igdrom_setup_run(), answers NULL, 0 or
 * false.
 */
#ifndef IGDROM_SETUP_H
#define IGDROM_SETUP_H

#include <igdrom/changes.h>
#include <igdrom/host.h>
#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/status.h>
#include <igdrom/vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The whole job for one machine. */
struct igdrom_setup;

/** The stages, in the order in which they are run. */
enum igdrom_setup_stage {
	IGDROM_SETUP_FACTS = 0,    /**< the machine, the virtual machine, and what is wanted */
	IGDROM_SETUP_FIRMWARE = 1, /**< a GOP driver and a VBT for the device */
	IGDROM_SETUP_ROM = 2,      /**< the option ROM, checked */
	IGDROM_SETUP_PLAN = 3,     /**< what the virtual machine needs */
	IGDROM_SETUP_PREPARE = 4,  /**< what the host needs */
	IGDROM_SETUP_VM = 5,       /**< ROM and configuration in their places */
};

/** Number of stages. */
#define IGDROM_SETUP_STAGES 6

/** How a stage ended. */
enum igdrom_setup_state {
	IGDROM_SETUP_NOT_RUN = 0, /**< one before it ended the run */
	IGDROM_SETUP_DONE = 1,    /**< it has its result */
	IGDROM_SETUP_SKIPPED = 2, /**< it is not needed */
	IGDROM_SETUP_REFUSED = 3, /**< it is impossible, or something has to be said first */
};

/** A stage as a word: "facts", "firmware", "rom", "plan", "prepare", "vm". @param stage any value
 * @return static; "unknown" for another value @since 0.1 */
IGDROM_API const char *igdrom_setup_stage_name(enum igdrom_setup_stage stage);

/** A state as a word: "not-run", "done", "skipped", "refused". @param state any value @return static;
 * "unknown" for another value @since 0.1 */
IGDROM_API const char *igdrom_setup_state_name(enum igdrom_setup_state state);

/**
 * Begins the job for a machine. Nothing is read yet.
 * @param root directory of a captured machine; NULL or "/" for this one
 * @param report why the directory cannot be used, or NULL
 * @param out owned; free with igdrom_setup_free()
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND, IGDROM_E_ACCESS (the directory); IGDROM_E_IO,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_setup_new(const char *root, struct igdrom_report *report, struct igdrom_setup **out);

/** Frees the object and all that it lent. @param setup or NULL @since 0.1 */
IGDROM_API void igdrom_setup_free(struct igdrom_setup *setup);

/**
 * The request, for what is wanted and for what is known better than the machine tells. The run
 * completes it. Its key "rom" is the place where the ROM is to lie.
 * @param setup object
 * @return borrowed; NULL for NULL
 * @since 0.1
 */
IGDROM_API struct igdrom_vm_request *igdrom_setup_request(struct igdrom_setup *setup);

/**
 * Gives firmware of the machine: whatever igdrom_contents_open() finds a GOP driver and a VBT in,
 * such as the BIOS file of its vendor. Without it the run looks for the ROM that is in its place
 * already, then reads the flash memory of the machine.
 * @param setup object
 * @param data copied; NULL takes back what was given
 * @param size bytes
 * @param name goes into the ROM as the name of the source; NULL for none
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_setup_set_bios(struct igdrom_setup *setup, const void *data, size_t size, const char *name);

/**
 * Gives the ROM, instead of firmware to make it from.
 * @param setup object
 * @param data copied; NULL takes back what was given
 * @param size bytes
 * @param name of its file, which is kept; NULL for the usual one
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_setup_set_rom(struct igdrom_setup *setup, const void *data, size_t size, const char *name);

/**
 * Names the virtual machine. Without a name it is the only one that is given the GPU already; when
 * the machine has none at all, ROM and host are made ready without one.
 * @param setup object
 * @param name VMID, name of a domain, or absolute path of its file; copied; NULL takes it back
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_setup_set_vm(struct igdrom_setup *setup,
								    const char *name);

/**
 * Runs the stages. On this machine its flash memory may be read, and programs are asked for their
 * version; nothing is changed. What an earlier run handed out ends.
 * @param setup object
 * @param limits for firmware, with the progress callback; NULL for the defaults
 * @param report findings, or NULL
 * @return IGDROM_OK (no stage refused); IGDROM_E_INVAL (something must be said first: findings
 *         "vm-ask-KEY"); IGDROM_E_REFUSED (a stage is impossible, and says why);
 *         IGDROM_E_NOT_FOUND (no such virtual machine); IGDROM_E_CORRUPT, IGDROM_E_TRUNCATED,
 *         IGDROM_E_NOT_RECOGNIZED (a file that was given cannot be read); IGDROM_E_ACCESS,
 *         IGDROM_E_IO, IGDROM_E_LIMIT, IGDROM_E_CANCELED, IGDROM_E_NOT_BUILT, IGDROM_E_NOMEM
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_setup_run(struct igdrom_setup *setup,
								 const struct igdrom_limits *limits,
								 struct igdrom_report *report);

/** How the last run ended. @param setup object @return IGDROM_OK, what igdrom_setup_run() returned;
 * IGDROM_E_STATE (it was not run) @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_setup_status(const struct igdrom_setup *setup);

/** How a stage ended. @param setup object @param stage which @return the state;
 * IGDROM_SETUP_NOT_RUN for another value @since 0.1 */
IGDROM_API enum igdrom_setup_state igdrom_setup_state(const struct igdrom_setup *setup,
						      enum igdrom_setup_stage stage);
/** What a stage says of its end, in a sentence. @param setup object @param stage which
 * @return borrowed; NULL when it was not run @since 0.1 */
IGDROM_API const char *igdrom_setup_text(const struct igdrom_setup *setup,
					 enum igdrom_setup_stage stage);

/** The machine, scanned. @param setup object @return borrowed @since 0.1 */
IGDROM_API const struct igdrom_host *igdrom_setup_host(const struct igdrom_setup *setup);
/** The ROM. @param setup object @return borrowed; empty when none is needed @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_setup_rom(const struct igdrom_setup *setup);
/** Where the ROM is to lie. @param setup object @return borrowed; NULL when none is needed
 * @since 0.1 */
IGDROM_API const char *igdrom_setup_rom_path(const struct igdrom_setup *setup);
/** The plan, also when it is a refusal. @param setup object @return borrowed; NULL: none was made
 * @since 0.1 */
IGDROM_API const struct igdrom_vm_plan *igdrom_setup_plan(const struct igdrom_setup *setup);
/** Format of the virtual machine's configuration. @param setup object
 * @return IGDROM_VM_FORMAT_UNKNOWN: not known @since 0.1 */
IGDROM_API enum igdrom_vm_format igdrom_setup_format(const struct igdrom_setup *setup);
/** The virtual machine: VMID, name of the domain, or path. @param setup object @return borrowed;
 * NULL: none @since 0.1 */
IGDROM_API const char *igdrom_setup_vm(const struct igdrom_setup *setup);
/** Everything that is to be done, for igdrom_changes_diff() and its getters. @param setup object
 * @return borrowed; NULL when a stage refused @since 0.1 */
IGDROM_API const struct igdrom_changes *igdrom_setup_changes(const struct igdrom_setup *setup);

/**
 * Does everything, or nothing: igdrom_changes_apply() of igdrom_setup_changes(). igdrom_changes_undo()
 * takes it back.
 * @param setup object, after a run that returned IGDROM_OK
 * @param directory for journals, on this machine; NULL for the usual one of the machine
 * @param report what was done, and what went wrong; or NULL
 * @return IGDROM_OK; IGDROM_E_STATE (no run returned IGDROM_OK, or it is done already); what
 *         igdrom_changes_apply() returns
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_setup_apply(struct igdrom_setup *setup, const char *directory, struct igdrom_report *report);

/** Number of the things that a person should do next. @param setup object @return count
 * @since 0.1 */
IGDROM_API size_t igdrom_setup_next_count(const struct igdrom_setup *setup);
/** What a person should do next. @param setup object @param index 0 .. count - 1 @return borrowed;
 * NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_setup_next_at(const struct igdrom_setup *setup, size_t index);

/**
 * The job as a JSON document: "stages", "rom", "plan", "vm", "changes", "next", "findings", and "error" after a
 * run that failed.
 * @param setup object
 * @param report findings to include, or NULL
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_setup_to_json(const struct igdrom_setup *setup, const struct igdrom_report *report,
		     char **out);

/**
 * What somebody who helps needs to know of a machine, as a JSON document: "tool", "summary", "host"
 * (as igdrom_host_to_json() has it), "doctor" (igdrom_host_doctor_to_json()), "vms" (configurations that use the GPU), "files" (kernel command
 * line, modules, boot loader), "log" (what is known in the log of the kernel), "redacted". Taken out
 * are, everywhere: addresses of network cards, UUIDs, IP and mail addresses, names of hosts and of
 * users in paths, names of disks, serial numbers, passwords, notes. The same thing is the same word
 * wherever it stands ("MAC-1"), and the same machine gives the same document.
 * @param host the machine, scanned; on this one dmesg is run
 * @param report findings of the scan to include, or NULL
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_bundle(const struct igdrom_host *host, const struct igdrom_report *report, char **out);

#ifdef __cplusplus
}
#endif

#endif
