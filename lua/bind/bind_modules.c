/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of the files of the session's processes; see modules.h.
 */
#include "modules.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/hash.h"
#include "trace/target.h"

/* What is mapped in a process. */
struct mapped {
	struct mapped *next;
	pid_t pid;
	uint32_t generation;
	uint32_t programs; /* see lupe_process_programs */
	struct lupe_modules *modules;
	uint64_t serial;
	struct lupe_arena arena; /* of the lists */
	struct lupe_hash lists;	 /* address and place to struct list */
};

/* The variables at a place of the code. */
struct list {
	size_t count;
	const struct lupe_debug_variable *rows;
};

/* One for the Lua state, in the registry. */
struct library {
	struct lupe_images *images;
	struct mapped *list;
	uint64_t last_serial;
	struct lupe_arena types; /* that were derived from others */
	struct lupe_hash derived;
};

static const char KEY[] = "lupe.library";

/* --- keeping --- */

static void mapped_destroy(struct mapped *mapped)
{
	lupe_modules_destroy(mapped->modules);
	lupe_hash_deinit(&mapped->lists);
	lupe_arena_deinit(&mapped->arena);
	free(mapped);
}

static int library_collect(lua_State *L)
{
	struct library *library = lua_touserdata(L, 1);

	while (library->list) {
		struct mapped *next = library->list->next;

		mapped_destroy(library->list);
		library->list = next;
	}
	lupe_images_destroy(library->images);
	library->images = NULL;
	lupe_hash_deinit(&library->derived);
	lupe_arena_deinit(&library->types);
	return 0;
}

static struct library *get_library(lua_State *L)
{
	struct library *library;
	struct lupe_error *error;

	if (lua_getfield(L, LUA_REGISTRYINDEX, KEY) == LUA_TUSERDATA) {
		library = lua_touserdata(L, -1);
		lua_pop(L, 1);
		return library;
	}
	lua_pop(L, 1);
	library = lua_newuserdatauv(L, sizeof(*library), 0);
	*library = (struct library){0};
	lupe_arena_init(&library->types);
	lupe_hash_init(&library->derived);
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, library_collect);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	lua_setfield(L, LUA_REGISTRYINDEX, KEY);
	error = lupe_images_create(NULL, &library->images);
	if (error)
		lupe_bind_raise(L, error);
	return library;
}

/* Takes out what was known of a process. */
static void forget(struct library *library, pid_t pid)
{
	struct mapped **at = &library->list;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	if (*at) {
		struct mapped *mapped = *at;

		*at = mapped->next;
		mapped_destroy(mapped);
	}
}

static struct lupe_error *read_modules(struct library *library, struct lupe_process *process,
				       struct mapped *mapped)
{
	struct lupe_module_source source = {
	    .images = library->images,
	    .memory = lupe_process_memory(process),
	    .open = lupe_target_open,
	    .open_perf_map = lupe_target_open_perf_map,
	    .context = &mapped->pid,
	    .entry = lupe_target_entry(mapped->pid),
	};
	struct lupe_maps maps;
	struct lupe_error *error = lupe_target_maps(mapped->pid, &maps);

	return error ? error : lupe_modules_create(&source, &maps, &mapped->modules);
}

struct lupe_error *lupe_bind_modules_of(lua_State *L, struct lupe_process *process, struct lupe_modules **ret,
				     bool *ret_fresh)
{
	struct library *library = get_library(L);
	struct mapped now = {.pid = lupe_process_pid(process),
			     .generation = lupe_process_generation(process),
			     .programs = lupe_process_programs(process)};
	struct mapped *mapped = library->list;
	struct lupe_error *error;

	while (mapped && mapped->pid != now.pid)
		mapped = mapped->next;
	*ret_fresh = !mapped || mapped->generation != now.generation || mapped->programs != now.programs;
	if (!*ret_fresh) {
		*ret = mapped->modules;
		return NULL;
	}
	forget(library, now.pid);
	mapped = malloc(sizeof(*mapped));
	if (!mapped)
		return lupe_error_no_memory();
	*mapped = now;
	mapped->serial = ++library->last_serial;
	lupe_arena_init(&mapped->arena);
	lupe_hash_init(&mapped->lists);
	error = read_modules(library, process, mapped);
	if (error) {
		free(mapped);
		return error;
	}
	mapped->next = library->list;
	library->list = mapped;
	*ret = mapped->modules;
	return NULL;
}

void lupe_bind_forget_modules(lua_State *L, struct lupe_process *process)
{
	forget(get_library(L), lupe_process_pid(process));
}

uint64_t lupe_bind_modules_serial(lua_State *L, struct lupe_process *process)
{
	struct mapped *mapped = get_library(L)->list;

	while (mapped && mapped->pid != lupe_process_pid(process))
		mapped = mapped->next;
	return mapped ? mapped->serial : 0;
}

size_t lupe_bind_variables(lua_State *L, struct lupe_process *process, const struct lupe_debug_frame *frame,
			   size_t place, const struct lupe_debug_variable **ret)
{
	struct mapped *mapped = get_library(L)->list;
	uint64_t key = frame->address * 64 + place;
	struct list *known;

	while (mapped && mapped->pid != lupe_process_pid(process))
		mapped = mapped->next;
	if (!mapped || place > 63)
		return 0;
	known = lupe_hash_get(&mapped->lists, key);
	if (!known) {
		known = lupe_arena_alloc(&mapped->arena, sizeof(*known));
		if (!known)
			return 0;
		known->count = lupe_debug_variables(frame, place, &mapped->arena, &known->rows);
		lupe_hash_put(&mapped->lists, key, known);
	}
	*ret = known->rows;
	return known->count;
}

/* --- derived types --- */

static const struct lupe_type *derive(lua_State *L, uint64_t key, const struct lupe_type *type)
{
	struct library *library = get_library(L);
	struct lupe_type *known = lupe_hash_get(&library->derived, key);

	while (known && (known->target != type->target || known->kind != type->kind || known->count != type->count))
		known = lupe_hash_get(&library->derived, ++key);
	if (known)
		return known;
	known = lupe_arena_copy(&library->types, type, sizeof(*type));
	if (!known || !lupe_hash_put(&library->derived, key, known))
		luaL_error(L, "out of memory");
	return known;
}

const struct lupe_type *lupe_bind_pointer_to(lua_State *L, const struct lupe_type *target)
{
	struct lupe_type type = {.kind = LUPE_KIND_POINTER, .size = 8, .target = target};

	return derive(L, (uint64_t)(uintptr_t)target * 3 + 1, &type);
}

const struct lupe_type *lupe_bind_array_of(lua_State *L, const struct lupe_type *target, uint64_t count)
{
	struct lupe_type type = {.kind = LUPE_KIND_ARRAY, .target = target, .count = count};

	return derive(L, ((uint64_t)(uintptr_t)target * 3 + 2) ^ (count << 40 | count >> 24), &type);
}
