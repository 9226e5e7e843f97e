/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the ROM, then reads it back: what this library writes, it must understand. */
#include "kit/internal.h"
#include "kit/manifest.h"

#include "core/builder.h"
#include "igd/crc32.h"
#include "igd/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The ROM on its way out. */
struct output {
	struct build rom;
	struct kit_plan plan;
	struct manifest_record records[IGDROM_ROM_MAX_IMAGES];
	size_t last_at; /* the final image */
	size_t end;     /* of the final image: padding follows */
	bool manifest_too_large;
};

static bool wants_manifest(const struct kit_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->images[i]->kind == IGDROM_MANIFEST_GUEST_DRIVER ||
		    plan->images[i]->kind == IGDROM_MANIFEST_GOP)
			return true;
	}
	return false;
}

static void put_image(struct output *out, const uint8_t *data, size_t size)
{
	out->last_at = out->rom.size;
	build_bytes(&out->rom, data, size);
	out->end = out->rom.size;
}

static enum igdrom_status put_legacy(struct output *out, const struct kit_image *image)
{
	put_image(out, image->data, image->size);
	return out->rom.err;
}

static enum igdrom_status put_spec(struct output *out, const struct oprom_image_spec *spec)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status = oprom_build_image(spec, &bytes);

	if (status != IGDROM_OK)
		return status;
	put_image(out, bytes.data, bytes.size);
	igdrom_bytes_free(&bytes);
	return out->rom.err;
}

static enum igdrom_status put_driver(struct output *out, const struct kit_image *image)
{
	struct oprom_image_spec spec = {
		.vendor_id = image->settings.vendor_id,
		.class_code = image->settings.class_code,
		.code_revision = image->settings.code_revision,
		.pcir_revision = image->settings.pcir_revision,
		.code_type = IGDROM_CODE_TYPE_EFI,
		.machine = image->machine,
		.subsystem = image->subsystem,
		.payload = image->data,
		.payload_size = image->size,
		.compress = image->settings.compress,
	};

	spec.device_ids = kit_plan_ids(&out->plan, image, &spec.device_id_count);
	if (kit_plan_is_payload(&out->plan, image))
		spec.code_type = IGDROM_CODE_TYPE_DATA;
	return put_spec(out, &spec);
}

/* Ids that an entry names: for a GOP those of its own table, which no setting changes. */
static uint16_t *record_ids(const struct kit_plan *plan, const struct kit_image *image,
			    size_t *count)
{
	const uint16_t *ids = kit_plan_ids(plan, image, count);
	uint16_t *copy;

	if (image->kind == IGDROM_MANIFEST_LEGACY || image->kind == IGDROM_MANIFEST_EFI)
		*count = 0;
	/* A table without ids is for every device. */
	if (image->kind == IGDROM_MANIFEST_VBT && !plan->targeted)
		*count = 0;
	if (image->gop)
		*count = igdrom_gop_device_count(image->gop);
	copy = malloc((*count ? *count : 1) * sizeof(*copy));
	for (size_t i = 0; copy && i < *count; i++)
		copy[i] = image->gop ? igdrom_gop_device_at(image->gop, i) : ids[i];
	return copy;
}

/* What our driver needs to know to start the payload. */
static void record_load(const struct igdrom_rom_builder *builder, const struct kit_image *image,
			struct manifest_record *record)
{
	record->has_load = true;
	record->load_crc32 = igd_crc32(0, image->data, image->size);
	record->load_size = (uint32_t)image->size;
	if (!image->gop)
		return;
	record->gop = image->gop;
	record->lpc_checked = igdrom_gop_gate(image->gop) == IGDROM_GATE_FATAL;
	record->host_lpc = builder->lpc_id;
	record->hangs = gop_hanging_vbts(image->gop);
	if (!builder->no_lpc_answer)
		record->edit_count =
			gop_lpc_answer(image->gop, image->data, image->size, record->edits);
}

static enum igdrom_status put_records(struct output *out, const struct igdrom_rom_builder *builder,
				      struct igdrom_bytes *manifest)
{
	const struct kit_plan *plan = &out->plan;
	enum igdrom_status status = IGDROM_OK;
	uint16_t *ids[IGDROM_ROM_MAX_IMAGES];
	char tool[64];

