/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GOP driver in shape and manners, without the graphics: what the library reads from Intel's
 * drivers is here in the same form, compiled from this source, and it runs. It binds to an Intel
 * display controller of its table, asks the platform policy for the VBT and the lid, looks at the
 * LPC bridge at 00:1f.0 and says on the debug console what came of it:
 *
 *	testgop: entry version=17.0.1077 ids=7
 *	testgop: start status=0x0 policy=1 vbt=6144 vbt-ok=1 lid=0x8000000000000003 lpc=7A84
 *
 * The order in Start() is that of the real ones: policy, GetVbtData, lid, LPC gate.
 *
 * Build options (-D):
 *	TESTGOP_MAJOR, _MINOR, _BUILD   the version, plain numbers
 *	TESTGOP_BINDING_BUILD           the build in DriverBinding.Version, when it is to differ
 *	TESTGOP_IDS                     device ids, separated by commas
 *	TESTGOP_ORDER                   1: movzx before lea (GOP 13 on), 2: after it (up to GOP 10)
 *	TESTGOP_IDS_IN_TEXT             the table lies in the code section (up to GOP 10)
 *	TESTGOP_GATE                    GATE_* below
 *	TESTGOP_LPC_IDS                 accepted LPC ids, separated by commas
 *	TESTGOP_NO_POLICY               another GUID than that of PlatformGopPolicy
 *	TESTGOP_NO_CHECKS               no test of vendor and class before the table walk
 *	TESTGOP_TWO_WALKS               two loops over the table
 *	TESTGOP_GUTTED                  data, but an entry point that returns at once
 *	TESTGOP_ENTRY_FAILS             the entry point returns an error
 */
#include "guest/port.h"
#include "guest/uefi.h"

#define GATE_NONE    0 /* the LPC id is not read */
#define GATE_PORT    1 /* read through CF8h/CFCh, fatal (9.0 and later) */
#define GATE_BRIDGE  2 /* read through PciRootBridgeIo, fatal (5.5) */
#define GATE_IGNORED 3 /* as GATE_BRIDGE, not fatal (2.0, 3.0, 5.0) */

#ifndef TESTGOP_MAJOR
#define TESTGOP_MAJOR 17
#define TESTGOP_MINOR 0
#define TESTGOP_BUILD 1077
#endif
#ifndef TESTGOP_IDS
#define TESTGOP_IDS 0x4680, 0x4682, 0x4690, 0xa780, 0xcafe, 0xa782, 0x9a40
#endif
#ifndef TESTGOP_ORDER
#define TESTGOP_ORDER 1
#endif
#ifndef TESTGOP_GATE
#define TESTGOP_GATE GATE_PORT
#endif
#ifndef TESTGOP_LPC_IDS
#define TESTGOP_LPC_IDS 0x7a84, 0x7a04
#endif

#define WIDE(number)   L"" #number
#define WIDE_OF(macro) WIDE(macro)
#define USED           __attribute__((used))
#define NO_INLINE      __attribute__((noinline))

#define DEBUG_PORT     0x402
#define DEBUG_PRESENCE 0xe9
#define CONFIG_DWORDS  16
#define VBT_SUM        ('$' + 'V' + 'B' + 'T')

/* UEFI 2.10, 11.5 and 14.2: only what is called. */
struct component_name2 {
	efi_status (*get_driver_name)(struct component_name2 *self, const char *language,
				      const uint16_t **name);
	efi_status (*get_controller_name)(struct component_name2 *self, efi_handle controller,
					  efi_handle child, const char *language,
					  const uint16_t **name);
	const char *supported_languages;
};

struct pci_root_bridge_io {
	void *before_pci[7];
	efi_status (*pci_read)(struct pci_root_bridge_io *self, uint32_t width, uint64_t address,
			       uint64_t count, void *buffer);
};
_Static_assert(offsetof(struct pci_root_bridge_io, pci_read) == 0x38, "Pci.Read");

