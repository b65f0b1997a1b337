/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frames of a thread that stands: t:frame(level) -> a frame with level, pc, sp, fn, file, line, ... and the variables
 * in it. All frames of one stop share what was unwound. A frame of a thread that has gone on says so.
 */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"
#include "lupe/frame.h"
#include "lupe/regs.h"
#include "modules.h"

enum {
	LEVEL_MAX = 1000000,
	VECTORS_OFFSET = 160, /* xmm0 in an XSAVE image: Intel SDM vol. 1, 13.4.1 */
	VECTORS_SIZE = 256,
};

static const char LAST[] = "lupe.last_frames"; /* in the registry: those of the stop that was asked about last */

/* What was unwound at a stop; user value 1: the thread. */
struct bind_frames {
	struct lupe_bind_object head;
	struct lupe_frames *frames;
	struct user_regs_struct regs; /* of the stop */
	uint64_t serial;	      /* of the modules */
	pid_t tid;
};

static int frames_collect(lua_State *L);

static const luaL_Reg frames_meta[] = {{"__gc", frames_collect}, {NULL, NULL}};
static const struct lupe_bind_type frames_type = {
    .name = "frames", .size = sizeof(struct bind_frames), .meta = frames_meta};

static int frames_collect(lua_State *L)
{
	struct bind_frames *self = lupe_bind_check(L, 1, &frames_type);

	lupe_frames_destroy(self->frames);
	self->frames = NULL;
	return 0;
}

/* User value 1: its frames, 2: the thread. */
struct bind_frame {
	struct lupe_bind_object head;
	lua_Integer level;
};

static const struct lupe_bind_type frame_type;

/* --- unwinding --- */

/* xmm0 to xmm15, which cost another request: only where something is not found without them. */
static void read_vectors(struct lupe_thread *thread, struct lupe_frames *frames)
{
	CLEANUP_FREE struct lupe_regs *regs = NULL;
	struct lupe_error *error = lupe_thread_get_regs(thread, &regs);

	if (!error && regs->xstate_size >= VECTORS_OFFSET + VECTORS_SIZE)
		lupe_frames_set_vectors(frames, regs->xstate + VECTORS_OFFSET);
	lupe_error_destroy(error);
}

static struct lupe_error *fill(lua_State *L, struct lupe_thread *thread, struct bind_frames *self)
{
	struct lupe_process *process = lupe_thread_process(thread);
	struct lupe_modules *modules;
	struct lupe_error *error;
	bool fresh;

	lupe_frames_destroy(self->frames);
	self->frames = NULL;
	error = lupe_bind_modules_of(L, process, &modules, &fresh);
	if (!error)
		error = lupe_frames_create(modules, lupe_process_memory(process), &self->regs, &self->frames);
	self->serial = lupe_bind_modules_serial(L, process);
	return error;
}

static bool same_stop(const struct bind_frames *frames, const struct user_regs_struct *regs)
{
	return memcmp(&frames->regs, regs, sizeof(*regs)) == 0;
}

/* Pushes the frames of the stop that the thread at `arg` is at; those of the last question when it is still there. */
static struct lupe_error *push_frames(lua_State *L, int arg, struct lupe_thread *thread)
{
	struct user_regs_struct regs;
	struct lupe_error *error = lupe_thread_get_general(thread, &regs);
	struct bind_frames *self;

	if (error)
		return error;
	lua_getfield(L, LUA_REGISTRYINDEX, LAST);
	self = lupe_bind_test(L, -1, &frames_type);
	if (self && self->frames && self->tid == lupe_thread_tid(thread) && same_stop(self, &regs) &&
	    self->serial == lupe_bind_modules_serial(L, lupe_thread_process(thread)))
		return NULL;
	lua_pop(L, 1);
	self = lupe_bind_new(L, &frames_type, arg);
	self->regs = regs;
	self->tid = lupe_thread_tid(thread);
	lua_pushvalue(L, arg);
	lua_setiuservalue(L, -2, 1);
	error = fill(L, thread, self);
	if (error)
		return error;
	lua_pushvalue(L, -1);
	lua_setfield(L, LUA_REGISTRYINDEX, LAST);
	return NULL;
}

static void push_frame(lua_State *L, int frames, int thread, lua_Integer level)
{
	struct bind_frame *frame;

	frames = lua_absindex(L, frames);
	frame = lupe_bind_new(L, &frame_type, thread);
	frame->level = level;
	lua_pushvalue(L, frames);
	lua_setiuservalue(L, -2, 1);
	lua_pushvalue(L, thread);
	lua_setiuservalue(L, -2, 2);
}

/* t:frame(level) -> frame | nil, message, code. 0, the default, is the innermost; functions that were inlined are
 * frames, too. For a stopped thread. */
