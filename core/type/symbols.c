/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of numbers by an ENUM or FLAGS type. Enumerators hold 64-bit constants as the compiler saw
 * them
 * (-1 has all bits), numbers come in the type's width: both are compared in that width.
 */
#include "type/symbols.h"

#include "lupe/value.h"

uint64_t lupe_symbols_narrow(const struct lupe_type *type, uint64_t number)
{
	if (!type->size || type->size >= 8)
		return number;
	return number & ((UINT64_C(1) << type->size * 8) - 1);
}

static bool append_enum(struct lupe_buffer *out, const struct lupe_type *type, uint64_t number)
{
	size_t i;

	for (i = 0; i < type->n_enumerators; i++) {
		const struct lupe_enumerator *e = &type->enumerators[i];
		uint64_t masked = e->mask ? number & e->mask : number;

		if (masked != lupe_symbols_narrow(type, e->value))
			continue;
		lupe_buffer_string(out, e->name);
		return true;
	}
	return false;
}

static void append_name(struct lupe_buffer *out, bool *any, const char *name)
{
	if (*any)
		lupe_buffer_char(out, '|');
	lupe_buffer_string(out, name);
	*any = true;
}

static bool append_flags(struct lupe_buffer *out, const struct lupe_type *type, uint64_t number)
{
	uint64_t rest = number, fields_done = 0;
	bool any = false;
	size_t i;

	for (i = 0; i < type->n_enumerators; i++) {
		const struct lupe_enumerator *e = &type->enumerators[i];
		uint64_t value = lupe_symbols_narrow(type, e->value);

		if (e->mask) { /* an enumerated field, whose zero has a name too */
			if ((number & e->mask) != value || (fields_done & e->mask) == e->mask)
				continue;
			fields_done |= e->mask;
			rest &= ~e->mask;
			append_name(out, &any, e->name);
		} else if (value ? (rest & value) == value : !number && !any) {
			rest &= ~value;
			append_name(out, &any, e->name);
		}
	}
	if (!any && !number && type->zero)
		append_name(out, &any, type->zero);
	if (any && rest) {
		lupe_buffer_char(out, '|');
		lupe_buffer_hex(out, rest);
	}
	return any;
}

bool lupe_symbols_append(struct lupe_buffer *out, const struct lupe_type *type, uint64_t number)
{
	number = lupe_symbols_narrow(type, number);
	return type->kind == LUPE_KIND_FLAGS ? append_flags(out, type, number)
					     : append_enum(out, type, number);
}

void lupe_type_print_symbols(struct lupe_buffer *out, const struct lupe_type *type, uint64_t number)
{
	type = lupe_type_strip(type);
	if (!type) {
		lupe_buffer_unsigned(out, number);
		return;
	}
	if (lupe_symbols_append(out, type, number))
		return;
	number = lupe_symbols_narrow(type, number);
	if (!number) { /* strace's way: 0 stands for itself, without a comment, among flags */
		lupe_buffer_char(out, '0');
		if (type->kind == LUPE_KIND_FLAGS)
			return;
	} else {
		lupe_buffer_hex(out, number);
	}
	if (!type->unknown)
		return;
	lupe_buffer_string(out, " /* ");
	lupe_buffer_string(out, type->unknown);
	lupe_buffer_string(out, " */");
}
