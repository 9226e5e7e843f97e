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
#include <igdrom/setup.h>
%}

%include "shared.i"
%import "igdrom.i"

%igdrom_owned(igdrom_changes)
%igdrom_owned(igdrom_journals)
%igdrom_freed_by(igdrom_host, igdrom_host_close)
%igdrom_owned(igdrom_dump)
%igdrom_owned(igdrom_setup)
%igdrom_borrowed(igdrom_pci_function)
%igdrom_borrowed(igdrom_host_vm)

/* They cross as numbers. */
%ignore igdrom_pci_address;
%ignore igdrom_pci_id;
%ignore igdrom_pci_bar;
%ignore igdrom_igd_memory;

%apply (const char *const *WORDS) { const char *const *argv };
%apply (const char *const *MAYBE_WORDS) { const char *const *inverse };
%apply SWIGTYPE **OWNED {
	struct igdrom_changes **out, struct igdrom_journals **out, struct igdrom_host **out, struct igdrom_dump **out,
	struct igdrom_setup **out
};

/* Nothing is let go for other threads but where commands are run, and disks and devices are waited
 * for. A machine never changes after its scan; the classes above guard lists of changes with a lock,
 * and run each setup in an object of its own. */
%nothread;
%thread igdrom_changes_apply;
%thread igdrom_changes_undo;
%thread igdrom_changes_add_vm;
%thread igdrom_changes_add_prepare;
%thread igdrom_changes_done_if;
%thread igdrom_changes_watch;
%thread igdrom_host_scan;
%thread igdrom_host_from_lspci;
%thread igdrom_host_pci_id;
%thread igdrom_host_qemu_version;
%thread igdrom_host_dump_rom;
%thread igdrom_host_dump_vbt;
%thread igdrom_host_dump_opregion;
%thread igdrom_host_dump_flash;
%thread igdrom_host_doctor;
%thread igdrom_host_bundle;
%thread igdrom_setup_run;
%thread igdrom_setup_apply;

%apply struct igdrom_bytes *OWNED { struct igdrom_bytes *out };
%include <igdrom/changes.h>
%include <igdrom/host.h>
/* Here bytes may be left out: none takes back what was given. */
%apply (const void *DATA_OR_NONE, size_t SIZE) { (const void *data, size_t size) };
%include <igdrom/setup.h>
