/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stacks of a process as values: taken with as little disturbance as asked for, unwound and given
 * names afterwards, then printed as text in gdb's layout or as JSON.
 */
#ifndef LUPE_STACK_H
#define LUPE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "lupe/core.h"
#include "lupe/debug.h"
#include "lupe/error.h"
#include "lupe/image.h"
#include "lupe/symbol.h"
#include "lupe/unwind.h"
#include "lupe/value.h"

struct lupe_buffer;
struct lupe_arena;

enum lupe_stack_stop {
	LUPE_STACK_STOP_NEEDED, /* blocked threads without a stop, a short one for the others */
	LUPE_STACK_STOP_NONE,	/* never: running threads have no stack */
	LUPE_STACK_STOP_SHORT,	/* all threads together, let go before unwinding */
	LUPE_STACK_STOP_HOLD,	/* all threads, until everything is known */
};

struct lupe_stack_options {
	enum lupe_stack_stop stop;
	unsigned depth; /* frames of a thread at most; 0: as many as there are */
	pid_t tid;	/* only this thread; 0: all */
	bool names_only; /* symbols; no debug information is read */
	bool locals;	 /* also local variables */
};

/* An argument or a local variable of a frame, in the stack's arena. */
struct lupe_stack_variable {
	struct lupe_debug_variable variable;
	struct lupe_value *value;    /* now */
	struct lupe_value *at_entry; /* of an argument, when the function was entered; NULL: not known */
};

struct lupe_stack_frame {
	lupe_addr pc, sp;
	enum lupe_trust trust;
	bool is_signal; /* "<signal handler called>" */
	bool has_symbol;
	struct lupe_symbol symbol;
	const struct lupe_module *module; /* NULL: none */
	bool is_inlined;	  /* into the next one: both are one frame on the stack */
	struct lupe_place place; /* function and line, as debug information has them */
	struct lupe_debug_frame *debug;	       /* for variables; NULL: none are wanted */
	struct lupe_stack_variable *variables; /* arguments, then locals if wanted */
	size_t n_arguments, n_variables;
};

/* How a thread's stack was taken. */
enum lupe_stack_how {
	LUPE_STACK_NOTHING,   /* not at all: `reason` */
	LUPE_STACK_UNSTOPPED, /* it was blocked, and was not disturbed */
	LUPE_STACK_STOPPED,
};

struct lupe_stack_thread {
	pid_t tid;
	unsigned number; /* from 1 */
	char name[64];
	enum lupe_stack_how how;
	const char *reason;
	struct lupe_stack_frame *frames; /* the innermost first */
	size_t n_frames;
	enum lupe_unwind_end end; /* LUPE_UNWIND_GOES_ON: cut by the depth */
};

struct lupe_stack_target;

struct lupe_stack {
	pid_t pid;
	const struct lupe_core *core; /* that it was taken of; NULL: of a live process */
	char name[64];
	struct lupe_stack_thread *threads; /* by number */
	size_t n_threads;
	uint64_t paused_ns;	    /* how long threads were stopped; 0: not at all */
	struct lupe_error *warning; /* why some threads are missing; NULL: none are */
	struct lupe_modules *modules;
	struct lupe_arena *arena; /* of variables */
	struct lupe_stack_target *target;
};

/* Errors: no such process or thread, a kernel thread, a zombie, not permitted. Symbols live as long as
 * `images`. */
LUPE_MUST_CHECK struct lupe_error *lupe_stack_capture(struct lupe_images *images, pid_t pid,
						      const struct lupe_stack_options *options,
						      struct lupe_stack **ret);
/* The same of a core file, of which all is there: `options->stop` does not matter. A file that code lies in
 * but that cannot be used is a warning. `core` must outlive the stack. Errors: no such thread. */
LUPE_MUST_CHECK struct lupe_error *lupe_stack_capture_core(struct lupe_images *images, struct lupe_core *core,
							   const struct lupe_stack_options *options,
							   struct lupe_stack **ret);
/* The same of one thread that stands, by its registers: `threads[0]`. `modules` and what they read from must outlive
 * the stack. */
LUPE_MUST_CHECK struct lupe_error *lupe_stack_capture_thread(struct lupe_modules *modules,
							     const struct lupe_memory *memory, pid_t tid,
							     const struct user_regs_struct *regs,
							     const struct lupe_stack_options *options,
							     struct lupe_stack **ret);
void lupe_stack_destroy(struct lupe_stack *stack);

/* A line about the whole: 'Process 42 "name": 3 threads, 1 stopped for 0.8 ms', 'Core file core of process 42
 * "name" (name args): 3 threads, ended by SIGSEGV (Segmentation fault) at 0x0'. */
void lupe_stack_print_header(struct lupe_buffer *out, const struct lupe_stack *stack);
/* A thread's header and frames, the last thread first, as gdb's "thread apply all bt". With `names_only`
 * just the functions. Nothing that the target chose reaches the terminal unprintable. */
void lupe_stack_print(struct lupe_buffer *out, const struct lupe_stack *stack, bool names_only);
/* The same, but stacks of the same frames once, below a line of all threads that have it; values are those of
 * the first. */
void lupe_stack_print_grouped(struct lupe_buffer *out, const struct lupe_stack *stack, bool names_only);
/* A line a thread with a stack: "thread;outermost;...;innermost", as flame graphs are made of. */
void lupe_stack_print_folded(struct lupe_buffer *out, const struct lupe_stack *stack);
/* An argument as it stands in the line of its frame ("x=x@entry=1"), a local variable as below it ("x = 1"). */
void lupe_stack_print_argument(struct lupe_buffer *out, const struct lupe_stack_frame *frame, size_t index);
void lupe_stack_print_local(struct lupe_buffer *out, const struct lupe_stack_frame *frame, size_t index);
/* The name of a frame's function: as debug information has it, else the symbol's; NULL: none. */
const char *lupe_stack_function(const struct lupe_stack_frame *frame);
/* One object in one line. */
void lupe_stack_print_json(struct lupe_buffer *out, const struct lupe_stack *stack);

#endif