#ifdef TESTGOP_NO_POLICY
USED const struct efi_guid testgop_policy_guid = EFI_GUID(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
#else
USED const struct efi_guid testgop_policy_guid = PLATFORM_GOP_POLICY_PROTOCOL_GUID;
#endif

#ifdef TESTGOP_IDS_IN_TEXT
__attribute__((section(".text")))
#endif
USED const uint16_t testgop_ids[] = {TESTGOP_IDS};
#define ID_COUNT (sizeof(testgop_ids) / sizeof(testgop_ids[0]))

/* Platform kinds by id, as in real drivers: a run of known ids that is not the table. */
USED const uint16_t testgop_kinds[] = {0x4680, 0x56a0, 0, 0x5690, 0, 0x4905, 0x1912, 0x3e92};

USED uint16_t testgop_name[64] = L"Intel(R) GOP Driver";

efi_status efi_main(efi_handle image, struct efi_system_table *system);

#ifdef TESTGOP_GUTTED

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	(void)image;
	(void)system;
	return EFI_SUCCESS;
}

#else

static const struct efi_guid binding_guid = EFI_DRIVER_BINDING_PROTOCOL_GUID;
static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;
static const struct efi_guid component_name2_guid =
	EFI_GUID(0x6a7a5cff, 0xe8d9, 0x4f70, 0xba, 0xda, 0x75, 0xab, 0x30, 0x25, 0xce, 0x14);
#if TESTGOP_GATE == GATE_BRIDGE || TESTGOP_GATE == GATE_IGNORED
static const struct efi_guid root_bridge_guid =
	EFI_GUID(0x2f707ebb, 0x4a1a, 0x11d4, 0x9a, 0x38, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d);
#endif

/* Arrays of their own: equal literals would share one address and one load. */
static const uint16_t major_text[] = WIDE_OF(TESTGOP_MAJOR);
static const uint16_t minor_text[] = WIDE_OF(TESTGOP_MINOR);
static const uint16_t build_text[] = WIDE_OF(TESTGOP_BUILD);
#ifdef TESTGOP_BINDING_BUILD
static const uint16_t binding_build_text[] = WIDE_OF(TESTGOP_BINDING_BUILD);
#else
#define binding_build_text build_text
#endif
static uint16_t controller_name[64] = L"Intel(R) Graphics Controller";

USED uint16_t testgop_lpc_id;
USED uint8_t testgop_lpc_revision;

static struct efi_boot_services *boot;

static void put(const char *text)
{
	if (port_in8(DEBUG_PORT) != DEBUG_PRESENCE)
		return;
	while (*text)
		port_out8(DEBUG_PORT, (uint8_t)*text++);
}

static void put_number(const char *key, uint64_t value, unsigned base, unsigned digits)
{
	char text[24];
	unsigned at = sizeof(text) - 1;

	text[at] = '\0';
	do {
		text[--at] = "0123456789ABCDEF"[value % base];
		value /= base;
	} while (value || sizeof(text) - 1 - at < digits);
	put(key);
	put(text + at);
}

/* Appends to a text of at most `room` units. */
NO_INLINE static void append(uint16_t *text, size_t room, const uint16_t *more)
{
	size_t at = 0;

	while (at < room && text[at])
		at++;
	while (at + 1 < room && *more)
		text[at++] = *more++;
	text[at] = 0;
}

NO_INLINE static uint32_t number_of(const uint16_t *text)
{
	uint32_t value = 0;

	while (*text)
		value = value * 10 + (uint32_t)(*text++ - '0');
	return value;
}

/* Addresses as in EDK2's PciLib: bus << 20 | device << 15 | function << 12 | register. */
#define CF8_OF(address) (0x80000000u | ((address) >> 4 & 0xffff00) | ((address)&0xfc))

