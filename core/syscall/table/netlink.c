/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Netlink messages as values. A buffer is a list of messages; a message is a sequence of its
 * header, what its type's payload begins with, and a list of attributes; an attribute is a sequence
 * of its header and its value. A list of one is written as that one.
 *
 * The whole buffer is read once; everything in it decodes from those bytes, so that no length in a
 * message can lead outside of it.
 */
#include <linux/audit.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/cryptouser.h>
#include <linux/selinux_netlink.h>
#include <linux/sock_diag.h>
#include <linux/xfrm.h>
#include <string.h>
#include <sys/socket.h>
#include "base/arena.h"
#include "syscall/table/netlink.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/network.h"
#include "syscall/types.h"
#include "type/decode.h"
#include "type/symbols.h"

enum { BUFFER_MAX = 1 << 18 };

/* A struct that may be longer than what there is of it: its members that are not there are left
 * out, and told by "...". */
static void fill_struct(struct lupe_decode *decode, struct lupe_value *value,
			const struct lupe_type *type, lupe_addr address, size_t size)
{
	uint32_t i;

	lupe_value_fill(decode, value, type, address, size);
	if (size >= type->size)
		return;
	value->flags |= LUPE_VALUE_TRUNCATED;
	for (i = 1; i < value->n_children; i++)
		value->children[i].flags |= LUPE_VALUE_ABSENT;
}

/* --- headers of messages --- */

/* clang-format off */
static ENUM(control_types, 2, "NLMSG_???",
	E(NLMSG_NOOP), E(NLMSG_ERROR), E(NLMSG_DONE), E(NLMSG_OVERRUN))
static ENUM(generic_types, 2, "GENERIC_FAMILY_???", E_AS("nlctrl", GENL_ID_CTRL))

static ENUM(selinux_types, 2, "SELNL_MSG_???",
	E(SELNL_MSG_SETENFORCE), E(SELNL_MSG_POLICYLOAD))
static STRUCT(set_enforce, struct selnl_msg_setenforce,
	FIELD(struct selnl_msg_setenforce, val, &lupe_type_int))
static STRUCT(policy_load, struct selnl_msg_policyload,
	FIELD(struct selnl_msg_policyload, seqno, &lupe_type_uint))
static const struct lupe_netlink_payload selinux_payloads[] = {
	{SELNL_MSG_SETENFORCE, SELNL_MSG_SETENFORCE, &set_enforce, &lupe_netlink_nothing},
	{SELNL_MSG_POLICYLOAD, SELNL_MSG_POLICYLOAD, &policy_load, &lupe_netlink_nothing}};

static ENUM(crypto_types, 2, "CRYPTO_MSG_???",
	E(CRYPTO_MSG_NEWALG), E(CRYPTO_MSG_DELALG), E(CRYPTO_MSG_UPDATEALG), E(CRYPTO_MSG_GETALG),
	E(CRYPTO_MSG_DELRNG), E(CRYPTO_MSG_GETSTAT))

static ENUM(xfrm_types, 2, "XFRM_MSG_???",
	E(XFRM_MSG_NEWSA), E(XFRM_MSG_DELSA), E(XFRM_MSG_GETSA), E(XFRM_MSG_NEWPOLICY),
	E(XFRM_MSG_DELPOLICY), E(XFRM_MSG_GETPOLICY), E(XFRM_MSG_ALLOCSPI), E(XFRM_MSG_ACQUIRE),
	E(XFRM_MSG_EXPIRE), E(XFRM_MSG_UPDPOLICY), E(XFRM_MSG_UPDSA), E(XFRM_MSG_POLEXPIRE),
	E(XFRM_MSG_FLUSHSA), E(XFRM_MSG_FLUSHPOLICY), E(XFRM_MSG_NEWAE), E(XFRM_MSG_GETAE),
	E(XFRM_MSG_REPORT), E(XFRM_MSG_MIGRATE), E(XFRM_MSG_NEWSADINFO), E(XFRM_MSG_GETSADINFO),
	E(XFRM_MSG_NEWSPDINFO), E(XFRM_MSG_GETSPDINFO), E(XFRM_MSG_MAPPING),
	E(XFRM_MSG_SETDEFAULT), E(XFRM_MSG_GETDEFAULT))
