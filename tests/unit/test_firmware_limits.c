/* SPDX-License-Identifier: BSD-2-Clause */
/* What reading an image may cost, and that threads change nothing but the time. */
#include "unit/unit.h"

#include "compress/uefi.h"
#include "firmware/engine.h"
#include "unit/image_writer.h"

#include <igdrom/firmware.h>

#include <stdio.h>
#include <threads.h>

#define PARTS     80
#define PART_SIZE 4000
#define BOMB_SIZE (17U << 20) /* more than what a part may decode to in any case */

struct outcome {
	enum igdrom_status status;
	size_t nodes;
	uint64_t decoded;
	char *text; /* tree and findings */
};

static struct igdrom_limits *limits_with(enum igdrom_limit which, uint64_t value)
{
	struct igdrom_limits *limits;

	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, which, value), IGDROM_OK);
	return limits;
}

static void describe(const struct igdrom_firmware *firmware, struct blob *text)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	char line[512];

	for (; node; node = igdrom_firmware_node_walk(node)) {
		const char *guid = igdrom_firmware_node_guid(node);
		const char *name = igdrom_firmware_node_name(node);
		const char *method = igdrom_firmware_node_compression(node);

		snprintf(line, sizeof(line), "%s %s %s %s %s %zu %zu %zu\n",
			 igdrom_node_kind_name(igdrom_firmware_node_kind(node)),
			 igdrom_firmware_node_type(node), guid ? guid : "-", name ? name : "-",
			 method ? method : "-", (size_t)igdrom_firmware_node_offset(node),
			 igdrom_firmware_node_bytes(node).size,
			 igdrom_firmware_node_decoded(node).size);
		blob_text(text, line);
	}
}

static struct outcome open_with(const struct blob *image, const struct igdrom_limits *limits)
{
	struct outcome outcome = {0};
	struct igdrom_firmware *firmware;
	struct igdrom_report *report;
	struct blob text = {0};
	char line[64];

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	outcome.status = igdrom_firmware_open(image->data, image->size, limits, report, &firmware);
	outcome.nodes = igdrom_firmware_node_count(firmware);
	outcome.decoded = igdrom_firmware_decoded_size(firmware);
	describe(firmware, &text);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		snprintf(line, sizeof(line), " 0x%zx: ", (size_t)igdrom_finding_offset(finding));
		blob_text(&text, igdrom_finding_code(finding));
		blob_text(&text, line);
		blob_text(&text, igdrom_finding_text(finding));
		blob_text(&text, "\n");
	}
	blob_number(&text, 0, 1);
	outcome.text = (char *)text.data;
	igdrom_firmware_free(firmware);
	igdrom_report_free(report);
	return outcome;
}

static size_t times(const struct outcome *outcome, const char *words)
{
	size_t count = 0;

	for (const char *p = strstr(outcome->text, words); p; p = strstr(p + 1, words))
		count++;
	return count;
}

enum fault {
	SOUND,
	BROKEN, /* fails at its first bytes */
	CUT,    /* fails at its last bytes */
};

/* A compressed section around bytes that hardly compress, so that parts are worth a thread. */
static void put_part(struct blob *out, uint32_t seed, enum fault fault)
{
	struct blob inner = {0}, body = {0}, encoded = {0};
	struct igdrom_bytes bytes;

	for (size_t i = 0; i < PART_SIZE; i++) {
		seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
		blob_number(&body, seed >> 24, 1);
	}
	put_section(&inner, 0x10, &body);
	put_ui(&inner, "Part");
	assert_int_equal(uefi_compress(seed & 0x100 ? UEFI_EFI11 : UEFI_TIANO, inner.data,
				       inner.size, &bytes),
			 IGDROM_OK);
	blob_put(&encoded, bytes.data, bytes.size);
	if (fault == BROKEN)
		memset(encoded.data + 8, 0xff, 64);
	if (fault == CUT) { /* its header says how long it is */
		encoded.data[0] = 0;
		encoded.data[1]--;
	}
	put_compressed(out, 1, (uint32_t)inner.size, &encoded);
	igdrom_bytes_free(&bytes);
	blob_free(&inner);
}

/* Files of one compressed section each; every seventh does not decode. */
static struct blob many_parts(void)
{
	struct blob image = {0}, files = {0}, sections = {0};

	for (uint32_t i = 0; i < PARTS; i++) {
		put_part(&sections, i, i % 7 == 3 ? BROKEN : SOUND);
		put_file(&files, (uint8_t)i, 0x07, &sections);
	}
	put_volume(&image, writer_ffs2, files.size + 256, &files);
	return image;
}

