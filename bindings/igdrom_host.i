/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public headers of libigdrom-host for SWIG, in a module of their own: libigdrom-host links
 * libpci, which is GPL. Files are left out, as every language reads and writes them itself.
 */
%module igdrom_host

%{
#include <igdrom/changes.h>
#include <igdrom/host.h>
#include <igdrom/igdrom.h>
%}

%include "shared.i"
%import "igdrom.i"

%igdrom_owned(igdrom_changes)
%igdrom_owned(igdrom_journals)

%apply (const char *const *WORDS) { const char *const *argv };
%apply (const char *const *MAYBE_WORDS) { const char *const *inverse };
%apply SWIGTYPE **OWNED { struct igdrom_changes **out, struct igdrom_journals **out };

/* Nothing is let go for other threads but where commands are run and disks are waited for; the
 * classes above guard their objects with a lock. */
%nothread;
%thread igdrom_changes_apply;
%thread igdrom_changes_undo;
%thread igdrom_changes_add_vm;
%thread igdrom_changes_done_if;
%thread igdrom_changes_watch;

%apply struct igdrom_bytes *OWNED { struct igdrom_bytes *out };
%include <igdrom/changes.h>
