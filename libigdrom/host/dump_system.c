/* SPDX-License-Identifier: BSD-2-Clause */
/* A real machine, or a captured one below a directory. */
#define _FILE_OFFSET_BITS 64
#include "host/dump.h"
#include "host/dump_vfio.h"

#include "changes/file.h"
#include "changes/place.h"
#include "host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct machine {
	int root;
	bool captured;
	sigset_t signals; /* of before */
};

static int find(const struct machine *machine, const char *path, struct place *place)
{
	int error = place_find(machine->root, path, 0, place);

	if (!error && place->dir < 0) {
		place_free(place);
		error = ENOENT;
	}
	return error;
}

/* A captured tree must not make a reader wait, nor hand it a device of this machine. */
static bool may_open(const struct machine *machine, int file)
{
	struct stat st;

	return fstat(file, &st) == 0 &&
	       (S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !machine->captured));
}

static int open_below(void *user, const char *path, bool writing, int *file)
{
	const struct machine *machine = user;
	struct place place;
	int error;

	*file = -1;
	if (writing && machine->captured)
		return EROFS;
	error = find(machine, path, &place);
	if (error)
		return error;
	*file = openat(place.dir, place.name,
		       (writing ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
			       O_CLOEXEC);
	error = *file >= 0 ? 0 : errno;
	place_free(&place);
	if (!error && !may_open(machine, *file)) {
		close(*file);
		*file = -1;
		error = EINVAL;
	}
	return error;
}

static int read_at(void *user, int file, uint64_t at, void *data, size_t size, size_t *got)
{
	uint8_t *to = data;

	(void)user;
	*got = 0;
	while (*got < size) {
		ssize_t n = pread(file, to + *got, size - *got, (off_t)(at + *got));

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			*got += (size_t)n;
	}
	return 0;
}

static int write_at(void *user, int file, uint64_t at, const void *data, size_t size)
{
	const uint8_t *from = data;
	size_t done = 0;

	(void)user;
	while (done < size) {
		ssize_t n = pwrite(file, from + done, size - done, (off_t)(at + done));

		if (n == 0)
			return EIO;
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* As wide as can be: each access to a flash chip takes its time, however small. */
static void copy_words(const volatile uint64_t *from, uint8_t *to, size_t size)
{
	for (size_t i = 0; i < size / sizeof(uint64_t); i++) {
		uint64_t word = from[i];

		memcpy(to + i * sizeof(word), &word, sizeof(word));
	}
}

/*
 * Mapped: read() takes no address above the end of RAM (valid_phys_addr_range() in the kernel's
 * drivers/char/mem.c).
 */
static int read_mapped(int file, uint64_t address, void *data, size_t size)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	size_t before = (size_t)(address % page);
	const void *from;
	uint8_t *mapped;

	mapped = mmap(NULL, size + before, PROT_READ, MAP_SHARED, file, (off_t)(address - before));
	if (mapped == MAP_FAILED)
		return errno;
	from = mapped + before;
	copy_words(from, data, size);
	munmap(mapped, size + before);
	return 0;
}

static int read_memory(void *user, int file, uint64_t address, void *data, size_t size)
{
	struct stat st;
	size_t got;
	int error;

	if (fstat(file, &st) != 0)
		return errno;
	if (S_ISCHR(st.st_mode))
		return read_mapped(file, address, data, size);
	error = read_at(user, file, address, data, size, &got);
	return error ? error : got == size ? 0 : EFAULT;
}

static int opregion(void *user, const char *group, const char *address, struct igdrom_bytes *out)
{
	const struct machine *machine = user;

	*out = (struct igdrom_bytes){NULL, 0};
	return machine->captured ? ENOTSUP : dump_vfio_opregion(group, address, out);
}

static void close_file(void *user, int file)
{
	(void)user;
	close(file);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int add_name(struct dump_names *out, const char *name)
{
	if (name[0] == '.' || strlen(name) >= DUMP_NAME_MAX)
		return 0;
	if (out->count == DUMP_NAMES_MAX)
		return EFBIG;
	strcpy(out->names[out->count++], name);
	return 0;
}

static int read_names(DIR *dir, struct dump_names *out)
{
	const struct dirent *entry;
	int error = 0;

	while (!error) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno;
		error = add_name(out, entry->d_name);
	}
	return error;
}

static int open_directory(const struct machine *machine, const char *path, DIR **dir)
{
	struct place place;
	int error = find(machine, path, &place);
	int file;

	if (error)
		return error;
	file = openat(place.dir, place.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	error = file >= 0 ? 0 : errno;
	place_free(&place);
	if (error)
		return error;
	*dir = fdopendir(file);
	if (*dir)
		return 0;
	error = errno;
	close(file);
	return error;
}

static int list(void *user, const char *directory, struct dump_names *out)
{
	DIR *dir;
	int error;

	*out = (struct dump_names){NULL, 0};
	error = open_directory(user, directory, &dir);
	if (error)
		return error;
	out->names = calloc(DUMP_NAMES_MAX, DUMP_NAME_MAX);
	error = out->names ? read_names(dir, out) : ENOMEM;
	closedir(dir);
	if (error) {
		free(out->names);
		*out = (struct dump_names){NULL, 0};
	} else if (out->count) {
		qsort(out->names, out->count, DUMP_NAME_MAX, by_name);
	}
	return error;
}

/* Those that tell of a broken program come at once whatever is asked for. */
static void hold(void *user, bool on)
{
	struct machine *machine = user;
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGFPE);
	if (on)
		pthread_sigmask(SIG_BLOCK, &all, &machine->signals);
	else
		pthread_sigmask(SIG_SETMASK, &machine->signals, NULL);
}

static const struct dump_system real_system = {
	.open = open_below,
	.read = read_at,
	.write = write_at,
	.memory = read_memory,
	.opregion = opregion,
	.close = close_file,
	.list = list,
	.hold = hold,
};

enum igdrom_status dump_machine_open(struct igdrom_host *host, struct igdrom_report *report,
				     struct dump_machine *out)
{
	struct machine *machine;
	const char *root;
	int error;

	*out = (struct dump_machine){NULL, NULL, false};
	if (!host->root)
		return IGDROM_E_STATE;
	root = *host->root ? host->root : "/";
	machine = malloc(sizeof(*machine));
	if (!machine)
		return IGDROM_E_NOMEM;
	machine->captured = *host->root != '\0';
	machine->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (machine->root < 0) {
		error = errno;
		free(machine);
		return file_failed(report, "file-unreadable", root, error);
	}
	*out = (struct dump_machine){&real_system, machine, machine->captured};
	return IGDROM_OK;
}

void dump_machine_close(struct dump_machine *machine)
{
	struct machine *user = machine->user;

	if (!user)
		return;
	close(user->root);
	free(user);
	*machine = (struct dump_machine){NULL, NULL, false};
}
