/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sockets by their inode number; see log_socket.h. The kernel lists all sockets of a protocol, and we
 * look for ours. Its answers are bounded by what was received.
 */
#include "session/log_socket.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/buffer.h"
#include "base/cleanup.h"

/* What a protocol's name stands for, and how to ask for its sockets. */
struct protocol {
	const char *name;
	int family, number;
};

static const struct protocol protocols[] = {
    {"TCP", AF_INET, IPPROTO_TCP},
    {"UDP", AF_INET, IPPROTO_UDP},
    {"UDPLITE", AF_INET, IPPROTO_UDPLITE},
    {"SCTP", AF_INET, IPPROTO_SCTP},
    {"TCPv6", AF_INET6, IPPROTO_TCP},
    {"UDPv6", AF_INET6, IPPROTO_UDP},
    {"UDPLITEv6", AF_INET6, IPPROTO_UDPLITE},
    {"SCTPv6", AF_INET6, IPPROTO_SCTP},
    {"UNIX", AF_UNIX, 0},
    {"UNIX-STREAM", AF_UNIX, 0},
    {"UNIX-DGRAM", AF_UNIX, 0},
    {"UNIX-SEQPACKET", AF_UNIX, 0},
    {"NETLINK", AF_NETLINK, 0},
};

static const struct protocol *find_protocol(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		if (!strcmp(protocols[i].name, name))
			return &protocols[i];
	return NULL;
}

/* --- asking --- */

static bool ask(int fd, const struct protocol *protocol)
{
	struct {
		struct nlmsghdr header;
		union {
			struct inet_diag_req_v2 inet;
			struct unix_diag_req unix_;
			struct netlink_diag_req netlink;
		};
	} request;
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

	memset(&request, 0, sizeof(request));
	request.header = (struct nlmsghdr){.nlmsg_len = sizeof(request.header),
					   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
					   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP};
	if (protocol->family == AF_UNIX) {
		request.unix_ = (struct unix_diag_req){.sdiag_family = AF_UNIX,
						       .udiag_states = UINT32_MAX,
						       .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER};
		request.header.nlmsg_len += sizeof(request.unix_);
	} else if (protocol->family == AF_NETLINK) {
		request.netlink = (struct netlink_diag_req){.sdiag_family = AF_NETLINK,
							    .sdiag_protocol = NDIAG_PROTO_ALL};
		request.header.nlmsg_len += sizeof(request.netlink);
	} else {
		request.inet = (struct inet_diag_req_v2){.sdiag_family = protocol->family,
							 .sdiag_protocol = protocol->number,
							 .idiag_states = UINT32_MAX};
		request.header.nlmsg_len += sizeof(request.inet);
	}
	return sendto(fd, &request, request.header.nlmsg_len, 0, (const void *)&kernel,
		      sizeof(kernel)) >= 0;
}

/* --- answers: true when it was ours and was written --- */

static void put_end(struct lupe_buffer *out, int family, const void *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, address, text, sizeof(text)))
		return;
	lupe_buffer_printf(out, family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, ntohs(port));
}

static bool put_inet(struct lupe_buffer *out, const struct protocol *protocol, const void *data,
		     size_t size, unsigned long inode)
{
	const struct inet_diag_msg *message = data;

	if (size < sizeof(*message) || message->idiag_inode != inode ||
	    message->idiag_family != protocol->family)
		return false;
	lupe_buffer_string(out, protocol->name);
	lupe_buffer_string(out, ":[");
	put_end(out, message->idiag_family, message->id.idiag_src, message->id.idiag_sport);
	if (message->id.idiag_dport) {
		lupe_buffer_string(out, "->");
		put_end(out, message->idiag_family, message->id.idiag_dst, message->id.idiag_dport);
	}
	lupe_buffer_char(out, ']');
	return true;
}

static void put_unix_name(struct lupe_buffer *out, const unsigned char *name, size_t size)
{
	size_t i;

	if (!size)
		return;
	lupe_buffer_string(out, *name ? ",\"" : ",@\"");
	for (i = !*name; i < size && (name[i] || !*name); i++) {
		if (name[i] == '"' || name[i] == '\\')
			lupe_buffer_char(out, '\\');
		if (name[i] >= ' ' && name[i] <= '~')
			lupe_buffer_char(out, (char)name[i]);
		else
			lupe_buffer_printf(out, "\\%o", name[i]);
	}
	lupe_buffer_char(out, '"');
}

