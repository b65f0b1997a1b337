/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages: msghdr and mmsghdr of the sending and of the receiving calls, and their control
 * messages.
 *
 * A receiver's struct is filled by the kernel. Before the exit, and after a failure, only its
 * lengths mean something; after a success the name is no longer than there was room for, and the
 * buffers hold as much as was received. What the struct was at the entry is found in the entry's
 * values, by its address.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <linux/errqueue.h>
#include "base/arena.h"
#include "syscall/notation.h"
#include "syscall/table/message.h"
#include "syscall/table/netlink.h"
#include "syscall/table/network.h"
#include "syscall/types.h"
#include "type/decode.h"

enum {
	CONTROL_MAX = 1 << 16, /* bytes of control messages that are read */
	HEADER = sizeof(struct cmsghdr),
};

/* clang-format off */

/* --- what a control message carries --- */

static ENUM(scm_types, 4, "SCM_???",
	E(SCM_RIGHTS), E(SCM_CREDENTIALS), E_AS("SCM_SECURITY", 3),
	E_AS("SO_TIMESTAMP_OLD", SO_TIMESTAMP_OLD), E_AS("SO_TIMESTAMPNS_OLD", SO_TIMESTAMPNS_OLD),
	E_AS("SO_TIMESTAMPING_OLD", SO_TIMESTAMPING_OLD),
	E_AS("SO_TIMESTAMP_NEW", SO_TIMESTAMP_NEW), E_AS("SO_TIMESTAMPNS_NEW", SO_TIMESTAMPNS_NEW),
	E_AS("SO_TIMESTAMPING_NEW", SO_TIMESTAMPING_NEW))
static ENUM(ip_types, 4, "IP_???",
	E(IP_TOS), E(IP_TTL), E_AS("SCM_SECURITY", 3), E(IP_RECVOPTS), E(IP_RETOPTS), E(IP_PKTINFO),
	E(IP_RECVERR), E(IP_ORIGDSTADDR), E(IP_CHECKSUM))
CHOICE(control_types, 1, 0,
	CASE(SOL_SOCKET, .type = &scm_types), CASE(SOL_IP, .type = &ip_types))

static STRUCT(credentials, struct ucred,
	FIELD(struct ucred, pid, &lupe_type_pid),
	FIELD(struct ucred, uid, &lupe_type_uid),
	FIELD(struct ucred, gid, &lupe_type_gid))
static STRUCT(in_pktinfo, struct in_pktinfo,
	FIELD(struct in_pktinfo, ipi_ifindex, &lupe_type_ifindex),
	FIELD(struct in_pktinfo, ipi_spec_dst, &lupe_type_ipv4),
	FIELD(struct in_pktinfo, ipi_addr, &lupe_type_ipv4))

/* The offender's address follows the struct. */
struct error_report {
	struct sock_extended_err error;
	struct sockaddr_in offender;
};
static STRUCT(error_report, struct error_report,
	FIELD_AS("ee_errno", struct error_report, error.ee_errno, &lupe_type_uint),
	FIELD_AS("ee_origin", struct error_report, error.ee_origin, &lupe_type_u8),
	FIELD_AS("ee_type", struct error_report, error.ee_type, &lupe_type_u8),
	FIELD_AS("ee_code", struct error_report, error.ee_code, &lupe_type_u8),
	FIELD_AS("ee_info", struct error_report, error.ee_info, &lupe_type_uint),
	FIELD_AS("ee_data", struct error_report, error.ee_data, &lupe_type_uint),
	FIELD(struct error_report, offender, &lupe_type_sockaddr,
	      .count = FIXED_COUNT(sizeof(struct sockaddr_in))))

    /* clang-format on */

    static void print_nothing_known(struct lupe_printer *printer, const struct lupe_value *value)
{
	(void)value;
	lupe_buffer_string(printer->out, "???");
}

/* In place of data that are too short for their type, where that is said. */
static const struct lupe_type nothing_known = {
    .name = "char []",
    .kind = LUPE_KIND_BYTES,
    .role = LUPE_ROLE_PATH,
    .ops = &(const struct lupe_type_ops){.print = print_nothing_known}};

static const struct lupe_type timestamps = {
    .kind = LUPE_KIND_ARRAY, .target = &lupe_type_timespec, .count = 3};

