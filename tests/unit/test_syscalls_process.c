/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls on processes and their scheduling. The expected lines are strace 6.1's own, of the same
 * calls.
 */
#include "calls.h"

#include <linux/kcmp.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* clang-format off */

static void test_execve(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE + 0, "/no/such/prog");
	PUT_STRING(b, BASE + 0x40, "arg one");
	PUT_STRING(b, BASE + 0x60, "A=b");
	PUT(b, BASE + 0x100, ((long[3]){BASE, BASE + 0x40, 0}));
	PUT(b, BASE + 0x180, ((long[2]){BASE + 0x60, 0}));
	assert_string_equal(LINE(b, __NR_execve, -38, BASE, BASE + 0x100, BASE + 0x180),
		"execve(\"/no/such/prog\", [\"/no/such/prog\", \"arg one\"], 0x10180 /* 1 var "
		"*/) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_execve, -38, BASE, 0, 0),
		"execve(\"/no/such/prog\", NULL, NULL) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_execve, -38, 0, END, END),
		"execve(NULL, 0x20000, 0x20000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_execve, -38, BASE, BASE + 0x100, BASE + 0x188),
		"execve(\"/no/such/prog\", [\"/no/such/prog\", \"arg one\"], 0x10188 /* 0 vars "
		"*/) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_execveat, -38, -100, BASE, BASE + 0x100, BASE + 0x180,
	0x1100 | 0x10000),
		"execveat(AT_FDCWD, \"/no/such/prog\", [\"/no/such/prog\", \"arg one\"], "
		"0x10180 /* 1 var */, AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH|0x10000) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_execveat, -38, 3, BASE, BASE + 0x100, BASE + 0x180, 0x80),
		"execveat(3, \"/no/such/prog\", [\"/no/such/prog\", \"arg one\"], 0x10180 /* 1 "
		"var */, 0x80 /* AT_??? */) = -1 ENOSYS (Function not implemented)");
}

static void test_clone(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x200, ((int[2]){77, 88}));
	assert_string_equal(LINE(b, __NR_clone, -38, SIGCHLD, 0, BASE + 0x200, BASE + 0x204,
	0x1234),
		"clone(child_stack=NULL, flags=SIGCHLD) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_clone, -38,
	CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, BASE + 0x204, 0),
		"clone(child_stack=NULL, "
		"flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
		"child_tidptr=0x10204) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone, -38, UINT64_C(0x100000000) | SIGCHLD, 0, 0, 0, 0),
		"clone(child_stack=NULL, flags=0x100000000 /* CLONE_??? */|SIGCHLD) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone, -38, 0, 0, 0, 0, 0),
		"clone(child_stack=NULL, flags=0) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone, -38, CLONE_NEWTIME | 99, BASE, 0, 0, 0),
		"clone(child_stack=0x10000, flags=227) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_clone, -38, CLONE_SETTLS | SIGCHLD, BASE + 0x2000,
	BASE + 0x200, END, 0x1234),
		"clone(child_stack=0x12000, flags=CLONE_SETTLS|SIGCHLD, tls=0x1234) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone, 0,
	CLONE_VM | CLONE_THREAD | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
	BASE + 0x2000, BASE + 0x200, BASE + 0x204, 0x1234),
		"clone(child_stack=0x12000, "
		"flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS|CLONE_PARENT_SETTID|"
		"CLONE_CHILD_CLEARTID, parent_tid=[77], tls=0x1234, "
		"child_tidptr=0x10204) = 0");
	assert_string_equal(LINE(b, __NR_clone, 0, CLONE_PIDFD | SIGCHLD, BASE + 0x2000,
	BASE + 0x200, 0, 0),
		"clone(child_stack=0x12000, flags=CLONE_PIDFD|SIGCHLD, parent_tid=[77]) "
		"= 0");
	assert_string_equal(LINE(b, __NR_fork, 0, 0),
		"fork() = 0");
	assert_string_equal(LINE(b, __NR_vfork, 0, 0),
		"vfork() = 0");
}

