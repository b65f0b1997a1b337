/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The socket calls.
 */
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/caif/caif_socket.h>
#include <linux/can.h>
#include <linux/isdn/capicmd.h>
#include <linux/kcm.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/nfc.h>
#include <linux/phonet.h>
#include "syscall/notation.h"
#include "syscall/table/message.h"
#include "syscall/table/netlink.h"
#include "syscall/table/network.h"
#include "syscall/table/sockopt.h"
#include "syscall/table/table.h"
#include "base/buffer.h"
#include "type/symbols.h"

/* clang-format off */

/* --- socket --- */

enum { SOCKET_TYPE_MASK = 0xf };

#define TYPE(name) {#name, name, SOCKET_TYPE_MASK}
#define SOCKET_TYPES \
	TYPE(SOCK_STREAM), TYPE(SOCK_DGRAM), TYPE(SOCK_RAW), TYPE(SOCK_RDM), TYPE(SOCK_SEQPACKET), \
	TYPE(SOCK_DCCP), TYPE(SOCK_PACKET)
static FLAGS(socket_types, 4, "SOCK_???", NULL, SOCKET_TYPES)
static FLAGS(accept_flags, 4, "SOCK_???", NULL, E(SOCK_CLOEXEC), E(SOCK_NONBLOCK))

/* Two words in one: the type and, if there are any, the flags. */
static void print_socket_type(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t flags = (uint32_t)value->u & ~(uint32_t)SOCKET_TYPE_MASK;
	struct lupe_buffer name = {0};
	bool is_known = lupe_symbols_append(&name, &socket_types, value->u & SOCKET_TYPE_MASK);

	lupe_buffer_deinit(&name);
	if (!is_known && flags) { /* what is no type is among the flags */
		lupe_strace_symbol(printer, &accept_flags, (uint32_t)value->u);
		return;
	}
	lupe_strace_symbol(printer, &socket_types, value->u & SOCKET_TYPE_MASK);
	if (!flags)
		return;
	lupe_buffer_char(printer->out, '|');
	lupe_strace_symbol(printer, &accept_flags, flags);
}

static const struct lupe_type socket_type = {
	.name = "int", .kind = LUPE_KIND_FLAGS, .size = 4, .unknown = "SOCK_???",
	ENUMERATORS(SOCKET_TYPES, E(SOCK_CLOEXEC), E(SOCK_NONBLOCK)),
	.ops = &(const struct lupe_type_ops){.print = print_socket_type}};

static ENUM(netlink_protocol, 4, "NETLINK_???",
	E(NETLINK_ROUTE), E(NETLINK_UNUSED), E(NETLINK_USERSOCK), E(NETLINK_FIREWALL),
	E(NETLINK_SOCK_DIAG), E(NETLINK_NFLOG), E(NETLINK_XFRM), E(NETLINK_SELINUX),
	E(NETLINK_ISCSI), E(NETLINK_AUDIT), E(NETLINK_FIB_LOOKUP), E(NETLINK_CONNECTOR),
	E(NETLINK_NETFILTER), E(NETLINK_IP6_FW), E(NETLINK_DNRTMSG), E(NETLINK_KOBJECT_UEVENT),
	E(NETLINK_GENERIC), E(NETLINK_SCSITRANSPORT), E(NETLINK_ECRYPTFS), E(NETLINK_RDMA),
	E(NETLINK_CRYPTO), E(NETLINK_SMC))
static ENUM(bluetooth_protocol, 4, "BTPROTO_???",
	E_AS("BTPROTO_L2CAP", 0), E_AS("BTPROTO_HCI", 1), E_AS("BTPROTO_SCO", 2),
	E_AS("BTPROTO_RFCOMM", 3), E_AS("BTPROTO_BNEP", 4), E_AS("BTPROTO_CMTP", 5),
	E_AS("BTPROTO_HIDP", 6), E_AS("BTPROTO_AVDTP", 7))
static ENUM(can_protocol, 4, "CAN_???",
	E(CAN_RAW), E(CAN_BCM), E(CAN_TP16), E(CAN_TP20), E(CAN_MCNET), E(CAN_ISOTP), E(CAN_J1939))
static ENUM(caif_protocol, 4, "CAIFPROTO_???",
	E(CAIFPROTO_AT), E(CAIFPROTO_DATAGRAM), E(CAIFPROTO_DATAGRAM_LOOP), E(CAIFPROTO_UTIL),
	E(CAIFPROTO_RFM), E(CAIFPROTO_DEBUG))
