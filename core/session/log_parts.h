/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inside of the log: streams, threads, lines.
 *
 * A stream is where lines go: the output, a thread's own file, or a thread's memory while its line is
 * held back. It knows who wrote last; that thread's line is open while there is text in it.
 */
#ifndef LUPE_SESSION_LOG_PARTS_H
#define LUPE_SESSION_LOG_PARTS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/vector.h"
#include "lupe/log.h"

struct log_stacks;
struct log_thread;
struct lupe_thread;

struct log_stream {
	int fd;		  /* -1: only memory */
	bool at_once;	  /* others write to it too */
	int failure;	  /* errno of the first write that failed */
	struct lupe_buffer buffer;
	ptrdiff_t line;	  /* where the open line begins; before the buffer when a part was written */
	size_t unseen;	  /* bytes of the open line that take no column */
	struct log_thread *writer;
};

struct log_thread {
	pid_t pid, tid;
	bool launched; /* by us; its own execve is to come */
	bool in_call;  /* its line was begun, the end is to come */
	bool complete; /* all arguments are written */
	bool resumes;  /* its next line goes on with a call whatever stands there now */
	unsigned from; /* the first argument that is not written */
	struct lupe_call call;		/* as it was at the entry */
	const char *previous;		/* name of the call before: what restart_syscall goes on with */
	uint64_t run_ns;		/* how long it had run at the entry */
	const struct lupe_value *entry; /* the arguments at the entry, in `arena` */
	const struct lupe_log_inject *rule; /* that hit the call it is in */
	bool poked, delayed;		/* by the rule */
	struct lupe_call asked;		/* the call as the program made it, when a rule hit it */
	uint32_t *hits;			/* calls by number; NULL while none was counted */
	struct lupe_arena arena;
	struct log_stream *stream; /* where its lines go now */
	struct log_stream own;	   /* its own file */
	struct log_stream held;	   /* its line while it is held back */
	struct lupe_buffer last_stack; /* taken when it began to end, for the line that says so */
};

struct log_clock {
	int64_t second; /* whose text is kept */
	char text[32];
	size_t length;
	uint64_t last_ns; /* the time of the line before, for -r */
};

struct lupe_log {
	struct lupe_log_options options;
	char *file;
	struct log_stream output;
	pid_t command; /* of a pipe; 0: none */
	struct lupe_hash threads; /* by tid */
	size_t n_threads;
	bool with_ids;	/* lines begin with the thread's id, however many there are */
	bool several;	/* more than one process was attached to */
	uint64_t n_calls; /* written */
	struct log_clock clock;
	uint64_t pending_since; /* time of the event since which lines wait; 0: none do */
	struct lupe_arena arena; /* for the values of one event */
	struct lupe_log_count *counts; /* by number; NULL: nothing is counted */
	struct lupe_log_inject *rules;
	size_t n_rules;
	char **paths;
	size_t n_paths;
	VECTOR(struct lupe_log_process) processes;
	struct log_stacks *stacks; /* NULL: none are wanted */
	struct log_families *families; /* NULL: not asked for yet */
	uint16_t *rule_of; /* by number: the rule's index + 1; NULL: there is none */
};

/* --- log_generic.c --- */

struct log_families;
/* NULL: the kernel has none of that number. */
const char *lupe_log_generic_family(struct lupe_log *log, uint16_t id);
void lupe_log_families_destroy(struct log_families *families);

/* --- log_output.c --- */

void lupe_log_stream_init(struct log_stream *stream, int fd);
void lupe_log_stream_deinit(struct log_stream *stream);
void lupe_log_stream_write(struct log_stream *stream);
struct lupe_error *lupe_log_output_open(struct lupe_log *log);
void lupe_log_output_close(struct lupe_log *log);
/* FILE.TID; says on stderr when it cannot be opened. */
void lupe_log_output_open_own(struct lupe_log *log, struct log_thread *thread);
/* "strace: TEXT" on stderr, after all that was written before. */
void lupe_log_say(struct lupe_log *log, const char *format, ...) LUPE_PRINTF(2, 3);

/* --- log_line.c --- */

/* Columns written of the open line; 0: no line is open. */
size_t lupe_log_column(const struct log_stream *stream);
/* Ends an open line as unfinished and begins one of `thread`, with all its columns. */
void lupe_log_begin(struct lupe_log *log, struct log_thread *thread, uint64_t time_ns,
		    const struct lupe_log_source *source);
/* Ends the line. */
void lupe_log_end(struct log_thread *thread);
/* Blanks up to the column of results. */
void lupe_log_tab(struct lupe_log *log, struct log_stream *stream);
/* " <0.000012>" */
void lupe_log_duration(struct lupe_log *log, struct log_stream *stream, uint64_t ns);

/* --- log_count.c --- */

void lupe_log_count_entry(struct lupe_log *log, struct log_thread *thread);
void lupe_log_count_exit(struct lupe_log *log, struct log_thread *thread,
			 const struct lupe_call *call);

/* --- log_call.c --- */

/* The call's x86-64 number: that of its name where the ABI is another. */
int64_t lupe_log_number(const struct lupe_call *call);

