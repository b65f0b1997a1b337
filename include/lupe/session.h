/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session: it owns every process and thread that is traced, decides by which mechanism (the
 * planner), and runs until the next event somebody asked for.
 *
 * A thread whose event `lupe_session_next` reports stays stopped until `lupe_thread_resume`; the others
 * go on meanwhile and their events come in fair turns. Handles (struct lupe_process *, struct
 * lupe_thread *) are valid until the next call of lupe_session_next; across it keep pid or tid and
 * generation and look them up again. Everything happens on the one thread that created the session:
 * the kernel ties a tracee to the tracing thread.
 */
#ifndef LUPE_SESSION_H
#define LUPE_SESSION_H

#include "lupe/event.h"
#include "lupe/memory.h"
#include "lupe/regs.h"
#include "lupe/syscall.h"

struct lupe_session;
struct lupe_process;
struct lupe_thread;

/* --- options, interests --- */

enum lupe_follow {
	LUPE_FOLLOW_PARENT, /* new threads, but no new processes: they run free */
	LUPE_FOLLOW_CHILD,  /* at a fork: the child is followed, the parent released */
	LUPE_FOLLOW_BOTH,
	LUPE_FOLLOW_NOTHING /* not even new threads (strace without -f) */
};

struct lupe_session_options {
	bool follow_cpu; /* stay on the CPU of the thread that is served; adaptive */
	bool use_filter; /* a seccomp filter for launched targets, where the planner finds it cheaper */
	enum lupe_follow follow;
	uint64_t ignored; /* bit (signal - 1): a launched program is to ignore it, as we did when we began */
};

/* What somebody wants to hear of. Everything else costs nothing, or is handled in silence. */
struct lupe_interest {
	struct lupe_syscall_set entry, exit; /* x86-64 numbers; other ABIs by name */
	uint64_t signals;		     /* bit (signal - 1): report LUPE_EVENT_SIGNAL */
	uint32_t kinds;			     /* LUPE_EVENT_BIT of the other kinds to report */
};

LUPE_MUST_CHECK struct lupe_error *lupe_session_create(const struct lupe_session_options *options,
						       struct lupe_session **ret);

/* Kills launched targets (and the children that were followed from them), detaches from attached ones. */
void lupe_session_destroy(struct lupe_session *session);

/* May be called at any time, also while a handler runs: the planner adapts each target when it next
 * can. Returns at once. */
LUPE_MUST_CHECK struct lupe_error *lupe_session_set_interest(struct lupe_session *session,
							     const struct lupe_interest *interest);

/* --- targets --- */

/* Who is whose child: the program ours, or we a grandchild of what becomes the program, so that whoever
 * started us is the program's parent; in our process group, one of our own, or a session of our own. */
enum lupe_daemonize {
	LUPE_DAEMONIZE_NOT,
	LUPE_DAEMONIZE_GRANDCHILD,
	LUPE_DAEMONIZE_GROUP,
	LUPE_DAEMONIZE_SESSION,
};

struct lupe_launch {
	const char *file;	 /* NULL: argv[0]; searched in PATH as a shell does */
	const char *const *argv; /* NULL-terminated, at least one */
	const char *const *env;	 /* NULL-terminated "NAME=value"; NULL: ours */
	const char *cwd;	 /* NULL: ours */
	int stdio[3];		 /* descriptors; -1: ours */
	bool own_group;		 /* in a process group of its own */
	bool foreground;	 /* own_group, and the terminal's foreground group while it runs */
	bool no_randomization;	 /* ADDR_NO_RANDOMIZE */
	const char *user;	 /* whose program it is to be, by name; needs root. NULL: ours */
	/* The call returns in another process, and in the calling one never. The program counts as
	 * attached: it goes on when the session ends. */
	enum lupe_daemonize daemonize;
};

/* The path that execve would get for `file`, as a shell finds it; to be freed. Errors as of launching. */
LUPE_MUST_CHECK struct lupe_error *lupe_program_find(const char *file, char **ret);

