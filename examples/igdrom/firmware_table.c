/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the table of commands that changes firmware. */
#include "firmware_edit.h"

#define END                      \
	{                        \
		.id = OPTION_END \
	}

#define EDIT_FORCE_OPTION                                                                       \
	{                                                                                       \
		OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL,                            \
			"also change the firmware of a board; that may be the end of the board" \
	}

#define VOLUME_OPTION(text)                                                \
	{                                                                  \
		OPTION_VOLUME, "volume", 0, false, VALUE_WORD, "VOL", text \
	}

static const struct option firmware_insert_options[] = {
	OUTPUT_OPTION,
	{OPTION_DEVICE, "device", 'd', false, VALUE_WORD, "ID",
	 "the device that the firmware is for: every GOP driver must list it"},
	{OPTION_BIOS, "bios", 0, true, VALUE_FILE, "FILE",
	 "put in the GOP driver for the device, and the VBT, out of a BIOS file of any kind"},
	{OPTION_GOP, "gop", 'g', true, VALUE_FILE, "FILE",
	 "put in a GOP driver from a file of any kind, such as an .efi file or an option ROM; of "
	 "several our driver starts the one for the device"},
	{OPTION_VBT, "vbt", 0, false, VALUE_FILE, "FILE",
	 "put in the VBT out of a file of any kind, for guests that get no OpRegion from the host"},
	{OPTION_NO_VBT, "no-vbt", 0, false, VALUE_NONE, NULL, "leave the VBT of the BIOS file out"},
	{OPTION_ROM_LPC_ID, "lpc-id", 0, false, VALUE_WORD, "HEX",
	 "device id of the host's LPC bridge 00:1f.0, for virtual machines that do not name it"},
	{OPTION_NO_LPC_ANSWER, "no-lpc-answer", 0, false, VALUE_NONE, NULL,
	 "never answer a GOP driver's check of the LPC bridge (needed for a boot picture on q35)"},
	{OPTION_REPLACE, "replace", 0, false, VALUE_NONE, NULL,
	 "take out what is in it for an assigned GPU, whoever put it in: our files, GOP drivers, "
	 "policy and assignment drivers, VBTs"},
	{OPTION_EFI, "efi", 'e', true, VALUE_FILE, "FILE",
	 "put in any EFI driver or application, or a file of a volume (FFS), which firmware "
	 "starts"},
	{OPTION_NO_DRIVER, "no-driver", 0, false, VALUE_NONE, NULL,
	 "put in nothing but the files of --efi"},
	{OPTION_FILE, "file", 0, false, VALUE_FILE, "FILE",
	 "put in this file and not our driver: a driver, an application, data, or a file of a "
	 "volume (FFS)"},
	{OPTION_TYPE, "type", 0, false, VALUE_WORD, "TYPE",
	 "with --file: driver, application or freeform (data); the default is what a driver or "
	 "an application says of itself"},
	{OPTION_GUID, "guid", 0, false, VALUE_WORD, "GUID",
	 "with --file: its GUID; the default is derived from the content"},
	{OPTION_NAME, "name", 0, false, VALUE_WORD, "TEXT",
	 "with --file: the name that people see, may be empty; the default is that of the file"},
	{OPTION_DEPEX, "depex", 0, false, VALUE_FILE, "FILE",
	 "with --file: compiled dependency expression (DEPEX) of a driver; without it the driver "
	 "is started when all of UEFI is there"},
	{OPTION_AFTER, "after", 0, false, VALUE_WORD, "GUID|NAME",
	 "put the files behind this one; the default is behind the last of the volume"},
	VOLUME_OPTION(
		"the volume: GUID or offset, as \"igdrom firmware show\" prints it; the default "
		"is the one with the DXE core"),
	{OPTION_FORCE, "force", 'f', false, VALUE_NONE, NULL,
	 "take a GOP driver that would be refused; also change the firmware of a board, which may "
	 "be "
	 "the end of the board"},
	END,
};

static const struct option firmware_edit_options[] = {
	OUTPUT_OPTION,
	VOLUME_OPTION("the volume that the file is in: GUID or offset, as \"igdrom firmware show\" "
		      "prints it; for a file that is there more than once"),
	EDIT_FORCE_OPTION,
	END,
};

const struct command firmware_edit_commands[] = {
	{
		.noun = "firmware",
		.verb = "insert",
		.synopsis = "FD [--device ID] [--bios FILE] [--gop FILE]... [--vbt FILE] -o OUT",
		.least = 1,
		.most = 1,
		.kind = VALUE_FILE,
		.summary = "put our driver, GOP drivers and a VBT into an OVMF",
		.text = "FD is a finished firmware, such as OVMF_CODE_4M.fd; with our driver in it "
			"the virtual machine needs no option ROM (romfile). The driver finds GOP "
			"drivers and the VBT there as it does in a ROM. They go behind the files "
			"that are there, and nothing else changes. Ends with 4 when there is no "
			"room, "
			"or when there are such files in it already.",
		.options = firmware_insert_options,
		.run = run_firmware_insert,
	},
	{
		.noun = "firmware",
		.verb = "replace",
		.synopsis = "FD GUID|NAME FILE -o OUT",
		.least = 3,
		.most = 3,
		.kind = VALUE_FILE,
		.summary = "put another file in the place of one in an image",
		.text = "The file is named by its GUID or its name, as \"igdrom firmware show "
			"--all\" lists them. FILE is a driver (.efi) or data, which takes the "
			"place of the like in it, and all else of it stays (dependencies, name, "
			"version); or another file of a volume (FFS).",
		.options = firmware_edit_options,
		.run = run_firmware_replace,
	},
	{
		.noun = "firmware",
		.verb = "remove",
		.synopsis = "FD GUID|NAME -o OUT",
		.least = 2,
		.most = 2,
		.kind = VALUE_FILE,
		.summary = "take a file out of a firmware image",
		.text = "The file is named by its GUID or its name, as \"igdrom firmware show "
			"--all\" lists them. The files behind it stay where they are.",
		.options = firmware_edit_options,
		.run = run_firmware_remove,
	},
};

const size_t firmware_edit_command_count =
	sizeof(firmware_edit_commands) / sizeof(firmware_edit_commands[0]);
