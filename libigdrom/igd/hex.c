/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/igd.h"

static bool digit_of(char c, uint64_t *digit)
{
	if (c >= '0' && c <= '9')
		*digit = (uint64_t)(c - '0');
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		*digit = (uint64_t)((c | 0x20) - 'a' + 10);
	else
		return false;
	return true;
}

bool igd_read_hex(const char *text, size_t size, uint64_t *value)
{
	uint64_t digit;
	size_t start;
	size_t i = 0;

	*value = 0;
	if (size > 2 && text[0] == '0' && (text[1] | 0x20) == 'x')
		i = 2;
	for (start = i; i < size && digit_of(text[i], &digit); i++) {
		if (i - start == 16)
			return false;
		*value = *value << 4 | digit;
	}
	if (i == start)
		return false;
	while (i < size && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || !text[i]))
		i++;
	return i == size;
}
