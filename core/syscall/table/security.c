/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Landlock and the attributes of security modules.
 */
#include <linux/landlock.h>
#include "syscall/table/table.h"

enum { RULESET_SIZE_MIN = 8, RULE_NET_PORT = 2, RULESET_MAX = 4096 };

/* Newer than the system's header: struct landlock_ruleset_attr has grown twice. */
struct ruleset_attr {
	uint64_t handled_access_fs, handled_access_net, scoped;
};
struct net_port_attr {
	uint64_t allowed_access, port;
};

static void decode_ruleset(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_ruleset(struct lupe_printer *printer, const struct lupe_value *value);

/* As far as the size goes that the caller says. */
static bool has_net(const struct lupe_value *parent)
{
	return parent->n_bytes >= offsetof(struct ruleset_attr, scoped);
}

static bool has_scopes(const struct lupe_value *parent)
{
	return parent->n_bytes >= sizeof(struct ruleset_attr);
}

/* clang-format off */

#define ACCESS(name) E(LANDLOCK_ACCESS_FS_##name)
static FLAGS(access_fs, 8, "LANDLOCK_ACCESS_FS_???", NULL,
	ACCESS(EXECUTE), ACCESS(WRITE_FILE), ACCESS(READ_FILE), ACCESS(READ_DIR),
	ACCESS(REMOVE_DIR), ACCESS(REMOVE_FILE), ACCESS(MAKE_CHAR), ACCESS(MAKE_DIR),
	ACCESS(MAKE_REG), ACCESS(MAKE_SOCK), ACCESS(MAKE_FIFO), ACCESS(MAKE_BLOCK),
	ACCESS(MAKE_SYM), ACCESS(REFER))
static FLAGS(access_net, 8, "LANDLOCK_ACCESS_NET_???", NULL,
	E_AS("LANDLOCK_ACCESS_NET_BIND_TCP", 1), E_AS("LANDLOCK_ACCESS_NET_CONNECT_TCP", 2))
static FLAGS(scopes, 8, "LANDLOCK_SCOPE_???", NULL,
	E_AS("LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET", 1), E_AS("LANDLOCK_SCOPE_SIGNAL", 2))
static FLAGS(create_flags, 4, "LANDLOCK_CREATE_RULESET_???", NULL,
	E(LANDLOCK_CREATE_RULESET_VERSION), E_AS("LANDLOCK_CREATE_RULESET_ERRATA", 2))
static FLAGS(restrict_flags, 4, NULL, NULL,
	E_AS("LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF", 1),
	E_AS("LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON", 2),
	E_AS("LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF", 4))
static ENUM(rule_type, 4, "LANDLOCK_RULE_???",
	E(LANDLOCK_RULE_PATH_BENEATH), E_AS("LANDLOCK_RULE_NET_PORT", RULE_NET_PORT))

/* Decoding makes the sized type a plain struct of the members that are there. */
static const struct lupe_type_ops ruleset_print_ops = {.print = print_ruleset};
static const struct lupe_type ruleset_fields = {
	.name = "struct landlock_ruleset_attr", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct ruleset_attr), .ops = &ruleset_print_ops, MEMBERS(
	FIELD(struct ruleset_attr, handled_access_fs, &access_fs),
	FIELD(struct ruleset_attr, handled_access_net, &access_net, .flags = LUPE_MEMBER_VERBOSE,
	.present = has_net), FIELD(struct ruleset_attr, scoped, &scopes,
	.flags = LUPE_MEMBER_VERBOSE, .present = has_scopes))};
static const struct lupe_type_ops ruleset_ops = {.decode = decode_ruleset};
static const struct lupe_type ruleset = {
	.name = "struct landlock_ruleset_attr", .kind = LUPE_KIND_CUSTOM, .ops = &ruleset_ops};

static STRUCT(path_beneath, struct landlock_path_beneath_attr,
	FIELD(struct landlock_path_beneath_attr, allowed_access, &access_fs),
	FIELD(struct landlock_path_beneath_attr, parent_fd, &lupe_type_fd))
static STRUCT(net_port, struct net_port_attr,
	FIELD(struct net_port_attr, allowed_access, &access_net),
	FIELD(struct net_port_attr, port, &lupe_type_ulong))
CHOICE(rule_attr, 1, 0,
	CASE(LANDLOCK_RULE_PATH_BENEATH, .type = PTR(&path_beneath)),
	CASE(RULE_NET_PORT, .type = PTR(&net_port)))

