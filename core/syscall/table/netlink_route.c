/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NETLINK_ROUTE: links, addresses, routes, neighbours, rules and their tables; the rest is in netlink_control.c
 * and netlink_service.c.
 */
#include <sys/socket.h>
/* after the C library's, which they complete */
#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/snmp.h>
#include "syscall/notation.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/netlink_route.h"
#include "syscall/table/network.h"
#include "syscall/types.h"

/* clang-format off */

static ENUM(message_types, 2, "RTM_???",
	E(RTM_NEWLINK), E(RTM_DELLINK), E(RTM_GETLINK), E(RTM_SETLINK), E(RTM_NEWADDR),
	E(RTM_DELADDR), E(RTM_GETADDR), E(RTM_NEWROUTE), E(RTM_DELROUTE), E(RTM_GETROUTE),
	E(RTM_NEWNEIGH), E(RTM_DELNEIGH), E(RTM_GETNEIGH), E(RTM_NEWRULE), E(RTM_DELRULE),
	E(RTM_GETRULE), E(RTM_NEWQDISC), E(RTM_DELQDISC), E(RTM_GETQDISC), E(RTM_NEWTCLASS),
	E(RTM_DELTCLASS), E(RTM_GETTCLASS), E(RTM_NEWTFILTER), E(RTM_DELTFILTER),
	E(RTM_GETTFILTER), E(RTM_NEWACTION), E(RTM_DELACTION), E(RTM_GETACTION),
	E(RTM_NEWPREFIX), E(RTM_GETMULTICAST), E(RTM_GETANYCAST), E(RTM_NEWNEIGHTBL),
	E(RTM_GETNEIGHTBL), E(RTM_SETNEIGHTBL), E(RTM_NEWNDUSEROPT), E(RTM_NEWADDRLABEL),
	E(RTM_DELADDRLABEL), E(RTM_GETADDRLABEL), E(RTM_GETDCB), E(RTM_SETDCB),
	E(RTM_NEWNETCONF), E(RTM_DELNETCONF), E(RTM_GETNETCONF), E(RTM_NEWMDB), E(RTM_DELMDB),
	E(RTM_GETMDB), E(RTM_NEWNSID), E(RTM_DELNSID), E(RTM_GETNSID), E(RTM_NEWSTATS),
	E(RTM_GETSTATS), E(RTM_SETSTATS), E(RTM_NEWCACHEREPORT), E(RTM_NEWCHAIN),
	E(RTM_DELCHAIN), E(RTM_GETCHAIN), E(RTM_NEWNEXTHOP), E(RTM_DELNEXTHOP),
	E(RTM_GETNEXTHOP), E(RTM_NEWLINKPROP), E(RTM_DELLINKPROP), E(RTM_GETLINKPROP),
	E(RTM_NEWVLAN), E(RTM_DELVLAN), E(RTM_GETVLAN), E(RTM_NEWNEXTHOPBUCKET),
	E(RTM_DELNEXTHOPBUCKET), E(RTM_GETNEXTHOPBUCKET), E(RTM_NEWTUNNEL), E(RTM_DELTUNNEL),
	E(RTM_GETTUNNEL))
static ENUM(tables, 4, NULL,
	E(RT_TABLE_UNSPEC), E(RT_TABLE_COMPAT), E(RT_TABLE_DEFAULT), E(RT_TABLE_MAIN), E(RT_TABLE_LOCAL))
static ENUM(tables8, 1, NULL,
	E(RT_TABLE_UNSPEC), E(RT_TABLE_COMPAT), E(RT_TABLE_DEFAULT), E(RT_TABLE_MAIN), E(RT_TABLE_LOCAL))
static ENUM(rule_tables, 1, "RT_TABLE_???",
	E(RT_TABLE_UNSPEC), E(RT_TABLE_COMPAT), E(RT_TABLE_DEFAULT), E(RT_TABLE_MAIN), E(RT_TABLE_LOCAL))
ENUM(lupe_route_protocol, 1, "RTPROT_???",
	E(RTPROT_UNSPEC), E(RTPROT_REDIRECT), E(RTPROT_KERNEL), E(RTPROT_BOOT), E(RTPROT_STATIC),
	E(RTPROT_GATED), E(RTPROT_RA), E(RTPROT_MRT), E(RTPROT_ZEBRA), E(RTPROT_BIRD),
	E(RTPROT_DNROUTED), E(RTPROT_XORP), E(RTPROT_NTK), E(RTPROT_DHCP), E(RTPROT_MROUTED),
	E(RTPROT_KEEPALIVED), E(RTPROT_BABEL), E(RTPROT_OPENR), E(RTPROT_BGP), E(RTPROT_ISIS),
	E(RTPROT_OSPF), E(RTPROT_RIP), E(RTPROT_EIGRP))
ENUM(lupe_route_scope, 1, NULL,
	E(RT_SCOPE_UNIVERSE), E(RT_SCOPE_SITE), E(RT_SCOPE_LINK), E(RT_SCOPE_HOST),
	E(RT_SCOPE_NOWHERE))
static ENUM(route_types, 1, "RTN_???",
	E(RTN_UNSPEC), E(RTN_UNICAST), E(RTN_LOCAL), E(RTN_BROADCAST), E(RTN_ANYCAST),
	E(RTN_MULTICAST), E(RTN_BLACKHOLE), E(RTN_UNREACHABLE), E(RTN_PROHIBIT), E(RTN_THROW),
	E(RTN_NAT), E(RTN_XRESOLVE))

/* --- links --- */

static STRUCT(link_stats, struct rtnl_link_stats,
	FIELD(struct rtnl_link_stats, rx_packets, &lupe_type_uint), FIELD(struct rtnl_link_stats,
	tx_packets, &lupe_type_uint), FIELD(struct rtnl_link_stats, rx_bytes, &lupe_type_uint),
	FIELD(struct rtnl_link_stats, tx_bytes, &lupe_type_uint), FIELD(struct rtnl_link_stats,
	rx_errors, &lupe_type_uint), FIELD(struct rtnl_link_stats, tx_errors, &lupe_type_uint),
	FIELD(struct rtnl_link_stats, rx_dropped, &lupe_type_uint), FIELD(struct rtnl_link_stats,
	tx_dropped, &lupe_type_uint), FIELD(struct rtnl_link_stats, multicast, &lupe_type_uint),
	FIELD(struct rtnl_link_stats, collisions, &lupe_type_uint), FIELD(struct rtnl_link_stats,
	rx_length_errors, &lupe_type_uint), FIELD(struct rtnl_link_stats, rx_over_errors,
	&lupe_type_uint), FIELD(struct rtnl_link_stats, rx_crc_errors, &lupe_type_uint),
	FIELD(struct rtnl_link_stats, rx_frame_errors, &lupe_type_uint), FIELD(struct
	rtnl_link_stats, rx_fifo_errors, &lupe_type_uint), FIELD(struct rtnl_link_stats,
	rx_missed_errors, &lupe_type_uint), FIELD(struct rtnl_link_stats, tx_aborted_errors,
	&lupe_type_uint), FIELD(struct rtnl_link_stats, tx_carrier_errors, &lupe_type_uint),
	FIELD(struct rtnl_link_stats, tx_fifo_errors, &lupe_type_uint), FIELD(struct
	rtnl_link_stats, tx_heartbeat_errors, &lupe_type_uint), FIELD(struct rtnl_link_stats,
	tx_window_errors, &lupe_type_uint), FIELD(struct rtnl_link_stats, rx_compressed,
	&lupe_type_uint), FIELD(struct rtnl_link_stats, tx_compressed, &lupe_type_uint),
	FIELD(struct rtnl_link_stats, rx_nohandler, &lupe_type_uint))
