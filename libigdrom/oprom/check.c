/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with the structure of a ROM, image by image. What decides how the ROM is read
 * (lengths, LAST bits, gaps) was said by igdrom_rom_parse() already.
 */
#include "oprom/internal.h"

#include "core/report.h"
#include "igd/manifest.h"
#include "pe/pe.h"

#define VENDOR_INTEL 0x8086
#define CLASS_VGA    0x030000

/* Fields that findings point at. */
#define HEADER_INIT_SIZE_AT    0x02
#define HEADER_EFI_AT          0x04
#define HEADER_SUBSYSTEM_AT    0x08
#define HEADER_MACHINE_AT      0x0a
#define HEADER_IMAGE_OFFSET_AT 0x16
#define PCIR_VENDOR_AT         0x04
#define PCIR_DEVICE_AT         0x06
#define PCIR_DEVICE_LIST_AT    0x08
#define PCIR_SIZE_AT           0x0a
#define PCIR_REVISION_AT       0x0c
#define PCIR_CLASS_AT          0x0d

struct check {
	struct igdrom_report *report;
	const struct igdrom_rom_image *image;
	size_t index;
};

static uint64_t pcir_at(const struct check *k, size_t field)
{
	return k->image->at + (uint64_t)k->image->header.pcir_offset + field;
}

static void say(const struct check *k, enum finding_code code, uint64_t at)
{
	report_add(k->report, code, at, REPORT_ARGS(ARG_U(k->index)));
}

static void say_number(const struct check *k, enum finding_code code, uint64_t at, uint64_t number)
{
	report_add(k->report, code, at, REPORT_ARGS(ARG_U(k->index), ARG_U(number)));
}

static void say_numbers(const struct check *k, enum finding_code code, uint64_t at, uint64_t first,
			uint64_t second)
{
	report_add(k->report, code, at, REPORT_ARGS(ARG_U(k->index), ARG_U(first), ARG_U(second)));
}

static void check_pcir(const struct check *k)
{
	const struct oprom_pcir *pcir = &k->image->pcir;
	size_t least = pcir->revision < 3 ? OPROM_PCIR_SIZE : OPROM_PCIR3_SIZE;

	if (k->image->header.pcir_offset % 4)
		say_number(k, FINDING_ROM_PCIR_UNALIGNED, k->image->at + OPROM_PCIR_POINTER_AT,
			   k->image->header.pcir_offset);
	if (pcir->revision != 0 && pcir->revision != 3)
		say_number(k, FINDING_ROM_PCIR_REVISION, pcir_at(k, PCIR_REVISION_AT),
			   pcir->revision);
	if (pcir->length < least)
		say_numbers(k, FINDING_ROM_PCIR_LENGTH, pcir_at(k, PCIR_SIZE_AT), pcir->revision,
			    pcir->length);
}

static void check_ids(const struct check *k)
{
	const struct oprom_pcir *pcir = &k->image->pcir;

	if (pcir->vendor_id != VENDOR_INTEL)
		say_number(k, FINDING_ROM_VENDOR_NOT_INTEL, pcir_at(k, PCIR_VENDOR_AT),
			   pcir->vendor_id);
	if (pcir->device_id == 0xffff)
		say(k, FINDING_ROM_DEVICE_ANY, pcir_at(k, PCIR_DEVICE_AT));
	if (pcir->class_code != CLASS_VGA)
		say_number(k, FINDING_ROM_CLASS_NOT_VGA, pcir_at(k, PCIR_CLASS_AT),
			   pcir->class_code);
}

static void check_device_list(const struct check *k)
{
	const struct igdrom_rom_image *image = k->image;
	size_t at = (size_t)image->header.pcir_offset + image->pcir.device_list;

	if (image->pcir.device_list == 0)
		return;
	if (image->pcir.revision < 3)
		say_number(k, FINDING_ROM_DEVICE_LIST_PCI23, pcir_at(k, PCIR_DEVICE_LIST_AT),
			   image->pcir.revision);
	else if (at >= image->size)
		say_number(k, FINDING_ROM_DEVICE_LIST_OUTSIDE, pcir_at(k, PCIR_DEVICE_LIST_AT), at);
	else if (!image->device_list_terminated)
		say_number(k, FINDING_ROM_DEVICE_LIST_UNTERMINATED, image->at + (uint64_t)at,
			   image->device_count);
}

