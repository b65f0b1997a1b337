/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Credentials: user and group ids, groups, capabilities.
 */
#include <linux/capability.h>
#include "syscall/table/table.h"

enum { GROUPS_MAX = 65536 };

/* A list longer than the kernel takes is none. */
static void follow_groups(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit <= GROUPS_MAX);
}

/* --- capability sets: one or two structs of three words --- */

static void print_capabilities(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

static const struct lupe_type_ops groups_ops = {.decode = follow_groups};
static const struct lupe_type groups_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_gid,
	.ops = &groups_ops};

#define CAP(name) E_AS("1<<CAP_" #name, UINT32_C(1) << (CAP_##name % 32))
static FLAGS(capabilities_low, 4, "CAP_???", NULL,
	CAP(CHOWN), CAP(DAC_OVERRIDE), CAP(DAC_READ_SEARCH), CAP(FOWNER), CAP(FSETID), CAP(KILL),
	CAP(SETGID), CAP(SETUID), CAP(SETPCAP), CAP(LINUX_IMMUTABLE), CAP(NET_BIND_SERVICE),
	CAP(NET_BROADCAST), CAP(NET_ADMIN), CAP(NET_RAW), CAP(IPC_LOCK), CAP(IPC_OWNER),
	CAP(SYS_MODULE), CAP(SYS_RAWIO), CAP(SYS_CHROOT), CAP(SYS_PTRACE), CAP(SYS_PACCT),
	CAP(SYS_ADMIN), CAP(SYS_BOOT), CAP(SYS_NICE), CAP(SYS_RESOURCE), CAP(SYS_TIME),
	CAP(SYS_TTY_CONFIG), CAP(MKNOD), CAP(LEASE), CAP(AUDIT_WRITE), CAP(AUDIT_CONTROL),
	CAP(SETFCAP))
static FLAGS(capabilities_high, 4, "CAP_???", NULL,
	CAP(MAC_OVERRIDE), CAP(MAC_ADMIN), CAP(SYSLOG), CAP(WAKE_ALARM), CAP(BLOCK_SUSPEND),
	CAP(AUDIT_READ), CAP(PERFMON), CAP(BPF), CAP(CHECKPOINT_RESTORE))
static ENUM(capability_version, 4, "_LINUX_CAPABILITY_VERSION_???",
	E(_LINUX_CAPABILITY_VERSION_1), E(_LINUX_CAPABILITY_VERSION_2),
	E(_LINUX_CAPABILITY_VERSION_3))
static STRUCT(capability_header, struct __user_cap_header_struct,
	FIELD(struct __user_cap_header_struct, version, &capability_version),
	FIELD(struct __user_cap_header_struct, pid, &lupe_type_pid))

#define CAPABILITY_DATA(id, ctype, word) STRUCT(id, ctype, \
	FIELD(ctype, effective, word), FIELD(ctype, permitted, word), \
	FIELD(ctype, inheritable, word))
static CAPABILITY_DATA(data_low, struct __user_cap_data_struct, &capabilities_low)
static CAPABILITY_DATA(data_high, struct __user_cap_data_struct, &capabilities_high)

struct capability_pair {
	struct __user_cap_data_struct low, high;
};
static const struct lupe_type_ops capability_ops = {.print = print_capabilities};
static const struct lupe_type capability_pair = {
	.name = "struct __user_cap_data_struct [2]", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct capability_pair), .ops = &capability_ops, MEMBERS(
	FIELD(struct capability_pair, low, &data_low),
	FIELD(struct capability_pair, high, &data_high))};

