/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Netlink messages: what a netlink socket sends and receives.
 *
 * A family (NETLINK_ROUTE) says what types of messages there are; a message's type, what its payload
 * begins with and which attributes follow. All of it is data: to describe another attribute is a line
 * in its table.
 */
#ifndef LUPE_SYSCALL_TABLE_NETLINK_H
#define LUPE_SYSCALL_TABLE_NETLINK_H

#include "syscall/describe.h"

/* A buffer of a socket, with a member's count of bytes: netlink messages if argument 0 is a netlink
 * socket as far as the decode's descriptors know, else bytes. */
extern const struct lupe_type lupe_type_socket_data;

/* Fills `value` with the netlink messages in `size` bytes at value->address. */
void lupe_netlink_decode(struct lupe_decode *decode, struct lupe_value *value, size_t size);

enum lupe_attribute_kind {
	LUPE_ATTRIBUTE_VALUE,	/* of `type`; bytes when there are too few */
	LUPE_ATTRIBUTE_STRING,
	LUPE_ATTRIBUTE_ADDRESS, /* of the message's address family */
	LUPE_ATTRIBUTE_MAC,
	LUPE_ATTRIBUTE_NESTED,  /* attributes of `nested` */
	LUPE_ATTRIBUTE_INDEXED, /* of `type` each, with the name that `names` has for its index; NULL: none */
};

struct lupe_attributes;
struct nlmsghdr;

struct lupe_attribute {
	uint16_t number;
	enum lupe_attribute_kind kind;
	const struct lupe_type *type, *names;
	const struct lupe_attributes *nested;
};

struct lupe_attributes {
	const struct lupe_type *header; /* a struct nlattr that names the types */
	const struct lupe_attribute *known;
	size_t n_known;
};

/* No attributes: what follows the header is not shown, or shown as bytes. */
extern const struct lupe_attributes lupe_netlink_nothing, lupe_netlink_bytes;

/* The messages of a family from `first` to `last`: a struct, then attributes. */
struct lupe_netlink_payload {
	uint16_t first, last;
	const struct lupe_type *header;
	const struct lupe_attributes *attributes; /* NULL: bytes, and `header` is {family, data} */
};

struct lupe_netlink_family {
	int protocol;		       /* NETLINK_ROUTE; -1: any other */
	const struct lupe_type *types; /* of messages, as an ENUM */
	const struct lupe_netlink_payload *payloads;
	size_t n_payloads;
	const struct lupe_netlink_payload *fallback; /* NULL: bytes */
	/* Where the type alone does not tell: by the header and the first byte, an address family. NULL: it
	 * does. */
	const struct lupe_netlink_payload *(*choose)(const struct nlmsghdr *header, unsigned family);
	/* The name of a message's type, where `types` is no ENUM; the upper flags mean what it says: ...NEW,
	 * ...DEL, ...GET. NULL: by `types`. */
	const char *(*message_name)(unsigned type);
};

extern const struct lupe_netlink_family lupe_netlink_route, lupe_netlink_diagnostics,
    lupe_netlink_netfilter;

/* An address family in one byte. */
extern const struct lupe_type lupe_netlink_family8;

/* How a table names an attribute's type: a number whose ENUM is the type's target. */
extern const struct lupe_type_ops lupe_attribute_type_ops;

/* Likewise a table that other files use, too. */
#define SHARED_ATTRIBUTES(id, unknown_, names_, ...) \
	ATTRIBUTE_PARTS(id, unknown_, names_, __VA_ARGS__) \
	const struct lupe_attributes id = {&id##_header, id##_known, ARRAY_SIZE(id##_known)};
/* Defines the table `id`: ATTRIBUTES(links, "IFLA_???", (E(IFLA_MTU), ...), VALUE_OF(IFLA_MTU, ...)) */
#define ATTRIBUTES(id, unknown_, names_, ...) \
	ATTRIBUTE_PARTS(id, unknown_, names_, __VA_ARGS__) \
	static const struct lupe_attributes id = {&id##_header, id##_known, ARRAY_SIZE(id##_known)};
#define ATTRIBUTE_PARTS(id, unknown_, names_, ...) \
	static ENUM(id##_names, 2, unknown_, NAMES_OF names_) \
	static const struct lupe_type id##_type = {.name = "uint16_t", \
						   .kind = LUPE_KIND_UINT, \
						   .size = 2, \
						   .target = &id##_names, \
						   .ops = &lupe_attribute_type_ops}; \
	static STRUCT(id##_header, struct nlattr, \
		      FIELD(struct nlattr, nla_len, &lupe_type_ushort), \
		      FIELD(struct nlattr, nla_type, &id##_type)) \
	static const struct lupe_attribute id##_known[] = {__VA_ARGS__};
#define NAMES_OF(...) __VA_ARGS__

#define A_VALUE(number_, type_) {.number = (number_), .kind = LUPE_ATTRIBUTE_VALUE, .type = (type_)}
#define A_STRING(number_) {.number = (number_), .kind = LUPE_ATTRIBUTE_STRING}
#define A_ADDRESS(number_) {.number = (number_), .kind = LUPE_ATTRIBUTE_ADDRESS}
#define A_MAC(number_) {.number = (number_), .kind = LUPE_ATTRIBUTE_MAC}
#define A_NESTED(number_, table) \
	{.number = (number_), .kind = LUPE_ATTRIBUTE_NESTED, .nested = &(table)}
#define A_LIST(number_, type_) {.number = (number_), .kind = LUPE_ATTRIBUTE_INDEXED, .type = (type_)}
#define A_INDEXED(number_, type_, names_) \
	{.number = (number_), .kind = LUPE_ATTRIBUTE_INDEXED, .type = (type_), .names = (names_)}

#endif
