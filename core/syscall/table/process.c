/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Processes: starting programs, waiting for them, their ids, namespaces and limits. clone and
 * clone3 have a file of their own.
 */
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "syscall/table/memory.h"
#include "syscall/table/process.h"
#include "syscall/table/signal.h"
#include "syscall/table/table.h"

enum { KERNEL_CLONE_NEWTIME = 0x80, LIMIT_UNIT = 1024 };

/* --- wait --- */

/* What a wait status says, in the words of the macros that take it apart. */
static void print_status(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;
	int status = (int)value->u;
	unsigned event = (unsigned)status >> 16;

	lupe_buffer_bytes(out, "[{", 2);
	if (WIFSTOPPED(status)) {
		lupe_buffer_string(out, "WIFSTOPPED(s) && WSTOPSIG(s) == ");
		lupe_strace_signal(printer, WSTOPSIG(status) & 0x7f);
		if (WSTOPSIG(status) & 0x80)
			lupe_buffer_string(out, " | 0x80");
	} else if (WIFSIGNALED(status)) {
		lupe_buffer_string(out, "WIFSIGNALED(s) && WTERMSIG(s) == ");
		lupe_strace_signal(printer, WTERMSIG(status));
		if (WCOREDUMP(status))
			lupe_buffer_string(out, " && WCOREDUMP(s)");
	} else if (WIFEXITED(status)) {
		lupe_buffer_string(out, "WIFEXITED(s) && WEXITSTATUS(s) == ");
		lupe_buffer_decimal(out, WEXITSTATUS(status));
		event = 0;
	} else if (WIFCONTINUED(status)) {
		lupe_buffer_string(out, "WIFCONTINUED(s)");
		event = 0;
	} else {
		lupe_buffer_hex(out, (unsigned)status);
	}
	lupe_buffer_char(out, '}');
	if (event) {
		lupe_buffer_string(out, ", event=");
		lupe_buffer_hex(out, event);
	}
	lupe_buffer_char(out, ']');
}

/* The kernel writes only when it found a child; 0 stands for none (WNOHANG). */
static void follow_if_found(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, !decode->failed && decode->result > 0);
}

static bool kcmp_has_fds(const struct lupe_value *args)
{
	uint32_t kind = (uint32_t)args->children[2].u;

	return kind == KCMP_FILE || kind == KCMP_EPOLL_TFD || kind > KCMP_EPOLL_TFD;
}

/* --- limits --- */

/* "8192*1024", as strace writes sizes. */
static void print_limit(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;
	bool infinite = value->u == UINT64_MAX;
	enum lupe_xlat xlat = printer->options->xlat;

	if ((!infinite && (value->u <= LIMIT_UNIT || value->u % LIMIT_UNIT)) ||
	    xlat == LUPE_XLAT_RAW) {
		lupe_buffer_unsigned(out, value->u);
		return;
	}
	if (xlat == LUPE_XLAT_VERBOSE) {
		lupe_buffer_unsigned(out, value->u);
		lupe_buffer_bytes(out, " /* ", 4);
	}
	if (infinite) {
		lupe_buffer_string(out, "RLIM64_INFINITY");
	} else {
		lupe_buffer_unsigned(out, value->u / LIMIT_UNIT);
		lupe_buffer_string(out, "*1024");
	}
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_bytes(out, " */", 3);
}

/* clang-format off */

static const struct lupe_type_ops status_ops = {.print = print_status};
static const struct lupe_type wait_status = {
	.name = "int", .kind = LUPE_KIND_INT, .size = 4, .ops = &status_ops};

static const struct lupe_type_ops found_ops = {.decode = follow_if_found};
static const struct lupe_type status_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &wait_status,
	.ops = &found_ops};
static const struct lupe_type rusage_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_rusage,
	.ops = &found_ops};

static FLAGS(wait_flags, 4, "W???", NULL,
	E(WNOHANG), E(WEXITED), E_AS("WSTOPPED", WUNTRACED), E(WCONTINUED), E(WNOWAIT), E(__WCLONE),
	E(__WALL), E(__WNOTHREAD))
static ENUM(wait_id_type, 4, "P_???", E(P_ALL), E(P_PID), E(P_PGID), E(P_PIDFD))

/* Long members that nobody needs unless asked: all but the two times. */
#define RUSAGE(field) FIELD(struct rusage, field, &lupe_type_ulong, .flags = LUPE_MEMBER_VERBOSE)
STRUCT(lupe_type_rusage, struct rusage,
	FIELD(struct rusage, ru_utime, &lupe_type_timeval),
	FIELD(struct rusage, ru_stime, &lupe_type_timeval), RUSAGE(ru_maxrss), RUSAGE(ru_ixrss),
	RUSAGE(ru_idrss), RUSAGE(ru_isrss), RUSAGE(ru_minflt), RUSAGE(ru_majflt), RUSAGE(ru_nswap),
	RUSAGE(ru_inblock), RUSAGE(ru_oublock), RUSAGE(ru_msgsnd), RUSAGE(ru_msgrcv),
	RUSAGE(ru_nsignals), RUSAGE(ru_nvcsw), RUSAGE(ru_nivcsw))
