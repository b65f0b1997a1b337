/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers of 32-bit programs. A file of its own, since the headers of both ABIs use the same names
 * for other numbers.
 */
#include "syscall/table/i386.h"

#include <asm/unistd_32.h>
#include "base/cleanup.h"
#include "lupe/syscall.h"

/* describe.h has these words too, but also the other ABI's numbers. */
enum {
	AS_NATIVE = LUPE_I386_AS_NATIVE,
	G_FILE = LUPE_GROUP_FILE,
	G_DESC = LUPE_GROUP_DESC,
	G_MEMORY = LUPE_GROUP_MEMORY,
	G_PROCESS = LUPE_GROUP_PROCESS,
	G_SIGNAL = LUPE_GROUP_SIGNAL,
	G_IPC = LUPE_GROUP_IPC,
	G_NETWORK = LUPE_GROUP_NETWORK,
	G_CLOCK = LUPE_GROUP_CLOCK,
	G_PURE = LUPE_GROUP_PURE,
	G_STAT = LUPE_GROUP_STAT | LUPE_GROUP_STAT_LIKE,
	G_LSTAT = LUPE_GROUP_LSTAT | LUPE_GROUP_STAT_LIKE,
	G_FSTAT = LUPE_GROUP_FSTAT | LUPE_GROUP_STAT_LIKE,
	G_STATFS = LUPE_GROUP_STATFS | LUPE_GROUP_STATFS_LIKE,
	G_FSTATFS = LUPE_GROUP_FSTATFS | LUPE_GROUP_STATFS_LIKE,
};

#define SAME(name)           {#name, __NR_##name, #name, LUPE_I386_SAME, 0},
#define AS(name, native)     {#name, __NR_##name, #native, LUPE_I386_SAME, 0},
#define LIKE(name, n)        {#name, __NR_##name, #name, n, 0},
#define OWN(name, n, groups) {#name, __NR_##name, NULL, n, groups},
const struct lupe_i386_call lupe_i386_calls[] = {
#include "syscall/table/i386.def"
};
const size_t lupe_i386_n_calls = ARRAY_SIZE(lupe_i386_calls);
