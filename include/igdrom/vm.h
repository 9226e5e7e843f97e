/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: virtual machines. What a QEMU release, a firmware and a machine type ask of the
 * configuration that gives an Intel GPU to a guest. Rules and their sources:
 * libigdrom/tables/vm-*.tsv.
 *
 * A request says what is wanted and what is known of the host; a plan is the answer: the
 * configuration that works, with a reason for each part of it, or a refusal that says why not and
 * what would work. A configuration is also what is read from an existing file.
 *
 * All strings are UTF-8. A getter given NULL answers NULL, 0 or false.
 */
#ifndef IGDROM_VM_H
#define IGDROM_VM_H

#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/rom.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is wanted, and what is known of the host. */
struct igdrom_vm_request;
/** A virtual machine as a text describes it, as far as a passed-through Intel GPU cares. */
struct igdrom_vm_config;
/** The answer to a request. */
struct igdrom_vm_plan;

/** A way to write a virtual machine down. */
enum igdrom_vm_format {
	IGDROM_VM_FORMAT_UNKNOWN = 0, /**< to be found out from the text */
	IGDROM_VM_FORMAT_PVE = 1,     /**< Proxmox VE: /etc/pve/qemu-server/VMID.conf */
	IGDROM_VM_FORMAT_QM = 2,      /**< Proxmox VE: commands "qm set", written only */
	IGDROM_VM_FORMAT_QEMU = 3,    /**< QEMU's command line, quoted for a shell */
	IGDROM_VM_FORMAT_LIBVIRT = 4, /**< libvirt's domain XML */
	IGDROM_VM_FORMAT_UNRAID = 5,  /**< domain XML in unraid's dialect */
};

/** A format as a word: "unknown", "pve", "qm", "qemu", "libvirt", "unraid". @param format any value
 * @return static @since 0.1 */
IGDROM_API const char *igdrom_vm_format_name(enum igdrom_vm_format format);

/**
 * An empty request. Everything in it is text; igdrom_vm_request_key_at() and
 * igdrom_vm_request_key_help() list the keys.
 * @param out owned; free with igdrom_vm_request_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_request_new(struct igdrom_vm_request **out);

/** Frees a request. @param request or NULL @since 0.1 */
IGDROM_API void igdrom_vm_request_free(struct igdrom_vm_request *request);

/** Number of keys. @return count @since 0.1 */
IGDROM_API size_t igdrom_vm_request_key_count(void);
/** Name of a key ("stolen_base"). @param index 0 .. count - 1 @return static; NULL out of range
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_request_key_at(size_t index);
/** What a key is for, in one line. @param index 0 .. count - 1 @return static; NULL out of range
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_request_key_help(size_t index);
/** What a key takes ("ovmf | seabios", "hexadecimal number"). @param index 0 .. count - 1
 * @return static; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_request_key_values(size_t index);

/**
 * Says something: what is wanted, or what is known.
 * @param request object
 * @param key name of the key; '-' may stand for '_'
 * @param value copied in its normal form; NULL takes back what was said
 * @param report what is wrong with the value, or NULL
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (no such key); IGDROM_E_INVAL (the key does not take this
 *         value); IGDROM_E_NOMEM. A request that fails stays as it was.
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_request_set(struct igdrom_vm_request *request, const char *key, const char *value,
		      struct igdrom_report *report);

/** What was said, in its normal form ("0000:00:02.0" for "00:02.0"). @param request object
 * @param key name of the key @return borrowed; NULL when nothing was said, or there is no such key
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_request_get(const struct igdrom_vm_request *request,
					     const char *key);

/**
 * Takes what matters from the ROM that the virtual machine will get: which drivers are in it, for
 * which devices. Its name is the key "rom".
 * @param request object
 * @param rom borrowed for the call; NULL takes back what was said
 * @param report or NULL
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_request_set_rom(struct igdrom_vm_request *request, const struct igdrom_rom *rom,
			  struct igdrom_report *report);

/** Most bytes of a configuration that are read. */
#define IGDROM_VM_MAX_TEXT_BYTES (4u << 20)

