/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attributes of netlink messages: their types by the tables of the message's kind, and the
 * sequences and lists that messages are made of.
 */
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include "base/arena.h"
#include "syscall/notation.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/network.h"

/* --- sequences and lists --- */

static void print_children(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		lupe_strace_value(printer, &value->children[i]);
	}
	lupe_buffer_char(printer->out, ']');
}

static void print_list(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->n_children == 1)
		lupe_strace_value(printer, value->children);
	else
		print_children(printer, value);
}

const struct lupe_type lupe_netlink_sequence = {
    .name = "[]",
    .kind = LUPE_KIND_ARRAY,
    .ops = &(const struct lupe_type_ops){.print = print_children}};
const struct lupe_type lupe_netlink_list = {.name = "[]",
					    .kind = LUPE_KIND_ARRAY,
					    .ops =
						&(const struct lupe_type_ops){.print = print_list}};

bool lupe_netlink_make(struct lupe_decode *decode, struct lupe_value *value,
		       const struct lupe_type *type, size_t count)
{
	value->type = type;
	value->children = lupe_arena_alloc(decode->arena, MAX(count, (size_t)1) * sizeof(*value));
	value->n_children = value->children ? count : 0;
	value->total = value->n_children;
	return value->children;
}

/* --- values of bytes that lie in the buffer --- */

void lupe_netlink_fill_bytes(struct lupe_decode *decode, struct lupe_value *value,
			     lupe_addr address, size_t size)
{
	const struct lupe_type template = HEX_STRING(0);
	struct lupe_type *type = lupe_arena_copy(decode->arena, &template, sizeof(template));

	if (!type)
		return;
	type->size = size;
	type->role = LUPE_ROLE_NONE; /* cut by -s */
	lupe_value_fill(decode, value, type, address, size);
}

static void fill_mac(struct lupe_decode *decode, struct lupe_value *value, lupe_addr address,
		     size_t size)
{
	const struct lupe_type template = MAC(0);
	struct lupe_type *type = lupe_arena_copy(decode->arena, &template, sizeof(template));

	if (!type)
		return;
	type->size = size;
	lupe_value_fill(decode, value, type, address, size);
}

/* --- attributes --- */

static void print_attribute_type(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->u & NLA_F_NESTED)
		lupe_buffer_string(printer->out, "NLA_F_NESTED|");
	if (value->u & NLA_F_NET_BYTEORDER)
		lupe_buffer_string(printer->out, "NLA_F_NET_BYTEORDER|");
	if (lupe_type_strip(value->type)->target->unknown)
		lupe_strace_symbol(printer, lupe_type_strip(value->type)->target,
				   value->u & NLA_TYPE_MASK);
	else /* a table without names */
		lupe_strace_hex(printer, value->u & NLA_TYPE_MASK);
}

const struct lupe_type_ops lupe_attribute_type_ops = {.print = print_attribute_type};

/* [[NAME]=1, [NAME]=2]; beyond the last name, the index. */
static void print_indexed(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	const struct lupe_enumerator *names = type->enumerators;
	uint32_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		if (i < type->n_enumerators)
			lupe_buffer_printf(printer->out, "[%s]=", names[i].name);
		else if (type->n_enumerators)
			lupe_buffer_printf(printer->out, "[%u /* %s */]=", (unsigned)i, type->unknown);
		lupe_strace_value(printer, &value->children[i]);
	}
	if (value->n_children < value->total)
		lupe_buffer_string(printer->out, ", ...");
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type_ops indexed_ops = {.print = print_indexed};

static void fill_indexed(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_attribute *attribute, lupe_addr address, size_t size)
{
	struct lupe_type *type = lupe_arena_alloc(decode->arena, sizeof(*type));

	if (!type)
		return;
	type->kind = LUPE_KIND_ARRAY;
	type->target = attribute->type;
	type->count = size / lupe_type_size(attribute->type);
	type->unknown = attribute->names ? attribute->names->unknown : NULL;
	type->enumerators = attribute->names ? attribute->names->enumerators : NULL;
	type->n_enumerators = attribute->names ? attribute->names->n_enumerators : 0;
	type->ops = &indexed_ops;
	lupe_value_fill(decode, value, type, address, type->count);
}

static void fill_address(struct lupe_decode *decode, struct lupe_value *value, lupe_addr address,
			 size_t size, unsigned family)
{
	if (family == AF_INET && size >= 4)
		lupe_value_fill(decode, value, &lupe_type_ipv4, address, SIZE_MAX);
	else if (family == AF_INET6 && size >= 16)
		lupe_value_fill(decode, value, &lupe_type_ipv6, address, SIZE_MAX);
	else
		lupe_netlink_fill_bytes(decode, value, address, size);
}

/* A string that does not end where its attribute does: all of it, and "..." when it has no end. */
static void print_odd_string(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t size = value->n_bytes, shown;
	bool ended = size && !value->bytes[size - 1];

	size -= ended;
	shown = MIN(size, printer->options->string_max);
	lupe_strace_quoted(printer, value->bytes, shown, !ended || shown < size);
}

