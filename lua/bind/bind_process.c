/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Processes: what /proc tells of them, their memory, stopping and letting go.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"
#include "proc_files.h"

enum { READ_MAX = 1 << 30, CSTR_MAX = 1 << 24 };

/* --- /proc --- */

/* p:proc("status") -> text | nil, message, code */
static int process_proc(lua_State *L)
{
	struct bind_handle *handle = lupe_bind_check(L, 1, &lupe_bind_process_type);
	const char *name = luaL_checkstring(L, 2);
	struct lupe_buffer *buffer;

	if (!lupe_bind_process(L, 1))
		return lupe_bind_gone(L, 1); /* another may have its number by now */
	buffer = lupe_bind_read_proc(L, handle->id, name);
	if (!buffer)
		return lupe_bind_fail(L, lupe_error_os(errno, "cannot read /proc/%d/%s", handle->id, name));
	lupe_bind_push_buffer(L, buffer);
	return 1;
}

/* --- fields --- */

static void get_pid(lua_State *L, void *self)
{
	lua_pushinteger(L, ((struct bind_handle *)self)->id);
}

/* What /proc tells is asked for only while the process is ours: another may have its number later. */
static pid_t check_pid(lua_State *L)
{
	return lupe_process_pid(lupe_bind_check_process(L, 1));
}

/* p.argv: the words it was started with. */
static void get_argv(lua_State *L, void *self)
{
	(void)self;
	lupe_bind_push_string_list(L, check_pid(L), "cmdline");
}

/* p.environ: { "NAME=value", ... } as it was started with; nil when that may not be read. */
static void get_environ(lua_State *L, void *self)
{
	(void)self;
	lupe_bind_push_string_list(L, check_pid(L), "environ");
}

static void get_exe(lua_State *L, void *self)
{
	(void)self;
	lupe_bind_push_link(L, check_pid(L), "exe");
}

static void get_cwd(lua_State *L, void *self)
{
	(void)self;
	lupe_bind_push_link(L, check_pid(L), "cwd");
}

/* p.state: "running", "stopped" when all its threads are, "exited". */
static void get_state(lua_State *L, void *self)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct lupe_thread *thread = NULL;
	const char *state = process ? "stopped" : "exited";

	(void)self;
	while (process && (thread = lupe_process_next_thread(process, thread)))
		if (!lupe_thread_stopped(thread))
			state = "running";
	lua_pushstring(L, state);
}

static void get_launched(lua_State *L, void *self)
{
	(void)self;
	lua_pushboolean(L, lupe_process_launched(lupe_bind_check_process(L, 1)));
}

static void get_filtered(lua_State *L, void *self)
{
	(void)self;
	lua_pushboolean(L, lupe_process_filtered(lupe_bind_check_process(L, 1)));
}

static void get_mechanism(lua_State *L, void *self)
{
	static const char *const names[] = {[LUPE_MECHANISM_CONT] = "cont",
					    [LUPE_MECHANISM_SYSCALL] = "syscall",
					    [LUPE_MECHANISM_FILTER] = "filter"};

	(void)self;
	lua_pushstring(L, names[lupe_process_mechanism(lupe_bind_check_process(L, 1))]);
}

static void get_abi(lua_State *L, void *self)
{
	static const char *const names[] = {[LUPE_ABI_X86_64] = "x86-64", [LUPE_ABI_I386] = "i386",
					    [LUPE_ABI_X32] = "x32"};

	(void)self;
	lua_pushstring(L, names[lupe_process_abi(lupe_bind_check_process(L, 1))]);
}

/* --- threads --- */

/* for t in p:threads() do ... end; those that there are at the start. Of a process that is gone: none. */
static int process_threads(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct lupe_thread *thread = NULL;
	lua_Integer count = 0;

	lua_newtable(L);
	while (process && (thread = lupe_process_next_thread(process, thread))) {
		lupe_bind_push_thread(L, 1, thread);
		lua_rawseti(L, -2, ++count);
	}
	lupe_bind_make_iterator(L);
	return 1;
}

/* for m in p:maps() do ... end; m has start, stop, perms, offset, dev, inode, path | nil, message, code */
static int process_maps(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	return process ? lupe_bind_push_maps(L, lupe_process_pid(process)) : lupe_bind_gone(L, 1);
}

/* for fd in p:fds() do ... end; fd has num, path, kind | nil, message, code */
static int process_fds(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	return process ? lupe_bind_push_fds(L, 1, lupe_process_pid(process)) : lupe_bind_gone(L, 1);
}

/* --- memory --- */

/* p:read(addr, n) -> bytes | nil, message, "fault": all or nothing. */
static int process_read(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);
	lua_Integer size = luaL_checkinteger(L, 3);
	struct lupe_error *error;
	void *bytes;

	if (!process)
		return lupe_bind_gone(L, 1);
	if (size < 0 || size > READ_MAX)
		return lupe_bind_misuse(L, "read: a size of 0 to %d is expected", READ_MAX);
	bytes = lua_newuserdatauv(L, size ? size : 1, 0);
	error = lupe_memory_read(lupe_process_memory(process), addr, bytes, size);
	if (error)
		return lupe_bind_fail(L, error);
	lua_pushlstring(L, bytes, size);
	return 1;
}

/* p:write(addr, bytes) -> true | nil, message, "fault" */
static int process_write(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);
	size_t size;
	const char *bytes = luaL_checklstring(L, 3, &size);

	if (!process)
		return lupe_bind_gone(L, 1);
	return lupe_bind_result(L, lupe_memory_write(lupe_process_memory(process), addr, bytes, size));
}

