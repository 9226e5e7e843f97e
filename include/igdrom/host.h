/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: this machine (libigdrom-host). The only part that looks at it.
 */
#ifndef IGDROM_HOST_H
#define IGDROM_HOST_H

#include <igdrom/changes.h>
#include <igdrom/file.h>
#include <igdrom/open.h>
#include <igdrom/report.h>
#include <igdrom/status.h>
#include <igdrom/vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One machine: this one, or a captured one below a directory. */
struct igdrom_host;

/** Address of a PCI function. */
struct igdrom_pci_address {
	uint32_t domain;
	uint8_t bus;
	uint8_t device;   /**< 0 .. 31 */
	uint8_t function; /**< 0 .. 7 */
};

/** What a PCI function says of itself in its configuration header (PCI 3.0, section 6.2.1). */
struct igdrom_pci_id {
	uint16_t vendor_id;
	uint16_t device_id;
	uint32_t class_code; /**< 24 bits: base class, subclass, programming interface */
};

/**
 * Reads a PCI address as people and the kernel write it: "00:02.0", "0000:00:02.0".
 * @param text NUL-terminated
 * @param out the address
 * @return IGDROM_OK, IGDROM_E_INVAL (not an address)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_pci_address_parse(const char *text, struct igdrom_pci_address *out);

/**
 * Chooses a machine. Nothing is read yet.
 * @param root directory below which its /sys lies, for a captured machine; NULL or "/" for this one
 * @param out owned; free with igdrom_host_close()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_host_open(const char *root,
								 struct igdrom_host **out);

/**
 * Ends the use of a machine.
 * @param host or NULL
 * @since 0.1
 */
IGDROM_API void igdrom_host_close(struct igdrom_host *host);

/**
 * Asks what sits at a PCI address. Needs no privilege.
 * @param host the machine
 * @param address of the function
 * @param report why it could not be read, or NULL
 * @param out the ids
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (nothing at this address); IGDROM_E_IO (no PCI bus, or
 *         what the kernel shows cannot be read); IGDROM_E_NOT_BUILT (a build without libpci);
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_pci_id(struct igdrom_host *host, const struct igdrom_pci_address *address,
		   struct igdrom_report *report, struct igdrom_pci_id *out);

/**
 * Asks a QEMU for its version, by running it with --version.
 * @param host the machine; on a captured one nothing is run
 * @param binary path or name of a program; NULL: kvm, qemu-system-x86_64, /usr/libexec/qemu-kvm,
 *        whichever is found first
 * @param report why it is not known, or NULL
 * @param out first line of what it prints, which the key "qemu" of igdrom_vm_request_set() takes as
 *        it is; owned; free with igdrom_string_free()
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (no such program, or a captured machine); IGDROM_E_ACCESS; IGDROM_E_IO (it
 *         failed, or took too long); IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_qemu_version(struct igdrom_host *host, const char *binary, struct igdrom_report *report,
			 char **out);

/** Where what is known of a machine comes from. */
enum igdrom_host_source {
	IGDROM_HOST_RUNNING = 1,  /**< this machine */
	IGDROM_HOST_CAPTURED = 2, /**< files of a machine below a directory */
	IGDROM_HOST_LSPCI = 3,    /**< the text of lspci: PCI functions, nothing else */
};

/** Where it comes from. @param host the machine @return the source; 0 for NULL @since 0.1 */
IGDROM_API enum igdrom_host_source igdrom_host_source(const struct igdrom_host *host);
/** The directory that igdrom_host_open() was given, without a slash at its end. @param host the
 * machine @return borrowed; "" for this machine, NULL when there is none (lspci) @since 0.1 */
IGDROM_API const char *igdrom_host_root(const struct igdrom_host *host);

