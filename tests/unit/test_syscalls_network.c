/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The socket calls, as strace 6.1 wrote them.
 */
#include "calls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <linux/filter.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* --- addresses and options, of every family and level --- */

struct address {
	int family, length;
	const char *text;
};
static const struct address addresses[] = {
#include "socket_addresses.def"
};

/* 1, 2, 3 ... at BASE. */
static void count_up(struct bench *b)
{
	unsigned i;

	memset(b->bytes, 0, SIZE);
	for (i = 0; i < 255; i++)
		b->bytes[i] = (unsigned char)(i + 1);
}

static void test_addresses(void **state)
{
	struct bench *b = *state;
	size_t i, failures = 0;
	char expected[1024];

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		const struct address *a = &addresses[i];
		const uint16_t family = (uint16_t)a->family;
		const char *text;

		count_up(b);
		PUT(b, BASE, family);
		text = LINE(b, __NR_connect, -9, 3, BASE, a->length);
		snprintf(expected, sizeof(expected),
			 "connect(3, %s, %d) = -1 EBADF (Bad file descriptor)", a->text, a->length);
		if (!strcmp(text, expected))
			continue;
		print_error("strace: %s\nlupe:   %s\n", expected, text);
		failures++;
	}
	assert_int_equal(failures, 0);
}

static void test_unix_addresses(void **state)
{
	struct bench *b = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/x\ny"};

	PUT(b, BASE, address);
	assert_string_equal(LINE(b, __NR_bind, 0, 3, BASE, 110),
			    "bind(3, {sa_family=AF_UNIX, sun_path=\"/tmp/x\\ny\"}, 110) = 0");
	assert_string_equal(LINE(b, __NR_bind, 0, 3, BASE, 5),
			    "bind(3, {sa_family=AF_UNIX, sun_path=\"/tm\"}, 5) = 0");
	memset(address.sun_path, 0, sizeof(address.sun_path));
	strcpy(address.sun_path + 1, "abs");
	PUT(b, BASE, address);
	assert_string_equal(LINE(b, __NR_bind, 0, 3, BASE, 6),
			    "bind(3, {sa_family=AF_UNIX, sun_path=@\"abs\"}, 6) = 0");
	assert_string_equal(LINE(b, __NR_bind, 0, 3, BASE, 7),
			    "bind(3, {sa_family=AF_UNIX, sun_path=@\"abs\\0\"}, 7) = 0");
	assert_string_equal(LINE(b, __NR_connect, -14, 3, END - 4, 16),
			    "connect(3, 0x1fffc, 16) = -1 EFAULT (Bad address)");
	assert_string_equal(LINE(b, __NR_connect, -22, 3, BASE, 1),
			    "connect(3, 0x10000, 1) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_connect, -22, 3, BASE, UINT32_MAX),
			    "connect(3, 0x10000, -1) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_connect, -14, 3, 0, 16),
			    "connect(3, NULL, 16) = -1 EFAULT (Bad address)");
}

struct option {
	int level, name, length;
	const char *text;
};
static const struct option options[] = {
#include "socket_options.def"
};

static void test_options(void **state)
{
	struct bench *b = *state;
	size_t i, failures = 0;
	char expected[1024];

	count_up(b);
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *o = &options[i];
		const char *text = LINE(b, __NR_setsockopt, -9, 3, o->level, o->name, BASE, o->length);

		snprintf(expected, sizeof(expected),
			 "setsockopt(3, %s, %d) = -1 EBADF (Bad file descriptor)", o->text,
			 o->length);
		if (!strcmp(text, expected))
			continue;
		print_error("strace: %s\nlupe:   %s\n", expected, text);
		failures++;
	}
	assert_int_equal(failures, 0);
}

/* What the kernel writes at the exit: a length of 4 at BASE + 512. */
static void answer_length(struct bench *b)
{
	const int length = 4;

	PUT(b, BASE + 512, length);
}

static void answer_short_length(struct bench *b)
{
	const int length = 7;

	PUT(b, BASE + 512, length);
}

