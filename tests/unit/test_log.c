/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log's lines, from events made up here, against what strace 6.1 writes for the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lupe/log.h"
#include "syscall/describe.h"

/* --- calls of our own: the test does not depend on the tables --- */

/* clang-format off */
static SCALAR(t_int, "int", LUPE_KIND_INT, 4, LUPE_ROLE_NONE)
static SCALAR(t_size, "size_t", LUPE_KIND_UINT, 8, LUPE_ROLE_NONE)
static SCALAR(t_bytes, "char []", LUPE_KIND_BYTES, 0, LUPE_ROLE_NONE)
static SCALAR(t_path, "char []", LUPE_KIND_STRING, 0, LUPE_ROLE_PATH)
static STRUCT(t_pair, struct timespec,
	FIELD(struct timespec, tv_sec, &t_int),
	FIELD(struct timespec, tv_nsec, &t_int, .flags = LUPE_MEMBER_VERBOSE))

static const struct lupe_syscall calls[] = {
SYSCALL(read, 0, NULL,
	IN("fd", &t_int), OUT("buf", PTR(&t_bytes), .count = BY_RESULT(2)), IN("count", &t_size))
SYSCALL(open, 0, NULL, IN("filename", PTR(&t_path)), IN("flags", &t_int))
SYSCALL(nanosleep, 0, NULL, IN("a", PTR(&t_pair)), OUT("b", PTR(&t_pair)))
SYSCALL_NO_ARGS(getppid, 0, NULL, 0)
SYSCALL_NO_ARGS(pause, 0, NULL, 0)
SYSCALL_NO_ARGS(restart_syscall, 0, NULL, 0)
SYSCALL_WITH(exit_group, 0, NULL, WITH(.flags = LUPE_SYSCALL_NEVER_RETURNS), IN("status", &t_int))
SYSCALL(execve, 0, NULL, IN("filename", PTR(&t_path)))
};
/* clang-format on */

/* --- a log and its text --- */

enum { BASE = 0x1000, PATH = 0x1000, DATA = 0x1010, PAIR = 0x1020 };

static unsigned char memory_bytes[64] = "/etc/x\0.........hello\n\0.........\7\0\0\0\0\0\0\0\11";
static struct lupe_memory_span span = {BASE, memory_bytes, sizeof(memory_bytes)};

struct fixture {
	struct lupe_log_options options;
	struct lupe_log *log;
	char folder[32], file[48], path[64];
	int saved_stderr;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->options = lupe_log_options_default;
	f->options.program = "strace";
	strcpy(f->folder, "/tmp/test_log_XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->file, sizeof(f->file), "%s/log", f->folder);
	f->saved_stderr = -1;
	*state = f;
	return 0;
}

static void remove_file(struct fixture *f, const char *suffix)
{
	snprintf(f->path, sizeof(f->path), "%s%s", f->file, suffix);
	unlink(f->path);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	lupe_log_destroy(f->log);
	if (f->saved_stderr >= 0) {
		dup2(f->saved_stderr, STDERR_FILENO);
		close(f->saved_stderr);
	}
	remove_file(f, "");
	remove_file(f, ".42");
	remove_file(f, ".43");
	rmdir(f->folder);
	free(f);
	return 0;
}

static void open_log(struct fixture *f)
{
	f->options.file = f->file;
	assert_null(lupe_log_create(&f->options, &f->log));
}

/* Without -o: what goes to stderr goes to the file. */
static void open_log_on_stderr(struct fixture *f)
{
	int fd = open(f->file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	assert_true(fd >= 0);
	f->saved_stderr = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
	assert_null(lupe_log_create(&f->options, &f->log));
}

static void expect_file(struct fixture *f, const char *suffix, const char *wanted)
{
	char text[4096];
	ssize_t size;
	int fd;

	lupe_log_flush(f->log);
	snprintf(f->path, sizeof(f->path), "%s%s", f->file, suffix);
	fd = open(f->path, O_RDONLY);
	assert_true(fd >= 0);
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	assert_true(size >= 0);
	text[size] = '\0';
	assert_string_equal(text, wanted);
}

static void expect(struct fixture *f, const char *wanted)
{
	expect_file(f, "", wanted);
}

/* --- events --- */

static void feed(struct fixture *f, struct lupe_event event, const struct lupe_call *call)
{
	static struct lupe_memory memory;
	struct lupe_log_source source = {.call = call, .memory = &memory};

	memory = lupe_memory_over_span(&span);
	event.pid = event.pid ? event.pid : 42;
	event.tid = event.tid ? event.tid : event.pid;
	lupe_log_event(f->log, &event, call ? &source : NULL);
}

static const struct lupe_syscall *find(int nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

static struct lupe_call call_of(int nr, uint64_t a, uint64_t b, uint64_t c)
{
	return (struct lupe_call){.syscall = find(nr), .nr = nr, .args = {a, b, c}, .pc = 0x1234,
				  .entry_ns = 1000};
}

static void enter(struct fixture *f, pid_t tid, struct lupe_call call)
{
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_SYSCALL_ENTRY, .pid = 42, .tid = tid}, &call);
}

static void leave(struct fixture *f, pid_t tid, struct lupe_call call, int64_t result)
{
	call.finished = true;
	call.result = result;
	call.failed = result < 0;
	call.exit_ns = call.entry_ns + 1234567;
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_SYSCALL_EXIT, .pid = 42, .tid = tid}, &call);
}