static void test_clone3(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x200, ((int[2]){77, 88}));
	PUT(b, BASE + 0x300, ((struct clone_args){.flags =
	CLONE_VM | CLONE_PIDFD | CLONE_PARENT_SETTID, .pidfd = BASE + 0x200,
	.parent_tid = BASE + 0x204, .exit_signal = SIGCHLD, .stack = BASE + 0x2000,
	.stack_size = 0x1000}));
	assert_string_equal(LINE(b, __NR_clone3, -38, BASE + 0x300, 88),
		"clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10200, "
		"parent_tid=0x10204, exit_signal=SIGCHLD, stack=0x12000, "
		"stack_size=0x1000}, 88) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone3, -38, BASE + 0x300, 63),
		"clone3(0x10300, 63) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone3, -38, 0, 88),
		"clone3(NULL, 88) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone3, -38, END, 88),
		"clone3(0x20000, 88) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 64),
		"clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10200, "
		"parent_tid=0x10204, exit_signal=SIGCHLD, stack=0x12000, "
		"stack_size=0x1000} => {pidfd=[77], parent_tid=[88]}, 64) = 0");
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 88),
		"clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10200, "
		"parent_tid=0x10204, exit_signal=SIGCHLD, stack=0x12000, "
		"stack_size=0x1000} => {pidfd=[77], parent_tid=[88]}, 88) = 0");
	PUT(b, BASE + 0x300, ((struct clone_args){.flags = CLONE_INTO_CGROUP | CLONE_SETTLS,
	.exit_signal = 99, .set_tid = BASE + 0x200, .set_tid_size = 2, .cgroup = 5, .tls = 6}));
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 64),
		"clone3({flags=CLONE_SETTLS|CLONE_INTO_CGROUP, exit_signal=99, "
		"stack=NULL, stack_size=0, tls=0x6}, 64) = 0");
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 80),
		"clone3({flags=CLONE_SETTLS|CLONE_INTO_CGROUP, exit_signal=99, "
		"stack=NULL, stack_size=0, tls=0x6, set_tid=[77, 88], set_tid_size=2}, "
		"80) = 0");
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 88),
		"clone3({flags=CLONE_SETTLS|CLONE_INTO_CGROUP, exit_signal=99, "
		"stack=NULL, stack_size=0, tls=0x6, set_tid=[77, 88], set_tid_size=2, "
		"cgroup=5}, 88) = 0");
	PUT(b, BASE + 0x358, ((uint64_t){UINT64_C(0x101010101010101)}));
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 96),
		"clone3({flags=CLONE_SETTLS|CLONE_INTO_CGROUP, exit_signal=99, "
		"stack=NULL, stack_size=0, tls=0x6, set_tid=[77, 88], set_tid_size=2, "
		"cgroup=5, /* bytes 88..95 */ \"\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\"} => {/* "
		"bytes 88..95 */ \"\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\"}, 96) = 0");
	PUT(b, BASE + 0x300, ((struct clone_args){.flags = CLONE_PIDFD, .set_tid = BASE + 0x200,
	.set_tid_size = 40}));
	assert_string_equal(LINE(b, __NR_clone3, 0, BASE + 0x300, 88),
		"clone3({flags=CLONE_PIDFD, pidfd=NULL, exit_signal=0, stack=NULL, "
		"stack_size=0, set_tid=0x10200, set_tid_size=40} => {pidfd=NULL}, 88) = 0");
}

static void test_wait(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_wait4, -38, -1, 0, 0, 0),
		"wait4(-1, NULL, 0, NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_wait4, -38, 99999, BASE, WNOHANG | WUNTRACED | WCONTINUED,
	BASE + 0x100),
		"wait4(99999, 0x10000, WNOHANG|WSTOPPED|WCONTINUED, 0x10100) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_wait4, -38, 0, BASE, 0xe0000000, BASE),
		"wait4(0, 0x10000, __WCLONE|__WALL|__WNOTHREAD, 0x10000) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_wait4, -38, -1, BASE, 0x100, BASE),
		"wait4(-1, 0x10000, 0x100 /* W??? */, 0x10000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_waitid, -38, P_PID, 99999, BASE, WEXITED, BASE),
		"waitid(P_PID, 99999, 0x10000, WEXITED, 0x10000) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_waitid, -38, 9, -1, 0, WNOWAIT, 0),
		"waitid(0x9 /* P_??? */, -1, NULL, WNOWAIT, NULL) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_wait4, 0, 99999, BASE, WNOHANG, BASE + 0x100),
		"wait4(99999, 0x10000, WNOHANG, 0x10100) = 0");
	assert_string_equal(LINE(b, __NR_waitid, 0, P_ALL, 0, BASE, WEXITED | WNOHANG, 0),
		"waitid(P_ALL, 0, {}, WNOHANG|WEXITED, NULL) = 0");
}

