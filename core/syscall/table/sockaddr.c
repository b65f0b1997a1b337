/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Socket addresses. The family, the first two bytes, and the size pick a struct type; what is too
 * short for its family, or of a family without a struct, is {sa_family, sa_data}. A value's type
 * becomes the picked one: to printers it is a struct like any other.
 *
 * No more is read than a sockaddr_storage has room for, and bytes that the caller did not give are
 * zero.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netipx/ipx.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
/* after the C library's, which they complete */
#include <linux/ax25.h>
#include <linux/if_alg.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/mctp.h>
#include <linux/netlink.h>
#include <linux/nfc.h>
#include <linux/qrtr.h>
#include <linux/rxrpc.h>
#include <linux/vm_sockets.h>
#include <linux/x25.h>
#include "base/arena.h"
#include "syscall/notation.h"
#include "syscall/table/netlink.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/network.h"
#include "syscall/types.h"
#include "type/decode.h"

/* clang-format off */
#define ADDRESS_FAMILIES \
	E(AF_UNSPEC), E(AF_UNIX), E(AF_INET), E(AF_IPX), E(AF_APPLETALK), E(AF_NETROM), \
	E(AF_BRIDGE), E(AF_ATMPVC), E(AF_X25), E(AF_INET6), E(AF_ROSE), E(AF_DECnet), \
	E(AF_NETBEUI), E(AF_SECURITY), E(AF_KEY), E(AF_NETLINK), E(AF_ASH), E(AF_ECONET), \
	E(AF_ATMSVC), E(AF_RDS), E(AF_SNA), E(AF_PPPOX), E(AF_WANPIPE), E(AF_LLC), E(AF_IB), \
	E(AF_MPLS), E(AF_TIPC), E(AF_BLUETOOTH), E(AF_IUCV), E(AF_RXRPC), E(AF_ISDN), E(AF_PHONET), \
	E(AF_IEEE802154), E(AF_CAIF), E(AF_ALG), E(AF_NFC), E(AF_VSOCK), E(AF_KCM), E(AF_QIPCRTR), \
	E(AF_SMC), E(AF_XDP), E(AF_MCTP), E(AF_PACKET), E(AF_IRDA), E(AF_AX25), E(AF_CAN)

ENUM(lupe_type_address_family, 2, "AF_???",
	ADDRESS_FAMILIES)
ENUM(lupe_type_domain, 4, "AF_???", ADDRESS_FAMILIES)
ENUM(lupe_netlink_family8, 1, "AF_???", ADDRESS_FAMILIES)

ENUM(lupe_type_ether_number, 2, "ETH_P_???",
	E(ETH_P_802_3), E(ETH_P_AX25), E(ETH_P_ALL), E(ETH_P_802_2), E(ETH_P_SNAP), E(ETH_P_DDCMP),
	E(ETH_P_WAN_PPP), E(ETH_P_PPP_MP), E(ETH_P_LOCALTALK), E(ETH_P_CAN), E(ETH_P_CANFD),
	E(ETH_P_CANXL), E(ETH_P_PPPTALK), E(ETH_P_TR_802_2), E(ETH_P_MOBITEX), E(ETH_P_CONTROL),
	E(ETH_P_IRDA), E(ETH_P_ECONET), E(ETH_P_HDLC), E(ETH_P_ARCNET), E(ETH_P_DSA),
	E(ETH_P_TRAILER), E(ETH_P_LOOP), E(ETH_P_PHONET), E(ETH_P_IEEE802154), E(ETH_P_CAIF),
	E(ETH_P_XDSA), E(ETH_P_MAP), E(ETH_P_MCTP), E(ETH_P_PUP), E(ETH_P_PUPAT),
	E(ETH_P_802_3_MIN), E(ETH_P_IP), E(ETH_P_X25), E(ETH_P_ARP), E(ETH_P_BPQ),
	E(ETH_P_IEEEPUP), E(ETH_P_IEEEPUPAT), E(ETH_P_ERSPAN2), E(ETH_P_TSN), E(ETH_P_BATMAN),
	E(ETH_P_DEC), E(ETH_P_DNA_DL), E(ETH_P_DNA_RC), E(ETH_P_DNA_RT), E(ETH_P_LAT),
	E(ETH_P_DIAG), E(ETH_P_CUST), E(ETH_P_SCA), E(ETH_P_TEB), E(ETH_P_RARP), E(ETH_P_ATALK),
	E(ETH_P_AARP), E(ETH_P_8021Q), E(ETH_P_IPX), E(ETH_P_IPV6), E(ETH_P_PAUSE), E(ETH_P_SLOW),
	E(ETH_P_WCCP), E(ETH_P_MPLS_UC), E(ETH_P_MPLS_MC), E(ETH_P_ATMMPOA), E(ETH_P_PPP_DISC),
	E(ETH_P_PPP_SES), E(ETH_P_LINK_CTL), E(ETH_P_ATMFATE), E(ETH_P_PAE), E(ETH_P_REALTEK),
	E(ETH_P_AOE), E(ETH_P_8021AD), E(ETH_P_802_EX1), E(ETH_P_ERSPAN), E(ETH_P_PREAUTH),
	E(ETH_P_TIPC), E(ETH_P_LLDP), E(ETH_P_MRP), E(ETH_P_MACSEC), E(ETH_P_8021AH),
	E(ETH_P_MVRP), E(ETH_P_1588), E(ETH_P_NCSI), E(ETH_P_PRP), E(ETH_P_CFM), E(ETH_P_FCOE),
	E(ETH_P_TDLS), E(ETH_P_FIP), E(ETH_P_IBOE), E(ETH_P_80221), E(ETH_P_HSR), E(ETH_P_NSH),
	E(ETH_P_LOOPBACK), E(ETH_P_QINQ1), E(ETH_P_QINQ2), E(ETH_P_QINQ3), E(ETH_P_EDSA),
	E(ETH_P_DSA_8021Q), E(ETH_P_DSA_A5PSW), E(ETH_P_IFE), E(ETH_P_AF_IUCV))