/**
 * Reads all that there is to read about a machine without changing anything: PCI functions, the
 * system, virtual machines on disk. What the getters below handed out before ends. On this machine
 * QEMU is run with --version when no package says which one it is. What cannot be read is a
 * finding, and unknown.
 * @param host the machine; one that comes from lspci is left as it is
 * @param report what could not be read, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (there is no directory at the root); IGDROM_E_IO (no
 *         /sys/bus/pci below it: everything else was read all the same); IGDROM_E_LIMIT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_host_scan(struct igdrom_host *host,
								 struct igdrom_report *report);

/** Most bytes of the text of lspci that are read. */
#define IGDROM_HOST_MAX_LSPCI_BYTES (16u << 20)

/**
 * A machine of which only the text of lspci is known, best that of "lspci -nnvxxxx" run as root;
 * at least one of -x, -n and -nn is needed. Lines that are not understood are passed over.
 * @param text what lspci printed; copied
 * @param size bytes
 * @param report findings, or NULL
 * @param out owned; free with igdrom_host_close()
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (no line of it tells of a PCI function with its ids);
 *         IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_host_from_lspci(const void *text,
								       size_t size,
								       struct igdrom_report *report,
								       struct igdrom_host **out);

/** A PCI function of a machine, as it was when scanned. */
struct igdrom_pci_function;

/** What the kernel offers as the ROM of a function. */
enum igdrom_pci_rom {
	IGDROM_PCI_ROM_UNKNOWN = 0,
	IGDROM_PCI_ROM_NONE = 1,   /**< nothing */
	IGDROM_PCI_ROM_BAR = 2,    /**< what its expansion ROM BAR shows */
	IGDROM_PCI_ROM_SHADOW = 3, /**< memory at C0000h, where firmware may have put a VBIOS */
};

/** A range of addresses that a function decodes. */
struct igdrom_pci_bar {
	uint64_t address; /**< 0: none is set */
	uint64_t size;    /**< bytes; 0: not known */
	bool is_io;
	bool is_64bit;
	bool is_prefetchable;
};

/** Number of PCI functions. @param host the machine @return count; 0 before it was scanned
 * @since 0.1 */
IGDROM_API size_t igdrom_host_function_count(const struct igdrom_host *host);
/** A PCI function, in ascending order of addresses. @param host the machine @param index 0 ..
 * count - 1 @return borrowed, or NULL @since 0.1 */
IGDROM_API const struct igdrom_pci_function *igdrom_host_function_at(const struct igdrom_host *host,
								     size_t index);
/** The PCI function at an address. @param host the machine @param address of it @return borrowed;
 * NULL when nothing is there @since 0.1 */
IGDROM_API const struct igdrom_pci_function *
igdrom_host_function_find(const struct igdrom_host *host, const struct igdrom_pci_address *address);
/** The integrated GPU: the Intel display function at 00:02.0. @param host the machine
 * @return borrowed; NULL: none @since 0.1 */
IGDROM_API const struct igdrom_pci_function *igdrom_host_igd(const struct igdrom_host *host);
/** The LPC (ISA, eSPI) bridge: the Intel function at 00:1f.0. @param host the machine
 * @return borrowed; NULL: none @since 0.1 */
IGDROM_API const struct igdrom_pci_function *igdrom_host_lpc(const struct igdrom_host *host);
/** The host bridge at 00:00.0. @param host the machine @return borrowed; NULL: none @since 0.1 */
IGDROM_API const struct igdrom_pci_function *igdrom_host_bridge(const struct igdrom_host *host);
/** The function that carries the sound of the integrated GPU's ports: an audio function where the
 * device table says, or else the only Intel one on bus 0. @param host the machine
 * @return borrowed; NULL: none @since 0.1 */
IGDROM_API const struct igdrom_pci_function *igdrom_host_audio(const struct igdrom_host *host);

/** Its address. @param function object @return the address; zeros for NULL @since 0.1 */
IGDROM_API struct igdrom_pci_address
igdrom_pci_function_address(const struct igdrom_pci_function *function);
/** Its ids. @param function object @return the ids; zeros for NULL @since 0.1 */
IGDROM_API struct igdrom_pci_id igdrom_pci_function_id(const struct igdrom_pci_function *function);
/** Whether it is a display controller (base class 03h). @param function object @return that
 * @since 0.1 */