static void happen(struct fixture *f, pid_t tid, enum lupe_event_kind kind, int status)
{
	feed(f, (struct lupe_event){.kind = kind, .pid = 42, .tid = tid, .status = status}, NULL);
}

static void add(struct fixture *f, pid_t tid)
{
	lupe_log_attached(f->log, 42, &tid, 1, true);
}

/* --- lines --- */

static void test_single(void **state)
{
	struct fixture *f = *state;

	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_open, PATH, 2, 0));
	leave(f, 42, call_of(__NR_open, PATH, 2, 0), 3);
	enter(f, 42, call_of(__NR_read, 3, DATA, 6));
	leave(f, 42, call_of(__NR_read, 3, DATA, 6), 6);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), -2);
	enter(f, 42, call_of(__NR_exit_group, 7, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0x700);
	happen(f, 42, LUPE_EVENT_EXITED, 0x700);
	expect(f, "open(\"/etc/x\", 2)                       = 3\n"
		  "read(3, \"hello\\n\", 6)                   = 6\n"
		  "getppid()                               = -1 ENOENT (No such file or directory)\n"
		  "exit_group(7)                           = ?\n"
		  "+++ exited with 7 +++\n");
}

static void test_unfinished(void **state)
{
	struct fixture *f = *state;

	f->options.follow = true;
	open_log(f);
	add(f, 42);
	add(f, 43);
	enter(f, 42, call_of(__NR_read, 3, DATA, 6));
	enter(f, 43, call_of(__NR_pause, 0, 0, 0));
	leave(f, 42, call_of(__NR_read, 3, DATA, 6), 2);
	happen(f, 43, LUPE_EVENT_EXITING, 0);
	happen(f, 43, LUPE_EVENT_THREAD_EXITED, 0);
	enter(f, 42, call_of(__NR_read, 3, DATA, 6));
	happen(f, 42, LUPE_EVENT_EXITING, 9);
	happen(f, 42, LUPE_EVENT_KILLED, 9);
	expect(f, "42    read(3,  <unfinished ...>\n"
		  "43    pause( <unfinished ...>\n"
		  "42    <... read resumed>\"he\", 6)        = 2\n"
		  "43    <... pause resumed>)              = ?\n"
		  "43    +++ exited with 0 +++\n"
		  "42    read(3,  <unfinished ...>)        = ?\n"
		  "42    +++ killed by SIGKILL +++\n");
}

