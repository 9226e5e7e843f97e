/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs retyped by hand (tests/fixtures/vm/logs) and what each of their lines means. */
#include "unit.h"

#include "findings.h"
#include "vm/explain.h"

#include <igdrom/vm.h>

#include <stdio.h>

#include "vm/log_lines.inc"

#define MAX_FILE 65536
#define ROWS     (sizeof(log_rows) / sizeof(log_rows[0]))

struct text {
	char data[MAX_FILE];
	size_t size;
};

static void read_file(const char *name, struct text *out)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", LOGS, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	out->size = fread(out->data, 1, sizeof(out->data) - 1, file);
	out->data[out->size] = '\0';
	assert_true(feof(file));
	fclose(file);
}

static struct igdrom_report *explain(const void *log, size_t size, const char *qemu)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	if (qemu) {
		assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
		assert_int_equal(igdrom_vm_request_set(request, "qemu", qemu, NULL), IGDROM_OK);
	}
	assert_int_equal(igdrom_vm_explain(log, size, request, NULL, report), IGDROM_OK);
	igdrom_vm_request_free(request);
	return report;
}

static struct igdrom_report *explain_text(const char *log)
{
	return explain(log, strlen(log), NULL);
}

static const char *code_at(const struct igdrom_report *report, size_t index)
{
	return igdrom_finding_code(igdrom_report_at(report, index));
}

/* Number of the line (from 1) that starts at the offset; 0 when none does. */
static unsigned line_of(const struct text *log, uint64_t offset)
{
	unsigned line = 1;

	if (offset >= log->size || (offset && log->data[offset - 1] != '\n'))
		return 0;
	for (uint64_t i = 0; i < offset; i++)
		line += log->data[i] == '\n';
	return line;
}

/* The next row of expected.tsv for this file and this QEMU; its fields, or false. */
static bool next_row(const char **tsv, const char *file, const char *qemu, char fields[5][256])
{
	while (**tsv) {
		size_t size = strcspn(*tsv, "\n");
		char row[1024];
		int count;

		assert_true(size < sizeof(row));
		memcpy(row, *tsv, size);
		row[size] = '\0';
		*tsv += size + ((*tsv)[size] == '\n');
		if (row[0] == '#')
			continue;
		count = sscanf(row, "%255[^\t]\t%255[^\t]\t%255[^\t]\t%255[^\t]\t%255[^\t]",
			       fields[0], fields[1], fields[2], fields[3], fields[4]);
		if (count != 5)
			fail_msg("expected.tsv: %s", row);
		if (!strcmp(fields[0], file) && !strcmp(fields[1], qemu))
			return true;
	}
	return false;
}

/* Findings of the log are those of expected.tsv, no more and no less, in this order. */
static void check_file(const char *file, const char *qemu)
{
	static struct text log, tsv;
	struct igdrom_report *report;
	const char *p = tsv.data;
	char fields[5][256];
	size_t i = 0;

	read_file(file, &log);
	read_file("expected.tsv", &tsv);
	report = explain(log.data, log.size, strcmp(qemu, "-") != 0 ? qemu : NULL);
	while (next_row(&p, file, qemu, fields)) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i++);
		unsigned line = line_of(&log, igdrom_finding_offset(finding));

		if (line != (unsigned)atoi(fields[2]) ||
		    strcmp(igdrom_finding_code(finding), fields[3]) != 0)
			fail_msg("%s (%s): wanted %s:%s, found %u:%s", file, qemu, fields[2],
				 fields[3], line, igdrom_finding_code(finding));
		if (strcmp(fields[4], "-") != 0 && !strstr(igdrom_finding_text(finding), fields[4]))
			fail_msg("%s:%s: no \"%s\" in: %s", file, fields[2], fields[4],
				 igdrom_finding_text(finding));
	}
	if (i > 0 && i < igdrom_report_count(report) &&
	    igdrom_finding_offset(igdrom_report_at(report, i)) == IGDROM_NO_OFFSET)
		i++; /* what is said about the whole log */
	if (i < igdrom_report_count(report))
		fail_msg("%s (%s): line %u is known as %s", file, qemu,
			 line_of(&log, igdrom_finding_offset(igdrom_report_at(report, i))),
			 code_at(report, i));
	assert_true(i > 0);
	igdrom_report_free(report);
}