static void test_asked_options(void **state)
{
	struct bench *b = *state;
	const struct ucred peer = {.pid = 17, .uid = 0, .gid = 5};
	const struct linger linger = {1, 5};
	const int room = 300, value = 131072, exact = 12;

	PUT(b, BASE, value);
	PUT(b, BASE + 512, room);
	b->kernel = answer_length;
	assert_string_equal(LINE(b, __NR_getsockopt, 0, 3, SOL_SOCKET, SO_RCVBUF, BASE, BASE + 512),
			    "getsockopt(3, SOL_SOCKET, SO_RCVBUF, [131072], [300 => 4]) = 0");
	PUT(b, BASE + 512, room);
	assert_string_equal(LINE(b, __NR_getsockopt, -9, 3, SOL_SOCKET, SO_RCVBUF, BASE, BASE + 512),
			    "getsockopt(3, SOL_SOCKET, SO_RCVBUF, 0x10000, [300 => 4]) = -1 EBADF "
			    "(Bad file descriptor)");
	PUT(b, BASE, linger);
	PUT(b, BASE + 512, room);
	b->kernel = answer_short_length;
	assert_string_equal(LINE(b, __NR_getsockopt, 0, 3, SOL_SOCKET, SO_LINGER, BASE, BASE + 512),
			    "getsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, "
			    "l_linger=\"\\x05\\x00\\x00\"}, [300 => 7]) = 0");
	b->kernel = NULL;
	PUT(b, BASE, peer);
	PUT(b, BASE + 512, exact);
	assert_string_equal(LINE(b, __NR_getsockopt, 0, 3, SOL_SOCKET, SO_PEERCRED, BASE, BASE + 512),
			    "getsockopt(3, SOL_SOCKET, SO_PEERCRED, {pid=17, uid=0, gid=5}, [12]) = 0");
	assert_string_equal(LINE(b, __NR_getsockopt, -14, 3, SOL_SOCKET, SO_REUSEADDR, BASE, 0),
			    "getsockopt(3, SOL_SOCKET, SO_REUSEADDR, 0x10000, NULL) = -1 EFAULT "
			    "(Bad address)");
}

static void test_filters(void **state)
{
	struct bench *b = *state;
	const struct sock_filter code[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 4},
					   {BPF_JMP | BPF_JEQ | BPF_K, 1, 2, 0x11},
					   {BPF_RET | BPF_K, 0, 0, 0x7fff0000},
					   {BPF_RET | BPF_K, 0, 0, 0}};
	const struct sock_fprog program = {4, (struct sock_filter *)(uintptr_t)(BASE + 64)};

	put(b, BASE + 64, code, sizeof(code));
	PUT(b, BASE, program);
	assert_string_equal(
	    LINE(b, __NR_setsockopt, -22, 3, SOL_SOCKET, SO_ATTACH_FILTER, BASE, 16),
	    "setsockopt(3, SOL_SOCKET, SO_ATTACH_FILTER, {len=4, filter=0x10040}, 16) = -1 EINVAL "
	    "(Invalid argument)");
	b->options.verbose = true;
	assert_string_equal(
	    LINE(b, __NR_setsockopt, -22, 3, SOL_SOCKET, SO_ATTACH_FILTER, BASE, 16),
	    "setsockopt(3, SOL_SOCKET, SO_ATTACH_FILTER, {len=4, "
	    "filter=[BPF_STMT(BPF_LD|BPF_W|BPF_ABS, 0x4), "
	    "BPF_JUMP(BPF_JMP|BPF_K|BPF_JEQ, 0x11, 0x1, 0x2), "
	    "BPF_STMT(BPF_RET|BPF_K, 0x7fff0000), BPF_STMT(BPF_RET|BPF_K, 0)]}, 16) = -1 EINVAL "
	    "(Invalid argument)");
}

/* --- calls --- */

