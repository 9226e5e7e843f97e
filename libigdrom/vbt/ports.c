/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Display connectors: the child devices of the block "general definitions" (intel_vbt_defs.h,
 * struct bdb_general_definitions, struct child_device_config).
 */
#include "vbt/internal.h"

#include <stdio.h>

#define LEAST_CHILD_SIZE 22 /* newer versions have added bytes behind */
#define MOST_CHILD_SIZE  44 /* bytes with a known meaning */

/* Bits of the device type. */
#define TYPE_ANALOG      0x0001
#define TYPE_DISPLAYPORT 0x0004
#define TYPE_VIDEO       0x0008
#define TYPE_TMDS        0x0010
#define TYPE_LVDS        0x0020
#define TYPE_COMPOSITE   0x0200
#define TYPE_MIPI        0x0400
#define TYPE_NOT_HDMI    0x0800
#define TYPE_INTERNAL    0x1000

/* BDB versions that gave a field its meaning. */
#define SINCE_AUX           155 /* of a second DVO before */
#define SINCE_LANE_REVERSAL 184
#define SINCE_LSPCON        192
#define SINCE_TYPE_C        195
#define SINCE_HPD_INVERT    196
#define SINCE_TMDS_RATE     204
#define SINCE_THUNDERBOLT   209
#define SINCE_LINK_RATE     216
#define SINCE_LINK_RATE_2   230 /* other numbers from here on */
#define SINCE_LANE_COUNT    244

/* dvo_port: letter of the DDI; NULL for what is no DDI. */
static const char *const ddis[] = {
	[0] = "A",  [1] = "B",  [2] = "C",  [3] = "D",  [7] = "B",  [8] = "C",
	[9] = "D",  [10] = "A", [11] = "E", [12] = "E", [13] = "F", [14] = "F",
	[15] = "G", [16] = "G", [17] = "H", [18] = "H", [19] = "I", [20] = "I",
};
static const char *const dsi_ports[] = {"A", "B", "C", "D"}; /* dvo_port 21 .. 24 */
#define FIRST_DSI_PORT 21

static const char *aux_of(uint8_t channel)
{
	static const char *const letters[] = {"B", "C", "D", "A", "E", "F", "G", "H", "I"};

	if (channel & 0xf || channel < 0x10 || channel > 0x90)
		return NULL;
	return letters[(channel >> 4) - 1];
}

static const char *type_of(uint16_t bits)
{
	if (bits & TYPE_MIPI)
		return "DSI";
	if (bits & TYPE_DISPLAYPORT) {
		if (bits & TYPE_INTERNAL)
			return "eDP";
		return bits & TYPE_TMDS ? "DP++" : "DP";
	}
	if (bits & TYPE_TMDS)
		return bits & TYPE_NOT_HDMI ? "DVI-D" : "HDMI-A";
	if (bits & TYPE_LVDS)
		return "LVDS";
	if (bits & TYPE_COMPOSITE || (bits & TYPE_ANALOG && bits & TYPE_VIDEO))
		return "TV";
	return bits & TYPE_ANALOG ? "VGA" : "unknown";
}

static unsigned link_rate(unsigned bdb_version, uint8_t byte)
{
	static const unsigned first[] = {810000, 540000, 270000, 162000};
	static const unsigned second[] = {0,      162000,  270000,  540000,
					  810000, 1000000, 1350000, 2000000};

	if (bdb_version < SINCE_LINK_RATE)
		return 0;
	if (bdb_version >= SINCE_LINK_RATE_2)
		return second[byte & 7];
	return (byte & 7) < 4 ? first[byte & 7] : 0;
}

static unsigned tmds_rate(unsigned bdb_version, uint8_t byte)
{
	static const unsigned rates[] = {0, 297000, 165000, 594000, 340000, 300000, 0, 0};

	return bdb_version < SINCE_TMDS_RATE ? 0 : rates[byte >> 5];
}