static void test_stderr_prefix(void **state)
{
	struct fixture *f = *state;

	f->options.follow = true;
	open_log_on_stderr(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_NEW_THREAD, .pid = 43, .tid = 43}, NULL);
	enter(f, 43, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 43, call_of(__NR_getppid, 0, 0, 0), 42);
	leave(f, 42, call_of(__NR_pause, 0, 0, 0), -514);
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_EXITED, .pid = 43, .status = 0x100}, NULL);
	happen(f, 42, LUPE_EVENT_KILLED, 0x8b);
	expect(f, "pause(strace: Process 43 attached\n"
		  " <unfinished ...>\n"
		  "[pid    43] getppid()                   = 42\n"
		  "[pid    42] <... pause resumed>)        = ? ERESTARTNOHAND (To be restarted if no "
		  "handler)\n"
		  "[pid    43] +++ exited with 1 +++\n"
		  "+++ killed by SIGSEGV (core dumped) +++\n");
}

static void test_signals(void **state)
{
	struct fixture *f = *state;
	struct lupe_event event = {.kind = LUPE_EVENT_SIGNAL, .signal = SIGUSR1, .has_info = true};

	event.info.si_signo = SIGUSR1;
	event.info.si_code = SI_TKILL;
	event.info.si_pid = 42;
	f->options.signals = ~(UINT64_C(1) << (SIGTERM - 1));
	open_log(f);
	add(f, 42);
	feed(f, event, NULL);
	event.signal = SIGTERM;
	feed(f, event, NULL);
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_GROUP_STOP, .signal = SIGSTOP}, NULL);
	happen(f, 42, LUPE_EVENT_KILLED, SIGTERM);
	expect(f, "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=42, si_uid=0} ---\n"
		  "--- stopped by SIGSTOP ---\n");
}

static void test_superseded(void **state)
{
	struct fixture *f = *state;

	f->options.follow = true;
	open_log(f);
	add(f, 42);
	add(f, 43);
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	enter(f, 43, call_of(__NR_execve, PATH, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0);
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_EXEC, .pid = 42, .tid = 42, .former = 43},
	     NULL);
	leave(f, 42, call_of(__NR_execve, PATH, 0, 0), 0);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 1);
	expect(f, "42    pause( <unfinished ...>\n"
		  "43    execve(\"/etc/x\" <unfinished ...>\n"
		  "42    <... pause resumed>)              = ?\n"
		  "42    +++ superseded by execve in pid 43 +++\n"
		  "42    <... execve resumed>)             = 0\n"
		  "42    getppid()                         = 1\n");
}

