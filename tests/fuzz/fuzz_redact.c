/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The redactor on any text, and on that text around things that must not survive: whatever is
 * before them in the text, a network card, a UUID and an address between blanks are gone, and so is
 * a name that was said.
 */
#include "fuzz/fuzz.h"

#include "setup/redact.h"

#include <stdlib.h>
#include <string.h>

static const char *const secrets[] = {
	"bc:24:11:5e:cf:01", "4c4c4544-0042-3010-8052-b4c04f4a4d32",
	"203.0.113.77",      "2001:db8::dead:77",
	"kellerkiste",
};

#define COUNT (sizeof(secrets) / sizeof(secrets[0]))

/* What is before the middle, a secret, and what is after it. */
static char *plant(const uint8_t *data, size_t size, const char *secret, size_t *length)
{
	size_t middle = size / 2, word = strlen(secret);
	char *text = malloc(size + word + 2);

	FUZZ_CHECK(text);
	if (size)
		memcpy(text, data, middle);
	text[middle] = ' ';
	memcpy(text + middle + 1, secret, word);
	text[middle + 1 + word] = ' ';
	if (size)
		memcpy(text + middle + 2 + word, data + middle, size - middle);
	*length = size + word + 2;
	return text;
}

static bool holds(const char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= size; i++) {
		if (!memcmp(text + i, word, length))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct redactor *redactor = redact_new();
	struct igdrom_bytes out;

	FUZZ_CHECK(redactor);
	redact_add_name(redactor, REDACT_HOST, "kellerkiste");
	for (size_t i = 0; i < COUNT; i++) {
		bool before = holds((const char *)data, size, secrets[i]);
		size_t length;
		char *text = plant(data, size, secrets[i], &length);

		FUZZ_CHECK(redact_text(redactor, text, length, &out) == IGDROM_OK);
		FUZZ_CHECK(out.data[out.size] == 0);
		FUZZ_CHECK(before || !holds((const char *)out.data, out.size, secrets[i]));
		igdrom_bytes_free(&out);
		free(text);
	}
	redact_free(redactor);
	return 0;
}
