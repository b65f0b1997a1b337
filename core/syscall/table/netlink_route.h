/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files that describe NETLINK_ROUTE share.
 */
#ifndef LUPE_SYSCALL_TABLE_NETLINK_ROUTE_H
#define LUPE_SYSCALL_TABLE_NETLINK_ROUTE_H

#include "syscall/table/netlink.h"

extern const struct lupe_type lupe_route_protocol, lupe_route_scope, lupe_link_stats64;

/* Parts of a link's message: virtual functions, and ports that switches know them by. */
extern const struct lupe_attributes lupe_link_functions, lupe_link_port, lupe_link_ports;

/* Queueing disciplines, classes, filters, chains and actions; NULL: `type` is none of theirs. */
const struct lupe_netlink_payload *lupe_netlink_route_control(unsigned type);
/* Address labels, data centre bridging, multicast groups, namespaces, statistics, next hops; likewise. */
const struct lupe_netlink_payload *lupe_netlink_route_service(unsigned type);

#endif