static void test_separate(void **state)
{
	struct fixture *f = *state;

	f->options.follow = f->options.separate = true;
	open_log(f);
	add(f, 42);
	add(f, 43);
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	enter(f, 43, call_of(__NR_execve, PATH, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0);
	feed(f, (struct lupe_event){.kind = LUPE_EVENT_EXEC, .pid = 42, .tid = 42, .former = 43},
	     NULL);
	leave(f, 42, call_of(__NR_execve, PATH, 0, 0), 0);
	expect_file(f, ".42", "pause()                                 = ?\n"
			      "+++ superseded by execve in pid 43 +++\n"
			      "<... execve resumed>)                   = 0\n");
	expect_file(f, ".43", "execve(\"/etc/x\" <pid changed to 42 ...>\n");
}

static void test_columns(void **state)
{
	struct fixture *f = *state;
	struct lupe_call call = call_of(__NR_getppid, 0, 0, 0);

	setenv("TZ", "UTC", 1);
	f->options.clock = LUPE_LOG_TIME_OF_DAY;
	f->options.clock_digits = 6;
	f->options.duration_digits = 6;
	f->options.columns = LUPE_LOG_NUMBER | LUPE_LOG_PC;
	f->options.column = 60;
	open_log(f);
	add(f, 42);
	feed(f,
	     (struct lupe_event){.kind = LUPE_EVENT_SYSCALL_ENTRY, .time_ns = 3723000045678},
	     &call);
	leave(f, 42, call, 1);
	feed(f,
	     (struct lupe_event){.kind = LUPE_EVENT_EXITED, .time_ns = 3723999999999, .status = 0},
	     NULL);
	expect(f, "01:02:03.000045 [ 110] [0000000000001234] getppid()         = 1 <0.001234>\n"
		  "01:02:03.999999 [ 110] [????????????????] +++ exited with 0 +++\n");
}

static void test_unix_time(void **state)
{
	struct fixture *f = *state;
	struct lupe_call call = call_of(__NR_getppid, 0, 0, 0);

	f->options.clock = LUPE_LOG_UNIX_TIME;
	f->options.clock_digits = 3;
	f->options.relative_digits = 0;
	f->options.duration_digits = 0;
	open_log(f);
	add(f, 42);
	feed(f,
	     (struct lupe_event){.kind = LUPE_EVENT_SYSCALL_ENTRY,
				 .time_ns = 1600000000999999999},
	     &call);
	leave(f, 42, call, 1);
	expect(f, "1600000000.999 (+     0) getppid()      = 1 <0>\n");
}

/* Lines that are held back come out whole, or not at all. */
static void test_status(void **state)
{
	struct fixture *f = *state;

	f->options.status = LUPE_LOG_FAILED;
	f->options.follow = true;
	open_log(f);
	add(f, 42);
	add(f, 43);
	enter(f, 42, call_of(__NR_read, 3, DATA, 6));
	enter(f, 43, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 43, call_of(__NR_getppid, 0, 0, 0), 1);
	leave(f, 42, call_of(__NR_read, 3, DATA, 6), -9);
	enter(f, 43, call_of(__NR_pause, 0, 0, 0));
	happen(f, 43, LUPE_EVENT_EXITING, 0);
	happen(f, 43, LUPE_EVENT_THREAD_EXITED, 0);
	expect(f, "42    read(3, 0x1010, 6)                = -1 EBADF (Bad file descriptor)\n"
		  "43    +++ exited with 0 +++\n");
}

static void test_restart(void **state)
{
	struct fixture *f = *state;

	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_restart_syscall, 0, 0, 0));
	leave(f, 42, call_of(__NR_restart_syscall, 0, 0, 0), 0);
	enter(f, 42, call_of(__NR_nanosleep, PAIR, 0, 0));
	leave(f, 42, call_of(__NR_nanosleep, PAIR, 0, 0), -516);
	enter(f, 42, call_of(__NR_restart_syscall, 0, 0, 0));
	leave(f, 42, call_of(__NR_restart_syscall, 0, 0, 0), 0);
	expect(f, "restart_syscall(<... resuming interrupted read ...>) = 0\n"
		  "nanosleep({tv_sec=7, ...}, NULL)        = ? ERESTART_RESTARTBLOCK (Interrupted by "
		  "signal)\n"
		  "restart_syscall(<... resuming interrupted nanosleep ...>) = 0\n");
}

static void test_raw_and_verbose(void **state)
{
	struct fixture *f = *state;

	lupe_syscall_set_add(&f->options.raw, __NR_open);
	lupe_syscall_set_add(&f->options.unabbreviated, __NR_nanosleep);
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_open, PATH, 0, 0));
	leave(f, 42, call_of(__NR_open, PATH, 0, 0), 16);
	enter(f, 42, call_of(__NR_nanosleep, PAIR, 0, 0));
	leave(f, 42, call_of(__NR_nanosleep, PAIR, 0, 0), 0);
	expect(f, "open(0x1000, 0)                         = 0x10\n"
		  "nanosleep({tv_sec=7, tv_nsec=9}, NULL)  = 0\n");
}

static void test_filter(void **state)
{
	struct fixture *f = *state;

	f->options.trace = (struct lupe_syscall_set){{0}};
	f->options.quiet = LUPE_LOG_QUIET_EXIT;
	lupe_syscall_set_add(&f->options.trace, __NR_getppid);
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	leave(f, 42, call_of(__NR_pause, 0, 0, 0), -4);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 5);
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 5); /* without an entry: not ours */
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0);
	happen(f, 42, LUPE_EVENT_EXITED, 0);
	expect(f, "getppid()                               = 5\n");
}