static void test_sockets(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_socket, 3, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 6),
			    "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3");
	assert_string_equal(LINE(b, __NR_socket, 3, AF_UNIX, SOCK_DGRAM, 0),
			    "socket(AF_UNIX, SOCK_DGRAM, 0) = 3");
	assert_string_equal(LINE(b, __NR_socket, 3, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
			    "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3");
	assert_string_equal(LINE(b, __NR_socket, 3, AF_PACKET, SOCK_RAW, htons(3)),
			    "socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) = 3");
	assert_string_equal(LINE(b, __NR_socket, -22, AF_INET6, 0x63, 3),
			    "socket(AF_INET6, SOCK_RAW|0x60 /* SOCK_??? */, 0x3 /* IPPROTO_??? */) = -1 "
			    "EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_socket, -97, 46, 1, 1),
			    "socket(0x2e /* AF_??? */, SOCK_STREAM, 1) = -1 EAFNOSUPPORT (Address family "
			    "not supported by protocol)");
	put(b, BASE, (const int[]){3, 4}, 8);
	assert_string_equal(LINE(b, __NR_socketpair, 0, AF_UNIX, SOCK_SEQPACKET, 0, BASE),
			    "socketpair(AF_UNIX, SOCK_SEQPACKET, 0, [3, 4]) = 0");
	assert_string_equal(LINE(b, __NR_socketpair, -95, AF_INET, SOCK_STREAM, 0, BASE),
			    "socketpair(AF_INET, SOCK_STREAM, 0, 0x10000) = -1 EOPNOTSUPP (Operation not "
			    "supported)");
	assert_string_equal(LINE(b, __NR_shutdown, 0, 3, SHUT_RDWR), "shutdown(3, SHUT_RDWR) = 0");
	assert_string_equal(LINE(b, __NR_shutdown, -22, 3, 9),
			    "shutdown(3, 0x9 /* SHUT_??? */) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_listen, 0, 3, 5), "listen(3, 5) = 0");
}

static const struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = 0x901f};
#define LOCAL "{sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"0.0.0.0\")}"

/* The kernel answers an address at BASE, and its length at BASE + 512. */
static void answer_address(struct bench *b)
{
	const int length = sizeof(local);

	PUT(b, BASE, local);
	PUT(b, BASE + 512, length);
}

static void test_answered_addresses(void **state)
{
	struct bench *b = *state;
	const int room = 110, less = 3;

	b->kernel = answer_address;
	PUT(b, BASE + 512, room);
	assert_string_equal(LINE(b, __NR_accept4, 4, 3, BASE, BASE + 512, SOCK_CLOEXEC),
			    "accept4(3, " LOCAL ", [110 => 16], SOCK_CLOEXEC) = 4");
	PUT(b, BASE + 512, less);
	assert_string_equal(LINE(b, __NR_getsockname, 0, 3, BASE, BASE + 512),
			    "getsockname(3, {sa_family=AF_INET, sa_data=\"\\37\"}, [3 => 16]) = 0");
	b->kernel = NULL;
	assert_string_equal(LINE(b, __NR_getpeername, -107, 3, BASE, BASE + 512),
			    "getpeername(3, 0x10000, [16]) = -1 ENOTCONN (Transport endpoint is not "
			    "connected)");
	assert_string_equal(LINE(b, __NR_accept, -9, -1, 0, 0),
			    "accept(-1, NULL, NULL) = -1 EBADF (Bad file descriptor)");
	PUT_STRING(b, BASE + 1024, "dgram\n\1");
	assert_string_equal(LINE(b, __NR_sendto, 7, 3, BASE + 1024, 7, MSG_NOSIGNAL, BASE, 16),
			    "sendto(3, \"dgram\\n\\1\", 7, MSG_NOSIGNAL, " LOCAL ", 16) = 7");
	assert_string_equal(LINE(b, __NR_recvfrom, 5, 3, BASE + 1024, 200, 0, BASE, BASE + 512),
			    "recvfrom(3, \"dgram\", 200, 0, " LOCAL ", [16]) = 5");
	assert_string_equal(LINE(b, __NR_recvfrom, -11, 3, BASE + 1024, 200, MSG_DONTWAIT, 0, 0),
			    "recvfrom(3, 0x10400, 200, MSG_DONTWAIT, NULL, NULL) = -1 EAGAIN (Resource "
			    "temporarily unavailable)");
}

/* --- messages --- */

enum { IOV = BASE + 1024, DATA = BASE + 2048, CONTROL = BASE + 4096 };

static struct msghdr message(struct bench *b)
{
	const struct iovec iov[2] = {{(void *)(uintptr_t)DATA, 2}, {(void *)(uintptr_t)DATA, 30}};

