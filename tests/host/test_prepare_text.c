/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits of the files that hold words for the kernel. What a shell makes of etc/default/grub before
 * and after is asked of the shell itself.
 */
#include "unit/unit.h"

#include "host/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_FILES 3
#define IOMMU      "intel_iommu=on"

static const struct prep_rules wanted = {
	.list = {{.take = true, .list = true, .key = "intel_iommu", .value = "off", .why = "off"},
		 {.take = true,
		  .list = true,
		  .key = "intel_iommu",
		  .value = "igfx_off",
		  .why = "igfx_off"},
		 {.take = true, .key = "vfio-pci.disable_vga", .value = "", .why = "vga"},
		 {.list = true, .key = "intel_iommu", .value = "on", .why = "iommu"}},
	.count = 4,
};

struct outcome {
	enum igdrom_status status;
	char *text[MOST_FILES]; /* owned */
	bool changed[MOST_FILES];
	unsigned line;
	bool said;
};

static char *copy(const char *text, size_t size)
{
	char *out = calloc(1, size + 1);

	assert_non_null(out);
	if (size)
		memcpy(out, text, size);
	return out;
}

static struct outcome obey_bytes(const struct prep_syntax *syntax, const struct prep_rules *rules,
				 const char *const *texts, const size_t *sizes, size_t count)
{
	struct prep_file list[MOST_FILES] = {0};
	struct prep_files files = {.list = list, .count = count};
	bool said[PREP_MAX_RULES] = {0};
	struct prep_problem problem;
	struct outcome out = {0};

	for (size_t i = 0; i < count; i++)
		list[i].text = (struct igdrom_bytes){(uint8_t *)copy(texts[i], sizes[i]), sizes[i]};
	out.status = prep_obey(syntax, &files, rules, said, &problem);
	out.line = problem.line;
	out.said = said[rules->count - 1];
	for (size_t i = 0; i < count; i++) {
		out.text[i] = copy((const char *)list[i].text.data, list[i].text.size);
		out.changed[i] = list[i].changed;
		free((void *)list[i].text.data);
	}
	return out;
}

static struct outcome obey(const struct prep_syntax *syntax, const struct prep_rules *rules,
			   const char *const *texts, size_t count)
{
	size_t sizes[MOST_FILES];

	for (size_t i = 0; i < count; i++)
		sizes[i] = strlen(texts[i]);
	return obey_bytes(syntax, rules, texts, sizes, count);
}

static void forget(struct outcome *out)
{
	for (size_t i = 0; i < MOST_FILES; i++)
		free(out->text[i]);
}

static void becomes(const struct prep_syntax *syntax, const char *before, const char *after)
{
	struct outcome out = obey(syntax, &wanted, &before, 1), again;
	const char *text;

	if (out.status != IGDROM_OK)
		print_message("refused at line %u: %s\n", out.line, before);
	assert_int_equal(out.status, IGDROM_OK);
	assert_string_equal(out.text[0], after);
	assert_int_equal(out.changed[0], strcmp(before, after) != 0);
	text = out.text[0];
	again = obey(syntax, &wanted, &text, 1);
	assert_int_equal(again.status, IGDROM_OK);
	assert_string_equal(again.text[0], after);
	assert_false(again.changed[0]);
	forget(&again);
	forget(&out);
}

static void is_refused(const struct prep_syntax *syntax, const char *before, unsigned line)
{
	struct outcome out = obey(syntax, &wanted, &before, 1);

	if (out.status != IGDROM_E_REFUSED)
		print_message("not refused: %s\nbecame: %s\n", before, out.text[0]);
	assert_int_equal(out.status, IGDROM_E_REFUSED);
	assert_int_equal(out.line, line);
	forget(&out);
}

#define D "GRUB_CMDLINE_LINUX_DEFAULT"

