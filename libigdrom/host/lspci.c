/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of lspci (pciutils: lspci.c, ls-kernel.c, ls-caps.c). A function is a line that starts
 * with its address, then indented lines (-v, -k), then rows of configuration space (-x, -xxx, -xxxx).
 */
#include "host/host.h"

#include "changes/file.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHADOW_ADDRESS 0xc0000u
#define ROW_MAX        16
#define ROM_INDEX      6

struct region {
	int index; /* -1: not said */
	struct igdrom_pci_bar bar;
};

struct reader {
	struct igdrom_host *host;
	struct igdrom_pci_function function; /* that is being read */
	bool open;
	bool verbose; /* -v was given */
	bool drivers; /* a line about a driver was seen, so -v or -k was given */
	uint8_t config[HOST_MAX_CONFIG];
	size_t config_size;
	struct region regions[HOST_BARS];
	size_t region_count;
	size_t dropped; /* functions without ids */
	bool no_memory;
	bool too_many;
};

/* Up to most hex digits at the start of text, which are taken off; false: there are none. */
static bool take_hex(struct part *text, size_t most, uint64_t *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t count = 0;

	*out = 0;
	while (count < most && count < text->size && text->p[count]) {
		const char *digit = strchr(digits, text->p[count] | 0x20);

		if (!digit)
			break;
		*out = *out << 4 | (uint64_t)(digit - digits);
		count++;
	}
	if (count)
		text->p += count;
	text->size -= count;
	return count > 0;
}

/* "8086:4680" with nothing else in it. */
static bool read_pair(struct part text, uint64_t *first, uint64_t *second)
{
	return text.size == 9 && take_hex(&text, 4, first) && part_starts(&text, ":") &&
	       take_hex(&text, 4, second) && !text.size;
}

/* What is between a mark and its end, from the first mark on; the rest begins behind it. */
static bool between(struct part *rest, char mark, char end, struct part *out)
{
	struct part before = part_until(rest, mark);

	if (!rest->size)
		return false;
	(void)before;
	*out = part_until(rest, end);
	return true;
}

/* "VGA compatible controller [0300]: Intel Corporation NAME [8086:4680] (rev 0c) (prog-if 00 [...])" */
static void read_heading(struct igdrom_pci_function *function, struct part text)
{
	uint64_t class_code = 0, prog_if = 0, vendor, device, revision;
	struct part rest = text, word = part_word(&rest), inner;
	bool has_class = false;

	/* -n: "0300: 8086:4680 (rev 0c)" */
	if (word.size == 5 && word.p[4] == ':')
		has_class = take_hex(&word, 4, &class_code) && part_is(word, ":");
	if (has_class && read_pair(part_word(&rest), &vendor, &device))
		function->id = (struct igdrom_pci_id){.vendor_id = (uint16_t)vendor,
						      .device_id = (uint16_t)device};
	for (rest = text; between(&rest, '[', ']', &inner);) {
		if (!has_class && inner.size == 4)
			has_class = take_hex(&inner, 4, &class_code) && !inner.size;
		else if (read_pair(inner, &vendor, &device))
			function->id = (struct igdrom_pci_id){.vendor_id = (uint16_t)vendor,
							      .device_id = (uint16_t)device};
	}
	for (rest = text; between(&rest, '(', ')', &inner);) {
		if (part_starts(&inner, "rev ") && take_hex(&inner, 2, &revision))
			function->revision = (int)revision;
		else if (part_starts(&inner, "prog-if "))
			(void)take_hex(&inner, 2, &prog_if);
	}
	if (function->id.vendor_id && has_class)
		function->id.class_code = (uint32_t)(class_code << 8 | prog_if);
	else
		function->id = (struct igdrom_pci_id){0};
}

static bool read_address(struct part *line, struct igdrom_pci_address *out)
{
	struct part rest = *line, word = part_word(&rest);
	char text[24];

	if (word.size < 7 || word.size >= sizeof(text))
		return false;
	memcpy(text, word.p, word.size);
	text[word.size] = '\0';
	if (igdrom_pci_address_parse(text, out) != IGDROM_OK)
		return false;
	*line = rest;
	return true;
}

static const struct igdrom_pci_bar *bar_at(const struct igdrom_pci_function *function,
					   const struct igdrom_pci_bar *bar, unsigned *index)
{
	for (*index = 0; *index < ROM_INDEX; (*index)++) {
		const struct igdrom_pci_bar *own = &function->bars[*index];

		if (function->has_bar[*index] && own->address == bar->address &&
		    own->is_io == bar->is_io)
			return own;
	}
	return NULL;
}

