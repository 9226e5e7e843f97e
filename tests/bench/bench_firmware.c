/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_firmware FILE...   for each image a line: seconds of opening it on one thread, of opening it
 * as by default, and of the reference decoders (liblzma, zlib, libbrotlidec; for UEFI's compression
 * ours) over the same streams on one thread; then the bytes they decode to. Medians of rounds in
 * which the three take turns; wall time.
 */
#include <igdrom/file.h>
#include <igdrom/firmware.h>

#include "compress/uefi.h"

#include <brotli/decode.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define ROUNDS        9
#define LEGACY_PREFIX 4     /* of "LZMA (Intel legacy)" */
#define AMD_HEADER    0x100 /* of "zlib" */
#define EDK2_HEADER   16    /* of "Brotli" */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool by_liblzma(struct igdrom_bytes in, uint8_t *out, size_t size)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret ret = lzma_alone_decoder(&s, UINT64_MAX);

	s.next_in = in.data;
	s.avail_in = in.size;
	s.next_out = out;
	s.avail_out = size;
	while (ret == LZMA_OK && s.avail_out)
		ret = lzma_code(&s, LZMA_RUN);
	lzma_end(&s);
	return s.total_out == size;
}

static bool by_zlib(struct igdrom_bytes in, uint8_t *out, size_t size)
{
	uLongf made = size;

	return uncompress(out, &made, in.data, in.size) == Z_OK && made == size;
}

static bool by_brotli(struct igdrom_bytes in, uint8_t *out, size_t size)
{
	size_t made = size;

	return BrotliDecoderDecompress(in.size, in.data, &made, out) ==
		       BROTLI_DECODER_RESULT_SUCCESS &&
	       made == size;
}

static bool by_uefi(enum uefi_variant variant, struct igdrom_bytes in, size_t size)
{
	struct igdrom_bytes out;
	bool good = uefi_decompress(variant, in.data, in.size, size, NULL, &out) == IGDROM_OK;

	igdrom_bytes_free(&out);
	return good;
}

static struct igdrom_bytes skip(struct igdrom_bytes in, size_t n)
{
	n = n < in.size ? n : in.size;
	return (struct igdrom_bytes){in.data + n, in.size - n};
}

/* With memory of its own, as who calls a decoder has to provide it. */
static bool decode(const char *method, struct igdrom_bytes in, size_t size)
{
	uint8_t *out;
	bool good = false;

	if (is(method, "EFI 1.1") || is(method, "Tiano"))
		return by_uefi(is(method, "Tiano") ? UEFI_TIANO : UEFI_EFI11, in, size);
	out = malloc(size ? size : 1);
	if (!out)
		return false;
	if (is(method, "LZMA") || is(method, "LZMAF86"))
		good = by_liblzma(in, out, size);
	else if (is(method, "LZMA (Intel legacy)"))
		good = by_liblzma(skip(in, LEGACY_PREFIX), out, size);
	else if (is(method, "zlib"))
		good = by_zlib(in, out, size) || by_zlib(skip(in, AMD_HEADER), out, size);
	else if (is(method, "Brotli"))
		good = by_brotli(skip(in, EDK2_HEADER), out, size);
	free(out);
	return good;
}

static double decode_all(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	double start = now();

	for (; node; node = igdrom_firmware_node_walk(node)) {
		const char *method = igdrom_firmware_node_compression(node);

		if (!igdrom_firmware_node_is_decoded(node))
			continue;
		if (!method || !decode(method, igdrom_firmware_node_body(node),
				       igdrom_firmware_node_decoded(node).size))
			fprintf(stderr, "not by a reference decoder: %s\n", method ? method : "?");
	}
	return now() - start;
}

static double open_once(struct igdrom_bytes file, const struct igdrom_limits *limits,
			struct igdrom_firmware **out)
{
	double start = now();

	if (igdrom_firmware_open(file.data, file.size, limits, NULL, out) != IGDROM_OK)
		*out = NULL;
	return now() - start;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

static int measure(const char *name, const struct igdrom_limits *one)
{
	double single[ROUNDS], several[ROUNDS], reference[ROUNDS];
	struct igdrom_bytes file = {0};
	uint64_t decoded = 0;

	if (igdrom_file_read(name, NULL, NULL, &file) != IGDROM_OK)
		return 1;
	for (int i = 0; i < ROUNDS; i++) {
		struct igdrom_firmware *a, *b;

		single[i] = open_once(file, one, &a);
		if (!a)
			return 1;
		decoded = igdrom_firmware_decoded_size(a);
		reference[i] = decode_all(a);
		igdrom_firmware_free(a);
		several[i] = open_once(file, NULL, &b);
		igdrom_firmware_free(b);
	}
	printf("%.4f %.4f %.4f %" PRIu64 " %s\n", median(single), median(several),
	       median(reference), decoded, name);
	igdrom_bytes_free(&file);
	return 0;
}

int main(int argc, char **argv)
{
	struct igdrom_limits *one = NULL;
	int failed = 0;

	if (igdrom_limits_new(&one) != IGDROM_OK ||
	    igdrom_limits_set(one, IGDROM_LIMIT_THREADS, 1) != IGDROM_OK)
		return 1;
	for (int i = 1; i < argc; i++) {
		if (measure(argv[i], one)) {
			fprintf(stderr, "%s: cannot be measured\n", argv[i]);
			failed = 1;
		}
	}
	igdrom_limits_free(one);
	return failed;
}
