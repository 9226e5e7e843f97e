/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives, read by libarchive from memory. Only the reader of the format that was recognised is
 * enabled and no filter at all: libarchive starts programs for some filters.
 */
#include "wrap/internal.h"

#include "compress/output.h"
#include "core/text.h"
#include "wrap/iso.h"
#include "wrap/libarchive.h"

#include <stdlib.h>

#define MOST_ENTRIES  100000
#define MOST_ARCHIVES 16 /* in one executable */
#define FIRST_ROOM    (1U << 20)
#define MOST_AT_ONCE  (1U << 20) /* bytes of an entry, between which it can be canceled */
#define NAME_BYTES    255

/* What is told once for a whole archive. */
struct told {
	uint64_t left_out;
	char *first_left_out;
	bool encrypted;
};

/* Enables the reader of a format; an archive status. */
static int support(struct archive *a, enum archive_kind kind)
{
	switch (kind) {
	case ARCHIVE_7Z:
		return libarchive.read_support_format_7zip(a);
	case ARCHIVE_RAR:
		return libarchive.read_support_format_rar(a) == ARCHIVE_OK
			       ? libarchive.read_support_format_rar5(a)
			       : ARCHIVE_FATAL;
	case ARCHIVE_CABINET:
		return libarchive.read_support_format_cab(a);
	case ARCHIVE_ZIP:
		return libarchive.read_support_format_zip(a);
	case ARCHIVE_ISO:
		return libarchive.read_support_format_iso9660(a);
	case ARCHIVE_TAR:
		return libarchive.read_support_format_tar(a);
	}
	return ARCHIVE_FATAL;
}

static const char *reason(struct archive *a)
{
	const char *text = libarchive.error_string(a);

	return text ? text : "unknown";
}

/* libarchive converts names by the locale, and gives none where that fails. */
static const char *entry_name(struct archive_entry *entry)
{
	const char *name = libarchive.entry_pathname_utf8(entry);

	if (!name)
		name = libarchive.entry_pathname(entry);
	return name ? name : "";
}

struct reading {
	const struct wrap_job *job;
	struct archive *a;
	uint64_t bytes; /* that came out */
};

static enum igdrom_status read_some(void *state, struct output *o, bool *end)
{
	struct reading *reading = state;

	while (o->size < o->room) {
		size_t room = o->room - o->size;
		la_ssize_t n;

		if (!wrap_go_on(reading->job))
			return IGDROM_E_CANCELED;
		n = libarchive.read_data(reading->a, o->data + o->size,
					 room < MOST_AT_ONCE ? room : MOST_AT_ONCE);
		if (n < 0)
			return IGDROM_E_CORRUPT;
		if (n == 0) {
			*end = true;
			break;
		}
		o->size += (size_t)n;
		reading->bytes += (uint64_t)n;
	}
	return IGDROM_OK;
}

/* What an entry says that it will be, as far as that is worth believing before it is read. */
static size_t expected_size(const struct wrap_job *job, struct archive_entry *entry)
{
	int64_t size = libarchive.entry_size_is_set(entry) ? libarchive.entry_size(entry) : 0;
	uint64_t most = (uint64_t)job->file.left * 16;

	if (size <= 0)
		return FIRST_ROOM;
	return (uint64_t)size < most ? (size_t)size : (size_t)most;
}

/*
 * Whether entries can be read behind one that was not read to its end. Where they share a stream,
 * what follows is lost, and libarchive 3.6 and 3.7 crash when they skip the rest of one in a
 * damaged cabinet (libarchive issue 2861).
 */
static bool may_go_on(const struct wrap_place *place)
{
	return place->kind == ARCHIVE_ZIP || place->kind == ARCHIVE_ISO;
}

static enum igdrom_status read_entry(struct wrap_job *job, const struct wrap_place *place,
				     struct archive *a, struct archive_entry *entry)
{
	const char *name = entry_name(entry);
	struct reading reading = {.job = job, .a = a};
	struct igdrom_bytes bytes;
	enum igdrom_status status =
		output_run(read_some, &reading, expected_size(job, entry), wrap_most(job), &bytes);

	(void)wrap_spend(job, reading.bytes);
	switch (status) {
	case IGDROM_OK:
		return wrap_add_owned(job, name, strlen(name), place->offset, place->size, &bytes);
	case IGDROM_E_LIMIT:
		(void)wrap_too_large(job, place->offset);
		break;
	case IGDROM_E_NOMEM:
	case IGDROM_E_CANCELED:
		return status;
	default:
		wrap_note(job, FINDING_WRAP_ENTRY_UNREADABLE, job->file.at + place->offset,
			  REPORT_ARGS(ARG_S(name), ARG_S(reason(a)),
				      ARG_S(archive_tool((enum archive_kind)place->kind))));
	}
	return may_go_on(place) ? IGDROM_OK : status;
}

static void leave_out(struct told *told, struct archive_entry *entry)
{
	const char *name = entry_name(entry);

	if (told->left_out++ == 0)
		told->first_left_out = text_clean(name, strlen(name), NAME_BYTES);
}

/*
 * An entry that is left out costs what it decodes to where entries share a stream, and nothing
 * where they do not.
 */
static enum igdrom_status pass_over(struct wrap_job *job, const struct wrap_place *place,
				    uint64_t size)
{
	if (may_go_on(place) || wrap_spend(job, size))
		return IGDROM_OK;
	return wrap_too_large(job, place->offset);
}

static enum igdrom_status handle_entry(struct wrap_job *job, const struct wrap_place *place,
				       struct archive *a, struct archive_entry *entry,
				       struct told *told)
{
	int64_t size = libarchive.entry_size(entry);
	bool known = libarchive.entry_size_is_set(entry) && size >= 0;

