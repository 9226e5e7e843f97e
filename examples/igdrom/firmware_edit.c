/* SPDX-License-Identifier: BSD-2-Clause */
/* `firmware replace` and `firmware remove`, and what they share with `firmware insert`. */
#include "firmware_edit.h"

#include <string.h>
#include <strings.h>

int open_session(struct call *call, struct edit_session *s)
{
	unsigned flags = option_given(call, OPTION_FORCE) ? IGDROM_EDIT_VENDOR : 0;
	enum igdrom_status status;
	int code = need_output(call, "OUT");

	if (code == EXIT_YES)
		code = open_contents(call, call->operands[0], &s->contents);
	if (code != EXIT_YES)
		return code;
	s->firmware = igdrom_contents_firmware(s->contents);
	if (!s->firmware)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_RECOGNIZED, call->operands[0],
				 "This is no firmware image (%s).",
				 igdrom_file_kind_name(igdrom_contents_kind(s->contents)));
	status = igdrom_edit_new(s->firmware, flags, &s->edit);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

void close_session(struct edit_session *s)
{
	igdrom_edit_free(s->edit);
	igdrom_contents_free(s->contents);
}

int edit_failed(struct call *call, enum igdrom_status status, const char *file)
{
	if (status == IGDROM_E_EXISTS)
		return fail_with(call, EXIT_REFUSED, status, file,
				 "There is a file of this name in the volume already. \"igdrom "
				 "firmware replace\" puts another one in its place.");
	return fail(call, status, file);
}

/* The file of a name; one that is there twice is none. */
static int find_file(struct call *call, const struct edit_session *s, const char *guid,
		     const struct igdrom_firmware_node **out)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(s->firmware);
	size_t count = 0;

	for (; n; n = igdrom_firmware_node_walk(n)) {
		const char *name = igdrom_firmware_node_guid(n);

		if (igdrom_firmware_node_kind(n) == IGDROM_NODE_FILE && name &&
		    strcasecmp(name, guid) == 0) {
			*out = n;
			count++;
		}
	}
	if (count == 1)
		return EXIT_YES;
	return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
			 count ? "There are several files %s in it, and which one is meant cannot "
				 "be said here."
			       : "There is no file %s in it; \"igdrom firmware show --all\" lists "
				 "them.",
			 guid);
}

void add_node_words(const struct igdrom_firmware_node *file, char *out, size_t room)
{
	const char *guid = igdrom_firmware_node_guid(file), *name = igdrom_firmware_node_name(file);
	size_t used = strlen(out);
	char size[32];

	snprintf(out + used, room - used, "%s%s%s, %s", guid ? guid : "a file", name ? " " : "",
		 name ? name : "", size_text(igdrom_firmware_node_bytes(file).size, size));
}

static void add_file_words(struct igdrom_bytes file, char *out, size_t room)
{
	struct igdrom_firmware *firmware = NULL;

	if (igdrom_firmware_open(file.data, file.size, NULL, NULL, &firmware) == IGDROM_OK)
		add_node_words(igdrom_firmware_node_first_child(igdrom_firmware_root(firmware)),
			       out, room);
	igdrom_firmware_free(firmware);
}

static void show_changes(const struct call *call, const struct edit_session *s)
{
	for (size_t i = 0; i < igdrom_edit_count(s->edit); i++) {
		const struct igdrom_firmware_node *target = igdrom_edit_target(s->edit, i);
		struct igdrom_bytes file = igdrom_edit_file(s->edit, i);
		char line[512] = "";

		if (target)
			add_node_words(target, line, sizeof(line));
		if (target)
			print_field(&call->style, file.size ? "Was" : "Taken out", line);
		line[0] = '\0';
		if (file.size)
			add_file_words(file, line, sizeof(line));
		print_field(&call->style, target ? "Is now" : "Put in", line);
	}
}