STRUCT(lupe_link_stats64, struct rtnl_link_stats64,
	FIELD(struct rtnl_link_stats64, rx_packets, &lupe_type_ulong), FIELD(struct
	rtnl_link_stats64, tx_packets, &lupe_type_ulong), FIELD(struct rtnl_link_stats64,
	rx_bytes, &lupe_type_ulong), FIELD(struct rtnl_link_stats64, tx_bytes, &lupe_type_ulong),
	FIELD(struct rtnl_link_stats64, rx_errors, &lupe_type_ulong), FIELD(struct
	rtnl_link_stats64, tx_errors, &lupe_type_ulong), FIELD(struct rtnl_link_stats64,
	rx_dropped, &lupe_type_ulong), FIELD(struct rtnl_link_stats64, tx_dropped,
	&lupe_type_ulong), FIELD(struct rtnl_link_stats64, multicast, &lupe_type_ulong),
	FIELD(struct rtnl_link_stats64, collisions, &lupe_type_ulong), FIELD(struct
	rtnl_link_stats64, rx_length_errors, &lupe_type_ulong), FIELD(struct rtnl_link_stats64,
	rx_over_errors, &lupe_type_ulong), FIELD(struct rtnl_link_stats64, rx_crc_errors,
	&lupe_type_ulong), FIELD(struct rtnl_link_stats64, rx_frame_errors, &lupe_type_ulong),
	FIELD(struct rtnl_link_stats64, rx_fifo_errors, &lupe_type_ulong), FIELD(struct
	rtnl_link_stats64, rx_missed_errors, &lupe_type_ulong), FIELD(struct rtnl_link_stats64,
	tx_aborted_errors, &lupe_type_ulong), FIELD(struct rtnl_link_stats64, tx_carrier_errors,
	&lupe_type_ulong), FIELD(struct rtnl_link_stats64, tx_fifo_errors, &lupe_type_ulong),
	FIELD(struct rtnl_link_stats64, tx_heartbeat_errors, &lupe_type_ulong), FIELD(struct
	rtnl_link_stats64, tx_window_errors, &lupe_type_ulong), FIELD(struct rtnl_link_stats64,
	rx_compressed, &lupe_type_ulong), FIELD(struct rtnl_link_stats64, tx_compressed,
	&lupe_type_ulong), FIELD(struct rtnl_link_stats64, rx_nohandler, &lupe_type_ulong),
	FIELD(struct rtnl_link_stats64, rx_otherhost_dropped, &lupe_type_ulong))
static STRUCT(link_map, struct rtnl_link_ifmap,
	FIELD(struct rtnl_link_ifmap, mem_start, &lupe_type_ulong_hex),
	FIELD(struct rtnl_link_ifmap, mem_end, &lupe_type_ulong_hex),
	FIELD(struct rtnl_link_ifmap, base_addr, &lupe_type_ulong_hex),
	FIELD(struct rtnl_link_ifmap, irq, &lupe_type_ushort),
	FIELD(struct rtnl_link_ifmap, dma, &lupe_type_u8),
	FIELD(struct rtnl_link_ifmap, port, &lupe_type_u8))
static STRUCT(inet6_cache, struct ifla_cacheinfo,
	FIELD(struct ifla_cacheinfo, max_reasm_len, &lupe_type_uint),
	FIELD(struct ifla_cacheinfo, tstamp, &lupe_type_uint),
	FIELD(struct ifla_cacheinfo, reachable_time, &lupe_type_uint),
	FIELD(struct ifla_cacheinfo, retrans_time, &lupe_type_uint))
static FLAGS(inet6_flags, 4, "IF_???", NULL,
	E_AS("IF_RA_OTHERCONF", 0x80), E_AS("IF_RA_MANAGED", 0x40), E_AS("IF_RA_RCVD", 0x20),
	E_AS("IF_RS_SENT", 0x10), E_AS("IF_READY", 0x80000000))
static ENUM(address_generation, 1, "IN6_ADDR_GEN_MODE_???",
	E(IN6_ADDR_GEN_MODE_EUI64), E(IN6_ADDR_GEN_MODE_NONE), E(IN6_ADDR_GEN_MODE_STABLE_PRIVACY),
	E(IN6_ADDR_GEN_MODE_RANDOM))
#define SETTING(name) E_AS("IPV4_DEVCONF_" #name "-1", IPV4_DEVCONF_##name)
static ENUM(inet_settings, 4, "IPV4_DEVCONF_???",
	SETTING(FORWARDING), SETTING(MC_FORWARDING), SETTING(PROXY_ARP), SETTING(ACCEPT_REDIRECTS),
	SETTING(SECURE_REDIRECTS), SETTING(SEND_REDIRECTS), SETTING(SHARED_MEDIA),
	SETTING(RP_FILTER), SETTING(ACCEPT_SOURCE_ROUTE), SETTING(BOOTP_RELAY),
	SETTING(LOG_MARTIANS), SETTING(TAG), SETTING(ARPFILTER), SETTING(MEDIUM_ID),
	SETTING(NOXFRM), SETTING(NOPOLICY), SETTING(FORCE_IGMP_VERSION), SETTING(ARP_ANNOUNCE),
	SETTING(ARP_IGNORE), SETTING(PROMOTE_SECONDARIES), SETTING(ARP_ACCEPT),
	SETTING(ARP_NOTIFY), SETTING(ACCEPT_LOCAL), SETTING(SRC_VMARK), SETTING(PROXY_ARP_PVLAN),
	SETTING(ROUTE_LOCALNET), SETTING(IGMPV2_UNSOLICITED_REPORT_INTERVAL),
	SETTING(IGMPV3_UNSOLICITED_REPORT_INTERVAL), SETTING(IGNORE_ROUTES_WITH_LINKDOWN),
	SETTING(DROP_UNICAST_IN_L2_MULTICAST), SETTING(DROP_GRATUITOUS_ARP),
	SETTING(BC_FORWARDING), SETTING(ARP_EVICT_NOCARRIER))
