/* SPDX-License-Identifier: BSD-2-Clause */
/* New images, and the two fields of an image that change with its place in a ROM. */
#include "oprom/internal.h"

#include "compress/uefi.h"

#define PCIR_AT         0x1c /* where EfiRom has it; dword aligned */
#define INIT_SIZE_AT    0x02
#define IMAGE_OFFSET_AT 0x16
#define IMAGE_LENGTH_AT (PCIR_AT + OPROM_PCIR_LENGTH_AT)
#define PAYLOAD_ALIGN   8
/* Behind the entry point, in the bytes that are reserved: SeaBIOS and iPXE have it there, and QEMU
 * (hw/pci/pci.c) adjusts it in any ROM whose ids it changes. */
#define CHECKSUM_AT 6

static bool spec_is_valid(const struct oprom_image_spec *spec)
{
	if (spec->pcir_revision != 0 && spec->pcir_revision != 3)
		return false;
	if (spec->pcir_revision == 0 && spec->device_id_count > 1)
		return false;
	if (spec->code_type != IGDROM_CODE_TYPE_EFI && spec->code_type != IGDROM_CODE_TYPE_DATA)
		return false;
	if (spec->device_id_count > OPROM_MAX_DEVICE_IDS ||
	    (spec->device_id_count && !spec->device_ids))
		return false;
	return spec->payload && spec->payload_size && spec->class_code <= 0xffffff;
}

static void put_pcir(struct build *b, const struct oprom_image_spec *spec)
{
	bool list = spec->device_id_count > 1;
	bool pci3 = spec->pcir_revision == 3;
	struct oprom_pcir pcir = {
		.signature = OPROM_PCIR_SIGNATURE,
		.vendor_id = spec->vendor_id,
		.device_id = spec->device_id_count ? spec->device_ids[0] : 0xffff,
		.device_list = list ? OPROM_PCIR3_SIZE : 0,
		.length = pci3 ? OPROM_PCIR3_SIZE : OPROM_PCIR_SIZE,
		.revision = spec->pcir_revision,
		.class_code = spec->class_code,
		.code_revision = spec->code_revision,
		.code_type = spec->code_type,
	};

	oprom_encode_pcir(b, &pcir);
	if (pci3)
		oprom_encode_pcir_tail(b, &(struct oprom_pcir_tail){0});
	for (size_t i = 0; list && i < spec->device_id_count; i++)
		build_u16le(b, spec->device_ids[i]);
	if (list)
		build_u16le(b, 0);
}

static size_t round_up(size_t size, size_t unit)
{
	return size + (unit - size % unit) % unit;
}

/*
 * Where a plain payload goes: at the end of the image. Its last byte is then (but for alignment) the
 * image's last byte, as EfiRom has it: firmware hands all bytes up to the end of the image to the
 * loader, and padding there would change the digest that a signature is made over. Data does not say
 * itself where it ends: nothing may follow it.
 */
static size_t plain_offset(size_t structures, const struct oprom_image_spec *spec)
{
	size_t align = spec->code_type == IGDROM_CODE_TYPE_DATA ? 1 : PAYLOAD_ALIGN;
	size_t total = round_up(structures + spec->payload_size, OPROM_UNIT);
	size_t offset = (total - spec->payload_size) / align * align;

	return offset < structures ? offset + OPROM_UNIT : offset;
}

static enum igdrom_status put_payload(struct build *b, const struct oprom_image_spec *spec,
				      uint16_t *compression)
{
	size_t plain = plain_offset(b->size, spec);
	size_t packed = round_up(b->size, PAYLOAD_ALIGN);
	struct igdrom_bytes stream = {0};
	enum igdrom_status err = IGDROM_OK;
	size_t offset;

	if (spec->compress)
		err = uefi_compress(UEFI_EFI11, spec->payload, spec->payload_size, &stream);
	if (err != IGDROM_OK)
		return err;
	*compression = spec->compress && round_up(packed + stream.size, OPROM_UNIT) <
						 round_up(plain + spec->payload_size, OPROM_UNIT);
	offset = *compression ? packed : plain;
	build_fill(b, offset - b->size, 0xff);
	if (*compression)
		build_bytes(b, stream.data, stream.size);
	else
		build_bytes(b, spec->payload, spec->payload_size);
	build_pad_to(b, OPROM_UNIT, 0xff);
	build_patch_u16le(b, IMAGE_OFFSET_AT, (uint16_t)offset);
	igdrom_bytes_free(&stream);
	return IGDROM_OK;
}

enum igdrom_status oprom_build_image(const struct oprom_image_spec *spec, struct igdrom_bytes *out)
{
	struct build b = build_new(IGDROM_ROM_MAX_BYTES);
	struct oprom_efi_header header = {.signature = OPROM_SIGNATURE,
					  .efi_signature = OPROM_EFI_SIGNATURE,
					  .pcir_offset = PCIR_AT};
	uint16_t compression = 0;
	enum igdrom_status err;

	*out = (struct igdrom_bytes){0};
	if (!spec_is_valid(spec))
		return IGDROM_E_INVAL;
	if (spec->payload_size > IGDROM_ROM_MAX_BYTES)
		return IGDROM_E_LIMIT;
	header.subsystem = spec->subsystem;
	header.machine = spec->machine;
	oprom_encode_efi_header(&b, &header);
	build_fill(&b, PCIR_AT - OPROM_HEADER_SIZE, 0);
	put_pcir(&b, spec);
	if (b.err != IGDROM_OK)
		return build_finish(&b, out);
	err = put_payload(&b, spec, &compression);
	if (err != IGDROM_OK) {
		build_free(&b);
		return err;
	}
	build_patch_u16le(&b, OPROM_EFI_COMPRESSION_AT, compression);
	build_patch_units16(&b, INIT_SIZE_AT, b.size, OPROM_UNIT);
	build_patch_units16(&b, IMAGE_LENGTH_AT, b.size, OPROM_UNIT);
	return build_finish(&b, out);
}

void oprom_fix_checksum(uint8_t *data, size_t size)
{
	if (size >= OPROM_HEADER_SIZE)
		data[CHECKSUM_AT] = (uint8_t)(data[CHECKSUM_AT] - oprom_sum8(data, size));
}

enum igdrom_status oprom_set_last(uint8_t *data, size_t size, bool last)
{
	struct cur c = cur_from(data, size, 0);
	struct oprom_legacy_header legacy;
	struct oprom_header header;
	struct oprom_pcir pcir;
	size_t sum_size;
	uint8_t *indicator;

	if (oprom_probe(&c, 0, &header, &pcir) != IGDROM_OK)
		return IGDROM_E_CORRUPT;
	indicator = data + header.pcir_offset + OPROM_PCIR_INDICATOR_AT;
	*indicator = last ? *indicator | OPROM_INDICATOR_LAST
			  : (uint8_t)(*indicator & ~OPROM_INDICATOR_LAST);
	if (pcir.code_type != IGDROM_CODE_TYPE_LEGACY ||
	    oprom_decode_legacy_header(&c, &legacy) != IGDROM_OK)
		return IGDROM_OK;
	sum_size = (size_t)legacy.init_size * OPROM_UNIT;
	if (sum_size <= size && header.pcir_offset >= OPROM_HEADER_SIZE)
		oprom_fix_checksum(data, sum_size);
	return IGDROM_OK;
}
