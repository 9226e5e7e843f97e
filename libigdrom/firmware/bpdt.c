/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot partition descriptor tables: flash images of Apollo Lake and later (IFWI). A partition may
 * have a directory ($CPD) of its own; the firmware volumes are in parts of those (IBBP, OBBP).
 * Field layouts: coreboot, util/cbfstool/ifwitool.c.
 */
#include "firmware/containers.h"

#include <stdlib.h>
#include <string.h>

#define BPDT_SIGNATURE        UINT32_C(0x000055aa)
#define BPDT_SIGNATURE_YELLOW UINT32_C(0x00aa55aa) /* being recovered */
#define BPDT_MAX_VERSION      2
#define BPDT_MAX_ENTRIES      256
#define BPDT_MAX_TYPE         0xff /* the last known one is 45 */
#define BPDT_FLAGS_RESERVED   0xfff0
#define BPDT_SECONDARY        5
#define CPD_SIGNATURE         UINT32_C(0x44504324) /* "$CPD" */
#define CPD_MAX_ENTRIES       256
#define CPD_OFFSET            0x01ffffff
#define CPD_HEADER_2_SIZE     20

static const char *const partition_names[] = {
	"SMIP", "RBEP", "FTPR", "UCOD",  "IBBP",    "S-BPDT",      "OBBP",  "NFTP",
	"ISHC", "DLMP", "UEBP", "UTOK",  "UFS PHY", "UFS GPP LUN", "PMCP",  "IUNP",
	"NVMC", "UEP",  "WCOD", "LOCL",  "OEMP",    "FITC",        "PAVP",  "IOMP",
	"XPHY", "TBTP", "PLTS", "RES27", "RES28",   "RES29",       "RES30", "DPHY",
	"PCHC", "ISIF", "ISIC", "HBMI",  "OMSM",    "GTGP",        "MDFI",  "PUNP",
	"PHYP", "SAMF", "PPHY", "GBST",  "TCCP",    "PSEP",
};

#define PARTITION_NAME_COUNT (sizeof(partition_names) / sizeof(partition_names[0]))

struct table {
	struct bpdt_entry *entries;
	struct fw_part *parts;
	size_t count;
	bool secondary;
};

static bool decode(struct cur *c, struct bpdt_header *header)
{
	return fw_bpdt_decode_header(c, header) == IGDROM_OK &&
	       (header->signature == BPDT_SIGNATURE ||
		header->signature == BPDT_SIGNATURE_YELLOW) &&
	       header->version >= 1 && header->version <= BPDT_MAX_VERSION &&
	       header->entry_count >= 1 && header->entry_count <= BPDT_MAX_ENTRIES &&
	       header->entry_count <= c->left / BPDT_ENTRY_SIZE;
}

/* The signature is found in code as well, so the entries have to make sense. */
bool fw_is_bpdt(struct cur c)
{
	size_t size = c.left;
	struct bpdt_header header;
	bool used = false;

	if (!decode(&c, &header))
		return false;
	for (size_t i = 0; i < header.entry_count; i++) {
		struct bpdt_entry entry;

		if (fw_bpdt_decode_entry(&c, &entry) != IGDROM_OK || entry.type > BPDT_MAX_TYPE ||
		    entry.flags & BPDT_FLAGS_RESERVED)
			return false;
		used = used || (entry.size != 0 && entry.offset < size);
	}
	return used;
}

static void free_table(struct table *table)
{
	free(table->entries);
	free(table->parts);
}

/*
 * Reads the entries. shift: what is to be taken off their offsets, those of a secondary table
 * counting from the start of the first.
 */
static enum igdrom_status list_partitions(struct cur c, size_t count, uint64_t shift,
					  struct table *table)
{
	table->entries = calloc(count, sizeof(*table->entries));
	table->parts = calloc(count, sizeof(*table->parts));
	if (!table->entries || !table->parts)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		struct bpdt_entry *entry = &table->entries[i];

		if (fw_bpdt_decode_entry(&c, entry) != IGDROM_OK)
			return IGDROM_E_CORRUPT;
		if (entry->size == 0 || entry->offset == 0 || entry->offset == UINT32_MAX)
			continue;
		if (entry->offset < shift)
			continue;
		table->parts[table->count++] = fw_part(i, entry->offset - shift, entry->size);
	}
	return IGDROM_OK;
}

static enum igdrom_status read_entry(struct fw *fw, struct igdrom_firmware_node *parent,
				     struct fw_span span, const struct fw_part *part, void *context)
{
	const struct cpd_entry *entry = (const struct cpd_entry *)context + part->index;
	struct igdrom_firmware_node *node;
	enum igdrom_status status;

	status = fw_add(fw, parent, IGDROM_NODE_PARTITION, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, "module");
	status = fw_set_name(fw, node, entry->name, sizeof(entry->name));
	return status == IGDROM_OK ? fw_later(fw, node, fw_part_parser(part), span) : status;
}

/* The entries of a directory as parts; sizes of compressed modules are those of the plain ones. */
static size_t list_entries(struct cur c, size_t count, struct cpd_entry *entries,
			   struct fw_part *parts)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		if (fw_cpd_decode_entry(&c, &entries[i]) != IGDROM_OK)
			break;
		if ((entries[i].offset & CPD_OFFSET) != 0 && entries[i].size != 0)
			parts[used++] = fw_part(i, entries[i].offset & CPD_OFFSET, entries[i].size);
	}
	fw_parts_end_at_next(parts, used);
	return used;
}

