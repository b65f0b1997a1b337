/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stacks of live processes, which know what theirs must show: blocked, running, stopped, traced, dying,
 * with many threads and with deep stacks; and what is left of them afterwards, which must be nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lupe/stack.h"
#include "trace/proc.h"
#include "trace/ptrace.h"
#include "trace/snapshot.h"

#define NOINLINE __attribute__((noinline))
#define BARRIER	 __asm__ volatile("" ::: "memory")

enum { DEEP = 10000, N_THREADS = 8, SECONDS = 60 };

static struct lupe_images *images;

/* --- children --- */

struct child {
	pid_t pid;
	int to, from; /* its ends are below */
};

static int hear_fd, say_fd;

static void say_ready(void)
{
	if (write(say_fd, "r", 1) != 1)
		_exit(2);
}

NOINLINE static int wait_for_word(void)
{
	char byte;
	ssize_t got = read(hear_fd, &byte, 1);

	BARRIER;
	return got < 0 ? 1 : 0;
}

static struct child start(int (*run)(void))
{
	struct child child;
	int in[2], out[2];

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	child.pid = fork();
	assert_true(child.pid >= 0);
	if (!child.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		hear_fd = in[0];
		say_fd = out[1];
		close(in[1]);
		_exit(run());
	}
	close(in[0]);
	close(out[1]);
	child.to = in[1];
	child.from = out[0];
	return child;
}

static void wait_ready(const struct child *child)
{
	char byte;

	assert_int_equal(read(child->from, &byte, 1), 1);
}

static char state_of(pid_t tid)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(tid, &status);

	if (error) {
		lupe_error_destroy(error);
		return 0;
	}
	return status.state;
}

/* Asks again until it holds; the test's time limit is the limit. */
static void wait_state(pid_t tid, char state)
{
	while (state_of(tid) != state)
		sched_yield();
}

static struct child start_blocked(int (*run)(void))
{
	struct child child = start(run);

	wait_ready(&child);
	wait_state(child.pid, 'S');
	return child;
}