ENUM(lupe_type_hardware_type, 2, "ARPHRD_???",
	E(ARPHRD_NETROM), E(ARPHRD_ETHER), E(ARPHRD_EETHER), E(ARPHRD_AX25), E(ARPHRD_PRONET),
	E(ARPHRD_CHAOS), E(ARPHRD_IEEE802), E(ARPHRD_ARCNET), E(ARPHRD_APPLETLK), E(ARPHRD_DLCI),
	E(ARPHRD_ATM), E(ARPHRD_METRICOM), E(ARPHRD_IEEE1394), E(ARPHRD_EUI64),
	E(ARPHRD_INFINIBAND), E(ARPHRD_SLIP), E(ARPHRD_CSLIP), E(ARPHRD_SLIP6), E(ARPHRD_CSLIP6),
	E(ARPHRD_RSRVD), E(ARPHRD_ADAPT), E(ARPHRD_ROSE), E(ARPHRD_X25), E(ARPHRD_HWX25),
	E(ARPHRD_CAN), E(ARPHRD_MCTP), E(ARPHRD_PPP), E(ARPHRD_CISCO), E(ARPHRD_LAPB),
	E(ARPHRD_DDCMP), E(ARPHRD_RAWHDLC), E(ARPHRD_RAWIP), E(ARPHRD_TUNNEL), E(ARPHRD_TUNNEL6),
	E(ARPHRD_FRAD), E(ARPHRD_SKIP), E(ARPHRD_LOOPBACK), E(ARPHRD_LOCALTLK), E(ARPHRD_FDDI),
	E(ARPHRD_BIF), E(ARPHRD_SIT), E(ARPHRD_IPDDP), E(ARPHRD_IPGRE), E(ARPHRD_PIMREG),
	E(ARPHRD_HIPPI), E(ARPHRD_ASH), E(ARPHRD_ECONET), E(ARPHRD_IRDA), E(ARPHRD_FCPP),
	E(ARPHRD_FCAL), E(ARPHRD_FCPL), E(ARPHRD_FCFABRIC), E(ARPHRD_IEEE802_TR),
	E(ARPHRD_IEEE80211), E(ARPHRD_IEEE80211_PRISM), E(ARPHRD_IEEE80211_RADIOTAP),
	E(ARPHRD_IEEE802154), E(ARPHRD_IEEE802154_MONITOR), E(ARPHRD_PHONET),
	E(ARPHRD_PHONET_PIPE), E(ARPHRD_CAIF), E(ARPHRD_IP6GRE), E(ARPHRD_NETLINK),
	E(ARPHRD_6LOWPAN), E(ARPHRD_VSOCKMON), E(ARPHRD_NONE), E(ARPHRD_VOID))

static ENUM(packet_type, 1, "PACKET_???",
	E(PACKET_HOST), E(PACKET_BROADCAST), E(PACKET_MULTICAST), E(PACKET_OTHERHOST),
	E(PACKET_OUTGOING), E(PACKET_LOOPBACK), E(PACKET_USER), E(PACKET_KERNEL))

