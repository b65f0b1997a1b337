/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of this room share: how a C object is a userdata, how handles find their thread or
 * process again, how errors become `nil, message, code`, and how a file adds to the module lupe.core.
 *
 * Invariants:
 *  - A raise in Lua skips C cleanups. A binding first reads all its arguments (which may raise, and
 *    owns nothing yet), then calls core (which cannot raise), then pushes. What must live across a
 *    push is on the C stack, or in a userdata with __gc (lupe_bind_scratch, lupe_bind_push_arena).
 *  - Lua holds ids and generations, never pointers of the session: handles of core are looked up at
 *    each access and dropped before the next call of lupe_session_next.
 *  - All objects of one session keep it alive and begin with struct lupe_bind_object. Wherever a
 *    parameter is called `owner`, it is the stack index of any object of the session.
 */
#ifndef LUPE_BIND_BIND_H
#define LUPE_BIND_BIND_H

#include <lauxlib.h>
#include <lua.h>
#include "lupe/session.h"

struct lupe_arena;
struct lupe_buffer;
struct lupe_bind_session;

/* --- types of userdata --- */

/* A property: ev.kind, t.regs. `self` is the object, at stack index 1; at set, the value is at 3. */
struct lupe_bind_field {
	const char *name;
	void (*get)(lua_State *L, void *self); /* pushes one value */
	void (*set)(lua_State *L, void *self); /* NULL: assigning raises */
};

/* Describes a type of userdata. Missing names raise with "did you mean". */
struct lupe_bind_type {
	const char *name; /* __name: what messages call it */
	size_t size;
	const struct lupe_bind_field *fields; /* ends with a NULL name; may be NULL */
	const luaL_Reg *methods;	      /* the same; Lua adds to them through core.methods */
	const luaL_Reg *meta;		      /* the same: further metamethods */
	/* Asked for a string key that is neither field nor method, before that raises; true: it pushed
	 * a value (get) or has assigned the value at index 3 (set). May be NULL. */
	bool (*get_other)(lua_State *L, void *self, const char *name);
	bool (*set_other)(lua_State *L, void *self, const char *name);
};

/* How each of our userdata begins; `size` of its type is at least this. */
struct lupe_bind_object {
	const struct lupe_bind_type *type;
	struct lupe_bind_session *session; /* NULL: an object without one */
};

extern const struct lupe_bind_type lupe_bind_session_type, lupe_bind_process_type,
    lupe_bind_thread_type, lupe_bind_event_type, lupe_bind_args_type, lupe_bind_value_type,
    lupe_bind_regs_type;

/* Makes the type known; its methods become core.methods[type->name]. Once, before its first object. */
void lupe_bind_register(lua_State *L, const struct lupe_bind_type *type);

/* Pushes a new zeroed object, of the session of `owner` (0: of none). */
void *lupe_bind_new(lua_State *L, const struct lupe_bind_type *type, int owner);

/* The object at `arg`; NULL, or a raise, when it is something else. */
void *lupe_bind_test(lua_State *L, int arg, const struct lupe_bind_type *type);
void *lupe_bind_check(lua_State *L, int arg, const struct lupe_bind_type *type);

/* --- adding to lupe.core --- */

/* Called once when lupe.core is loaded, with its table at the top of the stack, where it leaves it.
 * The types of this header are registered by then. */
typedef void lupe_bind_open_fn(lua_State *L);

/* A file says LUPE_BIND_MODULE(open_log) for its `static void open_log(lua_State *L)`; no list
 * elsewhere names it. The order among files is open. */
#define LUPE_BIND_MODULE(function)                                                   \
	static lupe_bind_open_fn *const function##_entry                             \
	    __attribute__((used, section("lupe_bind_modules"))) = function

/* Adds functions to the methods of a type ("thread": t:bt{}); the stack is left as it was. */
void lupe_bind_add_methods(lua_State *L, const struct lupe_bind_type *type, const luaL_Reg *methods);

/* --- session, process, thread, event --- */

/* The session of the object at `owner`; raises when it is none, or when the session was closed. */
struct lupe_session *lupe_bind_check_session(lua_State *L, int owner);
/* The same without a raise: NULL when it was closed. */
struct lupe_session *lupe_bind_session(lua_State *L, int owner);

