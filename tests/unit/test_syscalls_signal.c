/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls on signals, time and futexes. The expected lines are strace 6.1's own, of the same calls.
 */
#include "calls.h"

#include <linux/futex.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

/* clang-format off */

static void test_handlers(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0, ((uint64_t[4]){1, 0x14000000, 0x401000, 0x10002}));
	assert_string_equal(LINE(b, __NR_rt_sigaction, -38, SIGINT, BASE, 0, 8),
		"rt_sigaction(SIGINT, {sa_handler=SIG_IGN, sa_mask=[INT CHLD], "
		"sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x401000}, NULL, 8) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigaction, -38, 99, BASE, BASE + 0x40, 8),
		"rt_sigaction(99, {sa_handler=SIG_IGN, sa_mask=[INT CHLD], "
		"sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x401000}, 0x10040, 8) = "
		"-1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0, ((uint64_t[4]){0x401234, 0xf4000c07, 0x401000, 2}));
	assert_string_equal(LINE(b, __NR_rt_sigaction, -38, SIGUSR1, BASE, 0, 8),
		"rt_sigaction(SIGUSR1, {sa_handler=0x401234, sa_mask=[INT], "
		"sa_flags=SA_RESTORER|SA_RESTART|SA_INTERRUPT|SA_NODEFER|SA_RESETHAND|"
		"SA_SIGINFO|SA_NOCLDSTOP|SA_NOCLDWAIT|0xc00, sa_restorer=0x401000}, "
		"NULL, 8) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0, ((uint64_t[4]){UINT64_MAX, 0x8, 0x401000, 0}));
	assert_string_equal(LINE(b, __NR_rt_sigaction, -38, SIGUSR1, BASE, END, 8),
		"rt_sigaction(SIGUSR1, {sa_handler=SIG_ERR, sa_mask=[], sa_flags=0x8 /* "
		"SA_??? */}, 0x20000, 8) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigaction, -38, 34, 0, 0, 8),
		"rt_sigaction(SIGRT_2, NULL, NULL, 8) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigaction, -38, 34, END, 0, 8),
		"rt_sigaction(SIGRT_2, 0x20000, NULL, 8) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0, ((uint64_t[4]){0, 0, 7, ~UINT64_C(3)}));
	assert_string_equal(LINE(b, __NR_rt_sigaction, 0, SIGCHLD, 0, BASE, 8),
		"rt_sigaction(SIGCHLD, NULL, {sa_handler=SIG_DFL, sa_mask=~[HUP INT], "
		"sa_flags=0}, 8) = 0");
}

static void test_masks(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x100, ((uint64_t){0x10002}));
	assert_string_equal(LINE(b, __NR_rt_sigprocmask, -38, SIG_BLOCK, BASE + 0x100, 0, 8),
		"rt_sigprocmask(SIG_BLOCK, [INT CHLD], NULL, 8) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigprocmask, -38, 7, BASE + 0x100, BASE, 4),
		"rt_sigprocmask(0x7 /* SIG_??? */, 0x10100, 0x10000, 4) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigprocmask, -38, SIG_SETMASK, END - 4, 0, 8),
		"rt_sigprocmask(SIG_SETMASK, 0x1fffc, NULL, 8) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigsuspend, -38, BASE + 0x100, 8),
		"rt_sigsuspend([INT CHLD], 8) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigsuspend, -38, BASE + 0x100, 7),
		"rt_sigsuspend(0x10100, 7) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigpending, -38, BASE + 0x100, 8),
		"rt_sigpending(0x10100, 8) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigprocmask, 0, SIG_UNBLOCK, 0, BASE + 0x100, 8),
		"rt_sigprocmask(SIG_UNBLOCK, NULL, [INT CHLD], 8) = 0");
	assert_string_equal(LINE(b, __NR_rt_sigpending, 0, BASE + 0x100, 8),
		"rt_sigpending([INT CHLD], 8) = 0");
	assert_string_equal(LINE(b, __NR_rt_sigpending, 0, BASE + 0x100, 4),
		"rt_sigpending([INT CHLD], 4) = 0");
	assert_string_equal(LINE(b, __NR_rt_sigpending, 0, BASE + 0x100, 9),
		"rt_sigpending(0x10100, 9) = 0");
}

static void test_sending(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x100, ((uint64_t){0x10002}));
	PUT(b, BASE + 0x200, ((int[4]){SIGUSR1, 0, SI_QUEUE, 0}));
	PUT(b, BASE + 0x210, ((int[4]){5, 6, 0x1234, 0}));
	PUT(b, BASE + 0x300, ((long[2]){-1, 1000000000}));
	assert_string_equal(LINE(b, __NR_rt_sigqueueinfo, -38, 7, SIGUSR1, BASE + 0x200),
		"rt_sigqueueinfo(7, SIGUSR1, {si_signo=SIGUSR1, si_code=SI_QUEUE, "
		"si_pid=5, si_uid=6, si_int=4660, si_ptr=0x1234}) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigqueueinfo, -38, 7, SIGUSR1, END - 8),
		"rt_sigqueueinfo(7, SIGUSR1, 0x1fff8) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_rt_tgsigqueueinfo, -38, 7, 8, 34, BASE + 0x200),
		"rt_tgsigqueueinfo(7, 8, SIGRT_2, {si_signo=SIGUSR1, si_code=SI_QUEUE, "
		"si_pid=5, si_uid=6, si_int=4660, si_ptr=0x1234}) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_pidfd_send_signal, -38, -1, SIGKILL, BASE + 0x200, 0x10),
		"pidfd_send_signal(-1, SIGKILL, {si_signo=SIGUSR1, si_code=SI_QUEUE, "
		"si_pid=5, si_uid=6, si_int=4660, si_ptr=0x1234}, 0x10) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_pidfd_send_signal, -38, -1, SIGKILL, 0, 0),
		"pidfd_send_signal(-1, SIGKILL, NULL, 0) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigtimedwait, -38, BASE + 0x100, BASE + 0x200,
	BASE + 0x300, 8),
		"rt_sigtimedwait([INT CHLD], 0x10200, {tv_sec=-1, tv_nsec=1000000000}, "
		"8) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_kill, -38, -7, SIGKILL),
		"kill(-7, SIGKILL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_tgkill, -38, 7, 8, 65),
		"tgkill(7, 8, 65) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_tkill, -38, 7, 32),
		"tkill(7, SIGRTMIN) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x500, ((stack_t){.ss_sp = (void *)(BASE + 0x4000),
	.ss_flags = SS_DISABLE | 0x10, .ss_size = 8192}));
	assert_string_equal(LINE(b, __NR_sigaltstack, -38, BASE + 0x500, BASE),
		"sigaltstack({ss_sp=0x14000, ss_flags=SS_DISABLE|0x10, ss_size=8192}, "
		"0x10000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_sigaltstack, -38, 0, END),
		"sigaltstack(NULL, 0x20000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_pause, -38, 0),
		"pause() = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_rt_sigtimedwait, 0, BASE + 0x100, BASE + 0x200, 0, 8),
		"rt_sigtimedwait([INT CHLD], {si_signo=SIGUSR1, si_code=SI_QUEUE, "
		"si_pid=5, si_uid=6, si_int=4660, si_ptr=0x1234}, NULL, 8) = 0");
	PUT(b, BASE + 0x500, ((stack_t){.ss_flags = 1u << 31}));
	assert_string_equal(LINE(b, __NR_sigaltstack, 0, 0, BASE + 0x500),
		"sigaltstack(NULL, {ss_sp=NULL, ss_flags=SS_AUTODISARM, ss_size=0}) = 0");
}

