/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: this machine (libigdrom-host). The only part that looks at it.
 */
#ifndef IGDROM_HOST_H
#define IGDROM_HOST_H

#include <igdrom/file.h>
#include <igdrom/report.h>
#include <igdrom/status.h>

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

#ifdef __cplusplus
}
#endif

#endif
