/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A call's line as strace writes it, in the two pieces in which it is known: up to the first
 * argument that only the exit knows, with the comma that follows it, and the rest. The pieces
 * joined are the line; the first alone is what stands before <unfinished ...>.
 */
#include <string.h>
#include "base/cleanup.h"
#include "syscall/text.h"
#include "type/decode.h"
#include "type/symbols.h"

/* Numbers from 512 on never reach a program: the kernel turns them into a restart or EINTR. */
enum { ERESTARTSYS = 512, ERESTARTNOINTR, ERESTARTNOHAND, ENOIOCTLCMD, ERESTART_RESTARTBLOCK };

static bool is_shown(const struct lupe_value *argument)
{
	return !(argument->flags & LUPE_VALUE_ABSENT) &&
	       !(argument->member && (argument->member->flags & LUPE_MEMBER_HIDDEN));
}

/* The argument at a place of the text. */
static const struct lupe_value *argument_at(const struct lupe_call *call,
					    const struct lupe_value *args, uint32_t place)
{
	const uint8_t *order = call->syscall ? call->syscall->order : NULL;

	return &args->children[order && order[place] < args->n_children ? order[place] : place];
}

static bool any_shown(const struct lupe_call *call, const struct lupe_value *args, uint32_t from)
{
	for (; from < args->n_children; from++)
		if (is_shown(argument_at(call, args, from)))
			return true;
	return false;
}

static void print_name(struct lupe_printer *printer, const struct lupe_call *call)
{
	if (call->syscall) {
		lupe_buffer_string(printer->out, call->syscall->name);
	} else {
		lupe_buffer_string(printer->out, "syscall_");
		lupe_buffer_hex(printer->out, (uint64_t)call->nr);
	}
	lupe_buffer_char(printer->out, '(');
}

static void print_argument(struct lupe_printer *printer, const struct lupe_value *argument)
{
	const struct lupe_member *member = argument->member;

	if (member && member->name &&
	    (printer->options->arg_names || (member->flags & LUPE_MEMBER_NAMED))) {
		lupe_buffer_string(printer->out, member->name);
		lupe_buffer_char(printer->out, '=');
	}
	lupe_strace_value(printer, argument);
}

const struct lupe_value *lupe_strace_before(const struct lupe_printer *printer,
					    const struct lupe_value *argument)
{
	const struct lupe_call *call = printer->call;
	const struct lupe_value *args = printer->parent;
	uintptr_t offset; /* as a number: the value may lie in another array altogether */

	if (!call || !call->finished || !call->entry || !args || !args->children)
		return NULL;
	offset = (uintptr_t)argument - (uintptr_t)args->children;
	if (offset / sizeof(*args) >= MIN(args->n_children, call->entry->n_children))
		return NULL;
	return &call->entry->children[offset / sizeof(*args)];
}

/* --- an argument that the call changes --- */

static bool is_updated(const struct lupe_value *argument)
{
	return argument->member && argument->member->flow == LUPE_FLOW_UPDATED;
}

/* Shown as it was at the entry, wherever in the line that comes. A single number tells both. */
static bool is_of_entry(const struct lupe_value *argument)
{
	const struct lupe_type *type;

	if (!argument->member || argument->member->flow != LUPE_FLOW_INOUT)
		return false;
	if (argument->n_children != 1)
		return true;
	type = lupe_type_strip(argument->children->type);
	return !type || !lupe_kind_is_scalar(type->kind);
}

/* The state before: of the entry if we have it. */
static void print_former(struct lupe_printer *printer, const struct lupe_value *argument)
{
	const struct lupe_value *before = lupe_strace_before(printer, argument);

	print_argument(printer, before ? before : argument);
}

/* True when what the argument points to has a printer of its own. */
static bool prints_itself(const struct lupe_value *argument)
{
	const struct lupe_value *target = argument->n_children == 1 ? argument->children : NULL;
	const struct lupe_type *type = target ? lupe_type_strip(target->type) : NULL;

	return type && type->ops && type->ops->print;
}

/* " => " and the state after; nothing when the call failed, or the text would be the same. A type
 * with a printer of its own decides by itself what to write, after a failure too. */
static void print_update(struct lupe_printer *printer, const struct lupe_value *argument)
{
	struct lupe_buffer *out = printer->out;
	const struct lupe_value *before = lupe_strace_before(printer, argument);
	size_t start = out->length, middle, end;

	if (!before || (argument->flags & LUPE_VALUE_NULL) ||
	    (printer->call->failed && !prints_itself(argument)))
		return;
	lupe_strace_value(printer, before);
	middle = out->length;
	lupe_buffer_bytes(out, " => ", 4);
	printer->update = true;
	lupe_strace_value(printer, argument);
	printer->update = false;
	end = out->length;
	if (out->failed || end == middle + 4 ||
	    (end - middle - 4 == middle - start &&
	     !memcmp(out->data + start, out->data + middle + 4, middle - start))) {
		lupe_buffer_truncate(out, start);
		return;
	}
	memmove(out->data + start, out->data + middle, end - middle);
	lupe_buffer_truncate(out, start + end - middle);
}

unsigned lupe_strace_entry(struct lupe_printer *printer, const struct lupe_call *call,
			   const struct lupe_value *args)
{
	struct lupe_printer inner = *printer;
	uint32_t i;

	inner.call = call;
	inner.parent = args;
	print_name(printer, call);
	for (i = 0; i < args->n_children; i++) {
		const struct lupe_value *argument = argument_at(call, args, i);

		if (argument->flags & LUPE_VALUE_PENDING)
			break;
		if (!is_shown(argument))
			continue;
		print_argument(&inner, argument);
		if (is_updated(argument))
			return i + 1; /* what follows it is known at the exit */
		if (any_shown(call, args, i + 1))
			lupe_buffer_bytes(printer->out, ", ", 2);
	}
	return i;
}