static ENUM(inet6_settings, 4, "DEVCONF_???",
	E(DEVCONF_FORWARDING), E(DEVCONF_HOPLIMIT), E(DEVCONF_MTU6), E(DEVCONF_ACCEPT_RA),
	E(DEVCONF_ACCEPT_REDIRECTS), E(DEVCONF_AUTOCONF), E(DEVCONF_DAD_TRANSMITS),
	E(DEVCONF_RTR_SOLICITS), E(DEVCONF_RTR_SOLICIT_INTERVAL), E(DEVCONF_RTR_SOLICIT_DELAY),
	E(DEVCONF_USE_TEMPADDR), E(DEVCONF_TEMP_VALID_LFT), E(DEVCONF_TEMP_PREFERED_LFT),
	E(DEVCONF_REGEN_MAX_RETRY), E(DEVCONF_MAX_DESYNC_FACTOR), E(DEVCONF_MAX_ADDRESSES),
	E(DEVCONF_FORCE_MLD_VERSION), E(DEVCONF_ACCEPT_RA_DEFRTR), E(DEVCONF_ACCEPT_RA_PINFO),
	E(DEVCONF_ACCEPT_RA_RTR_PREF), E(DEVCONF_RTR_PROBE_INTERVAL),
	E(DEVCONF_ACCEPT_RA_RT_INFO_MAX_PLEN), E(DEVCONF_PROXY_NDP), E(DEVCONF_OPTIMISTIC_DAD),
	E(DEVCONF_ACCEPT_SOURCE_ROUTE), E(DEVCONF_MC_FORWARDING), E(DEVCONF_DISABLE_IPV6),
	E(DEVCONF_ACCEPT_DAD), E(DEVCONF_FORCE_TLLAO), E(DEVCONF_NDISC_NOTIFY),
	E(DEVCONF_MLDV1_UNSOLICITED_REPORT_INTERVAL),
	E(DEVCONF_MLDV2_UNSOLICITED_REPORT_INTERVAL), E(DEVCONF_SUPPRESS_FRAG_NDISC),
	E(DEVCONF_ACCEPT_RA_FROM_LOCAL), E(DEVCONF_USE_OPTIMISTIC), E(DEVCONF_ACCEPT_RA_MTU),
	E(DEVCONF_STABLE_SECRET), E(DEVCONF_USE_OIF_ADDRS_ONLY),
	E(DEVCONF_ACCEPT_RA_MIN_HOP_LIMIT), E(DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN),
	E(DEVCONF_DROP_UNICAST_IN_L2_MULTICAST), E(DEVCONF_DROP_UNSOLICITED_NA),
	E(DEVCONF_KEEP_ADDR_ON_DOWN), E(DEVCONF_RTR_SOLICIT_MAX_INTERVAL),
	E(DEVCONF_SEG6_ENABLED), E(DEVCONF_SEG6_REQUIRE_HMAC), E(DEVCONF_ENHANCED_DAD),
	E(DEVCONF_ADDR_GEN_MODE), E(DEVCONF_DISABLE_POLICY),
	E(DEVCONF_ACCEPT_RA_RT_INFO_MIN_PLEN), E(DEVCONF_NDISC_TCLASS),
	E(DEVCONF_RPL_SEG_ENABLED), E(DEVCONF_RA_DEFRTR_METRIC), E(DEVCONF_IOAM6_ENABLED),
	E(DEVCONF_IOAM6_ID), E(DEVCONF_IOAM6_ID_WIDE), E(DEVCONF_NDISC_EVICT_NOCARRIER),
	E(DEVCONF_ACCEPT_UNTRACKED_NA))
ATTRIBUTES(inet_attributes, "IFLA_INET_???",
	(E(IFLA_INET_UNSPEC), E(IFLA_INET_CONF)),
	A_INDEXED(IFLA_INET_CONF, &lupe_type_uint, &inet_settings))
#define COUNTER(name) E(IPSTATS_MIB_##name)
static ENUM(ip_counters, 8, "IPSTATS_MIB_???",
	COUNTER(NUM), COUNTER(INPKTS), COUNTER(INOCTETS), COUNTER(INDELIVERS),
	COUNTER(OUTFORWDATAGRAMS), COUNTER(OUTPKTS), COUNTER(OUTOCTETS), COUNTER(INHDRERRORS),
	COUNTER(INTOOBIGERRORS), COUNTER(INNOROUTES), COUNTER(INADDRERRORS),
	COUNTER(INUNKNOWNPROTOS), COUNTER(INTRUNCATEDPKTS), COUNTER(INDISCARDS),
	COUNTER(OUTDISCARDS), COUNTER(OUTNOROUTES), COUNTER(REASMTIMEOUT), COUNTER(REASMREQDS),
	COUNTER(REASMOKS), COUNTER(REASMFAILS), COUNTER(FRAGOKS), COUNTER(FRAGFAILS),
	COUNTER(FRAGCREATES), COUNTER(INMCASTPKTS), COUNTER(OUTMCASTPKTS), COUNTER(INBCASTPKTS),
	COUNTER(OUTBCASTPKTS), COUNTER(INMCASTOCTETS), COUNTER(OUTMCASTOCTETS),
	COUNTER(INBCASTOCTETS), COUNTER(OUTBCASTOCTETS), COUNTER(CSUMERRORS), COUNTER(NOECTPKTS),
	COUNTER(ECT1PKTS), COUNTER(ECT0PKTS), COUNTER(CEPKTS), COUNTER(REASM_OVERLAPS))
#define ICMP6(name) E(ICMP6_MIB_##name)
static ENUM(icmp6_counters, 8, "ICMP6_MIB_???",
	ICMP6(NUM), ICMP6(INMSGS), ICMP6(INERRORS), ICMP6(OUTMSGS), ICMP6(OUTERRORS),
	ICMP6(CSUMERRORS))
ATTRIBUTES(inet6_attributes, "IFLA_INET6_???",
	(E(IFLA_INET6_UNSPEC), E(IFLA_INET6_FLAGS), E(IFLA_INET6_CONF), E(IFLA_INET6_STATS),
	 E(IFLA_INET6_MCAST), E(IFLA_INET6_CACHEINFO), E(IFLA_INET6_ICMP6STATS),
	 E(IFLA_INET6_TOKEN), E(IFLA_INET6_ADDR_GEN_MODE), E(IFLA_INET6_RA_MTU)),
	A_VALUE(IFLA_INET6_FLAGS, &inet6_flags), A_INDEXED(IFLA_INET6_CONF, &lupe_type_int,
	&inet6_settings), A_VALUE(IFLA_INET6_CACHEINFO, &inet6_cache), A_VALUE(IFLA_INET6_TOKEN,
	&lupe_type_ipv6), A_VALUE(IFLA_INET6_ADDR_GEN_MODE, &address_generation),
	A_INDEXED(IFLA_INET6_STATS, &lupe_type_ulong, &ip_counters),
	A_INDEXED(IFLA_INET6_ICMP6STATS, &lupe_type_ulong, &icmp6_counters),
	A_VALUE(IFLA_INET6_RA_MTU, &lupe_type_uint))
ATTRIBUTES(family_attributes, "AF_???", (E(AF_UNSPEC), E(AF_INET), E(AF_INET6), E(AF_BRIDGE), E(AF_MPLS)),
	A_NESTED(AF_INET, inet_attributes), A_NESTED(AF_INET6, inet6_attributes))
static ENUM(xdp_attached, 1, "XDP_ATTACHED_???",
	E(XDP_ATTACHED_NONE), E(XDP_ATTACHED_DRV), E(XDP_ATTACHED_SKB), E(XDP_ATTACHED_HW),
	E(XDP_ATTACHED_MULTI))
ATTRIBUTES(xdp_attributes, "IFLA_XDP_???",
	(E(IFLA_XDP_UNSPEC), E(IFLA_XDP_FD), E(IFLA_XDP_ATTACHED), E(IFLA_XDP_FLAGS),
	 E(IFLA_XDP_PROG_ID), E(IFLA_XDP_DRV_PROG_ID), E(IFLA_XDP_SKB_PROG_ID),
	 E(IFLA_XDP_HW_PROG_ID), E(IFLA_XDP_EXPECTED_FD)),
	A_VALUE(IFLA_XDP_FD, &lupe_type_fd), A_VALUE(IFLA_XDP_ATTACHED, &xdp_attached),
	A_VALUE(IFLA_XDP_PROG_ID, &lupe_type_uint), A_VALUE(IFLA_XDP_DRV_PROG_ID,
	&lupe_type_uint), A_VALUE(IFLA_XDP_SKB_PROG_ID, &lupe_type_uint),
	A_VALUE(IFLA_XDP_HW_PROG_ID, &lupe_type_uint))