static ENUM(audit_types, 2, "AUDIT_???",
	E(AUDIT_GET), E(AUDIT_SET), E(AUDIT_LIST), E(AUDIT_ADD), E(AUDIT_DEL), E(AUDIT_USER),
	E(AUDIT_LOGIN), E(AUDIT_WATCH_INS), E(AUDIT_WATCH_REM), E(AUDIT_WATCH_LIST),
	E(AUDIT_SIGNAL_INFO), E(AUDIT_ADD_RULE), E(AUDIT_DEL_RULE), E(AUDIT_LIST_RULES),
	E(AUDIT_TRIM), E(AUDIT_MAKE_EQUIV), E(AUDIT_TTY_GET), E(AUDIT_TTY_SET),
	E(AUDIT_SET_FEATURE), E(AUDIT_GET_FEATURE), E(AUDIT_USER_AVC), E(AUDIT_USER_TTY),
	E(AUDIT_DAEMON_START), E(AUDIT_DAEMON_END), E(AUDIT_DAEMON_ABORT),
	E(AUDIT_DAEMON_CONFIG), E(AUDIT_SYSCALL), E(AUDIT_PATH), E(AUDIT_IPC),
	E(AUDIT_SOCKETCALL), E(AUDIT_CONFIG_CHANGE), E(AUDIT_SOCKADDR), E(AUDIT_CWD),
	E(AUDIT_EXECVE), E(AUDIT_IPC_SET_PERM), E(AUDIT_MQ_OPEN), E(AUDIT_MQ_SENDRECV),
	E(AUDIT_MQ_NOTIFY), E(AUDIT_MQ_GETSETATTR), E(AUDIT_KERNEL_OTHER), E(AUDIT_FD_PAIR),
	E(AUDIT_OBJ_PID), E(AUDIT_TTY), E(AUDIT_EOE), E(AUDIT_BPRM_FCAPS), E(AUDIT_CAPSET),
	E(AUDIT_MMAP), E(AUDIT_NETFILTER_PKT), E(AUDIT_NETFILTER_CFG), E(AUDIT_SECCOMP),
	E(AUDIT_PROCTITLE), E(AUDIT_FEATURE_CHANGE), E(AUDIT_REPLACE), E(AUDIT_KERN_MODULE),
	E(AUDIT_FANOTIFY), E(AUDIT_TIME_INJOFFSET), E(AUDIT_TIME_ADJNTPVAL), E(AUDIT_BPF),
	E(AUDIT_EVENT_LISTENER), E(AUDIT_URINGOP), E(AUDIT_OPENAT2), E(AUDIT_DM_CTRL),
	E(AUDIT_DM_EVENT), E(AUDIT_AVC), E(AUDIT_SELINUX_ERR), E(AUDIT_AVC_PATH),
	E(AUDIT_MAC_POLICY_LOAD), E(AUDIT_MAC_STATUS), E(AUDIT_MAC_CONFIG_CHANGE),
	E(AUDIT_MAC_UNLBL_ALLOW), E(AUDIT_MAC_CIPSOV4_ADD), E(AUDIT_MAC_CIPSOV4_DEL),
	E(AUDIT_MAC_MAP_ADD), E(AUDIT_MAC_MAP_DEL), E(AUDIT_MAC_IPSEC_ADDSA),
	E(AUDIT_MAC_IPSEC_DELSA), E(AUDIT_MAC_IPSEC_ADDSPD), E(AUDIT_MAC_IPSEC_DELSPD),
	E(AUDIT_MAC_IPSEC_EVENT), E(AUDIT_MAC_UNLBL_STCADD), E(AUDIT_MAC_UNLBL_STCDEL),
	E(AUDIT_MAC_CALIPSO_ADD), E(AUDIT_MAC_CALIPSO_DEL), E(AUDIT_ANOM_PROMISCUOUS),
	E(AUDIT_ANOM_ABEND), E(AUDIT_ANOM_LINK), E(AUDIT_ANOM_CREAT), E(AUDIT_INTEGRITY_DATA),
	E(AUDIT_INTEGRITY_METADATA), E(AUDIT_INTEGRITY_STATUS), E(AUDIT_INTEGRITY_HASH),
	E(AUDIT_INTEGRITY_PCR), E(AUDIT_INTEGRITY_RULE), E(AUDIT_INTEGRITY_EVM_XATTR),
	E(AUDIT_INTEGRITY_POLICY_RULE), E(AUDIT_KERNEL))

const struct lupe_attributes lupe_netlink_nothing = {0}, lupe_netlink_bytes = {0};

