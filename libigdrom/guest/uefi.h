/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What our drivers need of the UEFI specification 2.10, written from its text: section 4 (tables),
 * 7 (boot services), 9 (loaded image), 10 (device path), 11 (driver binding), 12.9 (graphics
 * output), 14.4 (PCI I/O). Members that nobody calls are void pointers that keep the others in
 * place; the assertions at the end hold the offsets.
 *
 * For code compiled with clang --target=x86_64-unknown-windows only: the calling convention of UEFI
 * on x64 is that target's default.
 */
#ifndef IGDROM_GUEST_UEFI_H
#define IGDROM_GUEST_UEFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__x86_64__) || !defined(_WIN64)
#error "needs clang --target=x86_64-unknown-windows"
#endif

typedef uint64_t efi_status;
typedef void *efi_handle;
typedef void *efi_event;

/* Appendix D. */
#define EFI_ERROR_BIT         0x8000000000000000ull
#define EFI_SUCCESS           0ull
#define EFI_INVALID_PARAMETER (EFI_ERROR_BIT | 2)
#define EFI_UNSUPPORTED       (EFI_ERROR_BIT | 3)
#define EFI_BUFFER_TOO_SMALL  (EFI_ERROR_BIT | 5)
#define EFI_NOT_READY         (EFI_ERROR_BIT | 6)
#define EFI_DEVICE_ERROR      (EFI_ERROR_BIT | 7)
#define EFI_OUT_OF_RESOURCES  (EFI_ERROR_BIT | 9)
#define EFI_NOT_FOUND         (EFI_ERROR_BIT | 14)
#define EFI_ALREADY_STARTED   (EFI_ERROR_BIT | 20)

static inline bool efi_failed(efi_status status)
{
	return (status & EFI_ERROR_BIT) != 0;
}

struct efi_guid {
	uint32_t data1;
	uint16_t data2;
	uint16_t data3;
	uint8_t data4[8];
};

static inline bool efi_guid_equal(const struct efi_guid *a, const struct efi_guid *b)
{
	const uint8_t *left = (const uint8_t *)a;
	const uint8_t *right = (const uint8_t *)b;

	for (size_t i = 0; i < sizeof(*a); i++) {
		if (left[i] != right[i])
			return false;
	}
	return true;
}

#define EFI_GUID(a, b, c, ...)      \
	{                           \
		a, b, c,            \
		{                   \
			__VA_ARGS__ \
		}                   \
	}
#define EFI_PCI_IO_PROTOCOL_GUID \
	EFI_GUID(0x4cf5b200, 0x68b8, 0x4ca5, 0x9e, 0xec, 0xb2, 0x3e, 0x3f, 0x50, 0x02, 0x9a)
#define EFI_LOADED_IMAGE_PROTOCOL_GUID \
	EFI_GUID(0x5b1b31a1, 0x9562, 0x11d2, 0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b)
#define EFI_DEVICE_PATH_PROTOCOL_GUID \
	EFI_GUID(0x09576e91, 0x6d3f, 0x11d2, 0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b)
#define EFI_DRIVER_BINDING_PROTOCOL_GUID \
	EFI_GUID(0x18a031ab, 0xb443, 0x4d1a, 0xa5, 0xc0, 0x0c, 0x09, 0x26, 0x1e, 0x9f, 0x71)
#define EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID \
	EFI_GUID(0x9042a9de, 0x23dc, 0x4a38, 0x96, 0xfb, 0x7a, 0xde, 0xd0, 0x80, 0x51, 0x6a)
#define EFI_FIRMWARE_VOLUME2_PROTOCOL_GUID \
	EFI_GUID(0x220e73b6, 0x6bdb, 0x4413, 0x84, 0x05, 0xb9, 0x74, 0xb1, 0x08, 0x61, 0x9a)
#define EFI_DECOMPRESS_PROTOCOL_GUID \
	EFI_GUID(0xd8117cfe, 0x94a6, 0x11d4, 0x9a, 0x3a, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d)
#define EFI_PCI_ROOT_BRIDGE_IO_PROTOCOL_GUID \
	EFI_GUID(0x2f707ebb, 0x4a1a, 0x11d4, 0x9a, 0x38, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d)
#define EFI_GLOBAL_VARIABLE_GUID \
	EFI_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c)
