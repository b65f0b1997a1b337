/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files that decode netlink messages share. All of them work on bytes that were read before:
 * a source has its bytes at hand, and the decode's memory is these bytes too.
 */
#ifndef LUPE_SYSCALL_TABLE_NETLINK_PARTS_H
#define LUPE_SYSCALL_TABLE_NETLINK_PARTS_H

#include "syscall/table/netlink.h"
#include "type/decode.h"

enum { LUPE_NETLINK_NESTING_MAX = 12 /* of messages in errors, and of attributes */ };

/* [a, b]; a list of one is written as that one. */
extern const struct lupe_type lupe_netlink_sequence, lupe_netlink_list;

/* Makes `value` one of them, or a struct, with room for `count` children; false without memory. */
bool lupe_netlink_make(struct lupe_decode *decode, struct lupe_value *value,
		       const struct lupe_type *type, size_t count);

/* The one of the list for messages of `type`; NULL: none is. */
const struct lupe_netlink_payload *lupe_netlink_payload_for(const struct lupe_netlink_payload *list, size_t n,
							    unsigned type);

/* Types that several families use. */
extern const struct lupe_type lupe_netlink_ip_protocol, lupe_netlink_encapsulation;

/* A hexadecimal string, cut by -s. */
void lupe_netlink_fill_bytes(struct lupe_decode *decode, struct lupe_value *value,
			     lupe_addr address, size_t size);

/* The attributes in `source`, of a message of address family `family`. */
void lupe_netlink_fill_attributes(struct lupe_decode *decode, struct lupe_value *value,
				  const struct lupe_attributes *table, struct lupe_source source,
				  unsigned family);

/* Leaves the first `step` bytes behind. */
void lupe_netlink_advance(struct lupe_source *source, size_t step);

#endif