#define IP_PROTOCOLS \
	E(IPPROTO_IP), E(IPPROTO_ICMP), E(IPPROTO_IGMP), E(IPPROTO_IPIP), E(IPPROTO_TCP), \
	E(IPPROTO_EGP), E(IPPROTO_PUP), E(IPPROTO_UDP), E(IPPROTO_IDP), E(IPPROTO_TP), \
	E(IPPROTO_DCCP), E(IPPROTO_IPV6), E(IPPROTO_ROUTING), E(IPPROTO_FRAGMENT), E(IPPROTO_RSVP), \
	E(IPPROTO_GRE), E(IPPROTO_ESP), E(IPPROTO_AH), E(IPPROTO_ICMPV6), E(IPPROTO_NONE), \
	E(IPPROTO_DSTOPTS), E(IPPROTO_MTP), E(IPPROTO_BEETPH), E(IPPROTO_ENCAP), E(IPPROTO_PIM), \
	E(IPPROTO_COMP), E_AS("IPPROTO_L2TP", 115), E(IPPROTO_SCTP), E(IPPROTO_MH), E(IPPROTO_UDPLITE), \
	E(IPPROTO_MPLS), E(IPPROTO_ETHERNET), E(IPPROTO_RAW), E(IPPROTO_MPTCP)
ENUM(lupe_type_ip_protocol, 4, "IPPROTO_???", IP_PROTOCOLS)
ENUM(lupe_netlink_ip_protocol, 1, "IPPROTO_???", IP_PROTOCOLS)
    /* clang-format on */

    SCALAR(lupe_type_ipv4, "struct in_addr", LUPE_KIND_UINT, 4, LUPE_ROLE_IPV4)
	SCALAR(lupe_type_ipv6, "struct in6_addr", LUPE_KIND_BYTES, 16, LUPE_ROLE_IPV6)
	    SCALAR(lupe_type_port, "in_port_t", LUPE_KIND_UINT, 2, LUPE_ROLE_PORT)
		SCALAR(lupe_type_port_long, "uint32_t", LUPE_KIND_UINT, 4, LUPE_ROLE_PORT)

    /* --- numbers with a notation of their own --- */

    static void print_ether_protocol(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_string(printer->out, "htons(");
	lupe_strace_symbol(printer, &lupe_type_ether_number, ntohs((uint16_t)value->u));
	lupe_buffer_char(printer->out, ')');
}

const struct lupe_type lupe_type_ether_protocol = NUMBER_PRINTED_BY(2, print_ether_protocol);

static void print_ifindex(struct lupe_printer *printer, const struct lupe_value *value)
{
	char name[IF_NAMESIZE];

	if (printer->options->xlat != LUPE_XLAT_ABBREV ||
	    !if_indextoname((unsigned)value->u, name)) {
		lupe_buffer_unsigned(printer->out, (uint32_t)value->u);
		return;
	}
	lupe_buffer_string(printer->out, "if_nametoindex(");
	lupe_strace_quoted(printer, name, strlen(name), false);
	lupe_buffer_char(printer->out, ')');
}

const struct lupe_type lupe_type_ifindex = NUMBER_PRINTED_BY(4, print_ifindex);

const struct lupe_type lupe_type_mac = MAC(6);
static const struct lupe_type mac64 = MAC(8);

/* --- the structs --- */

#define FAMILY_OF(ctype, field) FIELD_AS("sa_family", ctype, field, &lupe_type_address_family)

/* clang-format off */
static STRUCT(short_address, struct sockaddr, FAMILY_OF(struct sockaddr, sa_family))

static STRUCT(inet_address, struct sockaddr_in,
	FAMILY_OF(struct sockaddr_in, sin_family),
	FIELD(struct sockaddr_in, sin_port, &lupe_type_port),
	FIELD(struct sockaddr_in, sin_addr, &lupe_type_ipv4))

/* A scope names an interface when the address is local to a link. */
static void print_scope(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *address = lupe_value_member(printer->parent, "sin6_addr");
	struct in6_addr in6;

	if (address && address->n_bytes >= sizeof(in6)) {
		memcpy(&in6, address->bytes, sizeof(in6));
		if (IN6_IS_ADDR_LINKLOCAL(&in6) || IN6_IS_ADDR_MC_LINKLOCAL(&in6)) {
			print_ifindex(printer, value);
			return;
		}
	}
	lupe_buffer_unsigned(printer->out, value->u);
}

static const struct lupe_type scope = NUMBER_PRINTED_BY(4, print_scope);

#define INET6_FIELDS \
	FAMILY_OF(struct sockaddr_in6, sin6_family), \
	FIELD(struct sockaddr_in6, sin6_port, &lupe_type_port), \
	FIELD(struct sockaddr_in6, sin6_flowinfo, &lupe_type_port_long), \
	FIELD(struct sockaddr_in6, sin6_addr, &lupe_type_ipv6)

static STRUCT(inet6_old_address, struct sockaddr_in6, INET6_FIELDS)
static STRUCT(inet6_address, struct sockaddr_in6, INET6_FIELDS,
	FIELD(struct sockaddr_in6, sin6_scope_id, &scope))

static STRUCT(netlink_address, struct sockaddr_nl,
	FAMILY_OF(struct sockaddr_nl, nl_family),
	FIELD(struct sockaddr_nl, nl_pad, &lupe_type_padded16, .flags = LUPE_MEMBER_NONZERO),
	FIELD(struct sockaddr_nl, nl_pid, &lupe_type_int),
	FIELD(struct sockaddr_nl, nl_groups, &lupe_type_padded32))

