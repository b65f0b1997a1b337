/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types as C text, in gdb's layout. A declaration is written from its name outwards: `inner` is what stands around
 * the name so far ("*name", "(*name)(char)"), and the type that names itself is written before it.
 */
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lupe/type.h"

enum {
	NESTING_MAX = 32,
	MEMBERS_MAX = 10000, /* of a type that is shown */
	INDENT = 4,
};

static void print_declaration(struct lupe_buffer *out, const struct lupe_type *type, const char *inner,
			      unsigned nesting);

/* --- declarations --- */

static void print_base(struct lupe_buffer *out, const char *name, const char *inner)
{
	lupe_buffer_string(out, name);
	if (*inner)
		lupe_buffer_char(out, ' ');
	lupe_buffer_string(out, inner);
}

static bool is_compound(const struct lupe_type *type)
{
	return type && (type->kind == LUPE_KIND_ARRAY || type->kind == LUPE_KIND_FUNCTION) && !type->name;
}

/* Behind qualifiers, which stand elsewhere for a pointer. */
static const struct lupe_type *unqualified(const struct lupe_type *type)
{
	for (unsigned hop = 0; type && type->is_qualifier && !type->name && hop < NESTING_MAX; hop++)
		type = type->target;
	return type;
}

static void print_pointer(struct lupe_buffer *out, const struct lupe_type *type, const char *inner,
			  unsigned nesting)
{
	bool wrap = is_compound(unqualified(type->target));
	struct lupe_buffer text;

	lupe_buffer_init(&text);
	lupe_buffer_string(&text, wrap ? "(" : "");
	lupe_buffer_char(&text, type->is_reference ? '&' : '*');
	lupe_buffer_string(&text, inner);
	lupe_buffer_string(&text, wrap ? ")" : "");
	print_declaration(out, type->target, lupe_buffer_text(&text), nesting);
	lupe_buffer_deinit(&text);
}

static void print_count(struct lupe_buffer *out, const struct lupe_type *type)
{
	lupe_buffer_char(out, '[');
	if (type->count)
		lupe_buffer_unsigned(out, type->count);
	lupe_buffer_char(out, ']');
}

static void print_array(struct lupe_buffer *out, const struct lupe_type *type, const char *inner,
			unsigned nesting)
{
	struct lupe_buffer text;

	lupe_buffer_init(&text);
	lupe_buffer_string(&text, inner);
	print_count(&text, type);
	print_declaration(out, type->target, lupe_buffer_text(&text), nesting);
	lupe_buffer_deinit(&text);
}

static void print_function(struct lupe_buffer *out, const struct lupe_type *type, const char *inner,
			   unsigned nesting)
{
	struct lupe_buffer text;

	lupe_buffer_init(&text);
	lupe_buffer_string(&text, inner);
	lupe_buffer_char(&text, '(');
	for (size_t i = 0; i < type->n_members && i < MEMBERS_MAX; i++) {
		if (i)
			lupe_buffer_string(&text, ", ");
		print_declaration(&text, type->members[i].type, "", nesting);
	}
	lupe_buffer_string(&text, type->n_members ? ")" : "void)");
	print_declaration(out, type->target, lupe_buffer_text(&text), nesting);
	lupe_buffer_deinit(&text);
}

/* "const" of what has no name of its own: a pointer, an array. */
static void print_qualified(struct lupe_buffer *out, const struct lupe_type *type, const char *inner,
			    unsigned nesting)
{
	const struct lupe_type *target = type->target;
	struct lupe_buffer text;

	lupe_buffer_init(&text);
	if (target && target->kind == LUPE_KIND_POINTER) {
		lupe_buffer_char(&text, ' ');
		lupe_buffer_string(&text, type->qualifier ? type->qualifier : "const");
		if (*inner && *inner != ' ')
			lupe_buffer_char(&text, ' ');
	}
	lupe_buffer_string(&text, inner);
	print_declaration(out, target, lupe_buffer_text(&text), nesting);
	lupe_buffer_deinit(&text);
}