enum shape {
	SHAPE_ONE,      /* left out when there is less than one */
	SHAPE_STRICT,   /* "???" when there is less than one */
	SHAPE_ELEMENTS, /* as many as there are */
	SHAPE_BYTES,    /* as a string */
	SHAPE_ADDRESS,  /* a sockaddr of their length */
};

struct control {
	int level, type;
	enum shape shape;
	const struct lupe_type *data;
};

static const struct control controls[] = {
    {SOL_SOCKET, SCM_RIGHTS, SHAPE_ELEMENTS, &lupe_type_fd},
    {SOL_SOCKET, SCM_CREDENTIALS, SHAPE_ONE, &credentials},
    {SOL_SOCKET, 3, SHAPE_BYTES, &lupe_type_bytes},
    {SOL_SOCKET, SO_TIMESTAMP_OLD, SHAPE_STRICT, &lupe_type_timeval},
    {SOL_SOCKET, SO_TIMESTAMPNS_OLD, SHAPE_STRICT, &lupe_type_timespec},
    {SOL_SOCKET, SO_TIMESTAMPING_OLD, SHAPE_STRICT, &timestamps},
    {SOL_SOCKET, SO_TIMESTAMP_NEW, SHAPE_STRICT, &lupe_type_timeval},
    {SOL_SOCKET, SO_TIMESTAMPNS_NEW, SHAPE_STRICT, &lupe_type_timespec},
    {SOL_SOCKET, SO_TIMESTAMPING_NEW, SHAPE_STRICT, &timestamps},
    {SOL_IP, IP_TOS, SHAPE_ELEMENTS, &lupe_type_padded8},
    {SOL_IP, IP_TTL, SHAPE_ELEMENTS, &lupe_type_uint},
    {SOL_IP, 3, SHAPE_BYTES, &lupe_type_bytes},
    {SOL_IP, IP_RECVOPTS, SHAPE_ELEMENTS, &lupe_type_padded8},
    {SOL_IP, IP_RETOPTS, SHAPE_ELEMENTS, &lupe_type_padded8},
    {SOL_IP, IP_PKTINFO, SHAPE_ONE, &in_pktinfo},
    {SOL_IP, IP_RECVERR, SHAPE_ONE, &error_report},
    {SOL_IP, IP_ORIGDSTADDR, SHAPE_ADDRESS, &lupe_type_sockaddr},
    {SOL_IP, IP_CHECKSUM, SHAPE_ELEMENTS, &lupe_type_uint},
};

static const struct control *control_of(int level, int type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(controls); i++)
		if (controls[i].level == level && controls[i].type == type)
			return &controls[i];
	return NULL;
}

/* The member for `size` bytes of data; false when nothing is shown of them. */
static bool data_member(struct lupe_decode *decode, const struct control *control, size_t size,
			struct lupe_member *ret)
{
	size_t one = control->data ? lupe_type_size(control->data) : 0;
	struct lupe_type *array;

	*ret = (struct lupe_member){.name = "cmsg_data", .type = control->data, .offset = HEADER};
	switch (control->shape) {
	case SHAPE_ONE:
		return size >= one;
	case SHAPE_STRICT:
		if (size < one)
			ret->type = &nothing_known;
		return true;
	case SHAPE_ADDRESS:
		ret->count = (struct lupe_count){LUPE_COUNT_FIXED, LUPE_NO_MEMBER, size};
		return size >= sizeof(struct sockaddr_in);
	case SHAPE_BYTES:
		ret->count = (struct lupe_count){LUPE_COUNT_FIXED, LUPE_NO_MEMBER, size};
		return true;
	case SHAPE_ELEMENTS:
		break;
	}
	array = lupe_arena_alloc(decode->arena, sizeof(*array));
	if (!array || size < one)
		return false;
	array->kind = LUPE_KIND_ARRAY;
	array->target = control->data;
	array->count = size / one;
	ret->type = array;
	return true;
}

