/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_VBT_INTERNAL_H
#define IGDROM_VBT_INTERNAL_H

#include "core/digest.h"
#include "core/report.h"
#include "core/search.h"
#include "vbt/vbt.h"

#define VBT_SIGNATURE_SIZE 20
#define VBT_HEADER_SIZE    48 /* in all known files */
#define VBT_MOST_HEADER    64
#define BDB_SIGNATURE_SIZE 16
#define BDB_HEADER_SIZE    22
#define BDB_LEAST_VERSION  100 /* known: 122 to 266 */
#define BDB_MOST_VERSION   400
#define BLOCK_HEADER_SIZE  3
#define VBT_MOST_BLOCKS    256 /* ids are a byte; a block may come twice, but not often */
#define VBT_MOST_PORTS     32  /* known: 16 */
#define VBT_MOST_PANELS    16
#define VBT_MOST_FEATURES  32

#define BLOCK_GENERAL_FEATURES    1
#define BLOCK_GENERAL_DEFINITIONS 2
#define BLOCK_DRIVER_FEATURES     12
#define BLOCK_EDP                 27
#define BLOCK_PANEL_OPTIONS       40
#define BLOCK_PANEL_POINTERS      41
#define BLOCK_PANEL_DATA          42
#define BLOCK_PANEL_BACKLIGHT     43
#define BLOCK_PANEL_POWER         44
#define BLOCK_MIPI_SEQUENCE       53
#define BLOCK_GENERIC_TIMINGS     58

struct vbt_header {
	uint8_t signature[VBT_SIGNATURE_SIZE];
	uint16_t version;
	uint16_t header_size;
	uint16_t vbt_size;
	uint8_t checksum;
	uint8_t reserved;
	uint32_t bdb_offset;
	uint32_t aim_offset[4];
};

struct bdb_header {
	uint8_t signature[BDB_SIGNATURE_SIZE];
	uint16_t version;
	uint16_t header_size;
	uint16_t bdb_size;
};

struct vbt_block {
	uint8_t id;
	size_t offset; /* of the data, in the VBT */
	size_t size;
};

/* The fields of a child device that are used. */
struct vbt_child {
	uint16_t handle;
	uint16_t device_type;
	uint8_t hdmi; /* level shift, most data rate */
	uint8_t dvo_port;
	uint8_t ddc_pin;
	uint8_t flags;
	uint8_t aux_channel;
	uint8_t usb_type_c;
	uint8_t link_rate;
};

struct igdrom_vbt_port {
	unsigned handle, device_type;
	const char *type, *ddi, *aux;
	unsigned ddc, lanes, link_rate, tmds_rate, flags;
	char name[24];
};

struct igdrom_vbt_panel {
	unsigned number;
	bool selected;
	unsigned width, height, clock;
	unsigned color_depth, backlight;
	char pnp_id[sizeof("AAA 0000")];
	char name[14];
};

struct igdrom_vbt {
	uint8_t *data;
	size_t size; /* vbt_size */
	struct vbt_header header;
	struct bdb_header bdb;
	char signature[VBT_SIGNATURE_SIZE + 1];
	char sha256[DIGEST_SHA256_HEX];
	uint8_t sum;
	struct place place;
	struct vbt_block blocks[VBT_MOST_BLOCKS];
	size_t block_count;
	struct igdrom_vbt_port ports[VBT_MOST_PORTS];
	size_t port_count;
	bool has_panel_type;
	uint8_t panel_type;
	struct igdrom_vbt_panel panels[VBT_MOST_PANELS];
	size_t panel_count;
	const char *features[VBT_MOST_FEATURES];
	size_t feature_count;
};

enum igdrom_status vbt_decode_header(struct cur *c, struct vbt_header *out) IGDROM_MUST_CHECK;
enum igdrom_status vbt_decode_bdb(struct cur *c, struct bdb_header *out) IGDROM_MUST_CHECK;

/* What is wrong with the two headers, where `left` bytes are at hand: IGDROM_OK when nothing is. */
enum igdrom_status vbt_check_headers(const struct cur *c, struct vbt_header *header,
				     struct bdb_header *bdb) IGDROM_MUST_CHECK;

/* Walks the blocks. */
void vbt_read_blocks(struct igdrom_vbt *vbt, struct igdrom_report *report);

/* The first block with this id, or NULL. */
const struct vbt_block *vbt_block(const struct igdrom_vbt *vbt, uint8_t id);

/* What the blocks say. */
void vbt_read_ports(struct igdrom_vbt *vbt, const struct vbt_block *block,
		    struct igdrom_report *report);
/* Panels after the ports, features after both: some are of the panel that is selected. */
void vbt_read_panels(struct igdrom_vbt *vbt);
void vbt_read_features(struct igdrom_vbt *vbt);

/* The offset in the file of a byte of the VBT. */
uint64_t vbt_at(const struct igdrom_vbt *vbt, size_t offset);

#endif
