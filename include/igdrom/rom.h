/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: PCI option ROMs. Standards: PCI Firmware Specification 3.x section 5 (expansion ROM
 * header, PCI data structure "PCIR", device list), UEFI specification 2.10 section 14.4 (EFI images
 * in option ROMs), Plug and Play BIOS Specification 1.0A (legacy checksum).
 *
 * A ROM is a row of images. Each starts with AA55h, has a PCI data structure somewhere inside, and
 * a length in units of 512 bytes. The code type says what it is: legacy x86 code, an EFI driver
 * (possibly compressed), or data that firmware passes over, such as the manifest that the builder
 * adds (its format: libigdrom(5)).
 */
#ifndef IGDROM_ROM_H
#define IGDROM_ROM_H

#include <igdrom/device.h>
#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IGDROM_CODE_TYPE_LEGACY        0x00 /**< x86 code for PC-AT compatible systems */
#define IGDROM_CODE_TYPE_OPEN_FIRMWARE 0x01 /**< Open Firmware */
#define IGDROM_CODE_TYPE_PA_RISC       0x02 /**< HP PA-RISC */
#define IGDROM_CODE_TYPE_EFI           0x03 /**< EFI image */
#define IGDROM_CODE_TYPE_DATA          0xF0 /**< ours: data for the guest driver and for tools */

/** Largest ROM that is read or written, bytes. */
#define IGDROM_ROM_MAX_BYTES (16u << 20)
/** Most images in one ROM. */
#define IGDROM_ROM_MAX_IMAGES 256
/** Smallest ROM that the builder writes: OVMF ignores ROMs of 2 KiB and less. */
#define IGDROM_ROM_MIN_BYTES 4096

/** A parsed option ROM. */
struct igdrom_rom;
/** One image; borrowed from its ROM. */
struct igdrom_rom_image;
/** What the builder recorded in a ROM; borrowed from its ROM. */
struct igdrom_manifest;
/** One thing recorded; borrowed from its manifest. */
struct igdrom_manifest_entry;

/**
 * Parses an option ROM. Oddities of real ROMs are findings; only what cannot be read safely fails.
 * @param data the ROM; copied
 * @param size bytes
 * @param limits caps, or NULL for the defaults
 * @param report findings, or NULL
 * @param out owned; free with igdrom_rom_free()
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (no image at offset 0; a bare PE image is named as
 * such in the report); IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT (first image unreadable);
 *         IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_rom_parse(const void *data, size_t size,
								 const struct igdrom_limits *limits,
								 struct igdrom_report *report,
								 struct igdrom_rom **out);

/** Frees a ROM with its images. @param rom or NULL @since 0.1 */
IGDROM_API void igdrom_rom_free(struct igdrom_rom *rom);
/** Size of the whole input. @param rom object @return bytes @since 0.1 */
IGDROM_API size_t igdrom_rom_size(const struct igdrom_rom *rom);
/** Memory space that the ROM takes on a device: its size up to the next power of two, at least what an
 * expansion ROM register can ask for (PCI 3.0, 6.2.5.2). @param rom object @return bytes
 * @since 0.1 */
IGDROM_API uint64_t igdrom_rom_bar_size(const struct igdrom_rom *rom);
/** SHA-256 of the whole input, 64 lower-case hex digits. @param rom object @return borrowed
 * @since 0.1 */
IGDROM_API const char *igdrom_rom_sha256(const struct igdrom_rom *rom);
/** Number of images. @param rom object @return count @since 0.1 */
IGDROM_API size_t igdrom_rom_image_count(const struct igdrom_rom *rom);
/** An image. @param rom object @param index 0 .. count - 1 @return borrowed; NULL out of range
 * @since 0.1 */
IGDROM_API const struct igdrom_rom_image *igdrom_rom_image_at(const struct igdrom_rom *rom,
							      size_t index);
/** Bytes after the end of the last image. @param rom object @return borrowed; may be empty
 * @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_rom_trailing(const struct igdrom_rom *rom);

/**
 * Writes the ROM back from what was parsed. Equal to the input byte by byte for every ROM that
 * igdrom_rom_parse() accepts.
 * @param rom object
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_rom_write(const struct igdrom_rom *rom,
								 struct igdrom_bytes *out);

/** Offset of the image in the ROM. @param image object @return bytes @since 0.1 */
IGDROM_API uint64_t igdrom_rom_image_offset(const struct igdrom_rom_image *image);
/** Length of the image as its PCIR says (512-byte units) and the file holds. @param image object
 * @return bytes @since 0.1 */
