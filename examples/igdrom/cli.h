/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The igdrom command: arguments in, public API of libigdrom, text or JSON out. One static table of
 * commands (commands.c) drives the dispatch, the help and the completion.
 */
#ifndef IGDROM_CLI_H
#define IGDROM_CLI_H

#include <igdrom/host.h>
#include <igdrom/igdrom.h>

#include <stdio.h>

enum exit_code {
	EXIT_YES = 0,         /* done, or the answer is yes */
	EXIT_NO = 1,          /* the answer is no, or findings of severity error, or bad content */
	EXIT_USAGE = 2,       /* the command line */
	EXIT_ENVIRONMENT = 3, /* files, memory, the machine */
	EXIT_REFUSED = 4,     /* possible, but the result would not work */
};

enum option_id {
	OPTION_END,
	OPTION_HELP,
	OPTION_JSON,
	OPTION_OUTPUT,
	OPTION_FORCE,
	OPTION_DEVICE,
	OPTION_ROOT,
	OPTION_GOP,
	OPTION_BIOS,
	OPTION_VBT,
	OPTION_EFI,
	OPTION_LEGACY,
	OPTION_NO_DRIVER,
	OPTION_COMPRESS,
	OPTION_NO_COMPRESS,
	OPTION_VENDOR,
	OPTION_IDS,
	OPTION_CLASS,
	OPTION_REVISION,
	OPTION_PCI23,
	OPTION_PCI30,
	OPTION_OPEN_ENDED,
	OPTION_NO_SELECT,
	OPTION_NO_LPC_ANSWER,
	OPTION_NO_VBT,
	OPTION_REPLACE,
	OPTION_ROM_LPC_ID,
	OPTION_ALL,
	OPTION_FFS,
	OPTION_AS_STORED,
	OPTION_KEY, /* a key of a request (vm_options.c); its name says which */
	OPTION_FACTS,
	OPTION_INTO,
	OPTION_APPLY,
	OPTION_UNDO,
	OPTION_UPGRADE,
	OPTION_FORMAT,
	OPTION_VM,
	OPTION_SETUP_ROM,
	OPTION_EARLY,
	OPTION_TRIGGER,
	OPTION_VMID,
	OPTION_LSPCI,
	OPTION_MAP,
	OPTION_SVG,
	OPTION_FILE,
	OPTION_TYPE,
	OPTION_GUID,
	OPTION_NAME,
	OPTION_DEPEX,
	OPTION_VOLUME,
	OPTION_AFTER,
};

/* What the shell may offer for a value or an operand. */
enum value_kind { VALUE_NONE, VALUE_FILE, VALUE_DIRECTORY, VALUE_WORD };

struct option {
	enum option_id id;
	const char *name; /* without "--" */
	char letter;      /* 0: long form only */
	bool many;        /* may be given more than once */
	enum value_kind kind;
	const char *value; /* name of its value in the help; NULL: takes none */
	const char *text;
};

#define OUTPUT_OPTION                                                                          \
	{                                                                                      \
		OPTION_OUTPUT, "output", 'o', false, VALUE_FILE, "OUT",                        \
			"file to write, replaced when it is there (but never an input); - is " \
			"standard output"                                                      \
	}

struct call;

struct command {
	const char *noun;
	const char *verb;     /* "": the noun is all there is */
	const char *synopsis; /* what follows noun and verb in the help */
	size_t least, most;   /* number of operands */
	enum value_kind kind; /* of the operands */
	const char *words;    /* what the shell may offer for them, or NULL */
	const char *summary;
	const char *text; /* paragraph of the help */
	const struct option *options;
	const char *keys; /* of a request, which are options as well: their names, or "*" for all */
	int (*run)(struct call *call);
	bool hidden;
};

/* The commands in the order of the help; NULL at the end. */
const struct command *command_at(size_t index);
extern const struct option common_options[];
extern const char *const nouns[];

struct given {
	const struct option *option;
	const char *value;
};

struct style {
	bool color; /* on standard output */
	bool utf8;  /* the locale's characters */
	bool boxes; /* standard output can show box characters */
	int width;  /* columns */
};