NO_INLINE USED uint16_t testgop_pci_read16(uint32_t address);
NO_INLINE USED uint16_t testgop_pci_read16(uint32_t address)
{
	uint16_t value;

	port_out32(0xcf8, CF8_OF(address));
	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"((uint16_t)(0xcfc + (address & 2))));
	return value;
}

NO_INLINE USED uint8_t testgop_pci_read8(uint32_t address);
NO_INLINE USED uint8_t testgop_pci_read8(uint32_t address)
{
	port_out32(0xcf8, CF8_OF(address));
	return port_in8((uint16_t)(0xcfc + (address & 3)));
}

#define VOLATILE_REGISTERS                                                                     \
	"rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", \
		"xmm5", "memory", "cc"

/*
 * The instructions that the id table is found by, spelt out: a compiler of another year would find
 * others. rdx: the first 16 bytes of configuration space; rax: whether the device is listed.
 */
/* clang-format off */
#ifdef TESTGOP_NO_CHECKS
#define WALK_CHECKS
#else
#define WALK_CHECKS                       \
	"movl $0x8086, %%eax\n\t"         \
	"cmpw %%ax, 0x30(%%rsp)\n\t"      \
	"jne 2f\n\t"                      \
	"cmpb $3, 0x3b(%%rsp)\n\t"        \
	"jne 2f\n\t"                      \
	"cmpb $0, 0x3a(%%rsp)\n\t"        \
	"jne 2f\n\t"                      \
	"cmpb $0, 0x39(%%rsp)\n\t"        \
	"jne 2f\n\t"
#endif
#if TESTGOP_ORDER == 1
#define WALK_LOAD                         \
	"movzbl %%cl, %%eax\n\t"          \
	"leaq testgop_ids(%%rip), %%r8\n\t"
#else
#define WALK_LOAD                         \
	"leaq testgop_ids(%%rip), %%r8\n\t" \
	"movzbl %%cl, %%eax\n\t"
#endif
#define WALK_CODE                         \
	"subq $0x40, %%rsp\n\t"           \
	"movups (%%rdx), %%xmm0\n\t"      \
	"movups %%xmm0, 0x30(%%rsp)\n\t"  \
	WALK_CHECKS                       \
	"movzwl 0x32(%%rsp), %%edx\n\t"   \
	"xorb %%cl, %%cl\n\t"             \
	"1:\n\t"                          \
	WALK_LOAD                         \
	"cmpw (%%r8,%%rax,2), %%dx\n\t"   \
	"je 3f\n\t"                       \
	"incb %%cl\n\t"                   \
	"cmpb %[count], %%cl\n\t"         \
	"jb 1b\n"                         \
	"2:\n\t"                          \
	"xorl %%eax, %%eax\n\t"           \
	"jmp 4f\n"                        \
	"3:\n\t"                          \
	"movl $1, %%eax\n"                \
	"4:\n\t"                          \
	"addq $0x40, %%rsp"
/* clang-format on */
#define WALK(config, listed)                          \
	__asm__ volatile(WALK_CODE                    \
			 : "=a"(listed), "+d"(config) \
			 : [count] "i"(ID_COUNT)      \
			 : "rcx", "r8", "xmm0", "memory", "cc")

static efi_status supported(struct efi_driver_binding_protocol *self, efi_handle controller,
			    struct efi_device_path_protocol *remaining)
{
	uint32_t config[CONFIG_DWORDS];
	struct efi_pci_io_protocol *pci;
	const void *header = config;
	uint32_t listed = 0;
	efi_status status;

	(void)remaining;
	status = boot->open_protocol(controller, &pci_io_guid, (void **)&pci, self->image_handle,
				     controller, EFI_OPEN_PROTOCOL_GET_PROTOCOL);
	if (efi_failed(status))
		return status;
	status = pci->pci_read(pci, EFI_PCI_IO_UINT32, 0, CONFIG_DWORDS, config);
	if (efi_failed(status))
		return status;
	WALK(header, listed);
#ifdef TESTGOP_TWO_WALKS
	header = config;
	if (!listed)
		WALK(header, listed);
#endif
	return listed ? EFI_SUCCESS : EFI_UNSUPPORTED;
}

