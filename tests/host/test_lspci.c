/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of lspci as people paste them. tests/host/test_show.py compares with what lspci itself prints. */
#include "host/host_rig.h"

#include <stdio.h>

/* Desktop, "lspci -nnkvxxx" as root; drivers are named. */
static const char desktop[] =
	"00:00.0 Host bridge [0600]: Intel Corporation Device [8086:4668] (rev 02)\n"
	"\tSubsystem: ASRock Incorporation Device [1849:4668]\n"
	"\tFlags: bus master, fast devsel, latency 0, IOMMU group 1\n"
	"\tCapabilities: [e0] Vendor Specific Information: Len=14 <?>\n"
	"\n"
	"00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680] "
	"(rev 0c) (prog-if 00 [VGA controller])\n"
	"\tDeviceName: Onboard - Video\n"
	"\tSubsystem: ASRock Incorporation AlderLake-S GT1 [1849:4680]\n"
	"\tFlags: bus master, fast devsel, latency 0, IRQ 156, IOMMU group 0\n"
	"\tMemory at 6000000000 (64-bit, non-prefetchable) [size=16M]\n"
	"\tMemory at 4000000000 (64-bit, prefetchable) [size=256M]\n"
	"\tI/O ports at 5000 [size=64]\n"
	"\tExpansion ROM at 000c0000 [virtual] [disabled] [size=128K]\n"
	"\tCapabilities: [40] Vendor Specific Information: Len=0c <?>\n"
	"\tKernel driver in use: i915\n"
	"\tKernel modules: i915, xe\n"
	"00: 86 80 80 46 07 04 10 00 0c 00 00 03 00 00 00 00\n"
	"10: 04 00 00 00 60 00 00 00 0c 00 00 00 40 00 00 00\n"
	"20: 01 50 00 00 00 00 00 00 00 00 00 00 49 18 80 46\n"
	"30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00\n"
	"40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"50: c1 02 00 00 39 00 00 00 00 00 00 00 00 00 00 00\n"
	"60: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"70: 10 ac 92 00 00 80 00 00 00 00 00 00 00 00 00 00\n"
	"80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"90: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 01 00\n"
	"a0: 18 00 e0 fe 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"c0: 01 00 80 6c 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"e0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 e0 ad 63\n"
	"\n"
	"00:1f.0 ISA bridge [0601]: Intel Corporation Z690 Chipset LPC/eSPI Controller [8086:7a84] "
	"(rev 11)\n"
	"\tFlags: bus master, medium devsel, latency 0, IOMMU group 12\n"
	"00:1f.3 Audio device [0403]: Intel Corporation Alder Lake-S HD Audio Controller "
	"[8086:7ad0] (rev 11)\n"
	"\tFlags: bus master, fast devsel, latency 32, IRQ 157, IOMMU group 12\n"
	"\tMemory at 6001110000 (64-bit, non-prefetchable) [size=16K]\n"
	"\tMemory at 6001000000 (64-bit, non-prefetchable) [size=1M]\n"
	"\tKernel driver in use: snd_hda_intel\n";

static struct igdrom_host *read_text(const char *text)
{
	struct igdrom_host *host;

	assert_int_equal(igdrom_host_from_lspci(text, strlen(text), NULL, &host), IGDROM_OK);
	ask_all(host);
	return host;
}

