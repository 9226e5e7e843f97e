/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL_COLUMNS 14
#define WIDTH_DEFAULT 80
#define WIDTH_MIN     40
#define WIDTH_MAX     100 /* longer lines are hard to read */

static int width_of_terminal(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	int width = columns ? atoi(columns) : 0;

	if (width <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width <= 0)
		return WIDTH_DEFAULT;
	if (width < WIDTH_MIN)
		return WIDTH_MIN;
	return width > WIDTH_MAX ? WIDTH_MAX : width;
}

static bool color_on(int fd)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org */
	const char *term = getenv("TERM");

	return isatty(fd) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

struct style style_of_stdout(void)
{
	bool terminal = isatty(STDOUT_FILENO);
	bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");

	return (struct style){
		.color = color_on(STDOUT_FILENO),
		.utf8 = utf8,
		.boxes = terminal && utf8,
		.width = terminal ? width_of_terminal() : WIDTH_DEFAULT,
	};
}

void print_text(const struct style *style, FILE *out, const char *text)
{
	bool raw = style->utf8 || !isatty(fileno(out));

	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		bool shown = *p >= 0x20 && *p != 0x7f && (*p < 0x80 || raw);

		/* One mark for a character, not one for each of its bytes. */
		if (!shown && *p >= 0x80 && *p <= 0xbf)
			continue;
		fputc(shown ? *p : '?', out);
	}
}

static int columns_of(const char *text, size_t size)
{
	int columns = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		/* Far East characters, three bytes each, take two columns. */
		if (c < 0x80 || c >= 0xc0)
			columns += c >= 0xe3 && c <= 0xed ? 2 : 1;
	}
	return columns;
}

void print_wrapped(const struct style *style, int indent, const char *text)
{
	int at = indent;

	while (*text) {
		size_t size = strcspn(text, " ");
		int columns = columns_of(text, size);
		char *word = strndup(text, size);

		if (at > indent && at + 1 + columns > style->width) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		if (word)
			print_text(style, stdout, word);
		free(word);
		at += columns;
		text += size;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void print_title(const struct style *style, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fputs(style->color ? "\033[1m" : "", stdout);
	print_wrapped(style, 0, line);
	fputs(style->color ? "\033[0m" : "", stdout);
}

void print_field(const struct style *style, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	printf("  %-*s", LABEL_COLUMNS, label);
	print_wrapped(style, 2 + LABEL_COLUMNS, text);
}

const char *size_text(uint64_t size, char out[32])
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
	unsigned unit = 0;
	uint64_t divisor = 1;

	while (unit < 3 && size / divisor >= 1024) {
		divisor *= 1024;
		unit++;
	}
	if (size % divisor)
		snprintf(out, 32, "%.1f %s", (double)size / (double)divisor, units[unit]);
	else
		snprintf(out, 32, "%llu %s", (unsigned long long)(size / divisor), units[unit]);
	return out;
}

static const char *color_of(enum igdrom_severity severity)
{
	switch (severity) {
	case IGDROM_SEVERITY_ERROR:
		return "\033[31m";
	case IGDROM_SEVERITY_WARNING:
		return "\033[33m";
	case IGDROM_SEVERITY_INFO:
	case IGDROM_SEVERITY_HARMLESS:
		break;
	}
	return "\033[36m";
}

static void print_finding(const struct style *style, FILE *out,
			  const struct igdrom_finding *finding)
{
	enum igdrom_severity severity = igdrom_finding_severity(finding);
	uint64_t offset = igdrom_finding_offset(finding);
	bool color = color_on(fileno(out));

	if (igdrom_finding_file(finding)) {
		print_text(style, out, igdrom_finding_file(finding));
		fputs(": ", out);
	} else {
		fputs("igdrom: ", out);
	}
	if (offset != IGDROM_NO_OFFSET)
		fprintf(out, "0x%llx: ", (unsigned long long)offset);
	fprintf(out, "%s%s:%s ", color ? color_of(severity) : "", igdrom_severity_name(severity),
		color ? "\033[0m" : "");
	print_text(style, out, igdrom_finding_text(finding));
	fputc('\n', out);
	if (*igdrom_finding_fix(finding)) {
		fputs("  fix: ", out);
		print_text(style, out, igdrom_finding_fix(finding));
		fputc('\n', out);
	}
}

void print_findings(struct call *call, FILE *out)
{
	size_t count = igdrom_report_count(call->report);

	for (; call->findings_shown < count; call->findings_shown++) {
		const struct igdrom_finding *finding =
			igdrom_report_at(call->report, call->findings_shown);

		if (!call->no_infos || igdrom_finding_severity(finding) != IGDROM_SEVERITY_INFO)
			print_finding(&call->style, out, finding);
	}
	if (igdrom_report_dropped(call->report))
		fprintf(out, "and %zu more findings\n", igdrom_report_dropped(call->report));
}

void show_findings(struct call *call)
{
	if (call->json)
		return;
	fflush(stdout);
	print_findings(call, stderr);
}

int print_json(struct call *call, enum igdrom_status status, char *text)
{
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	printf("%s\n", text);
	igdrom_string_free(text);
	return EXIT_YES;
}
