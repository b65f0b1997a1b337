/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stacks of processes that no session traces: core.images() keeps what was read of files, so that
 * several processes share it; images:stack(pid, {stop=, depth=, tid=, names=, locals=, as=, header=}) answers
 * the text ("threads", "groups", "folded" or "json"), and a warning when some threads could not be shown. In
 * place of the pid the path of a core file, with exe= for its program; core.is_core(path) tells them apart.
 */
#include <fcntl.h>
#include <stdio.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "bind.h"
#include "lupe/core.h"
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

/* What is asked for: all arguments, before anything is owned. */
struct request {
	pid_t pid;
	const char *path, *exe; /* of a core file; else NULL */
	struct lupe_stack_options options;
	enum form form;
	bool header;
};

static void read_target(lua_State *L, struct request *ret)
{
	lua_Integer pid;

	if (lua_type(L, 2) == LUA_TSTRING) {
		ret->path = lua_tostring(L, 2);
		lua_getfield(L, 3, "exe"); /* stays on the stack */
		ret->exe = luaL_optstring(L, -1, NULL);
		return;
	}
	pid = luaL_checkinteger(L, 2);
	luaL_argcheck(L, pid > 0 && pid <= INT32_MAX, 2, "a process id is expected");
	ret->pid = pid;
}

static void read_request(lua_State *L, struct request *ret)
{
	luaL_checktype(L, 3, LUA_TTABLE);
	*ret = (struct request){0};
	ret->options.stop = stop_option(L, 3);
	ret->options.depth = integer_option(L, 3, "depth", UINT32_MAX);
	ret->options.tid = integer_option(L, 3, "tid", INT32_MAX);
	ret->options.locals = lupe_bind_option(L, 3, "locals");
	ret->options.names_only = lupe_bind_option(L, 3, "names");
	ret->form = form_option(L, 3);
	ret->header = lupe_bind_option(L, 3, "header");
	read_target(L, ret);
}

/* Captures and prints; nothing is left of it. */
static struct lupe_error *show(struct lupe_images *images, const struct request *request,
			       struct lupe_buffer *out, char *warning, size_t size)
{
	struct lupe_stack *stack = NULL;
	struct lupe_core *core = NULL;
	struct lupe_error *error;

	if (request->path) {
		error = lupe_core_open(request->path, request->exe, &core);
		if (!error)
			error = lupe_stack_capture_core(images, core, &request->options, &stack);
	} else {
		error = lupe_stack_capture(images, request->pid, &request->options, &stack);
	}
	if (!error) {
		print(out, stack, request->form, request->header, request->options.names_only);
		if (stack->warning)
			snprintf(warning, size, "%s", stack->warning->message);
	}
	lupe_stack_destroy(stack);
	lupe_core_close(core);
	return error;
}

static int images_stack(lua_State *L)
{
	struct images_object *self = lupe_bind_check(L, 1, &images_type);
	struct request request;
	struct lupe_buffer *out;
	struct lupe_error *error;
	char warning[512] = "";

	if (!self->images)
		return lupe_bind_misuse(L, "images are closed");
	read_request(L, &request);
	out = lupe_bind_scratch(L);
	error = show(self->images, &request, out, warning, sizeof(warning));
	if (error)
		return lupe_bind_fail(L, error);
	lupe_bind_push_buffer(L, out);
	if (!*warning)
		return 1;
	lua_pushstring(L, warning);
	return 2;
}

static int is_core(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	lua_pushboolean(L, fd >= 0 && lupe_core_is_one(fd));
	return 1;
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
	lua_pushcfunction(L, is_core);
	lua_setfield(L, -2, "is_core");
}

LUPE_BIND_MODULE(open_images);