static STRUCT(packet_address, struct sockaddr_ll,
	FAMILY_OF(struct sockaddr_ll, sll_family),
	FIELD(struct sockaddr_ll, sll_protocol, &lupe_type_ether_protocol),
	FIELD(struct sockaddr_ll, sll_ifindex, &lupe_type_ifindex),
	FIELD(struct sockaddr_ll, sll_hatype, &lupe_type_hardware_type),
	FIELD(struct sockaddr_ll, sll_pkttype, &packet_type),
	FIELD(struct sockaddr_ll, sll_halen, &lupe_type_u8))

static void print_network_hex(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_printf(printer->out, "htonl(%#x)", ntohl((uint32_t)value->u));
}

static const struct lupe_type network_hex = NUMBER_PRINTED_BY(4, print_network_hex);

static STRUCT(ipx_address, struct sockaddr_ipx,
	FAMILY_OF(struct sockaddr_ipx, sipx_family),
	FIELD(struct sockaddr_ipx, sipx_port, &lupe_type_port),
	FIELD(struct sockaddr_ipx, sipx_network, &network_hex),
	FIELD(struct sockaddr_ipx, sipx_node, ARRAY_OF(&lupe_type_padded8, IPX_NODE_LEN)),
	FIELD(struct sockaddr_ipx, sipx_type, &lupe_type_padded8),
	FIELD(struct sockaddr_ipx, sipx_zero, &lupe_type_padded8, .flags = LUPE_MEMBER_NONZERO))

static const struct lupe_type x25_string = CSTRING(sizeof(((struct x25_address *)0)->x25_addr));
static STRUCT(x25_inner, struct x25_address, FIELD(struct x25_address, x25_addr, &x25_string))
static STRUCT(x25_address, struct sockaddr_x25,
	FAMILY_OF(struct sockaddr_x25, sx25_family),
	FIELD(struct sockaddr_x25, sx25_addr, &x25_inner))

static const struct lupe_type callsign = HEX_STRING(sizeof(ax25_address));
static STRUCT(ax25_call, ax25_address, FIELD(ax25_address, ax25_call, &callsign))
static STRUCT(ax25_short_address, struct sockaddr_ax25,
	FAMILY_OF(struct sockaddr_ax25, sax25_family),
	FIELD(struct sockaddr_ax25, sax25_call, &ax25_call),
	FIELD(struct sockaddr_ax25, sax25_ndigis, &lupe_type_int))

/* Bluetooth has no header of the kernel's: one struct of each protocol, told apart by their sizes. */
struct hci_address {
	sa_family_t family;
	uint16_t hci_dev, hci_channel;
};
struct sco_address {
	sa_family_t family;
	unsigned char sco_bdaddr[6];
};
struct rfcomm_address {
	sa_family_t family;
	unsigned char rc_bdaddr[6];
	uint8_t rc_channel;
};
struct l2cap_address {
	sa_family_t family;
	uint16_t l2_psm;
	unsigned char l2_bdaddr[6];
	uint16_t l2_cid;
	uint8_t l2_bdaddr_type;
};

static ENUM(hci_channel, 2, "HCI_CHANNEL_???",
	E_AS("HCI_CHANNEL_RAW", 0), E_AS("HCI_CHANNEL_USER", 1), E_AS("HCI_CHANNEL_MONITOR", 2),
	E_AS("HCI_CHANNEL_CONTROL", 3), E_AS("HCI_CHANNEL_LOGGING", 4))
static ENUM(l2cap_psm, 2, "L2CAP_PSM_???",
	E_AS("L2CAP_PSM_SDP", 0x1), E_AS("L2CAP_PSM_RFCOMM", 0x3), E_AS("L2CAP_PSM_3DSP", 0x21),
	E_AS("L2CAP_PSM_IPSP", 0x23))
static ENUM(l2cap_cid, 2, "L2CAP_CID_???",
	E_AS("L2CAP_CID_SIGNALING", 1), E_AS("L2CAP_CID_CONN_LESS", 2), E_AS("L2CAP_CID_A2MP", 3),
	E_AS("L2CAP_CID_ATT", 4), E_AS("L2CAP_CID_LE_SIGNALING", 5), E_AS("L2CAP_CID_SMP", 6),
	E_AS("L2CAP_CID_SMP_BREDR", 7))
static ENUM(bdaddr_type, 1, "BDADDR_???",
	E_AS("BDADDR_BREDR", 0), E_AS("BDADDR_LE_PUBLIC", 1), E_AS("BDADDR_LE_RANDOM", 2))

enum { L2CAP_PSM_LE_DYN = 0x80, L2CAP_PSM_DYN = 0x1001, L2CAP_CID_DYN = 0x40 };