/* The protocol through which Intel GOP drivers get their VBT; not in the UEFI specification. */
#define PLATFORM_GOP_POLICY_PROTOCOL_GUID \
	EFI_GUID(0xec2e931b, 0x3281, 0x48a5, 0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d)

/* 7.2 Memory allocation. */
enum efi_allocate_type { EFI_ALLOCATE_ANY_PAGES, EFI_ALLOCATE_MAX_ADDRESS, EFI_ALLOCATE_ADDRESS };
enum efi_memory_type {
	EFI_RESERVED_MEMORY_TYPE = 0,
	EFI_BOOT_SERVICES_CODE = 3,
	EFI_BOOT_SERVICES_DATA = 4,
	EFI_CONVENTIONAL_MEMORY = 7,
	EFI_ACPI_RECLAIM_MEMORY = 9,
	EFI_ACPI_MEMORY_NVS = 10
};
#define EFI_PAGE_SIZE 4096u

/* An array of these has the stride that GetMemoryMap() reports, not sizeof. */
struct efi_memory_descriptor {
	uint32_t type;
	uint64_t physical_start;
	uint64_t virtual_start;
	uint64_t number_of_pages;
	uint64_t attribute;
};

/* 7.1 Event, timer and task priority services. */
#define EFI_TPL_APPLICATION   4
#define EFI_TPL_CALLBACK      8
#define EFI_TPL_NOTIFY        16
#define EFI_EVT_NOTIFY_SIGNAL 0x00000200u
typedef void (*efi_event_notify)(efi_event event, void *context);

/* 7.3 Protocol handler services. */
enum efi_locate_search_type {
	EFI_LOCATE_ALL_HANDLES,
	EFI_LOCATE_BY_REGISTER_NOTIFY,
	EFI_LOCATE_BY_PROTOCOL
};
#define EFI_NATIVE_INTERFACE 0

#define EFI_OPEN_PROTOCOL_BY_HANDLE_PROTOCOL  0x01u
#define EFI_OPEN_PROTOCOL_GET_PROTOCOL        0x02u
#define EFI_OPEN_PROTOCOL_TEST_PROTOCOL       0x04u
#define EFI_OPEN_PROTOCOL_BY_CHILD_CONTROLLER 0x08u
#define EFI_OPEN_PROTOCOL_BY_DRIVER           0x10u
#define EFI_OPEN_PROTOCOL_EXCLUSIVE           0x20u

/* 10.2 Device path node; length is little-endian and not aligned. */
#define EFI_DEVICE_PATH_MEDIA        0x04
#define EFI_DEVICE_PATH_FV_FILE      0x06 /* of a firmware volume on a medium */
#define EFI_DEVICE_PATH_OFFSET_RANGE 0x08 /* of a medium */
#define EFI_DEVICE_PATH_END          0x7f
struct efi_device_path_protocol {
	uint8_t type;
	uint8_t sub_type;
	uint8_t length[2];
};

struct efi_table_header {
	uint64_t signature;
	uint32_t revision;
	uint32_t header_size;
	uint32_t crc32;
	uint32_t reserved;
};

