/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_uefi encode FILE...   compresses each file once: "SIZE STREAM FILE" a line
 * bench_uefi decode FILE...   time of decoding against time of copying the decoded bytes
 */
#include <igdrom/file.h>

#include "compress/uefi.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ROUNDS 20

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool encode(const char *name, struct igdrom_bytes file, struct igdrom_bytes *stream)
{
	enum igdrom_status status = uefi_compress(UEFI_EFI11, file.data, file.size, stream);

	if (status != IGDROM_OK)
		fprintf(stderr, "%s: %s\n", name, igdrom_strerror(status));
	return status == IGDROM_OK;
}

/* One round each of decoding and copying; adds the seconds. */
static bool decode(struct igdrom_bytes file, struct igdrom_bytes stream, uint8_t *copy,
		   double *decoding, double *copying)
{
	struct igdrom_bytes plain;
	double start = cpu_seconds();
	double middle;
	bool same;

	if (uefi_decompress(UEFI_EFI11, stream.data, stream.size, file.size, NULL, &plain) !=
	    IGDROM_OK)
		return false;
	middle = cpu_seconds();
	memcpy(copy, plain.data, plain.size);
	*copying += cpu_seconds() - middle;
	*decoding += middle - start;
	same = plain.size == file.size && !memcmp(copy, file.data, file.size);
	igdrom_bytes_free(&plain);
	return same;
}

static bool one_file(bool decoding, const char *name, double *seconds, double *copying,
		     uint64_t *bytes)
{
	struct igdrom_bytes file = {0}, stream = {0}, copy = {0};
	bool good = igdrom_file_read(name, NULL, NULL, &file) == IGDROM_OK &&
		    igdrom_file_read(name, NULL, NULL, &copy) == IGDROM_OK;

	if (!good)
		fprintf(stderr, "%s: cannot be read\n", name);
	good = good && encode(name, file, &stream);
	if (good && !decoding)
		printf("%zu %zu %s\n", file.size, stream.size, name);
	for (int i = 0; good && decoding && i < ROUNDS; i++)
		good = decode(file, stream, (uint8_t *)(uintptr_t)copy.data, seconds, copying);
	*bytes += file.size * ROUNDS;
	igdrom_bytes_free(&copy);
	igdrom_bytes_free(&stream);
	igdrom_bytes_free(&file);
	return good;
}

int main(int argc, char **argv)
{
	bool decoding = argc > 1 && !strcmp(argv[1], "decode");
	double seconds = 0, copying = 0;
	uint64_t bytes = 0;

	if (argc < 3 || (!decoding && strcmp(argv[1], "encode") != 0)) {
		fprintf(stderr, "usage: bench_uefi encode|decode FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		if (!one_file(decoding, argv[i], &seconds, &copying, &bytes))
			return 1;
	}
	if (decoding)
		printf("decoded %" PRIu64 " bytes at %.0f MB/s; time of decoding / copying: %.1f\n",
		       bytes, (double)bytes / seconds / 1e6, seconds / copying);
	return 0;
}
