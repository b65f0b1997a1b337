/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads: their state, words, signals, going on, and syscalls run inside them.
 */
#include <stdio.h>
#include <string.h>
#include "base/cleanup.h"
#include "handles.h"

/* --- fields --- */

static void get_tid(lua_State *L, void *self)
{
	lua_pushinteger(L, ((struct bind_handle *)self)->id);
}

static void get_name(lua_State *L, void *self)
{
	char path[64], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", ((struct bind_handle *)self)->id);
	file = fopen(path, "re");
	if (file) {
		if (!fgets(name, sizeof(name), file))
			*name = '\0';
		fclose(file);
	}
	name[strcspn(name, "\n")] = '\0';
	lua_pushstring(L, name);
}

/* t.state: "running", "stopped", "listening" (in a group-stop), "exited". */
static void get_state(lua_State *L, void *self)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);

	(void)self;
	lua_pushstring(L, thread ? lupe_thread_state_name(thread) : "exited");
}

static void get_process(lua_State *L, void *self)
{
	(void)self;
	lupe_bind_push_process(L, 1, lupe_thread_process(lupe_bind_check_thread(L, 1)));
}

/* t.regs: a live view; each access reads, each assignment writes. */
static void get_regs(lua_State *L, void *self)
{
	(void)self;
	lupe_bind_new(L, &lupe_bind_regs_type, 1);
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, -2, 1);
}

/* t.pc, t.sp */
static void push_general(lua_State *L, size_t offset)
{
	struct user_regs_struct regs;
	struct lupe_error *error = lupe_thread_get_general(lupe_bind_check_thread(L, 1), &regs);
	uint64_t word;

	if (error)
		lupe_bind_raise(L, error);
	memcpy(&word, (const char *)&regs + offset, sizeof(word));
	lua_pushinteger(L, (lua_Integer)word);
}

static void get_pc(lua_State *L, void *self)
{
	(void)self;
	push_general(L, offsetof(struct user_regs_struct, rip));
}

static void get_sp(lua_State *L, void *self)
{
	(void)self;
	push_general(L, offsetof(struct user_regs_struct, rsp));
}

/* t.syscall: { name, nr, args = { six numbers }, ret } of the syscall that it is in, or was in last; nil:
 * none is known. */
static void get_syscall(lua_State *L, void *self)
{
	const struct lupe_call *call = lupe_thread_call(lupe_bind_check_thread(L, 1));

	(void)self;
	if (!call) {
		lua_pushnil(L);
		return;
	}
	lua_createtable(L, 0, 4);
	if (call->syscall)
		lua_pushstring(L, call->syscall->name);
	else
		lua_pushfstring(L, "syscall_%I", (LUAI_UACINT)call->nr);
	lua_setfield(L, -2, "name");
	lua_pushinteger(L, call->nr);
	lua_setfield(L, -2, "nr");
	lua_createtable(L, LUPE_SYSCALL_MAX_ARGS, 0);
	for (int i = 0; i < LUPE_SYSCALL_MAX_ARGS; i++) {
		lua_pushinteger(L, (lua_Integer)call->args[i]);
		lua_rawseti(L, -2, i + 1);
	}
	lua_setfield(L, -2, "args");
	if (call->finished) {
		lua_pushinteger(L, call->result);
		lua_setfield(L, -2, "ret");
	}
}

/* t:call_registers(with_return) -> pc, sp, rax, rdi, rsi, rdx, rcx, r8, r9, and the word at sp if asked for (nil:
 * unreadable) | nil, message, code: what a call is about, in one request. */
static int thread_call_registers(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	bool with_return = lua_toboolean(L, 2);
	struct user_regs_struct regs;
	struct lupe_error *error;
	uint64_t word;

	if (!thread)
		return lupe_bind_gone(L, 1);
	error = lupe_thread_get_general(thread, &regs);
	if (error)
		return lupe_bind_fail(L, error);
	const uint64_t values[] = {regs.rip, regs.rsp, regs.rax, regs.rdi, regs.rsi,
				   regs.rdx, regs.rcx, regs.r8,	 regs.r9};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		lua_pushinteger(L, (lua_Integer)values[i]);
	if (!with_return)
		return ARRAY_SIZE(values);
	if (lupe_memory_read_some(lupe_process_memory(lupe_thread_process(thread)), regs.rsp, &word,
				  sizeof(word)) == sizeof(word))
		lua_pushinteger(L, (lua_Integer)word);
	else
		lua_pushnil(L);
	return ARRAY_SIZE(values) + 1;
}

/* t.sigmask: bit n - 1 is signal n. */
static void get_sigmask(lua_State *L, void *self)
{
	uint64_t mask;
	struct lupe_error *error = lupe_thread_get_sigmask(lupe_bind_check_thread(L, 1), &mask);

	(void)self;
	if (error)
		lupe_bind_raise(L, error);
	lua_pushinteger(L, (lua_Integer)mask);
}

static void set_sigmask(lua_State *L, void *self)
{
	uint64_t mask = (uint64_t)luaL_checkinteger(L, 3);
	struct lupe_error *error = lupe_thread_set_sigmask(lupe_bind_check_thread(L, 1), mask);

	(void)self;
	if (error)
		lupe_bind_raise(L, error);
}

/* --- words --- */

static int push_word(lua_State *L, struct lupe_error *error, const uint64_t *word)
{
	if (error)
		return lupe_bind_fail(L, error);
	lua_pushinteger(L, (lua_Integer)*word);
	return 1;
}