static unsigned flags_of(unsigned bdb_version, const struct vbt_child *child)
{
	unsigned flags = 0;

	if (bdb_version >= SINCE_LANE_REVERSAL && child->flags & 0x02)
		flags |= IGDROM_VBT_PORT_LANE_REVERSAL;
	if (bdb_version >= SINCE_LSPCON && child->flags & 0x04)
		flags |= IGDROM_VBT_PORT_LSPCON;
	if (bdb_version >= SINCE_HPD_INVERT && child->flags & 0x10)
		flags |= IGDROM_VBT_PORT_HPD_INVERT;
	if (bdb_version >= SINCE_TYPE_C && child->usb_type_c & 0x01)
		flags |= IGDROM_VBT_PORT_TYPE_C;
	if (bdb_version >= SINCE_THUNDERBOLT && child->usb_type_c & 0x02)
		flags |= IGDROM_VBT_PORT_THUNDERBOLT;
	return flags;
}

/* The fields of an entry in their order; what a short one lacks are zeros. */
static enum igdrom_status decode_child(struct cur *c, struct vbt_child *out)
{
	out->handle = cur_u16le(c);
	out->device_type = cur_u16le(c);
	cur_skip(c, 3); /* I2C speed, redrivers */
	out->hdmi = cur_u8(c);
	cur_skip(c, 8);
	out->dvo_port = cur_u8(c);
	cur_skip(c, 2);
	out->ddc_pin = cur_u8(c);
	cur_skip(c, 3);
	out->flags = cur_u8(c);
	cur_skip(c, 1);
	out->aux_channel = cur_u8(c);
	cur_skip(c, 7);
	out->usb_type_c = cur_u8(c);
	cur_skip(c, 4);
	out->link_rate = cur_u8(c);
	return c->err;
}

static void add_port(struct igdrom_vbt *vbt, const struct vbt_child *child)
{
	struct igdrom_vbt_port *port = &vbt->ports[vbt->port_count++];
	unsigned version = vbt->bdb.version;
	unsigned dsi = child->dvo_port - FIRST_DSI_PORT;
	bool is_dp = child->device_type & TYPE_DISPLAYPORT;

	*port = (struct igdrom_vbt_port){
		.handle = child->handle,
		.device_type = child->device_type,
		.type = type_of(child->device_type),
		.aux = version >= SINCE_AUX ? aux_of(child->aux_channel) : NULL,
		.ddc = child->ddc_pin,
		.lanes = is_dp && version >= SINCE_LANE_COUNT ? (child->flags >> 6 & 3) + 1u : 0,
		.link_rate = is_dp ? link_rate(version, child->link_rate) : 0,
		.tmds_rate = tmds_rate(version, child->hdmi),
		.flags = flags_of(version, child),
	};
	if (child->dvo_port < sizeof(ddis) / sizeof(ddis[0]))
		port->ddi = ddis[child->dvo_port];
	if (child->device_type & TYPE_MIPI && dsi < 4)
		snprintf(port->name, sizeof(port->name), "%s %s", port->type, dsi_ports[dsi]);
	else if (port->ddi)
		snprintf(port->name, sizeof(port->name), "%s on DDI %s", port->type, port->ddi);
	else
		snprintf(port->name, sizeof(port->name), "%s", port->type);
}

static void read_child(struct igdrom_vbt *vbt, struct cur entry)
{
	uint8_t bytes[MOST_CHILD_SIZE] = {0};
	struct vbt_child child;
	struct cur c = cur_from(bytes, sizeof(bytes), 0);

	cur_bytes(&entry, bytes, entry.left < sizeof(bytes) ? entry.left : sizeof(bytes));
	if (decode_child(&c, &child) == IGDROM_OK && child.device_type != 0)
		add_port(vbt, &child);
}

/* What the bytes of an entry are in a BDB version (intel_bios.c, child_device_expected_size()). */
static size_t expected_size(unsigned bdb_version)
{
	static const struct {
		unsigned since;
		size_t size;
	} sizes[] = {{263, 44}, {256, 40}, {216, 39}, {196, 38}, {195, 37}, {111, 33}, {106, 27}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (bdb_version >= sizes[i].since)
			return sizes[i].size;
	}
	return LEAST_CHILD_SIZE;
}

