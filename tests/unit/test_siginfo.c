/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * siginfo as strace 6.1 wrote it for the same bytes (passed to rt_sigqueueinfo).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lupe/syscall.h"

/* Number 1 is all that siginfo asks the tables for here: the test does not depend on them. */
static const struct lupe_syscall write_call = {.name = "write", .nr = 1};
static const struct lupe_syscall exit_call = {.name = "exit", .nr = 1};

__attribute__((weak)) const struct lupe_syscall *lupe_syscall_by_nr(enum lupe_abi abi, int64_t nr)
{
	if (nr != 1)
		return NULL;
	return abi == LUPE_ABI_X86_64 ? &write_call : &exit_call;
}

static struct lupe_buffer out;

static int release(void **state)
{
	(void)state;
	lupe_buffer_deinit(&out);
	return 0;
}

static const char *text(const void *siginfo, enum lupe_xlat xlat)
{
	struct lupe_strace_options options = {.string_max = 32, .xlat = xlat};
	struct lupe_printer printer = {.out = &out, .options = &options};

	lupe_buffer_reset(&out);
	lupe_strace_siginfo(&printer, siginfo);
	return lupe_buffer_text(&out);
}

/* All fields full of numbers that tell where they come from. */
static const char *full(int signal, int code)
{
	union {
		siginfo_t info;
		uint32_t words[sizeof(siginfo_t) / 4];
	} u;
	unsigned i;

	memset(&u, 0, sizeof(u));
	for (i = 4; i < 32; i++)
		u.words[i] = 0x11223300 + i;
	u.info.si_signo = signal;
	u.info.si_code = code;
	u.info.si_errno = 0;
	return text(&u, LUPE_XLAT_ABBREV);
}

#define SENDER "si_pid=287453956, si_uid=287453957"
#define VALUE  "si_int=287453958, si_ptr=0x1122330711223306"
#define ADDR   "si_addr=0x1122330511223304"

static void test_full(void **state)
{
	static const struct {
		int signal, code;
		const char *text;
	} all[] = {
	    {SIGILL, SI_USER, "{si_signo=SIGILL, si_code=SI_USER, " SENDER "}"},
	    {SIGILL, SI_KERNEL, "{si_signo=SIGILL, si_code=SI_KERNEL, " ADDR "}"},
	    {SIGILL, SI_QUEUE, "{si_signo=SIGILL, si_code=SI_QUEUE, " SENDER ", " VALUE "}"},
	    {SIGILL, SI_TIMER,
	     "{si_signo=SIGILL, si_code=SI_TIMER, si_timerid=0x11223304, "
	     "si_overrun=287453957, " VALUE "}"},
	    {SIGILL, SI_SIGIO,
	     "{si_signo=SIGILL, si_code=SI_SIGIO, si_band=1234605344708244228, si_fd=287453958}"},
	    {SIGILL, SI_TKILL, "{si_signo=SIGILL, si_code=SI_TKILL, " SENDER "}"},
	    {SIGILL, -7, "{si_signo=SIGILL, si_code=SI_DETHREAD, " SENDER ", " VALUE "}"},
	    {SIGILL, -60, "{si_signo=SIGILL, si_code=SI_ASYNCNL, " SENDER ", " VALUE "}"},
	    {SIGILL, -61, "{si_signo=SIGILL, si_code=0xffffffc3, " SENDER ", " VALUE "}"},
	    {SIGILL, 9, "{si_signo=SIGILL, si_code=ILL_BADIADDR, " ADDR "}"},
	    {SIGILL, 10, "{si_signo=SIGILL, si_code=0xa, " ADDR "}"},
	    {SIGFPE, 1, "{si_signo=SIGFPE, si_code=FPE_INTDIV, " ADDR "}"},
	    {SIGSEGV, 1, "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, " ADDR "}"},
	    {SIGSEGV, 3,
	     "{si_signo=SIGSEGV, si_code=SEGV_BNDERR, " ADDR
	     ", si_lower=0x1122330911223308, si_upper=0x1122330b1122330a}"},
	    {SIGSEGV, 4, "{si_signo=SIGSEGV, si_code=SEGV_PKUERR, " ADDR ", si_pkey=287453960}"},
	    {SIGSEGV, 9, "{si_signo=SIGSEGV, si_code=SEGV_MTESERR, " ADDR "}"},
	    {SIGBUS, 2, "{si_signo=SIGBUS, si_code=BUS_ADRERR, " ADDR "}"},
	    {SIGBUS, 4, "{si_signo=SIGBUS, si_code=BUS_MCEERR_AR, " ADDR ", si_addr_lsb=0x3306}"},
	    {SIGTRAP, 1, "{si_signo=SIGTRAP, si_code=TRAP_BRKPT, " ADDR "}"},
	    {SIGTRAP, 6, "{si_signo=SIGTRAP, si_code=TRAP_PERF, " ADDR "}"},
	    {SIGCHLD, 2,
	     "{si_signo=SIGCHLD, si_code=CLD_KILLED, " SENDER
	     ", si_status=287453958, si_utime=1234605361888113416 /* 12346053618881134.16 s */, "
	     "si_stime=1234605370478048010 /* 12346053704780480.10 s */}"},
	    {SIGPOLL, SI_KERNEL, "{si_signo=SIGIO, si_code=SI_KERNEL}"},
	    {SIGPOLL, 1,
	     "{si_signo=SIGIO, si_code=POLL_IN, si_band=1234605344708244228, si_fd=287453958}"},
	    {SIGPOLL, 7, "{si_signo=SIGIO, si_code=0x7}"},
	    {SIGSYS, 1,
	     "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x1122330511223304, "
	     "si_syscall=287453958, si_arch=0x11223307 /* AUDIT_ARCH_??? */}"},
	    {SIGSYS, 2,
	     "{si_signo=SIGSYS, si_code=SYS_USER_DISPATCH, si_call_addr=0x1122330511223304, "
	     "si_syscall=287453958, si_arch=0x11223307 /* AUDIT_ARCH_??? */}"},
	    {SIGUSR1, SI_KERNEL, "{si_signo=SIGUSR1, si_code=SI_KERNEL, " SENDER ", " VALUE "}"},
	    {SIGUSR1, 1, "{si_signo=SIGUSR1, si_code=0x1, " SENDER ", " VALUE "}"},
	    {34, SI_QUEUE, "{si_signo=SIGRT_2, si_code=SI_QUEUE, " SENDER ", " VALUE "}"},
	};
	size_t i;
	(void)state;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		assert_string_equal(full(all[i].signal, all[i].code), all[i].text);
}

