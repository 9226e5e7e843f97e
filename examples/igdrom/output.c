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
#define WIDTH_MAX     100        /* longer lines are hard to read */
#define FIRMWARE      "firmware" /* noun, and first word of codes */
#define ALIKE_MAX     3          /* findings with the same code that are shown one by one */

static int width_of_terminal(int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	int width = columns ? atoi(columns) : 0;

	if (width <= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
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
		.width = terminal ? width_of_terminal(STDOUT_FILENO) : WIDTH_DEFAULT,
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

const char *shown_name(const char *file)
{
	return strcmp(file, "-") ? file : "standard input";
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

/* Bytes of a word that fit, at least one character. */
static size_t characters_fit(const char *text, int columns)
{
	size_t fit = 0, end = 0;

	while (text[end]) {
		do
			end++;
		while (((unsigned char)text[end] & 0xc0) == 0x80);
		if (fit && columns_of(text, end) > columns)
			break;
		fit = end;
	}
	return fit;
}

size_t text_fit(const char *text, int columns)
{
	size_t fit = 0, end = 0;

	while (text[end]) {
		end += strspn(text + end, " ");
		end += strcspn(text + end, " ");
		if (columns_of(text, end) > columns)
			break;
		fit = end;
	}
	return fit ? fit : characters_fit(text, columns);
}

void print_part(const struct style *style, FILE *out, const char *text, size_t size)
{
	char *part = strndup(text, size);

	if (part)
		print_text(style, out, part);
	free(part);
}

/* at: columns that are taken already; those of later lines are left free by indent. */
static void wrap(const struct style *style, FILE *out, int at, int indent, const char *text)
{
	int start = at;

	while (*text) {
		size_t size = strcspn(text, " ");
		int columns = columns_of(text, size);
		char *word = strndup(text, size);

		if (at > start && at + 1 + columns > style->width) {
			fprintf(out, "\n%*s", indent, "");
			at = start = indent;
		} else if (at > start) {
			fputc(' ', out);
			at++;
		}
		if (word)
			print_text(style, out, word);
		free(word);
		at += columns;
		text += size;
		text += strspn(text, " ");
	}
}

void print_wrapped(const struct style *style, int indent, const char *text)
{
	wrap(style, stdout, indent, indent, text);
	putchar('\n');
}

void print_line(const struct style *style, FILE *out, int at, int indent, const char *text)
{
	struct style of_out = *style;

	if (isatty(fileno(out))) {
		of_out.width = width_of_terminal(fileno(out));
		wrap(&of_out, out, at, indent, text);
	} else {
		print_text(style, out, text);
	}
	fputc('\n', out);
}

void print_bold(const struct style *style, int indent, const char *text)
{
	fputs(style->color ? "\033[1m" : "", stdout);
	wrap(style, stdout, indent, indent, text);
	puts(style->color ? "\033[0m" : "");
}

void print_title(const struct style *style, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	print_bold(style, 0, line);
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

const char *color_of(enum igdrom_severity severity)
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

size_t line_number(struct igdrom_bytes text, uint64_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < text.size && i < offset; i++)
		line += text.data[i] == '\n';
	return line;
}

int begin_line(const struct style *style, const char *file)
{
	const char *name = file ? shown_name(file) : "igdrom";

	print_text(style, stderr, name);
	fputs(": ", stderr);
	return columns_of(name, strlen(name)) + 2;
}

static void print_finding(const struct call *call, const struct igdrom_finding *finding)
{
	const struct style *style = &call->style;
	enum igdrom_severity severity = igdrom_finding_severity(finding);
	const char *file = igdrom_finding_file(finding);
	uint64_t offset = igdrom_finding_offset(finding);
	bool color = color_on(STDERR_FILENO);
	int at = begin_line(style, file);

	if (offset != IGDROM_NO_OFFSET && call->text.data)
		at += fprintf(stderr, "line %zu: ", line_number(call->text, offset));
	else if (offset != IGDROM_NO_OFFSET)
		at += fprintf(stderr, "0x%llx: ", (unsigned long long)offset);
	at += (int)strlen(igdrom_severity_name(severity)) + 2;
	fprintf(stderr, "%s%s:%s ", color ? color_of(severity) : "", igdrom_severity_name(severity),
		color ? "\033[0m" : "");
	print_line(style, stderr, at, 2, igdrom_finding_text(finding));
	if (*igdrom_finding_fix(finding)) {
		fputs("  fix: ", stderr);
		print_line(style, stderr, 7, 7, igdrom_finding_fix(finding));
	}
}

static bool starts_with(const char *code, const char *start)
{
	return start && !strncmp(code, start, strlen(start));
}

/* What is odd in every vendor's firmware, and of no consequence. */
static bool is_oddity(const struct igdrom_finding *finding)
{
	const char *code = igdrom_finding_code(finding);

	return igdrom_finding_severity(finding) == IGDROM_SEVERITY_HARMLESS &&
	       (starts_with(code, FIRMWARE "-") || !strcmp(code, "vbt-block-cut"));
}

/* Much of what infos say is in the output already. */
static bool is_shown(const struct call *call, const struct igdrom_finding *finding)
{
	if (is_oddity(finding) || starts_with(igdrom_finding_code(finding), call->told))
		return false;
	if (igdrom_finding_severity(finding) != IGDROM_SEVERITY_INFO)
		return true;
	/* What changes for the user of a changed image is nowhere else. */
	return starts_with(igdrom_finding_code(finding), call->infos) ||
	       starts_with(igdrom_finding_code(finding), "edit-");
}

static bool is_like(const struct igdrom_finding *a, const struct igdrom_finding *b)
{
	const char *file = igdrom_finding_file(a), *other = igdrom_finding_file(b);

	return !strcmp(igdrom_finding_code(a), igdrom_finding_code(b)) &&
	       (file == other || (file && other && !strcmp(file, other)));
}

/* How many findings from first up to end say what this one says, of other places. */
static size_t count_alike(const struct igdrom_report *report, size_t first, size_t end,
			  const struct igdrom_finding *finding)
{
	size_t count = 0;

	for (size_t i = first; i < end; i++)
		count += is_like(igdrom_report_at(report, i), finding);
	return count;
}

void show_findings(struct call *call)
{
	size_t first = call->findings_shown, count = igdrom_report_count(call->report);
	size_t oddities = 0;

	if (call->json)
		return;
	fflush(stdout);
	for (size_t i = first; i < count; i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);
		size_t before = count_alike(call->report, first, i, finding);
		size_t after = count_alike(call->report, i + 1, count, finding);

		oddities += is_oddity(finding);
		if (!is_shown(call, finding) || before >= ALIKE_MAX)
			continue;
		print_finding(call, finding);
		if (before + 1 == ALIKE_MAX && after)
			fprintf(stderr, "  and %zu more of this kind; --json lists all\n", after);
	}
	call->findings_shown = count;
	/* Who looks at the firmware itself may want to know. */
	if (oddities && call->command && !strcmp(call->command->noun, FIRMWARE))
		fprintf(stderr, "igdrom: %zu harmless oddit%s of the image; --json lists %s\n",
			oddities, oddities == 1 ? "y" : "ies", oddities == 1 ? "it" : "them");
	if (igdrom_report_dropped(call->report))
		fprintf(stderr, "and %zu more findings\n", igdrom_report_dropped(call->report));
}

int verdict_of(const struct call *call)
{
	return igdrom_report_worst(call->report) == IGDROM_SEVERITY_ERROR ? EXIT_NO : EXIT_YES;
}

int print_json(struct call *call, enum igdrom_status status, char *text)
{
	if (status == IGDROM_E_NOT_BUILT)
		return fail_with(call, EXIT_ENVIRONMENT, status, NULL,
				 "This build is without JSON (without cJSON).");
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	printf("%s\n", text);
	igdrom_string_free(text);
	return EXIT_YES;
}
