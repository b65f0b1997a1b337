/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Socket options: names by level, values by level and name. What no type is known for is an int if it
 * is as long as one, else bytes.
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <linux/ax25.h>
#include <linux/caif/caif_socket.h>
#include <linux/can/raw.h>
#include <linux/dccp.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_pppol2tp.h>
#include <linux/if_xdp.h>
#include <linux/in6.h>
#include <linux/kcm.h>
#include <linux/llc.h>
#include <linux/netfilter_arp/arp_tables.h>
#include <linux/netfilter_bridge/ebtables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <linux/nfc.h>
#include <linux/phonet.h>
#include <linux/rds.h>
#include <linux/rxrpc.h>
#include <linux/sctp.h>
#include <linux/tipc.h>
#include <linux/tls.h>
#include <linux/vm_sockets.h>
#include "base/arena.h"
#include "syscall/notation.h"
#include "syscall/table/filter.h"
#include "syscall/table/network.h"
#include "syscall/table/sockopt.h"
#include "syscall/types.h"
#include "type/decode.h"

/* clang-format off */
#define GLOBAL_CHOICE(id, member_, mask_, ...) \
	const struct lupe_choice id = { \
	    .member = (member_), \
	    .mask = (mask_), \
	    .cases = (const struct lupe_case[]){__VA_ARGS__}, \
	    .n_cases = ARRAY_SIZE(((const struct lupe_case[]){__VA_ARGS__}))};

static ENUM(options_vsock, 4, "SO_VM_???",
	E(SO_VM_SOCKETS_BUFFER_SIZE), E(SO_VM_SOCKETS_BUFFER_MIN_SIZE),
	E(SO_VM_SOCKETS_BUFFER_MAX_SIZE), E(SO_VM_SOCKETS_PEER_HOST_VM_ID),
	E(SO_VM_SOCKETS_TRUSTED), E(SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD),
	E(SO_VM_SOCKETS_NONBLOCK_TXRX), E(SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW))
#define OPTIONS_IP \
	E(IP_TOS), E(IP_TTL), E(IP_HDRINCL), E(IP_OPTIONS), E(IP_ROUTER_ALERT), E(IP_RECVOPTS), \
	E(IP_RETOPTS), E(IP_PKTINFO), E(IP_PKTOPTIONS), E(IP_MTU_DISCOVER), E(IP_RECVERR), \
	E(IP_RECVTTL), E(IP_RECVTOS), E(IP_MTU), E(IP_FREEBIND), E(IP_IPSEC_POLICY), \
	E(IP_XFRM_POLICY), E(IP_PASSSEC), E(IP_TRANSPARENT), E(IP_ORIGDSTADDR), E(IP_MINTTL), \
	E(IP_NODEFRAG), E(IP_CHECKSUM), E(IP_BIND_ADDRESS_NO_PORT), E(IP_RECVFRAGSIZE), \
	E(IP_RECVERR_RFC4884), E(IP_MULTICAST_IF), E(IP_MULTICAST_TTL), E(IP_MULTICAST_LOOP), \
	E(IP_ADD_MEMBERSHIP), E(IP_DROP_MEMBERSHIP), E(IP_UNBLOCK_SOURCE), E(IP_BLOCK_SOURCE), \
	E(IP_ADD_SOURCE_MEMBERSHIP), E(IP_DROP_SOURCE_MEMBERSHIP), E(IP_MSFILTER), \
	E(MCAST_JOIN_GROUP), E(MCAST_BLOCK_SOURCE), E(MCAST_UNBLOCK_SOURCE), E(MCAST_LEAVE_GROUP), \
	E(MCAST_JOIN_SOURCE_GROUP), E(MCAST_LEAVE_SOURCE_GROUP), E(MCAST_MSFILTER), \
	E(IP_MULTICAST_ALL), E(IP_UNICAST_IF)
static ENUM(options_ip, 4, "IP_???", OPTIONS_IP,
	E(IPT_SO_SET_REPLACE), E(IPT_SO_SET_ADD_COUNTERS), E(ARPT_SO_SET_REPLACE),
	E(ARPT_SO_SET_ADD_COUNTERS), E(EBT_SO_SET_ENTRIES), E(EBT_SO_SET_COUNTERS))
static ENUM(options_ip_get, 4, "IP_???", OPTIONS_IP,
	E(IPT_SO_GET_INFO), E(IPT_SO_GET_ENTRIES), E(IPT_SO_GET_REVISION_MATCH),
	E(IPT_SO_GET_REVISION_TARGET), E(ARPT_SO_GET_INFO), E(ARPT_SO_GET_ENTRIES),
	E(ARPT_SO_GET_REVISION_TARGET), E(EBT_SO_GET_INFO), E(EBT_SO_GET_ENTRIES),
	E(EBT_SO_GET_INIT_INFO), E(EBT_SO_GET_INIT_ENTRIES))