ATTRIBUTES(info_attributes, "IFLA_INFO_???",
	(E(IFLA_INFO_UNSPEC), E(IFLA_INFO_KIND), E(IFLA_INFO_DATA), E(IFLA_INFO_XSTATS),
	 E(IFLA_INFO_SLAVE_KIND), E(IFLA_INFO_SLAVE_DATA)),
	A_STRING(IFLA_INFO_KIND), A_STRING(IFLA_INFO_SLAVE_KIND))
static FLAGS(extensions, 4, "RTEXT_FILTER_???", NULL,
	E(RTEXT_FILTER_VF), E(RTEXT_FILTER_BRVLAN), E(RTEXT_FILTER_BRVLAN_COMPRESSED),
	E(RTEXT_FILTER_SKIP_STATS), E(RTEXT_FILTER_MRP), E(RTEXT_FILTER_CFM_CONFIG),
	E(RTEXT_FILTER_CFM_STATUS), E(RTEXT_FILTER_MST))
static ENUM(events, 4, "IFLA_EVENT_???",
	E(IFLA_EVENT_NONE), E(IFLA_EVENT_REBOOT), E(IFLA_EVENT_FEATURES),
	E(IFLA_EVENT_BONDING_FAILOVER), E(IFLA_EVENT_NOTIFY_PEERS), E(IFLA_EVENT_IGMP_RESEND),
	E(IFLA_EVENT_BONDING_OPTIONS))
ATTRIBUTES(property_attributes, "IFLA_???",
	(E(IFLA_ALT_IFNAME)), A_STRING(IFLA_ALT_IFNAME))
ATTRIBUTES(down_attributes, "IFLA_PROTO_DOWN_REASON_???",
	(E(IFLA_PROTO_DOWN_REASON_UNSPEC), E(IFLA_PROTO_DOWN_REASON_MASK),
	 E(IFLA_PROTO_DOWN_REASON_VALUE)),
	A_VALUE(IFLA_PROTO_DOWN_REASON_MASK, &lupe_type_u32_hex),
	A_VALUE(IFLA_PROTO_DOWN_REASON_VALUE, &lupe_type_u32_hex))
ATTRIBUTES(link_attributes, "IFLA_???",
	(E(IFLA_UNSPEC), E(IFLA_ADDRESS), E(IFLA_BROADCAST), E(IFLA_IFNAME), E(IFLA_MTU),
	 E(IFLA_LINK), E(IFLA_QDISC), E(IFLA_STATS), E(IFLA_COST), E(IFLA_PRIORITY),
	 E(IFLA_MASTER), E(IFLA_WIRELESS), E(IFLA_PROTINFO), E(IFLA_TXQLEN), E(IFLA_MAP),
	 E(IFLA_WEIGHT), E(IFLA_OPERSTATE), E(IFLA_LINKMODE), E(IFLA_LINKINFO),
	 E(IFLA_NET_NS_PID), E(IFLA_IFALIAS), E(IFLA_NUM_VF), E(IFLA_VFINFO_LIST),
	 E(IFLA_STATS64), E(IFLA_VF_PORTS), E(IFLA_PORT_SELF), E(IFLA_AF_SPEC), E(IFLA_GROUP),
	 E(IFLA_NET_NS_FD), E(IFLA_EXT_MASK), E(IFLA_PROMISCUITY), E(IFLA_NUM_TX_QUEUES),
	 E(IFLA_NUM_RX_QUEUES), E(IFLA_CARRIER), E(IFLA_PHYS_PORT_ID), E(IFLA_CARRIER_CHANGES),
	 E(IFLA_PHYS_SWITCH_ID), E(IFLA_LINK_NETNSID), E(IFLA_PHYS_PORT_NAME), E(IFLA_PROTO_DOWN),
	 E(IFLA_GSO_MAX_SEGS), E(IFLA_GSO_MAX_SIZE), E(IFLA_PAD), E(IFLA_XDP), E(IFLA_EVENT),
	 E(IFLA_NEW_NETNSID), E(IFLA_IF_NETNSID), E(IFLA_TARGET_NETNSID),
	 E(IFLA_CARRIER_UP_COUNT), E(IFLA_CARRIER_DOWN_COUNT), E(IFLA_NEW_IFINDEX),
	 E(IFLA_MIN_MTU), E(IFLA_MAX_MTU), E(IFLA_PROP_LIST), E(IFLA_ALT_IFNAME),
	 E(IFLA_PERM_ADDRESS), E(IFLA_PROTO_DOWN_REASON), E(IFLA_PARENT_DEV_NAME),
	 E(IFLA_PARENT_DEV_BUS_NAME), E(IFLA_GRO_MAX_SIZE), E(IFLA_TSO_MAX_SIZE),
	 E(IFLA_TSO_MAX_SEGS), E(IFLA_ALLMULTI)),
	A_STRING(IFLA_IFNAME),
	A_VALUE(IFLA_NUM_TX_QUEUES, &lupe_type_uint),
	A_VALUE(IFLA_TXQLEN, &lupe_type_uint), A_VALUE(IFLA_WEIGHT, &lupe_type_uint),
	A_VALUE(IFLA_NEW_NETNSID, &lupe_type_int),
	A_VALUE(IFLA_NEW_IFINDEX, &lupe_type_uint),
	A_STRING(IFLA_QDISC), A_STRING(IFLA_IFALIAS),
	A_STRING(IFLA_PHYS_PORT_NAME), A_STRING(IFLA_PARENT_DEV_NAME),
	A_STRING(IFLA_PARENT_DEV_BUS_NAME), A_STRING(IFLA_ALT_IFNAME), A_MAC(IFLA_ADDRESS),
	A_MAC(IFLA_BROADCAST), A_MAC(IFLA_PERM_ADDRESS), A_VALUE(IFLA_MTU, &lupe_type_uint),
	A_VALUE(IFLA_MIN_MTU, &lupe_type_uint), A_VALUE(IFLA_MAX_MTU, &lupe_type_uint),
	A_VALUE(IFLA_GROUP, &lupe_type_uint), A_VALUE(IFLA_PROMISCUITY, &lupe_type_uint),
	A_VALUE(IFLA_NUM_RX_QUEUES, &lupe_type_uint), A_VALUE(IFLA_GSO_MAX_SEGS,
	&lupe_type_uint), A_VALUE(IFLA_GSO_MAX_SIZE, &lupe_type_uint),
	A_VALUE(IFLA_CARRIER_CHANGES, &lupe_type_uint), A_VALUE(IFLA_CARRIER_UP_COUNT,
	&lupe_type_uint), A_VALUE(IFLA_CARRIER_DOWN_COUNT, &lupe_type_uint), A_VALUE(IFLA_NUM_VF,
	&lupe_type_uint), A_VALUE(IFLA_GRO_MAX_SIZE,
	&lupe_type_uint), A_VALUE(IFLA_TSO_MAX_SIZE, &lupe_type_uint), A_VALUE(IFLA_TSO_MAX_SEGS,
	&lupe_type_uint), A_VALUE(IFLA_ALLMULTI, &lupe_type_uint), A_VALUE(IFLA_EXT_MASK, &extensions), A_VALUE(IFLA_TARGET_NETNSID, &lupe_type_uint),
	A_VALUE(IFLA_LINK_NETNSID, &lupe_type_uint), A_VALUE(IFLA_OPERSTATE, &lupe_type_u8),
	A_VALUE(IFLA_LINKMODE, &lupe_type_u8), A_VALUE(IFLA_CARRIER, &lupe_type_u8),
	A_VALUE(IFLA_PROTO_DOWN, &lupe_type_u8), A_VALUE(IFLA_LINK, &lupe_type_ifindex),
	A_VALUE(IFLA_MASTER, &lupe_type_ifindex), A_VALUE(IFLA_NET_NS_FD, &lupe_type_fd),
	A_VALUE(IFLA_NET_NS_PID, &lupe_type_uint), A_VALUE(IFLA_STATS, &link_stats),
	A_NESTED(IFLA_VFINFO_LIST, lupe_link_functions), A_NESTED(IFLA_VF_PORTS, lupe_link_ports),
	A_NESTED(IFLA_PORT_SELF, lupe_link_port), A_VALUE(IFLA_EVENT, &events),
	A_NESTED(IFLA_PROP_LIST, property_attributes),
	A_NESTED(IFLA_PROTO_DOWN_REASON, down_attributes),
	A_VALUE(IFLA_STATS64, &lupe_link_stats64), A_VALUE(IFLA_MAP, &link_map),
	A_NESTED(IFLA_AF_SPEC, family_attributes), A_NESTED(IFLA_XDP, xdp_attributes),
	A_NESTED(IFLA_LINKINFO, info_attributes))
