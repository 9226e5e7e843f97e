/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs: lines of any log, cleaned of what terminals, syslog and Windows put into them, and the
 * table of known lines (tables/log-lines.tsv).
 */
#ifndef IGDROM_VM_EXPLAIN_H
#define IGDROM_VM_EXPLAIN_H

#include "core/report.h"

/* Bytes of a line that are looked at; what is behind them is not. */
#define LOG_MAX_LINE 8192
/* Captures that one known line hands to its finding. */
#define LOG_MAX_CAPTURES 6
/* Candidates for a known line that are looked at closely in one line: the time is bounded by it. */
#define LOG_MAX_TRIES 32
/* Bytes by which a known line is recognized at first: an anchor. */
#define LOG_ANCHOR_BYTES 4
/* Most rows of the table. */
#define LOG_MAX_ROWS 512

struct log_text {
	const uint8_t *data;
	size_t size;
	size_t at;  /* where the next line starts */
	bool utf16; /* UTF-16LE, as PowerShell writes */
};

struct log_line {
	uint64_t at; /* where it starts in the log */
	size_t size;
	char text[LOG_MAX_LINE + 1]; /* and a NUL */
};

struct log_text log_text_of(const void *data, size_t size);
/* The next line without what ends it, without NUL bytes and escape sequences; false: no more. */
bool log_next_line(struct log_text *log, struct log_line *line);

enum log_part_type {
	LOG_FIXED,   /* this text */
	LOG_DECIMAL, /* digits */
	LOG_HEX,     /* hexadecimal digits, with or without 0x */
	LOG_ID,      /* PCI id: four hexadecimal digits */
	LOG_ADDRESS, /* PCI address, or a range of them */
	LOG_WORD, /* no blank in it, and not the first character of the fixed text that follows */
	LOG_TEXT, /* up to the first place where the fixed text that follows stands */
	LOG_REST, /* all that is left */
};

struct log_part {
	enum log_part_type type;
	const char *fixed; /* LOG_FIXED */
	uint8_t size;      /* of fixed */
	bool named;        /* is an argument of the finding */
	bool varies;       /* lines that differ in this alone count as equal */
};

/* From one release of QEMU to another, both included: 10.1 is 10001. */
struct log_range {
	uint32_t from;
	uint32_t to;
};

struct log_row {
	enum finding_code code;
	const struct log_part *parts;
	struct log_range qemu; /* the row is for these only; to 0: for any */
	uint16_t fixed_bytes;  /* of all parts */
	uint8_t part_count;
	uint8_t first;      /* index of the first fixed part: 0 or 1 */
	uint8_t anchor;     /* where in that part the anchor is */
	uint8_t tells_qemu; /* 1 + index of the capture that is QEMU's version; 0: none */
	uint16_t index;     /* of this row */
	bool wrapper;       /* counts only when nothing else is known in the line */
	bool same_anchor;   /* the next row has the same hash */
};

struct log_capture {
	const char *text; /* in the line */
	size_t size;
	uint64_t number; /* LOG_DECIMAL, LOG_HEX, LOG_ID */
	bool is_number;
	bool varies;
};

struct log_match {
	const struct log_row *row; /* NULL: nothing known */
	struct log_capture captures[LOG_MAX_CAPTURES];
	size_t count;
};

/* What is known in a line. qemu: release as in log_range, 0 when it is not known. */
struct log_match log_match_line(const struct log_line *line, uint32_t qemu);

#endif
