/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File names: opening, linking, renaming, owners, modes and times.
 */
#include <fcntl.h>
#include "syscall/table/table.h"

/* clang-format off */
static const struct lupe_syscall entries[] = {
SYSCALL(chdir, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
};

EXPORT_FAMILY(file)