static const char *keyword_of(const struct lupe_type *type)
{
	return type->kind == LUPE_KIND_UNION ? "union {...}"
	       : type->kind == LUPE_KIND_STRUCT ? "struct {...}"
						: "enum {...}";
}

static void print_declaration(struct lupe_buffer *out, const struct lupe_type *type, const char *inner,
			      unsigned nesting)
{
	if (nesting > NESTING_MAX) {
		print_base(out, "...", inner);
		return;
	}
	if (!type) {
		print_base(out, "void", inner);
		return;
	}
	if (type->name) {
		print_base(out, type->name, inner);
		return;
	}
	switch (type->kind) {
	case LUPE_KIND_POINTER:
		print_pointer(out, type, inner, nesting + 1);
		break;
	case LUPE_KIND_ARRAY:
		print_array(out, type, inner, nesting + 1);
		break;
	case LUPE_KIND_FUNCTION:
		print_function(out, lupe_type_strip(type), inner, nesting + 1);
		break;
	case LUPE_KIND_TYPEDEF:
		print_qualified(out, type, inner, nesting + 1);
		break;
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
		print_base(out, keyword_of(type), inner);
		break;
	case LUPE_KIND_VOID:
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_BOOL:
	case LUPE_KIND_CHAR:
	case LUPE_KIND_FLOAT:
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
	case LUPE_KIND_CUSTOM:
		print_base(out, "<unnamed type>", inner);
		break;
	}
}

void lupe_type_print_name(struct lupe_buffer *out, const struct lupe_type *type, const char *name)
{
	if (type && type->kind == LUPE_KIND_FUNCTION) /* its own name, if it is a definition's, is not a type's */
		print_function(out, lupe_type_strip(type), name ? name : "", 0);
	else
		print_declaration(out, type, name ? name : "", 0);
}

/* --- definitions --- */

static void print_body(struct lupe_buffer *out, const struct lupe_type *type, unsigned indent, unsigned nesting);

static void begin_line(struct lupe_buffer *out, unsigned indent)
{
	lupe_buffer_char(out, '\n');
	lupe_buffer_pad(out, ' ', indent);
}

static void print_enumeration(struct lupe_buffer *out, const struct lupe_type *type)
{
	uint64_t expected = 0;

	lupe_buffer_char(out, '{');
	for (size_t i = 0; i < type->n_enumerators; i++) {
		const struct lupe_enumerator *one = &type->enumerators[i];

		lupe_buffer_string(out, i ? ", " : "");
		lupe_buffer_string(out, one->name);
		if (one->value != expected || type->kind == LUPE_KIND_FLAGS) {
			lupe_buffer_string(out, " = ");
			lupe_buffer_decimal(out, (int64_t)one->value);
		}
		expected = one->value + 1;
	}
	lupe_buffer_char(out, '}');
}

/* A member whose type has no name shows what that is made of. */
static void print_member(struct lupe_buffer *out, const struct lupe_member *member, unsigned indent,
			 unsigned nesting)
{
	const struct lupe_type *type = member->type;
	const char *name = member->name ? member->name : "";

	begin_line(out, indent);
	if (member->flags & LUPE_MEMBER_STATIC)
		lupe_buffer_string(out, "static ");
	if (type && !type->name && type->kind != LUPE_KIND_TYPEDEF && nesting < NESTING_MAX &&
	    (type->kind == LUPE_KIND_STRUCT || type->kind == LUPE_KIND_UNION ||
	     type->kind == LUPE_KIND_ENUM || type->kind == LUPE_KIND_FLAGS)) {
		print_body(out, type, indent, nesting + 1);
		lupe_buffer_string(out, *name ? " " : "");
		lupe_buffer_string(out, name);
	} else {
		lupe_type_print_name(out, type, name);
	}
	if (member->bit_size) {
		lupe_buffer_string(out, " : ");
		lupe_buffer_unsigned(out, member->bit_size);
	}
	lupe_buffer_char(out, ';');
}