	if (libarchive.entry_filetype(entry) != AE_IFREG || libarchive.entry_hardlink(entry))
		return IGDROM_OK;
	if (!wrap_may_be_firmware(entry_name(entry), known ? (uint64_t)size : UINT64_MAX)) {
		leave_out(told, entry);
		return pass_over(job, place, known ? (uint64_t)size : 0);
	}
	if (libarchive.entry_is_encrypted(entry)) {
		told->encrypted = true;
		return IGDROM_OK;
	}
	if (known && (uint64_t)size > wrap_most(job)) {
		(void)wrap_too_large(job, place->offset);
		return pass_over(job, place, (uint64_t)size);
	}
	return read_entry(job, place, a, entry);
}

/* No more of the archive can be read. A lack of memory is no other case: damaged archives ask
 * libarchive for any amount. */
static enum igdrom_status explain_end(struct wrap_job *job, const struct wrap_place *place,
				      struct archive *a, struct told *told)
{
	/* libarchive 3.6 reads out of bounds when asked before it has chosen a format. */
	told->encrypted = told->encrypted || (libarchive.format(a) != 0 &&
					      libarchive.read_has_encrypted_entries(a) > 0);
	if (told->encrypted)
		return IGDROM_OK;
	wrap_note(job, FINDING_WRAP_ARCHIVE_DAMAGED, job->file.at + place->offset,
		  REPORT_ARGS(ARG_S(place->name), ARG_S(reason(a)),
			      ARG_S(archive_tool((enum archive_kind)place->kind))));
	return IGDROM_E_CORRUPT;
}

static enum igdrom_status read_entries(struct wrap_job *job, const struct wrap_place *place,
				       struct archive *a, struct told *told)
{
	for (size_t i = 0; i < MOST_ENTRIES; i++) {
		struct archive_entry *entry;
		int ret = libarchive.read_next_header(a, &entry);
		enum igdrom_status status;

		if (ret == ARCHIVE_EOF)
			return IGDROM_OK;
		if (!wrap_go_on(job))
			return IGDROM_E_CANCELED;
		if (ret == ARCHIVE_OK || ret == ARCHIVE_WARN) {
			status = handle_entry(job, place, a, entry, told);
			if (status != IGDROM_OK)
				return status;
		} else if (ret == ARCHIVE_FATAL) {
			return explain_end(job, place, a, told);
		}
	}
	wrap_note(job, FINDING_WRAP_PARTS_LIMIT, job->file.at + place->offset,
		  REPORT_ARGS(ARG_U(MOST_ENTRIES)));
	return IGDROM_E_LIMIT;
}

static enum igdrom_status tell(struct wrap_job *job, const struct wrap_place *place,
			       const struct told *told, enum igdrom_status status)
{
	uint64_t at = job->file.at + place->offset;

	if (told->left_out)
		wrap_note(job, FINDING_WRAP_LEFT_OUT, at,
			  REPORT_ARGS(ARG_U(told->left_out), ARG_S(place->name),
				      ARG_S(told->first_left_out ? told->first_left_out : "?")));
	if (!told->encrypted)
		return status;
	wrap_note(job, FINDING_WRAP_ENCRYPTED, at,
		  REPORT_ARGS(ARG_S(place->name),
			      ARG_S(archive_tool((enum archive_kind)place->kind))));
	return status == IGDROM_OK ? IGDROM_E_UNSUPPORTED : status;
}

/* ZIP keeps offsets from the start of the file, which an executable in front may be part of. */
static enum igdrom_status open_archive(struct archive *a, const struct wrap_job *job,
				       const struct wrap_place *place)
{
	size_t from = place->kind == ARCHIVE_ZIP ? 0 : place->offset;

	if (support(a, (enum archive_kind)place->kind) != ARCHIVE_OK)
		return IGDROM_E_NOT_BUILT;
	if (libarchive.read_open_memory(a, job->file.p + from,
					place->offset + place->size - from) != ARCHIVE_OK)
		return IGDROM_E_CORRUPT;
	return IGDROM_OK;
}

static enum igdrom_status unpack_one(struct wrap_job *job, const struct wrap_place *place)
{
	struct archive *a = libarchive.read_new();
	enum igdrom_status status = IGDROM_E_NOMEM;
	struct told told = {0};

	if (!a)
		return status;
	status = open_archive(a, job, place);
	if (status == IGDROM_OK)
		status = read_entries(job, place, a, &told);
	else
		status = explain_end(job, place, a, &told);
	if (!wrap_is_over(status))
		status = tell(job, place, &told, status);
	free(told.first_left_out);
	libarchive.read_free(a);
	return status;
}

enum igdrom_status archive_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	struct wrap_place next = *place;
	enum igdrom_status result = IGDROM_OK;

	if (!libarchive_load()) {
		wrap_note(job, FINDING_WRAP_LIBRARY_MISSING, job->file.at + place->offset,
			  REPORT_ARGS(ARG_S(place->name), ARG_S(LIBARCHIVE_SONAME),
				      ARG_S(archive_tool((enum archive_kind)place->kind))));
		return IGDROM_E_NOT_BUILT;
	}
	if (place->kind == ARCHIVE_ISO)
		result = iso_add_boot_images(job);
	for (size_t i = 0; i < MOST_ARCHIVES && !wrap_is_over(result); i++) {
		enum igdrom_status status = unpack_one(job, &next);

		result = result == IGDROM_OK || wrap_is_over(status) ? status : result;
		if (!archive_find_next(job->file, &next))
			break;
	}
	return result;
}
