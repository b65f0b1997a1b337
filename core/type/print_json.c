/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values as JSON (RFC 8259), one shape for each kind:
 *
 *   number                          12, -1; nan and the infinities as strings
 *   enum, flags                     {"value": 2, "name": "O_RDWR"}
 *   text                            "abc"; cut: {"value": "abc", "truncated": true, "length": 100}
 *   bytes that are no UTF-8         {"value": "a\u00ff", "encoding": "bytes"}: each byte a code
 * point struct                          {"member": ..., ...} array                           [...,
 * ...]; cut: {"items": [...], "truncated": true, "length": 100} pointer what it points to; NULL is
 * null; alone: {"address": "0x7f.."} unreadable                      {"address": "0x7f..", "error":
 * "unreadable"}
 *
 * Addresses are strings, since common readers of JSON lose the low bits of large numbers.
 */
#include "type/json.h"

#include <math.h>
#include <string.h>
#include "base/cleanup.h"
#include "type/decode.h"
#include "type/symbols.h"

size_t lupe_utf8_length(const unsigned char *bytes, size_t size)
{
	uint32_t code, least;
	size_t length, i;

	if (!size)
		return 0;
	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] >= 0xc2 && bytes[0] <= 0xdf)
		length = 2, code = bytes[0] & 0x1f, least = 0x80;
	else if (bytes[0] >= 0xe0 && bytes[0] <= 0xef)
		length = 3, code = bytes[0] & 0x0f, least = 0x800;
	else if (bytes[0] >= 0xf0 && bytes[0] <= 0xf4)
		length = 4, code = bytes[0] & 0x07, least = 0x10000;
	else
		return 0;
	if (length > size)
		return 0;
	for (i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

static void code_point(struct lupe_buffer *out, unsigned c)
{
	static const char digits[] = "0123456789abcdef";
	char text[6] = {'\\', 'u', '0', '0', digits[c >> 4 & 15], digits[c & 15]};

	lupe_buffer_bytes(out, text, sizeof(text));
}

static void ascii(struct lupe_buffer *out, unsigned char c)
{
	static const char letters[] = "\b\f\n\r\t", names[] = "bfnrt";
	const char *found = c ? strchr(letters, c) : NULL;

	if (c == '"' || c == '\\') {
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, c);
	} else if (found) {
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, names[found - letters]);
	} else {
		code_point(out, c); /* control characters, DEL */
	}
}

static bool is_utf8(const unsigned char *bytes, size_t size)
{
	size_t i, length;

	for (i = 0; i < size; i += length) {
		length = lupe_utf8_length(bytes + i, size - i);
		if (!length)
			return false;
	}
	return true;
}

/* C1 control characters are valid UTF-8, but a terminal may obey them. */
static bool is_c1(const unsigned char *bytes, size_t length)
{
	return length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}

bool lupe_json_string(struct lupe_buffer *out, const void *data, size_t size)
{
	const unsigned char *bytes = data;
	/* All or nothing: in a string of bytes, \u00c3 must always mean the byte. */
	bool text = is_utf8(bytes, size);
	size_t i, run, length;

	lupe_buffer_char(out, '"');
	for (i = 0; i < size;) {
		for (run = i; run < size && bytes[run] >= 0x20 && bytes[run] < 0x7f &&
			      bytes[run] != '"' && bytes[run] != '\\';)
			run++;
		lupe_buffer_bytes(out, bytes + i, run - i);
		i = run;
		if (i >= size)
			break;
		length = text ? lupe_utf8_length(bytes + i, size - i) : 1;
		if (bytes[i] < 0x80)
			ascii(out, bytes[i]);
		else if (!text)
			code_point(out, bytes[i]);
		else if (is_c1(bytes + i, length))
			code_point(out, bytes[i + 1]);
		else
			lupe_buffer_bytes(out, bytes + i, length);
		i += length;
	}
	lupe_buffer_char(out, '"');
	return text;
}

void lupe_json_key(struct lupe_buffer *out, bool *first, const char *key)
{
	if (!*first)
		lupe_buffer_char(out, ',');
	*first = false;
	lupe_json_string(out, key, strlen(key));
	lupe_buffer_char(out, ':');
}

