/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types about signals that other families of calls use too.
 */
#ifndef LUPE_SYSCALL_TABLE_SIGNAL_H
#define LUPE_SYSCALL_TABLE_SIGNAL_H

#include "lupe/type.h"

/* siginfo_t: for scripts the fields that mean something for its signal and code, as text what strace
 * writes. */
extern const struct lupe_type lupe_type_siginfo;

/* A pointer to a signal mask whose size in bytes is the member's count; another size than the kernel's
 * 8 leaves it an address. */
extern const struct lupe_type lupe_type_sigset_pointer;

/* A signal in a whole register: a number that is none stays one of 64 bits. */
extern const struct lupe_type lupe_type_signal_number;

/* struct sigevent: timers and message queues. */
extern const struct lupe_type lupe_type_sigevent;

#endif
