/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_VM_FILES_H
#define TESTS_UNIT_VM_FILES_H

/* A file as text that ends with a NUL, to be freed; fails the test when it cannot be read. */
char *vm_file_read(const char *folder, const char *name);

#endif