/* What -v says of base addresses, put beside what configuration space says. */
static void merge_regions(struct reader *reader)
{
	struct igdrom_pci_function *function = &reader->function;
	unsigned next = 0, index;

	for (size_t i = 0; i < reader->region_count; i++) {
		const struct region *region = &reader->regions[i];

		if (region->index >= 0)
			index = (unsigned)region->index;
		else if (!bar_at(function, &region->bar, &index))
			index = next;
		if (index >= HOST_BARS)
			continue;
		function->bars[index] = region->bar;
		function->has_bar[index] = true;
		if (index < ROM_INDEX)
			next = index + (region->bar.is_64bit ? 2 : 1);
	}
	if (!reader->verbose)
		return;
	function->rom = !function->has_bar[ROM_INDEX] ? IGDROM_PCI_ROM_NONE
			: function->bars[ROM_INDEX].address == SHADOW_ADDRESS
				? IGDROM_PCI_ROM_SHADOW
				: IGDROM_PCI_ROM_BAR;
}

static bool keep_config(struct reader *reader)
{
	static const size_t sizes[] = {HOST_MAX_CONFIG, 256, 64};
	struct igdrom_bytes *config = &reader->function.config;
	uint8_t *copy;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (reader->config_size < sizes[i])
			continue;
		copy = malloc(sizes[i]);
		if (!copy)
			return false;
		memcpy(copy, reader->config, sizes[i]);
		*config = (struct igdrom_bytes){.data = copy, .size = sizes[i]};
		break;
	}
	return true;
}

/* The function that was read up to here. */
static void finish(struct reader *reader)
{
	struct igdrom_pci_function *function = &reader->function;

	if (!reader->open)
		return;
	reader->open = false;
	if (!keep_config(reader))
		reader->no_memory = true;
	host_read_config(function);
	host_read_sriov(function);
	merge_regions(reader);
	if (reader->verbose && function->driver)
		function->bound = IGDROM_YES;
	if (!function->id.vendor_id)
		reader->dropped++;
	if (!function->id.vendor_id || reader->host->function_count == HOST_MAX_FUNCTIONS) {
		reader->too_many = reader->too_many || function->id.vendor_id;
		host_function_clear(function);
	} else if (!host_add_function(reader->host, function)) {
		reader->no_memory = true;
	}
}

static void begin(struct reader *reader, const struct igdrom_pci_address *address,
		  struct part heading)
{
	finish(reader);
	host_function_init(&reader->function);
	reader->function.address = *address;
	reader->open = true;
	reader->verbose = false;
	reader->config_size = 0;
	reader->region_count = 0;
	read_heading(&reader->function, heading);
}

/* "40: 09 00 0c 01 ..." */
static bool read_row(struct reader *reader, struct part line)
{
	uint64_t offset, byte;
	size_t count = 0;

	if (!take_hex(&line, 3, &offset) || !part_starts(&line, ": "))
		return false;
	/* Rows come in order; what does not is another text between them. */
	if (offset != reader->config_size)
		return true;
	for (; count < ROW_MAX && line.size && reader->config_size < HOST_MAX_CONFIG; count++) {
		if (!take_hex(&line, 2, &byte))
			break;
		reader->config[reader->config_size++] = (uint8_t)byte;
		line = part_trim(line);
	}
	return true;
}

/* "16M" */
static uint64_t read_size(struct part text)
{
	uint64_t size = 0;

	while (text.size && text.p[0] >= '0' && text.p[0] <= '9' && size < 1u << 20) {
		size = size * 10 + (uint64_t)(text.p[0] - '0');
		text.p++;
		text.size--;
	}
	if (part_is(text, "K"))
		return size << 10;
	if (part_is(text, "M"))
		return size << 20;
	if (part_is(text, "G"))
		return size << 30;
	return text.size ? 0 : size;
}

/* "Memory at 6000000000 (64-bit, non-prefetchable) [size=16M]", what -vv writes before it is off. */
static void read_region(struct reader *reader, struct part line, int index, bool is_io)
{
	struct region *region = &reader->regions[reader->region_count];
	struct part rest, inner;

	if (reader->region_count == HOST_BARS)
		return;
	*region = (struct region){.index = index, .bar = {.is_io = is_io}};
	line = part_trim(line);
	if (!take_hex(&line, 16, &region->bar.address))
		return; /* "<unassigned>" */
	rest = line;
	if (between(&rest, '(', ')', &inner)) {
		region->bar.is_64bit = part_starts(&inner, "64-bit");
		part_until(&inner, ',');
		region->bar.is_prefetchable = part_is(part_trim(inner), "prefetchable");
	}
	for (rest = line; between(&rest, '[', ']', &inner);) {
		if (part_starts(&inner, "size="))
			region->bar.size = read_size(inner);
	}
	reader->region_count++;
}

