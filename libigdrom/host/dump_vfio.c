/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OpRegion as vfio-pci hands it to a virtual machine (Linux include/uapi/linux/vfio.h,
 * drivers/vfio/pci/vfio_pci_igd.c): the VBT follows it when it is an extended one. Only while no
 * virtual machine has the group.
 */
#include "host/dump_vfio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_BYTES   0x100000u
#define MAX_REGIONS 64
#define MAX_INFO    256
/* VFIO_REGION_TYPE_PCI_VENDOR_TYPE, which linux/vfio.h shifts into the sign of an int. */
#define VENDOR_TYPE 0x80000000u
#define OPREGION    (VENDOR_TYPE | 0x8086u)

union region {
	struct vfio_region_info info;
	uint8_t bytes[MAX_INFO];
};

struct vfio {
	int container, group, device;
};

static int attach(const struct vfio *vfio)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};

	if (ioctl(vfio->container, VFIO_GET_API_VERSION) != VFIO_API_VERSION)
		return EPROTO;
	if (ioctl(vfio->group, VFIO_GROUP_GET_STATUS, &status) != 0)
		return errno;
	/* Other functions of the group are with other drivers. */
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return EBUSY;
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) != 0)
		return errno;
	return ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) == 0 ? 0 : errno;
}

/* Whether one of the capabilities says that this region is the OpRegion. */
static bool is_opregion(const union region *region)
{
	struct vfio_region_info_cap_type type;
	uint32_t at = region->info.cap_offset;

	if (!(region->info.flags & VFIO_REGION_INFO_FLAG_CAPS))
		return false;
	/* Each lies behind the one before it. */
	while (at >= sizeof(region->info) && at <= MAX_INFO - sizeof(type)) {
		memcpy(&type, region->bytes + at, sizeof(type));
		if (type.header.id == VFIO_REGION_INFO_CAP_TYPE && type.type == OPREGION &&
		    type.subtype == VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION)
			return true;
		if (type.header.next <= at)
			return false;
		at = type.header.next;
	}
	return false;
}

static int find_region(int device, union region *out)
{
	struct vfio_device_info info = {.argsz = sizeof(info)};

	if (ioctl(device, VFIO_DEVICE_GET_INFO, &info) != 0)
		return errno;
	for (uint32_t i = VFIO_PCI_NUM_REGIONS; i < info.num_regions && i < MAX_REGIONS; i++) {
		memset(out, 0, sizeof(*out));
		out->info.argsz = sizeof(*out);
		out->info.index = i;
		if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &out->info) == 0 && is_opregion(out))
			return 0;
	}
	return ENXIO;
}

static int read_region(int device, const union region *region, struct igdrom_bytes *out)
{
	size_t size = (size_t)region->info.size, done = 0;
	uint8_t *data;
	int error = 0;

	if (region->info.size == 0 || region->info.size > MAX_BYTES)
		return EFBIG;
	data = malloc(size);
	if (!data)
		return ENOMEM;
	while (!error && done < size) {
		ssize_t n = pread(device, data + done, size - done,
				  (off_t)(region->info.offset + done));

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			error = n == 0 ? EIO : errno;
	}
	if (error)
		free(data);
	else
		*out = (struct igdrom_bytes){.data = data, .size = size};
	return error;
}

static int use(struct vfio *vfio, const char *address, struct igdrom_bytes *out)
{
	union region region;
	int error = attach(vfio);

	if (error)
		return error;
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, address);
	if (vfio->device < 0)
		return errno;
	error = find_region(vfio->device, &region);
	return error ? error : read_region(vfio->device, &region, out);
}

int dump_vfio_opregion(const char *group, const char *address, struct igdrom_bytes *out)
{
	struct vfio vfio = {.container = -1, .group = -1, .device = -1};
	int error = 0;

	*out = (struct igdrom_bytes){NULL, 0};
	vfio.group = open(group, O_RDWR | O_CLOEXEC);
	if (vfio.group < 0)
		return errno;
	vfio.container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	error = vfio.container >= 0 ? use(&vfio, address, out) : errno;
	if (vfio.device >= 0)
		close(vfio.device);
	close(vfio.group);
	if (vfio.container >= 0)
		close(vfio.container);
	return error;
}
