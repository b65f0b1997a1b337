/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * p:syscall(name, ...): a syscall run inside a process by one of its threads that stand. Strings are put
 * into memory mapped for the call.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "base/buffer.h"
#include "handles.h"

enum { PAGE = 4096, ERRNO_MAX = 4095 };

/* The arguments; strings are offsets into `text`, and bits of `strings` until their place is known. */
struct remote_call {
	int64_t nr;
	uint64_t args[LUPE_SYSCALL_MAX_ARGS];
	unsigned strings;
	struct lupe_buffer *text;
	lupe_addr area;
	size_t area_size;
};

int64_t lupe_bind_check_syscall(lua_State *L, int arg, enum lupe_abi abi)
{
	const struct lupe_syscall *syscall;
	const char *near;

	if (lua_type(L, arg) != LUA_TSTRING)
		return luaL_checkinteger(L, arg);
	syscall = lupe_syscall_by_name(abi, lua_tostring(L, arg));
	if (syscall)
		return syscall->nr;
	near = lupe_syscall_suggest(abi, lua_tostring(L, arg));
	return lupe_bind_misuse(L, "unknown syscall '%s'%s%s%s", lua_tostring(L, arg),
				near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The description of an argument that is no pointer; NULL: it is one, or not known. */
static const struct lupe_member *scalar(const struct lupe_syscall *syscall, int index)
{
	const struct lupe_type *type;

	if (!syscall || index >= syscall->n_args)
		return NULL;
	type = lupe_type_strip(syscall->args[index].type);
	return type && type->kind != LUPE_KIND_POINTER ? &syscall->args[index] : NULL;
}

static void read_remote_args(lua_State *L, struct remote_call *call)
{
	const struct lupe_syscall *syscall = lupe_syscall_by_nr(LUPE_ABI_X86_64, call->nr);
	const struct lupe_member *member;
	int count = lua_gettop(L) - 2;

	luaL_argcheck(L, count <= LUPE_SYSCALL_MAX_ARGS, 9, "a syscall has at most six arguments");
	call->text = lupe_bind_scratch(L);
	for (int i = 0; i < count; i++) {
		size_t length;
		const char *text;

		member = scalar(syscall, i);
		if (lua_type(L, i + 3) == LUA_TSTRING && member) {
			call->args[i] = lupe_bind_check_scalar(L, i + 3, member->type, member->name);
		} else if (lua_type(L, i + 3) == LUA_TSTRING) {
			text = lua_tolstring(L, i + 3, &length);
			call->strings |= 1u << i;
			call->args[i] = call->text->length;
			lupe_buffer_bytes(call->text, text, length + 1);
		} else if (!lua_isnil(L, i + 3)) {
			call->args[i] = lua_isboolean(L, i + 3)
					    ? (uint64_t)lua_toboolean(L, i + 3)
					    : (uint64_t)luaL_checkinteger(L, i + 3);
		}
	}
}

/* Gives the strings a place in the target. */
static struct lupe_error *place_strings(struct lupe_thread *thread, struct remote_call *call)
{
	const struct lupe_memory *memory = lupe_process_memory(lupe_thread_process(thread));
	struct lupe_error *error;
	int64_t area;

	if (!call->strings)
		return NULL;
	if (call->text->failed)
		return lupe_error_no_memory();
	call->area_size = (call->text->length + PAGE - 1) & ~(size_t)(PAGE - 1);
	error = lupe_thread_do_syscall(thread, SYS_mmap,
				       (uint64_t[6]){0, call->area_size, PROT_READ | PROT_WRITE,
						     MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0},
				       &area);
	if (error)
		return error;
	if (area < 0 && area >= -ERRNO_MAX)
		return lupe_error_os((int)-area, "cannot map memory for the arguments in process %d",
				     (int)lupe_process_pid(lupe_thread_process(thread)));
	call->area = (lupe_addr)area;
	for (unsigned i = 0; i < LUPE_SYSCALL_MAX_ARGS; i++)
		if (call->strings >> i & 1)
			call->args[i] += call->area;
	return lupe_memory_write(memory, call->area, call->text->data, call->text->length);
}

static struct lupe_error *run_remote(struct lupe_thread *thread, struct remote_call *call,
				     int64_t *ret)
{
	struct lupe_error *error = place_strings(thread, call);
	int64_t ignored;

	if (!error)
		error = lupe_thread_do_syscall(thread, call->nr, call->args, ret);
	if (call->area)
		lupe_error_destroy(lupe_thread_do_syscall(
		    thread, SYS_munmap, (uint64_t[6]){call->area, call->area_size}, &ignored));
	return error;
}

static struct lupe_thread *stopped_thread(struct lupe_process *process)
{
	struct lupe_thread *thread = NULL;

	while ((thread = lupe_process_next_thread(process, thread)))
		if (lupe_thread_stopped(thread))
			return thread;
	return NULL;
}

/* syscall(name or number, ...): integers, booleans, nil for 0, names of constants ("O_RDONLY|O_CLOEXEC"), strings by
 * address. Answers the result; nil, message, errno's name when the call failed, or a code when it could not be made. */
static int remote_syscall(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct lupe_thread *thread = process ? stopped_thread(process) : NULL;
	struct remote_call call = {0};
	struct lupe_error *error;
	const char *name;
	int64_t result;

	call.nr = lupe_bind_check_syscall(L, 2, LUPE_ABI_X86_64);
	read_remote_args(L, &call);
	if (!process)
		return lupe_bind_gone(L, 1);
	if (!thread)
		return lupe_bind_fail(
		    L, lupe_error_create(LUPE_ERROR_INVALID,
					 "no thread of process %d is stopped: call p:stop() first",
					 (int)lupe_process_pid(process)));
	error = run_remote(thread, &call, &result);
	if (error)
		return lupe_bind_fail(L, error);
	if (result >= 0 || result < -ERRNO_MAX) {
		lua_pushinteger(L, result);
		return 1;
	}
	name = lupe_errno_name((int)-result);
	lua_pushnil(L);
	lua_pushstring(L, strerror((int)-result));
	lua_pushstring(L, name ? name : "unknown");
	return 3;
}

static const luaL_Reg methods[] = {{"syscall", remote_syscall}, {NULL, NULL}};

static void open_remote(lua_State *L)
{
	lupe_bind_add_methods(L, &lupe_bind_process_type, methods);
}
LUPE_BIND_MODULE(open_remote);