static void test_limits(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x800, ((uint64_t[2]){UINT64_MAX, 10240}));
	assert_string_equal(LINE(b, __NR_prlimit64, -38, 99999, RLIMIT_NOFILE, BASE + 0x800, BASE),
		"prlimit64(99999, RLIMIT_NOFILE, {rlim_cur=RLIM64_INFINITY, "
		"rlim_max=10*1024}, 0x10000) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x800, ((uint64_t[2]){1023, 1025}));
	assert_string_equal(LINE(b, __NR_prlimit64, -38, 0, RLIMIT_STACK, BASE + 0x800, 0),
		"prlimit64(0, RLIMIT_STACK, {rlim_cur=1023, rlim_max=1025}, NULL) = -1 "
		"ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x800, ((uint64_t[2]){1024, 2048}));
	assert_string_equal(LINE(b, __NR_setrlimit, -38, 77, BASE + 0x800),
		"setrlimit(0x4d /* RLIMIT_??? */, {rlim_cur=1024, rlim_max=2*1024}) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setrlimit, -38, RLIMIT_CORE, END),
		"setrlimit(RLIMIT_CORE, 0x20000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_getrlimit, -38, RLIMIT_CORE, BASE + 0x800),
		"getrlimit(RLIMIT_CORE, 0x10800) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_getrlimit, 0, RLIMIT_CORE, BASE + 0x800),
		"getrlimit(RLIMIT_CORE, {rlim_cur=1024, rlim_max=2*1024}) = 0");
	assert_string_equal(LINE(b, __NR_prlimit64, 0, 0, RLIMIT_CPU, 0, BASE + 0x800),
		"prlimit64(0, RLIMIT_CPU, NULL, {rlim_cur=1024, rlim_max=2*1024}) = 0");
	PUT(b, BASE + 0xa00, ((uint64_t[18]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	17, 18}));
	assert_string_equal(LINE(b, __NR_getrusage, 0, RUSAGE_CHILDREN, BASE + 0xa00),
		"getrusage(RUSAGE_CHILDREN, {ru_utime={tv_sec=1, tv_usec=2}, "
		"ru_stime={tv_sec=3, tv_usec=4}, ...}) = 0");
	assert_string_equal(LINE(b, __NR_getrusage, 0, 5, 0),
		"getrusage(0x5 /* RUSAGE_??? */, NULL) = 0");
}

static void test_namespaces(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_unshare, -38, 0x80000000),
		"unshare(0x80000000 /* CLONE_??? */) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_unshare, -38, UINT64_C(0x10000ffff)),
		"unshare(CLONE_NEWTIME|CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|"
		"0x10000f07f) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setns, -38, -1, CLONE_NEWNS | CLONE_NEWTIME),
		"setns(-1, CLONE_NEWTIME|CLONE_NEWNS) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_setns, -38, 3, 1),
		"setns(3, 0x1 /* CLONE_NEW??? */) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_kcmp, -38, 1, 2, KCMP_FILE, 3, 4),
		"kcmp(1, 2, KCMP_FILE, 3, 4) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_kcmp, -38, 1, 2, KCMP_VM, 3, 4),
		"kcmp(1, 2, KCMP_VM) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_kcmp, -38, 1, 2, 77, 3, 4),
		"kcmp(1, 2, 0x4d /* KCMP_??? */, 0x3, 0x4) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x420, ((struct kcmp_epoll_slot){3, 4, 5}));
	assert_string_equal(LINE(b, __NR_kcmp, -38, 1, 2, KCMP_EPOLL_TFD, 3, BASE + 0x420),
		"kcmp(1, 2, KCMP_EPOLL_TFD, 3, {efd=3, tfd=4, toff=5}) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_kcmp, -38, 1, 2, KCMP_EPOLL_TFD, 3, END),
		"kcmp(1, 2, KCMP_EPOLL_TFD, 3, 0x20000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_set_tid_address, -38, BASE),
		"set_tid_address(0x10000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_set_tid_address, -38, 0),
		"set_tid_address(0) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_set_robust_list, -38, 0, 24),
		"set_robust_list(NULL, 24) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x430, ((uint64_t[2]){BASE, 24}));
	assert_string_equal(LINE(b, __NR_get_robust_list, 0, 0, BASE + 0x430, BASE + 0x438),
		"get_robust_list(0, [0x10000], [24]) = 0");
	assert_string_equal(LINE(b, __NR_rseq, 0, BASE, 32, 1, 0x53053053),
		"rseq(0x10000, 0x20, 0x1, 0x53053053) = 0");
}

static void test_scheduling(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x440, ((int){5}));
	assert_string_equal(LINE(b, __NR_sched_setscheduler, -38, 7, SCHED_FIFO, BASE + 0x440),
		"sched_setscheduler(7, SCHED_FIFO, [5]) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_sched_setparam, -38, 7, END),
		"sched_setparam(7, 0x20000) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x460, ((uint64_t[9]){5, 1, [8] = 1}));
	assert_string_equal(LINE(b, __NR_sched_setaffinity, -38, 7, 72, BASE + 0x460),
		"sched_setaffinity(7, 72, [0 2 64 512]) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_sched_setaffinity, -38, 7, 4, BASE + 0x460),
		"sched_setaffinity(7, 4, [0 2]) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_sched_setaffinity, -38, 7, 0, BASE + 0x460),
		"sched_setaffinity(7, 0, []) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_sched_setaffinity, -38, 7, 8, END - 4),
		"sched_setaffinity(7, 8, 0x1fffc) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x600, ((struct sched_attr){.size = 48, .sched_flags = 1, .sched_nice = -5,
	.sched_priority = 3}));
	assert_string_equal(LINE(b, __NR_sched_setattr, -38, 7, BASE + 0x600, 0),
		"sched_setattr(7, {size=48, sched_policy=SCHED_OTHER, "
		"sched_flags=SCHED_FLAG_RESET_ON_FORK, sched_nice=-5, sched_priority=3, "
		"sched_runtime=0, sched_deadline=0, sched_period=0}, 0) = -1 ENOSYS "
		"(Function not implemented)");
	PUT(b, BASE + 0x600, ((struct sched_attr){.size = 56, .sched_policy = SCHED_DEADLINE,
	.sched_flags = 0x67, .sched_runtime = 1, .sched_deadline = 2, .sched_period = 3,
	.sched_util_max = 1024}));
	assert_string_equal(LINE(b, __NR_sched_setattr, -38, 7, BASE + 0x600, 1),
		"sched_setattr(7, {size=56, sched_policy=SCHED_DEADLINE, "
		"sched_flags=SCHED_FLAG_RESET_ON_FORK|SCHED_FLAG_RECLAIM|"
		"SCHED_FLAG_DL_OVERRUN|SCHED_FLAG_UTIL_CLAMP_MIN|"
		"SCHED_FLAG_UTIL_CLAMP_MAX, sched_nice=0, sched_priority=0, "
		"sched_runtime=1, sched_deadline=2, sched_period=3, sched_util_min=0, "
		"sched_util_max=1024}, 1) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x600, ((struct sched_attr){.size = 60, .sched_flags = 0x18}));
	assert_string_equal(LINE(b, __NR_sched_setattr, -38, 7, BASE + 0x600, 1),
		"sched_setattr(7, {size=60, "
		"sched_flags=SCHED_FLAG_KEEP_POLICY|SCHED_FLAG_KEEP_PARAMS, "
		"sched_util_min=0, sched_util_max=0, ...}, 1) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x600, ((uint32_t){40}));
	assert_string_equal(LINE(b, __NR_sched_setattr, -38, 7, BASE + 0x600, 1),
		"sched_setattr(7, {size=40}, 1) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ioprio_set, -38, 1, 7, 0x4003),
		"ioprio_set(IOPRIO_WHO_PROCESS, 7, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, "
		"3)) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ioprio_set, -38, 9, 7, 0xe003),
		"ioprio_set(0x9 /* IOPRIO_WHO_??? */, 7, IOPRIO_PRIO_VALUE(0x7 /* "
		"IOPRIO_CLASS_??? */, 3)) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setpriority, -38, PRIO_USER, 12345, -19),
		"setpriority(PRIO_USER, 12345, -19) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_sched_getscheduler, 0, 0),
		"sched_getscheduler(0) = 0 (SCHED_OTHER)");
	assert_string_equal(LINE(b, __NR_ioprio_get, 0, 1, 0),
		"ioprio_get(IOPRIO_WHO_PROCESS, 0) = 0 "
		"(IOPRIO_PRIO_VALUE(IOPRIO_CLASS_NONE, 0))");
	assert_string_equal(LINE(b, __NR_sched_getparam, 0, 7, BASE + 0x440),
		"sched_getparam(7, [5]) = 0");
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_execve), TEST(test_clone),      TEST(test_clone3),     TEST(test_wait),
	    TEST(test_limits), TEST(test_namespaces), TEST(test_scheduling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
