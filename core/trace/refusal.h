/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a process cannot be attached to.
 */
#ifndef LUPE_TRACE_REFUSAL_H
#define LUPE_TRACE_REFUSAL_H

#include <sys/types.h>
#include "lupe/error.h"

/* From what the kernel said (an errno number) and what /proc says of the process: gone, a zombie, a
 * kernel thread, traced already (by whom), not permitted. */
struct lupe_error *lupe_attach_refused(pid_t pid, int errnum);

#endif
