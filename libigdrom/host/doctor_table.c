/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The questions, in the order in which equals are told: what a person has to change first comes
 * first. Sentences, severities and sources are rows of tables/findings.tsv.
 */
#include "host/doctor.h"

#define ROW(bad, fine, about, need, ask)             \
	{                                            \
		bad, fine, about, DOCTOR_##need, ask \
	}

const struct doctor_question doctor_questions[] = {
	ROW("doctor-no-igd", "doctor-ok-igd", "which GPU there is", ANY, doctor_igd),
	ROW("doctor-igd-unknown", NULL, NULL, GPU, doctor_row),
	ROW("doctor-vtx", NULL, NULL, ANY, doctor_vtx),
	ROW("doctor-iommu-told-off", NULL, NULL, GPU, doctor_iommu_told_off),
	ROW("doctor-iommu-firmware", NULL, NULL, GPU, doctor_iommu_firmware),
	ROW("doctor-iommu-line", NULL, NULL, GPU, doctor_iommu_line),
	ROW("doctor-iommu-gpu", NULL, "the IOMMU group", GPU, doctor_iommu_gpu),
	ROW(NULL, "doctor-ok-iommu", "the IOMMU", GPU, doctor_iommu),
	ROW("doctor-class-kernel", NULL, "the kernel", GIVEN, doctor_class_kernel),
	ROW("doctor-class-qemu", NULL, "QEMU", GIVEN, doctor_class_qemu),
	ROW("doctor-class", "doctor-ok-class", NULL, GIVEN, doctor_class),
	ROW("doctor-opregion", "doctor-ok-opregion", "the OpRegion (root sees it)", GIVEN,
	    doctor_opregion),
	ROW("doctor-stolen", "doctor-ok-stolen", "stolen memory (root sees it)", GIVEN,
	    doctor_stolen),
	ROW("doctor-stolen-wish", NULL, NULL, GIVEN, doctor_stolen_wish),
	ROW("doctor-ivd", NULL, NULL, GIVEN, doctor_ivd),
	ROW("doctor-qemu", "doctor-ok-qemu", "QEMU", GIVEN, doctor_qemu),
	ROW("doctor-vfs", NULL, NULL, GIVEN, doctor_vfs),
	ROW("doctor-part-driver", "doctor-ok-part-driver", "which driver the GPU has", DIVIDED,
	    doctor_part_driver),
	ROW("doctor-vf-missing", NULL, NULL, DIVIDED, doctor_vf_missing),
	ROW("doctor-group-disk", NULL, NULL, GIVEN, doctor_group_disk),
	ROW("doctor-group-network", NULL, NULL, GIVEN, doctor_group_network),
	ROW("doctor-group", "doctor-ok-group", NULL, GIVEN, doctor_group),
	ROW("doctor-sound-group", NULL, NULL, GIVEN, doctor_sound_group),
	ROW("doctor-disable-vga", "doctor-ok-disable-vga", "options of vfio-pci", GIVEN,
	    doctor_disable_vga),
	ROW("doctor-ids-syntax", NULL, NULL, GPU, doctor_ids_syntax),
	ROW("doctor-ids-twice", NULL, NULL, GPU, doctor_ids_twice),
	ROW("doctor-ids-absent", NULL, NULL, GPU, doctor_ids_absent),
	ROW("doctor-modprobe-name", NULL, NULL, ANY, doctor_misnamed),
	ROW("doctor-modprobe-word", NULL, NULL, ANY, doctor_strange),
	ROW("doctor-loader", NULL, NULL, ANY, doctor_loader),
	ROW("doctor-reboot", "doctor-ok-reboot", NULL, ANY, doctor_reboot),
	ROW("doctor-initramfs", "doctor-ok-initramfs", NULL, ANY, doctor_stale),
	ROW("doctor-not-taken", NULL, NULL, GIVEN, doctor_not_taken),
	ROW("doctor-order", NULL, NULL, GIVEN, doctor_order),
	ROW("doctor-half-blacklist", NULL, NULL, GIVEN, doctor_half_blacklist),
	ROW("doctor-bound", "doctor-ok-bound", "which driver the GPU has", GIVEN, doctor_bound),
	ROW("doctor-sound", NULL, NULL, GIVEN, doctor_sound),
	ROW("doctor-frame", "doctor-ok-frame", "who holds the memory of the GPU (root sees it)",
	    GIVEN, doctor_frame),
	ROW("doctor-way-in", "doctor-ok-way-in", "whether SSH is on", GIVEN, doctor_way_in),
	ROW("doctor-plan", "doctor-ok-plan", NULL, GPU, doctor_plan),
	ROW("doctor-shared", NULL, NULL, GPU, doctor_shared),
	ROW("doctor-legacy", "doctor-ok-legacy", NULL, GIVEN, doctor_legacy),
	ROW("doctor-uefi", "doctor-ok-uefi", "how the machine was started", GIVEN, doctor_uefi),
	ROW("doctor-width", "doctor-ok-width", NULL, GPU, doctor_width),
	ROW("doctor-virqfd", NULL, NULL, ANY, doctor_virqfd),
	ROW("doctor-monitor", "doctor-ok-monitor", NULL, GIVEN, doctor_monitor),
};

const size_t doctor_question_count = sizeof(doctor_questions) / sizeof(doctor_questions[0]);