/* The process or thread of the handle at `arg`; raises when it is no such handle. NULL: it is gone,
 * then `return lupe_bind_gone(L, arg);` */
struct lupe_process *lupe_bind_process(lua_State *L, int arg);
struct lupe_thread *lupe_bind_thread(lua_State *L, int arg);
/* The same, but raises "thread 42 has exited" too: for what has no other answer. */
struct lupe_process *lupe_bind_check_process(lua_State *L, int arg);
struct lupe_thread *lupe_bind_check_thread(lua_State *L, int arg);
/* The thread, also of an event: LUPE_ERROR-free for functions that take either. NULL: gone. */
struct lupe_thread *lupe_bind_thread_or_event(lua_State *L, int arg);

/* Pushes nil, "thread 42 has exited", "exited"; answers 3. `arg`: a process, thread or event. */
int lupe_bind_gone(lua_State *L, int arg);

/* Pushes the handle: the same object for the same process as long as Lua refers to it. */
void lupe_bind_push_process(lua_State *L, int owner, struct lupe_process *process);
void lupe_bind_push_thread(lua_State *L, int owner, struct lupe_thread *thread);

/* Pushes an event that lupe_session_next answered, for Lua to handle and to resume. */
void lupe_bind_push_event(lua_State *L, int owner, const struct lupe_event *event);

/* The thread goes on, or was let go: events and values that Lua holds of it are over. Whoever resumes
 * a thread that Lua may know an event of says so first. */
void lupe_bind_event_over(lua_State *L, int owner, pid_t tid);

/* --- errors --- */

/* nil, message, code ("not_found", "exited", ...): answers 3. Consumes the error. */
int lupe_bind_fail(lua_State *L, struct lupe_error *error);
/* True for NULL, else as above: `return lupe_bind_result(L, lupe_thread_pokeuser(...));` */
int lupe_bind_result(lua_State *L, struct lupe_error *error);
/* Raises the error's message with the script's line. Consumes the error. */
int lupe_bind_raise(lua_State *L, struct lupe_error *error);
/* Raises for misuse, with the script's line: the first frame outside the library. */
int lupe_bind_misuse(lua_State *L, const char *format, ...) LUPE_PRINTF(2, 3);
/* Misuse: "thread has no 'namee', did you mean 'name'?"; `names` (an index of a table whose string
 * keys are what there is). */
int lupe_bind_unknown(lua_State *L, const char *what, const char *name, int names);

/* --- reading arguments --- */

/* A signal by number or name, an errno by number or name; raise when there is none such. */
int lupe_bind_check_signal(lua_State *L, int arg);
int lupe_bind_check_errno(lua_State *L, int arg);
/* Seconds (a number of at least 0) as nanoseconds. */
uint64_t lupe_bind_check_seconds(lua_State *L, int arg);
/* Optional boolean field of the table at `arg`; any value that is true counts. */
bool lupe_bind_option(lua_State *L, int arg, const char *name);
/* Calls a Lua function of the library: pushes function `name` of module `module` ("lupe.check"). */
void lupe_bind_push_library(lua_State *L, const char *module, const char *name);

/* --- memory that lives across a raise --- */

/* An empty buffer of the state, for one text at a time; never deinit it. */
struct lupe_buffer *lupe_bind_scratch(lua_State *L);
/* Pushes its text; an out-of-memory of the buffer raises. */
void lupe_bind_push_buffer(lua_State *L, const struct lupe_buffer *buffer);
/* Pushes a userdata that owns an arena; its values may be pushed with lupe_bind_push_value. */
struct lupe_arena *lupe_bind_push_arena(lua_State *L);

/* --- values --- */

/* Pushes a decoded value as Lua sees it: scalars as numbers, strings and bytes as strings, NULL as nil,
 * structs, unions, arrays and pointers that were not followed as a value object. `owner` is the process
 * whose memory it lies in (or a thread or event of it), `arena` the index of the arena that it lives
 * in (of lupe_bind_push_arena). */
void lupe_bind_push_value(lua_State *L, int owner, int arena, const struct lupe_value *value);

#endif
