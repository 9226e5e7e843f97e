/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup/redact.h"

#include "core/builder.h"
#include "setup/redact_keys.h"
#include "setup/redact_match.h"
#include "setup/redact_names.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MOST    256
#define HOST_BYTES    255 /* RFC 1035, 2.3.4 */
#define NAME_LEAST    2
#define MAIL_BYTES    64 /* before the @: RFC 5321, 4.5.3.1.1 */
#define OUTPUT_GROWTH 8  /* a thing of two letters becomes "SECRET-4096" */

struct redactor {
	struct redact_names names;
	struct {
		struct span name; /* owned */
		enum redact_kind kind;
	} known[NAMES_MOST];
	size_t known_count;
};

struct scan {
	struct redactor *redactor;
	struct span in;
	size_t at;
	struct build out;
	char quote; /* that is open in this line, or 0 */
};

struct redactor *redact_new(void)
{
	return calloc(1, sizeof(struct redactor));
}

void redact_free(struct redactor *redactor)
{
	if (!redactor)
		return;
	for (size_t i = 0; i < redactor->known_count; i++)
		free((char *)(uintptr_t)redactor->known[i].name.text);
	free(redactor);
}

size_t redact_count(const struct redactor *redactor, enum redact_kind kind)
{
	return (unsigned)kind < REDACT_KINDS ? redactor->names.counts[kind] : 0;
}

static bool same_letter(char a, char b)
{
	if (a >= 'A' && a <= 'Z')
		a = (char)(a | 0x20);
	if (b >= 'A' && b <= 'Z')
		b = (char)(b | 0x20);
	return a == b;
}

/* Names that say nothing of their owner, and that stand in paths and versions: "pve", "pve1". */
static bool is_common(const char *name, size_t size)
{
	static const char *const words[] = {
		"admin",   "nobody", "user",      "arch",   "debian", "fedora", "host",    "kvm",
		"libvirt", "linux",  "localhost", "node",   "nas",    "none",   "proxmox", "pve",
		"qemu",    "root",   "server",    "system", "tower",  "ubuntu", "unraid",  "vfio",
	};

	while (size && name[size - 1] >= '0' && name[size - 1] <= '9')
		size--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = 0;

		while (n < size && words[i][n] && same_letter(name[n], words[i][n]))
			n++;
		if (n == size && !words[i][n])
			return true;
	}
	return false;
}

void redact_add_name(struct redactor *redactor, enum redact_kind kind, const char *name)
{
	size_t size = strcspn(name, ".: \t\r\n");
	char *copy;

	if (size < NAME_LEAST || size > HOST_BYTES || redactor->known_count == NAMES_MOST ||
	    is_common(name, size))
		return;
	copy = malloc(size);
	if (!copy)
		return;
	memcpy(copy, name, size);
	redactor->known[redactor->known_count].kind = kind;
	redactor->known[redactor->known_count++].name = (struct span){copy, size};
}

static char before(const struct scan *scan)
{
	return scan->at ? scan->in.text[scan->at - 1] : '\0';
}

static void put(struct scan *scan, const char *text, size_t size)
{
	build_bytes(&scan->out, text, size);
}

/* Keeps track of the quotes that are open in a line. */
static void note_quote(struct scan *scan, char c)
{
	if (c == '\n')
		scan->quote = 0;
	else if ((c == '"' || c == '\'') && (!scan->quote || scan->quote == c))
		scan->quote = scan->quote ? 0 : c;
}

/* The word for the next `size` bytes, and past them. */
static void replace(struct scan *scan, enum redact_kind kind, size_t size)
{
	const char *text = scan->in.text + scan->at;
	char name[NAME_ROOM];

	if (redact_is_name(text, size)) {
		put(scan, text, size);
	} else {
		redact_name(&scan->redactor->names, kind, text, size, name);
		put(scan, name, strlen(name));
	}
	scan->at += size;
}

/* A name from here on; LVM doubles each '-' in it. The domain behind a host goes along. */
static size_t name_here(const struct scan *scan, const struct span *host, bool domain)
{
	const char *text = scan->in.text + scan->at;
	size_t left = scan->in.size - scan->at, size = 0;

	for (size_t i = 0; i < host->size; i++) {
		if (size >= left || !same_letter(text[size], host->text[i]))
			return 0;
		size++;
		if (host->text[i] == '-' && size < left && text[size] == '-')
			size++;
	}
	if (size < left && match_is_alnum(text[size]))
		return 0;
	while (domain && left - size > 1 && text[size] == '.' && match_is_alnum(text[size + 1])) {
		size++;
		while (size < left && match_is_name(text[size]))
			size++;
	}
	return size;
}

static bool take_name(struct scan *scan)
{
	struct redactor *redactor = scan->redactor;

	if (match_is_alnum(before(scan)))
		return false;
	for (size_t i = 0; i < redactor->known_count; i++) {
		const struct span *known = &redactor->known[i].name;
		enum redact_kind kind = redactor->known[i].kind;
		size_t size = name_here(scan, known, kind == REDACT_HOST);
		char name[NAME_ROOM];

		if (!size)
			continue;
		redact_name(&redactor->names, kind, known->text, known->size, name);
		put(scan, name, strlen(name));
		scan->at += size;
		return true;
	}
	return false;
}