static void threads_change_nothing(void **state)
{
	static const uint64_t counts[] = {2, 4, 64, UINT64_MAX};
	struct blob image = many_parts();
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_THREADS, 1);
	/* In the middle of the parts, so that threads have decoded what must not be taken. */
	uint64_t caps[] = {UINT64_C(1) << 30, PARTS / 2 * PART_SIZE};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct outcome one, more;

		assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, caps[i]),
				 IGDROM_OK);
		assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_THREADS, 1), IGDROM_OK);
		one = open_with(&image, limits);
		assert_int_equal(one.status, IGDROM_OK);
		assert_true(times(&one, "section PE32") > (i ? PARTS / 3 : PARTS * 2 / 3));
		assert_int_equal(times(&one, "firmware-limit-expanded"), i);
		for (size_t k = 0; k < 4 * sizeof(counts) / sizeof(counts[0]); k++) {
			assert_int_equal(
				igdrom_limits_set(limits, IGDROM_LIMIT_THREADS, counts[k / 4]),
				IGDROM_OK);
			more = open_with(&image, limits);
			assert_string_equal(more.text, one.text);
			free(more.text);
		}
		free(one.text);
	}
	igdrom_limits_free(limits);
	blob_free(&image);
}

static void alike_findings_are_counted_and_not_repeated(void **state)
{
	struct blob image = {0}, files = {0}, body = {0};
	struct outcome outcome;

	(void)state;
	for (uint8_t i = 0; i < 20; i++) {
		blob_text(&body, "no stream");
		put_compressed(&files, 1, 9, &body);
	}
	body = files;
	files = (struct blob){0};
	put_file(&files, 1, 0x07, &body);
	put_volume(&image, writer_ffs2, files.size + 256, &files);
	outcome = open_with(&image, NULL);
	assert_int_equal(times(&outcome, "firmware-part-unreadable 0x"), 16);
	assert_int_equal(times(&outcome, "firmware-more 0x"), 1);
	assert_non_null(strstr(
		outcome.text, "like those called firmware-part-unreadable that were left out: 4,"));
	free(outcome.text);
	blob_free(&image);
}

static void nodes_are_limited(void **state)
{
	struct blob image = many_parts();
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_NODES, 100);
	struct outcome outcome = open_with(&image, limits);

	(void)state;
	assert_int_equal(outcome.status, IGDROM_OK);
	assert_int_equal(outcome.nodes, 100);
	assert_int_equal(times(&outcome, "firmware-limit-nodes"), 1);
	free(outcome.text);
	igdrom_limits_free(limits);
	blob_free(&image);
}

/* Volumes in raw files, one inside the other. */
static struct blob nested(size_t depth)
{
	struct blob image = {0}, files = {0};

	blob_text(&image, "innermost");
	for (size_t i = 0; i < depth; i++) {
		put_file(&files, 1, 0x01, &image);
		put_volume(&image, writer_ffs2, files.size + 256, &files);
	}
	return image;
}

static void depth_is_limited(void **state)
{
	struct blob image = nested(30);
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_DEPTH, 100);
	struct outcome outcome = open_with(&image, NULL);

	(void)state;
	/* 32 steps down: 16 volumes and their files; a volume has free space beside its file. */
	assert_int_equal(outcome.status, IGDROM_OK);
	assert_int_equal(times(&outcome, "volume FFS2"), 16);
	assert_int_equal(times(&outcome, "firmware-limit-depth"), 1);
	free(outcome.text);
	outcome = open_with(&image, limits);
	assert_int_equal(times(&outcome, "volume FFS2"), 30);
	assert_int_equal(times(&outcome, "firmware-limit-depth"), 0);
	free(outcome.text);
	igdrom_limits_free(limits);
	blob_free(&image);
}

static struct blob bomb(void)
{
	struct blob image = {0}, files = {0}, sections = {0}, body = {0}, encoded = {0};
	struct igdrom_bytes bytes;

	blob_fill(&body, BOMB_SIZE, 0);
	assert_int_equal(uefi_compress(UEFI_TIANO, body.data, body.size, &bytes), IGDROM_OK);
	blob_put(&encoded, bytes.data, bytes.size);
	put_compressed(&sections, 1, BOMB_SIZE, &encoded);
	put_file(&files, 1, 0x07, &sections);
	put_volume(&image, writer_ffs2, files.size + 256, &files);
	igdrom_bytes_free(&bytes);
	blob_free(&body);
	return image;
}