/**
 * Reads the configuration of a virtual machine.
 * @param data the text; copied
 * @param size bytes
 * @param format of the text; IGDROM_VM_FORMAT_UNKNOWN finds it out
 * @param report findings, or NULL
 * @param out owned; free with igdrom_vm_config_free()
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (of no format that is known, or not of this one);
 *         IGDROM_E_CORRUPT (it cannot be read at all); IGDROM_E_LIMIT, IGDROM_E_NOT_BUILT,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_config_read(const void *data, size_t size, enum igdrom_vm_format format,
		      struct igdrom_report *report, struct igdrom_vm_config **out);

/**
 * Takes what an existing configuration says of its virtual machine, each where the request is silent:
 * "hypervisor", "vm", "firmware" and "memory"; "function" with "host_address" or "mdev" when the GPU
 * is passed in part; "rom" unless "want" is headless; and "machine" if a plan for the request works
 * with it, so fill in what is known of the host first.
 * @param request object
 * @param config as it was read
 * @param file its name: Proxmox VE has the VMID only there ("100.conf"); or NULL
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_request_fill(struct igdrom_vm_request *request, const struct igdrom_vm_config *config,
		       const char *file);

/** Frees a configuration that was read. @param config or NULL @since 0.1 */
IGDROM_API void igdrom_vm_config_free(struct igdrom_vm_config *config);
/** What it was read from; for a plan's, what it is to be written as. @param config object
 * @return the format @since 0.1 */
IGDROM_API enum igdrom_vm_format igdrom_vm_config_format(const struct igdrom_vm_config *config);
/** Name of the machine, as the configuration has it; of a plan the VMID or the domain that it is for.
 * @param config object @return borrowed; NULL when not said @since 0.1 */
IGDROM_API const char *igdrom_vm_config_name(const struct igdrom_vm_config *config);
/** Kind of machine: "i440fx", "q35", "other". @param config object @return static; NULL: not known
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_config_machine(const struct igdrom_vm_config *config);
/** Type of machine as written ("pc-i440fx-9.2+pve1"). @param config object @return borrowed; NULL:
 * the default @since 0.1 */
IGDROM_API const char *igdrom_vm_config_machine_type(const struct igdrom_vm_config *config);
/** Kind of firmware: "ovmf", "seabios". @param config object @return static; NULL: not known
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_config_firmware(const struct igdrom_vm_config *config);
/** File of the firmware, where the text names one. @param config object @return borrowed, or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_config_firmware_file(const struct igdrom_vm_config *config);
/** Memory of the guest. @param config object @return MiB; 0: not said @since 0.1 */
IGDROM_API uint64_t igdrom_vm_config_memory_mib(const struct igdrom_vm_config *config);
/** Model of the processor ("host"). @param config object @return borrowed; NULL: not said
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_config_cpu(const struct igdrom_vm_config *config);
/** Limit of guest physical addresses. @param config object @return bits; 0: not said @since 0.1 */
IGDROM_API unsigned igdrom_vm_config_address_width(const struct igdrom_vm_config *config);
/** Emulated display: "none", "std". @param config object @return borrowed; NULL: the default of the
 * format @since 0.1 */
IGDROM_API const char *igdrom_vm_config_display(const struct igdrom_vm_config *config);
/** File of the debug console (port 402h). @param config object @return borrowed; NULL: none
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_config_debug_file(const struct igdrom_vm_config *config);

/** Number of passed-through functions. @param config object @return count @since 0.1 */
IGDROM_API size_t igdrom_vm_config_device_count(const struct igdrom_vm_config *config);
/** Its name ("hostpci0", "ua-igd"). @param config object @param device index @return borrowed, or
 * NULL @since 0.1 */
IGDROM_API const char *igdrom_vm_config_device_id(const struct igdrom_vm_config *config,
						  size_t device);
/** Its address on the host ("0000:00:02.0"). @param config object @param device index
 * @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_vm_config_device_host(const struct igdrom_vm_config *config,
						    size_t device);
/** Its address in the guest ("0000:00:02.0"). @param config object @param device index
 * @return borrowed; NULL: left to the hypervisor @since 0.1 */
IGDROM_API const char *igdrom_vm_config_device_guest(const struct igdrom_vm_config *config,
						     size_t device);
/** The bus it sits on in the guest ("pci.0", "pcie.0"). @param config object @param device index
 * @return borrowed; NULL: not known @since 0.1 */
