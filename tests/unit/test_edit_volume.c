/* SPDX-License-Identifier: BSD-2-Clause */
/* What a volume says of all that is in it (PI 1.8 volume 3, 3.2.1) follows its files. */
#include "unit/unit.h"

#include "unit/edit_rig.h"

static void insert(struct rig *rig, const struct igdrom_firmware_node *where, uint8_t id,
		   size_t size)
{
	struct blob file = {0};

	put_raw_file(&file, id, 7, size);
	assert_int_equal(igdrom_edit_insert(rig->edit, where, file.data, file.size, rig->report),
			 IGDROM_OK);
	blob_free(&file);
}

static void replace(struct rig *rig, size_t n, struct blob *file)
{
	assert_int_equal(igdrom_edit_replace(rig->edit, file_at(rig, n), file->data, file->size,
					     rig->report),
			 IGDROM_OK);
	blob_free(file);
}

static void set_number(struct blob *b, size_t at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		b->data[at + i] = (uint8_t)(value >> 8 * i);
}

static void seal_volume(struct blob *image)
{
	uint16_t sum = 0;

	set_number(image, 50, 0, 2);
	for (size_t i = 0; i < 72; i += 2)
		sum = (uint16_t)(sum + image->data[i] + image->data[i + 1] * 256);
	set_number(image, 50, (uint16_t)-sum, 2);
}

/* 3.2.1.3: an extended header with entries, of which the second (type 3) is how much is used. */
static struct blob volume_that_says_what_is_used(uint32_t used, size_t second)
{
	struct blob files = {0}, image = {0};

	blob_fill(&files, 16, 0x77);
	blob_number(&files, 20 + 12 + 8 + 8, 4);
	blob_number(&files, 12, 2);
	blob_number(&files, 1, 2);
	blob_number(&files, UINT64_C(0x1122334455667788), 8);
	blob_number(&files, 8, 2);
	blob_number(&files, 3, 2);
	blob_number(&files, used, 4);
	blob_number(&files, 8, 2);
	blob_number(&files, 2, 2);
	blob_number(&files, 0xaabbccdd, 4);
	put_raw_file(&files, 0x0a, 7, 20);
	if (second)
		put_raw_file(&files, 0x0b, 7, second);
	put_volume(&image, writer_ffs2, ROOM, &files);
	set_number(&image, 52, 72, 2);
	seal_volume(&image);
	return image;
}

static void expect_bytes(struct rig *rig, struct blob *expected)
{
	struct igdrom_bytes out;

	assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_OK);
	assert_int_equal(out.size, expected->size);
	assert_memory_equal(out.data, expected->data, out.size);
	igdrom_bytes_free(&out);
	blob_free(expected);
	rig_close(rig);
}

static void an_extended_header_says_how_much_is_used(void **state)
{
	/* Headers 72 and 48, then 48 and 49. */
	struct blob image = volume_that_says_what_is_used(168, 0);
	struct blob expected = volume_that_says_what_is_used(168 + 49, 21), file = {0};
	struct rig rig;

	(void)state;
	rig_open(&rig, &image, 0);
	insert(&rig, rig.volume, 0x0b, 21);
	expect_bytes(&rig, &expected);
	/* What says something else is right again when files end elsewhere, and stays when not. */
	image = volume_that_says_what_is_used(1, 21);
	expected = volume_that_says_what_is_used(168, 0);
	rig_open(&rig, &image, 0);
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 1), NULL), IGDROM_OK);
	expect_bytes(&rig, &expected);
	/* Up to the last byte, not to the next multiple of 8. */
	image = volume_that_says_what_is_used(168 + 50, 22);
	expected = volume_that_says_what_is_used(168 + 49, 21);
	rig_open(&rig, &image, 0);
	put_raw_file(&file, 0x0b, 7, 21);
	replace(&rig, 1, &file);
	expect_bytes(&rig, &expected);
}

/* Where an entry has no size, or one that lies, nothing behind it is known. */
static void entries_that_lie_end_the_extended_header(void **state)
{
	static const uint16_t sizes[] = {0, 3, 29, 0xffff};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct blob image = volume_that_says_what_is_used(168, 0);
		struct blob expected = volume_that_says_what_is_used(168, 21);
		struct rig rig;

		set_number(&image, 72 + 20, sizes[i], 2);
		set_number(&expected, 72 + 20, sizes[i], 2);
		rig_open(&rig, &image, 0);
		insert(&rig, rig.volume, 0x0b, 21);
		expect_bytes(&rig, &expected);
	}
}

static uint32_t crc32(const uint8_t *data, size_t size)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

/* As the volumes of one vendor have it, in bytes 8 to 11 of the zero vector. */
static void a_sum_over_the_volume_follows_what_is_in_it(void **state)
{
	(void)state;
	for (int right = 0; right < 2; right++) {
		struct blob image = volume_of("0a:20"), expected = volume_of("0a:20 0b:20");
		struct rig rig;

		set_number(&image, 8, crc32(image.data + 72, ROOM - 72) ^ !right, 4);
		seal_volume(&image);
		set_number(&expected, 8, crc32(expected.data + 72, ROOM - 72), 4);
		if (!right)
			memcpy(expected.data + 8, image.data + 8, 4);
		seal_volume(&expected);
		rig_open(&rig, &image, 0);
		insert(&rig, rig.volume, 0x0b, 20);
		expect_bytes(&rig, &expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_extended_header_says_how_much_is_used),
		cmocka_unit_test(entries_that_lie_end_the_extended_header),
		cmocka_unit_test(a_sum_over_the_volume_follows_what_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