static void a_bomb_ends_in_a_finding(void **state)
{
	struct blob image = bomb();
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_EXPANSION_RATIO, 10);
	struct outcome outcome = open_with(&image, limits);

	(void)state;
	assert_int_equal(outcome.status, IGDROM_OK);
	assert_int_equal(times(&outcome, "firmware-part-too-large"), 1);
	assert_int_equal(outcome.decoded, 0);
	free(outcome.text);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANSION_RATIO, 1000000),
			 IGDROM_OK);
	outcome = open_with(&image, limits);
	assert_int_equal(times(&outcome, "firmware-part-too-large"), 0);
	assert_int_equal(outcome.decoded, BOMB_SIZE);
	free(outcome.text);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, BOMB_SIZE - 1),
			 IGDROM_OK);
	outcome = open_with(&image, limits);
	assert_int_equal(outcome.decoded, 0);
	assert_int_equal(times(&outcome, "firmware-part-too-large"), 1);
	free(outcome.text);
	igdrom_limits_free(limits);
	blob_free(&image);
}

static void the_input_is_limited(void **state)
{
	struct blob image = nested(1);
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_INPUT_BYTES, image.size - 1);
	struct outcome outcome = open_with(&image, limits);

	(void)state;
	assert_int_equal(outcome.status, IGDROM_E_LIMIT);
	assert_int_equal(times(&outcome, "input-too-large"), 1);
	free(outcome.text);
	igdrom_limits_free(limits);
	blob_free(&image);
}

struct watch {
	uint64_t done, total;
	size_t calls, cancel_at;
};

static bool watch_progress(void *user, uint64_t done, uint64_t total)
{
	struct watch *watch = user;

	assert_true(done >= watch->done && total >= watch->total && done <= total);
	watch->done = done;
	watch->total = total;
	return watch->calls++ != watch->cancel_at;
}

static void progress_goes_forward_and_can_cancel(void **state)
{
	struct blob image = many_parts();
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_THREADS, 4);
	struct watch watch = {.cancel_at = SIZE_MAX};
	struct outcome outcome;
	size_t calls;

	(void)state;
	assert_int_equal(igdrom_limits_set_progress(NULL, watch_progress, &watch), IGDROM_E_INVAL);
	assert_int_equal(igdrom_limits_set_progress(limits, watch_progress, &watch), IGDROM_OK);
	outcome = open_with(&image, limits);
	assert_int_equal(outcome.status, IGDROM_OK);
	free(outcome.text);
	calls = watch.calls;
	assert_true(calls > PARTS);
	for (size_t i = 0; i < calls; i += 9) {
		watch = (struct watch){.cancel_at = i};
		outcome = open_with(&image, limits);
		assert_int_equal(outcome.status, IGDROM_E_CANCELED);
		assert_int_equal(watch.calls, i + 1);
		free(outcome.text);
	}
	igdrom_limits_free(limits);
	blob_free(&image);
}

/* What fails at its end has cost as much as what does not. */
static void parts_that_fail_use_up_the_limit_too(void **state)
{
	struct blob image = {0}, files = {0}, sections = {0}, body = {0};
	struct igdrom_limits *limits = limits_with(IGDROM_LIMIT_EXPANDED_BYTES, 8 * PART_SIZE);
	struct outcome outcome;

	(void)state;
	for (size_t i = 0; i < 100; i++) { /* claims too much: refused, and costs nothing */
		blob_number(&body, UINT64_C(0x7fffffff00000001), 8);
		blob_fill(&body, 1, 0);
		put_compressed(&sections, 1, 9, &body);
	}
	for (size_t i = 0; i < 100; i++)
		put_part(&sections, 7, BROKEN);
	put_part(&sections, 1, SOUND);
	put_file(&files, 1, 0x07, &sections);
	put_volume(&image, writer_ffs2, files.size + 256, &files);
	outcome = open_with(&image, limits);
	assert_true(outcome.decoded > PART_SIZE);
	free(outcome.text);
	blob_free(&image);
	image = (struct blob){0};
	for (size_t i = 0; i < 9; i++)
		put_part(&sections, 7, CUT);
	put_part(&sections, 1, SOUND);
	put_file(&files, 1, 0x07, &sections);
	put_volume(&image, writer_ffs2, files.size + 256, &files);
	outcome = open_with(&image, limits);
	assert_int_equal(outcome.decoded, 0);
	assert_int_equal(times(&outcome, "firmware-limit-expanded"), 1);
	free(outcome.text);
	outcome = open_with(&image, NULL);
	assert_true(outcome.decoded > PART_SIZE);
	free(outcome.text);
	igdrom_limits_free(limits);
	blob_free(&image);
}