IGDROM_API const char *igdrom_vm_config_device_bus(const struct igdrom_vm_config *config,
						   size_t device);
/** Its mediated device. @param config object @param device index @return borrowed; NULL: none
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_config_device_mdev(const struct igdrom_vm_config *config,
						    size_t device);
/** Its ROM file, as the format names it. @param config object @param device index
 * @return borrowed; NULL: none @since 0.1 */
IGDROM_API const char *igdrom_vm_config_device_rom_file(const struct igdrom_vm_config *config,
							size_t device);
/** Number of properties of QEMU's vfio-pci that are set. @param config object @param device index
 * @return count @since 0.1 */
IGDROM_API size_t igdrom_vm_config_property_count(const struct igdrom_vm_config *config,
						  size_t device);
/** Name of a property ("x-igd-lpc"). @param config object @param device index @param property index
 * @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_config_property_name(const struct igdrom_vm_config *config,
						      size_t device, size_t property);
/** Value of a property as QEMU's command line has it ("on"). @param config object
 * @param device index @param property index @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_config_property_value(const struct igdrom_vm_config *config,
						       size_t device, size_t property);
/** Number of fw_cfg files that are given. @param config object @return count @since 0.1 */
IGDROM_API size_t igdrom_vm_config_fw_cfg_count(const struct igdrom_vm_config *config);
/** Name of a fw_cfg file ("opt/igdrom/stolen-base"). @param config object @param index 0 ..
 * count - 1 @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_config_fw_cfg_name(const struct igdrom_vm_config *config,
						    size_t index);
/** Content of a fw_cfg file. @param config object @param index 0 .. count - 1 @return borrowed;
 * NULL out of range, and when it comes from a file @since 0.1 */
IGDROM_API const char *igdrom_vm_config_fw_cfg_string(const struct igdrom_vm_config *config,
						      size_t index);

/**
 * Answers a request. A refusal is an answer too, and IGDROM_OK. Advice (memory, a way into the
 * guest without a picture, sound) goes into the report.
 * @param request what is wanted; "device", "hypervisor", "qemu" (or "pve") and "firmware" must be
 *        said, and "kernel" where the answer depends on it
 * @param report findings, or NULL; each key that is missing is asked for by a finding "vm-ask-KEY"
 * @param out owned; free with igdrom_vm_plan_free()
 * @return IGDROM_OK; IGDROM_E_INVAL (something must be said first); IGDROM_E_NOMEM
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_plan_new(const struct igdrom_vm_request *request, struct igdrom_report *report,
		   struct igdrom_vm_plan **out);

/** Frees a plan. @param plan or NULL @since 0.1 */
IGDROM_API void igdrom_vm_plan_free(struct igdrom_vm_plan *plan);
/** Whether it can be done. @param plan object @return false: refused @since 0.1 */
IGDROM_API bool igdrom_vm_plan_possible(const struct igdrom_vm_plan *plan);
/** Whether a picture comes before the guest's operating system loads its driver. @param plan object
 * @return true or false @since 0.1 */
IGDROM_API bool igdrom_vm_plan_boot_picture(const struct igdrom_vm_plan *plan);
/** Why not, and the nearest that would work. @param plan object @return borrowed; NULL: possible
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_refusal(const struct igdrom_vm_plan *plan);
/** Name of the rule that refuses. @param plan object @return static; NULL: possible @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_refusal_rule(const struct igdrom_vm_plan *plan);
/** Where that rule comes from. @param plan object @return static; NULL: possible @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_refusal_source(const struct igdrom_vm_plan *plan);
/** Release of QEMU whose rules were used ("10.1"). @param plan object @return static @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_qemu(const struct igdrom_vm_plan *plan);
/** What is wanted: "boot-picture", "output", "headless". @param plan object @return static
 * @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_want(const struct igdrom_vm_plan *plan);
/** What the virtual machine shall be: machine, firmware, device, properties. @param plan object
 * @return borrowed; NULL: refused @since 0.1 */
IGDROM_API const struct igdrom_vm_config *igdrom_vm_plan_config(const struct igdrom_vm_plan *plan);
/** Number of reasons: one for each property and each other thing that the configuration asks for.
 * @param plan object @return count @since 0.1 */
