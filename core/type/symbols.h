/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of numbers, for the printers.
 */
#ifndef LUPE_TYPE_SYMBOLS_H
#define LUPE_TYPE_SYMBOLS_H

#include "base/buffer.h"
#include "lupe/type.h"

/* Appends the names of `number` by an ENUM or FLAGS type, bits without a name in hexadecimal after
 * them. Answers false, and appends nothing, when no name applies. */
bool lupe_symbols_append(struct lupe_buffer *out, const struct lupe_type *type, uint64_t number);

/* The number in the type's own width, as hexadecimal shows it. */
uint64_t lupe_symbols_narrow(const struct lupe_type *type, uint64_t number);

#endif
