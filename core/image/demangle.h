/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C++ names (and Rust's older ones, which have the same shape) as people write them. The work is done by
 * the C++ runtime's __cxa_demangle, loaded when the first mangled name is met: a system that runs C++
 * programs has it, and without it names stay as they are.
 */
#ifndef LUPE_IMAGE_DEMANGLE_H
#define LUPE_IMAGE_DEMANGLE_H

#include <stddef.h>

struct lupe_demangler {
	void *library; /* NULL: not loaded */
	char *(*function)(const char *name, char *buffer, size_t *size, int *status);
	int tried;
};

void lupe_demangler_init(struct lupe_demangler *demangler);
void lupe_demangler_deinit(struct lupe_demangler *demangler);

/* malloc'ed; NULL: it is no mangled name. */
char *lupe_demangle(struct lupe_demangler *demangler, const char *name);

#endif
