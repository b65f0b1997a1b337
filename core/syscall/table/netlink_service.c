/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NETLINK_ROUTE: address labels, data centre bridging, groups of multicast that a bridge knows, numbers of
 * network namespaces, statistics of links, next hops.
 */
#include <sys/socket.h>
/* after the C library's, which they complete */
#include <linux/dcbnl.h>
#include <linux/if_addrlabel.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/net_namespace.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include "syscall/notation.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/netlink_route.h"
#include "syscall/table/network.h"
#include "syscall/types.h"

/* clang-format off */

/* --- address labels --- */

static STRUCT(label_header, struct ifaddrlblmsg,
	FIELD(struct ifaddrlblmsg, ifal_family, &lupe_netlink_family8),
	FIELD(struct ifaddrlblmsg, ifal_prefixlen, &lupe_type_u8),
	FIELD(struct ifaddrlblmsg, ifal_flags, &lupe_type_u8),
	FIELD(struct ifaddrlblmsg, ifal_index, &lupe_type_ifindex),
	FIELD(struct ifaddrlblmsg, ifal_seq, &lupe_type_uint))
ATTRIBUTES(label_attributes, "IFAL_???",
	(E(IFAL_ADDRESS), E(IFAL_LABEL)), A_ADDRESS(IFAL_ADDRESS), A_VALUE(IFAL_LABEL, &lupe_type_uint))

/* --- data centre bridging --- */

#define DCB(name) E(DCB_CMD_##name)
static ENUM(dcb_commands, 1, "DCB_CMD_???",
	DCB(UNDEFINED), DCB(GSTATE), DCB(SSTATE), DCB(PGTX_GCFG), DCB(PGTX_SCFG), DCB(PGRX_GCFG),
	DCB(PGRX_SCFG), DCB(PFC_GCFG), DCB(PFC_SCFG), DCB(SET_ALL), DCB(GPERM_HWADDR), DCB(GCAP),
	DCB(GNUMTCS), DCB(SNUMTCS), DCB(PFC_GSTATE), DCB(PFC_SSTATE), DCB(BCN_GCFG), DCB(BCN_SCFG),
	DCB(GAPP), DCB(SAPP), DCB(IEEE_SET), DCB(IEEE_GET), DCB(GDCBX), DCB(SDCBX), DCB(GFEATCFG),
	DCB(SFEATCFG), DCB(CEE_GET), DCB(IEEE_DEL))
static STRUCT(dcb_header, struct dcbmsg,
	FIELD(struct dcbmsg, dcb_family, &lupe_netlink_family8), FIELD(struct dcbmsg, cmd, &dcb_commands))
ATTRIBUTES(dcb_attributes, "DCB_ATTR_???",
	(E(DCB_ATTR_UNDEFINED), E(DCB_ATTR_IFNAME), E(DCB_ATTR_STATE), E(DCB_ATTR_PFC_STATE),
	 E(DCB_ATTR_PFC_CFG), E(DCB_ATTR_NUM_TC), E(DCB_ATTR_PG_CFG), E(DCB_ATTR_SET_ALL),
	 E(DCB_ATTR_PERM_HWADDR), E(DCB_ATTR_CAP), E(DCB_ATTR_NUMTCS), E(DCB_ATTR_BCN), E(DCB_ATTR_APP),
	 E(DCB_ATTR_IEEE), E(DCB_ATTR_DCBX), E(DCB_ATTR_FEATCFG), E(DCB_ATTR_CEE)),
	{.number = UINT16_MAX})

/* --- multicast groups of a bridge --- */

static STRUCT(group_header, struct br_port_msg,
	FIELD(struct br_port_msg, family, &lupe_netlink_family8),
	FIELD(struct br_port_msg, ifindex, &lupe_type_ifindex))
ATTRIBUTES(group_attributes, "MDBA_MDB_ENTRY_???",
	(E(MDBA_MDB_ENTRY_UNSPEC), E(MDBA_MDB_ENTRY_INFO)), {.number = UINT16_MAX})
ATTRIBUTES(groups_attributes, "MDBA_MDB_???",
	(E(MDBA_MDB_UNSPEC), E(MDBA_MDB_ENTRY)), A_NESTED(MDBA_MDB_ENTRY, group_attributes))
ATTRIBUTES(router_attributes, "MDBA_ROUTER_???",
	(E(MDBA_ROUTER_UNSPEC), E(MDBA_ROUTER_PORT)), {.number = UINT16_MAX})