/* Starts a program and brings it to the end of its execve: nothing of it has run. The events of that
 * execve (entry, exec, exit) are reported by the next calls of lupe_session_next, for those who want
 * them; their string arguments can still be read. Errors: LUPE_ERROR_NOT_FOUND (exit status 127),
 * LUPE_ERROR_PERMISSION (126), LUPE_ERROR_OS (126). */
LUPE_MUST_CHECK struct lupe_error *lupe_session_launch(struct lupe_session *session,
						       const struct lupe_launch *launch,
						       struct lupe_process **ret);

/* Attaches to all threads of a process (PTRACE_SEIZE), also those born meanwhile. `pid` may be the tid
 * of any of its threads; with LUPE_FOLLOW_NOTHING that thread alone is attached to. It runs on; where
 * syscalls are asked for, each thread is stopped once for a moment. Errors tell why: no such process,
 * kernel thread, zombie, traced already (by whom), not permitted. */
LUPE_MUST_CHECK struct lupe_error *lupe_session_attach(struct lupe_session *session, pid_t pid,
						       struct lupe_process **ret);

/* Lets it go on as if we had never been there: pending changes undone, withheld signals delivered.
 * LUPE_ERROR_INVALID when a filter was installed (its syscalls would fail with ENOSYS for ever). */
LUPE_MUST_CHECK struct lupe_error *lupe_process_detach(struct lupe_process *process);

/* SIGKILL; the exit event follows. */
LUPE_MUST_CHECK struct lupe_error *lupe_process_kill(struct lupe_process *process);

/* --- the loop --- */

/* Waits for the next event that somebody asked for. `timeout_ms` -1: for ever, 0: only what is there.
 * Returns within it with LUPE_EVENT_NONE; with LUPE_EVENT_WOKEN as soon as lupe_pending_signal is set
 * (and clears it). An error here is ours (out of memory, a kernel without ptrace), never the target's. */
LUPE_MUST_CHECK struct lupe_error *lupe_session_next(struct lupe_session *session, int timeout_ms,
						     struct lupe_event *ret);

/* The one global: set by the signal handlers of main, read by the loop. 0: none. */
extern volatile sig_atomic_t lupe_pending_signal;
/* For signal handlers: sets it and makes sure that a loop about to wait hears of it. */
void lupe_session_notify(int signal);

/* Stops every thread of the process and returns when they stand; events that arrive meanwhile are kept
 * for lupe_session_next. Threads stay stopped until resumed. */
LUPE_MUST_CHECK struct lupe_error *lupe_process_stop(struct lupe_process *process);
/* Resumes every thread that is stopped and has no unreported event. */
void lupe_process_resume(struct lupe_process *process);

/* --- lookup and properties --- */

struct lupe_process *lupe_session_process(struct lupe_session *session, pid_t pid); /* NULL: gone */
struct lupe_thread *lupe_session_thread(struct lupe_session *session, pid_t tid);   /* NULL: gone */
/* Iteration in no special order: NULL to start; NULL at the end. */
struct lupe_process *lupe_session_next_process(struct lupe_session *session,
					       struct lupe_process *after);
struct lupe_thread *lupe_process_next_thread(struct lupe_process *process, struct lupe_thread *after);

pid_t lupe_process_pid(const struct lupe_process *process);
uint32_t lupe_process_generation(const struct lupe_process *process);
/* How many programs it has executed since it is known: another number, another memory. */
uint32_t lupe_process_programs(const struct lupe_process *process);
bool lupe_process_launched(const struct lupe_process *process);
bool lupe_process_filtered(const struct lupe_process *process);
enum lupe_abi lupe_process_abi(const struct lupe_process *process);
/* Reader and writer of its memory; valid as long as the process. For a thread inside the replayed
 * execve of a launch, lupe_thread_memory reads the strings that the call was given. */
const struct lupe_memory *lupe_process_memory(const struct lupe_process *process);
const struct lupe_memory *lupe_thread_memory(const struct lupe_thread *thread);

pid_t lupe_thread_tid(const struct lupe_thread *thread);
uint32_t lupe_thread_generation(const struct lupe_thread *thread);
struct lupe_process *lupe_thread_process(const struct lupe_thread *thread);
/* "running", "stopped", "listening" (group-stop), "dead". */
const char *lupe_thread_state_name(const struct lupe_thread *thread);
bool lupe_thread_stopped(const struct lupe_thread *thread);
/* The syscall it is in or just left; NULL when none is known. */
const struct lupe_call *lupe_thread_call(const struct lupe_thread *thread);