static void adds_to_quoted_values(void **state)
{
	(void)state;
	becomes(&prep_grub, D "=\"quiet\"\n", D "=\"quiet " IOMMU "\"\n");
	becomes(&prep_grub, D "='quiet'\n", D "='quiet " IOMMU "'\n");
	becomes(&prep_grub, D "=\"\"\n", D "=\"" IOMMU "\"\n");
	becomes(&prep_grub, D "=''", D "='" IOMMU "'");
	becomes(&prep_grub, D "=\"quiet \"\n", D "=\"quiet " IOMMU "\"\n");
	becomes(&prep_grub, "# a\nX=1\n  " D "=\"quiet\" # b \"\nY='2'",
		"# a\nX=1\n  " D "=\"quiet " IOMMU "\" # b \"\nY='2'");
	becomes(&prep_grub, "export " D "=\"quiet\"; Z=1\n",
		"export " D "=\"quiet " IOMMU "\"; Z=1\n");
	becomes(&prep_grub, D "=\"quiet\"\r\nX=1\r\n", D "=\"quiet " IOMMU "\"\r\nX=1\r\n");
	becomes(&prep_grub, D "=\"a \\\n b\"\n", D "=\"a \\\n b " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"a=\\\"b c\\\"\"\n", D "=\"a=\\\"b c\\\" " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"a\"'b'\n", D "=\"a\"'b " IOMMU "'\n");
}

static void adds_to_values_without_quotes(void **state)
{
	(void)state;
	becomes(&prep_grub, D "=quiet\n", D "=\"quiet " IOMMU "\"\n");
	becomes(&prep_grub, D "=\n", D "=\"" IOMMU "\"\n");
	becomes(&prep_grub, D "=quiet # why\n", D "=\"quiet " IOMMU "\" # why\n");
	becomes(&prep_grub, D "=quiet\\ splash\n", D "=quiet\\ splash\" " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"quiet\"a\n", D "=\"quiet\"a\" " IOMMU "\"\n");
	becomes(&prep_grub, D "=$OTHER\n", D "=$OTHER\" " IOMMU "\"\n");
	becomes(&prep_grub, D "=quiet\r\n", D "=\"quiet " IOMMU "\"\r\n");
}

static void leaves_alone_what_is_told_already(void **state)
{
	(void)state;
	becomes(&prep_grub, D "=\"quiet " IOMMU " iommu=pt\"\n",
		D "=\"quiet " IOMMU " iommu=pt\"\n");
	becomes(&prep_grub, D "=\"quiet\"\nGRUB_CMDLINE_LINUX=" IOMMU "\n",
		D "=\"quiet\"\nGRUB_CMDLINE_LINUX=" IOMMU "\n");
	becomes(&prep_grub, D "=\"intel_iommu=sp_off,on\"\n", D "=\"intel_iommu=sp_off,on\"\n");
	becomes(&prep_line, "root=x " IOMMU, "root=x " IOMMU);
}

static void of_several_assignments_the_last_one_counts(void **state)
{
	(void)state;
	becomes(&prep_grub, D "=\"" IOMMU "\"\n" D "=\"quiet\"\n",
		D "=\"" IOMMU "\"\n" D "=\"quiet " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"a\"\n" D "=\"$" D " b\"\n",
		D "=\"a\"\n" D "=\"$" D " b " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"" IOMMU "\"\n" D "=\"${" D "} b\"\n",
		D "=\"" IOMMU "\"\n" D "=\"${" D "} b\"\n");
	becomes(&prep_grub, D "=\"a\"\n" D "+=\" b\"\n", D "=\"a\"\n" D "+=\" b " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"a\"\n" D "+=\"\"\n", D "=\"a\"\n" D "+=\" " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"" IOMMU "\"\n" D "+=\" b\"\n",
		D "=\"" IOMMU "\"\n" D "+=\" b\"\n");
}