#define OPTIONS_SOCKET \
	E(SO_DEBUG), E(SO_REUSEADDR), E(SO_TYPE), E(SO_ERROR), E(SO_DONTROUTE), E(SO_BROADCAST), \
	E(SO_SNDBUF), E(SO_RCVBUF), E(SO_KEEPALIVE), E(SO_OOBINLINE), E(SO_NO_CHECK), \
	E(SO_PRIORITY), E(SO_LINGER), E(SO_BSDCOMPAT), E(SO_REUSEPORT), E(SO_PASSCRED), \
	E(SO_PEERCRED), E(SO_RCVLOWAT), E(SO_SNDLOWAT), E(SO_RCVTIMEO_OLD), E(SO_SNDTIMEO_OLD), \
	E(SO_SECURITY_AUTHENTICATION), E(SO_SECURITY_ENCRYPTION_TRANSPORT), \
	E(SO_SECURITY_ENCRYPTION_NETWORK), E(SO_BINDTODEVICE), E(SO_DETACH_FILTER), E(SO_PEERNAME), \
	E(SO_TIMESTAMP_OLD), E(SO_ACCEPTCONN), E(SO_PEERSEC), E(SO_SNDBUFFORCE), E(SO_RCVBUFFORCE), \
	E(SO_PASSSEC), E(SO_TIMESTAMPNS_OLD), E(SO_MARK), E(SO_TIMESTAMPING_OLD), E(SO_PROTOCOL), \
	E(SO_DOMAIN), E(SO_RXQ_OVFL), E(SO_WIFI_STATUS), E(SO_PEEK_OFF), E(SO_NOFCS), \
	E(SO_LOCK_FILTER), E(SO_SELECT_ERR_QUEUE), E(SO_BUSY_POLL), E(SO_MAX_PACING_RATE), \
	E(SO_BPF_EXTENSIONS), E(SO_INCOMING_CPU), E(SO_ATTACH_BPF), E(SO_ATTACH_REUSEPORT_CBPF), \
	E(SO_ATTACH_REUSEPORT_EBPF), E(SO_CNX_ADVICE), E(SO_MEMINFO), E(SO_INCOMING_NAPI_ID), \
	E(SO_COOKIE), E(SO_PEERGROUPS), E(SO_ZEROCOPY), E(SO_TXTIME), E(SO_BINDTOIFINDEX), \
	E(SO_TIMESTAMP_NEW), E(SO_TIMESTAMPNS_NEW), E(SO_TIMESTAMPING_NEW), E(SO_RCVTIMEO_NEW), \
	E(SO_SNDTIMEO_NEW), E(SO_DETACH_REUSEPORT_BPF), E(SO_PREFER_BUSY_POLL), \
	E(SO_BUSY_POLL_BUDGET), E(SO_NETNS_COOKIE), E(SO_BUF_LOCK), E(SO_RESERVE_MEM), \
	E(SO_TXREHASH), E(SO_RCVMARK)
static ENUM(options_socket, 4, "SO_???", OPTIONS_SOCKET,
	E(SO_ATTACH_FILTER))
static ENUM(options_socket_get, 4, "SO_???", OPTIONS_SOCKET,
	E(SO_GET_FILTER))
static ENUM(options_tcp, 4, "TCP_???",
	E(TCP_NODELAY), E(TCP_MAXSEG), E(TCP_CORK), E(TCP_KEEPIDLE), E(TCP_KEEPINTVL),
	E(TCP_KEEPCNT), E(TCP_SYNCNT), E(TCP_LINGER2), E(TCP_DEFER_ACCEPT), E(TCP_WINDOW_CLAMP),
	E(TCP_INFO), E(TCP_QUICKACK), E(TCP_CONGESTION), E(TCP_MD5SIG), E(TCP_COOKIE_TRANSACTIONS),
	E(TCP_THIN_LINEAR_TIMEOUTS), E(TCP_THIN_DUPACK), E(TCP_USER_TIMEOUT), E(TCP_REPAIR),
	E(TCP_REPAIR_QUEUE), E(TCP_QUEUE_SEQ), E(TCP_REPAIR_OPTIONS), E(TCP_FASTOPEN),
	E(TCP_TIMESTAMP), E(TCP_NOTSENT_LOWAT), E(TCP_CC_INFO), E(TCP_SAVE_SYN), E(TCP_SAVED_SYN),
	E(TCP_REPAIR_WINDOW), E(TCP_FASTOPEN_CONNECT), E(TCP_ULP), E(TCP_MD5SIG_EXT),
	E(TCP_FASTOPEN_KEY), E(TCP_FASTOPEN_NO_COOKIE), E(TCP_ZEROCOPY_RECEIVE), E(TCP_INQ),
	E(TCP_TX_DELAY))
static ENUM(options_udp, 4, "UDP_???",
	E(UDP_CORK), E(UDP_ENCAP), E(UDP_NO_CHECK6_TX), E(UDP_NO_CHECK6_RX), E(UDP_SEGMENT),
	E(UDP_GRO))
#define OPTIONS_IPV6 \
	E(IPV6_ADDRFORM), E(IPV6_2292PKTINFO), E(IPV6_2292HOPOPTS), E(IPV6_2292DSTOPTS), \
	E(IPV6_2292RTHDR), E(IPV6_2292PKTOPTIONS), E(IPV6_CHECKSUM), E(IPV6_2292HOPLIMIT), \
	E(IPV6_NEXTHOP), E(IPV6_AUTHHDR), E(IPV6_FLOWINFO), E(IPV6_UNICAST_HOPS), \
	E(IPV6_MULTICAST_IF), E(IPV6_MULTICAST_HOPS), E(IPV6_MULTICAST_LOOP), \
	E(IPV6_ADD_MEMBERSHIP), E(IPV6_DROP_MEMBERSHIP), E(IPV6_ROUTER_ALERT), \
	E(IPV6_MTU_DISCOVER), E(IPV6_MTU), E(IPV6_RECVERR), E(IPV6_V6ONLY), E(IPV6_JOIN_ANYCAST), \
	E(IPV6_LEAVE_ANYCAST), E(IPV6_MULTICAST_ALL), E(IPV6_ROUTER_ALERT_ISOLATE), \
	E(IPV6_RECVERR_RFC4884), E(IPV6_FLOWLABEL_MGR), E(IPV6_FLOWINFO_SEND), \
	E(IPV6_IPSEC_POLICY), E(IPV6_XFRM_POLICY), E(IPV6_HDRINCL), E(MCAST_JOIN_GROUP), \
	E(MCAST_BLOCK_SOURCE), E(MCAST_UNBLOCK_SOURCE), E(MCAST_LEAVE_GROUP), \
	E(MCAST_JOIN_SOURCE_GROUP), E(MCAST_LEAVE_SOURCE_GROUP), E(MCAST_MSFILTER), \
	E(IPV6_RECVPKTINFO), E(IPV6_PKTINFO), E(IPV6_RECVHOPLIMIT), E(IPV6_HOPLIMIT), \
	E(IPV6_RECVHOPOPTS), E(IPV6_HOPOPTS), E(IPV6_RTHDRDSTOPTS), E(IPV6_RECVRTHDR), \
	E(IPV6_RTHDR), E(IPV6_RECVDSTOPTS), E(IPV6_DSTOPTS), E(IPV6_RECVPATHMTU), E(IPV6_PATHMTU), \
	E(IPV6_DONTFRAG), E_AS("IPV6_USE_MIN_MTU", 63), E(IPV6_RECVTCLASS), E(IPV6_TCLASS), \
	E(IPV6_AUTOFLOWLABEL), E(IPV6_ADDR_PREFERENCES), E(IPV6_MINHOPCOUNT), E(IPV6_ORIGDSTADDR), \
	E(IPV6_TRANSPARENT), E(IPV6_UNICAST_IF), E(IPV6_RECVFRAGSIZE), E(IPV6_FREEBIND)
