/* SPDX-License-Identifier: BSD-2-Clause */
/* build_fd FD OUT [guest] [rom=FILE] [data=FILE] [FILE]...: firmware with drivers put into it, in this
 * order; rom: our driver's ROM; data: any bytes in its place. */
#include <igdrom/igdrom.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE (16u << 20)

static struct igdrom_bytes load(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(MAX_FILE);
	size_t size = file && data ? fread(data, 1, MAX_FILE, file) : 0;

	if (file)
		fclose(file);
	return (struct igdrom_bytes){data, size};
}

/* What igdrom_edit_add_rom() would refuse. */
static enum igdrom_status add_data(struct igdrom_edit *edit,
				   const struct igdrom_firmware_node *volume,
				   struct igdrom_bytes data)
{
	struct igdrom_ffs *ffs = NULL;
	struct igdrom_bytes file = {0};
	enum igdrom_status status = igdrom_ffs_new(IGDROM_FILE_TYPE_FREEFORM,
						   "3773120C-1195-4BC6-884B-FA4072645EE3", &ffs);

	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, IGDROM_SECTION_RAW, data.data, data.size);
	if (status == IGDROM_OK)
		status = igdrom_ffs_finish(ffs, &file);
	if (status == IGDROM_OK)
		status = igdrom_edit_insert(edit, volume, file.data, file.size, NULL);
	igdrom_bytes_free(&file);
	igdrom_ffs_free(ffs);
	return status;
}

static enum igdrom_status add(struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
			      const char *word)
{
	const char *path = strchr(word, '=');
	struct igdrom_bytes bytes;
	enum igdrom_status status;

	if (strcmp(word, "guest") == 0)
		return igdrom_edit_add_guest_driver(edit, volume, NULL);
	bytes = load(path ? path + 1 : word);
	if (strncmp(word, "rom=", 4) == 0)
		status = igdrom_edit_add_rom(edit, volume, bytes.data, bytes.size, NULL);
	else if (strncmp(word, "data=", 5) == 0)
		status = add_data(edit, volume, bytes);
	else
		status = igdrom_edit_add_driver(edit, volume, bytes.data, bytes.size, NULL, "test",
						NULL);
	igdrom_bytes_free(&bytes);
	return status;
}

int main(int argc, char **argv)
{
	struct igdrom_bytes fd = load(argc > 2 ? argv[1] : ""), made = {0};
	struct igdrom_firmware *firmware = NULL;
	struct igdrom_edit *edit = NULL;
	enum igdrom_status status = igdrom_firmware_open(fd.data, fd.size, NULL, NULL, &firmware);
	FILE *out = NULL;

	if (status == IGDROM_OK)
		status = igdrom_edit_new(firmware, 0, &edit);
	for (int i = 3; i < argc && status == IGDROM_OK; i++)
		status = add(edit, igdrom_edit_driver_volume(firmware), argv[i]);
	if (status == IGDROM_OK)
		status = igdrom_edit_save(edit, NULL, NULL, &made);
	if (status == IGDROM_OK)
		out = fopen(argv[2], "wb");
	if (!out || fwrite(made.data, 1, made.size, out) != made.size || fclose(out) != 0) {
		fprintf(stderr, "%s\n", igdrom_strerror(status));
		return 1;
	}
	igdrom_bytes_free(&made);
	igdrom_edit_free(edit);
	igdrom_firmware_free(firmware);
	igdrom_bytes_free(&fd);
	return 0;
}
