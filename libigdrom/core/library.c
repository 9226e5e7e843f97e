/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* It stays loaded: threads may use it until the process ends. */
static bool fill(const struct library *library)
{
	void *handle = dlopen(library->soname, RTLD_LAZY | RTLD_LOCAL);

	for (size_t i = 0; i < library->count; i++) {
		void *function = handle ? dlsym(handle, library->functions[i].name) : NULL;

		if (!function)
			return false;
		memcpy((uint8_t *)library->table + library->functions[i].at, &function,
		       sizeof(function));
	}
	return true;
}

bool library_load(struct library *library)
{
	bool complete;

	pthread_mutex_lock(&lock);
	if (!library->tried)
		library->complete = fill(library);
	library->tried = true;
	complete = library->complete;
	pthread_mutex_unlock(&lock);
	return complete;
}