IGDROM_API size_t igdrom_rom_image_size(const struct igdrom_rom_image *image);
/** All bytes of the image. @param image object @return borrowed @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_rom_image_bytes(const struct igdrom_rom_image *image);
/** PCIR code type (PCI Firmware 3.x 5.1.2). @param image object @return IGDROM_CODE_TYPE_* or
 * another value @since 0.1 */
IGDROM_API uint8_t igdrom_rom_image_code_type(const struct igdrom_rom_image *image);
/** A code type in words ("EFI"). @param code_type any value @return static @since 0.1 */
IGDROM_API const char *igdrom_code_type_name(uint8_t code_type);
/** PCIR vendor id. @param image object @return the id @since 0.1 */
IGDROM_API uint16_t igdrom_rom_image_vendor_id(const struct igdrom_rom_image *image);
/** PCIR device id. @param image object @return the id @since 0.1 */
IGDROM_API uint16_t igdrom_rom_image_device_id(const struct igdrom_rom_image *image);
/** Number of ids in the device list (PCI 3.0). @param image object @return count; 0 without a list
 * @since 0.1 */
IGDROM_API size_t igdrom_rom_image_device_list_count(const struct igdrom_rom_image *image);
/** An id of the device list. @param image object @param index 0 .. count - 1 @return the id; 0 out
 * of range @since 0.1 */
IGDROM_API uint16_t igdrom_rom_image_device_list_at(const struct igdrom_rom_image *image,
						    size_t index);
/** PCIR class code, 24 bits (030000h = VGA). @param image object @return the code @since 0.1 */
IGDROM_API uint32_t igdrom_rom_image_class_code(const struct igdrom_rom_image *image);
/** PCIR structure revision: 0 (PCI 2.3) or 3 (PCI 3.0). @param image object @return the byte
 * @since 0.1 */
IGDROM_API uint8_t igdrom_rom_image_pcir_revision(const struct igdrom_rom_image *image);
/** Offset of PCIR in the image. @param image object @return bytes @since 0.1 */
IGDROM_API size_t igdrom_rom_image_pcir_offset(const struct igdrom_rom_image *image);
/** Revision level of the code. @param image object @return the word @since 0.1 */
IGDROM_API uint16_t igdrom_rom_image_code_revision(const struct igdrom_rom_image *image);
/** Whether the indicator says that no image follows. @param image object @return bit 7 @since 0.1
 */
IGDROM_API bool igdrom_rom_image_last(const struct igdrom_rom_image *image);
/** Whether the EFI header says that the payload is compressed. @param image object
 * @return false for other code types @since 0.1 */
IGDROM_API bool igdrom_rom_image_compressed(const struct igdrom_rom_image *image);
/** EFI header: PE machine (8664h = x64). @param image object @return 0 when not EFI @since 0.1 */
IGDROM_API uint16_t igdrom_rom_image_machine(const struct igdrom_rom_image *image);
/** EFI header: PE subsystem (0Bh = boot service driver). @param image object @return 0 when not EFI
 * @since 0.1 */
IGDROM_API uint16_t igdrom_rom_image_subsystem(const struct igdrom_rom_image *image);

/**
 * What the image carries: for EFI and data images the payload after its header, decompressed when
 * it is compressed; for a legacy image the whole image. A plain PE payload is cut where the PE ends
 * when nothing but padding (00h or FFh) follows; other bytes that follow stay with it.
 * @param image object
 * @param out borrowed; belongs to the ROM
 * @return IGDROM_OK; IGDROM_E_CORRUPT (compressed stream), IGDROM_E_UNSUPPORTED (unknown
 *         compression type), IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_image_payload(const struct igdrom_rom_image *image, struct igdrom_bytes *out);

/** SHA-256 of the payload, 64 lower-case hex digits. @param image object @return borrowed; NULL
 * when the payload cannot be read @since 0.1 */
IGDROM_API const char *igdrom_rom_image_payload_sha256(const struct igdrom_rom_image *image);

/** What this library recorded when it built the ROM. @param rom object @return borrowed; NULL when
 * the ROM has no manifest or it cannot be read @since 0.1 */
