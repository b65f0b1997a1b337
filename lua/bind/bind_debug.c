/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Debug information of the files in a process by name and by line: p:find_names(name, kinds), p:names(kinds),
 * p:type(name), p:var(name), p:line_places(file, line), p:function_places(name), p:line_at(address), p:functions_at(address),
 * p:sources(). All modules are asked, the program first. See lupe/debug.h.
 */
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "handles.h"
#include "lupe/debug.h"
#include "lupe/frame.h"
#include "modules.h"

enum { PLACES_MAX = 4096 };

/* --- modules --- */

/* Pushes nil, message, code and answers false when the process or its files cannot be read. */
static bool get_modules(lua_State *L, struct lupe_process **ret_process, struct lupe_modules **ret, int *ret_results)
{
	struct lupe_process *process = lupe_bind_process(L, 1);
	struct lupe_error *error;
	bool fresh;

	*ret_process = process;
	if (!process) {
		*ret_results = lupe_bind_gone(L, 1);
		return false;
	}
	error = lupe_bind_modules_of(L, process, ret, &fresh);
	if (error) {
		*ret_results = lupe_bind_fail(L, error);
		return false;
	}
	return true;
}

/* The n-th module with an image, the program itself first; NULL: there are no more. */
static struct lupe_module *nth_module(struct lupe_modules *modules, size_t n)
{
	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < lupe_modules_count(modules); i++) {
			struct lupe_module *module = lupe_modules_get(modules, i);

			if (module->is_main == !pass && n-- == 0)
				return module;
		}
	return NULL;
}

static struct lupe_image *image_of(struct lupe_modules *modules, struct lupe_module *module)
{
	return lupe_modules_at(modules, module->first ? module->first->start : module->start) ? module->image : NULL;
}

/* --- tables --- */

static void set_integer(lua_State *L, const char *name, uint64_t number)
{
	lua_pushinteger(L, (lua_Integer)number);
	lua_setfield(L, -2, name);
}

static void set_text(lua_State *L, const char *name, const char *text)
{
	if (!text)
		return;
	lua_pushstring(L, text);
	lua_setfield(L, -2, name);
}

static void set_boolean(lua_State *L, const char *name, bool value)
{
	lua_pushboolean(L, value);
	lua_setfield(L, -2, name);
}

/* --- names --- */

static unsigned check_kinds(lua_State *L, int arg)
{
	static const char *const names[] = {"function", "variable", "type", "enumerator", NULL};
	const char *text = luaL_optstring(L, arg, "function,variable,type,enumerator");
	unsigned kinds = 0;

	for (unsigned i = 0; names[i]; i++)
		if (strstr(text, names[i]))
			kinds |= 1u << i;
	luaL_argcheck(L, kinds, arg, "function, variable, type or enumerator is expected");
	return kinds;
}

static const char *kind_name(enum lupe_name_kind kind)
{
	switch (kind) {
	case LUPE_NAME_FUNCTION:
		return "function";
	case LUPE_NAME_VARIABLE:
		return "variable";
	case LUPE_NAME_TYPE:
		return "type";
	case LUPE_NAME_ENUMERATOR:
		return "enumerator";
	}
	return "?";
}

/* A name that was found, as a table with what find_storage and places need later: userdata would cost more. */
static void push_name(lua_State *L, const struct lupe_module *module, const struct lupe_debug_name *name)
{
	struct lupe_source_line line;

	lua_createtable(L, 0, 9);
	set_text(L, "name", name->name);
	set_text(L, "kind", kind_name(name->kind));
	set_text(L, "keyword", name->keyword);
	set_boolean(L, "is_static", name->is_static);
	set_text(L, "module", module->path);
	if (lupe_image_declaration(module->image, name, &line)) {
		set_text(L, "file", line.file);
		set_text(L, "folder", line.folder);
		set_integer(L, "line", line.line);
	}
}

struct collected {
	const struct lupe_debug_name *rows[PLACES_MAX];
	size_t count, limit;
};

