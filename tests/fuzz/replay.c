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

/* What is done for one entry at most, so that a test stays short. */
#define PREFIXES  2000
#define MUTATIONS 4000

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

static void run_prefixes(const uint8_t *data, size_t size)
{
	size_t step = size / PREFIXES + 1;

	for (size_t n = 0; n < size; n += n < PREFIXES / 2 ? 1 : step)
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

static void run_mutations(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	uint32_t seed = (uint32_t)size;

	FUZZ_CHECK(copy);
	for (unsigned i = 0; size && i < MUTATIONS; i++) {
		memcpy(copy, data, size);
		for (uint32_t n = next_random(&seed) % 4 + 1; n; n--)
			mutate(copy, size, &seed);
		run(copy, size);
	}
	free(copy);
}

static int write_bytes(const char *dir, const char *name, const uint8_t *data, size_t size)
{
	char path[1024];
	FILE *file;
	int bad;

	snprintf(path, sizeof(path), "%s/%s.bin", dir, name);
	file = fopen(path, "wb");
	if (!file) {
		fprintf(stderr, "%s: cannot be written\n", path);
		return -1;
	}
	bad = fwrite(data, 1, size, file) != size;
	return fclose(file) || bad ? -1 : 0;
}

static int use_entry(const char *corpus, const char *name, const char *write_to)
{
	char path[1024];
	uint8_t *data;
	size_t size;
	int result = 0;

	snprintf(path, sizeof(path), "%s/%s", corpus, name);
	if (recipe_load(path, &data, &size))
		return -1;
	if (write_to) {
		result = write_bytes(write_to, name, data, size);
	} else {
		run(data, size);
		run_prefixes(data, size);
		run_mutations(data, size);
	}
	free(data);
	return result;
}

/* Adds to the counts; -1 when the folder cannot be read or has no recipe. */
static int use_corpus(const char *corpus, const char *write_to, unsigned *used, unsigned *bad)
{
	DIR *dir = opendir(corpus);
	unsigned before = *used;
	struct dirent *entry;

	if (!dir) {
		fprintf(stderr, "%s: cannot be read\n", corpus);
		return -1;
	}
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length < 4 || strcmp(entry->d_name + length - 4, ".txt") != 0 ||
		    strcmp(entry->d_name, "CMakeLists.txt") == 0)
			continue;
		++*used;
		*bad += use_entry(corpus, entry->d_name, write_to) != 0;
	}
	closedir(dir);
	return *used == before ? -1 : 0;
}

int main(int argc, char **argv)
{
	const char *write_to = argc > 3 && strcmp(argv[1], "--write") == 0 ? argv[2] : NULL;
	unsigned used = 0, bad = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s [--write DIR] CORPUS...\n", argv[0]);
		return 2;
	}
	for (int i = write_to ? 3 : 1; i < argc; i++)
		bad += use_corpus(argv[i], write_to, &used, &bad) != 0;
	printf("%u recipes, %u bad\n", used, bad);
	return bad != 0;
}
