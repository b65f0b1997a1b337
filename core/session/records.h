/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session's records: what it knows of each process and thread it traces, and the internal
 * contracts between its files.
 *
 *   registry.c  makes and ends the records          loop.c    waits, queues, reports
 *   launch.c    a program, held after its execve    serve.c   what a wait status means for a thread
 *   attach.c    a running process; letting go       resume.c  how a stopped thread goes on
 *   plan.c      which mechanism serves the interest remote.c  a syscall inside the target
 *   change.c    a syscall's number, arguments, result
 *   detour.c    what a thread is in, kept while it is led elsewhere   calling.c  calls of functions
 *   breakpoint.c  int3s, and executing what lies under them
 *   cpu.c       staying on the CPU of the thread that is served
 *
 * A record lives until the call of lupe_session_next after the one that told of its end.
 */
#ifndef LUPE_SESSION_RECORDS_H
#define LUPE_SESSION_RECORDS_H

#include "base/hash.h"
#include "base/vector.h"
#include "lupe/session.h"
#include "session/copies.h"
#include "session/cpu.h"
#include "session/state.h"
#include "stop/sites.h"
#include "trace/live_memory.h"
#include "trace/ptrace.h"

/* What of a launch's execve is still to be told; the real one was over before the launch returned. */
enum replay { REPLAY_NONE, REPLAY_ENTRY, REPLAY_EXEC, REPLAY_EXIT, REPLAY_DONE };

/* The strings that the execve of a launch was given, as they lie in our own memory. */
struct launch_strings {
	char *path;
	char **argv, **env;
	char **own_env; /* `env` if it is not this program's own */
	struct lupe_live_memory memory; /* of this program */
};

void launch_strings_destroy(struct launch_strings *strings); /* takes NULL */

struct lupe_process {
	struct lupe_session *session;
	pid_t pid;
	uint32_t generation;
	uint32_t programs; /* it has executed so many since we know it */
	bool launched;	 /* by us, or followed from one that was: EXITKILL */
	bool dead;	 /* its end was reported */
	bool releasing;	 /* each of its threads is let go at its next stop */
	struct lupe_thread *threads; /* those that are not DEAD */
	struct lupe_process *next;
	size_t n_threads;
	struct lupe_live_memory memory;
	struct lupe_memory reader, as_kernel; /* the same without our int3s */
	enum lupe_abi abi;
	struct launch_strings *strings; /* NULL, except for the replay of a launch */

	struct lupe_sites sites;
	bool had_sites; /* a thread may still tell of one that is gone */
	struct copies copies; /* of what lies under breakpoints */

	/* the planner's */
	enum lupe_mechanism mechanism;
	bool has_filter, filter_refused;
	bool own_filter; /* the program has one of its own, whose errors would hide calls from ours */
	lupe_addr syscall_insn; /* of the program that runs now; 0: not looked for */
	struct lupe_syscall_set filtered; /* what the installed filters stop at */
	uint64_t planned;		  /* the session's plan number this was made by */
};

/* What we changed in the syscall that a thread is in, and put back at its exit. */
struct change {
	bool skipped;		/* the kernel does not run it */
	bool number;		/* another number was put in */
	uint8_t args;		/* bit i: argument i was replaced */
	uint64_t original[LUPE_SYSCALL_MAX_ARGS];
	int64_t original_nr;
	size_t scratch_used;	/* bytes taken below the red zone */
	lupe_addr mapping;	/* scratch memory mapped into the target; 0: none */
	size_t mapping_size;
};

struct detour;

struct lupe_thread {
	struct lupe_process *process;
	struct lupe_thread *next; /* of the process */
	pid_t tid;
	uint32_t generation;
	enum thread_state state;
	enum lupe_event_kind stop;   /* STOPPED: why */
	enum call_phase phase;
	enum lupe_ptrace_resume mode;/* how it was resumed last */
	unsigned long options;	     /* PTRACE_O_* in force */
	int signal;		     /* delivered when it is resumed */
	bool signal_left;	     /* the stop that would deliver it is over: send it again */
	siginfo_t signal_info;	     /* then: its siginfo */
	bool interrupt_asked;	     /* somebody waits for LUPE_EVENT_STOPPED */
	bool kicked;		     /* we interrupted it to change its mechanism */
	bool fresh;		     /* born of a traced thread; its first stop has not come */
	bool listened;		     /* was LISTENING when its status came */
	bool held_aside;	     /* while another executes what is under a breakpoint */
	bool hold;		     /* stays where the interrupt that is on its way stops it */
	bool stepping;
	bool step_owed;		     /* the SIGTRAP of a step is still to come: another stop came first, or it blocks */
	bool release;		     /* a child that is not followed: let go at its first stop */
	lupe_addr passing;	     /* the breakpoint that it is about to leave behind; 0: none */
	bool requeued;		     /* `requeued_info` was sent again: let it pass in silence */
	siginfo_t requeued_info;
	enum replay replay;
	bool replay_queued;
	bool has_call;
	struct lupe_call call;
	struct change change;
	struct detour *detour;	     /* the innermost; NULL: it is where the program has it */
	uint64_t due_ns;	     /* of a delayed resume; 0: none */
};

