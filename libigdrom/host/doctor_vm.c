/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about each virtual machine that is given the GPU. */
#include "host/doctor.h"

#include "host/below.h"
#include "host/prepare.h"
#include "vm/pve.h"

#include <stdio.h>

static void count(const struct igdrom_report *report, size_t *errors, size_t *warnings,
		  const struct igdrom_finding **worst)
{
	*errors = 0;
	*warnings = 0;
	*worst = NULL;
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		enum igdrom_severity severity = igdrom_finding_severity(finding);

		*errors += severity == IGDROM_SEVERITY_ERROR;
		*warnings += severity == IGDROM_SEVERITY_WARNING;
		if (severity >= IGDROM_SEVERITY_WARNING &&
		    (!*worst || severity > igdrom_finding_severity(*worst)))
			*worst = finding;
	}
}

/* The command shows the same with line numbers; it asks for the id when it is not told. */
static void tell(const struct doctor *doctor, const struct igdrom_host_vm *vm,
		 const struct igdrom_finding *worst, size_t number, struct doctor_words *words)
{
	const char *qemu = igdrom_vm_request_get(doctor->request, "qemu");
	const char *quote = strpbrk(qemu, " (") ? "'" : "";

	doctor_text(words, "%s", igdrom_host_vm_name(vm));
	doctor_number(words, number);
	doctor_text(words, "%s", igdrom_finding_text(worst));
	doctor_text(words, "igdrom vm check -d %04X --qemu %s%s%s %s",
		    igdrom_pci_function_id(doctor->igd).device_id, quote, qemu, quote,
		    igdrom_host_vm_path(vm));
}

/* Arguments of another QEMU, and all else that is wrong with the configuration. */
static enum doctor_answer ask_check(const struct doctor *doctor, const struct igdrom_host_vm *vm,
				    struct doctor_words *words)
{
	const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);
	const struct igdrom_finding *worst;
	enum doctor_answer said = DOCTOR_UNKNOWN;
	struct igdrom_report *report = NULL;
	enum igdrom_status status;
	size_t errors, warnings;

	if (!config || !igdrom_vm_request_get(doctor->request, "qemu"))
		return DOCTOR_UNKNOWN;
	status = igdrom_report_new(&report);
	if (status == IGDROM_OK)
		status = igdrom_vm_check(config, doctor->request, report);
	*doctor->no_memory |= status == IGDROM_E_NOMEM || igdrom_report_dropped(report);
	if (status == IGDROM_OK) {
		count(report, &errors, &warnings, &worst);
		said = worst ? DOCTOR_BAD : DOCTOR_FINE;
		if (!worst) {
			doctor_text(words, "%s", igdrom_host_vm_name(vm));
			doctor_text(words, "%s", igdrom_vm_request_get(doctor->request, "qemu"));
		} else {
			tell(doctor, vm, worst, errors ? errors : warnings, words);
		}
		if (worst && !errors)
			words->code = "doctor-vm-warnings";
	}
	igdrom_report_free(report);
	return said;
}

static bool is_igd(const struct doctor *doctor, const char *host)
{
	struct igdrom_pci_address at;

	return host && igdrom_pci_address_parse(host, &at) == IGDROM_OK &&
	       igdrom_host_function_find(doctor->host, &at) == doctor->igd;
}

/* Whether the file is there; not known when its folder was not captured. */
static enum igdrom_tristate rom_is_there(const struct doctor *doctor, const char *path)
{
	char folder[600];
	const char *slash = strrchr(path, '/');

	if (below_exists(doctor->root, path))
		return IGDROM_YES;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	if (igdrom_host_source(doctor->host) == IGDROM_HOST_RUNNING ||
	    below_exists(doctor->root, *folder ? folder : "/"))
		return IGDROM_NO;
	return IGDROM_UNKNOWN;
}

static enum doctor_answer ask_rom(const struct doctor *doctor, const struct igdrom_host_vm *vm,
				  struct doctor_words *words)
{
	const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);
	char path[600];

	for (size_t i = 0; i < igdrom_vm_config_device_count(config); i++) {
		const char *file = igdrom_vm_config_device_rom_file(config, i);
		bool pve = igdrom_vm_config_format(config) == IGDROM_VM_FORMAT_PVE;

		if (!file || !is_igd(doctor, igdrom_vm_config_device_host(config, i)) ||
		    (*file != '/' && !pve))
			continue;
		snprintf(path, sizeof(path), "%s%s", *file == '/' ? "" : VM_PVE_ROMS, file);
		switch (rom_is_there(doctor, path)) {
		case IGDROM_YES:
			return DOCTOR_SILENT;
		case IGDROM_UNKNOWN:
			return DOCTOR_UNKNOWN;
		case IGDROM_NO:
			break;
		}
		doctor_text(words, "%s", igdrom_host_vm_name(vm));
		doctor_text(words, "%s", path);
		return DOCTOR_BAD;
	}
	return DOCTOR_SILENT;
}

static bool has(struct igdrom_bytes text, const char *word)
{
	return prep_contains(text, 0, text.size, word);
}

/* A ROM is measured into the TPM (PCR 2), to which BitLocker binds its key. */
static enum doctor_answer ask_bitlocker(const struct doctor *doctor,
					const struct igdrom_host_vm *vm, struct doctor_words *words)
{
	struct igdrom_bytes text;
	bool windows, tpm;

	if (doctor_noted(doctor, below_read(doctor->root, igdrom_host_vm_path(vm),
					    IGDROM_VM_MAX_TEXT_BYTES, &text)) != 0)
		return DOCTOR_SILENT;
	windows = has(text, "ostype: win") || has(text, "microsoft.com/win") ||
		  has(text, "os=\"windows") || has(text, "os='windows");
	tpm = has(text, "tpmstate0:") || has(text, "<tpm ");
	igdrom_bytes_free(&text);
	if (!windows || !tpm)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", igdrom_host_vm_name(vm));
	return DOCTOR_BAD;
}

const struct doctor_vm_question doctor_vm_questions[] = {
	{"doctor-vm-errors", "doctor-ok-vm", "QEMU", ask_check},
	{"doctor-rom-missing", NULL, "the ROM files of virtual machines", ask_rom},
	{"doctor-bitlocker", NULL, NULL, ask_bitlocker},
};

const size_t doctor_vm_question_count =
	sizeof(doctor_vm_questions) / sizeof(doctor_vm_questions[0]);
