/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine of its own for each test: a directory that is its root, and one beside it. */
#ifndef IGDROM_TESTS_CHANGES_RIG_H
#define IGDROM_TESTS_CHANGES_RIG_H

#include "unit/unit.h"

#include <igdrom/changes.h>

struct rig {
	char dir[64];      /* everything is below it */
	char root[96];     /* of the captured machine */
	char journals[96]; /* a directory for journals, for changes to this machine */
	struct igdrom_changes *changes;
	struct igdrom_report *report;
};

/* For cmocka. Changes are for the captured machine below root. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* Path below root, in a static buffer; four are valid at a time. */
const char *rig_at(const struct rig *rig, const char *path);
/* Throws the changes and findings away; root NULL: changes to this machine. */
void rig_again(struct rig *rig, const char *root);
/* Throws the journals of this machine away. */
void rig_forget(const struct rig *rig);
/* Writes a file below root, with the directories above it. */
void rig_put(const struct rig *rig, const char *path, const char *text);
/* Whether a file below root holds exactly this; NULL: it is not there. */
bool rig_holds(const struct rig *rig, const char *path, const char *text);
/* Every file, directory, link, with mode and content, as a text; owned. skip: not looked into. */
char *rig_tree(const char *dir, const char *skip);
/* The code of the last error that was found, or "". */
const char *rig_error(const struct rig *rig);
bool rig_found(const struct rig *rig, const char *code);
void rig_add(struct rig *rig, const char *path, const char *text);
enum igdrom_status rig_apply(struct rig *rig);
enum igdrom_status rig_undo(struct rig *rig, unsigned number, bool force);

#endif