/* The read of the LPC id, in the instructions that the gate is found by. */
static efi_status read_lpc_id(void)
{
#if TESTGOP_GATE == GATE_PORT
	__asm__ volatile("subq $0x20, %%rsp\n\t"
			 "movl $0xf8002, %%ecx\n\t"
			 "call testgop_pci_read16\n\t"
			 "movl $0xf8008, %%ecx\n\t"
			 "movw %%ax, testgop_lpc_id(%%rip)\n\t"
			 "call testgop_pci_read8\n\t"
			 "movb %%al, testgop_lpc_revision(%%rip)\n\t"
			 "addq $0x20, %%rsp"
			 :
			 :
			 : VOLATILE_REGISTERS);
#elif TESTGOP_GATE == GATE_BRIDGE || TESTGOP_GATE == GATE_IGNORED
	struct pci_root_bridge_io *bridge;
	efi_status status = boot->locate_protocol(&root_bridge_guid, NULL, (void **)&bridge);

	if (efi_failed(status))
		return status;
	__asm__ volatile("subq $0x50, %%rsp\n\t"
			 "movq %%rax, 0x48(%%rsp)\n\t"
			 "movl $1, %%esi\n\t"
			 "movq %%rax, %%rcx\n\t"
#if TESTGOP_GATE == GATE_BRIDGE
			 "leaq testgop_lpc_id(%%rip), %%rax\n\t"
#else
			 "leaq testgop_lpc_id(%%rip), %%r11\n\t"
#endif
			 ".byte 0x4c, 0x8b, 0xce\n\t" /* mov r9, rsi */
			 "movl $0x1f0002, %%r8d\n\t"
			 ".byte 0x8b, 0xd6\n\t" /* mov edx, esi */
#if TESTGOP_GATE == GATE_BRIDGE
			 "movq %%rax, 0x20(%%rsp)\n\t"
			 "movq 0x48(%%rsp), %%rax\n\t"
#else
			 "movq %%r11, 0x20(%%rsp)\n\t"
#endif
			 "callq *0x38(%%rax)\n\t"
			 "addq $0x50, %%rsp"
			 : "+a"(bridge)
			 :
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
			   "xmm3", "xmm4", "xmm5", "memory", "cc");
	return (efi_status)(uintptr_t)bridge;
#endif
	return EFI_SUCCESS;
}

static bool lpc_is_known(void)
{
	static const uint16_t known[] = {TESTGOP_LPC_IDS};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (testgop_lpc_id == known[i])
			return true;
	}
	return TESTGOP_GATE == GATE_NONE || TESTGOP_GATE == GATE_IGNORED;
}

static bool is_vbt(const uint8_t *vbt)
{
	return vbt[0] + vbt[1] + vbt[2] + vbt[3] == VBT_SUM;
}

/* What came of each question; said in one line in the end, as the policy logs lines of its own. */
static struct {
	uint64_t policy, vbt, vbt_ok, lid;
} answers;

static void say_answers(efi_status status)
{
	put_number("testgop: start status=0x", status, 16, 1);
	put_number(" policy=", answers.policy, 10, 1);
	put_number(" vbt=", answers.vbt, 10, 1);
	put_number(" vbt-ok=", answers.vbt_ok, 10, 1);
	put_number(" lid=0x", answers.lid, 16, 1);
	put_number(" lpc=", testgop_lpc_id, 16, 4);
	put("\n");
}

