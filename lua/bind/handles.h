/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lies in the userdata, for the files that read it directly. See bind.h.
 */
#ifndef LUPE_BIND_HANDLES_H
#define LUPE_BIND_HANDLES_H

#include "base/hash.h"
#include "bind.h"

/* A session lives as long as the Lua state; closing it only ends the one of core. */
struct lupe_bind_session {
	struct lupe_bind_object head;
	struct lupe_session *session; /* NULL: closed */
	/* tid -> serial number of the event at which the thread stands, as far as Lua knows. An event
	 * with another number is over. */
	struct lupe_hash standing;
	uintptr_t last_serial;
};

/* A process or a thread. */
struct bind_handle {
	struct lupe_bind_object head;
	pid_t id;
	uint32_t generation;
};

/* User value 1: the decoded arguments (struct bind_args), once they were asked for. */
struct bind_event {
	struct lupe_bind_object head;
	struct lupe_event event;
	struct lupe_call call;	/* of a syscall event, as it was when the event came */
	bool has_call;
	uintptr_t serial;  /* 0: there is no thread that stands */
	bool over;	   /* the thread has gone on, or is to; see lupe_bind_is_over */
	uint64_t delay_ns; /* before it goes on */
};

/* The arguments of a syscall event; its event is user value 1, the arena of `values` user value 2. */
struct bind_args {
	struct lupe_bind_object head;
	struct bind_event *event;
	struct lupe_value *values; /* NULL: not decoded yet */
};

/* A decoded value; user value 1 is the arena it lives in, 2 the process whose memory it lies in (or a
 * thread or event of it; a value: it is a copy, of no memory). */
struct bind_value {
	struct lupe_bind_object head;
	const struct lupe_value *value;
};

/* What lies in a program's memory (bind_variable.c): where it lies, or where a pointer leads; its type; the value
 * there, decoded: its process and the arena are pushed. */
extern const struct lupe_bind_type lupe_bind_variable_type;
lupe_addr lupe_bind_variable_address(const void *self);
const struct lupe_type *lupe_bind_variable_declared(const void *self);
struct lupe_value *lupe_bind_variable_read(lua_State *L, int arg);

/* In the registry: signals that we were started to ignore, bit (signal - 1). */
#define LUPE_BIND_IGNORED "lupe.ignored"

void lupe_bind_init(lua_State *L);
void lupe_bind_init_memory(lua_State *L);
/* Pushes { signo, name, code, text } and what else its signal and code make valid: pid, uid, status, addr,
 * value, band, fd, ...; text is strace's. */
void lupe_bind_push_siginfo(lua_State *L, const siginfo_t *info);
/* The strings of the array at `index` as an array ended by NULL, in a userdata that is pushed and keeps
 * them alive. Numbers are taken as strings; raises for everything else and for zero bytes. */
const char *const *lupe_bind_check_strings(lua_State *L, int index, const char *what);
/* A syscall's number, by number or name; raises with "did you mean". */
int64_t lupe_bind_check_syscall(lua_State *L, int arg, enum lupe_abi abi);
/* Pushes the handle of a process that is gone: the last of this pid, if Lua has it still. */
void lupe_bind_push_gone_process(lua_State *L, int owner, pid_t pid);
/* Pushes the handle of a thread that may be gone. */
void lupe_bind_push_thread_handle(lua_State *L, int owner, pid_t tid, uint32_t generation);
/* Pushes the table of a type's methods and fields. */
void lupe_bind_push_methods(lua_State *L, const struct lupe_bind_type *type);
/* Pushes the object ev.args. */
void lupe_bind_push_args(lua_State *L, int event);
/* Pushes one argument of the call by its index. */
void lupe_bind_push_arg(lua_State *L, int args, unsigned index);
/* The call of a syscall event, as it is now: changes show. NULL for another event. `event` is at index 1. */
const struct lupe_call *lupe_bind_refresh_call(lua_State *L, struct bind_event *event);
/* tostring(ev) and ev:json() */
int lupe_bind_event_tostring(lua_State *L);
int lupe_bind_event_json(lua_State *L);
/* True when the event's thread has gone on, was let go, or had ended before. */
bool lupe_bind_is_over(const struct bind_event *event);
/* Before all threads of a process that stand are resumed, or let go. */
void lupe_bind_process_over(lua_State *L, int owner, struct lupe_process *process);
/* Raises unless the event's thread still stands where it was. */
struct lupe_thread *lupe_bind_check_live(lua_State *L, int event);
/* Raises "thread 42 has exited" when the thread cannot be asked any more, although its end was not told
 * yet: for when its memory or descriptors do not answer. */
void lupe_bind_check_alive(lua_State *L, struct lupe_thread *thread);
/* The memory that strings of the event's call lie in; NULL when the thread is gone. */
const struct lupe_memory *lupe_bind_event_memory(lua_State *L, int event);
/* The number that the Lua value at `arg` stands for as a value of `type`: a number, a boolean, or a name
 * or "A|B" of its enumerators; raises. */
uint64_t lupe_bind_check_scalar(lua_State *L, int arg, const struct lupe_type *type, const char *what);

#endif