/* A status that waits to be served, in order of arrival. */
struct pending {
	pid_t tid;
	int status;
	enum lupe_event_kind synthetic; /* NONE: a status of wait4; else what is to be told */
	uint32_t generation;
};

struct lupe_session {
	struct lupe_session_options options;
	struct lupe_interest interest;
	uint64_t plan; /* counts the changes of the interest */
	struct lupe_hash processes, threads; /* by pid, tid */
	struct lupe_process *process_list;
	VECTOR(struct pending) queue;	/* from `queue_head` on */
	size_t queue_head;
	struct lupe_hash early;		/* tid -> status + 1: first stops that came before their fork event */
	VECTOR(struct lupe_thread *) delayed;
	VECTOR(struct lupe_process *) dead_processes; /* freed by the next call of next */
	VECTOR(struct lupe_thread *) dead_threads;
	VECTOR(int) inherited; /* descriptors that are not ours to close in a launched program */
	size_t n_threads;
	uint32_t next_generation;
	struct lupe_session_statistics statistics;
	struct cpu_follower cpu;
	struct lupe_disasm *disasm; /* for copies; NULL: not made yet, or never (no_disasm) */
	bool no_disasm;
};

uint64_t session_now_ns(void); /* CLOCK_MONOTONIC */

/* --- registry.c --- */

/* NULL: out of memory. */
struct lupe_process *process_create(struct lupe_session *session, pid_t pid);
struct lupe_thread *thread_create(struct lupe_process *process, pid_t tid);
/* Takes the record out of the maps and marks it dead; freed later. */
void thread_end(struct lupe_thread *thread);
void process_end(struct lupe_process *process);
void session_bury(struct lupe_session *session); /* frees what ended */
/* The tid of `thread` becomes `tid` (exec by a thread that is not the leader). */
LUPE_MUST_CHECK struct lupe_error *thread_rename(struct lupe_thread *thread, pid_t tid);

/* --- loop.c --- */

LUPE_MUST_CHECK struct lupe_error *session_push(struct lupe_session *session, struct pending item);
/* Takes a status of wait4 into the queue. Out of memory is the one error. */
LUPE_MUST_CHECK struct lupe_error *session_take_status(struct lupe_session *session, pid_t tid,
						       int status);
void session_unqueue(struct lupe_session *session, size_t index);
/* Queues the next step of a thread's replay. */
LUPE_MUST_CHECK struct lupe_error *session_push_replay(struct lupe_thread *thread);
/* Takes in statuses until `done` holds or so many milliseconds have passed; signals of ours wait. */
LUPE_MUST_CHECK struct lupe_error *session_wait_for(struct lupe_session *session, int timeout_ms,
						    bool (*done)(void *context), void *context);

/* --- serve.c --- */

/* Serves one queued item; *ret_report: `ret` is for the caller. */
LUPE_MUST_CHECK struct lupe_error *session_serve(struct lupe_session *session, struct pending item,
						 struct lupe_event *ret, bool *ret_report);
/* Serves what is queued of a process that is being let go. */
LUPE_MUST_CHECK struct lupe_error *session_serve_releasing(struct lupe_process *process);
/* The record of a thread or process that a fork event told of. */
LUPE_MUST_CHECK struct lupe_error *session_adopt_child(struct lupe_thread *parent, pid_t child);
void event_of_thread(const struct lupe_thread *thread, enum lupe_event_kind kind,
		     struct lupe_event *ret);

/* --- resume.c --- */

