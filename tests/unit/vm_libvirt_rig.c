/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm_libvirt_rig.h"

#include "findings.h"
#include "unit.h"
#include "vm/libvirt.h"
#include "vm_wanted.h"

struct result vm_rig_write(const char *existing, bool unraid, const char *const *words)
{
	struct igdrom_vm_config *wanted = vm_wanted(words);
	struct build out = build_new(8u << 20);
	struct result result = {.text = NULL};

	assert_int_equal(igdrom_report_new(&result.report), IGDROM_OK);
	result.status = (unraid ? vm_write_unraid : vm_write_libvirt)(
		wanted, existing, existing ? strlen(existing) : 0, result.report, &out);
	if (result.status == IGDROM_OK) {
		build_u8(&out, 0);
		assert_int_equal(out.err, IGDROM_OK);
		result.text = (char *)out.data;
		assert_int_equal(strlen(result.text) + 1, out.size);
		out.data = NULL;
	}
	build_free(&out);
	vm_config_free(wanted);
	return result;
}

void vm_rig_free(struct result *result)
{
	igdrom_report_free(result->report);
	free(result->text);
}

void vm_rig_becomes(const char *before, const char *const *words, const char *after)
{
	struct result first = vm_rig_write(before, false, words);
	struct result second;

	assert_int_equal(first.status, IGDROM_OK);
	assert_string_equal(first.text, after);
	second = vm_rig_write(first.text, false, words);
	assert_int_equal(second.status, IGDROM_OK);
	assert_string_equal(second.text, after);
	vm_rig_free(&first);
	vm_rig_free(&second);
}

void vm_rig_refused(const char *before, bool unraid, const char *const *words, const char *code)
{
	struct result result = vm_rig_write(before, unraid, words);

	assert_int_equal(result.status, IGDROM_E_REFUSED);
	assert_non_null(find_in(result.report, code));
	vm_rig_free(&result);
}

struct igdrom_vm_config *vm_rig_read(const char *text)
{
	struct igdrom_vm_config *config;

	assert_int_equal(
		igdrom_vm_config_read(text, strlen(text), IGDROM_VM_FORMAT_UNKNOWN, NULL, &config),
		IGDROM_OK);
	return config;
}
