/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values as C text, the way a debugger shows them. What could not be read says so in angle
 * brackets. Nothing of the target reaches the output unescaped.
 */
#include "lupe/value.h"

#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "type/decode.h"
#include "type/symbols.h"

enum { NESTING_MAX = 80 };

const struct lupe_print_options lupe_print_options_default = {.string_max = 200, .array_max = 200};

struct c_printer {
	struct lupe_buffer *out;
	const struct lupe_print_options *options;
	unsigned nesting; /* of values, against trees too deep for our stack */
	unsigned indent;  /* of lines, when pretty */
};

static void print_value(struct c_printer *printer, const struct lupe_value *value);

static void escape(struct lupe_buffer *out, unsigned char c, unsigned char next, char quote)
{
	static const char letters[] = "\a\b\t\n\v\f\r\033", names[] = "abtnvfre";
	const char *found = c ? strchr(letters, c) : NULL;

	if (c == quote || c == '\\') {
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, c);
	} else if (c >= 0x20 && c < 0x7f) {
		lupe_buffer_char(out, c);
	} else if (found) {
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, names[found - letters]);
	} else {
		/* Three digits when a digit follows, lest it be read as one of ours. */
		bool full = c > 077 || (next >= '0' && next <= '7');

		lupe_buffer_char(out, '\\');
		if (full)
			lupe_buffer_char(out, '0' + (c >> 6));
		if (full || c > 7)
			lupe_buffer_char(out, '0' + (c >> 3 & 7));
		lupe_buffer_char(out, '0' + (c & 7));
	}
}

static void print_text(struct c_printer *printer, const unsigned char *bytes, size_t size,
		       bool more)
{
	size_t shown = MIN(size, printer->options->string_max), i;

	lupe_buffer_char(printer->out, '"');
	for (i = 0; i < shown; i++)
		escape(printer->out, bytes[i], i + 1 < shown ? bytes[i + 1] : 0, '"');
	lupe_buffer_char(printer->out, '"');
	if (more || shown < size)
		lupe_buffer_string(printer->out, "...");
}

static void print_unreadable(struct c_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_string(printer->out, "<cannot read memory at ");
	lupe_buffer_hex(printer->out, value->address);
	lupe_buffer_char(printer->out, '>');
}

static void print_string(struct c_printer *printer, const struct lupe_value *value)
{
	print_text(printer, value->bytes, value->n_bytes, value->flags & LUPE_VALUE_TRUNCATED);
	if (!(value->flags & LUPE_VALUE_PARTIAL))
		return;
	lupe_buffer_string(printer->out, " <unreadable from ");
	lupe_buffer_hex(printer->out, value->address + value->n_bytes);
	lupe_buffer_char(printer->out, '>');
}

/* 128-bit numbers: only their bytes hold them whole. */
static void print_wide(struct c_printer *printer, const struct lupe_value *value, bool is_signed)
{
	unsigned __int128 number;
	char digits[48], *p = digits + sizeof(digits);
	bool negative;

	memcpy(&number, value->bytes, sizeof(number));
	negative = is_signed && number >> 127;
	if (negative)
		number = -number;
	do {
		*--p = '0' + (int)(number % 10);
		number /= 10;
	} while (number);
	if (negative)
		*--p = '-';
	lupe_buffer_bytes(printer->out, p, digits + sizeof(digits) - p);
}

static void print_number(struct c_printer *printer, const struct lupe_value *value,
			 const struct lupe_type *type)
{
	bool is_signed = lupe_kind_is_signed(type);

	if (value->n_bytes == 16 && type->size == 16)
		print_wide(printer, value, is_signed);
	else if (printer->options->hex)
		lupe_buffer_hex(printer->out, lupe_symbols_narrow(type, value->u));
	else if (is_signed)
		lupe_buffer_decimal(printer->out, value->i);
	else
		lupe_buffer_unsigned(printer->out, value->u);
}

