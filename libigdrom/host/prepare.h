/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a machine needs before it can hand its GPU to a virtual machine: rules about words that the
 * kernel and its modules are told, and the texts that hold those words. A text is only edited where
 * it is understood; every other byte of it stays as it is.
 */
#ifndef IGDROM_HOST_PREPARE_H
#define IGDROM_HOST_PREPARE_H

#include "core/builder.h"
#include "host/kind.h"

#include <igdrom/changes.h>
#include <igdrom/host.h>

#define PREP_MAX_TEXT  (1u << 20) /* bytes of a file that is edited */
#define PREP_MAX_FILES 128        /* in one directory */
#define PREP_MAX_RULES 24
#define PREP_MAX_VALUE 64
#define PREP_MAX_WHY   1024

/* One thing that the kernel shall be told, or shall not be. */
struct prep_rule {
	bool take;       /* it shall not be there */
	bool list;       /* the value is a list with commas between */
	bool last;       /* of several words with this key only the last one counts */
	bool mend;       /* it is told only where there is a word with this key */
	const char *key; /* "intel_iommu", "vfio-pci.ids"; '-' and '_' are the same */
	/* An item of the list, or else the whole value; "" to take: any value but a "no". */
	char value[PREP_MAX_VALUE];
	const char *why;
};

struct prep_rules {
	struct prep_rule list[PREP_MAX_RULES];
	size_t count;
};

/* A character of a value, and the bytes of the text that it was made from. */
struct prep_letter {
	char c;
	bool opaque; /* stands for something that is only known when it runs */
	size_t from, to;
};

struct prep_letters {
	struct prep_letter *list;
	size_t count, room;
	bool failed; /* memory ran out */
};

/* How words are put to the end of a value. */
enum prep_wrap {
	PREP_PLAIN,   /* as they are */
	PREP_AHEAD,   /* as they are, at the start, with a space behind each */
	PREP_QUOTE,   /* the whole value gets quotes around it */
	PREP_SEGMENT, /* they get quotes of their own */
};

/* Part of a text that holds words. */
struct prep_piece {
	size_t file, at; /* index; offset in its text */
	struct prep_letters letters;
	char module
		[PREP_MAX_VALUE]; /* the words are parameters of this module; "": of the kernel */
	char blacklists
		[PREP_MAX_VALUE];  /* it keeps this module from being loaded, and has no words */
	size_t line_from, line_to; /* modprobe: the whole line */
	bool sure;                 /* it surely takes effect */
	bool home;                 /* words that are missing may be added to it */
	bool appends;              /* a word before it may touch its first one */
	enum prep_wrap wrap;
	size_t value_from, insert_at;
};

struct prep_pieces {
	struct prep_piece *list;
	size_t count, room;
	bool failed; /* memory ran out */
};

struct prep_file {
	char *path; /* on the machine */
	struct igdrom_bytes text;
	bool changed;
	char why[PREP_MAX_WHY]; /* of the changes, sentences without a full stop, "; " between */
};

struct prep_files {
	struct prep_file *list;
	size_t count;
};

/* Why a text is left alone. */
struct prep_problem {
	size_t file;
	unsigned line;
	const char *what; /* static; NULL: none */
};

/* A way to hold words: finds the pieces of all files, in the order in which they take effect. */
struct prep_syntax {
	void (*find)(const struct prep_files *files, struct prep_pieces *out,
		     struct prep_problem *problem);
	bool each; /* every piece is a command line of its own */
};

extern const struct prep_syntax prep_grub, prep_line, prep_syslinux, prep_modprobe;

/* prepare_text.c */
void prep_put(struct prep_letters *letters, char c, bool opaque, size_t from, size_t to);
/* A new piece at the end, zeroed; NULL when memory ran out. */
struct prep_piece *prep_add_piece(struct prep_pieces *pieces);
void prep_free_pieces(struct prep_pieces *pieces);
unsigned prep_line_number(struct igdrom_bytes text, size_t at);
/* Bytes of a text replaced by others. Edits come in ascending order. */
struct prep_edit {
	size_t from, to;
	char text[512];
};
struct prep_edits {
	struct prep_edit *list;
	size_t count, room;
	bool failed;
};
void prep_edit(struct prep_edits *edits, size_t from, size_t to, const char *text);
/* Does the edits, and frees them in any case. */
enum igdrom_status prep_rewrite(struct igdrom_bytes *text, struct prep_edits *edits);
void prep_free_edits(struct prep_edits *edits);
bool prep_is_space(char c);
bool prep_contains(struct igdrom_bytes text, size_t from, size_t to, const char *word);

/* Bytes [from, to) of a text that are a logical line; next is where the next one starts. */
struct prep_line {
	size_t from, to, next;
};

struct prep_token {
	size_t from, to;
};

/* The next line; a backslash at its end joins the one behind it where lines are continued. */
bool prep_next_line(struct igdrom_bytes text, bool continued, struct prep_line *line);
/* Behind the last character that is no white space; line.from when all are. */
size_t prep_line_end(struct igdrom_bytes text, struct prep_line line);
/* The word behind token->to; false when none is left in the line. */
bool prep_next_token(struct igdrom_bytes text, struct prep_line line, struct prep_token *token);
bool prep_token_is(struct igdrom_bytes text, struct prep_token token, const char *word);
/* The letters of [from, to); an escaped end of a line is none. */
void prep_spell(struct igdrom_bytes text, size_t from, size_t to, bool continued,
		struct prep_letters *out);