static void logs_are_explained_line_by_line(void **state)
{
	static const char *const files[] = {"dmesg.txt", "guest.txt", "libvirt.txt", "ovmf.txt",
					    "pve.txt",   "qemu.txt",  "qemu72.txt"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		check_file(files[i], "-");
}

static void known_qemu_narrows_causes(void **state)
{
	static const char *const releases[] = {"8.2", "9.2", "10.0", "10.1"};

	(void)state;
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		check_file("versions.txt", releases[i]);
	check_file("versions.txt", "-");
}

static void qemu_named_in_the_log_narrows_causes(void **state)
{
	static const char log[] =
		"2026-01-01 10:00:00.000+0000: starting up libvirt version: 10.10.0, package: 1, "
		"qemu "
		"version: 9.2.0, kernel: 6.12\n"
		"IGD device 0000:00:02.0 is unsupported in legacy mode, try SandyBridge or newer\n";
	struct igdrom_report *report = explain_text(log);

	(void)state;
	assert_string_equal(code_at(report, 0), "log-libvirt-started");
	assert_string_equal(code_at(report, 1), "log-igd-unsupported-9-2");
	igdrom_report_free(report);
	report = explain(log, strlen(log), "10.0");
	assert_string_equal(code_at(report, 1), "log-igd-unsupported-10-0");
	igdrom_report_free(report);
}

static void lines_that_look_alike_are_not_known(void **state)
{
	static struct text log;
	struct igdrom_report *report;

	(void)state;
	read_file("near.txt", &log);
	report = explain(log.data, log.size, NULL);
	if (strcmp(code_at(report, 0), "log-nothing-known") != 0)
		fail_msg("line %u is known as %s",
			 line_of(&log, igdrom_finding_offset(igdrom_report_at(report, 0))),
			 code_at(report, 0));
	assert_int_equal(igdrom_report_count(report), 1);
	igdrom_report_free(report);
}

/* A row that no log of the fixtures needs is one that nobody has seen to work. */
static void every_row_of_the_table_has_its_sample(void **state)
{
	static const char *const files[] = {"dmesg.txt",  "guest.txt",   "libvirt.txt",
					    "ovmf.txt",   "pve.txt",     "qemu.txt",
					    "qemu72.txt", "versions.txt"};
	static const uint32_t releases[] = {0, 8002, 9002, 10000};
	static bool seen[ROWS];
	static struct text log;
	static struct log_line line;

	(void)state;
	for (size_t i = 0; i < 4 * sizeof(files) / sizeof(files[0]); i++) {
		struct log_text text;

		read_file(files[i / 4], &log);
		text = log_text_of(log.data, log.size);
		while (log_next_line(&text, &line)) {
			struct log_match match = log_match_line(&line, releases[i % 4]);

			if (match.row)
				seen[match.row->index] = true;
		}
	}
	for (size_t i = 0; i < ROWS; i++) {
		if (!seen[i])
			fail_msg("no sample of %s: %s", report_code(log_rows[i].code),
				 log_rows[i].parts[log_rows[i].first].fixed);
	}
}

/* Places of a line where another character makes it another line, or an unknown one. */
static size_t count_telling_bytes(struct log_line *line, const struct log_row *row)
{
	size_t telling = 0;

	for (size_t i = 0; i < line->size; i++) {
		char kept = line->text[i];

		line->text[i] = '~';
		telling += log_match_line(line, 0).row != row;
		line->text[i] = kept;
	}
	return telling;
}

/* Texts that end at a quote: without it they end at the next one. */
static size_t count_texts(const struct log_row *row)
{
	size_t count = 0;

	for (size_t i = 0; i < row->part_count; i++)
		count += row->parts[i].type == LOG_TEXT;
	return count;
}

static void a_line_with_one_other_character_is_another_line(void **state)
{
	static const char *const files[] = {"dmesg.txt", "guest.txt", "libvirt.txt",
					    "ovmf.txt",  "pve.txt",   "qemu.txt"};
	static struct text log;
	static struct log_line line;
	size_t lines = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct log_text text;

		read_file(files[i], &log);
		text = log_text_of(log.data, log.size);
		while (log_next_line(&text, &line)) {
			const struct log_row *row = log_match_line(&line, 0).row;

			if (!row)
				continue;
			lines++;
			if (count_telling_bytes(&line, row) + count_texts(row) < row->fixed_bytes)
				fail_msg("known in spite of a wrong character: %s", line.text);
		}
	}
	assert_in_range(lines, 250, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_are_explained_line_by_line),
		cmocka_unit_test(known_qemu_narrows_causes),
		cmocka_unit_test(qemu_named_in_the_log_narrows_causes),
		cmocka_unit_test(lines_that_look_alike_are_not_known),
		cmocka_unit_test(a_line_with_one_other_character_is_another_line),
		cmocka_unit_test(every_row_of_the_table_has_its_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
