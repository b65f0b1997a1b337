/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of sockets and network interfaces. One struct ifreq serves them all: a name (or an index),
 * and a union of which each command uses one member. Of a command that asks, the name is known
 * whatever comes of it, the answer only after a success.
 */
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include "base/arena.h"
#include "syscall/table/ioctl.h"
#include "syscall/table/network.h"
#include "syscall/text.h"
#include "type/decode.h"

/* clang-format off */
static const struct lupe_type interface_name = CSTRING(IFNAMSIZ);

/* Without a NUL: all of it and "...". */
static void print_bridge_name(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_quoted(printer, value->bytes, value->n_bytes,
			   value->flags & LUPE_VALUE_UNTERMINATED);
}

static const struct lupe_type bridge_name = {
	.name = "char []", .kind = LUPE_KIND_STRING, .role = LUPE_ROLE_PATH, .size = IFNAMSIZ,
	.ops = &(const struct lupe_type_ops){.print = print_bridge_name}};

static FLAGS(interface_flags, 2, "IFF_???", NULL,
	E(IFF_UP), E(IFF_BROADCAST), E(IFF_DEBUG), E(IFF_LOOPBACK), E(IFF_POINTOPOINT),
	E(IFF_NOTRAILERS), E(IFF_RUNNING), E(IFF_NOARP), E(IFF_PROMISC), E(IFF_ALLMULTI),
	E(IFF_MASTER), E(IFF_SLAVE), E(IFF_MULTICAST), E(IFF_PORTSEL), E(IFF_AUTOMEDIA), E(IFF_DYNAMIC))

static void print_hardware(struct lupe_printer *printer, const struct lupe_value *value);

static const struct lupe_type hardware_data = {
	.name = "char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,
	.size = sizeof(((struct sockaddr *)0)->sa_data),
	.ops = &(const struct lupe_type_ops){.print = print_hardware}};
static STRUCT(hardware_address, struct sockaddr,
	FIELD(struct sockaddr, sa_family, &lupe_type_hardware_type),
	FIELD(struct sockaddr, sa_data, &hardware_data))

static STRUCT(interface_map, struct ifmap,
	FIELD(struct ifmap, mem_start, &lupe_type_ulong_hex),
	FIELD(struct ifmap, mem_end, &lupe_type_ulong_hex),
	FIELD(struct ifmap, base_addr, &lupe_type_u16_hex),
	FIELD(struct ifmap, irq, &lupe_type_u8_hex),
	FIELD(struct ifmap, dma, &lupe_type_u8_hex),
	FIELD(struct ifmap, port, &lupe_type_u8_hex))
    /* clang-format on */

    /* As long as addresses of its kind are; all of it when we do not know. */
    static void print_hardware(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *family = lupe_value_member(printer->parent, "sa_family");
	struct lupe_value shown = *value;

	if (family && (family->u == ARPHRD_ETHER || family->u == ARPHRD_LOOPBACK ||
		       family->u == ARPHRD_EETHER || family->u == ARPHRD_IEEE802))
		shown.n_bytes = MIN(shown.n_bytes, (size_t)6);
	else if (family && family->u == ARPHRD_NETROM)
		shown.n_bytes = MIN(shown.n_bytes, (size_t)7);
	lupe_mac_ops.print(printer, &shown);
}

