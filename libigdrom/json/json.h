/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the views of this room write a document. Numbers go out as the digits of a 64-bit integer:
 * cJSON's own are doubles. Text is made valid UTF-8. Memory that runs out sticks to the document
 * and is reported once, by json_finish(); the helpers then do nothing, so a view is written
 * straight through.
 */
#ifndef IGDROM_JSON_JSON_H
#define IGDROM_JSON_JSON_H

#include <igdrom/json.h>

#include <cJSON.h>

#define JSON_SCHEMA 1

struct json {
	cJSON *root;
	bool failed;
};

/* A document with its "schema". */
void json_start(struct json *json);
/* Adds "findings" and hands the text out (owned); frees the document. */
enum igdrom_status json_finish(struct json *json, const struct igdrom_report *report,
			       char **out) IGDROM_MUST_CHECK;

/* parent == NULL is what an earlier failure leaves behind: nothing happens. key == NULL appends to
 * an array. */
cJSON *json_object(struct json *json, cJSON *parent, const char *key);
cJSON *json_array(struct json *json, cJSON *parent, const char *key);
void json_null(struct json *json, cJSON *parent, const char *key);
/* NULL writes null. */
void json_text(struct json *json, cJSON *parent, const char *key, const char *text);
/* As json_text(), newlines kept. */
void json_lines(struct json *json, cJSON *parent, const char *key, const char *text);
/* "" writes null. */
void json_word(struct json *json, cJSON *parent, const char *key, const char *text);
void json_number(struct json *json, cJSON *parent, const char *key, uint64_t number);
/* IGDROM_NO_OFFSET writes null. */
void json_offset(struct json *json, cJSON *parent, const char *key, uint64_t offset);
void json_bool(struct json *json, cJSON *parent, const char *key, bool value);
/* IGDROM_UNKNOWN writes null. */
void json_tristate(struct json *json, cJSON *parent, const char *key, enum igdrom_tristate value);
/* A PCI id: four upper-case hex digits. */
void json_id(struct json *json, cJSON *parent, const char *key, uint16_t id);
/* A number as so many upper-case hex digits. */
void json_hex(struct json *json, cJSON *parent, const char *key, uint32_t number, int digits);

/* "findings" and "findings_dropped". */
void json_findings(struct json *json, cJSON *parent, const struct igdrom_report *report);

/* The nodes of a firmware image: "size", "decoded_size", "node_count", "virtual", "driver_volume",
 * "tree". contents: what was found in it, or NULL when nothing was looked for. */
void json_firmware(struct json *json, const struct igdrom_firmware *firmware,
		   const struct igdrom_contents *contents);

/* Where something was found: "path", "guid", "name", "origin", "other_paths". */
void json_places(struct json *json, cJSON *object, const struct igdrom_found *found);

/* The facts of one GOP driver, for every view that shows one. */
void json_gop(struct json *json, cJSON *object, const struct igdrom_gop *gop);

#endif