static void print_dynamic(struct lupe_printer *printer, const char *name, unsigned offset)
{
	lupe_buffer_string(printer->out, name);
	if (offset)
		lupe_buffer_printf(printer->out, "+%u", offset);
}

static void print_htobs(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_printf(printer->out, "htobs(%u)", (unsigned)value->u);
}

static void print_psm(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_string(printer->out, "htobs(");
	if (value->u >= L2CAP_PSM_DYN)
		print_dynamic(printer, "L2CAP_PSM_DYN_START", (unsigned)value->u - L2CAP_PSM_DYN);
	else if (value->u >= L2CAP_PSM_LE_DYN && value->u <= 0xff)
		print_dynamic(printer, "L2CAP_PSM_LE_DYN_START",
			      (unsigned)value->u - L2CAP_PSM_LE_DYN);
	else
		lupe_strace_symbol(printer, &l2cap_psm, value->u);
	lupe_buffer_char(printer->out, ')');
}

static void print_cid(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_string(printer->out, "htobs(");
	if (value->u >= L2CAP_CID_DYN)
		print_dynamic(printer, "L2CAP_CID_DYN_START", (unsigned)value->u - L2CAP_CID_DYN);
	else
		lupe_strace_symbol(printer, &l2cap_cid, value->u);
	lupe_buffer_char(printer->out, ')');
}

static const struct lupe_type htobs = NUMBER_PRINTED_BY(2, print_htobs);
static const struct lupe_type psm = NUMBER_PRINTED_BY(2, print_psm);
static const struct lupe_type cid = NUMBER_PRINTED_BY(2, print_cid);

static STRUCT(hci_old_address, struct hci_address,
	FAMILY_OF(struct hci_address, family),
	FIELD(struct hci_address, hci_dev, &htobs))
static STRUCT(hci_address, struct hci_address,
	FAMILY_OF(struct hci_address, family),
	FIELD(struct hci_address, hci_dev, &htobs),
	FIELD(struct hci_address, hci_channel, &hci_channel))
static STRUCT(sco_address, struct sco_address,
	FAMILY_OF(struct sco_address, family),
	FIELD(struct sco_address, sco_bdaddr, &lupe_type_mac))
static STRUCT(rfcomm_address, struct rfcomm_address,
	FAMILY_OF(struct rfcomm_address, family),
	FIELD(struct rfcomm_address, rc_bdaddr, &lupe_type_mac),
	FIELD(struct rfcomm_address, rc_channel, &lupe_type_u8))
#define L2CAP_FIELDS \
	FAMILY_OF(struct l2cap_address, family), \
	FIELD(struct l2cap_address, l2_psm, &psm), \
	FIELD(struct l2cap_address, l2_bdaddr, &lupe_type_mac), \
	FIELD(struct l2cap_address, l2_cid, &cid)
static STRUCT(l2cap_old_address, struct l2cap_address, L2CAP_FIELDS)
static STRUCT(l2cap_address, struct l2cap_address, L2CAP_FIELDS,
	FIELD(struct l2cap_address, l2_bdaddr_type, &bdaddr_type))

static ENUM(socket_type, 2, "SOCK_???",
	E(SOCK_STREAM), E(SOCK_DGRAM), E(SOCK_RAW), E(SOCK_RDM), E(SOCK_SEQPACKET), E(SOCK_DCCP),
	E(SOCK_PACKET))
static STRUCT(rxrpc_transport, struct sockaddr,
	FIELD_AS("family", struct sockaddr, sa_family, &lupe_type_address_family))
static STRUCT(rxrpc_address, struct sockaddr_rxrpc,
	FAMILY_OF(struct sockaddr_rxrpc, srx_family),
	FIELD(struct sockaddr_rxrpc, srx_service, &lupe_type_u16_hex),
	FIELD(struct sockaddr_rxrpc, transport_type, &socket_type),
	FIELD(struct sockaddr_rxrpc, transport_len, &lupe_type_ushort),
	FIELD(struct sockaddr_rxrpc, transport, &rxrpc_transport))

/* Neither has 802.15.4. */
struct ieee802154_address {
	sa_family_t family;
	struct ieee802154_inner {
		int addr_type;
		uint16_t pan_id;
		union {
			unsigned char hwaddr[8];
			uint16_t short_addr;
		};
	} addr;
};
enum { IEEE802154_ADDR_SHORT = 2 };

static ENUM(ieee802154_type, 4, "IEEE802154_ADDR_???",
	E_AS("IEEE802154_ADDR_NONE", 0), E(IEEE802154_ADDR_SHORT), E_AS("IEEE802154_ADDR_LONG", 3))

static bool is_short_address(const struct lupe_value *parent)
{
	return parent->children[0].u == IEEE802154_ADDR_SHORT;
}

static bool is_long_address(const struct lupe_value *parent)
{
	return parent->children[0].u && parent->children[0].u != IEEE802154_ADDR_SHORT;
}