/* clang-format off */
static STRUCT(control_header, struct cmsghdr,
	FIELD(struct cmsghdr, cmsg_len, &lupe_type_ulong),
	FIELD(struct cmsghdr, cmsg_level, &lupe_type_control_level),
	FIELD(struct cmsghdr, cmsg_type, &lupe_type_u32_hex, .choice = &control_types))
    /* clang-format on */

    /* One control message in `size` bytes, its header among them. */
    static void decode_control(struct lupe_decode *decode, struct lupe_value *value,
			       const unsigned char *bytes, size_t size)
{
	size_t n = control_header.n_members;
	struct lupe_type *type = lupe_arena_copy(decode->arena, &control_header, sizeof(*type));
	struct lupe_member *members = lupe_arena_alloc(decode->arena, (n + 1) * sizeof(*members));
	const struct control *control;
	struct cmsghdr header;

	value->type = &control_header;
	if (!type || !members) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	memcpy(&header, bytes, sizeof(header));
	memcpy(members, control_header.members, n * sizeof(*members));
	control = control_of(header.cmsg_level, header.cmsg_type);
	if (control && size > HEADER && data_member(decode, control, size - HEADER, &members[n]))
		n++;
	type->members = members;
	type->n_members = n;
	value->type = type;
	value->bytes = bytes;
	value->n_bytes = size;
	lupe_decode_members(decode, value, members, n,
			    (struct lupe_source){value->address, bytes, size}, false);
}

/* Bytes that a message of length `said` takes where `rest` are left, and how far the next one is.
 */
static size_t control_size(size_t said, size_t rest, size_t *ret_step)
{
	size_t size = MIN(MAX(said, (size_t)HEADER), rest);

	*ret_step = MIN(CMSG_ALIGN(size), rest);
	return size;
}

static size_t count_controls(const unsigned char *bytes, size_t size, size_t *ret_used)
{
	struct cmsghdr header;
	size_t n = 0, used = 0, step;

	while (size - used >= HEADER) {
		memcpy(&header, bytes + used, sizeof(header));
		control_size(header.cmsg_len, size - used, &step);
		used += step;
		n++;
	}
	*ret_used = used;
	return n;
}

/* The list. What is left over at its end, too little for a header, is told by its address: `u`. */
static void decode_controls(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	size_t size = MIN(limit, (size_t)CONTROL_MAX), used, at = 0, i, step, n;
	unsigned char *bytes;
	struct cmsghdr header;

	bytes = size >= HEADER ? lupe_arena_alloc(decode->arena, size) : NULL;
	if (!bytes || lupe_memory_read_some(decode->memory, value->address, bytes, size) != size) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	n = count_controls(bytes, size, &used);
	value->children = lupe_arena_alloc(decode->arena, n * sizeof(*value->children));
	if (!value->children)
		return;
	for (i = 0; i < n; i++) {
		value->children[i].address = value->address + at;
		memcpy(&header, bytes + at, sizeof(header));
		decode_control(decode, &value->children[i], bytes + at,
			       control_size(header.cmsg_len, size - at, &step));
		at += step;
	}
	value->n_children = n;
	value->total = n;
	value->u = used < limit ? value->address + used : 0;
}

static void print_controls(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		lupe_strace_value(printer, &value->children[i]);
	}
	if (value->u) {
		lupe_buffer_string(printer->out, ", ... /* ");
		lupe_buffer_hex(printer->out, value->u);
		lupe_buffer_string(printer->out, " */");
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type control_list = {
    .name = "struct cmsghdr []",
    .kind = LUPE_KIND_ARRAY,
    .target = &control_header,
    .ops = &(const struct lupe_type_ops){.decode = decode_controls, .print = print_controls}};

/* --- messages --- */

/* A msghdr, and what it does not say itself: behind its bytes, for members that are not printed. */
struct message {
	struct msghdr header;
	uint32_t name_before; /* msg_namelen at the entry */
	uint32_t name_shown;  /* bytes of the name that are there */
};

enum {
	MSG_NAME,
	MSG_NAMELEN,
	MSG_IOV,
	MSG_IOVLEN,
	MSG_CONTROL,
	MSG_CONTROLLEN,
	MSG_FLAGS,
	MSG_NAME_BEFORE,
	MSG_NAME_SHOWN
};

static bool has_control(const struct lupe_value *parent)
{
	return parent->children[MSG_CONTROLLEN].u;
}

static void print_name_length(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *before = lupe_value_member(printer->parent, "name_before");

	if (before && before->u != (uint32_t)value->u) {
		lupe_buffer_decimal(printer->out, (int32_t)before->u);
		lupe_buffer_string(printer->out, " => ");
	}
	lupe_buffer_decimal(printer->out, value->i);
}

static const struct lupe_type name_length = {
    .name = "int",
    .kind = LUPE_KIND_INT,
    .size = 4,
    .ops = &(const struct lupe_type_ops){.print = print_name_length}};

/* Filled by the call: as much of the buffers as one message has. */
static void decode_received(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (limit > (size_t)INT32_MAX)
		value->flags |= LUPE_VALUE_OPAQUE;
	else
		lupe_iovecs_decode(decode, value, limit, decode->result < 0 ? 0 : decode->result);
}

static const struct lupe_type received = {
    .name = "struct iovec []",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_received}};