IGDROM_API bool igdrom_pci_function_is_display(const struct igdrom_pci_function *function);
/** Its subsystem: device id in bits 31:16, vendor id in bits 15:0. @param function object
 * @return the ids; 0: none, or not known @since 0.1 */
IGDROM_API uint32_t igdrom_pci_function_subsystem(const struct igdrom_pci_function *function);
/** Its revision. @param function object @return 0 .. FFh; -1: not known @since 0.1 */
IGDROM_API int igdrom_pci_function_revision(const struct igdrom_pci_function *function);
/** The kernel's driver that is bound to it ("i915"). @param function object @return borrowed; NULL:
 * none, or not known @since 0.1 */
IGDROM_API const char *igdrom_pci_function_driver(const struct igdrom_pci_function *function);
/** Whether a driver is bound to it. @param function object @return yes, no, unknown @since 0.1 */
IGDROM_API enum igdrom_tristate
igdrom_pci_function_bound(const struct igdrom_pci_function *function);
/** The only driver that may be bound to it (driver_override). @param function object
 * @return borrowed; NULL: any @since 0.1 */
IGDROM_API const char *
igdrom_pci_function_driver_override(const struct igdrom_pci_function *function);
/** Its IOMMU group. @param function object @return number; -1: none, or not known @since 0.1 */
IGDROM_API int igdrom_pci_function_iommu_group(const struct igdrom_pci_function *function);
/** Whether firmware showed the boot screen on it. @param function object @return yes, no, unknown
 * @since 0.1 */
IGDROM_API enum igdrom_tristate
igdrom_pci_function_boot_vga(const struct igdrom_pci_function *function);
/** Whether it is enabled: a driver or firmware uses it. @param function object @return yes, no,
 * unknown @since 0.1 */
IGDROM_API enum igdrom_tristate
igdrom_pci_function_enabled(const struct igdrom_pci_function *function);
/** Its power state ("D0", "D3hot"). @param function object @return borrowed; NULL: not known
 * @since 0.1 */
IGDROM_API const char *igdrom_pci_function_power(const struct igdrom_pci_function *function);
/** What could be read of its configuration space: nothing, 64 bytes (all that users without
 * privilege get), 256 or 4096. @param function object @return borrowed @since 0.1 */
IGDROM_API struct igdrom_bytes
igdrom_pci_function_config(const struct igdrom_pci_function *function);
/** A base address register. @param function object @param index 0 .. 5; 6: the expansion ROM
 * @param out what it holds @return false: there is none, or it is not known @since 0.1 */
IGDROM_API bool igdrom_pci_function_bar(const struct igdrom_pci_function *function, unsigned index,
					struct igdrom_pci_bar *out);
/** What the kernel offers as its ROM. @param function object @return the kind @since 0.1 */
IGDROM_API enum igdrom_pci_rom igdrom_pci_function_rom(const struct igdrom_pci_function *function);
/** How many virtual functions it can have (SR-IOV). @param function object @return count; -1: not
 * known @since 0.1 */
IGDROM_API int igdrom_pci_function_vf_total(const struct igdrom_pci_function *function);
/** How many virtual functions it has now. @param function object @return count; -1: not known
 * @since 0.1 */
IGDROM_API int igdrom_pci_function_vf_count(const struct igdrom_pci_function *function);
/** The function that a virtual function belongs to. @param function object @return borrowed; NULL:
 * it is no virtual function @since 0.1 */
IGDROM_API const struct igdrom_pci_function *
igdrom_pci_function_physical(const struct igdrom_pci_function *function);

