/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Symbols, modules and stacks of the processes of a session: p:symbol(name or address), p:modules(),
 * p:function_names(), t:bt{ depth = }. Files are opened once for all processes and kept; what is mapped where is read anew
 * when a process executes another program, when a look-up finds nothing (a library may have come), and
 * when told to (p:forget_modules()).
 */
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"
#include "lupe/image.h"
#include "lupe/stack.h"
#include "lupe/symbol.h"
#include "lupe/unwind.h"
#include "modules.h"

enum { DEPTH_DEFAULT = 1000, DEPTH_MAX = 1000000 };

/* --- symbols --- */

/* A name, or the address when there is none. */
struct wanted {
	const char *name;
	const char *module; /* only there: "libc.so.6", "libc"; NULL: anywhere */
	lupe_addr address;
};

/* By its file's name, whole or up to a "." or "-". */
static bool is_module_named(const struct lupe_module *module, const char *name)
{
	const char *slash = strrchr(module->path, '/'), *base = slash ? slash + 1 : module->path;
	size_t length = strlen(name);

	return !strcmp(module->path, name) ||
	       (length && !strncmp(base, name, length) &&
		(!base[length] || base[length] == '.' || base[length] == '-'));
}

/* The next module of this name from *at on, opened; NULL: there is none. */
static struct lupe_module *next_named(struct lupe_modules *modules, const char *name, size_t *at)
{
	while (*at < lupe_modules_count(modules)) {
		struct lupe_module *module = lupe_modules_get(modules, (*at)++);

		if (!name || is_module_named(module, name))
			return lupe_modules_at(modules, module->start);
	}
	return NULL;
}

static bool look_up_in(struct lupe_modules *modules, const struct wanted *wanted,
		       struct lupe_symbol *ret, struct lupe_module **ret_module)
{
	struct lupe_module *module;
	size_t at = 0;

	while ((module = next_named(modules, wanted->module, &at))) {
		if (!module->image || !lupe_image_symbol_named(module->image, wanted->name, ret))
			continue;
		if (ret->kind != LUPE_SYMBOL_TLS)
			ret->address += module->bias;
		*ret_module = module;
		return true;
	}
	return false;
}

static bool look_up(struct lupe_modules *modules, const struct wanted *wanted,
		    struct lupe_symbol *ret, struct lupe_module **ret_module)
{
	*ret_module = NULL;
	if (wanted->module)
		return look_up_in(modules, wanted, ret, ret_module);
	return wanted->name ? lupe_modules_symbol_named(modules, wanted->name, ret, ret_module)
			    : lupe_modules_symbol_at(modules, wanted->address, ret, ret_module);
}

/* Nothing found in what was read before: what is mapped may be other by now. */
static struct lupe_error *find_symbol(lua_State *L, struct lupe_process *process, const struct wanted *wanted, struct lupe_symbol *ret,
				      struct lupe_module **ret_module, bool *ret_found)
{
	struct lupe_modules *modules;
	bool fresh;
	struct lupe_error *error = lupe_bind_modules_of(L, process, &modules, &fresh);

	if (error)
		return error;
	*ret_found = look_up(modules, wanted, ret, ret_module);
	if (*ret_found || fresh || (*ret_module && !wanted->name))
		return NULL;
	lupe_bind_forget_modules(L, process);
	error = lupe_bind_modules_of(L, process, &modules, &fresh);
	if (!error)
		*ret_found = look_up(modules, wanted, ret, ret_module);
	return error;
}

static void set_integer(lua_State *L, const char *name, uint64_t number)
{
	lua_pushinteger(L, (lua_Integer)number);
	lua_setfield(L, -2, name);
}