/* Lets it go on and answers its exit status, or minus the signal that killed it. */
static int end(struct child *child)
{
	int status;

	close(child->to);
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	close(child->from);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* --- what is said of stacks --- */

static struct lupe_stack *capture(pid_t pid, enum lupe_stack_stop stop)
{
	struct lupe_stack_options options = {.stop = stop};
	struct lupe_stack *stack;
	struct lupe_error *error = lupe_stack_capture(images, pid, &options, &stack);

	if (error)
		fail_msg("%s", error->message);
	return stack;
}

static void fails(pid_t pid, enum lupe_stack_stop stop, enum lupe_error_code code, const char *part)
{
	struct lupe_stack_options options = {.stop = stop};
	struct lupe_stack *stack;
	struct lupe_error *error = lupe_stack_capture(images, pid, &options, &stack);

	assert_non_null(error);
	if (error->code != code || !strstr(error->message, part))
		fail_msg("the error is %d: %s", error->code, error->message);
	lupe_error_destroy(error);
}

static bool is_named(const struct lupe_stack_frame *frame, const char *name)
{
	size_t length = strlen(name);

	return frame->has_symbol && strncmp(frame->symbol.name, name, length) == 0 &&
	       (!frame->symbol.name[length] || frame->symbol.name[length] == '.');
}

static bool has_frame(const struct lupe_stack_thread *thread, const char *name)
{
	for (size_t i = 0; i < thread->n_frames; i++)
		if (is_named(&thread->frames[i], name))
			return true;
	return false;
}

static void print_thread(const struct lupe_stack_thread *thread)
{
	struct lupe_stack_thread copy = *thread;
	struct lupe_stack stack = {.threads = &copy, .n_threads = 1};
	struct lupe_buffer text;

	lupe_buffer_init(&text);
	lupe_stack_print(&text, &stack, false);
	print_error("%s", lupe_buffer_text(&text));
	lupe_buffer_deinit(&text);
}

static void assert_frame(const struct lupe_stack_thread *thread, const char *name)
{
	if (has_frame(thread, name))
		return;
	print_thread(thread);
	fail_msg("%s is not on the stack", name);
}

/* The names lie one above the other somewhere on the stack, ended by NULL. */
static void assert_chain(const struct lupe_stack_thread *thread, const char *first, ...)
{
	va_list names;
	size_t i = 0;

	while (i < thread->n_frames && !is_named(&thread->frames[i], first))
		i++;
	va_start(names, first);
	for (const char *name = first; name; name = va_arg(names, const char *), i++)
		if (i >= thread->n_frames || !is_named(&thread->frames[i], name)) {
			print_thread(thread);
			fail_msg("%s is not at #%zu of %zu frames", name, i, thread->n_frames);
		}
	va_end(names);
}

static void assert_complete(const struct lupe_stack_thread *thread)
{
	assert_int_equal(thread->end, LUPE_UNWIND_OUTERMOST);
	assert_frame(thread, "main");
}

static void assert_untouched(pid_t tid, char state)
{
	struct lupe_proc_status status;

	assert_null(lupe_proc_status_read(tid, &status));
	assert_int_equal(status.tracer, 0);
	wait_state(tid, state);
}

/* --- blocked --- */

NOINLINE static int gamma_(void)
{
	int result = wait_for_word();

	BARRIER;
	return result;
}

NOINLINE static int beta(int depth)
{
	int result = depth > 1 ? beta(depth - 1) : gamma_();

	BARRIER;
	return result;
}

NOINLINE static int alpha(void)
{
	int result = beta(3);

	BARRIER;
	return result;
}

static int run_blocked(void)
{
	int result;

	say_ready();
	result = alpha();
	BARRIER;
	return result;
}

static void test_blocked(void **state)
{
	static const enum lupe_stack_stop stops[] = {LUPE_STACK_STOP_NEEDED, LUPE_STACK_STOP_NONE,
						     LUPE_STACK_STOP_SHORT, LUPE_STACK_STOP_HOLD};
	struct child child = start_blocked(run_blocked);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
		struct lupe_stack *stack = capture(child.pid, stops[i]);
		const struct lupe_stack_thread *thread = &stack->threads[0];

		assert_int_equal(stack->n_threads, 1);
		assert_int_equal(thread->tid, child.pid);
		if (stops[i] != LUPE_STACK_STOP_NONE || thread->end == LUPE_UNWIND_OUTERMOST) {
			assert_chain(thread, "wait_for_word", "gamma_", "beta", "beta", "beta", "alpha",
				     "run_blocked", NULL);
			assert_complete(thread);
		}
		if (stops[i] == LUPE_STACK_STOP_NONE) {
			assert_frame(thread, "read");
			assert_true(thread->end == LUPE_UNWIND_OUTERMOST ||
				    thread->end == LUPE_UNWIND_UNKNOWN);
			assert_int_equal(thread->how, LUPE_STACK_UNSTOPPED);
			assert_int_equal(stack->paused_ns, 0);
		}
		if (stops[i] >= LUPE_STACK_STOP_SHORT) {
			assert_int_equal(thread->how, LUPE_STACK_STOPPED);
			assert_true(stack->paused_ns > 0);
		}
		lupe_stack_destroy(stack);
		assert_untouched(child.pid, 'S');
	}
	assert_int_equal(end(&child), 0);
}

static void test_depth(void **state)
{
	struct lupe_stack_options options = {.depth = 3};
	struct child child = start_blocked(run_blocked);
	struct lupe_stack *stack;

	(void)state;
	assert_null(lupe_stack_capture(images, child.pid, &options, &stack));
	assert_int_equal(stack->threads[0].n_frames, 3);
	assert_int_equal(stack->threads[0].end, LUPE_UNWIND_GOES_ON);
	lupe_stack_destroy(stack);
	assert_int_equal(end(&child), 0);
}

NOINLINE static int dig(int depth)
{
	int result = depth ? dig(depth - 1) : wait_for_word();

	BARRIER;
	return result;
}

static int run_deep(void)
{
	int result;

	say_ready();
	result = dig(DEEP);
	BARRIER;
	return result;
}

