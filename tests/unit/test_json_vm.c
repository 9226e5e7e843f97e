/* SPDX-License-Identifier: BSD-2-Clause */
/* The documents of virtual machines: keys and types, documents that end early, no memory. */
#include "unit/unit.h"
#include "unit/json_reader.h"
#include "unit/vm_rig.h"

#include <igdrom/igdrom.h>

#define NEVER SIZE_MAX

#define WANTED                                                                                \
	"device=4680 hypervisor=qemu qemu=10.1 firmware=ovmf stolen_base=0x7b800000 gms=0x2 " \
	"memory=8192"
#define LOG                                                     \
	"kvm: info: OpRegion detected on Intel display 4680.\n" \
	"x\n"                                                   \
	"kvm: IGD device 0000:00:02.0 is unsupported in legacy mode, try SandyBridge or newer\n"

static size_t allocations;
static size_t fail_at = NEVER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

/* In the place of the library's allocator, by the linker, and of cJSON's, by its hooks. */
void *__wrap_malloc(size_t size)
{
	return allocations++ == fail_at ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return allocations++ == fail_at ? NULL : __real_calloc(count, size);
}

static struct igdrom_vm_plan *plan_for(const struct igdrom_vm_request *request)
{
	struct igdrom_vm_plan *plan = NULL;

	assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
	return plan;
}

static void assert_properties(const cJSON *object)
{
	const cJSON *lpc = need(object, "x-igd-lpc");

	assert_true(cJSON_IsTrue(lpc));
}

static void a_plan_has_every_key_in_its_type(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request(WANTED);
	struct igdrom_vm_plan *plan = plan_for(request);
	const cJSON *reason, *device;
	char *text;
	cJSON *root;

	(void)state;
	assert_int_equal(igdrom_vm_plan_to_json(plan, request, NULL, &text), IGDROM_OK);
	root = parse(text);
	assert_true(cJSON_IsTrue(need(root, "possible")));
	assert_true(cJSON_IsTrue(need(root, "boot_picture")));
	assert_text(root, "machine", "i440fx");
	assert_text(root, "firmware", "ovmf");
	assert_text(root, "rules_of_qemu", "10.1");
	assert_properties(need(root, "device_properties"));
	assert_true(cJSON_IsObject(need(root, "pve")));
	assert_true(cJSON_GetArraySize(need(root, "qemu")) > 4);
	assert_true(strchr(need(root, "text")->valuestring, '\n') != NULL);
	assert_true(cJSON_IsNull(need(root, "refusal")));
	assert_null(cJSON_GetObjectItemCaseSensitive(root, "error"));
	cJSON_ArrayForEach(reason, need(root, "reasons"))
	{
		assert_true(cJSON_IsString(need(reason, "rule")));
		assert_true(cJSON_IsString(need(reason, "subject")));
		assert_true(cJSON_IsString(need(reason, "text")));
		assert_true(cJSON_IsString(need(reason, "source")));
	}
	device = cJSON_GetArrayItem(need(need(root, "config"), "devices"), 0);
	assert_text(device, "guest", "0000:00:02.0");
	assert_properties(need(device, "properties"));
	assert_text(cJSON_GetArrayItem(need(need(root, "config"), "fw_cfg"), 0), "name",
		    "opt/igdrom/stolen-base");
	assert_text(need(root, "request"), "device", "4680");
	assert_true(cJSON_IsNull(need(need(root, "request"), "pve")));
	cJSON_Delete(root);
	igdrom_string_free(text);
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
}

static void a_refusal_keeps_the_types_and_has_an_error(void **state)
{
	struct igdrom_vm_request *request =
		vm_rig_request("device=4680 hypervisor=pve pve=8.4 firmware=ovmf");
	struct igdrom_vm_plan *plan = plan_for(request);
	cJSON *root;
	char *text;

	(void)state;
	assert_int_equal(igdrom_vm_plan_to_json(plan, NULL, NULL, &text), IGDROM_OK);
	root = parse(text);
	assert_true(cJSON_IsFalse(need(root, "possible")));
	assert_true(cJSON_IsNull(need(root, "machine")));
	assert_true(cJSON_IsNull(need(root, "config")));
	assert_true(cJSON_IsNull(need(root, "request")));
	assert_true(cJSON_IsObject(need(root, "device_properties")));
	assert_true(cJSON_IsObject(need(root, "pve")));
	assert_true(cJSON_IsArray(need(root, "qemu")));
	assert_true(cJSON_IsArray(need(root, "reasons")));
	assert_text(need(root, "error"), "code", "IGDROM_E_REFUSED");
	assert_text(need(root, "error"), "text", need(root, "refusal")->valuestring);
	cJSON_Delete(root);
	igdrom_string_free(text);
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
}

static enum igdrom_status read_facts(const char *text, size_t size)
{
	struct igdrom_vm_request *request = NULL;
	enum igdrom_status status = igdrom_vm_request_new(&request);

	if (status == IGDROM_OK)
		status = igdrom_vm_request_read_json(request, text, size, NULL);
	igdrom_vm_request_free(request);
	return status;
}

