/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks into files and says what was found, for the tests in Python:
 *
 *	found FILE      a line for each driver, table and video BIOS: what it is, SHA-256 of its
 *	                bare bytes and of the FFS file, origin, the name for a file; then one for
 *	                each place: GUID, name, path; fields by tabs
 */
#include <igdrom/open.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static void put_text(const char *text)
{
	putchar('\t');
	for (; text && *text; text++)
		putchar((unsigned char)*text < ' ' ? '?' : *text);
}

/* In hexadecimal, so that the test makes its own digest of it. */
static void put_bytes(const struct igdrom_found *found, enum igdrom_form form)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status = igdrom_found_bytes(found, form, &bytes);

	need(status == IGDROM_OK || status == IGDROM_E_NOT_FOUND, "bytes are there or not");
	putchar('\t');
	for (size_t i = 0; i < bytes.size; i++)
		printf("%02x", bytes.data[i]);
}

static void put_found(const char *what, const struct igdrom_found *found)
{
	char *name;

	need(found && igdrom_found_place_count(found), "what is found has a place");
	need(!igdrom_found_file_name(found, IGDROM_FORM_BARE, &name), "and a name");
	printf("%s\t%s", what, igdrom_found_sha256(found));
	put_text(igdrom_origin_name(igdrom_found_origin(found)));
	put_text(name);
	put_bytes(found, IGDROM_FORM_BARE);
	put_bytes(found, IGDROM_FORM_STORED);
	put_bytes(found, IGDROM_FORM_FFS);
	putchar('\n');
	for (size_t i = 0; i < igdrom_found_place_count(found); i++) {
		printf("place");
		put_text(igdrom_found_guid(found, i));
		put_text(igdrom_found_name(found, i));
		put_text(igdrom_found_path(found, i));
		putchar('\n');
	}
	igdrom_string_free(name);
}

static void put_contents(const struct igdrom_contents *contents)
{
	printf("kind\t%s\n", igdrom_file_kind_name(igdrom_contents_kind(contents)));
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++)
		put_found("gop", igdrom_contents_gop_found(contents, i));
	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++)
		put_found("vbt", igdrom_contents_vbt_found(contents, i));
	for (size_t i = 0; i < igdrom_contents_vbios_count(contents); i++)
		put_found("vbios", igdrom_contents_vbios_found(contents, i));
}

int main(int argc, char **argv)
{
	struct igdrom_contents *contents;
	enum igdrom_status status;
	uint8_t *data;
	FILE *file;
	long size;

	if (argc != 2) {
		fprintf(stderr, "usage: found FILE\n");
		return 2;
	}
	file = fopen(argv[1], "rb");
	need(file && !fseek(file, 0, SEEK_END), "the file can be opened");
	size = ftell(file);
	need(size >= 0 && !fseek(file, 0, SEEK_SET), "its size is known");
	data = malloc(size ? (size_t)size : 1);
	need(data && fread(data, 1, (size_t)size, file) == (size_t)size, "it can be read");
	fclose(file);
	status = igdrom_contents_open(data, (size_t)size, NULL, NULL, &contents);
	free(data);
	printf("status\t%s\n", igdrom_status_name(status));
	if (status == IGDROM_OK)
		put_contents(contents);
	igdrom_contents_free(contents);
	return 0;
}
