/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configurations that people had, and what was wrong with them. Which QEMU does what is not taken
 * from the rules' own tables but from what its releases were read and seen to do.
 */
#include "unit.h"

#include "findings.h"
#include <igdrom/vm.h>

#include <stdio.h>

#define OVMF "-drive if=pflash,format=raw,readonly=on,file=/OVMF_CODE.fd "
#define PC   "kvm -M pc -m 8G -cpu host -nodefaults -vga none "
#define Q35  "kvm -M q35 -m 8G -cpu host -nodefaults -vga none "
#define GPU  "-device vfio-pci,host=0000:00:02.0,id=hostpci0,romfile=/igd.rom,addr=0x2"

/* Keys and values of a request, in turns. */
struct ask {
	const char *const *said;
};

#define ASK(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct igdrom_vm_request *make_request(const char *const *said)
{
	struct igdrom_vm_request *request;

	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	for (; *said; said += 2)
		assert_int_equal(igdrom_vm_request_set(request, said[0], said[1], NULL), IGDROM_OK);
	return request;
}

static struct igdrom_vm_config *read_config(const char *text)
{
	struct igdrom_vm_config *config = NULL;

	assert_int_equal(
		igdrom_vm_config_read(text, strlen(text), IGDROM_VM_FORMAT_QEMU, NULL, &config),
		IGDROM_OK);
	return config;
}

static void print_findings(const struct igdrom_report *report)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		print_error("%s %s: %s [%s]\n",
			    igdrom_severity_name(igdrom_finding_severity(finding)),
			    igdrom_finding_code(finding), igdrom_finding_text(finding),
			    igdrom_finding_fix(finding));
	}
}

/* The findings that are not mere facts must be these, in any order; each "code" or "code part". */
static void expect_findings(const struct igdrom_report *report, const char *const *wanted,
			    enum igdrom_severity least)
{
	size_t count = 0;
	size_t found = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++)
		count += igdrom_finding_severity(igdrom_report_at(report, i)) >= least;
	for (size_t w = 0; wanted[w]; w++) {
		const char *part = strchr(wanted[w], ' ');
		size_t size = part ? (size_t)(part - wanted[w]) : strlen(wanted[w]);
		bool there = false;

		for (size_t i = 0; i < igdrom_report_count(report); i++) {
			const struct igdrom_finding *finding = igdrom_report_at(report, i);
			const char *code = igdrom_finding_code(finding);

			there |= strlen(code) == size && strncmp(code, wanted[w], size) == 0 &&
				 (!part || strstr(igdrom_finding_text(finding), part + 1));
		}
		if (!there)
			print_error("missing: %s\n", wanted[w]);
		found += there;
		count -= there;
	}
	for (size_t w = 0; wanted[w]; w++)
		found--;
	if (count != 0 || found != 0)
		print_findings(report);
	assert_int_equal(found, 0);
	assert_int_equal(count, 0);
}

static void expect(const char *text, const char *const *said, const char *const *wanted)
{
	struct igdrom_vm_request *request = make_request(said);
	struct igdrom_vm_config *config = read_config(text);
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_check(config, request, report), IGDROM_OK);
	expect_findings(report, wanted, IGDROM_SEVERITY_HARMLESS);
	igdrom_report_free(report);
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
}

#define EXPECT(text, said, ...) expect(text, said, (const char *const[]){__VA_ARGS__, NULL})