/* clang-format off */
#define SOCKADDR_COUNT .count = FIXED_COUNT(sizeof(struct sockaddr))
#define IFREQ(id, field, type_, ...) \
	static STRUCT(id, struct ifreq, \
		FIELD_AS("ifr_name", struct ifreq, ifr_ifrn.ifrn_name, &interface_name), \
		FIELD_AS(#field, struct ifreq, field, type_, ANSWER, ##__VA_ARGS__)) \
	ASKED(id##_asked, &id)

IFREQ(ifreq_addr, ifr_addr, &lupe_type_sockaddr, SOCKADDR_COUNT)
IFREQ(ifreq_dstaddr, ifr_dstaddr, &lupe_type_sockaddr, SOCKADDR_COUNT)
IFREQ(ifreq_broadaddr, ifr_broadaddr, &lupe_type_sockaddr, SOCKADDR_COUNT)
IFREQ(ifreq_netmask, ifr_netmask, &lupe_type_sockaddr, SOCKADDR_COUNT)
IFREQ(ifreq_hwaddr, ifr_hwaddr, &hardware_address)
IFREQ(ifreq_flags, ifr_flags, &interface_flags)
IFREQ(ifreq_metric, ifr_metric, &lupe_type_int)
IFREQ(ifreq_mtu, ifr_mtu, &lupe_type_int)
IFREQ(ifreq_slave, ifr_slave, &interface_name)
IFREQ(ifreq_ifindex, ifr_ifindex, &lupe_type_int)
IFREQ(ifreq_qlen, ifr_qlen, &lupe_type_int)
IFREQ(ifreq_map, ifr_map, &interface_map)

static STRUCT(ifreq_by_index, struct ifreq,
	FIELD_AS("ifr_ifindex", struct ifreq, ifr_ifindex, &lupe_type_int),
	FIELD_AS("ifr_name", struct ifreq, ifr_ifrn.ifrn_name, &interface_name, ANSWER))
ASKED(ifreq_by_index_asked, &ifreq_by_index)
static STRUCT(ifreq_newname, struct ifreq,
	FIELD_AS("ifr_name", struct ifreq, ifr_ifrn.ifrn_name, &interface_name),
	FIELD_AS("ifr_newname", struct ifreq, ifr_newname, &interface_name))
static STRUCT(bridge_port, struct ifreq, FIELD_AS("ifr_ifindex", struct ifreq, ifr_ifindex, &lupe_type_ifindex))

/* --- the list of all interfaces --- */

static STRUCT(listed_interface, struct ifreq,
	FIELD_AS("ifr_name", struct ifreq, ifr_ifrn.ifrn_name, &interface_name),
	FIELD_AS("ifr_addr", struct ifreq, ifr_addr, &lupe_type_sockaddr, SOCKADDR_COUNT))
    /* clang-format on */

    static void print_length(struct lupe_printer *printer, int64_t length)
{
	const int64_t one = sizeof(struct ifreq);

	lupe_buffer_decimal(printer->out, length);
	if (length && length % one == 0) {
		lupe_buffer_string(printer->out, " /* ");
		lupe_buffer_decimal(printer->out, length / one);
		lupe_buffer_string(printer->out, " * sizeof(struct ifreq) */");
	}
}

/* What it was and what it is, when there was room for a list at all. */
static void print_list_length(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *buffer = lupe_value_member(printer->parent, "ifc_buf");
	const struct lupe_value *before = lupe_value_member(printer->parent, "before");

	if (before && buffer && buffer->u && before->i != value->i) {
		print_length(printer, before->i);
		lupe_buffer_string(printer->out, " => ");
	}
	print_length(printer, value->i);
}

/* A struct ifconf with what the text needs besides. */
struct interface_list {
	struct ifconf conf;
	int before;     /* ifc_len at the entry */
	unsigned count; /* of interfaces that are there */
};

/* clang-format off */
static const struct lupe_type list_length = {
	.name = "int", .kind = LUPE_KIND_INT, .size = 4,
	.ops = &(const struct lupe_type_ops){.print = print_list_length}};

#define LIST_FIELDS(buffer, ...) \
	FIELD_AS("ifc_len", struct interface_list, conf.ifc_len, &list_length), \
	FIELD_AS("ifc_buf", struct interface_list, conf.ifc_ifcu.ifcu_buf, buffer, ##__VA_ARGS__), \
	FIELD(struct interface_list, before, &lupe_type_int, .flags = LUPE_MEMBER_HIDDEN), \
	FIELD(struct interface_list, count, &lupe_type_uint, .flags = LUPE_MEMBER_HIDDEN)
static STRUCT(list_before, struct interface_list, LIST_FIELDS(&lupe_type_address))
static STRUCT(list_after, struct interface_list,
	LIST_FIELDS(PTR(&listed_interface), .count = BY_MEMBER(3)))
    /* clang-format on */

    /* The length at the entry: of the only pointer that the call has. */
    static int length_before(const struct lupe_decode *decode, lupe_addr address, int now)
{
	const struct lupe_value *entry = decode->entry, *length;
	uint32_t i;

	for (i = 0; entry && i < entry->n_children; i++) {
		const struct lupe_value *pointer = &entry->children[i];

		if (pointer->n_children != 1 || pointer->children->address != address)
			continue;
		length = lupe_value_member(pointer->children, "ifc_len");
		return length ? (int)length->i : now;
	}
	return now;
}

static void decode_list(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	bool answered = decode->has_result && !decode->failed;
	const struct lupe_type *type = answered ? &list_after : &list_before;
	struct interface_list list = {0};

	(void)limit;
	value->type = type;
	if (lupe_memory_read_some(decode->memory, value->address, &list.conf, sizeof(list.conf)) !=
	    sizeof(list.conf)) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	list.before = length_before(decode, value->address, list.conf.ifc_len);
	list.count = MAX(MIN(list.before, list.conf.ifc_len), 0) / (int)sizeof(struct ifreq);
	value->bytes = lupe_arena_copy(decode->arena, &list, sizeof(list));
	if (!value->bytes)
		return;
	value->n_bytes = sizeof(list);
	lupe_decode_members(decode, value, type->members, type->n_members,
			    (struct lupe_source){value->address, value->bytes, sizeof(list)},
			    false);
}

static const struct lupe_type interface_list = {
    .name = "struct ifconf",
    .kind = LUPE_KIND_STRUCT,
    .size = sizeof(struct ifconf),
    .ops = &(const struct lupe_type_ops){.decode = decode_list}};

/* clang-format off */
#define ASKS(command, id) READS_LATE(command, &id##_asked)
COMMANDS(lupe_ioctl_socket,
	ASKS(SIOCGIFADDR, ifreq_addr), WRITES(SIOCSIFADDR, &ifreq_addr),
	ASKS(SIOCGIFDSTADDR, ifreq_dstaddr), WRITES(SIOCSIFDSTADDR, &ifreq_dstaddr),
	ASKS(SIOCGIFBRDADDR, ifreq_broadaddr), WRITES(SIOCSIFBRDADDR, &ifreq_broadaddr),
	ASKS(SIOCGIFNETMASK, ifreq_netmask), WRITES(SIOCSIFNETMASK, &ifreq_netmask),
	ASKS(SIOCGIFHWADDR, ifreq_hwaddr), WRITES(SIOCSIFHWADDR, &ifreq_hwaddr),
	WRITES(SIOCSIFHWBROADCAST, &ifreq_hwaddr),
	WRITES(SIOCADDMULTI, &ifreq_hwaddr), WRITES(SIOCDELMULTI, &ifreq_hwaddr),
	ASKS(SIOCGIFFLAGS, ifreq_flags), WRITES(SIOCSIFFLAGS, &ifreq_flags),
	ASKS(SIOCGIFMETRIC, ifreq_metric), WRITES(SIOCSIFMETRIC, &ifreq_metric),
	ASKS(SIOCGIFMTU, ifreq_mtu), WRITES(SIOCSIFMTU, &ifreq_mtu),
	ASKS(SIOCGIFSLAVE, ifreq_slave), WRITES(SIOCSIFSLAVE, &ifreq_slave),
	WRITES(SIOCSIFNAME, &ifreq_newname),
	ASKS(SIOCGIFINDEX, ifreq_ifindex), ASKS(SIOCGIFNAME, ifreq_by_index),
	ASKS(SIOCGIFTXQLEN, ifreq_qlen), WRITES(SIOCSIFTXQLEN, &ifreq_qlen),
	ASKS(SIOCGIFMAP, ifreq_map), WRITES(SIOCSIFMAP, &ifreq_map),
	READS_LATE(SIOCGIFCONF, &interface_list),
	WRITES(SIOCBRADDBR, &bridge_name), WRITES(SIOCBRDELBR, &bridge_name),
	WRITES(SIOCBRADDIF, &bridge_port), WRITES(SIOCBRDELIF, &bridge_port),
	WRITES(FIOSETOWN, &lupe_type_int), WRITES(SIOCSPGRP, &lupe_type_int),
	READS(FIOGETOWN, &lupe_type_int), READS(SIOCGPGRP, &lupe_type_int),
	VALUE(SIOCPROTOPRIVATE, &lupe_type_ulong_hex), VALUE(SIOCDEVPRIVATE, &lupe_type_ulong_hex),
	READS(SIOCATMARK, &lupe_type_int), READS(SIOCGIFENCAP, &lupe_type_int),
	WRITES(SIOCSIFENCAP, &lupe_type_int), READS(SIOCOUTQNSD, &lupe_type_int))
/* clang-format on */