static bool collect(void *context, const struct lupe_debug_name *name)
{
	struct collected *collected = context;

	collected->rows[collected->count++] = name;
	return collected->count < collected->limit;
}

/* Calls push(L, module, name, context), which may append to the table on top, for the names that `name` means. */
static void each_name(lua_State *L, struct lupe_modules *modules, const char *name, unsigned kinds,
		      void (*push)(lua_State *L, struct lupe_module *module, const struct lupe_debug_name *name,
				   const char *file),
		      const char *file)
{
	struct collected *found = lua_newuserdatauv(L, sizeof(*found), 0);
	struct lupe_module *module;

	lua_insert(L, -2);
	for (size_t n = 0; (module = nth_module(modules, n)); n++) {
		found->count = 0;
		found->limit = PLACES_MAX;
		if (image_of(modules, module))
			lupe_image_find_names(module->image, name, kinds, collect, found);
		for (size_t i = 0; module->image && i < found->count; i++)
			push(L, module, found->rows[i], file);
	}
}

static void append_name(lua_State *L, struct lupe_module *module, const struct lupe_debug_name *name,
			const char *file)
{
	(void)file;
	push_name(L, module, name);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* p:find_names(name, kinds) -> { { name, kind, keyword, is_static, module, file, folder, line }, ... } */
static int process_find_names(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);
	unsigned kinds = check_kinds(L, 3);
	struct lupe_process *process;
	struct lupe_modules *modules;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	lua_newtable(L);
	each_name(L, modules, name, kinds, append_name, NULL);
	return 1;
}

static bool has_prefix(const struct lupe_debug_name *row, const char *prefix, size_t size)
{
	return strncmp(row->name, prefix, size) == 0;
}

/* p:names(kinds, prefix) -> { name, ... }: for completion; each once per file it is in */
static int process_names(lua_State *L)
{
	unsigned kinds = check_kinds(L, 2);
	size_t size;
	const char *prefix = luaL_optlstring(L, 3, "", &size);
	const struct lupe_debug_name *rows;
	struct lupe_process *process;
	struct lupe_modules *modules;
	struct lupe_module *module;
	lua_Integer to = 0;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	lua_newtable(L);
	for (size_t n = 0; (module = nth_module(modules, n)); n++) {
		size_t count = image_of(modules, module) ? lupe_image_names(module->image, &rows) : 0;

		for (size_t i = 0; i < count; i++) {
			if (!(rows[i].kind & kinds) || !has_prefix(&rows[i], prefix, size))
				continue;
			lua_pushstring(L, rows[i].name);
			lua_rawseti(L, -2, ++to);
		}
	}
	return 1;
}

/* The first name of these kinds that is declared in the file, if one is given. */
struct wanted {
	struct lupe_image *image;
	const char *file;
	const struct lupe_debug_name *found;
};

static bool is_in_file(struct lupe_image *image, const struct lupe_debug_name *name, const char *file)
{
	struct lupe_source_line line;
	size_t length, size = strlen(file);

	if (!lupe_image_declaration(image, name, &line))
		return false;
	length = strlen(line.file);
	return length >= size && strcmp(line.file + length - size, file) == 0 &&
	       (length == size || line.file[length - size - 1] == '/');
}

static bool take_first(void *context, const struct lupe_debug_name *name)
{
	struct wanted *wanted = context;

	if (wanted->file && !is_in_file(wanted->image, name, wanted->file))
		return true;
	/* one that is known everywhere comes before one that only its file knows, a typedef before a struct's tag */
	if (!wanted->found || (wanted->found->is_static && !name->is_static) ||
	    (wanted->found->keyword && !name->keyword))
		wanted->found = name;
	return wanted->found->is_static || wanted->found->keyword;
}

