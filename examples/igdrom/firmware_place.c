/* SPDX-License-Identifier: BSD-2-Clause */
/* Places in a firmware image by their names and offsets, and any file put there. */
#include "firmware_edit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SHORT_GUID 8 /* what "firmware show" prints of a GUID */
#define PLACE_TEXT 48
#define MOST_SHOWN 8

static bool is_guid(const struct igdrom_firmware_node *n, const char *text)
{
	const char *guid = igdrom_firmware_node_guid(n);

	return guid && (strcasecmp(guid, text) == 0 ||
			(strlen(text) == SHORT_GUID && strncasecmp(guid, text, SHORT_GUID) == 0));
}

static bool is_named(const struct igdrom_firmware_node *n, const char *text)
{
	const char *name = igdrom_firmware_node_name(n);

	return is_guid(n, text) || (name && strcasecmp(name, text) == 0);
}

/* "0x348000"; in an unpacked part "0x90+e0090": where the part is, and the offset in it. */
static void place_text(const struct igdrom_firmware_node *n, char out[PLACE_TEXT])
{
	int used = snprintf(out, PLACE_TEXT, "0x%llx",
			    (unsigned long long)igdrom_firmware_node_file_offset(n));

	if (!igdrom_firmware_node_in_file(n))
		snprintf(out + used, PLACE_TEXT - (size_t)used, "+%llx",
			 (unsigned long long)igdrom_firmware_node_offset(n));
}

/* Whether an offset names a volume: as place_text() writes it, "+e0090", or that of the section that
 * the volume is all of, which the short drawing shows instead. */
static bool is_at(const struct igdrom_firmware_node *volume, const char *text)
{
	const struct igdrom_firmware_node *parent = igdrom_firmware_node_parent(volume);
	unsigned long long at = igdrom_firmware_node_offset(volume), value;
	const char *plus = strchr(text, '+');
	bool packed = !igdrom_firmware_node_in_file(volume);
	char *end;

	if (packed != (plus != NULL) || (strncasecmp(text, "0x", 2) != 0 && text != plus))
		return false;
	if (plus && plus != text) {
		value = strtoull(text, &end, 16);
		if (end != plus || value != igdrom_firmware_node_file_offset(volume))
			return false;
	}
	value = strtoull(plus ? plus + 1 : text, &end, 16);
	if (*end || end == (plus ? plus + 1 : text))
		return false;
	return value == at || (igdrom_firmware_node_kind(parent) == IGDROM_NODE_SECTION &&
			       igdrom_firmware_node_in_file(parent) != packed &&
			       value == igdrom_firmware_node_offset(parent));
}

static bool is_volume(const struct igdrom_firmware_node *n)
{
	return n && igdrom_firmware_node_kind(n) == IGDROM_NODE_VOLUME;
}

static bool is_file(const struct igdrom_firmware_node *n)
{
	return igdrom_firmware_node_kind(n) == IGDROM_NODE_FILE &&
	       is_volume(igdrom_firmware_node_parent(n));
}

/* What was found for a word of the command line. */
struct matches {
	const struct igdrom_firmware_node *first;
	size_t count;
	char list[MOST_SHOWN * (PLACE_TEXT + 64)];
};

static void add_match(struct matches *m, const struct igdrom_firmware_node *n,
		      const struct igdrom_firmware_node *volume)
{
	const char *guid = igdrom_firmware_node_guid(volume);
	size_t used = strlen(m->list);
	char place[PLACE_TEXT];

	if (m->count++ == 0)
		m->first = n;
	if (m->count > MOST_SHOWN)
		return;
	place_text(volume, place);
	snprintf(m->list + used, sizeof(m->list) - used, "%s%s (%s)", used ? ", " : "", place,
		 guid ? guid : "");
}

int find_volume(struct call *call, const struct edit_session *s,
		const struct igdrom_firmware_node **out)
{
	const char *text = option_value(call, OPTION_VOLUME);
	const struct igdrom_firmware_node *n = igdrom_firmware_root(s->firmware);
	struct matches m = {0};

	*out = NULL;
	if (!text)
		return EXIT_YES;
	for (; n; n = igdrom_firmware_node_walk(n)) {
		if (is_volume(n) && (is_named(n, text) || is_at(n, text)))
			add_match(&m, n, n);
	}
	*out = m.first;
	if (m.count == 1)
		return EXIT_YES;
	if (m.count == 0)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
				 "There is no volume %s in it; \"igdrom firmware show --all\" "
				 "lists them.",
				 text);
	return fail_with(call, EXIT_REFUSED, IGDROM_E_REFUSED, call->operands[0],
			 "There are %zu volumes %s in it: %s%s. Name one by its offset.", m.count,
			 text, m.list, m.count > MOST_SHOWN ? ", ..." : "");
}