static bool take_address(struct scan *scan)
{
	static const struct {
		size_t (*match)(const struct span *text, size_t at);
		enum redact_kind kind;
	} forms[] = {
		{match_uuid, REDACT_UUID},
		{match_mac, REDACT_MAC},
		{match_ipv4, REDACT_IP},
		{match_ipv6, REDACT_IP},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t size = forms[i].match(&scan->in, scan->at);

		/* Every machine has this one, and it tells nothing. */
		if (!size || (size == 9 && !memcmp(scan->in.text + scan->at, "127.0.0.1", 9)) ||
		    (size == 7 && !memcmp(scan->in.text + scan->at, "0.0.0.0", 7)))
			continue;
		replace(scan, forms[i].kind, size);
		return true;
	}
	return false;
}

/* What stands behind a name that tells that it is secret. */
static bool take_key(struct scan *scan)
{
	struct redact_value value;
	size_t address;

	if (match_is_alnum(before(scan)) ||
	    !redact_find_value(&scan->in, scan->at, scan->quote, &value))
		return false;
	put(scan, scan->in.text + scan->at, value.at - scan->at);
	for (; scan->at < value.at; scan->at++)
		note_quote(scan, scan->in.text[scan->at]);
	/* What a pattern knows keeps the word that it has elsewhere. */
	address = match_uuid(&scan->in, scan->at);
	if (address == value.size) {
		replace(scan, REDACT_UUID, value.size);
		return true;
	}
	address = match_mac(&scan->in, scan->at);
	replace(scan, address == value.size ? REDACT_MAC : value.kind, value.size);
	return true;
}

/* A part of a path that names a person or a disk. */
static bool take_path(struct scan *scan)
{
	static const struct {
		const char *start;
		enum redact_kind kind;
	} places[] = {
		{"/home/", REDACT_USER},     {"/Users/", REDACT_USER},
		{"\\Users\\", REDACT_USER},  {"/run/media/", REDACT_USER},
		{"/media/", REDACT_USER},    {"/by-id/", REDACT_DISK},
		{"/by-uuid/", REDACT_DISK},  {"/by-partuuid/", REDACT_DISK},
		{"/by-label/", REDACT_DISK}, {"/by-partlabel/", REDACT_DISK},
	};
	const char *text = scan->in.text + scan->at;
	size_t left = scan->in.size - scan->at;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t start = strlen(places[i].start), size = 0;

		if (left <= start || memcmp(text, places[i].start, start) != 0)
			continue;
		while (size < left - start && !strchr("/\\\"'<>,;: \t\r\n)", text[start + size]))
			size++;
		if (!size)
			return false;
		put(scan, text, start);
		scan->at += start;
		replace(scan, places[i].kind, size);
		return true;
	}
	return false;
}

static bool is_mail(char c)
{
	return match_is_name(c) || c == '.' || c == '%' || c == '+';
}

/* At an @: what was written before it belongs to the address. */
static bool take_mail(struct scan *scan)
{
	const char *text = scan->in.text + scan->at + 1;
	size_t left = scan->in.size - scan->at - 1, size = 0, name = 0, dot = 0;
	char word[NAME_ROOM], whole[MAIL_BYTES + 1 + HOST_BYTES];

	while (size < left && size < HOST_BYTES &&
	       (match_is_name(text[size]) || text[size] == '.')) {
		if (text[size] == '.' && size + 1 < left && match_is_alnum(text[size + 1]))
			dot = size;
		size++;
	}
	while (size && !match_is_alnum(text[size - 1]))
		size--;
	while (name < scan->out.size && name < MAIL_BYTES &&
	       is_mail((char)scan->out.data[scan->out.size - 1 - name]))
		name++;
	if (!dot || dot + 2 >= size || !name || scan->out.err != IGDROM_OK)
		return false;
	memcpy(whole, scan->out.data + scan->out.size - name, name);
	memcpy(whole + name, text - 1, size + 1);
	redact_name(&scan->redactor->names, REDACT_MAIL, whole, name + size + 1, word);
	scan->out.size -= name;
	put(scan, word, strlen(word));
	scan->at += 1 + size;
	return true;
}

static void step(struct scan *scan)
{
	char c = scan->in.text[scan->at];

	if (match_is_alnum(c) && (take_key(scan) || take_name(scan)))
		return;
	if ((match_is_hex(c) || c == ':') && take_address(scan))
		return;
	if ((c == '/' || c == '\\') && take_path(scan))
		return;
	if (c == '@' && take_mail(scan))
		return;
	note_quote(scan, c);
	build_u8(&scan->out, (uint8_t)c);
	scan->at++;
}

enum igdrom_status redact_text(struct redactor *redactor, const void *text, size_t size,
			       struct igdrom_bytes *out)
{
	struct scan scan = {
		.redactor = redactor,
		.in = {text, size},
		.out = build_new(size > SIZE_MAX / OUTPUT_GROWTH - 64 ? SIZE_MAX
								      : size * OUTPUT_GROWTH + 64),
	};
	enum igdrom_status status;

	while (scan.at < size && scan.out.err == IGDROM_OK)
		step(&scan);
	build_u8(&scan.out, 0);
	status = build_finish(&scan.out, out);
	if (status == IGDROM_OK)
		out->size--;
	return status;
}