static const struct lupe_debug_name *find_first(struct lupe_modules *modules, const char *name, unsigned kinds,
						const char *file, struct lupe_module **ret_module)
{
	struct wanted wanted = {.file = file};
	struct lupe_module *module;

	for (size_t n = 0; !wanted.found && (module = nth_module(modules, n)); n++) {
		wanted.image = image_of(modules, module);
		if (!wanted.image)
			continue;
		lupe_image_find_names(wanted.image, name, kinds, take_first, &wanted);
		*ret_module = module;
	}
	return wanted.found;
}

/* p:type(name) -> the type called so: "struct node", "size_t", "ns::Class" | nil, message, "not_found" */
static int process_type(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);
	const struct lupe_debug_name *found;
	const struct lupe_type *type = NULL;
	struct lupe_process *process;
	struct lupe_modules *modules;
	struct lupe_module *module;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	found = find_first(modules, name, LUPE_NAME_TYPE, NULL, &module);
	if (found)
		type = lupe_image_type(module->image, found, NULL);
	if (!type)
		return lupe_bind_fail(L, lupe_error_create(LUPE_ERROR_NOT_FOUND, "there is no type '%s'", name));
	lupe_bind_push_type(L, type);
	return 1;
}

/* --- global variables --- */

static void push_storage(lua_State *L, const struct lupe_type *type, const struct lupe_debug_storage *storage)
{
	lua_createtable(L, 0, 4);
	lupe_bind_push_type(L, type);
	lua_setfield(L, -2, "type");
	if (storage->bytes) {
		lua_pushlstring(L, (const char *)storage->bytes, storage->size);
		lua_setfield(L, -2, "bytes");
	} else if (!storage->flags) {
		set_integer(L, "at", storage->address);
	} else {
		set_text(L, "missing",
			 storage->flags & LUPE_VALUE_UNAVAILABLE ? "<unavailable>" : "<optimized out>");
	}
}

/* Where the function's own code begins; false: it is only inlined. */
static bool own_start(struct lupe_module *module, const struct lupe_debug_name *name, lupe_addr *ret)
{
	struct lupe_debug_start starts[64];
	size_t count = lupe_image_function_starts(module->image, name, starts, 64);

	for (size_t i = 0; i < count; i++)
		if (!starts[i].is_inlined) {
			*ret = starts[i].address;
			return true;
		}
	return false;
}

/* p:global(name [, file [, fs_base]]) -> { kind, type, at | bytes | missing, name }, of an enumerator { kind, type,
 * value }, of a function { kind, type, at } | nil, message, "not_found". `fs_base`: of the thread whose thread-local
 * variable is meant. */
static int process_global(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2), *file = luaL_optstring(L, 3, NULL);
	struct lupe_debug_frame frame = {.thread_pointer = (lupe_addr)luaL_optinteger(L, 4, 0)};
	const struct lupe_debug_name *found;
	struct lupe_debug_storage storage = {.reg = -1};
	const struct lupe_type *type;
	struct lupe_process *process;
	struct lupe_module *module;
	uint64_t value = 0;
	int results;

	if (!get_modules(L, &process, &frame.modules, &results))
		return results;
	found = find_first(frame.modules, name, LUPE_NAME_VARIABLE | LUPE_NAME_FUNCTION | LUPE_NAME_ENUMERATOR, file,
			   &module);
	type = found ? lupe_image_type(module->image, found, &value) : NULL;
	if (!found || (!type && found->kind != LUPE_NAME_ENUMERATOR))
		return lupe_bind_fail(L, lupe_error_create(LUPE_ERROR_NOT_FOUND, "there is no variable '%s'", name));
	frame.memory = lupe_process_memory(process);
	if (found->kind == LUPE_NAME_VARIABLE)
		lupe_debug_locate_global(&frame, module, found, lupe_bind_push_arena(L), &storage);
	else if (found->kind == LUPE_NAME_FUNCTION && own_start(module, found, &storage.address))
		storage.address += module->bias;
	else
		storage.flags = LUPE_VALUE_OPTIMIZED_OUT;
	push_storage(L, type, &storage);
	set_text(L, "kind", kind_name(found->kind));
	set_text(L, "name", found->name);
	if (found->kind == LUPE_NAME_ENUMERATOR)
		set_integer(L, "value", value);
	return 1;
}

