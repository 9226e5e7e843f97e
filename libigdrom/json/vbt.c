/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

/* 0 stands for "the table does not say". */
static void add_rate(struct json *json, cJSON *object, const char *key, unsigned value)
{
	if (value)
		json_number(json, object, key, value);
	else
		json_null(json, object, key);
}

static void add_flags(struct json *json, cJSON *object, const struct igdrom_vbt_port *port)
{
	cJSON *array = json_array(json, object, "flags");

	for (unsigned bit = 1; bit <= IGDROM_VBT_PORT_THUNDERBOLT; bit <<= 1) {
		if (igdrom_vbt_port_flags(port) & bit)
			json_text(json, array, NULL,
				  igdrom_vbt_port_flag_name((enum igdrom_vbt_port_flag)bit));
	}
}

static void add_driver_name(struct json *json, cJSON *object, const struct igdrom_vbt_port *port,
			    uint16_t device_id)
{
	char *name = NULL;
	enum igdrom_status status = IGDROM_E_NOT_FOUND;

	if (device_id)
		status = igdrom_vbt_port_name_on(port, device_id, &name);
	if (status == IGDROM_E_NOMEM)
		json->failed = true;
	json_text(json, object, "driver_name", name);
	igdrom_string_free(name);
}

static void add_ports(struct json *json, cJSON *object, const struct igdrom_vbt *vbt,
		      uint16_t device_id)
{
	cJSON *array = json_array(json, object, "ports");

	for (size_t i = 0; i < igdrom_vbt_port_count(vbt); i++) {
		const struct igdrom_vbt_port *port = igdrom_vbt_port_at(vbt, i);
		cJSON *entry = json_object(json, array, NULL);

		json_text(json, entry, "name", igdrom_vbt_port_name(port));
		add_driver_name(json, entry, port, device_id);
		json_text(json, entry, "type", igdrom_vbt_port_type(port));
		json_bool(json, entry, "internal", igdrom_vbt_port_is_internal(port));
		json_text(json, entry, "ddi", igdrom_vbt_port_ddi(port));
		json_text(json, entry, "aux", igdrom_vbt_port_aux(port));
		add_rate(json, entry, "ddc", igdrom_vbt_port_ddc(port));
		add_rate(json, entry, "lanes", igdrom_vbt_port_lanes(port));
		add_rate(json, entry, "max_link_rate", igdrom_vbt_port_max_link_rate(port));
		add_rate(json, entry, "max_tmds", igdrom_vbt_port_max_tmds(port));
		add_flags(json, entry, port);
		json_id(json, entry, "handle", (uint16_t)igdrom_vbt_port_handle(port));
		json_id(json, entry, "device_type", (uint16_t)igdrom_vbt_port_device_type(port));
	}
}

static void add_panels(struct json *json, cJSON *object, const struct igdrom_vbt *vbt)
{
	int type = igdrom_vbt_panel_type(vbt);
	cJSON *array;

	if (type < 0)
		json_null(json, object, "panel_type");
	else
		json_number(json, object, "panel_type", (uint64_t)type);
	array = json_array(json, object, "panels");
	for (size_t i = 0; i < igdrom_vbt_panel_count(vbt); i++) {
		const struct igdrom_vbt_panel *panel = igdrom_vbt_panel_at(vbt, i);
		cJSON *entry = json_object(json, array, NULL);

		json_number(json, entry, "number", igdrom_vbt_panel_number(panel));
		json_bool(json, entry, "selected", igdrom_vbt_panel_selected(panel));
		json_number(json, entry, "width", igdrom_vbt_panel_width(panel));
		json_number(json, entry, "height", igdrom_vbt_panel_height(panel));
		json_number(json, entry, "clock", igdrom_vbt_panel_clock(panel));
		json_text(json, entry, "name", igdrom_vbt_panel_name(panel));
		json_text(json, entry, "pnp_id", igdrom_vbt_panel_pnp_id(panel));
		add_rate(json, entry, "color_depth", igdrom_vbt_panel_color_depth(panel));
		add_rate(json, entry, "backlight", igdrom_vbt_panel_backlight(panel));
	}
}

static void add_features(struct json *json, cJSON *object, const struct igdrom_vbt *vbt)
{
	cJSON *array = json_array(json, object, "features");

	for (size_t i = 0; i < igdrom_vbt_feature_count(vbt); i++)
		json_text(json, array, NULL, igdrom_vbt_feature_at(vbt, i));
}

static void add_blocks(struct json *json, cJSON *object, const struct igdrom_vbt *vbt)
{
	cJSON *array = json_array(json, object, "blocks");

	for (size_t i = 0; i < igdrom_vbt_block_count(vbt); i++) {
		cJSON *entry = json_object(json, array, NULL);

		json_number(json, entry, "id", igdrom_vbt_block_id(vbt, i));
		json_word(json, entry, "name", igdrom_vbt_block_name(vbt, i));
		json_number(json, entry, "offset", igdrom_vbt_block_offset(vbt, i));
		json_number(json, entry, "size", igdrom_vbt_block_bytes(vbt, i).size);
	}
}

