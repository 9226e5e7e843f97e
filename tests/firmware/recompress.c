/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packs bytes again with the library, for a test in Python that has other tools look at them:
 *
 *	recompress stream METHOD LIKE PLAIN OUT
 *	                    the stream of PLAIN in the place of the stream LIKE
 *	recompress insert IMAGE FILE OUT [EXPANDED]
 *	                    IMAGE with a file of a volume put at the end of the volume with the DXE core;
 *	                    EXPANDED: the limit on expanded bytes when it is saved
 *	recompress cancel IMAGE FILE N
 *	                    the same, canceled when it tells for the Nth time how far it is (0: never);
 *	                    prints how often it told
 *
 * Prints the status, then the codes of warnings and errors, one a line.
 */
#include <igdrom/edit.h>

#include "compress/brotli.h"
#include "compress/lzma.h"
#include "compress/zlib.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void store(const char *path, struct igdrom_bytes bytes)
{
	FILE *file = fopen(path, "wb");

	need(file && fwrite(bytes.data, 1, bytes.size, file) == bytes.size && !fclose(file),
	     "the file can be written");
}

static int pack(char **words)
{
	static const struct {
		const char *name;
		compressor *compress;
	} methods[] = {
		{"lzma", lzma_alone_compress},    {"x86", lzma_x86_compress},
		{"zlib", zlib_compress},          {"gzip", gzip_compress},
		{"brotli", brotli_edk2_compress},
	};
	struct igdrom_bytes like = load(words[1]), plain = load(words[2]), out = {0};
	enum igdrom_status status = IGDROM_E_INVAL;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strcmp(words[0], methods[i].name) == 0)
			status = methods[i].compress(plain, like, NULL, &out);
	}
	if (status == IGDROM_OK)
		store(words[3], out);
	puts(igdrom_status_name(status));
	igdrom_bytes_free(&like);
	igdrom_bytes_free(&plain);
	igdrom_bytes_free(&out);
	return 0;
}

struct told {
	unsigned long count, cancel_at;
	uint64_t done;
};

static bool tell(void *user, uint64_t done, uint64_t total)
{
	struct told *told = user;

	need(done >= told->done && done <= total, "it goes on, and not beyond the end");
	told->done = done;
	return ++told->count != told->cancel_at;
}

/* Prints the status and findings. */
static void insert(const char *image_path, const char *file_path,
		   const struct igdrom_limits *limits, struct igdrom_bytes *out)
{
	struct igdrom_bytes image = load(image_path), file = load(file_path);
	struct igdrom_firmware *firmware = NULL;
	struct igdrom_edit *edit = NULL;
	struct igdrom_report *report = NULL;
	enum igdrom_status status;

	need(igdrom_report_new(&report) == IGDROM_OK &&
		     igdrom_firmware_open(image.data, image.size, NULL, NULL, &firmware) ==
			     IGDROM_OK &&
		     igdrom_edit_new(firmware, 0, &edit) == IGDROM_OK,
	     "it is an image");
	status = igdrom_edit_insert(edit, igdrom_edit_driver_volume(firmware), file.data, file.size,
				    report);
	if (status == IGDROM_OK)
		status = igdrom_edit_save(edit, limits, report, out);
	puts(igdrom_status_name(status));
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		if (igdrom_finding_severity(finding) >= IGDROM_SEVERITY_WARNING)
			puts(igdrom_finding_code(finding));
	}
	igdrom_edit_free(edit);
	igdrom_firmware_free(firmware);
	igdrom_report_free(report);
	igdrom_bytes_free(&image);
	igdrom_bytes_free(&file);
}

static int insert_limited(char **words)
{
	struct igdrom_bytes out = {0};
	struct igdrom_limits *limits = NULL;

	need(!words[3] || (igdrom_limits_new(&limits) == IGDROM_OK &&
			   igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES,
					     strtoull(words[3], NULL, 0)) == IGDROM_OK),
	     "it is a limit");
	insert(words[0], words[1], limits, &out);
	if (out.data)
		store(words[2], out);
	igdrom_bytes_free(&out);
	igdrom_limits_free(limits);
	return 0;
}

static int cancel(char **words)
{
	struct told told = {.cancel_at = strtoul(words[2], NULL, 0)};
	struct igdrom_bytes out = {0};
	struct igdrom_limits *limits = NULL;

	need(igdrom_limits_new(&limits) == IGDROM_OK &&
		     igdrom_limits_set_progress(limits, tell, &told) == IGDROM_OK,
	     "there is memory");
	insert(words[0], words[1], limits, &out);
	printf("%lu\n", told.count);
	igdrom_bytes_free(&out);
	igdrom_limits_free(limits);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "stream") == 0)
		return pack(argv + 2);
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "insert") == 0)
		return insert_limited(argv + 2);
	if (argc == 5 && strcmp(argv[1], "cancel") == 0)
		return cancel(argv + 2);
	return 2;
}