	put(b, IOV, iov, sizeof(iov));
	PUT_STRING(b, DATA, "abcdefghijklmnopqrstuvwxyz0123456789");
	PUT(b, BASE + 512, local);
	return (struct msghdr){.msg_name = (void *)(uintptr_t)(BASE + 512),
			       .msg_namelen = 40,
			       .msg_iov = (void *)(uintptr_t)IOV,
			       .msg_iovlen = 2};
}

static void answer_message(struct bench *b)
{
	struct msghdr *header = (struct msghdr *)b->bytes;

	header->msg_namelen = sizeof(local);
	header->msg_flags = MSG_TRUNC;
}

static void test_messages(void **state)
{
	struct bench *b = *state;
	struct msghdr header = message(b);

	header.msg_namelen = 16;
	PUT(b, BASE, header);
	assert_string_equal(LINE(b, __NR_sendmsg, 32, 3, BASE, MSG_DONTWAIT),
			    "sendmsg(3, {msg_name=" LOCAL ", msg_namelen=16, "
			    "msg_iov=[{iov_base=\"ab\", iov_len=2}, "
			    "{iov_base=\"abcdefghijklmnopqrstuvwxyz0123\", iov_len=30}], "
			    "msg_iovlen=2, msg_controllen=0, msg_flags=0}, MSG_DONTWAIT) = 32");
	header.msg_namelen = 40;
	PUT(b, BASE, header);
	b->kernel = answer_message;
	assert_string_equal(LINE(b, __NR_recvmsg, 5, 3, BASE, 0),
			    "recvmsg(3, {msg_name=" LOCAL ", msg_namelen=40 => 16, "
			    "msg_iov=[{iov_base=\"ab\", iov_len=2}, {iov_base=\"abc\", iov_len=30}], "
			    "msg_iovlen=2, msg_controllen=0, msg_flags=MSG_TRUNC}, 0) = 5");
	b->kernel = NULL;
	PUT(b, BASE, header);
	assert_string_equal(LINE(b, __NR_recvmsg, -11, 3, BASE, MSG_DONTWAIT),
			    "recvmsg(3, {msg_namelen=40}, MSG_DONTWAIT) = -1 EAGAIN (Resource "
			    "temporarily unavailable)");
	assert_string_equal(LINE(b, __NR_recvmsg, -9, -1, 1, 0),
			    "recvmsg(-1, 0x1, 0) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(LINE(b, __NR_sendmsg, -9, -1, END - 20, 0),
			    "sendmsg(-1, 0x1ffec, 0) = -1 EBADF (Bad file descriptor)");
}

static void answer_messages(struct bench *b)
{
	struct mmsghdr *headers = (struct mmsghdr *)b->bytes;

	headers[0].msg_hdr.msg_namelen = sizeof(local);
	headers[0].msg_len = 3;
}

static void test_many_messages(void **state)
{
	struct bench *b = *state;
	struct mmsghdr headers[2] = {{.msg_hdr = message(b)}, {.msg_hdr = message(b)}};
	const struct timespec timeout = {1, 500};

	put(b, BASE, headers, sizeof(headers));
	PUT(b, BASE + 800, timeout);
	b->kernel = answer_messages;
	assert_string_equal(LINE(b, __NR_recvmmsg, 1, 3, BASE, 2, MSG_WAITFORONE, BASE + 800),
			    "recvmmsg(3, [{msg_hdr={msg_name=" LOCAL ", msg_namelen=40 => 16, "
			    "msg_iov=[{iov_base=\"ab\", iov_len=2}, {iov_base=\"a\", iov_len=30}], "
			    "msg_iovlen=2, msg_controllen=0, msg_flags=0}, msg_len=3}], 2, "
			    "MSG_WAITFORONE, {tv_sec=1, tv_nsec=500}) = 1 (left {tv_sec=1, "
			    "tv_nsec=500})");
	b->kernel = NULL;
	assert_string_equal(LINE(b, __NR_recvmmsg, -11, 3, BASE, 2, MSG_DONTWAIT, 0),
			    "recvmmsg(3, 0x10000, 2, MSG_DONTWAIT, NULL) = -1 EAGAIN (Resource "
			    "temporarily unavailable)");
	memset(headers, 0, sizeof(headers));
	put(b, BASE, headers, sizeof(headers));
	assert_string_equal(LINE(b, __NR_sendmmsg, 1, 3, BASE, 2, 0),
			    "sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=NULL, "
			    "msg_iovlen=0, msg_controllen=0, msg_flags=0}, msg_len=0}], 2, 0) = 1");
	assert_string_equal(LINE(b, __NR_sendmmsg, -9, -1, BASE, 0, 0),
			    "sendmmsg(-1, [], 0, 0) = -1 EBADF (Bad file descriptor)");
}