static const struct lupe_netlink_family families[] = {
	{.protocol = NETLINK_XFRM, .types = &xfrm_types},
	{.protocol = NETLINK_AUDIT, .types = &audit_types},
	{.protocol = NETLINK_CRYPTO, .types = &crypto_types},
	{.protocol = NETLINK_GENERIC, .types = &generic_types},
	{.protocol = NETLINK_SELINUX, .types = &selinux_types, .payloads = selinux_payloads,
	 .n_payloads = ARRAY_SIZE(selinux_payloads)},
};
static const struct lupe_netlink_family other_family = {.protocol = -1, .types = &control_types};

#define COMMON_FLAGS \
	E(NLM_F_REQUEST), E(NLM_F_MULTI), E(NLM_F_ACK), E(NLM_F_ECHO), E(NLM_F_DUMP_INTR), \
	E(NLM_F_DUMP_FILTERED)
static FLAGS(common_flags, 2, "NLM_F_???", NULL, COMMON_FLAGS)
static FLAGS(get_flags, 2, "NLM_F_???", NULL, COMMON_FLAGS,
	E(NLM_F_DUMP), E(NLM_F_ROOT), E(NLM_F_MATCH), E(NLM_F_ATOMIC))
static FLAGS(new_flags, 2, "NLM_F_???", NULL, COMMON_FLAGS,
	E(NLM_F_REPLACE), E(NLM_F_EXCL), E(NLM_F_CREATE), E(NLM_F_APPEND))
static FLAGS(delete_flags, 2, "NLM_F_???", NULL, COMMON_FLAGS, E(NLM_F_NONREC), E(NLM_F_BULK))
static FLAGS(error_flags, 2, "NLM_F_???", NULL, COMMON_FLAGS, E(NLM_F_CAPPED), E(NLM_F_ACK_TLVS))
    /* clang-format on */

    static const struct lupe_netlink_family *family_of(int protocol)
{
	size_t i;

	static const struct lupe_netlink_family *const others[] = {
	    &lupe_netlink_route, &lupe_netlink_diagnostics, &lupe_netlink_netfilter};

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i]->protocol == protocol)
			return others[i];
	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i].protocol == protocol)
			return &families[i];
	return &other_family;
}

/* NULL: it has none. */
static const char *message_name(const struct lupe_netlink_family *family, unsigned type)
{
	const struct lupe_type *types = family->types;

	if (family->message_name)
		return family->message_name(type);
	if (family->protocol != NETLINK_XFRM && family->protocol != NETLINK_CRYPTO)
		return NULL;
	for (size_t i = 0; i < types->n_enumerators; i++)
		if (types->enumerators[i].value == type)
			return types->enumerators[i].name;
	return NULL;
}

/* XFRM_MSG_NEWSA makes, ..._DELSA deletes, ..._GETSA asks; defaults are none of these. */
static const struct lupe_type *flags_by_name(const char *name)
{
	const char *word = name ? strstr(name, "_MSG_") : NULL;

	if (!word || strstr(name, "DEFAULT"))
		return &common_flags;
	word += strlen("_MSG_");
	for (; word; word = strchr(word, '_')) {
		word += *word == '_';
		if (strncmp(word, "NEW", 3) == 0)
			return &new_flags;
		if (strncmp(word, "DEL", 3) == 0)
			return &delete_flags;
		if (strncmp(word, "GET", 3) == 0)
			return &get_flags;
	}
	return &common_flags;
}

/* The upper flags mean what the type of the message is for. */
static const struct lupe_type *flags_of(int protocol, unsigned type)
{
	static const struct lupe_type *const routing[] = {&new_flags, &delete_flags, &get_flags,
							  &common_flags};

	if (type == NLMSG_ERROR)
		return &error_flags;
	if (type < NLMSG_MIN_TYPE)
		return &common_flags;
	if (type == RTM_DELACTION && protocol == NETLINK_ROUTE) /* it takes several at once */
		return &get_flags;
	if (protocol == NETLINK_ROUTE)
		return routing[type & 3];
	if (protocol == NETLINK_SOCK_DIAG)
		return &get_flags;
	return flags_by_name(message_name(family_of(protocol), type));
}

