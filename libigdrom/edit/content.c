/* SPDX-License-Identifier: BSD-2-Clause */
/* Other content in a section of a file, all else of the file as it was. */
#include "edit/edit.h"

#include "firmware/section.h"

#include <stdlib.h>

static bool is_leaf(const struct igdrom_firmware_node *section)
{
	switch (section->type_number) {
	case FW_SECTION_COMPRESSED:
	case FW_SECTION_GUID_DEFINED:
	case FW_SECTION_DISPOSABLE:
	case FW_SECTION_FV_IMAGE:
		return false;
	default:
		return true;
	}
}

/* The next section of a file, in the order of the bytes, without what lies in volumes inside it. */
static const struct igdrom_firmware_node *next_section(const struct igdrom_firmware_node *n,
						       const struct igdrom_firmware_node *file)
{
	if (n->first && (n == file || !is_leaf(n)) && n->first->kind == IGDROM_NODE_SECTION)
		return n->first;
	while (n != file && !(n->next && n->next->kind == IGDROM_NODE_SECTION))
		n = n->parent;
	return n == file ? NULL : n->next;
}

static bool holds_data(unsigned type)
{
	return type == FW_SECTION_RAW || type == FW_SECTION_FREEFORM;
}

static bool is_wanted(unsigned type, unsigned wanted)
{
	return holds_data(wanted) ? holds_data(type) : type == wanted;
}

/* The sections of a type in a file. */
static size_t count_sections(const struct igdrom_firmware_node *file, unsigned wanted,
			     const struct igdrom_firmware_node **last)
{
	const struct igdrom_firmware_node *n = file;
	size_t count = 0;

	while ((n = next_section(n, file)) != NULL) {
		if (!is_leaf(n) || !is_wanted(n->type_number, wanted))
			continue;
		*last = n;
		count++;
	}
	return count;
}

/* The one section that content of this kind goes into. */
static const struct igdrom_firmware_node *choose(const struct igdrom_firmware_node *file,
						 unsigned wanted, struct igdrom_report *report)
{
	const struct igdrom_firmware_node *found = NULL, *other = NULL;
	size_t count = count_sections(file, wanted, &found);

	/* Code can be data too. */
	if (count == 0 && wanted != FW_SECTION_RAW &&
	    count_sections(file, FW_SECTION_PE32, &other) == 0 &&
	    count_sections(file, FW_SECTION_TE, &other) == 0) {
		wanted = FW_SECTION_RAW;
		count = count_sections(file, wanted, &found);
	}
	if (count == 1)
		return found;
	report_add(report, FINDING_EDIT_CONTENT, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(file->guid), ARG_S(fw_section_type_name((uint8_t)wanted)),
			       ARG_U(count)));
	return NULL;
}

/* A section, or a file that has none, with other bytes behind its header. */
static enum igdrom_status make_first(const struct igdrom_firmware_node *node, const void *data,
				     size_t size, struct igdrom_bytes *out)
{
	struct cur c = fw_cur(fw_span_of(node->parent));
	struct build b = build_new(UINT32_MAX);
	struct fw_volume_header volume;
	enum igdrom_status status = IGDROM_OK;

	build_bytes(&b, node->stream->data + node->offset, node->header_size);
	build_bytes(&b, data, size);
	if (node->kind == IGDROM_NODE_SECTION) {
		status = edit_seal_section(node, size, &b);
	} else {
		status = fw_decode_volume_header(&c, &volume);
		if (status == IGDROM_OK && b.err == IGDROM_OK)
			build_fill(&b, edit_tail_size(b.data, &volume), 0);
		if (status == IGDROM_OK)
			status = edit_finish_file(node->size, node->header_size, &volume, &b);
	}
	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}

/* The file around a section, or a file without sections, that holds other bytes. */
static enum igdrom_status make_file(const struct igdrom_edit *edit,
				    const struct igdrom_firmware_node *node,
				    const struct igdrom_firmware_node *file, const void *data,
				    size_t size, struct igdrom_report *report,
				    struct igdrom_bytes *out)
{
	struct edit_work work = {
		.edit = edit,
		.report = report,
		.encodable = igdrom_limits_get(NULL, IGDROM_LIMIT_EXPANDED_BYTES),
	};
	size_t room = node->depth - file->depth + 1;
	enum igdrom_status status;