/* One run of a command. */
struct call {
	const struct command *command;
	struct given *given; /* options in the order of the command line */
	size_t given_count;
	const char **operands;
	size_t operand_count;
	bool json;
	struct style style;
	struct igdrom_report *report;
	const char **inputs; /* files that were read: none is ever replaced */
	size_t input_count;
	size_t findings_shown;
	struct igdrom_bytes text; /* that findings are about: they name lines of it, not offsets */
	const char *told;  /* findings whose code starts with this are told in the output itself */
	const char *infos; /* infos are shown whose code starts with this; NULL: none is */
};

/* options.c */
bool options_parse(struct call *call, char **argv, int *code);
const char *option_value(const struct call *call, enum option_id id);
bool option_given(const struct call *call, enum option_id id);
/* A number in hexadecimal, as PCI ids are written; 0x may stand before it. */
bool parse_hex(const char *text, size_t most_digits, uint32_t *out);

/* help.c */
void help_global(FILE *out);
void help_noun(FILE *out, const char *noun);
void help_command(FILE *out, const struct command *command);
int run_completion(struct call *call);

/* vm_options.c */
/* The keys of a request as options; ended by OPTION_END. */
const struct option *key_options(void);
/* Whether a command takes the key. */
bool takes_key(const struct command *command, const struct option *key);
/* The few words that its value can be, one space between them; NULL: any other value. */
const char *key_words(const struct option *key);