/** What the configuration space of an integrated GPU says of its memory. */
struct igdrom_igd_memory {
	/** ggc and vga_disabled were read; false also where GGC is not in configuration space */
	bool ggc_known;
	bool gms_known;  /**< and the device table says where GMS is */
	bool ggms_known; /**< the same for GGMS */
	bool bdsm_known; /**< false also where there is no such register */
	bool asls_known;
	bool vga_disabled; /**< IVD, GGC bit 1 */
	uint16_t ggc;      /**< GMCH Graphics Control, offset 50h */
	uint32_t gms_mib;  /**< stolen memory ("DVMT Pre-Allocated") */
	uint32_t ggms_mib; /**< memory of the translation table (GTT) */
	uint64_t bdsm;     /**< base of stolen memory, offset 5Ch or C0h */
	uint32_t asls;     /**< address of the OpRegion, offset FCh; 0: firmware has made none */
};

/** Decodes the configuration space of the integrated GPU. @param host the machine
 * @param out zeros where nothing is known @return false: there is no integrated GPU, or nothing is
 * known @since 0.1 */
IGDROM_API bool igdrom_host_igd_memory(const struct igdrom_host *host,
				       struct igdrom_igd_memory *out);

/** File in which the graphics driver shows the VBT (debugfs, i915_vbt), which only root sees.
 * @param host the machine @return borrowed, without the root; NULL: none is to be seen @since 0.1 */
IGDROM_API const char *igdrom_host_vbt_file(const struct igdrom_host *host);
/** The same for the OpRegion (i915_opregion). @param host the machine @return borrowed, without the
 * root; NULL: none is to be seen @since 0.1 */
IGDROM_API const char *igdrom_host_opregion_file(const struct igdrom_host *host);

/** Model of the CPU. @param host the machine @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_host_cpu(const struct igdrom_host *host);
/** Maker and name of the mainboard, or of the whole machine. @param host the machine
 * @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_host_board(const struct igdrom_host *host);
/** Maker, version and date of the firmware ("BIOS"). @param host the machine @return borrowed; NULL:
 * not known @since 0.1 */
IGDROM_API const char *igdrom_host_firmware(const struct igdrom_host *host);
/** Version of the kernel ("6.14.8-2-pve"). @param host the machine @return borrowed; NULL: not known
 * @since 0.1 */
IGDROM_API const char *igdrom_host_kernel(const struct igdrom_host *host);
/** Command line that the kernel was started with. @param host the machine @return borrowed; NULL:
 * not known @since 0.1 */
IGDROM_API const char *igdrom_host_command_line(const struct igdrom_host *host);
/** Whether an IOMMU is in use. @param host the machine @return yes, no, unknown @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_host_iommu(const struct igdrom_host *host);
/** Width of the addresses that the IOMMU of the integrated GPU translates. @param host the machine
 * @return bits; 0: not known @since 0.1 */
IGDROM_API unsigned igdrom_host_iommu_width(const struct igdrom_host *host);
/** Whether it was started by UEFI. @param host the machine @return yes, no (legacy BIOS, CSM),
 * unknown @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_host_efi(const struct igdrom_host *host);
/** How far the kernel is locked down: "none", "integrity", "confidentiality". @param host the
 * machine @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_host_lockdown(const struct igdrom_host *host);
/** What it runs: "pve", "unraid", or the ID of os-release ("debian"). @param host the machine
 * @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_host_distribution(const struct igdrom_host *host);
/** The same with its version, for people ("Debian GNU/Linux 12 (bookworm)"). @param host the machine
 * @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_host_system(const struct igdrom_host *host);
/** Release of Proxmox VE ("9.1.4"). @param host the machine @return borrowed; NULL: it
 * is none, or not known @since 0.1 */
IGDROM_API const char *igdrom_host_pve(const struct igdrom_host *host);
/** Version of QEMU, as the key "qemu" of igdrom_vm_request_set() takes it. @param host the machine
 * @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_host_qemu(const struct igdrom_host *host);
/** Version of libvirt. @param host the machine @return borrowed; NULL: none, or not known
 * @since 0.1 */
