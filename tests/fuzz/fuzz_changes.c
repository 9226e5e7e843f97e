/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A journal and its log, with a zero byte between, undone on a captured machine: whatever they say,
 * nothing outside of the machine is touched, and inside only files that a step names. The digest at
 * the end of the journal is made right, or no input would ever get past it.
 */
#include "fuzz/fuzz.h"

#include <igdrom/changes.h>

#include "core/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORE "root/var/lib/igdrom/changes"

static char home[64];

static void put(const char *name, const void *data, size_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static bool holds(const char *name, const char *text)
{
	char found[64];
	int fd = open(name, O_RDONLY);
	ssize_t size = fd >= 0 ? read(fd, found, sizeof(found)) : -1;

	if (fd >= 0)
		close(fd);
	return size == (ssize_t)strlen(text) && !memcmp(found, text, (size_t)size);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void clean(void)
{
	FUZZ_CHECK(chdir("/") == 0);
	nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_home(void)
{
	const char *shm = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	snprintf(home, sizeof(home), "%s/igdrom-fuzz-XXXXXX", shm);
	FUZZ_CHECK(mkdtemp(home));
	atexit(clean);
}

static void make_machine(void)
{
	static const char *const directories[] = {
		"root", "root/etc",    "root/var", "root/var/lib", "root/var/lib/igdrom",
		STORE,  STORE "/0001", "outside"};

	if (!home[0])
		make_home();
	FUZZ_CHECK(chdir(home) == 0);
	nftw("root", remove_one, 8, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		FUZZ_CHECK(mkdir(directories[i], 0700) == 0 || errno == EEXIST);
	put("outside/secret", "secret", 6);
	put("root/etc/a", "2", 1);
	put("root/etc/untouched", "u", 1);
	put(STORE "/0001/before-1", "1", 1);
	FUZZ_CHECK(symlink("../../outside/secret", "root/etc/link") == 0);
}

/* The body, and its digest as the last line. */
static void put_journal(const uint8_t *data, size_t size)
{
	char end[4 + DIGEST_SHA256_HEX + 1] = "end ";
	int fd = open(STORE "/0001/journal", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	FUZZ_CHECK(fd >= 0);
	digest_sha256_hex(data, size, end + 4);
	strcat(end, "\n");
	FUZZ_CHECK(write(fd, data, size) == (ssize_t)size);
	FUZZ_CHECK(write(fd, end, strlen(end)) == (ssize_t)strlen(end));
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
	size_t body = zero ? (size_t)(zero - data) : size;
	struct igdrom_journals *journals;
	struct igdrom_report *report;

	if (size > 100000)
		return 0;
	make_machine();
	put_journal(data, body);
	if (zero)
		put(STORE "/0001/log", zero + 1, size - body - 1);
	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	if (igdrom_journals_read("root", NULL, report, &journals) == IGDROM_OK) {
		for (size_t i = 0; i < igdrom_journals_step_count(journals, 0); i++)
			FUZZ_CHECK(igdrom_journals_step(journals, 0, i));
	}
	igdrom_journals_free(journals);
	if (igdrom_changes_undo("root", NULL, 0, size % 2, report) == IGDROM_OK)
		FUZZ_CHECK(igdrom_changes_undo("root", NULL, 1, false, report) == IGDROM_OK);
	FUZZ_CHECK(holds("outside/secret", "secret"));
	/* Only what was found to be the backup of a step is ever written. */
	FUZZ_CHECK(memmem(data, size, "touched", 7) || holds("root/etc/untouched", "u"));
	FUZZ_CHECK(holds("root/etc/a", "2") || holds("root/etc/a", "1") ||
		   access("root/etc/a", F_OK) != 0);
	igdrom_report_free(report);
	return 0;
}
