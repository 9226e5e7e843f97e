/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine inside. What is text is owned and NULL when it is not known. */
#ifndef IGDROM_HOST_HOST_H
#define IGDROM_HOST_HOST_H

#include "host/below.h"
#include "host/lines.h"

#include <igdrom/host.h>

#define HOST_BARS          7 /* six, and the ROM's */
#define HOST_MAX_CONFIG    4096
#define HOST_MAX_FUNCTIONS 4096
#define HOST_MAX_VMS       1024

struct igdrom_pci_function {
	struct igdrom_pci_address address;
	struct igdrom_pci_id id;
	uint32_t subsystem;
	int revision;
	enum igdrom_tristate bound;
	char *driver;
	char *driver_override;
	char *power;
	int group;
	enum igdrom_tristate boot_vga;
	enum igdrom_tristate enabled;
	struct igdrom_bytes config; /* owned */
	struct igdrom_pci_bar bars[HOST_BARS];
	bool has_bar[HOST_BARS];
	enum igdrom_pci_rom rom;
	int vf_total;
	int vf_count;
	uint16_t
		vf_offset; /* of the first virtual function, and of each next one to the one before */
	uint16_t vf_stride;
	bool is_virtual;
	struct igdrom_pci_address physical_address; /* of a virtual one */
	const struct igdrom_pci_function *physical;
};

struct host_system {
	char *cpu;
	char *board;
	char *firmware;
	char *kernel;
	char *command_line;
	char *lockdown;
	char *distribution;
	char *name;
	char *pve;
	char *qemu;
	char *libvirt;
	enum igdrom_tristate iommu;
	enum igdrom_tristate efi;
	enum igdrom_tristate disable_vga;
	unsigned iommu_width;
	char *vbt_file;
	char *opregion_file;
};

struct igdrom_host_vm {
	char *path;
	char *name;
	struct igdrom_vm_config *config;
	bool uses_igd;
	bool uses_vf;
};

struct igdrom_host {
	char *root; /* without a slash at its end; "" is this machine; NULL: from lspci */
	struct igdrom_pci_function *functions; /* sorted by address */
	size_t function_count;
	struct host_system system;
	struct igdrom_host_vm *vms;
	size_t vm_count;
};

/* A scan under way. The functions of a room below take one; memory that runs out sticks. */
struct scan {
	struct igdrom_host *host;
	struct igdrom_report *report;
	int root; /* descriptor */
	bool no_memory;
};

/* What was read is thrown away; all is unknown then. */
void host_forget(struct igdrom_host *host);
/* A function of which nothing is known but its address. */
void host_function_init(struct igdrom_pci_function *function);
void host_function_clear(struct igdrom_pci_function *function);
/* Appends one, which is the host's from then on, also when memory ran out. */
bool host_add_function(struct igdrom_host *host, struct igdrom_pci_function *function);
/* Sorts the functions, drops those that are there twice, ties virtual ones to their physical one. */
void host_sort_functions(struct igdrom_host *host);
int host_compare_addresses(const struct igdrom_pci_address *a, const struct igdrom_pci_address *b);
/* What ids, subsystem and BARs the configuration space tells, where they are not known yet. */
void host_read_config(struct igdrom_pci_function *function);

/* What the SR-IOV capability tells, where it is not known yet. */
void host_read_sriov(struct igdrom_pci_function *function);
/* Ties virtual functions to the physical ones whose capability counts them. */
void host_tie_virtual_functions(struct igdrom_host *host);
/*
 * The function of which the one at an address is a virtual function. One that is not there is taken
 * for one that is still to be made, when function 0 can have some: they go with each restart. NULL:
 * it is none.
 */
const struct igdrom_pci_function *host_physical_of(const struct igdrom_host *host,
						   const struct igdrom_pci_address *address);
/* A finding when the configuration space of the integrated GPU is not known as far as needed. */
void host_judge_config(const struct igdrom_host *host, struct igdrom_report *report);
/* igdrom_host_pci_id() of a machine that has no files; name: the address, for the finding. */
enum igdrom_status host_known_id(const struct igdrom_host *host,
				 const struct igdrom_pci_address *address, const char *name,
				 struct igdrom_report *report, struct igdrom_pci_id *out);
/* A machine of which nothing is known, without a root; NULL when memory ran out. */
struct igdrom_host *host_new(void);

/* Parts of a scan; false: there is no PCI bus to be seen. */
bool host_scan_functions(struct scan *scan);
void host_scan_system(struct scan *scan);
void host_scan_packages(struct scan *scan);
void host_scan_debugfs(struct scan *scan);
void host_scan_vms(struct scan *scan);

/* What the parts read with; what cannot be read, though it is there, is a finding. */
/* A copy of at most 4 KiB that people can read; NULL when nothing is in it. */
char *host_text(struct scan *scan, struct part text);
char *host_line(struct scan *scan, const char *path);
bool host_file(struct scan *scan, const char *path, size_t most, struct igdrom_bytes *out);
bool host_names(struct scan *scan, const char *path, struct below_names *out);

#endif