static int thread_frame(lua_State *L)
{
	lua_Integer level = luaL_optinteger(L, 2, 0);
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	struct lupe_error *error;
	struct bind_frames *frames;
	struct lupe_frame frame;

	luaL_argcheck(L, level >= 0 && level <= LEVEL_MAX, 2, "a level of 0 or more is expected");
	lua_settop(L, 1);
	if (!thread)
		return lupe_bind_gone(L, 1);
	error = push_frames(L, 1, thread);
	if (error)
		return lupe_bind_fail(L, error);
	frames = lupe_bind_check(L, -1, &frames_type);
	if (!lupe_frames_get(frames->frames, (size_t)level, &frame))
		return lupe_bind_fail(L, lupe_error_create(LUPE_ERROR_NOT_FOUND, "the stack has no frame %d",
							   (int)level));
	push_frame(L, -1, 1, level);
	return 1;
}

/* --- a frame --- */

/* Raises when its thread is gone or has gone on. */
static struct bind_frames *check_frames(lua_State *L, int arg, struct lupe_thread **ret_thread)
{
	struct user_regs_struct regs;
	struct bind_frames *frames;
	struct lupe_error *error;

	lua_getiuservalue(L, arg, 2);
	*ret_thread = lupe_bind_check_thread(L, -1);
	lua_getiuservalue(L, arg, 1);
	frames = lupe_bind_check(L, -1, &frames_type);
	lua_pop(L, 2);
	error = lupe_thread_get_general(*ret_thread, &regs);
	if (error)
		lupe_bind_raise(L, error);
	if (!same_stop(frames, &regs))
		lupe_bind_misuse(L, "this frame is over: thread %d has gone on", (int)frames->tid);
	if (!frames->frames ||
	    frames->serial != lupe_bind_modules_serial(L, lupe_thread_process(*ret_thread))) {
		error = fill(L, *ret_thread, frames);
		if (error)
			lupe_bind_raise(L, error);
	}
	return frames;
}

static void get(lua_State *L, int arg, struct lupe_frame *ret)
{
	struct bind_frame *self = lupe_bind_check(L, arg, &frame_type);
	struct lupe_thread *thread;
	struct bind_frames *frames = check_frames(L, arg, &thread);

	if (!lupe_frames_get(frames->frames, (size_t)self->level, ret))
		lupe_bind_misuse(L, "the stack has no frame %d any more", (int)self->level);
}

static bool get_place(lua_State *L, struct lupe_frame *frame, struct lupe_place *ret)
{
	get(L, 1, frame);
	return lupe_modules_place(frame->debug->modules, frame->debug->address, frame->place, ret);
}

static void push_text(lua_State *L, const char *text)
{
	if (text)
		lua_pushstring(L, text);
	else
		lua_pushnil(L);
}

static void get_level(lua_State *L, void *self) { lua_pushinteger(L, ((struct bind_frame *)self)->level); }

static void get_thread(lua_State *L, void *self)
{
	(void)self;
	lua_getiuservalue(L, 1, 2);
}

static void get_pc(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	lua_pushinteger(L, (lua_Integer)frame.debug->pc);
}

/* The address by which its code is looked up: in its call, of a caller. */
static void get_address(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	lua_pushinteger(L, (lua_Integer)frame.debug->address);
}

static void get_sp(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	lua_pushinteger(L, (lua_Integer)frame.unwound->sp);
}

/* The stack pointer before the call of its function; nil: not known. */
static void get_cfa(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	if (frame.debug->has_cfa)
		lua_pushinteger(L, (lua_Integer)frame.debug->cfa);
	else
		lua_pushnil(L);
}

static void get_fn(lua_State *L, void *self)
{
	struct lupe_symbol symbol;
	struct lupe_frame frame;
	struct lupe_place place;

	(void)self;
	if (get_place(L, &frame, &place) && place.function && place.function->name)
		lua_pushstring(L, place.function->name);
	else if (lupe_modules_symbol_at(frame.debug->modules, frame.debug->address, &symbol, NULL))
		lua_pushstring(L, symbol.name);
	else
		lua_pushnil(L);
}

static void get_file(lua_State *L, void *self)
{
	struct lupe_frame frame;
	struct lupe_place place;

	(void)self;
	push_text(L, get_place(L, &frame, &place) ? place.file : NULL);
}

static void get_folder(lua_State *L, void *self)
{
	struct lupe_frame frame;
	struct lupe_place place;

	(void)self;
	push_text(L, get_place(L, &frame, &place) ? place.folder : NULL);
}

static void get_line(lua_State *L, void *self)
{
	struct lupe_frame frame;
	struct lupe_place place;

	(void)self;
	if (get_place(L, &frame, &place) && place.file)
		lua_pushinteger(L, place.line);
	else
		lua_pushnil(L);
}

