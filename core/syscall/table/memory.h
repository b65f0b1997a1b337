/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types about memory that other families of calls use too.
 */
#ifndef LUPE_SYSCALL_TABLE_MEMORY_H
#define LUPE_SYSCALL_TABLE_MEMORY_H

#include "lupe/type.h"

extern const struct lupe_type lupe_type_memory_advice; /* MADV_COLD */

#endif
