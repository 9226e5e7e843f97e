/* SPDX-License-Identifier: BSD-2-Clause */
/* The one table of commands. Help, completion, the manual page and the tests follow it. */
#include "cli.h"

#define END                      \
	{                        \
		.id = OPTION_END \
	}

const struct option common_options[] = {
	{OPTION_JSON, "json", 0, false, VALUE_NONE, NULL,
	 "write one JSON document to standard output, findings included"},
	{OPTION_HELP, "help", 'h', false, VALUE_NONE, NULL, "say what this command does and end"},
	END,
};

static const struct option device_show_options[] = {
	{OPTION_ROOT, "root", 0, false, VALUE_DIRECTORY, "DIR",
	 "look a PCI address up in a captured machine: a directory that holds its /sys"},
	END,
};

static const struct option no_options[] = {END};

const char *const nouns[] = {"device", "gop", NULL};

const struct command commands[] = {
	{
		.noun = "device",
		.verb = "list",
		.synopsis = "[WORD]",
		.most = 1,
		.kind = VALUE_WORD,
		.summary = "list the Intel graphics devices that are known",
		.text = "WORD keeps the rows that have it in their platform, codename, name, CPU "
			"generation or GOP family; \"integrated\" and \"discrete\" keep the rows "
			"of that kind.",
		.options = no_options,
		.run = run_device_list,
	},
	{
		.noun = "device",
		.verb = "show",
		.synopsis = "ID",
		.least = 1,
		.most = 1,
		.kind = VALUE_WORD,
		.summary = "show what is known about one device",
		.text = "ID is a PCI device id (4680, 0x4680, 8086:4680) or the address of a PCI "
			"device of this machine (00:02.0, 0000:00:02.0).",
		.options = device_show_options,
		.run = run_device_show,
	},
	{
		.noun = "gop",
		.verb = "show",
		.synopsis = "FILE",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "show the GOP drivers in a file",
		.text = "FILE is an .efi file or a PCI option ROM. Everything is read from the "
			"driver itself. Ends with 1 when there is no GOP driver in it.",
		.options = no_options,
		.run = run_gop_show,
	},
	{
		.noun = "gop",
		.verb = "match",
		.synopsis = "FILE... ID",
		.least = 2,
		.most = SIZE_MAX,
		.kind = VALUE_FILE,
		.summary = "name the best of several GOP drivers for a device",
		.text = "The best is the highest version whose own table lists the device. For the "
			"others it is said why they are not. Ends with 1 when none lists it.",
		.options = no_options,
		.run = run_gop_match,
	},
	{
		.noun = "completion",
		.verb = "bash",
		.synopsis = "",
		.summary = "write the completion script for bash",
		.text = "",
		.options = no_options,
		.run = run_completion,
		.hidden = true,
	},
};

const size_t command_count = sizeof(commands) / sizeof(commands[0]);
