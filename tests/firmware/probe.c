/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads firmware images with the library and says what came of it, for the tests in Python:
 *
 *	probe show FILE [LIMIT=VALUE]...
 *	                    nodes, findings, status and what it cost, one a line, fields by tabs;
 *	                    limits by number (igdrom/limits.h)
 *	probe cost FILE [LIMIT=VALUE]...
 *	                    the same without the nodes
 *	probe find FILE     GOP drivers, VBTs and video BIOSes, each with the places it is in
 *	probe sweep FILE    reads the image cut at every boundary of a header, and with every byte of
 *	                    every header changed, alone and as the first of a number; fails when a tree
 *	                    contradicts itself
 */
#include <igdrom/firmware.h>
#include <igdrom/open.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most bytes of one header that are changed one by one: the longest has 0x48 and its block map. */
#define MOST_HEADER 0x60
#define MOST_PLACES 200000

struct image {
	uint8_t *data;
	size_t size;
};

static void need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static struct image load(const char *path)
{
	struct image image = {0};
	FILE *file = fopen(path, "rb");
	long size;

	need(file && !fseek(file, 0, SEEK_END), "the image can be opened");
	size = ftell(file);
	need(size >= 0 && !fseek(file, 0, SEEK_SET), "its size is known");
	image.size = (size_t)size;
	image.data = malloc(image.size ? image.size : 1);
	need(image.data && fread(image.data, 1, image.size, file) == image.size, "it can be read");
	fclose(file);
	return image;
}

static uint32_t crc32(struct igdrom_bytes bytes)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < bytes.size; i++) {
		crc ^= bytes.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

static unsigned depth_of(const struct igdrom_firmware_node *node)
{
	unsigned depth = 0;

	while ((node = igdrom_firmware_node_parent(node)))
		depth++;
	return depth;
}

/* A text in one field. */
static void put_text(const char *text)
{
	putchar('\t');
	for (; text && *text; text++)
		putchar((unsigned char)*text < ' ' ? '?' : *text);
}

static void put_node(const struct igdrom_firmware_node *node)
{
	struct igdrom_bytes bytes = igdrom_firmware_node_bytes(node);
	struct igdrom_bytes body = igdrom_firmware_node_body(node);
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(node);
	bool hashed = kind != IGDROM_NODE_PADDING && kind != IGDROM_NODE_FREE_SPACE;

	printf("node\t%u", depth_of(node));
	put_text(igdrom_node_kind_name(kind));
	printf("\t%u", igdrom_firmware_node_type_number(node));
	put_text(igdrom_firmware_node_type(node));
	put_text(igdrom_firmware_node_guid(node));
	put_text(igdrom_firmware_node_name(node));
	printf("\t%" PRIu64 "\t%zu\t%08X", igdrom_firmware_node_offset(node), bytes.size,
	       hashed ? crc32(bytes) : 0);
	printf("\t%zu\t%08X", body.size, hashed ? crc32(body) : 0);
	put_text(igdrom_firmware_node_compression(node));
	printf("\t%zu\t%d\t%" PRIu64 "\n", igdrom_firmware_node_decoded(node).size,
	       igdrom_firmware_node_in_file(node), igdrom_firmware_node_file_offset(node));
}

/* The most memory this program had at once, in KiB; what the shell before it had does not count. */
static long peak_memory(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[128];
	long peak = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "VmHWM:", 6))
			peak = strtol(line + 6, NULL, 10);
	}
	if (file)
		fclose(file);
	return peak;
}

static bool count_work(void *user, uint64_t done, uint64_t total)
{
	uint64_t *work = user;

	(void)total;
	if (done > *work)
		*work = done;
	return true;
}

static void put_findings(const struct igdrom_report *report)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		uint64_t at = igdrom_finding_offset(finding);

		printf("finding\t%s\t%s\t", igdrom_severity_name(igdrom_finding_severity(finding)),
		       igdrom_finding_code(finding));
		if (at == IGDROM_NO_OFFSET)
			printf("-");
		else
			printf("0x%" PRIx64, at);
		put_text(igdrom_finding_text(finding));
		putchar('\n');
	}
	printf("dropped\t%zu\n", igdrom_report_dropped(report));
}

static void set_limits(struct igdrom_limits *limits, char **words, int count)
{
	for (int i = 0; i < count; i++) {
		char *end;
		unsigned long which = strtoul(words[i], &end, 10);

		need(*end == '=', "a limit is NUMBER=VALUE");
		need(!igdrom_limits_set(limits, (enum igdrom_limit)which,
					strtoull(end + 1, NULL, 0)),
		     "the limit can be set");
	}
}