static void facts_that_end_early_or_are_flipped_are_refused_or_read(void **state)
{
	static const char facts[] =
		"{\"schema\": 1, \"device\": \"4680\", \"memory\": 8192, \"disable_vga\": true,\n"
		" \"rom\": \"a\\u0062\\n\", \"gms\": null, \"findings\": [{}], \"vm\": \"w\"}";
	char copy[sizeof(facts)];

	(void)state;
	/* A ROM's name has no newline in it. */
	assert_int_equal(read_facts(facts, sizeof(facts) - 1), IGDROM_E_CORRUPT);
	for (size_t i = 0; i < sizeof(facts) - 1; i++) {
		char *exact = test_malloc(i ? i : 1);

		memcpy(exact, facts, i);
		assert_int_equal(read_facts(exact, i), IGDROM_E_NOT_RECOGNIZED);
		test_free(exact);
	}
	for (size_t i = 0; i < 8 * (sizeof(facts) - 1); i++) {
		enum igdrom_status status;

		memcpy(copy, facts, sizeof(facts));
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		status = read_facts(copy, sizeof(facts) - 1);
		assert_true(status == IGDROM_OK || status == IGDROM_E_CORRUPT ||
			    status == IGDROM_E_NOT_RECOGNIZED);
	}
}

static void facts_nested_without_end_are_refused(void **state)
{
	size_t size = 1u << 20;
	char *text = test_malloc(size + 1);

	(void)state;
	memset(text, '[', size + 1);
	assert_int_equal(read_facts(text, size), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(read_facts(text, size + 1), IGDROM_E_LIMIT);
	memcpy(text, "{\"device\":", 10);
	assert_int_equal(read_facts(text, size), IGDROM_E_NOT_RECOGNIZED);
	test_free(text);
}

/* All documents of a virtual machine. */
static enum igdrom_status all_documents(const struct igdrom_vm_plan *plan,
					const struct igdrom_vm_request *request,
					struct igdrom_report *report)
{
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	enum igdrom_status status;
	char *text[6] = {NULL};

	status = igdrom_vm_plan_to_json(plan, request, report, &text[0]);
	if (status == IGDROM_OK)
		status = igdrom_vm_check_to_json(config, request, report, "10.0", "10.1", report,
						 &text[1]);
	if (status == IGDROM_OK)
		status = igdrom_vm_config_to_json(config, report, &text[2]);
	if (status == IGDROM_OK)
		status = igdrom_vm_request_to_json(request, report, &text[3]);
	if (status == IGDROM_OK)
		status = igdrom_vm_written_to_json(IGDROM_VM_FORMAT_QEMU, "a\nb", NULL, IGDROM_NO,
						   report, &text[4]);
	if (status == IGDROM_OK)
		status = igdrom_vm_explain_to_json(LOG, strlen(LOG), report, &text[5]);
	fail_at = NEVER;
	for (size_t i = 0; i < 6; i++) {
		if (text[i])
			cJSON_Delete(parse(text[i]));
		igdrom_string_free(text[i]);
	}
	return status;
}

static void memory_that_runs_out_is_told_and_nothing_leaks(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request(WANTED);
	struct igdrom_vm_plan *plan = plan_for(request);
	struct igdrom_report *report = NULL;
	cJSON_Hooks hooks = {__wrap_malloc, free};
	size_t count;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_explain(LOG, strlen(LOG), NULL, NULL, report), IGDROM_OK);
	cJSON_InitHooks(&hooks);
	allocations = 0;
	assert_int_equal(all_documents(plan, request, report), IGDROM_OK);
	count = allocations;
	assert_true(count > 500);
	for (size_t i = 0; i < count; i++) {
		allocations = 0;
		fail_at = i;
		(void)all_documents(plan, request, report);
	}
	for (size_t i = 0; i < 40; i++) {
		enum igdrom_status status;

		allocations = 0;
		fail_at = i;
		status = read_facts("{\"device\": \"4680\", \"qemu\": \"10.1\"}", 35);
		fail_at = NEVER;
		assert_true(status == IGDROM_OK || status == IGDROM_E_NOMEM ||
			    status == IGDROM_E_NOT_RECOGNIZED);
	}
	cJSON_InitHooks(NULL);
	igdrom_report_free(report);
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
}

static void wrong_arguments_are_refused(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request(WANTED);
	char *text;

	(void)state;
	assert_int_equal(igdrom_vm_plan_to_json(NULL, NULL, NULL, &text), IGDROM_E_INVAL);
	assert_null(text);
	assert_int_equal(igdrom_vm_config_to_json(NULL, NULL, &text), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_check_to_json(NULL, request, NULL, NULL, NULL, NULL, &text),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_to_json(NULL, NULL, &text), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_to_json(request, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(
		igdrom_vm_written_to_json(IGDROM_VM_FORMAT_PVE, NULL, NULL, IGDROM_NO, NULL, &text),
		IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_explain_to_json(NULL, 1, NULL, &text), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_read_json(NULL, "{}", 2, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_read_json(request, NULL, 2, NULL), IGDROM_E_INVAL);
	igdrom_vm_request_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_has_every_key_in_its_type),
		cmocka_unit_test(a_refusal_keeps_the_types_and_has_an_error),
		cmocka_unit_test(facts_that_end_early_or_are_flipped_are_refused_or_read),
		cmocka_unit_test(facts_nested_without_end_are_refused),
		cmocka_unit_test(memory_that_runs_out_is_told_and_nothing_leaks),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
