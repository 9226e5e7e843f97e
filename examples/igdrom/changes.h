/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands share that change a machine: "vm write --into", "host prepare". */
#ifndef IGDROM_CLI_CHANGES_H
#define IGDROM_CLI_CHANGES_H

#include "cli.h"

#include <igdrom/changes.h>

/* Shows the steps, or with --apply does them; undo: the command that takes them back. */
int do_changes(struct call *call, struct igdrom_changes *changes, const char *undo);
/* Each step in a line, with what became of it; or as a diff. */
void show_steps(const struct call *call, const struct igdrom_changes *changes);
int show_diff(struct call *call, const struct igdrom_changes *changes);
/* Takes the last change back. */
int undo_changes(struct call *call);

#endif