/* --- lines --- */

static void push_line(lua_State *L, const struct lupe_source_line *line, lupe_addr bias)
{
	lua_createtable(L, 0, 7);
	set_text(L, "file", line->file);
	set_text(L, "folder", line->folder);
	set_integer(L, "line", line->line);
	set_integer(L, "column", line->column);
	set_integer(L, "start", line->start + bias);
	set_integer(L, "stop", line->end + bias);
	set_boolean(L, "is_statement", line->is_statement);
}

/* p:line_at(address) -> { file, folder, line, column, start, stop, is_statement } | nil: no line is known */
static int process_line_at(lua_State *L)
{
	lupe_addr address = (lupe_addr)luaL_checkinteger(L, 2);
	struct lupe_source_line line;
	struct lupe_process *process;
	struct lupe_modules *modules;
	struct lupe_module *module;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	module = lupe_modules_at(modules, address);
	if (!module || !module->image || !lupe_image_line_at(module->image, address - module->bias, &line))
		return 0;
	push_line(L, &line, module->bias);
	return 1;
}

/* p:line_places(file, line) -> { address, ... }, the line that has the code */
static int process_line_places(lua_State *L)
{
	const char *file = luaL_checkstring(L, 2);
	lua_Integer line = luaL_checkinteger(L, 3);
	lupe_addr addresses[256];
	uint32_t found = 0, best = 0;
	struct lupe_process *process;
	struct lupe_modules *modules;
	struct lupe_module *module;
	lua_Integer to = 0;
	int results;

	luaL_argcheck(L, line >= 0 && line <= INT32_MAX, 3, "a line is expected");
	if (!get_modules(L, &process, &modules, &results))
		return results;
	lua_newtable(L);
	for (size_t n = 0; (module = nth_module(modules, n)); n++) {
		size_t count = image_of(modules, module)
				   ? lupe_image_line_places(module->image, file, (uint32_t)line, addresses, 256, &found)
				   : 0;

		if (!count || (best && found > best))
			continue;
		if (best != found) { /* nearer than all before */
			best = found;
			to = 0;
			lua_pop(L, 1);
			lua_newtable(L);
		}
		for (size_t i = 0; i < count; i++) {
			lua_pushinteger(L, (lua_Integer)(addresses[i] + module->bias));
			lua_rawseti(L, -2, ++to);
		}
	}
	lua_pushinteger(L, best);
	return 2;
}

/* How many bytes at the start of a function set up its frame pointer: push rbp and mov rbp, rsp, maybe after endbr64.
 * Source: psABI figure 3.4 and what gcc and clang emit. */
static unsigned frame_setup(const struct lupe_memory *memory, lupe_addr start)
{
	static const unsigned char endbr[] = {0xf3, 0x0f, 0x1e, 0xfa}, push[] = {0x55},
				   mov[] = {0x48, 0x89, 0xe5}, other_mov[] = {0x48, 0x8b, 0xec};
	unsigned char code[16] = {0};
	size_t size = lupe_memory_read_some(memory, start, code, sizeof(code)), at = 0;

	if (size < 8)
		return 0;
	if (memcmp(code, endbr, sizeof(endbr)) == 0)
		at = sizeof(endbr);
	if (memcmp(code + at, push, sizeof(push)) != 0)
		return 0;
	at += sizeof(push);
	if (memcmp(code + at, mov, sizeof(mov)) != 0 && memcmp(code + at, other_mov, sizeof(other_mov)) != 0)
		return 0;
	return at + sizeof(mov);
}

static lupe_addr after_prologue(struct lupe_modules *modules, const struct lupe_memory *memory, lupe_addr start)
{
	struct lupe_module *module = lupe_modules_at(modules, start);

	if (!module || !module->image)
		return start;
	return lupe_image_after_prologue(module->image, start - module->bias, frame_setup(memory, start)) + module->bias;
}