static void print_char(struct c_printer *printer, const struct lupe_value *value,
		       const struct lupe_type *type)
{
	print_number(printer, value, type);
	if (type->size > 1)
		return;
	lupe_buffer_string(printer->out, " '");
	escape(printer->out, value->u & 0xff, 0, '\'');
	lupe_buffer_char(printer->out, '\'');
}

static void print_float(struct c_printer *printer, const struct lupe_value *value,
			const struct lupe_type *type)
{
	int digits = type->size == sizeof(float) ? 9 : 17;
	char text[64];
	double back;

	/* The shortest text that reads back as the same number. */
	for (int precision = 6; precision <= digits; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, value->f);
		back = strtod(text, NULL);
		if (type->size == sizeof(float) ? (float)back == (float)value->f : back == value->f)
			break;
	}
	lupe_buffer_string(printer->out, text);
}

/* Several as gdb shows them: (A | B). */
static void print_names(struct lupe_buffer *out, const char *names)
{
	bool several = strchr(names, '|');

	if (several)
		lupe_buffer_char(out, '(');
	for (; *names; names++)
		if (*names == '|')
			lupe_buffer_string(out, " | ");
		else
			lupe_buffer_char(out, *names);
	if (several)
		lupe_buffer_char(out, ')');
}

static void print_symbol(struct c_printer *printer, const struct lupe_value *value,
			 const struct lupe_type *type)
{
	struct lupe_buffer names;

	lupe_buffer_init(&names);
	if (printer->options->hex || !lupe_symbols_append(&names, type, value->u))
		print_number(printer, value, type);
	else
		print_names(printer->out, lupe_buffer_text(&names));
	lupe_buffer_deinit(&names);
}

static void new_line(struct c_printer *printer)
{
	lupe_buffer_char(printer->out, '\n');
	lupe_buffer_pad(printer->out, ' ', 2 * (size_t)printer->indent);
}

static void separate(struct c_printer *printer, bool first)
{
	if (!first)
		lupe_buffer_string(printer->out, printer->options->pretty ? "," : ", ");
	if (printer->options->pretty)
		new_line(printer);
}

static bool is_shown(const struct lupe_value *child)
{
	return !(child->flags & LUPE_VALUE_ABSENT) &&
	       !(child->member &&
		 (child->member->flags & (LUPE_MEMBER_HIDDEN | LUPE_MEMBER_STATIC)));
}

/* A base class brings its name: two of them may have members alike. */
static void print_member(struct c_printer *printer, const struct lupe_value *child)
{
	const struct lupe_member *member = child->member;

	if (member && (member->flags & LUPE_MEMBER_BASE)) {
		lupe_buffer_char(printer->out, '<');
		lupe_buffer_string(printer->out,
				   child->type && child->type->name ? child->type->name : "base");
		lupe_buffer_string(printer->out, "> = ");
	} else if (member && member->name) {
		lupe_buffer_string(printer->out, member->name);
		lupe_buffer_string(printer->out, " = ");
	}
	print_value(printer, child);
}

static void print_struct(struct c_printer *printer, const struct lupe_value *value)
{
	bool first = true;
	uint32_t i;

	lupe_buffer_char(printer->out, '{');
	printer->indent++;
	for (i = 0; i < value->n_children; i++) {
		if (!is_shown(&value->children[i]))
			continue;
		separate(printer, first);
		first = false;
		print_member(printer, &value->children[i]);
	}
	printer->indent--;
	if (value->flags & (LUPE_VALUE_OPAQUE | LUPE_VALUE_TRUNCATED))
		lupe_buffer_string(printer->out, first ? "..." : ", ...");
	else if (printer->options->pretty && !first)
		new_line(printer);
	lupe_buffer_char(printer->out, '}');
}

/* Text in an array of char ends at its NULs at the end. */
static void print_char_array(struct c_printer *printer, const struct lupe_value *value)
{
	size_t size = value->n_bytes;

	while (size && !value->bytes[size - 1])
		size--;
	print_text(printer, value->bytes, size, value->flags & LUPE_VALUE_TRUNCATED);
}

static bool is_char_array(const struct lupe_value *value, const struct lupe_type *type)
{
	const struct lupe_type *element = lupe_type_strip(type->target);

	return element && element->kind == LUPE_KIND_CHAR && element->size == 1 && value->bytes;
}

