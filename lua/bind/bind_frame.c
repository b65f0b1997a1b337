/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stacks of processes that no session traces: core.images() keeps what was read of files, so that
 * several processes share it; images:stack(pid, {stop=, depth=, tid=, names=, locals=, as=, header=}) answers
 * the text ("threads", "groups", "folded" or "json"), and a warning when some threads could not be shown.
 */
#include <stdio.h>
#include "base/buffer.h"
#include "bind.h"
#include "lupe/image.h"
#include "lupe/stack.h"

struct images_object {
	struct lupe_bind_object object;
	struct lupe_images *images; /* NULL: closed */
};

static int images_close(lua_State *L);
static int images_stack(lua_State *L);

static const luaL_Reg images_methods[] = {{"stack", images_stack}, {NULL, NULL}};
static const luaL_Reg images_meta[] = {
    {"__gc", images_close}, {"__close", images_close}, {NULL, NULL}};

static const struct lupe_bind_type images_type = {
    .name = "images",
    .size = sizeof(struct images_object),
    .methods = images_methods,
    .meta = images_meta,
};

static int images_close(lua_State *L)
{
	struct images_object *self = lupe_bind_check(L, 1, &images_type);

	lupe_images_destroy(self->images);
	self->images = NULL;
	return 0;
}

static lua_Integer integer_option(lua_State *L, int arg, const char *name, lua_Integer limit)
{
	lua_Integer number = 0;

	if (lua_getfield(L, arg, name) != LUA_TNIL) {
		number = luaL_checkinteger(L, -1);
		luaL_argcheck(L, number >= 0 && number <= limit, arg, name);
	}
	lua_pop(L, 1);
	return number;
}

static enum lupe_stack_stop stop_option(lua_State *L, int arg)
{
	static const char *const names[] = {
	    [LUPE_STACK_STOP_NEEDED] = "needed",
	    [LUPE_STACK_STOP_NONE] = "none",
	    [LUPE_STACK_STOP_SHORT] = "short",
	    [LUPE_STACK_STOP_HOLD] = "hold",
	    NULL,
	};
	int stop;

	lua_getfield(L, arg, "stop");
	stop = luaL_checkoption(L, -1, names[LUPE_STACK_STOP_NEEDED], names);
	lua_pop(L, 1);
	return stop;
}

enum form { FORM_THREADS, FORM_GROUPS, FORM_FOLDED, FORM_JSON };

static enum form form_option(lua_State *L, int arg)
{
	static const char *const names[] = {[FORM_THREADS] = "threads", [FORM_GROUPS] = "groups",
					    [FORM_FOLDED] = "folded",	[FORM_JSON] = "json", NULL};
	int form;

	lua_getfield(L, arg, "as");
	form = luaL_checkoption(L, -1, names[FORM_THREADS], names);
	lua_pop(L, 1);
	return form;
}

static void print(struct lupe_buffer *out, const struct lupe_stack *stack, enum form form, bool header,
		  bool names_only)
{
	if (header && (form == FORM_THREADS || form == FORM_GROUPS))
		lupe_stack_print_header(out, stack);
	switch (form) {
	case FORM_THREADS:
		lupe_stack_print(out, stack, names_only);
		break;
	case FORM_GROUPS:
		lupe_stack_print_grouped(out, stack, names_only);
		break;
	case FORM_FOLDED:
		lupe_stack_print_folded(out, stack);
		break;
	case FORM_JSON:
		lupe_stack_print_json(out, stack);
		break;
	}
}

static int images_stack(lua_State *L)
{
	struct images_object *self = lupe_bind_check(L, 1, &images_type);
	lua_Integer pid = luaL_checkinteger(L, 2);
	struct lupe_stack_options options = {0};
	bool header, names_only;
	enum form form;
	struct lupe_stack *stack;
	struct lupe_buffer *out;
	struct lupe_error *error;
	char warning[512] = "";

	if (!self->images)
		return lupe_bind_misuse(L, "images are closed");
	luaL_argcheck(L, pid > 0 && pid <= INT32_MAX, 2, "a process id is expected");
	luaL_checktype(L, 3, LUA_TTABLE);
	options.stop = stop_option(L, 3);
	options.depth = integer_option(L, 3, "depth", UINT32_MAX);
	options.tid = integer_option(L, 3, "tid", INT32_MAX);
	form = form_option(L, 3);
	header = lupe_bind_option(L, 3, "header");
	options.locals = lupe_bind_option(L, 3, "locals");
	names_only = options.names_only = lupe_bind_option(L, 3, "names");
	out = lupe_bind_scratch(L);
	error = lupe_stack_capture(self->images, pid, &options, &stack);
	if (error)
		return lupe_bind_fail(L, error);
	print(out, stack, form, header, names_only);
	if (stack->warning)
		snprintf(warning, sizeof(warning), "%s", stack->warning->message);
	lupe_stack_destroy(stack);
	lupe_bind_push_buffer(L, out);
	if (!*warning)
		return 1;
	lua_pushstring(L, warning);
	return 2;
}

static int new_images(lua_State *L)
{
	struct images_object *self = lupe_bind_new(L, &images_type, 0);
	struct lupe_error *error = lupe_images_create(NULL, &self->images);

	return error ? lupe_bind_fail(L, error) : 1;
}

static void open_images(lua_State *L)
{
	lupe_bind_register(L, &images_type);
	lua_pushcfunction(L, new_images);
	lua_setfield(L, -2, "images");
}

LUPE_BIND_MODULE(open_images);