static int show(const char *path, bool nodes, char **words, int count)
{
	struct image image = load(path);
	struct igdrom_report *report = NULL;
	struct igdrom_limits *limits = NULL;
	struct igdrom_firmware *firmware = NULL;
	uint64_t work = 0;
	long peak;
	enum igdrom_status status;

	need(!igdrom_report_new(&report) && !igdrom_limits_new(&limits), "there is memory");
	need(!igdrom_limits_set_progress(limits, count_work, &work), "progress can be asked for");
	set_limits(limits, words, count);
	status = igdrom_firmware_open(image.data, image.size, limits, report, &firmware);
	peak = peak_memory();
	printf("status\t%s\n", igdrom_status_name(status));
	need(!status == !!firmware, "an image comes with success, and only then");
	if (firmware) {
		const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);

		for (; nodes && node; node = igdrom_firmware_node_walk(node))
			put_node(node);
		printf("cost\t%zu\t%" PRIu64 "\t%" PRIu64 "\t%ld\n",
		       igdrom_firmware_node_count(firmware), igdrom_firmware_decoded_size(firmware),
		       work, peak);
	}
	put_findings(report);
	igdrom_firmware_free(firmware);
	igdrom_report_free(report);
	igdrom_limits_free(limits);
	free(image.data);
	return 0;
}

static void put_found(const char *what, const char *version, const struct igdrom_found *found)
{
	struct igdrom_bytes bytes;

	need(!igdrom_found_bytes(found, IGDROM_FORM_BARE, &bytes), "what was found has bytes");
	printf("found\t%s\t%s\t%zu\t%s\n", what, version, bytes.size, igdrom_found_sha256(found));
	for (size_t i = 0; i < igdrom_found_place_count(found); i++) {
		printf("place");
		put_text(igdrom_found_guid(found, i));
		put_text(igdrom_found_name(found, i));
		put_text(igdrom_found_path(found, i));
		putchar('\n');
	}
}

static void put_contents(const struct igdrom_contents *contents)
{
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++) {
		const char *version = igdrom_gop_version(igdrom_contents_gop_at(contents, i));

		put_found("gop", version ? version : "", igdrom_contents_gop_found(contents, i));
	}
	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++)
		put_found("vbt", "", igdrom_contents_vbt_found(contents, i));
	for (size_t i = 0; i < igdrom_contents_vbios_count(contents); i++)
		put_found("vbios", "", igdrom_contents_vbios_found(contents, i));
}

static int find(const char *path)
{
	struct image image = load(path);
	struct igdrom_report *report = NULL;
	struct igdrom_contents *contents;
	enum igdrom_status status;

	need(!igdrom_report_new(&report), "there is memory");
	status = igdrom_contents_open(image.data, image.size, NULL, report, &contents);
	printf("status\t%s\n", igdrom_status_name(status));
	if (contents)
		put_contents(contents);
	put_findings(report);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
	free(image.data);
	return 0;
}

/* What is true of every node, whatever the bytes are. */
static void check_node(const struct igdrom_firmware_node *node)
{
	struct igdrom_bytes bytes = igdrom_firmware_node_bytes(node);
	struct igdrom_bytes body = igdrom_firmware_node_body(node);
	struct igdrom_bytes decoded = igdrom_firmware_node_decoded(node);
	const char *name = igdrom_firmware_node_name(node);
	const char *guid = igdrom_firmware_node_guid(node);
	const struct igdrom_firmware_node *parent = igdrom_firmware_node_parent(node);
	volatile uint8_t sink;

	need(igdrom_firmware_node_type(node) && igdrom_firmware_node_kind(node), "a kind, a type");
	need(body.size <= bytes.size, "the body is not longer than the whole");
	need(!body.size ||
		     (body.data >= bytes.data && body.data + body.size <= bytes.data + bytes.size),
	     "the body lies inside");
	need(!guid || strlen(guid) == 36, "a GUID has 36 characters");
	need(!name || strlen(name) < 0x10000, "a name ends");
	need(!decoded.size || igdrom_firmware_node_is_decoded(node), "decoded bytes are said so");
	if (bytes.size)
		sink = bytes.data[0] ^ bytes.data[bytes.size - 1];
	if (decoded.size)
		sink = decoded.data[0] ^ decoded.data[decoded.size - 1];
	(void)sink;
	if (parent && igdrom_firmware_node_in_file(node))
		need(igdrom_firmware_node_in_file(parent),
		     "what lies in the file has its parent there");
}

static void check_tree(const struct igdrom_firmware *firmware, size_t size)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	size_t count = 0;
	char *path;

	need(igdrom_firmware_node_bytes(node).size == size, "the root is the whole input");
	for (; node; node = igdrom_firmware_node_walk(node), count++) {
		check_node(node);
		if (!igdrom_firmware_node_first_child(node)) {
			need(!igdrom_firmware_node_path(node, &path), "a leaf has a path");
			igdrom_string_free(path);
		}
	}
	need(count == igdrom_firmware_node_count(firmware), "a walk meets every node once");
}

static void check_found(const struct igdrom_found *found)
{
	struct igdrom_bytes bytes, stored;

	need(!igdrom_found_bytes(found, IGDROM_FORM_BARE, &bytes) && bytes.size, "it has bytes");
	need(strlen(igdrom_found_sha256(found)) == 64, "and a digest");
	/* It may be less than what is bare, when the size of the section is a lie. */
	if (!igdrom_found_bytes(found, IGDROM_FORM_STORED, &stored))
		need(stored.data && stored.size, "what is stored has bytes");
	for (size_t i = 0; i < igdrom_found_place_count(found); i++)
		need(igdrom_found_path(found, i), "each place has a path");
}

