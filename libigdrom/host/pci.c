/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI functions through libpci. Its error callback must not return and by default ends the process;
 * here it jumps back into the call that was made, and the access is thrown away.
 */
#include "host/host.h"

#include <pci/pci.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SYSFS_PCI "/sys/bus/pci"

/* One use of libpci. The callback gets no context of its own, hence the thread's current one. */
struct session {
	struct pci_access *access;
	struct pci_dev *device;
	jmp_buf failed;
	char reason[256];
};

static _Thread_local struct session *current;

static void PCI_NONRET on_error(char *format, ...)
{
	struct session *session = current;
	va_list args;

	va_start(args, format);
	vsnprintf(session->reason, sizeof(session->reason), format, args);
	va_end(args);
	longjmp(session->failed, 1);
}

static void on_message(char *format, ...)
{
	(void)format;
}

/* Everything that may jump happens in here, on what the session holds. */
static bool read_ids(struct session *session, char *sysfs_path,
		     const struct igdrom_pci_address *address, struct igdrom_pci_id *out)
{
	char parameter[] = "sysfs.path";
	struct pci_access *access;

	if (setjmp(session->failed))
		return false;
	access = session->access = pci_alloc();
	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	access->method = PCI_ACCESS_SYS_BUS_PCI;
	pci_set_param(access, parameter, sysfs_path);
	pci_init(access);
	session->device = pci_get_dev(access, (int)address->domain, address->bus, address->device,
				      address->function);
	pci_fill_info(session->device, PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_CLASS_EXT);
	*out = (struct igdrom_pci_id){
		.vendor_id = session->device->vendor_id,
		.device_id = session->device->device_id,
		.class_code =
			(uint32_t)session->device->device_class << 8 | session->device->prog_if,
	};
	return true;
}

static void end_session(struct session *session)
{
	if (setjmp(session->failed))
		return;
	if (session->device)
		pci_free_dev(session->device);
	if (session->access)
		pci_cleanup(session->access);
}

static char *path_below(const char *root, const char *rest)
{
	size_t room = strlen(root) + strlen(rest) + 1;
	char *path = malloc(room);

	if (path)
		snprintf(path, room, "%s%s", root, rest);
	return path;
}

/* Whether the kernel shows a function there; libpci itself cannot say "nothing there". */
static enum igdrom_status is_there(const char *root, const char *address, bool *there)
{
	char rest[64];
	struct stat st;
	char *path;

	snprintf(rest, sizeof(rest), SYSFS_PCI "/devices/%s", address);
	path = path_below(root, rest);
	if (!path)
		return IGDROM_E_NOMEM;
	*there = stat(path, &st) == 0;
	free(path);
	return IGDROM_OK;
}

enum igdrom_status igdrom_host_pci_id(struct igdrom_host *host,
				      const struct igdrom_pci_address *address,
				      struct igdrom_report *report, struct igdrom_pci_id *out)
{
	struct session session = {.access = NULL};
	char name[32];
	enum igdrom_status status;
	bool done, there;
	char *path;

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_pci_id){0};
	if (!host || !address || address->domain > INT32_MAX || address->device > 31 ||
	    address->function > 7)
		return IGDROM_E_INVAL;
	snprintf(name, sizeof(name), "%04" PRIx32 ":%02x:%02x.%x", address->domain, address->bus,
		 address->device, address->function);
	if (!host->root)
		return host_known_id(host, address, name, report, out);
	status = is_there(host->root, name, &there);
	if (status != IGDROM_OK)
		return status;
	if (!there) {
		igdrom_report_add(report, "pci-device-missing", IGDROM_NO_OFFSET,
				  (const struct igdrom_finding_arg[]){{.text = name}}, 1);
		return IGDROM_E_NOT_FOUND;
	}
	path = path_below(host->root, SYSFS_PCI);
	if (!path)
		return IGDROM_E_NOMEM;
	current = &session;
	done = read_ids(&session, path, address, out);
	end_session(&session);
	current = NULL;
	free(path);
	if (done)
		return IGDROM_OK;
	*out = (struct igdrom_pci_id){0};
	igdrom_report_add(
		report, "pci-device-unreadable", IGDROM_NO_OFFSET,
		(const struct igdrom_finding_arg[]){{.text = name}, {.text = session.reason}}, 2);
	return IGDROM_E_IO;
}