static void takes_harmful_words_out(void **state)
{
	(void)state;
	becomes(&prep_grub, D "=\"quiet intel_iommu=off\"\n", D "=\"quiet " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"intel_iommu=on,igfx_off quiet\"\n", D "=\"" IOMMU " quiet\"\n");
	becomes(&prep_grub, D "=\"intel_iommu=igfx_off,on quiet\"\n", D "=\"" IOMMU " quiet\"\n");
	becomes(&prep_grub, D "=\"intel_iommu=off,igfx_off\"\n", D "=\"" IOMMU "\"\n");
	becomes(&prep_grub, D "=\"" IOMMU " vfio-pci.disable_vga=1\"\n", D "=\"" IOMMU "\"\n");
	becomes(&prep_grub, D "=\"vfio_pci.disable_vga " IOMMU "\"\n", D "=\"" IOMMU "\"\n");
	becomes(&prep_grub, D "=\"vfio-pci.disable_vga=0 " IOMMU "\"\n",
		D "=\"vfio-pci.disable_vga=0 " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"a vfio-pci.disable_vga=1 intel_iommu=off b\"\n",
		D "=\"a b " IOMMU "\"\n");
	becomes(&prep_grub, D "=\"vfio-pci.disable_vga=1 intel_iommu=off\"\n",
		D "=\"" IOMMU "\"\n");
	becomes(&prep_grub, "GRUB_CMDLINE_LINUX='vfio-pci.disable_vga=y x'\n" D "=" IOMMU "\n",
		"GRUB_CMDLINE_LINUX='x'\n" D "=" IOMMU "\n");
	becomes(&prep_grub, D "=\"" IOMMU " vfio-pci.\"'disable_vga=1'\n", D "=\"" IOMMU "\"''\n");
}

static void refuses_what_it_cannot_follow_with_the_line(void **state)
{
	(void)state;
	is_refused(&prep_grub, "X=1\nif true; then\n" D "=\"quiet\"\nfi\n", 3);
	is_refused(&prep_grub, "true && " D "=\"quiet\"\n", 1);
	is_refused(&prep_grub, D "=\"quiet\" | cat\n", 1);
	is_refused(&prep_grub, "( " D "=\"quiet\" )\n", 1);
	is_refused(&prep_grub, D "=\"quiet\" env\n", 1);
	is_refused(&prep_grub, D "=\"quiet\"\nunset " D "\n", 2);
	is_refused(&prep_grub, "X=1\n" D "=\"quiet\n", 2);
	is_refused(&prep_grub, "cat <<END\n" D "=\"quiet\"\nEND\n", 1);
	is_refused(&prep_grub, "\n\n" D "=\"intel_iommu=$X\"\n", 3);
	is_refused(&prep_grub, D "=\"intel_iommu=`cat x`\"\n", 1);
	is_refused(&prep_grub, "f() {\n" D "=\"quiet\"\n}\n", 2);
	is_refused(&prep_grub, "case x in\nx) " D "=\"quiet\" ;;\nesac\n", 2);
	is_refused(&prep_grub, "if true; then\nX=1\n", 3);
	is_refused(&prep_line, "root=x\n\nquiet\n", 3);
	is_refused(&prep_line, "\n", 1);
	is_refused(&prep_syslinux, "default menu.c32\nlabel x\n  kernel /memtest\n", 1);
}

static void passes_over_what_is_not_about_the_command_line(void **state)
{
	(void)state;
	becomes(&prep_grub,
		"GRUB_DISTRIBUTOR=`( . /etc/os-release; echo ${NAME:-Debian} ) 2>/dev/null || echo "
		"Debian`\n" D "=\"quiet\"\n",
		"GRUB_DISTRIBUTOR=`( . /etc/os-release; echo ${NAME:-Debian} ) 2>/dev/null || echo "
		"Debian`\n" D "=\"quiet " IOMMU "\"\n");
	becomes(&prep_grub,
		"X=\"$(echo \"a)\" 'b\"')\"\nif [ -z \"$X\" ]; then Y=1; fi\n" D "=quiet\n",
		"X=\"$(echo \"a)\" 'b\"')\"\nif [ -z \"$X\" ]; then Y=1; fi\n" D "=\"quiet " IOMMU
		"\"\n");
	becomes(&prep_grub, "#" D "=\"no\"\n" D "=\"\" \n",
		"#" D "=\"no\"\n" D "=\"" IOMMU "\" \n");
	becomes(&prep_grub, "echo a >/dev/null 2>&1\n" D "=\"\"\n",
		"echo a >/dev/null 2>&1\n" D "=\"" IOMMU "\"\n");
}

