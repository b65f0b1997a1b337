/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Events: lazy views of what the session reported. Nothing is read from the target before it is asked
 * for. An event is over once its thread goes on.
 */
#include <stdio.h>
#include <string.h>
#include "handles.h"
#include "proc_files.h"

enum { PATH_SIZE = 4096 };

/* --- an event's life --- */

static bool holds_thread(enum lupe_event_kind kind)
{
	return kind >= LUPE_EVENT_SYSCALL_ENTRY && kind <= LUPE_EVENT_NEW_THREAD;
}

/* From now on its thread stands at this event. */
static void stand(lua_State *L, struct bind_event *self)
{
	struct lupe_bind_session *session = self->head.session;

	self->serial = ++session->last_serial;
	if (!lupe_hash_put(&session->standing, (uint64_t)self->event.tid, (void *)self->serial))
		luaL_error(L, "out of memory");
}

bool lupe_bind_is_over(const struct bind_event *event)
{
	return event->over || !event->serial ||
	       (uintptr_t)lupe_hash_get(&event->head.session->standing,
					(uint64_t)event->event.tid) != event->serial;
}

void lupe_bind_event_over(lua_State *L, int owner, pid_t tid)
{
	struct lupe_bind_object *object = lua_touserdata(L, owner);

	lupe_hash_remove(&object->session->standing, (uint64_t)tid);
}

void lupe_bind_process_over(lua_State *L, int owner, struct lupe_process *process)
{
	struct lupe_thread *thread = NULL;

	while ((thread = lupe_process_next_thread(process, thread)))
		if (lupe_thread_stopped(thread))
			lupe_bind_event_over(L, owner, lupe_thread_tid(thread));
}

void lupe_bind_push_event(lua_State *L, int owner, const struct lupe_event *event)
{
	struct lupe_session *session = lupe_bind_session(L, owner);
	struct bind_event *self = lupe_bind_new(L, &lupe_bind_event_type, owner);
	struct lupe_thread *thread = NULL;
	const struct lupe_call *call = NULL;

	self->event = *event;
	if (!holds_thread(event->kind))
		return;
	stand(L, self);
	if (event->kind == LUPE_EVENT_SYSCALL_ENTRY || event->kind == LUPE_EVENT_SYSCALL_EXIT)
		thread = lupe_session_thread(session, event->tid);
	if (thread)
		call = lupe_thread_call(thread);
	if (call) {
		self->call = *call;
		self->has_call = true;
	}
}

/* --- the thread behind it --- */

static struct bind_event *event_at(lua_State *L, int arg)
{
	return lupe_bind_check(L, arg, &lupe_bind_event_type);
}

struct lupe_thread *lupe_bind_check_live(lua_State *L, int event)
{
	struct bind_event *self = event_at(L, event);
	struct lupe_thread *thread = lupe_bind_thread_or_event(L, event);

	if (lupe_bind_is_over(self) && (thread || self->over))
		lupe_bind_misuse(L, "this event is over: its thread has gone on");
	return thread ? thread : lupe_bind_check_thread(L, event);
}

void lupe_bind_check_alive(lua_State *L, struct lupe_thread *thread)
{
	struct user_regs_struct regs;
	struct lupe_error *error = lupe_thread_get_general(thread, &regs);
	bool gone = error && error->code == LUPE_ERROR_EXITED;

	lupe_error_destroy(error);
	if (gone)
		lupe_bind_misuse(L, "thread %d has exited", (int)lupe_thread_tid(thread));
}

const struct lupe_memory *lupe_bind_event_memory(lua_State *L, int event)
{
	struct lupe_thread *thread = lupe_bind_thread_or_event(L, event);

	return thread && !lupe_bind_is_over(event_at(L, event)) ? lupe_thread_memory(thread) : NULL;
}

const struct lupe_call *lupe_bind_refresh_call(lua_State *L, struct bind_event *self)
{
	struct lupe_thread *thread = lupe_bind_is_over(self) ? NULL : lupe_bind_thread_or_event(L, 1);
	const struct lupe_call *call = thread && self->has_call ? lupe_thread_call(thread) : NULL;

	if (call)
		self->call = *call;
	return self->has_call ? &self->call : NULL;
}

/* --- fields of every event --- */

static void get_kind(lua_State *L, void *self)
{
	lua_pushstring(L, lupe_event_kind_name(((struct bind_event *)self)->event.kind));
}