static void print_bases(struct lupe_buffer *out, const struct lupe_type *type)
{
	bool first = true;

	for (size_t i = 0; i < type->n_members; i++) {
		if (!(type->members[i].flags & LUPE_MEMBER_BASE))
			continue;
		lupe_buffer_string(out, first ? ": " : ", ");
		lupe_buffer_string(out, type->members[i].name ? type->members[i].name : "?");
		first = false;
	}
	if (!first)
		lupe_buffer_char(out, ' ');
}

static void print_members(struct lupe_buffer *out, const struct lupe_type *type, unsigned indent,
			  unsigned nesting)
{
	print_bases(out, type);
	lupe_buffer_char(out, '{');
	if (type->incomplete)
		lupe_buffer_string(out, "\n    <incomplete type>");
	else if (!type->n_members)
		lupe_buffer_string(out, "\n    <no data fields>");
	for (size_t i = 0; i < type->n_members && i < MEMBERS_MAX; i++)
		if (!(type->members[i].flags & LUPE_MEMBER_BASE))
			print_member(out, &type->members[i], indent + INDENT, nesting);
	begin_line(out, indent);
	lupe_buffer_char(out, '}');
}

/* "struct node" in C has its keyword; the name of a class has none. */
static void print_head(struct lupe_buffer *out, const struct lupe_type *type, const char *keyword)
{
	size_t size = strlen(keyword);

	if (!type->name || strncmp(type->name, keyword, size) != 0 || type->name[size] != ' ') {
		lupe_buffer_string(out, keyword);
		lupe_buffer_char(out, ' ');
	}
	if (type->name) {
		lupe_buffer_string(out, type->name);
		lupe_buffer_char(out, ' ');
	}
}

static void print_body(struct lupe_buffer *out, const struct lupe_type *type, unsigned indent, unsigned nesting)
{
	type = lupe_type_strip(type);
	if (type->kind == LUPE_KIND_ENUM || type->kind == LUPE_KIND_FLAGS) {
		print_head(out, type, "enum");
		print_enumeration(out, type);
		return;
	}
	print_head(out, type, type->kind == LUPE_KIND_UNION ? "union" : "struct");
	print_members(out, type, indent, nesting);
}

/* What a pointer, array or function leads to in the end, with what stands around it. */
static void print_derived(struct lupe_buffer *out, const struct lupe_type *type)
{
	const struct lupe_type *base = type;
	struct lupe_buffer text;
	const char *around;

	for (unsigned hop = 0; hop < NESTING_MAX && base && (base->kind == LUPE_KIND_POINTER || base->kind == LUPE_KIND_ARRAY);
	     hop++)
		base = lupe_type_strip(base->target);
	if (!base || (base->kind != LUPE_KIND_STRUCT && base->kind != LUPE_KIND_UNION)) {
		lupe_type_print_name(out, type, NULL);
		return;
	}
	print_body(out, base, 0, 0);
	/* the same declaration over a nameless base: what is left of it is "struct {...} *[2]" */
	lupe_buffer_init(&text);
	for (; type != base; type = lupe_type_strip(type->target))
		if (type->kind == LUPE_KIND_POINTER)
			lupe_buffer_char(&text, type->is_reference ? '&' : '*');
		else
			print_count(&text, type);
	around = lupe_buffer_text(&text);
	lupe_buffer_string(out, *around ? " " : "");
	lupe_buffer_string(out, around);
	lupe_buffer_deinit(&text);
}

void lupe_type_print_definition(struct lupe_buffer *out, const struct lupe_type *type)
{
	type = lupe_type_strip(type);
	if (type && (type->kind == LUPE_KIND_STRUCT || type->kind == LUPE_KIND_UNION ||
		     type->kind == LUPE_KIND_ENUM || type->kind == LUPE_KIND_FLAGS))
		print_body(out, type, 0, 0);
	else if (type && (type->kind == LUPE_KIND_POINTER || type->kind == LUPE_KIND_ARRAY))
		print_derived(out, type);
	else
		lupe_type_print_name(out, type, NULL);
}
