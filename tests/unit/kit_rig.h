/* SPDX-License-Identifier: BSD-2-Clause */
/* A builder with its report, and what the tests of kit/ do with both. */
#ifndef IGDROM_TESTS_KIT_RIG_H
#define IGDROM_TESTS_KIT_RIG_H

#include "unit/findings.h"
#include "unit/kit_files.h"

#include <igdrom/igdrom.h>

struct kit {
	struct igdrom_rom_builder *builder;
	struct igdrom_report *report;
};

extern const struct gop_spec gop_desktop;     /* 4680 4690 CAFE (no device) A780 */
extern const struct gop_spec gop_mobile;      /* 46A6 46D1 */
extern const struct gop_spec gop_overlapping; /* 9A49 4690 */
extern const struct gop_spec gop_unreadable;  /* as the first, but without the walk */

struct kit kit_new(void);
void kit_free(struct kit *kit);

/* Each asserts that it was there, or worked. */
const struct igdrom_finding *finding_of(const struct kit *kit, const char *code);
enum igdrom_severity severity_of(const struct kit *kit, const char *code);
/* Finishes, parses the result and writes it back: the same bytes. */
struct igdrom_rom *finish(struct kit *kit, struct igdrom_bytes *bytes);
void release(struct igdrom_rom *rom, struct igdrom_bytes *bytes);
void assert_payload(const struct igdrom_rom *rom, size_t index, const void *data, size_t size);

enum igdrom_status add_gop(struct kit *kit, const struct gop_spec *spec, const char *name);
enum igdrom_status add_efi(struct kit *kit, const struct driver_spec *spec, const char *name);

/* ROMs put together by hand, or by the builder with the guest driver and, unless NULL, a GOP. */
void append_gop(struct file *rom, const struct gop_spec *spec, bool last);
void append_driver(struct file *rom, const struct driver_spec *spec, bool last);
/* A driver that provides the policy and, by what it reads, the OpRegion; not ours. */
void append_policy(struct file *rom, bool last);
void pad_rom(struct file *rom);
void build_rom(struct file *rom, const struct gop_spec *spec);

struct igdrom_report *check_rom(const struct file *rom, uint16_t device_id);
/* Checks the ROM; the severity of the finding with this code, or -1. */
int severity_in(const struct file *rom, uint16_t device_id, const char *code);

#endif