	work.parts = calloc(room, sizeof(*work.parts));
	if (!work.parts)
		return IGDROM_E_NOMEM;
	work.parts[0].node = node;
	status = make_first(node, data, size, &work.parts[0].bytes);
	work.count = 1;
	while (status == IGDROM_OK && work.parts[work.count - 1].node != file) {
		struct edit_part *part = &work.parts[work.count++];

		part->node = part[-1].node->parent;
		status = edit_enclose(&work, part->node, &part->bytes);
	}
	if (status == IGDROM_OK) {
		*out = work.parts[work.count - 1].bytes;
		work.parts[work.count - 1].bytes.data = NULL;
	}
	for (size_t i = 0; i < work.count; i++)
		igdrom_bytes_free(&work.parts[i].bytes);
	free(work.parts);
	return status;
}

/* The file that a node is, or a section of. */
static const struct igdrom_firmware_node *file_of(const struct igdrom_firmware_node *node)
{
	while (node && node->kind == IGDROM_NODE_SECTION)
		node = node->parent;
	if (!node || node->kind != IGDROM_NODE_FILE || !node->parent ||
	    node->parent->kind != IGDROM_NODE_VOLUME)
		return NULL;
	return node->type_number == EDIT_TYPE_PAD || node->type_number == EDIT_TYPE_ALL ? NULL
											: node;
}

/* Code takes the place of code of its form, for the same machine. */
static enum igdrom_status check_code(const struct igdrom_firmware_node *section, const void *data,
				     size_t size, struct igdrom_report *report)
{
	struct igdrom_bytes old = igdrom_firmware_node_body(section);
	struct edit_code was = edit_code_of(old.data, old.size), is = edit_code_of(data, size);

	if (igdrom_content_section_type(data, size) != section->type_number) {
		report_add(report, FINDING_EDIT_NO_DRIVER, 0, REPORT_NO_ARGS);
		return IGDROM_E_CORRUPT;
	}
	if (was.form == EDIT_CODE_NONE || is.machine == was.machine)
		return IGDROM_OK;
	report_add(report, FINDING_EDIT_MACHINE, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_U(is.machine), ARG_U(was.machine)));
	return IGDROM_E_REFUSED;
}

static enum igdrom_status check_content(const struct igdrom_firmware_node *section,
					const struct igdrom_firmware_node *file, const void *data,
					size_t size, struct igdrom_report *report)
{
	if (!edit_is_open(section, file, report))
		return IGDROM_E_REFUSED;
	switch (section->type_number) {
	case FW_SECTION_DXE_DEPEX:
	case FW_SECTION_PEI_DEPEX:
	case FW_SECTION_MM_DEPEX:
		return igdrom_depex_check(section->type_number, data, size, report);
	case FW_SECTION_PE32:
	case FW_SECTION_TE:
		return check_code(section, data, size, report);
	default:
		return IGDROM_OK;
	}
}

enum igdrom_status igdrom_edit_replace_content(struct igdrom_edit *edit,
					       const struct igdrom_firmware_node *target,
					       const void *data, size_t size,
					       struct igdrom_report *report)
{
	const struct igdrom_firmware_node *file = target ? file_of(target) : NULL,
					  *section = target;
	struct igdrom_bytes made = {0};
	enum igdrom_status status;

	if (!edit || !file || (!data && size) || !edit_is_in(target, edit->firmware) ||
	    (target != file && !is_leaf(target)))
		return IGDROM_E_INVAL;
	if (target == file && file->type_number != EDIT_TYPE_RAW)
		section = choose(file, igdrom_content_section_type(data, size), report);
	if (!section)
		return IGDROM_E_REFUSED;
	status = section == file ? IGDROM_OK : check_content(section, file, data, size, report);
	/* What forbids it is known before anything is encoded. */
	if (status == IGDROM_OK && !edit_is_allowed(edit, file->parent, report))
		status = IGDROM_E_REFUSED;
	if (status == IGDROM_OK)
		status = make_file(edit, section, file, data, size, report, &made);
	if (status == IGDROM_OK)
		status = igdrom_edit_replace(edit, file, made.data, made.size, report);
	igdrom_bytes_free(&made);
	return status;
}
