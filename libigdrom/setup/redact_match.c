/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup/redact_match.h"

#include <string.h>

#define IPV6_GROUPS 8

bool match_is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool match_is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool match_is_name(char c)
{
	return match_is_alnum(c) || c == '-' || c == '_';
}

static char byte_at(const struct span *text, size_t at)
{
	return at < text->size ? text->text[at] : '\0';
}

static char byte_before(const struct span *text, size_t at)
{
	return at ? text->text[at - 1] : '\0';
}

/* So many hexadecimal digits, at most. */
static size_t hex_run(const struct span *text, size_t at, size_t most)
{
	size_t size = 0;

	while (size < most && match_is_hex(byte_at(text, at + size)))
		size++;
	return size;
}

static size_t mac_of_card(const struct span *text, size_t at)
{
	size_t start = at;

	/* "enx", "wlx", "wwx", with "p" and more before it on some systems. */
	if (start < 3 || text->text[at - 1] != 'x' || !strchr("nlw", text->text[at - 2]) ||
	    !strchr("ew", text->text[at - 3]))
		return 0;
	return hex_run(text, at, 13) == 12 ? 12 : 0;
}

size_t match_mac(const struct span *text, size_t at)
{
	size_t end = at, groups = 0;
	char between = byte_at(text, at + 2);

	if (mac_of_card(text, at))
		return 12;
	if (match_is_hex(byte_before(text, at)) || (between != ':' && between != '-'))
		return 0;
	while (hex_run(text, end, 3) == 2) {
		groups++;
		end += 2;
		if (byte_at(text, end) != between || hex_run(text, end + 1, 3) != 2)
			break;
		end++;
	}
	return groups >= 6 ? end - at : 0;
}

size_t match_uuid(const struct span *text, size_t at)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	size_t end = at;

	if (match_is_hex(byte_before(text, at)))
		return 0;
	if (hex_run(text, at, 33) == 32)
		return 32;
	for (size_t i = 0; i < 5; i++) {
		if (hex_run(text, end, groups[i] + 1) != groups[i])
			return 0;
		end += groups[i];
		if (i < 4 && byte_at(text, end++) != '-')
			return 0;
	}
	return end - at;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t match_ipv4(const struct span *text, size_t at)
{
	size_t end = at;
	char before = byte_before(text, at);

	if (match_is_alnum(before) || before == '.')
		return 0;
	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		size_t digits = 0;

		while (digits < 4 && is_digit(byte_at(text, end))) {
			value = value * 10 + (unsigned)(text->text[end++] - '0');
			digits++;
		}
		if (digits == 0 || digits > 3 || value > 255)
			return 0;
		if (part < 3 && byte_at(text, end++) != '.')
			return 0;
	}
	if (match_is_alnum(byte_at(text, end)) ||
	    (byte_at(text, end) == '.' && is_digit(byte_at(text, end + 1))))
		return 0;
	return end - at;
}

/* The way from group to group; groups and the place of "::" are counted. */
static size_t ipv6_groups(const struct span *text, size_t at, size_t *groups, bool *gap)
{
	size_t end = at;

	*groups = 0;
	*gap = false;
	if (byte_at(text, end) == ':' && byte_at(text, end + 1) == ':') {
		*gap = true;
		end += 2;
	}
	while (*groups < IPV6_GROUPS) {
		size_t digits = hex_run(text, end, 5);

		if (digits == 0 || digits == 5)
			break;
		++*groups;
		end += digits;
		if (byte_at(text, end) != ':')
			break;
		if (byte_at(text, end + 1) == ':' && !*gap) {
			*gap = true;
			end += 2;
		} else if (match_is_hex(byte_at(text, end + 1))) {
			end++;
		} else {
			break;
		}
	}
	return end;
}

size_t match_ipv6(const struct span *text, size_t at)
{
	char before = byte_before(text, at);
	size_t groups, end;
	bool gap;

	if (match_is_alnum(before) || (byte_at(text, at) == ':' && before == ':'))
		return 0;
	end = ipv6_groups(text, at, &groups, &gap);
	/* "::" and "::1" are everybody's. */
	if (match_is_alnum(byte_at(text, end)) || (gap && groups < 2 && end - at < 4) ||
	    groups == 0 || (!gap && groups != IPV6_GROUPS))
		return 0;
	/* An IPv4 address may be its end: ::ffff:192.0.2.1 */
	if (byte_at(text, end) == '.') {
		struct span rest = {text->text, text->size};
		size_t start = end;

		while (start > at && text->text[start - 1] != ':')
			start--;
		end = start + match_ipv4(&rest, start);
	}
	return end > at ? end - at : 0;
}
