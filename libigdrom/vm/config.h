/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The neutral description of a virtual machine, as far as an Intel GPU cares. Readers fill it from
 * a text, the planner makes the one that should be, writers turn it into text, the checker judges
 * it.
 *
 * Everything lives and dies with the configuration. The first failure sticks in config->err:
 * functions that add go on, and return NULL or do nothing, so a reader asks once at its end.
 */
#ifndef IGDROM_VM_CONFIG_H
#define IGDROM_VM_CONFIG_H

#include <igdrom/report.h>
#include <igdrom/vm.h>

/* Most of each that one configuration holds; more is IGDROM_E_LIMIT. */
#define VM_MAX_DEVICES    64
#define VM_MAX_PROPERTIES 64
#define VM_MAX_SLOTS      1024
#define VM_MAX_FW_CFG     256
#define VM_MAX_TEXT_BYTES (4u << 20)

enum vm_machine {
	VM_MACHINE_UNKNOWN,
	VM_MACHINE_I440FX,
	VM_MACHINE_Q35,
	VM_MACHINE_OTHER,
};

enum vm_firmware {
	VM_FIRMWARE_UNKNOWN,
	VM_FIRMWARE_SEABIOS,
	VM_FIRMWARE_OVMF,
};

enum vm_value_type {
	VM_VALUE_BOOL,
	VM_VALUE_STRING,
	VM_VALUE_UINT,
};

/* A property of a QEMU device; value is QEMU's text form ("on", "0x2", "auto"). */
struct vm_property {
	const char *name;
	const char *value;
	enum vm_value_type type;
	uint64_t at; /* offset in the text read, or IGDROM_NO_OFFSET */
};

/* Where a PCI function sits, on the host or in the guest. */
struct vm_address {
	bool known;
	bool on_root; /* guest: on the root bus (pci.0 of i440fx, pcie.0 of q35) */
	uint16_t domain;
	uint8_t bus;
	uint8_t slot;
	uint8_t function;
	const char *bus_name; /* "pci.0", "pcie.0"; NULL where the format has none */
	char text[16];        /* "0000:00:02.0", from vm_config_complete() on */
};

/* One passed-through PCI function, or a mediated device of one. */
struct vm_device {
	const char *id; /* "hostpci0", "ua-igd", "hostdev0"; NULL: none said */
	struct vm_address host;
	bool all_functions;  /* the host address names a slot, not a function */
	const char *mdev;    /* type, UUID or path of a mediated device */
	const char *mapping; /* PVE: mapping of the cluster in place of an address */
	struct vm_address guest;
	const char *rom_file; /* NULL: none */
	bool rom_bar;
	bool legacy_igd; /* PVE's keys of these names */
	bool pcie;
	bool x_vga;
	bool multifunction;
	struct vm_property *properties; /* x-igd-*, x-vga, x-pci-*, from wherever they are set */
	size_t property_count;
	uint64_t at;
};

/* Something else with a known place on the root bus. */
struct vm_slot {
	const char *what;
	struct vm_address guest;
	uint64_t at;
};

struct vm_fw_cfg {
	const char *name;
	const char *string; /* NULL: from a file */
	uint64_t at;
};

/* What Proxmox VE alone looks at. */
struct vm_pve {
	bool read; /* false: the configuration was not read from its text, and the rest is 0 */
	const char *vga;      /* as written; NULL: not set */
	uint64_t args_at;     /* IGDROM_NO_OFFSET: there are none */
	uint32_t set_devices; /* bit N: args give hostpciN a property */
	bool efi_disk;
	uint64_t efi_disk_at;
	bool secure_boot;
	size_t snapshots;
	const char *pending; /* keys that wait in [PENDING] and matter; NULL: none */
	uint64_t pending_at;
};

struct vm_text;

struct igdrom_vm_config {
	enum igdrom_status err;
	enum igdrom_vm_format format;
	const char *name; /* VMID, name of the domain */
	enum vm_machine machine;
	const char *machine_type; /* as written: "pc-i440fx-9.2+pve1"; NULL: the default */
	uint64_t machine_at;
	enum vm_firmware firmware;
	const char *firmware_file;
	uint64_t firmware_at;
	bool memory_known;
	uint64_t memory_mib;
	const char *cpu;        /* model: "host" */
	unsigned address_width; /* bits, host-phys-bits-limit; 0: not said */
	const char *display;    /* emulated display: "none", "std"; NULL: the format's default */
	uint64_t display_at;
	struct vm_device *devices;
	size_t device_count;
	struct vm_slot *slots;
	size_t slot_count;
	struct vm_fw_cfg *fw_cfg;
	size_t fw_cfg_count;
	bool debug_console;
	const char *debug_file;
	bool serial; /* ways into the guest without a picture */
	bool guest_agent;
	const char *os_type; /* as the format says: "win11", "l26" */
	bool qemu_namespace; /* domain XML */
	unsigned
		libvirt; /* version that is to read what is written: 8002000 is 8.2.0; 0: not known */
	bool has_override;
	bool has_commandline;
	const char *editor; /* whose metadata a domain XML carries: "unraid", "virt-manager" */
	struct vm_pve pve;
	struct vm_text *texts;
	size_t text_bytes;
};

/* An empty one, or NULL when memory ran out. */
struct igdrom_vm_config *vm_config_new(enum igdrom_vm_format format);
void vm_config_free(struct igdrom_vm_config *config);

/* Sets config->err unless it is set; returns what is set now. */
enum igdrom_status vm_config_fail(struct igdrom_vm_config *config, enum igdrom_status status);

/* Copies of text that live with the configuration, made valid UTF-8. */
const char *vm_config_text(struct igdrom_vm_config *config, const char *text, size_t size);
const char *vm_config_string(struct igdrom_vm_config *config, const char *text);

/*
 * A new entry, all of it zero but for `at` and rom_bar (true); the returned pointer holds until the
 * next one is added.
 */
struct vm_device *vm_config_add_device(struct igdrom_vm_config *config, uint64_t at);
struct vm_slot *vm_config_add_slot(struct igdrom_vm_config *config, const char *what,
				   const struct vm_address *guest, uint64_t at);
struct vm_fw_cfg *vm_config_add_fw_cfg(struct igdrom_vm_config *config, const char *name,
				       const char *string, uint64_t at);

/* Sets a property, also one that is there already: the last one holds, as in QEMU. */
void vm_device_set(struct igdrom_vm_config *config, struct vm_device *device, const char *name,
		   const char *value, enum vm_value_type type, uint64_t at);
const struct vm_property *vm_device_property(const struct vm_device *device, const char *name);
struct vm_device *vm_config_device(struct igdrom_vm_config *config, const char *id);

/* "0000:00:02.0", "00:02.0", "00:02" (then *slot_only); false when it is none of them. */
bool vm_address_parse(const char *text, struct vm_address *out, bool *slot_only);
bool vm_address_equal(const struct vm_address *a, const struct vm_address *b);

/* The UUID at the end of a mediated device's name or path; NULL: it is a type. */
const char *vm_mdev_uuid(const char *mdev);
/* The file of this name; NULL: none. */
const struct vm_fw_cfg *vm_config_fw_cfg(const struct igdrom_vm_config *config, const char *name);

#endif