IGDROM_API const struct igdrom_manifest *igdrom_rom_manifest(const struct igdrom_rom *rom);
/** Format version of the manifest (1). @param manifest object @return number @since 0.1 */
IGDROM_API unsigned igdrom_manifest_version(const struct igdrom_manifest *manifest);
/** Tool that wrote it ("libigdrom 0.1.0"). @param manifest object @return borrowed @since 0.1 */
IGDROM_API const char *igdrom_manifest_tool(const struct igdrom_manifest *manifest);
/** Number of entries. @param manifest object @return count @since 0.1 */
IGDROM_API size_t igdrom_manifest_count(const struct igdrom_manifest *manifest);
/** An entry; entries are in the order of the images. @param manifest object @param index 0 ..
 * count-1
 * @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const struct igdrom_manifest_entry *
igdrom_manifest_at(const struct igdrom_manifest *manifest, size_t index);

/** What an entry describes. */
enum igdrom_manifest_kind {
	IGDROM_MANIFEST_GUEST_DRIVER = 1, /**< our UEFI driver */
	IGDROM_MANIFEST_GOP = 2,          /**< a GOP driver */
	IGDROM_MANIFEST_VBT = 3,          /**< a Video BIOS Table */
	IGDROM_MANIFEST_EFI = 4,          /**< another EFI driver */
	IGDROM_MANIFEST_LEGACY = 5,       /**< a legacy VBIOS */
};

/** What the entry describes. @param entry object @return the kind @since 0.1 */
IGDROM_API enum igdrom_manifest_kind
igdrom_manifest_entry_kind(const struct igdrom_manifest_entry *entry);
/** A kind as a word: "guest-driver", "gop", "vbt", "efi", "legacy". @param kind any value
 * @return static @since 0.1 */
IGDROM_API const char *igdrom_manifest_kind_name(enum igdrom_manifest_kind kind);
/** Index of the image it describes. @param entry object @return index @since 0.1 */
IGDROM_API unsigned igdrom_manifest_entry_image(const struct igdrom_manifest_entry *entry);
/** Name given by the builder's user, often a file name. @param entry object @return borrowed, may
 * be
 * "" @since 0.1 */
IGDROM_API const char *igdrom_manifest_entry_name(const struct igdrom_manifest_entry *entry);
/** Version of the thing ("17.0.1077"). @param entry object @return borrowed, may be "" @since 0.1
 */
IGDROM_API const char *igdrom_manifest_entry_version(const struct igdrom_manifest_entry *entry);
/** Where it came from. @param entry object @return borrowed, may be "" @since 0.1 */
IGDROM_API const char *igdrom_manifest_entry_origin(const struct igdrom_manifest_entry *entry);
/** SHA-256 of the payload, 64 lower-case hex digits. @param entry object @return borrowed @since
 * 0.1 */
IGDROM_API const char *igdrom_manifest_entry_sha256(const struct igdrom_manifest_entry *entry);
/** Whether our driver can answer the LPC check of this GOP driver (see
 * igdrom_rom_builder_set_lpc_answer()). @param entry object @return false also when it has none
 * @since 0.1 */
IGDROM_API bool igdrom_manifest_entry_answers_lpc(const struct igdrom_manifest_entry *entry);
/** Number of PCI device ids it is for. @param entry object @return count @since 0.1 */
IGDROM_API size_t igdrom_manifest_entry_device_count(const struct igdrom_manifest_entry *entry);
/** A PCI device id it is for. @param entry object @param index 0 .. count - 1 @return the id; 0 out
 * of range @since 0.1 */
IGDROM_API uint16_t igdrom_manifest_entry_device_at(const struct igdrom_manifest_entry *entry,
						    size_t index);

/** What an image is for. */
enum igdrom_image_kind {
	IGDROM_IMAGE_UNKNOWN = 0,      /**< another code type, or its payload cannot be read */
	IGDROM_IMAGE_GUEST_DRIVER = 1, /**< our UEFI driver */
	IGDROM_IMAGE_GOP = 2,          /**< an Intel GOP driver */
	IGDROM_IMAGE_EFI = 3,          /**< another EFI driver */
	IGDROM_IMAGE_LEGACY = 4,       /**< legacy x86 code, such as a VBIOS */
	IGDROM_IMAGE_MANIFEST = 5,     /**< our manifest */
	IGDROM_IMAGE_DATA = 6,         /**< other data that firmware passes over */
	IGDROM_IMAGE_VBT = 7,          /**< a Video BIOS Table */
};