static ENUM(rusage_who, 4, "RUSAGE_???",
	E(RUSAGE_SELF), E(RUSAGE_CHILDREN), E_AS("RUSAGE_BOTH", -2), E(RUSAGE_THREAD))

static ENUM(resource, 4, "RLIMIT_???",
	E(RLIMIT_CPU), E(RLIMIT_FSIZE), E(RLIMIT_DATA), E(RLIMIT_STACK), E(RLIMIT_CORE),
	E(RLIMIT_RSS), E(RLIMIT_NPROC), E(RLIMIT_NOFILE), E(RLIMIT_MEMLOCK), E(RLIMIT_AS),
	E(RLIMIT_LOCKS), E(RLIMIT_SIGPENDING), E(RLIMIT_MSGQUEUE), E(RLIMIT_NICE), E(RLIMIT_RTPRIO),
	E(RLIMIT_RTTIME))
static const struct lupe_type_ops limit_ops = {.print = print_limit};
static const struct lupe_type limit = {
	.name = "rlim_t", .kind = LUPE_KIND_UINT, .size = 8, .ops = &limit_ops};
static STRUCT(rlimit, struct rlimit64,
	FIELD(struct rlimit64, rlim_cur, &limit), FIELD(struct rlimit64, rlim_max, &limit))

static FLAGS(unshare_flags, 8, "CLONE_???", NULL,
	E_AS("CLONE_NEWTIME", KERNEL_CLONE_NEWTIME), E(CLONE_VM), E(CLONE_FS), E(CLONE_FILES),
	E(CLONE_SIGHAND), E(CLONE_THREAD), E(CLONE_NEWNS), E(CLONE_SYSVSEM), E(CLONE_NEWCGROUP),
	E(CLONE_NEWUTS), E(CLONE_NEWIPC), E(CLONE_NEWUSER), E(CLONE_NEWPID), E(CLONE_NEWNET))
static FLAGS(setns_flags, 4, "CLONE_NEW???", NULL,
	E_AS("CLONE_NEWTIME", KERNEL_CLONE_NEWTIME), E(CLONE_NEWNS), E(CLONE_NEWCGROUP),
	E(CLONE_NEWUTS), E(CLONE_NEWIPC), E(CLONE_NEWUSER), E(CLONE_NEWPID), E(CLONE_NEWNET))

static FLAGS(execveat_flags, 4, "AT_???", NULL,
	E(AT_SYMLINK_NOFOLLOW), E(AT_REMOVEDIR), E(AT_SYMLINK_FOLLOW), E(AT_NO_AUTOMOUNT),
	E(AT_EMPTY_PATH), E(AT_RECURSIVE))

static ENUM(kcmp_type, 4, "KCMP_???",
	E(KCMP_FILE), E(KCMP_VM), E(KCMP_FILES), E(KCMP_FS), E(KCMP_SIGHAND), E(KCMP_IO),
	E(KCMP_SYSVSEM), E(KCMP_EPOLL_TFD))
static STRUCT(epoll_slot, struct kcmp_epoll_slot,
	FIELD(struct kcmp_epoll_slot, efd, &lupe_type_fd),
	FIELD(struct kcmp_epoll_slot, tfd, &lupe_type_fd),
	FIELD(struct kcmp_epoll_slot, toff, &lupe_type_uint))
CHOICE(kcmp_first, 2, 0,
	CASE(KCMP_FILE, .type = &lupe_type_fd), CASE(KCMP_EPOLL_TFD, .type = &lupe_type_fd))
CHOICE(kcmp_second, 2, 0,
	CASE(KCMP_FILE, .type = &lupe_type_fd), CASE(KCMP_EPOLL_TFD, .type = PTR(&epoll_slot)))

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(execve, G_FILE | G_PROCESS, NULL, WITH(.flags = LUPE_SYSCALL_REPLACES_MEMORY),
	IN("pathname", PTR(&lupe_type_path)), IN("argv", PTR(PTR(&lupe_type_string)),
	.count = TERMINATED), IN("envp", PTR(PTR(&lupe_type_string)), .count = TERMINATED,
	.flags = LUPE_MEMBER_VERBOSE))
