/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types about processes that several families of calls use.
 */
#ifndef LUPE_SYSCALL_TABLE_PROCESS_H
#define LUPE_SYSCALL_TABLE_PROCESS_H

#include "lupe/type.h"

/* CLONE_* bits without a signal in the low byte; 8 bytes wide. */
extern const struct lupe_type lupe_type_clone_flags;

/* struct rusage */
extern const struct lupe_type lupe_type_rusage;

#endif