/* p:cstr(addr [, max]) -> string up to its NUL, or max bytes | nil, message, "fault" */
static int process_cstr(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);
	lua_Integer max = luaL_optinteger(L, 3, CSTR_MAX);
	char piece[4096];
	size_t length = 0, size;
	bool found = false;
	luaL_Buffer out;

	if (!process)
		return lupe_bind_gone(L, 1);
	if (max < 1 || max > CSTR_MAX)
		return lupe_bind_misuse(L, "cstr: a maximum of 1 to %d is expected", CSTR_MAX);
	luaL_buffinit(L, &out);
	for (; max > 0 && !found; max -= (lua_Integer)length, addr += length) {
		size = MIN((size_t)max, sizeof(piece));
		found = lupe_memory_read_string(lupe_process_memory(process), addr, piece, size, &length);
		if (!found && length < size)
			return lupe_bind_fail(
			    L, lupe_error_fault(addr + length,
						"cannot read the string of process %d: no memory at 0x%llx",
						(int)lupe_process_pid(process),
						(unsigned long long)(addr + length)));
		luaL_addlstring(&out, piece, length);
	}
	luaL_pushresult(&out);
	return 1;
}

/* --- running, stopping --- */

/* p:stop() -> true: every thread stands when it returns. */
static int process_stop(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	return process ? lupe_bind_result(L, lupe_process_stop(process)) : lupe_bind_gone(L, 1);
}

/* p:resume(): lets the threads that stand go on; events that Lua holds of them are over. */
static int process_resume(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	if (!process)
		return lupe_bind_gone(L, 1);
	lupe_bind_process_over(L, 1, process);
	lupe_process_resume(process);
	lua_pushboolean(L, true);
	return 1;
}

/* A thread that moves, the leader if it does; else any. NULL: there is none. */
static struct lupe_thread *thread_to_interrupt(struct lupe_session *session,
					       struct lupe_process *process)
{
	struct lupe_thread *leader = lupe_session_thread(session, lupe_process_pid(process));
	struct lupe_thread *thread = NULL;

	if (leader && !lupe_thread_stopped(leader))
		return leader;
	while ((thread = lupe_process_next_thread(process, thread)))
		if (!lupe_thread_stopped(thread))
			return thread;
	return lupe_process_next_thread(process, NULL);
}

/* p:interrupt() -> true: one of its threads stops soon, and tells so by an event "stopped". */
static int process_interrupt(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct lupe_thread *thread;

	if (!process)
		return lupe_bind_gone(L, 1);
	thread = thread_to_interrupt(lupe_bind_session(L, 1), process);
	return thread ? lupe_bind_result(L, lupe_thread_interrupt(thread)) : lupe_bind_gone(L, 1);
}

static int process_detach(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	if (!process)
		return lupe_bind_gone(L, 1);
	lupe_bind_process_over(L, 1, process);
	return lupe_bind_result(L, lupe_process_detach(process));
}

static int process_kill(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	return process ? lupe_bind_result(L, lupe_process_kill(process)) : lupe_bind_gone(L, 1);
}

/* p:signal("USR1"): sends it. */
static int process_signal(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	int signal = lupe_bind_check_signal(L, 2);

	return process ? lupe_bind_result(L, lupe_process_send_signal(process, signal))
		       : lupe_bind_gone(L, 1);
}

/* p:insert_breakpoint(addr), p:remove_breakpoint(addr) -> true | nil, message, code */
static int process_insert_breakpoint(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);

	return process ? lupe_bind_result(L, lupe_process_insert_breakpoint(process, addr))
		       : lupe_bind_gone(L, 1);
}

static int process_remove_breakpoint(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);

	return process ? lupe_bind_result(L, lupe_process_remove_breakpoint(process, addr))
		       : lupe_bind_gone(L, 1);
}

/* As an owner: a launched target dies, an attached one goes on. */
static int process_close(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	if (process)
		lupe_error_destroy(lupe_process_launched(process) ? lupe_process_kill(process)
								  : lupe_process_detach(process));
	return 0;
}

static int process_tostring(lua_State *L)
{
	struct bind_handle *handle = lupe_bind_check(L, 1, &lupe_bind_process_type);

	lua_pushfstring(L, "process %d%s", (int)handle->id,
			lupe_bind_process(L, 1) ? "" : " (exited)");
	return 1;
}

static const struct lupe_bind_field fields[] = {
    {"pid", get_pid, NULL},	    {"argv", get_argv, NULL},
    {"environ", get_environ, NULL},	    {"exe", get_exe, NULL},	    {"cwd", get_cwd, NULL},
    {"state", get_state, NULL},	    {"launched", get_launched, NULL},
    {"filtered", get_filtered, NULL}, {"mechanism", get_mechanism, NULL},
    {"abi", get_abi, NULL},	    {NULL, NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"threads", process_threads},
    {"maps", process_maps},
    {"fds", process_fds},
    {"proc", process_proc},
    {"read", process_read},
    {"write", process_write},
    {"cstr", process_cstr},
    {"stop", process_stop},
    {"resume", process_resume},
    {"interrupt", process_interrupt},
    {"detach", process_detach},
    {"kill", process_kill},
    {"signal", process_signal},
    {"insert_breakpoint", process_insert_breakpoint},
    {"remove_breakpoint", process_remove_breakpoint},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {
    {"__close", process_close}, {"__tostring", process_tostring}, {NULL, NULL}};

const struct lupe_bind_type lupe_bind_process_type = {
    .name = "process",
    .size = sizeof(struct bind_handle),
    .fields = fields,
    .methods = methods,
    .meta = meta,
};
