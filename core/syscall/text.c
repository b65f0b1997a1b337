/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values as strace writes them: what is behind a pointer instead of the pointer, {a=1, ...}, [1, 2,
 * ...], and the bare address of what could not be read. No allocation and no printf on the common
 * paths.
 */
#include "syscall/text.h"

#include <inttypes.h>
#include <string.h>
#include "base/cleanup.h"
#include "type/decode.h"

bool lupe_strace_is_unreadable(const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	if (value->flags & LUPE_VALUE_UNREADABLE)
		return true;
	if (!(value->flags & LUPE_VALUE_PARTIAL) || !type)
		return false;
	return (type->kind != LUPE_KIND_ARRAY && type->kind != LUPE_KIND_CUSTOM) ||
	       !value->n_children;
}

/* --- strings --- */

/* File names are never cut by -s: the decoder's own limit holds. */
static void print_string(struct lupe_printer *printer, const struct lupe_value *value,
			 const struct lupe_type *type)
{
	size_t shown = value->n_bytes;
	bool more = value->flags & LUPE_VALUE_TRUNCATED;

	if (type->role != LUPE_ROLE_PATH && shown > printer->options->string_max) {
		shown = printer->options->string_max;
		more = true;
	}
	lupe_strace_quoted(printer, value->bytes, shown, more);
}

/* --- arrays --- */

/* An array that ran into unreadable memory ends in "..." and the address where it did. */
static void print_array_end(struct lupe_printer *printer, const struct lupe_value *value,
			    const struct lupe_type *type, size_t shown)
{
	lupe_buffer_string(printer->out, shown ? ", ..." : "...");
	if (!(value->flags & LUPE_VALUE_PARTIAL) || shown < value->n_children)
		return;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_hex(printer->out,
			value->address + value->n_children * lupe_type_size(type->target));
	lupe_buffer_bytes(printer->out, " */", 3);
}

void lupe_strace_array(struct lupe_printer *printer, const struct lupe_value *value,
		       const struct lupe_type *type, size_t max)
{
	size_t i, shown = MIN(value->n_children, max);

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < shown; i++) {
		if (i)
			lupe_buffer_bytes(printer->out, ", ", 2);
		lupe_strace_value(printer, &value->children[i]);
	}
	if ((value->flags & LUPE_VALUE_PARTIAL) || shown < value->total ||
	    (value->flags & LUPE_VALUE_UNTERMINATED))
		print_array_end(printer, value, type, shown);
	lupe_buffer_char(printer->out, ']');
}

static void print_array(struct lupe_printer *printer, const struct lupe_value *value,
			const struct lupe_type *type)
{
	const struct lupe_type *element = lupe_type_strip(type->target);

	if (element && element->kind == LUPE_KIND_CHAR && element->size == 1 && value->bytes)
		print_string(printer, value, type);
	else
		lupe_strace_array(printer, value, type, SIZE_MAX);
}

/* --- structs --- */

static bool is_zero(const struct lupe_value *child)
{
	size_t i;

	if (!child->bytes)
		return !child->u;
	for (i = 0; i < child->n_bytes; i++)
		if (child->bytes[i])
			return false;
	return true;
}

/* Where a struct's text stands: members that were left out make a "..." at its end. */
struct progress {
	bool first, abbreviated;
};

static bool is_shown(const struct lupe_printer *printer, const struct lupe_value *child,
		     struct progress *progress)
{
	unsigned flags = child->member ? child->member->flags : 0;

	if ((child->flags & LUPE_VALUE_ABSENT) ||
	    (flags & (LUPE_MEMBER_HIDDEN | LUPE_MEMBER_STATIC)))
		return false;
	if ((flags & LUPE_MEMBER_NONZERO) && is_zero(child))
		return false;
	if ((flags & LUPE_MEMBER_TERSE) && !printer->options->verbose && is_zero(child))
		return false;
	if (!(flags & LUPE_MEMBER_VERBOSE) || printer->options->verbose)
		return true;
	progress->abbreviated = true;
	return false;
}

/* inet_pton(AF_INET6, "::1", &name) names its member by itself. */
static bool names_itself(const struct lupe_printer *printer, const struct lupe_value *child)
{
	const struct lupe_type *type = lupe_type_strip(child->type);

	return type && type->role == LUPE_ROLE_IPV6 && type->kind != LUPE_KIND_POINTER &&
	       printer->options->xlat == LUPE_XLAT_ABBREV;
}

/* The start of a comment of what a struct has beyond the size that we know, and the bytes. */
static void print_beyond(struct lupe_printer *printer, const struct lupe_value *value,
			 const struct lupe_value *child)
{
	uint64_t from = child->address - value->address;
	struct lupe_strace_options options = *printer->options;
	struct lupe_printer inner = *printer;

	if (lupe_strace_is_unreadable(child)) {
		lupe_buffer_string(printer->out, "???");
		return;
	}
	options.hex_strings = 2;
	inner.options = &options;
	lupe_buffer_printf(printer->out, "/* bytes %" PRIu64 "..%" PRIu64 " */ ", from,
			   from + child->total - 1);
	lupe_strace_value(&inner, child);
}

static void print_members(struct lupe_printer *printer, const struct lupe_value *value,
			  struct progress *progress)
{
	struct lupe_printer inner = *printer;
	uint32_t i;

