/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * perf_event_open(2).
 */
#include <linux/perf_event.h>
#include "syscall/table/table.h"

/* clang-format off */

static FLAGS(open_flags, 8, "PERF_FLAG_???", NULL,
	E(PERF_FLAG_FD_NO_GROUP), E(PERF_FLAG_FD_OUTPUT), E(PERF_FLAG_PID_CGROUP), E(PERF_FLAG_FD_CLOEXEC))

static const struct lupe_syscall entries[] = {
SYSCALL(perf_event_open, G_DESC, &lupe_type_fd,
	IN("attr", &lupe_type_address), IN("pid", &lupe_type_pid), IN("cpu", &lupe_type_int),
	IN("group_fd", &lupe_type_fd), IN("flags", &open_flags))
SYSCALL_NO_ARGS(uretprobe, 0, NULL, 0)
SYSCALL_NO_ARGS(uprobe, 0, NULL, 0)
};

EXPORT_FAMILY(perf)
