/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types of the socket calls that other families share.
 */
#ifndef LUPE_SYSCALL_TABLE_NETWORK_H
#define LUPE_SYSCALL_TABLE_NETWORK_H

#include "base/buffer.h"
#include "syscall/describe.h"
#include "syscall/text.h"

extern const struct lupe_type lupe_type_address_family; /* 2 bytes: sa_family_t */
extern const struct lupe_type lupe_type_domain;		/* the same as an int */
extern const struct lupe_type lupe_type_ether_protocol; /* htons(ETH_P_IP) */
extern const struct lupe_type lupe_type_ether_number;	/* ETH_P_IP, in our order */
extern const struct lupe_type lupe_type_hardware_type;	/* ARPHRD_ETHER, 2 bytes */
extern const struct lupe_type lupe_type_ip_protocol;	/* IPPROTO_TCP as an int */
extern const struct lupe_type lupe_type_ipv4;		/* inet_addr("127.0.0.1") */
extern const struct lupe_type lupe_type_ipv6;
extern const struct lupe_type lupe_type_port;		/* htons(80) */
extern const struct lupe_type lupe_type_port_long;	/* htonl(80) */

/* if_nametoindex("lo"); by the interfaces that we see ourselves. */
extern const struct lupe_type lupe_type_ifindex;

extern const struct lupe_type lupe_type_mac; /* six bytes */

/* A struct sockaddr: what kind of one, its family says; how much of one, the member's count. */
extern const struct lupe_type lupe_type_sockaddr;

extern const struct lupe_type lupe_type_message_flags; /* MSG_DONTWAIT */
extern const struct lupe_type lupe_type_socket_level;  /* SOL_SOCKET */
extern const struct lupe_type lupe_type_control_level; /* the same, of a control message */

#endif
