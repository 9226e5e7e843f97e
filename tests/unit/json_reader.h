/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of documents share. Each function asserts what it says. */
#ifndef IGDROM_TESTS_JSON_READER_H
#define IGDROM_TESTS_JSON_READER_H

#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>

/* A whole document, with nothing after it, with "schema" and "findings"; free with cJSON_Delete(). */
cJSON *parse(const char *text);
/* A key that is there: "unknown is null, never absent". */
const cJSON *need(const cJSON *object, const char *key);
void assert_text(const cJSON *object, const char *key, const char *text);
void assert_texts(const cJSON *object, const char *key, const char *const *texts, size_t count);
void assert_number(const cJSON *object, const char *key, uint64_t number);

#endif
