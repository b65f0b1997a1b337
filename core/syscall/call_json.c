/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A call as one JSON object:
 *
 *   {"syscall":"openat","nr":257,"args":{"dfd":{"value":-100,"name":"AT_FDCWD"},"filename":"/etc/x",
 *    "flags":{"value":0,"name":"O_RDONLY"}},"ret":3,"err":null}
 *
 * A failed call has "ret":-1 and the error's name; one that has not returned has "ret":null.
 * Numbers that strace would name have {"value", "name"}; arguments that this call does not have are
 * left out.
 */
#include <fcntl.h>
#include <string.h>
#include "syscall/text.h"
#include "type/json.h"

static void named(struct lupe_buffer *out, int64_t number, const char *name)
{
	lupe_buffer_string(out, "{\"value\":");
	lupe_buffer_decimal(out, number);
	lupe_buffer_string(out, ",\"name\":");
	lupe_json_string(out, name, strlen(name));
	lupe_buffer_char(out, '}');
}

/* Roles whose names only this room knows; false: the generic shape is right. */
static bool print_role(struct lupe_buffer *out, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	char buffer[16];
	const char *text;

	if (!type || (value->flags & LUPE_VALUE_UNREADABLE))
		return false;
	if (type->role == LUPE_ROLE_DIRFD && (int)value->i == AT_FDCWD) {
		named(out, AT_FDCWD, "AT_FDCWD");
		return true;
	}
	if (type->role == LUPE_ROLE_SIGNAL && type->kind == LUPE_KIND_INT) {
		text = lupe_signal_name((int)value->i, buffer);
		if (*text == 'S') {
			named(out, (int)value->i, text);
			return true;
		}
	}
	return false;
}

static void print_args(struct lupe_buffer *out, const struct lupe_value *args)
{
	bool first = true;
	uint32_t i;

	lupe_buffer_char(out, '{');
	for (i = 0; i < args->n_children; i++) {
		const struct lupe_value *argument = &args->children[i];

		if ((argument->flags & LUPE_VALUE_ABSENT) || !argument->member ||
		    (argument->member->flags & LUPE_MEMBER_HIDDEN))
			continue;
		lupe_json_key(out, &first, argument->member->name ? argument->member->name : "");
		if (!print_role(out, argument))
			lupe_value_print_json(out, argument);
	}
	lupe_buffer_char(out, '}');
}

static void print_result(struct lupe_buffer *out, const struct lupe_call *call)
{
	const char *name;

	if (!call->finished) {
		lupe_buffer_string(out, ",\"ret\":null,\"err\":null");
		return;
	}
	if (!call->failed) {
		lupe_buffer_string(out, ",\"ret\":");
		lupe_buffer_decimal(out, call->result);
		lupe_buffer_string(out, ",\"err\":null");
		return;
	}
	name = lupe_errno_name((int)-call->result);
	lupe_buffer_string(out, ",\"ret\":-1,\"err\":");
	if (name)
		lupe_json_string(out, name, strlen(name));
	else
		lupe_buffer_decimal(out, -call->result);
}

void lupe_call_print_json(struct lupe_buffer *out, const struct lupe_call *call,
			  const struct lupe_value *args)
{
	lupe_buffer_string(out, "{\"syscall\":");
	if (call->syscall)
		lupe_json_string(out, call->syscall->name, strlen(call->syscall->name));
	else
		lupe_buffer_string(out, "null");
	lupe_buffer_string(out, ",\"nr\":");
	lupe_buffer_decimal(out, call->nr);
	lupe_buffer_string(out, ",\"args\":");
	print_args(out, args);
	print_result(out, call);
	if (call->injected)
		lupe_buffer_string(out, ",\"injected\":true");
	if (call->finished && call->exit_ns >= call->entry_ns && call->entry_ns) {
		lupe_buffer_string(out, ",\"duration_ns\":");
		lupe_buffer_unsigned(out, call->exit_ns - call->entry_ns);
	}
	lupe_buffer_char(out, '}');
}