static int show_result(struct call *call, const struct edit_session *s, struct igdrom_bytes image)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	char *json = NULL;
	char size[32], line[160];
	enum igdrom_status status;

	if (!strcmp(out, "-"))
		return EXIT_YES;
	if (call->json) {
		status = igdrom_edit_to_json(s->edit, image.data, image.size, out, call->report,
					     &json);
		return print_json(call, status, json);
	}
	print_title(&call->style, "%s: %s (%zu bytes)", out, size_text(image.size, size),
		    image.size);
	show_changes(call, s);
	snprintf(line, sizeof(line), "%s, %s free before",
		 igdrom_firmware_node_guid(igdrom_edit_volume(s->edit, 0)),
		 size_text(igdrom_edit_room(igdrom_edit_volume(s->edit, 0)), size));
	print_field(&call->style, "Volume", line);
	show_use(call, out);
	return EXIT_YES;
}

int save_session(struct call *call, struct edit_session *s)
{
	struct igdrom_bytes image = {0};
	enum igdrom_status status = save_edit(call, s->edit, &image);
	int code;

	if (status != IGDROM_OK)
		return fail(call, status, call->operands[0]);
	code = store(call, option_value(call, OPTION_OUTPUT), image, 0);
	if (code == EXIT_YES)
		code = show_result(call, s, image);
	igdrom_bytes_free(&image);
	return code == EXIT_YES ? verdict_of(call) : code;
}

/* A file of the same name, type and user interface name around other content. */
static enum igdrom_status make_like(const struct igdrom_firmware_node *target,
				    struct igdrom_bytes content, struct igdrom_bytes *out)
{
	bool pe = content.size > 2 && content.data[0] == 'M' && content.data[1] == 'Z';
	const char *name = igdrom_firmware_node_name(target);
	struct igdrom_ffs *ffs = NULL;
	enum igdrom_status status = igdrom_ffs_new(igdrom_firmware_node_type_number(target),
						   igdrom_firmware_node_guid(target), &ffs);

	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, pe ? IGDROM_SECTION_PE32 : IGDROM_SECTION_RAW,
						content.data, content.size);
	if (status == IGDROM_OK && name && igdrom_ffs_add_name(ffs, name) == IGDROM_E_NOMEM)
		status = IGDROM_E_NOMEM;
	if (status == IGDROM_OK)
		status = igdrom_ffs_finish(ffs, out);
	igdrom_ffs_free(ffs);
	return status;
}

static int replace_file(struct call *call, struct edit_session *s,
			const struct igdrom_firmware_node *target, const char *path)
{
	struct igdrom_bytes bytes, file = {0};
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	status = igdrom_edit_replace(s->edit, target, bytes.data, bytes.size, NULL);
	if (status == IGDROM_E_CORRUPT) { /* no file with a header */
		status = make_like(target, bytes, &file);
		if (status == IGDROM_OK)
			status = igdrom_edit_replace(s->edit, target, file.data, file.size,
						     call->report);
	} else if (status != IGDROM_OK) {
		status = igdrom_edit_replace(s->edit, target, bytes.data, bytes.size, call->report);
	}
	igdrom_bytes_free(&file);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, path);
}

int run_firmware_replace(struct call *call)
{
	const struct igdrom_firmware_node *target = NULL;
	struct edit_session s = {0};
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = find_file(call, &s, call->operands[1], &target);
	if (code == EXIT_YES)
		code = replace_file(call, &s, target, call->operands[2]);
	if (code == EXIT_YES)
		code = save_session(call, &s);
	close_session(&s);
	return code;
}

int run_firmware_remove(struct call *call)
{
	const struct igdrom_firmware_node *target = NULL;
	struct edit_session s = {0};
	enum igdrom_status status;
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = find_file(call, &s, call->operands[1], &target);
	if (code == EXIT_YES) {
		status = igdrom_edit_remove(s.edit, target, call->report);
		if (status != IGDROM_OK)
			code = fail(call, status, call->operands[0]);
	}
	if (code == EXIT_YES)
		code = save_session(call, &s);
	close_session(&s);
	return code;
}