struct efi_boot_services {
	struct efi_table_header hdr;
	uint64_t (*raise_tpl)(uint64_t new_tpl);
	void (*restore_tpl)(uint64_t old_tpl);
	efi_status (*allocate_pages)(enum efi_allocate_type type, enum efi_memory_type memory_type,
				     uint64_t pages, uint64_t *memory);
	efi_status (*free_pages)(uint64_t memory, uint64_t pages);
	efi_status (*get_memory_map)(uint64_t *memory_map_size, void *memory_map, uint64_t *map_key,
				     uint64_t *descriptor_size, uint32_t *descriptor_version);
	efi_status (*allocate_pool)(enum efi_memory_type pool_type, uint64_t size, void **buffer);
	efi_status (*free_pool)(void *buffer);
	efi_status (*create_event)(uint32_t type, uint64_t notify_tpl, efi_event_notify notify,
				   void *context, efi_event *event);
	void *set_timer;
	void *wait_for_event;
	efi_status (*signal_event)(efi_event event);
	efi_status (*close_event)(efi_event event);
	void *check_event;
	efi_status (*install_protocol_interface)(efi_handle *handle,
						 const struct efi_guid *protocol,
						 uint32_t interface_type, void *interface);
	void *reinstall_protocol_interface;
	efi_status (*uninstall_protocol_interface)(efi_handle handle,
						   const struct efi_guid *protocol,
						   void *interface);
	efi_status (*handle_protocol)(efi_handle handle, const struct efi_guid *protocol,
				      void **interface);
	void *reserved;
	efi_status (*register_protocol_notify)(const struct efi_guid *protocol, efi_event event,
					       void **registration);
	efi_status (*locate_handle)(enum efi_locate_search_type search_type,
				    const struct efi_guid *protocol, void *search_key,
				    uint64_t *buffer_size, efi_handle *buffer);
	void *locate_device_path;
	void *install_configuration_table;
	efi_status (*load_image)(bool boot_policy, efi_handle parent_image_handle,
				 struct efi_device_path_protocol *device_path, void *source_buffer,
				 uint64_t source_size, efi_handle *image_handle);
	efi_status (*start_image)(efi_handle image_handle, uint64_t *exit_data_size,
				  uint16_t **exit_data);
	void *exit;
	efi_status (*unload_image)(efi_handle image_handle);
	void *exit_boot_services;
	void *get_next_monotonic_count;
	efi_status (*stall)(uint64_t microseconds);
	void *set_watchdog_timer;
	efi_status (*connect_controller)(efi_handle controller_handle,
					 efi_handle *driver_image_handle,
					 struct efi_device_path_protocol *remaining_device_path,
					 bool recursive);
	efi_status (*disconnect_controller)(efi_handle controller_handle,
					    efi_handle driver_image_handle,
					    efi_handle child_handle);
	efi_status (*open_protocol)(efi_handle handle, const struct efi_guid *protocol,
				    void **interface, efi_handle agent_handle,
				    efi_handle controller_handle, uint32_t attributes);
	efi_status (*close_protocol)(efi_handle handle, const struct efi_guid *protocol,
				     efi_handle agent_handle, efi_handle controller_handle);
	void *open_protocol_information;
	void *protocols_per_handle;
	efi_status (*locate_handle_buffer)(enum efi_locate_search_type search_type,
					   const struct efi_guid *protocol, void *search_key,
					   uint64_t *no_handles, efi_handle **buffer);
	efi_status (*locate_protocol)(const struct efi_guid *protocol, void *registration,
				      void **interface);
	void *install_multiple_protocol_interfaces;
	void *uninstall_multiple_protocol_interfaces;
	void *calculate_crc32;
	void (*copy_mem)(void *destination, const void *source, uint64_t length);
	void (*set_mem)(void *buffer, uint64_t size, uint8_t value);
	void *create_event_ex;
};

struct efi_runtime_services {
	struct efi_table_header hdr;
	void *time_services[4];
	void *virtual_memory_services[2];
	efi_status (*get_variable)(const uint16_t *variable_name,
				   const struct efi_guid *vendor_guid, uint32_t *attributes,
				   uint64_t *data_size, void *data);
	void *get_next_variable_name;
	void *set_variable;
	void *get_next_high_monotonic_count;
	void (*reset_system)(uint32_t reset_type, efi_status reset_status, uint64_t data_size,
			     void *reset_data);
};

struct efi_system_table {
	struct efi_table_header hdr;
	const uint16_t *firmware_vendor;
	uint32_t firmware_revision;
	efi_handle console_in_handle;
	void *con_in;
	efi_handle console_out_handle;
	void *con_out;
	efi_handle standard_error_handle;
	void *std_err;
	struct efi_runtime_services *runtime_services;
	struct efi_boot_services *boot_services;
	uint64_t number_of_table_entries;
	void *configuration_table;
};

/* 9.1 Loaded image protocol. */
struct efi_loaded_image_protocol {
	uint32_t revision;
	efi_handle parent_handle;
	struct efi_system_table *system_table;
	efi_handle device_handle;
	struct efi_device_path_protocol *file_path;
	void *reserved;
	uint32_t load_options_size;
	void *load_options;
	void *image_base;
	uint64_t image_size;
	uint32_t image_code_type;
	uint32_t image_data_type;
	efi_status (*unload)(efi_handle image_handle);
};