void thread_resume_now(struct lupe_thread *thread, bool step);
/* Whether the SIGTRAP of a step is to come, or has just come. */
bool thread_is_stepped(const struct lupe_thread *thread);
/* A thread that is let go where it stopped for a signal: gets it, unless it is a trap of ours. */
void thread_leave_signal(struct lupe_thread *thread, int signal);
/* A thread enters a call: one that installs a filter changes how its process is traced. */
void plan_note_entry(struct lupe_thread *thread);
/* Keeps the options in force in step with the interests. */
unsigned long thread_wanted_options(const struct lupe_process *process);
void thread_apply_options(struct lupe_thread *thread);

/* --- attach.c --- */

/* Leads a thread that stands at another stop to a SIGTRAP which is queued behind that. False: it has ended. */
bool thread_take_queued_trap(struct lupe_thread *thread);
/* Lets a thread that stands go on alone, with the signal that it was to get. */
void thread_release(struct lupe_thread *thread);

/* --- plan.c --- */

bool plan_wants(const struct lupe_session *session, const struct lupe_call *call, bool exit);
/* Brings a process into line with the interests, from a stop of `thread` at which it may run a
 * syscall, or from afar: then it may interrupt threads. */
void plan_process(struct lupe_process *process, struct lupe_thread *thread);

/* --- change.c --- */

/* At the exit-stop: puts registers back as the program had them, frees scratch memory. */
void change_undo(struct lupe_thread *thread);
/* When the process is let go at a syscall's entry: puts back what was changed there. */
void change_cancel(struct lupe_thread *thread);
/* Writes `size` bytes to memory that lasts until the exit; its address to `ret`. */
LUPE_MUST_CHECK struct lupe_error *change_scratch(struct lupe_thread *thread, const void *bytes,
						  size_t size, lupe_addr *ret);

/* --- detour.c --- */

/* Remembers what the thread is in, and has it stand where its registers may be set: not in a syscall. *ret_regs are
 * those of before, *ret_stack is where memory below the stack pointer is nobody's. Nests. */
LUPE_MUST_CHECK struct lupe_error *detour_begin(struct lupe_thread *thread, const struct lupe_regs **ret_regs,
						lupe_addr *ret_stack);
/* Memory that is to be unmapped at the end. */
void detour_keep_mapping(struct lupe_thread *thread, lupe_addr addr, size_t size);
/* Puts the innermost back: registers, signal mask, the syscall that it was entering. */
LUPE_MUST_CHECK struct lupe_error *detour_end(struct lupe_thread *thread);
/* How many there are, one inside the other. */
unsigned detour_depth(const struct lupe_thread *thread);
/* The one thread of a fork's child is in what its parent is in. */
LUPE_MUST_CHECK struct lupe_error *detour_inherit(struct lupe_thread *child, const struct lupe_thread *parent);
/* Before it is let go. */
void detour_end_all(struct lupe_thread *thread);
/* The thread is gone, or executes another program. */
void detour_forget(struct lupe_thread *thread);

/* --- breakpoint.c --- */

void breakpoint_init(struct lupe_process *process);
void breakpoint_deinit(struct lupe_process *process);
/* After an exec nothing of them is left. */
void breakpoint_forget(struct lupe_process *process);
/* A new process has its parent's memory, with the int3s in it. */
LUPE_MUST_CHECK struct lupe_error *breakpoint_inherit(struct lupe_process *child,
						      const struct lupe_process *parent);
/* Takes them out of a process that is let go; a thread of it stands. */
void breakpoint_leave(struct lupe_process *process, struct lupe_thread *thread);

enum breakpoint_hit {
	HIT_FOREIGN, /* a SIGTRAP of somebody else's */
	HIT_OURS,    /* the thread is at the breakpoint */
	HIT_PASSED,  /* of no interest: the thread can go on */
};
/* What a SIGTRAP means; puts the pc back to the breakpoint. */
enum breakpoint_hit breakpoint_check(struct lupe_thread *thread, const siginfo_t *info);

/* A thread found in a copy is told to be where the program thinks it is. */
void breakpoint_translate(struct lupe_thread *thread);

enum breakpoint_pass {
	PASS_NOTHING, /* no breakpoint is in the way, or it has been left behind: resume as ever */
	PASS_DONE,    /* the thread goes on already, or its next event is queued */
};
/* Before a thread is resumed: executes the instruction under a breakpoint at its pc. */
enum breakpoint_pass breakpoint_pass(struct lupe_thread *thread, bool step);

#endif