static void read_group(struct reader *reader, struct part text)
{
	int group = 0;

	text = part_trim(text);
	for (size_t i = 0; i < text.size && i < 6 && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		group = group * 10 + (text.p[i] - '0');
	if (text.size && text.p[0] >= '0' && text.p[0] <= '9')
		reader->function.group = group;
}

static void read_driver(struct reader *reader, struct part name)
{
	char **driver = &reader->function.driver;

	name = part_trim(name);
	reader->drivers = true;
	if (*driver || !name.size || name.size > 64)
		return;
	*driver = text_clean(name.p, name.size, name.size);
	if (!*driver)
		reader->no_memory = true;
}

static void read_subsystem(struct reader *reader, struct part text)
{
	uint64_t vendor, device;
	struct part inner, rest = text;

	if (read_pair(part_trim(text), &vendor, &device))
		reader->function.subsystem = (uint32_t)(device << 16 | vendor);
	while (between(&rest, '[', ']', &inner)) {
		if (read_pair(inner, &vendor, &device))
			reader->function.subsystem = (uint32_t)(device << 16 | vendor);
	}
}

/* A line of -v or -k. */
static void read_detail(struct reader *reader, struct part line)
{
	struct part word;
	int index = -1;

	if (part_starts(&line, "Flags:")) {
		reader->verbose = true;
		while (line.size) {
			word = part_trim(part_until(&line, ','));
			if (part_starts(&word, "IOMMU group"))
				read_group(reader, word);
		}
		return;
	}
	if (part_starts(&line, "Control:"))
		reader->verbose = true;
	if (part_starts(&line, "IOMMU group:"))
		read_group(reader, line);
	else if (part_starts(&line, "Subsystem:"))
		read_subsystem(reader, line);
	else if (part_starts(&line, "Kernel driver in use:"))
		read_driver(reader, line);
	else if (part_starts(&line, "Expansion ROM at"))
		read_region(reader, line, ROM_INDEX, false);
	if (part_starts(&line, "Region ") && line.size > 2 && line.p[0] >= '0' &&
	    line.p[0] <= '5') {
		index = line.p[0] - '0';
		part_until(&line, ':');
		line = part_trim(line);
	}
	if (part_starts(&line, "Memory at"))
		read_region(reader, line, index, false);
	else if (part_starts(&line, "I/O ports at"))
		read_region(reader, line, index, true);
}

static void read_text(struct reader *reader, struct part rest)
{
	struct igdrom_pci_address address;
	struct part line;

	while (part_line(&rest, &line) && !reader->no_memory) {
		line = part_trim(line);
		if (read_address(&line, &address))
			begin(reader, &address, line);
		else if (reader->open && !read_row(reader, line))
			read_detail(reader, line);
	}
	finish(reader);
	host_function_clear(&reader->function);
}

/* What a text as a whole tells of its functions. */
static void conclude(struct reader *reader)
{
	struct igdrom_host *host = reader->host;

	host_sort_functions(host);
	host_tie_virtual_functions(host);
	for (size_t i = 0; i < host->function_count; i++) {
		struct igdrom_pci_function *function = &host->functions[i];

		if (reader->drivers)
			function->bound = function->driver ? IGDROM_YES : IGDROM_NO;
		if (function->group >= 0)
			host->system.iommu = IGDROM_YES;
	}
}

enum igdrom_status igdrom_host_from_lspci(const void *text, size_t size,
					  struct igdrom_report *report, struct igdrom_host **out)
{
	struct reader *reader;
	enum igdrom_status status = IGDROM_OK;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (size && !text)
		return IGDROM_E_INVAL;
	if (size > IGDROM_HOST_MAX_LSPCI_BYTES)
		return IGDROM_E_LIMIT;
	reader = calloc(1, sizeof(*reader));
	if (!reader || !(reader->host = host_new())) {
		free(reader);
		return IGDROM_E_NOMEM;
	}
	host_function_init(&reader->function);
	read_text(reader, (struct part){text, size});
	conclude(reader);
	if (reader->too_many)
		SAY(report, "host-too-many", SAY_TEXT("lspci"), SAY_NUMBER(HOST_MAX_FUNCTIONS));
	if (reader->no_memory)
		status = IGDROM_E_NOMEM;
	else if (!reader->host->function_count)
		status = IGDROM_E_NOT_RECOGNIZED;
	if (status == IGDROM_E_NOT_RECOGNIZED)
		SAY(report, "host-lspci-no-functions", SAY_NUMBER(reader->dropped));
	if (status == IGDROM_OK) {
		host_judge_config(reader->host, report);
		*out = reader->host;
	} else {
		igdrom_host_close(reader->host);
	}
	free(reader);
	return status;
}