static void test_detached(void **state)
{
	struct fixture *f = *state;
	pid_t tids[] = {42, 43};

	open_log_on_stderr(f);
	lupe_log_attached(f->log, 42, tids, 2, false);
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	lupe_log_detached(f->log, 43);
	lupe_log_detached(f->log, 42);
	expect(f, "strace: Process 42 attached with 2 threads\n"
		  "[pid    42] pause(strace: Process 43 detached\n"
		  "strace: Process 42 detached\n"
		  " <detached ...>\n");
}

/* An unreadable argument, a call that no table has, an end in the middle. */
static void test_odd(void **state)
{
	struct fixture *f = *state;
	struct lupe_call unknown = {.nr = 1000, .args = {1, 2, 3, 4, 5, 6}, .entry_ns = 1};

	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_open, 0x9999, 2, 0));
	leave(f, 42, call_of(__NR_open, 0x9999, 2, 0), -14);
	enter(f, 42, unknown);
	leave(f, 42, unknown, -38);
	enter(f, 42, call_of(__NR_read, 3, DATA, 6));
	happen(f, 42, LUPE_EVENT_KILLED, 9);
	expect(f, "open(0x9999, 2)                         = -1 EFAULT (Bad address)\n"
		  "syscall_0x3e8(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = -1 ENOSYS (Function not "
		  "implemented)\n"
		  "read(3,  <unfinished ...>\n"
		  "+++ killed by SIGKILL +++\n");
}

static void test_json(void **state)
{
	struct fixture *f = *state;
	struct lupe_event event = {.kind = LUPE_EVENT_SIGNAL, .signal = SIGUSR1, .has_info = true,
				   .time_ns = 5};

	event.info.si_signo = SIGUSR1;
	event.info.si_code = SI_USER;
	event.info.si_pid = 7;
	f->options.json = true;
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_execve, PATH, 0, 0));
	leave(f, 42, call_of(__NR_execve, PATH, 0, 0), 0);
	feed(f, event, NULL);
	enter(f, 42, call_of(__NR_exit_group, 7, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0x700);
	happen(f, 42, LUPE_EVENT_EXITED, 0x700);
	expect(f, "{\"type\":\"syscall\",\"time_ns\":0,\"pid\":42,\"tid\":42,\"syscall\":\"execve\","
		  "\"nr\":59,\"args\":{\"filename\":\"/etc/x\"},\"ret\":0,\"err\":null,"
		  "\"duration_ns\":1234567}\n"
		  "{\"type\":\"signal\",\"time_ns\":5,\"pid\":42,\"tid\":42,\"signal\":\"SIGUSR1\","
		  "\"signo\":10,\"code\":0,\"sender_pid\":7,\"sender_uid\":0}\n"
		  "{\"type\":\"syscall\",\"time_ns\":0,\"pid\":42,\"tid\":42,\"syscall\":\"exit_group\","
		  "\"nr\":231,\"args\":{\"status\":7},\"ret\":null,\"err\":null}\n"
		  "{\"type\":\"exited\",\"time_ns\":0,\"pid\":42,\"tid\":42,\"code\":7}\n");
}

static void test_dump(void **state)
{
	struct fixture *f = *state;

	f->options.dumps = true;
	f->options.dump_read.bits[0] = 1 << 3;
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_read, 3, PATH, 64));
	leave(f, 42, call_of(__NR_read, 3, PATH, 64), 23);
	enter(f, 42, call_of(__NR_read, 4, PATH, 64));
	leave(f, 42, call_of(__NR_read, 4, PATH, 64), 2);
	enter(f, 42, call_of(__NR_read, 3, BASE + 60, 64)); /* ends at the end of memory */
	leave(f, 42, call_of(__NR_read, 3, BASE + 60, 64), 64);
	expect(f, "read(3, \"/etc/x\\0.........hello\\n\\0\", 64) = 23\n"
		  " | 00000  2f 65 74 63 2f 78 00 2e  2e 2e 2e 2e 2e 2e 2e 2e  /etc/x.......... |\n"
		  " | 00010  68 65 6c 6c 6f 0a 00                              hello..          |\n"
		  "read(4, \"/e\", 64)                       = 2\n"
		  "read(3, 0x103c, 64)                     = 64\n"
		  " | 00000  00 00 00 00                                       ....             |\n");
}