/* A new piece of a line, which has no letters yet; NULL when memory ran out. */
struct prep_piece *prep_line_piece(size_t file, struct prep_line line, struct prep_pieces *out);
bool prep_has_nul(const struct prep_files *files, size_t file, struct prep_problem *problem);

/* modprobe.c */
/* "VERB MODULE ..."; the module is empty where there is none. */
struct prep_directive {
	struct prep_line line;
	struct prep_token verb, module;
	size_t end; /* of what stands behind the module */
};

/* The next one of a file of modprobe.d; start with zeroes. */
bool prep_next_directive(struct igdrom_bytes text, struct prep_directive *directive);
/* Whether modprobe knows the verb. */
bool prep_is_directive(struct igdrom_bytes text, struct prep_token verb);
/* A command that is written in the place of a module that shall not be loaded. */
bool prep_does_nothing(const char *command, size_t size);
/* Whether a list of modules, one a line, has this one ('_' for '-'). */
bool prep_loads(struct igdrom_bytes text, const char *module);

/* prepare_words.c */
/*
 * Makes the words of all files obey the rules. said[i] tells whether rule i is told by a file in
 * the end; a rule that finds no home stays untold. IGDROM_E_REFUSED: problem says why.
 */
enum igdrom_status prep_obey(const struct prep_syntax *syntax, struct prep_files *files,
			     const struct prep_rules *rules, bool *said,
			     struct prep_problem *problem);
/* Whether a kernel command line tells what a rule asks for; for a rule that takes: what it forbids. */
bool prep_tells(const char *command_line, const struct prep_rule *rule);
/*
 * The words of pieces that surely take effect, with one blank between them and without those that
 * are only known when they run; owned. NULL: memory ran out.
 */
char *prep_join(const struct prep_pieces *pieces);

/* prepare_files.c */
/* Adds a text, which is the list's then. */
enum igdrom_status prep_keep(struct prep_files *files, const char *path, struct igdrom_bytes *text);
/* Whether the name of a file ends so, and is not a hidden one. */
bool prep_is_read(const char *name, const char *end);
/* Adds a file as it will be; *found tells whether there is one. */
enum igdrom_status prep_read(const struct igdrom_changes *changes, const char *path,
			     struct igdrom_report *report, struct prep_files *files, bool *found);
/* All files of a directory whose name ends so, sorted. */
enum igdrom_status prep_read_directory(const struct igdrom_changes *changes, const char *directory,
				       const char *end, struct igdrom_report *report,
				       struct prep_files *files);
void prep_free_files(struct prep_files *files);
/* Adds a reason for what was changed in a file. */
void prep_because(struct prep_file *file, const char *why);
/* Adds the files that were changed as steps; *count gets their number. */
enum igdrom_status prep_add_files(struct igdrom_changes *changes, const struct prep_files *files,
				  struct igdrom_report *report, size_t *count);
bool prep_is_there(const struct igdrom_changes *changes, const char *path);

/* What a machine needs. */
struct prep_needs {
	struct prep_rules rules;
	const struct igdrom_pci_function *gpu, *audio; /* audio: or NULL */
	bool early;                                    /* vfio-pci takes them at boot */
	bool kvmgt;                                    /* mediated devices */
	bool part;                                     /* a virtual function was named */
	char modules[3][PREP_MAX_VALUE];               /* that would take them; "": none */
	bool lacking; /* something that no setting of the system can give: a finding says what */
};

/* prepare_needs.c */
enum igdrom_status prep_find_needs(const struct igdrom_changes *changes,
				   const struct igdrom_host *host,
				   const struct igdrom_vm_request *wish, unsigned flags,
				   struct igdrom_report *report, struct prep_needs *out);

/* What is being done: shared by the parts of a preparation. */
struct prep_work {
	struct igdrom_changes *changes;
	const struct igdrom_host *host;
	struct igdrom_report *report;
	struct prep_needs needs;
	enum host_family system;
	bool said[PREP_MAX_RULES];       /* rules that the system is told, as it is or will be */
	bool in_modules[PREP_MAX_RULES]; /* by modprobe.d, not on the command line */
	bool changed;                    /* something takes effect with the next boot */
};

/* prepare.c */
/* A file of ours, as a step when it is not there like this. */
enum igdrom_status prep_own_file(struct prep_work *work, const char *path, const char *text,
				 unsigned mode, const char *why, bool *changed);
/* Sentences for a person. */
enum igdrom_status prep_advise(struct prep_work *work, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Obeys the rules in files, and adds those that change as steps; *changed gets their number. */
enum igdrom_status prep_obey_files(struct prep_work *work, const struct prep_syntax *syntax,
				   struct prep_files *files, size_t *changed);
/* Refuses: a finding says where, and what a person has to write there. */
enum igdrom_status prep_refuse(struct prep_work *work, const struct prep_file *file, unsigned line,
			       const char *what);
/* The words that are still to be told, with spaces between; "" for none. */
void prep_untold(const struct prep_work *work, char *out, size_t room);
/* Runs a command that takes the files over, when there were changes. */
enum igdrom_status prep_refresh(struct prep_work *work, const char *const *argv, const char *why);

/* prepare_boot.c */
/* By its name, or else by the tools that it has. */
enum host_family prep_system_of(const struct igdrom_changes *changes,
				const struct igdrom_host *host);
/* The kernel command line, wherever it is kept. */
enum igdrom_status prep_boot(struct prep_work *work);
/* prepare_modules.c */
enum igdrom_status prep_modules(struct prep_work *work);
/* prepare_unraid.c */
enum igdrom_status prep_unraid(struct prep_work *work);
/* prepare_trigger.c */
enum igdrom_status prep_trigger(struct prep_work *work);

#endif
