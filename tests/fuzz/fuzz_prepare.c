/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text as each of the files that hold words for the kernel: it is refused, or it becomes one that
 * obeys, stays as it is a second time, and has every other byte in its place. A zero byte makes two
 * files of it.
 */
#include "fuzz/fuzz.h"

#include "host/prepare.h"

#include <string.h>

static const struct prep_rules rules = {
	.list = {{.take = true, .list = true, .key = "intel_iommu", .value = "off", .why = "a"},
		 {.take = true, .key = "vfio-pci.disable_vga", .value = "", .why = "b"},
		 {.take = true,
		  .list = true,
		  .key = "module_blacklist",
		  .value = "i915",
		  .why = "c"},
		 {.list = true, .key = "intel_iommu", .value = "on", .why = "d"},
		 {.last = true, .key = "i915.enable_guc", .value = "3", .why = "e"},
		 {.list = true,
		  .last = true,
		  .mend = true,
		  .key = "vfio-pci.ids",
		  .value = "8086:4680",
		  .why = "f"}},
	.count = 6,
};

static const struct prep_syntax *const syntaxes[] = {&prep_grub, &prep_line, &prep_syslinux,
						     &prep_modprobe};

static struct igdrom_bytes copy(struct igdrom_bytes from)
{
	uint8_t *data = malloc(from.size ? from.size : 1);

	FUZZ_CHECK(data);
	if (from.size)
		memcpy(data, from.data, from.size);
	return (struct igdrom_bytes){data, from.size};
}

static bool same(struct igdrom_bytes a, struct igdrom_bytes b)
{
	return a.size == b.size && (!a.size || !memcmp(a.data, b.data, a.size));
}

static void obey(const struct prep_syntax *syntax, struct prep_files *files)
{
	bool said[PREP_MAX_RULES] = {0};
	struct prep_problem problem;
	struct igdrom_bytes once[2];
	enum igdrom_status status = prep_obey(syntax, files, &rules, said, &problem);

	FUZZ_CHECK(status == IGDROM_OK || status == IGDROM_E_REFUSED);
	if (status == IGDROM_E_REFUSED) {
		FUZZ_CHECK(problem.what && problem.line && problem.file < files->count);
		return;
	}
	for (size_t i = 0; i < files->count; i++)
		once[i] = copy(files->list[i].text);
	FUZZ_CHECK(prep_obey(syntax, files, &rules, said, &problem) == IGDROM_OK);
	for (size_t i = 0; i < files->count; i++) {
		FUZZ_CHECK(same(once[i], files->list[i].text));
		igdrom_bytes_free(&once[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
	size_t first = zero ? (size_t)(zero - data) : size;

	if (size > 65536)
		return 0;
	for (size_t i = 0; i < sizeof(syntaxes) / sizeof(syntaxes[0]); i++) {
		struct prep_file list[2] = {{.text = copy((struct igdrom_bytes){data, first})}};
		struct prep_files files = {.list = list, .count = 1};

		if (zero) {
			list[1].text = copy((struct igdrom_bytes){zero + 1, size - first - 1});
			files.count = 2;
		}
		obey(syntaxes[i], &files);
		igdrom_bytes_free(&list[0].text);
		igdrom_bytes_free(&list[1].text);
	}
	return 0;
}