ATTRIBUTES(bridge_attributes, "MDBA_???",
	(E(MDBA_UNSPEC), E(MDBA_MDB), E(MDBA_ROUTER)),
	A_NESTED(MDBA_MDB, groups_attributes), A_NESTED(MDBA_ROUTER, router_attributes))

/* --- network namespaces --- */

static STRUCT(any_header, struct rtgenmsg, FIELD(struct rtgenmsg, rtgen_family, &lupe_netlink_family8))
ATTRIBUTES(namespace_attributes, "NETNSA_???",
	(E(NETNSA_NONE), E(NETNSA_NSID), E(NETNSA_PID), E(NETNSA_FD), E(NETNSA_TARGET_NSID),
	 E(NETNSA_CURRENT_NSID)),
	A_VALUE(NETNSA_NSID, &lupe_type_int), A_VALUE(NETNSA_PID, &lupe_type_uint),
	A_VALUE(NETNSA_FD, &lupe_type_uint), A_VALUE(NETNSA_TARGET_NSID, &lupe_type_int),
	A_VALUE(NETNSA_CURRENT_NSID, &lupe_type_int))

/* --- statistics --- */

#define STATS(name) E(IFLA_STATS_##name)
#define STATS_BIT(name) E_AS("1<<IFLA_STATS_" #name, 1u << IFLA_STATS_##name)
static FLAGS(stats_mask, 4, "IFLA_STATS_???", NULL,
	STATS_BIT(UNSPEC), STATS_BIT(LINK_64), STATS_BIT(LINK_XSTATS), STATS_BIT(LINK_XSTATS_SLAVE),
	STATS_BIT(LINK_OFFLOAD_XSTATS), STATS_BIT(AF_SPEC))
static STRUCT(stats_header, struct if_stats_msg,
	FIELD(struct if_stats_msg, family, &lupe_netlink_family8),
	{.name = "pad1", .type = &lupe_type_u8_hex, .offset = offsetof(struct if_stats_msg, pad1),
	 .flags = LUPE_MEMBER_NONZERO},
	{.name = "pad2", .type = &lupe_type_u16_hex, .offset = offsetof(struct if_stats_msg, pad2),
	 .flags = LUPE_MEMBER_NONZERO},
	FIELD(struct if_stats_msg, ifindex, &lupe_type_ifindex),
	FIELD(struct if_stats_msg, filter_mask, &stats_mask))
ATTRIBUTES(extra_attributes, "LINK_XSTATS_TYPE_???",
	(E(LINK_XSTATS_TYPE_UNSPEC), E(LINK_XSTATS_TYPE_BRIDGE), E(LINK_XSTATS_TYPE_BOND)),
	{.number = UINT16_MAX})
ATTRIBUTES(offload_attributes, "IFLA_OFFLOAD_XSTATS_???",
	(E(IFLA_OFFLOAD_XSTATS_UNSPEC), E(IFLA_OFFLOAD_XSTATS_CPU_HIT)),
	A_VALUE(IFLA_OFFLOAD_XSTATS_CPU_HIT, &lupe_link_stats64))
#define MPLS(field) FIELD(struct mpls_link_stats, field, &lupe_type_ulong)
static STRUCT(mpls_stats, struct mpls_link_stats,
	MPLS(rx_packets), MPLS(tx_packets), MPLS(rx_bytes), MPLS(tx_bytes), MPLS(rx_errors),
	MPLS(tx_errors), MPLS(rx_dropped), MPLS(tx_dropped), MPLS(rx_noroute))
ATTRIBUTES(mpls_attributes, "MPLS_STATS_???",
	(E(MPLS_STATS_UNSPEC), E(MPLS_STATS_LINK)), A_VALUE(MPLS_STATS_LINK, &mpls_stats))
ATTRIBUTES(family_attributes, "AF_???",
	(E(AF_UNSPEC), E(AF_UNIX), E(AF_INET), E(AF_BRIDGE), E(AF_INET6), E(AF_MPLS)),
	A_NESTED(AF_MPLS, mpls_attributes))