IGDROM_API const char *igdrom_host_libvirt(const struct igdrom_host *host);
/** Whether vfio-pci keeps VGA ranges from virtual machines (disable_vga=1). @param host the machine
 * @return yes, no, unknown @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_host_disable_vga(const struct igdrom_host *host);

/** A virtual machine that is defined on a machine. */
struct igdrom_host_vm;
/** Number of virtual machines on disk. @param host the machine @return count @since 0.1 */
IGDROM_API size_t igdrom_host_vm_count(const struct igdrom_host *host);
/** A virtual machine, sorted by path. @param host the machine @param index 0 .. count - 1
 * @return borrowed, or NULL @since 0.1 */
IGDROM_API const struct igdrom_host_vm *igdrom_host_vm_at(const struct igdrom_host *host,
							  size_t index);
/** Its file, without the root. @param vm object @return borrowed; NULL for NULL @since 0.1 */
IGDROM_API const char *igdrom_host_vm_path(const struct igdrom_host_vm *vm);
/** VMID, or name of the domain. @param vm object @return borrowed; NULL for NULL @since 0.1 */
IGDROM_API const char *igdrom_host_vm_name(const struct igdrom_host_vm *vm);
/** What it is made of. @param vm object @return borrowed; NULL when it could not be read
 * @since 0.1 */
IGDROM_API const struct igdrom_vm_config *igdrom_host_vm_config(const struct igdrom_host_vm *vm);
/** Whether it is given the integrated GPU as a whole. @param vm object @return that @since 0.1 */
IGDROM_API bool igdrom_host_vm_uses_igd(const struct igdrom_host_vm *vm);
/** Whether it is given a virtual function of the integrated GPU. @param vm object @return that
 * @since 0.1 */
IGDROM_API bool igdrom_host_vm_uses_vf(const struct igdrom_host_vm *vm);

/**
 * Says in a request what is known of the machine and was not said yet: device, display_class,
 * hypervisor, qemu, pve, libvirt, host_address, audio, kernel, stolen_base, ggc, lpc_id,
 * address_width, disable_vga. What was said stays.
 * @param host the machine, scanned
 * @param request to complete
 * @param report what could be known and is not, or NULL
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_fill_request(const struct igdrom_host *host, struct igdrom_vm_request *request,
			 struct igdrom_report *report);

/**
 * A machine as a JSON document: "source", "igd", "displays", "functions", "system", "vms",
 * "findings".
 * @param host the machine, scanned
 * @param report findings to include, or NULL
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_to_json(const struct igdrom_host *host, const struct igdrom_report *report, char **out);

/*
 * What the machine keeps for itself: option ROM, VBT, OpRegion, flash. Each is looked for in several
 * places; when there is nothing to be had, the report says why in one sentence, and what to do. On a
 * captured machine the files are read as they are and nothing is ever written. Of a machine that is
 * known from lspci alone nothing can be read: IGDROM_E_STATE.
 */

/** Something that was read from a machine. */
struct igdrom_dump;

/** What was read. */
enum igdrom_dump_kind {
	IGDROM_DUMP_ROM = 1,      /**< option ROM of a PCI function */
	IGDROM_DUMP_VBT = 2,      /**< Video BIOS Table of the integrated GPU */
	IGDROM_DUMP_OPREGION = 3, /**< its OpRegion */
	IGDROM_DUMP_FLASH = 4,    /**< the firmware of the machine */
};

