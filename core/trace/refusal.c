/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a process cannot be attached to; see trace/refusal.h.
 */
#include "trace/refusal.h"

#include <errno.h>
#include "trace/proc.h"

static struct lupe_error *traced_already(pid_t pid, const struct lupe_proc_status *status)
{
	struct lupe_proc_status tracer;
	struct lupe_error *error = lupe_proc_status_read(status->tracer, &tracer);
	const char *name = error ? "?" : tracer.name;

	lupe_error_destroy(error);
	error = lupe_error_create(LUPE_ERROR_PERMISSION,
				  "cannot attach to %d (%s): operation not permitted; "
				  "it is already traced by %d (%s)",
				  pid, status->name, status->tracer, name);
	error->errnum = EPERM;
	return error;
}

struct lupe_error *lupe_attach_refused(pid_t pid, int errnum)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(pid, &status);

	if (error) {
		lupe_error_destroy(error);
		return lupe_error_create(LUPE_ERROR_EXITED, "cannot attach to %d: no such process",
					 pid);
	}
	if (status.tracer)
		return traced_already(pid, &status);
	if (status.kernel_thread)
		return lupe_error_create(LUPE_ERROR_PERMISSION,
					 "cannot attach to %d (%s): it is a kernel thread", pid,
					 status.name);
	if (status.state == 'Z' || status.state == 'X')
		return lupe_error_create(LUPE_ERROR_EXITED,
					 "cannot attach to %d (%s): it has exited already (a zombie)",
					 pid, status.name);
	if (errnum != EPERM)
		return lupe_error_os(errnum, "cannot attach to %d (%s)", pid, status.name);
	return lupe_error_create(LUPE_ERROR_PERMISSION,
				 "cannot attach to %d (%s): operation not permitted; it belongs to "
				 "somebody else, or ptrace is restricted "
				 "(/proc/sys/kernel/yama/ptrace_scope)",
				 pid, status.name);
}