static void test_empty_fields(void **state)
{
	siginfo_t info;
	(void)state;

	memset(&info, 0, sizeof(info));
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV), "{}");
	info.si_signo = SIGUSR1;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=0, si_uid=0}");
	info.si_code = SI_QUEUE;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=0, si_uid=0}");
	info.si_code = SI_TIMER;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGUSR1, si_code=SI_TIMER, si_timerid=0, si_overrun=0, "
			    "si_int=0, si_ptr=NULL}");
	info.si_code = SI_KERNEL;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV), "{si_signo=SIGUSR1, si_code=SI_KERNEL}");
	info.si_code = SI_QUEUE;
	info.si_errno = 22;
	assert_string_equal(
	    text(&info, LUPE_XLAT_ABBREV),
	    "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_errno=EINVAL, si_pid=0, si_uid=0}");
	info.si_errno = -5;
	info.si_uid = (uid_t)-1;
	assert_string_equal(
	    text(&info, LUPE_XLAT_ABBREV),
	    "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_errno=4294967291, si_pid=0, si_uid=-1}");
	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSEGV;
	info.si_code = SEGV_MAPERR;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}");
}

static void test_children(void **state)
{
	siginfo_t info;
	(void)state;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGCHLD;
	info.si_code = CLD_EXITED;
	info.si_status = 9;
	assert_string_equal(
	    text(&info, LUPE_XLAT_ABBREV),
	    "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=0, si_uid=0, si_status=9, "
	    "si_utime=0, si_stime=0}");
	info.si_code = CLD_KILLED;
	info.si_utime = 123;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=0, si_uid=0, "
			    "si_status=SIGKILL, si_utime=123 /* 1.23 s */, si_stime=0}");
	assert_string_equal(text(&info, LUPE_XLAT_RAW),
			    "{si_signo=17, si_code=0x2, si_pid=0, si_uid=0, si_status=9, "
			    "si_utime=123, si_stime=0}");
	assert_string_equal(
	    text(&info, LUPE_XLAT_VERBOSE),
	    "{si_signo=17 /* SIGCHLD */, si_code=0x2 /* CLD_KILLED */, si_pid=0, "
	    "si_uid=0, si_status=9 /* SIGKILL */, si_utime=123 /* 1.23 s */, si_stime=0}");
	info.si_status = 99;
	info.si_utime = 5;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=0, si_uid=0, "
			    "si_status=99, si_utime=5 /* 0.05 s */, si_stime=0}");
}

static void test_seccomp(void **state)
{
	siginfo_t info;
	(void)state;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSYS;
	info.si_code = 1;
	info.si_syscall = 1;
	info.si_arch = 0xc000003e;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=NULL, "
			    "si_syscall=__NR_write, si_arch=AUDIT_ARCH_X86_64}");
	assert_string_equal(text(&info, LUPE_XLAT_RAW),
			    "{si_signo=31, si_code=0x1, si_call_addr=NULL, si_syscall=1, "
			    "si_arch=0xc000003e}");
	assert_string_equal(text(&info, LUPE_XLAT_VERBOSE),
			    "{si_signo=31 /* SIGSYS */, si_code=0x1 /* SYS_SECCOMP */, "
			    "si_call_addr=NULL, si_syscall=1 /* __NR_write */, "
			    "si_arch=0xc000003e /* AUDIT_ARCH_X86_64 */}");
	info.si_arch = 0x40000003;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=NULL, "
			    "si_syscall=1 /* exit */, si_arch=AUDIT_ARCH_I386}");
	info.si_syscall = 999;
	assert_string_equal(text(&info, LUPE_XLAT_ABBREV),
			    "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=NULL, "
			    "si_syscall=999, si_arch=AUDIT_ARCH_I386}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_full), cmocka_unit_test(test_empty_fields),
	    cmocka_unit_test(test_children), cmocka_unit_test(test_seccomp)};

	return cmocka_run_group_tests(tests, NULL, release);
}
