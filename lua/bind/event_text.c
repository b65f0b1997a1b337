/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An event as strace's line and as JSON.
 */
#include "base/buffer.h"
#include "handles.h"

enum { RESULT_COLUMN = 39 /* as strace -a 40 */ };

static struct lupe_value *decode(lua_State *L, struct bind_event *self, struct lupe_arena *arena)
{
	struct lupe_decode decode = {.arena = arena,
				     .memory = lupe_bind_event_memory(L, 1),
				     .limits = lupe_decode_limits_default};

	return lupe_call_decode(&decode, lupe_bind_refresh_call(L, self));
}

static void print_call(lua_State *L, struct bind_event *self, struct lupe_buffer *out)
{
	const struct lupe_strace_options options = {.string_max = 32, .pid = self->event.pid};
	struct lupe_value *args = decode(L, self, lupe_bind_push_arena(L));
	struct lupe_printer printer = {.out = out, .options = &options, .call = &self->call};
	unsigned shown;

	if (!args)
		luaL_error(L, "out of memory");
	shown = lupe_strace_entry(&printer, &self->call, args);
	lupe_strace_exit(&printer, &self->call, args, shown); /* before the exit: addresses */
	if (!self->call.finished)
		return;
	if (out->length < RESULT_COLUMN)
		lupe_buffer_pad(out, ' ', RESULT_COLUMN - out->length);
	lupe_buffer_string(out, " = ");
	lupe_strace_result(&printer, &self->call, args);
}

static void print_signal(struct bind_event *self, struct lupe_buffer *out)
{
	const struct lupe_strace_options options = {.string_max = 32, .pid = self->event.pid};
	struct lupe_printer printer = {.out = out, .options = &options};
	char name[16];

	lupe_buffer_string(out, "--- ");
	lupe_buffer_string(out, lupe_signal_name(self->event.signal, name));
	lupe_buffer_char(out, ' ');
	if (self->event.has_info)
		lupe_strace_siginfo(&printer, &self->event.info);
	lupe_buffer_string(out, " ---");
}

static void print_other(const struct lupe_event *event, struct lupe_buffer *out)
{
	char name[16];

	if (event->kind == LUPE_EVENT_EXITED) {
		lupe_buffer_printf(out, "+++ exited with %d +++", event->exit_code);
	} else if (event->kind == LUPE_EVENT_KILLED) {
		lupe_buffer_printf(out, "+++ killed by %s%s +++",
				   lupe_signal_name(event->signal, name),
				   event->core_dumped ? " (core dumped)" : "");
	} else if (event->kind == LUPE_EVENT_GROUP_STOP) {
		lupe_buffer_printf(out, "--- stopped by %s ---",
				   lupe_signal_name(event->signal, name));
	} else {
		lupe_buffer_printf(out, "%s of %d", lupe_event_kind_name(event->kind), event->tid);
		if (event->child)
			lupe_buffer_printf(out, ", child %d", event->child);
	}
}

/* tostring(ev): strace's line. */
int lupe_bind_event_tostring(lua_State *L)
{
	struct bind_event *self = lupe_bind_check(L, 1, &lupe_bind_event_type);
	struct lupe_buffer *out = lupe_bind_scratch(L);

	if (self->has_call)
		print_call(L, self, out);
	else if (self->event.kind == LUPE_EVENT_SIGNAL)
		print_signal(self, out);
	else
		print_other(&self->event, out);
	lupe_bind_push_buffer(L, out);
	return 1;
}

/* ev:json() -> one object: of a syscall with all its arguments, else its kind and numbers. */
int lupe_bind_event_json(lua_State *L)
{
	struct bind_event *self = lupe_bind_check(L, 1, &lupe_bind_event_type);
	struct lupe_buffer *out = lupe_bind_scratch(L);
	struct lupe_value *args;
	char name[16];

	if (self->has_call) {
		args = decode(L, self, lupe_bind_push_arena(L));
		if (!args)
			return luaL_error(L, "out of memory");
		lupe_call_print_json(out, &self->call, args);
	} else {
		lupe_buffer_printf(out, "{\"kind\": \"%s\", \"pid\": %d, \"tid\": %d",
				   lupe_event_kind_name(self->event.kind), self->event.pid,
				   self->event.tid);
		if (self->event.signal)
			lupe_buffer_printf(out, ", \"signal\": \"%s\"",
					   lupe_signal_name(self->event.signal, name));
		if (self->event.child)
			lupe_buffer_printf(out, ", \"child\": %d", self->event.child);
		if (self->event.kind == LUPE_EVENT_EXITED)
			lupe_buffer_printf(out, ", \"exit_code\": %d", self->event.exit_code);
		lupe_buffer_char(out, '}');
	}
	lupe_bind_push_buffer(L, out);
	return 1;
}