static const char *control_line(struct bench *b, size_t size)
{
	const struct msghdr header = {.msg_control = (void *)(uintptr_t)CONTROL,
				      .msg_controllen = size};
	const char *text;

	PUT(b, BASE, header);
	text = strstr(LINE(b, __NR_sendmsg, 0, 3, BASE, 0), "msg_control=");
	assert_non_null(text);
	return text;
}

#define CONTROL_ENDS(size) ", msg_controllen=" #size ", msg_flags=0}, 0) = 0"

static void test_control(void **state)
{
	struct bench *b = *state;
	struct cmsghdr header = {CMSG_LEN(8), SOL_SOCKET, SCM_RIGHTS};
	const struct ucred peer = {5, 6, 7};
	const struct timeval time = {1, 2};

	PUT(b, CONTROL, header);
	put(b, CONTROL + 16, (const int[]){4, 5}, 8);
	assert_string_equal(control_line(b, 24),
			    "msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, "
			    "cmsg_data=[4, 5]}]" CONTROL_ENDS(24));
	/* less than a header is left, more than the buffer is said */
	assert_string_equal(control_line(b, 34),
			    "msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, "
			    "cmsg_data=[4, 5]}, ... /* 0x11018 */]" CONTROL_ENDS(34));
	assert_string_equal(control_line(b, 7), "msg_control=0x11000" CONTROL_ENDS(7));
	header.cmsg_len = 1000;
	PUT(b, CONTROL, header);
	assert_string_equal(control_line(b, 20),
			    "msg_control=[{cmsg_len=1000, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, "
			    "cmsg_data=[4]}]" CONTROL_ENDS(20));
	header = (struct cmsghdr){CMSG_LEN(sizeof(peer)), SOL_SOCKET, SCM_CREDENTIALS};
	PUT(b, CONTROL, header);
	PUT(b, CONTROL + 16, peer);
	assert_string_equal(control_line(b, 32),
			    "msg_control=[{cmsg_len=28, cmsg_level=SOL_SOCKET, "
			    "cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=5, uid=6, gid=7}}]"
			    CONTROL_ENDS(32));
	header = (struct cmsghdr){CMSG_LEN(sizeof(time)), SOL_SOCKET, SO_TIMESTAMP_OLD};
	PUT(b, CONTROL, header);
	PUT(b, CONTROL + 16, time);
	assert_string_equal(control_line(b, 32),
			    "msg_control=[{cmsg_len=32, cmsg_level=SOL_SOCKET, "
			    "cmsg_type=SO_TIMESTAMP_OLD, cmsg_data={tv_sec=1, tv_usec=2}}]"
			    CONTROL_ENDS(32));
	assert_string_equal(control_line(b, 24),
			    "msg_control=[{cmsg_len=32, cmsg_level=SOL_SOCKET, "
			    "cmsg_type=SO_TIMESTAMP_OLD, cmsg_data=???}]" CONTROL_ENDS(24));
	header = (struct cmsghdr){17, SOL_IP, IP_TOS};
	PUT(b, CONTROL, header);
	assert_string_equal(control_line(b, 17),
			    "msg_control=[{cmsg_len=17, cmsg_level=SOL_IP, cmsg_type=IP_TOS, "
			    "cmsg_data=[0x1]}]" CONTROL_ENDS(17));
	header = (struct cmsghdr){25, 300, 0x31};
	PUT(b, CONTROL, header);
	assert_string_equal(control_line(b, 25),
			    "msg_control=[{cmsg_len=25, cmsg_level=0x12c /* SOL_??? */, "
			    "cmsg_type=0x31}]" CONTROL_ENDS(25));
}

/* --- netlink --- */

static int routing(void *context, int fd)
{
	(void)context;
	return fd == 3 ? NETLINK_ROUTE : fd == 4 ? LUPE_UNKNOWN_NETLINK : LUPE_NOT_NETLINK;
}

static const struct lupe_descriptors descriptors = {.netlink_protocol = routing};