static void fill_string(struct lupe_decode *decode, struct lupe_value *value, struct lupe_source data)
{
	static const struct lupe_type string = {
	    .name = "char []", .kind = LUPE_KIND_STRING, .role = LUPE_ROLE_NONE};
	static const struct lupe_type_ops odd_ops = {.print = print_odd_string};
	const struct lupe_type odd = {
	    .name = "char []", .kind = LUPE_KIND_BYTES, .size = data.size, .ops = &odd_ops};
	const unsigned char *end = memchr(data.bytes, '\0', data.size);
	const struct lupe_type *type = &string;

	if (end != data.bytes + data.size - 1)
		type = lupe_arena_copy(decode->arena, &odd, sizeof(odd));
	if (type)
		lupe_value_fill(decode, value, type, data.address, data.size);
}

static void fill_known(struct lupe_decode *decode, struct lupe_value *value,
		       const struct lupe_attribute *attribute, struct lupe_source data,
		       unsigned family)
{
	switch (attribute->kind) {
	case LUPE_ATTRIBUTE_VALUE:
		if (data.size >= lupe_type_size(attribute->type))
			lupe_value_fill(decode, value, attribute->type, data.address, SIZE_MAX);
		else
			lupe_netlink_fill_bytes(decode, value, data.address, data.size);
		break;
	case LUPE_ATTRIBUTE_STRING:
		fill_string(decode, value, data);
		break;
	case LUPE_ATTRIBUTE_ADDRESS:
		fill_address(decode, value, data.address, data.size, family);
		break;
	case LUPE_ATTRIBUTE_MAC:
		fill_mac(decode, value, data.address, data.size);
		break;
	case LUPE_ATTRIBUTE_NESTED:
		lupe_netlink_fill_attributes(decode, value, attribute->nested, data, family);
		break;
	case LUPE_ATTRIBUTE_INDEXED:
		if (data.size >= lupe_type_size(attribute->type))
			fill_indexed(decode, value, attribute, data.address, data.size);
		else
			lupe_netlink_fill_bytes(decode, value, data.address, data.size);
		break;
	}
}

static const struct lupe_attribute *known_attribute(const struct lupe_attributes *table,
						    uint16_t number)
{
	size_t i;

	for (i = 0; i < table->n_known; i++)
		if (table->known[i].number == (number & NLA_TYPE_MASK))
			return &table->known[i];
	return NULL;
}

/* One attribute: its header alone, or a sequence of it and the value. */
static void fill_attribute(struct lupe_decode *decode, struct lupe_value *value,
			   const struct lupe_attributes *table, struct lupe_source source,
			   unsigned family)
{
	struct lupe_source data = {source.address + NLA_HDRLEN, source.bytes + NLA_HDRLEN,
				   source.size - NLA_HDRLEN};
	const struct lupe_attribute *attribute;
	struct nlattr header;

	if (source.size <= NLA_HDRLEN) {
		lupe_value_fill(decode, value, table->header, source.address, SIZE_MAX);
		return;
	}
	if (!lupe_netlink_make(decode, value, &lupe_netlink_sequence, 2))
		return;
	memcpy(&header, source.bytes, sizeof(header));
	lupe_value_fill(decode, &value->children[0], table->header, source.address, SIZE_MAX);
	attribute = known_attribute(table, header.nla_type);
	if (attribute)
		fill_known(decode, &value->children[1], attribute, data, family);
	else
		lupe_netlink_fill_bytes(decode, &value->children[1], data.address, data.size);
}

/* The first of the attributes in `source`, and how far the next one is; false for no attribute. */
static bool first_attribute(struct lupe_source source, size_t *ret_size, size_t *ret_step)
{
	struct nlattr header;

	if (source.size < sizeof(header))
		return false;
	memcpy(&header, source.bytes, sizeof(header));
	*ret_size = MIN(MAX((size_t)header.nla_len, (size_t)NLA_HDRLEN), source.size);
	/* One that is shorter than its own header ends the list. */
	*ret_step = header.nla_len < NLA_HDRLEN ? source.size
						: MIN((size_t)NLA_ALIGN(*ret_size), source.size);
	return true;
}

void lupe_netlink_advance(struct lupe_source *source, size_t step)
{
	source->address += step;
	source->bytes += step;
	source->size -= step;
}

void lupe_netlink_fill_attributes(struct lupe_decode *decode, struct lupe_value *value,
				  const struct lupe_attributes *table, struct lupe_source source,
				  unsigned family)
{
	struct lupe_source at = source;
	size_t n = 0, size, step;
	uint32_t i;

	while (first_attribute(at, &size, &step)) {
		lupe_netlink_advance(&at, step);
		n++;
	}
	if (!n || decode->depth >= LUPE_NETLINK_NESTING_MAX) {
		lupe_netlink_fill_bytes(decode, value, source.address, source.size);
		return;
	}
	if (!lupe_netlink_make(decode, value, &lupe_netlink_list, n))
		return;
	decode->depth++;
	for (i = 0; i < n && first_attribute(source, &size, &step); i++) {
		struct lupe_source one = {source.address, source.bytes, size};

		fill_attribute(decode, &value->children[i], table, one, family);
		lupe_netlink_advance(&source, step);
	}
	decode->depth--;
}
