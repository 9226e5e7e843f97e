/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/formats.h"

#include "core/report.h"
#include "core/search.h"
#include "vm/libvirt.h"
#include "vm/plan.h"
#include "vm/pve.h"
#include "vm/qemu.h"

#include <string.h>

static const struct vm_format formats[] = {
	[IGDROM_VM_FORMAT_UNKNOWN] = {"unknown", NULL, NULL},
	[IGDROM_VM_FORMAT_PVE] = {"pve", vm_read_pve, vm_write_pve},
	[IGDROM_VM_FORMAT_QM] = {"qm", NULL, vm_write_qm},
	[IGDROM_VM_FORMAT_QEMU] = {"qemu", vm_read_qemu, vm_write_qemu},
	[IGDROM_VM_FORMAT_LIBVIRT] = {"libvirt", vm_read_libvirt, vm_write_libvirt},
	[IGDROM_VM_FORMAT_UNRAID] = {"unraid", vm_read_libvirt, vm_write_unraid},
};

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

static const struct vm_format *format_at(enum igdrom_vm_format format)
{
	return (unsigned)format < FORMAT_COUNT ? &formats[format] : NULL;
}

const char *igdrom_vm_format_name(enum igdrom_vm_format format)
{
	return (format_at(format) ? format_at(format) : &formats[0])->name;
}

static bool contains(const char *text, size_t size, const char *words)
{
	struct search_needle needle = {.bytes = words, .size = strlen(words), .key = 0};

	return search_next((const uint8_t *)text, size, 0, &needle) < size;
}

static bool is_key_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "key: value", as each line of a PVE configuration that is neither a comment nor a section. */
static bool is_pve_line(const char *line, size_t size)
{
	size_t at = 0;

	while (at < size && is_key_letter(line[at]))
		at++;
	return at > 1 && at + 1 < size && line[at] == ':' && is_space(line[at + 1]);
}

/* Whether the first line that says something is one of a PVE configuration. */
static bool is_pve(const char *text, size_t size)
{
	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;

		if (length && text[0] != '#' && text[0] != '\r')
			return is_pve_line(text, length);
		size -= end ? length + 1 : length;
		text += end ? length + 1 : length;
	}
	return false;
}

enum igdrom_vm_format vm_format_of(const char *text, size_t size)
{
	size_t at = 0;

	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < size && is_space(text[at]))
		at++;
	if (at < size && text[at] == '<')
		return contains(text, size, "<vmtemplate") ? IGDROM_VM_FORMAT_UNRAID
							   : IGDROM_VM_FORMAT_LIBVIRT;
	if (is_pve(text, size))
		return IGDROM_VM_FORMAT_PVE;
	if (contains(text, size, "qemu-system") || contains(text, size, "-device"))
		return IGDROM_VM_FORMAT_QEMU;
	return IGDROM_VM_FORMAT_UNKNOWN;
}

enum igdrom_status igdrom_vm_config_read(const void *data, size_t size,
					 enum igdrom_vm_format format, struct igdrom_report *report,
					 struct igdrom_vm_config **out)
{
	struct igdrom_vm_config *config;
	enum igdrom_status status;

	if (out)
		*out = NULL;
	if ((!data && size) || !out || !format_at(format))
		return IGDROM_E_INVAL;
	if (size > VM_MAX_TEXT_BYTES) {
		report_add(report, FINDING_VM_TEXT_LARGE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(VM_MAX_TEXT_BYTES)));
		return IGDROM_E_LIMIT;
	}
	if (format == IGDROM_VM_FORMAT_UNKNOWN && size)
		format = vm_format_of(data, size);
	if (!formats[format].read) {
		report_add(report, FINDING_VM_TEXT_UNKNOWN, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		return format == IGDROM_VM_FORMAT_UNKNOWN ? IGDROM_E_NOT_RECOGNIZED
							  : IGDROM_E_NOT_BUILT;
	}
	config = vm_config_new(format);
	if (!config)
		return IGDROM_E_NOMEM;
	status = formats[format].read(data, size, report, config);
	if (status == IGDROM_OK)
		status = config->err;
	if (status != IGDROM_OK) {
		vm_config_free(config);
		return status;
	}
	vm_config_complete(config);
	*out = config;
	return IGDROM_OK;
}

/* A function of the same GPU, and one of the two is the GPU as a whole. */
static bool excludes(const struct vm_device *gpu, const struct vm_device *other)
{
	const struct vm_address *a = &gpu->host;
	const struct vm_address *b = &other->host;

	return a->known && b->known && !gpu->mdev && !other->mdev && !other->all_functions &&
	       a->domain == b->domain && a->bus == b->bus && a->slot == b->slot &&
	       a->function != b->function && (a->function == 0 || b->function == 0);
}

/* What is there stays, so the GPU cannot join one of its own functions. */
static enum igdrom_status check_functions(const struct igdrom_vm_config *wanted,
					  enum igdrom_vm_format format, const void *existing,
					  size_t size, struct igdrom_report *report)
{
	struct igdrom_vm_config *have = NULL;
	enum igdrom_status status;

	if (format == IGDROM_VM_FORMAT_QM)
		format = IGDROM_VM_FORMAT_PVE;
	status = igdrom_vm_config_read(existing, size, format, NULL, &have);
	for (size_t i = 0; have && status == IGDROM_OK && i < have->device_count; i++) {
		const struct vm_device *other = &have->devices[i];

		if (!excludes(&wanted->devices[0], other))
			continue;
		report_add(report, FINDING_VM_WRITE_PF_AND_VF, other->at,
			   REPORT_ARGS(ARG_S(other->id ? other->id : "A device"),
				       ARG_S(other->host.text)));
		status = IGDROM_E_REFUSED;
	}
	igdrom_vm_config_free(have);
	/* What cannot be read is for the writer to tell. */
	return status == IGDROM_E_REFUSED || status == IGDROM_E_NOMEM ? status : IGDROM_OK;
}

enum igdrom_status igdrom_vm_write(const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
				   const void *existing, size_t existing_size,
				   struct igdrom_report *report, struct igdrom_bytes *out)
{
	struct build text = build_new(2 * VM_MAX_TEXT_BYTES);
	enum igdrom_status status;

	if (out)
		*out = (struct igdrom_bytes){NULL, 0};
	if (!plan || !out || (!existing && existing_size) || !format_at(format))
		return IGDROM_E_INVAL;
	if (!plan->config)
		return IGDROM_E_STATE;
	if (existing_size > VM_MAX_TEXT_BYTES)
		return IGDROM_E_LIMIT;
	if (!formats[format].write)
		return format == IGDROM_VM_FORMAT_UNKNOWN ? IGDROM_E_INVAL : IGDROM_E_NOT_BUILT;
	status = existing_size
			 ? check_functions(plan->config, format, existing, existing_size, report)
			 : IGDROM_OK;
	if (status == IGDROM_OK)
		status =
			formats[format].write(plan->config, existing, existing_size, report, &text);
	if (status != IGDROM_OK) {
		build_free(&text);
		return status;
	}
	return build_finish(&text, out);
}
