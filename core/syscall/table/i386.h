/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The calls of 32-bit programs (int $0x80, compat), as names: index.c makes entries of them, with the
 * help of the x86-64 tables.
 */
#ifndef LUPE_SYSCALL_TABLE_I386_H
#define LUPE_SYSCALL_TABLE_I386_H

#include <stddef.h>
#include <stdint.h>

struct lupe_i386_call {
	const char *name;
	uint16_t nr;
	const char *native; /* the x86-64 call that it is like; NULL: none */
	int8_t n_registers; /* bare ones; -1: as many as the native call; -2: with the native call's types */
	uint32_t groups;    /* without a native call */
};

enum { LUPE_I386_AS_NATIVE = -1, LUPE_I386_SAME = -2 };

extern const struct lupe_i386_call lupe_i386_calls[];
extern const size_t lupe_i386_n_calls;

#endif
