/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: changing a firmware image. Files of firmware volumes are put in, replaced and taken out, at
 * any depth; what is compressed around them is compressed again by the method that was found. Only
 * what must change changes: no volume changes its size, no code that runs where it lies moves, and
 * every other byte stays.
 */
#ifndef IGDROM_EDIT_H
#define IGDROM_EDIT_H

#include <igdrom/firmware.h>
#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A list of changes to one image. */
struct igdrom_edit;
/** A file of a firmware volume that is being put together. */
struct igdrom_ffs;

/** What igdrom_edit_new() may be told. */
enum igdrom_edit_flags {
	/** Also the firmware of boards. What is made of it bricks boards: it is measured or checked by
	 * the board in ways that are not known here; each saved image has a warning. What is known to
	 * be signed (Boot Guard, capsules, signed sections) is refused all the same. */
	IGDROM_EDIT_VENDOR = 1,
};

/** Types of files that drivers and data have (PI 1.8 volume 3, 2.1.4.1: EFI_FV_FILETYPE). */
#define IGDROM_FILE_TYPE_FREEFORM    0x02 /**< data, such as a VBT in a RAW section */
#define IGDROM_FILE_TYPE_DRIVER      0x07 /**< DXE or UEFI driver */
#define IGDROM_FILE_TYPE_APPLICATION 0x09 /**< UEFI application */

/** Types of sections (PI 1.8 volume 3, 2.1.5.1: EFI_SECTION_TYPE). */
#define IGDROM_SECTION_PE32      0x10
#define IGDROM_SECTION_TE        0x12
#define IGDROM_SECTION_DXE_DEPEX 0x13
#define IGDROM_SECTION_RAW       0x19
#define IGDROM_SECTION_PEI_DEPEX 0x1b
#define IGDROM_SECTION_MM_DEPEX  0x1c

/**
 * Checks a dependency expression, which says what must be there before a driver is started (PI 1.8
 * volume 2, 10.7): the opcodes, the operands, one value at the end.
 * @param type IGDROM_SECTION_DXE_DEPEX, IGDROM_SECTION_PEI_DEPEX or IGDROM_SECTION_MM_DEPEX
 * @param data the compiled form, without the header of its section
 * @param size bytes
 * @param report what is wrong at which byte, or NULL
 * @return IGDROM_OK; IGDROM_E_CORRUPT (firmware would not understand it); IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_depex_check(unsigned type, const void *data, size_t size, struct igdrom_report *report);

/** The section that content goes into: IGDROM_SECTION_PE32 for a PE image, IGDROM_SECTION_TE for a TE
 * image, else IGDROM_SECTION_RAW. @param data the content @param size bytes @return EFI_SECTION_TYPE
 * @since 0.1 */
IGDROM_API unsigned igdrom_content_section_type(const void *data, size_t size);
/** The type of file that content is by itself: a driver or an application, by the subsystem of a PE
 * or TE image. @param data the content @param size bytes @return EFI_FV_FILETYPE; 0 for all else
 * @since 0.1 */
IGDROM_API unsigned igdrom_content_file_type(const void *data, size_t size);

/**
 * Begins a file of a firmware volume: header, then the sections in the order in which they are added.
 * @param type EFI_FV_FILETYPE
 * @param guid its name ("4B7A5E63-..."); NULL: derived from type and content, the same for the same
 * @param out owned; free with igdrom_ffs_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL (no GUID, no such type)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_ffs_new(unsigned type, const char *guid,
							       struct igdrom_ffs **out);

/** Frees it. @param ffs or NULL @since 0.1 */
IGDROM_API void igdrom_ffs_free(struct igdrom_ffs *ffs);

/**
 * Adds a section.
 * @param ffs object
 * @param type EFI_SECTION_TYPE, of a section that encloses no other
 * @param data what it holds; copied
 * @param size bytes
 * @return IGDROM_OK; IGDROM_E_CORRUPT (igdrom_depex_check() says what is wrong); IGDROM_E_LIMIT
 *         (4 GiB and more), IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_ffs_add_section(struct igdrom_ffs *ffs, unsigned type, const void *data, size_t size);

/**
 * Adds a USER_INTERFACE section: the name that people see.
 * @param ffs object
 * @param name UTF-8
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL (not UTF-8, or outside of UCS-2)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_ffs_add_name(struct igdrom_ffs *ffs,
								    const char *name);

/**
 * The file, as igdrom_edit_insert() takes it. One of 16 MiB and more can be put into volumes of the
 * type FFS3 alone.
 * @param ffs object; nothing more can be added
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK; IGDROM_E_STATE (no section was added, or it was finished before);
 *         IGDROM_E_LIMIT (4 GiB and more), IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_ffs_finish(struct igdrom_ffs *ffs,
								  struct igdrom_bytes *out);

/**
 * Begins an empty list of changes.
 * @param firmware the image; borrowed until igdrom_edit_free()
 * @param flags enum igdrom_edit_flags, or 0
 * @param out owned; free with igdrom_edit_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_new(const struct igdrom_firmware *firmware, unsigned flags, struct igdrom_edit **out);

/** Frees it. @param edit or NULL @since 0.1 */
IGDROM_API void igdrom_edit_free(struct igdrom_edit *edit);

