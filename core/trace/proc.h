/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What /proc tells of a process or thread: proc(5). Answers are snapshots; the process may be gone
 * a moment later.
 */
#ifndef LUPE_TRACE_PROC_H
#define LUPE_TRACE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "lupe/error.h"

struct lupe_proc_status {
	pid_t tgid, ppid, tracer; /* tracer 0: nobody traces it */
	char state;		  /* R S D T t Z X I */
	bool kernel_thread;	  /* Kthread: 1 (Linux 6.8), or a child of kthreadd without memory */
	char name[64];		  /* comm; printable */
};

/* LUPE_ERROR_EXITED when there is no such process or thread. */
LUPE_MUST_CHECK struct lupe_error *lupe_proc_status_read(pid_t tid, struct lupe_proc_status *ret);

/* Pure: from the text of /proc/PID/status. False when it is not such a text. */
bool lupe_proc_status_parse(const char *text, struct lupe_proc_status *ret);

/* The threads of `pid`: `*ret` is malloc'ed. */
LUPE_MUST_CHECK struct lupe_error *lupe_proc_threads(pid_t pid, pid_t **ret, size_t *ret_count);

/* The process's number in its own pid namespace; `pid` itself when that is not told. */
pid_t lupe_proc_inner_pid(pid_t pid);

/* The CPU on which a thread last ran; -1 when unknown. */
int lupe_proc_cpu(pid_t pid, pid_t tid);

/* An entry of /proc/PID/auxv by its AT_* type; 0 when there is none. */
uint64_t lupe_proc_auxv(pid_t pid, uint64_t type);

/* What a descriptor of a process is to a decoder of netlink messages: the protocol of its netlink
 * socket (NETLINK_ROUTE), or LUPE_UNKNOWN_NETLINK or LUPE_NOT_NETLINK (lupe/value.h). The kernel lists
 * only bound sockets, of its own network namespace. */
int lupe_proc_netlink_protocol(pid_t pid, int fd);

/* Pure: the protocol of the socket with that inode in the text of /proc/net/netlink;
 * LUPE_UNKNOWN_NETLINK when it is not there. */
int lupe_proc_netlink_parse(const char *text, unsigned long inode);

/* The address of the vdso (AT_SYSINFO_EHDR of /proc/PID/auxv); 0 when there is none. */
lupe_addr lupe_proc_vdso(pid_t pid);

#endif