static ENUM(options_ipv6, 4, "IPV6_???", OPTIONS_IPV6,
	E(IP6T_SO_SET_REPLACE), E(IP6T_SO_SET_ADD_COUNTERS))
static ENUM(options_ipv6_get, 4, "IPV6_???", OPTIONS_IPV6,
	E(IP6T_SO_GET_INFO), E(IP6T_SO_GET_ENTRIES), E(IP6T_SO_GET_REVISION_MATCH),
	E(IP6T_SO_GET_REVISION_TARGET))
static ENUM(options_can_raw, 4, "CAN_RAW_???",
	E(CAN_RAW_FILTER), E(CAN_RAW_ERR_FILTER), E(CAN_RAW_LOOPBACK), E(CAN_RAW_RECV_OWN_MSGS),
	E(CAN_RAW_FD_FRAMES), E(CAN_RAW_JOIN_FILTERS))
static ENUM(options_sctp, 4, "SCTP_???",
	E(SCTP_RTOINFO), E(SCTP_ASSOCINFO), E(SCTP_INITMSG), E(SCTP_NODELAY), E(SCTP_AUTOCLOSE),
	E(SCTP_SET_PEER_PRIMARY_ADDR), E(SCTP_PRIMARY_ADDR), E(SCTP_ADAPTATION_LAYER),
	E(SCTP_DISABLE_FRAGMENTS), E(SCTP_PEER_ADDR_PARAMS), E(SCTP_DEFAULT_SEND_PARAM),
	E(SCTP_EVENTS), E(SCTP_I_WANT_MAPPED_V4_ADDR), E(SCTP_MAXSEG), E(SCTP_STATUS),
	E(SCTP_GET_PEER_ADDR_INFO), E(SCTP_DELAYED_SACK), E(SCTP_CONTEXT),
	E(SCTP_FRAGMENT_INTERLEAVE), E(SCTP_PARTIAL_DELIVERY_POINT), E(SCTP_MAX_BURST),
	E(SCTP_AUTH_CHUNK), E(SCTP_HMAC_IDENT), E(SCTP_AUTH_KEY), E(SCTP_AUTH_ACTIVE_KEY),
	E(SCTP_AUTH_DELETE_KEY), E(SCTP_PEER_AUTH_CHUNKS), E(SCTP_LOCAL_AUTH_CHUNKS),
	E(SCTP_GET_ASSOC_NUMBER), E(SCTP_GET_ASSOC_ID_LIST), E(SCTP_AUTO_ASCONF),
	E(SCTP_PEER_ADDR_THLDS), E(SCTP_RECVRCVINFO), E(SCTP_RECVNXTINFO), E(SCTP_DEFAULT_SNDINFO),
	E(SCTP_AUTH_DEACTIVATE_KEY), E(SCTP_REUSE_PORT), E(SCTP_PEER_ADDR_THLDS_V2),
	E(SCTP_SOCKOPT_BINDX_ADD), E(SCTP_SOCKOPT_BINDX_REM), E(SCTP_SOCKOPT_PEELOFF),
	E_AS("SCTP_GET_PEER_ADDRS_NUM_OLD", 103), E_AS("SCTP_GET_PEER_ADDRS_OLD", 104),
	E_AS("SCTP_GET_LOCAL_ADDRS_NUM_OLD", 105), E_AS("SCTP_GET_LOCAL_ADDRS_OLD", 106),
	E(SCTP_SOCKOPT_CONNECTX_OLD), E(SCTP_GET_PEER_ADDRS), E(SCTP_GET_LOCAL_ADDRS),
	E(SCTP_SOCKOPT_CONNECTX), E(SCTP_SOCKOPT_CONNECTX3), E(SCTP_GET_ASSOC_STATS),
	E(SCTP_PR_SUPPORTED), E(SCTP_DEFAULT_PRINFO), E(SCTP_PR_ASSOC_STATUS),
	E(SCTP_PR_STREAM_STATUS), E(SCTP_RECONFIG_SUPPORTED), E(SCTP_ENABLE_STREAM_RESET),
	E(SCTP_RESET_STREAMS), E(SCTP_RESET_ASSOC), E(SCTP_ADD_STREAMS),
	E(SCTP_SOCKOPT_PEELOFF_FLAGS), E(SCTP_STREAM_SCHEDULER), E(SCTP_STREAM_SCHEDULER_VALUE),
	E(SCTP_INTERLEAVING_SUPPORTED), E(SCTP_SENDMSG_CONNECT), E(SCTP_EVENT),
	E(SCTP_ASCONF_SUPPORTED), E(SCTP_AUTH_SUPPORTED), E(SCTP_ECN_SUPPORTED),
	E(SCTP_EXPOSE_POTENTIALLY_FAILED_STATE), E(SCTP_REMOTE_UDP_ENCAPS_PORT),
	E(SCTP_PLPMTUD_PROBE_INTERVAL))