ATTRIBUTES(stats_attributes, "IFLA_STATS_???",
	(STATS(UNSPEC), STATS(LINK_64), STATS(LINK_XSTATS), STATS(LINK_XSTATS_SLAVE),
	 STATS(LINK_OFFLOAD_XSTATS), STATS(AF_SPEC)),
	A_VALUE(IFLA_STATS_LINK_64, &lupe_link_stats64), A_NESTED(IFLA_STATS_LINK_XSTATS, extra_attributes),
	A_NESTED(IFLA_STATS_LINK_XSTATS_SLAVE, extra_attributes),
	A_NESTED(IFLA_STATS_LINK_OFFLOAD_XSTATS, offload_attributes),
	A_NESTED(IFLA_STATS_AF_SPEC, family_attributes))

/* --- next hops --- */

static FLAGS(hop_flags, 4, "RTNH_F_???", NULL,
	E(RTNH_F_DEAD), E(RTNH_F_PERVASIVE), E(RTNH_F_ONLINK), E(RTNH_F_OFFLOAD), E(RTNH_F_LINKDOWN),
	E(RTNH_F_UNRESOLVED), E(RTNH_F_TRAP))
static STRUCT(hop_header, struct nhmsg,
	FIELD(struct nhmsg, nh_family, &lupe_netlink_family8),
	FIELD(struct nhmsg, nh_scope, &lupe_route_scope),
	FIELD(struct nhmsg, nh_protocol, &lupe_route_protocol),
	{.name = "resvd", .type = &lupe_type_u8_hex, .offset = offsetof(struct nhmsg, resvd),
	 .flags = LUPE_MEMBER_NONZERO},
	FIELD(struct nhmsg, nh_flags, &hop_flags))
static STRUCT(hop_group, struct nexthop_grp,
	FIELD(struct nexthop_grp, id, &lupe_type_uint), FIELD(struct nexthop_grp, weight, &lupe_type_u8),
	{.name = "resvd1", .type = &lupe_type_u8_hex, .offset = offsetof(struct nexthop_grp, resvd1),
	 .flags = LUPE_MEMBER_NONZERO},
	{.name = "resvd2", .type = &lupe_type_u16_hex, .offset = offsetof(struct nexthop_grp, resvd2),
	 .flags = LUPE_MEMBER_NONZERO})
static ENUM(hop_group_types, 2, "NEXTHOP_GRP_TYPE_???",
	E(NEXTHOP_GRP_TYPE_MPATH), E(NEXTHOP_GRP_TYPE_RES))
#define ENCAPSULATION(name) E(LWTUNNEL_ENCAP_##name)
ENUM(lupe_netlink_encapsulation, 2, "LWTUNNEL_ENCAP_???",
	ENCAPSULATION(NONE), ENCAPSULATION(MPLS), ENCAPSULATION(IP), ENCAPSULATION(ILA),
	ENCAPSULATION(IP6), ENCAPSULATION(SEG6), ENCAPSULATION(BPF), ENCAPSULATION(SEG6_LOCAL),
	ENCAPSULATION(RPL), ENCAPSULATION(IOAM6))
ATTRIBUTES(resilient_attributes, "NHA_RES_GROUP_???",
	(E(NHA_RES_GROUP_UNSPEC), E(NHA_RES_GROUP_BUCKETS), E(NHA_RES_GROUP_IDLE_TIMER),
	 E(NHA_RES_GROUP_UNBALANCED_TIMER), E(NHA_RES_GROUP_UNBALANCED_TIME)),
	A_VALUE(NHA_RES_GROUP_BUCKETS, &lupe_type_ushort),
	A_VALUE(NHA_RES_GROUP_IDLE_TIMER, &lupe_type_uint),
	A_VALUE(NHA_RES_GROUP_UNBALANCED_TIMER, &lupe_type_uint),
	A_VALUE(NHA_RES_GROUP_UNBALANCED_TIME, &lupe_type_ulong))
ATTRIBUTES(bucket_attributes, "NHA_RES_BUCKET_???",
	(E(NHA_RES_BUCKET_UNSPEC), E(NHA_RES_BUCKET_INDEX), E(NHA_RES_BUCKET_IDLE_TIME),
	 E(NHA_RES_BUCKET_NH_ID)),
	A_VALUE(NHA_RES_BUCKET_INDEX, &lupe_type_ushort),
	A_VALUE(NHA_RES_BUCKET_IDLE_TIME, &lupe_type_ulong),
	A_VALUE(NHA_RES_BUCKET_NH_ID, &lupe_type_uint))