static void reads_what_lspci_prints(void **state)
{
	struct igdrom_host *host = read_text(desktop);
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);
	struct igdrom_pci_address igd_address = igdrom_pci_function_address(igd);
	struct igdrom_igd_memory memory;
	struct igdrom_pci_bar bar;
	struct igdrom_pci_id id;
	char *version;

	(void)state;
	assert_int_equal(igdrom_host_source(host), IGDROM_HOST_LSPCI);
	assert_null(igdrom_host_root(host));
	assert_int_equal(igdrom_host_function_count(host), 4);
	assert_int_equal(igdrom_pci_function_id(igd).device_id, 0x4680);
	assert_int_equal(igdrom_pci_function_id(igd).class_code, 0x030000);
	assert_int_equal(igdrom_pci_function_revision(igd), 0x0c);
	assert_int_equal(igdrom_pci_function_subsystem(igd), 0x46801849);
	assert_string_equal(igdrom_pci_function_driver(igd), "i915");
	assert_int_equal(igdrom_pci_function_bound(igd), IGDROM_YES);
	assert_int_equal(igdrom_pci_function_bound(igdrom_host_lpc(host)), IGDROM_NO);
	assert_int_equal(igdrom_pci_function_iommu_group(igdrom_host_audio(host)), 12);
	assert_int_equal(igdrom_host_iommu(host), IGDROM_YES);
	assert_int_equal(igdrom_pci_function_rom(igd), IGDROM_PCI_ROM_SHADOW);
	assert_true(igdrom_pci_function_bar(igd, 2, &bar));
	assert_true(bar.address == 0x4000000000 && bar.size == 256u << 20 && bar.is_prefetchable);
	assert_true(igdrom_pci_function_bar(igdrom_host_audio(host), 2, &bar));
	assert_true(bar.address == 0x6001000000 && bar.size == 1u << 20);
	assert_true(igdrom_host_igd_memory(host, &memory));
	assert_true(memory.gms_known && memory.gms_mib == 64 && memory.ggms_mib == 8);
	assert_true(memory.bdsm_known && memory.bdsm == 0x6c800000);
	assert_true(memory.asls_known && memory.asls == 0x63ade018);
	assert_int_equal(igdrom_host_pci_id(host, &igd_address, NULL, &id), IGDROM_OK);
	assert_int_equal(id.device_id, 0x4680);
	igd_address.device = 3;
	assert_int_equal(igdrom_host_pci_id(host, &igd_address, NULL, &id), IGDROM_E_NOT_FOUND);
	assert_int_equal(id.device_id, 0);
	assert_int_equal(igdrom_host_qemu_version(host, NULL, NULL, &version), IGDROM_E_NOT_FOUND);
	/* There is nothing to scan: what is known stays. */
	assert_int_equal(igdrom_host_scan(host, NULL), IGDROM_OK);
	assert_int_equal(igdrom_host_function_count(host), 4);
	igdrom_host_close(host);
}

/* Line ends of Windows, blanks for tabs, all indented, other text before and behind. */
static void reads_what_became_of_it_in_a_forum(void **state)
{
	size_t room = sizeof(desktop) * 3, used;
	char *text = malloc(room);
	struct igdrom_igd_memory memory;
	struct igdrom_host *host;

	(void)state;
	assert_non_null(text);
	used = (size_t)snprintf(text, room, "Hi, this is my machine:\r\n[code]\r\n");
	for (const char *p = desktop; *p; p++) {
		if (p == desktop || p[-1] == '\n')
			used += (size_t)snprintf(text + used, room - used, "    ");
		if (*p == '\n')
			used += (size_t)snprintf(text + used, room - used, "\r\n");
		else if (*p == '\t')
			used += (size_t)snprintf(text + used, room - used, "  ");
		else
			text[used++] = *p;
	}
	snprintf(text + used, room - used, "[/code]\r\nCan it work? 10: 12 today\r\n");
	host = read_text(text);
	assert_int_equal(igdrom_host_function_count(host), 4);
	assert_true(igdrom_host_igd_memory(host, &memory));
	assert_true(memory.bdsm == 0x6c800000 && memory.asls == 0x63ade018);
	assert_string_equal(igdrom_pci_function_driver(igdrom_host_igd(host)), "i915");
	igdrom_host_close(host);
	free(text);
}

static void reads_numbers_alone(void **state)
{
	struct igdrom_host *host =
		read_text("0000:00:02.0 0300: 8086:4680 (rev 0c)\n0000:00:1f.0 0601: 8086:7a84\n"
			  "10000:e1:00.0 0108: 144d:a80a (prog-if 02)\n");
	const struct igdrom_pci_function *drive = igdrom_host_function_at(host, 2);

	(void)state;
	assert_int_equal(igdrom_host_function_count(host), 3);
	assert_int_equal(igdrom_pci_function_id(igdrom_host_lpc(host)).device_id, 0x7a84);
	assert_int_equal(igdrom_pci_function_address(drive).domain, 0x10000);
	assert_int_equal(igdrom_pci_function_id(drive).class_code, 0x010802);
	/* Neither is in such a text. */
	assert_int_equal(igdrom_pci_function_bound(drive), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_pci_function_rom(igdrom_host_igd(host)), IGDROM_PCI_ROM_UNKNOWN);
	assert_int_equal(igdrom_host_iommu(host), IGDROM_UNKNOWN);
	igdrom_host_close(host);
}