/* p:after_prologue(address of a function) -> address */
static int process_after_prologue(lua_State *L)
{
	lupe_addr start = (lupe_addr)luaL_checkinteger(L, 2);
	struct lupe_process *process;
	struct lupe_modules *modules;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	lua_pushinteger(L, (lua_Integer)after_prologue(modules, lupe_process_memory(process), start));
	return 1;
}

static void push_starts(lua_State *L, struct lupe_module *module, const struct lupe_debug_name *name, const char *file)
{
	struct lupe_debug_start *starts;
	size_t count;

	if (file && !is_in_file(module->image, name, file))
		return;
	starts = lua_newuserdatauv(L, 256 * sizeof(*starts), 0);
	count = lupe_image_function_starts(module->image, name, starts, 256);
	for (size_t k = 0; k < count; k++) {
		lua_createtable(L, 0, 3);
		set_integer(L, "address", starts[k].address + module->bias);
		set_boolean(L, "is_inlined", starts[k].is_inlined);
		set_text(L, "name", name->name);
		lua_rawseti(L, -3, (lua_Integer)lua_rawlen(L, -3) + 1);
	}
	lua_pop(L, 1);
}

/* p:function_places(name [, file]) -> { { address, is_inlined, name }, ... }: where the functions called so begin, by debug
 * information */
static int process_function_places(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2), *file = luaL_optstring(L, 3, NULL);
	struct lupe_process *process;
	struct lupe_modules *modules;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	lua_newtable(L);
	each_name(L, modules, name, LUPE_NAME_FUNCTION, push_starts, file);
	return 1;
}

/* p:functions_at(address) -> { { name, start, is_inlined, file, line }, ... }, the innermost first */
static int process_functions_at(lua_State *L)
{
	lupe_addr address = (lupe_addr)luaL_checkinteger(L, 2);
	struct lupe_process *process;
	struct lupe_modules *modules;
	struct lupe_place place;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	lua_newtable(L);
	for (size_t level = 0; lupe_modules_place(modules, address, level, &place) && place.function; level++) {
		lua_createtable(L, 0, 6);
		set_text(L, "name", place.function->name);
		set_integer(L, "start", place.start);
		set_boolean(L, "is_inlined", place.is_inlined);
		set_text(L, "file", place.function->file);
		set_integer(L, "line", place.function->line);
		lua_rawseti(L, -2, (lua_Integer)level + 1);
	}
	return 1;
}

/* --- sources --- */

static void add_source(void *context, const char *file, const char *folder)
{
	struct lupe_buffer *out = context;

	if (*file != '/' && *folder) {
		lupe_buffer_string(out, folder);
		lupe_buffer_char(out, '/');
	}
	lupe_buffer_string(out, file);
	lupe_buffer_char(out, '\n');
}

/* p:sources() -> the paths of all source files as lines of one text, several times for one that units share */
static int process_sources(lua_State *L)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);
	struct lupe_process *process;
	struct lupe_modules *modules;
	struct lupe_module *module;
	int results;

	if (!get_modules(L, &process, &modules, &results))
		return results;
	for (size_t n = 0; (module = nth_module(modules, n)); n++)
		if (image_of(modules, module))
			lupe_image_sources(module->image, add_source, out);
	lupe_bind_push_buffer(L, out);
	return 1;
}

static const luaL_Reg process_methods[] = {
    {"find_names", process_find_names},	  {"names", process_names},
    {"type", process_type},		  {"global", process_global},
    {"line_at", process_line_at},	  {"line_places", process_line_places},
    {"after_prologue", process_after_prologue},
    {"function_places", process_function_places},
    {"functions_at", process_functions_at}, {"sources", process_sources},
    {NULL, NULL},
};

static void open_debug(lua_State *L)
{
	lupe_bind_add_methods(L, &lupe_bind_process_type, process_methods);
}
LUPE_BIND_MODULE(open_debug);