/* 11.1 Driver binding protocol. */
struct efi_driver_binding_protocol {
	efi_status (*supported)(struct efi_driver_binding_protocol *self,
				efi_handle controller_handle,
				struct efi_device_path_protocol *remaining_device_path);
	efi_status (*start)(struct efi_driver_binding_protocol *self, efi_handle controller_handle,
			    struct efi_device_path_protocol *remaining_device_path);
	efi_status (*stop)(struct efi_driver_binding_protocol *self, efi_handle controller_handle,
			   uint64_t number_of_children, efi_handle *child_handle_buffer);
	uint32_t version;
	efi_handle image_handle;
	efi_handle driver_binding_handle;
};

/* 12.9 Graphics output protocol. */
struct efi_graphics_output_mode_information {
	uint32_t version;
	uint32_t horizontal_resolution;
	uint32_t vertical_resolution;
	uint32_t pixel_format;
	uint32_t pixel_information[4];
	uint32_t pixels_per_scan_line;
};

struct efi_graphics_output_protocol_mode {
	uint32_t max_mode;
	uint32_t mode;
	struct efi_graphics_output_mode_information *info;
	uint64_t size_of_info;
	uint64_t frame_buffer_base;
	uint64_t frame_buffer_size;
};

struct efi_graphics_output_protocol {
	efi_status (*query_mode)(struct efi_graphics_output_protocol *self, uint32_t mode_number,
				 uint64_t *size_of_info,
				 struct efi_graphics_output_mode_information **info);
	efi_status (*set_mode)(struct efi_graphics_output_protocol *self, uint32_t mode_number);
	efi_status (*blt)(struct efi_graphics_output_protocol *self, void *blt_buffer,
			  uint32_t blt_operation, uint64_t source_x, uint64_t source_y,
			  uint64_t destination_x, uint64_t destination_y, uint64_t width,
			  uint64_t height, uint64_t delta);
	struct efi_graphics_output_protocol_mode *mode;
};

/* 14.4 PCI I/O protocol. */
enum efi_pci_io_width { EFI_PCI_IO_UINT8, EFI_PCI_IO_UINT16, EFI_PCI_IO_UINT32, EFI_PCI_IO_UINT64 };

/* Operations and attributes of EFI_PCI_IO_PROTOCOL.Attributes(), UEFI 14.4.2. */
#define EFI_PCI_IO_ATTRIBUTES_GET     0
#define EFI_PCI_IO_ATTRIBUTES_ENABLE  2
#define EFI_PCI_IO_ATTRIBUTES_DISABLE 3
#define EFI_PCI_IO_ATTRIBUTE_MEMORY   0x200

struct efi_pci_io_protocol;
typedef efi_status (*efi_pci_io_memory)(struct efi_pci_io_protocol *self,
					enum efi_pci_io_width width, uint8_t bar_index,
					uint64_t offset, uint64_t count, void *buffer);
typedef efi_status (*efi_pci_io_config)(struct efi_pci_io_protocol *self,
					enum efi_pci_io_width width, uint32_t offset,
					uint64_t count, void *buffer);

struct efi_pci_io_protocol {
	void *poll_mem;
	void *poll_io;
	efi_pci_io_memory mem_read;
	efi_pci_io_memory mem_write;
	efi_pci_io_memory io_read;
	efi_pci_io_memory io_write;
	efi_pci_io_config pci_read;
	efi_pci_io_config pci_write;
	void *copy_mem;
	void *map;
	void *unmap;
	void *allocate_buffer;
	void *free_buffer;
	void *flush;
	efi_status (*get_location)(struct efi_pci_io_protocol *self, uint64_t *segment_number,
				   uint64_t *bus_number, uint64_t *device_number,
				   uint64_t *function_number);
	efi_status (*attributes)(struct efi_pci_io_protocol *self, uint32_t operation,
				 uint64_t attributes, uint64_t *result);
	void *get_bar_attributes;
	void *set_bar_attributes;
	uint64_t rom_size;
	void *rom_image;
};