/**
 * Reads the option ROM of a PCI function: wakes it, switches memory decode and ROM on, and puts
 * everything back, also after a failure; signals are held back meanwhile. Needs root.
 * @param host the machine
 * @param address of the function; NULL: 00:02.0, the integrated GPU
 * @param report findings: what is wrong with the ROM, or why there is none; or NULL
 * @param out owned; free with igdrom_dump_free()
 * @return IGDROM_OK (the bytes are an option ROM); IGDROM_E_NOT_FOUND (no such function, it has no
 *         ROM, or what is there belongs to another one); IGDROM_E_ACCESS; IGDROM_E_IO;
 *         IGDROM_E_LIMIT (more than IGDROM_ROM_MAX_BYTES); IGDROM_E_STATE, IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_dump_rom(struct igdrom_host *host, const struct igdrom_pci_address *address,
		     struct igdrom_report *report, struct igdrom_dump **out);

/**
 * Reads the VBT that the integrated GPU at 00:02.0 uses: from the driver (i915, xe), else out of the
 * OpRegion. Needs root.
 * @param host the machine
 * @param report findings, or NULL
 * @param out owned; free with igdrom_dump_free(); its bytes are exactly one VBT, without padding
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (no integrated GPU, no OpRegion, no VBT in it);
 *         IGDROM_E_ACCESS; IGDROM_E_IO; IGDROM_E_STATE, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_host_dump_vbt(struct igdrom_host *host,
								     struct igdrom_report *report,
								     struct igdrom_dump **out);

/**
 * Reads the OpRegion of the integrated GPU at 00:02.0: from the driver (i915, xe), else from memory
 * where the kernel allows it, else from vfio-pci when it has the GPU and no virtual machine uses it
 * (this resets the GPU). A VBT that is too large for it follows it, as in QEMU's
 * etc/igd-opregion; RVDA, RVDS and the version are made to say so. Needs root.
 * @param host the machine
 * @param report findings, or NULL
 * @param out owned; free with igdrom_dump_free()
 * @return as igdrom_host_dump_vbt(): IGDROM_OK (also without a VBT), IGDROM_E_NOT_FOUND,
 *         IGDROM_E_ACCESS, IGDROM_E_IO, IGDROM_E_STATE, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_dump_opregion(struct igdrom_host *host, struct igdrom_report *report,
			  struct igdrom_dump **out);

/**
 * Reads the firmware of the machine: from its flash chip (MTD), else from where it is mapped below
 * 4 GiB. Takes seconds. Needs root.
 * @param host the machine
 * @param limits IGDROM_LIMIT_INPUT_BYTES is the most that is read; progress; NULL for the defaults
 * @param report findings, or NULL
 * @param out owned; free with igdrom_dump_free(). igdrom_contents_open() tells what is in it.
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (there is neither, or nothing in it); IGDROM_E_ACCESS;
 *         IGDROM_E_IO; IGDROM_E_LIMIT; IGDROM_E_CANCELED; IGDROM_E_STATE, IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_dump_flash(struct igdrom_host *host, const struct igdrom_limits *limits,
		       struct igdrom_report *report, struct igdrom_dump **out);

/** Frees what was read. @param dump or NULL @since 0.1 */
IGDROM_API void igdrom_dump_free(struct igdrom_dump *dump);
/** What it is. @param dump object @return the kind; 0 for NULL @since 0.1 */
IGDROM_API enum igdrom_dump_kind igdrom_dump_what(const struct igdrom_dump *dump);
/** A kind as a word: "rom", "vbt", "opregion", "flash". @param kind any value @return static;
 * "unknown" for another value @since 0.1 */
IGDROM_API const char *igdrom_dump_kind_name(enum igdrom_dump_kind kind);
/** Where it was read: a path on the machine, with an address where there is one ("/dev/mem at
 * 0xff800000"). @param dump object @return borrowed @since 0.1 */
IGDROM_API const char *igdrom_dump_source(const struct igdrom_dump *dump);
/** The bytes. @param dump object @return borrowed @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_dump_bytes(const struct igdrom_dump *dump);
/** SHA-256 of the bytes, 64 lower-case hex digits. @param dump object @return borrowed @since 0.1 */
IGDROM_API const char *igdrom_dump_sha256(const struct igdrom_dump *dump);