static bool put_unix(struct lupe_buffer *out, const char *protocol, const void *data, size_t size,
		     unsigned long inode)
{
	const struct unix_diag_msg *message = data;
	const unsigned char *name = NULL;
	size_t name_size = 0, at = NLMSG_ALIGN(sizeof(*message));
	uint32_t peer = 0;

	if (size < sizeof(*message) || message->udiag_ino != inode)
		return false;
	while (at + sizeof(struct rtattr) <= size) {
		const struct rtattr *attribute = (const void *)((const char *)data + at);
		size_t payload = attribute->rta_len - sizeof(*attribute);

		if (attribute->rta_len < sizeof(*attribute) || attribute->rta_len > size - at)
			break;
		if (attribute->rta_type == UNIX_DIAG_NAME) {
			name = RTA_DATA(attribute);
			name_size = payload;
		} else if (attribute->rta_type == UNIX_DIAG_PEER && payload >= sizeof(peer)) {
			memcpy(&peer, RTA_DATA(attribute), sizeof(peer));
		}
		at += RTA_ALIGN(attribute->rta_len);
	}
	if (!peer && !name)
		return false;
	lupe_buffer_printf(out, "%s:[%lu", protocol, inode);
	if (peer)
		lupe_buffer_printf(out, "->%u", peer);
	put_unix_name(out, name, name_size);
	lupe_buffer_char(out, ']');
	return true;
}

static const char *netlink_name(unsigned protocol)
{
	static const char *const names[] = {
	    [NETLINK_ROUTE] = "ROUTE",
	    [NETLINK_UNUSED] = "UNUSED",
	    [NETLINK_USERSOCK] = "USERSOCK",
	    [NETLINK_FIREWALL] = "FIREWALL",
	    [NETLINK_SOCK_DIAG] = "SOCK_DIAG",
	    [NETLINK_NFLOG] = "NFLOG",
	    [NETLINK_XFRM] = "XFRM",
	    [NETLINK_SELINUX] = "SELINUX",
	    [NETLINK_ISCSI] = "ISCSI",
	    [NETLINK_AUDIT] = "AUDIT",
	    [NETLINK_FIB_LOOKUP] = "FIB_LOOKUP",
	    [NETLINK_CONNECTOR] = "CONNECTOR",
	    [NETLINK_NETFILTER] = "NETFILTER",
	    [NETLINK_IP6_FW] = "IP6_FW",
	    [NETLINK_DNRTMSG] = "DNRTMSG",
	    [NETLINK_KOBJECT_UEVENT] = "KOBJECT_UEVENT",
	    [NETLINK_GENERIC] = "GENERIC",
	    [NETLINK_SCSITRANSPORT] = "SCSITRANSPORT",
	    [NETLINK_ECRYPTFS] = "ECRYPTFS",
	    [NETLINK_RDMA] = "RDMA",
	    [NETLINK_CRYPTO] = "CRYPTO",
	    [NETLINK_SMC] = "SMC",
	};

	return protocol < ARRAY_SIZE(names) ? names[protocol] : NULL;
}

static bool put_netlink(struct lupe_buffer *out, const void *data, size_t size, unsigned long inode)
{
	const struct netlink_diag_msg *message = data;
	const char *name;

	if (size < sizeof(*message) || message->ndiag_ino != inode || !message->ndiag_portid)
		return false;
	name = netlink_name(message->ndiag_protocol);
	lupe_buffer_string(out, "NETLINK:[");
	if (name)
		lupe_buffer_string(out, name);
	else
		lupe_buffer_unsigned(out, message->ndiag_protocol);
	lupe_buffer_printf(out, ":%u]", message->ndiag_portid);
	return true;
}

static bool put_answer(struct lupe_buffer *out, const struct protocol *protocol, const void *data,
		       size_t size, unsigned long inode)
{
	if (protocol->family == AF_UNIX)
		return put_unix(out, protocol->name, data, size, inode);
	if (protocol->family == AF_NETLINK)
		return put_netlink(out, data, size, inode);
	return put_inet(out, protocol, data, size, inode);
}

/* --- looking through all --- */

/* One datagram of answers; *ret_found: ours was among them. False: there will be no more. */
static bool read_answers(int fd, struct lupe_buffer *out, const struct protocol *protocol,
			 unsigned long inode, bool *ret_found)
{
	union {
		struct nlmsghdr header;
		char bytes[16384];
	} answer;
	ssize_t size = recv(fd, &answer, sizeof(answer), 0);
	size_t at = 0;

	while (size > 0 && at + sizeof(struct nlmsghdr) <= (size_t)size) {
		const struct nlmsghdr *message = (const void *)(answer.bytes + at);

		if (message->nlmsg_len < sizeof(*message) ||
		    message->nlmsg_len > (size_t)size - at ||
		    message->nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return false;
		if (!*ret_found)
			*ret_found = put_answer(out, protocol, NLMSG_DATA(message),
						message->nlmsg_len - NLMSG_HDRLEN, inode);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
	return size > 0;
}

void lupe_log_put_socket(struct lupe_buffer *out, const char *name, unsigned long inode)
{
	const struct protocol *protocol = find_protocol(name);
	CLEANUP_CLOSE int fd = -1;
	bool found = false;

	if (protocol)
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd >= 0 && ask(fd, protocol))
		while (read_answers(fd, out, protocol, inode, &found) && !found)
			;
	if (!found)
		lupe_buffer_printf(out, "%s:[%lu]", name, inode);
}