int find_file(struct call *call, const struct edit_session *s,
	      const struct igdrom_firmware_node *volume, const char *text,
	      const struct igdrom_firmware_node **out)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(s->firmware);
	struct matches m = {0};

	for (; n; n = igdrom_firmware_node_walk(n)) {
		const struct igdrom_firmware_node *parent = igdrom_firmware_node_parent(n);

		if (is_file(n) && is_named(n, text) && (!volume || parent == volume))
			add_match(&m, n, parent);
	}
	*out = m.first;
	if (m.count == 1)
		return EXIT_YES;
	if (m.count == 0)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
				 "There is no file %s in %s; \"igdrom firmware show --all\" "
				 "lists them.",
				 text, volume ? "that volume" : "it");
	return fail_with(call, EXIT_REFUSED, IGDROM_E_REFUSED, call->operands[0],
			 "There are %zu files %s in it, in the volumes at %s%s. %s", m.count, text,
			 m.list, m.count > MOST_SHOWN ? ", ..." : "",
			 volume ? "Name one by its GUID."
				: "Say which with --volume, or name the file by its GUID.");
}

int find_place(struct call *call, const struct edit_session *s,
	       const struct igdrom_firmware_node **out)
{
	const char *after = option_value(call, OPTION_AFTER);
	const struct igdrom_firmware_node *volume;
	int code = find_volume(call, s, &volume);

	if (code != EXIT_YES)
		return code;
	if (after)
		return find_file(call, s, volume, after, out);
	*out = volume ? volume : igdrom_edit_driver_volume(s->firmware);
	if (*out)
		return EXIT_YES;
	return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
			 "There is no volume with a DXE core in it, or several: drivers are put "
			 "into a complete firmware, such as OVMF_CODE_4M.fd. --volume names "
			 "another volume.");
}

/* Whether bytes are a whole file of a volume, header included. */
static bool is_whole_file(struct igdrom_bytes bytes)
{
	const struct igdrom_firmware_node *n;
	struct igdrom_firmware *firmware;
	bool whole;

	if (igdrom_firmware_open(bytes.data, bytes.size, NULL, NULL, &firmware) != IGDROM_OK)
		return false;
	n = igdrom_firmware_node_first_child(igdrom_firmware_root(firmware));
	whole = n && igdrom_firmware_node_kind(n) == IGDROM_NODE_FILE &&
		igdrom_firmware_node_bytes(n).size == bytes.size;
	igdrom_firmware_free(firmware);
	return whole;
}

/* A section as tools extract it has a header: three bytes of size, one of type. */
static struct igdrom_bytes without_header(struct igdrom_bytes bytes)
{
	const uint8_t *p = bytes.data;

	if (bytes.size > 4 && p[3] == IGDROM_SECTION_DXE_DEPEX &&
	    (p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16) == bytes.size)
		return (struct igdrom_bytes){p + 4, bytes.size - 4};
	return bytes;
}

static int add_depex(struct call *call, struct igdrom_ffs *ffs)
{
	const char *path = option_value(call, OPTION_DEPEX);
	struct igdrom_bytes file, depex;
	enum igdrom_status status;
	int code = path ? load(call, path, &file) : EXIT_YES;

	if (code != EXIT_YES || !path)
		return code;
	depex = without_header(file);
	status = igdrom_depex_check(IGDROM_SECTION_DXE_DEPEX, depex.data, depex.size, call->report);
	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, IGDROM_SECTION_DXE_DEPEX, depex.data,
						depex.size);
	igdrom_bytes_free(&file);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

/* The name that people see: --name, or that of the file where it can be written so. */
static int add_name(struct call *call, struct igdrom_ffs *ffs, const char *path)
{
	const char *given = option_value(call, OPTION_NAME);
	enum igdrom_status status;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(base_name(path), "."), base_name(path));
	if (given)
		status = *given ? igdrom_ffs_add_name(ffs, given) : IGDROM_OK;
	else
		status = igdrom_ffs_add_name(ffs, name);
	if (given && status == IGDROM_E_INVAL)
		return usage_error(call, "The name %s cannot be written as UCS-2.", given);
	return status == IGDROM_OK || status == IGDROM_E_INVAL ? EXIT_YES
							       : fail(call, status, path);
}

static int make_file(struct call *call, unsigned type, const char *path,
		     struct igdrom_bytes content, struct igdrom_bytes *out)
{
	unsigned section = type == IGDROM_FILE_TYPE_FREEFORM
				   ? IGDROM_SECTION_RAW
				   : igdrom_content_section_type(content.data, content.size);
	const char *guid = option_value(call, OPTION_GUID);
	struct igdrom_ffs *ffs = NULL;
	enum igdrom_status status = igdrom_ffs_new(type, guid, &ffs);
	int code;