struct address_message {
	struct nlmsghdr header;
	struct ifaddrmsg address;
	struct nlattr local_header;
	unsigned char local[4];
	struct nlattr label_header;
	char label[4];
};

static const struct address_message new_address = {
    .header = {.nlmsg_len = sizeof(struct address_message),
	       .nlmsg_type = RTM_NEWADDR,
	       .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE,
	       .nlmsg_seq = 7},
    .address = {.ifa_family = AF_INET, .ifa_prefixlen = 8, .ifa_scope = RT_SCOPE_HOST},
    .local_header = {8, IFA_LOCAL},
    .local = {127, 0, 0, 1},
    .label_header = {7, IFA_LABEL},
    .label = "lo"};

#define HEADER(length, type, flags)                                                                \
	"{nlmsg_len=" #length ", nlmsg_type=" type ", nlmsg_flags=" flags ", nlmsg_seq=7, "        \
	"nlmsg_pid=0}"
#define NEW_ADDRESS                                                                                \
	"[" HEADER(40, "RTM_NEWADDR", "NLM_F_REQUEST|NLM_F_CREATE") ", {ifa_family=AF_INET, "      \
	"ifa_prefixlen=8, ifa_flags=0, ifa_scope=RT_SCOPE_HOST, ifa_index=0}, "                    \
	"[[{nla_len=8, nla_type=IFA_LOCAL}, inet_addr(\"127.0.0.1\")], "                           \
	"[{nla_len=7, nla_type=IFA_LABEL}, \"lo\"]]]"

static void test_netlink(void **state)
{
	struct bench *b = *state;
	struct nlmsghdr header = {20, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 7, 0};

	b->decode.descriptors = &descriptors;
	PUT(b, BASE, new_address);
	assert_string_equal(LINE(b, __NR_sendto, 40, 3, BASE, 40, 0, 0, 0),
			    "sendto(3, " NEW_ADDRESS ", 40, 0, NULL, 0) = 40");
	assert_string_equal(LINE(b, __NR_sendto, 5, 3, BASE, 5, 0, 0, 0),
			    "sendto(3, \"\\x28\\x00\\x00\\x00\\x14\", 5, 0, NULL, 0) = 5");
	assert_string_equal(LINE(b, __NR_sendto, 5, 5, BASE, 5, 0, 0, 0),
			    "sendto(5, \"(\\0\\0\\0\\24\", 5, 0, NULL, 0) = 5");
	PUT(b, BASE, header);
	memset(b->bytes + 16, 0, 4);
	assert_string_equal(LINE(b, __NR_recvfrom, 20, 3, BASE, 4096, 0, 0, 0),
			    "recvfrom(3, [" HEADER(20, "RTM_GETLINK", "NLM_F_REQUEST|NLM_F_DUMP")
			    ", {ifi_family=AF_UNSPEC, ...}], 4096, 0, NULL, NULL) = 20");
	PUT(b, BASE + 20, header);
	b->bytes[16] = 0x14;
	assert_string_equal(
	    LINE(b, __NR_sendto, 36, 3, BASE, 36, 0, 0, 0),
	    "sendto(3, [[" HEADER(20, "RTM_GETLINK", "NLM_F_REQUEST|NLM_F_DUMP")
	    ", {ifi_family=AF_ATMSVC, ...}], " HEADER(20, "RTM_GETLINK",
							   "NLM_F_REQUEST|NLM_F_DUMP")
	    "], 36, 0, NULL, 0) = 36");
	header.nlmsg_type = 0x270f;
	header.nlmsg_flags = NLM_F_REQUEST;
	PUT(b, BASE, header);
	memset(b->bytes + 16, 0, 4);
	assert_string_equal(LINE(b, __NR_sendto, 20, 3, BASE, 20, 0, 0, 0),
			    "sendto(3, [" HEADER(20, "0x270f /* RTM_??? */", "NLM_F_REQUEST")
			    ", {family=AF_UNSPEC, data=\"\\x00\\x00\\x00\"}], 20, 0, NULL, 0) = 20");
	assert_string_equal(LINE(b, __NR_sendto, 20, 4, BASE, 20, 0, 0, 0),
			    "sendto(4, [" HEADER(20, "0x270f /* NLMSG_??? */", "NLM_F_REQUEST")
			    ", \"\\x00\\x00\\x00\\x00\"], 20, 0, NULL, 0) = 20");
}