static void files_are_read_in_their_order(void **state)
{
	const char *texts[] = {D "=\"quiet\"\n", "X=1\n", D "=\"$" D " crashkernel=1M\"\n"};
	const char *dead[] = {D "=\"intel_iommu=off\"\n", D "=\"quiet\"\n", ""};
	struct outcome out = obey(&prep_grub, &wanted, texts, 3);

	(void)state;
	assert_int_equal(out.status, IGDROM_OK);
	assert_false(out.changed[0]);
	assert_false(out.changed[1]);
	assert_string_equal(out.text[2], D "=\"$" D " crashkernel=1M " IOMMU "\"\n");
	forget(&out);
	out = obey(&prep_grub, &wanted, dead, 3);
	assert_int_equal(out.status, IGDROM_OK);
	assert_false(out.changed[0]);
	assert_string_equal(out.text[1], D "=\"quiet " IOMMU "\"\n");
	forget(&out);
}

static void a_variable_that_is_not_there_is_not_made_up(void **state)
{
	const char *text = "X=1\n";
	struct outcome out = obey(&prep_grub, &wanted, &text, 1);

	(void)state;
	assert_int_equal(out.status, IGDROM_OK);
	assert_false(out.said);
	assert_false(out.changed[0]);
	forget(&out);
}

static void edits_one_line_files(void **state)
{
	(void)state;
	becomes(&prep_line, "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
		"root=ZFS=rpool/ROOT/pve-1 boot=zfs " IOMMU "\n");
	becomes(&prep_line, "root=x", "root=x " IOMMU);
	becomes(&prep_line, "root=x  \r\n", "root=x " IOMMU "  \r\n");
	becomes(&prep_line, "a=\"b intel_iommu=off\" root=x\n",
		"a=\"b intel_iommu=off\" root=x " IOMMU "\n");
	becomes(&prep_line, "\nroot=x intel_iommu=off\n\n", "\nroot=x " IOMMU "\n\n");
}

static void edits_every_entry_of_syslinux_but_safe_mode_and_memory_tests(void **state)
{
	(void)state;
	becomes(&prep_syslinux,
		"default menu.c32\nlabel Unraid OS\n  menu default\n  kernel /bzimage\n  append "
		"initrd=/bzroot\nlabel GUI\n  APPEND  vfio-pci.disable_vga=1 "
		"initrd=/bzroot,/bzroot-gui"
		"\r\nlabel Safe\n  append initrd=/bzroot unraidsafemode\nlabel Memtest\n  kernel "
		"/memtest",
		"default menu.c32\nlabel Unraid OS\n  menu default\n  kernel /bzimage\n  "
		"append " IOMMU " initrd=/bzroot\nlabel GUI\n  APPEND  " IOMMU
		" initrd=/bzroot,/bzroot-gui"
		"\r\nlabel Safe\n  append initrd=/bzroot unraidsafemode\nlabel Memtest\n  kernel "
		"/memtest");
}

static void edits_options_of_modules(void **state)
{
	(void)state;
	becomes(&prep_modprobe, "# x\noptions vfio-pci ids=8086:4680 disable_vga=1\n",
		"# x\noptions vfio-pci ids=8086:4680\n");
	becomes(&prep_modprobe, "options vfio_pci disable_vga=1 ids=8086:4680",
		"options vfio_pci ids=8086:4680");
	becomes(&prep_modprobe, "a\noptions vfio-pci disable_vga=1\nb\n", "a\nb\n");
	becomes(&prep_modprobe, "options vfio-pci \\\n disable_vga=1 \\\n disable_idle_d3=1\n",
		"options vfio-pci \\\n \\\n disable_idle_d3=1\n");
	becomes(&prep_modprobe, "options other disable_vga=1\n#options vfio-pci disable_vga=1\n",
		"options other disable_vga=1\n#options vfio-pci disable_vga=1\n");
	becomes(&prep_modprobe, "options vfio-pci\tdisable_vga=1\tx=1\r\n",
		"options vfio-pci\tx=1\r\n");
}

static const struct prep_rules virtual_rules = {
	.list = {{.take = true,
		  .list = true,
		  .key = "vfio-pci.ids",
		  .value = "8086:4680",
		  .why = "i"},
		 {.take = true,
		  .list = true,
		  .key = "module_blacklist",
		  .value = "i915",
		  .why = "b"},
		 {.last = true, .key = "i915.enable_guc", .value = "3", .why = "guc"}},
	.count = 3,
};