static FLAGS(link_flags, 4, "IFF_???", NULL,
	E(IFF_UP), E(IFF_BROADCAST), E(IFF_DEBUG), E(IFF_LOOPBACK), E(IFF_POINTOPOINT),
	E(IFF_NOTRAILERS), E(IFF_RUNNING), E(IFF_NOARP), E(IFF_PROMISC), E(IFF_ALLMULTI),
	E(IFF_MASTER), E(IFF_SLAVE), E(IFF_MULTICAST), E(IFF_PORTSEL), E(IFF_AUTOMEDIA),
	E(IFF_DYNAMIC), E(IFF_LOWER_UP), E(IFF_DORMANT), E(IFF_ECHO))
static STRUCT(link_header, struct ifinfomsg,
	FIELD(struct ifinfomsg, ifi_family, &lupe_netlink_family8),
	FIELD(struct ifinfomsg, ifi_type, &lupe_type_hardware_type),
	FIELD(struct ifinfomsg, ifi_index, &lupe_type_ifindex),
	FIELD(struct ifinfomsg, ifi_flags, &link_flags),
	FIELD(struct ifinfomsg, ifi_change, &lupe_type_u32_hex))

/* --- addresses --- */

#define ADDRESS_FLAGS \
	E(IFA_F_SECONDARY), E(IFA_F_NODAD), E(IFA_F_OPTIMISTIC), E(IFA_F_DADFAILED), \
	E(IFA_F_HOMEADDRESS), E(IFA_F_DEPRECATED), E(IFA_F_TENTATIVE), E(IFA_F_PERMANENT), \
	E(IFA_F_MANAGETEMPADDR), E(IFA_F_NOPREFIXROUTE), E(IFA_F_MCAUTOJOIN), \
	E(IFA_F_STABLE_PRIVACY)
static FLAGS(address_flags, 4, "IFA_F_???", NULL, ADDRESS_FLAGS)
static FLAGS(address_flags8, 1, "IFA_F_???", NULL,
	E(IFA_F_SECONDARY), E(IFA_F_NODAD), E(IFA_F_OPTIMISTIC), E(IFA_F_DADFAILED), E(IFA_F_HOMEADDRESS),
	E(IFA_F_DEPRECATED), E(IFA_F_TENTATIVE), E(IFA_F_PERMANENT))
static STRUCT(address_cache, struct ifa_cacheinfo,
	FIELD(struct ifa_cacheinfo, ifa_prefered, &lupe_type_uint),
	FIELD(struct ifa_cacheinfo, ifa_valid, &lupe_type_uint),
	FIELD(struct ifa_cacheinfo, cstamp, &lupe_type_uint),
	FIELD(struct ifa_cacheinfo, tstamp, &lupe_type_uint))
static STRUCT(address_header, struct ifaddrmsg,
	FIELD(struct ifaddrmsg, ifa_family, &lupe_netlink_family8),
	FIELD(struct ifaddrmsg, ifa_prefixlen, &lupe_type_u8),
	FIELD(struct ifaddrmsg, ifa_flags, &address_flags8),
	FIELD(struct ifaddrmsg, ifa_scope, &lupe_route_scope),
	FIELD(struct ifaddrmsg, ifa_index, &lupe_type_ifindex))
ATTRIBUTES(address_attributes, "IFA_???",
	(E(IFA_UNSPEC), E(IFA_ADDRESS), E(IFA_LOCAL), E(IFA_LABEL), E(IFA_BROADCAST),
	 E(IFA_ANYCAST), E(IFA_CACHEINFO), E(IFA_MULTICAST), E(IFA_FLAGS), E(IFA_RT_PRIORITY),
	 E(IFA_TARGET_NETNSID), E(IFA_PROTO)),
	A_ADDRESS(IFA_ADDRESS), A_ADDRESS(IFA_LOCAL), A_ADDRESS(IFA_BROADCAST),
	A_ADDRESS(IFA_ANYCAST), A_ADDRESS(IFA_MULTICAST), A_STRING(IFA_LABEL),
	A_VALUE(IFA_CACHEINFO, &address_cache), A_VALUE(IFA_FLAGS, &address_flags),
	A_VALUE(IFA_RT_PRIORITY, &lupe_type_uint), A_VALUE(IFA_TARGET_NETNSID, &lupe_type_int))

/* --- routes --- */

static FLAGS(services, 1, "IPTOS_TOS_???", NULL,
	E(IPTOS_LOWDELAY), E(IPTOS_THROUGHPUT), E(IPTOS_RELIABILITY), E(IPTOS_MINCOST))
static FLAGS(route_flags, 4, "RTM_F_???", NULL,
	E(RTM_F_NOTIFY),
	E(RTM_F_CLONED), E(RTM_F_EQUALIZE), E(RTM_F_PREFIX), E(RTM_F_LOOKUP_TABLE),
	E(RTM_F_FIB_MATCH), E(RTM_F_OFFLOAD), E(RTM_F_TRAP), E(RTM_F_OFFLOAD_FAILED))
static STRUCT(route_header, struct rtmsg,
	FIELD(struct rtmsg, rtm_family, &lupe_netlink_family8), FIELD(struct rtmsg, rtm_dst_len, &lupe_type_u8),
	FIELD(struct rtmsg, rtm_src_len, &lupe_type_u8), FIELD(struct rtmsg, rtm_tos, &services),
	FIELD(struct rtmsg, rtm_table, &tables8), FIELD(struct rtmsg, rtm_protocol, &lupe_route_protocol),
	FIELD(struct rtmsg, rtm_scope, &lupe_route_scope), FIELD(struct rtmsg, rtm_type, &route_types),
	FIELD(struct rtmsg, rtm_flags, &route_flags))