/* What Start() does between opening the device and driving it. */
static efi_status ask_platform(void)
{
	struct platform_gop_policy_protocol *policy;
	uint64_t address = 0;
	uint32_t size = 0, lid = 0;
	efi_status status = boot->locate_protocol(&testgop_policy_guid, NULL, (void **)&policy);

	if (efi_failed(status))
		return status;
	answers.policy = policy->revision;
	status = policy->get_vbt_data(&address, &size);
	if (efi_failed(status))
		return status;
	answers.vbt = size;
	answers.vbt_ok = is_vbt((const uint8_t *)(uintptr_t)address);
	if (!answers.vbt_ok)
		return EFI_UNSUPPORTED;
	answers.lid = policy->get_platform_lid_status(&lid);
	status = read_lpc_id();
	if (efi_failed(status))
		return status;
	return lpc_is_known() ? EFI_SUCCESS : EFI_DEVICE_ERROR;
}

static efi_status start(struct efi_driver_binding_protocol *self, efi_handle controller,
			struct efi_device_path_protocol *remaining)
{
	struct efi_pci_io_protocol *pci;
	efi_status status;

	(void)remaining;
	status = boot->open_protocol(controller, &pci_io_guid, (void **)&pci, self->image_handle,
				     controller, EFI_OPEN_PROTOCOL_BY_DRIVER);
	if (efi_failed(status))
		return status;
	status = ask_platform();
	say_answers(status);
	if (efi_failed(status))
		boot->close_protocol(controller, &pci_io_guid, self->image_handle, controller);
	return status;
}

static efi_status stop(struct efi_driver_binding_protocol *self, efi_handle controller,
		       uint64_t number_of_children, efi_handle *children)
{
	(void)number_of_children;
	(void)children;
	return boot->close_protocol(controller, &pci_io_guid, self->image_handle, controller);
}

static struct efi_driver_binding_protocol binding = {
	.supported = supported,
	.start = start,
	.stop = stop,
};

static efi_status get_driver_name(struct component_name2 *self, const char *language,
				  const uint16_t **name)
{
	(void)self;
	if (!language || !name)
		return EFI_INVALID_PARAMETER;
	*name = testgop_name;
	return EFI_SUCCESS;
}

static efi_status get_controller_name(struct component_name2 *self, efi_handle controller,
				      efi_handle child, const char *language, const uint16_t **name)
{
	(void)self;
	(void)controller;
	(void)child;
	if (!language || !name)
		return EFI_INVALID_PARAMETER;
	*name = controller_name;
	return EFI_SUCCESS;
}

static struct component_name2 component_name2 = {
	.get_driver_name = get_driver_name,
	.get_controller_name = get_controller_name,
	.supported_languages = "en",
};

NO_INLINE static void name_driver(void)
{
	append(testgop_name, 64, L" [");
	append(testgop_name, 64, major_text);
	append(testgop_name, 64, L".");
	append(testgop_name, 64, minor_text);
	append(testgop_name, 64, L".");
	append(testgop_name, 64, build_text);
	append(testgop_name, 64, L"]");
}

NO_INLINE static void set_binding_version(void)
{
	uint32_t version = number_of(major_text) << 24;

	version += number_of(minor_text) << 16;
	version += number_of(binding_build_text);
	binding.version = version;
}

efi_status efi_main(efi_handle image, struct efi_system_table *system)
{
	efi_status status;

	boot = system->boot_services;
	name_driver();
	set_binding_version();
	put_number("testgop: entry version=", binding.version >> 24, 10, 1);
	put_number(".", binding.version >> 16 & 0xff, 10, 1);
	put_number(".", binding.version & 0xffff, 10, 1);
	put_number(" ids=", ID_COUNT, 10, 1);
	put("\n");
#ifdef TESTGOP_ENTRY_FAILS
	if (boot) /* the compiler must not drop what follows */
		return EFI_OUT_OF_RESOURCES;
#endif
	binding.image_handle = image;
	binding.driver_binding_handle = image;
	status = boot->install_protocol_interface(&image, &binding_guid, EFI_NATIVE_INTERFACE,
						  &binding);
	if (efi_failed(status))
		return status;
	return boot->install_protocol_interface(&image, &component_name2_guid, EFI_NATIVE_INTERFACE,
						&component_name2);
}

#endif
