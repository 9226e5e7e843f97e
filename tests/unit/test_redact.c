/* SPDX-License-Identifier: BSD-2-Clause */
/* What the redactor takes out and what it leaves. Expected texts are written by hand. */
#include "unit/unit.h"

#include "setup/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void expect(struct redactor *redactor, const char *text, const char *wanted)
{
	struct igdrom_bytes out;

	assert_int_equal(redact_text(redactor, text, strlen(text), &out), IGDROM_OK);
	assert_int_equal(out.size, strlen((const char *)out.data));
	assert_string_equal((const char *)out.data, wanted);
	igdrom_bytes_free(&out);
}

static void becomes(const char *text, const char *wanted)
{
	struct redactor *redactor = redact_new();

	assert_non_null(redactor);
	redact_add_name(redactor, REDACT_HOST, "my-nas.home.lan");
	redact_add_name(redactor, REDACT_USER, "berta:x:1000");
	expect(redactor, text, wanted);
	redact_free(redactor);
}

static void stays(const char *text)
{
	becomes(text, text);
}

static void takes_addresses_out(void **state)
{
	(void)state;
	becomes("virtio=BC:24:11:00:00:01,bridge", "virtio=MAC-1,bridge");
	becomes("ether bc-24-11-00-00-01", "ether MAC-1");
	becomes("enxbc2411000001: up", "enxMAC-1: up");
	becomes("gid 80:00:02:08:fe:80:00:00", "gid MAC-1");
	becomes("x 192.0.2.7:8006", "x IP-1:8006");
	becomes("2001:db8::1/64 fe80::1%eth0 ::ffff:192.0.2.1", "IP-1/64 IP-2%eth0 IP-3");
	becomes("2001:0db8:0001:0002:0003:0004:0005:0006", "IP-1");
	becomes("[fe80::dead:beef]:80", "[IP-1]:80");
	becomes("VARS_4c4c4544-0042-3010-8052-b4c04f4a4d32_x", "VARS_UUID-1_x");
	becomes("machine-id 0123456789abcdef0123456789ABCDEF.", "machine-id UUID-1.");
	becomes("mail berta.b+x@mail.example.org.", "mail MAIL-1.");
}

static void leaves_what_a_helper_needs(void **state)
{
	(void)state;
	stays("0000:00:02.0 8086:4680 rev 0c, 12:34:56, 10.0.2-4, 6.14.8-2-pve");
	stays("BAR 2: [mem 0x4000000000-0x400fffffff 64bit pref]");
	stays("PVE::QemuServer::PCI ::1 :: 127.0.0.1 0.0.0.0");
	stays("17.0.1077 31.0.101.2111 1.2.3.4.5 256.1.1.1");
	stays("serial0: socket\nuserland passthrough iommu=pt keyboard");
	stays("sha256 103df35ee2e68e11a5de3e0e68c239959373110e0bb0c0499a7cd87037fad604");
	stays("root@pam vfio-pci.ids=8086:4680 /homes/x /by-path/pci-0000:00:17.0-ata-1");
	stays("<serial type='pty'/> <label/>");
}

static void takes_what_stands_behind_telling_names(void **state)
{
	(void)state;
	becomes("serial=S3Z9,size=4G", "serial=SECRET-1,size=4G");
	becomes("Serial Number: S3Z9 X\nnext", "Serial Number: SECRET-1\nnext");
	becomes("\"serial\": \"A B\", \"x\": 1", "\"serial\": \"SECRET-1\", \"x\": 1");
	becomes("<entry name='serial'>A\nB</entry>", "<entry name='serial'>SECRET-1</entry>");
	becomes("<serial>A B</serial>", "<serial>SECRET-1</serial>");
	becomes("passwd='a b' listen='x'", "passwd='SECRET-1' listen='x'");
	becomes("'type=1,serial=A B,x=2' y", "'type=1,serial=SECRET-1,x=2' y");
	becomes("cipassword: a, b c\nx", "cipassword: SECRET-1\nx");
	becomes("PARTUUID=1234-02 ro quiet", "PARTUUID=DISK-1 ro quiet");
	becomes("uuid=4c4c4544-0042-3010-8052-b4c04f4a4d32,x", "uuid=UUID-1,x");
	becomes("product_serial=7 PASSWORD=x", "product_serial=SECRET-1 PASSWORD=SECRET-2");
	becomes("serial=SECRET-1", "serial=SECRET-1");
}