static void test_deep(void **state)
{
	struct child child = start_blocked(run_deep);
	struct lupe_stack *stack = capture(child.pid, LUPE_STACK_STOP_SHORT);
	size_t count = 0;

	(void)state;
	assert_complete(&stack->threads[0]);
	for (size_t i = 0; i < stack->threads[0].n_frames; i++)
		count += is_named(&stack->threads[0].frames[i], "dig");
	assert_int_equal(count, DEEP + 1);
	lupe_stack_destroy(stack);
	assert_int_equal(end(&child), 0);
}

/* A stop would end it with EINTR (signal(7)); looking must not. */
static int run_epoll(void)
{
	int epoll = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN};

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, hear_fd, &event))
		return 2;
	say_ready();
	return epoll_wait(epoll, &event, 1, SECONDS * 1000) == 1 ? 0 : 1;
}

static void test_undisturbed(void **state)
{
	struct child child = start_blocked(run_epoll);

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct lupe_stack *stack = capture(child.pid, LUPE_STACK_STOP_NONE);

		assert_frame(&stack->threads[0], "epoll_wait");
		lupe_stack_destroy(stack);
	}
	assert_int_equal(end(&child), 0);
}

/* More calls that a stop would end with EINTR. One thread waits in them, another lets it go on when the test says
 * so. */
static struct {
	int set, sockets[2];
	sem_t semaphore;
	pthread_t waiter;
} waits;

static int wait_semop(void)
{
	struct sembuf take = {.sem_op = -1};

	return semtimedop(waits.set, &take, 1, &(struct timespec){.tv_sec = SECONDS});
}

static void wake_semop(void)
{
	semctl(waits.set, 0, SETVAL, 1);
}

static int wait_semaphore(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SECONDS;
	return sem_timedwait(&waits.semaphore, &until);
}

static void wake_semaphore(void)
{
	sem_post(&waits.semaphore);
}

static int wait_recv(void)
{
	struct timeval limit = {.tv_sec = SECONDS};
	char byte;

	if (setsockopt(waits.sockets[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return -1;
	return recv(waits.sockets[0], &byte, 1, 0) == 1 ? 0 : -1;
}

static void wake_recv(void)
{
	(void)!write(waits.sockets[1], "x", 1);
}

static int wait_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigtimedwait(&set, NULL, &(struct timespec){.tv_sec = SECONDS}) == SIGUSR1 ? 0 : -1;
}

static void wake_signal(void)
{
	pthread_kill(waits.waiter, SIGUSR1);
}

static const struct wait_kind {
	const char *name;
	int (*wait)(void);
	void (*wake)(void);
} wait_kinds[] = {
    {"semtimedop", wait_semop, wake_semop},
    {"sem_timedwait", wait_semaphore, wake_semaphore},
    {"recv", wait_recv, wake_recv},
    {"sigtimedwait", wait_signal, wake_signal},
};
static const struct wait_kind *wait_kind;

static void *wake_when_told(void *context)
{
	wait_for_word();
	wait_kind->wake();
	return context;
}

static int run_wait(void)
{
	pthread_t waker;
	sigset_t set;
	int failed;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	waits.waiter = pthread_self();
	waits.set = semget(IPC_PRIVATE, 1, 0600);
	if (waits.set < 0 || sem_init(&waits.semaphore, 0, 0) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, waits.sockets) ||
	    pthread_create(&waker, NULL, wake_when_told, NULL))
		return 2;
	say_ready();
	failed = wait_kind->wait();
	semctl(waits.set, 0, IPC_RMID);
	return failed ? 1 : 0;
}

static void test_undisturbed_waits(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(wait_kinds); k++) {
		struct child child;

		wait_kind = &wait_kinds[k];
		child = start_blocked(run_wait);
		for (int i = 0; i < 10; i++) {
			struct lupe_stack *stack = capture(child.pid, LUPE_STACK_STOP_NONE);

			assert_true(stack->threads[0].n_frames > 0);
			lupe_stack_destroy(stack);
		}
		if (end(&child))
			fail_msg("%s was interrupted", wait_kind->name);
	}
}

/* --- running --- */

/* In memory that parent and children see. */
static struct {
	atomic_bool stop, arrived;
} *shared;

NOINLINE static int spin(void)
{
	shared->arrived = true;
	while (!shared->stop)
		BARRIER;
	return 0;
}

static int run_spin(void)
{
	say_ready();
	spin();
	BARRIER;
	return 0;
}