static STRUCT(route_cache, struct rta_cacheinfo,
	FIELD(struct rta_cacheinfo, rta_clntref, &lupe_type_uint),
	FIELD(struct rta_cacheinfo, rta_lastuse, &lupe_type_uint),
	FIELD(struct rta_cacheinfo, rta_expires, &lupe_type_uint),
	FIELD(struct rta_cacheinfo, rta_error, &lupe_type_uint),
	FIELD(struct rta_cacheinfo, rta_used, &lupe_type_uint),
	FIELD(struct rta_cacheinfo, rta_id, &lupe_type_u32_hex),
	FIELD(struct rta_cacheinfo, rta_ts, &lupe_type_uint),
	FIELD(struct rta_cacheinfo, rta_tsage, &lupe_type_uint))
ATTRIBUTES(metric_attributes, "RTAX_???",
	(E(RTAX_UNSPEC), E(RTAX_LOCK), E(RTAX_MTU), E(RTAX_WINDOW), E(RTAX_RTT), E(RTAX_RTTVAR),
	 E(RTAX_SSTHRESH), E(RTAX_CWND), E(RTAX_ADVMSS), E(RTAX_REORDERING), E(RTAX_HOPLIMIT),
	 E(RTAX_INITCWND), E(RTAX_FEATURES), E(RTAX_RTO_MIN), E(RTAX_INITRWND), E(RTAX_QUICKACK),
	 E(RTAX_CC_ALGO), E(RTAX_FASTOPEN_NO_COOKIE)),
)
static STRUCT(cache_stats, struct rta_mfc_stats,
	FIELD(struct rta_mfc_stats, mfcs_packets, &lupe_type_ulong),
	FIELD(struct rta_mfc_stats, mfcs_bytes, &lupe_type_ulong),
	FIELD(struct rta_mfc_stats, mfcs_wrong_if, &lupe_type_ulong))
ATTRIBUTES(route_attributes, "RTA_???",
	(E(RTA_UNSPEC), E(RTA_DST), E(RTA_SRC), E(RTA_IIF), E(RTA_OIF), E(RTA_GATEWAY),
	 E(RTA_PRIORITY), E(RTA_PREFSRC), E(RTA_METRICS), E(RTA_MULTIPATH), E(RTA_PROTOINFO),
	 E(RTA_FLOW), E(RTA_CACHEINFO), E(RTA_SESSION), E(RTA_MP_ALGO), E(RTA_TABLE), E(RTA_MARK),
	 E(RTA_MFC_STATS), E(RTA_VIA), E(RTA_NEWDST), E(RTA_PREF), E(RTA_ENCAP_TYPE),
	 E(RTA_ENCAP), E(RTA_EXPIRES), E(RTA_PAD), E(RTA_UID), E(RTA_TTL_PROPAGATE),
	 E(RTA_IP_PROTO), E(RTA_SPORT), E(RTA_DPORT), E(RTA_NH_ID)),
	A_ADDRESS(RTA_DST), A_ADDRESS(RTA_SRC), A_ADDRESS(RTA_GATEWAY), A_ADDRESS(RTA_PREFSRC),
	A_VALUE(RTA_OIF, &lupe_type_ifindex), A_VALUE(RTA_IIF, &lupe_type_ifindex),
	A_VALUE(RTA_PRIORITY, &lupe_type_uint), A_VALUE(RTA_FLOW, &lupe_type_uint),
	A_VALUE(RTA_MARK, &lupe_type_uint), A_VALUE(RTA_TABLE, &tables), A_VALUE(RTA_CACHEINFO,
	&route_cache), A_VALUE(RTA_PREF, &lupe_type_u8), A_VALUE(RTA_UID, &lupe_type_uid),
	A_VALUE(RTA_MP_ALGO, &lupe_type_uint), A_VALUE(RTA_PROTOINFO, &lupe_type_uint),
	A_VALUE(RTA_ENCAP_TYPE, &lupe_netlink_encapsulation), A_VALUE(RTA_EXPIRES, &lupe_type_ulong),
	A_VALUE(RTA_TTL_PROPAGATE, &lupe_type_u8), A_VALUE(RTA_IP_PROTO, &lupe_type_u8),
	A_VALUE(RTA_SPORT, &lupe_type_ushort), A_VALUE(RTA_DPORT, &lupe_type_ushort),
	A_ADDRESS(RTA_NEWDST), A_VALUE(RTA_MFC_STATS, &cache_stats),
	A_NESTED(RTA_METRICS, metric_attributes))

/* --- neighbours --- */

static FLAGS(neighbour_states, 2, "NUD_???", NULL,
	E(NUD_INCOMPLETE), E(NUD_REACHABLE), E(NUD_STALE), E(NUD_DELAY), E(NUD_PROBE),
	E(NUD_FAILED), E(NUD_NOARP), E(NUD_PERMANENT), E(NUD_NONE))
static FLAGS(neighbour_flags, 1, "NTF_???", NULL,
	E(NTF_USE), E(NTF_SELF), E(NTF_MASTER), E(NTF_PROXY), E(NTF_EXT_LEARNED),
	E(NTF_OFFLOADED), E(NTF_STICKY), E(NTF_ROUTER))
static STRUCT(neighbour_header, struct ndmsg,
	FIELD(struct ndmsg, ndm_family, &lupe_netlink_family8),
	FIELD(struct ndmsg, ndm_ifindex, &lupe_type_ifindex),
	FIELD(struct ndmsg, ndm_state, &neighbour_states),
	FIELD(struct ndmsg, ndm_flags, &neighbour_flags),
	FIELD(struct ndmsg, ndm_type, &route_types))
static STRUCT(neighbour_cache, struct nda_cacheinfo,
	FIELD(struct nda_cacheinfo, ndm_confirmed, &lupe_type_uint),
	FIELD(struct nda_cacheinfo, ndm_used, &lupe_type_uint),
	FIELD(struct nda_cacheinfo, ndm_updated, &lupe_type_uint),
	FIELD(struct nda_cacheinfo, ndm_refcnt, &lupe_type_uint))
static FLAGS(neighbour_extensions, 4, "NTF_EXT_???", NULL, E(NTF_EXT_MANAGED))
static FLAGS(fdb_notify, 1, "FDB_NOTIFY_???", NULL, E(FDB_NOTIFY_BIT), E(FDB_NOTIFY_INACTIVE_BIT))
ATTRIBUTES(fdb_attributes, "NFEA_???",
	(E(NFEA_UNSPEC), E(NFEA_ACTIVITY_NOTIFY), E(NFEA_DONT_REFRESH)),
	A_VALUE(NFEA_ACTIVITY_NOTIFY, &fdb_notify))