/* --- a stopped thread (otherwise LUPE_ERROR_INVALID; gone: LUPE_ERROR_EXITED) --- */

enum lupe_resume {
	LUPE_RESUME_RUN,  /* on, by whatever mechanism the planner chose */
	LUPE_RESUME_STEP, /* one instruction, then LUPE_EVENT_STEPPED (always reported) */
};

/* Lets it go on. A signal event delivers its signal (see lupe_thread_set_signal). Never fails: a thread
 * that died meanwhile will have its event. */
void lupe_thread_resume(struct lupe_thread *thread, enum lupe_resume how);
/* The same after a while; the loop keeps the time. */
void lupe_thread_resume_after(struct lupe_thread *thread, uint64_t delay_ns);
/* Makes it stop soon; LUPE_EVENT_STOPPED follows (always reported). For a running thread. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_interrupt(struct lupe_thread *thread);

LUPE_MUST_CHECK struct lupe_error *lupe_thread_get_general(struct lupe_thread *thread,
							   struct user_regs_struct *ret);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_general(struct lupe_thread *thread,
							   const struct user_regs_struct *regs);
/* With XSTATE. `*ret` is malloc'ed: free it. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_get_regs(struct lupe_thread *thread,
							struct lupe_regs **ret);
/* Writes back the sets that were read. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_regs(struct lupe_thread *thread,
							const struct lupe_regs *regs);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_peekuser(struct lupe_thread *thread, size_t offset,
							uint64_t *ret);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_pokeuser(struct lupe_thread *thread, size_t offset,
							uint64_t word);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_peekdata(struct lupe_thread *thread, lupe_addr addr,
							uint64_t *ret);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_pokedata(struct lupe_thread *thread, lupe_addr addr,
							uint64_t word);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_get_siginfo(struct lupe_thread *thread, siginfo_t *ret);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_siginfo(struct lupe_thread *thread,
							   const siginfo_t *info);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_get_sigmask(struct lupe_thread *thread, uint64_t *ret);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_sigmask(struct lupe_thread *thread, uint64_t mask);

/* At a signal event: deliver `signal` instead, 0 for none. At a syscall's entry or exit: deliver this
 * one, as if the kernel had sent it. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_signal(struct lupe_thread *thread, int signal);
/* Sends `signal` to this thread (tgkill), or to the process; also while it runs. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_send_signal(struct lupe_thread *thread, int signal);
LUPE_MUST_CHECK struct lupe_error *lupe_process_send_signal(struct lupe_process *process, int signal);

/* --- breakpoints --- */

/* Puts an int3 at `addr`, or one more user to the one that is there. A thread that runs into it reports
 * LUPE_EVENT_BREAKPOINT (always) with its pc at `addr`; resumed, it executes the instruction first. The
 * process may run meanwhile. Memory read through lupe_process_memory never shows an int3 of ours. exec
 * forgets them, a fork's child has them, detaching takes them out. LUPE_ERROR_FAULT: no memory there. */
LUPE_MUST_CHECK struct lupe_error *lupe_process_insert_breakpoint(struct lupe_process *process,
								  lupe_addr addr);
/* For one user; LUPE_ERROR_NOT_FOUND when there is none. */
LUPE_MUST_CHECK struct lupe_error *lupe_process_remove_breakpoint(struct lupe_process *process,
								  lupe_addr addr);

/* --- changing a syscall --- */

/* At entry: the kernel does not execute it; the target sees `result` (-errno for a failure). */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_skip_syscall(struct lupe_thread *thread, int64_t result);
/* At exit: what the target sees. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_result(struct lupe_thread *thread, int64_t result);
/* At entry: argument `index`. The register is restored at the exit, as the kernel's ABI promises. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_arg(struct lupe_thread *thread, unsigned index,
						       uint64_t value);
/* At entry: argument `index` points to these bytes, in scratch memory of the target that lasts until
 * the exit. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_arg_bytes(struct lupe_thread *thread, unsigned index,
							     const void *bytes, size_t size);
/* At entry: an argument like argv; `strings` is NULL-terminated. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_arg_strings(struct lupe_thread *thread,
							       unsigned index,
							       const char *const *strings);
/* At entry: another syscall with the same arguments. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_set_syscall(struct lupe_thread *thread, int64_t nr);

/* Runs a syscall in the target, at any stop; registers, pending syscall and signals are as before
 * afterwards. `ret` is the kernel's result (-errno for a failure). */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_do_syscall(struct lupe_thread *thread, int64_t nr,
							  const uint64_t args[6], int64_t *ret);