/* The signal means something; otherwise it is the SIGTRAP of a ptrace-stop. */
static bool has_signal(const struct lupe_event *event)
{
	const uint32_t kinds = LUPE_EVENT_BIT(LUPE_EVENT_WOKEN) | LUPE_EVENT_BIT(LUPE_EVENT_SIGNAL) |
			       LUPE_EVENT_BIT(LUPE_EVENT_GROUP_STOP) |
			       LUPE_EVENT_BIT(LUPE_EVENT_BREAKPOINT) |
			       LUPE_EVENT_BIT(LUPE_EVENT_KILLED);

	return event->signal && (kinds & LUPE_EVENT_BIT(event->kind));
}

/* nil where an event of this kind has no such thing. */
#define INTEGER_FIELD(name, expression, condition)                                                 \
	static void get_##name(lua_State *L, void *self)                                           \
	{                                                                                          \
		const struct lupe_event *event = &((struct bind_event *)self)->event;              \
                                                                                                   \
		if (condition)                                                                     \
			lua_pushinteger(L, (expression));                                          \
		else                                                                               \
			lua_pushnil(L);                                                            \
	}

INTEGER_FIELD(pid, event->pid, event->pid)
INTEGER_FIELD(tid, event->tid, event->tid)
INTEGER_FIELD(child, event->child, event->child)
INTEGER_FIELD(former, event->former, event->former)
INTEGER_FIELD(exit_code, event->exit_code,
	      event->kind == LUPE_EVENT_EXITED || event->kind == LUPE_EVENT_THREAD_EXITED)
INTEGER_FIELD(signo, event->signal, has_signal(event))
INTEGER_FIELD(status, event->status, event->tid)

static void get_core_dumped(lua_State *L, void *self)
{
	lua_pushboolean(L, ((struct bind_event *)self)->event.core_dumped);
}

static void get_over(lua_State *L, void *self)
{
	lua_pushboolean(L, lupe_bind_is_over(self));
}

/* ev.time: seconds since the epoch. */
static void get_time(lua_State *L, void *self)
{
	lua_pushnumber(L, ((struct bind_event *)self)->event.time_ns / 1e9);
}

/* nil for the session's own events. */
static void get_process(lua_State *L, void *self)
{
	struct bind_event *event = self;
	struct lupe_session *session = lupe_bind_session(L, 1);
	struct lupe_thread *thread = lupe_bind_thread_or_event(L, 1);
	struct lupe_process *process =
	    thread	? lupe_thread_process(thread)
	    : session ? lupe_session_process(session, event->event.pid)
		      : NULL;

	if (process)
		lupe_bind_push_process(L, 1, process);
	else if (event->event.pid)
		lupe_bind_push_gone_process(L, 1, event->event.pid);
	else
		lua_pushnil(L);
}

static void get_thread(lua_State *L, void *self)
{
	struct bind_event *event = self;

	if (event->event.tid)
		lupe_bind_push_thread_handle(L, 1, event->event.tid, event->event.generation);
	else
		lua_pushnil(L);
}

/* ev.info of a signal event: { signo, code, pid, uid, ... }; nil elsewhere. */
static void get_info(lua_State *L, void *self)
{
	const struct lupe_event *event = &((struct bind_event *)self)->event;

	if (event->has_info)
		lupe_bind_push_siginfo(L, &event->info);
	else
		lua_pushnil(L);
}

/* --- fields of a syscall --- */

/* ev.name: of the syscall, or of the signal. */
static void get_name(lua_State *L, void *self)
{
	const struct bind_event *event = self;
	char buffer[16];

	if (!event->has_call && has_signal(&event->event))
		lua_pushstring(L, lupe_signal_name(event->event.signal, buffer));
	else if (!event->has_call)
		lua_pushnil(L);
	else if (event->call.syscall)
		lua_pushstring(L, event->call.syscall->name);
	else
		lua_pushfstring(L, "syscall_%I", (LUAI_UACINT)event->call.nr);
}

static const struct bind_event *check_call(lua_State *L, void *self, const char *name)
{
	const struct bind_event *event = self;

	if (!event->has_call)
		lupe_bind_misuse(L, "an event of kind %s has no '%s'",
				 lupe_event_kind_name(event->event.kind), name);
	return event;
}

static void get_nr(lua_State *L, void *self)
{
	lua_pushinteger(L, check_call(L, self, "nr")->call.nr);
}

static void get_injected(lua_State *L, void *self)
{
	check_call(L, self, "injected");
	lua_pushboolean(L, lupe_bind_refresh_call(L, self)->injected);
}

static void get_args(lua_State *L, void *self)
{
	check_call(L, self, "args");
	lupe_bind_push_args(L, 1);
}

