/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms in which logs come, the noise in them, and how much of it is told. */
#include "unit.h"

#include "findings.h"
#include "vm/explain.h"

#include <igdrom/limits.h>
#include <igdrom/vm.h>

#include <stdio.h>

#define MMAP_LINE "kvm: Failed to mmap 0000:00:02.0 BAR 2. Performance may be slow"
#define MMAP_CODE "log-vfio-mmap"

static struct igdrom_report *explain(const void *log, size_t size)
{
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_explain(log, size, NULL, NULL, report), IGDROM_OK);
	return report;
}

/* One finding of this code, at this offset. */
static void expect(const void *log, size_t size, const char *code, uint64_t offset)
{
	struct igdrom_report *report = explain(log, size);

	assert_int_equal(igdrom_report_count(report), 1);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), code);
	assert_int_equal(igdrom_finding_offset(igdrom_report_at(report, 0)), offset);
	igdrom_report_free(report);
}

static void expect_text(const char *log, uint64_t offset)
{
	expect(log, strlen(log), MMAP_CODE, offset);
}

static void lines_end_as_unix_windows_and_old_macs_end_them(void **state)
{
	(void)state;
	expect_text(MMAP_LINE, 0);
	expect_text("one\n" MMAP_LINE "\n", 4);
	expect_text("one\r\n" MMAP_LINE "\r\ntwo\r\n", 5);
	expect_text("one\r" MMAP_LINE "\rtwo", 4);
	expect_text("\n\n\r\n\r" MMAP_LINE, 5);
}

static void what_syslog_and_dmesg_put_in_front_is_passed_over(void **state)
{
	(void)state;
	expect_text("Nov 21 09:30:00 pve QEMU[1234]: " MMAP_LINE, 0);
	expect_text("<4>[   12.345678] " MMAP_LINE, 0);
	expect_text("2026-01-01T10:00:00.123456Z " MMAP_LINE, 0);
	expect_text("2026-01-01 10:00:00.123+0000: 4242: error : qemuProcess:1: " MMAP_LINE, 0);
}

static void colours_are_taken_out(void **state)
{
	(void)state;
	expect_text("\x1b[0;31mkvm: Failed to \x1b[1mmmap 0000:00:02.0 BAR 2.\x1b[0m Performance "
		    "may be slow",
		    0);
	expect_text("#033[0;1;39mkvm: Failed to mmap#033[0m 0000:00:02.0 BAR 2. Performance may be "
		    "slow",
		    0);
	expect_text("\x1b" MMAP_LINE "\x1b", 0);
	expect_text("\x1b[\n" MMAP_LINE, 3);
	expect_text("a\x1b[12;34\n" MMAP_LINE "\x1b[3", 9);
}

static void nul_bytes_are_taken_out(void **state)
{
	static const char log[] =
		"\0\0\0\0x\n\0\0kvm: Failed to\0 mmap 0000:00:02.0 BAR 2. Performance "
		"may be slow\0\0";

	(void)state;
	expect(log, sizeof(log) - 1, MMAP_CODE, 6);
}

static size_t to_utf16(const char *text, uint8_t *out)
{
	size_t size = strlen(text);

	for (size_t i = 0; i < size; i++) {
		out[2 * i] = (uint8_t)text[i];
		out[2 * i + 1] = 0;
	}
	return 2 * size;
}

static void utf16_as_windows_saves_it_is_read(void **state)
{
	uint8_t log[1024] = {0xff, 0xfe};
	size_t size;

	(void)state;
	size = to_utf16("first\r\n" MMAP_LINE "\r\n", log + 2);
	expect(log, size + 2, MMAP_CODE, 2 + 2 * 7);
	expect(log + 2, size, MMAP_CODE, 2 * 7);
	expect(log, size + 1, MMAP_CODE, 2 + 2 * 7);
	log[2 + 2 * 6 + 1] = 0x35; /* CR, then a character whose low byte is that of LF */
	expect(log, size + 2, MMAP_CODE, 2 + 2 * 6);
}

static void names_in_utf16_arrive_in_utf8(void **state)
{
	static const char front[] = "failed to find romfile \"/mnt/";
	uint8_t log[256] = {0xff, 0xfe};
	size_t size = 2 + to_utf16(front, log + 2);
	struct igdrom_report *report;

	(void)state;
	memcpy(log + size, "\x3e\x66\x61\x53", 4); /* two Chinese characters */
	size += 4;
	size += to_utf16(".rom\"\n", log + size);
	report = explain(log, size);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), "log-qemu-romfile");
	assert_non_null(strstr(igdrom_finding_text(igdrom_report_at(report, 0)),
			       "/mnt/\xe6\x98\xbe\xe5\x8d\xa1.rom"));
	igdrom_report_free(report);
}