/* --- calling a function in the target --- */

enum lupe_argument_kind {
	LUPE_ARGUMENT_INTEGER, /* and pointers: `bits` */
	LUPE_ARGUMENT_REAL,    /* `bits` of a double, or of a float in the low half */
	LUPE_ARGUMENT_BYTES,   /* a pointer to a copy of `bytes`, which lasts as long as the call */
};

struct lupe_argument {
	enum lupe_argument_kind kind;
	uint64_t bits;
	const void *bytes;
	size_t size;
};

struct lupe_function_call {
	lupe_addr function;
	lupe_addr returns_to; /* where a breakpoint tells of the return */
	const struct lupe_argument *arguments; /* in order */
	size_t n_arguments;
};

/* Prepares a stopped thread for a call: once it is resumed it executes the function, with arguments by the System V
 * ABI and a stack of its own below the red zone, until it comes to `returns_to` with *ret_sp for its stack pointer.
 * What it was in (registers with the vector state, its stop, a syscall that it enters, the signal that it is about to
 * get) is kept until lupe_thread_call_end; calls nest. LUPE_ERROR_INVALID: it does not stand where that can be done. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_call_begin(struct lupe_thread *thread,
							  const struct lupe_function_call *call,
							  lupe_addr *ret_sp);
/* Calls a function without arguments that only computes, as the resolver of an IFUNC does: nothing is reported
 * meanwhile. LUPE_ERROR_INVALID when it does anything else than return within half a second; everything is as
 * before then, too. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_call_at_once(struct lupe_thread *thread, lupe_addr function,
							    lupe_addr returns_to, uint64_t *ret);
/* How many calls are under way in the thread, one inside the other. */
unsigned lupe_thread_call_depth(const struct lupe_thread *thread);
/* Puts back what the thread was in when the call of this depth began, wherever it stands now; calls inside it are
 * over, too. LUPE_ERROR_INVALID: it is over (an exec ends them all), or the thread runs. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_call_end(struct lupe_thread *thread, unsigned depth);

/* The registers and signal mask with which a stopped thread goes on; of one at a syscall's entry those of before the
 * call. `*ret` is malloc'ed: free it. Later the thread can go back to them, wherever it stands then: nothing else of
 * it or of its process does. */
LUPE_MUST_CHECK struct lupe_error *lupe_thread_capture(struct lupe_thread *thread, struct lupe_regs **ret,
						       uint64_t *ret_mask);
LUPE_MUST_CHECK struct lupe_error *lupe_thread_go_back(struct lupe_thread *thread, const struct lupe_regs *regs,
						       uint64_t mask);

/* --- what the planner did: for --debug, tests and the curious --- */

enum lupe_mechanism {
	LUPE_MECHANISM_CONT,	/* nothing asked: runs free until an event */
	LUPE_MECHANISM_SYSCALL, /* PTRACE_SYSCALL: stops at every entry and exit */
	LUPE_MECHANISM_FILTER,	/* a seccomp filter stops only at the wanted ones */
};
enum lupe_mechanism lupe_process_mechanism(const struct lupe_process *process);

struct lupe_session_statistics {
	uint64_t stops;		/* ptrace-stops served */
	uint64_t reported;	/* events reported */
	uint64_t filters;	/* filters installed */
	uint64_t cpu_moves;	/* times the tracer followed to another CPU */
	bool idle_class;	/* in SCHED_IDLE now */
	uint64_t unexpected;	/* statuses that the state table has no place for: a bug of ours, or news */
};
void lupe_session_get_statistics(const struct lupe_session *session,
				 struct lupe_session_statistics *ret);

#endif