static void takes_names_out_as_whole_words(void **state)
{
	(void)state;
	becomes("my-nas kernel: my-nas.home.lan, MY-NAS", "HOST-1 kernel: HOST-1, HOST-1");
	becomes("/dev/mapper/my--nas--vg-root", "/dev/mapper/HOST-1--vg-root");
	becomes("my-nasty xmy-nas berta-disk bertas", "my-nasty xmy-nas USER-1-disk bertas");
	becomes("/home/otto/x C:\\Users\\otto\\y", "/home/USER-1/x C:\\Users\\USER-1\\y");
	becomes("/dev/disk/by-id/ata-X_1-part2 y", "/dev/disk/by-id/DISK-1 y");
}

static void leaves_names_that_every_system_has(void **state)
{
	struct redactor *redactor = redact_new();

	(void)state;
	for (size_t i = 0; i < 4; i++)
		redact_add_name(redactor, REDACT_HOST,
				(const char *[]){"pve", "pve1", "localhost", "Tower"}[i]);
	expect(redactor, "/etc/pve/nodes/pve1 localhost tower",
	       "/etc/pve/nodes/pve1 localhost tower");
	redact_free(redactor);
}

static void the_same_thing_is_the_same_word_in_every_text(void **state)
{
	struct redactor *redactor = redact_new();

	(void)state;
	expect(redactor, "aa:bb:cc:dd:ee:01 aa:bb:cc:dd:ee:02", "MAC-1 MAC-2");
	expect(redactor, "AA:BB:CC:DD:EE:02 aa:bb:cc:dd:ee:03", "MAC-2 MAC-3");
	assert_int_equal(redact_count(redactor, REDACT_MAC), 3);
	expect(redactor, "a@x.example a@y.example b@x.example a@x.example",
	       "MAIL-1 MAIL-2 MAIL-3 MAIL-1");
	assert_int_equal(redact_count(redactor, REDACT_UUID), 0);
	redact_free(redactor);
}

static void nothing_survives_however_many_there_are(void **state)
{
	struct redactor *redactor = redact_new();
	struct igdrom_bytes out;
	char text[24];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		int size = snprintf(text, sizeof(text), "aa:bb:cc:dd:%02x:%02x", i >> 8, i & 255);

		assert_int_equal(redact_text(redactor, text, (size_t)size, &out), IGDROM_OK);
		assert_memory_equal(out.data, "MAC-", 4);
		igdrom_bytes_free(&out);
	}
	redact_free(redactor);
}

static double seconds_for(const char *part, size_t size)
{
	struct redactor *redactor = redact_new();
	size_t length = strlen(part);
	char *text = malloc(size);
	struct igdrom_bytes out;
	clock_t start;

	for (size_t i = 0; i < size; i++)
		text[i] = part[i % length];
	start = clock();
	assert_int_equal(redact_text(redactor, text, size, &out), IGDROM_OK);
	igdrom_bytes_free(&out);
	free(text);
	redact_free(redactor);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Quadratic time would take minutes for what takes a fraction of a second. */
static void time_is_linear_for_the_worst_that_is_known(void **state)
{
	static const char *const parts[] = {"serial",    "serial ", "serial=",   "<serial>",
					    "aa:",       "a",       "@",         "a@",
					    "a.",        "/home/",  "'",         ":",
					    "serial \t", "1.",      "'serial'>", "00:11:22:33:44:"};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_true(seconds_for(parts[i], 1u << 20) < 10);
}

/* Every prefix of a text with everything in it; the sanitizers watch. */
static void any_prefix_can_be_read(void **state)
{
	static const char text[] = "serial='a b' <uuid>4c4c4544-0042-3010-8052-b4c04f4a4d32</uuid> "
				   "bc:24:11:00:00:01 2001:db8::1 192.0.2.7 a@b.example my-nas.x "
				   "/home/otto/ Serial Number: x\n";
	struct redactor *redactor = redact_new();
	struct igdrom_bytes out;

	(void)state;
	redact_add_name(redactor, REDACT_HOST, "my-nas");
	for (size_t size = 0; size < sizeof(text); size++) {
		char *copy = malloc(size ? size : 1);

		memcpy(copy, text, size);
		assert_int_equal(redact_text(redactor, copy, size, &out), IGDROM_OK);
		igdrom_bytes_free(&out);
		free(copy);
	}
	redact_free(redactor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_addresses_out),
		cmocka_unit_test(leaves_what_a_helper_needs),
		cmocka_unit_test(takes_what_stands_behind_telling_names),
		cmocka_unit_test(takes_names_out_as_whole_words),
		cmocka_unit_test(leaves_names_that_every_system_has),
		cmocka_unit_test(the_same_thing_is_the_same_word_in_every_text),
		cmocka_unit_test(nothing_survives_however_many_there_are),
		cmocka_unit_test(time_is_linear_for_the_worst_that_is_known),
		cmocka_unit_test(any_prefix_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