static void modules_that_are_needed_are_let_in(void **state)
{
	const char *text =
		"blacklist i915\nblacklist nouveau # i915\n  blacklist\ti915 \ninstall i915 "
		"/bin/false\ninstall i915 /sbin/modprobe x\noptions vfio-pci "
		"ids=10de:1234,8086:4680:1849:4680,8086:46809\noptions i915 enable_guc=3\n";
	struct outcome out = obey(&prep_modprobe, &virtual_rules, &text, 1);

	(void)state;
	assert_int_equal(out.status, IGDROM_OK);
	assert_true(out.said);
	assert_string_equal(out.text[0],
			    "blacklist nouveau # i915\ninstall i915 /sbin/modprobe "
			    "x\noptions vfio-pci ids=10de:1234,8086:46809\noptions i915 "
			    "enable_guc=3\n");
	forget(&out);
}

static void a_value_that_is_another_is_changed_where_it_counts(void **state)
{
	const char *text = "i915.enable_guc=0 a i915.enable_guc=2 b\n";
	const char *other = "a=1 i915.enable_guc= b\n";
	struct outcome out = obey(&prep_line, &virtual_rules, &text, 1);

	(void)state;
	assert_string_equal(out.text[0], "i915.enable_guc=0 a i915.enable_guc=3 b\n");
	forget(&out);
	out = obey(&prep_line, &virtual_rules, &other, 1);
	assert_string_equal(out.text[0], "a=1 i915.enable_guc=3 b\n");
	forget(&out);
}