/* output.c */
struct style style_of_stdout(void);
/* Text for people: control characters, and what the terminal cannot show, become '?'. */
void print_text(const struct style *style, FILE *out, const char *text);
/* The name of an input for people. */
const char *shown_name(const char *file);
/* As print_text(), the first size bytes. */
void print_part(const struct style *style, FILE *out, const char *text, size_t size);
/* How many bytes of text fit into so many columns: whole words, or else the part of one. */
size_t text_fit(const char *text, int columns);
/* Wraps text at the width of the terminal; indent columns stand before each later line. */
void print_wrapped(const struct style *style, int indent, const char *text);
/* A message on a line of its own, wrapped on a terminal only; at: columns taken already. */
void print_line(const struct style *style, FILE *out, int at, int indent, const char *text);
/* Begins a message on standard error: what it is about, a file or NULL. How many columns it took. */
int begin_line(const struct style *style, const char *file);
/* As print_wrapped(), in bold. */
void print_bold(const struct style *style, int indent, const char *text);
/* A line in bold. */
void print_title(const struct style *style, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "  Label    text", wrapped; label "" continues the field before; text NULL or "": nothing. */
void print_field(const struct style *style, const char *label, const char *text);
const char *size_text(uint64_t size, char out[32]);
/* The terminal sequence for a severity. */
const char *color_of(enum igdrom_severity severity);
/* The line that an offset lies in, from 1. */
size_t line_number(struct igdrom_bytes text, uint64_t offset);
/* Findings that were not shown yet; none with --json, which has them in its document. */
void show_findings(struct call *call);
/* EXIT_NO when there are findings of severity error. */
int verdict_of(const struct call *call);
/* Prints a document, frees it; the status of the view that made it. */
int print_json(struct call *call, enum igdrom_status status, char *text);

/* failure.c */
int exit_of(enum igdrom_status status);
/*
 * Ends a run that cannot give what was asked for: the sentence goes to standard error, with --json a
 * document to standard output. The report's last error says more than the status and is preferred.
 */
int fail(struct call *call, enum igdrom_status status, const char *file);
/* As fail(), always with EXIT_ENVIRONMENT. */
int fail_environment(struct call *call, enum igdrom_status status, const char *file);
/* As fail(), with a sentence of the command's own and its exit code. */
int fail_with(struct call *call, int code, enum igdrom_status status, const char *file,
	      const char *format, ...) __attribute__((format(printf, 5, 6)));
int usage_error(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* input.c */
/* Reads an input and remembers it. EXIT_YES or the exit code after the failure was told. */
int load(struct call *call, const char *path, struct igdrom_bytes *out);
int store(struct call *call, const char *path, struct igdrom_bytes bytes, unsigned flags);
/* A device id as text, or the address of a PCI function of this machine. */
int resolve_device(struct call *call, const char *text, uint16_t *device_id);
/* The same; what sits at an address goes to *at too, and *found tells. */
struct place {
	bool found;
	struct igdrom_pci_address address;
	struct igdrom_pci_id id;
};
int resolve_function(struct call *call, const char *text, uint16_t *device_id, struct place *at);
/* The last part of a path: what goes into a manifest. */
const char *base_name(const char *path);

/* progress.c */
/* igdrom_contents_open(), with a line of progress on a terminal when it takes long. */
enum igdrom_status look_into(const struct call *call, struct igdrom_bytes bytes,
			     struct igdrom_report *report, struct igdrom_contents **out);
/* igdrom_host_dump_flash(), with the same line. */
enum igdrom_status read_flash(const struct call *call, struct igdrom_host *host,
			      struct igdrom_dump **out);
/* igdrom_edit_save(), with the same line. */
enum igdrom_status save_edit(const struct call *call, const struct igdrom_edit *edit,
			     struct igdrom_bytes *out);
/* Reads a file and looks into it. */
int open_contents(struct call *call, const char *path, struct igdrom_contents **out);
/* That there is no driver in it, as a finding; nothing when there is one. */
void say_no_gop(struct call *call, const struct igdrom_contents *contents);

/* files.c */
struct out_file {
	char *path; /* owned */
	struct igdrom_bytes bytes;
	bool was_there; /* before it was written */
};
/* The path of a file in a directory. */
int name_file(struct call *call, const char *directory, const char *name, struct out_file *file);
/* Writes all files or none, and makes the directory when it is not there. */
int write_files(struct call *call, const char *directory, struct out_file *files, size_t count,
		bool force);

/* gop.c */
size_t gop_igd_count(const struct igdrom_gop *gop);
/* "17.0.1077 for Alder Lake-S, Raptor Lake-S (45 device ids)" */
void gop_words(const struct igdrom_gop *gop, char *out, size_t room);
const char *machine_text(uint16_t machine);
const char *subsystem_text(uint16_t subsystem);

/* bar.c */
struct bar;
/* A bar of at most so many segments; NULL when memory ran out. */
struct bar *bar_new(size_t room);
void bar_free(struct bar *bar);
/* shorter: tried when label has no room; a segment that is not the last gets room for it. Size 0:
 * nothing. */
void bar_add(struct bar *bar, uint64_t size, const char *label, const char *shorter);
/* Nothing when it has no room. */
void bar_draw(const struct style *style, struct bar *bar);

/* rom_map.c */
void draw_map(const struct style *style, const struct igdrom_rom *rom);

/* rom_show.c */
int open_rom(struct call *call, const char *path, struct igdrom_rom **out);
/* Whether all bytes are 0, or all are FFh. */
bool is_padding(struct igdrom_bytes bytes);
/* What an image is, in a few words. */
void describe_image(const struct igdrom_rom *rom, size_t index, char *out, size_t room);
/* Says what was written; changed: IGDROM_UNKNOWN when the ROM is a new one. */
int show_written(struct call *call, const char *file, struct igdrom_bytes bytes,
		 enum igdrom_tristate changed);

/* rom_build.c */
/* Builds a ROM as the options say. For firmware: not compressed, as firmware is packed whole, and
 * without the files of --efi. */
int build_rom(struct call *call, bool for_firmware, struct igdrom_bytes *out);
/* Whether -o is there and can be served; what: its value's name in the help. */
int need_output(struct call *call, const char *what);

int run_device_list(struct call *call);
int run_device_show(struct call *call);
int run_gop_show(struct call *call);
int run_gop_match(struct call *call);
int run_rom_build(struct call *call);
int run_rom_show(struct call *call);
int run_rom_check(struct call *call);
int run_rom_fix(struct call *call);
int run_rom_split(struct call *call);
int run_firmware_show(struct call *call);
int run_firmware_extract(struct call *call);
int run_firmware_insert(struct call *call);
int run_firmware_replace(struct call *call);
int run_firmware_remove(struct call *call);
int run_vbt_show(struct call *call);
int run_vbt_fix(struct call *call);
int run_vm_plan(struct call *call);
int run_vm_write(struct call *call);
int run_vm_check(struct call *call);
int run_vm_explain(struct call *call);
int run_setup_command(struct call *call);

#endif
