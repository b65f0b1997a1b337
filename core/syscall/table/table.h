/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Families of syscalls. A family is one file of this folder: its types are static, and it ends with
 *
 *   static const struct lupe_syscall entries[] = {
 *   SYSCALL(chdir, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
 *   ...
 *   };
 *   EXPORT_FAMILY(file)
 *
 * and has a line in families.def. A number belongs to one family only; the order of the entries means
 * nothing. Types of two families and more are in syscall/types.h.
 */
#ifndef LUPE_SYSCALL_TABLE_H
#define LUPE_SYSCALL_TABLE_H

#include "base/buffer.h"
#include "syscall/describe.h"
#include "syscall/text.h"
#include "syscall/types.h"

struct lupe_syscall_family {
	const struct lupe_syscall *entries;
	size_t n_entries;
};

#define FAMILY(name) extern const struct lupe_syscall_family lupe_syscalls_##name;
#include "syscall/table/families.def"
#undef FAMILY

/* Exports the file's `entries`. */
#define EXPORT_FAMILY(name)                                     \
	const struct lupe_syscall_family lupe_syscalls_##name = \
	    {entries, ARRAY_SIZE(entries)};

#endif
