/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/qemu_reader.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

/* Where the debug output of OVMF goes (OvmfPkg: PcdDebugIoPort). */
#define OVMF_DEBUG_PORT 0x402

bool qemu_next_option(const struct qemu_reader *r, size_t *i, struct qemu_option *out)
{
	for (; *i < r->to; ++*i) {
		const struct word *word = &r->words->list[*i];
		const struct word *next = *i + 1 < r->to ? word + 1 : NULL;

		if (word->text[0] != '-' || word->text[1] == '\0')
			continue;
		out->name = word->text + (word->text[1] == '-' ? 2 : 1);
		out->word = word;
		/* No value of interest begins with a dash, so no list of options is needed. */
		out->value = next && (next->text[0] != '-' || next->length == 1) ? next : NULL;
		*i += out->value ? 2 : 1;
		return true;
	}
	return false;
}

bool qemu_option_opts(struct qemu_reader *r, const struct qemu_option *option, const char *implied,
		      struct qemu_opts *out)
{
	enum igdrom_status status;

	if (!option->value)
		return false;
	status = qemu_opts_parse(option->value, implied, out);
	if (status == IGDROM_E_CORRUPT)
		report_add(r->report, FINDING_VM_QEMU_JSON, option->value->at,
			   REPORT_ARGS(ARG_S(option->word->text)));
	else if (status != IGDROM_OK)
		vm_config_fail(r->config, status);
	return status == IGDROM_OK;
}

static void read_machine(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	const char *type;
	const char *pflash;

	if (!qemu_option_opts(r, option, "type", &opts))
		return;
	type = qemu_opts_value(&opts, "type");
	pflash = qemu_opts_value(&opts, "pflash0");
	if (pflash)
		r->pflash = vm_config_string(r->config, pflash);
	if (type) {
		r->config->machine_type = vm_config_string(r->config, type);
		r->config->machine_at = option->value->at;
		r->config->machine = VM_MACHINE_OTHER;
		if (strcmp(type, "pc") == 0 || strncmp(type, "pc-i440fx", 9) == 0)
			r->config->machine = VM_MACHINE_I440FX;
		if (strcmp(type, "q35") == 0 || strncmp(type, "pc-q35", 6) == 0)
			r->config->machine = VM_MACHINE_Q35;
	}
	qemu_opts_free(&opts);
}

/* "4096", "4G", "1.5G": MiB unless it says otherwise. */
static bool read_size(const char *text, uint64_t *mib)
{
	static const char units[] = "bkmgtp";
	uint64_t value = 0;
	uint64_t tenths = 0;
	const char *unit = NULL;
	unsigned shift;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (value > UINT32_MAX)
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
	}
	if (text[0] == '.' && text[1] >= '0' && text[1] <= '9') {
		tenths = (uint64_t)(text[1] - '0');
		text += 2;
		text += strspn(text, "0123456789");
	}
	unit = strchr(units, *text ? *text | 0x20 : 'm');
	if (!unit || value > UINT32_MAX)
		return false;
	shift = (unsigned)(unit - units) * 10;
	if (shift < 20)
		*mib = value >> (20 - shift);
	else
		*mib = (value << (shift - 20)) + (tenths << (shift - 20)) / 10;
	return true;
}

static void read_memory(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	const char *size;

	if (!qemu_option_opts(r, option, "size", &opts))
		return;
	size = qemu_opts_value(&opts, "size");
	if (size && read_size(size, &r->config->memory_mib))
		r->config->memory_known = true;
	qemu_opts_free(&opts);
}

static void read_cpu(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	const char *limit;

	if (!qemu_option_opts(r, option, "model", &opts))
		return;
	if (qemu_opts_value(&opts, "model"))
		r->config->cpu = vm_config_string(r->config, qemu_opts_value(&opts, "model"));
	limit = qemu_opts_value(&opts, "host-phys-bits-limit");
	if (limit) {
		unsigned long bits = strtoul(limit, NULL, 0);

		r->config->address_width = bits <= 64 ? (unsigned)bits : 0;
	}
	qemu_opts_free(&opts);
}

static void read_vga(struct qemu_reader *r, const struct qemu_option *option)
{
	if (!option->value)
		return;
	r->vga = vm_config_string(r->config, option->value->text);
	r->vga_at = option->value->at;
}