/* clang-format off */
#define MESSAGE_FIELDS(iov_type) \
	FIELD_AS("msg_name", struct message, header.msg_name, PTR(&lupe_type_sockaddr), \
		 .count = BY_MEMBER(MSG_NAME_SHOWN)), \
	FIELD_AS("msg_namelen", struct message, header.msg_namelen, &name_length), \
	FIELD_AS("msg_iov", struct message, header.msg_iov, PTR(iov_type), \
		 .count = BY_MEMBER(MSG_IOVLEN)), \
	FIELD_AS("msg_iovlen", struct message, header.msg_iovlen, &lupe_type_ulong), \
	FIELD_AS("msg_control", struct message, header.msg_control, PTR(&control_list), \
		 .count = BY_MEMBER(MSG_CONTROLLEN), .present = has_control), \
	FIELD_AS("msg_controllen", struct message, header.msg_controllen, &lupe_type_ulong), \
	FIELD_AS("msg_flags", struct message, header.msg_flags, &lupe_type_message_flags), \
	FIELD(struct message, name_before, &lupe_type_uint, .flags = LUPE_MEMBER_HIDDEN), \
	FIELD(struct message, name_shown, &lupe_type_uint, .flags = LUPE_MEMBER_HIDDEN)

static STRUCT(sent_message, struct message, MESSAGE_FIELDS(&lupe_type_iovec))
static STRUCT(received_message, struct message, MESSAGE_FIELDS(&received))
static STRUCT(failed_message, struct message,
	FIELD_AS("msg_namelen", struct message, header.msg_namelen, &name_length))
    /* clang-format on */

    /* The message at `address` in the entry's values: behind a pointer, or an element behind one.
     */
    static const
    struct lupe_value *message_before(const struct lupe_decode *decode, lupe_addr address)
{
	const struct lupe_value *target;
	uint32_t i, k;

	for (i = 0; decode->entry && i < decode->entry->n_children; i++) {
		if (decode->entry->children[i].n_children != 1)
			continue;
		target = decode->entry->children[i].children;
		if (target->address == address && target->type == &failed_message)
			return target;
		for (k = 0; k < target->n_children; k++)
			if (target->children[k].address == address &&
			    target->children[k].n_children)
				return target->children[k].children;
	}
	return NULL;
}

static uint32_t name_length_before(const struct lupe_decode *decode, lupe_addr address,
				   uint32_t now)
{
	const struct lupe_value *before = message_before(decode, address);
	const struct lupe_value *length = before ? lupe_value_member(before, "msg_namelen") : NULL;

	return length ? (uint32_t)length->u : now;
}

/* A message to or from a netlink address holds netlink messages. */
static void decode_netlink(struct lupe_decode *decode, struct lupe_value *value)
{
	const struct lupe_value *name = &value->children[MSG_NAME];
	const struct lupe_value *list = &value->children[MSG_IOV];
	sa_family_t family;
	uint32_t i;

	if (name->n_children != 1 || name->children->n_bytes < sizeof(family) ||
	    list->n_children != 1)
		return;
	memcpy(&family, name->children->bytes, sizeof(family));
	if (family != AF_NETLINK)
		return;
	for (i = 0; i < list->children->n_children; i++) {
		const struct lupe_value *base = lupe_value_element(&list->children->children[i], 0);
		struct lupe_value *data = base && base->n_children == 1 ? base->children : NULL;
		size_t size = data ? data->total : 0;

		if (!data || (data->flags & LUPE_VALUE_UNREADABLE))
			continue;
		*data = (struct lupe_value){.address = data->address};
		lupe_netlink_decode(decode, data, size);
	}
}