static const struct lupe_type ieee802154_kind = EXPLAINED(4, &ieee802154_type);
static STRUCT(ieee802154_inner, struct ieee802154_inner,
	FIELD(struct ieee802154_inner, addr_type, &ieee802154_kind),
	FIELD(struct ieee802154_inner, pan_id, &lupe_type_u16_hex),
	FIELD(struct ieee802154_inner, hwaddr, &mac64, .present = is_long_address),
	FIELD(struct ieee802154_inner, short_addr, &lupe_type_u16_hex,
	      .present = is_short_address))
static STRUCT(ieee802154_address, struct ieee802154_address,
	FAMILY_OF(struct ieee802154_address, family),
	FIELD(struct ieee802154_address, addr, &ieee802154_inner))

static FLAGS(alg_feature, 4, "CRYPTO_ALG_???", NULL, E_AS("CRYPTO_ALG_KERN_DRIVER_ONLY", 0x1000))
static const struct lupe_type alg_features = EXPLAINED(4, &alg_feature);
static const struct lupe_type alg_type = CSTRING(sizeof(((struct sockaddr_alg *)0)->salg_type));
static STRUCT(alg_address, struct sockaddr_alg,
	FAMILY_OF(struct sockaddr_alg, salg_family),
	FIELD(struct sockaddr_alg, salg_type, &alg_type),
	FIELD(struct sockaddr_alg, salg_feat, &alg_features),
	FIELD(struct sockaddr_alg, salg_mask, &alg_features))

static ENUM(nfc_protocol, 4, "NFC_PROTO_???",
	E(NFC_PROTO_JEWEL), E(NFC_PROTO_MIFARE), E(NFC_PROTO_FELICA), E(NFC_PROTO_ISO14443),
	E(NFC_PROTO_NFC_DEP), E(NFC_PROTO_ISO14443_B), E(NFC_PROTO_ISO15693))
static const struct lupe_type nfc_service = {
	.name = "char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,
	.size = NFC_LLCP_MAX_SERVICE_NAME, .ops = &lupe_zero_padded_ops};
static STRUCT(nfc_address, struct sockaddr_nfc,
	FAMILY_OF(struct sockaddr_nfc, sa_family),
	FIELD(struct sockaddr_nfc, dev_idx, &lupe_type_uint),
	FIELD(struct sockaddr_nfc, target_idx, &lupe_type_u32_hex),
	FIELD(struct sockaddr_nfc, nfc_protocol, &nfc_protocol))
static STRUCT(nfc_llcp_address, struct sockaddr_nfc_llcp,
	FAMILY_OF(struct sockaddr_nfc_llcp, sa_family),
	FIELD(struct sockaddr_nfc_llcp, dev_idx, &lupe_type_uint),
	FIELD(struct sockaddr_nfc_llcp, target_idx, &lupe_type_u32_hex),
	FIELD(struct sockaddr_nfc_llcp, nfc_protocol, &nfc_protocol),
	FIELD(struct sockaddr_nfc_llcp, dsap, &lupe_type_u8_hex),
	FIELD(struct sockaddr_nfc_llcp, ssap, &lupe_type_u8_hex),
	FIELD(struct sockaddr_nfc_llcp, service_name, &nfc_service),
	FIELD(struct sockaddr_nfc_llcp, service_name_len, &lupe_type_size_t))

/* Hexadecimal where no name is known, without a comment: cids and ports are numbers after all. */
static ENUM(vsock_cid, 4, NULL,
	E(VMADDR_CID_ANY), E(VMADDR_CID_HYPERVISOR), E(VMADDR_CID_LOCAL), E(VMADDR_CID_HOST))
static ENUM(vsock_port, 4, NULL, E(VMADDR_PORT_ANY))
static FLAGS(vsock_flags, 1, "VMADDR_FLAG_???", NULL, E(VMADDR_FLAG_TO_HOST))
static const struct lupe_type vsock_zero = HEX_STRING(3);
static STRUCT(vsock_address, struct sockaddr_vm,
	FAMILY_OF(struct sockaddr_vm, svm_family),
	FIELD(struct sockaddr_vm, svm_reserved1, &lupe_type_u16_hex, .flags = LUPE_MEMBER_NONZERO),
	FIELD(struct sockaddr_vm, svm_cid, &vsock_cid),
	FIELD(struct sockaddr_vm, svm_port, &vsock_port),
	FIELD(struct sockaddr_vm, svm_flags, &vsock_flags),
	FIELD(struct sockaddr_vm, svm_zero, &vsock_zero, .flags = LUPE_MEMBER_NONZERO))

static STRUCT(qrtr_address, struct sockaddr_qrtr,
	FAMILY_OF(struct sockaddr_qrtr, sq_family),
	FIELD(struct sockaddr_qrtr, sq_node, &lupe_type_u32_hex),
	FIELD(struct sockaddr_qrtr, sq_port, &lupe_type_u32_hex))