static ENUM(options_raw, 4, "RAW_???",
	E(ICMP_FILTER))
static ENUM(options_ipx, 4, "IPX_???",
	E_AS("IPX_TYPE", 1))
static ENUM(options_ax25, 4, "AX25_???",
	E(AX25_WINDOW), E(AX25_T1), E(AX25_N2), E(AX25_T3), E(AX25_T2), E(AX25_BACKOFF),
	E(AX25_EXTSEQ), E(AX25_PIDINCL), E(AX25_IDLE), E(AX25_PACLEN), E(AX25_IAMDIGI),
	E(SO_BINDTODEVICE))
static ENUM(options_packet, 4, "PACKET_???",
	E(PACKET_ADD_MEMBERSHIP), E(PACKET_DROP_MEMBERSHIP), E(PACKET_RECV_OUTPUT),
	E(PACKET_RX_RING), E(PACKET_STATISTICS), E(PACKET_COPY_THRESH), E(PACKET_AUXDATA),
	E(PACKET_ORIGDEV), E(PACKET_VERSION), E(PACKET_HDRLEN), E(PACKET_RESERVE),
	E(PACKET_TX_RING), E(PACKET_LOSS), E(PACKET_VNET_HDR), E(PACKET_TX_TIMESTAMP),
	E(PACKET_TIMESTAMP), E(PACKET_FANOUT), E(PACKET_TX_HAS_OFF), E(PACKET_QDISC_BYPASS),
	E(PACKET_ROLLOVER_STATS), E(PACKET_FANOUT_DATA), E(PACKET_IGNORE_OUTGOING))
static ENUM(options_irda, 4, "IRLMP_???",
	E_AS("IRLMP_ENUMDEVICES", 1), E_AS("IRLMP_IAS_SET", 2), E_AS("IRLMP_IAS_QUERY", 3),
	E_AS("IRLMP_HINTS_SET", 4), E_AS("IRLMP_QOS_SET", 5), E_AS("IRLMP_QOS_GET", 6),
	E_AS("IRLMP_MAX_SDU_SIZE", 7), E_AS("IRLMP_IAS_GET", 8), E_AS("IRLMP_IAS_DEL", 9),
	E_AS("IRLMP_HINT_MASK_SET", 10), E_AS("IRLMP_WAITDEVICE", 11))
static ENUM(options_llc, 4, "LLC_OPT_???",
	E(LLC_OPT_UNKNOWN), E(LLC_OPT_RETRY), E(LLC_OPT_SIZE), E(LLC_OPT_ACK_TMR_EXP),
	E(LLC_OPT_P_TMR_EXP), E(LLC_OPT_REJ_TMR_EXP), E(LLC_OPT_BUSY_TMR_EXP), E(LLC_OPT_TX_WIN),
	E(LLC_OPT_RX_WIN), E(LLC_OPT_PKTINFO))
static ENUM(options_dccp, 4, "DCCP_SOCKOPT_???",
	E(DCCP_SOCKOPT_PACKET_SIZE), E(DCCP_SOCKOPT_SERVICE), E(DCCP_SOCKOPT_CHANGE_L),
	E(DCCP_SOCKOPT_CHANGE_R), E(DCCP_SOCKOPT_GET_CUR_MPS), E(DCCP_SOCKOPT_SERVER_TIMEWAIT),
	E(DCCP_SOCKOPT_SEND_CSCOV), E(DCCP_SOCKOPT_RECV_CSCOV), E(DCCP_SOCKOPT_AVAILABLE_CCIDS),
	E(DCCP_SOCKOPT_CCID), E(DCCP_SOCKOPT_TX_CCID), E(DCCP_SOCKOPT_RX_CCID),
	E(DCCP_SOCKOPT_QPOLICY_ID), E(DCCP_SOCKOPT_QPOLICY_TXQLEN), E(DCCP_SOCKOPT_CCID_RX_INFO),
	E(DCCP_SOCKOPT_CCID_TX_INFO))
static ENUM(options_netlink, 4, "NETLINK_???",
	E(NETLINK_ADD_MEMBERSHIP), E(NETLINK_DROP_MEMBERSHIP), E(NETLINK_PKTINFO),
	E(NETLINK_BROADCAST_ERROR), E(NETLINK_NO_ENOBUFS), E(NETLINK_RX_RING), E(NETLINK_TX_RING),
	E(NETLINK_LISTEN_ALL_NSID), E(NETLINK_LIST_MEMBERSHIPS), E(NETLINK_CAP_ACK),
	E(NETLINK_EXT_ACK), E(NETLINK_GET_STRICT_CHK))
static ENUM(options_tipc, 4, "TIPC_???",
	E(TIPC_IMPORTANCE), E(TIPC_SRC_DROPPABLE), E(TIPC_DEST_DROPPABLE), E(TIPC_CONN_TIMEOUT),
	E(TIPC_NODE_RECVQ_DEPTH), E(TIPC_SOCK_RECVQ_DEPTH), E(TIPC_MCAST_BROADCAST),
	E(TIPC_MCAST_REPLICAST), E(TIPC_GROUP_JOIN), E(TIPC_GROUP_LEAVE), E(TIPC_SOCK_RECVQ_USED),
	E(TIPC_NODELAY))
static ENUM(options_rxrpc, 4, "RXRPC_???",
	E(RXRPC_SECURITY_KEY), E(RXRPC_SECURITY_KEYRING), E(RXRPC_EXCLUSIVE_CONNECTION),
	E(RXRPC_MIN_SECURITY_LEVEL), E(RXRPC_UPGRADEABLE_SERVICE), E(RXRPC_SUPPORTED_CMSG))
static ENUM(options_pppol2tp, 4, "PPPOL2TP_SO_???",
	E(PPPOL2TP_SO_DEBUG), E(PPPOL2TP_SO_RECVSEQ), E(PPPOL2TP_SO_SENDSEQ),
	E(PPPOL2TP_SO_LNSMODE), E(PPPOL2TP_SO_REORDERTO))