	if (status == IGDROM_E_INVAL)
		return usage_error(call,
				   "%s is no GUID, such as "
				   "D5AB69DF-C3B1-4727-93DC-9CFE4B732091.",
				   guid);
	if (status != IGDROM_OK)
		return fail(call, status, path);
	code = add_depex(call, ffs);
	if (code == EXIT_YES) {
		status = igdrom_ffs_add_section(ffs, section, content.data, content.size);
		code = status == IGDROM_OK ? add_name(call, ffs, path) : fail(call, status, path);
	}
	if (code == EXIT_YES) {
		status = igdrom_ffs_finish(ffs, out);
		code = status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
	}
	igdrom_ffs_free(ffs);
	return code;
}

/* The type of the file around some content; 0 after the failure was told. */
static int choose_type(struct call *call, const char *path, struct igdrom_bytes content,
		       unsigned *type)
{
	const char *word = option_value(call, OPTION_TYPE);
	unsigned own = igdrom_content_file_type(content.data, content.size);
	bool code = igdrom_content_section_type(content.data, content.size) != IGDROM_SECTION_RAW;

	*type = own;
	if (word && !strcmp(word, "freeform"))
		*type = IGDROM_FILE_TYPE_FREEFORM;
	else if (word && !strcmp(word, "driver"))
		*type = IGDROM_FILE_TYPE_DRIVER;
	else if (word && !strcmp(word, "application"))
		*type = IGDROM_FILE_TYPE_APPLICATION;
	else if (word)
		return usage_error(call, "There is no type %s: driver, application, freeform.",
				   word);
	if (*type == 0)
		return fail_with(call, EXIT_USAGE, IGDROM_E_NOT_RECOGNIZED, path,
				 "It is neither a driver or an application nor a file of a volume. "
				 "\"--type freeform\" puts it in as data.");
	if (*type != IGDROM_FILE_TYPE_FREEFORM && !code)
		return fail_with(call, EXIT_REFUSED, IGDROM_E_NOT_RECOGNIZED, path,
				 "It is no %s: that would be a PE image (.efi) or a TE image.",
				 word);
	if (*type != IGDROM_FILE_TYPE_DRIVER && option_given(call, OPTION_DEPEX))
		return usage_error(call, "--depex is for drivers: nothing else waits for others.");
	return EXIT_YES;
}

/* The option that a whole file has no use for; NULL: none was given. */
static const char *useless_option(const struct call *call)
{
	for (size_t i = 0; i < call->given_count; i++) {
		switch (call->given[i].option->id) {
		case OPTION_GUID:
		case OPTION_NAME:
		case OPTION_TYPE:
		case OPTION_DEPEX:
			return call->given[i].option->name;
		default:
			break;
		}
	}
	return NULL;
}

int insert_file(struct call *call, struct edit_session *s, const char *path,
		const struct igdrom_firmware_node *where)
{
	struct igdrom_bytes bytes, made = {0}, file;
	const char *useless = useless_option(call);
	enum igdrom_status status;
	unsigned type;
	bool whole;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	whole = is_whole_file(bytes);
	if (whole && useless)
		code = usage_error(call,
				   "%s is a whole file of a volume with a header and sections "
				   "of its own: --%s is for bare content.",
				   path, useless);
	if (code == EXIT_YES && !whole)
		code = choose_type(call, path, bytes, &type);
	if (code == EXIT_YES && !whole)
		code = make_file(call, type, path, bytes, &made);
	file = whole ? bytes : made;
	if (code == EXIT_YES) {
		status = igdrom_edit_insert(s->edit, where, file.data, file.size, call->report);
		code = status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, path);
	}
	igdrom_bytes_free(&made);
	igdrom_bytes_free(&bytes);
	return code;
}

int check_file_options(struct call *call)
{
	const char *useless = useless_option(call);

	if (useless && !option_given(call, OPTION_FILE))
		return usage_error(call, "--%s says how --file goes in, and there is no --file.",
				   useless);
	return EXIT_YES;
}

int replace_file(struct call *call, struct edit_session *s,
		 const struct igdrom_firmware_node *target, const char *path)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	if (is_whole_file(bytes))
		status = igdrom_edit_replace(s->edit, target, bytes.data, bytes.size, call->report);
	else
		status = igdrom_edit_replace_content(s->edit, target, bytes.data, bytes.size,
						     call->report);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : edit_failed(call, status, path);
}