/* users.md 1.2: q35, device not at 02.0, no ROM, a second display. */
static void finds_why_there_is_no_picture(void **state)
{
	(void)state;
	EXPECT(PC OVMF GPU ",x-igd-lpc=on", ASK("device", "4680", "qemu", "10.1"), NULL);
	EXPECT(PC OVMF GPU, ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-property-missing x-igd-lpc=on");
	EXPECT(Q35 OVMF GPU, ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-no-boot-picture q35 cannot present the LPC ids");
	EXPECT(Q35 OVMF GPU, ASK("device", "4680", "qemu", "10.1", "want", "boot-picture"),
	       "vm-check-impossible q35 cannot present the LPC ids");
	EXPECT(Q35 OVMF GPU, ASK("device", "4680", "qemu", "10.1", "want", "output"), NULL);
	EXPECT(PC OVMF "-device vfio-pci,host=00:02.0,romfile=/a,addr=0x10,x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-address slot 0x10");
	EXPECT(PC OVMF "-device vfio-pci,host=00:02.0,addr=0x2,x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-rom-missing");
	EXPECT("kvm -m 8G -vga std " OVMF GPU ",x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-display std",
	       "vm-check-slot-taken VGA (-vga)");
	EXPECT("kvm -m 8G -vga none " OVMF GPU ",x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-slot-taken QEMU's default network card");
	EXPECT(PC GPU, ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-impossible generation that has no VBIOS");
}

/* users.md 1.7 and the timeline: the id decides what a release makes of it. */
static void knows_the_releases(void **state)
{
	(void)state;
	/* Alder Lake: 9.2 refuses the id, 10.0 enters legacy mode, 10.1 needs x-igd-lpc. */
	EXPECT(PC OVMF GPU ",x-igd-opregion=on", ASK("device", "46A6", "qemu", "9.2"),
	       "vm-check-no-boot-picture QEMU 9.2 does not know device id 8086:46A6");
	EXPECT(PC OVMF GPU, ASK("device", "46A6", "qemu", "10.0"), NULL);
	EXPECT(PC OVMF GPU ",x-igd-opregion=on,x-igd-lpc=on", ASK("device", "46A6", "qemu", "10.0"),
	       "vm-check-property-useless x-igd-opregion=on",
	       "vm-check-property-useless x-igd-lpc");
	EXPECT(PC OVMF GPU ",x-igd-opregion=on,x-igd-lpc=on", ASK("device", "46A6", "qemu", "10.1"),
	       "vm-check-property-useless x-igd-opregion=on");
	/* Kaby Lake: GMS must be said up to 9.1, is ignored by 9.2. */
	EXPECT(PC OVMF GPU, ASK("device", "5912", "qemu", "8.1"),
	       "vm-check-property-missing x-igd-gms=0x2");
	EXPECT(PC OVMF GPU ",x-igd-gms=2", ASK("device", "5912", "qemu", "8.1"), NULL);
	EXPECT(PC OVMF GPU ",x-igd-gms=0x11", ASK("device", "5912", "qemu", "8.1"),
	       "vm-check-property-fatal x-igd-gms=0x11");
	EXPECT(PC OVMF GPU ",x-igd-gms=0x2", ASK("device", "5912", "qemu", "9.2", "gms", "2"),
	       "vm-check-property-useless x-igd-gms=0x2");
	EXPECT(PC OVMF GPU, ASK("device", "5912", "qemu", "9.2", "gms", "0xf3"),
	       "vm-check-impossible QEMU 9.2 cannot work with GMS 0xf3");
	EXPECT(PC OVMF GPU ",x-igd-gms=0x41", ASK("device", "5912", "qemu", "10.1"),
	       "vm-check-property-fatal x-igd-gms=0x41");
	EXPECT(PC OVMF GPU ",x-igd-gms=0xf4", ASK("device", "5912", "qemu", "10.1"), NULL);
	/* Meteor Lake: never x-igd-gms, and nothing at all on 10.0. */
	EXPECT(PC OVMF GPU ",x-igd-lpc=on,x-igd-gms=0x2", ASK("device", "7D55", "qemu", "10.2"),
	       "vm-check-property-fatal x-igd-gms=0x2");
	EXPECT(PC OVMF GPU ",x-igd-opregion=on", ASK("device", "7D55", "qemu", "10.0"),
	       "vm-check-impossible QEMU 10.0 ignores x-igd-opregion",
	       "vm-check-property-useless x-igd-opregion=on");
	/* Ice Lake and later look like generation 8 up to 9.1 when they sit at 00:02.0. */
	EXPECT(PC OVMF GPU ",x-igd-opregion=on", ASK("device", "9A49", "qemu", "8.2"),
	       "vm-check-no-boot-picture 64-bit stolen memory base", "vm-check-address-igd",
	       "vm-check-property-useless x-igd-opregion");
}

/* users.md 2.11: options that this QEMU rejects, and values that no QEMU takes. */
static void tells_properties_that_stop_qemu(void **state)
{
	(void)state;
	EXPECT(PC OVMF GPU ",x-igd-gms=0x2,x-igd-lpc=on", ASK("device", "5912", "qemu", "7.2"),
	       "vm-check-property-unknown x-igd-lpc");
	EXPECT(PC OVMF GPU ",x-igd-gms=0x2,x-igd-legacy-mode=off",
	       ASK("device", "5912", "qemu", "7.2"), "vm-check-property-unknown x-igd-legacy-mode");
	EXPECT(PC OVMF GPU ",x-igd-lcp=on,x-igd-lpc=yes", ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-property-misspelt x-igd-lcp");
	EXPECT(PC OVMF GPU ",x-igd-lpc=1", ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-property-bad x-igd-lpc");
	EXPECT(Q35 OVMF GPU ",x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1", "want", "output"),
	       "vm-check-property-fatal x-igd-lpc=on: QEMU does not start: 00:1f.0 of q35");
	EXPECT(Q35 OVMF GPU ",x-igd-legacy-mode=on",
	       ASK("device", "5912", "qemu", "10.0", "want", "output"),
	       "vm-check-property-fatal x-igd-legacy-mode=on",
	       "vm-check-property-missing opregion");
	EXPECT(PC OVMF GPU ",x-igd-lpc=on,rombar=0", ASK("device", "4680", "qemu", "10.1"),
	       "vm-check-property-fatal rombar=0");
	EXPECT(PC OVMF GPU ",x-vga=on,x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1", "disable_vga", "yes"),
	       "vm-check-property-fatal x-vga=on");
}

/* 00:1f.0 of an i440fx: PVE's bridge pci.2 without legacy-igd=1. */
static void finds_a_bridge_in_the_place_of_the_lpc_bridge(void **state)
{
	static const char bridge[] = "-device pci-bridge,id=pci.2,chassis_nr=2,addr=0x1f ";
	char text[400];

	(void)state;
	snprintf(text, sizeof(text), PC OVMF "%s" GPU ",x-igd-lpc=on", bridge);
	EXPECT(text, ASK("device", "4680", "qemu", "10.1"), "vm-check-lpc-slot pci-bridge",
	       "vm-check-property-fatal x-igd-lpc=on");
	/* Legacy mode would be tried, and may take QEMU down. */
	snprintf(text, sizeof(text), PC OVMF "%s" GPU, bridge);
	EXPECT(text, ASK("device", "5912", "qemu", "10.0"), "vm-check-lpc-slot pci-bridge",
	       "vm-check-property-missing x-igd-legacy-mode=off",
	       "vm-check-property-missing x-igd-opregion=on");
}

static void looks_at_what_else_is_passed(void **state)
{
	(void)state;
	EXPECT(PC OVMF GPU ",x-igd-lpc=on -device vfio-pci,host=00:02.1",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-pf-and-vf");
	/* Asked about the function, it is the GPU that is too much. */
	EXPECT(PC OVMF GPU " -device vfio-pci,host=00:02.1,id=vf",
	       ASK("device", "A780", "qemu", "10.1", "function", "vf"),
	       "vm-check-pf-and-vf hostpci0 is another function");
	EXPECT(PC OVMF GPU ",x-igd-lpc=on -device vfio-pci,host=00:02.0,addr=5",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-twice");
	EXPECT(PC OVMF GPU ",x-igd-lpc=on -device vfio-pci,host=01:00.0,x-vga=on",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-other-vga");
	EXPECT(PC OVMF GPU ",x-igd-lpc=on -device vfio-pci,host=00:1f.3",
	       ASK("device", "4680", "qemu", "10.1", "audio", "0000:00:1f.3"), NULL);
	EXPECT(PC OVMF "-device vfio-pci,host=01:00.0,id=hostpci0",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-no-gpu 0000:00:02.0");
	EXPECT(PC OVMF "-device virtio-scsi-pci " GPU ",x-igd-lpc=on",
	       ASK("device", "4680", "qemu", "10.1"), "vm-check-slot-taken virtio-scsi-pci");
}

static void judges_parts_of_a_gpu_as_such(void **state)
{
	(void)state;
	EXPECT(Q35 OVMF "-device pcie-root-port,id=rp,addr=0x10 "
			"-device vfio-pci,host=00:02.1,bus=rp",
	       ASK("device", "A780", "qemu", "10.1", "function", "vf"), NULL);
	EXPECT(Q35 OVMF "-device pcie-root-port,id=rp,addr=0x10 "
			"-device vfio-pci,host=00:02.1,bus=rp,x-igd-opregion=on,x-vga=on",
	       ASK("device", "A780", "qemu", "9.2"), "vm-check-property-fatal x-igd-opregion=on",
	       "vm-check-property-fatal x-vga=on");
	EXPECT(Q35 OVMF "-device pcie-root-port,id=rp,addr=0x10 "
			"-device vfio-pci,host=00:02.1,bus=rp,x-igd-opregion=on",
	       ASK("device", "A780", "qemu", "10.1"), "vm-check-property-useless on by default");
	EXPECT(PC OVMF "-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/0-1,x-igd-opregion=on",
	       ASK("device", "5912", "qemu", "8.2"), NULL);
	EXPECT(PC OVMF "-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/0-1",
	       ASK("device", "5912", "qemu", "8.2"), "vm-check-property-missing x-igd-opregion=on");
}

/* hw/vfio/igd.c of 10.0.13 returns early for these: no error, and no effect. */
static void knows_what_10_0_passes_over(void **state)
{
	(void)state;
	EXPECT(PC OVMF GPU ",x-igd-opregion=on,x-igd-legacy-mode=on",
	       ASK("device", "4680", "qemu", "10.0", "display_class", "0380", "want", "headless"),
	       "vm-check-property-useless x-igd-opregion=on",
	       "vm-check-property-useless x-igd-legacy-mode=on");
	EXPECT(PC OVMF GPU ",x-igd-legacy-mode=on",
	       ASK("device", "7D55", "qemu", "10.0", "want", "headless"),
	       "vm-check-property-useless x-igd-legacy-mode=on");
	EXPECT(PC OVMF GPU ",x-igd-opregion=on",
	       ASK("device", "4680", "qemu", "9.2", "display_class", "0380", "want", "headless"),
	       "vm-check-property-fatal x-igd-opregion=on");
	EXPECT(Q35 OVMF "-device pcie-root-port,id=rp,addr=0x10 "
			"-device vfio-pci,host=00:02.1,bus=rp,x-igd-opregion=on",
	       ASK("device", "A780", "qemu", "10.0"), "vm-check-property-useless class VGA only");
}

static void compares_what_the_guest_driver_is_told(void **state)
{
	static const char *const said[] = {"device",      "4680",       "qemu", "10.1",
					   "gms",         "0x2",        "ggms", "8",
					   "stolen_base", "0x7b800001", NULL};

	(void)state;
	EXPECT(PC OVMF GPU ",x-igd-lpc=on -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000",
	       said, NULL);
	EXPECT(PC OVMF GPU ",x-igd-lpc=on", said, "vm-check-fw-cfg-missing opt/igdrom/stolen-base");
	EXPECT(PC OVMF GPU ",x-igd-lpc=on -fw_cfg name=opt/igdrom/stolen-base,string=0x4f800000",
	       said, "vm-check-fw-cfg-value 0x4f800000, and should be 0x7b800000");
}

static void looks_at_memory_and_processor(void **state)
{
	struct igdrom_vm_request *request =
		make_request(ASK("device", "4680", "qemu", "10.1", "guest", "windows",
				 "address_width", "39", "audio", "0000:00:1f.3"));
	struct igdrom_vm_config *config =
		read_config("kvm -m 2G -nodefaults -cpu qemu64,host-phys-bits-limit=46 " OVMF GPU
			    ",x-igd-lpc=on");
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_check(config, request, report), IGDROM_OK);
	assert_non_null(find_in(report, "vm-memory-small"));
	assert_non_null(find_in(report, "vm-check-cpu"));
	assert_non_null(find_in(report, "vm-check-address-width"));
	assert_non_null(find_in(report, "vm-check-audio"));
	igdrom_report_free(report);
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
}

static void asks_for_what_it_must_know(void **state)
{
	struct igdrom_vm_request *request = make_request(ASK("kernel", "6.8"));
	struct igdrom_vm_config *config = read_config(PC OVMF GPU);
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_check(config, request, report), IGDROM_E_INVAL);
	assert_non_null(find_in(report, "vm-ask-device"));
	assert_non_null(find_in(report, "vm-ask-qemu"));
	assert_int_equal(igdrom_vm_check_upgrade(config, request, "10.1", NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_check(NULL, request, report), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_check(config, NULL, report), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_check_upgrade(config, request, NULL, report), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_set(request, "device", "4680", NULL), IGDROM_OK);
	assert_int_equal(igdrom_vm_request_set(request, "qemu", "10.0", NULL), IGDROM_OK);
	assert_int_equal(igdrom_vm_check_upgrade(config, request, "new", report), IGDROM_E_INVAL);
	assert_non_null(find_in(report, "vm-value-bad"));
	igdrom_report_free(report);
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
}

static void expect_upgrade(const char *text, const char *const *said, const char *qemu,
			   const char *const *wanted)
{
	struct igdrom_vm_request *request = make_request(said);
	struct igdrom_vm_config *config = read_config(text);
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_check_upgrade(config, request, qemu, report), IGDROM_OK);
	expect_findings(report, wanted, IGDROM_SEVERITY_INFO);
	igdrom_report_free(report);
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
}

#define UPGRADE(text, said, qemu, ...) \
	expect_upgrade(text, said, qemu, (const char *const[]){__VA_ARGS__, NULL})

/* users.md 1.7: what upgrades of the host did to machines that ran. */
static void says_what_an_upgrade_breaks(void **state)
{
	(void)state;
	/* PVE 8.3 to 8.4: Comet Lake is unknown to 9.2. */
	UPGRADE(PC OVMF GPU ",x-igd-gms=0x2", ASK("device", "9BC5", "qemu", "9.1"), "9.2",
		"vm-upgrade-no-legacy", "vm-check-no-boot-picture 9BC5",
		"vm-check-property-useless x-igd-gms", "vm-check-property-missing x-igd-opregion");
	/* PVE 9.0 to 9.1: Alder Lake leaves legacy mode. */
	UPGRADE(PC OVMF GPU, ASK("device", "4680", "qemu", "10.0"), "10.1", "vm-upgrade-no-legacy",
		"vm-upgrade-default x-igd-opregion", "vm-check-property-missing x-igd-lpc=on");
	UPGRADE(PC OVMF GPU ",x-igd-legacy-mode=off,x-igd-opregion=on,x-igd-lpc=on",
		ASK("device", "4680", "qemu", "10.0.2"), "10.1.2",
		"vm-check-property-useless x-igd-opregion=on",
		"vm-check-property-useless x-igd-legacy-mode=off",
		"vm-upgrade-gone x-igd-legacy-mode=off");
	/* And back. */
	UPGRADE(PC OVMF GPU ",x-igd-lpc=on", ASK("device", "5912", "qemu", "10.0"), "9.1",
		"vm-check-property-unknown x-igd-lpc", "vm-check-property-missing x-igd-gms",
		"vm-upgrade-gone x-igd-lpc=on");
}

static void says_what_an_upgrade_makes_better(void **state)
{
	(void)state;
	UPGRADE(PC OVMF GPU ",x-igd-opregion=on,x-igd-lpc=on",
		ASK("device", "7D55", "qemu", "10.0"), "10.1",
		"vm-upgrade-gone QEMU 10.0 ignores x-igd-opregion",
		"vm-upgrade-gone x-igd-lpc=on has no effect");
	UPGRADE(PC OVMF GPU ",x-igd-lpc=on", ASK("device", "4680", "qemu", "10.1"), "10.2",
		"vm-upgrade-same");
	UPGRADE(PC OVMF GPU ",x-igd-lpc=on", ASK("device", "4680", "qemu", "10.1"),
		"QEMU emulator version 10.1.2 (pve-qemu-kvm_10.1.2-1)", "vm-upgrade-same");
}

/* The worst there is to say of a configuration, or (qemu) of what an upgrade changes. */
static enum igdrom_severity worst_of(const char *text, const char *const *said, const char *qemu)
{
	struct igdrom_vm_request *request = make_request(said);
	struct igdrom_vm_config *config = read_config(text);
	struct igdrom_report *report;
	enum igdrom_severity worst;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(qemu ? igdrom_vm_check_upgrade(config, request, qemu, report)
			      : igdrom_vm_check(config, request, report),
			 IGDROM_OK);
	worst = igdrom_report_worst(report);
	igdrom_report_free(report);
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
	return worst;
}

/* ROM, 00:02.0 and no other display: a picture. Nothing of it: none is meant. */
static void judges_by_what_a_configuration_is_evidently_for(void **state)
{
	static const char plain[] =
		"kvm -M q35 -m 8G -vga std " OVMF "-device vfio-pci,host=00:02.0,addr=0x10";
	static const char *const n100[] = {"device", "46D1", "qemu", "10.1", NULL};
	static const char *const asked[] = {"device", "46D1",         "qemu", "10.1",
					    "want",   "boot-picture", NULL};

	(void)state;
	assert_int_equal(worst_of(PC OVMF GPU, n100, NULL), IGDROM_SEVERITY_ERROR);
	assert_int_equal(worst_of("kvm -m 8G -nodefaults -device VGA,addr=5 " OVMF GPU, n100, NULL),
			 IGDROM_SEVERITY_WARNING);
	assert_int_equal(
		worst_of("kvm -m 8G -nodefaults -device VGA,addr=5 " OVMF GPU, asked, NULL),
		IGDROM_SEVERITY_ERROR);
	assert_int_equal(worst_of(plain, n100, NULL), IGDROM_SEVERITY_INFO);
	assert_int_equal(worst_of(plain, asked, NULL), IGDROM_SEVERITY_ERROR);
	/* A bridge at 00:1f.0 costs the picture alone. */
	assert_int_equal(
		worst_of(PC OVMF GPU ",x-igd-lpc=on -device pci-bridge,id=b,addr=0x1f", n100, NULL),
		IGDROM_SEVERITY_ERROR);
}

static void an_upgrade_breaks_what_worked_and_only_that(void **state)
{
	static const char *const without[] = {"device", "46D1", "qemu", "9.2", NULL};
	static const char *const with[] = {"device", "46D1", "qemu", "10.0", NULL};
	static const char *const asked[] = {"device", "46D1",         "qemu", "10.0",
					    "want",   "boot-picture", NULL};
	static const char *const meteor_lake[] = {"device", "7D55", "qemu", "9.2", NULL};

	(void)state;
	assert_int_equal(worst_of(PC OVMF GPU ",x-igd-opregion=on", without, "10.1"),
			 IGDROM_SEVERITY_WARNING);
	assert_int_equal(worst_of(PC OVMF GPU, with, "10.1"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(worst_of(PC OVMF GPU, asked, "10.1"), IGDROM_SEVERITY_ERROR);
	/* The OpRegion that 9.2 gave is lost with 10.0. */
	assert_int_equal(worst_of(PC OVMF GPU ",x-igd-opregion=on", meteor_lake, "10.0"),
			 IGDROM_SEVERITY_ERROR);
}

/* PVE's PCI.pm and QEMU would take both; the physical function has no business beside its parts. */
static void writing_never_joins_a_gpu_and_its_functions(void **state)
{
	static const struct {
		const char *text;
		enum igdrom_vm_format format;
		const char *host;
		enum igdrom_status status;
	} rows[] = {
		{"bios: ovmf\nhostpci3: 0000:00:02.0\nmachine: q35\n", IGDROM_VM_FORMAT_PVE,
		 "00:02.1", IGDROM_E_REFUSED},
		{"bios: ovmf\nhostpci3: 0000:00:02.0\nmachine: q35\n", IGDROM_VM_FORMAT_QM,
		 "00:02.1", IGDROM_E_REFUSED},
		{"bios: ovmf\nhostpci3: 0000:00:02\nmachine: q35\n", IGDROM_VM_FORMAT_PVE,
		 "00:02.1", IGDROM_OK},
		{"bios: ovmf\nhostpci3: 0000:00:02.2,pcie=1\nmachine: q35\n", IGDROM_VM_FORMAT_PVE,
		 "00:02.1", IGDROM_OK},
		{"bios: ovmf\nhostpci3: 0000:00:02.2,pcie=1\nmachine: q35\n", IGDROM_VM_FORMAT_PVE,
		 NULL, IGDROM_E_REFUSED},
		{Q35 OVMF "-device vfio-pci,host=00:02.0", IGDROM_VM_FORMAT_QEMU, "00:02.1",
		 IGDROM_E_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct igdrom_vm_request *request = make_request(
			ASK("device", "4680", "qemu", "10.1", "firmware", "ovmf", "machine", "q35",
			    "want", "headless", "hypervisor",
			    rows[i].format == IGDROM_VM_FORMAT_QEMU ? "qemu" : "pve", "function",
			    rows[i].host ? "vf" : "whole", "host_address", rows[i].host));
		struct igdrom_vm_plan *plan = NULL;
		struct igdrom_report *report;
		struct igdrom_bytes out;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
		assert_int_equal(igdrom_vm_write(plan, rows[i].format, rows[i].text,
						 strlen(rows[i].text), report, &out),
				 rows[i].status);
		if (rows[i].status != IGDROM_OK)
			assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)),
					    "vm-write-pf-and-vf");
		igdrom_bytes_free(&out);
		igdrom_report_free(report);
		igdrom_vm_plan_free(plan);
		igdrom_vm_request_free(request);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_why_there_is_no_picture),
		cmocka_unit_test(knows_the_releases),
		cmocka_unit_test(tells_properties_that_stop_qemu),
		cmocka_unit_test(finds_a_bridge_in_the_place_of_the_lpc_bridge),
		cmocka_unit_test(looks_at_what_else_is_passed),
		cmocka_unit_test(judges_parts_of_a_gpu_as_such),
		cmocka_unit_test(knows_what_10_0_passes_over),
		cmocka_unit_test(compares_what_the_guest_driver_is_told),
		cmocka_unit_test(looks_at_memory_and_processor),
		cmocka_unit_test(asks_for_what_it_must_know),
		cmocka_unit_test(says_what_an_upgrade_breaks),
		cmocka_unit_test(says_what_an_upgrade_makes_better),
		cmocka_unit_test(judges_by_what_a_configuration_is_evidently_for),
		cmocka_unit_test(an_upgrade_breaks_what_worked_and_only_that),
		cmocka_unit_test(writing_never_joins_a_gpu_and_its_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