static void test_running(void **state)
{
	struct child child;
	struct lupe_stack *stack;

	(void)state;
	shared->stop = false;
	child = start(run_spin);
	wait_ready(&child);
	while (!shared->arrived)
		sched_yield();
	stack = capture(child.pid, LUPE_STACK_STOP_NONE);
	/* It may have been caught in the kernel, on its way through an interrupt. */
	if (!stack->threads[0].n_frames) {
		assert_int_equal(stack->threads[0].how, LUPE_STACK_NOTHING);
		assert_non_null(strstr(stack->threads[0].reason, "running"));
	}
	lupe_stack_destroy(stack);
	stack = capture(child.pid, LUPE_STACK_STOP_NEEDED);
	assert_int_equal(stack->threads[0].how, LUPE_STACK_STOPPED);
	assert_chain(&stack->threads[0], "spin", "run_spin", NULL);
	assert_complete(&stack->threads[0]);
	lupe_stack_destroy(stack);
	assert_untouched(child.pid, 'R');
	shared->stop = true;
	assert_int_equal(end(&child), 0);
}

/* --- threads --- */

NOINLINE static void *thread_body(void *barrier)
{
	pthread_barrier_wait(barrier);
	wait_for_word();
	BARRIER;
	return NULL;
}

static int run_threads(void)
{
	static pthread_barrier_t barrier;
	pthread_t threads[N_THREADS];

	pthread_barrier_init(&barrier, NULL, N_THREADS + 1);
	for (int i = 0; i < N_THREADS; i++)
		if (pthread_create(&threads[i], NULL, thread_body, &barrier))
			return 2;
	pthread_barrier_wait(&barrier);
	say_ready();
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static void test_threads(void **state)
{
	struct child child = start_blocked(run_threads);
	struct lupe_stack_options options = {.stop = LUPE_STACK_STOP_SHORT};
	struct lupe_stack *stack = capture(child.pid, LUPE_STACK_STOP_SHORT);
	struct lupe_error *error;

	(void)state;
	assert_int_equal(stack->n_threads, N_THREADS + 1);
	for (size_t i = 0; i < stack->n_threads; i++) {
		const struct lupe_stack_thread *thread = &stack->threads[i];

		assert_int_equal(thread->number, i + 1);
		assert_int_equal(thread->end, LUPE_UNWIND_OUTERMOST);
		assert_frame(thread, i ? "thread_body" : "run_threads");
		assert_untouched(thread->tid, 'S');
	}
	options.tid = stack->threads[3].tid;
	lupe_stack_destroy(stack);
	assert_null(lupe_stack_capture(images, child.pid, &options, &stack));
	assert_int_equal(stack->n_threads, 1);
	assert_int_equal(stack->threads[0].tid, options.tid);
	lupe_stack_destroy(stack);
	/* a thread's number stands for its process */
	stack = capture(options.tid, LUPE_STACK_STOP_NEEDED);
	assert_int_equal(stack->pid, child.pid);
	assert_int_equal(stack->n_threads, N_THREADS + 1);
	lupe_stack_destroy(stack);
	options.tid = getpid();
	error = lupe_stack_capture(images, child.pid, &options, &stack);
	assert_non_null(error);
	assert_non_null(strstr(error->message, "has no thread"));
	lupe_error_destroy(error);
	assert_int_equal(end(&child), 0);
}

static void *leave_soon(void *nothing)
{
	return nothing;
}

/* Threads are born and die all the time. */
static int run_churn(void)
{
	pthread_t thread;

	say_ready();
	while (!shared->stop)
		if (pthread_create(&thread, NULL, leave_soon, NULL) == 0)
			pthread_join(thread, NULL);
	return 0;
}

static void test_dying_threads(void **state)
{
	struct child child;

	(void)state;
	shared->stop = false;
	child = start(run_churn);
	wait_ready(&child);
	for (int i = 0; i < 200; i++) {
		struct lupe_stack *stack =
		    capture(child.pid, i % 2 ? LUPE_STACK_STOP_SHORT : LUPE_STACK_STOP_NEEDED);

		assert_true(stack->n_threads >= 1);
		lupe_stack_destroy(stack);
	}
	shared->stop = true;
	assert_int_equal(end(&child), 0);
}

static void *outlive(void *nothing)
{
	while (state_of(getpid()) != 'Z')
		sched_yield();
	say_ready();
	_exit(wait_for_word());
	return nothing;
}

static int run_leaderless(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, outlive, NULL))
		return 2;
	syscall(SYS_exit, 0);
	return 2;
}

