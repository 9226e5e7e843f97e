/* SPDX-License-Identifier: BSD-2-Clause */
/* build_rom OUT [plain] [guest] [gop=FILE]... [efi=FILE]...: a ROM as the library builds it. */
#include <igdrom/igdrom.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE (1u << 20)

static uint8_t file_bytes[MAX_FILE];

static size_t load(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(file_bytes, 1, MAX_FILE, file) : 0;

	if (file)
		fclose(file);
	return size;
}

static enum igdrom_status add(struct igdrom_rom_builder *builder, const char *word)
{
	if (strcmp(word, "plain") == 0)
		return igdrom_rom_builder_set_compress(builder, false);
	if (strcmp(word, "no-lpc-answer") == 0)
		return igdrom_rom_builder_set_lpc_answer(builder, false);
	if (strncmp(word, "lpc-id=", 7) == 0)
		return igdrom_rom_builder_set_lpc_id(builder,
						     (uint16_t)strtoul(word + 7, NULL, 16));
	if (strcmp(word, "guest") == 0)
		return igdrom_rom_builder_add_guest_driver(builder);
	if (strncmp(word, "gop=", 4) == 0)
		return igdrom_rom_builder_add_gop(builder, file_bytes, load(word + 4), "test", NULL,
						  NULL);
	if (strncmp(word, "vbt=", 4) == 0)
		return igdrom_rom_builder_add_vbt(builder, file_bytes, load(word + 4), "test", NULL,
						  NULL);
	if (strncmp(word, "efi=", 4) == 0)
		return igdrom_rom_builder_add_efi(builder, file_bytes, load(word + 4), "test",
						  NULL);
	return IGDROM_E_INVAL;
}

static int build(struct igdrom_rom_builder *builder, int count, char **words)
{
	enum igdrom_status status = IGDROM_OK;
	struct igdrom_bytes rom = {0};
	FILE *out;
	int i;

	for (i = 1; i < count && status == IGDROM_OK; i++)
		status = add(builder, words[i]);
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_finish(builder, NULL, &rom);
	if (status != IGDROM_OK) {
		fprintf(stderr, "%s: %s\n", words[i - 1], igdrom_strerror(status));
		return 1;
	}
	out = fopen(words[0], "wb");
	if (!out || fwrite(rom.data, 1, rom.size, out) != rom.size || fclose(out) != 0) {
		perror(words[0]);
		return 1;
	}
	igdrom_bytes_free(&rom);
	return 0;
}

int main(int argc, char **argv)
{
	struct igdrom_rom_builder *builder;
	int rc;

	if (argc < 3 || igdrom_rom_builder_new(&builder) != IGDROM_OK)
		return 2;
	rc = build(builder, argc - 1, argv + 1);
	igdrom_rom_builder_free(builder);
	return rc;
}