static void push_symbol(lua_State *L, const struct lupe_symbol *symbol,
			const struct lupe_module *module)
{
	static const char *const kinds[] = {
	    [LUPE_SYMBOL_FUNCTION] = "function", [LUPE_SYMBOL_INDIRECT] = "indirect",
	    [LUPE_SYMBOL_LABEL] = "label",	 [LUPE_SYMBOL_OBJECT] = "object",
	    [LUPE_SYMBOL_TLS] = "tls",
	};

	lua_createtable(L, 0, 6);
	lua_pushstring(L, symbol->name);
	lua_setfield(L, -2, "name");
	set_integer(L, "address", symbol->address);
	set_integer(L, "size", symbol->size);
	lua_pushstring(L, kinds[symbol->kind]);
	lua_setfield(L, -2, "kind");
	lua_pushboolean(L, symbol->kind == LUPE_SYMBOL_FUNCTION ||
			       symbol->kind == LUPE_SYMBOL_INDIRECT);
	lua_setfield(L, -2, "is_function");
	lua_pushstring(L, module ? module->path : "");
	lua_setfield(L, -2, "module");
}

/* p:symbol(name or address [, module]) -> { name, address, size, kind, is_function, module [, offset] } | nil,
 * message, "not_found" */
static int process_symbol(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct wanted wanted = {0};
	struct lupe_symbol symbol;
	struct lupe_module *module;
	struct lupe_error *error;
	bool found = false;

	if (lua_isinteger(L, 2))
		wanted.address = (lupe_addr)lua_tointeger(L, 2);
	else
		wanted.name = luaL_checkstring(L, 2);
	if (wanted.name)
		wanted.module = luaL_optstring(L, 3, NULL);
	if (!process)
		return lupe_bind_gone(L, 1);
	error = find_symbol(L, process, &wanted, &symbol, &module, &found);
	if (error)
		return lupe_bind_fail(L, error);
	if (!found)
		return lupe_bind_fail(
		    L, wanted.name ? lupe_error_create(LUPE_ERROR_NOT_FOUND,
						       "there is no symbol '%s'", wanted.name)
				   : lupe_error_create(LUPE_ERROR_NOT_FOUND,
						       "no symbol is known at 0x%llx",
						       (unsigned long long)wanted.address));
	push_symbol(L, &symbol, module);
	if (!wanted.name)
		set_integer(L, "offset", wanted.address - symbol.address);
	return 1;
}

/* p:forget_modules(): what is mapped is read anew at the next question. */
static int process_forget_modules(lua_State *L)
{
	struct lupe_process *process = lupe_bind_process(L, 1);

	if (process)
		lupe_bind_forget_modules(L, process);
	return 0;
}

/* Those of the process at 1; NULL: nil, message, code were pushed, as many as *ret_failed. */
static struct lupe_modules *modules_of(lua_State *L, int *ret_failed)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct lupe_modules *modules = NULL;
	struct lupe_error *error;
	bool fresh;

	if (!process) {
		*ret_failed = lupe_bind_gone(L, 1);
		return NULL;
	}
	error = lupe_bind_modules_of(L, process, &modules, &fresh);
	if (error)
		*ret_failed = lupe_bind_fail(L, error);
	return error ? NULL : modules;
}

static void push_names(lua_State *L, const struct lupe_buffer *names)
{
	lua_Integer count = lua_rawlen(L, -1);
	const char *at = names->data, *end = at + names->length;

	for (; at < end; at += strlen(at) + 1) {
		lua_pushstring(L, at);
		lua_rawseti(L, -2, ++count);
	}
}

/* p:function_names([module]) -> { name, ... } as the files have them, in no order; some twice. */
static int process_function_names(lua_State *L)
{
	const char *name = luaL_optstring(L, 2, NULL);
	int failed;
	struct lupe_modules *modules = modules_of(L, &failed);
	struct lupe_module *module;
	size_t at = 0;

	if (!modules)
		return failed;
	lua_newtable(L);
	while ((module = next_named(modules, name, &at))) {
		struct lupe_buffer *names = lupe_bind_scratch(L);

		if (module->image && lupe_image_function_names(module->image, names))
			push_names(L, names);
	}
	return 1;
}