static void print_value(struct lupe_buffer *out, const struct lupe_value *value);

static void print_address(struct lupe_buffer *out, uint64_t address)
{
	lupe_buffer_char(out, '"');
	lupe_buffer_hex(out, address);
	lupe_buffer_char(out, '"');
}

static void print_number(struct lupe_buffer *out, const struct lupe_value *value,
			 const struct lupe_type *type)
{
	if (lupe_kind_is_signed(type))
		lupe_buffer_decimal(out, value->i);
	else
		lupe_buffer_unsigned(out, value->u);
}

static void print_float(struct lupe_buffer *out, double number)
{
	if (isfinite(number))
		lupe_buffer_printf(out, "%.17g", number);
	else
		lupe_buffer_string(out, isnan(number) ? "\"nan\""
					: number > 0  ? "\"inf\""
						      : "\"-inf\"");
}

static void print_symbol(struct lupe_buffer *out, const struct lupe_value *value,
			 const struct lupe_type *type)
{
	bool first = true, named;
	size_t at;

	lupe_buffer_char(out, '{');
	lupe_json_key(out, &first, "value");
	print_number(out, value, type);
	at = out->length;
	lupe_json_key(out, &first, "name");
	lupe_buffer_char(out, '"');
	named = lupe_symbols_append(out, type, value->u); /* identifiers: nothing to escape */
	if (named)
		lupe_buffer_char(out, '"');
	else
		lupe_buffer_truncate(out, at);
	lupe_buffer_char(out, '}');
}

static void print_text(struct lupe_buffer *out, const struct lupe_value *value)
{
	const uint32_t cut = LUPE_VALUE_TRUNCATED | LUPE_VALUE_PARTIAL;
	bool first = true, text;

	text = is_utf8(value->bytes, value->n_bytes);
	if (text && !(value->flags & cut)) {
		lupe_json_string(out, value->bytes, value->n_bytes);
		return;
	}
	lupe_buffer_char(out, '{');
	lupe_json_key(out, &first, "value");
	lupe_json_string(out, value->bytes, value->n_bytes);
	if (!text) {
		lupe_json_key(out, &first, "encoding");
		lupe_buffer_string(out, "\"bytes\"");
	}
	if (value->flags & cut) {
		lupe_json_key(out, &first, "truncated");
		lupe_buffer_string(out, "true");
	}
	if ((value->flags & cut) && value->total > value->n_bytes) {
		lupe_json_key(out, &first, "length");
		lupe_buffer_unsigned(out, value->total);
	}
	lupe_buffer_char(out, '}');
}

static bool is_shown(const struct lupe_value *child)
{
	return !(child->flags & LUPE_VALUE_ABSENT) &&
	       !(child->member &&
		 (child->member->flags & (LUPE_MEMBER_HIDDEN | LUPE_MEMBER_STATIC)));
}

/* Members of embedded parts become members of the object itself, unless the part has a name of its
 * own that C would use. */
static void print_members(struct lupe_buffer *out, const struct lupe_value *value, bool *first)
{
	uint32_t i;

	for (i = 0; i < value->n_children; i++) {
		const struct lupe_value *child = &value->children[i];
		const struct lupe_member *member = child->member;

		if (!is_shown(child))
			continue;
		if (member &&
		    (!member->name || (member->flags & (LUPE_MEMBER_INLINE | LUPE_MEMBER_BASE)))) {
			if (child->n_children) {
				print_members(out, child, first);
				continue;
			}
		}
		lupe_json_key(out, first, member && member->name ? member->name : "");
		print_value(out, child);
	}
}

static void print_struct(struct lupe_buffer *out, const struct lupe_value *value)
{
	bool first = true;

	lupe_buffer_char(out, '{');
	print_members(out, value, &first);
	lupe_buffer_char(out, '}');
}

static void print_array(struct lupe_buffer *out, const struct lupe_value *value)
{
	bool cut = value->n_children < value->total || (value->flags & LUPE_VALUE_PARTIAL);
	uint32_t i;

	lupe_buffer_string(out, cut ? "{\"items\":[" : "[");
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_char(out, ',');
		print_value(out, &value->children[i]);
	}
	lupe_buffer_char(out, ']');
	if (!cut)
		return;
	lupe_buffer_string(out, ",\"truncated\":true,\"length\":");
	lupe_buffer_unsigned(out, value->total);
	lupe_buffer_char(out, '}');
}