/**
 * The volume that drivers are put into: the one that holds the DXE core.
 * @param firmware image
 * @return borrowed; NULL: there is none, or several
 * @since 0.1
 */
IGDROM_API const struct igdrom_firmware_node *
igdrom_edit_driver_volume(const struct igdrom_firmware *firmware);

/**
 * Bytes behind the last file of a volume.
 * @param volume node
 * @return bytes; 0 when there are none, or it is no volume
 * @since 0.1
 */
IGDROM_API uint64_t igdrom_edit_room(const struct igdrom_firmware_node *volume);

/**
 * Puts a file in.
 * @param edit object
 * @param where a volume: at its end; a file of a volume: behind it
 * @param file with its header, as igdrom_ffs_finish() makes it or a tool extracted it; copied
 * @param size bytes
 * @param report why not, or NULL
 * @return IGDROM_OK; IGDROM_E_REFUSED (it cannot be changed there, or is for another machine);
 *         IGDROM_E_EXISTS (the volume has a file of this name: replace it; or another change takes
 *         the volume out); IGDROM_E_CORRUPT (it is no file of a volume, or damaged);
 *         IGDROM_E_LIMIT (too many changes), IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_insert(struct igdrom_edit *edit, const struct igdrom_firmware_node *where,
		   const void *file, size_t size, struct igdrom_report *report);

/**
 * Puts a driver or an application in: a file with the PE image in a PE32 section and without a DEPEX
 * section, as drivers of UEFI have it: they are started when all architectural protocols are there.
 * @param edit object
 * @param where as for igdrom_edit_insert()
 * @param pe PE32 or PE32+ image for the machine of the firmware; copied
 * @param size bytes
 * @param guid name of the file; NULL: derived from its content
 * @param name that people see; NULL: none
 * @param report why not, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED, IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT,
 *         IGDROM_E_UNSUPPORTED (it is no PE image); IGDROM_E_REFUSED (it is for another machine, or
 *         it cannot be changed there); IGDROM_E_EXISTS, IGDROM_E_LIMIT, IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL as igdrom_edit_insert()
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_add_driver(struct igdrom_edit *edit, const struct igdrom_firmware_node *where,
		       const void *pe, size_t size, const char *guid, const char *name,
		       struct igdrom_report *report);

/**
 * Puts our own driver in, igdrom_guest_driver(), which always has the same name.
 * @param edit object
 * @param where as for igdrom_edit_insert()
 * @param report why not, or NULL
 * @return as igdrom_edit_add_driver(): IGDROM_OK, IGDROM_E_REFUSED, IGDROM_E_EXISTS, IGDROM_E_LIMIT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_add_guest_driver(struct igdrom_edit *edit, const struct igdrom_firmware_node *where,
			     struct igdrom_report *report);

/**
 * Puts an option ROM in, from which our driver in the same volume takes GOP drivers and the VBT as it
 * does from the ROM of a device. It is a file of type FREEFORM, always of the same name, with one RAW
 * section. What is not compressed in it becomes smaller in the end, as volumes are packed whole.
 * @param edit object
 * @param where as for igdrom_edit_insert(), the volume that igdrom_edit_add_guest_driver() is told
 * @param rom as igdrom_rom_builder_finish() makes it; copied
 * @param size bytes
 * @param report why not, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (it is no ROM of ours with a manifest); IGDROM_E_REFUSED
 *         (an image in it that nobody would start there, or it cannot be changed there);
 *         IGDROM_E_EXISTS, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL as igdrom_edit_insert()
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_add_rom(struct igdrom_edit *edit, const struct igdrom_firmware_node *where,
		    const void *rom, size_t size, struct igdrom_report *report);

/** What a file of a volume is to an assigned GPU. */
enum igdrom_gpu_file {
	IGDROM_GPU_FILE_NONE = 0,       /**< nothing */
	IGDROM_GPU_FILE_DRIVER = 1,     /**< our driver, igdrom_edit_add_guest_driver() */
	IGDROM_GPU_FILE_ROM = 2,        /**< its ROM, igdrom_edit_add_rom() */
	IGDROM_GPU_FILE_GOP = 3,        /**< a GOP driver of Intel */
	IGDROM_GPU_FILE_POLICY = 4,     /**< another driver that mentions PlatformGopPolicy */
	IGDROM_GPU_FILE_ASSIGNMENT = 5, /**< another driver that mentions QEMU's OpRegion */
	IGDROM_GPU_FILE_VBT = 6,        /**< a VBT in a RAW section */
};

/**
 * What a file of a volume is to an assigned GPU, by its content; ours by their names.
 * @param file node
 * @return kind; IGDROM_GPU_FILE_NONE also for what is no file of a volume, and when memory ran out
 * @since 0.1
 */