static ENUM(options_bluetooth, 4, "BT_???",
	E_AS("BT_SECURITY", 4), E_AS("BT_DEFER_SETUP", 7), E_AS("BT_FLUSHABLE", 8),
	E_AS("BT_POWER", 9), E_AS("BT_CHANNEL_POLICY", 10), E_AS("BT_VOICE", 11), E_AS("BT_SNDMTU",
	12), E_AS("BT_RCVMTU", 13))
static ENUM(options_pnpipe, 4, "PNPIPE_???",
	E(PNPIPE_ENCAP), E(PNPIPE_IFINDEX), E(PNPIPE_HANDLE), E(PNPIPE_INITSTATE))
static ENUM(options_rds, 4, "RDS_???",
	E(RDS_CANCEL_SENT_TO), E(RDS_GET_MR), E(RDS_FREE_MR), E_AS("RDS_BARRIER", 4),
	E(RDS_RECVERR), E(RDS_CONG_MONITOR), E(RDS_GET_MR_FOR_DEST), E(SO_RDS_TRANSPORT),
	E(SO_RDS_MSG_RXPATH_LATENCY), E(SO_TIMESTAMP_OLD))
static ENUM(options_iucv, 4, "SO_???",
	E_AS("SO_IPRMDATA_MSG", 128))
static ENUM(options_caif, 4, "CAIFSO_???",
	E(CAIFSO_LINK_SELECT), E(CAIFSO_REQ_PARAM), E(CAIFSO_RSP_PARAM))
static ENUM(options_alg, 4, "ALG_???",
	E(ALG_SET_KEY), E(ALG_SET_IV), E(ALG_SET_OP), E(ALG_SET_AEAD_ASSOCLEN),
	E(ALG_SET_AEAD_AUTHSIZE), E(ALG_SET_DRBG_ENTROPY))
static ENUM(options_nfc, 4, "NFC_LLCP_???",
	E(NFC_LLCP_RW), E(NFC_LLCP_MIUX), E(NFC_LLCP_REMOTE_MIU), E(NFC_LLCP_REMOTE_LTO),
	E(NFC_LLCP_REMOTE_RW))
static ENUM(options_kcm, 4, "KCM_???",
	E(KCM_RECV_DISABLE))
static ENUM(options_tls, 4, "TLS_???",
	E(TLS_TX), E(TLS_RX))
static ENUM(options_xdp, 4, "XDP_???",
	E(XDP_MMAP_OFFSETS), E(XDP_RX_RING), E(XDP_TX_RING), E(XDP_UMEM_REG),
	E(XDP_UMEM_FILL_RING), E(XDP_UMEM_COMPLETION_RING), E(XDP_STATISTICS), E(XDP_OPTIONS))
#define SOCKET_LEVELS \
	E(SOL_IP), E(SOL_SOCKET), E(SOL_TCP), E(SOL_UDP), E(AF_VSOCK), E(SOL_IPV6), E(SOL_ICMPV6), \
	E(SOL_CAN_BASE), E(SOL_CAN_RAW), E_AS("SOL_SCTP", 132), E_AS("SOL_UDPLITE", 136), \
	E(SOL_RAW), E_AS("SOL_IPX", 256), E_AS("SOL_AX25", 257), E_AS("SOL_ATALK", 258), \
	E_AS("SOL_NETROM", 259), E_AS("SOL_ROSE", 260), E(SOL_DECNET), E(SOL_X25), E(SOL_PACKET), \
	E(SOL_ATM), E(SOL_AAL), E(SOL_IRDA), E(SOL_NETBEUI), E(SOL_LLC), E(SOL_DCCP), \
	E(SOL_NETLINK), E(SOL_TIPC), E(SOL_RXRPC), E(SOL_PPPOL2TP), E(SOL_BLUETOOTH), \
	E(SOL_PNPIPE), E(SOL_RDS), E(SOL_IUCV), E(SOL_CAIF), E(SOL_ALG), E(SOL_NFC), E(SOL_KCM), \
	E(SOL_TLS), E(SOL_XDP)
ENUM(lupe_type_socket_level, 4, "SOL_??", SOCKET_LEVELS)
ENUM(lupe_type_control_level, 4, "SOL_???", SOCKET_LEVELS)
GLOBAL_CHOICE(lupe_option_names_set, 1, 0,
	CASE(AF_VSOCK, .type = &options_vsock),
	CASE(SOL_IP, .type = &options_ip),
	CASE(SOL_SOCKET, .type = &options_socket),
	CASE(SOL_TCP, .type = &options_tcp),
	CASE(SOL_UDP, .type = &options_udp),
	CASE(SOL_IPV6, .type = &options_ipv6),
	CASE(SOL_CAN_RAW, .type = &options_can_raw),
	CASE(132, .type = &options_sctp),
	CASE(SOL_RAW, .type = &options_raw),
	CASE(256, .type = &options_ipx),
	CASE(257, .type = &options_ax25),
	CASE(SOL_PACKET, .type = &options_packet),
	CASE(SOL_IRDA, .type = &options_irda),
	CASE(SOL_LLC, .type = &options_llc),
	CASE(SOL_DCCP, .type = &options_dccp),
	CASE(SOL_NETLINK, .type = &options_netlink),
	CASE(SOL_TIPC, .type = &options_tipc),
	CASE(SOL_RXRPC, .type = &options_rxrpc),
	CASE(SOL_PPPOL2TP, .type = &options_pppol2tp),
	CASE(SOL_BLUETOOTH, .type = &options_bluetooth),
	CASE(SOL_PNPIPE, .type = &options_pnpipe),
	CASE(SOL_RDS, .type = &options_rds),
	CASE(SOL_IUCV, .type = &options_iucv),
	CASE(SOL_CAIF, .type = &options_caif),
	CASE(SOL_ALG, .type = &options_alg),
	CASE(SOL_NFC, .type = &options_nfc),
	CASE(SOL_KCM, .type = &options_kcm),
	CASE(SOL_TLS, .type = &options_tls),
	CASE(SOL_XDP, .type = &options_xdp))