ATTRIBUTES(neighbour_attributes, "NDA_???",
	(E(NDA_UNSPEC), E(NDA_DST), E(NDA_LLADDR), E(NDA_CACHEINFO), E(NDA_PROBES), E(NDA_VLAN),
	 E(NDA_PORT), E(NDA_VNI), E(NDA_IFINDEX), E(NDA_MASTER), E(NDA_LINK_NETNSID),
	 E(NDA_SRC_VNI), E(NDA_PROTOCOL), E(NDA_NH_ID), E(NDA_FDB_EXT_ATTRS), E(NDA_FLAGS_EXT),
	 E(NDA_NDM_STATE_MASK), E(NDA_NDM_FLAGS_MASK)),
	A_ADDRESS(NDA_DST), A_MAC(NDA_LLADDR), A_VALUE(NDA_CACHEINFO, &neighbour_cache),
	A_VALUE(NDA_PROBES, &lupe_type_uint), A_VALUE(NDA_VLAN, &lupe_type_ushort),
	A_VALUE(NDA_PORT, &lupe_type_port), A_VALUE(NDA_VNI, &lupe_type_uint),
	A_VALUE(NDA_IFINDEX, &lupe_type_ifindex), A_VALUE(NDA_MASTER, &lupe_type_ifindex),
	A_VALUE(NDA_LINK_NETNSID, &lupe_type_uint), A_VALUE(NDA_PROTOCOL, &lupe_netlink_ip_protocol),
	A_VALUE(NDA_SRC_VNI, &lupe_type_uint), A_VALUE(NDA_NH_ID, &lupe_type_uint),
	A_NESTED(NDA_FDB_EXT_ATTRS, fdb_attributes), A_VALUE(NDA_NDM_STATE_MASK, &neighbour_states),
	A_VALUE(NDA_FLAGS_EXT, &neighbour_extensions),
	A_VALUE(NDA_NDM_FLAGS_MASK, &neighbour_flags))

static STRUCT(neighbour_table_header, struct ndtmsg, FIELD(struct ndtmsg, ndtm_family, &lupe_netlink_family8))
static STRUCT(neighbour_config, struct ndt_config,
	FIELD(struct ndt_config, ndtc_key_len, &lupe_type_ushort), FIELD(struct ndt_config,
	ndtc_entry_size, &lupe_type_ushort), FIELD(struct ndt_config, ndtc_entries,
	&lupe_type_uint), FIELD(struct ndt_config, ndtc_last_flush, &lupe_type_uint),
	FIELD(struct ndt_config, ndtc_last_rand, &lupe_type_uint), FIELD(struct ndt_config,
	ndtc_hash_rnd, &lupe_type_uint), FIELD(struct ndt_config, ndtc_hash_mask,
	&lupe_type_padded32), FIELD(struct ndt_config, ndtc_hash_chain_gc, &lupe_type_uint),
	FIELD(struct ndt_config, ndtc_proxy_qlen, &lupe_type_uint))
static STRUCT(neighbour_stats, struct ndt_stats,
	FIELD(struct ndt_stats, ndts_allocs, &lupe_type_ulong), FIELD(struct ndt_stats,
	ndts_destroys, &lupe_type_ulong), FIELD(struct ndt_stats, ndts_hash_grows,
	&lupe_type_ulong), FIELD(struct ndt_stats, ndts_res_failed, &lupe_type_ulong),
	FIELD(struct ndt_stats, ndts_lookups, &lupe_type_ulong), FIELD(struct ndt_stats,
	ndts_hits, &lupe_type_ulong), FIELD(struct ndt_stats, ndts_rcv_probes_mcast,
	&lupe_type_ulong), FIELD(struct ndt_stats, ndts_rcv_probes_ucast, &lupe_type_ulong),
	FIELD(struct ndt_stats, ndts_periodic_gc_runs, &lupe_type_ulong), FIELD(struct ndt_stats,
	ndts_forced_gc_runs, &lupe_type_ulong), FIELD(struct ndt_stats, ndts_table_fulls,
	&lupe_type_ulong))
ATTRIBUTES(neighbour_parameters, "NDTPA_???",
	(E(NDTPA_UNSPEC), E(NDTPA_IFINDEX), E(NDTPA_REFCNT), E(NDTPA_REACHABLE_TIME),
	 E(NDTPA_BASE_REACHABLE_TIME), E(NDTPA_RETRANS_TIME), E(NDTPA_GC_STALETIME),
	 E(NDTPA_DELAY_PROBE_TIME), E(NDTPA_QUEUE_LEN), E(NDTPA_APP_PROBES),
	 E(NDTPA_UCAST_PROBES), E(NDTPA_MCAST_PROBES), E(NDTPA_ANYCAST_DELAY),
	 E(NDTPA_PROXY_DELAY), E(NDTPA_PROXY_QLEN), E(NDTPA_LOCKTIME), E(NDTPA_QUEUE_LENBYTES),
	 E(NDTPA_MCAST_REPROBES), E(NDTPA_PAD), E(NDTPA_INTERVAL_PROBE_TIME_MS)),
	A_VALUE(NDTPA_IFINDEX, &lupe_type_ifindex), A_VALUE(NDTPA_REFCNT, &lupe_type_uint),
	A_VALUE(NDTPA_QUEUE_LEN, &lupe_type_uint), A_VALUE(NDTPA_APP_PROBES, &lupe_type_uint),
	A_VALUE(NDTPA_UCAST_PROBES, &lupe_type_uint), A_VALUE(NDTPA_MCAST_PROBES,
	&lupe_type_uint), A_VALUE(NDTPA_PROXY_QLEN, &lupe_type_uint),
	A_VALUE(NDTPA_QUEUE_LENBYTES, &lupe_type_uint), A_VALUE(NDTPA_MCAST_REPROBES,
	&lupe_type_uint), A_VALUE(NDTPA_REACHABLE_TIME, &lupe_type_ulong),
	A_VALUE(NDTPA_BASE_REACHABLE_TIME, &lupe_type_ulong), A_VALUE(NDTPA_RETRANS_TIME,
	&lupe_type_ulong), A_VALUE(NDTPA_GC_STALETIME, &lupe_type_ulong),
	A_VALUE(NDTPA_DELAY_PROBE_TIME, &lupe_type_ulong), A_VALUE(NDTPA_ANYCAST_DELAY,
	&lupe_type_ulong), A_VALUE(NDTPA_PROXY_DELAY, &lupe_type_ulong), A_VALUE(NDTPA_LOCKTIME,
	&lupe_type_ulong), A_VALUE(NDTPA_INTERVAL_PROBE_TIME_MS, &lupe_type_ulong))
ATTRIBUTES(neighbour_table_attributes, "NDTA_???",
	(E(NDTA_UNSPEC), E(NDTA_NAME), E(NDTA_THRESH1), E(NDTA_THRESH2), E(NDTA_THRESH3),
	 E(NDTA_CONFIG), E(NDTA_PARMS), E(NDTA_STATS), E(NDTA_GC_INTERVAL), E(NDTA_PAD)),
	A_STRING(NDTA_NAME), A_VALUE(NDTA_THRESH1, &lupe_type_uint), A_VALUE(NDTA_THRESH2,
	&lupe_type_uint), A_VALUE(NDTA_THRESH3, &lupe_type_uint), A_VALUE(NDTA_GC_INTERVAL,
	&lupe_type_ulong), A_VALUE(NDTA_CONFIG, &neighbour_config), A_VALUE(NDTA_STATS,
	&neighbour_stats), A_NESTED(NDTA_PARMS, neighbour_parameters))

/* --- rules --- */