static bool is_char_array(const struct lupe_value *value, const struct lupe_type *type)
{
	const struct lupe_type *element = lupe_type_strip(type->target);

	return element && element->kind == LUPE_KIND_CHAR && element->size == 1 && value->bytes;
}

/* An array of char is text; the NULs at its end are filling. */
static void print_char_array(struct lupe_buffer *out, const struct lupe_value *value)
{
	struct lupe_value text = *value;

	while (text.n_bytes && !text.bytes[text.n_bytes - 1])
		text.n_bytes--;
	print_text(out, &text);
}

/* Whether there is anything behind the pointer to show. */
static bool is_followed(const struct lupe_value *child)
{
	const struct lupe_type *type = lupe_type_strip(child->type);

	if (!type || (child->flags & LUPE_VALUE_OPAQUE) || type->kind == LUPE_KIND_VOID)
		return false;
	return child->n_children || !(child->flags & LUPE_VALUE_PARTIAL) ||
	       (type->kind != LUPE_KIND_ARRAY && type->kind != LUPE_KIND_CUSTOM);
}

static void print_pointer(struct lupe_buffer *out, const struct lupe_value *value)
{
	if (value->flags & LUPE_VALUE_NULL) {
		lupe_buffer_string(out, "null");
	} else if (value->n_children && is_followed(value->children)) {
		print_value(out, value->children);
	} else {
		lupe_buffer_string(out, "{\"address\":");
		print_address(out, value->u);
		lupe_buffer_char(out, '}');
	}
}

/* Up to eight bytes as one number. */
static uint64_t word_of(const struct lupe_value *value)
{
	uint64_t word = 0;

	if (value->bytes)
		memcpy(&word, value->bytes, MIN(value->n_bytes, sizeof(word)));
	return word;
}

static void print_custom(struct lupe_buffer *out, const struct lupe_value *value)
{
	if (value->n_children)
		print_struct(out, value);
	else if (value->n_bytes > sizeof(value->u) || !value->n_bytes)
		print_text(out, value);
	else
		lupe_buffer_unsigned(out, value->u ? value->u : word_of(value));
}

static void print_kind(struct lupe_buffer *out, const struct lupe_value *value,
		       const struct lupe_type *type)
{
	switch (type->kind) {
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_CHAR:
		print_number(out, value, type);
		break;
	case LUPE_KIND_BOOL:
		lupe_buffer_string(out, value->u ? "true" : "false");
		break;
	case LUPE_KIND_FLOAT:
		print_float(out, value->f);
		break;
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
		print_symbol(out, value, type);
		break;
	case LUPE_KIND_POINTER:
		print_pointer(out, value);
		break;
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
		print_text(out, value);
		break;
	case LUPE_KIND_ARRAY:
		if (is_char_array(value, type))
			print_char_array(out, value);
		else
			print_array(out, value);
		break;
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
		print_struct(out, value);
		break;
	case LUPE_KIND_CUSTOM:
		print_custom(out, value);
		break;
	case LUPE_KIND_VOID:
	case LUPE_KIND_FUNCTION:
	case LUPE_KIND_TYPEDEF:
		lupe_buffer_string(out, "null");
		break;
	}
}

static void print_value(struct lupe_buffer *out, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	if (!type || (value->flags & LUPE_VALUE_ABSENT)) {
		lupe_buffer_string(out, "null");
	} else if (value->flags & LUPE_VALUE_OPTIMIZED_OUT) {
		lupe_buffer_string(out, "{\"error\":\"optimized out\"}");
	} else if (value->flags & LUPE_VALUE_UNREADABLE) {
		lupe_buffer_string(out, "{\"address\":");
		print_address(out, value->address);
		lupe_buffer_string(out, ",\"error\":\"unreadable\"}");
	} else {
		print_kind(out, value, type);
	}
}

void lupe_value_print_json(struct lupe_buffer *out, const struct lupe_value *value)
{
	print_value(out, value);
}
