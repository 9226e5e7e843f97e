/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives in executables that are hidden by a change of every byte: cabinets of VAIO and Fujitsu
 * (all bits inverted) and 7z archives of Insyde's iFdPacker (all bytes rotated to the right by one
 * bit). The part is the archive as it was. Source: platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#include <stdlib.h>

#define CABINET_SIZE_AT 8

/* "MSCF", 0, a size, 0, a size, 0, version 1.3: inverted. */
#define CABINET "\xb2\xac\xbc\xb9\xff\xff\xff\xff"
/* The end of the script of a 7-Zip installer, then the signature of an archive, rotated. */
#define ROTATED "\r\n;!@InstallEnd@!\r\n\x6e\xf4\x79\x5f\x4e"

enum { INVERTED_CABINET, ROTATED_7Z };

static bool find_cabinet(struct cur file, struct wrap_place *place)
{
	size_t at = wrap_search(file, 0, WRAP_MAGIC(CABINET));

	for (; at != SIZE_MAX; at = wrap_search(file, at + 1, WRAP_MAGIC(CABINET))) {
		struct cur c = cur_tail(&file, at + CABINET_SIZE_AT);
		uint32_t size = ~cur_u32le(&c);

		if (c.err == IGDROM_OK && size >= WRAP_LEAST_BYTES && size <= file.left - at) {
			*place = (struct wrap_place){at, size, "inverted cabinet of an updater",
						     INVERTED_CABINET};
			return true;
		}
	}
	return false;
}

static bool find_7z(struct cur file, struct wrap_place *place)
{
	size_t at = wrap_search(file, 0, WRAP_MAGIC(ROTATED));

	if (at == SIZE_MAX)
		return false;
	at += sizeof(ROTATED) - 1 - 5;
	*place = (struct wrap_place){at, file.left - at, "Insyde iFdPacker updater", ROTATED_7Z};
	return true;
}

bool inverted_find(struct cur file, struct wrap_place *place)
{
	return wrap_is_executable(file) && (find_cabinet(file, place) || find_7z(file, place));
}

enum igdrom_status inverted_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	const uint8_t *from = job->file.p + place->offset;
	struct igdrom_bytes bytes = {NULL, place->size};
	uint8_t *to;

	if (place->size > wrap_most(job))
		return wrap_too_large(job, place->offset);
	(void)wrap_spend(job, place->size);
	to = malloc(place->size);
	if (!to)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < place->size; i++)
		to[i] = (uint8_t)(place->kind == INVERTED_CABINET ? ~from[i]
								  : from[i] >> 1 | from[i] << 7);
	bytes.data = to;
	return wrap_add_owned(job, NULL, 0, place->offset, place->size, &bytes);
}
