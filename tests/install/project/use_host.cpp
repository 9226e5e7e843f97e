/* SPDX-License-Identifier: BSD-2-Clause */
#include <igdrom/host.h>
#include <igdrom/igdrom.h>

#include <cstdio>

int main(int argc, char **argv)
{
	struct igdrom_bytes bytes = {NULL, 0};

	if (argc != 2 || igdrom_file_read(argv[1], NULL, NULL, &bytes))
		return 1;
	std::printf("%s %u\n", igdrom_version(), (unsigned)bytes.size);
	igdrom_bytes_free(&bytes);
	return 0;
}
