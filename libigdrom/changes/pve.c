/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks as PVE::AbstractConfig::lock_config_full() of pve-guest-common takes them. */
#include "changes/journal.h"

#include "changes/file.h"
#include "changes/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define TRIES_PER_SECOND 10

/* The VMID of /etc/pve/qemu-server/100.conf or /etc/pve/nodes/NAME/qemu-server/100.conf. */
static bool find_vmid(const char *real, char vmid[16])
{
	static const char nodes[] = "/etc/pve/nodes/", machines[] = "/qemu-server/";
	const char *rest = real;
	size_t digits;

	if (!strncmp(real, nodes, sizeof(nodes) - 1)) {
		rest += sizeof(nodes) - 1;
		rest += strcspn(rest, "/");
	} else if (!strncmp(real, "/etc/pve/", 9)) {
		rest += 8;
	} else {
		return false;
	}
	if (strncmp(rest, machines, sizeof(machines) - 1) != 0)
		return false;
	rest += sizeof(machines) - 1;
	digits = strspn(rest, "0123456789");
	if (!digits || digits > 9 || strcmp(rest + digits, ".conf") != 0)
		return false;
	memcpy(vmid, rest, digits);
	vmid[digits] = '\0';
	return true;
}

static int wait_for(int fd)
{
	const struct timespec slice = {.tv_nsec = 1000000000 / TRIES_PER_SECOND};

	for (unsigned i = 0; i < PVE_LOCK_SECONDS * TRIES_PER_SECOND; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return errno;
		nanosleep(&slice, NULL);
	}
	return EWOULDBLOCK;
}

enum igdrom_status pve_lock(int root, const char *real, struct igdrom_report *report, int *lock)
{
	char vmid[16], path[64];
	struct place place;
	int error, fd;

	*lock = -1;
	if (!find_vmid(real, vmid))
		return IGDROM_OK;
	snprintf(path, sizeof(path), "/var/lock/qemu-server/lock-%s.conf", vmid);
	error = place_find(root, path, 0, &place);
	/* Its programs make the directory when they are started: without it nobody else edits. */
	if (error || place.dir < 0) {
		place_free(&place);
		return error ? file_failed(report, "file-unwritable", path, error) : IGDROM_OK;
	}
	fd = openat(place.dir, place.name,
		    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0644);
	error = fd < 0 ? errno : wait_for(fd);
	place_free(&place);
	if (!error) {
		*lock = fd;
		return IGDROM_OK;
	}
	if (fd >= 0)
		close(fd);
	if (error != EWOULDBLOCK)
		return file_failed(report, "file-unwritable", path, error);
	SAY(report, "changes-pve-busy", SAY_TEXT(vmid));
	return IGDROM_E_REFUSED;
}