static void find_hostile(const struct igdrom_limits *limits, const uint8_t *data, size_t size)
{
	struct igdrom_contents *contents;

	if (igdrom_contents_open(data, size, limits, NULL, &contents))
		return;
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++)
		check_found(igdrom_contents_gop_found(contents, i));
	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++)
		check_found(igdrom_contents_vbt_found(contents, i));
	igdrom_contents_free(contents);
}

/* In a buffer of exactly that size, for the sanitizers. */
static void read_hostile(const struct igdrom_limits *limits, const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct igdrom_report *report = NULL;
	struct igdrom_firmware *firmware;
	enum igdrom_status status;

	need(copy && !igdrom_report_new(&report), "there is memory");
	if (size)
		memcpy(copy, data, size);
	status = igdrom_firmware_open(copy, size, limits, report, &firmware);
	free(copy);
	need(status == IGDROM_OK || status == IGDROM_E_NOT_RECOGNIZED || status == IGDROM_E_INVAL,
	     "bad bytes are findings");
	if (!status)
		check_tree(firmware, size);
	igdrom_firmware_free(firmware);
	igdrom_report_free(report);
}

/* Marks where headers of the image lie: 1 a byte of one, 2 the first byte behind it as well. */
static size_t mark_headers(const struct igdrom_firmware *firmware, uint8_t *marks, size_t size)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	size_t places = 0;

	for (; node; node = igdrom_firmware_node_walk(node)) {
		struct igdrom_bytes bytes = igdrom_firmware_node_bytes(node);
		struct igdrom_bytes body = igdrom_firmware_node_body(node);
		size_t header = body.size ? (size_t)(body.data - bytes.data) : bytes.size;
		size_t at = (size_t)igdrom_firmware_node_offset(node);

		if (!igdrom_firmware_node_in_file(node))
			continue;
		marks[at] |= 2;
		marks[at + header] |= 2;
		marks[at + bytes.size] |= 2;
		for (size_t i = 0; i < header && i < MOST_HEADER; i++)
			marks[at + i] |= 1;
	}
	for (size_t i = 0; i < size; i++)
		places += marks[i] != 0;
	return places;
}

/* The image with one byte changed in three ways, and with numbers of four bytes at the same place. */
static size_t change_place(const struct igdrom_limits *limits, struct image image, size_t at)
{
	static const uint8_t change[] = {0x01, 0x80, 0xff};
	static const uint32_t edge[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
	size_t width = image.size - at < 4 ? image.size - at : 4;
	uint8_t old[4];

	memcpy(old, image.data + at, width);
	for (size_t n = 0; n < sizeof(change); n++) {
		image.data[at] ^= change[n];
		read_hostile(limits, image.data, image.size);
		if (n == 0)
			find_hostile(limits, image.data, image.size);
		image.data[at] = old[0];
	}
	for (size_t n = 0; n < sizeof(edge) / sizeof(edge[0]); n++) {
		for (size_t i = 0; i < width; i++)
			image.data[at + i] = (uint8_t)(edge[n] >> 8 * i);
		read_hostile(limits, image.data, image.size);
	}
	memcpy(image.data + at, old, width);
	return sizeof(change) + sizeof(edge) / sizeof(edge[0]);
}

static int sweep(const char *path)
{
	struct image image = load(path);
	uint8_t *marks = calloc(1, image.size + 1);
	struct igdrom_limits *limits = NULL;
	struct igdrom_firmware *firmware;
	size_t runs = 0, places;

	need(marks && !igdrom_limits_new(&limits), "there is memory");
	need(!igdrom_limits_set(limits, IGDROM_LIMIT_THREADS, 1), "one thread can be asked for");
	need(!igdrom_firmware_open(image.data, image.size, limits, NULL, &firmware), "it is good");
	places = mark_headers(firmware, marks, image.size);
	igdrom_firmware_free(firmware);
	need(places && places < MOST_PLACES, "there are headers, and not too many");
	for (size_t i = 0; i <= image.size; i++) {
		if (marks[i] & 2) {
			read_hostile(limits, image.data, i);
			find_hostile(limits, image.data, i);
			read_hostile(limits, image.data, i ? i - 1 : 0);
			runs += 2;
		}
		if (marks[i] & 1)
			runs += change_place(limits, image, i);
	}
	printf("%zu places, %zu runs\n", places, runs);
	igdrom_limits_free(limits);
	free(marks);
	free(image.data);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && (!strcmp(argv[1], "show") || !strcmp(argv[1], "cost")))
		return show(argv[2], argv[1][0] == 's', argv + 3, argc - 3);
	if (argc == 3 && !strcmp(argv[1], "find"))
		return find(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "sweep"))
		return sweep(argv[2]);
	fprintf(stderr, "usage: probe show|cost|find|sweep FILE [LIMIT=VALUE]...\n");
	return 2;
}