static _Atomic int ended; /* runs of the decoder */

/* Needs more room than a part gets that is decoded ahead of its turn. */
static enum igdrom_status decode_a_large_part(const uint8_t *data, size_t size, size_t max_out,
					      struct igdrom_bytes *out, const char **name)
{
	(void)data;
	(void)size;
	*out = (struct igdrom_bytes){NULL, 0};
	*name = "large";
	ended++;
	return max_out < ((size_t)100 << 20) ? IGDROM_E_LIMIT : IGDROM_OK;
}

static void a_part_too_large_to_be_decoded_ahead_is_decoded_in_its_turn(void **state)
{
	static const uint8_t encoded[64 << 10];
	const struct fw_stream stream = {.data = encoded, .size = sizeof(encoded)};
	struct fw_job jobs[2] = {{0}};
	struct fw_pool *pool = fw_pool_new(2);

	(void)state;
	assert_non_null(pool);
	for (size_t i = 0; i < 2; i++) {
		jobs[i] = (struct fw_job){
			.span = {&stream, 0, sizeof(encoded)},
			.decoder = decode_a_large_part,
			.max_out = (size_t)200 << 20,
		};
		fw_pool_add(pool, &jobs[i]);
	}
	/* The other thread takes both; the caller does nothing before it has. */
	for (int i = 0; i < 1000 && ended < 2; i++)
		thrd_sleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_int_equal(ended, 2);
	for (size_t i = 0; i < 2; i++) {
		fw_pool_await(pool, &jobs[i], false);
		assert_int_equal(jobs[i].status, IGDROM_OK);
	}
	assert_int_equal(ended, 4);
	fw_pool_free(pool);
}

/* Each is found by a search of all bytes behind it, so that many would take the square of their
 * time. What lies behind is searched for volumes as any bytes are. */
static void few_packages_in_a_row_are_taken_apart(void **state)
{
	const uint8_t cabinet[] = {0xb2, 0xac, 0xbc, 0xb9, 0xff, 0xff, 0xff, 0xff};
	struct blob image = {0}, files = {0}, body = {0};
	struct outcome outcome;

	(void)state;
	for (size_t i = 0; i < 40; i++) { /* an updater around an inverted cabinet of 512 bytes */
		blob_text(&image, "MZ");
		blob_put(&image, cabinet, sizeof(cabinet));
		blob_number(&image, ~UINT32_C(512), 4);
		blob_fill(&image, 500, 1);
	}
	blob_fill(&body, 24, 1);
	put_section(&files, 0x19, &body);
	put_file(&body, 1, 0x02, &files);
	put_volume(&image, writer_ffs2, body.size + 256, &body);
	outcome = open_with(&image, NULL);
	assert_int_equal(outcome.status, IGDROM_OK);
	assert_int_equal(times(&outcome, "entry inverted cabinet of an updater"), 8);
	assert_int_equal(times(&outcome, "firmware-limit-searched"), 1);
	assert_int_equal(times(&outcome, "volume FFS2"), 1);
	free(outcome.text);
	blob_free(&image);
}

static void a_borrowed_input_is_not_copied(void **state)
{
	struct blob image = nested(1);
	struct igdrom_firmware *firmware;

	(void)state;
	assert_int_equal(fw_open_borrowed(image.data, image.size, NULL, NULL, &firmware),
			 IGDROM_OK);
	assert_ptr_equal(igdrom_firmware_node_bytes(igdrom_firmware_root(firmware)).data,
			 image.data);
	igdrom_firmware_free(firmware);
	assert_int_equal(igdrom_firmware_open(image.data, image.size, NULL, NULL, &firmware),
			 IGDROM_OK);
	assert_ptr_not_equal(igdrom_firmware_node_bytes(igdrom_firmware_root(firmware)).data,
			     image.data);
	igdrom_firmware_free(firmware);
	blob_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(alike_findings_are_counted_and_not_repeated),
		cmocka_unit_test(nodes_are_limited),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(a_bomb_ends_in_a_finding),
		cmocka_unit_test(the_input_is_limited),
		cmocka_unit_test(progress_goes_forward_and_can_cancel),
		cmocka_unit_test(parts_that_fail_use_up_the_limit_too),
		cmocka_unit_test(a_part_too_large_to_be_decoded_ahead_is_decoded_in_its_turn),
		cmocka_unit_test(few_packages_in_a_row_are_taken_apart),
		cmocka_unit_test(a_borrowed_input_is_not_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