/* Where its function begins; nil: not known. */
static void get_start(lua_State *L, void *self)
{
	struct lupe_symbol symbol;
	struct lupe_frame frame;
	struct lupe_place place;

	(void)self;
	if (get_place(L, &frame, &place) && place.function)
		lua_pushinteger(L, (lua_Integer)place.start);
	else if (lupe_modules_symbol_at(frame.debug->modules, frame.debug->address, &symbol, NULL))
		lua_pushinteger(L, (lua_Integer)symbol.address);
	else
		lua_pushnil(L);
}

static void get_module(lua_State *L, void *self)
{
	struct lupe_module *module;
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	module = lupe_modules_at(frame.debug->modules, frame.debug->address);
	push_text(L, module ? module->path : NULL);
}

static void get_inlined(lua_State *L, void *self)
{
	struct lupe_frame frame;
	struct lupe_place place;

	(void)self;
	lua_pushboolean(L, get_place(L, &frame, &place) && place.is_inlined);
}

static void get_is_signal(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	lua_pushboolean(L, frame.unwound->is_signal);
}

static void get_trust(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	lua_pushstring(L, lupe_trust_name(frame.unwound->trust));
}

/* Its registers as far as they are known: { rip =, rbx =, ... } */
static void get_regs(lua_State *L, void *self)
{
	struct lupe_frame frame;

	(void)self;
	get(L, 1, &frame);
	lua_newtable(L);
	for (int i = 0; i < LUPE_DEBUG_REGISTERS; i++) {
		const struct lupe_reg *reg = lupe_reg_by_dwarf(i);

		if (!reg || !(frame.debug->known & (1u << i)))
			continue;
		lua_pushinteger(L, (lua_Integer)frame.debug->regs[i]);
		lua_setfield(L, -2, reg->name);
	}
}

/* Calls a function of lupe.programs with the frame. */
static void push_of_library(lua_State *L, const char *name)
{
	lupe_bind_push_library(L, "lupe.programs", name);
	lua_pushvalue(L, 1);
	lua_call(L, 1, 1);
}

/* The variables that it sees, by name; the arguments, also by number. */
static void get_vars(lua_State *L, void *self)
{
	(void)self;
	push_of_library(L, "vars");
}

static void get_args(lua_State *L, void *self)
{
	(void)self;
	push_of_library(L, "args");
}

static const struct lupe_bind_field frame_fields[] = {
    {"vars", get_vars, NULL},	    {"args", get_args, NULL},
    {"level", get_level, NULL},	    {"thread", get_thread, NULL}, {"pc", get_pc, NULL},
    {"address", get_address, NULL}, {"sp", get_sp, NULL},	  {"cfa", get_cfa, NULL},
    {"fn", get_fn, NULL},	    {"file", get_file, NULL},	  {"folder", get_folder, NULL},
    {"line", get_line, NULL},	    {"start", get_start, NULL},	  {"module", get_module, NULL},
    {"inlined", get_inlined, NULL}, {"is_signal", get_is_signal, NULL},
    {"trust", get_trust, NULL},	    {"regs", get_regs, NULL},	  {NULL, NULL, NULL},
};

static int beside(lua_State *L, int step)
{
	struct bind_frame *self = lupe_bind_check(L, 1, &frame_type);
	struct lupe_thread *thread;
	struct bind_frames *frames = check_frames(L, 1, &thread);
	lua_Integer level = self->level + step;
	struct lupe_frame frame;

	if (level < 0 || !lupe_frames_get(frames->frames, (size_t)level, &frame))
		return 0;
	lua_getiuservalue(L, 1, 1);
	lua_getiuservalue(L, 1, 2);
	push_frame(L, -2, lua_gettop(L), level);
	return 1;
}

/* f:up(): its caller; nil at the end of the stack. f:down(): what it called; nil at the innermost. */
static int frame_up(lua_State *L) { return beside(L, 1); }
static int frame_down(lua_State *L) { return beside(L, -1); }

/* --- variables --- */

static size_t list(lua_State *L, struct lupe_frame *frame, const struct lupe_debug_variable **ret)
{
	struct lupe_thread *thread;

	get(L, 1, frame);
	if (frame->unwound->is_signal)
		return 0;
	lua_getiuservalue(L, 1, 2);
	thread = lupe_bind_check_thread(L, -1);
	lua_pop(L, 1);
	return lupe_bind_variables(L, lupe_thread_process(thread), frame->debug, frame->place, ret);
}

/* f:variables() -> { { name, is_argument, block, line, type }, ... }: arguments in their order, then locals, those of
 * inner blocks first */