static void read_fw_cfg(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	const char *name;

	if (!qemu_option_opts(r, option, "name", &opts))
		return;
	name = qemu_opts_value(&opts, "name");
	if (name)
		vm_config_add_fw_cfg(r->config, name, qemu_opts_value(&opts, "string"),
				     option->value->at);
	qemu_opts_free(&opts);
}

static void read_debugcon(struct qemu_reader *r, const struct qemu_option *option)
{
	if (!option->value)
		return;
	r->debugcon = true;
	r->debugcon_at = option->word->at;
	if (strncmp(option->value->text, "file:", 5) == 0)
		r->config->debug_file = vm_config_string(r->config, option->value->text + 5);
}

static void read_name(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;

	if (!qemu_option_opts(r, option, "guest", &opts))
		return;
	if (qemu_opts_value(&opts, "guest"))
		r->config->name = vm_config_string(r->config, qemu_opts_value(&opts, "guest"));
	qemu_opts_free(&opts);
}

/* Counts the network cards that get an address without being asked for one. */
static void read_network(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	const char *type;

	r->network = true;
	if (!qemu_option_opts(r, option, "type", &opts))
		return;
	type = qemu_opts_value(&opts, "type");
	if (type && !qemu_opts_value(&opts, "addr")) {
		if (strcmp(option->name, "nic") == 0)
			r->cards += strcmp(type, "none") != 0;
		else if (strcmp(option->name, "net") == 0)
			r->cards += strcmp(type, "nic") == 0;
	}
	qemu_opts_free(&opts);
}

static void read_serial(struct qemu_reader *r, const struct qemu_option *option)
{
	if (strcmp(option->name, "nographic") == 0 ||
	    (option->value && strcmp(option->value->text, "none") != 0))
		r->config->serial = true;
}

static void read_nodefaults(struct qemu_reader *r, const struct qemu_option *option)
{
	(void)option;
	r->nodefaults = true;
}

static void read_readconfig(struct qemu_reader *r, const struct qemu_option *option)
{
	report_add(r->report, FINDING_VM_QEMU_READCONFIG, option->word->at,
		   REPORT_ARGS(ARG_S(option->value ? option->value->text : "")));
}

static void read_option(struct qemu_reader *r, const struct qemu_option *option)
{
	static const struct {
		const char *name;
		void (*read)(struct qemu_reader *r, const struct qemu_option *option);
	} readers[] = {
		{"machine", read_machine},
		{"M", read_machine},
		{"m", read_memory},
		{"cpu", read_cpu},
		{"vga", read_vga},
		{"fw_cfg", read_fw_cfg},
		{"debugcon", read_debugcon},
		{"name", read_name},
		{"net", read_network},
		{"nic", read_network},
		{"netdev", read_network},
		{"nodefaults", read_nodefaults},
		{"serial", read_serial},
		{"nographic", read_serial},
		{"readconfig", read_readconfig},
	};

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (strcmp(option->name, readers[i].name) == 0) {
			readers[i].read(r, option);
			return;
		}
	}
}

/* What QEMU does when nothing is said. */
static void fill_in(struct qemu_reader *r)
{
	struct igdrom_vm_config *config = r->config;

	if (r->fragment)
		return;
	if (config->machine == VM_MACHINE_UNKNOWN)
		config->machine = VM_MACHINE_I440FX;
	if (!config->memory_known) {
		config->memory_known = true;
		config->memory_mib = 128;
	}
	if (config->firmware == VM_FIRMWARE_UNKNOWN && !config->firmware_file)
		config->firmware = VM_FIRMWARE_SEABIOS;
}

static void finish_debugcon(struct qemu_reader *r)
{
	if (!r->debugcon)
		return;
	if (r->debugcon_moved)
		r->config->debug_console = true;
	else
		report_add(r->report, FINDING_VM_QEMU_DEBUGCON_PORT, r->debugcon_at,
			   REPORT_ARGS(ARG_U(OVMF_DEBUG_PORT)));
}

