/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory that lives across a raise: buffers and arenas that the Lua state owns.
 */
#include "base/arena.h"
#include "base/buffer.h"
#include "handles.h"

enum { ARENA_KILOBYTES = 16, ARENAS_KEPT = 256 };

/* Arenas that the collector gave back, for the next: handing each to malloc would cost more than decoding
 * does. */
struct spare_arenas {
	struct lupe_arena arenas[ARENAS_KEPT];
	size_t count;
};

static const char SPARE[] = "lupe.spare", SCRATCH[] = "lupe.scratch", ARENA[] = "lupe.arena";

static int collect_scratch(lua_State *L)
{
	lupe_buffer_deinit(lua_touserdata(L, 1));
	return 0;
}

static struct spare_arenas *spare_arenas(lua_State *L)
{
	struct spare_arenas *spare;

	lua_getfield(L, LUA_REGISTRYINDEX, SPARE);
	spare = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return spare;
}

static int collect_arena(lua_State *L)
{
	struct lupe_arena *arena = lua_touserdata(L, 1);
	struct spare_arenas *spare = spare_arenas(L);

	if (spare->count < ARENAS_KEPT) {
		lupe_arena_reset(arena);
		spare->arenas[spare->count++] = *arena;
	} else {
		lupe_arena_deinit(arena);
	}
	lupe_arena_init(arena);
	return 0;
}

static int collect_spare(lua_State *L)
{
	struct spare_arenas *spare = lua_touserdata(L, 1);

	while (spare->count)
		lupe_arena_deinit(&spare->arenas[--spare->count]);
	/* Arenas collected after this one are not kept. */
	spare->count = ARENAS_KEPT;
	return 0;
}

struct lupe_buffer *lupe_bind_scratch(lua_State *L)
{
	struct lupe_buffer *buffer;

	lua_getfield(L, LUA_REGISTRYINDEX, SCRATCH);
	buffer = lua_touserdata(L, -1);
	lua_pop(L, 1);
	lupe_buffer_reset(buffer);
	return buffer;
}

void lupe_bind_push_buffer(lua_State *L, const struct lupe_buffer *buffer)
{
	if (buffer->failed)
		luaL_error(L, "out of memory");
	lua_pushlstring(L, lupe_buffer_text(buffer), buffer->length);
}

struct lupe_arena *lupe_bind_push_arena(lua_State *L)
{
	struct lupe_arena *arena = lua_newuserdatauv(L, sizeof(*arena), 0);
	struct spare_arenas *spare = spare_arenas(L);

	/* The collector sees the userdata alone: so that it keeps pace with what lies behind. */
	lua_gc(L, LUA_GCSTEP, ARENA_KILOBYTES);
	lupe_arena_init(arena);
	if (spare->count)
		*arena = spare->arenas[--spare->count];
	luaL_setmetatable(L, ARENA);
	return arena;
}

static void make_spare_arenas(lua_State *L)
{
	struct spare_arenas *spare = lua_newuserdatauv(L, sizeof(*spare), 0);

	spare->count = 0;
	lua_newtable(L);
	lua_pushcfunction(L, collect_spare);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	lua_setfield(L, LUA_REGISTRYINDEX, SPARE);
}

void lupe_bind_init_memory(lua_State *L)
{
	make_spare_arenas(L);
	luaL_newmetatable(L, ARENA);
	lua_pushcfunction(L, collect_arena);
	lua_setfield(L, -2, "__gc");
	luaL_newmetatable(L, SCRATCH);
	lua_pushcfunction(L, collect_scratch);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 2);
	lupe_buffer_init(lua_newuserdatauv(L, sizeof(struct lupe_buffer), 0));
	luaL_setmetatable(L, SCRATCH);
	lua_setfield(L, LUA_REGISTRYINDEX, SCRATCH);
}