SYSCALL_WITH(execveat, G_DESC | G_FILE | G_PROCESS, NULL,
	WITH(.flags = LUPE_SYSCALL_REPLACES_MEMORY), IN("dirfd", &lupe_type_dirfd),
	IN("pathname", PTR(&lupe_type_path)), IN("argv", PTR(PTR(&lupe_type_string)),
	.count = TERMINATED), IN("envp", PTR(PTR(&lupe_type_string)), .count = TERMINATED,
	.flags = LUPE_MEMBER_VERBOSE), IN("flags", &execveat_flags))
SYSCALL_WITH(exit, G_PROCESS, NULL, WITH(.flags = LUPE_SYSCALL_NEVER_RETURNS),
	IN("status", &lupe_type_int))
SYSCALL_WITH(exit_group, G_PROCESS, NULL, WITH(.flags = LUPE_SYSCALL_NEVER_RETURNS),
	IN("status", &lupe_type_int))
SYSCALL(wait4, G_PROCESS, &lupe_type_pid,
	IN("pid", &lupe_type_pid), OUT("wstatus", &status_pointer), IN("options", &wait_flags),
	OUT("rusage", &rusage_pointer))
SYSCALL(waitid, G_PROCESS, NULL,
	IN("idtype", &wait_id_type), IN("id", &lupe_type_int),
	OUT("infop", PTR(&lupe_type_siginfo)), IN("options", &wait_flags),
	OUT("rusage", PTR(&lupe_type_rusage)))

SYSCALL_NO_ARGS(getpid, G_PURE, &lupe_type_pid, 0)
SYSCALL_NO_ARGS(getppid, G_PURE, &lupe_type_pid, 0)
SYSCALL_NO_ARGS(gettid, G_PURE, &lupe_type_tid, 0)
SYSCALL_NO_ARGS(getpgrp, G_PURE, &lupe_type_pgid, 0)
SYSCALL(getpgid, 0, &lupe_type_pgid, IN("pid", &lupe_type_pid))
SYSCALL(setpgid, 0, NULL, IN("pid", &lupe_type_pid), IN("pgid", &lupe_type_pgid))
SYSCALL(getsid, 0, &lupe_type_pid, IN("pid", &lupe_type_pid))
SYSCALL_NO_ARGS(setsid, 0, &lupe_type_pid, 0)

SYSCALL(unshare, 0, NULL, IN("flags", &unshare_flags))
SYSCALL(setns, G_DESC, NULL, IN("fd", &lupe_type_fd), IN("nstype", &setns_flags))
SYSCALL(kcmp, 0, NULL,
	IN("pid1", &lupe_type_pid), IN("pid2", &lupe_type_pid), IN("type", &kcmp_type),
	IN("idx1", &lupe_type_ulong_hex, .choice = &kcmp_first, .present = kcmp_has_fds),
	IN("idx2", &lupe_type_ulong_hex, .choice = &kcmp_second, .present = kcmp_has_fds))

SYSCALL(process_madvise, G_DESC, NULL,
	IN("pidfd", &lupe_type_fd),
	IN("iovec", PTR(&lupe_type_iovec_address), .count = BY_MEMBER(2)),
	IN("vlen", &lupe_type_ulong), IN("advice", &lupe_type_memory_advice),
	IN("flags", &lupe_type_u32_hex))
SYSCALL(process_mrelease, G_DESC, NULL,
	IN("pidfd", &lupe_type_fd), IN("flags", &lupe_type_u32_hex))

SYSCALL(getrlimit, 0, NULL, IN("resource", &resource), OUT("rlim", PTR(&rlimit)))
SYSCALL(setrlimit, 0, NULL, IN("resource", &resource), IN("rlim", PTR(&rlimit)))
SYSCALL(prlimit64, 0, NULL,
	IN("pid", &lupe_type_pid), IN("resource", &resource), IN("new_limit", PTR(&rlimit)),
	OUT("old_limit", PTR(&rlimit)))
SYSCALL(getrusage, 0, NULL, IN("who", &rusage_who), OUT("usage", PTR(&lupe_type_rusage)))

SYSCALL(set_tid_address, 0, &lupe_type_tid, IN("tidptr", &lupe_type_ulong_hex))
SYSCALL(set_robust_list, 0, NULL, IN("head", &lupe_type_address), IN("len", &lupe_type_size_t))
SYSCALL(get_robust_list, 0, NULL,
	IN("pid", &lupe_type_tid), OUT("head_ptr", PTR(&lupe_type_address)),
	OUT("len_ptr", PTR(&lupe_type_size_t)))
SYSCALL(rseq, 0, NULL,
	IN("rseq", &lupe_type_ulong_hex), IN("rseq_len", &lupe_type_ulong_hex),
	IN("flags", &lupe_type_ulong_hex), IN("sig", &lupe_type_ulong_hex))
};

EXPORT_FAMILY(process)