/* Whether it is one of those that are written. */
bool lupe_log_wants_call(struct lupe_log *log, struct log_thread *thread,
			 const struct lupe_call *call, const struct lupe_memory *memory);
void lupe_log_entry(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event,
		    const struct lupe_log_source *source);
void lupe_log_exit(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event,
		   const struct lupe_log_source *source);
/* The call that the thread is in will not end: ") = ?". */
void lupe_log_abandon(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event);
/* What is held back comes out if its status is asked for. */
void lupe_log_release(struct lupe_log *log, struct log_thread *thread, enum lupe_log_status status);

/* --- log_inject.c --- */

bool lupe_log_copy_rules(struct lupe_log *log, const struct lupe_log_inject *rules, size_t n_rules);
void lupe_log_free_rules(struct lupe_log *log);
/* Before the entry or exit is written; answers for how long the thread is to be held afterwards. */
uint64_t lupe_log_inject_entry(struct lupe_log *log, const struct lupe_event *event,
			       struct log_thread *record, struct lupe_thread *thread);
uint64_t lupe_log_inject_exit(struct log_thread *record, struct lupe_thread *thread);
/* " (INJECTED: args)", " (DELAYED)" after the result. */
void lupe_log_put_injected(const struct log_thread *thread, const struct lupe_call *call,
			   struct lupe_buffer *out);

/* Colours, when they are wanted: of the text from now on, and of text that is there already. */
enum log_color { LOG_PLAIN, LOG_NAME, LOG_FAILURE, LOG_SIGNAL, LOG_LIFE, LOG_THREAD };
void lupe_log_paint(struct lupe_log *log, struct log_stream *stream, enum log_color color);
void lupe_log_paint_range(struct lupe_log *log, struct log_stream *stream, enum log_color color,
			  size_t from, size_t to);

/* --- log_stack.c --- */

struct lupe_error *lupe_log_stacks_create(bool has_lines, struct log_stacks **ret);
void lupe_log_stacks_destroy(struct log_stacks *stacks);
/* A process ended. */
void lupe_log_stacks_forget(struct log_stacks *stacks, pid_t pid);
/* A call has ended: what is mapped may be other than before. */
void lupe_log_stacks_note(struct log_stacks *stacks, pid_t pid, const struct lupe_call *call);
/* Appends the stack of a stopped thread: a line a frame; or a JSON array. */
void lupe_log_stack_text(struct log_stacks *stacks, struct lupe_thread *thread, struct lupe_buffer *out);
void lupe_log_stack_json(struct log_stacks *stacks, struct lupe_thread *thread, struct lupe_buffer *out);
/* Below the line that was just ended, if stacks are wanted and there is a thread to look at. */
void lupe_log_put_stack(struct lupe_log *log, struct log_thread *record,
			const struct lupe_log_source *source);

/* --- log_tree.c --- */

void lupe_log_grow_tree(struct lupe_log *log, const struct lupe_event *event);
void lupe_log_free_tree(struct lupe_log *log);

/* --- log_json.c --- */

void lupe_log_json_call(struct log_thread *thread, const struct lupe_event *event,
			const struct lupe_call *call, const struct lupe_value *args);
void lupe_log_json_signal(struct log_thread *thread, const struct lupe_event *event);
void lupe_log_json_end(struct log_thread *thread, const struct lupe_event *event);
void lupe_log_json_superseded(struct log_thread *thread, const struct lupe_event *event);

/* --- log_path.c --- */

bool lupe_log_copy_paths(struct lupe_log *log, const char *const *paths, size_t n_paths);
void lupe_log_free_paths(struct lupe_log *log);
bool lupe_log_touches_path(const struct lupe_log *log, const struct log_thread *thread,
			   const struct lupe_value *args);

/* --- log_dump.c --- */

/* Below the line of a call that has ended. */
void lupe_log_dump(struct lupe_log *log, struct log_thread *thread, const struct lupe_call *call,
		   const struct lupe_memory *memory);

/* --- log_fd.c --- */

/* The print_fd of the text options; the context is the log. */
void lupe_log_put_fd(void *context, struct lupe_buffer *out, int pid, int fd);
/* The print_pid: the name, and the id for us. */
void lupe_log_put_pid(void *context, struct lupe_buffer *out, int caller, int pid);
/* "<cat>" */
void lupe_log_put_name(const struct lupe_log *log, struct lupe_buffer *out, int pid);

/* --- log_pidns.c --- */

/* The id for us of what `caller` knows as `pid`; 0: there is none. */
int lupe_log_own_pid(int caller, int pid);

/* --- log_kvm.c --- */

/* " (KVM_EXIT_IO)" after the result of KVM_RUN. */
void lupe_log_put_kvm(pid_t pid, const struct lupe_call *call, const struct lupe_memory *memory,
		      struct lupe_buffer *out);

/* --- log.c --- */

struct log_thread *lupe_log_add_thread(struct lupe_log *log, pid_t pid, pid_t tid);
void lupe_log_drop_thread(struct lupe_log *log, struct log_thread *thread);

#endif
