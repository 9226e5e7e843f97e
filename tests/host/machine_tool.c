/* SPDX-License-Identifier: BSD-2-Clause */
/* machine_tool RECIPE DIR: makes the tree of a machine, for machine.py to compare. */
#include "host/machine.h"

int main(int argc, char **argv)
{
	return argc == 3 && machine_make(argv[1], argv[2]) ? 0 : 1;
}