static void a_line_is_looked_at_as_far_as_the_cap(void **state)
{
	static char log[LOG_MAX_LINE + 256];
	size_t size = strlen(MMAP_LINE);

	(void)state;
	memset(log, 'x', sizeof(log));
	memcpy(log + LOG_MAX_LINE - size, MMAP_LINE, size);
	expect(log, sizeof(log), MMAP_CODE, 0);
	memset(log, 'x', sizeof(log));
	memcpy(log + LOG_MAX_LINE - size + 1, MMAP_LINE, size);
	log[LOG_MAX_LINE + 100] = '\n';
	expect(log, LOG_MAX_LINE + 101, "log-nothing-known", IGDROM_NO_OFFSET);
	memcpy(log + LOG_MAX_LINE + 101, MMAP_LINE, size);
	expect(log, LOG_MAX_LINE + 101 + size, MMAP_CODE, LOG_MAX_LINE + 101);
}

static void equal_lines_are_counted(void **state)
{
	static char log[200000];
	struct igdrom_report *report;
	const struct igdrom_finding *more;
	size_t size = 0, last = 0;
	uint64_t value;

	(void)state;
	for (unsigned i = 0; i < 813; i++) {
		last = size;
		size += (size_t)sprintf(
			log + size,
			"[%u.0] DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault "
			"addr 0x%x000 [fault reason 0x06] PTE Read access is not set\n",
			i, i);
	}
	report = explain(log, size);
	assert_int_equal(igdrom_report_count(report), 2);
	more = igdrom_report_at(report, 1);
	assert_string_equal(igdrom_finding_code(more), "log-more");
	assert_int_equal(igdrom_finding_offset(more), 0);
	assert_true(igdrom_finding_arg_number(more, 0, &value));
	assert_int_equal(value, 812);
	assert_true(igdrom_finding_arg_number(more, 1, &value));
	assert_int_equal(value, last);
	igdrom_report_free(report);
}

static void findings_stay_in_the_order_of_the_log(void **state)
{
	static const char log[] =
		MMAP_LINE "\nkvm: Device has no ROM\n" MMAP_LINE
			  "\nkvm: x-igd-gms is not supported on this device\n"
			  "kvm: Failed to mmap 0000:00:02.0 BAR 4. Performance may be slow\n";
	static const char *const codes[] = {MMAP_CODE, "log-more", "log-igd-no-rom",
					    "log-igd-gms-unsupported", MMAP_CODE};
	struct igdrom_report *report = explain(log, sizeof(log) - 1);
	uint64_t last = 0;

	(void)state;
	assert_int_equal(igdrom_report_count(report), 5);
	for (size_t i = 0; i < 5; i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		assert_string_equal(igdrom_finding_code(finding), codes[i]);
		assert_true(igdrom_finding_offset(finding) >= last);
		last = igdrom_finding_offset(finding);
	}
	igdrom_report_free(report);
}

static void noise_of_one_kind_hides_nothing_of_another(void **state)
{
	static char log[4000000];
	struct igdrom_report *report;
	size_t size = 0, told = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		size += (size_t)sprintf(log + size, "failed to find romfile \"/tmp/%u.rom\"\n", i);
		size += (size_t)sprintf(log + size, "there is no device \"hostpci%u\" defined\n",
					i);
	}
	size += (size_t)sprintf(log + size, "kvm: x-igd-gms is not supported on this device\n");
	report = explain(log, size);
	assert_non_null(find_in(report, "log-igd-gms-unsupported"));
	for (size_t i = 0; i < igdrom_report_count(report); i++)
		told += !strcmp(igdrom_finding_code(igdrom_report_at(report, i)),
				"log-qemu-romfile");
	assert_in_range(told, 2, 20);
	assert_in_range(igdrom_report_count(report), 5, 50);
	assert_int_equal(igdrom_report_dropped(report), 0);
	igdrom_report_free(report);
}