static void test_sleeping(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0, ((long[2]){-1, 1000000000}));
	assert_string_equal(LINE(b, __NR_nanosleep, -38, BASE, BASE + 0x10),
		"nanosleep({tv_sec=-1, tv_nsec=1000000000}, 0x10010) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_nanosleep, -38, END - 8, 0),
		"nanosleep(0x1fff8, NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clock_nanosleep, -38, CLOCK_MONOTONIC, TIMER_ABSTIME | 2,
	BASE, BASE + 0x10),
		"clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME|0x2, {tv_sec=-1, "
		"tv_nsec=1000000000}, 0x10010) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clock_nanosleep, -38, 99, 2, 0, 0),
		"clock_nanosleep(0x63 /* CLOCK_??? */, 0x2 /* TIMER_??? */, NULL, NULL) "
		"= -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clock_settime, -38, CLOCK_REALTIME, BASE),
		"clock_settime(CLOCK_REALTIME, {tv_sec=-1, tv_nsec=1000000000}) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_settimeofday, -38, BASE, BASE),
		"settimeofday({tv_sec=-1, tv_usec=1000000000}, {tz_minuteswest=-1, "
		"tz_dsttime=-1}) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_alarm, -38, UINT32_MAX),
		"alarm(4294967295) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_clock_getres, 0, CLOCK_TAI, BASE),
		"clock_getres(CLOCK_TAI, {tv_sec=-1, tv_nsec=1000000000}) = 0");
	assert_string_equal(LINE(b, __NR_clock_gettime, 0, -1, BASE),
		"clock_gettime(0xffffffff /* CLOCK_??? */, {tv_sec=-1, "
		"tv_nsec=1000000000}) = 0");
	assert_string_equal(LINE(b, __NR_gettimeofday, 0, BASE, BASE),
		"gettimeofday({tv_sec=-1, tv_usec=1000000000}, {tz_minuteswest=-1, "
		"tz_dsttime=-1}) = 0");
	assert_string_equal(LINE(b, __NR_time, 0, 0),
		"time(NULL) = 0");
	assert_string_equal(LINE(b, __NR_time, 0, BASE),
		"time([-1 /* 1969-12-31T23:59:59+0000 */]) = 0");
}