/*
 * The table says how large an entry is. One table (Slim Bootloader, VbtMtlpLp5.dat) says what the
 * version before had, and has entries of its own version: they alone fill the block.
 */
static size_t child_size(const struct igdrom_vbt *vbt, size_t said, size_t bytes)
{
	size_t expected = expected_size(vbt->bdb.version);

	if (said < expected && bytes % said != 0 && bytes % expected == 0)
		return expected;
	return said;
}

void vbt_read_ports(struct igdrom_vbt *vbt, const struct vbt_block *block,
		    struct igdrom_report *report)
{
	struct cur c = cur_from(vbt->data + block->offset, block->size, block->offset);
	uint64_t at = vbt_at(vbt, block->offset + 4);
	uint8_t said;
	size_t size;

	cur_skip(&c, 4); /* pin of the CRT, DPMS, boot display */
	said = cur_u8(&c);
	if (c.err != IGDROM_OK)
		return;
	if (said < LEAST_CHILD_SIZE) {
		report_add(report, FINDING_VBT_CHILD_SIZE, at,
			   REPORT_ARGS(ARG_U(said), ARG_U(LEAST_CHILD_SIZE)));
		return;
	}
	size = child_size(vbt, said, c.left);
	if (size != said)
		report_add(report, FINDING_VBT_CHILD_STRIDE, at,
			   REPORT_ARGS(ARG_U(said), ARG_U(size), ARG_U(vbt->bdb.version)));
	for (; c.left >= size && vbt->port_count < VBT_MOST_PORTS; cur_skip(&c, size))
		read_child(vbt, cur_sub(&c, 0, size));
}

size_t igdrom_vbt_port_count(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->port_count : 0;
}

const struct igdrom_vbt_port *igdrom_vbt_port_at(const struct igdrom_vbt *vbt, size_t index)
{
	return index < igdrom_vbt_port_count(vbt) ? &vbt->ports[index] : NULL;
}

const char *igdrom_vbt_port_name(const struct igdrom_vbt_port *port)
{
	return port ? port->name : "";
}

const char *igdrom_vbt_port_type(const struct igdrom_vbt_port *port)
{
	return port ? port->type : "unknown";
}

bool igdrom_vbt_port_is_internal(const struct igdrom_vbt_port *port)
{
	return port && port->device_type & TYPE_INTERNAL;
}

const char *igdrom_vbt_port_ddi(const struct igdrom_vbt_port *port)
{
	return port ? port->ddi : NULL;
}

const char *igdrom_vbt_port_aux(const struct igdrom_vbt_port *port)
{
	return port ? port->aux : NULL;
}

unsigned igdrom_vbt_port_ddc(const struct igdrom_vbt_port *port)
{
	return port ? port->ddc : 0;
}

unsigned igdrom_vbt_port_lanes(const struct igdrom_vbt_port *port)
{
	return port ? port->lanes : 0;
}

unsigned igdrom_vbt_port_max_link_rate(const struct igdrom_vbt_port *port)
{
	return port ? port->link_rate : 0;
}

unsigned igdrom_vbt_port_max_tmds(const struct igdrom_vbt_port *port)
{
	return port ? port->tmds_rate : 0;
}

unsigned igdrom_vbt_port_handle(const struct igdrom_vbt_port *port)
{
	return port ? port->handle : 0;
}

unsigned igdrom_vbt_port_device_type(const struct igdrom_vbt_port *port)
{
	return port ? port->device_type : 0;
}

unsigned igdrom_vbt_port_flags(const struct igdrom_vbt_port *port)
{
	return port ? port->flags : 0;
}

const char *igdrom_vbt_port_flag_name(enum igdrom_vbt_port_flag flag)
{
	switch (flag) {
	case IGDROM_VBT_PORT_LANE_REVERSAL:
		return "lane-reversal";
	case IGDROM_VBT_PORT_LSPCON:
		return "lspcon";
	case IGDROM_VBT_PORT_HPD_INVERT:
		return "hpd-invert";
	case IGDROM_VBT_PORT_TYPE_C:
		return "type-c";
	case IGDROM_VBT_PORT_THUNDERBOLT:
		return "thunderbolt";
	}
	return "unknown";
}
