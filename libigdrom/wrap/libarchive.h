/* SPDX-License-Identifier: BSD-2-Clause */
/* libarchive, loaded when the first archive is opened. */
#ifndef IGDROM_WRAP_LIBARCHIVE_H
#define IGDROM_WRAP_LIBARCHIVE_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

#define LIBARCHIVE_FUNCTIONS(F)        \
	F(entry_filetype)              \
	F(entry_hardlink)              \
	F(entry_is_encrypted)          \
	F(entry_pathname)              \
	F(entry_pathname_utf8)         \
	F(entry_size)                  \
	F(entry_size_is_set)           \
	F(error_string)                \
	F(format)                      \
	F(read_data)                   \
	F(read_free)                   \
	F(read_has_encrypted_entries)  \
	F(read_new)                    \
	F(read_next_header)            \
	F(read_open_memory)            \
	F(read_support_format_7zip)    \
	F(read_support_format_cab)     \
	F(read_support_format_iso9660) \
	F(read_support_format_rar)     \
	F(read_support_format_rar5)    \
	F(read_support_format_tar)     \
	F(read_support_format_zip)

struct libarchive {
#define LIBARCHIVE_MEMBER(name) __typeof__(&archive_##name) name;
	LIBARCHIVE_FUNCTIONS(LIBARCHIVE_MEMBER)
#undef LIBARCHIVE_MEMBER
};

/* Its functions, without their prefix. */
extern struct libarchive libarchive;

/* Fills them in, once for all threads; false when it is not installed. */
bool libarchive_load(void);

#endif
