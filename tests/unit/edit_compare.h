/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether an image is another one with changes, and nothing else changed. Asks the public functions
 * alone, and reads the few fields that it needs by itself. */
#ifndef IGDROM_TESTS_EDIT_COMPARE_H
#define IGDROM_TESTS_EDIT_COMPARE_H

#include <igdrom/edit.h>

/* What is not as it has to be; NULL: nothing. edit: NULL when files are to be the same, whatever was
 * packed again. */
const char *edit_difference(const struct igdrom_firmware *was, const struct igdrom_firmware *now,
			    const struct igdrom_edit *edit);

#endif