static ENUM(rule_actions, 1, "FR_ACT_???",
	E(FR_ACT_UNSPEC), E(FR_ACT_TO_TBL), E(FR_ACT_GOTO), E(FR_ACT_NOP), E(FR_ACT_RES3),
	E(FR_ACT_RES4), E(FR_ACT_BLACKHOLE), E(FR_ACT_UNREACHABLE), E(FR_ACT_PROHIBIT))
static FLAGS(rule_flags, 4, "FIB_RULE_???", NULL,
	E(FIB_RULE_PERMANENT), E(FIB_RULE_INVERT), E(FIB_RULE_UNRESOLVED),
	E(FIB_RULE_IIF_DETACHED), E(FIB_RULE_OIF_DETACHED), E(FIB_RULE_FIND_SADDR))
static STRUCT(rule_header, struct fib_rule_hdr,
	FIELD(struct fib_rule_hdr, family, &lupe_netlink_family8), FIELD(struct fib_rule_hdr, dst_len, &lupe_type_u8),
	FIELD(struct fib_rule_hdr, src_len, &lupe_type_u8),
	FIELD(struct fib_rule_hdr, tos, &services), FIELD(struct fib_rule_hdr, table, &rule_tables),
	FIELD(struct fib_rule_hdr, action, &rule_actions),
	FIELD(struct fib_rule_hdr, flags, &rule_flags))
static STRUCT(port_range, struct fib_rule_port_range,
	FIELD(struct fib_rule_port_range, start, &lupe_type_ushort),
	FIELD(struct fib_rule_port_range, end, &lupe_type_ushort))
static STRUCT(uid_range, struct fib_rule_uid_range,
	FIELD(struct fib_rule_uid_range, start, &lupe_type_uint),
	FIELD(struct fib_rule_uid_range, end, &lupe_type_uint))
ATTRIBUTES(rule_attributes, "FRA_???",
	(E(FRA_UNSPEC), E(FRA_DST), E(FRA_SRC), E(FRA_IIFNAME), E(FRA_GOTO), E(FRA_UNUSED2),
	 E(FRA_PRIORITY), E(FRA_UNUSED3), E(FRA_UNUSED4), E(FRA_UNUSED5), E(FRA_FWMARK),
	 E(FRA_FLOW), E(FRA_TUN_ID), E(FRA_SUPPRESS_IFGROUP), E(FRA_SUPPRESS_PREFIXLEN),
	 E(FRA_TABLE), E(FRA_FWMASK), E(FRA_OIFNAME), E(FRA_PAD), E(FRA_L3MDEV), E(FRA_UID_RANGE),
	 E(FRA_PROTOCOL), E(FRA_IP_PROTO), E(FRA_SPORT_RANGE), E(FRA_DPORT_RANGE)),
	A_ADDRESS(FRA_DST), A_ADDRESS(FRA_SRC), A_STRING(FRA_IIFNAME), A_STRING(FRA_OIFNAME),
	A_VALUE(FRA_PRIORITY, &lupe_type_uint), A_VALUE(FRA_FWMARK, &lupe_type_uint),
	A_VALUE(FRA_FLOW, &lupe_type_uint), A_VALUE(FRA_SUPPRESS_IFGROUP, &lupe_type_uint),
	A_VALUE(FRA_SUPPRESS_PREFIXLEN, &lupe_type_uint), A_VALUE(FRA_FWMASK, &lupe_type_uint),
	A_VALUE(FRA_GOTO, &lupe_type_uint), A_VALUE(FRA_TABLE, &tables), A_VALUE(FRA_L3MDEV,
	&lupe_type_u8), A_VALUE(FRA_PROTOCOL, &lupe_route_protocol),
	A_VALUE(FRA_IP_PROTO, &lupe_netlink_ip_protocol), A_VALUE(FRA_SPORT_RANGE, &port_range),
	A_VALUE(FRA_DPORT_RANGE, &port_range), A_VALUE(FRA_UID_RANGE, &uid_range))

/* --- settings of interfaces --- */

static STRUCT(settings_header, struct netconfmsg, FIELD(struct netconfmsg, ncm_family, &lupe_netlink_family8))
ATTRIBUTES(settings_attributes, "NETCONFA_???",
	(E(NETCONFA_UNSPEC), E(NETCONFA_IFINDEX), E(NETCONFA_FORWARDING), E(NETCONFA_RP_FILTER),
	 E(NETCONFA_MC_FORWARDING), E(NETCONFA_PROXY_NEIGH),
	 E(NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN), E(NETCONFA_INPUT), E(NETCONFA_BC_FORWARDING)),
	A_VALUE(NETCONFA_IFINDEX, &lupe_type_ifindex), A_VALUE(NETCONFA_FORWARDING,
	&lupe_type_int), A_VALUE(NETCONFA_RP_FILTER, &lupe_type_int),
	A_VALUE(NETCONFA_MC_FORWARDING, &lupe_type_int), A_VALUE(NETCONFA_PROXY_NEIGH,
	&lupe_type_int), A_VALUE(NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, &lupe_type_int),
	A_VALUE(NETCONFA_INPUT, &lupe_type_int), A_VALUE(NETCONFA_BC_FORWARDING, &lupe_type_int))

/* --- all others --- */

/* The whole message, of which only the first byte is known. */
static const struct lupe_member other_members[] = {
	{.name = "family", .type = &lupe_netlink_family8},
	{.name = "data", .type = &lupe_type_bytes, .offset = 1}};
static const struct lupe_type other_header = {
	.name = "struct rtgenmsg", .kind = LUPE_KIND_STRUCT, .size = 1, .members = other_members,
	.n_members = ARRAY_SIZE(other_members)};

static const struct lupe_netlink_payload payloads[] = {
	{RTM_NEWLINK, RTM_SETLINK, &link_header, &link_attributes},
	{RTM_NEWADDR, RTM_GETADDR, &address_header, &address_attributes},
	{RTM_NEWROUTE, RTM_GETROUTE, &route_header, &route_attributes},
	{RTM_NEWNEIGH, RTM_GETNEIGH, &neighbour_header, &neighbour_attributes},
	{RTM_NEWRULE, RTM_GETRULE, &rule_header, &rule_attributes},
	{RTM_NEWNEIGHTBL, RTM_NEWNEIGHTBL, &neighbour_table_header, &neighbour_table_attributes},
	{RTM_GETNEIGHTBL, RTM_SETNEIGHTBL, &neighbour_table_header, &neighbour_table_attributes},
	{RTM_NEWNETCONF, RTM_GETNETCONF, &settings_header, &settings_attributes},
};
static const struct lupe_netlink_payload other_payload = {0, 0, &other_header, NULL};
/* clang-format on */

static const struct lupe_netlink_payload *choose(const struct nlmsghdr *header, unsigned family)
{
	unsigned type = header->nlmsg_type;
	const struct lupe_netlink_payload *found;

	if (type == RTM_GETNEIGH && family == AF_BRIDGE)
		type = RTM_GETLINK;
	else if (type == RTM_GETMULTICAST || type == RTM_GETANYCAST)
		type = RTM_GETADDR;
	found = lupe_netlink_payload_for(payloads, ARRAY_SIZE(payloads), type);
	if (!found)
		found = lupe_netlink_route_control(type);
	if (!found)
		found = lupe_netlink_route_service(type);
	return found ? found : &other_payload;
}

const struct lupe_netlink_family lupe_netlink_route = {
    .protocol = NETLINK_ROUTE,
    .types = &message_types,
    .choose = choose};