/* 14.2 PCI root bridge I/O protocol, as far as configuration space. */
struct efi_pci_root_bridge_io_protocol {
	efi_handle parent_handle;
	void *poll_mem;
	void *poll_io;
	void *mem_read;
	void *mem_write;
	void *io_read;
	void *io_write;
	efi_status (*pci_read)(struct efi_pci_root_bridge_io_protocol *self,
			       enum efi_pci_io_width width, uint64_t address, uint64_t count,
			       void *buffer);
	efi_status (*pci_write)(struct efi_pci_root_bridge_io_protocol *self,
				enum efi_pci_io_width width, uint64_t address, uint64_t count,
				void *buffer);
	void *copy_mem;
	void *map;
	void *unmap;
	void *allocate_buffer;
	void *free_buffer;
	void *flush;
	void *get_attributes;
	void *set_attributes;
	void *configuration;
	uint32_t segment_number;
};

/* PI 1.8 volume 3, 3.4.1 Firmware volume 2 protocol, as far as reading. */
#define EFI_SECTION_RAW 0x19
struct efi_firmware_volume2_protocol {
	void *get_volume_attributes;
	void *set_volume_attributes;
	void *read_file;
	efi_status (*read_section)(const struct efi_firmware_volume2_protocol *self,
				   const struct efi_guid *name, uint8_t type, uint64_t instance,
				   void **buffer, uint64_t *size, uint32_t *authentication_status);
};

/* 19.5 Decompress protocol. */
struct efi_decompress_protocol {
	efi_status (*get_info)(struct efi_decompress_protocol *self, const void *source,
			       uint32_t source_size, uint32_t *destination_size,
			       uint32_t *scratch_size);
	efi_status (*decompress)(struct efi_decompress_protocol *self, const void *source,
				 uint32_t source_size, void *destination, uint32_t destination_size,
				 void *scratch, uint32_t scratch_size);
};

/*
 * Platform GOP policy, as the GOP drivers use it: above revision 1 they call a third function at
 * +18h.
 */
struct platform_gop_policy_protocol {
	uint32_t revision;
	efi_status (*get_platform_lid_status)(uint32_t *status);
	efi_status (*get_vbt_data)(uint64_t *address, uint32_t *size);
};
#define PLATFORM_GOP_POLICY_REVISION 1

#define EFI_CHECK_OFFSET(type, member, offset) \
	_Static_assert(offsetof(struct type, member) == (offset), #type "." #member)
EFI_CHECK_OFFSET(efi_boot_services, allocate_pages, 0x28);
EFI_CHECK_OFFSET(efi_boot_services, create_event, 0x50);
EFI_CHECK_OFFSET(efi_boot_services, handle_protocol, 0x98);
EFI_CHECK_OFFSET(efi_boot_services, load_image, 0xc8);
EFI_CHECK_OFFSET(efi_boot_services, stall, 0xf8);
EFI_CHECK_OFFSET(efi_boot_services, open_protocol, 0x118);
EFI_CHECK_OFFSET(efi_boot_services, locate_protocol, 0x140);
EFI_CHECK_OFFSET(efi_boot_services, set_mem, 0x168);
EFI_CHECK_OFFSET(efi_runtime_services, get_variable, 0x48);
EFI_CHECK_OFFSET(efi_system_table, boot_services, 0x60);
EFI_CHECK_OFFSET(efi_loaded_image_protocol, image_base, 0x40);
EFI_CHECK_OFFSET(efi_driver_binding_protocol, image_handle, 0x20);
EFI_CHECK_OFFSET(efi_graphics_output_protocol_mode, frame_buffer_base, 0x18);
EFI_CHECK_OFFSET(efi_pci_io_protocol, pci_read, 0x30);
EFI_CHECK_OFFSET(efi_pci_io_protocol, mem_read, 0x10);
EFI_CHECK_OFFSET(efi_pci_io_protocol, get_location, 0x70);
EFI_CHECK_OFFSET(efi_pci_io_protocol, attributes, 0x78);
EFI_CHECK_OFFSET(efi_pci_io_protocol, rom_image, 0x98);
EFI_CHECK_OFFSET(efi_pci_root_bridge_io_protocol, pci_read, 0x38);
EFI_CHECK_OFFSET(efi_pci_root_bridge_io_protocol, segment_number, 0x90);
EFI_CHECK_OFFSET(efi_firmware_volume2_protocol, read_section, 0x18);
EFI_CHECK_OFFSET(platform_gop_policy_protocol, get_platform_lid_status, 0x08);
EFI_CHECK_OFFSET(platform_gop_policy_protocol, get_vbt_data, 0x10);

#endif