static void add_device(struct json *json, cJSON *object, const struct igdrom_vbt *vbt,
		       uint16_t device_id)
{
	if (device_id == 0) {
		json_null(json, object, "device_id");
		json_null(json, object, "fits");
		return;
	}
	json_id(json, object, "device_id", device_id);
	json_tristate(json, object, "fits", igdrom_vbt_fits(vbt, device_id));
}

static void add_vbt(struct json *json, cJSON *object, const struct igdrom_vbt *vbt,
		    uint16_t device_id)
{
	json_text(json, object, "signature", igdrom_vbt_signature(vbt));
	json_number(json, object, "version", igdrom_vbt_version(vbt));
	json_number(json, object, "bdb_version", igdrom_vbt_bdb_version(vbt));
	json_number(json, object, "size", igdrom_vbt_size(vbt));
	json_bool(json, object, "checksum_ok", igdrom_vbt_checksum_ok(vbt));
	json_text(json, object, "sha256", igdrom_vbt_sha256(vbt));
	add_device(json, object, vbt, device_id);
	add_ports(json, object, vbt, device_id);
	add_panels(json, object, vbt);
	add_features(json, object, vbt);
	add_blocks(json, object, vbt);
}

enum igdrom_status igdrom_vbt_to_json(const struct igdrom_vbt *vbt, uint16_t device_id,
				      const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!vbt)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_vbt(&json, json.root, vbt, device_id);
	return json_finish(&json, report, out);
}

static void add_opregion(struct json *json, const struct igdrom_opregion *opregion)
{
	size_t offset = igdrom_opregion_vbt_offset(opregion);
	cJSON *object, *array;

	if (!opregion) {
		json_null(json, json->root, "opregion");
		return;
	}
	object = json_object(json, json->root, "opregion");
	json_text(json, object, "version", igdrom_opregion_version(opregion));
	json_number(json, object, "size_kib", igdrom_opregion_size_kib(opregion));
	array = json_array(json, object, "mailboxes");
	for (unsigned bit = 1; bit <= IGDROM_MAILBOX_ASLEXT; bit <<= 1) {
		if (igdrom_opregion_mailboxes(opregion) & bit)
			json_text(json, array, NULL,
				  igdrom_opregion_mailbox_name((enum igdrom_opregion_mailbox)bit));
	}
	json_offset(json, object, "vbt_offset", offset ? offset : IGDROM_NO_OFFSET);
}

/* All tables of the file, each with what the choice makes of it. */
static void add_candidates(struct json *json, const struct igdrom_contents *contents,
			   uint16_t device_id)
{
	cJSON *array = json_array(json, json->root, "candidates");

	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++) {
		const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(contents, i);
		enum igdrom_vbt_verdict verdict = igdrom_contents_judge_vbt(contents, device_id, i);
		cJSON *object = json_object(json, array, NULL);

		json_text(json, object, "verdict", igdrom_vbt_verdict_name(verdict));
		json_places(json, object, igdrom_contents_vbt_found(contents, i));
		json_text(json, object, "signature", igdrom_vbt_signature(vbt));
		json_number(json, object, "bdb_version", igdrom_vbt_bdb_version(vbt));
		json_number(json, object, "size", igdrom_vbt_size(vbt));
		json_text(json, object, "sha256", igdrom_vbt_sha256(vbt));
	}
}

enum igdrom_status igdrom_contents_vbt_to_json(const struct igdrom_contents *contents,
					       uint16_t device_id,
					       const struct igdrom_report *report, char **out)
{
	struct json json;
	size_t best;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!contents)
		return IGDROM_E_INVAL;
	if (igdrom_contents_choose_vbt(contents, device_id, NULL, &best) != IGDROM_OK)
		return IGDROM_E_NOT_FOUND;
	json_start(&json);
	json_text(&json, json.root, "file_kind",
		  igdrom_file_kind_name(igdrom_contents_kind(contents)));
	json_places(&json, json.root, igdrom_contents_vbt_found(contents, best));
	add_vbt(&json, json.root, igdrom_contents_vbt_at(contents, best), device_id);
	add_opregion(&json, igdrom_contents_opregion(contents));
	add_candidates(&json, contents, device_id);
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_vbt_written_to_json(const struct igdrom_vbt *vbt, const char *file,
					      bool changed, const struct igdrom_report *report,
					      char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!vbt)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "file", file);
	json_bool(&json, json.root, "changed", changed);
	add_vbt(&json, json.root, vbt, 0);
	return json_finish(&json, report, out);
}