static bool shares_umem(const struct lupe_value *parent)
{
	return parent->children[1].u & XDP_SHARED_UMEM;
}

static FLAGS(xdp_flags, 2, "XDP_???", NULL,
	E(XDP_SHARED_UMEM), E(XDP_COPY), E(XDP_ZEROCOPY), E(XDP_USE_NEED_WAKEUP))
static STRUCT(xdp_address, struct sockaddr_xdp,
	FAMILY_OF(struct sockaddr_xdp, sxdp_family),
	FIELD(struct sockaddr_xdp, sxdp_flags, &xdp_flags),
	FIELD(struct sockaddr_xdp, sxdp_ifindex, &lupe_type_ifindex),
	FIELD(struct sockaddr_xdp, sxdp_queue_id, &lupe_type_uint),
	FIELD(struct sockaddr_xdp, sxdp_shared_umem_fd, &lupe_type_fd, .present = shares_umem))

static ENUM(mctp_network, 4, NULL, E(MCTP_NET_ANY))
static ENUM(mctp_id, 1, NULL, E(MCTP_ADDR_NULL), E(MCTP_ADDR_ANY))
static STRUCT(mctp_inner, struct mctp_addr, FIELD(struct mctp_addr, s_addr, &mctp_id))
static STRUCT(mctp_address, struct sockaddr_mctp,
	FAMILY_OF(struct sockaddr_mctp, smctp_family),
	FIELD(struct sockaddr_mctp, __smctp_pad0, &lupe_type_u16_hex, .flags = LUPE_MEMBER_NONZERO),
	FIELD(struct sockaddr_mctp, smctp_network, &mctp_network),
	FIELD(struct sockaddr_mctp, smctp_addr, &mctp_inner),
	FIELD(struct sockaddr_mctp, smctp_type, &lupe_type_u8_hex),
	FIELD(struct sockaddr_mctp, smctp_tag, &lupe_type_u8_hex),
	FIELD(struct sockaddr_mctp, __smctp_pad1, &lupe_type_u8_hex, .flags = LUPE_MEMBER_NONZERO))
    /* clang-format on */

    /* --- tails: a last member that takes what is left of the address --- */

    /* A name in the file system, or after a NUL byte, which is shown as @, one of the abstract
       kind. */
    static void print_unix_path(struct lupe_printer *printer, const struct lupe_value *value)
{
	const unsigned char *bytes = value->bytes;
	size_t size = value->n_bytes;

	if (size && !bytes[0]) {
		lupe_buffer_char(printer->out, '@');
		lupe_strace_quoted(printer, bytes + 1, size - 1, false);
		return;
	}
	lupe_strace_quoted(printer, bytes, strnlen((const char *)bytes, size), false);
}

/* As many bytes as sll_halen says, and at most those that are there. */
static void print_hardware_address(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *said = lupe_value_member(printer->parent, "sll_halen");
	size_t i, length = said ? said->u : value->n_bytes, shown = MIN(length, value->n_bytes);

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < shown; i++)
		lupe_buffer_printf(printer->out, i ? ", %#02x" : "%#02x", value->bytes[i]);
	if (shown < length)
		lupe_buffer_string(printer->out, shown ? ", ..." : "...");
	lupe_buffer_char(printer->out, ']');
}

static bool has_hardware_address(const struct lupe_value *parent)
{
	const struct lupe_value *said = lupe_value_member(parent, "sll_halen");

	return said && said->u;
}

