/* SPDX-License-Identifier: BSD-2-Clause */
/* Platform GOP policy: where a GOP driver asks for its VBT. */
#include "guest/guest.h"
#include "guest/log.h"
#include "igd/opregion.h"

static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;
static const struct efi_guid policy_guid = PLATFORM_GOP_POLICY_PROTOCOL_GUID;

/* The copy that was handed out; GOP drivers ask each time they are started, and may keep it. */
static struct {
	uint64_t opregion; /* made from this one */
	uint64_t address;
	uint32_t size;
} handed_out;

static const char *flaw_name(enum opregion_flaw flaw)
{
	switch (flaw) {
	case OPREGION_VBT_ABSENT:
		return "absent";
	case OPREGION_VBT_ABSOLUTE:
		return "host-address";
	case OPREGION_VBT_OUTSIDE:
		return "outside";
	default:
		return "damaged";
	}
}

/* A device whose ASLS still leads to the OpRegion that we made, so that its size is known. */
static bool has_opregion(efi_handle handle, struct guest_device *device,
			 struct guest_record **record, uint32_t *seen_asls)
{
	if (!guest_device_open(handle, true, device))
		return false;
	*seen_asls = guest_config_read(device, PCI_ASLS);
	*record = guest_record_find(device);
	return *record && (*record)->opregion_size && (*record)->opregion == *seen_asls;
}

/* The GPU at 00:02.0 before any other: GOP drivers want it there. */
static bool find_opregion(uint64_t *location, struct guest_record **record)
{
	struct guest_device device;
	struct guest_record *candidate;
	uint32_t seen_asls = 0;
	efi_handle *handles;
	uint64_t count;

	*record = NULL;
	if (efi_failed(guest_boot->locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &pci_io_guid, NULL,
							&count, &handles)))
		return false;
	while (count--) {
		if (!has_opregion(handles[count], &device, &candidate, &seen_asls))
			continue;
		if (!*record || device.location == GUEST_LOCATION_IGD) {
			*record = candidate;
			*location = device.location;
		}
	}
	if (handles)
		guest_boot->free_pool(handles);
	if (!*record)
		guest_log(LOG_VBT_NO_DEVICE, seen_asls);
	return *record != NULL;
}

static efi_status hand_out(uint64_t location, const struct guest_record *record)
{
	const uint8_t *opregion = (const uint8_t *)(uintptr_t)record->opregion;
	struct opregion_vbt vbt;
	enum opregion_flaw flaw = opregion_find_vbt(opregion, record->opregion_size, &vbt);
	efi_status status;
	uint64_t copy;
	bool fixed;

	if (flaw != OPREGION_OK) {
		guest_log(LOG_VBT_NONE, location, guest_text(flaw_name(flaw)));
		return EFI_NOT_FOUND;
	}
	if (vbt.extended_flaw != OPREGION_OK)
		guest_log(LOG_VBT_EXTENDED_REFUSED, location,
			  guest_text(flaw_name(vbt.extended_flaw)));
	status = guest_allocate(EFI_BOOT_SERVICES_DATA, vbt.size, EFI_PAGE_SIZE, &copy);
	if (efi_failed(status)) {
		guest_log(LOG_VBT_NONE, location, guest_text("no-memory"));
		return status;
	}
	guest_boot->copy_mem((void *)(uintptr_t)copy, opregion + vbt.offset, vbt.size);
	fixed = vbt_fix_checksum((uint8_t *)(uintptr_t)copy, vbt.size);
	guest_log(LOG_VBT, location, copy, vbt.size, copy,
		  guest_text(vbt.extended ? "rvda" : "mailbox4"),
		  guest_text(fixed ? "fixed" : "right"));
	handed_out.opregion = record->opregion;
	handed_out.address = copy;
	handed_out.size = (uint32_t)vbt.size;
	return EFI_SUCCESS;
}

static efi_status get_vbt_data(uint64_t *address, uint32_t *size)
{
	struct guest_record *record;
	uint64_t location;
	efi_status status;

	if (!address || !size)
		return EFI_INVALID_PARAMETER;
	if (!find_opregion(&location, &record))
		return EFI_NOT_FOUND;
	if (handed_out.opregion != record->opregion) {
		status = hand_out(location, record);
		if (efi_failed(status))
			return status;
	}
	*address = handed_out.address;
	*size = handed_out.size;
	return EFI_SUCCESS;
}

/* GOP drivers take this as a lid that is open. */
static efi_status get_platform_lid_status(uint32_t *status)
{
	(void)status;
	return EFI_UNSUPPORTED;
}

static struct platform_gop_policy_protocol policy = {
	PLATFORM_GOP_POLICY_REVISION,
	get_platform_lid_status,
	get_vbt_data,
};

void guest_policy_install(void)
{
	struct platform_gop_policy_protocol *other;
	efi_handle handle = NULL;
	efi_status status;

	if (!efi_failed(guest_boot->locate_protocol(&policy_guid, NULL, (void **)&other))) {
		guest_log(LOG_POLICY_THERE, other->revision);
		return;
	}
	status = guest_boot->install_protocol_interface(&handle, &policy_guid, EFI_NATIVE_INTERFACE,
							&policy);
	if (efi_failed(status))
		guest_log(LOG_POLICY_FAILED, status);
	else
		guest_log(LOG_POLICY, policy.revision);
}