static void a_log_without_a_known_line_says_what_to_send(void **state)
{
	struct igdrom_report *report = explain("all\nis\nwell\n", 12);
	const struct igdrom_finding *finding = igdrom_report_at(report, 0);
	uint64_t lines;

	(void)state;
	assert_int_equal(igdrom_report_count(report), 1);
	assert_string_equal(igdrom_finding_code(finding), "log-nothing-known");
	assert_int_equal(igdrom_finding_severity(finding), IGDROM_SEVERITY_INFO);
	assert_true(igdrom_finding_arg_number(finding, 0, &lines));
	assert_int_equal(lines, 3);
	assert_non_null(strstr(igdrom_finding_fix(finding), "dmesg"));
	igdrom_report_free(report);
	expect("", 0, "log-nothing-known", IGDROM_NO_OFFSET);
	expect(NULL, 0, "log-nothing-known", IGDROM_NO_OFFSET);
}

static void a_log_of_harmless_lines_says_that_none_is_the_cause(void **state)
{
	static const char good[] =
		"kvm: info: OpRegion detected on Intel display 4680.\n"
		"0000:00:02.0: PCI peer-to-peer transactions on BARs are not supported.\n";
	struct igdrom_report *report = explain(good, sizeof(good) - 1);

	(void)state;
	assert_int_equal(igdrom_report_count(report), 3);
	assert_non_null(find_in(report, "log-no-cause"));
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_HARMLESS);
	igdrom_report_free(report);
	report = explain(MMAP_LINE, strlen(MMAP_LINE));
	assert_null(find_in(report, "log-no-cause"));
	igdrom_report_free(report);
}

static void a_line_that_wraps_another_counts_only_alone(void **state)
{
	static const char wrapped[] = "error: internal error: QEMU unexpectedly closed the monitor "
				      "(vm='a'): kvm: group 3 is not viable";
	static const char behind[] = "group 3 is not viable; QEMU unexpectedly closed the monitor";

	(void)state;
	expect(wrapped, sizeof(wrapped) - 1, "log-vfio-not-viable", 0);
	expect(behind, sizeof(behind) - 1, "log-vfio-not-viable", 0);
}

static void pve_of_the_request_gives_its_qemu(void **state)
{
	static const char log[] = "Unsupported IGD GMS value 0x11";
	struct igdrom_vm_request *request;
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	assert_int_equal(igdrom_vm_request_set(request, "pve", "8.4", NULL), IGDROM_OK); /* 9.2 */
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_explain(log, sizeof(log) - 1, request, NULL, report), IGDROM_OK);
	assert_non_null(find_in(report, "log-igd-gms-value-9-2"));
	igdrom_report_free(report);
	igdrom_vm_request_free(request);
}

static bool stop_at_once(void *user, uint64_t done, uint64_t total)
{
	*(uint64_t *)user = total;
	return done == 0;
}

static void misuse_limits_and_cancelling_have_their_codes(void **state)
{
	static char log[3u << 20];
	struct igdrom_limits *limits;
	uint64_t total = 0;

	(void)state;
	memset(log, '\n', sizeof(log));
	assert_int_equal(igdrom_vm_explain(NULL, 1, NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_explain(MMAP_LINE, 20, NULL, NULL, NULL), IGDROM_OK);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set_progress(limits, stop_at_once, &total), IGDROM_OK);
	assert_int_equal(igdrom_vm_explain(log, sizeof(log), NULL, limits, NULL),
			 IGDROM_E_CANCELED);
	assert_int_equal(total, sizeof(log));
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, 9), IGDROM_OK);
	assert_int_equal(igdrom_vm_explain(log, 10, NULL, limits, NULL), IGDROM_E_LIMIT);
	igdrom_limits_free(limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_as_unix_windows_and_old_macs_end_them),
		cmocka_unit_test(what_syslog_and_dmesg_put_in_front_is_passed_over),
		cmocka_unit_test(colours_are_taken_out),
		cmocka_unit_test(nul_bytes_are_taken_out),
		cmocka_unit_test(utf16_as_windows_saves_it_is_read),
		cmocka_unit_test(names_in_utf16_arrive_in_utf8),
		cmocka_unit_test(a_line_is_looked_at_as_far_as_the_cap),
		cmocka_unit_test(equal_lines_are_counted),
		cmocka_unit_test(findings_stay_in_the_order_of_the_log),
		cmocka_unit_test(noise_of_one_kind_hides_nothing_of_another),
		cmocka_unit_test(a_log_without_a_known_line_says_what_to_send),
		cmocka_unit_test(a_log_of_harmless_lines_says_that_none_is_the_cause),
		cmocka_unit_test(a_line_that_wraps_another_counts_only_alone),
		cmocka_unit_test(pve_of_the_request_gives_its_qemu),
		cmocka_unit_test(misuse_limits_and_cancelling_have_their_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