/* Families of NETLINK_GENERIC have the names that the kernel knows. */
static const struct lupe_type *generic_types_with(struct lupe_decode *decode, unsigned id)
{
	const struct lupe_descriptors *descriptors = decode->descriptors;
	struct lupe_type *types;
	struct lupe_enumerator *one;
	const char *name = NULL;

	if (id != GENL_ID_CTRL && descriptors && descriptors->generic_family)
		name = descriptors->generic_family(descriptors->context, id);
	types = name ? lupe_arena_copy(decode->arena, &generic_types, sizeof(generic_types)) : NULL;
	one = types ? lupe_arena_alloc(decode->arena, sizeof(*one)) : NULL;
	if (!one)
		return &generic_types;
	*one = (struct lupe_enumerator){.name = lupe_arena_copy(decode->arena, name, strlen(name) + 1), .value = id};
	if (!one->name)
		return &generic_types;
	types->enumerators = one;
	types->n_enumerators = 1;
	return types;
}

/* What names the types of a protocol's messages. */
static const struct lupe_type *types_of(struct lupe_decode *decode, int protocol, unsigned type)
{
	if (type < NLMSG_MIN_TYPE)
		return &control_types;
	return protocol == NETLINK_GENERIC ? generic_types_with(decode, type) : family_of(protocol)->types;
}

static void fill_header(struct lupe_decode *decode, struct lupe_value *value, int protocol,
			const struct nlmsghdr *header, lupe_addr address)
{
	struct lupe_member fields[] = {
	    FIELD(struct nlmsghdr, nlmsg_len, &lupe_type_uint),
	    FIELD(struct nlmsghdr, nlmsg_type, types_of(decode, protocol, header->nlmsg_type)),
	    FIELD(struct nlmsghdr, nlmsg_flags, flags_of(protocol, header->nlmsg_type)),
	    FIELD(struct nlmsghdr, nlmsg_seq, &lupe_type_uint),
	    FIELD(struct nlmsghdr, nlmsg_pid, &lupe_type_pid)};
	struct lupe_type *type = lupe_arena_alloc(decode->arena, sizeof(*type));

	if (!type)
		return;
	type->name = "struct nlmsghdr";
	type->kind = LUPE_KIND_STRUCT;
	type->size = sizeof(struct nlmsghdr);
	type->members = lupe_arena_copy(decode->arena, fields, sizeof(fields));
	type->n_members = type->members ? ARRAY_SIZE(fields) : 0;
	lupe_value_fill(decode, value, type, address, SIZE_MAX);
}

/* --- payloads --- */

static void fill_messages(struct lupe_decode *decode, struct lupe_value *value, int protocol,
			  struct lupe_source source);

static void print_error_number(struct lupe_printer *printer, const struct lupe_value *value)
{
	const char *name = value->i < 0 ? lupe_errno_name((int)-value->i) : NULL;

	if (!name) {
		lupe_buffer_decimal(printer->out, value->i);
		return;
	}
	lupe_buffer_char(printer->out, '-');
	lupe_buffer_string(printer->out, name);
}

static const struct lupe_type error_number = {
    .name = "int",
    .kind = LUPE_KIND_INT,
    .size = 4,
    .ops = &(const struct lupe_type_ops){.print = print_error_number}};

/* clang-format off */
ATTRIBUTES(error_attributes, "NLMSGERR_ATTR_???",
	(E(NLMSGERR_ATTR_UNUSED), E(NLMSGERR_ATTR_MSG), E(NLMSGERR_ATTR_OFFS),
	 E(NLMSGERR_ATTR_COOKIE), E(NLMSGERR_ATTR_POLICY), E(NLMSGERR_ATTR_MISS_TYPE),
	 E(NLMSGERR_ATTR_MISS_NEST)),
	A_STRING(NLMSGERR_ATTR_MSG), A_LIST(NLMSGERR_ATTR_COOKIE, &lupe_type_u8), A_VALUE(NLMSGERR_ATTR_OFFS, &lupe_type_uint))

static const struct lupe_member error_members[] = {
	{.name = "error", .type = &error_number}, {.name = "msg", .type = &lupe_netlink_list}};
static const struct lupe_type error_struct = {
	.name = "struct nlmsgerr", .kind = LUPE_KIND_STRUCT, .members = error_members,
	.n_members = ARRAY_SIZE(error_members)};
/* clang-format on */

/* {error=-EINVAL, msg=...}: the message that failed, or as much of it as was sent back. */
static void fill_error_struct(struct lupe_decode *decode, struct lupe_value *value, int protocol,
			      struct lupe_source source)
{
	uint32_t i;

	if (!lupe_netlink_make(decode, value, &error_struct, source.size > 4 ? 2 : 1))
		return;
	for (i = 0; i < value->n_children; i++)
		value->children[i].member = &error_members[i];
	lupe_value_fill(decode, &value->children[0], &error_number, source.address, SIZE_MAX);
	if (value->n_children < 2)
		return;
	lupe_netlink_advance(&source, 4);
	fill_messages(decode, &value->children[1], protocol, source);
}

