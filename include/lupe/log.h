/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log: events in, strace's lines out. It is fed with the events of a session (lupe_log_run), or by
 * hand with calls over any memory (lupe_log_event), and keeps of each thread only what its unfinished
 * line needs.
 *
 * Lines are those of strace 6.1. A call's line is begun at its entry. When another thread has something
 * to say first, the open line ends in " <unfinished ...>" and goes on in one that begins with
 * "<... read resumed>". With an output of their own (`separate`), or held back until their result is
 * known (`status`), lines are never broken.
 *
 * Output is collected and written when nothing happens, when much has come together and at the end; at
 * once, before the thread goes on, when others may write to the same place (stderr).
 */
#ifndef LUPE_LOG_H
#define LUPE_LOG_H

#include "lupe/event.h"
#include "lupe/syscall.h"

struct lupe_session;
struct lupe_process;
struct lupe_thread;
struct lupe_log;

enum lupe_log_clock { LUPE_LOG_NO_CLOCK, LUPE_LOG_TIME_OF_DAY, LUPE_LOG_UNIX_TIME };

/* Messages to leave out. */
enum lupe_log_quiet {
	LUPE_LOG_QUIET_ATTACH = 1,
	LUPE_LOG_QUIET_EXIT = 2,
	LUPE_LOG_QUIET_PATH_RESOLUTION = 4,
	LUPE_LOG_QUIET_PERSONALITY = 8,
	LUPE_LOG_QUIET_THREAD_EXECVE = 16,
	LUPE_LOG_QUIET_ALL = 31,
};

/* How a call ended. Anything less than all holds a line back until that is known. */
enum lupe_log_status {
	LUPE_LOG_NO_STATUS = 0, /* asked for by nobody */
	LUPE_LOG_SUCCESSFUL = 1,
	LUPE_LOG_FAILED = 2,
	LUPE_LOG_UNFINISHED = 4,
	LUPE_LOG_UNAVAILABLE = 8,
	LUPE_LOG_DETACHED = 16,
	LUPE_LOG_STATUS_ALL = 31,
};

enum lupe_log_columns {
	LUPE_LOG_NUMBER = 1, /* -n */
	LUPE_LOG_PC = 2,     /* -i */
};

/* Counting calls: not at all, besides writing them (-C), or only (-c). */
enum lupe_log_summary { LUPE_LOG_NO_SUMMARY, LUPE_LOG_SUMMARY_TOO, LUPE_LOG_SUMMARY_ONLY };

/* What is told of a descriptor: `fd_paths` of the text options. */
enum lupe_log_fd {
	LUPE_LOG_FD_PATH = 1,
	LUPE_LOG_FD_SOCKET = 2,
	LUPE_LOG_FD_DEV = 4,
	LUPE_LOG_FD_PIDFD = 8,
};

/* Digits of a fraction of a second; none: the column is not there. */
enum { LUPE_LOG_ABSENT = -1 };

/* Descriptors, by number. */
enum { LUPE_LOG_MAX_FD = 1024 };
struct lupe_log_fds {
	uint64_t bits[LUPE_LOG_MAX_FD / 64];
	bool inverted; /* all others */
};

/* Bytes to put where an argument points. */
struct lupe_log_poke {
	uint8_t arg; /* from 0 on */
	bool at_exit;
	const unsigned char *bytes;
	size_t size;
};

/* A rule that changes calls of a set: each thread's first .. last, every step-th. */
struct lupe_log_inject {
	struct lupe_syscall_set set;
	uint32_t first, last, step; /* from 1 on */
	bool has_result;
	int64_t result; /* -errno: it fails */
	int nr;		/* this call is made instead; -1: none at all when there is a result */
	int signal;	/* 0: none */
	uint64_t delay_enter_ns, delay_exit_ns;
	bool guarded; /* `guard` of the options is asked, and counts; first, last and step are not looked at */
	const struct lupe_log_poke *pokes;
	size_t n_pokes;
};

struct lupe_log_options {
	const char *program; /* who speaks in messages: "strace" */
	const char *file;    /* NULL: stderr. "|command" or "!command": its stdin. Else a path */
	bool append;
	bool separate; /* FILE.TID for each thread */
	bool follow;   /* children are traced: with a file, lines begin with the thread's id */
	bool detach_on_exec; /* -b execve */

	struct lupe_syscall_set trace;	   /* calls to write */
	struct lupe_syscall_set unabbreviated, opaque, raw; /* -v, -e verbose=!, -e raw= */
	uint64_t signals;	    /* bit (signal - 1) */
	unsigned quiet;		    /* enum lupe_log_quiet */
	unsigned status;	    /* enum lupe_log_status */

