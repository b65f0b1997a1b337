/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Notations that types of several families share.
 */
#include "syscall/notation.h"

#include "type/symbols.h"

static void print_cstring(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	bool more = value->flags & LUPE_VALUE_UNTERMINATED;
	size_t size = value->n_bytes;

	if (more && size && size == type->size)
		size--;
	lupe_strace_quoted(printer, value->bytes, size, more);
}

const struct lupe_type_ops lupe_cstring_ops = {.print = print_cstring};

static void print_hex_string(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_strace_options hex = *printer->options;
	struct lupe_printer inner = *printer;

	hex.hex_strings = 2;
	inner.options = &hex;
	lupe_strace_quoted(&inner, value->bytes, value->n_bytes,
			   value->flags & LUPE_VALUE_TRUNCATED);
}

const struct lupe_type_ops lupe_hex_string_ops = {.print = print_hex_string};

static void print_zero_padded(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t size = value->n_bytes;

	while (size && !value->bytes[size - 1])
		size--;
	lupe_strace_quoted(printer, value->bytes, size, false);
}

const struct lupe_type_ops lupe_zero_padded_ops = {.print = print_zero_padded};

static void print_mac(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t i;

	for (i = 0; i < value->n_bytes; i++)
		lupe_buffer_printf(printer->out, i ? ":%02x" : "%02x", value->bytes[i]);
}

const struct lupe_type_ops lupe_mac_ops = {.print = print_mac};

/* printf's %#0*x: the prefix counts among the digits, and zero has none. */
static void print_padded(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	lupe_buffer_printf(printer->out, "%#0*llx", (int)type->size * 2,
			   (unsigned long long)value->u);
}

const struct lupe_type lupe_type_padded8 = NUMBER_PRINTED_BY(1, print_padded);
const struct lupe_type lupe_type_padded16 = NUMBER_PRINTED_BY(2, print_padded);
const struct lupe_type lupe_type_padded32 = NUMBER_PRINTED_BY(4, print_padded);

void lupe_strace_explained(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *symbols = lupe_type_strip(lupe_type_strip(value->type)->target);
	struct lupe_strace_options verbose = *printer->options;
	struct lupe_printer inner = *printer;

	if (verbose.xlat == LUPE_XLAT_ABBREV)
		verbose.xlat = LUPE_XLAT_VERBOSE;
	inner.options = &verbose;
	lupe_strace_symbol(&inner, symbols, value->u);
}

void lupe_strace_letter(struct lupe_printer *printer, unsigned letter)
{
	static const char names[] = "tnvfr"; /* from 9 on */

	if (letter >= '\t' && letter <= '\r')
		lupe_buffer_printf(printer->out, "'\\%c'", names[letter - '\t']);
	else if (letter == '\'' || letter == '\\')
		lupe_buffer_printf(printer->out, "'\\%c'", (int)letter);
	else if (letter < ' ' || letter >= 0x7f)
		lupe_buffer_printf(printer->out, "'\\x%02x'", letter);
	else
		lupe_buffer_printf(printer->out, "'%c'", (int)letter);
}