static void fill_error(struct lupe_decode *decode, struct lupe_value *value, int protocol,
		       unsigned flags, struct lupe_source source)
{
	size_t part = source.size;
	struct nlmsghdr inner;

	if (source.size < sizeof(struct nlmsgerr)) {
		lupe_netlink_fill_bytes(decode, value, source.address, source.size);
		return;
	}
	if (source.size >= 4 + sizeof(inner)) {
		memcpy(&inner, source.bytes + 4, sizeof(inner));
		part = flags & NLM_F_CAPPED ? 0 : NLMSG_ALIGN((size_t)inner.nlmsg_len);
		part = 4 + MAX(part, sizeof(inner));
	}
	if (part >= source.size) {
		fill_error_struct(decode, value, protocol, source);
		return;
	}
	if (!lupe_netlink_make(decode, value, &lupe_netlink_sequence, 2))
		return;
	fill_error_struct(decode, &value->children[0], protocol,
			  (struct lupe_source){source.address, source.bytes, part});
	lupe_netlink_advance(&source, part);
	lupe_netlink_fill_attributes(decode, &value->children[1], &error_attributes, source,
				     AF_UNSPEC);
}

const struct lupe_netlink_payload *lupe_netlink_payload_for(const struct lupe_netlink_payload *list, size_t n,
							    unsigned type)
{
	for (size_t i = 0; i < n; i++)
		if (type >= list[i].first && type <= list[i].last)
			return &list[i];
	return NULL;
}

static const struct lupe_netlink_payload *payload_of(const struct lupe_netlink_family *family,
						     const struct nlmsghdr *header, unsigned first_byte)
{
	const struct lupe_netlink_payload *found;

	if (family->choose)
		return family->choose(header, first_byte);
	found = lupe_netlink_payload_for(family->payloads, family->n_payloads, header->nlmsg_type);
	return found ? found : family->fallback;
}

/* {family=AF_UNSPEC, data="\x01"}: what nothing but the family is known of. */
static void fill_unknown(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source)
{
	uint32_t i;

	if (!lupe_netlink_make(decode, value, type, source.size > 1 ? 2 : 1))
		return;
	for (i = 0; i < value->n_children; i++)
		value->children[i].member = &type->members[i];
	lupe_value_fill(decode, &value->children[0], type->members[0].type, source.address,
			SIZE_MAX);
	if (value->n_children > 1)
		lupe_netlink_fill_bytes(decode, &value->children[1], source.address + 1,
					source.size - 1);
}

/* What follows the message's header, as the children of `value` from the second on. */
static void fill_payload(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_netlink_payload *payload, struct lupe_source source)
{
	struct lupe_value *child = &value->children[1];
	size_t size = payload && payload->header ? payload->header->size : 0, step;
	unsigned family = source.bytes[0];

	value->n_children = value->total = 2;
	if (!size) {
		lupe_netlink_fill_bytes(decode, child, source.address, source.size);
		return;
	}
	if (!payload->attributes) {
		fill_unknown(decode, child, payload->header, source);
		return;
	}
	fill_struct(decode, child, payload->header, source.address, source.size);
	step = NLMSG_ALIGN(size);
	if (step >= source.size || payload->attributes == &lupe_netlink_nothing)
		return;
	lupe_netlink_advance(&source, step);
	child++;
	value->n_children = value->total = 3;
	if (payload->attributes == &lupe_netlink_bytes) {
		lupe_netlink_fill_bytes(decode, child, source.address, source.size);
		return;
	}
	lupe_netlink_fill_attributes(decode, child, payload->attributes, source, family);
}

static void fill_message(struct lupe_decode *decode, struct lupe_value *value, int protocol,
			 struct lupe_source source)
{
	struct lupe_source payload = source;
	struct nlmsghdr header;

	memcpy(&header, source.bytes, sizeof(header));
	if (source.size <= NLMSG_HDRLEN) {
		fill_header(decode, value, protocol, &header, source.address);
		return;
	}
	if (!lupe_netlink_make(decode, value, &lupe_netlink_sequence, 3))
		return;
	fill_header(decode, &value->children[0], protocol, &header, source.address);
	lupe_netlink_advance(&payload, NLMSG_HDRLEN);
	value->n_children = value->total = 2;
	if (header.nlmsg_type == NLMSG_ERROR)
		fill_error(decode, &value->children[1], protocol, header.nlmsg_flags, payload);
	else if (header.nlmsg_type == NLMSG_DONE && payload.size == sizeof(int))
		lupe_value_fill(decode, &value->children[1], &lupe_type_int, payload.address,
				SIZE_MAX);
	else if (header.nlmsg_type < NLMSG_MIN_TYPE)
		lupe_netlink_fill_bytes(decode, &value->children[1], payload.address, payload.size);
	else
		fill_payload(decode, value,
			     payload_of(family_of(protocol), &header, payload.bytes[0]), payload);
}