IGDROM_API enum igdrom_gpu_file igdrom_edit_gpu_file(const struct igdrom_firmware_node *file);

/** A kind in words: "GOP driver". @param kind enum igdrom_gpu_file @return static; NULL: no such kind,
 * or none @since 0.1 */
IGDROM_API const char *igdrom_gpu_file_name(enum igdrom_gpu_file kind);

/**
 * Takes out all files for which igdrom_edit_gpu_file() is not IGDROM_GPU_FILE_NONE: before others are
 * put in, as two sets of them fight over the GPU.
 * @param edit object
 * @param report why not, or NULL
 * @return IGDROM_OK, also when there are none; else as igdrom_edit_remove(), and some are taken out:
 *         IGDROM_E_REFUSED, IGDROM_E_EXISTS, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_remove_gpu_files(struct igdrom_edit *edit, struct igdrom_report *report);

/**
 * Puts a file in the place of another. Its name may differ.
 * @param edit object
 * @param target a file of a volume
 * @param file as for igdrom_edit_insert()
 * @param size bytes
 * @param report why not, or NULL
 * @return as igdrom_edit_insert(): IGDROM_OK; IGDROM_E_EXISTS (another change is about this file
 *         already, or the volume has another file of the new name); IGDROM_E_REFUSED,
 *         IGDROM_E_CORRUPT, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_replace(struct igdrom_edit *edit, const struct igdrom_firmware_node *target,
		    const void *file, size_t size, struct igdrom_report *report);

/**
 * Puts other content into a file; all else of it stays byte for byte: name, dependency expression,
 * other sections, the packing around. What is packed is packed again and compared here.
 * @param edit object
 * @param target a section of a file that encloses no other; or a file: the one section that the
 *        content fits, PE32 for a PE image, TE for a TE image, else RAW
 * @param data what the section is to hold, without its header; copied
 * @param size bytes
 * @param report why not, or NULL
 * @return as igdrom_edit_replace(): IGDROM_OK; IGDROM_E_REFUSED (no section or several could be meant;
 *         code for another machine; what is signed); IGDROM_E_CORRUPT (no code, no dependency
 *         expression, and the section holds one); IGDROM_E_NOT_BUILT, IGDROM_E_UNSUPPORTED (a method
 *         that cannot be written); IGDROM_E_EXISTS, IGDROM_E_LIMIT, IGDROM_E_NOMEM,
 *         IGDROM_E_INTERNAL, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_replace_content(struct igdrom_edit *edit, const struct igdrom_firmware_node *target,
			    const void *data, size_t size, struct igdrom_report *report);

/**
 * Takes a file out. Files behind it stay where they are.
 * @param edit object
 * @param target a file of a volume
 * @param report why not, or NULL
 * @return IGDROM_OK; IGDROM_E_REFUSED (it cannot be changed there, or firmware does not start without
 *         this file); IGDROM_E_EXISTS (another change is about this file already); IGDROM_E_LIMIT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_edit_remove(struct igdrom_edit *edit, const struct igdrom_firmware_node *target,
		   struct igdrom_report *report);

/** Number of changes so far. @param edit object @return count @since 0.1 */
IGDROM_API size_t igdrom_edit_count(const struct igdrom_edit *edit);
/** What a change does: "insert", "replace", "remove". @param edit object @param index 0 .. count - 1
 * @return static; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_edit_verb(const struct igdrom_edit *edit, size_t index);
/** The volume that a change is to. @param edit object @param index change @return borrowed; NULL out
 * of range @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *igdrom_edit_volume(const struct igdrom_edit *edit,
								 size_t index);
/** The file that is replaced or taken out. @param edit object @param index change @return borrowed;
 * NULL: none, or out of range @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *igdrom_edit_target(const struct igdrom_edit *edit,
								 size_t index);
/** The file that is put in. @param edit object @param index change @return borrowed; empty: none, or
 * out of range @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_edit_file(const struct igdrom_edit *edit, size_t index);

/**
 * Makes the image with all changes. Without any it is the image that was read, byte for byte. What
 * is compressed is decoded again and compared before it is handed out.
 * @param edit object; stays as it is
 * @param limits IGDROM_LIMIT_EXPANDED_BYTES is the most that is compressed again; progress; NULL for
 *        the defaults
 * @param report findings, or NULL: what lacks room by how many bytes; what changes for the user of an
 *        image that was made
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK; IGDROM_E_REFUSED (no room, or something that must stay would move);
 *         IGDROM_E_NOT_BUILT (a compression library was left out), IGDROM_E_UNSUPPORTED (a method
 *         that cannot be written); IGDROM_E_CANCELED (by the progress callback of limits);
 *         IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INTERNAL, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_edit_save(const struct igdrom_edit *edit,
								 const struct igdrom_limits *limits,
								 struct igdrom_report *report,
								 struct igdrom_bytes *out);

#ifdef __cplusplus
}
#endif

#endif