static const struct lupe_syscall entries[] = {
SYSCALL_NO_ARGS(getuid, G_CREDS | G_PURE, &lupe_type_uid, 0)
SYSCALL_NO_ARGS(geteuid, G_CREDS | G_PURE, &lupe_type_uid, 0)
SYSCALL_NO_ARGS(getgid, G_CREDS | G_PURE, &lupe_type_gid, 0)
SYSCALL_NO_ARGS(getegid, G_CREDS | G_PURE, &lupe_type_gid, 0)
SYSCALL(setuid, G_CREDS, NULL, IN("uid", &lupe_type_uid))
SYSCALL(setgid, G_CREDS, NULL, IN("gid", &lupe_type_gid))
SYSCALL(setreuid, G_CREDS, NULL, IN("ruid", &lupe_type_uid), IN("euid", &lupe_type_uid))
SYSCALL(setregid, G_CREDS, NULL, IN("rgid", &lupe_type_gid), IN("egid", &lupe_type_gid))
SYSCALL(setresuid, G_CREDS, NULL, IN("ruid", &lupe_type_uid), IN("euid", &lupe_type_uid),
	IN("suid", &lupe_type_uid))
SYSCALL(setresgid, G_CREDS, NULL, IN("rgid", &lupe_type_gid), IN("egid", &lupe_type_gid),
	IN("sgid", &lupe_type_gid))
SYSCALL(getresuid, G_CREDS, NULL,
	OUT("ruid", PTR(&lupe_type_uid)), OUT("euid", PTR(&lupe_type_uid)),
	OUT("suid", PTR(&lupe_type_uid)))
SYSCALL(getresgid, G_CREDS, NULL,
	OUT("rgid", PTR(&lupe_type_gid)), OUT("egid", PTR(&lupe_type_gid)),
	OUT("sgid", PTR(&lupe_type_gid)))
SYSCALL(setfsuid, G_CREDS, &lupe_type_uid,
	IN("fsuid", &lupe_type_uid))
SYSCALL(setfsgid, G_CREDS, &lupe_type_gid,
	IN("fsgid", &lupe_type_gid))
SYSCALL(getgroups, G_CREDS, NULL, IN("size", &lupe_type_int),
	OUT("list", PTR(&lupe_type_gid), .count = BY_RESULT(0)))
SYSCALL(setgroups, G_CREDS, NULL, IN("size", &lupe_type_int),
	IN("list", &groups_pointer, .count = BY_MEMBER(0)))
SYSCALL(capget, G_CREDS, NULL, IN("hdrp", PTR(&capability_header)),
	OUT("datap", PTR(&capability_pair)))
SYSCALL(capset, G_CREDS, NULL, IN("hdrp", PTR(&capability_header)),
	IN("datap", PTR(&capability_pair)))
};

EXPORT_FAMILY(creds)

/* clang-format on */

/* The version in the header, through the pointer beside ours; NULL when it cannot be read. */
static const struct lupe_value *version_beside(const struct lupe_printer *printer)
{
	const struct lupe_value *args = printer->parent;

	return args && args->n_children ? lupe_value_member(&args->children[0], "version") : NULL;
}

static void print_capability_set(struct lupe_printer *printer, uint32_t low, uint32_t high)
{
	if (low || !high)
		lupe_strace_symbol(printer, &capabilities_low, low);
	if (low && high)
		lupe_buffer_char(printer->out, '|');
	if (high)
		lupe_strace_symbol(printer, &capabilities_high, high);
}

/* Only the second version and the third have the high words. */
static void print_capabilities(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *version = version_beside(printer);
	const struct lupe_value *low = &value->children[0], *high = &value->children[1];
	bool wide;
	uint32_t i;

	if (value->n_children < 2 || low->n_children < 3 || high->n_children < 3 || !version ||
	    (version->flags & LUPE_VALUE_UNREADABLE)) {
		lupe_strace_address(printer, value->address);
		return;
	}
	wide =
	    version->u == _LINUX_CAPABILITY_VERSION_2 || version->u == _LINUX_CAPABILITY_VERSION_3;
	lupe_buffer_char(printer->out, '{');
	for (i = 0; i < low->n_children; i++) {
		lupe_buffer_string(printer->out, i ? ", " : "");
		lupe_buffer_string(printer->out, low->children[i].member->name);
		lupe_buffer_char(printer->out, '=');
		print_capability_set(printer, (uint32_t)low->children[i].u,
				     wide ? (uint32_t)high->children[i].u : 0);
	}
	lupe_buffer_char(printer->out, '}');
}