/* The size of the first message in `source`, and how far the next one is; false for no message. */
static bool first_message(struct lupe_source source, size_t *ret_size, size_t *ret_step)
{
	struct nlmsghdr header;

	if (source.size < sizeof(header))
		return false;
	memcpy(&header, source.bytes, sizeof(header));
	*ret_size = MIN(MAX((size_t)header.nlmsg_len, (size_t)NLMSG_HDRLEN), source.size);
	/* One that is shorter than its own header ends the list. */
	*ret_step = header.nlmsg_len < NLMSG_HDRLEN ? source.size
						    : MIN((size_t)NLMSG_ALIGN(*ret_size), source.size);
	return true;
}

static void fill_messages(struct lupe_decode *decode, struct lupe_value *value, int protocol,
			  struct lupe_source source)
{
	struct lupe_source at = source;
	size_t n = 0, size, step;
	uint32_t i;

	while (first_message(at, &size, &step)) {
		lupe_netlink_advance(&at, step);
		n++;
	}
	if (!n || decode->depth >= LUPE_NETLINK_NESTING_MAX) {
		lupe_netlink_fill_bytes(decode, value, source.address, source.size);
		return;
	}
	if (!lupe_netlink_make(decode, value, &lupe_netlink_list, n + (at.size > 0)))
		return;
	decode->depth++;
	for (i = 0; i < n && first_message(source, &size, &step); i++) {
		struct lupe_source one = {source.address, source.bytes, size};

		fill_message(decode, &value->children[i], protocol, one);
		lupe_netlink_advance(&source, step);
	}
	if (at.size)
		lupe_netlink_fill_bytes(decode, &value->children[n], at.address, at.size);
	decode->depth--;
}

/* --- the buffer --- */

static void decode_messages(struct lupe_decode *decode, struct lupe_value *value, int protocol,
			    size_t size)
{
	struct lupe_memory_span span = {.base = value->address, .size = size};
	struct lupe_memory memory;
	struct lupe_decode inner = *decode;

	span.bytes = lupe_arena_alloc(decode->arena, size);
	if (!span.bytes ||
	    lupe_memory_read_some(decode->memory, value->address, span.bytes, size) != size) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	memory = lupe_memory_over_span(&span);
	inner.memory = &memory;
	inner.depth = 0;
	fill_messages(&inner, value, protocol,
		      (struct lupe_source){value->address, span.bytes, size});
	decode->n_values = inner.n_values;
}

static int protocol_of_call(const struct lupe_decode *decode)
{
	const struct lupe_descriptors *descriptors = decode->descriptors;

	if (!descriptors || !decode->arguments)
		return LUPE_NOT_NETLINK;
	return descriptors->netlink_protocol(descriptors->context, (int)decode->arguments[0]);
}

/* Events of devices are text. */
static bool has_messages(int protocol)
{
	return protocol != LUPE_NOT_NETLINK && protocol != NETLINK_KOBJECT_UEVENT;
}

void lupe_netlink_decode(struct lupe_decode *decode, struct lupe_value *value, size_t size)
{
	int protocol = protocol_of_call(decode);

	if (size && size <= BUFFER_MAX && protocol != NETLINK_KOBJECT_UEVENT)
		decode_messages(decode, value, protocol, size);
	else
		lupe_value_fill(decode, value, &lupe_type_bytes, value->address, size);
}

static void decode_socket_data(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	int protocol = LUPE_NOT_NETLINK;

	if (limit && limit <= BUFFER_MAX)
		protocol = protocol_of_call(decode);
	if (!has_messages(protocol))
		lupe_value_fill(decode, value, &lupe_type_bytes, value->address, limit);
	else
		decode_messages(decode, value, protocol, limit);
}

const struct lupe_type lupe_type_socket_data = {
    .name = "char []",
    .kind = LUPE_KIND_CUSTOM,
    .ops = &(const struct lupe_type_ops){.decode = decode_socket_data}};