/* Reads a partition with a directory; whatever else it is, it is searched. */
static enum igdrom_status read_directory(struct fw *fw, struct igdrom_firmware_node *parent,
					 struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct cpd_header header;
	struct cpd_entry *entries = NULL;
	struct fw_part *parts = NULL;
	enum igdrom_status status = IGDROM_E_CORRUPT;
	uint64_t table = CPD_HEADER_SIZE;
	size_t count = 0;

	if (fw_cpd_decode_header(&c, &header) == IGDROM_OK && header.signature == CPD_SIGNATURE) {
		table = header.version == 2 ? CPD_HEADER_2_SIZE : CPD_HEADER_SIZE;
		count = header.entry_count;
		c = fw_cur(span);
		c = cur_tail(&c, table);
	}
	if (count > 0 && count <= CPD_MAX_ENTRIES && count <= c.left / CPD_ENTRY_SIZE) {
		entries = calloc(count, sizeof(*entries));
		parts = calloc(count, sizeof(*parts));
		status = entries && parts ? IGDROM_OK : IGDROM_E_NOMEM;
	}
	if (status == IGDROM_OK) {
		table += CPD_ENTRY_SIZE * count;
		count = list_entries(c, count, entries, parts);
		fw_parts_settle(parts, count, table, span.size);
		status = fw_read_parts(fw, parent, span, parts, count, table, read_entry, entries);
	}
	free(entries);
	free(parts);
	return status == IGDROM_E_CORRUPT ? fw_later(fw, parent, fw_read_any, span) : status;
}

static fw_parser read_secondary;

static enum igdrom_status read_partition(struct fw *fw, struct igdrom_firmware_node *parent,
					 struct fw_span span, const struct fw_part *part,
					 void *context)
{
	const struct table *table = context;
	unsigned type = table->entries[part->index].type;
	const char *name = type < PARTITION_NAME_COUNT ? partition_names[type] : "unknown";
	struct igdrom_firmware_node *node;
	enum igdrom_status status;

	status = fw_add(fw, parent, IGDROM_NODE_PARTITION, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, type, name);
	if (part->offset != part->offset_read)
		return fw_later(fw, node, fw_read_raw_area, span);
	if (type == BPDT_SECONDARY && !table->secondary)
		return fw_later(fw, node, read_secondary, span);
	return fw_later(fw, node, read_directory, span);
}

static void report_faults(struct fw *fw, uint64_t at, const struct table *table, uint64_t size)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct fw_part *part = &table->parts[i];

		if (part->faults & (FW_PART_OUTSIDE | FW_PART_CUT))
			fw_note(fw, FINDING_FIRMWARE_PARTITION_OUTSIDE, at,
				REPORT_ARGS(ARG_U(part->index), ARG_U(part->offset_read),
					    ARG_U(size)));
		else if (part->faults & FW_PART_OVERLAP)
			fw_note(fw, FINDING_FIRMWARE_PARTITION_OVERLAP, at,
				REPORT_ARGS(ARG_U(part->index), ARG_U(part->offset_read)));
	}
}

static enum igdrom_status read_table(struct fw *fw, struct igdrom_firmware_node *parent,
				     struct fw_span span, uint64_t shift, bool secondary)
{
	struct cur all = fw_cur(span);
	struct cur c = all;
	struct bpdt_header header;
	struct table table = {.secondary = secondary};
	enum igdrom_status status;
	size_t header_size;

	if (!decode(&c, &header))
		return fw_later(fw, parent, fw_read_any, span);
	header_size = BPDT_HEADER_SIZE + (size_t)header.entry_count * BPDT_ENTRY_SIZE;
	status = list_partitions(c, header.entry_count, shift, &table);
	if (status == IGDROM_OK) {
		fw_parts_settle(table.parts, table.count, header_size, span.size);
		report_faults(fw, all.at, &table, span.size);
		status = fw_read_parts(fw, parent, span, table.parts, table.count, header_size,
				       read_partition, &table);
	}
	free_table(&table);
	return status;
}

/* A secondary table is a partition of the first, no deeper. */
static enum igdrom_status read_secondary(struct fw *fw, struct igdrom_firmware_node *parent,
					 struct fw_span span)
{
	return read_table(fw, parent, span, parent->offset - parent->parent->offset, true);
}

/* Where the last partition ends. */
static uint64_t table_extent(struct cur c, const struct bpdt_header *header)
{
	uint64_t size = c.left + BPDT_HEADER_SIZE;
	uint64_t end = BPDT_HEADER_SIZE + (uint64_t)header->entry_count * BPDT_ENTRY_SIZE;

	for (size_t i = 0; i < header->entry_count; i++) {
		struct bpdt_entry entry;

		if (fw_bpdt_decode_entry(&c, &entry) != IGDROM_OK)
			break;
		if (entry.size == 0 || entry.offset == 0 || entry.offset >= size)
			continue;
		if ((uint64_t)entry.offset + entry.size > end)
			end = (uint64_t)entry.offset + entry.size;
	}
	return end < size ? end : size;
}

enum igdrom_status fw_read_bpdt(struct fw *fw, struct igdrom_firmware_node *parent,
				struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct bpdt_header header;
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	size_t size;

	if (!decode(&c, &header))
		return fw_later(fw, parent, fw_read_raw_area, span);
	size = (size_t)table_extent(c, &header);
	status = fw_add(fw, parent, IGDROM_NODE_PARTITION, fw_sub(span, 0, size), BPDT_HEADER_SIZE,
			&node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, "BPDT");
	return read_table(fw, node, fw_sub(span, 0, size), 0, false);
}
