/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A core file: what was left of a process, as core(5) and the kernel's fs/binfmt_elf.c (or gdb's gcore) write
 * it. Memory, mappings and threads have the same shapes as those of a live process, so that modules, unwinder
 * and decoder need not know the difference. A core file is foreign: what is truncated or makes no sense is as
 * if it were not there.
 */
#ifndef LUPE_CORE_H
#define LUPE_CORE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/user.h>
#include "lupe/error.h"
#include "lupe/image.h"
#include "lupe/memory.h"

struct lupe_core;

struct lupe_core_thread {
	pid_t tid;
	int signal; /* that it was about to take; of the first thread the one that ended the process */
	struct user_regs_struct regs;
	struct user_fpregs_struct fp;
	bool has_fp;
};

/* Whether the file behind `fd` is a core file of whatever machine. */
bool lupe_core_is_one(int fd);

/* `exe` (may be NULL) stands for the main program, wherever that was. LUPE_ERROR_FORMAT: no core file, or one
 * without threads; LUPE_ERROR_UNSUPPORTED: of another machine. */
LUPE_MUST_CHECK struct lupe_error *lupe_core_open(const char *path, const char *exe, struct lupe_core **ret);
void lupe_core_close(struct lupe_core *core); /* NULL is fine */

/* What is read of it lives as long as the core. */
const char *lupe_core_path(const struct lupe_core *core);
pid_t lupe_core_pid(const struct lupe_core *core);
const char *lupe_core_name(const struct lupe_core *core);      /* of the process; "" when unknown */
const char *lupe_core_arguments(const struct lupe_core *core); /* the start of the command line, with spaces */
/* What ended it; NULL: nothing did, or it is not told. */
const siginfo_t *lupe_core_siginfo(const struct lupe_core *core);
/* By the order in the file: the one that the signal hit comes first. */
const struct lupe_core_thread *lupe_core_threads(const struct lupe_core *core, size_t *ret_count);
/* A value of the auxiliary vector, by AT_*; 0 when it has none. */
uint64_t lupe_core_auxv(const struct lupe_core *core, uint64_t type);

/* What was not dumped because a file has it is read from that file, if its first page is the dumped one. */
const struct lupe_memory *lupe_core_memory(const struct lupe_core *core);

/* The mappings, as /proc/PID/maps would have told them. */
LUPE_MUST_CHECK struct lupe_error *lupe_core_maps(const struct lupe_core *core, struct lupe_maps *ret);
/* How its modules are found; `core` must outlive them. */
struct lupe_module_source lupe_core_module_source(struct lupe_core *core, struct lupe_images *images);

#endif
