/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public headers of libigdrom for SWIG: one function of the target language for each function of
 * the library, with its C name, in a module that the user does not see. What people use is written by
 * hand above it, in each language's folder.
 */
%module igdrom

%{
#include <igdrom/igdrom.h>
%}

%include "shared.i"

%igdrom_owned(igdrom_limits)
%igdrom_owned(igdrom_report)
%igdrom_owned(igdrom_gop)
%igdrom_owned(igdrom_contents)
%igdrom_owned(igdrom_vbt)
%igdrom_owned(igdrom_opregion)
%igdrom_owned(igdrom_firmware)
%igdrom_owned(igdrom_edit)
%igdrom_owned(igdrom_ffs)
%igdrom_owned(igdrom_rom)
%igdrom_owned(igdrom_rom_builder)
%igdrom_owned(igdrom_vm_request)
%igdrom_owned(igdrom_vm_config)
%igdrom_owned(igdrom_vm_plan)
%igdrom_borrowed(igdrom_found)
%igdrom_borrowed(igdrom_finding)
%igdrom_borrowed(igdrom_device)
%igdrom_borrowed(igdrom_gop_family)
%igdrom_borrowed(igdrom_rom_image)
%igdrom_borrowed(igdrom_firmware_node)
%igdrom_borrowed(igdrom_vbt_port)
%igdrom_borrowed(igdrom_vbt_panel)
%igdrom_borrowed(igdrom_manifest)
%igdrom_borrowed(igdrom_manifest_entry)

%apply (const uint16_t *NUMBERS, size_t COUNT) { (const uint16_t *device_ids, size_t count) };
%igdrom_list(igdrom_gop)
%apply (const struct igdrom_gop *const *OBJECTS, size_t COUNT) {
	(const struct igdrom_gop *const *gops, size_t count)
};
%igdrom_list(igdrom_found)
%apply (const struct igdrom_found *const *OBJECTS, size_t COUNT) {
	(const struct igdrom_found *const *found, size_t count)
};
%igdrom_list(igdrom_device)
%apply (const struct igdrom_device *const *OBJECTS, size_t COUNT) {
	(const struct igdrom_device *const *devices, size_t count)
};
%igdrom_named_list(igdrom_contents)
%apply (const struct igdrom_contents *const *OBJECTS, const char *const *NAMES, size_t COUNT) {
	(const struct igdrom_contents *const *contents, const char *const *files, size_t count)
};
%apply (const struct igdrom_finding_arg *ARGS, size_t COUNT) {
	(const struct igdrom_finding_arg *args, size_t arg_count)
};
%apply SWIGTYPE **OWNED {
	struct igdrom_limits **out, struct igdrom_report **out, struct igdrom_gop **out,
	struct igdrom_contents **out, struct igdrom_vbt **out, struct igdrom_opregion **out, struct igdrom_firmware **out,
	struct igdrom_edit **out, struct igdrom_ffs **out, struct igdrom_rom **out, struct igdrom_rom_builder **out,
	struct igdrom_vm_request **out, struct igdrom_vm_config **out, struct igdrom_vm_plan **out
};
%apply SWIGTYPE **STATIC { const struct igdrom_device **out };
%apply uint16_t *OUT { uint16_t *out };
%apply uint64_t *OUT { uint64_t *size, uint64_t *value };
%apply size_t *OUT { size_t *best };

/*
 * Calls that take their time let other threads run. They touch no object that another thread can
 * hold: each makes its result, is given a report of its own, and reads limits that never change.
 * The builder is the exception; the classes above guard it with a lock.
 */
%nothread;
%thread igdrom_gop_identify;
%thread igdrom_contents_open;
%thread igdrom_firmware_open;
%thread igdrom_edit_save;
%thread igdrom_rom_parse;
%thread igdrom_vm_config_read;
%thread igdrom_vm_explain;
%thread igdrom_rom_check;
%thread igdrom_rom_fix;
%thread igdrom_rom_builder_add_gop;
%thread igdrom_rom_builder_add_efi;
%thread igdrom_rom_builder_add_legacy;
%thread igdrom_rom_builder_add_vbt;
%thread igdrom_rom_builder_finish;

/* Status codes come from the list itself: the header expands it inside the enum, where SWIG cannot
 * follow. */
%include <igdrom/status.h>
%define IGDROM_STATUS(name, number, group, sentence)
%constant int IGDROM_ ## name = number;
%enddef
%include <igdrom/status.def>

%apply (igdrom_progress *PROGRESS, void *USER) { (igdrom_progress *progress, void *user) };
%exception igdrom_limits_go_on {
	$action
	/* The function that is called may have raised. */
	if (PyErr_Occurred())
		SWIG_fail;
}
%include <igdrom/limits.h>
%constant uint64_t IGDROM_NO_OFFSET = UINT64_MAX;
%include <igdrom/report.h>
%include <igdrom/device.h>
%include <igdrom/gop.h>
%apply struct igdrom_bytes *OWNED { struct igdrom_bytes *out };
%include <igdrom/vbt.h>
%include <igdrom/firmware.h>
%include <igdrom/edit.h>

/* Of two declarations SWIG keeps the first: what was found belongs to the contents, payloads and
 * parts to the ROM. */
#pragma SWIG nowarn=322
%apply struct igdrom_bytes *BORROWED { struct igdrom_bytes *out };
enum igdrom_status igdrom_found_bytes(const struct igdrom_found *found, enum igdrom_form form,
				      struct igdrom_bytes *out);
enum igdrom_status igdrom_rom_image_payload(const struct igdrom_rom_image *image,
					    struct igdrom_bytes *out);
enum igdrom_status igdrom_rom_part(const struct igdrom_rom *rom, size_t index, bool payload,
				   struct igdrom_bytes *out);
%apply struct igdrom_bytes *OWNED { struct igdrom_bytes *out };
%include <igdrom/open.h>
%include <igdrom/draw.h>
%include <igdrom/rom.h>
%include <igdrom/vm.h>
%include <igdrom/json.h>