/**
 * Finds out what an image is for, from its content. Our driver is known by its bytes, or by the
 * digest in the manifest.
 * @param rom object
 * @param index 0 .. igdrom_rom_image_count() - 1
 * @return the kind; IGDROM_IMAGE_UNKNOWN out of range, and when memory runs out
 * @since 0.1
 */
IGDROM_API enum igdrom_image_kind igdrom_rom_image_kind(const struct igdrom_rom *rom, size_t index);

/** A kind as a word: "unknown", "guest-driver", "gop", "efi", "legacy", "manifest", "data".
 * @param kind any value @return static @since 0.1 */
IGDROM_API const char *igdrom_image_kind_name(enum igdrom_image_kind kind);

/** What a driver does for a GOP driver; bits. */
enum igdrom_provides {
	IGDROM_PROVIDES_OPREGION = 1, /**< gives the guest its OpRegion, and mostly stolen memory */
	IGDROM_PROVIDES_GOP_POLICY = 2, /**< provides the PlatformGopPolicy protocol */
};

/**
 * What the driver in an image provides. Of drivers of others it is known by what they mention: the
 * name of QEMU's OpRegion file, the GUID of the policy.
 * @param rom object
 * @param index 0 .. igdrom_rom_image_count() - 1
 * @return bits of enum igdrom_provides; 0 for GOP drivers, for what is no driver, and out of range
 * @since 0.1
 */
IGDROM_API unsigned igdrom_rom_image_provides(const struct igdrom_rom *rom, size_t index);

/**
 * A part of a ROM, for a tool that takes it apart.
 * @param rom object
 * @param index of the image; igdrom_rom_image_count(): what follows the last image
 * @param payload false: the image as it is in the ROM; true: what it carries, decompressed
 * @param out borrowed; belongs to the ROM
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (nothing follows the last image; an image that is neither
 *         EFI nor data carries nothing but itself); those of igdrom_rom_image_payload(); IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_part(const struct igdrom_rom *rom, size_t index, bool payload, struct igdrom_bytes *out);

/**
 * A name for a file that holds a part of a ROM: "00-guest-driver.efi", "01-gop-17.0.1077.rom",
 * "trailing.bin".
 * @param rom object
 * @param index as in igdrom_rom_part()
 * @param payload as in igdrom_rom_part()
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK; IGDROM_E_NOMEM; those of igdrom_rom_part(), IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_part_name(const struct igdrom_rom *rom, size_t index, bool payload, char **out);

/**
 * Checks whether a ROM will do its job: its structure, what OVMF will skip, what the drivers inside
 * need. "A GOP without a policy driver", "several GOPs that will be started together" and the like.
 * @param data the file; borrowed for the call
 * @param size bytes
 * @param device_id PCI device id the ROM is for, or 0 for any
 * @param limits caps, or NULL
 * @param report findings; required. The answer is igdrom_report_worst()
 * @return IGDROM_OK (the check was made, whatever it found, also for a file that is no option ROM),
 *         IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_rom_check(const void *data, size_t size,
								 uint16_t device_id,
								 const struct igdrom_limits *limits,
								 struct igdrom_report *report);

/**
 * Repairs what can be repaired without guessing: missing or early LAST bits, wrong lengths, legacy
 * checksums, ROMs that are too small. Payloads are never changed.
 * @param data the file; borrowed for the call
 * @param size bytes
 * @param limits caps, or NULL
 * @param report one finding for each repair, and what is left
 * @param out owned; free with igdrom_bytes_free(); equal to the input when nothing was wrong
 * @return IGDROM_OK, IGDROM_E_NOT_RECOGNIZED, IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_LIMIT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_rom_fix(const void *data, size_t size,
							       const struct igdrom_limits *limits,
							       struct igdrom_report *report,
							       struct igdrom_bytes *out);

/**
 * Puts images together. Vendor, device ids, class code, code revision, PCIR revision and compression
 * hold for images added after they were set; force, open end and target for the whole ROM. An image
 * without device ids of its own gets the target; without a target the integrated devices that the
 * GOP lists; without a GOP every integrated device from Sandy Bridge on.
 */
