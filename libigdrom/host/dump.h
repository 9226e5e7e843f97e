/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dumps inside. All that touches the machine goes through a table of functions, so that a test can
 * stand in for a machine, and have every one of them fail.
 */
#ifndef IGDROM_HOST_DUMP_H
#define IGDROM_HOST_DUMP_H

#include <igdrom/host.h>

#define DUMP_PATH_MAX   256
#define DUMP_NAME_MAX   64 /* of an entry of a directory; longer ones are of no interest */
#define DUMP_NAMES_MAX  1024
#define DUMP_CHUNK      65536
#define DUMP_ROM_REGION 6 /* of a PCI function, in sysfs */

struct dump_names {
	char (*names)[DUMP_NAME_MAX]; /* sorted; owned */
	size_t count;
};

/* Functions give 0 or an errno. Paths are absolute, on the machine. */
struct dump_system {
	/* A file or a character device. */
	int (*open)(void *user, const char *path, bool writing, int *file);
	/* Fewer bytes than asked for only at the end. */
	int (*read)(void *user, int file, uint64_t at, void *data, size_t size, size_t *got);
	int (*write)(void *user, int file, uint64_t at, const void *data, size_t size);
	/* Physical memory; size and address are multiples of 8. */
	int (*memory)(void *user, int file, uint64_t address, void *data, size_t size);
	/* dump_vfio_opregion() */
	int (*opregion)(void *user, const char *group, const char *address,
			struct igdrom_bytes *out);
	void (*close)(void *user, int file);
	int (*list)(void *user, const char *directory, struct dump_names *out);
	/* Holds signals back, or lets them come. */
	void (*hold)(void *user, bool on);
};

struct dump_machine {
	const struct dump_system *system;
	void *user;
	bool captured; /* nothing may be written */
};

struct igdrom_dump {
	enum igdrom_dump_kind kind;
	char source[DUMP_PATH_MAX];
	struct igdrom_bytes bytes; /* owned */
	char sha256[65];
};

/* The machine of a host; ended with dump_machine_close(). */
enum igdrom_status dump_machine_open(struct igdrom_host *host, struct igdrom_report *report,
				     struct dump_machine *out);
void dump_machine_close(struct dump_machine *machine);

/* What the public functions do. */
enum igdrom_status dump_rom(const struct dump_machine *machine,
			    const struct igdrom_pci_address *address, struct igdrom_report *report,
			    struct igdrom_dump **out);
enum igdrom_status dump_vbt(const struct dump_machine *machine, struct igdrom_report *report,
			    struct igdrom_dump **out);
enum igdrom_status dump_opregion(const struct dump_machine *machine, struct igdrom_report *report,
				 struct igdrom_dump **out);
enum igdrom_status dump_flash(const struct dump_machine *machine,
			      const struct igdrom_limits *limits, struct igdrom_report *report,
			      struct igdrom_dump **out);

/* Takes over the bytes, also when it fails. */
enum igdrom_status dump_new(enum igdrom_dump_kind kind, const char *source,
			    struct igdrom_bytes *bytes, struct igdrom_dump **out);

/* A small file as text: its first line, without blanks at the end. */
int dump_text(const struct dump_machine *machine, const char *path, char *out, size_t room);
/* A number in a small file, decimal or with 0x before it. */
int dump_number(const struct dump_machine *machine, const char *path, uint64_t *out);
/* A whole file of at most `most` bytes; EFBIG when it has more. An empty one is ENODATA. */
int dump_file(const struct dump_machine *machine, const char *path, size_t most,
	      struct igdrom_bytes *out);

/* What sits at an address, as sysfs shows it. */
struct dump_function {
	char address[32];
	char directory[DUMP_PATH_MAX / 2];
	uint64_t vendor, device, class_code;
};

enum igdrom_status dump_find_function(const struct dump_machine *machine,
				      const struct igdrom_pci_address *address,
				      struct igdrom_report *report, struct dump_function *out);
/* The same for the integrated GPU: a display device of Intel at 00:02.0. */
enum igdrom_status dump_find_igd(const struct dump_machine *machine, struct igdrom_report *report,
				 struct dump_function *out);
/* A path below the directory of the function. */
void dump_function_path(const struct dump_function *function, const char *name,
			char out[DUMP_PATH_MAX]);

/* Says why a file could not be read, or that it takes root. */
enum igdrom_status dump_say_unreadable(struct igdrom_report *report, const char *path, int error);

/* Physical memory, opened once. */
struct dump_memory {
	const struct dump_machine *machine;
	int file;
};

/* A failure is told: no root, lockdown, no /dev/mem. */
enum igdrom_status dump_memory_open(const struct dump_machine *machine,
				    struct igdrom_report *report, struct dump_memory *out);
enum igdrom_status dump_memory_read(const struct dump_memory *memory, uint64_t address, void *data,
				    size_t size, struct igdrom_report *report);
void dump_memory_close(struct dump_memory *memory);

/* The directory of the GPU in debugfs that has this file; ENOENT: the GPU has no such driver. */
int dump_debugfs_find(const struct dump_machine *machine, const struct dump_function *function,
		      const char *name, char out[DUMP_PATH_MAX]);
/* Whether a driver has the function. */
bool dump_has_driver(const struct dump_machine *machine, const struct dump_function *function,
		     const char *driver);
/* Why dump_debugfs_find() or reading what it found failed; not as an error: there are other ways. */
void dump_debugfs_say(const struct dump_machine *machine, const struct dump_function *function,
		      int error, struct igdrom_report *report);

/* An OpRegion with its VBT behind it when it is an extended one; source is set. */
enum igdrom_status dump_read_opregion(const struct dump_machine *machine,
				      const struct dump_function *function,
				      struct igdrom_report *report, struct igdrom_bytes *out,
				      char source[DUMP_PATH_MAX]);

/* Firmware in MTD; IGDROM_E_NOT_FOUND without an error in the report when there is none. */
enum igdrom_status dump_read_mtd(const struct dump_machine *machine,
				 const struct igdrom_limits *limits, struct igdrom_report *report,
				 struct igdrom_bytes *out, char source[DUMP_PATH_MAX]);
/* Whether all bytes are 00h, or all are FFh. */
bool dump_is_blank(const uint8_t *data, size_t size);

#endif