IGDROM_API size_t igdrom_vm_plan_reason_count(const struct igdrom_vm_plan *plan);
/** Name of the rule. @param plan object @param index 0 .. count - 1 @return static; NULL out of
 * range @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_reason_rule(const struct igdrom_vm_plan *plan, size_t index);
/** What it is a reason for: "x-igd-lpc=on", "machine", "guest-address". @param plan object
 * @param index 0 .. count - 1 @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_reason_subject(const struct igdrom_vm_plan *plan,
						     size_t index);
/** The reason, as a sentence. @param plan object @param index 0 .. count - 1 @return borrowed; NULL
 * out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_reason_text(const struct igdrom_vm_plan *plan, size_t index);
/** Where it comes from: commit, document. @param plan object @param index 0 .. count - 1
 * @return static; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vm_plan_reason_source(const struct igdrom_vm_plan *plan,
						    size_t index);

/**
 * Writes down what a plan asks for.
 * @param plan that is possible
 * @param format to write
 * @param existing the file that the change is merged into: everything else in it stays byte by byte
 *        as it was, and merging a second time changes nothing; NULL: only what the plan needs is
 *        written
 * @param existing_size bytes
 * @param report findings, or NULL
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK; IGDROM_E_REFUSED (it cannot be merged; a finding says why); IGDROM_E_STATE (the
 *         plan is a refusal); IGDROM_E_NOT_RECOGNIZED, IGDROM_E_CORRUPT (existing is not of this
 *         format); IGDROM_E_LIMIT, IGDROM_E_NOT_BUILT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_write(const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
		const void *existing, size_t existing_size, struct igdrom_report *report,
		struct igdrom_bytes *out);

/**
 * Says what is wrong with a configuration: for the GPU, the QEMU and whatever else the request says
 * is known. What the plan for the same request wrote gives no warning and no error.
 * @param config as it was read
 * @param request "device" and "qemu" (or "pve") must be said; machine, firmware and memory are those
 *        of the configuration. Without "want" it is judged by what it is evidently for: a ROM,
 *        00:02.0 and no other display mean a boot picture; no ROM, another place and an emulated
 *        display mean none; in between, what costs the boot picture alone is a warning. That there
 *        can be none before the driver of the guest runs is a warning as well
 * @param report findings, each with the offset in the text that was read
 * @return IGDROM_OK, whatever was found; IGDROM_E_INVAL (something must be said first);
 *         IGDROM_E_NOMEM (not all was said)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_check(const struct igdrom_vm_config *config, const struct igdrom_vm_request *request,
		struct igdrom_report *report);

/**
 * Says what another QEMU makes of a configuration: only what is different with it, for better or
 * for worse. What worked and does not any more is an error; a boot picture that there never was is a
 * warning.
 * @param config as it was read
 * @param request as for igdrom_vm_check(): the QEMU that runs it now
 * @param qemu the QEMU that will run it, as the key "qemu" takes it
 * @param report findings
 * @return IGDROM_OK, whatever was found; IGDROM_E_INVAL (something must be said first, or qemu is no
 *         version); IGDROM_E_NOMEM
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_check_upgrade(const struct igdrom_vm_config *config,
			const struct igdrom_vm_request *request, const char *qemu,
			struct igdrom_report *report);

/**
 * Says what the lines of a log mean: of QEMU (its standard error, the task log of Proxmox VE,
 * libvirt's log of a domain), of the kernel (dmesg, journal), of the firmware's debug console, or of
 * all of them in one file. Each known line becomes a finding at the offset of the line, in the order
 * of the log; many are harmless, and their severity says so. Lines that say the same are counted.
 * @param log borrowed for the call; any bytes: syslog prefixes, colours, CR LF, UTF-16LE are taken
 * @param size bytes
 * @param request its "qemu" narrows causes; NULL, or not said: the log is asked for its QEMU
 * @param limits IGDROM_LIMIT_INPUT_BYTES; NULL for the defaults
 * @param report findings, or NULL
 * @return IGDROM_OK, also when no line is known; IGDROM_E_LIMIT, IGDROM_E_CANCELED,
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vm_explain(const void *log, size_t size, const struct igdrom_vm_request *request,
		  const struct igdrom_limits *limits, struct igdrom_report *report);

#ifdef __cplusplus
}
#endif

#endif
