/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts from a GOP driver, read statically. How the patterns were found and on what they were
 * checked: the comments at each of them; all were read from 37 real drivers, versions 2.0 to 22.1,
 * which come from one compiler family.
 */
#ifndef IGDROM_GOP_INTERNAL_H
#define IGDROM_GOP_INTERNAL_H

#include "core/cursor.h"
#include "core/digest.h"
#include "core/search.h"
#include "gop/gop.h"
#include "pe/pe.h"

#define GOP_VERSION_TEXT sizeof("65535.65535.65535")

struct gop_version {
	bool known;
	unsigned major;
	unsigned minor;
	unsigned build;
};

/* A PE image with what every search needs. */
struct gop_image {
	struct cur file;
	struct pe_image pe;
	struct pe_range code[PE_MAX_SECTIONS]; /* executable bytes, each once */
	size_t code_count;
};

/* The loop in Supported() that walks the id table. */
struct gop_table {
	size_t matches; /* loops of this shape in the file; the rest is about the first */
	bool readable;  /* all ids lie in the file */
	size_t walk_offset;
	size_t offset; /* of the ids in the file */
	unsigned count;
	bool checks; /* the vendor, class, subclass and interface tests stand before it */
};

enum gop_site_form {
	GOP_SITE_NONE,
	GOP_SITE_PORT,   /* form A: call of a CF8/CFC reader */
	GOP_SITE_BRIDGE, /* form B: PciRootBridgeIo, target address in rax */
};

struct gop_site {
	size_t matches;
	size_t offset; /* of the first */
};

enum gop_gate_rule {
	GOP_RULE_UNKNOWN, /* nothing was read of this build */
	GOP_RULE_ABSENT,  /* no build of this family reads the id */
	GOP_RULE_IGNORED, /* the id is read, a refused one is not fatal */
	GOP_RULE_PORT,    /* fatal, form A */
	GOP_RULE_BRIDGE,  /* fatal, form B */
};

/* A row of tables/gop-builds.tsv. */
struct gop_build {
	const char *family;
	const struct igdrom_id_range *lpc;
	uint16_t lpc_count;
	uint16_t major;
	uint16_t minor;
	uint16_t build;
	bool any_build; /* for the builds that have no row of their own */
	uint8_t rule;   /* enum gop_gate_rule */
	uint16_t
		hangs_first; /* BDB versions of VBTs on which Start() never returns; 0: none known */
	uint16_t hangs_last;
};

struct igdrom_gop {
	struct gop_version version;
	char version_text[GOP_VERSION_TEXT];
	const struct gop_build *build; /* NULL: in no family */
	enum igdrom_confidence confidence;
	enum igdrom_gop_gate gate;
	size_t gate_offset;
	size_t table_offset;
	size_t device_count;
	uint16_t devices[UINT8_MAX];
	bool is_igd[UINT8_MAX];
	uint16_t machine;
	uint16_t subsystem;
	size_t size;
	char sha256[DIGEST_SHA256_HEX];
};

/* One byte, for the first look of a search; 0 outside. */
static inline uint8_t gop_byte(const struct gop_image *image, size_t at)
{
	return at < image->file.left ? image->file.p[at] : 0;
}

/* RVA that a RIP-relative operand names: displacement at disp_at, instruction ends at end. */
bool gop_rip_target(const struct gop_image *image, size_t disp_at, size_t end, uint32_t *rva);
/* Bytes at an offset equal these. */
bool gop_bytes_at(const struct gop_image *image, size_t at, const void *bytes, size_t size);
/* A number of 1 to 5 UTF-16 digits that ends with NUL. */
bool gop_digits_at(const struct gop_image *image, uint32_t rva, unsigned *value);
/* Any UTF-16 text of printable ASCII that ends with NUL. */
bool gop_text_at(const struct gop_image *image, uint32_t rva);
/* Target of `lea reg64, [rip+disp32]` when there is one at `at`. */
bool gop_lea_at(const struct gop_image *image, size_t at, uint32_t *rva);
/* A code offset, in an executable section. */
bool gop_is_code(const struct gop_image *image, uint32_t rva);

struct gop_table gop_find_table(const struct gop_image *image);
/* The version from the name that the driver puts together. */
struct gop_version gop_version_of_name(const struct gop_image *image);
/* The same from code for IA-32, which is searched for nothing else. */
struct gop_version gop_version_of_addresses(const struct gop_image *image);
/* The version that goes into EFI_DRIVER_BINDING_PROTOCOL.Version; `walk` is code of Supported(). */
struct gop_version gop_version_of_binding(const struct gop_image *image, uint32_t walk);
struct gop_site gop_find_site(const struct gop_image *image, enum gop_site_form form);

/* Whether the mark starts in a section of the image. */
bool gop_has_mark(const struct gop_image *image, enum gop_mark mark);

const struct gop_build *gop_find_build(const struct gop_version *version);
size_t gop_build_count(void);
const struct gop_build *gop_build_at(size_t index);

#endif