static void test_leader_has_exited(void **state)
{
	struct child child = start(run_leaderless);
	struct lupe_stack *stack;

	(void)state;
	wait_ready(&child);
	stack = capture(child.pid, LUPE_STACK_STOP_SHORT);
	assert_int_equal(stack->n_threads, 2);
	assert_int_equal(stack->threads[0].n_frames, 0);
	assert_non_null(strstr(stack->threads[0].reason, "exited"));
	assert_frame(&stack->threads[1], "outlive");
	lupe_stack_destroy(stack);
	assert_int_equal(end(&child), 0);
}

/* --- states that must not change --- */

static void test_stopped_stays_stopped(void **state)
{
	static const enum lupe_stack_stop stops[] = {LUPE_STACK_STOP_NEEDED, LUPE_STACK_STOP_SHORT,
						     LUPE_STACK_STOP_HOLD};
	struct child child = start_blocked(run_blocked);

	(void)state;
	kill(child.pid, SIGSTOP);
	wait_state(child.pid, 'T');
	for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
		struct lupe_stack *stack = capture(child.pid, stops[i]);

		assert_chain(&stack->threads[0], "wait_for_word", "gamma_", NULL);
		assert_complete(&stack->threads[0]);
		lupe_stack_destroy(stack);
		assert_untouched(child.pid, 'T');
	}
	kill(child.pid, SIGCONT);
	wait_state(child.pid, 'S');
	assert_int_equal(end(&child), 0);
}

static volatile sig_atomic_t n_signals;

static void count_signal(int signal)
{
	(void)signal;
	n_signals++;
}

enum { N_SIGNALS = 2000 };

/* Real-time signals queue: not one may be lost or doubled. */
static int run_signals(void)
{
	struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
	int failed;

	sigaction(SIGRTMIN, &action, NULL);
	say_ready();
	failed = wait_for_word();
	return failed || n_signals != N_SIGNALS;
}

static void test_signals_arrive(void **state)
{
	struct child child = start_blocked(run_signals);

	(void)state;
	for (int i = 0; i < N_SIGNALS; i++) {
		while (sigqueue(child.pid, SIGRTMIN, (union sigval){0}))
			sched_yield(); /* too many are pending */
		if (i % 10 == 0)
			lupe_stack_destroy(capture(child.pid, LUPE_STACK_STOP_SHORT));
	}
	assert_int_equal(end(&child), 0);
}

/* The parent of a vfork sleeps where no stop reaches it. */
static int run_vfork(void)
{
	pid_t child;

	say_ready();
	child = vfork();
	if (!child)
		_exit(wait_for_word());
	return child < 0 || waitpid(child, NULL, 0) != child;
}

static void test_vfork_parent(void **state)
{
	struct child child = start(run_vfork);
	struct lupe_stack *stack;

	(void)state;
	wait_ready(&child);
	wait_state(child.pid, 'D');
	for (int stop = LUPE_STACK_STOP_NEEDED; stop <= LUPE_STACK_STOP_HOLD; stop++) {
		stack = capture(child.pid, stop);
		assert_int_equal(stack->n_threads, 1);
		assert_int_equal(stack->threads[0].how, LUPE_STACK_UNSTOPPED);
		assert_frame(&stack->threads[0], "vfork");
		lupe_stack_destroy(stack);
		assert_untouched(child.pid, 'D');
	}
	assert_int_equal(end(&child), 0);
}

/* --- refusals --- */

static void test_no_process(void **state)
{
	struct child child = start_blocked(run_blocked);

	(void)state;
	kill(child.pid, SIGKILL);
	wait_state(child.pid, 'Z');
	fails(child.pid, LUPE_STACK_STOP_NEEDED, LUPE_ERROR_EXITED, "zombie");
	fails(child.pid, LUPE_STACK_STOP_SHORT, LUPE_ERROR_EXITED, "zombie");
	assert_int_equal(end(&child), -SIGKILL);
	fails(child.pid, LUPE_STACK_STOP_NEEDED, LUPE_ERROR_EXITED, "no such process");
	fails(-1, LUPE_STACK_STOP_NEEDED, LUPE_ERROR_EXITED, "no such process");
	fails(0, LUPE_STACK_STOP_NEEDED, LUPE_ERROR_EXITED, "no such process");
}

