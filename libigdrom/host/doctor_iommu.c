/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about the IOMMU and the processor. */
#include "host/doctor.h"

#include "core/text.h"
#include "host/below.h"

#include <stdio.h>
#include <stdlib.h>

#define CPUINFO_READ 65536

/* The words that switch it off, of the kernel command line; NULL: none. */
static const char *told_off(const struct doctor *doctor)
{
	const char *line = igdrom_host_command_line(doctor->host);

	if (doctor_line_has(line, "intel_iommu", "off"))
		return "intel_iommu=off";
	if (doctor_line_has(line, "iommu", "off"))
		return "iommu=off";
	return NULL;
}

static const char *told_off_gpu(const struct doctor *doctor)
{
	const char *line = igdrom_host_command_line(doctor->host);

	if (doctor_line_has(line, "intel_iommu", "igfx_off"))
		return "intel_iommu=igfx_off";
	if (doctor_line_has(line, "intel_iommu", "intgpu_off"))
		return "intel_iommu=intgpu_off";
	return NULL;
}

/* Kernels of Proxmox VE switch it on by themselves from 6.8 on. */
static bool told_on(const struct doctor *doctor)
{
	return doctor_line_has(igdrom_host_command_line(doctor->host), "intel_iommu", "on") ||
	       (doctor_is(doctor, "pve") && doctor_kernel_is(doctor, "6.8") > 0);
}

/* The ACPI table in which firmware describes it (VT-d specification, chapter 8). */
static enum igdrom_tristate has_table(const struct doctor *doctor)
{
	if (doctor->root < 0 || !below_exists(doctor->root, "/sys/firmware/acpi/tables"))
		return IGDROM_UNKNOWN;
	return below_exists(doctor->root, "/sys/firmware/acpi/tables/DMAR") ? IGDROM_YES
									    : IGDROM_NO;
}

static bool any_group(const struct doctor *doctor)
{
	for (size_t i = 0; i < igdrom_host_function_count(doctor->host); i++) {
		if (igdrom_pci_function_iommu_group(igdrom_host_function_at(doctor->host, i)) >= 0)
			return true;
	}
	return false;
}

static bool is_off(const struct doctor *doctor)
{
	return igdrom_host_iommu(doctor->host) == IGDROM_NO;
}

DOCTOR_ASK(doctor_iommu_told_off)
{
	bool off = is_off(doctor);
	const char *word = off ? told_off(doctor) : NULL;

	if (!word && igdrom_pci_function_iommu_group(doctor->igd) < 0)
		word = told_off_gpu(doctor);
	if (!word)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", word);
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_iommu_firmware)
{
	enum igdrom_tristate table = has_table(doctor);

	(void)words;
	if (!is_off(doctor) || told_off(doctor) || table == IGDROM_YES)
		return DOCTOR_SILENT;
	return table == IGDROM_NO || told_on(doctor) ? DOCTOR_BAD : DOCTOR_SILENT;
}

DOCTOR_ASK(doctor_iommu_line)
{
	(void)words;
	if (!is_off(doctor) || told_off(doctor) || told_off_gpu(doctor) ||
	    has_table(doctor) == IGDROM_NO || !igdrom_host_command_line(doctor->host))
		return DOCTOR_SILENT;
	if (!told_on(doctor))
		return DOCTOR_BAD;
	if (has_table(doctor) != IGDROM_YES)
		return DOCTOR_SILENT;
	words->code = "doctor-iommu-refused";
	return DOCTOR_BAD;
}

/* Debian's kernels leave the GPU out (INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF) unless told otherwise. */
DOCTOR_ASK(doctor_iommu_gpu)
{
	(void)words;
	if (igdrom_pci_function_iommu_group(doctor->igd) >= 0 || is_off(doctor) ||
	    told_off_gpu(doctor))
		return DOCTOR_SILENT;
	return any_group(doctor) ? DOCTOR_BAD : DOCTOR_UNKNOWN;
}

DOCTOR_ASK(doctor_iommu)
{
	unsigned width = igdrom_host_iommu_width(doctor->host);

	if (igdrom_pci_function_iommu_group(doctor->igd) >= 0) {
		if (width)
			doctor_number(words, width);
		else
			words->code = "doctor-ok-iommu-on";
		return DOCTOR_FINE;
	}
	return igdrom_host_iommu(doctor->host) == IGDROM_UNKNOWN ? DOCTOR_UNKNOWN : DOCTOR_SILENT;
}

/* A field of the first processor of /proc/cpuinfo; owned, NULL: not known. */
static char *cpu_field(const struct doctor *doctor, const char *name)
{
	struct igdrom_bytes bytes;
	struct part rest, line;
	char *found = NULL;

	if (doctor->root < 0 || doctor_noted(doctor, below_head(doctor->root, "/proc/cpuinfo",
								CPUINFO_READ, &bytes)) != 0)
		return NULL;
	rest = part_of(bytes);
	while (!found && part_line(&rest, &line)) {
		if (!part_is(part_trim(part_until(&line, ':')), name))
			continue;
		line = part_trim(line);
		found = text_clean(line.size ? line.p : "", line.size, line.size);
		*doctor->no_memory |= !found;
	}
	igdrom_bytes_free(&bytes);
	return found;
}

DOCTOR_ASK(doctor_width)
{
	unsigned width = igdrom_host_iommu_width(doctor->host), bits = 0;
	char *sizes = cpu_field(doctor, "address sizes");
	bool known = sizes && width && sscanf(sizes, "%9u bits physical", &bits) == 1;

	free(sizes);
	if (!known)
		return DOCTOR_SILENT;
	doctor_number(words, bits);
	doctor_number(words, width);
	return bits > width ? DOCTOR_BAD : DOCTOR_FINE;
}

/* A processor on which firmware has switched VT-x off does not show the flag. */
DOCTOR_ASK(doctor_vtx)
{
	char *flags = cpu_field(doctor, "flags");
	struct part rest = {flags, flags ? strlen(flags) : 0};
	bool found = !flags || !*flags;

	(void)words;
	for (struct part flag = part_word(&rest); flag.size && !found; flag = part_word(&rest))
		found = part_is(flag, "vmx") || part_is(flag, "svm");
	free(flags);
	return found ? DOCTOR_SILENT : DOCTOR_BAD;
}