static ENUM(nfc_protocol, 4, "NFC_SOCKPROTO_???", E(NFC_SOCKPROTO_RAW), E(NFC_SOCKPROTO_LLCP))
static ENUM(kcm_protocol, 4, "KCMPROTO_???", E(KCMPROTO_CONNECTED))
static ENUM(phonet_protocol, 4, "PN_PROTO_???",
	E(PN_PROTO_TRANSPORT), E(PN_PROTO_PHONET), E(PN_PROTO_PIPE))
static ENUM(smc_protocol, 4, "SMCPROTO_???", E_AS("SMCPROTO_SMC", 0), E_AS("SMCPROTO_SMC6", 1))
static ENUM(irda_protocol, 4, "IRDAPROTO_???",
	E_AS("IRDAPROTO_UNITDATA", 0), E_AS("IRDAPROTO_ULTRA", 1))
/* An address family, in rxrpc's case. */
static ENUM(ax25_protocol, 4, "AX25_P_???",
	E_AS("AX25_P_ROSE", 0x01), E_AS("AX25_P_VJCOMP", 0x06), E_AS("AX25_P_VJUNCOMP", 0x07),
	E_AS("AX25_P_SEGMENT", 0x08), E_AS("AX25_P_TEXNET", 0xc3), E_AS("AX25_P_LQ", 0xc4),
	E_AS("AX25_P_ATALK", 0xca), E_AS("AX25_P_ATALK_ARP", 0xcb), E_AS("AX25_P_IP", 0xcc),
	E_AS("AX25_P_ARP", 0xcd), E_AS("AX25_P_FLEXNET", 0xce), E_AS("AX25_P_NETROM", 0xcf),
	E_AS("AX25_P_TEXT", 0xf0))
static const struct lupe_type ax25_protocols = EXPLAINED(4, &ax25_protocol);

CHOICE(protocols, 0, UINT32_MAX,
	CASE(AF_INET, .type = &lupe_type_ip_protocol), CASE(AF_INET6, .type = &lupe_type_ip_protocol),
	CASE(AF_NETLINK, .type = &netlink_protocol), CASE(AF_PACKET, .type = &lupe_type_ether_protocol),
	CASE(AF_BLUETOOTH, .type = &bluetooth_protocol), CASE(AF_CAN, .type = &can_protocol),
	CASE(AF_CAIF, .type = &caif_protocol), CASE(AF_NFC, .type = &nfc_protocol),
	CASE(AF_KCM, .type = &kcm_protocol), CASE(AF_PHONET, .type = &phonet_protocol),
	CASE(AF_SMC, .type = &smc_protocol), CASE(AF_IRDA, .type = &irda_protocol),
	CASE(AF_RXRPC, .type = &lupe_type_domain), CASE(AF_AX25, .type = &ax25_protocols))

/* --- the others --- */

/* The kernel's own among them. */
FLAGS(lupe_type_message_flags, 4, "MSG_???", NULL,
	E(MSG_OOB), E(MSG_PEEK), E(MSG_DONTROUTE), E(MSG_CTRUNC), E_AS("MSG_PROBE", 0x10), E(MSG_TRUNC),
	E(MSG_DONTWAIT), E(MSG_EOR), E(MSG_WAITALL), E(MSG_FIN), E(MSG_SYN), E(MSG_CONFIRM),
	E(MSG_RST), E(MSG_ERRQUEUE), E(MSG_NOSIGNAL), E(MSG_MORE), E(MSG_WAITFORONE),
	E_AS("MSG_SENDPAGE_NOTLAST", 0x20000), E_AS("MSG_BATCH", 0x40000), E_AS("MSG_NO_SHARED_FRAGS", 0x80000), E(MSG_ZEROCOPY),
	E(MSG_FASTOPEN), E(MSG_CMSG_CLOEXEC), E_AS("MSG_CMSG_COMPAT", 0x80000000))
static ENUM(shutdown_how, 4, "SHUT_???", E(SHUT_RD), E(SHUT_WR), E(SHUT_RDWR))

/* What is left of the timeout is a remark on the result. */
static void annotate_recvmmsg(struct lupe_printer *printer, const struct lupe_call *call,
			      const struct lupe_value *args)
{
	const struct lupe_value *timeout = &args->children[4];

	if (call->result == 0)
		lupe_buffer_string(printer->out, "Timeout");
	else if (timeout->n_children == 1 && !(timeout->children->flags & LUPE_VALUE_UNREADABLE)) {
		lupe_buffer_string(printer->out, "left ");
		lupe_strace_value(printer, timeout->children);
	}
}

enum { G_SOCKET = G_NETWORK | G_DESC };