	bool color;			 /* lines with colours of a terminal */
	bool tree;			 /* remember the processes: lupe_log_get_process */
	bool names;			 /* of processes, beside their ids (-Y) */
	bool pid_spaces;		 /* ids of other pid namespaces as ours, too */
	bool kvm;			 /* why a virtual CPU stopped */
	bool debug;			 /* what we hear of the targets */
	uint64_t call_limit;		 /* calls until lupe_log_run ends; 0: none */
	bool json;			 /* JSON Lines instead of strace's */
	struct lupe_strace_options text; /* print_fd, context and pid are the log's */
	unsigned column;		 /* where results begin (-a) */
	enum lupe_log_clock clock;
	int clock_digits, relative_digits, duration_digits; /* -t, -r, -T; 0 to 9 or LUPE_LOG_ABSENT */
	unsigned columns;		 /* enum lupe_log_columns */
	bool stacks, stack_lines;	 /* -k, -kk */

	enum lupe_log_summary summary;
	bool wall_clock;      /* time that passed, not time that the kernel worked */
	uint64_t overhead_ns; /* taken off each call */

	const struct lupe_log_inject *rules; /* copied. Of several for a call the last whose guard holds */
	size_t n_rules;
	/* Asked of a guarded rule (by its number, from 0 on) at a call's entry, with its thread stopped there. */
	bool (*guard)(void *context, const struct lupe_event *event, size_t rule);
	void *guard_context;
	const char *const *paths; /* -P; copied. None: all calls */
	size_t n_paths;
	/* Asked when a call has ended, with its thread still stopped there; false: its line is not
	 * written. NULL: all are. */
	bool (*keep)(void *context, const struct lupe_event *event);
	void *keep_context;
	struct lupe_log_fds dump_read, dump_write; /* whose data is shown below the line */
	bool dumps;				   /* there are any */
};

/* strace's defaults: everything, to stderr, strings of 32 bytes, results in column 40. */
extern const struct lupe_log_options lupe_log_options_default;

/* Opens the output. Errors: LUPE_ERROR_OS, in strace's words. */
LUPE_MUST_CHECK struct lupe_error *lupe_log_create(const struct lupe_log_options *options,
						   struct lupe_log **ret);
/* Writes what is left; waits for the command of a pipe. */
void lupe_log_destroy(struct lupe_log *log);

/* What a line needs to know besides the event. */
struct lupe_log_source {
	const struct lupe_call *call;	  /* of the events of a syscall */
	const struct lupe_memory *memory; /* of the thread */
	bool has_pc;
	lupe_addr pc;
	struct lupe_thread *thread; /* whose stack can be taken; NULL: there is none */
};

/* Writes what there is to say of one event. `source` may be NULL for events without a stopped
 * thread. */
void lupe_log_event(struct lupe_log *log, const struct lupe_event *event,
		    const struct lupe_log_source *source);

/* Appends text that is not of an event to the output (the summary's table). */
void lupe_log_text(struct lupe_log *log, const char *text, size_t size);

struct lupe_log_count {
	uint64_t calls, errors, total_ns, least_ns, most_ns;
};
/* What was counted of a syscall, by its x86-64 number. */
struct lupe_log_count lupe_log_get_count(const struct lupe_log *log, int nr);

/* A process that was seen. */
struct lupe_log_process {
	pid_t pid, parent; /* parent 0: unknown */
	char *command;	   /* what it ran last; NULL: unknown */
	uint64_t start_ns, end_ns;
	bool ended;
	int status; /* of wait, when it ended */
};
/* In the order in which they came; NULL at the end. */
const struct lupe_log_process *lupe_log_get_process(const struct lupe_log *log, size_t index);

/* Nothing happens for a while: writes what was collected. */
void lupe_log_flush(struct lupe_log *log);
/* True when lines wait to be written. */
bool lupe_log_pending(const struct lupe_log *log);
/* Writing failed, with this errno: lines are lost. 0: never. */
int lupe_log_failure(const struct lupe_log *log);

/* A process is traced from now on, `n_threads` of it: "strace: Process 42 attached". `quiet`: said by
 * nobody, as for the program that we start. */
void lupe_log_attached(struct lupe_log *log, pid_t pid, const pid_t *tids, size_t n_threads, bool quiet);
/* A thread is no longer traced though it goes on: "strace: Process 42 detached". */
void lupe_log_detached(struct lupe_log *log, pid_t tid);

/* --- with a session --- */

/* Asks for what the log writes. */
LUPE_MUST_CHECK struct lupe_error *lupe_log_set_interest(const struct lupe_log *log,
							 struct lupe_session *session);

/* Writes event after event, and lets each thread go on, until the session has news of its own: `*ret`
 * is LUPE_EVENT_NONE (`timeout_ms` passed), WOKEN or NO_TARGETS. A process that ended is told too when
 * `pid` is its id: EXITED or KILLED. So is the call with which `call_limit` was reached: SYSCALL_EXIT. */
LUPE_MUST_CHECK struct lupe_error *lupe_log_run(struct lupe_log *log, struct lupe_session *session,
						pid_t pid, int timeout_ms, struct lupe_event *ret);

/* A program that could not be started, `errnum` being why: the call that failed, "strace: exec: TEXT" on
 * stderr, and an exit. `env` NULL: ours. */
void lupe_log_failed_exec(struct lupe_log *log, const char *file, const char *const *argv,
			  const char *const *env, int errnum);

/* Detaches from a process and says so of each thread. */
void lupe_log_detach(struct lupe_log *log, struct lupe_process *process);

#endif