static void test_kernel_thread(void **state)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(2, &status);
	bool is_one = !error && status.kernel_thread;

	(void)state;
	lupe_error_destroy(error);
	if (!is_one)
		skip(); /* another pid namespace */
	fails(2, LUPE_STACK_STOP_NEEDED, LUPE_ERROR_PERMISSION, "kernel thread");
}

/* By somebody else, which is us: looking works all the same. */
static void test_traced_already(void **state)
{
	struct child child = start_blocked(run_blocked);
	struct lupe_stack *stack;
	int status;

	(void)state;
	assert_int_equal(lupe_ptrace_seize(child.pid, 0), 0);
	stack = capture(child.pid, LUPE_STACK_STOP_NONE);
	assert_frame(&stack->threads[0], "read");
	lupe_stack_destroy(stack);
	fails(child.pid, LUPE_STACK_STOP_SHORT, LUPE_ERROR_PERMISSION, "already traced by");
	assert_int_equal(lupe_ptrace_interrupt(child.pid), 0);
	assert_int_equal(lupe_wait(child.pid, true, &status), child.pid);
	assert_int_equal(lupe_ptrace_detach(child.pid, 0), 0);
	assert_int_equal(end(&child), 0);
}

/* --- files that are gone --- */

static int run_exec_copy(void)
{
	static char copy[64];
	int fd;

	snprintf(copy, sizeof(copy), "/tmp/lupe-test-stack.%d", getpid());
	fd = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	FILE *from = fopen("/proc/self/exe", "re"), *to = fd < 0 ? NULL : fdopen(fd, "we");
	char chunk[65536];
	size_t got;

	if (!from || !to)
		return 2;
	while ((got = fread(chunk, 1, sizeof(chunk), from)) > 0)
		if (fwrite(chunk, 1, got, to) != got)
			return 2;
	fclose(to);
	dup2(hear_fd, 0);
	dup2(say_fd, 1);
	execl(copy, copy, "--blocked", NULL);
	return 2;
}

static void test_deleted_program(void **state)
{
	struct child child = start(run_exec_copy);
	struct lupe_stack *stack;

	(void)state;
	wait_ready(&child);
	wait_state(child.pid, 'S');
	stack = capture(child.pid, LUPE_STACK_STOP_SHORT);
	assert_int_equal(stack->threads[0].end, LUPE_UNWIND_OUTERMOST);
	/* Its symbols need the file, which only /proc/PID/map_files still has, for root. */
	if (geteuid() == 0)
		assert_chain(&stack->threads[0], "wait_for_word", "gamma_", "beta", NULL);
	lupe_stack_destroy(stack);
	assert_int_equal(end(&child), 0);
}

/* --- text --- */