	for (size_t i = 0; i < plan->count; i++) {
		const struct kit_image *image = plan->images[i];
		struct manifest_record *record = &out->records[i];

		*record = (struct manifest_record){
			.kind = image->kind,
			.image = i,
			.name = image->name,
			.version = image->version,
			.origin = image->origin,
		};
		if (kit_plan_is_payload(plan, image))
			record_load(builder, image, record);
		ids[i] = record_ids(plan, image, &record->device_count);
		record->device_ids = ids[i];
		if (!ids[i])
			status = IGDROM_E_NOMEM;
		digest_sha256(image->data, image->size, record->sha256);
	}
	snprintf(tool, sizeof(tool), "libigdrom %s", igdrom_version());
	if (status == IGDROM_OK)
		status = manifest_encode(tool, out->records, plan->count, manifest);
	for (size_t i = 0; i < plan->count; i++)
		free(ids[i]);
	return status;
}

/* The manifest has the ids of the driver that it is about; its header names the first one. */
static enum igdrom_status put_manifest(struct output *out, const struct igdrom_rom_builder *builder)
{
	const struct kit_image *about = NULL;
	struct oprom_image_spec spec = {
		.vendor_id = builder->now.vendor_id,
		.class_code = builder->now.class_code,
		.pcir_revision = builder->now.pcir_revision,
		.code_type = IGDROM_CODE_TYPE_DATA,
	};
	struct igdrom_bytes manifest;
	enum igdrom_status status;

	status = put_records(out, builder, &manifest);
	out->manifest_too_large = status == IGDROM_E_LIMIT;
	if (status != IGDROM_OK)
		return status;
	for (size_t i = 0; i < out->plan.count && !about; i++) {
		if (out->plan.images[i]->kind != IGDROM_MANIFEST_LEGACY)
			about = out->plan.images[i];
	}
	spec.device_ids = kit_plan_ids(&out->plan, about, &spec.device_id_count);
	spec.device_id_count = 1;
	spec.payload = manifest.data;
	spec.payload_size = manifest.size;
	status = put_spec(out, &spec);
	igdrom_bytes_free(&manifest);
	return status;
}

static enum igdrom_status put_images(struct output *out, const struct igdrom_rom_builder *builder)
{
	for (size_t i = 0; i < out->plan.count; i++) {
		const struct kit_image *image = out->plan.images[i];
		enum igdrom_status status = image->kind == IGDROM_MANIFEST_LEGACY
						    ? put_legacy(out, image)
						    : put_driver(out, image);

		if (status != IGDROM_OK)
			return status;
	}
	return wants_manifest(&out->plan) ? put_manifest(out, builder) : IGDROM_OK;
}

static bool may_have_errors(const struct output *out, const struct igdrom_rom *rom, uint64_t offset)
{
	for (size_t i = 0; i < out->plan.count; i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);
		uint64_t at = igdrom_rom_image_offset(image);
		const struct kit_image *source = out->plan.images[i];

		if (offset >= at && offset - at < igdrom_rom_image_size(image))
			return source->forced || source->kind == IGDROM_MANIFEST_LEGACY;
	}
	return false;
}

/* Errors in what was put in by force, or came as it is in a legacy image, are not ours. */
static enum igdrom_status check_structure(const struct output *out, const struct igdrom_rom *rom)
{
	enum igdrom_status status = IGDROM_OK;
	struct igdrom_report *report;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return IGDROM_E_NOMEM;
	oprom_check_structure(rom, report);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_ERROR &&
		    !may_have_errors(out, rom, igdrom_finding_offset(finding)))
			status = IGDROM_E_INTERNAL;
	}
	/* A finding that was not kept may be an error, and nobody knows whose. */
	if (igdrom_report_dropped(report) && igdrom_report_worst(report) == IGDROM_SEVERITY_ERROR &&
	    status == IGDROM_OK)
		status = IGDROM_E_LIMIT;
	igdrom_report_free(report);
	return status;
}

static bool carries(const struct igdrom_rom_image *image, const struct kit_image *source)
{
	struct igdrom_bytes payload;

	return igdrom_rom_image_payload(image, &payload) == IGDROM_OK &&
	       payload.size == source->size && !memcmp(payload.data, source->data, source->size);
}

/* What went in must be found again. The final image of a legacy ROM has LAST set by now. */
static enum igdrom_status check_payloads(const struct output *out, const struct igdrom_rom *rom)
{
	size_t extra = wants_manifest(&out->plan);