#define TAIL(function)                                                                             \
	{                                                                                          \
		.name = "char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,                \
		.ops = &(const struct lupe_type_ops){.print = (function)},                         \
	}

static const struct lupe_type data_tail = {
    .name = "char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH};
static const struct lupe_type name_tail = {
    .name = "char []", .kind = LUPE_KIND_STRING, .role = LUPE_ROLE_PATH, .ops = &lupe_cstring_ops};
static const struct lupe_type path_tail = TAIL(print_unix_path);
static const struct lupe_type hardware_tail = TAIL(print_hardware_address);

/* One form of an address: what it looks like from `min_size` bytes on. */
struct form {
	sa_family_t family;
	uint16_t min_size;
	uint16_t max_size; /* 0: no limit */
	const struct lupe_type *type;
	struct lupe_member tail; /* its type's size is what is left, at most `tail_max`; 0: none */
	uint16_t tail_max;
};

/* Of one family, the longest first. */
static const struct form forms[] = {
    {AF_UNIX, 3, 0, &short_address, {.name = "sun_path", .type = &path_tail, .offset = 2}, 108},
    {AF_INET, sizeof(struct sockaddr_in), 0, &inet_address, {0}, 0},
    {AF_INET6, 25, 0, &inet6_address, {0}, 0},
    {AF_INET6, 24, 0, &inet6_old_address, {0}, 0},
    {AF_NETLINK, sizeof(struct sockaddr_nl), 0, &netlink_address, {0}, 0},
    {AF_PACKET,
     sizeof(struct sockaddr_ll),
     0,
     &packet_address,
     {.name = "sll_addr",
      .type = &hardware_tail,
      .offset = offsetof(struct sockaddr_ll, sll_addr),
      .present = has_hardware_address},
     UINT16_MAX},
    {AF_AX25, sizeof(struct sockaddr_ax25), 0, &ax25_short_address, {0}, 0},
    {AF_IPX, sizeof(struct sockaddr_ipx), 0, &ipx_address, {0}, 0},
    {AF_X25, sizeof(struct sockaddr_x25), 0, &x25_address, {0}, 0},
    {AF_BLUETOOTH, 14, 14, &l2cap_address, {0}, 0},
    {AF_BLUETOOTH, 12, 12, &l2cap_old_address, {0}, 0},
    {AF_BLUETOOTH, 10, 10, &rfcomm_address, {0}, 0},
    {AF_BLUETOOTH, 8, 8, &sco_address, {0}, 0},
    {AF_BLUETOOTH, 6, 6, &hci_address, {0}, 0},
    {AF_BLUETOOTH, 4, 4, &hci_old_address, {0}, 0},
    {AF_RXRPC, sizeof(struct sockaddr_rxrpc), 0, &rxrpc_address, {0}, 0},
    {AF_IEEE802154, sizeof(struct ieee802154_address), 0, &ieee802154_address, {0}, 0},
    {AF_ALG,
     offsetof(struct sockaddr_alg, salg_name) + 1,
     0,
     &alg_address,
     {.name = "salg_name", .type = &name_tail, .offset = offsetof(struct sockaddr_alg, salg_name)},
     UINT16_MAX},
    {AF_NFC, sizeof(struct sockaddr_nfc_llcp), 0, &nfc_llcp_address, {0}, 0},
    {AF_NFC, sizeof(struct sockaddr_nfc), 0, &nfc_address, {0}, 0},
    {AF_VSOCK, sizeof(struct sockaddr_vm), 0, &vsock_address, {0}, 0},
    {AF_QIPCRTR, sizeof(struct sockaddr_qrtr), 0, &qrtr_address, {0}, 0},
    {AF_XDP, sizeof(struct sockaddr_xdp), 0, &xdp_address, {0}, 0},
    {AF_MCTP, sizeof(struct sockaddr_mctp), 0, &mctp_address, {0}, 0},
};

static const struct form other_form = {
    0, 3, 0, &short_address, {.name = "sa_data", .type = &data_tail, .offset = 2}, UINT16_MAX};
static const struct form family_alone = {0, 2, 0, &short_address, {0}, 0};

static const struct form *form_of(sa_family_t family, size_t size)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++)
		if (forms[i].family == family && size >= forms[i].min_size &&
		    (!forms[i].max_size || size <= forms[i].max_size))
			return &forms[i];
	return size >= other_form.min_size ? &other_form : &family_alone;
}

/* The form's struct with its tail, in the arena of the decode; NULL without memory. */
static const struct lupe_type *whole_type(struct lupe_decode *decode, const struct form *form,
					  size_t size)
{
	struct lupe_type *type, *tail;
	struct lupe_member *members;
	size_t n = form->type->n_members;

	if (!form->tail.type)
		return form->type;
	type = lupe_arena_copy(decode->arena, form->type, sizeof(*type));
	tail = lupe_arena_copy(decode->arena, form->tail.type, sizeof(*tail));
	members = lupe_arena_alloc(decode->arena, (n + 1) * sizeof(*members));
	if (!type || !tail || !members)
		return NULL;
	tail->size = MIN(size - form->tail.offset, form->tail_max);
	memcpy(members, form->type->members, n * sizeof(*members));
	members[n] = form->tail;
	members[n].type = tail;
	type->members = members;
	type->n_members = n + 1;
	return type;
}

static void decode_address(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct sockaddr_storage storage = {0};
	size_t size = MIN(limit, sizeof(storage));
	const struct lupe_type *type;

	value->flags |= LUPE_VALUE_OPAQUE;
	if (limit > INT32_MAX || size < sizeof(storage.ss_family) ||
	    lupe_memory_read_some(decode->memory, value->address, &storage, size) != size)
		return;
	type = whole_type(decode, form_of(storage.ss_family, size), size);
	value->bytes = lupe_arena_copy(decode->arena, &storage, sizeof(storage));
	if (!type || !value->bytes)
		return;
	value->flags &= ~(uint32_t)LUPE_VALUE_OPAQUE;
	value->n_bytes = size;
	value->type = type;
	lupe_decode_members(decode, value, type->members, type->n_members,
			    (struct lupe_source){value->address, value->bytes, sizeof(storage)},
			    false);
}

const struct lupe_type lupe_type_sockaddr = {
    .name = "struct sockaddr",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_address}};