/* t:peekuser(offset) -> word of struct user; t:peekdata(addr) -> word | nil, message, code */
static int thread_peekuser(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	size_t offset = (size_t)luaL_checkinteger(L, 2);
	uint64_t word = 0;

	return thread ? push_word(L, lupe_thread_peekuser(thread, offset, &word), &word)
		      : lupe_bind_gone(L, 1);
}

static int thread_pokeuser(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	size_t offset = (size_t)luaL_checkinteger(L, 2);
	uint64_t word = (uint64_t)luaL_checkinteger(L, 3);

	return thread ? lupe_bind_result(L, lupe_thread_pokeuser(thread, offset, word))
		      : lupe_bind_gone(L, 1);
}

static int thread_peekdata(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);
	uint64_t word = 0;

	if (!thread)
		return lupe_bind_gone(L, 1);
	return push_word(L, lupe_thread_peekdata(thread, addr, &word), &word);
}

static int thread_pokedata(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);
	uint64_t word = (uint64_t)luaL_checkinteger(L, 3);

	return thread ? lupe_bind_result(L, lupe_thread_pokedata(thread, addr, word))
		      : lupe_bind_gone(L, 1);
}

/* --- signals --- */

/* t:siginfo() -> { signo, code, errno, pid, uid, addr, value, status } | nil, message, code */
static int thread_siginfo(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	siginfo_t info;
	struct lupe_error *error;

	if (!thread)
		return lupe_bind_gone(L, 1);
	error = lupe_thread_get_siginfo(thread, &info);
	if (error)
		return lupe_bind_fail(L, error);
	lupe_bind_push_siginfo(L, &info);
	return 1;
}

/* t:signal("USR1"): sends it to this thread. */
static int thread_signal(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	int signal = lupe_bind_check_signal(L, 2);

	return thread ? lupe_bind_result(L, lupe_thread_send_signal(thread, signal))
		      : lupe_bind_gone(L, 1);
}

/* --- going on --- */

/* t:resume("run" | "step") -> true */
static int thread_resume(lua_State *L)
{
	static const char *const words[] = {"run", "step", NULL};
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	int how = luaL_checkoption(L, 2, "run", words);

	if (!thread)
		return lupe_bind_gone(L, 1);
	if (!lupe_thread_stopped(thread))
		return lupe_bind_fail(L, lupe_error_create(LUPE_ERROR_INVALID,
							   "thread %d is not stopped",
							   lupe_thread_tid(thread)));
	lupe_bind_event_over(L, 1, lupe_thread_tid(thread));
	lupe_thread_resume(thread, how ? LUPE_RESUME_STEP : LUPE_RESUME_RUN);
	lua_pushboolean(L, true);
	return 1;
}

/* t:interrupt() -> true: it stops soon, and tells so by an event "stopped". */
static int thread_interrupt(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);

	return thread ? lupe_bind_result(L, lupe_thread_interrupt(thread)) : lupe_bind_gone(L, 1);
}

/* --- syscalls inside it --- */

/* t:do_syscall(name or number, integer...) -> result (-errno for a failure) | nil, message, code */
static int thread_do_syscall(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	int64_t nr = lupe_bind_check_syscall(L, 2, LUPE_ABI_X86_64), result = 0;
	struct lupe_error *error;
	uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {0};
	int count = lua_gettop(L) - 2;

	if (count > LUPE_SYSCALL_MAX_ARGS)
		return lupe_bind_misuse(L, "a syscall has six arguments at most");
	for (int i = 0; i < count; i++)
		args[i] = (uint64_t)luaL_checkinteger(L, 3 + i);
	if (!thread)
		return lupe_bind_gone(L, 1);
	error = lupe_thread_do_syscall(thread, nr, args, &result);
	if (error)
		return lupe_bind_fail(L, error);
	lua_pushinteger(L, result);
	return 1;
}

static int thread_tostring(lua_State *L)
{
	struct bind_handle *handle = lupe_bind_check(L, 1, &lupe_bind_thread_type);
	struct lupe_thread *thread = lupe_bind_thread(L, 1);

	lua_pushfstring(L, "thread %d (%s)", (int)handle->id,
			thread ? lupe_thread_state_name(thread) : "exited");
	return 1;
}

static const struct lupe_bind_field fields[] = {
    {"tid", get_tid, NULL},	  {"name", get_name, NULL}, {"state", get_state, NULL},
    {"process", get_process, NULL}, {"regs", get_regs, NULL}, {"pc", get_pc, NULL},
    {"sp", get_sp, NULL},	  {"sigmask", get_sigmask, set_sigmask},
    {"syscall", get_syscall, NULL},	    {NULL, NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"peekuser", thread_peekuser},   {"pokeuser", thread_pokeuser}, {"peekdata", thread_peekdata},
    {"pokedata", thread_pokedata},   {"siginfo", thread_siginfo},   {"signal", thread_signal},
    {"resume", thread_resume},	     {"interrupt", thread_interrupt},
    {"do_syscall", thread_do_syscall}, {"call_registers", thread_call_registers},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__tostring", thread_tostring}, {NULL, NULL}};

const struct lupe_bind_type lupe_bind_thread_type = {
    .name = "thread",
    .size = sizeof(struct bind_handle),
    .fields = fields,
    .methods = methods,
    .meta = meta,
};