/* "Region N", "IOMMU group: N" and the expansion ROM of -vv. */
static void reads_two_levels_of_detail(void **state)
{
	struct igdrom_host *host = read_text(
		"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX "
		"3060 Lite Hash Rate] [10de:2504] (rev a1) (prog-if 00 [VGA controller])\n"
		"\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr-\n"
		"\tIOMMU group: 1\n"
		"\tRegion 0: Memory at a3000000 (32-bit, non-prefetchable) [size=16M]\n"
		"\tRegion 1: Memory at 6000000000 (64-bit, prefetchable) [size=16G]\n"
		"\tRegion 3: Memory at <unassigned> (64-bit, prefetchable)\n"
		"\tRegion 5: I/O ports at 4000 [size=128]\n"
		"\tExpansion ROM at a4000000 [disabled] [size=512K]\n");
	const struct igdrom_pci_function *card = igdrom_host_function_at(host, 0);
	struct igdrom_pci_bar bar;

	(void)state;
	assert_int_equal(igdrom_pci_function_id(card).device_id, 0x2504);
	assert_int_equal(igdrom_pci_function_iommu_group(card), 1);
	assert_true(igdrom_pci_function_bar(card, 1, &bar) && bar.size == UINT64_C(16) << 30);
	assert_false(igdrom_pci_function_bar(card, 3, &bar));
	assert_true(igdrom_pci_function_bar(card, 5, &bar) && bar.is_io && bar.size == 128);
	assert_true(igdrom_pci_function_bar(card, 6, &bar) && bar.address == 0xa4000000);
	assert_int_equal(igdrom_pci_function_rom(card), IGDROM_PCI_ROM_BAR);
	igdrom_host_close(host);
}

/* 4096 bytes with an SR-IOV capability at 320h: two virtual functions, each the next function. */
static void ties_virtual_functions_by_the_capability(void **state)
{
	static char text[32768];
	const struct igdrom_pci_function *igd;
	struct igdrom_host *host;
	size_t used;

	(void)state;
	used = (size_t)snprintf(text, sizeof(text), "00:02.0 0300: 8086:a780\n");
	for (unsigned row = 0; row < 4096; row += 16) {
		const char *bytes = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";

		if (row == 0)
			bytes = "86 80 80 a7 07 04 10 00 04 00 00 03 00 00 00 00";
		if (row == 0x100)
			bytes = "1b 00 01 32 00 00 00 00 00 00 00 00 00 00 00 00";
		if (row == 0x320)
			bytes = "10 00 01 00 00 00 00 00 00 00 00 00 07 00 07 00";
		if (row == 0x330)
			bytes = "02 00 00 00 01 00 01 00 00 00 80 a7 00 00 00 00";
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%02x: %s\n", row,
					 bytes);
	}
	snprintf(text + used, sizeof(text) - used,
		 "00:02.1 0300: 8086:a780\n00:02.2 0300: 8086:a780\n00:02.3 0300: 8086:a780\n");
	host = read_text(text);
	igd = igdrom_host_igd(host);
	assert_int_equal(igdrom_pci_function_config(igd).size, 4096);
	assert_int_equal(igdrom_pci_function_vf_total(igd), 7);
	assert_int_equal(igdrom_pci_function_vf_count(igd), 2);
	assert_ptr_equal(igdrom_pci_function_physical(igdrom_host_function_at(host, 1)), igd);
	assert_ptr_equal(igdrom_pci_function_physical(igdrom_host_function_at(host, 2)), igd);
	assert_null(igdrom_pci_function_physical(igdrom_host_function_at(host, 3)));
	assert_null(igdrom_pci_function_physical(igd));
	igdrom_host_close(host);
}

static void keeps_the_first_of_two_with_one_address(void **state)
{
	struct igdrom_host *host = read_text("00:02.0 0300: 8086:4680\n00:1f.0 0601: 8086:7a84\n"
					     "00:02.0 0300: 8086:5916\n");

	(void)state;
	assert_int_equal(igdrom_host_function_count(host), 2);
	igdrom_host_close(host);
}