	inner.parent = value;
	for (i = 0; i < value->n_children; i++) {
		const struct lupe_value *child = &value->children[i];
		const struct lupe_member *member = child->member;

		if (!is_shown(printer, child, progress))
			continue;
		if (member && (!member->name || (member->flags & LUPE_MEMBER_INLINE)) &&
		    child->n_children) {
			print_members(&inner, child, progress);
			continue;
		}
		if (!progress->first)
			lupe_buffer_bytes(printer->out, ", ", 2);
		progress->first = false;
		if (member && (member->flags & LUPE_MEMBER_BEYOND)) {
			print_beyond(&inner, value, child);
			continue;
		}
		if (member && member->name && !names_itself(printer, child)) {
			lupe_buffer_string(printer->out, member->name);
			lupe_buffer_char(printer->out, '=');
		}
		lupe_strace_value(&inner, child);
	}
}

void lupe_strace_struct(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct progress progress = {.first = true};

	lupe_buffer_char(printer->out, '{');
	print_members(printer, value, &progress);
	if (progress.abbreviated || (value->flags & (LUPE_VALUE_OPAQUE | LUPE_VALUE_TRUNCATED)))
		lupe_buffer_string(printer->out, progress.first ? "..." : ", ...");
	lupe_buffer_char(printer->out, '}');
}

/* --- pointers --- */

/* An environment that nobody wants to read: 0x7ffc.. and how many strings there are. */
static void print_counted(struct lupe_printer *printer, const struct lupe_value *value,
			  const struct lupe_value *list)
{
	lupe_strace_address(printer, value->u);
	if (list->flags & LUPE_VALUE_UNREADABLE)
		return;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_unsigned(printer->out, list->total);
	lupe_buffer_string(printer->out, list->total == 1 ? " var" : " vars");
	if (list->flags & LUPE_VALUE_UNTERMINATED)
		lupe_buffer_string(printer->out, ", unterminated");
	lupe_buffer_bytes(printer->out, " */", 3);
}

/* A single number behind a pointer: [5], or [110 => 16] when it changed since the entry. */
static void print_pointed_number(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *before = lupe_strace_before(printer, value);

	lupe_buffer_char(printer->out, '[');
	if (before && value->member && value->member->flow == LUPE_FLOW_INOUT &&
	    before->n_children == 1 && !(before->children->flags & LUPE_VALUE_UNREADABLE) &&
	    before->children->u != value->children->u) {
		lupe_strace_value(printer, before->children);
		lupe_buffer_bytes(printer->out, " => ", 4);
	}
	lupe_strace_value(printer, value->children);
	lupe_buffer_char(printer->out, ']');
}

static void print_pointer(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *child = value->n_children ? value->children : NULL;
	const struct lupe_type *type = child ? lupe_type_strip(child->type) : NULL;

	if (!type || (value->flags & (LUPE_VALUE_PENDING | LUPE_VALUE_OPAQUE)))
		lupe_strace_address(printer, value->u);
	else if (type->kind == LUPE_KIND_ARRAY && (child->flags & LUPE_VALUE_OPAQUE) &&
		 value->member && (value->member->flags & LUPE_MEMBER_VERBOSE))
		print_counted(printer, value, child);
	else if (lupe_strace_is_unreadable(child) || (child->flags & LUPE_VALUE_OPAQUE))
		lupe_strace_address(printer, value->u);
	else if (lupe_kind_is_scalar(type->kind) && !(type->ops && type->ops->print))
		print_pointed_number(printer, value);
	else
		lupe_strace_value(printer, child);
}

/* --- any value --- */

static void print_kind(struct lupe_printer *printer, const struct lupe_value *value,
		       const struct lupe_type *type)
{
	switch (type->kind) {
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_BOOL:
	case LUPE_KIND_CHAR:
	case LUPE_KIND_FLOAT:
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
		lupe_strace_scalar(printer, value, type);
		break;
	case LUPE_KIND_POINTER:
		print_pointer(printer, value);
		break;
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
	case LUPE_KIND_CUSTOM:
		if (type->role != LUPE_ROLE_NONE && type->role != LUPE_ROLE_PATH)
			lupe_strace_scalar(printer, value, type);
		else
			print_string(printer, value, type);
		break;
	case LUPE_KIND_ARRAY:
		print_array(printer, value, type);
		break;
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
		lupe_strace_struct(printer, value);
		if (type->role == LUPE_ROLE_TIME)
			lupe_strace_time_comment(printer, value);
		break;
	case LUPE_KIND_VOID:
	case LUPE_KIND_FUNCTION:
	case LUPE_KIND_TYPEDEF:
		lupe_strace_address(printer, value->address);
		break;
	}
}

void lupe_strace_value(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	const uint32_t bare = LUPE_VALUE_NULL | LUPE_VALUE_PENDING | LUPE_VALUE_OPAQUE;

	if (value->flags & LUPE_VALUE_ABSENT)
		return;
	if (!type || (value->flags & LUPE_VALUE_UNREADABLE))
		lupe_strace_address(printer, value->address);
	else if (type->kind == LUPE_KIND_POINTER && (value->flags & bare))
		lupe_strace_address(printer, value->u);
	else if (type->ops && type->ops->print)
		type->ops->print(printer, value);
	else
		print_kind(printer, value, type);
}
