/* SPDX-License-Identifier: BSD-2-Clause */
/* `firmware replace` and `firmware remove`, and what they share with `firmware insert`. */
#include "firmware_edit.h"

#include <string.h>

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

/* No virtual machine starts with it. */
static bool is_for_board(const struct call *call)
{
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		if (!strcmp(igdrom_finding_code(igdrom_report_at(call->report, i)),
			    "edit-vendor-forced"))
			return true;
	}
	return false;
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
	print_field(&call->style, "Behind", option_value(call, OPTION_AFTER));
	snprintf(line, sizeof(line), "%s, %s free before",
		 igdrom_firmware_node_guid(igdrom_edit_volume(s->edit, 0)),
		 size_text(igdrom_edit_room(igdrom_edit_volume(s->edit, 0)), size));
	print_field(&call->style, "Volume", line);
	if (!is_for_board(call))
		show_use(call, out);
	return EXIT_YES;
}

int save_session(struct call *call, struct edit_session *s)
{
	struct igdrom_bytes image = {0};
	enum igdrom_status status;
	int code;

	igdrom_report_set_file(call->report, call->operands[0]);
	status = save_edit(call, s->edit, &image);
	if (status != IGDROM_OK)
		return fail(call, status, call->operands[0]);
	code = store(call, option_value(call, OPTION_OUTPUT), image, 0);
	if (code == EXIT_YES)
		code = show_result(call, s, image);
	igdrom_bytes_free(&image);
	return code == EXIT_YES ? verdict_of(call) : code;
}

/* The file that the second operand means. */
static int find_target(struct call *call, const struct edit_session *s,
		       const struct igdrom_firmware_node **target)
{
	const struct igdrom_firmware_node *volume;
	int code = find_volume(call, s, &volume);

	return code == EXIT_YES ? find_file(call, s, volume, call->operands[1], target) : code;
}

int run_firmware_replace(struct call *call)
{
	const struct igdrom_firmware_node *target = NULL;
	struct edit_session s = {0};
	int code = open_session(call, &s);

	if (code == EXIT_YES)
		code = find_target(call, &s, &target);
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
		code = find_target(call, &s, &target);
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