/*
 * A legacy image whose length was set to that of a whole file, as EfiRom -b does: the header still
 * knows the size, and the next image starts there.
 */
size_t oprom_hidden_image(const struct igdrom_rom_image *image)
{
	struct cur c = cur_from(image->data, image->size, image->at);
	size_t init = (size_t)image->legacy.init_size * OPROM_UNIT;
	struct oprom_header header;
	struct oprom_pcir pcir;

	if (image->layout != OPROM_LAYOUT_LEGACY || init == 0 || init >= image->size)
		return 0;
	return oprom_probe(&c, init, &header, &pcir) == IGDROM_OK ? init : 0;
}

/* What PCIR says, also where the file ends before. */
static size_t length_of(const struct igdrom_rom_image *image)
{
	size_t says = (size_t)image->pcir.image_length * OPROM_UNIT;

	return says > image->size ? says : image->size;
}

static void check_legacy(const struct check *k)
{
	const struct igdrom_rom_image *image = k->image;
	size_t init = (size_t)image->legacy.init_size * OPROM_UNIT;
	size_t hidden = oprom_hidden_image(image);
	uint8_t sum;

	if (init == 0)
		say_numbers(k, FINDING_ROM_INIT_SIZE_SHORT, image->at + HEADER_INIT_SIZE_AT, init,
			    image->size);
	if (init > length_of(image))
		say_numbers(k, FINDING_ROM_INIT_SIZE_LONG, image->at + HEADER_INIT_SIZE_AT, init,
			    length_of(image));
	if (init > image->size)
		return;
	sum = oprom_sum8(image->data, init);
	if (sum != 0)
		say_number(k, FINDING_ROM_CHECKSUM, image->at, sum);
	if (hidden)
		say_number(k, FINDING_ROM_HIDDEN_IMAGE, image->at + (uint64_t)hidden,
			   image->at + hidden);
}

static void check_efi_header(const struct check *k)
{
	const struct oprom_efi_header *efi = &k->image->efi;
	uint64_t at = k->image->at;

	if (efi->machine == PE_MACHINE_I386)
		say(k, FINDING_ROM_MACHINE_IA32, at + HEADER_MACHINE_AT);
	else if (efi->machine != PE_MACHINE_X64)
		say_number(k, FINDING_ROM_MACHINE_SKIPPED, at + HEADER_MACHINE_AT, efi->machine);
	if (efi->subsystem != PE_SUBSYSTEM_EFI_BOOT_DRIVER &&
	    efi->subsystem != PE_SUBSYSTEM_EFI_RUNTIME_DRIVER)
		say_number(k, FINDING_ROM_SUBSYSTEM_SKIPPED, at + HEADER_SUBSYSTEM_AT,
			   efi->subsystem);
	if (efi->compression > OPROM_COMPRESSION_UEFI)
		say_number(k, FINDING_ROM_COMPRESSION_UNKNOWN, at + OPROM_EFI_COMPRESSION_AT,
			   efi->compression);
}

/* How much firmware loads: up to the initialization size, which must not exceed the length. */
static void check_init_size(const struct check *k)
{
	const struct igdrom_rom_image *image = k->image;
	size_t init = (size_t)image->efi.init_size * OPROM_UNIT;
	size_t end = image->efi.image_offset + image->stored_size;
	uint64_t at = image->at + HEADER_INIT_SIZE_AT;

	if (init > length_of(image) && image->pcir.code_type == IGDROM_CODE_TYPE_EFI)
		say_numbers(k, FINDING_ROM_INIT_SIZE_LONG, at, init, length_of(image));
	else if (image->payload_status == IGDROM_OK && init < end &&
		 image->pcir.code_type == IGDROM_CODE_TYPE_EFI)
		say_numbers(k, FINDING_ROM_INIT_SIZE_SHORT, at, init, end);
	if (image->efi.image_offset < OPROM_HEADER_SIZE || image->efi.image_offset >= image->size)
		say_number(k, FINDING_ROM_IMAGE_OFFSET, image->at + HEADER_IMAGE_OFFSET_AT,
			   image->efi.image_offset);
}

