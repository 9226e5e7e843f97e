/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI functions in a line each, and IOMMU groups as trees. */
#include "host.h"

#include <inttypes.h>
#include <string.h>

struct class_name {
	uint16_t code;
	const char *name;
};

/* pci.ids, list of classes; what shares a group with a GPU or its sound */
static const struct class_name names[] = {
	{0x0106, "SATA controller"},
	{0x0108, "NVMe drive"},
	{0x0200, "Ethernet"},
	{0x0280, "network"},
	{0x0300, "VGA controller"},
	{0x0302, "3D controller"},
	{0x0380, "display"},
	{0x0401, "audio"},
	{0x0403, "audio"},
	{0x0500, "memory"},
	{0x0580, "memory controller"},
	{0x0600, "host bridge"},
	{0x0601, "ISA/LPC bridge"},
	{0x0604, "PCI bridge"},
	{0x0700, "serial port"},
	{0x0780, "communication"},
	{0x0c03, "USB controller"},
	{0x0c05, "SMBus"},
	{0x0c80, "serial bus (SPI)"},
	{0x1180, "signal processing"},
};

static const char *class_text(uint32_t class_code, char out[16])
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].code == class_code >> 8)
			return names[i].name;
	}
	snprintf(out, 16, "class %04" PRIX32, class_code >> 8 & 0xffff);
	return out;
}

void list_function(const struct style *style, const char *before,
		   const struct igdrom_pci_function *function, const char *remark)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(function);
	const char *driver = igdrom_pci_function_driver(function);
	char address[24], text[16];

	printf("%s%s  %04X:%04X  %-17s  ", before, address_text(function, address), id.vendor_id,
	       id.device_id, class_text(id.class_code, text));
	if (driver)
		print_text(style, stdout, driver);
	else
		printf(igdrom_pci_function_bound(function) == IGDROM_NO ? "no driver" : "-");
	if (remark)
		printf(", %s", remark);
	putchar('\n');
}

static const char *role_of(const struct igdrom_host *host,
			   const struct igdrom_pci_function *function)
{
	if (function == igdrom_host_igd(host))
		return "the GPU";
	return function == igdrom_host_audio(host) ? "its sound" : NULL;
}

size_t group_size(const struct igdrom_host *host, int group)
{
	size_t members = 0;

	for (size_t i = 0; i < igdrom_host_function_count(host); i++) {
		if (igdrom_pci_function_iommu_group(igdrom_host_function_at(host, i)) == group)
			members++;
	}
	return members;
}

void print_section(const struct style *style, const char *title)
{
	putchar('\n');
	print_title(style, "%s", title);
}

/* One that has a single member is told in a word. */
static void draw_group(const struct style *style, const struct igdrom_host *host, int group)
{
	size_t count = igdrom_host_function_count(host), shown = 0;
	size_t members = group < 0 ? 0 : group_size(host, group);
	char title[80];

	if (members < 2)
		return;
	snprintf(title, sizeof(title),
		 "IOMMU group %d: all of it, or none, goes to a virtual machine", group);
	print_section(style, title);
	for (size_t i = 0; i < count; i++) {
		const struct igdrom_pci_function *function = igdrom_host_function_at(host, i);
		bool last;

		if (igdrom_pci_function_iommu_group(function) != group)
			continue;
		last = ++shown == members;
		list_function(style,
			      style->boxes ? last ? "  └─ " : "  ├─ "
			      : last       ? "  `- "
					   : "  |- ",
			      function, role_of(host, function));
	}
}

void draw_groups(const struct style *style, const struct igdrom_host *host)
{
	int own = igdrom_pci_function_iommu_group(igdrom_host_igd(host));
	int audio = igdrom_pci_function_iommu_group(igdrom_host_audio(host));

	draw_group(style, host, own);
	if (audio != own)
		draw_group(style, host, audio);
}