/* ev.ret: what the kernel answered (-errno for a failure); nil before the exit. */
static void get_ret(lua_State *L, void *self)
{
	const struct lupe_call *call;

	check_call(L, self, "ret");
	call = lupe_bind_refresh_call(L, self);
	if (call->finished)
		lua_pushinteger(L, call->result);
	else
		lua_pushnil(L);
}

/* ev.err: "ENOENT" of a call that failed, else nil. */
static void get_err(lua_State *L, void *self)
{
	const struct lupe_call *call;
	const char *name;

	check_call(L, self, "err");
	call = lupe_bind_refresh_call(L, self);
	if (!call->finished || !call->failed) {
		lua_pushnil(L);
		return;
	}
	name = lupe_errno_name((int)-call->result);
	if (name)
		lua_pushstring(L, name);
	else
		lua_pushfstring(L, "errno_%d", (int)-call->result);
}

/* ev.duration: seconds in the kernel; nil before the exit. */
static void get_duration(lua_State *L, void *self)
{
	const struct lupe_call *call = &check_call(L, self, "duration")->call;

	if (call->finished)
		lua_pushnumber(L, (call->exit_ns - call->entry_ns) / 1e9);
	else
		lua_pushnil(L);
}

/* The argument that is a file name: the first pointer to a string of that role; -1: none. */
static int path_argument(const struct lupe_syscall *syscall)
{
	for (unsigned i = 0; syscall && i < syscall->n_args; i++) {
		const struct lupe_type *type = lupe_type_strip(syscall->args[i].type);
		const struct lupe_type *target =
		    type && type->kind == LUPE_KIND_POINTER ? lupe_type_strip(type->target) : NULL;

		if (target && target->kind == LUPE_KIND_STRING && target->role == LUPE_ROLE_PATH)
			return (int)i;
	}
	return -1;
}

/* ev.path: the first file name among the arguments; nil when there is none, or it cannot be read (any
 * more: a successful execve leaves nothing of it). */
static void get_path(lua_State *L, void *self)
{
	const struct bind_event *event = check_call(L, self, "path");
	const struct lupe_memory *memory = lupe_bind_event_memory(L, 1);
	int index = path_argument(event->call.syscall);
	lupe_addr addr = index >= 0 ? lupe_bind_refresh_call(L, self)->args[index] : 0;
	char path[PATH_SIZE];
	size_t length;

	if (addr && memory && lupe_memory_read_string(memory, addr, path, sizeof(path), &length)) {
		lua_pushlstring(L, path, length);
		return;
	}
	if (addr && memory)
		lupe_bind_check_alive(L, lupe_bind_thread_or_event(L, 1));
	lua_pushnil(L);
}

/* --- descriptors --- */

static int role_argument(const struct lupe_syscall *syscall, enum lupe_role role)
{
	for (unsigned i = 0; syscall && i < syscall->n_args; i++) {
		const struct lupe_type *type = lupe_type_strip(syscall->args[i].type);

		if (type && type->role == role)
			return (int)i;
	}
	return -1;
}

/* The descriptor that a call is about: its argument, or what it made; false: none. */
static bool find_fd(const struct lupe_call *call, int *ret)
{
	const struct lupe_type *result =
	    call->syscall ? lupe_type_strip(call->syscall->result) : NULL;
	int index = role_argument(call->syscall, LUPE_ROLE_FD);

	if (index < 0 && result && result->role == LUPE_ROLE_FD && call->finished && !call->failed) {
		*ret = (int)call->result;
		return true;
	}
	if (index < 0)
		index = role_argument(call->syscall, LUPE_ROLE_DIRFD);
	if (index >= 0)
		*ret = (int)call->args[index];
	return index >= 0;
}

/* ev.fd: num, path and kind of the first descriptor; nil when the call has none. */
static void get_fd(lua_State *L, void *self)
{
	const struct bind_event *event = check_call(L, self, "fd");
	int fd;

	if (find_fd(lupe_bind_refresh_call(L, self), &fd) && fd >= 0)
		lupe_bind_push_descriptor(L, 1, event->event.tid, fd);
	else
		lua_pushnil(L);
}

/* --- changing it --- */

/* True; nil, message, code when the target has vanished meanwhile: no failure of the script. What else
 * goes wrong raises. */
static int check_done(lua_State *L, struct lupe_error *error)
{
	if (error && error->code != LUPE_ERROR_EXITED)
		return lupe_bind_raise(L, error);
	return lupe_bind_result(L, error);
}

