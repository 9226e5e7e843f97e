/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process of the guest: does what /commands says, one line after the other, and answers
 * on the second serial line, after START, as firmware writes there too. A line of /commands is words
 * with tabs between them, the first being the verb. An answer is "@NUMBER STATUS OUT ERR\n" (sizes),
 * then what the command wrote to standard output and to standard error, byte by byte. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define WORDS_MAX 64
#define OUT       "/out"
#define ERR       "/err"
#define START     "\n@start\n"

static int answers = -1;

static int open_to(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0644);
}

/* The bytes of a file, behind each other, wherever they come from: sysfs has no sizes. */
static char *slurp(const char *path, size_t *size)
{
	size_t room = 65536;
	char *data = malloc(room);
	ssize_t got = -1;
	int fd = open_to(path, O_RDONLY);

	*size = 0;
	while (data && fd >= 0 && (got = read(fd, data + *size, room - *size)) > 0) {
		*size += (size_t)got;
		if (*size == room)
			data = realloc(data, room *= 2);
	}
	if (fd >= 0)
		close(fd);
	if (got == 0)
		return data;
	free(data);
	return NULL;
}

static int put(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t done = write(fd, data, size);

		if (done <= 0)
			return -1;
		data += done;
		size -= (size_t)done;
	}
	return 0;
}

/* run UID ARGV... */
static int do_run(char **words)
{
	static char *environment[] = {"PATH=/bin:/usr/sbin", "HOME=/", "LANG=C.UTF-8",
				      "LD_LIBRARY_PATH=/lib", NULL};
	uid_t uid = (uid_t)strtoul(words[1], NULL, 10);
	int status;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0) {
		dup2(open_to("/dev/null", O_RDONLY), 0);
		dup2(open_to(OUT, O_WRONLY), 1);
		dup2(open_to(ERR, O_WRONLY), 2);
		if (setgroups(0, NULL) || setgid(uid) || setuid(uid))
			_exit(126);
		execve(words[2], words + 2, environment);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* cat PATH */
static int do_cat(char **words)
{
	size_t size;
	char *data = slurp(words[1], &size);
	int fd = open_to(OUT, O_WRONLY);
	int failed = !data || fd < 0 || put(fd, data, size);

	free(data);
	close(fd);
	return failed ? -1 : 0;
}

/* write PATH TEXT */
static int do_write(char **words)
{
	int fd = open_to(words[1], O_WRONLY | O_CREAT | O_TRUNC);
	int failed = fd < 0 || put(fd, words[2], strlen(words[2]));

	return close(fd) || failed ? -1 : 0;
}

/* poke PATH OFFSET HEX: bytes into the middle of a file */
static int do_poke(char **words)
{
	unsigned char bytes[8];
	size_t size = 0;
	int fd = open_to(words[1], O_WRONLY);
	int failed;

	while (size < sizeof(bytes) && sscanf(words[3] + 2 * size, "%2hhx", &bytes[size]) == 1)
		size++;
	failed = pwrite(fd, bytes, size, strtol(words[2], NULL, 0)) != (ssize_t)size;
	return close(fd) || failed ? -1 : 0;
}

/* insmod PATH [PARAMETERS] */
static int do_insmod(char **words)
{
	int fd = open_to(words[1], O_RDONLY);

	return (int)syscall(SYS_finit_module, fd, words[2] ? words[2] : "", 0);
}

/* mount TYPE SOURCE DIR [OPTIONS] */
static int do_mount(char **words)
{
	mkdir(words[3], 0755);
	return mount(words[2], words[3], words[1], 0, words[4] ? words[4] : "");
}

static int do_umount(char **words)
{
	return umount(words[1]);
}

/* same PATH OFFSET PATH: the bytes of the first file are in the second, at the offset. */
static int do_same(char **words)
{
	size_t part_size, size, at = strtoul(words[2], NULL, 0);
	char *part = slurp(words[1], &part_size), *all = slurp(words[3], &size);
	int differs = !part || !all || at > size || part_size > size - at ||
		      memcmp(part, all + at, part_size) != 0;

	free(part);
	free(all);
	errno = EIO;
	return differs ? -1 : 0;
}

static int do_remove(char **words)
{
	return remove(words[1]);
}

static int do_chmod(char **words)
{
	return chmod(words[2], (mode_t)strtoul(words[1], NULL, 8));
}

static const struct {
	const char *verb;
	int words;
	int (*function)(char **words);
} verbs[] = {
	{"run", 3, do_run},       {"cat", 2, do_cat},     {"write", 3, do_write},
	{"insmod", 2, do_insmod}, {"mount", 4, do_mount}, {"remove", 2, do_remove},
	{"chmod", 3, do_chmod},   {"poke", 4, do_poke},   {"umount", 2, do_umount},
	{"same", 4, do_same},
};

static int obey(char *line)
{
	char *words[WORDS_MAX + 1] = {NULL};
	int count = 0;

	while (line && count < WORDS_MAX)
		words[count++] = strsep(&line, "\t");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(words[0], verbs[i].verb) == 0 && count >= verbs[i].words)
			return verbs[i].function(words);
	}
	errno = ENOSYS;
	return -1;
}

static void answer(unsigned number, int status, int error)
{
	char head[80];
	size_t out_size, err_size;
	char *out, *err;

	if (status < 0)
		do_write((char *[]){"write", ERR, strerror(error), NULL});
	out = slurp(OUT, &out_size);
	err = slurp(ERR, &err_size);
	snprintf(head, sizeof(head), "@%u %d %zu %zu\n", number, status, out_size, err_size);
	put(answers, head, strlen(head));
	put(answers, out, out_size);
	put(answers, err, err_size);
	tcdrain(answers);
	free(out);
	free(err);
}

static void open_answers(void)
{
	struct termios mode;

	answers = open_to("/dev/ttyS1", O_WRONLY | O_NOCTTY);
	tcgetattr(answers, &mode);
	cfmakeraw(&mode);
	tcsetattr(answers, TCSANOW, &mode);
	put(answers, START, strlen(START));
}

/* Under another name: a command of the system that does nothing but say that it was run. */
static int stand_in(char **argv)
{
	int fd = open_to("/ran", O_WRONLY | O_CREAT | O_APPEND);
	int failed = fd < 0;

	for (; *argv; argv++)
		failed |= dprintf(fd, "%s%c", *argv, argv[1] ? ' ' : '\n') < 0;
	return close(fd) || failed;
}

int main(int argc, char **argv)
{
	size_t size;
	unsigned number = 0;
	char *text, *line;

	if (argc < 1 || getpid() != 1)
		return stand_in(argv);
	mount("dev", "/dev", "devtmpfs", 0, "");
	mount("proc", "/proc", "proc", 0, "");
	mount("sys", "/sys", "sysfs", 0, "");
	mount("debug", "/sys/kernel/debug", "debugfs", 0, "");
	mount("security", "/sys/kernel/security", "securityfs", 0, "");
	open_answers();
	text = slurp("/commands", &size);
	text[size - 1] = '\0';
	while ((line = strsep(&text, "\n"))) {
		int status;

		do_write((char *[]){"write", OUT, "", NULL});
		do_write((char *[]){"write", ERR, "", NULL});
		chmod(OUT, 0666);
		chmod(ERR, 0666);
		errno = 0;
		status = obey(line);
		answer(number++, status, errno);
	}
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
