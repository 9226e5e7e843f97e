/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: JSON views. Each function writes one whole document with "schema": 1 and "findings",
 * strict UTF-8, no trailing newline. Keys are part of the interface: they are added to, never
 * renamed. A build without cJSON answers IGDROM_E_NOT_BUILT.
 */
#ifndef IGDROM_JSON_H
#define IGDROM_JSON_H

#include <igdrom/device.h>
#include <igdrom/edit.h>
#include <igdrom/firmware.h>
#include <igdrom/gop.h>
#include <igdrom/open.h>
#include <igdrom/report.h>
#include <igdrom/rom.h>
#include <igdrom/vbt.h>
#include <igdrom/vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One device ("device show").
 * @param device row
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_device_to_json(const struct igdrom_device *device, const struct igdrom_report *report,
		      char **out);

/**
 * Several devices ("device list"): an array "devices" of what igdrom_device_to_json() writes.
 * @param devices array of count rows
 * @param count number of them
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_devices_to_json(const struct igdrom_device *const *devices, size_t count,
		       const struct igdrom_report *report, char **out);

/**
 * The GOP drivers in one file ("gop show").
 * @param contents from igdrom_contents_open()
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_to_json(const struct igdrom_contents *contents, const struct igdrom_report *report,
			char **out);

/**
 * The choice among the drivers of several files ("gop match"): "best", and each driver with its
 * verdict.
 * @param device_id PCI device id
 * @param contents array of count; NULL entries are files without a driver
 * @param files array of count names
 * @param count number of files
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK (also when none lists the device: "best" is null), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_gop_match_to_json(uint16_t device_id, const struct igdrom_contents *const *contents,
			 const char *const *files, size_t count, const struct igdrom_report *report,
			 char **out);

/**
 * An option ROM with its images and manifest ("rom show").
 * @param rom object
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_to_json(const struct igdrom_rom *rom, const struct igdrom_report *report, char **out);

/**
 * An option ROM that was written ("rom build", "rom fix"): as igdrom_rom_to_json(), with "file" and
 * "changed".
 * @param rom object
 * @param file name of the file that was written, or NULL
 * @param changed whether the ROM differs from the one it was made from; IGDROM_UNKNOWN: there was
 *                none
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_written_to_json(const struct igdrom_rom *rom, const char *file,
			   enum igdrom_tristate changed, const struct igdrom_report *report,
			   char **out);

/**
 * The files that a ROM was taken apart into ("rom split"), by the names of igdrom_rom_part_name().
 * @param rom object
 * @param directory that holds them, or NULL
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_split_to_json(const struct igdrom_rom *rom, const char *directory,
			 const struct igdrom_report *report, char **out);

/**
 * A firmware image: its nodes as they nest, each with "children".
 * @param firmware object
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_firmware_to_json(const struct igdrom_firmware *firmware, const struct igdrom_report *report,
			char **out);

/**
 * A changed firmware image ("firmware insert", "firmware replace", "firmware remove"): "file",
 * "size", "sha256", and "changes" with "verb", "guid", "size", "old_guid" and "old_size" of the file
 * and "volume" and "room" of its volume.
 * @param edit object
 * @param image what igdrom_edit_save() made
 * @param size bytes
 * @param file where it was written to, or NULL
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_to_json(const struct igdrom_edit *edit, const void *image, size_t size,
		    const char *file, const struct igdrom_report *report, char **out);

/**
 * A firmware image with what was found in it ("firmware show"): as igdrom_firmware_to_json(), and
 * "gops", "vbts" and "vbioses" as igdrom_extract_to_json() has them, with "file" null.
 * @param contents from igdrom_contents_open()
 * @param device_id PCI device id: "chosen" says which are the ones for it; 0: null
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (the file is no firmware image), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_firmware_to_json(const struct igdrom_contents *contents, uint16_t device_id,
				 const struct igdrom_report *report, char **out);

/**
 * What was written to files ("firmware extract"), by the names of igdrom_found_file_name().
 * @param contents from igdrom_contents_open()
 * @param device_id PCI device id: "chosen" says which are the ones for it; 0: null
 * @param found array of count: what was written; the rest is left out
 * @param count number of them
 * @param forms what was written of each, bits by enum igdrom_form: 1 is IGDROM_FORM_BARE, 2
 *              IGDROM_FORM_STORED, 4 IGDROM_FORM_FFS
 * @param directory that holds the files, or NULL
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_extract_to_json(const struct igdrom_contents *contents, uint16_t device_id,
		       const struct igdrom_found *const *found, size_t count, unsigned forms,
		       const char *directory, const struct igdrom_report *report, char **out);

/**
 * A VBT.
 * @param vbt object
 * @param device_id PCI device id: "fits" says whether the table can be the one of it; 0: null
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vbt_to_json(const struct igdrom_vbt *vbt, uint16_t device_id,
		   const struct igdrom_report *report, char **out);

/**
 * The VBT of a file ("vbt show"): as igdrom_vbt_to_json() of the one that
 * igdrom_contents_choose_vbt() names, with where it is, the OpRegion around it, and all "candidates".
 * @param contents from igdrom_contents_open()
 * @param device_id PCI device id, or 0
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (there is no VBT), IGDROM_E_NOMEM, IGDROM_E_INVAL,
 *         IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_vbt_to_json(const struct igdrom_contents *contents, uint16_t device_id,
			    const struct igdrom_report *report, char **out);

/**
 * A VBT that was written ("vbt fix"): as igdrom_vbt_to_json(), with "file" and "changed".
 * @param vbt what was written
 * @param file name of the file that was written, or NULL
 * @param changed whether its checksum was wrong before
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vbt_written_to_json(const struct igdrom_vbt *vbt, const char *file, bool changed,
			   const struct igdrom_report *report, char **out);

/**
 * A plan ("vm plan"). One that is refused has the keys of an error as well.
 * @param plan object
 * @param request that it answers, or NULL
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_plan_to_json(const struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
		       const struct igdrom_report *report, char **out);

/**
 * A configuration that was written ("vm write").
 * @param format of the text
 * @param text what igdrom_vm_write() gave
 * @param file name of the file that was written, or NULL
 * @param changed whether it differs from what it was merged into; IGDROM_UNKNOWN: there was nothing
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_written_to_json(enum igdrom_vm_format format, const char *text, const char *file,
			  enum igdrom_tristate changed, const struct igdrom_report *report,
			  char **out);

/**
 * A configuration that was judged ("vm check"): as igdrom_vm_config_to_json(), with what another QEMU
 * makes of it.
 * @param config object
 * @param request what it was judged by
 * @param upgrade findings of igdrom_vm_check_upgrade(), or NULL
 * @param before the version of QEMU that these start from, or NULL
 * @param qemu the version of QEMU that these are about, or NULL
 * @param report findings of igdrom_vm_check(), or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_check_to_json(const struct igdrom_vm_config *config,
			const struct igdrom_vm_request *request,
			const struct igdrom_report *upgrade, const char *before, const char *qemu,
			const struct igdrom_report *report, char **out);

/**
 * A configuration that was read.
 * @param config object
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_config_to_json(const struct igdrom_vm_config *config, const struct igdrom_report *report,
			 char **out);

/**
 * A log that was explained ("vm explain"): its known lines, each with its cause.
 * @param log what igdrom_vm_explain() read
 * @param size bytes
 * @param report its findings
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_explain_to_json(const void *log, size_t size, const struct igdrom_report *report,
			  char **out);

/**
 * A request: its keys, null where nothing was said. igdrom_vm_request_read_json() reads it back.
 * @param request object
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_request_to_json(const struct igdrom_vm_request *request,
			  const struct igdrom_report *report, char **out);

/**
 * Says what a document says: an object with the keys of a request. Values are texts; true and false
 * stand for yes and no, whole numbers will do where digits are decimal, and null takes back what was
 * said before.
 * @param request object
 * @param data the document
 * @param size bytes, at most 1 MiB
 * @param report what is wrong with it, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (no JSON object); IGDROM_E_CORRUPT (a key that does not
 *         exist, or a value that it does not take; all the others were said); IGDROM_E_LIMIT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_request_read_json(struct igdrom_vm_request *request, const void *data, size_t size,
			    struct igdrom_report *report);

/**
 * Findings alone ("rom check").
 * @param report object
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_report_to_json(const struct igdrom_report *report, char **out);

/**
 * What the command prints when it ends with 2, 3 or 4.
 * @param code a status code
 * @param text one sentence
 * @param file name of the file it is about, or NULL
 * @param offset bytes into the file, or IGDROM_NO_OFFSET
 * @param report findings to carry, or NULL
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_error_to_json(enum igdrom_status code, const char *text, const char *file, uint64_t offset,
		     const struct igdrom_report *report, char **out);

#ifdef __cplusplus
}
#endif

#endif
