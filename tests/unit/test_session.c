/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session on real targets: launching and its replay, the three mechanisms, changed syscalls,
 * syscalls run inside a target at every kind of stop, signals, letting go. Each test ends with a
 * session that is destroyed and without children.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lupe/session.h"

enum { OUTPUT = 4096, TIMEOUT_MS = 20000, EVENTS = 100000 };

struct target {
	struct lupe_session *session;
	struct lupe_process *process;
	pid_t pid;
	int in, out; /* its stdin and stdout */
	char output[OUTPUT];
	struct lupe_event last;
};

/* --- the vocabulary --- */

static void fine(struct lupe_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

static void fails(struct lupe_error *error, enum lupe_error_code code, const char *part)
{
	assert_non_null(error);
	if (error->code != code || !strstr(error->message, part))
		fail_msg("the error is %d: %s", error->code, error->message);
	lupe_error_destroy(error);
}

static struct lupe_session *open_session(bool filter)
{
	const struct lupe_session_options options = {.use_filter = filter,
						     .follow = LUPE_FOLLOW_BOTH};
	struct lupe_session *session;

	fine(lupe_session_create(&options, &session));
	return session;
}

static void start(struct target *target, bool filter, const char *const *argv)
{
	int in[2], out[2];
	struct lupe_launch launch = {.argv = argv};

	memset(target, 0, sizeof(*target));
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	launch.stdio[0] = in[0];
	launch.stdio[1] = out[1];
	launch.stdio[2] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	target->session = open_session(filter);
	fine(lupe_session_launch(target->session, &launch, &target->process));
	target->pid = lupe_process_pid(target->process);
	close(in[0]);
	close(out[1]);
	close(launch.stdio[2]);
	target->in = in[1];
	target->out = out[0];
}

static void shell(struct target *target, bool filter, const char *script)
{
	start(target, filter, (const char *const[]){"sh", "-c", script, NULL});
}

static void end(struct target *target)
{
	struct lupe_session_statistics statistics;
	ssize_t size;

	lupe_session_get_statistics(target->session, &statistics);
	assert_int_equal(statistics.unexpected, 0);
	lupe_session_destroy(target->session);
	if (target->in >= 0)
		close(target->in);
	size = read(target->out, target->output, OUTPUT - 1);
	target->output[size > 0 ? size : 0] = '\0';
	close(target->out);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void say(struct target *target, const char *line)
{
	assert_int_equal(write(target->in, line, strlen(line)), strlen(line));
}

static void want(struct target *target, const struct lupe_interest *interest)
{
	fine(lupe_session_set_interest(target->session, interest));
}

/* The interest in one syscall, and in how processes end. */
static struct lupe_interest of_syscall(int nr, bool entry, bool exit)
{
	struct lupe_interest interest = {.kinds = LUPE_EVENT_BIT(LUPE_EVENT_EXITED) |
						  LUPE_EVENT_BIT(LUPE_EVENT_KILLED)};

	if (entry)
		lupe_syscall_set_add(&interest.entry, nr);
	if (exit)
		lupe_syscall_set_add(&interest.exit, nr);
	return interest;
}

static struct lupe_event *next(struct target *target)
{
	fine(lupe_session_next(target->session, TIMEOUT_MS, &target->last));
	if (target->last.kind == LUPE_EVENT_NONE)
		fail_msg("nothing happened for %d ms", TIMEOUT_MS);
	return &target->last;
}

static struct lupe_thread *thread_of(struct target *target)
{
	return lupe_session_thread(target->session, target->last.tid);
}

static void go_on(struct target *target)
{
	struct lupe_thread *thread = thread_of(target);

	if (thread)
		lupe_thread_resume(thread, LUPE_RESUME_RUN);
}

/* Lets everything go on until an event of this kind. */
static struct lupe_thread *until(struct target *target, enum lupe_event_kind kind)
{
	for (int i = 0; i < EVENTS; i++) {
		struct lupe_event *event = next(target);

		if (event->kind == kind)
			return thread_of(target);
		if (event->kind == LUPE_EVENT_NO_TARGETS)
			break;
		go_on(target);
	}
	fail_msg("no %s came", lupe_event_kind_name(kind));
	return NULL;
}

static void ends_with(struct target *target, int exit_code)
{
	until(target, LUPE_EVENT_EXITED);
	while (target->last.pid != target->pid)
		until(target, LUPE_EVENT_EXITED);
	assert_int_equal(target->last.exit_code, exit_code);
}

/* --- launching --- */

static void a_launch_replays_its_execve(void **state)
{
	struct lupe_interest interest = of_syscall(SYS_execve, true, true);
	struct target target;
	struct lupe_thread *thread;
	uint64_t pointer;
	char text[64];
	size_t length;

	(void)state;
	interest.kinds |= LUPE_EVENT_BIT(LUPE_EVENT_EXEC);
	start(&target, true, (const char *const[]){"/bin/sh", "-c", "exit 7", NULL});
	want(&target, &interest);
	assert_int_equal(next(&target)->kind, LUPE_EVENT_SYSCALL_ENTRY);
	thread = thread_of(&target);
	assert_true(lupe_memory_read_string(lupe_thread_memory(thread), lupe_thread_call(thread)->args[0],
					    text, sizeof(text), &length));
	assert_string_equal(text, "/bin/sh");
	fine(lupe_memory_read(lupe_thread_memory(thread), lupe_thread_call(thread)->args[1] + 16,
			      &pointer, sizeof(pointer)));
	assert_true(lupe_memory_read_string(lupe_thread_memory(thread), pointer, text, sizeof(text),
					    &length));
	assert_string_equal(text, "exit 7");
	fails(lupe_thread_skip_syscall(thread, 0), LUPE_ERROR_INVALID, "is over");
	go_on(&target);
	assert_int_equal(next(&target)->kind, LUPE_EVENT_EXEC);
	assert_int_equal(target.last.former, target.pid);
	go_on(&target);
	assert_int_equal(next(&target)->kind, LUPE_EVENT_SYSCALL_EXIT);
	assert_int_equal(lupe_thread_call(thread_of(&target))->result, 0);
	go_on(&target);
	ends_with(&target, 7);
	end(&target);
}

static void a_launch_that_fails_says_why(void **state)
{
	struct lupe_session *session = open_session(true);
	struct lupe_launch launch = {.stdio = {-1, -1, -1}};
	struct lupe_process *process;

	(void)state;
	launch.argv = (const char *const[]){"/nonexistent/program", NULL};
	fails(lupe_session_launch(session, &launch, &process), LUPE_ERROR_NOT_FOUND,
	      "'/nonexistent/program': No such file");
	launch.argv = (const char *const[]){"/etc/passwd", NULL};
	fails(lupe_session_launch(session, &launch, &process), LUPE_ERROR_PERMISSION,
	      "Permission denied");
	launch.argv = (const char *const[]){"true", NULL};
	launch.cwd = "/nonexistent";
	fails(lupe_session_launch(session, &launch, &process), LUPE_ERROR_OS, "/nonexistent");
	lupe_session_destroy(session);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_launched_target_dies_with_its_session(void **state)
{
	struct target target;

	(void)state;
	shell(&target, true, "read x; echo never");
	end(&target);
	assert_string_equal(target.output, "");
	assert_int_equal(kill(target.pid, 0), -1);
}

/* --- mechanisms --- */

static void the_planner_takes_the_cheapest(void **state)
{
	struct lupe_interest interest = of_syscall(SYS_getppid, true, true);
	const struct lupe_interest nothing = of_syscall(0, false, false);
	struct target target;

	(void)state;
	shell(&target, true, "exit 1");
	want(&target, &nothing);
	ends_with(&target, 1);
	end(&target);

	shell(&target, true, "exit 2");
	want(&target, &interest);
	until(&target, LUPE_EVENT_EXITED);
	assert_true(lupe_process_filtered(target.process));
	end(&target);

	shell(&target, false, "exit 3");
	want(&target, &interest);
	until(&target, LUPE_EVENT_EXITED);
	assert_false(lupe_process_filtered(target.process));
	assert_int_equal(lupe_process_mechanism(target.process), LUPE_MECHANISM_SYSCALL);
	end(&target);
}

/* A filter is widened when the interest grows, in children too. */
static void a_growing_interest_is_heard(void **state)
{
	struct lupe_interest interest = of_syscall(SYS_execve, true, true);
	struct target target;
	int dups = 0;

	(void)state;
	shell(&target, true, "(exec true); : >/dev/null; (: >/dev/null); exit 5");
	want(&target, &interest);
	until(&target, LUPE_EVENT_SYSCALL_EXIT); /* the replay */
	go_on(&target);
	until(&target, LUPE_EVENT_SYSCALL_EXIT); /* true, in the child */
	lupe_syscall_set_add(&interest.exit, SYS_dup2);
	want(&target, &interest);
	while (target.last.kind != LUPE_EVENT_EXITED || target.last.pid != target.pid) {
		go_on(&target);
		next(&target);
		if (target.last.kind == LUPE_EVENT_SYSCALL_EXIT &&
		    lupe_thread_call(thread_of(&target))->nr == SYS_dup2)
			dups++;
	}
	assert_int_equal(target.last.exit_code, 5);
	assert_true(dups >= 2);
	end(&target);
}

/* --- changed syscalls --- */

static void check_skip(bool filter)
{
	struct lupe_interest interest = of_syscall(SYS_write, true, true);
	struct target target;
	struct lupe_thread *thread;

	shell(&target, filter, "echo lost || echo noticed");
	want(&target, &interest);
	thread = until(&target, LUPE_EVENT_SYSCALL_ENTRY);
	fine(lupe_thread_skip_syscall(thread, -ENOSPC));
	go_on(&target);
	thread = until(&target, LUPE_EVENT_SYSCALL_EXIT);
	assert_int_equal(lupe_thread_call(thread)->result, -ENOSPC);
	assert_true(lupe_thread_call(thread)->failed);
	assert_true(lupe_thread_call(thread)->injected);
	go_on(&target);
	/* The message of sh goes to stderr: its second write. */
	interest.exit = (struct lupe_syscall_set){0};
	want(&target, &interest);
	until(&target, LUPE_EVENT_SYSCALL_ENTRY);
	fine(lupe_thread_skip_syscall(thread_of(&target), lupe_thread_call(thread_of(&target))->args[2]));
	go_on(&target);
	ends_with(&target, 0);
	end(&target);
	assert_string_equal(target.output, "noticed\n");
}

static void a_skipped_call_answers_what_we_say(void **state)
{
	(void)state;
	check_skip(false);
	check_skip(true);
}

static void a_result_is_changed_at_the_exit(void **state)
{
	struct lupe_interest interest = of_syscall(SYS_getppid, false, true);
	struct target target;

	(void)state;
	start(&target, true,
	      (const char *const[]){"/usr/bin/python3", "-c", "import os; print(os.getppid())", NULL});
	want(&target, &interest);
	fine(lupe_thread_set_result(until(&target, LUPE_EVENT_SYSCALL_EXIT), 4242));
	go_on(&target);
	ends_with(&target, 0);
	end(&target);
	assert_string_equal(target.output, "4242\n");
}

/* The argument is another for the kernel and the same again for the program. */
static void check_path(bool filter, size_t padding)
{
	struct lupe_interest interest = of_syscall(SYS_chdir, true, true);
	char *path = malloc(padding + 2);
	struct user_regs_struct before, after;
	struct target target;

	memset(path, '/', padding + 1);
	path[padding + 1] = '\0';
	shell(&target, filter, "cd -P /proc && /bin/pwd");
	want(&target, &interest);
	until(&target, LUPE_EVENT_SYSCALL_ENTRY);
	fine(lupe_thread_get_general(thread_of(&target), &before));
	fine(lupe_thread_set_arg_bytes(thread_of(&target), 0, path, padding + 2));
	go_on(&target);
	until(&target, LUPE_EVENT_SYSCALL_EXIT);
	fine(lupe_thread_get_general(thread_of(&target), &after));
	assert_int_equal(after.rdi, before.rdi);
	assert_int_equal(after.rsp, before.rsp);
	assert_int_equal(lupe_thread_call(thread_of(&target))->failed, padding > 4000);
	go_on(&target);
	ends_with(&target, padding > 4000 ? 2 : 0);
	end(&target);
	free(path);
}

static void a_path_is_another_for_one_call(void **state)
{
	(void)state;
	check_path(false, 1);
	check_path(true, 1);
	/* Too much for the stack: mapped for this one call. */
	check_path(false, 200000);
	check_path(true, 200000);
}

static void argv_can_be_replaced(void **state)
{
	struct lupe_interest interest = of_syscall(SYS_execve, true, false);
	struct target target;

	(void)state;
	shell(&target, true, "/bin/echo one; exit 0");
	want(&target, &interest);
	until(&target, LUPE_EVENT_SYSCALL_ENTRY);
	go_on(&target);
	until(&target, LUPE_EVENT_SYSCALL_ENTRY);
	fine(lupe_thread_set_arg_strings(thread_of(&target), 1,
					 (const char *const[]){"echo", "two", "three", NULL}));
	go_on(&target);
	ends_with(&target, 0);
	end(&target);
	assert_string_equal(target.output, "two three\n");
}

/* --- syscalls inside the target --- */

static void run_getpid(struct lupe_thread *thread, pid_t pid)
{
	const uint64_t args[6] = {0};
	struct user_regs_struct before, after;
	int64_t result = 0;
	uint64_t mask, mask_after;

	fine(lupe_thread_get_general(thread, &before));
	fine(lupe_thread_get_sigmask(thread, &mask));
	fine(lupe_thread_do_syscall(thread, SYS_getpid, args, &result));
	assert_int_equal(result, pid);
	fine(lupe_thread_get_general(thread, &after));
	fine(lupe_thread_get_sigmask(thread, &mask_after));
	assert_memory_equal(&before, &after, sizeof(before));
	assert_true(mask == mask_after);
}

/* At every entry and exit of a program that does many things; it does not notice. */
static void check_remote_everywhere(bool filter, bool entry, bool exit)
{
	struct lupe_interest interest = of_syscall(0, false, false);
	struct target target;

	for (int nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		if (entry)
			lupe_syscall_set_add(&interest.entry, nr);
		if (exit && nr != SYS_getppid)
			lupe_syscall_set_add(&interest.exit, nr);
	}
	interest.signals = ~UINT64_C(0);
	interest.kinds |= LUPE_EVENT_BIT(LUPE_EVENT_FORK) | LUPE_EVENT_BIT(LUPE_EVENT_CLONE) |
			  LUPE_EVENT_BIT(LUPE_EVENT_EXEC);
	shell(&target, filter, "echo `echo inner`; trap 'echo trapped' USR1; kill -USR1 $$; (exit 3); "
			       "echo $?; exit 4");
	want(&target, &interest);
	while (next(&target)->kind != LUPE_EVENT_NO_TARGETS) {
		struct lupe_thread *thread = thread_of(&target);

		if (target.last.kind == LUPE_EVENT_EXITED && target.last.pid == target.pid)
			assert_int_equal(target.last.exit_code, 4);
		if (thread && target.last.kind != LUPE_EVENT_EXITED && target.last.kind != LUPE_EVENT_FORK &&
		    target.last.kind != LUPE_EVENT_CLONE && target.last.kind != LUPE_EVENT_EXEC)
			run_getpid(thread, target.last.pid);
		else if (thread && target.last.kind != LUPE_EVENT_EXITED) {
			const uint64_t args[6] = {0};
			int64_t result;

			fine(lupe_thread_do_syscall(thread, SYS_getpid, args, &result));
			assert_int_equal(result, target.last.pid);
		}
		go_on(&target);
	}
	end(&target);
	assert_string_equal(target.output, "inner\ntrapped\n3\n");
}

static void a_syscall_runs_at_any_stop(void **state)
{
	(void)state;
	check_remote_everywhere(false, true, true);
	check_remote_everywhere(false, true, false);
	check_remote_everywhere(true, true, true);
	check_remote_everywhere(true, true, false);
	check_remote_everywhere(true, false, true);
}

/* A thread in a read that has to be restarted afterwards. */
static void a_blocked_read_goes_on(void **state)
{
	const struct lupe_interest interest = of_syscall(0, false, false);
	struct target target;
	struct lupe_thread *thread;

	(void)state;
	shell(&target, true, "read x; echo got $x");
	want(&target, &interest);
	for (int i = 0; i < 20; i++) {
		fine(lupe_session_next(target.session, 5, &target.last));
		thread = lupe_session_thread(target.session, target.pid);
		fine(lupe_thread_interrupt(thread));
		thread = until(&target, LUPE_EVENT_STOPPED);
		run_getpid(thread, target.pid);
		go_on(&target);
	}
	say(&target, "it\n");
	ends_with(&target, 0);
	end(&target);
	assert_string_equal(target.output, "got it\n");
}

/* --- stepping, stopping, waiting --- */

static void steps_count_instructions(void **state)
{
	const struct lupe_interest interest = of_syscall(0, false, false);
	struct user_regs_struct before, after;
	struct target target;
	struct lupe_thread *thread;

	(void)state;
	shell(&target, true, "exit 6");
	want(&target, &interest);
	thread = lupe_session_thread(target.session, target.pid);
	for (int i = 0; i < 200; i++) {
		fine(lupe_thread_get_general(thread, &before));
		lupe_thread_resume(thread, LUPE_RESUME_STEP);
		thread = until(&target, LUPE_EVENT_STEPPED);
		fine(lupe_thread_get_general(thread, &after));
	}
	assert_true(before.rip != after.rip || before.rcx != after.rcx);
	go_on(&target);
	ends_with(&target, 6);
	end(&target);
}

static void a_delay_holds_one_thread(void **state)
{
	const struct lupe_interest interest = of_syscall(SYS_getppid, true, false);
	struct target target;
	struct timespec a, b;

	(void)state;
	start(&target, true,
	      (const char *const[]){"/usr/bin/python3", "-c", "import os; os.getppid()", NULL});
	want(&target, &interest);
	until(&target, LUPE_EVENT_SYSCALL_ENTRY);
	clock_gettime(CLOCK_MONOTONIC, &a);
	lupe_thread_resume_after(thread_of(&target), 50000000);
	ends_with(&target, 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true((b.tv_sec - a.tv_sec) * 1000000000L + b.tv_nsec - a.tv_nsec >= 50000000);
	end(&target);
}

static void a_signal_of_ours_wakes_the_loop(void **state)
{
	const struct lupe_interest interest = of_syscall(0, false, false);
	struct target target;
	struct lupe_event event;

	(void)state;
	shell(&target, true, "read x");
	want(&target, &interest);
	lupe_session_notify(SIGTERM);
	fine(lupe_session_next(target.session, -1, &event));
	assert_int_equal(event.kind, LUPE_EVENT_WOKEN);
	assert_int_equal(event.signal, SIGTERM);
	fine(lupe_session_next(target.session, 1, &event));
	assert_int_equal(event.kind, LUPE_EVENT_NONE);
	end(&target);
}

static void a_signal_is_withheld_or_replaced(void **state)
{
	struct lupe_interest interest = of_syscall(0, false, false);
	struct target target;

	(void)state;
	interest.signals = UINT64_C(1) << (SIGUSR1 - 1);
	shell(&target, true, "trap 'echo one' USR1; trap 'echo two' USR2; kill -USR1 $$; kill -USR1 $$; "
			     "kill -USR1 $$; exit 0");
	want(&target, &interest);
	until(&target, LUPE_EVENT_SIGNAL);
	assert_true(target.last.has_info);
	assert_int_equal(target.last.info.si_pid, target.pid);
	fine(lupe_thread_set_signal(thread_of(&target), 0));
	go_on(&target);
	until(&target, LUPE_EVENT_SIGNAL);
	fine(lupe_thread_set_signal(thread_of(&target), SIGUSR2));
	go_on(&target);
	until(&target, LUPE_EVENT_SIGNAL);
	go_on(&target);
	ends_with(&target, 0);
	end(&target);
	assert_string_equal(target.output, "two\none\n");
}

static void a_process_stands_and_goes_on(void **state)
{
	const char *fixtures = getenv("FIXTURES");
	const struct lupe_interest interest = of_syscall(0, false, false);
	struct target target;
	char path[512];

	(void)state;
	if (!fixtures)
		skip();
	snprintf(path, sizeof(path), "%s/threads", fixtures);
	start(&target, true, (const char *const[]){path, "8", NULL});
	want(&target, &interest);
	for (int i = 0; i < 50; i++) {
		fine(lupe_session_next(target.session, 2, &target.last));
		fine(lupe_process_stop(target.process));
		for (struct lupe_thread *thread = NULL;
		     (thread = lupe_process_next_thread(target.process, thread));)
			assert_true(lupe_thread_stopped(thread));
		lupe_process_resume(target.process);
	}
	say(&target, "stop\n");
	ends_with(&target, 0);
	end(&target);
	assert_non_null(strstr(target.output, "interrupted 0 signals 0"));
}

/* --- breakpoints --- */

enum { SITES_MAX = 32 };

/* Starts the fixture and hears its addresses; answers how many. */
static size_t start_sites(struct target *target, const char *threads, const char *calls,
			  lupe_addr addrs[SITES_MAX])
{
	const char *fixtures = getenv("FIXTURES");
	const struct lupe_interest interest = of_syscall(0, false, false);
	char path[512], text[OUTPUT] = "", *at;
	size_t size = 0, count = 0;

	if (!fixtures)
		skip();
	snprintf(path, sizeof(path), "%s/sites", fixtures);
	start(target, true, (const char *const[]){path, threads, calls, NULL});
	want(target, &interest);
	fcntl(target->out, F_SETFL, O_NONBLOCK);
	while (!strstr(text, "\nend\n")) {
		ssize_t got;

		fine(lupe_session_next(target->session, 2, &target->last));
		got = read(target->out, text + size, sizeof(text) - 1 - size);
		size += got > 0 ? got : 0;
		text[size] = '\0';
	}
	fcntl(target->out, F_SETFL, 0);
	for (at = strchr(text, '\n'); at && count < SITES_MAX; at = strchr(at + 1, '\n')) {
		char *space = strchr(at, ' ');

		if (space && space < strchr(at + 1, '\n'))
			addrs[count++] = strtoull(space + 1, NULL, 16);
	}
	return count;
}

static void check_bytes(struct target *target, const lupe_addr *addrs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned char byte;

		fine(lupe_memory_read(lupe_process_memory(target->process), addrs[i], &byte, 1));
		assert_int_not_equal(byte, 0xcc);
	}
}

/* Every call of every function is a hit, whatever instruction the breakpoint lies on. */
static void check_breakpoints(const char *threads, const char *calls, long hits_wanted, bool step)
{
	lupe_addr addrs[SITES_MAX];
	struct target target;
	size_t count = start_sites(&target, threads, calls, addrs);
	long hits = 0;

	assert_true(count >= 15);
	for (size_t i = 0; i < count; i++)
		fine(lupe_process_insert_breakpoint(target.process, addrs[i]));
	check_bytes(&target, addrs, count);
	say(&target, "go\n");
	while (next(&target)->kind != LUPE_EVENT_EXITED) {
		struct lupe_thread *thread = thread_of(&target);
		struct user_regs_struct regs;
		bool known = false;

		assert_non_null(thread);
		if (target.last.kind == LUPE_EVENT_BREAKPOINT) {
			fine(lupe_thread_get_general(thread, &regs));
			for (size_t i = 0; i < count; i++)
				known |= addrs[i] == regs.rip;
			assert_true(known);
			hits++;
		}
		lupe_thread_resume(thread, step && target.last.kind == LUPE_EVENT_BREAKPOINT
					       ? LUPE_RESUME_STEP
					       : LUPE_RESUME_RUN);
	}
	assert_int_equal(target.last.exit_code, 0);
	assert_int_equal(hits, hits_wanted * (long)count);
	end(&target);
	assert_non_null(strstr(target.output, "wrong 0"));
}

static void breakpoints_are_hit_every_time(void **state)
{
	(void)state;
	check_breakpoints("1", "20", 20, false);
	check_breakpoints("1", "20", 20, true);
	check_breakpoints("4", "20", 80, false);
	check_breakpoints("4", "20", 80, true);
}

/* Taken out in the middle of the run, while SIGTRAPs are on their way. */
static void breakpoints_are_taken_out(void **state)
{
	lupe_addr addrs[SITES_MAX];
	struct target target;
	size_t count;

	(void)state;
	count = start_sites(&target, "4", "2000", addrs);
	for (size_t i = 0; i < count; i++)
		fine(lupe_process_insert_breakpoint(target.process, addrs[i]));
	say(&target, "go\n");
	for (int i = 0; i < 50; i++) {
		until(&target, LUPE_EVENT_BREAKPOINT);
		go_on(&target);
	}
	for (size_t i = 0; i < count; i++)
		fine(lupe_process_remove_breakpoint(target.process, addrs[i]));
	fails(lupe_process_remove_breakpoint(target.process, addrs[0]), LUPE_ERROR_NOT_FOUND, "");
	ends_with(&target, 0);
	end(&target);
	assert_non_null(strstr(target.output, "wrong 0"));
}

/* --- attaching, letting go --- */

static pid_t fork_shell(const char *script)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	return pid;
}

/* The parent of a vfork does not stop before its child has gone on. */
static void a_tree_is_let_go(void **state)
{
	struct lupe_interest interest = of_syscall(SYS_execve, true, true);
	struct lupe_session *session;
	struct lupe_process *process;
	struct lupe_event event;
	int status;
	pid_t pid;

	(void)state;
	interest.kinds |= LUPE_EVENT_BIT(LUPE_EVENT_VFORK) | LUPE_EVENT_BIT(LUPE_EVENT_NEW_THREAD);
	for (int stop_at = 1; stop_at < 12; stop_at++) {
		pid = fork_shell("for i in 1 2 3 4; do /usr/bin/python3 -c 'import subprocess; "
				 "subprocess.run([\"true\"])'; done; exit 9");
		session = open_session(true);
		fine(lupe_session_attach(session, pid, &process));
		fine(lupe_session_set_interest(session, &interest));
		for (int i = 0; i < stop_at; i++) {
			struct lupe_thread *thread;

			fine(lupe_session_next(session, TIMEOUT_MS, &event));
			thread = lupe_session_thread(session, event.tid);
			if (i + 1 < stop_at && thread)
				lupe_thread_resume(thread, LUPE_RESUME_RUN);
		}
		lupe_session_destroy(session);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 9);
	}
}

static void attaching_says_why_not(void **state)
{
	struct lupe_session *session = open_session(true);
	struct lupe_process *process;
	siginfo_t info;
	pid_t pid;

	(void)state;
	fails(lupe_session_attach(session, 2147483647, &process), LUPE_ERROR_EXITED, "no such process");
	fails(lupe_session_attach(session, -5, &process), LUPE_ERROR_INVALID, "not a process id");
	fails(lupe_session_attach(session, getpid(), &process), LUPE_ERROR_INVALID, "itself");
	pid = fork_shell("exit 0");
	assert_int_equal(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
	fails(lupe_session_attach(session, pid, &process), LUPE_ERROR_EXITED, "zombie");
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	lupe_session_destroy(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_launch_replays_its_execve),
	    cmocka_unit_test(a_launch_that_fails_says_why),
	    cmocka_unit_test(a_launched_target_dies_with_its_session),
	    cmocka_unit_test(the_planner_takes_the_cheapest),
	    cmocka_unit_test(a_growing_interest_is_heard),
	    cmocka_unit_test(a_skipped_call_answers_what_we_say),
	    cmocka_unit_test(a_result_is_changed_at_the_exit),
	    cmocka_unit_test(a_path_is_another_for_one_call),
	    cmocka_unit_test(argv_can_be_replaced),
	    cmocka_unit_test(a_syscall_runs_at_any_stop),
	    cmocka_unit_test(a_blocked_read_goes_on),
	    cmocka_unit_test(steps_count_instructions),
	    cmocka_unit_test(a_delay_holds_one_thread),
	    cmocka_unit_test(a_signal_of_ours_wakes_the_loop),
	    cmocka_unit_test(a_signal_is_withheld_or_replaced),
	    cmocka_unit_test(a_process_stands_and_goes_on),
	    cmocka_unit_test(breakpoints_are_hit_every_time),
	    cmocka_unit_test(breakpoints_are_taken_out),
	    cmocka_unit_test(a_tree_is_let_go),
	    cmocka_unit_test(attaching_says_why_not),
	};

	/* What a wrong turn leaves behind would hold the tests up for ever. */
	alarm(0);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