struct igdrom_rom_builder;

/**
 * Makes an empty builder: vendor 8086, no device ids (each image gets those of its driver), class
 * 030000h, code revision 0, PCI 3.0 structures, compression on.
 * @param out owned; free with igdrom_rom_builder_free()
 * @return IGDROM_OK, IGDROM_E_INVAL, IGDROM_E_NOMEM
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_new(struct igdrom_rom_builder **out);
/** Frees a builder. @param builder or NULL @since 0.1 */
IGDROM_API void igdrom_rom_builder_free(struct igdrom_rom_builder *builder);

/** Sets the PCIR vendor id. @param builder object @param vendor_id the id
 * @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_vendor_id(struct igdrom_rom_builder *builder, uint16_t vendor_id);
/** Sets the PCIR device id (the first) and, for more than one, the device list.
 * @param builder object @param device_ids copied, none of them 0; NULL with count 0 = those of each
 * driver
 * @param count at most 512; at most 1 with PCIR revision 0
 * @return IGDROM_OK, IGDROM_E_INVAL, IGDROM_E_NOMEM @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_device_ids(struct igdrom_rom_builder *builder, const uint16_t *device_ids,
				  size_t count);
/** Sets the PCIR class code. @param builder object @param class_code 24 bits
 * @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_class_code(struct igdrom_rom_builder *builder, uint32_t class_code);
/** Sets the PCIR code revision. @param builder object @param revision the word
 * @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_code_revision(struct igdrom_rom_builder *builder, uint16_t revision);
/** Chooses the PCIR structure: revision 0 with 18h bytes (PCI 2.3, no device list) or revision 3
 * with 1Ch bytes (PCI 3.0). @param builder object @param pcir_revision 0 or 3
 * @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_pcir_revision(struct igdrom_rom_builder *builder, uint8_t pcir_revision);
/** Switches UEFI compression of EFI payloads. @param builder object @param compress on or off
 * @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_compress(struct igdrom_rom_builder *builder, bool compress);
/** Leaves the LAST bit of the final image clear, and the ROM unpadded, for others to append to.
 * @param builder object @param open_ended on or off @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_open_ended(struct igdrom_rom_builder *builder, bool open_ended);
/** Switches the choice in the guest; on at first. With it, GOP drivers are carried as data (code
 * type F0h), any number of them, and our driver starts the one for the device. Without it, or
 * without our driver, or when the devices of a GOP driver cannot be read, firmware starts every one
 * of them. @param builder object @param select on or off @return IGDROM_OK, IGDROM_E_INVAL
 * @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_select(struct igdrom_rom_builder *builder, bool select);
/** Switches the answer to the LPC check; on at first. Most GOP drivers refuse a guest whose LPC
 * bridge at 00:1f.0 they do not know, and q35 has one that none knows. With it, our driver answers
 * the check in the copy that it starts, with the id of the host's bridge, if the virtual machine's
 * configuration names it (fw_cfg file opt/igdrom/lpc-id) and the bridge that is there is refused.
 * @param builder object @param answer on or off @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_lpc_answer(struct igdrom_rom_builder *builder, bool answer);
/** Records the id of the host's LPC bridge, for virtual machines whose configuration does not name
 * it. @param builder object @param lpc_id device id of the host's 00:1f.0, 0 for none
 * @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_lpc_id(struct igdrom_rom_builder *builder, uint16_t lpc_id);
/** Turns refusals (a GOP that does not list the device, ...) into warnings. @param builder object
 * @param force on or off @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_force(struct igdrom_rom_builder *builder, bool force);
/** Names the device the ROM is for: every GOP must list it. @param builder object
 * @param device_id PCI device id, 0 for any @return IGDROM_OK, IGDROM_E_INVAL @since 0.1 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_set_target(struct igdrom_rom_builder *builder, uint16_t device_id);

/**
 * Adds the UEFI driver that this library carries: IGD assignment and GOP policy. It goes before
 * every GOP whatever the order of the calls.
 * @param builder object
 * @return IGDROM_OK, IGDROM_E_STATE (added already, or finished before), IGDROM_E_LIMIT (no image
 *         more), IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_add_guest_driver(struct igdrom_rom_builder *builder);

/**
 * Adds a GOP driver. Of a file that holds several, the best for the target is taken. A VBT that the
 * file holds stays out, see igdrom_rom_builder_add_vbt().
 * @param builder object
 * @param data PE image, or whatever igdrom_contents_open() finds the driver in, such as an option
 * ROM or the BIOS file of a mainboard; copied. Bytes behind the end of the PE image are left out.
 * @param size bytes
 * @param name goes into the manifest, such as the file's name; NULL for none
 * @param origin goes into the manifest, such as where the file is from; the place in the file and
 * its SHA-256 are added; NULL for none
 * @param report findings, or NULL
 * @return IGDROM_OK (also for a driver that is in already, which is not added again);
 *         IGDROM_E_NOT_RECOGNIZED (not a GOP driver); IGDROM_E_REFUSED (several in the file and
 *         none of them for the target; or it does not list the target and force is off);
 *         IGDROM_E_STATE (finished before);
 *         IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_add_gop(struct igdrom_rom_builder *builder, const void *data, size_t size,
			   const char *name, const char *origin, struct igdrom_report *report);

/**
 * Adds any EFI image, or all EFI images of an option ROM: of one that igdrom_rom_builder_finish()
 * wrote all but its guest driver. An image that is a GOP driver is treated as one.
 * @param builder object
 * @param data PE image or option ROM; copied
 * @param size bytes
 * @param name goes into the manifest; NULL for none
 * @param report findings, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED; IGDROM_E_REFUSED (machine or subsystem that firmware
 *         skips, and force is off; a GOP driver that igdrom_rom_builder_add_gop() refuses);
 *         IGDROM_E_STATE (finished before); IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_LIMIT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL. Unless IGDROM_OK, nothing was added
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_add_efi(struct igdrom_rom_builder *builder, const void *data, size_t size,
			   const char *name, struct igdrom_report *report);

/**
 * Adds a legacy image: a VBIOS file, or the legacy images of an option ROM with several. Only the
 * LAST bit, a length that is wrong and the checksum are touched.
 * @param builder object
 * @param data option ROM; copied
 * @param size bytes
 * @param name goes into the manifest; NULL for none
 * @param report findings, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED; IGDROM_E_STATE (finished before); IGDROM_E_TRUNCATED,
 *         IGDROM_E_CORRUPT, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL. Unless IGDROM_OK,
 *         nothing was added
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_add_legacy(struct igdrom_rom_builder *builder, const void *data, size_t size,
			      const char *name, struct igdrom_report *report);

/**
 * Adds a Video BIOS Table, which our driver uses where the hypervisor hands no OpRegion over: it
 * makes one around it. Where there is an OpRegion, the VBT in that counts.
 * @param builder object
 * @param data file of any kind that holds one: VBT, OpRegion, option ROM, firmware image; copied. Of
 *             several the one for the target is taken, see igdrom_contents_choose_vbt()
 * @param size bytes
 * @param name goes into the manifest; NULL for none
 * @param origin as for igdrom_rom_builder_add_gop()
 * @param report findings, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (the file holds none); IGDROM_E_STATE (there is one
 *         already, or finished before); IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL. Unless
 *         IGDROM_OK, nothing was added
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_add_vbt(struct igdrom_rom_builder *builder, const void *data, size_t size,
			   const char *name, const char *origin, struct igdrom_report *report);

/**
 * Lays the images out: legacy first, then our driver, GOPs, other EFI images, and the manifest when
 * our driver or a GOP is in the ROM; pads with FFh behind the last image to IGDROM_ROM_MIN_BYTES. The
 * result is read back and checked. The same input gives the same bytes.
 * @param builder object; can be finished once
 * @param report findings, or NULL
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK; IGDROM_E_STATE (nothing added, or finished before); IGDROM_E_REFUSED (the check
 *         found an error, such as a GOP without a policy driver or a target that is a card, and force
 *         is off: the builder can be changed and finished again); IGDROM_E_LIMIT (more than
 *         IGDROM_ROM_MAX_BYTES); IGDROM_E_NOMEM, IGDROM_E_INVAL; IGDROM_E_INTERNAL (what was written
 *         cannot be read back)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_rom_builder_finish(struct igdrom_rom_builder *builder, struct igdrom_report *report,
			  struct igdrom_bytes *out);

/** The UEFI driver that this library carries, a PE32+ image. @return static bytes @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_guest_driver(void);

#ifdef __cplusplus
}
#endif

#endif