static void test_netlink_errors(void **state)
{
	struct bench *b = *state;
	struct {
		struct nlmsghdr header;
		int error;
		struct nlmsghdr failed;
	} message = {{36, NLMSG_ERROR, NLM_F_CAPPED, 7, 0},
		     0,
		     {16, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, 7, 0}};

	b->decode.descriptors = &descriptors;
	PUT(b, BASE, message);
	assert_string_equal(LINE(b, __NR_recvfrom, 36, 3, BASE, 4096, 0, 0, 0),
			    "recvfrom(3, [" HEADER(36, "NLMSG_ERROR", "NLM_F_CAPPED") ", {error=0, msg="
			    HEADER(16, "NLMSG_NOOP", "NLM_F_REQUEST|NLM_F_ACK")
			    "}], 4096, 0, NULL, NULL) = 36");
	message.error = -22;
	message.header.nlmsg_flags = 0;
	PUT(b, BASE, message);
	assert_non_null(strstr(LINE(b, __NR_recvfrom, 36, 3, BASE, 4096, 0, 0, 0),
			       ", {error=-EINVAL, msg={nlmsg_len=16, "));
	message.header = (struct nlmsghdr){20, NLMSG_DONE, NLM_F_MULTI, 7, 0};
	message.error = 0;
	PUT(b, BASE, message);
	assert_string_equal(LINE(b, __NR_recvfrom, 20, 3, BASE, 4096, 0, 0, 0),
			    "recvfrom(3, [" HEADER(20, "NLMSG_DONE", "NLM_F_MULTI")
			    ", 0], 4096, 0, NULL, NULL) = 20");
}

/* By the address that a message is for. */
static void test_netlink_messages(void **state)
{
	struct bench *b = *state;
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	const struct iovec iov = {(void *)(uintptr_t)DATA, sizeof(new_address)};
	const struct msghdr header = {.msg_name = (void *)(uintptr_t)(BASE + 512),
				      .msg_namelen = 12,
				      .msg_iov = (void *)(uintptr_t)IOV,
				      .msg_iovlen = 1};

	b->decode.descriptors = &descriptors;
	PUT(b, BASE, header);
	PUT(b, BASE + 512, kernel);
	PUT(b, IOV, iov);
	PUT(b, DATA, new_address);
	assert_string_equal(LINE(b, __NR_sendmsg, 40, 3, BASE, 0),
			    "sendmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, "
			    "nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=" NEW_ADDRESS
			    ", iov_len=40}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 40");
}

/* Lengths and nesting that lead nowhere, or into each other: nothing may be read outside. */
static void test_hostile_netlink(void **state)
{
	struct bench *b = *state;
	uint32_t seed = 1;
	unsigned round, i;

	b->decode.descriptors = &descriptors;
	for (round = 0; round < 2000; round++) {
		for (i = 0; i < 512; i++) {
			seed = seed * 1664525 + 1013904223;
			/* small numbers, so that lengths and types are often good ones */
			b->bytes[SIZE - 512 + i] =
			    i % 4 == 1 || i % 4 == 3 ? (seed >> 30) : (seed >> 24) % 90;
		}
		assert_non_null(LINE(b, __NR_sendto, 512, 3, END - 512, 512, 0, 0, 0));
	}
	/* errors within errors */
	for (i = 0; i < 0x8000; i += 20) {
		const struct nlmsghdr header = {0x8000 - i, NLMSG_ERROR, 0, 0, 0};

		PUT(b, BASE + i, header);
		memset(b->bytes + i + 16, 0, 4);
	}
	assert_non_null(LINE(b, __NR_sendto, 0x8000, 3, BASE, 0x8000, 0, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_addresses),	  TEST(test_unix_addresses), TEST(test_options),
	    TEST(test_asked_options),	  TEST(test_filters),	     TEST(test_sockets),
	    TEST(test_answered_addresses), TEST(test_messages),	     TEST(test_many_messages),
	    TEST(test_control),		  TEST(test_netlink),	     TEST(test_netlink_errors),
	    TEST(test_netlink_messages),  TEST(test_hostile_netlink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