/* --- modules --- */

static int next_module(lua_State *L)
{
	lua_Integer i = lua_tointeger(L, lua_upvalueindex(2)) + 1;

	lua_pushinteger(L, i);
	lua_replace(L, lua_upvalueindex(2));
	lua_rawgeti(L, lua_upvalueindex(1), i);
	return 1;
}

/* for m in p:modules() do: { path, start, end, is_main, deleted } by address. */
static int process_modules(lua_State *L)
{
	int failed;
	struct lupe_modules *modules = modules_of(L, &failed);

	if (!modules)
		return failed;
	lua_newtable(L);
	for (size_t i = 0; i < lupe_modules_count(modules); i++) {
		const struct lupe_module *module = lupe_modules_get(modules, i);

		lua_createtable(L, 0, 5);
		lua_pushstring(L, module->path);
		lua_setfield(L, -2, "path");
		set_integer(L, "start", module->start);
		set_integer(L, "end", module->end);
		lua_pushboolean(L, module->is_main);
		lua_setfield(L, -2, "is_main");
		lua_pushboolean(L, module->deleted);
		lua_setfield(L, -2, "deleted");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_module, 2);
	return 1;
}

/* p:import_at(slot) -> the name that this slot of a global offset table is bound to | nil */
static int process_import_at(lua_State *L)
{
	lupe_addr slot = (lupe_addr)luaL_checkinteger(L, 2);
	int failed;
	struct lupe_modules *modules = modules_of(L, &failed);
	struct lupe_module *module = modules ? lupe_modules_at(modules, slot) : NULL;
	const char *name;

	if (!modules)
		return failed;
	name = module && module->image ? lupe_image_import_at(module->image, slot - module->bias) : NULL;
	lua_pushstring(L, name); /* nil for NULL */
	return 1;
}

/* --- stacks --- */

static void set_text(lua_State *L, const char *key, const char *text)
{
	if (!text)
		return;
	lua_pushstring(L, text);
	lua_setfield(L, -2, key);
}

static void set_boolean(lua_State *L, const char *key, bool value)
{
	lua_pushboolean(L, value);
	lua_setfield(L, -2, key);
}

static void set_module(lua_State *L, const struct lupe_module *module)
{
	if (!module)
		return;
	set_text(L, "module", module->path);
	set_boolean(L, "is_main", module->is_main);
}

static void set_trust(lua_State *L, enum lupe_trust trust, bool is_signal)
{
	set_text(L, "trust", lupe_trust_name(trust));
	set_boolean(L, "guessed", trust > LUPE_TRUST_SIGNAL);
	set_boolean(L, "is_signal", is_signal);
}

/* False: it lies in no module. */
static bool push_frame(lua_State *L, struct lupe_modules *modules,
		       const struct lupe_unwind_frame *frame, lua_Integer level)
{
	struct lupe_symbol symbol;
	struct lupe_module *module = NULL;
	bool found = lupe_modules_symbol_at(modules, lupe_unwind_lookup_pc(frame), &symbol, &module);

	lua_createtable(L, 0, 9);
	set_integer(L, "level", level);
	set_integer(L, "pc", frame->pc);
	set_integer(L, "sp", frame->sp);
	if (found) {
		set_text(L, "fn", symbol.name);
		set_integer(L, "offset", frame->pc - symbol.address);
	}
	set_module(L, module);
	set_trust(L, frame->trust, frame->is_signal);
	return module;
}