GLOBAL_CHOICE(lupe_option_names_get, 1, 0,
	CASE(AF_VSOCK, .type = &options_vsock),
	CASE(SOL_IP, .type = &options_ip_get),
	CASE(SOL_SOCKET, .type = &options_socket_get),
	CASE(SOL_TCP, .type = &options_tcp),
	CASE(SOL_UDP, .type = &options_udp),
	CASE(SOL_IPV6, .type = &options_ipv6_get),
	CASE(SOL_CAN_RAW, .type = &options_can_raw),
	CASE(132, .type = &options_sctp),
	CASE(SOL_RAW, .type = &options_raw),
	CASE(256, .type = &options_ipx),
	CASE(257, .type = &options_ax25),
	CASE(SOL_PACKET, .type = &options_packet),
	CASE(SOL_IRDA, .type = &options_irda),
	CASE(SOL_LLC, .type = &options_llc),
	CASE(SOL_DCCP, .type = &options_dccp),
	CASE(SOL_NETLINK, .type = &options_netlink),
	CASE(SOL_TIPC, .type = &options_tipc),
	CASE(SOL_RXRPC, .type = &options_rxrpc),
	CASE(SOL_PPPOL2TP, .type = &options_pppol2tp),
	CASE(SOL_BLUETOOTH, .type = &options_bluetooth),
	CASE(SOL_PNPIPE, .type = &options_pnpipe),
	CASE(SOL_RDS, .type = &options_rds),
	CASE(SOL_IUCV, .type = &options_iucv),
	CASE(SOL_CAIF, .type = &options_caif),
	CASE(SOL_ALG, .type = &options_alg),
	CASE(SOL_NFC, .type = &options_nfc),
	CASE(SOL_KCM, .type = &options_kcm),
	CASE(SOL_TLS, .type = &options_tls),
	CASE(SOL_XDP, .type = &options_xdp))

/* --- values --- */

/* A hexadecimal string of `size` bytes at `address`. */
static void fill_hex(struct lupe_decode *decode, struct lupe_value *value, lupe_addr address,
		     size_t size)
{
	const struct lupe_type template = HEX_STRING(0);
	struct lupe_type *type = lupe_arena_copy(decode->arena, &template, sizeof(template));

	value->flags = 0;
	if (!type) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	type->size = size;
	lupe_value_fill(decode, value, type, address, size);
}

/* An answer that is shorter than its type: a member that breaks off is a string of what there is of
 * it, those behind it are not there. */
static void decode_part(struct lupe_decode *decode, struct lupe_value *value,
			const struct lupe_type *target, size_t size)
{
	uint32_t i;

	if (target->kind != LUPE_KIND_STRUCT) {
		fill_hex(decode, value, value->address, size);
		return;
	}
	lupe_value_fill(decode, value, target, value->address, size);
	for (i = 0; i < value->n_children; i++) {
		struct lupe_value *child = &value->children[i];
		size_t offset = child->member->offset;

		if (offset >= size)
			child->flags |= LUPE_VALUE_ABSENT;
		else if (lupe_type_size(child->type) > size - offset)
			fill_hex(decode, child, child->address, size - offset);
	}
}

/* A value that the caller must give whole; `target` is what it is. */
static void decode_whole(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	const struct lupe_type *target = lupe_type_strip(lupe_type_strip(value->type)->target);

	if (limit <= INT32_MAX && limit >= lupe_type_size(target))
		lupe_value_fill(decode, value, target, value->address, SIZE_MAX);
	else if (limit && limit <= INT32_MAX && decode->has_result)
		decode_part(decode, value, target, limit);
	else
		value->flags |= LUPE_VALUE_OPAQUE;
}

static const struct lupe_type_ops whole_ops = {.decode = decode_whole};
#define WHOLE_TYPE(id, inner) \
	static const struct lupe_type id = { \
	    .kind = LUPE_KIND_CUSTOM, .target = (inner), .ops = &whole_ops};

static STRUCT(linger, struct linger,
	FIELD(struct linger, l_onoff, &lupe_type_int),
	FIELD(struct linger, l_linger, &lupe_type_int))
static STRUCT(ucred, struct ucred,
	FIELD(struct ucred, pid, &lupe_type_pid),
	FIELD(struct ucred, uid, &lupe_type_uid),
	FIELD(struct ucred, gid, &lupe_type_gid))
static STRUCT(ip_mreq, struct ip_mreq,
	FIELD(struct ip_mreq, imr_multiaddr, &lupe_type_ipv4),
	FIELD(struct ip_mreq, imr_interface, &lupe_type_ipv4))
static STRUCT(ipv6_mreq, struct ipv6_mreq,
	FIELD_AS("ipv6mr_multiaddr", struct ipv6_mreq, ipv6mr_multiaddr, &lupe_type_ipv6),
	FIELD(struct ipv6_mreq, ipv6mr_interface, &lupe_type_ifindex))
static STRUCT(group_req, struct group_req,
	FIELD(struct group_req, gr_interface, &lupe_type_ifindex),
	FIELD(struct group_req, gr_group, &lupe_type_sockaddr,
	      .count = FIXED_COUNT(sizeof(struct sockaddr_storage))))
static ENUM(packet_membership, 2, "PACKET_MR_???",
	E(PACKET_MR_MULTICAST), E(PACKET_MR_PROMISC), E(PACKET_MR_ALLMULTI), E(PACKET_MR_UNICAST))

/* As many bytes of the address as mr_alen says. */
static void print_membership_address(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *said = lupe_value_member(printer->parent, "mr_alen");
	struct lupe_value shown = *value;

	if (said)
		shown.n_bytes = MIN(shown.n_bytes, said->u);
	lupe_mac_ops.print(printer, &shown);
}

