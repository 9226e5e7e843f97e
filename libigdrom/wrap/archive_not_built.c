/* SPDX-License-Identifier: BSD-2-Clause */
/* Archives in a build without libarchive. */
#include "wrap/internal.h"

enum igdrom_status archive_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	wrap_note(job, FINDING_WRAP_NOT_BUILT, job->file.at + place->offset,
		  REPORT_ARGS(ARG_S(place->name),
			      ARG_S(archive_tool((enum archive_kind)place->kind))));
	return IGDROM_E_NOT_BUILT;
}
