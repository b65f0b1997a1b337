/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Symbols: names of code and data, and their addresses.
 */
#ifndef LUPE_SYMBOL_H
#define LUPE_SYMBOL_H

#include <stdint.h>
#include "lupe/error.h"

enum lupe_symbol_kind {
	LUPE_SYMBOL_FUNCTION,
	LUPE_SYMBOL_INDIRECT, /* a resolver (IFUNC): the function is chosen when the program starts */
	LUPE_SYMBOL_LABEL,    /* no type: assembly */
	LUPE_SYMBOL_OBJECT,
	LUPE_SYMBOL_TLS, /* `address` is the offset in the thread's block */
};

struct lupe_symbol {
	const char *name; /* demangled, without a version; lives as long as its image */
	lupe_addr address;
	uint64_t size; /* 0: unknown */
	enum lupe_symbol_kind kind;
};

#endif
