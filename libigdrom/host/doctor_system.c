/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about QEMU, the virtual machines, and the way back when the screen goes dark. */
#include "host/doctor.h"

#include "host/below.h"

#include <stdio.h>
#include <unistd.h>

#define UNITS "/etc/systemd/system"

static bool is_there(const struct doctor *doctor, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (below_exists(doctor->root, paths[i]))
			return true;
	}
	return false;
}

/* A link may lead to what was not captured: that it is there says enough. */
static bool has_ssh(const struct doctor *doctor)
{
	static const struct {
		const char *directory, *name;
	} links[] = {
		{UNITS "/multi-user.target.wants", "ssh.service"},
		{UNITS "/multi-user.target.wants", "sshd.service"},
		{UNITS "/multi-user.target.wants", "dropbear.service"},
		{UNITS "/sockets.target.wants", "ssh.socket"},
		{UNITS "/sockets.target.wants", "sshd.socket"},
		{UNITS "/ssh.service.requires", "ssh.socket"},
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		int directory;
		bool found;

		if (doctor_noted(doctor, below_directory(doctor->root, links[i].directory,
							 &directory)) != 0)
			continue;
		found = below_exists_at(directory, links[i].name);
		close(directory);
		if (found)
			return true;
	}
	return false;
}

/* Another display function that the host can use; a virtual function shows nothing. */
static bool has_other_display(const struct doctor *doctor)
{
	for (size_t i = 0; i < igdrom_host_function_count(doctor->host); i++) {
		const struct igdrom_pci_function *function =
			igdrom_host_function_at(doctor->host, i);

		if (function != doctor->igd && igdrom_pci_function_is_display(function) &&
		    !igdrom_pci_function_physical(function))
			return true;
	}
	return false;
}

DOCTOR_ASK(doctor_way_in)
{
	static const char *const servers[] = {"/usr/sbin/sshd", "/usr/bin/sshd"};
	const char *line = igdrom_host_command_line(doctor->host);
	bool installed;

	if (has_other_display(doctor))
		return DOCTOR_SILENT;
	if (doctor->root >= 0 && has_ssh(doctor))
		doctor_text(words, "SSH");
	else if (line && strstr(line, "console=ttyS"))
		doctor_text(words, "a serial console");
	else if (doctor_is(doctor, "pve") || doctor_is(doctor, "unraid"))
		doctor_text(words, "the web interface");
	if (words->count)
		return DOCTOR_FINE;
	if (doctor->root < 0 || !below_exists(doctor->root, UNITS))
		return DOCTOR_UNKNOWN;
	installed = is_there(doctor, servers, sizeof(servers) / sizeof(servers[0]));
	doctor_text(words, "%s", doctor_enable_ssh(doctor, installed));
	return DOCTOR_BAD;
}

/* No boot picture was asked for. */
static bool is_dark(const struct doctor *doctor)
{
	const char *want = doctor->wish ? igdrom_vm_request_get(doctor->wish, "want") : NULL;

	return want && strcmp(want, "boot-picture") != 0;
}

DOCTOR_ASK(doctor_qemu)
{
	const char *least = igdrom_device_min_qemu(doctor->device);
	int enough = least ? doctor_qemu_is(doctor, least) : 0;

	if (!least || is_dark(doctor))
		return DOCTOR_SILENT;
	if (!enough)
		return DOCTOR_UNKNOWN;
	doctor_text(words, "%s", doctor_qemu_text(doctor));
	if (enough > 0)
		return DOCTOR_FINE;
	doctor_text(words, "%s", least);
	return DOCTOR_BAD;
}

/* What was told already is not told a second time as a refusal. */
static bool is_told(const struct doctor *doctor)
{
	struct doctor_words words = {.count = 0};

	return doctor_qemu(doctor, &words) == DOCTOR_BAD ||
	       doctor_class_kernel(doctor, &words) == DOCTOR_BAD ||
	       doctor_class_qemu(doctor, &words) == DOCTOR_BAD;
}

static bool has_vm(const struct doctor *doctor)
{
	for (size_t i = 0; i < igdrom_host_vm_count(doctor->host); i++) {
		if (igdrom_host_vm_uses_igd(igdrom_host_vm_at(doctor->host, i)))
			return true;
	}
	return false;
}

static enum igdrom_status make_plan(const struct doctor *doctor, struct igdrom_vm_plan **out)
{
	bool firmware = igdrom_vm_request_get(doctor->request, "firmware");
	bool hypervisor = igdrom_vm_request_get(doctor->request, "hypervisor");
	enum igdrom_status status = IGDROM_OK;

	*out = NULL;
	if (!firmware)
		status = igdrom_vm_request_set(doctor->request, "firmware", "ovmf", NULL);
	if (status == IGDROM_OK && !hypervisor)
		status = igdrom_vm_request_set(doctor->request, "hypervisor", "qemu", NULL);
	if (status == IGDROM_OK)
		status = igdrom_vm_plan_new(doctor->request, NULL, out);
	if (!firmware &&
	    igdrom_vm_request_set(doctor->request, "firmware", NULL, NULL) != IGDROM_OK)
		status = IGDROM_E_NOMEM;
	if (!hypervisor &&
	    igdrom_vm_request_set(doctor->request, "hypervisor", NULL, NULL) != IGDROM_OK)
		status = IGDROM_E_NOMEM;
	return status;
}

/* What the planner says of this machine; virtual machines that are there speak for themselves. */
DOCTOR_ASK(doctor_plan)
{
	enum doctor_answer said = DOCTOR_FINE;
	struct igdrom_vm_plan *plan;
	enum igdrom_status status;

	if (is_told(doctor) ||
	    (!doctor->wish && (has_vm(doctor) || doctor->purpose == DOCTOR_PARTS)))
		return DOCTOR_SILENT;
	status = make_plan(doctor, &plan);
	if (status != IGDROM_OK) {
		*doctor->no_memory |= status == IGDROM_E_NOMEM;
		igdrom_vm_plan_free(plan);
		return DOCTOR_SILENT;
	}
	if (!igdrom_vm_plan_possible(plan)) {
		doctor_text(words, "%s", igdrom_vm_plan_refusal(plan));
		said = DOCTOR_BAD;
	} else if (!igdrom_vm_plan_boot_picture(plan)) {
		words->code = "doctor-ok-plan-dark";
	}
	igdrom_vm_plan_free(plan);
	return said;
}

DOCTOR_ASK(doctor_shared)
{
	char list[DOCTOR_WORDS] = "";
	size_t count = 0;

	for (size_t i = 0; i < igdrom_host_vm_count(doctor->host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(doctor->host, i);

		if (!igdrom_host_vm_uses_igd(vm))
			continue;
		doctor_list(list, sizeof(list), igdrom_host_vm_name(vm));
		count++;
	}
	if (count < 2)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", list);
	return DOCTOR_BAD;
}
