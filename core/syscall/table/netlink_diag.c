/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NETLINK_SOCK_DIAG: questions about sockets and their answers (ss). Which struct a message begins with, its
 * address family says, and whether it is a request. Sources: sock_diag(7), linux/{inet,unix,netlink,packet}_diag.h.
 */
#include <sys/socket.h>
#include <linux/inet_diag.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include "syscall/notation.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/network.h"
#include "syscall/types.h"

static void print_unused(struct lupe_printer *printer, const struct lupe_value *value);
static void print_shutdown(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

static ENUM(types, 2, "SOCK_DIAG_???",
	E(TCPDIAG_GETSOCK), E(DCCPDIAG_GETSOCK), E(SOCK_DIAG_BY_FAMILY), E(SOCK_DESTROY))

/* The kernel's TCP states, of all kinds of sockets. */
#define STATES(MAKE) \
	MAKE(TCP_ESTABLISHED, 1), MAKE(TCP_SYN_SENT, 2), MAKE(TCP_SYN_RECV, 3), \
	MAKE(TCP_FIN_WAIT1, 4), MAKE(TCP_FIN_WAIT2, 5), MAKE(TCP_TIME_WAIT, 6), MAKE(TCP_CLOSE, 7), \
	MAKE(TCP_CLOSE_WAIT, 8), MAKE(TCP_LAST_ACK, 9), MAKE(TCP_LISTEN, 10), MAKE(TCP_CLOSING, 11), MAKE(TCP_NEW_SYN_RECV, 12)
#define STATE(name, number) E_AS(#name, number)
#define STATE_BIT(name, number) E_AS("1<<" #name, 1u << (number))
static ENUM(state, 1, "TCP_???", STATES(STATE))
static FLAGS(states, 4, "1<<TCP_???", NULL, STATES(STATE_BIT))

static ENUM(socket_type, 1, "SOCK_???",
	E(SOCK_STREAM), E(SOCK_DGRAM), E(SOCK_RAW), E(SOCK_RDM), E(SOCK_SEQPACKET), E(SOCK_DCCP),
	E(SOCK_PACKET))
#define NETLINK_PROTOCOLS \
	E(NETLINK_ROUTE), E(NETLINK_UNUSED), E(NETLINK_USERSOCK), E(NETLINK_FIREWALL), \
	E(NETLINK_SOCK_DIAG), E(NETLINK_NFLOG), E(NETLINK_XFRM), E(NETLINK_SELINUX), \
	E(NETLINK_ISCSI), E(NETLINK_AUDIT), E(NETLINK_FIB_LOOKUP), E(NETLINK_CONNECTOR), \
	E(NETLINK_NETFILTER), E(NETLINK_IP6_FW), E(NETLINK_DNRTMSG), E(NETLINK_KOBJECT_UEVENT), \
	E(NETLINK_GENERIC), E(NETLINK_SCSITRANSPORT), E(NETLINK_ECRYPTFS), E(NETLINK_RDMA), \
	E(NETLINK_CRYPTO), E(NETLINK_SMC)
static ENUM(netlink_protocol, 1, "NETLINK_???", NETLINK_PROTOCOLS)
static ENUM(asked_netlink_protocol, 1, "NETLINK_???", NETLINK_PROTOCOLS, E(NDIAG_PROTO_ALL))

static FLAGS(shutdowns, 1, NULL, NULL, E_AS("RCV_SHUTDOWN", 1), E_AS("SEND_SHUTDOWN", 2))
static const struct lupe_type_ops shutdown_ops = {.print = print_shutdown};
static const struct lupe_type shutdown_bits = {
	.name = "uint8_t", .kind = LUPE_KIND_UINT, .size = 1, .ops = &shutdown_ops};

#define COOKIE(ctype, field) \
	{.name = #field, .type = ARRAY_OF(&lupe_type_uint, 2), .offset = offsetof(ctype, field)}

static const struct lupe_type memory_names = {.kind = LUPE_KIND_ENUM, .size = 4,
	.unknown = "SK_MEMINFO_???", ENUMERATORS(
	E(SK_MEMINFO_RMEM_ALLOC), E(SK_MEMINFO_RCVBUF), E(SK_MEMINFO_WMEM_ALLOC),
	E(SK_MEMINFO_SNDBUF), E(SK_MEMINFO_FWD_ALLOC), E(SK_MEMINFO_WMEM_QUEUED),
	E(SK_MEMINFO_OPTMEM), E(SK_MEMINFO_BACKLOG), E(SK_MEMINFO_DROPS))};
#define A_MEMORY(number) A_INDEXED(number, &lupe_type_uint, &memory_names)

/* --- a family that is not known --- */

static const struct lupe_member unknown_members[] = {
	{.name = "family", .type = &lupe_netlink_family8},
	{.name = "data", .type = &lupe_type_bytes, .offset = 1}};
static const struct lupe_type unknown_header = {
	.name = "struct sock_diag_req", .kind = LUPE_KIND_STRUCT, .size = 1,
	.members = unknown_members, .n_members = ARRAY_SIZE(unknown_members)};

/* --- AF_UNIX --- */

#define UNIX_SHOW(name) E(UDIAG_SHOW_##name)
static FLAGS(unix_show, 4, "UDIAG_SHOW_???", NULL,
	UNIX_SHOW(NAME), UNIX_SHOW(VFS), UNIX_SHOW(PEER), UNIX_SHOW(ICONS), UNIX_SHOW(RQLEN),
	UNIX_SHOW(MEMINFO), UNIX_SHOW(UID))
static STRUCT(unix_request, struct unix_diag_req,
	FIELD(struct unix_diag_req, sdiag_family, &lupe_netlink_family8),
	FIELD(struct unix_diag_req, sdiag_protocol, &lupe_type_u8),
	FIELD(struct unix_diag_req, udiag_states, &states),
	FIELD(struct unix_diag_req, udiag_ino, &lupe_type_uint),
	FIELD(struct unix_diag_req, udiag_show, &unix_show),
	COOKIE(struct unix_diag_req, udiag_cookie))
static STRUCT(unix_answer, struct unix_diag_msg,
	FIELD(struct unix_diag_msg, udiag_family, &lupe_netlink_family8),
	FIELD(struct unix_diag_msg, udiag_type, &socket_type),
	FIELD(struct unix_diag_msg, udiag_state, &state),
	FIELD(struct unix_diag_msg, udiag_ino, &lupe_type_uint),
	COOKIE(struct unix_diag_msg, udiag_cookie))
static STRUCT(unix_file, struct unix_diag_vfs,
	FIELD(struct unix_diag_vfs, udiag_vfs_dev, &lupe_type_dev32),
	FIELD(struct unix_diag_vfs, udiag_vfs_ino, &lupe_type_uint))
static STRUCT(unix_queue, struct unix_diag_rqlen,
	FIELD(struct unix_diag_rqlen, udiag_rqueue, &lupe_type_uint),
	FIELD(struct unix_diag_rqlen, udiag_wqueue, &lupe_type_uint))
ATTRIBUTES(unix_attributes, "UNIX_DIAG_???",
	(E(UNIX_DIAG_NAME), E(UNIX_DIAG_VFS), E(UNIX_DIAG_PEER), E(UNIX_DIAG_ICONS),
	 E(UNIX_DIAG_RQLEN), E(UNIX_DIAG_MEMINFO), E(UNIX_DIAG_SHUTDOWN), E(UNIX_DIAG_UID)),
	A_STRING(UNIX_DIAG_NAME), A_VALUE(UNIX_DIAG_VFS, &unix_file),
	A_VALUE(UNIX_DIAG_PEER, &lupe_type_uint), A_VALUE(UNIX_DIAG_RQLEN, &unix_queue),
	A_MEMORY(UNIX_DIAG_MEMINFO), A_VALUE(UNIX_DIAG_SHUTDOWN, &shutdown_bits),
	A_VALUE(UNIX_DIAG_UID, &lupe_type_uint))

/* --- AF_NETLINK --- */

static FLAGS(netlink_show, 4, "NDIAG_SHOW_???", NULL,
	E(NDIAG_SHOW_MEMINFO), E(NDIAG_SHOW_GROUPS), E(NDIAG_SHOW_RING_CFG), E(NDIAG_SHOW_FLAGS))
static FLAGS(netlink_flags, 4, "NDIAG_FLAG_???", NULL,
	E(NDIAG_FLAG_CB_RUNNING), E(NDIAG_FLAG_PKTINFO), E(NDIAG_FLAG_BROADCAST_ERROR),
	E(NDIAG_FLAG_NO_ENOBUFS), E(NDIAG_FLAG_LISTEN_ALL_NSID), E(NDIAG_FLAG_CAP_ACK))
static STRUCT(netlink_request, struct netlink_diag_req,
	FIELD(struct netlink_diag_req, sdiag_family, &lupe_netlink_family8),
	FIELD(struct netlink_diag_req, sdiag_protocol, &asked_netlink_protocol),
	FIELD(struct netlink_diag_req, ndiag_ino, &lupe_type_uint),
	FIELD(struct netlink_diag_req, ndiag_show, &netlink_show),
	COOKIE(struct netlink_diag_req, ndiag_cookie))
static ENUM(netlink_state, 1, "NETLINK_???", E_AS("NETLINK_UNCONNECTED", 0),
	E_AS("NETLINK_CONNECTED", 1), E_AS("TCP_CLOSE", 7))
static STRUCT(netlink_answer, struct netlink_diag_msg,
	FIELD(struct netlink_diag_msg, ndiag_family, &lupe_netlink_family8),
	FIELD(struct netlink_diag_msg, ndiag_type, &socket_type),
	FIELD(struct netlink_diag_msg, ndiag_protocol, &netlink_protocol),
	FIELD(struct netlink_diag_msg, ndiag_state, &netlink_state),
	FIELD(struct netlink_diag_msg, ndiag_portid, &lupe_type_uint),
	FIELD(struct netlink_diag_msg, ndiag_dst_portid, &lupe_type_uint),
	FIELD(struct netlink_diag_msg, ndiag_dst_group, &lupe_type_uint),
	FIELD(struct netlink_diag_msg, ndiag_ino, &lupe_type_uint),
	COOKIE(struct netlink_diag_msg, ndiag_cookie))
#define RING(field) FIELD(struct netlink_diag_ring, field, &lupe_type_uint)
static STRUCT(netlink_ring, struct netlink_diag_ring,
	RING(ndr_block_size), RING(ndr_block_nr), RING(ndr_frame_size), RING(ndr_frame_nr))
ATTRIBUTES(netlink_attributes, "NETLINK_DIAG_???",
	(E(NETLINK_DIAG_MEMINFO), E(NETLINK_DIAG_GROUPS), E(NETLINK_DIAG_RX_RING),
	 E(NETLINK_DIAG_TX_RING), E(NETLINK_DIAG_FLAGS)),
	A_MEMORY(NETLINK_DIAG_MEMINFO), A_VALUE(NETLINK_DIAG_RX_RING, &netlink_ring),
	A_VALUE(NETLINK_DIAG_TX_RING, &netlink_ring), A_VALUE(NETLINK_DIAG_FLAGS, &netlink_flags))

/* --- AF_PACKET --- */

static FLAGS(packet_show, 4, "PACKET_SHOW_???", NULL,
	E(PACKET_SHOW_INFO), E(PACKET_SHOW_MCLIST), E(PACKET_SHOW_RING_CFG), E(PACKET_SHOW_FANOUT),
	E(PACKET_SHOW_MEMINFO), E(PACKET_SHOW_FILTER))
static STRUCT(packet_request, struct packet_diag_req,
	FIELD(struct packet_diag_req, sdiag_family, &lupe_netlink_family8),
	FIELD(struct packet_diag_req, sdiag_protocol, &lupe_type_u8_hex),
	FIELD(struct packet_diag_req, pdiag_ino, &lupe_type_uint),
	FIELD(struct packet_diag_req, pdiag_show, &packet_show),
	COOKIE(struct packet_diag_req, pdiag_cookie))
static STRUCT(packet_answer, struct packet_diag_msg,
	FIELD(struct packet_diag_msg, pdiag_family, &lupe_netlink_family8),
	FIELD(struct packet_diag_msg, pdiag_type, &socket_type),
	FIELD(struct packet_diag_msg, pdiag_num, &lupe_type_ether_number),
	FIELD(struct packet_diag_msg, pdiag_ino, &lupe_type_uint),
	COOKIE(struct packet_diag_msg, pdiag_cookie))
static ENUM(packet_versions, 4, "TPACKET_???", E(TPACKET_V1), E(TPACKET_V2), E(TPACKET_V3))
static FLAGS(packet_flags, 4, "PDI_???", NULL,
	E(PDI_RUNNING), E(PDI_AUXDATA), E(PDI_ORIGDEV), E(PDI_VNETHDR), E(PDI_LOSS))
static STRUCT(packet_info, struct packet_diag_info,
	FIELD(struct packet_diag_info, pdi_index, &lupe_type_ifindex),
	FIELD(struct packet_diag_info, pdi_version, &packet_versions),
	FIELD(struct packet_diag_info, pdi_reserve, &lupe_type_uint),
	FIELD(struct packet_diag_info, pdi_copy_thresh, &lupe_type_uint),
	FIELD(struct packet_diag_info, pdi_tstamp, &lupe_type_uint),
	FIELD(struct packet_diag_info, pdi_flags, &packet_flags))
ATTRIBUTES(packet_attributes, "PACKET_DIAG_???",
	(E(PACKET_DIAG_INFO), E(PACKET_DIAG_MCLIST), E(PACKET_DIAG_RX_RING), E(PACKET_DIAG_TX_RING),
	 E(PACKET_DIAG_FANOUT), E(PACKET_DIAG_UID), E(PACKET_DIAG_MEMINFO), E(PACKET_DIAG_FILTER)),
	A_VALUE(PACKET_DIAG_INFO, &packet_info), A_VALUE(PACKET_DIAG_FANOUT, &lupe_type_uint),
	A_VALUE(PACKET_DIAG_UID, &lupe_type_uint), A_MEMORY(PACKET_DIAG_MEMINFO))

/* --- AF_INET and AF_INET6 --- */

#define ID(id_, address) \
	static STRUCT(id_, struct inet_diag_sockid, \
		FIELD(struct inet_diag_sockid, idiag_sport, &lupe_type_port), \
		FIELD(struct inet_diag_sockid, idiag_dport, &lupe_type_port), \
		FIELD(struct inet_diag_sockid, idiag_src, address), \
		FIELD(struct inet_diag_sockid, idiag_dst, address), \
		FIELD(struct inet_diag_sockid, idiag_if, &lupe_type_ifindex), \
		COOKIE(struct inet_diag_sockid, idiag_cookie))
ID(id4, &lupe_type_ipv4)
ID(id6, &lupe_type_ipv6)

#define EXTENSION(name) E_AS("1<<(INET_DIAG_" #name "-1)", 1u << (INET_DIAG_##name - 1))
static FLAGS(extensions, 1, "1<<INET_DIAG_???", NULL,
	EXTENSION(MEMINFO), EXTENSION(INFO), EXTENSION(VEGASINFO), EXTENSION(CONG), EXTENSION(TOS),
	EXTENSION(TCLASS), EXTENSION(SKMEMINFO), EXTENSION(SHUTDOWN))

#define INET_REQUEST(id_, ids) \
	static STRUCT(id_, struct inet_diag_req_v2, \
		FIELD(struct inet_diag_req_v2, sdiag_family, &lupe_netlink_family8), \
		FIELD(struct inet_diag_req_v2, sdiag_protocol, &lupe_netlink_ip_protocol), \
		FIELD(struct inet_diag_req_v2, idiag_ext, &extensions), \
		FIELD(struct inet_diag_req_v2, idiag_states, &states), \
		FIELD(struct inet_diag_req_v2, id, ids))
INET_REQUEST(inet_request4, &id4)
INET_REQUEST(inet_request6, &id6)

/* TCPDIAG_GETSOCK's, the older one. */
#define OLD_REQUEST(id_, ids) \
	static STRUCT(id_, struct inet_diag_req, \
		FIELD(struct inet_diag_req, idiag_family, &lupe_netlink_family8), \
		FIELD(struct inet_diag_req, idiag_src_len, &lupe_type_u8), \
		FIELD(struct inet_diag_req, idiag_dst_len, &lupe_type_u8), \
		FIELD(struct inet_diag_req, idiag_ext, &extensions), \
		FIELD(struct inet_diag_req, id, ids), \
		FIELD(struct inet_diag_req, idiag_states, &states), \
		FIELD(struct inet_diag_req, idiag_dbs, &lupe_type_uint))
OLD_REQUEST(old_request4, &id4)
OLD_REQUEST(old_request6, &id6)

#define INET_ANSWER(id_, ids) \
	static STRUCT(id_, struct inet_diag_msg, \
		FIELD(struct inet_diag_msg, idiag_family, &lupe_netlink_family8), \
		FIELD(struct inet_diag_msg, idiag_state, &state), \
		FIELD(struct inet_diag_msg, idiag_timer, &lupe_type_u8), \
		FIELD(struct inet_diag_msg, idiag_retrans, &lupe_type_u8), \
		FIELD(struct inet_diag_msg, id, ids), \
		FIELD(struct inet_diag_msg, idiag_expires, &lupe_type_uint), \
		FIELD(struct inet_diag_msg, idiag_rqueue, &lupe_type_uint), \
		FIELD(struct inet_diag_msg, idiag_wqueue, &lupe_type_uint), \
		FIELD(struct inet_diag_msg, idiag_uid, &lupe_type_uint), \
		FIELD(struct inet_diag_msg, idiag_inode, &lupe_type_uint))
INET_ANSWER(inet_answer4, &id4)
INET_ANSWER(inet_answer6, &id6)

#define MEMORY(field) FIELD(struct inet_diag_meminfo, field, &lupe_type_uint)
static STRUCT(inet_memory, struct inet_diag_meminfo,
	MEMORY(idiag_rmem), MEMORY(idiag_wmem), MEMORY(idiag_fmem), MEMORY(idiag_tmem))
#define VEGAS(field) FIELD(struct tcpvegas_info, field, &lupe_type_uint)
static STRUCT(inet_vegas, struct tcpvegas_info,
	VEGAS(tcpv_enabled), VEGAS(tcpv_rttcnt), VEGAS(tcpv_rtt), VEGAS(tcpv_minrtt))
#define BBR(field, type_) FIELD(struct tcp_bbr_info, field, type_)
static STRUCT(inet_bbr, struct tcp_bbr_info,
	BBR(bbr_bw_lo, &lupe_type_u32_hex), BBR(bbr_bw_hi, &lupe_type_u32_hex),
	BBR(bbr_min_rtt, &lupe_type_uint), BBR(bbr_pacing_gain, &lupe_type_uint),
	BBR(bbr_cwnd_gain, &lupe_type_uint))
#define OPTION(text, bit) \
	{.name = text, .type = &lupe_type_ushort, .bit_offset = (bit), .bit_size = 1, \
	 .flags = LUPE_MEMBER_TERSE}
static const struct lupe_type_ops unused_ops = {.print = print_unused};
static const struct lupe_type unused_bits = {
	.name = "uint16_t", .kind = LUPE_KIND_UINT, .size = 2, .ops = &unused_ops};
static const struct lupe_type inet_options = {
	.name = "struct inet_diag_sockopt", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct inet_diag_sockopt), MEMBERS(
	OPTION("recverr", 0), OPTION("is_icsk", 1), OPTION("freebind", 2), OPTION("hdrincl", 3),
	OPTION("mc_loop", 4), OPTION("transparent", 5), OPTION("mc_all", 6), OPTION("nodefrag", 7),
	OPTION("bind_address_no_port", 8), OPTION("recverr_rfc4884", 9), OPTION("defer_connect", 10),
	{.name = "unused", .type = &unused_bits, .bit_offset = 11, .bit_size = 5,
	 .flags = LUPE_MEMBER_TERSE})};
ATTRIBUTES(protocol_attributes, "INET_ULP_INFO_???",
	(E(INET_ULP_INFO_UNSPEC), E(INET_ULP_INFO_NAME), E(INET_ULP_INFO_TLS), E(INET_ULP_INFO_MPTCP)),
	A_STRING(INET_ULP_INFO_NAME))
ATTRIBUTES(inet_attributes, "INET_DIAG_???",
	(E(INET_DIAG_NONE), E(INET_DIAG_MEMINFO), E(INET_DIAG_INFO), E(INET_DIAG_VEGASINFO),
	 E(INET_DIAG_CONG), E(INET_DIAG_TOS), E(INET_DIAG_TCLASS), E(INET_DIAG_SKMEMINFO),
	 E(INET_DIAG_SHUTDOWN), E(INET_DIAG_DCTCPINFO), E(INET_DIAG_PROTOCOL), E(INET_DIAG_SKV6ONLY),
	 E(INET_DIAG_LOCALS), E(INET_DIAG_PEERS), E(INET_DIAG_PAD), E(INET_DIAG_MARK),
	 E(INET_DIAG_BBRINFO), E(INET_DIAG_CLASS_ID), E(INET_DIAG_MD5SIG), E(INET_DIAG_ULP_INFO),
	 E(INET_DIAG_SK_BPF_STORAGES), E(INET_DIAG_CGROUP_ID), E(INET_DIAG_SOCKOPT)),
	A_VALUE(INET_DIAG_MEMINFO, &inet_memory), A_VALUE(INET_DIAG_VEGASINFO, &inet_vegas),
	A_STRING(INET_DIAG_CONG), A_VALUE(INET_DIAG_TOS, &lupe_type_u8),
	A_VALUE(INET_DIAG_TCLASS, &lupe_type_u8), A_MEMORY(INET_DIAG_SKMEMINFO),
	A_VALUE(INET_DIAG_SHUTDOWN, &shutdown_bits), A_VALUE(INET_DIAG_PROTOCOL, &lupe_netlink_ip_protocol),
	A_VALUE(INET_DIAG_SKV6ONLY, &lupe_type_u8), A_VALUE(INET_DIAG_MARK, &lupe_type_uint),
	A_VALUE(INET_DIAG_BBRINFO, &inet_bbr), A_VALUE(INET_DIAG_CLASS_ID, &lupe_type_uint),
	A_VALUE(INET_DIAG_CGROUP_ID, &lupe_type_ulong), A_VALUE(INET_DIAG_SOCKOPT, &inet_options),
	A_NESTED(INET_DIAG_ULP_INFO, protocol_attributes))
#define CODE(name) E(INET_DIAG_BC_##name)
static ENUM(codes, 1, "INET_DIAG_BC_???",
	CODE(NOP), CODE(JMP), CODE(S_GE), CODE(S_LE), CODE(D_GE), CODE(D_LE), CODE(AUTO), CODE(S_COND),
	CODE(D_COND), CODE(DEV_COND), CODE(MARK_COND), CODE(S_EQ), CODE(D_EQ), CODE(CGROUP_COND))
static STRUCT(code_header, struct inet_diag_bc_op,
	FIELD(struct inet_diag_bc_op, code, &codes), FIELD(struct inet_diag_bc_op, yes, &lupe_type_u8),
	FIELD(struct inet_diag_bc_op, no, &lupe_type_ushort))
ATTRIBUTES(request_attributes, "INET_DIAG_REQ_???",
	(E(INET_DIAG_REQ_NONE), E(INET_DIAG_REQ_BYTECODE), E(INET_DIAG_REQ_SK_BPF_STORAGES),
	 E(INET_DIAG_REQ_PROTOCOL)),
	A_VALUE(INET_DIAG_REQ_BYTECODE, &code_header),
	A_VALUE(INET_DIAG_REQ_PROTOCOL, &lupe_type_ip_protocol))

/* --- which one it is --- */

static const struct lupe_netlink_payload
	requests[] = {
		{AF_UNIX, AF_UNIX, &unix_request, &lupe_netlink_nothing},
		{AF_NETLINK, AF_NETLINK, &netlink_request, &lupe_netlink_nothing},
		{AF_PACKET, AF_PACKET, &packet_request, &lupe_netlink_nothing},
		{AF_INET, AF_INET, &inet_request4, &request_attributes},
		{AF_INET6, AF_INET6, &inet_request6, &request_attributes}},
	old_requests[] = {
		{AF_UNIX, AF_UNIX, &unix_request, &lupe_netlink_nothing},
		{AF_NETLINK, AF_NETLINK, &netlink_request, &lupe_netlink_nothing},
		{AF_PACKET, AF_PACKET, &packet_request, &lupe_netlink_nothing},
		{AF_INET, AF_INET, &old_request4, &request_attributes},
		{AF_INET6, AF_INET6, &old_request6, &request_attributes}},
	answers[] = {
		{AF_UNIX, AF_UNIX, &unix_answer, &unix_attributes},
		{AF_NETLINK, AF_NETLINK, &netlink_answer, &netlink_attributes},
		{AF_PACKET, AF_PACKET, &packet_answer, &packet_attributes},
		{AF_INET, AF_INET, &inet_answer4, &inet_attributes},
		{AF_INET6, AF_INET6, &inet_answer6, &inet_attributes}};
static const struct lupe_netlink_payload unknown = {0, 0, &unknown_header, NULL};

/* clang-format on */

static void print_unused(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_hex(printer, value->u);
	lupe_buffer_string(printer->out, " /* bits 3..8 */");
}

/* 0x1, and what it stands for as a comment. */
static void print_shutdown(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value bits = {.type = &shutdowns, .u = value->u};

	lupe_strace_hex(printer, value->u);
	if (!(value->u & 3))
		return;
	lupe_buffer_string(printer->out, " /* ");
	lupe_strace_scalar(printer, &bits, &shutdowns);
	lupe_buffer_string(printer->out, " */");
}

static const struct lupe_netlink_payload *of_family(const struct lupe_netlink_payload *list, size_t n,
						    unsigned family)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].first == family)
			return &list[i];
	return NULL;
}

static const struct lupe_netlink_payload *choose(const struct nlmsghdr *header, unsigned family)
{
	bool is_old = header->nlmsg_type == TCPDIAG_GETSOCK || header->nlmsg_type == DCCPDIAG_GETSOCK;
	const struct lupe_netlink_payload *found;

	if (!(header->nlmsg_flags & NLM_F_REQUEST))
		found = of_family(answers, ARRAY_SIZE(answers), family);
	else if (is_old)
		found = of_family(old_requests, ARRAY_SIZE(old_requests), family);
	else
		found = of_family(requests, ARRAY_SIZE(requests), family);
	return found ? found : &unknown;
}

const struct lupe_netlink_family lupe_netlink_diagnostics = {
    .protocol = NETLINK_SOCK_DIAG, .types = &types, .choose = choose};