#define ADDRESS_IN(name_, length) IN(name_, PTR(&lupe_type_sockaddr), .count = BY_MEMBER(length))
#define ADDRESS_OUT(name_, length) OUT(name_, PTR(&lupe_type_sockaddr), .count = BY_POINTED(length))
#define LENGTH(name_) INOUT(name_, PTR(&lupe_type_int))

static const struct lupe_syscall entries[] = {
SYSCALL(socket, G_SOCKET, &lupe_type_fd,
	IN("family", &lupe_type_domain), IN("type", &socket_type),
	IN("protocol", &lupe_type_ulong, .choice = &protocols))
SYSCALL(socketpair, G_SOCKET, NULL,
	IN("family", &lupe_type_domain), IN("type", &socket_type),
	IN("protocol", &lupe_type_ulong),
	OUT("usockvec", PTR(&lupe_type_fd), .count = FIXED_COUNT(2)))
SYSCALL(bind, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), ADDRESS_IN("umyaddr", 2), IN("addrlen", &lupe_type_int))
SYSCALL(connect, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), ADDRESS_IN("uservaddr", 2), IN("addrlen", &lupe_type_int))
SYSCALL(listen, G_SOCKET, NULL, IN("fd", &lupe_type_fd), IN("backlog", &lupe_type_int))
SYSCALL(accept, G_SOCKET, &lupe_type_fd,
	IN("fd", &lupe_type_fd), ADDRESS_OUT("upeer_sockaddr", 2), LENGTH("upeer_addrlen"))
SYSCALL(accept4, G_SOCKET, &lupe_type_fd,
	IN("fd", &lupe_type_fd), ADDRESS_OUT("upeer_sockaddr", 2), LENGTH("upeer_addrlen"),
	IN("flags", &accept_flags))
SYSCALL(getsockname, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), ADDRESS_OUT("usockaddr", 2), LENGTH("usockaddr_len"))
SYSCALL(getpeername, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), ADDRESS_OUT("usockaddr", 2), LENGTH("usockaddr_len"))
SYSCALL(sendto, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), IN("buff", PTR(&lupe_type_socket_data), .count = BY_MEMBER(2)),
	IN("len", &lupe_type_size_t), IN("flags", &lupe_type_message_flags), ADDRESS_IN("addr", 5),
	IN("addr_len", &lupe_type_int))
SYSCALL(recvfrom, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), OUT("ubuf", PTR(&lupe_type_socket_data), .count = BY_RESULT(2)),
	IN("size", &lupe_type_size_t), IN("flags", &lupe_type_message_flags), ADDRESS_OUT("addr", 5),
	LENGTH("addr_len"))
SYSCALL(sendmsg, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), IN("msg", PTR(&lupe_type_msghdr_sent)),
	IN("flags", &lupe_type_message_flags))
SYSCALL(recvmsg, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), CHANGED("msg", PTR(&lupe_type_msghdr_received)),
	IN("flags", &lupe_type_message_flags))
SYSCALL(sendmmsg, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd),
	LATE("mmsg", PTR(&lupe_type_mmsghdrs_sent), .count = BY_MEMBER(2)),
	IN("vlen", &lupe_type_uint), IN("flags", &lupe_type_message_flags))
SYSCALL_WITH(recvmmsg, G_SOCKET, NULL, WITH(.annotate = annotate_recvmmsg),
	IN("fd", &lupe_type_fd),
	CHANGED("mmsg", PTR(&lupe_type_mmsghdrs_received), .count = BY_MEMBER(2)),
	IN("vlen", &lupe_type_uint), IN("flags", &lupe_type_message_flags),
	INOUT("timeout", PTR(&lupe_type_timespec)))
SYSCALL(shutdown, G_SOCKET, NULL, IN("fd", &lupe_type_fd), IN("how", &shutdown_how))
SYSCALL(setsockopt, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), IN("level", &lupe_type_socket_level),
	IN("optname", &lupe_type_uint, .choice = &lupe_option_names_set),
	IN("optval", PTR(&lupe_type_option_set), .count = BY_MEMBER(4),
	   .choice = &lupe_option_values_set),
	IN("optlen", &lupe_type_int))
SYSCALL(getsockopt, G_SOCKET, NULL,
	IN("fd", &lupe_type_fd), IN("level", &lupe_type_socket_level),
	IN("optname", &lupe_type_uint, .choice = &lupe_option_names_get),
	OUT("optval", PTR(&lupe_type_option_get), .count = BY_POINTED(4),
	    .choice = &lupe_option_values_get),
	LENGTH("optlen"))
};
/* clang-format on */

EXPORT_FAMILY(network)