/* The target sees this: at the entry the call is not made at all. */
static int set_outcome(lua_State *L, int64_t result)
{
	struct bind_event *self = event_at(L, 1);
	struct lupe_thread *thread;
	struct lupe_error *error;

	check_call(L, self, "ret");
	thread = lupe_bind_check_live(L, 1);
	error = self->event.kind == LUPE_EVENT_SYSCALL_ENTRY
		    ? lupe_thread_skip_syscall(thread, result)
		    : lupe_thread_set_result(thread, result);
	lupe_bind_refresh_call(L, self);
	return check_done(L, error);
}

/* ev.ret = v at the exit (at the entry: ev:skip(v)). */
static void set_ret(lua_State *L, void *self)
{
	lua_Integer result = luaL_checkinteger(L, 3);

	if (((struct bind_event *)self)->event.kind != LUPE_EVENT_SYSCALL_EXIT)
		lupe_bind_misuse(L, "ret can be assigned at the exit; at the entry use ev:skip(value)");
	set_outcome(L, result);
}

/* ev:fail("ENOSPC") */
static int event_fail(lua_State *L)
{
	event_at(L, 1);
	return set_outcome(L, -lupe_bind_check_errno(L, 2));
}

/* ev:skip(value): the call is not made; the target sees the value (0 if left out). */
static int event_skip(lua_State *L)
{
	if (event_at(L, 1)->event.kind == LUPE_EVENT_SYSCALL_EXIT)
		return lupe_bind_misuse(L, "the call was made: skip it at its entry, or assign ev.ret");
	return set_outcome(L, luaL_optinteger(L, 2, 0));
}

/* ev:delay(seconds): the thread goes on so much later. */
static int event_delay(lua_State *L)
{
	struct bind_event *self = event_at(L, 1);
	uint64_t delay = lupe_bind_check_seconds(L, 2);

	lupe_bind_check_live(L, 1);
	self->delay_ns += delay;
	return check_done(L, NULL);
}

/* ev:signal(sig): at a signal's event this one is delivered instead, 0: none; elsewhere it is sent. */
static int event_signal(lua_State *L)
{
	struct bind_event *self = event_at(L, 1);
	int signal = lupe_bind_check_signal(L, 2);
	struct lupe_thread *thread = lupe_bind_check_live(L, 1);

	if (!signal && self->event.kind != LUPE_EVENT_SIGNAL)
		return lupe_bind_misuse(L, "only a signal's event has one to withhold");
	return check_done(L, self->event.kind == LUPE_EVENT_SIGNAL
				 ? lupe_thread_set_signal(thread, signal)
				 : lupe_thread_send_signal(thread, signal));
}

/* ev:resume("run" | "step"): lets its thread go on; nothing happens when it is over or gone. */
static int event_resume(lua_State *L)
{
	static const char *const words[] = {"run", "step", NULL};
	struct bind_event *self = event_at(L, 1);
	bool step = luaL_checkoption(L, 2, "run", words) == 1;
	struct lupe_thread *thread = lupe_bind_thread_or_event(L, 1);
	bool over = lupe_bind_is_over(self);

	self->over = true;
	if (!over)
		lupe_bind_event_over(L, 1, self->event.tid);
	if (over || !thread)
		return 0;
	if (self->delay_ns && !step)
		lupe_thread_resume_after(thread, self->delay_ns);
	else
		lupe_thread_resume(thread, step ? LUPE_RESUME_STEP : LUPE_RESUME_RUN);
	return 0;
}

static const struct lupe_bind_field fields[] = {
    {"kind", get_kind, NULL},
    {"pid", get_pid, NULL},
    {"tid", get_tid, NULL},
    {"process", get_process, NULL},
    {"thread", get_thread, NULL},
    {"name", get_name, NULL},
    {"nr", get_nr, NULL},
    {"args", get_args, NULL},
    {"ret", get_ret, set_ret},
    {"err", get_err, NULL},
    {"path", get_path, NULL},
    {"fd", get_fd, NULL},
    {"time", get_time, NULL},
    {"duration", get_duration, NULL},
    {"injected", get_injected, NULL},
    {"child", get_child, NULL},
    {"former", get_former, NULL},
    {"exit_code", get_exit_code, NULL},
    {"signo", get_signo, NULL},
    {"status", get_status, NULL},
    {"core_dumped", get_core_dumped, NULL},
    {"info", get_info, NULL},
    {"over", get_over, NULL},
    {NULL, NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"resume", event_resume}, {"fail", event_fail},	{"skip", event_skip},
    {"delay", event_delay},   {"signal", event_signal}, {"json", lupe_bind_event_json}, {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__tostring", lupe_bind_event_tostring}, {NULL, NULL}};

const struct lupe_bind_type lupe_bind_event_type = {
    .name = "event",
    .size = sizeof(struct bind_event),
    .fields = fields,
    .methods = methods,
    .meta = meta,
};