/* False: a frame lies in no module. */
static bool push_frames(lua_State *L, struct lupe_modules *modules,
			const struct lupe_unwind_source *source,
			const struct user_regs_struct *regs, lua_Integer depth)
{
	struct lupe_unwind_frame frame;
	enum lupe_unwind_end end = LUPE_UNWIND_GOES_ON;
	lua_Integer level = 0;
	bool known = true;

	lupe_unwind_start(source, regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	lua_newtable(L);
	while (end == LUPE_UNWIND_GOES_ON && level < depth) {
		known &= push_frame(L, modules, &frame, level);
		lua_rawseti(L, -2, ++level);
		end = lupe_unwind_next(source, &frame, &frame);
	}
	lua_pushstring(L, end == LUPE_UNWIND_GOES_ON ? "there is more" : lupe_unwind_end_text(end));
	lua_setfield(L, -2, "ends");
	return known;
}

static lua_Integer check_depth(lua_State *L, int arg)
{
	lua_Integer depth = DEPTH_DEFAULT;

	if (lua_isnoneornil(L, arg))
		return depth;
	if (lua_type(L, arg) == LUA_TNUMBER) {
		depth = luaL_checkinteger(L, arg);
	} else {
		luaL_checktype(L, arg, LUA_TTABLE);
		if (lua_getfield(L, arg, "depth") != LUA_TNIL)
			depth = luaL_checkinteger(L, -1);
		lua_pop(L, 1);
	}
	luaL_argcheck(L, depth >= 1 && depth <= DEPTH_MAX, arg, "a depth above 0 is expected");
	return depth;
}

/* --- with debug information --- */

struct stack_object {
	struct lupe_bind_object object;
	struct lupe_stack *stack; /* owned: what is pushed of it may raise */
};

static int stack_release(lua_State *L);

static const luaL_Reg stack_meta[] = {{"__gc", stack_release}, {NULL, NULL}};
static const struct lupe_bind_type stack_type = {
    .name = "stack", .size = sizeof(struct stack_object), .meta = stack_meta};

static int stack_release(lua_State *L)
{
	struct stack_object *self = lupe_bind_check(L, 1, &stack_type);

	lupe_stack_destroy(self->stack);
	self->stack = NULL;
	return 0;
}

/* A list of { name, text } of the frame's variables from `first` on, as field `key` of the table on top. */
static void set_variables(lua_State *L, const char *key, const struct lupe_stack_frame *frame, size_t first,
			  size_t end)
{
	struct lupe_buffer *out;

	lua_newtable(L);
	for (size_t i = first; i < end; i++) {
		lua_createtable(L, 0, 2);
		set_text(L, "name", frame->variables[i].variable.name);
		out = lupe_bind_scratch(L);
		if (i < frame->n_arguments)
			lupe_stack_print_argument(out, frame, i);
		else
			lupe_stack_print_local(out, frame, i);
		lupe_bind_push_buffer(L, out);
		lua_setfield(L, -2, "text");
		lua_rawseti(L, -2, (lua_Integer)(i - first) + 1);
	}
	lua_setfield(L, -2, key);
}

static void push_described_frame(lua_State *L, const struct lupe_stack_frame *frame, lua_Integer level,
				 bool locals)
{
	lua_createtable(L, 0, 16);
	set_integer(L, "level", level);
	set_integer(L, "pc", frame->pc);
	set_integer(L, "sp", frame->sp);
	set_text(L, "fn", lupe_stack_function(frame));
	if (frame->has_symbol)
		set_integer(L, "offset", frame->pc - frame->symbol.address);
	set_module(L, frame->module);
	set_trust(L, frame->trust, frame->is_signal);
	set_boolean(L, "inlined", frame->is_inlined);
	if (frame->place.file) {
		set_text(L, "file", frame->place.file);
		set_text(L, "folder", frame->place.folder);
		set_integer(L, "line", frame->place.line);
		set_integer(L, "column", frame->place.column);
	}
	set_variables(L, "args", frame, 0, frame->n_arguments);
	if (locals)
		set_variables(L, "locals", frame, frame->n_arguments, frame->n_variables);
}

static int push_described(lua_State *L, struct lupe_thread *thread, struct lupe_modules *modules,
			  const struct user_regs_struct *regs, const struct lupe_stack_options *options,
			  bool *ret_known)
{
	struct stack_object *self = lupe_bind_new(L, &stack_type, 0);
	struct lupe_process *process = lupe_thread_process(thread);
	const struct lupe_stack_thread *taken;
	struct lupe_error *error =
	    lupe_stack_capture_thread(modules, lupe_process_memory(process), lupe_thread_tid(thread), regs,
				      options, &self->stack);

	if (error)
		return lupe_bind_fail(L, error);
	taken = &self->stack->threads[0];
	lua_newtable(L);
	for (size_t i = 0; i < taken->n_frames; i++) {
		*ret_known &= taken->frames[i].module != NULL;
		push_described_frame(L, &taken->frames[i], (lua_Integer)i, options->locals);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	set_text(L, "ends",
		 taken->end == LUPE_UNWIND_GOES_ON ? "there is more" : lupe_unwind_end_text(taken->end));
	return 1;
}

/* Answers how many values were pushed: 1 for the frames. *ret_fresh: the modules were read just now; *ret_known:
 * every frame lies in one. */
static int push_stack(lua_State *L, struct lupe_thread *thread, const struct lupe_stack_options *options, bool lines,
		      bool *ret_fresh, bool *ret_known)
{
	struct lupe_process *process = lupe_thread_process(thread);
	struct lupe_unwind_source source;
	struct user_regs_struct regs;
	struct lupe_modules *modules;
	struct lupe_error *error = lupe_thread_get_general(thread, &regs);

	*ret_known = true;
	if (!error)
		error = lupe_bind_modules_of(L, process, &modules, ret_fresh);
	if (error)
		return lupe_bind_fail(L, error);
	if (lines)
		return push_described(L, thread, modules, &regs, options, ret_known);
	source = lupe_unwind_source_of(modules, lupe_process_memory(process));
	*ret_known = push_frames(L, modules, &source, &regs, options->depth);
	return 1;
}

/* t:bt(depth), t:bt{ depth =, lines =, locals = } ->
 * { { level, pc, sp, fn, offset, module, is_main, trust, guessed, is_signal }, ...,
 * ends = why the stack ends there, "" when it is whole } | nil, message, code. For a stopped thread. With `lines`
 * debug information is read: also file, folder, line, column, args = { { name, text }, ... }, and functions that
 * were inlined are frames of their own; `locals` adds locals = { { name, text }, ... }. */
static int thread_bt(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	lua_Integer depth = check_depth(L, 2);
	struct lupe_stack_options options = {.depth = depth};
	bool lines = false;
	bool fresh, known;
	int count;

	if (lua_istable(L, 2)) {
		options.locals = lupe_bind_option(L, 2, "locals");
		lines = options.locals || lupe_bind_option(L, 2, "lines");
	}
	if (!thread)
		return lupe_bind_gone(L, 1);
	count = push_stack(L, thread, &options, lines, &fresh, &known);
	/* A library may have come since the modules were read: without it the stack is wrong. */
	if (count == 1 && !known && !fresh) {
		lua_pop(L, 1);
		lupe_bind_forget_modules(L, lupe_thread_process(thread));
		count = push_stack(L, thread, &options, lines, &fresh, &known);
	}
	return count;
}

static const luaL_Reg process_methods[] = {{"symbol", process_symbol},
					   {"modules", process_modules},
					   {"function_names", process_function_names},
					   {"import_at", process_import_at},
					   {"forget_modules", process_forget_modules},
					   {NULL, NULL}};
static const luaL_Reg thread_methods[] = {{"bt", thread_bt}, {NULL, NULL}};

static void open_symbol(lua_State *L)
{
	lupe_bind_register(L, &stack_type);
	lupe_bind_add_methods(L, &lupe_bind_process_type, process_methods);
	lupe_bind_add_methods(L, &lupe_bind_thread_type, thread_methods);
}
LUPE_BIND_MODULE(open_symbol);
