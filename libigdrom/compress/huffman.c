/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/huffman.h"

#include <string.h>

#define SYMBOL_BITS 9 /* a symbol in the lower bits of a key, its frequency above */
#define SYMBOL_MASK ((1U << SYMBOL_BITS) - 1)

/* Ascending. Counting sort by a byte at a time, least significant first; tmp is as large. */
static void sort_keys(uint32_t *key, uint32_t *tmp, unsigned n)
{
	uint32_t all = 0;

	for (unsigned i = 0; i < n; i++)
		all |= key[i];
	/* Keys come in the order of their symbols, so the symbol bits need no pass. */
	for (unsigned shift = SYMBOL_BITS; all >> shift; shift += 8) {
		uint16_t place[257] = {0};

		for (unsigned i = 0; i < n; i++)
			place[(key[i] >> shift & 0xff) + 1]++;
		for (unsigned i = 1; i < 256; i++)
			place[i] = (uint16_t)(place[i] + place[i - 1]);
		for (unsigned i = 0; i < n; i++)
			tmp[place[key[i] >> shift & 0xff]++] = key[i];
		memcpy(key, tmp, n * sizeof(*key));
	}
}

/*
 * Depths of the leaves of a Huffman tree, for ascending frequencies: depth[i] belongs to key[i], so
 * they descend. In the first pass parent[] holds the sums of inner nodes not used yet. The method
 * is Moffat's and Katajainen's. Returns the greatest depth.
 */
static unsigned tree_depths(const uint32_t *key, unsigned n, uint8_t *depth)
{
	uint32_t sum[CHAR_LEN_SYMBOLS];
	uint16_t parent[CHAR_LEN_SYMBOLS];
	unsigned leaf = 0, inner = 0, level = 0, at = n, available = 1, next = n - 1;

	for (unsigned node = 0; node < n - 1; node++) {
		sum[node] = 0;
		for (unsigned child = 0; child < 2; child++) {
			uint32_t weight = leaf < n ? key[leaf] >> SYMBOL_BITS : UINT32_MAX;

			if (inner < node && sum[inner] < weight) {
				sum[node] += sum[inner];
				parent[inner++] = (uint16_t)node;
			} else {
				sum[node] += weight;
				leaf++;
			}
		}
	}
	/* Inner node n - 2 is the root; what an inner node does not take at a level are leaves. */
	parent[n - 2] = (uint16_t)(n - 2);
	sum[n - 2] = 0; /* from here on, depths */
	for (unsigned node = n - 2; node-- > 0;)
		sum[node] = sum[parent[node]] + 1;
	for (; available; level++) {
		unsigned used = 0;

		while (next > 0 && sum[next - 1] == level) {
			used++;
			next--;
		}
		for (unsigned i = used; i < available; i++)
			depth[--at] = (uint8_t)level;
		available = 2 * used;
	}
	return level - 1;
}

/*
 * Package-merge: the best code whose lengths stay within limit. At each level the list is the
 * leaves merged with pairs of the list below; choosing the first 2n - 2 of the top list says how
 * many of the first ... of the next one are chosen, and each leaf among them is one bit longer.
 */
static void limited_depths(const uint32_t *key, unsigned n, unsigned limit, uint8_t *depth)
{
	uint32_t list[2][2 * CHAR_LEN_SYMBOLS];
	uint8_t is_leaf[CODE_LENGTH_MAX][2 * CHAR_LEN_SYMBOLS];
	unsigned size = 0, wanted = 2 * n - 2;

	for (unsigned level = 0; level < limit; level++) {
		const uint32_t *below = list[level & 1];
		uint32_t *now = list[~level & 1];
		unsigned pairs = size / 2, pair = 0, leaf = 0;

		for (size = 0; size < n + pairs; size++) {
			uint32_t package =
				pair < pairs ? below[2 * pair] + below[2 * pair + 1] : UINT32_MAX;
			bool take = leaf < n && key[leaf] >> SYMBOL_BITS <= package;

			is_leaf[level][size] = take;
			now[size] = take ? key[leaf++] >> SYMBOL_BITS : package;
			pair += !take;
		}
	}
	memset(depth, 0, n);
	for (unsigned level = limit; level-- > 0;) {
		unsigned leaves = 0;

		for (unsigned i = 0; i < wanted; i++)
			leaves += is_leaf[level][i];
		for (unsigned i = 0; i < leaves; i++)
			depth[i]++;
		wanted = 2 * (wanted - leaves);
	}
}

unsigned huffman_lengths(const uint32_t *frequency, unsigned n, unsigned limit, uint8_t *length,
			 unsigned *single)
{
	uint32_t key[CHAR_LEN_SYMBOLS], tmp[CHAR_LEN_SYMBOLS];
	uint8_t depth[CHAR_LEN_SYMBOLS];
	unsigned used = 0;

	for (unsigned i = 0; i < n; i++) {
		if (frequency[i])
			key[used++] = frequency[i] << SYMBOL_BITS | i;
	}
	memset(length, 0, n);
	*single = used ? key[0] & SYMBOL_MASK : 0;
	if (used < 2)
		return used;
	sort_keys(key, tmp, used);
	if (tree_depths(key, used, depth) > limit)
		limited_depths(key, used, limit, depth);
	for (unsigned i = 0; i < used; i++)
		length[key[i] & SYMBOL_MASK] = depth[i];
	return used;
}

void huffman_codes(const uint8_t *length, unsigned n, uint16_t *code)
{
	unsigned count[CODE_LENGTH_MAX + 1] = {0};
	unsigned next[CODE_LENGTH_MAX + 1] = {0};

	for (unsigned i = 0; i < n; i++)
		count[length[i]]++;
	count[0] = 0;
	for (unsigned i = 1; i <= CODE_LENGTH_MAX; i++)
		next[i] = (next[i - 1] + count[i - 1]) << 1;
	for (unsigned i = 0; i < n; i++)
		code[i] = length[i] ? (uint16_t)next[length[i]]++ : 0;
}