static const struct lupe_type membership_address = {
	.name = "unsigned char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH, .size = 8,
	.ops = &(const struct lupe_type_ops){.print = print_membership_address}};
static STRUCT(packet_mreq, struct packet_mreq,
	FIELD(struct packet_mreq, mr_ifindex, &lupe_type_ifindex),
	FIELD(struct packet_mreq, mr_type, &packet_membership),
	FIELD(struct packet_mreq, mr_alen, &lupe_type_ushort),
	FIELD(struct packet_mreq, mr_address, &membership_address))
static STRUCT(tpacket_req, struct tpacket_req,
	FIELD(struct tpacket_req, tp_block_size, &lupe_type_uint),
	FIELD(struct tpacket_req, tp_block_nr, &lupe_type_uint),
	FIELD(struct tpacket_req, tp_frame_size, &lupe_type_uint),
	FIELD(struct tpacket_req, tp_frame_nr, &lupe_type_uint))
static STRUCT(tpacket_stats, struct tpacket_stats,
	FIELD(struct tpacket_stats, tp_packets, &lupe_type_uint),
	FIELD(struct tpacket_stats, tp_drops, &lupe_type_uint))
static ENUM(txrehash_values, 4, "SOCK_TXREHASH_???",
	E_AS("SOCK_TXREHASH_DEFAULT", -1), E_AS("SOCK_TXREHASH_DISABLED", 0),
	E_AS("SOCK_TXREHASH_ENABLED", 1))

/* In decimal, whatever it is. */
static void print_txrehash(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t i;

	for (i = 0; i < txrehash_values.n_enumerators; i++) {
		if ((int)txrehash_values.enumerators[i].value == (int)value->i) {
			lupe_strace_symbol(printer, &txrehash_values, value->u);
			return;
		}
	}
	lupe_buffer_decimal(printer->out, value->i);
	lupe_strace_comment(printer, txrehash_values.unknown);
}

/* Not printed as a pointed number otherwise: it has code of its own. */
static void print_pointed_txrehash(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_char(printer->out, '[');
	print_txrehash(printer, value);
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type txrehash = {
	.name = "int", .kind = LUPE_KIND_INT, .size = 4,
	.ops = &(const struct lupe_type_ops){.print = print_pointed_txrehash}};

static ENUM(icmp_types, 4, "ICMP_???",
	E(ICMP_ECHOREPLY), E(ICMP_DEST_UNREACH), E(ICMP_SOURCE_QUENCH), E(ICMP_REDIRECT), E(ICMP_ECHO),
	E(ICMP_TIME_EXCEEDED), E(ICMP_PARAMETERPROB), E(ICMP_TIMESTAMP), E(ICMP_TIMESTAMPREPLY),
	E(ICMP_INFO_REQUEST), E(ICMP_INFO_REPLY), E(ICMP_ADDRESS), E(ICMP_ADDRESSREPLY))

/* A set, told by its complement when more than half are in it. */
static void print_icmp_filter(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t set = (uint32_t)value->u;
	bool first = true;
	unsigned i;

	if (__builtin_popcount(set) > 16) {
		set = ~set;
		lupe_buffer_char(printer->out, '~');
	}
	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < 32; i++) {
		if (!(set >> i & 1))
			continue;
		if (!first)
			lupe_buffer_char(printer->out, ' ');
		first = false;
		lupe_strace_symbol(printer, &icmp_types, i);
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type icmp_filter = NUMBER_PRINTED_BY(4, print_icmp_filter);
WHOLE_TYPE(icmp_filter_option, &icmp_filter)
WHOLE_TYPE(int_option, &lupe_type_int)
WHOLE_TYPE(linger_option, &linger)
WHOLE_TYPE(ucred_option, &ucred)
WHOLE_TYPE(ip_mreq_option, &ip_mreq)
WHOLE_TYPE(ipv6_mreq_option, &ipv6_mreq)
WHOLE_TYPE(group_req_option, &group_req)
WHOLE_TYPE(tpacket_stats_option, &tpacket_stats)
WHOLE_TYPE(txrehash_option, &txrehash)

/* Neither shorter nor longer than its type. */
static void decode_exact(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	const struct lupe_type *target = lupe_type_strip(lupe_type_strip(value->type)->target);

	if (limit == lupe_type_size(target))
		lupe_value_fill(decode, value, target, value->address, SIZE_MAX);
	else
		value->flags |= LUPE_VALUE_OPAQUE;
}

static const struct lupe_type_ops exact_ops = {.decode = decode_exact};
#define EXACT_TYPE(id, inner) \
	static const struct lupe_type id = { \
	    .kind = LUPE_KIND_CUSTOM, .target = (inner), .ops = &exact_ops};

EXACT_TYPE(packet_mreq_option, &packet_mreq)
EXACT_TYPE(tpacket_req_option, &tpacket_req)
EXACT_TYPE(filter_option, &lupe_type_socket_program)

static void decode_option(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (limit > INT32_MAX)
		value->flags |= LUPE_VALUE_OPAQUE;
	else if (limit == sizeof(int))
		lupe_value_fill(decode, value, &lupe_type_int, value->address, SIZE_MAX);
	else
		lupe_value_fill(decode, value, &lupe_type_bytes, value->address, limit);
}

/* Nothing was answered: an address. */
static void decode_answer(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (limit)
		decode_option(decode, value, limit);
	else
		value->flags |= LUPE_VALUE_OPAQUE;
}

const struct lupe_type lupe_type_option_set = {
    .name = "void",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_option}};
const struct lupe_type lupe_type_option_get = {
    .name = "void",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_answer}};

#define SET_TO(option, type_) \
	CASE(option, .type = PTR(type_), .flow = LUPE_FLOW_IN, .count = BY_MEMBER(4))
