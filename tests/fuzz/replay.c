/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target without libFuzzer: the recipes of a corpus, all their prefixes, and mutations
 * that are the same in every run.
 *
 * replay_NAME CORPUS...; replay_NAME --write DIR CORPUS... writes the bytes of the recipes to DIR.
 */
#include "fuzz/fuzz.h"
#include "fixtures/recipe.h"

#include <dirent.h>
#include <string.h>

/* What is done for one entry at most, and for all of them, so that a test stays short. */
#define PREFIXES         2000
#define PREFIXES_IN_ALL  20000
#define MUTATIONS        4000
#define MUTATIONS_IN_ALL 40000
#define MAX_ENTRIES      1000
#define PATH_BYTES       1024

struct corpus {
	char path[MAX_ENTRIES][PATH_BYTES];
	size_t count;
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

/* In a buffer of exactly that size, for the sanitizers. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	FUZZ_CHECK(copy);
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static size_t share(size_t most, size_t in_all, size_t entries)
{
	return in_all / entries < most ? in_all / entries + 1 : most;
}

static void run_prefixes(const uint8_t *data, size_t size, size_t most)
{
	size_t step = size / most + 1;

	for (size_t n = 0; n < size; n += n < most / 2 ? 1 : step)
		run(data, n);
}

/* A little-endian number of two or four bytes: one that wraps, or close to the size. */
static void put_number(uint8_t *data, size_t left, size_t size, uint32_t *seed)
{
	static const uint32_t edge[] = {0,          0x7fff,     0x8000,     0xffff,
					0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
	size_t width = next_random(seed) & 1 ? 2 : 4;
	uint32_t pick = next_random(seed) % 12;
	uint32_t value = pick < 8 ? edge[pick] : (uint32_t)size + pick - 10;

	for (size_t i = 0; i < width && i < left; i++)
		data[i] = (uint8_t)(value >> 8 * i);
}

static void mutate(uint8_t *data, size_t size, uint32_t *seed)
{
	static const uint8_t edge[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff};
	size_t at = next_random(seed) % size;
	uint32_t value = next_random(seed);

	switch (next_random(seed) % 5) {
	case 0:
		data[at] ^= (uint8_t)(1U << value % 8);
		break;
	case 1:
		data[at] = edge[value % sizeof(edge)];
		break;
	case 2:
		data[at] = (uint8_t)value;
		break;
	case 3:
		put_number(data + at, size - at, size, seed);
		break;
	default: /* bytes from elsewhere */
		for (size_t i = value % 8 + 1, from = value / 8 % size; i; i--) {
			data[at] = data[from];
			at = (at + 1) % size;
			from = (from + 1) % size;
		}
	}
}

static void run_mutations(const uint8_t *data, size_t size, size_t most)
{
	uint8_t *copy = malloc(size ? size : 1);
	uint32_t seed = (uint32_t)size;

	FUZZ_CHECK(copy);
	for (size_t i = 0; size && i < most; i++) {
		memcpy(copy, data, size);
		for (uint32_t n = next_random(&seed) % 4 + 1; n; n--)
			mutate(copy, size, &seed);
		run(copy, size);
	}
	free(copy);
}

static int write_bytes(const char *dir, size_t number, const uint8_t *data, size_t size)
{
	char path[PATH_BYTES];
	FILE *file;
	int bad;

	snprintf(path, sizeof(path), "%s/%zu.bin", dir, number);
	file = fopen(path, "wb");
	if (!file) {
		fprintf(stderr, "%s: cannot be written\n", path);
		return -1;
	}
	bad = fwrite(data, 1, size, file) != size;
	return fclose(file) || bad ? -1 : 0;
}

static int use_entry(const struct corpus *corpus, size_t i, const char *write_to)
{
	uint8_t *data;
	size_t size;
	int result = 0;

	if (recipe_load(corpus->path[i], &data, &size))
		return -1;
	if (write_to) {
		result = write_bytes(write_to, i, data, size);
	} else {
		run(data, size);
		run_prefixes(data, size, share(PREFIXES, PREFIXES_IN_ALL, corpus->count));
		run_mutations(data, size, share(MUTATIONS, MUTATIONS_IN_ALL, corpus->count));
	}
	free(data);
	return result;
}

/* Adds the recipes of a folder; -1 when it cannot be read or has none. */
static int list_folder(const char *folder, struct corpus *corpus)
{
	DIR *dir = opendir(folder);
	size_t before = corpus->count;
	struct dirent *entry;

	if (!dir) {
		fprintf(stderr, "%s: cannot be read\n", folder);
		return -1;
	}
	while (corpus->count < MAX_ENTRIES && (entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length < 4 || strcmp(entry->d_name + length - 4, ".txt") != 0 ||
		    strcmp(entry->d_name, "CMakeLists.txt") == 0)
			continue;
		snprintf(corpus->path[corpus->count++], PATH_BYTES, "%s/%s", folder, entry->d_name);
	}
	closedir(dir);
	return corpus->count == before ? -1 : 0;
}

int main(int argc, char **argv)
{
	static struct corpus corpus;
	const char *write_to = argc > 3 && strcmp(argv[1], "--write") == 0 ? argv[2] : NULL;
	unsigned bad = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s [--write DIR] CORPUS...\n", argv[0]);
		return 2;
	}
	for (int i = write_to ? 3 : 1; i < argc; i++)
		bad += list_folder(argv[i], &corpus) != 0;
	for (size_t i = 0; i < corpus.count; i++)
		bad += use_entry(&corpus, i, write_to) != 0;
	printf("%zu recipes, %u bad\n", corpus.count, bad);
	return bad != 0;
}