static void test_timers(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x100, ((struct sigevent){.sigev_signo = 34, .sigev_notify = SIGEV_SIGNAL,
	.sigev_value = {.sival_int = 5}}));
	assert_string_equal(LINE(b, __NR_timer_create, -38, CLOCK_REALTIME, BASE + 0x100, BASE),
		"timer_create(CLOCK_REALTIME, {sigev_value={sival_int=5, sival_ptr=0x5}, "
		"sigev_signo=SIGRT_2, sigev_notify=SIGEV_SIGNAL}, 0x10000) = -1 ENOSYS "
		"(Function not implemented)");
	PUT(b, BASE + 0x100, ((struct sigevent){.sigev_signo = 34, .sigev_notify = SIGEV_NONE}));
	assert_string_equal(LINE(b, __NR_timer_create, -38, CLOCK_REALTIME, BASE + 0x100, BASE),
		"timer_create(CLOCK_REALTIME, {sigev_signo=34, sigev_notify=SIGEV_NONE}, "
		"0x10000) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x100, ((struct sigevent){.sigev_notify = 9}));
	assert_string_equal(LINE(b, __NR_timer_create, -38, 77, BASE + 0x100, BASE),
		"timer_create(0x4d /* CLOCK_??? */, {sigev_signo=0, sigev_notify=0x9 /* "
		"SIGEV_??? */}, 0x10000) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x100, ((struct sigevent){.sigev_notify = SIGEV_THREAD_ID,
	.sigev_signo = 10}));
	PUT(b, BASE + 0x110, ((int){77}));
	assert_string_equal(LINE(b, __NR_timer_create, -38, CLOCK_REALTIME, BASE + 0x100, BASE),
		"timer_create(CLOCK_REALTIME, {sigev_signo=SIGUSR1, "
		"sigev_notify=SIGEV_THREAD_ID, sigev_notify_thread_id=77}, 0x10000) = -1 "
		"ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x10c, ((int){SIGEV_THREAD}));
	PUT(b, BASE + 0x110, ((uint64_t[2]){BASE, BASE + 8}));
	assert_string_equal(LINE(b, __NR_timer_create, -38, CLOCK_REALTIME, BASE + 0x100, BASE),
		"timer_create(CLOCK_REALTIME, {sigev_signo=SIGUSR1, "
		"sigev_notify=SIGEV_THREAD, sigev_notify_function=0x10000, "
		"sigev_notify_attributes=0x10008}, 0x10000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_timer_create, -38, CLOCK_REALTIME, 0, BASE),
		"timer_create(CLOCK_REALTIME, NULL, 0x10000) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x200, ((long[4]){0, 5, 100, 6}));
	assert_string_equal(LINE(b, __NR_timer_settime, -38, 3, TIMER_ABSTIME, BASE + 0x200, BASE),
		"timer_settime(3, TIMER_ABSTIME, {it_interval={tv_sec=0, tv_nsec=5}, "
		"it_value={tv_sec=100, tv_nsec=6}}, 0x10000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_setitimer, -38, ITIMER_PROF, BASE + 0x200, 0),
		"setitimer(ITIMER_PROF, {it_interval={tv_sec=0, tv_usec=5}, "
		"it_value={tv_sec=100, tv_usec=6}}, NULL) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_setitimer, -38, 9, END, 0),
		"setitimer(0x9 /* ITIMER_??? */, 0x20000, NULL) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_timer_delete, -38, 3),
		"timer_delete(3) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_timer_create, 0, CLOCK_REALTIME, 0, BASE),
		"timer_create(CLOCK_REALTIME, NULL, [0]) = 0");
	assert_string_equal(LINE(b, __NR_timer_gettime, 0, 3, BASE + 0x200),
		"timer_gettime(3, {it_interval={tv_sec=0, tv_nsec=5}, "
		"it_value={tv_sec=100, tv_nsec=6}}) = 0");
	assert_string_equal(LINE(b, __NR_getitimer, 0, ITIMER_REAL, BASE + 0x200),
		"getitimer(ITIMER_REAL, {it_interval={tv_sec=0, tv_usec=5}, "
		"it_value={tv_sec=100, tv_usec=6}}) = 0");
	assert_string_equal(LINE(b, __NR_timer_getoverrun, 0, 3),
		"timer_getoverrun(3) = 0");
	assert_string_equal(LINE(b, __NR_times, 0, BASE + 0x200),
		"times({tms_utime=0, tms_stime=5 /* 0.05 s */, tms_cutime=100 /* 1.00 s "
		"*/, tms_cstime=6 /* 0.06 s */}) = 0");
	PUT(b, BASE + 0x300, ((struct timex){.modes = 0x8001, .status = 0x41, .freq = -5,
	.offset = 3, .tai = 37}));
	assert_string_equal(LINE(b, __NR_adjtimex, 0, BASE + 0x300),
		"adjtimex({modes=ADJ_OFFSET_SINGLESHOT, offset=3, freq=-5, maxerror=0, "
		"esterror=0, status=STA_PLL|STA_UNSYNC, constant=0, precision=0, "
		"tolerance=0, time={tv_sec=0, tv_usec=0}, tick=0, ppsfreq=0, jitter=0, "
		"shift=0, stabil=0, jitcnt=0, calcnt=0, errcnt=0, stbcnt=0, tai=37}) = 0 "
		"(TIME_OK)");
	PUT(b, BASE + 0x300, ((struct timex){.modes = 0xffff, .status = -1}));
	assert_string_equal(LINE(b, __NR_clock_adjtime, 0, CLOCK_REALTIME, BASE + 0x300),
		"clock_adjtime(CLOCK_REALTIME, "
		"{modes=ADJ_OFFSET_SS_READ|ADJ_FREQUENCY|ADJ_MAXERROR|ADJ_ESTERROR|"
		"ADJ_STATUS|ADJ_TIMECONST|ADJ_TAI|ADJ_SETOFFSET|ADJ_MICRO|ADJ_TICK|"
		"0xe40, offset=0, freq=0, maxerror=0, esterror=0, "
		"status=STA_PLL|STA_PPSFREQ|STA_PPSTIME|STA_FLL|STA_INS|STA_DEL|"
		"STA_UNSYNC|STA_FREQHOLD|STA_PPSSIGNAL|STA_PPSJITTER|STA_PPSWANDER|"
		"STA_PPSERROR|STA_CLOCKERR|STA_NANO|STA_MODE|STA_CLK|0xffff0000, "
		"constant=0, precision=0, tolerance=0, time={tv_sec=0, tv_usec=0}, "
		"tick=0, ppsfreq=0, jitter=0, shift=0, stabil=0, jitcnt=0, calcnt=0, "
		"errcnt=0, stbcnt=0, tai=0}) = 0 (TIME_OK)");
}

static void test_futexes(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x10, ((long[2]){0, 1000}));
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAIT, 1, BASE + 0x10, 0, 0),
		"futex(0x10000, FUTEX_WAIT, 1, {tv_sec=0, tv_nsec=1000}) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE,
	FUTEX_WAIT | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, UINT32_MAX, 0, 0, 0),
		"futex(0x10000, FUTEX_WAIT_PRIVATE|FUTEX_CLOCK_REALTIME, 4294967295, "
		"NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 5, 6,
	7),
		"futex(0x10000, FUTEX_WAKE_PRIVATE, 1) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, 5,
	6, 7),
		"futex(0x10000, 0x101 /* FUTEX_??? */, 1) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_CMP_REQUEUE, 1, 2, BASE + 4, 3),
		"futex(0x10000, FUTEX_CMP_REQUEUE, 1, 2, 0x10004, 3) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_LOCK_PI, 1, BASE + 0x10, 0, 0),
		"futex(0x10000, FUTEX_LOCK_PI, {tv_sec=0, tv_nsec=1000}) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_UNLOCK_PI, 1, 2, 3, 4),
		"futex(0x10000, FUTEX_UNLOCK_PI) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAIT_BITSET, 1, END, 0,
	UINT32_MAX),
		"futex(0x10000, FUTEX_WAIT_BITSET, 1, 0x20000, FUTEX_BITSET_MATCH_ANY) = "
		"-1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAKE_BITSET, 1, 0, 0, 7),
		"futex(0x10000, FUTEX_WAKE_BITSET, 1, 0x7) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAKE_OP, 1, 1, BASE, 0x81004005),
		"futex(0x10000, FUTEX_WAKE_OP, 1, 1, 0x10000, "
		"FUTEX_OP_OPARG_SHIFT<<28|FUTEX_OP_SET<<28|0x4<<12|FUTEX_OP_CMP_NE<<24|"
		"0x5) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, FUTEX_WAKE_OP, 1, 1, BASE, 0xf7001001),
		"futex(0x10000, FUTEX_WAKE_OP, 1, 1, 0x10000, "
		"FUTEX_OP_OPARG_SHIFT<<28|0x7<<28 /* FUTEX_OP_??? */|0x1<<12|0x7<<24 /* "
		"FUTEX_OP_CMP_??? */|0x1) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex, -38, BASE, 0x7f, 1, 2, BASE, 3),
		"futex(0x10000, 0x7f /* FUTEX_??? */, 1, 0x2, 0x10000, 0x3) = -1 ENOSYS "
		"(Function not implemented)");
	PUT(b, BASE + 0x100, ((struct futex_waitv[2]){{5, BASE, FUTEX_32 | FUTEX_PRIVATE_FLAG, 0},
	{6, BASE + 4, 0x10, 1}}));
	assert_string_equal(LINE(b, __NR_futex_waitv, -38, BASE + 0x100, 2, 1, BASE + 0x10,
	CLOCK_MONOTONIC),
		"futex_waitv([{val=0x5, uaddr=0x10000, "
		"flags=FUTEX_32|FUTEX_PRIVATE_FLAG}, {val=0x6, uaddr=0x10004, flags=0x10 "
		"/* FUTEX_??? */, __reserved=0x1}], 2, 0x1, {tv_sec=0, tv_nsec=1000}, "
		"CLOCK_MONOTONIC) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_futex_waitv, -38, BASE + 0x100, 0, 0, 0, CLOCK_REALTIME),
		"futex_waitv([], 0, 0, NULL, CLOCK_REALTIME) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_futex_waitv, -38, END, 1, 0, 0, CLOCK_REALTIME),
		"futex_waitv(0x20000, 1, 0, NULL, CLOCK_REALTIME) = -1 ENOSYS (Function "
		"not implemented)");
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_handlers), TEST(test_masks),  TEST(test_sending),
	    TEST(test_sleeping), TEST(test_timers), TEST(test_futexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