static void decode_message(struct lupe_decode *decode, struct lupe_value *value,
			   const struct lupe_type *type)
{
	struct message message = {0};

	value->type = type;
	if (lupe_memory_read_some(decode->memory, value->address, &message.header,
				  sizeof(message.header)) != sizeof(message.header)) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	message.name_before =
	    name_length_before(decode, value->address, message.header.msg_namelen);
	message.name_shown = MIN(message.name_before, message.header.msg_namelen);
	value->bytes = lupe_arena_copy(decode->arena, &message, sizeof(message));
	if (!value->bytes)
		return;
	value->n_bytes = sizeof(message);
	lupe_decode_members(decode, value, type->members, type->n_members,
			    (struct lupe_source){value->address, value->bytes, sizeof(message)},
			    false);
	if (type != &failed_message && value->n_children > MSG_IOV)
		decode_netlink(decode, value);
}

static void decode_sent(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	(void)limit;
	decode_message(decode, value, &sent_message);
}

static void decode_receiving(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	(void)limit;
	decode_message(decode, value,
		       decode->has_result && !decode->failed ? &received_message : &failed_message);
}

const struct lupe_type lupe_type_msghdr_sent = {
    .name = "struct msghdr",
    .kind = LUPE_KIND_STRUCT,
    .size = sizeof(struct msghdr),
    .ops = &(const struct lupe_type_ops){.decode = decode_sent}};
const struct lupe_type lupe_type_msghdr_received = {
    .name = "struct msghdr",
    .kind = LUPE_KIND_STRUCT,
    .size = sizeof(struct msghdr),
    .ops = &(const struct lupe_type_ops){.decode = decode_receiving}};

/* --- several messages --- */

/* A received one has msg_len bytes, whatever the call's result is. */
static void decode_receiving_many(struct lupe_decode *decode, struct lupe_value *value,
				  size_t limit)
{
	struct lupe_decode one = *decode;
	struct mmsghdr header;

	if (lupe_memory_read_some(decode->memory, value->address, &header, sizeof(header)) ==
	    sizeof(header))
		one.result = header.msg_len;
	decode_receiving(&one, value, limit);
	decode->n_values = one.n_values;
	decode->n_bytes = one.n_bytes;
}

static const struct lupe_type received_in_array = {
    .name = "struct msghdr",
    .kind = LUPE_KIND_STRUCT,
    .size = sizeof(struct msghdr),
    .ops = &(const struct lupe_type_ops){.decode = decode_receiving_many}};

/* clang-format off */
static STRUCT(sent_one, struct mmsghdr,
	FIELD(struct mmsghdr, msg_hdr, &lupe_type_msghdr_sent),
	FIELD(struct mmsghdr, msg_len, &lupe_type_uint))
static STRUCT(unsent_one, struct mmsghdr, FIELD(struct mmsghdr, msg_hdr, &lupe_type_msghdr_sent))
static STRUCT(received_one, struct mmsghdr,
	FIELD(struct mmsghdr, msg_hdr, &received_in_array),
	FIELD(struct mmsghdr, msg_len, &lupe_type_uint))
    /* clang-format on */

    /* An array of `count` messages of a type. */
    static void decode_messages(struct lupe_decode *decode, struct lupe_value *value,
				const struct lupe_type *one, size_t count)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));

	if (!array || count > INT32_MAX) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	array->kind = LUPE_KIND_ARRAY;
	array->target = one;
	array->count = count;
	lupe_value_fill(decode, value, array, value->address, count);
}

/* The length of a message means something when it was sent. */
static void decode_sent_many(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (!decode->has_result || decode->failed || !decode->result)
		decode_messages(decode, value, &unsent_one, limit);
	else
		decode_messages(decode, value, &sent_one, MIN(limit, (size_t)decode->result));
}

static void decode_received_many(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (decode->has_result && decode->failed)
		value->flags |= LUPE_VALUE_OPAQUE;
	else
		decode_messages(decode, value, &received_one,
				decode->has_result ? MIN(limit, (size_t)decode->result) : limit);
}

const struct lupe_type lupe_type_mmsghdrs_sent = {
    .name = "struct mmsghdr []",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_sent_many}};
const struct lupe_type lupe_type_mmsghdrs_received = {
    .name = "struct mmsghdr []",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_received_many}};