	if (igdrom_rom_image_count(rom) != out->plan.count + extra)
		return IGDROM_E_INTERNAL;
	if (extra && !igdrom_rom_manifest(rom))
		return IGDROM_E_INTERNAL;
	for (size_t i = 0; i < out->plan.count; i++) {
		const struct kit_image *source = out->plan.images[i];

		if (source->kind == IGDROM_MANIFEST_LEGACY && i + 1 == igdrom_rom_image_count(rom))
			continue;
		if (!carries(igdrom_rom_image_at(rom, i), source))
			return IGDROM_E_INTERNAL;
	}
	return IGDROM_OK;
}

static enum igdrom_status check_output(const struct output *out,
				       const struct igdrom_rom_builder *builder,
				       struct igdrom_report *report)
{
	struct kit_check check = {
		.report = report,
		.quiet = true,
		.forgive = builder->force || builder->open_ended,
	};
	struct igdrom_rom *rom;
	enum igdrom_status status;

	status = igdrom_rom_parse(out->rom.data, out->rom.size, NULL, NULL, &rom);
	if (status != IGDROM_OK)
		return status == IGDROM_E_NOMEM ? status : IGDROM_E_INTERNAL;
	status = check_payloads(out, rom);
	if (status == IGDROM_OK)
		status = check_structure(out, rom);
	check.rom = rom;
	if (status == IGDROM_OK)
		status = kit_check_contents(&check);
	igdrom_rom_free(rom);
	if (status == IGDROM_OK && check.worst == IGDROM_SEVERITY_ERROR)
		return IGDROM_E_REFUSED;
	return status;
}

/* Others append to it: neither LAST nor padding. */
static enum igdrom_status open_end(struct output *out)
{
	out->rom.size = out->end;
	return oprom_set_last(out->rom.data + out->last_at, out->end - out->last_at, false);
}

static void report_limit(const struct output *out, struct igdrom_report *report)
{
	if (out->manifest_too_large)
		report_add(report, FINDING_BUILD_MANIFEST_TOO_LARGE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(MANIFEST_MAX_BYTES)));
	else
		report_add(report, FINDING_BUILD_TOO_LARGE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(IGDROM_ROM_MAX_BYTES)));
}

/*
 * Small ROMs are padded behind the final image, with what erased flash holds: QEMU rounds the ROM
 * BAR up to a power of two from the size of the file, and no image has to claim bytes that it does
 * not use.
 */
static enum igdrom_status put_all(struct output *out, const struct igdrom_rom_builder *builder,
				  struct igdrom_report *report)
{
	enum igdrom_status status = put_images(out, builder);

	if (status == IGDROM_OK && out->rom.size < IGDROM_ROM_MIN_BYTES)
		build_fill(&out->rom, IGDROM_ROM_MIN_BYTES - out->rom.size, 0xff);
	if (status == IGDROM_OK)
		status = out->rom.err;
	if (status == IGDROM_E_LIMIT)
		report_limit(out, report);
	if (status == IGDROM_OK)
		status =
			oprom_set_last(out->rom.data + out->last_at, out->end - out->last_at, true);
	if (status == IGDROM_OK)
		status = check_output(out, builder, report);
	if (status == IGDROM_OK && builder->open_ended)
		status = open_end(out);
	return status;
}

static enum igdrom_status check_targets(const struct igdrom_rom_builder *builder,
					struct igdrom_report *report)
{
	enum igdrom_status status = kit_check_target_device(builder, report);

	for (size_t i = 0; i < builder->count && status == IGDROM_OK; i++) {
		if (builder->images[i].checked_target != builder->target)
			status = kit_check_target(builder, &builder->images[i], report);
	}
	return status;
}

enum igdrom_status igdrom_rom_builder_finish(struct igdrom_rom_builder *builder,
					     struct igdrom_report *report, struct igdrom_bytes *out)
{
	struct output *output;
	enum igdrom_status status;

	if (out)
		*out = (struct igdrom_bytes){0};
	if (!builder || !out)
		return IGDROM_E_INVAL;
	if (builder->finished || builder->count == 0)
		return IGDROM_E_STATE;
	status = check_targets(builder, report);
	if (status != IGDROM_OK)
		return status;
	output = calloc(1, sizeof(*output));
	if (!output)
		return IGDROM_E_NOMEM;
	output->rom = build_new(IGDROM_ROM_MAX_BYTES);
	status = kit_plan(builder, &output->plan, report);
	if (status == IGDROM_OK)
		status = put_all(output, builder, report);
	if (status == IGDROM_OK) {
		builder->finished = true;
		status = build_finish(&output->rom, out);
	} else {
		build_free(&output->rom);
	}
	free(output);
	return status;
}