static void says_what_is_missing(void **state)
{
	static const char *const bad[] = {"",
					  "\n",
					  "hello\n",
					  "00:02.0 VGA compatible controller: Intel Corporation\n",
					  "00: 86 80 80 46\n",
					  "4680\n"};
	struct rig rig = {.root = ""};
	struct igdrom_host *host;
	char *huge;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(igdrom_report_new(&rig.report), IGDROM_OK);
		assert_int_equal(igdrom_host_from_lspci(bad[i], strlen(bad[i]), rig.report, &host),
				 IGDROM_E_NOT_RECOGNIZED);
		assert_null(host);
		assert_int_equal(rig_count(&rig, "host-lspci-no-functions"), 1);
		igdrom_report_free(rig.report);
	}
	assert_int_equal(igdrom_report_new(&rig.report), IGDROM_OK);
	assert_int_equal(igdrom_host_from_lspci("00:02.0 0300: 8086:4680\n", 24, rig.report, &host),
			 IGDROM_OK);
	assert_int_equal(rig_count(&rig, "host-lspci-short"), 1);
	igdrom_host_close(host);
	igdrom_report_free(rig.report);
	assert_int_equal(igdrom_host_from_lspci("", 0, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_from_lspci(NULL, 1, NULL, &host), IGDROM_E_INVAL);
	huge = calloc(1, IGDROM_HOST_MAX_LSPCI_BYTES + 1);
	assert_non_null(huge);
	assert_int_equal(igdrom_host_from_lspci(huge, IGDROM_HOST_MAX_LSPCI_BYTES + 1, NULL, &host),
			 IGDROM_E_LIMIT);
	free(huge);
}

static void caps_the_number_of_functions(void **state)
{
	enum { COUNT = 5000, LINE = 30 };
	char *text = malloc(COUNT * LINE);
	struct rig rig = {.root = ""};
	struct igdrom_host *host;
	size_t used = 0;

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i < COUNT; i++)
		used += (size_t)snprintf(text + used, LINE, "%02x:%02x.%u 0300: 8086:4680\n",
					 i >> 8, i >> 3 & 31, i & 7);
	assert_int_equal(igdrom_report_new(&rig.report), IGDROM_OK);
	assert_int_equal(igdrom_host_from_lspci(text, used, rig.report, &host), IGDROM_OK);
	assert_int_equal(igdrom_host_function_count(host), 4096);
	assert_int_equal(rig_count(&rig, "host-too-many"), 1);
	igdrom_host_close(host);
	igdrom_report_free(rig.report);
	free(text);
}

/* Each prefix is in memory of its own, so that a sanitizer sees the first byte behind it. */
static void reads_every_prefix(void **state)
{
	size_t known = 0;

	(void)state;
	for (size_t size = 0; size < sizeof(desktop) - 1; size++) {
		char *text = malloc(size ? size : 1);
		struct igdrom_host *host;
		enum igdrom_status status;

		assert_non_null(text);
		memcpy(text, desktop, size);
		status = igdrom_host_from_lspci(text, size, NULL, &host);
		free(text);
		assert_true(status == IGDROM_OK || status == IGDROM_E_NOT_RECOGNIZED);
		if (host) {
			assert_true(igdrom_host_function_count(host) >= known);
			known = igdrom_host_function_count(host);
			ask_all(host);
		}
		igdrom_host_close(host);
	}
	assert_int_equal(known, 4);
}

static void survives_any_byte_anywhere(void **state)
{
	static char text[sizeof(desktop)];

	(void)state;
	for (size_t i = 0; i < sizeof(desktop) - 1; i++) {
		static const char bytes[] = {0, '\n', '[', '(', ':', 'f', (char)0xff};

		memcpy(text, desktop, sizeof(desktop));
		for (size_t n = 0; n < sizeof(bytes); n++) {
			struct igdrom_host *host;

			text[i] = bytes[n];
			assert_int_equal(
				igdrom_host_from_lspci(text, sizeof(desktop) - 1, NULL, &host),
				IGDROM_OK);
			igdrom_host_close(host);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_lspci_prints),
		cmocka_unit_test(reads_what_became_of_it_in_a_forum),
		cmocka_unit_test(reads_numbers_alone),
		cmocka_unit_test(reads_two_levels_of_detail),
		cmocka_unit_test(ties_virtual_functions_by_the_capability),
		cmocka_unit_test(keeps_the_first_of_two_with_one_address),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(caps_the_number_of_functions),
		cmocka_unit_test(reads_every_prefix),
		cmocka_unit_test(survives_any_byte_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