static void report_expansions(struct qemu_reader *r)
{
	const struct word *first = NULL;
	size_t count = 0;

	for (size_t i = r->from; i < r->to; i++) {
		const struct word *word = &r->words->list[i];

		if (word->expands && !first)
			first = word;
		count += word->expands;
	}
	if (first)
		report_add(r->report, FINDING_VM_QEMU_EXPANSION, first->at,
			   REPORT_ARGS(ARG_U(count), ARG_S(first->text)));
}

enum igdrom_status qemu_read_command(struct qemu_reader *r)
{
	struct qemu_option option;

	for (size_t i = r->from; qemu_next_option(r, &i, &option);)
		read_option(r, &option);
	qemu_read_firmware(r);
	fill_in(r);
	qemu_read_devices(r);
	if (r->vga) {
		r->config->display = r->vga;
		r->config->display_at = r->vga_at;
	} else if (r->nodefaults && !r->annex && !r->config->display) {
		r->config->display = "none";
	}
	qemu_place_devices(r);
	finish_debugcon(r);
	report_expansions(r);
	free(r->items);
	return r->config->err;
}

enum igdrom_status vm_qemu_apply(struct igdrom_vm_config *config, const struct words *words,
				 bool json, struct igdrom_report *report)
{
	struct qemu_reader r = {.config = config,
				.report = report,
				.words = words,
				.to = words->count,
				.fragment = true,
				.annex = true,
				.annex_json = json};

	return qemu_read_command(&r);
}

/* Whether a word is the name of a QEMU, as a script, `ps` or PVE has it. */
static bool names_qemu(const struct words *words, size_t i)
{
	const char *slash = strrchr(words->list[i].text, '/');
	const char *word = slash ? slash + 1 : words->list[i].text;

	if (strncmp(word, "qemu-system-", 12) == 0)
		return true;
	/* A machine may have this name as well: -name kvm. */
	return (strcmp(word, "qemu-kvm") == 0 || strcmp(word, "kvm") == 0) &&
	       (i == 0 || words->list[i - 1].text[0] != '-');
}

/* How much a word that begins an option tells about a machine. */
static bool tells(const char *word)
{
	static const char *const options[] = {"-device", "-machine", "-M",   "-m",     "-vga",
					      "-cpu",    "-drive",   "-set", "-fw_cfg"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const char *dashes = word[0] == '-' && word[1] == '-' ? word + 1 : word;

		if (strcmp(dashes, options[i]) == 0)
			return true;
	}
	return false;
}

/* Finds the command that starts a machine; false: there is none. */
static bool find_command(struct qemu_reader *r)
{
	const struct words *words = r->words;
	size_t best = 0;

	for (size_t from = 0, to; from < words->count; from = to) {
		size_t score = 0;
		size_t name = SIZE_MAX;

		for (to = from;
		     to < words->count && words->list[to].command == words->list[from].command;
		     to++) {
			if (name == SIZE_MAX && names_qemu(words, to))
				name = to;
			score += 2 * tells(words->list[to].text);
		}
		score += name != SIZE_MAX;
		if (score > best) {
			best = score;
			r->from = name == SIZE_MAX ? from : name + 1;
			r->to = to;
			r->fragment = name == SIZE_MAX;
		}
	}
	return best > 0;
}

enum igdrom_status qemu_find_command(const char *text, size_t size, struct igdrom_report *report,
				     struct words *words, struct qemu_reader *r)
{
	bool nul = size > 0 && memchr(text, 0, size) != NULL;
	enum igdrom_status status =
		words_split(text, size, 0, nul ? WORDS_NUL : WORDS_SHELL, words);

	r->words = words;
	if (status == IGDROM_E_CORRUPT)
		report_add(report, FINDING_VM_QEMU_QUOTE, words->bad_at, REPORT_NO_ARGS);
	if (status == IGDROM_OK && !find_command(r)) {
		report_add(report, FINDING_VM_QEMU_NO_COMMAND, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		status = IGDROM_E_NOT_RECOGNIZED;
	}
	return status;
}

enum igdrom_status vm_read_qemu(const char *text, size_t size, struct igdrom_report *report,
				struct igdrom_vm_config *config)
{
	struct words words;
	struct qemu_reader r = {.config = config, .report = report};
	enum igdrom_status status = qemu_find_command(text, size, report, &words, &r);

	if (status == IGDROM_OK)
		status = qemu_read_command(&r);
	words_free(&words);
	return vm_config_fail(config, status);
}