static int frame_variables(lua_State *L)
{
	const struct lupe_debug_variable *rows;
	struct lupe_frame frame;
	size_t count = list(L, &frame, &rows);

	lua_newtable(L);
	for (size_t i = 0; i < count; i++) {
		lua_createtable(L, 0, 5);
		push_text(L, rows[i].name);
		lua_setfield(L, -2, "name");
		lua_pushboolean(L, rows[i].is_parameter);
		lua_setfield(L, -2, "is_argument");
		lua_pushinteger(L, rows[i].block);
		lua_setfield(L, -2, "block");
		lua_pushinteger(L, rows[i].line);
		lua_setfield(L, -2, "line");
		lupe_bind_push_type(L, rows[i].type);
		lua_setfield(L, -2, "type");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/* The variable of a name: a local one of an inner block hides those of outer ones, and arguments. */
static const struct lupe_debug_variable *named(const struct lupe_debug_variable *rows, size_t count, const char *name)
{
	const struct lupe_debug_variable *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (rows[i].name && strcmp(rows[i].name, name) == 0 &&
		    (!best || rows[i].block > best->block || best->is_parameter))
			best = &rows[i];
	return best;
}

static const char *register_name(int number)
{
	const struct lupe_reg *reg = number >= 0 ? lupe_reg_by_dwarf(number) : NULL;

	return reg ? reg->name : NULL;
}

static void locate(lua_State *L, const struct lupe_frame *frame, const struct lupe_debug_variable *variable,
		   struct lupe_arena *arena, struct lupe_debug_storage *ret)
{
	struct lupe_thread *thread;
	struct bind_frames *frames;

	lupe_debug_locate(frame->debug, variable, arena, ret);
	if (!ret->flags || frame->index > 0 || frame->debug->vectors)
		return;
	frames = check_frames(L, 1, &thread);
	read_vectors(thread, frames->frames);
	lupe_debug_locate(frame->debug, variable, arena, ret);
}

/* f:find(name) -> { type, at | bytes [, register] | missing } | nil: it has no such variable */
static int frame_find(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);
	const struct lupe_debug_variable *rows, *variable;
	struct lupe_debug_storage storage;
	struct lupe_frame frame;
	size_t count = list(L, &frame, &rows);

	variable = named(rows, count, name);
	if (!variable)
		return 0;
	locate(L, &frame, variable, lupe_bind_push_arena(L), &storage);
	lua_createtable(L, 0, 4);
	lupe_bind_push_type(L, variable->type);
	lua_setfield(L, -2, "type");
	if (storage.bytes) {
		lua_pushlstring(L, (const char *)storage.bytes, storage.size);
		lua_setfield(L, -2, "bytes");
		push_text(L, frame.index == 0 ? register_name(storage.reg) : NULL);
		lua_setfield(L, -2, "register");
	} else if (!storage.flags) {
		lua_pushinteger(L, (lua_Integer)storage.address);
		lua_setfield(L, -2, "at");
	} else {
		lua_pushstring(L, storage.flags & LUPE_VALUE_UNAVAILABLE ? "<unavailable>" : "<optimized out>");
		lua_setfield(L, -2, "missing");
	}
	return 1;
}

static int frame_tostring(lua_State *L)
{
	struct bind_frame *self = lupe_bind_check(L, 1, &frame_type);

	lua_pushfstring(L, "frame %I", (LUAI_UACINT)self->level);
	return 1;
}

static int frame_equal(lua_State *L)
{
	struct bind_frame *a = lupe_bind_test(L, 1, &frame_type), *b = lupe_bind_test(L, 2, &frame_type);

	if (!a || !b || a->level != b->level) {
		lua_pushboolean(L, false);
		return 1;
	}
	lua_getiuservalue(L, 1, 1);
	lua_getiuservalue(L, 2, 1);
	lua_pushboolean(L, lua_rawequal(L, -1, -2));
	return 1;
}

static const luaL_Reg frame_methods[] = {{"up", frame_up},
					 {"down", frame_down},
					 {"variables", frame_variables},
					 {"find", frame_find},
					 {NULL, NULL}};
static const luaL_Reg frame_meta[] = {{"__tostring", frame_tostring}, {"__eq", frame_equal}, {NULL, NULL}};

static const struct lupe_bind_type frame_type = {
    .name = "frame",
    .size = sizeof(struct bind_frame),
    .fields = frame_fields,
    .methods = frame_methods,
    .meta = frame_meta,
};

static const luaL_Reg thread_methods[] = {{"frame", thread_frame}, {NULL, NULL}};

static void open_places(lua_State *L)
{
	lupe_bind_register(L, &frames_type);
	lupe_bind_register(L, &frame_type);
	lupe_bind_add_methods(L, &lupe_bind_thread_type, thread_methods);
	lua_getfield(L, -1, "methods");
	lupe_bind_push_methods(L, &frame_type);
	lua_setfield(L, -2, "frame");
	lua_pop(L, 1);
}
LUPE_BIND_MODULE(open_places);