/**
 * What was read as a JSON document: "what", "source", "file", "size", "sha256", "gops", "vbts",
 * "findings".
 * @param dump object
 * @param contents what igdrom_contents_open() found in the bytes; NULL: nobody looked, "gops" and
 *        "vbts" are null
 * @param file that it was written to, or NULL
 * @param report findings to include, or NULL
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_dump_to_json(const struct igdrom_dump *dump, const struct igdrom_contents *contents,
		    const char *file, const struct igdrom_report *report, char **out);

/** What igdrom_changes_add_prepare() shall do beyond what is needed; joined by '|'. */
enum igdrom_prepare_flags {
	/** vfio-pci takes the GPU at boot, before a graphics driver does, and not only when a virtual
	 * machine is started. Where nothing binds it then (plain QEMU), this is done anyway. */
	IGDROM_PREPARE_EARLY = 1,
	/** After an upgrade of QEMU, virtual machines with the GPU are checked (systems with apt). */
	IGDROM_PREPARE_TRIGGER = 2,
};

/**
 * Adds the steps that make a machine ready to hand its GPU to a virtual machine: kernel command
 * line, modprobe.d, modules, initramfs, as far as they are needed and not done. Files are edited
 * where they are understood, and every other byte of them stays; what cannot be edited safely is
 * refused. Nothing is rebooted.
 * @param changes object, for the machine of host
 * @param host the machine, scanned
 * @param wish "function" (whole, vf, mdev), "host_address", "audio", "hypervisor"; NULL: the whole
 *        integrated GPU, for the hypervisor that is there
 * @param flags of enum igdrom_prepare_flags
 * @param report findings, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (no such GPU); IGDROM_E_REFUSED (a file cannot be edited
 *         safely: a finding says which line, and what to write); IGDROM_E_INVAL (also: host is
 *         another machine); what igdrom_changes_add_file() returns. A call that fails adds nothing.
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_changes_add_prepare(struct igdrom_changes *changes, const struct igdrom_host *host,
			   const struct igdrom_vm_request *wish, unsigned flags,
			   struct igdrom_report *report);

/**
 * Writes a hookscript for Proxmox VE: before the start of a virtual machine it binds its devices to
 * vfio-pci, after the stop it gives them back to the drivers that had them; it touches no other.
 * @param host the machine, scanned
 * @param config with the devices: of a plan, or of a virtual machine that is there
 * @param vmid the only virtual machine that it shall work for; NULL: any that runs it
 * @param report findings, or NULL
 * @param out text of a shell script; owned; free with igdrom_bytes_free()
 * @return IGDROM_OK; IGDROM_E_REFUSED (no device that is bound, or one without address);
 *         IGDROM_E_NOT_FOUND (the machine has no such device); IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_hookscript(const struct igdrom_host *host, const struct igdrom_vm_config *config,
		       const char *vmid, struct igdrom_report *report, struct igdrom_bytes *out);

/* The doctor. */

/**
 * Looks for what keeps the integrated GPU of a machine from being handed to a virtual machine, and
 * says what is fine too. Nothing is changed. Files that a scan does not keep (modprobe.d, the
 * configuration of boot loaders) are read once more.
 * @param host the machine, scanned
 * @param wish what is wanted, where the virtual machines that are there do not say it; NULL: a boot
 *        picture under OVMF
 * @param report findings "doctor-...", the worst first; what is fine comes last, its codes begin
 *        with "doctor-ok-". What could not be read is one finding, and nothing is guessed of it
 * @return IGDROM_OK, whatever was found; IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_doctor(const struct igdrom_host *host, const struct igdrom_vm_request *wish,
		   struct igdrom_report *report);

/**
 * What a doctor found as a JSON document: "worst", "ok" (what is fine: "code", "text"), "findings"
 * (the rest).
 * @param report of igdrom_host_doctor()
 * @param out owned; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL, IGDROM_E_NOT_BUILT
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_host_doctor_to_json(const struct igdrom_report *report, char **out);

#ifdef __cplusplus
}
#endif

#endif