static void check_pe(const struct check *k, const struct pe_image *pe, uint64_t at)
{
	const struct igdrom_rom_image *image = k->image;

	if (pe->clipped)
		say(k, FINDING_ROM_PAYLOAD_SHORT, at);
	if (pe->machine != PE_MACHINE_X64)
		say_number(k, FINDING_ROM_PAYLOAD_MACHINE, at, pe->machine);
	if (pe->machine != image->efi.machine)
		say_numbers(k, FINDING_ROM_MACHINE_MISMATCH, image->at + HEADER_MACHINE_AT,
			    image->efi.machine, pe->machine);
	if (pe->subsystem != image->efi.subsystem)
		say_numbers(k, FINDING_ROM_SUBSYSTEM_MISMATCH, image->at + HEADER_SUBSYSTEM_AT,
			    image->efi.subsystem, pe->subsystem);
	if (pe->certificate_size)
		say_number(k, FINDING_ROM_PAYLOAD_SIGNED, at, pe->certificate_size);
	if (pe->file_size < image->payload.size)
		say_number(k, FINDING_ROM_PAYLOAD_TRAILING, at,
			   image->payload.size - pe->file_size);
}

static void check_payload(const struct check *k)
{
	const struct igdrom_rom_image *image = k->image;
	uint64_t at = image->at + (uint64_t)image->efi.image_offset;
	struct pe_image pe;
	enum igdrom_status err;

	if (image->payload_status == IGDROM_E_LIMIT)
		say(k, FINDING_ROM_STREAM_TOO_LARGE, at);
	else if (image->payload_status != IGDROM_OK && image->efi.image_offset < image->size &&
		 image->efi.compression == OPROM_COMPRESSION_UEFI)
		say(k, FINDING_ROM_STREAM_CORRUPT, at);
	if (image->payload_status != IGDROM_OK || image->pcir.code_type != IGDROM_CODE_TYPE_EFI)
		return;
	err = pe_parse(image->payload.data, image->payload.size, &pe);
	if (err == IGDROM_OK)
		check_pe(k, &pe, at);
	else if (err == IGDROM_E_TRUNCATED)
		say(k, FINDING_ROM_PAYLOAD_SHORT, at);
	else
		say(k, FINDING_ROM_PAYLOAD_NOT_PE, at);
}

static void check_manifest(const struct check *k)
{
	static const uint8_t name[] = {'I', 'G', 'D', 'R', 'O', 'M', 0};
	const struct igdrom_bytes payload = k->image->payload;
	struct manifest_view view;

	if (k->image->payload_status != IGDROM_OK || payload.size < sizeof(name) ||
	    memcmp(payload.data, name, sizeof(name)) != 0)
		return;
	if (!manifest_open(payload.data, payload.size, &view))
		say(k, FINDING_ROM_MANIFEST_CORRUPT,
		    k->image->at + (uint64_t)k->image->efi.image_offset);
}

static void check_image(const struct check *k)
{
	const struct igdrom_rom_image *image = k->image;

	if (!image->has_pcir) {
		report_add(k->report, FINDING_ROM_ISA, image->at, REPORT_NO_ARGS);
		return;
	}
	check_pcir(k);
	if (image->pcir.code_type != IGDROM_CODE_TYPE_DATA)
		check_ids(k);
	check_device_list(k);
	if (image->layout == OPROM_LAYOUT_LEGACY)
		check_legacy(k);
	if (image->pcir.code_type == IGDROM_CODE_TYPE_EFI && image->layout != OPROM_LAYOUT_EFI)
		say(k, FINDING_ROM_EFI_SIGNATURE, image->at + HEADER_EFI_AT);
	if (image->layout != OPROM_LAYOUT_EFI)
		return;
	if (image->pcir.code_type == IGDROM_CODE_TYPE_EFI)
		check_efi_header(k);
	check_init_size(k);
	check_payload(k);
	if (image->pcir.code_type == IGDROM_CODE_TYPE_DATA)
		check_manifest(k);
}

void oprom_check_structure(const struct igdrom_rom *rom, struct igdrom_report *report)
{
	if (rom->size <= OPROM_IGNORED_BYTES)
		report_add(report, FINDING_ROM_TOO_SMALL, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(rom->size)));
	for (size_t i = 0; i < rom->image_count; i++)
		check_image(&(struct check){report, &rom->images[i], i});
}
