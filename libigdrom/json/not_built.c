/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole room in a build without cJSON. */
#include "json/not_built.h"

#include <igdrom/json.h>

enum igdrom_status igdrom_device_to_json(const struct igdrom_device *device,
					 const struct igdrom_report *report, char **out)
{
	(void)device;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_devices_to_json(const struct igdrom_device *const *devices, size_t count,
					  const struct igdrom_report *report, char **out)
{
	(void)devices;
	(void)count;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_contents_to_json(const struct igdrom_contents *contents,
					   const struct igdrom_report *report, char **out)
{
	(void)contents;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_gop_match_to_json(uint16_t device_id,
					    const struct igdrom_contents *const *contents,
					    const char *const *files, size_t count,
					    const struct igdrom_report *report, char **out)
{
	(void)device_id;
	(void)contents;
	(void)files;
	(void)count;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_rom_to_json(const struct igdrom_rom *rom,
				      const struct igdrom_report *report, char **out)
{
	(void)rom;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_rom_written_to_json(const struct igdrom_rom *rom, const char *file,
					      enum igdrom_tristate changed,
					      const struct igdrom_report *report, char **out)
{
	(void)rom;
	(void)file;
	(void)changed;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_rom_split_to_json(const struct igdrom_rom *rom, const char *directory,
					    const struct igdrom_report *report, char **out)
{
	(void)rom;
	(void)directory;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_firmware_to_json(const struct igdrom_firmware *firmware,
					   const struct igdrom_report *report, char **out)
{
	(void)firmware;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_contents_firmware_to_json(const struct igdrom_contents *contents,
						    uint16_t device_id,
						    const struct igdrom_report *report, char **out)
{
	(void)contents;
	(void)device_id;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_extract_to_json(const struct igdrom_contents *contents,
					  uint16_t device_id,
					  const struct igdrom_found *const *found, size_t count,
					  unsigned forms, const char *directory,
					  const struct igdrom_report *report, char **out)
{
	(void)contents;
	(void)device_id;
	(void)found;
	(void)count;
	(void)forms;
	(void)directory;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vbt_to_json(const struct igdrom_vbt *vbt, uint16_t device_id,
				      const struct igdrom_report *report, char **out)
{
	(void)vbt;
	(void)device_id;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_contents_vbt_to_json(const struct igdrom_contents *contents,
					       uint16_t device_id,
					       const struct igdrom_report *report, char **out)
{
	(void)contents;
	(void)device_id;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vbt_written_to_json(const struct igdrom_vbt *vbt, const char *file,
					      bool changed, const struct igdrom_report *report,
					      char **out)
{
	(void)vbt;
	(void)file;
	(void)changed;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_report_to_json(const struct igdrom_report *report, char **out)
{
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_error_to_json(enum igdrom_status code, const char *text, const char *file,
					uint64_t offset, const struct igdrom_report *report,
					char **out)
{
	(void)code;
	(void)text;
	(void)file;
	(void)offset;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_plan_to_json(const struct igdrom_vm_plan *plan,
					  const struct igdrom_vm_request *request,
					  const struct igdrom_report *report, char **out)
{
	(void)plan;
	(void)request;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_written_to_json(enum igdrom_vm_format format, const char *text,
					     const char *file, enum igdrom_tristate changed,
					     const struct igdrom_report *report, char **out)
{
	(void)format;
	(void)text;
	(void)file;
	(void)changed;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_check_to_json(const struct igdrom_vm_config *config,
					   const struct igdrom_vm_request *request,
					   const struct igdrom_report *upgrade, const char *before,
					   const char *qemu, const struct igdrom_report *report,
					   char **out)
{
	(void)config;
	(void)request;
	(void)upgrade;
	(void)before;
	(void)qemu;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_config_to_json(const struct igdrom_vm_config *config,
					    const struct igdrom_report *report, char **out)
{
	(void)config;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_explain_to_json(const void *log, size_t size,
					     const struct igdrom_report *report, char **out)
{
	(void)log;
	(void)size;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_request_to_json(const struct igdrom_vm_request *request,
					     const struct igdrom_report *report, char **out)
{
	(void)request;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_vm_request_read_json(struct igdrom_vm_request *request, const void *data,
					       size_t size, struct igdrom_report *report)
{
	(void)request;
	(void)data;
	(void)size;
	(void)report;
	return IGDROM_E_NOT_BUILT;
}

enum igdrom_status igdrom_edit_to_json(const struct igdrom_edit *edit, const void *image,
				       size_t size, const char *file,
				       const struct igdrom_report *report, char **out)
{
	(void)edit;
	(void)image;
	(void)size;
	(void)file;
	(void)report;
	return not_built(out);
}