ATTRIBUTES(hop_attributes, "NHA_???",
	(E(NHA_UNSPEC), E(NHA_ID), E(NHA_GROUP), E(NHA_GROUP_TYPE), E(NHA_BLACKHOLE), E(NHA_OIF),
	 E(NHA_GATEWAY), E(NHA_ENCAP_TYPE), E(NHA_ENCAP), E(NHA_GROUPS), E(NHA_MASTER), E(NHA_FDB),
	 E(NHA_RES_GROUP), E(NHA_RES_BUCKET)),
	A_VALUE(NHA_ID, &lupe_type_uint), A_LIST(NHA_GROUP, &hop_group),
	A_VALUE(NHA_GROUP_TYPE, &hop_group_types), A_VALUE(NHA_BLACKHOLE, &lupe_type_uint),
	A_VALUE(NHA_OIF, &lupe_type_ifindex), A_ADDRESS(NHA_GATEWAY),
	A_VALUE(NHA_ENCAP_TYPE, &lupe_netlink_encapsulation), A_VALUE(NHA_GROUPS, &lupe_type_uint),
	A_VALUE(NHA_MASTER, &lupe_type_uint), A_VALUE(NHA_FDB, &lupe_type_uint),
	A_NESTED(NHA_RES_GROUP, resilient_attributes), A_NESTED(NHA_RES_BUCKET, bucket_attributes))

/* --- virtual functions of a link --- */

ATTRIBUTES(function_attributes, "IFLA_VF_???",
	(E(IFLA_VF_UNSPEC), E(IFLA_VF_MAC), E(IFLA_VF_VLAN), E(IFLA_VF_TX_RATE), E(IFLA_VF_SPOOFCHK),
	 E(IFLA_VF_LINK_STATE), E(IFLA_VF_RATE), E(IFLA_VF_RSS_QUERY_EN), E(IFLA_VF_STATS),
	 E(IFLA_VF_TRUST), E(IFLA_VF_IB_NODE_GUID), E(IFLA_VF_IB_PORT_GUID), E(IFLA_VF_VLAN_LIST),
	 E(IFLA_VF_BROADCAST)),
	{.number = UINT16_MAX})
SHARED_ATTRIBUTES(lupe_link_functions, "IFLA_VF_INFO_???",
	(E(IFLA_VF_INFO_UNSPEC), E(IFLA_VF_INFO)), A_NESTED(IFLA_VF_INFO, function_attributes))
SHARED_ATTRIBUTES(lupe_link_port, "IFLA_VF_PORT_???",
	(E(IFLA_PORT_UNSPEC), E(IFLA_PORT_VF), E(IFLA_PORT_PROFILE), E(IFLA_PORT_VSI_TYPE),
	 E(IFLA_PORT_INSTANCE_UUID), E(IFLA_PORT_HOST_UUID), E(IFLA_PORT_REQUEST),
	 E(IFLA_PORT_RESPONSE)),
	A_VALUE(IFLA_PORT_VF, &lupe_type_uint), A_STRING(IFLA_PORT_PROFILE),
	A_VALUE(IFLA_PORT_REQUEST, &lupe_type_u8), A_VALUE(IFLA_PORT_RESPONSE, &lupe_type_ushort))
SHARED_ATTRIBUTES(lupe_link_ports, "IFLA_VF_PORT_???",
	(E(IFLA_VF_PORT_UNSPEC), E(IFLA_VF_PORT)), A_NESTED(IFLA_VF_PORT, lupe_link_port))

static const struct lupe_netlink_payload payloads[] = {
	{RTM_NEWADDRLABEL, RTM_GETADDRLABEL, &label_header, &label_attributes},
	{RTM_GETDCB, RTM_SETDCB, &dcb_header, &dcb_attributes},
	{RTM_NEWMDB, RTM_GETMDB, &group_header, &bridge_attributes},
	{RTM_NEWNSID, RTM_GETNSID, &any_header, &namespace_attributes},
	{RTM_NEWSTATS, RTM_NEWSTATS, &stats_header, &stats_attributes},
	{RTM_GETSTATS, RTM_GETSTATS, &stats_header, &stats_attributes},
	{RTM_NEWCACHEREPORT, RTM_NEWCACHEREPORT, &any_header, &lupe_netlink_bytes},
	{RTM_NEWNEXTHOP, RTM_GETNEXTHOP, &hop_header, &hop_attributes},
};
/* clang-format on */

const struct lupe_netlink_payload *lupe_netlink_route_service(unsigned type)
{
	return lupe_netlink_payload_for(payloads, ARRAY_SIZE(payloads), type);
}