void lupe_strace_exit(struct lupe_printer *printer, const struct lupe_call *call,
		      const struct lupe_value *args, unsigned from)
{
	struct lupe_printer inner = *printer;
	uint32_t i;

	inner.call = call;
	inner.parent = args;
	if (from > 0 && from <= args->n_children && is_updated(argument_at(call, args, from - 1))) {
		print_update(&inner, argument_at(call, args, from - 1));
		if (any_shown(call, args, from))
			lupe_buffer_bytes(printer->out, ", ", 2);
	}
	for (i = from; i < args->n_children; i++) {
		const struct lupe_value *argument = argument_at(call, args, i);

		if (!is_shown(argument))
			continue;
		if (is_updated(argument)) {
			print_former(&inner, argument);
			print_update(&inner, argument);
		} else if (is_of_entry(argument)) {
			print_former(&inner, argument);
		} else {
			print_argument(&inner, argument);
		}
		if (any_shown(call, args, i + 1))
			lupe_buffer_bytes(printer->out, ", ", 2);
	}
	lupe_buffer_char(printer->out, ')');
}

/* --- results --- */

static const char *restart_text(int errnum)
{
	switch (errnum) {
	case ERESTARTSYS:
		return "To be restarted if SA_RESTART is set";
	case ERESTARTNOINTR:
		return "To be restarted";
	case ERESTARTNOHAND:
		return "To be restarted if no handler";
	case ERESTART_RESTARTBLOCK:
		return "Interrupted by signal";
	default:
		return NULL;
	}
}

static void print_error(struct lupe_buffer *out, int errnum)
{
	const char *name = lupe_errno_name(errnum), *restart = restart_text(errnum), *text;

	if (!name) {
		lupe_buffer_string(out, "-1 (errno ");
		lupe_buffer_decimal(out, errnum);
		lupe_buffer_char(out, ')');
		return;
	}
	lupe_buffer_string(out, restart ? "? " : "-1 ");
	lupe_buffer_string(out, name);
	lupe_buffer_bytes(out, " (", 2);
	text = restart ? restart : strerrordesc_np(errnum);
	if (text) {
		lupe_buffer_string(out, text);
	} else {
		lupe_buffer_string(out, "Unknown error ");
		lupe_buffer_decimal(out, errnum);
	}
	lupe_buffer_char(out, ')');
}

/* By the value of an argument, another type of result (fcntl). */
static const struct lupe_type *result_type(const struct lupe_call *call)
{
	const struct lupe_choice *choice = call->syscall->result_choice;
	const struct lupe_variant *variant = lupe_call_variant(call);
	uint64_t number, mask;
	size_t i;

	if (variant && variant->result)
		return variant->result;
	if (!choice || choice->member >= LUPE_SYSCALL_MAX_ARGS)
		return call->syscall->result;
	/* What decides is an int: the upper half of its register means nothing. */
	mask = choice->mask ? choice->mask : UINT32_MAX;
	number = call->args[choice->member];
	for (i = 0; i < choice->n_cases; i++)
		if (!((number ^ choice->cases[i].value) & mask))
			return choice->cases[i].as->type;
	return call->syscall->result;
}

/* An address that is a result is never NULL: 0 is where it lies. */
static void print_hex_result(struct lupe_buffer *out, uint64_t number)
{
	if (number)
		lupe_buffer_hex(out, number);
	else
		lupe_buffer_char(out, '0');
}

static void print_success(struct lupe_printer *printer, const struct lupe_call *call)
{
	const struct lupe_type *type = call->syscall ? lupe_type_strip(result_type(call)) : NULL;
	struct lupe_value value = {.type = type};
	size_t width = type ? lupe_type_size(type) : 0;

	value.i = call->result;
	if (!type || (!lupe_kind_is_scalar(type->kind) && type->kind != LUPE_KIND_CUSTOM)) {
		lupe_buffer_decimal(printer->out, call->result);
		return;
	}
	if (width && width < sizeof(value.u))
		lupe_scalar_load(type, NULL, (const unsigned char *)&call->result, width, &value.u);
	if (type->ops && type->ops->print)
		type->ops->print(printer, &value);
	else if (type->kind == LUPE_KIND_POINTER || type->kind == LUPE_KIND_CUSTOM ||
		 type->role == LUPE_ROLE_ADDRESS)
		print_hex_result(printer->out, value.u);
	else
		lupe_strace_scalar(printer, &value, type);
}

/* The annotation in parentheses; none when the function has nothing to say. */
static void print_annotation(struct lupe_printer *printer, const struct lupe_call *call,
			     const struct lupe_value *args)
{
	size_t before = printer->out->length, start;

	if (!call->syscall || !call->syscall->annotate)
		return;
	lupe_buffer_bytes(printer->out, " (", 2);
	start = printer->out->length;
	call->syscall->annotate(printer, call, args);
	if (printer->out->length == start)
		lupe_buffer_truncate(printer->out, before);
	else
		lupe_buffer_char(printer->out, ')');
}

void lupe_strace_result(struct lupe_printer *printer, const struct lupe_call *call,
			const struct lupe_value *args)
{
	struct lupe_printer inner = *printer;

	inner.call = call;
	inner.parent = args;
	if (!call->finished) {
		lupe_buffer_char(printer->out, '?');
		return;
	}
	if (call->failed) {
		print_error(printer->out, (int)-call->result);
	} else {
		print_success(&inner, call);
		print_annotation(&inner, call, args);
	}
	if (call->injected)
		lupe_buffer_string(printer->out, " (INJECTED)");
}