static void test_paths(void **state)
{
	static const char *const paths[] = {"/etc/x"};
	struct fixture *f = *state;

	f->options.paths = paths;
	f->options.n_paths = 1;
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_open, PATH, 2, 0));
	leave(f, 42, call_of(__NR_open, PATH, 2, 0), 3);
	enter(f, 42, call_of(__NR_open, PATH + 1, 2, 0));
	leave(f, 42, call_of(__NR_open, PATH + 1, 2, 0), 3);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 3);
	expect(f, "open(\"/etc/x\", 2)                       = 3\n");
}

static void test_summary(void **state)
{
	struct fixture *f = *state;
	struct lupe_log_count count;

	f->options.summary = LUPE_LOG_SUMMARY_ONLY;
	f->options.wall_clock = true;
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 3);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), -3);
	enter(f, 42, call_of(__NR_exit_group, 7, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0x700);
	happen(f, 42, LUPE_EVENT_EXITED, 0x700);
	count = lupe_log_get_count(f->log, __NR_getppid);
	assert_int_equal(count.calls, 2);
	assert_int_equal(count.errors, 1);
	assert_int_equal(count.total_ns, 2 * 1234567);
	assert_int_equal(count.most_ns, 1234567);
	assert_int_equal(lupe_log_get_count(f->log, __NR_exit_group).calls, 0);
	lupe_log_text(f->log, "table\n", 6);
	expect(f, "table\n");
}

/* Colours take no columns. */
static void test_color(void **state)
{
	struct fixture *f = *state;

	f->options.color = true;
	open_log(f);
	add(f, 42);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 3);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), -1);
	happen(f, 42, LUPE_EVENT_EXITED, 0);
	expect(f, "\033[1mgetppid\033[0m()                               = 3\n"
		  "\033[1mgetppid\033[0m()                               = \033[31m-1 EPERM (Operation "
		  "not permitted)\033[0m\n"
		  "\033[36m+++ exited with 0 +++\033[0m\n");
}

static bool keep_odd(void *context, const struct lupe_event *event)
{
	(void)event;
	return ++*(int *)context % 2;
}

static void test_keep(void **state)
{
	struct fixture *f = *state;
	int count = 0;

	f->options.keep = keep_odd;
	f->options.keep_context = &count;
	open_log(f);
	add(f, 42);
	for (int i = 0; i < 4; i++) {
		enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
		leave(f, 42, call_of(__NR_getppid, 0, 0, 0), i);
	}
	enter(f, 42, call_of(__NR_pause, 0, 0, 0));
	happen(f, 42, LUPE_EVENT_EXITING, 0);
	expect(f, "getppid()                               = 0\n"
		  "getppid()                               = 2\n");
}

static void test_cannot_open(void **state)
{
	struct fixture *f = *state;
	struct lupe_error *error;

	f->options.file = "/nonexistent/x";
	error = lupe_log_create(&f->options, &f->log);
	assert_non_null(error);
	assert_string_equal(error->message,
			    "Can't fopen '/nonexistent/x': No such file or directory");
	lupe_error_destroy(error);
}

static void test_command(void **state)
{
	struct fixture *f = *state;
	char command[96];

	snprintf(command, sizeof(command), "|tr a-z A-Z >%s", f->file);
	f->options.file = command;
	assert_null(lupe_log_create(&f->options, &f->log));
	add(f, 42);
	enter(f, 42, call_of(__NR_getppid, 0, 0, 0));
	leave(f, 42, call_of(__NR_getppid, 0, 0, 0), 1);
	lupe_log_destroy(f->log); /* waits for the command */
	f->options.file = f->file;
	f->options.append = true;
	assert_null(lupe_log_create(&f->options, &f->log));
	expect(f, "GETPPID()                               = 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_single, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_unfinished, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_stderr_prefix, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_signals, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_superseded, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_separate, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_columns, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_unix_time, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_restart, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_raw_and_verbose, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_filter, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_detached, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_odd, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_dump, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_summary, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_color, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keep, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_cannot_open, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_command, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