static void print_array(struct c_printer *printer, const struct lupe_value *value,
			const struct lupe_type *type)
{
	size_t shown = MIN(value->n_children, printer->options->array_max), i;

	if (is_char_array(value, type)) {
		print_char_array(printer, value);
		return;
	}
	lupe_buffer_char(printer->out, '{');
	for (i = 0; i < shown; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		print_value(printer, &value->children[i]);
	}
	if (shown < value->n_children || shown < value->total ||
	    (value->flags & (LUPE_VALUE_TRUNCATED | LUPE_VALUE_OPAQUE)))
		lupe_buffer_string(printer->out, shown ? ", ..." : "...");
	lupe_buffer_char(printer->out, '}');
}

/* The address, then what lies there if it was decoded: 0x55.. "text". */
static void print_pointer(struct c_printer *printer, const struct lupe_value *value,
			  const struct lupe_type *type)
{
	if (type->is_reference)
		lupe_buffer_char(printer->out, '@');
	lupe_buffer_hex(printer->out, value->u);
	if (printer->options->symbol && value->u && !type->is_reference)
		printer->options->symbol(printer->options->context, value->u, printer->out);
	if (!value->n_children)
		return;
	lupe_buffer_string(printer->out, type->is_reference ? ": " : " ");
	print_value(printer, value->children);
}

static void print_kind(struct c_printer *printer, const struct lupe_value *value,
		       const struct lupe_type *type)
{
	switch (type->kind) {
	case LUPE_KIND_VOID:
		lupe_buffer_string(printer->out, "void");
		break;
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
		print_number(printer, value, type);
		break;
	case LUPE_KIND_BOOL:
		if (value->u > 1)
			print_number(printer, value, type);
		else
			lupe_buffer_string(printer->out, value->u ? "true" : "false");
		break;
	case LUPE_KIND_CHAR:
		print_char(printer, value, type);
		break;
	case LUPE_KIND_FLOAT:
		print_float(printer, value, type);
		break;
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
		print_symbol(printer, value, type);
		break;
	case LUPE_KIND_POINTER:
		print_pointer(printer, value, type);
		break;
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
		print_string(printer, value);
		break;
	case LUPE_KIND_ARRAY:
		print_array(printer, value, type);
		break;
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
		print_struct(printer, value);
		break;
	case LUPE_KIND_FUNCTION:
		lupe_buffer_char(printer->out, '{');
		lupe_buffer_string(printer->out, type->name ? type->name : "function");
		lupe_buffer_string(printer->out, "} ");
		lupe_buffer_hex(printer->out, value->address);
		break;
	case LUPE_KIND_CUSTOM:
		if (value->n_children)
			print_struct(printer, value);
		else if (value->n_bytes > sizeof(value->u) || !value->n_bytes)
			print_string(printer, value);
		else
			lupe_buffer_hex(printer->out, value->u);
		break;
	case LUPE_KIND_TYPEDEF:
		break;
	}
}

static void print_value(struct c_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	if (!type) {
		lupe_buffer_string(printer->out, "<unknown type>");
	} else if (value->flags & LUPE_VALUE_OPTIMIZED_OUT) {
		lupe_buffer_string(printer->out, "<optimized out>");
	} else if (value->flags & LUPE_VALUE_UNAVAILABLE) {
		lupe_buffer_string(printer->out, "<unavailable>");
	} else if (value->flags & LUPE_VALUE_UNREADABLE) {
		print_unreadable(printer, value);
	} else if (printer->nesting > NESTING_MAX) {
		lupe_buffer_string(printer->out, "...");
	} else {
		printer->nesting++;
		print_kind(printer, value, type);
		printer->nesting--;
	}
}

void lupe_value_print_c(struct lupe_buffer *out, const struct lupe_value *value,
			const struct lupe_print_options *options)
{
	struct c_printer printer = {out, options ? options : &lupe_print_options_default, 0, 0};

	print_value(&printer, value);
}