static void test_text(void **state)
{
	struct lupe_symbol symbol = {.name = "f\33[31m", .address = 0x400000, .size = 16};
	struct lupe_module module = {.path = "/lib/x\n.so"};
	struct lupe_stack_frame frames[] = {
	    {.pc = 0x400004, .has_symbol = true, .symbol = symbol, .module = &module},
	    {.pc = 0x1000, .is_signal = true},
	    {.pc = 0x7f0000001000, .trust = LUPE_TRUST_STACK_SCAN},
	};
	struct lupe_stack_thread threads[] = {
	    {.tid = 42, .number = 1, .name = "a\"b", .frames = frames, .n_frames = 3,
	     .how = LUPE_STACK_STOPPED, .end = LUPE_UNWIND_NO_RULE},
	    {.tid = 43, .number = 2, .name = "t", .reason = "it has exited"},
	};
	struct lupe_stack stack = {.pid = 42, .name = "p", .paused_ns = 1500000,
				   .threads = threads, .n_threads = 2};
	struct lupe_buffer text;

	(void)state;
	lupe_buffer_init(&text);
	lupe_stack_print(&text, &stack, false);
	assert_string_equal(
	    lupe_buffer_text(&text),
	    "Thread 2 (LWP 43) \"t\":\n"
	    "  (no stack: it has exited)\n"
	    "Thread 1 (LWP 42) \"a\"b\":\n"
	    "#0  0x0000000000400004 in f?[31m () from /lib/x?.so\n"
	    "#1  <signal handler called>\n"
	    "#2  0x00007f0000001000 in ?? ()  [guessed: stack scan]\n"
	    "  (the stack ends here: nothing tells how to unwind this code)\n");
	lupe_buffer_reset(&text);
	lupe_stack_print_header(&text, &stack);
	assert_string_equal(lupe_buffer_text(&text),
			    "Process 42 \"p\": 2 threads, 1 stopped for 1.5 ms\n");
	lupe_buffer_reset(&text);
	lupe_stack_print(&text, &stack, true);
	assert_non_null(strstr(lupe_buffer_text(&text), "\n#0  f?[31m\n#1  <signal handler called>\n"
							"#2  ??  [guessed"));
	lupe_buffer_reset(&text);
	lupe_stack_print_json(&text, &stack);
	assert_non_null(strstr(lupe_buffer_text(&text), "\"function\":\"f\\u001b[31m\",\"offset\":4"));
	assert_non_null(strstr(lupe_buffer_text(&text), "\"name\":\"a\\\"b\",\"stopped\":true"));
	lupe_buffer_deinit(&text);
}

static void test_syscall_text(void **state)
{
	struct user_regs_struct regs = {0};

	(void)state;
	assert_int_equal(lupe_snapshot_parse_syscall(
			     "232 0x4 0x7ffd 0x2 0xffffffffffffffff 0x5 0x6 0x7ffe0010 0x401000\n", &regs),
			 1 << 16 | 1 << 7 | 1 << 5 | 1 << 4 | 1 << 1 | 1 << 10 | 1 << 8 | 1 << 9);
	assert_int_equal(regs.rsp, 0x7ffe0010);
	assert_int_equal(regs.rip, 0x401000);
	assert_int_equal(regs.rdi, 4);
	assert_int_equal(regs.r10, UINT64_MAX);
	assert_int_equal(regs.r9, 6);
	assert_int_equal(lupe_snapshot_parse_syscall("-1 0x7ffe0020 0x401001\n", &regs),
			 1 << 16 | 1 << 7);
	assert_int_equal(regs.rsp, 0x7ffe0020);
	assert_int_equal(regs.rip, 0x401001);
	assert_int_equal(lupe_snapshot_parse_syscall("running\n", &regs), 0);
	assert_int_equal(lupe_snapshot_parse_syscall("", &regs), 0);
	assert_int_equal(lupe_snapshot_parse_syscall("1 0x1", &regs), 0);
	assert_int_equal(lupe_snapshot_parse_syscall("1 1 1 1 1 1 1 1 1 1 1 1", &regs), 0);
}

static int set_up(void **state)
{
	(void)state;
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED || lupe_images_create(NULL, &images) != NULL;
}

static int tear_down(void **state)
{
	(void)state;
	lupe_images_destroy(images);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_blocked),
	    cmocka_unit_test(test_depth),
	    cmocka_unit_test(test_deep),
	    cmocka_unit_test(test_undisturbed),
	    cmocka_unit_test(test_undisturbed_waits),
	    cmocka_unit_test(test_running),
	    cmocka_unit_test(test_threads),
	    cmocka_unit_test(test_dying_threads),
	    cmocka_unit_test(test_leader_has_exited),
	    cmocka_unit_test(test_stopped_stays_stopped),
	    cmocka_unit_test(test_signals_arrive),
	    cmocka_unit_test(test_vfork_parent),
	    cmocka_unit_test(test_no_process),
	    cmocka_unit_test(test_kernel_thread),
	    cmocka_unit_test(test_traced_already),
	    cmocka_unit_test(test_deleted_program),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_syscall_text),
	};

	if (argc == 2 && strcmp(argv[1], "--blocked") == 0) {
		unlink(argv[0]);
		say_fd = 1;
		return run_blocked();
	}
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