static ENUM(lsm_attr, 4, "LSM_ATTR_???",
	E_AS("LSM_ATTR_CURRENT", 100), E_AS("LSM_ATTR_EXEC", 101), E_AS("LSM_ATTR_FSCREATE", 102),
	E_AS("LSM_ATTR_KEYCREATE", 103), E_AS("LSM_ATTR_PREV", 104),
	E_AS("LSM_ATTR_SOCKCREATE", 105))
static ENUM(lsm_id, 8, "LSM_ID_???",
	E_AS("LSM_ID_CAPABILITY", 100), E_AS("LSM_ID_SELINUX", 101), E_AS("LSM_ID_SMACK", 102),
	E_AS("LSM_ID_TOMOYO", 103), E_AS("LSM_ID_APPARMOR", 104), E_AS("LSM_ID_YAMA", 105),
	E_AS("LSM_ID_LOADPIN", 106), E_AS("LSM_ID_SAFESETID", 107), E_AS("LSM_ID_LOCKDOWN", 108),
	E_AS("LSM_ID_BPF", 109), E_AS("LSM_ID_LANDLOCK", 110), E_AS("LSM_ID_IMA", 111),
	E_AS("LSM_ID_EVM", 112), E_AS("LSM_ID_IPE", 113))
static FLAGS(lsm_flags, 4, "LSM_FLAG_???", NULL, E_AS("LSM_FLAG_SINGLE", 1))
/* struct lsm_ctx of linux/lsm.h (6.8); the context follows it. */
struct lsm_ctx {
	uint64_t id, flags, len, ctx_len;
};
static STRUCT(lsm_context, struct lsm_ctx,
	FIELD(struct lsm_ctx, id, &lsm_id), FIELD(struct lsm_ctx, flags, &lupe_type_ulong_hex),
	FIELD(struct lsm_ctx, len, &lupe_type_ulong),
	FIELD(struct lsm_ctx, ctx_len, &lupe_type_ulong),
	{.name = "ctx", .type = &lupe_type_bytes, .offset = sizeof(struct lsm_ctx),
	.count = BY_MEMBER(3)})

static const struct lupe_syscall entries[] = {
SYSCALL(landlock_create_ruleset, G_DESC, &lupe_type_fd,
	IN("attr", PTR(&ruleset), .count = BY_MEMBER(1)), IN("size", &lupe_type_size_t),
	IN("flags", &create_flags))
SYSCALL(landlock_add_rule, G_DESC, NULL,
	IN("ruleset_fd", &lupe_type_fd), IN("rule_type", &rule_type),
	IN("rule_attr", &lupe_type_address, .choice = &rule_attr), IN("flags", &lupe_type_u32_hex))
SYSCALL(landlock_restrict_self, G_DESC, NULL,
	IN("ruleset_fd", &lupe_type_fd), IN("flags", &restrict_flags))
SYSCALL(lsm_get_self_attr, 0, NULL,
	IN("attr", &lsm_attr), OUT("ctx", PTR(&lsm_context)), INOUT("size", PTR(&lupe_type_uint)),
	IN("flags", &lsm_flags))
SYSCALL(lsm_set_self_attr, 0, NULL,
	IN("attr", &lsm_attr), IN("ctx", PTR(&lsm_context)), IN("size", &lupe_type_uint),
	IN("flags", &lupe_type_u32_hex))
SYSCALL(lsm_list_modules, 0, NULL,
	OUT("ids", PTR(&lsm_id), .count = BY_RESULT(LUPE_NO_MEMBER)),
	INOUT("size", PTR(&lupe_type_uint)), IN("flags", &lupe_type_u32_hex))
};

EXPORT_FAMILY(security)

/* clang-format on */

static void decode_ruleset(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (limit < RULESET_SIZE_MIN) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	lupe_value_fill(decode, value, &ruleset_fields, value->address,
			MIN(limit, sizeof(struct ruleset_attr)));
	value->total = limit;
}

/* "..." for what the caller says there is beyond the members we know. */
static void print_ruleset(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->flags & LUPE_VALUE_PARTIAL) {
		lupe_strace_address(printer, value->address);
		return;
	}
	lupe_strace_struct(printer, value);
	if (value->total > sizeof(struct ruleset_attr)) {
		lupe_buffer_truncate(printer->out, printer->out->length - 1);
		lupe_buffer_string(printer->out, ", ...}");
	}
}