#define GOT_AS(option, type_) \
	CASE(option, .type = PTR(type_), .flow = LUPE_FLOW_OUT, .count = BY_POINTED(4))
#define INTS(of) \
	of(SO_DEBUG, &int_option), of(SO_REUSEADDR, &int_option), of(SO_DONTROUTE, \
	&int_option), of(SO_BROADCAST, &int_option), of(SO_SNDBUF, &int_option), \
	of(SO_RCVBUF, &int_option), of(SO_KEEPALIVE, &int_option), of(SO_OOBINLINE, \
	&int_option), of(SO_NO_CHECK, &int_option), of(SO_PRIORITY, &int_option), \
	of(SO_BSDCOMPAT, &int_option), of(SO_REUSEPORT, &int_option), of(SO_PASSCRED, \
	&int_option), of(SO_RCVLOWAT, &int_option), of(SO_SNDLOWAT, &int_option), \
	of(SO_DETACH_FILTER, &int_option), of(SO_TIMESTAMP_OLD, &int_option), \
	of(SO_ACCEPTCONN, &int_option), of(SO_SNDBUFFORCE, &int_option), \
	of(SO_RCVBUFFORCE, &int_option), of(SO_PASSSEC, &int_option), \
	of(SO_TIMESTAMPNS_OLD, &int_option), of(SO_MARK, &int_option), \
	of(SO_TIMESTAMPING_OLD, &int_option), of(SO_RXQ_OVFL, &int_option), \
	of(SO_WIFI_STATUS, &int_option), of(SO_PEEK_OFF, &int_option), of(SO_NOFCS, \
	&int_option), of(SO_SELECT_ERR_QUEUE, &int_option), of(SO_LOCK_FILTER, &int_option), \
	of(SO_BUSY_POLL, &int_option), of(SO_INCOMING_CPU, &int_option), of(SO_CNX_ADVICE, \
	&int_option), of(SO_INCOMING_NAPI_ID, &int_option), of(SO_ZEROCOPY, &int_option), \
	of(SO_TIMESTAMP_NEW, &int_option), of(SO_TIMESTAMPNS_NEW, &int_option), \
	of(SO_TIMESTAMPING_NEW, &int_option), of(SO_PREFER_BUSY_POLL, &int_option), \
	of(SO_BUSY_POLL_BUDGET, &int_option), of(SO_RESERVE_MEM, &int_option), \
	of(SO_RCVMARK, &int_option), of(SO_DETACH_REUSEPORT_BPF, &int_option)
#define SOCKETS(of) \
	INTS(of), \
	of(SO_LINGER, &linger_option), of(SO_TXREHASH, &txrehash_option)
#define GROUPS(of) \
	of(MCAST_JOIN_GROUP, &group_req_option), of(MCAST_LEAVE_GROUP, &group_req_option)
#define MEMBERSHIPS4(of) \
	of(IP_ADD_MEMBERSHIP, &ip_mreq_option), of(IP_DROP_MEMBERSHIP, &ip_mreq_option), GROUPS(of)
#define MEMBERSHIPS6(of) \
	of(IPV6_ADD_MEMBERSHIP, &ipv6_mreq_option), of(IPV6_DROP_MEMBERSHIP, &ipv6_mreq_option), \
	of(IPV6_JOIN_ANYCAST, &ipv6_mreq_option), of(IPV6_LEAVE_ANYCAST, &ipv6_mreq_option), \
	GROUPS(of)
#define RINGS(of) \
	of(PACKET_ADD_MEMBERSHIP, &packet_mreq_option), \
	of(PACKET_DROP_MEMBERSHIP, &packet_mreq_option), \
	of(PACKET_RX_RING, &tpacket_req_option), of(PACKET_TX_RING, &tpacket_req_option)

CHOICE(socket_set, 2, 0, SOCKETS(SET_TO),
	SET_TO(SO_ATTACH_FILTER, &filter_option), SET_TO(SO_ATTACH_REUSEPORT_CBPF, &filter_option))
CHOICE(ip_set, 2, 0, MEMBERSHIPS4(SET_TO))
CHOICE(ipv6_set, 2, 0, MEMBERSHIPS6(SET_TO))
CHOICE(raw_set, 2, 0, SET_TO(ICMP_FILTER, &icmp_filter_option))
CHOICE(raw_get, 2, 0, GOT_AS(ICMP_FILTER, &icmp_filter_option))
CHOICE(packet_set, 2, 0, RINGS(SET_TO))
CHOICE(socket_get, 2, 0, SOCKETS(GOT_AS), GOT_AS(SO_PEERCRED, &ucred_option),
	GOT_AS(SO_ERROR, &int_option))
CHOICE(packet_get, 2, 0, GOT_AS(PACKET_STATISTICS, &tpacket_stats_option))

#define SET_BY(level, names) \
	CASE(level, .type = PTR(&lupe_type_option_set), .flow = LUPE_FLOW_IN, \
	     .count = BY_MEMBER(4), .choice = (names))
#define GOT_BY(level, names) \
	CASE(level, .type = PTR(&lupe_type_option_get), .flow = LUPE_FLOW_OUT, \
	     .count = BY_POINTED(4), .choice = (names))
GLOBAL_CHOICE(lupe_option_values_set, 1, 0,
	SET_BY(SOL_SOCKET, &socket_set), SET_BY(SOL_IP, &ip_set), SET_BY(SOL_IPV6, &ipv6_set),
	SET_BY(SOL_PACKET, &packet_set), SET_BY(SOL_RAW, &raw_set), SET_TO(SOL_NETLINK, &int_option))
GLOBAL_CHOICE(lupe_option_values_get, 1, 0,
	GOT_BY(SOL_SOCKET, &socket_get), GOT_BY(SOL_PACKET, &packet_get), GOT_BY(SOL_RAW, &raw_get),
	GOT_AS(SOL_NETLINK, &int_option))
/* clang-format on */
