/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What setsockopt and getsockopt take: their parameters 2 and 3, by the level in parameter 1.
 */
#ifndef LUPE_SYSCALL_TABLE_SOCKOPT_H
#define LUPE_SYSCALL_TABLE_SOCKOPT_H

#include "syscall/describe.h"

extern const struct lupe_choice lupe_option_names_set, lupe_option_names_get;

/* The value by level and name. The type that they leave in place is lupe_type_option: an int if the
 * member's count says that it is as long as one, else bytes. */
extern const struct lupe_choice lupe_option_values_set, lupe_option_values_get;
extern const struct lupe_type lupe_type_option_set, lupe_type_option_get;

#endif