/* What a shell has in both variables after it has read a script. */
static char *ask_shell(const char *text)
{
	char path[] = "/tmp/igdrom-grub-XXXXXX", command[256];
	int fd = mkstemp(path);
	char *out = calloc(1, 4096);
	FILE *pipe;

	assert_true(fd >= 0 && out);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	snprintf(command, sizeof(command),
		 "sh -c '. %s; set -f; printf \"%%s \" $GRUB_CMDLINE_LINUX "
		 "$GRUB_CMDLINE_LINUX_DEFAULT' 2>/dev/null",
		 path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	if (fread(out, 1, 4095, pipe) == 0)
		out[0] = '\0';
	pclose(pipe);
	unlink(path);
	/* printf without an argument. */
	if (!strcmp(out, " "))
		out[0] = '\0';
	return out;
}

/* A value made of pieces of shell syntax in an order of its own for each seed. */
static void forge(unsigned seed, char *out, size_t room)
{
	static const char *const pieces[] = {
		"quiet", " ",     "\"a b\"", "'c d'",    "\\ ",    "\\\"",
		"$X",    "${X}",  "\"$X\"",  "\"\\\"\"", "\\\n",   "'\"'",
		"x=1",   "\" \"", "\"'\"",   "''",       "a\\\\b", "$(echo \"z\")"};
	unsigned value = seed;

	snprintf(out, room, "X=xx\nGRUB_CMDLINE_LINUX_DEFAULT=%s", seed % 3 ? "\"\"" : "");
	for (size_t i = 0; i < 5; i++) {
		const char *piece = pieces[value % 18];
		size_t used = strlen(out);

		value = value * 1103515245u + 12345u;
		value ^= value >> 16;
		/* A space outside of quotes ends the value. */
		snprintf(out + used, room - used, "%s", strcmp(piece, " ") ? piece : "\" \"");
	}
	strcat(out, "\n");
}

/* A quote that the kernel never finds the end of: a word behind it would be part of its word. */
static bool is_open(const char *words)
{
	bool open = false;

	for (; *words; words++)
		open ^= *words == '"';
	return open;
}

static void a_shell_reads_what_it_read_before_and_the_new_word(void **state)
{
	unsigned done = 0;

	(void)state;
	for (unsigned seed = 0; seed < 160; seed++) {
		char script[512], wanted_words[4200];
		const char *text = script;
		struct outcome out;
		char *before, *after;

		forge(seed * 2654435761u, script, sizeof(script));
		before = ask_shell(script);
		out = obey(&prep_grub, &wanted, &text, 1);
		if (is_open(before)) {
			assert_int_equal(out.status, IGDROM_E_REFUSED);
			free(before);
			forget(&out);
			continue;
		}
		assert_int_equal(out.status, IGDROM_OK);
		after = ask_shell(out.text[0]);
		snprintf(wanted_words, sizeof(wanted_words), "%s" IOMMU " ", before);
		if (strcmp(after, wanted_words) != 0)
			print_message("%s-> %s", script, out.text[0]);
		assert_string_equal(after, wanted_words);
		done++;
		free(before);
		free(after);
		forget(&out);
	}
	assert_true(done > 80);
}

static const char sample[] =
	"# x\nexport GRUB_CMDLINE_LINUX=\"a \\\"b c\\\" intel_iommu=off\" ; Y=`echo 'x' \"$(z)\"`\n"
	"GRUB_CMDLINE_LINUX_DEFAULT='q'\"r $GRUB_CMDLINE_LINUX_DEFAULT\"s\\ t \\\n# u\nif x; then "
	"y; "
	"fi\noptions vfio-pci disable_vga=1 \\\n ids=8086:4680\nblacklist i915\n append "
	"initrd=/x\n";

static const struct prep_syntax *const syntaxes[] = {&prep_grub, &prep_line, &prep_syslinux,
						     &prep_modprobe};

/* Whatever the text is: it is refused, or it obeys and a second time stays as it is. */
static void survives(const char *text, size_t size)
{
	for (size_t i = 0; i < 4; i++) {
		struct outcome out = obey_bytes(syntaxes[i], &wanted, &text, &size, 1);

		if (out.status == IGDROM_OK && strlen(out.text[0]) > 0) {
			const char *once = out.text[0];
			struct outcome again = obey(syntaxes[i], &wanted, &once, 1);

			assert_int_equal(again.status, IGDROM_OK);
			assert_string_equal(again.text[0], once);
			forget(&again);
		} else {
			assert_true(out.status == IGDROM_OK || out.status == IGDROM_E_REFUSED);
		}
		forget(&out);
	}
}

static void every_beginning_of_a_text_is_survived(void **state)
{
	(void)state;
	for (size_t size = 0; size < sizeof(sample); size++) {
		char *exact = malloc(size ? size : 1);

		assert_non_null(exact);
		memcpy(exact, sample, size);
		survives(exact, size);
		free(exact);
	}
}

static void every_flipped_byte_is_survived(void **state)
{
	static const char flips[] = {'\0', '"', '\'', '\\', '`', '$', '(', '\n', '=', ' ', '#'};
	char text[sizeof(sample)];

	(void)state;
	for (size_t at = 0; at + 1 < sizeof(sample); at++) {
		for (size_t k = 0; k < sizeof(flips); k++) {
			memcpy(text, sample, sizeof(sample));
			text[at] = flips[k];
			survives(text, sizeof(sample) - 1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_to_quoted_values),
		cmocka_unit_test(adds_to_values_without_quotes),
		cmocka_unit_test(leaves_alone_what_is_told_already),
		cmocka_unit_test(of_several_assignments_the_last_one_counts),
		cmocka_unit_test(takes_harmful_words_out),
		cmocka_unit_test(refuses_what_it_cannot_follow_with_the_line),
		cmocka_unit_test(passes_over_what_is_not_about_the_command_line),
		cmocka_unit_test(files_are_read_in_their_order),
		cmocka_unit_test(a_variable_that_is_not_there_is_not_made_up),
		cmocka_unit_test(edits_one_line_files),
		cmocka_unit_test(edits_every_entry_of_syslinux_but_safe_mode_and_memory_tests),
		cmocka_unit_test(edits_options_of_modules),
		cmocka_unit_test(modules_that_are_needed_are_let_in),
		cmocka_unit_test(a_value_that_is_another_is_changed_where_it_counts),
		cmocka_unit_test(a_shell_reads_what_it_read_before_and_the_new_word),
		cmocka_unit_test(every_beginning_of_a_text_is_survived),
		cmocka_unit_test(every_flipped_byte_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
