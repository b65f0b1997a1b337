/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A wait status as a value: raw int in, event out, no system call. Sources: ptrace(2) of SEIZEd
 * tracees with PTRACE_O_TRACESYSGOOD; wait(2).
 */
#ifndef LUPE_TRACE_STATUS_H
#define LUPE_TRACE_STATUS_H

#include "lupe/event.h"

/* Fills kind, status, signal, exit_code and core_dumped of `ret` from a status of wait4; leaves the
 * rest zero. What only the thread can tell is left to the session: SYSCALL (entry or exit), the new
 * pid of FORK, the siginfo of SIGNAL. A thread's exit reads as EXITED or KILLED here. */
void lupe_event_from_status(int status, struct lupe_event *ret);

/* Statuses as the kernel would make them, for tests. `event` is PTRACE_EVENT_* or 0. */
int lupe_status_of_stop(int signal, int event);
int lupe_status_of_exit(int exit_code);
int lupe_status_of_kill(int signal, bool core_dumped);

/* Whether the SIGTRAP of a thread that was single-stepped tells of the step: TRAP_TRACE, or TRAP_BRKPT
 * after the instruction `syscall` (user_single_step_report in arch/x86/kernel/ptrace.c). An int3 reads
 * SI_KERNEL, a debug register TRAP_HWBKPT. */
bool lupe_siginfo_is_step(const siginfo_t *info);

/* True for SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU. */
bool lupe_signal_stops(int signal);

#endif
