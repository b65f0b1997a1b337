/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File systems: mounting, extended attributes, fanotify, quotas, swap, handles of files.
 */
#include <fcntl.h>
#include <linux/dqblk_xfs.h>
#include <linux/fanotify.h>
#include <linux/mount.h>
#include <linux/quota.h>
#include <linux/xattr.h>
#include "base/arena.h"
#include "syscall/table/table.h"

/* --- mounting --- */

enum {
	KERNEL_AT_RECURSIVE = 0x8000,
	MS_KINDS = MS_BIND | MS_MOVE | MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED,
};

static const struct lupe_type mount_bits;

/* Programs from before Linux 2.4 mark the flags as such: the mark stands apart. */
static void print_mount_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t rest = value->u;

	if ((rest & MS_MGC_MSK) == MS_MGC_VAL) {
		lupe_strace_symbol(printer, &mount_bits, MS_MGC_VAL);
		rest &= ~(uint64_t)MS_MGC_MSK;
		if (!rest)
			return;
		lupe_buffer_char(printer->out, '|');
	}
	lupe_strace_symbol(printer, &mount_bits, rest);
}

static const struct lupe_type_ops mount_flags_ops = {.print = print_mount_flags};

/* clang-format off */

#define MOUNT_FLAGS                                                                           \
	IN_FIELD(MS_MGC_VAL, MS_MGC_MSK), E(MS_RDONLY), E(MS_NOSUID), E(MS_NODEV),            \
	E(MS_NOEXEC), E(MS_SYNCHRONOUS), E(MS_REMOUNT), E(MS_MANDLOCK), E(MS_DIRSYNC),        \
	E_AS("MS_NOSYMFOLLOW", 256), E(MS_NOATIME), E(MS_NODIRATIME), E(MS_BIND), E(MS_MOVE), \
	E(MS_REC), E(MS_SILENT), E(MS_POSIXACL), E(MS_UNBINDABLE), E(MS_PRIVATE),             \
	E(MS_SLAVE), E(MS_SHARED), E(MS_RELATIME), E(MS_KERNMOUNT), E(MS_I_VERSION),          \
	E(MS_STRICTATIME), E(MS_LAZYTIME), E(MS_SUBMOUNT), E(MS_NOREMOTELOCK), E(MS_NOSEC),   \
	E(MS_BORN), E(MS_ACTIVE), E_AS("MS_NOUSER", 1U << 31)
static FLAGS(mount_bits, 8, "MS_???", NULL, MOUNT_FLAGS)
static const struct lupe_type mount_flags = {
	.kind = LUPE_KIND_FLAGS, .size = 8, .unknown = "MS_???", .ops = &mount_flags_ops,
	ENUMERATORS(MOUNT_FLAGS)};
static ENUM(propagation, 8, "MS_???", E(MS_UNBINDABLE), E(MS_PRIVATE), E(MS_SLAVE), E(MS_SHARED))

/* The type means nothing for what is mounted already, the data nothing unless it mounts or
 * remounts. */
CHOICE(mount_type_low, 3, (MS_REMOUNT | MS_KINDS) & ~MS_MGC_MSK,
	CASE(0, .type = PTR(&lupe_type_string)))
CHOICE(mount_type, 3, MS_REMOUNT | MS_KINDS,
	CASE_IN(MS_MGC_VAL, MS_MGC_MSK, .type = &lupe_type_address, .choice = &mount_type_low),
	CASE(0, .type = PTR(&lupe_type_string)))
CHOICE(mount_data_low, 3, MS_KINDS & ~MS_MGC_MSK,
	CASE_IN(MS_REMOUNT, MS_REMOUNT, .type = PTR(&lupe_type_string)),
	CASE(0, .type = PTR(&lupe_type_string)))
CHOICE(mount_data, 3, MS_KINDS,
	CASE_IN(MS_MGC_VAL, MS_MGC_MSK, .type = &lupe_type_address, .choice = &mount_data_low),
	CASE_IN(MS_REMOUNT, MS_REMOUNT, .type = PTR(&lupe_type_string)),
	CASE(0, .type = PTR(&lupe_type_string)))

static FLAGS(umount_flags, 4, "MNT_???", NULL,
	E_AS("MNT_FORCE", 1), E_AS("MNT_DETACH", 2), E_AS("MNT_EXPIRE", 4),
	E_AS("UMOUNT_NOFOLLOW", 8))
static FLAGS(open_tree_flags, 4, "OPEN_TREE_???", NULL,
	E(OPEN_TREE_CLONE), E(OPEN_TREE_CLOEXEC), E(AT_SYMLINK_NOFOLLOW), E(AT_REMOVEDIR),
	E(AT_SYMLINK_FOLLOW), E(AT_NO_AUTOMOUNT), E(AT_EMPTY_PATH),
	E_AS("AT_RECURSIVE", KERNEL_AT_RECURSIVE))
static FLAGS(move_mount_flags, 4, "MOVE_MOUNT_???", NULL,
	E(MOVE_MOUNT_F_SYMLINKS), E(MOVE_MOUNT_F_AUTOMOUNTS), E(MOVE_MOUNT_F_EMPTY_PATH),
	E(MOVE_MOUNT_T_SYMLINKS), E(MOVE_MOUNT_T_AUTOMOUNTS), E(MOVE_MOUNT_T_EMPTY_PATH),
	E(MOVE_MOUNT_SET_GROUP))
static FLAGS(fsopen_flags, 4, "FSOPEN_???", NULL, E(FSOPEN_CLOEXEC))
static FLAGS(fsmount_flags, 4, "FSMOUNT_???", NULL, E(FSMOUNT_CLOEXEC))
static FLAGS(fspick_flags, 4, "FSPICK_???", NULL,
	E(FSPICK_CLOEXEC), E(FSPICK_SYMLINK_NOFOLLOW), E(FSPICK_NO_AUTOMOUNT), E(FSPICK_EMPTY_PATH))
static ENUM(fsconfig_command, 4, "FSCONFIG_???",
	E(FSCONFIG_SET_FLAG), E(FSCONFIG_SET_STRING), E(FSCONFIG_SET_BINARY), E(FSCONFIG_SET_PATH),
	E(FSCONFIG_SET_PATH_EMPTY), E(FSCONFIG_SET_FD), E(FSCONFIG_CMD_CREATE),
	E(FSCONFIG_CMD_RECONFIGURE))
static FLAGS(mount_attributes, 8, "MOUNT_ATTR_???", NULL,
	E(MOUNT_ATTR_RDONLY), E(MOUNT_ATTR_NOSUID), E(MOUNT_ATTR_NODEV), E(MOUNT_ATTR_NOEXEC),
	E(MOUNT_ATTR_NOATIME), E(MOUNT_ATTR_STRICTATIME), E(MOUNT_ATTR_NODIRATIME),
	E(MOUNT_ATTR_IDMAP), E(MOUNT_ATTR_NOSYMFOLLOW))
static FLAGS(fsmount_attributes, 4, "MOUNT_ATTR_???", NULL,
	E(MOUNT_ATTR_RDONLY), E(MOUNT_ATTR_NOSUID), E(MOUNT_ATTR_NODEV), E(MOUNT_ATTR_NOEXEC),
	E(MOUNT_ATTR_NOATIME), E(MOUNT_ATTR_STRICTATIME), E(MOUNT_ATTR_NODIRATIME))
static FLAGS(mount_setattr_flags, 4, "AT_???", NULL,
	E(AT_SYMLINK_NOFOLLOW), E(AT_NO_AUTOMOUNT), E(AT_EMPTY_PATH),
	E_AS("AT_RECURSIVE", KERNEL_AT_RECURSIVE))

static const struct lupe_type mount_attr = {
	.name = "struct mount_attr", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct mount_attr), .size_min = 32,
	MEMBERS(FIELD(struct mount_attr, attr_set, &mount_attributes),
		FIELD(struct mount_attr, attr_clr, &mount_attributes),
		FIELD(struct mount_attr, propagation, &propagation),
		FIELD(struct mount_attr, userns_fd, &lupe_type_ulong))};

#define NAMED .type = PTR(&lupe_type_string)
CHOICE(fsconfig_key, 1, 0,
	CASE(FSCONFIG_SET_FLAG, NAMED), CASE(FSCONFIG_SET_STRING, NAMED),
	CASE(FSCONFIG_SET_BINARY, NAMED), CASE(FSCONFIG_SET_PATH, NAMED),
	CASE(FSCONFIG_SET_PATH_EMPTY, NAMED), CASE(FSCONFIG_SET_FD, NAMED))
CHOICE(fsconfig_value, 1, 0,
	CASE(FSCONFIG_SET_STRING, .type = PTR(&lupe_type_string)),
	CASE(FSCONFIG_SET_BINARY, .type = PTR(&lupe_type_bytes_hex), .count = BY_MEMBER(4)),
	CASE(FSCONFIG_SET_PATH, .type = PTR(&lupe_type_path)),
	CASE(FSCONFIG_SET_PATH_EMPTY, .type = PTR(&lupe_type_path)))
CHOICE(fsconfig_aux, 1, 0,
	CASE(FSCONFIG_SET_PATH, .type = &lupe_type_dirfd),
	CASE(FSCONFIG_SET_PATH_EMPTY, .type = &lupe_type_dirfd),
	CASE(FSCONFIG_SET_FD, .type = &lupe_type_fd))

/* --- mounts by number (Linux 6.8), in no header of the system --- */

struct mnt_id_req {
	uint32_t size, spare;
	uint64_t mnt_id, param, mnt_ns_id;
};

static const struct lupe_type mount_request = {
	.name = "struct mnt_id_req", .kind = LUPE_KIND_STRUCT, .size = 24,
	MEMBERS(FIELD(struct mnt_id_req, size, &lupe_type_uint),
		FIELD(struct mnt_id_req, spare, &lupe_type_u32_hex, .flags = LUPE_MEMBER_NONZERO),
		FIELD(struct mnt_id_req, mnt_id, &lupe_type_ulong_hex),
		FIELD(struct mnt_id_req, param, &lupe_type_ulong_hex))};

/* Attributes of files (Linux 6.17). */
struct file_attr {
	uint64_t fa_xflags;
	uint32_t fa_extsize, fa_nextents, fa_projid, fa_cowextsize;
};

static const struct lupe_type file_attr = {
	.name = "struct file_attr", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct file_attr), .size_min = sizeof(struct file_attr),
	MEMBERS(FIELD(struct file_attr, fa_xflags, &lupe_type_ulong_hex),
		FIELD(struct file_attr, fa_extsize, &lupe_type_uint),
		FIELD(struct file_attr, fa_nextents, &lupe_type_uint),
		FIELD(struct file_attr, fa_projid, &lupe_type_uint),
		FIELD(struct file_attr, fa_cowextsize, &lupe_type_uint))};

/* --- extended attributes --- */

enum { XATTR_MAX = 65536 }; /* XATTR_SIZE_MAX: more the kernel does not take */

static void follow_value(struct lupe_decode *decode, struct lupe_value *value, size_t limit);

static FLAGS(xattr_flags, 4, "XATTR_???", NULL, E(XATTR_CREATE), E(XATTR_REPLACE))

/* -1 is nobody's length; asking for the length of a list leaves the buffer alone. */
CHOICE(set_value, 3, 0, CASE(-1, .type = &lupe_type_address))
static const struct lupe_type_ops value_ops = {.decode = follow_value};
static const struct lupe_type value_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_bytes,
	.ops = &value_ops};
CHOICE(list_of_size, 2, 0, CASE(0, .type = &lupe_type_address))

struct xattr_args {
	uint64_t value;
	uint32_t size, flags;
};

static STRUCT(xattr_args_set, struct xattr_args,
	FIELD(struct xattr_args, value, PTR(&lupe_type_bytes), .count = BY_MEMBER(1)),
	FIELD(struct xattr_args, size, &lupe_type_uint),
	FIELD(struct xattr_args, flags, &xattr_flags))
static STRUCT(xattr_args_got, struct xattr_args,
	FIELD(struct xattr_args, value, PTR(&lupe_type_bytes), .count = BY_RESULT(1)),
	FIELD(struct xattr_args, size, &lupe_type_uint),
	FIELD(struct xattr_args, flags, &xattr_flags))

static FLAGS(xattrat_flags, 4, "AT_???", NULL, E(AT_SYMLINK_NOFOLLOW), E(AT_EMPTY_PATH))

/* --- fanotify --- */

static const struct lupe_type fanotify_class, fanotify_bits;

/* clang-format on */

enum { FANOTIFY_CLASS = FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT };

static void print_fanotify_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t rest = (uint32_t)value->u & ~(uint64_t)FANOTIFY_CLASS;

	lupe_strace_symbol(printer, &fanotify_class, value->u & FANOTIFY_CLASS);
	if (!rest)
		return;
	lupe_buffer_char(printer->out, '|');
	lupe_strace_symbol(printer, &fanotify_bits, rest);
}

static void print_fanotify_dirfd(struct lupe_printer *printer, const struct lupe_value *value)
{
	if ((int)value->i != FAN_NOFD) {
		lupe_strace_dirfd(printer, (int)value->i);
		return;
	}
	if (printer->options->xlat == LUPE_XLAT_ABBREV)
		lupe_buffer_string(printer->out, "FAN_NOFD");
	else
		lupe_buffer_string(printer->out, "-1");
	if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_strace_comment(printer, "FAN_NOFD");
}

static const struct lupe_type_ops fanotify_flags_ops = {.print = print_fanotify_flags};
static const struct lupe_type_ops fanotify_dirfd_ops = {.print = print_fanotify_dirfd};

/* clang-format off */

#define FANOTIFY_CLASSES                                                                    \
	IN_FIELD(FAN_CLASS_NOTIF, FANOTIFY_CLASS), IN_FIELD(FAN_CLASS_CONTENT, FANOTIFY_CLASS), \
	IN_FIELD(FAN_CLASS_PRE_CONTENT, FANOTIFY_CLASS)
#define FANOTIFY_BITS                                                                       \
	E(FAN_CLOEXEC), E(FAN_NONBLOCK), E(FAN_UNLIMITED_QUEUE), E(FAN_UNLIMITED_MARKS),    \
	E(FAN_ENABLE_AUDIT), E(FAN_REPORT_PIDFD), E(FAN_REPORT_TID), E(FAN_REPORT_FID),     \
	E(FAN_REPORT_DIR_FID), E(FAN_REPORT_NAME), E(FAN_REPORT_TARGET_FID)

static ENUM(fanotify_class, 4, "FAN_CLASS_???", FANOTIFY_CLASSES)
static FLAGS(fanotify_bits, 4, "FAN_???", NULL, FANOTIFY_BITS)
static const struct lupe_type fanotify_flags = {
	.kind = LUPE_KIND_FLAGS, .size = 4, .unknown = "FAN_???", .ops = &fanotify_flags_ops,
	ENUMERATORS(FANOTIFY_CLASSES, FANOTIFY_BITS)};
static const struct lupe_type fanotify_dirfd = {
	.name = "int", .kind = LUPE_KIND_INT, .role = LUPE_ROLE_DIRFD, .size = 4,
	.ops = &fanotify_dirfd_ops};

static FLAGS(fanotify_mark_flags, 4, "FAN_MARK_???", NULL,
	E(FAN_MARK_ADD), E(FAN_MARK_REMOVE), E(FAN_MARK_DONT_FOLLOW), E(FAN_MARK_ONLYDIR),
	E(FAN_MARK_MOUNT), E(FAN_MARK_IGNORED_MASK), E(FAN_MARK_IGNORED_SURV_MODIFY),
	E(FAN_MARK_FLUSH), E(FAN_MARK_FILESYSTEM), E(FAN_MARK_EVICTABLE), E(FAN_MARK_IGNORE))
static FLAGS(fanotify_mask, 8, "FAN_???", NULL,
	E(FAN_ACCESS), E(FAN_MODIFY), E(FAN_ATTRIB), E(FAN_CLOSE_WRITE), E(FAN_CLOSE_NOWRITE),
	E(FAN_OPEN), E(FAN_MOVED_FROM), E(FAN_MOVED_TO), E(FAN_CREATE), E(FAN_DELETE),
	E(FAN_DELETE_SELF), E(FAN_MOVE_SELF), E(FAN_OPEN_EXEC), E(FAN_Q_OVERFLOW), E(FAN_FS_ERROR),
	E(FAN_OPEN_PERM), E(FAN_ACCESS_PERM), E(FAN_OPEN_EXEC_PERM),
	E_AS("FAN_DIR_MODIFY", 0x80000), E(FAN_ONDIR), E(FAN_EVENT_ON_CHILD), E(FAN_RENAME))

/* --- swap --- */

    /* clang-format on */

    enum { SWAP_PRIORITY = 0x7fff };

static const struct lupe_type swap_bits;

/* A priority in the low bits. */
static void print_swap_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t bits = (uint32_t)value->u & ~(uint64_t)SWAP_PRIORITY;

	if (bits) {
		lupe_strace_symbol(printer, &swap_bits, bits);
		lupe_buffer_char(printer->out, '|');
	}
	lupe_buffer_unsigned(printer->out, value->u & SWAP_PRIORITY);
}

static const struct lupe_type_ops swap_flags_ops = {.print = print_swap_flags};

/* clang-format off */

#define SWAP_BITS                                                             \
	E_AS("SWAP_FLAG_PREFER", 0x8000), E_AS("SWAP_FLAG_DISCARD", 0x10000), \
	E_AS("SWAP_FLAG_DISCARD_ONCE", 0x20000), E_AS("SWAP_FLAG_DISCARD_PAGES", 0x40000)
static FLAGS(swap_bits, 4, "SWAP_FLAG_???", NULL, SWAP_BITS)
static const struct lupe_type swap_flags = {
	.kind = LUPE_KIND_FLAGS, .size = 4, .ops = &swap_flags_ops, ENUMERATORS(SWAP_BITS)};

/* --- handles of files --- */

enum { HANDLE_MAX = 128 };

static STRUCT(handle_struct, struct file_handle,
	FIELD(struct file_handle, handle_bytes, &lupe_type_uint),
	FIELD(struct file_handle, handle_type, &lupe_type_int),
	{.name = "f_handle", .type = &lupe_type_bytes_hex, .count = BY_MEMBER(0),
	 .offset = sizeof(struct file_handle)})

    /* clang-format on */

    static const struct lupe_type handle_got;

/* The bytes are an identity: all of them, whatever -s says. */
static void decode_handle(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct lupe_decode whole = *decode;

	(void)limit;
	whole.limits.string_max = HANDLE_MAX;
	lupe_value_fill(&whole, value, &handle_struct, value->address, SIZE_MAX);
	decode->n_values = whole.n_values;
	decode->n_bytes = whole.n_bytes;
	if (value->n_children == 3 && !(value->children[1].flags & LUPE_VALUE_UNREADABLE))
		value->type = &handle_got;
	else
		value->n_children = 0;
}

/* {handle_bytes=128 => 8, handle_type=1, f_handle="\x01"...}; only the room there was if the call
 * failed. */
static void print_handle(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_call *call = printer->call;
	const struct lupe_value *before = NULL;
	uint64_t room;

	if (value->n_children != 3) {
		lupe_strace_address(printer, value->address);
		return;
	}
	if (call && call->entry && call->entry->n_children > 2 &&
	    call->entry->children[2].n_children == 1)
		before = call->entry->children[2].children;
	room = before && before->n_children == 3 ? before->children[0].u : value->children[0].u;
	lupe_buffer_string(printer->out, "{handle_bytes=");
	lupe_buffer_unsigned(printer->out, room);
	if (value->children[0].u != room) {
		lupe_buffer_string(printer->out, " => ");
		lupe_buffer_unsigned(printer->out, value->children[0].u);
	}
	if (call && !call->failed) {
		lupe_buffer_string(printer->out, ", handle_type=");
		lupe_strace_value(printer, &value->children[1]);
		lupe_buffer_string(printer->out, ", f_handle=");
		lupe_strace_value(printer, &value->children[2]);
	}
	lupe_buffer_char(printer->out, '}');
}

static void follow_value(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit <= XATTR_MAX);
}

static void decode_handle_given(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	decode_handle(decode, value, limit);
	if (value->n_children == 3)
		value->type = &handle_struct;
}

static const struct lupe_type_ops handle_ops = {decode_handle, print_handle};
static const struct lupe_type_ops handle_given_ops = {.decode = decode_handle_given};
static const struct lupe_type handle_got = {
    .name = "struct file_handle", .kind = LUPE_KIND_CUSTOM, .ops = &handle_ops};
static const struct lupe_type handle_given = {
    .name = "struct file_handle", .kind = LUPE_KIND_CUSTOM, .ops = &handle_given_ops};

/* clang-format off */

static FLAGS(name_to_handle_flags, 4, "AT_???", NULL, E(AT_SYMLINK_FOLLOW), E(AT_EMPTY_PATH))

/* --- quotas --- */

static ENUM(quota_command, 4, "Q_???",
	E_AS("Q_V1_QUOTAON", 0x100), E_AS("Q_V1_QUOTAOFF", 0x200), E_AS("Q_V1_GETQUOTA", 0x300),
	E_AS("Q_V1_SETQUOTA", 0x400), E_AS("Q_V1_SETUSE", 0x500), E_AS("Q_V1_SYNC", 0x600),
	E_AS("Q_SETQLIM", 0x700), E_AS("Q_V1_GETSTATS", 0x800), E_AS("Q_V1_RSQUASH", 0x1000),
	E_AS("Q_V2_GETQUOTA", 0xd00), E_AS("Q_V2_SETQUOTA", 0xe00), E_AS("Q_V2_SETUSE", 0xf00),
	E_AS("Q_V2_GETINFO", 0x900), E_AS("Q_V2_SETINFO", 0xa00), E_AS("Q_V2_SETGRACE", 0xb00),
	E_AS("Q_V2_SETFLAGS", 0xc00), E_AS("Q_V2_GETSTATS", 0x1100),
	E(Q_SYNC), E(Q_QUOTAON), E(Q_QUOTAOFF), E(Q_GETFMT), E(Q_GETINFO), E(Q_SETINFO),
	E(Q_GETQUOTA), E(Q_SETQUOTA), E(Q_GETNEXTQUOTA), E(Q_XQUOTAON), E(Q_XQUOTAOFF),
	E(Q_XGETQUOTA), E(Q_XSETQLIM), E(Q_XGETQSTAT), E(Q_XQUOTARM), E(Q_XQUOTASYNC),
	E(Q_XGETQSTATV), E(Q_XGETNEXTQUOTA))
static ENUM(quota_kind, 4, "???QUOTA",
	E_AS("USRQUOTA", USRQUOTA), E_AS("GRPQUOTA", GRPQUOTA), E_AS("PRJQUOTA", PRJQUOTA))

    /* clang-format on */

    /* A command and the kind of quota in one number. */
    static void print_quota_command(struct lupe_printer *printer, const struct lupe_value *value)
{
	enum lupe_xlat xlat = printer->options->xlat;
	uint32_t number = value->u;

	if (xlat != LUPE_XLAT_ABBREV)
		lupe_buffer_unsigned(printer->out, number);
	if (xlat == LUPE_XLAT_RAW)
		return;
	lupe_buffer_string(printer->out, xlat == LUPE_XLAT_VERBOSE ? " /* QCMD(" : "QCMD(");
	lupe_type_print_symbols(printer->out, &quota_command, number >> SUBCMDSHIFT);
	lupe_buffer_string(printer->out, ", ");
	lupe_type_print_symbols(printer->out, &quota_kind, number & SUBCMDMASK);
	lupe_buffer_string(printer->out, xlat == LUPE_XLAT_VERBOSE ? ") */" : ")");
}

static const struct lupe_type_ops qcmd_ops = {.print = print_quota_command};
static const struct lupe_type qcmd = {
    .name = "unsigned int", .kind = LUPE_KIND_UINT, .size = 4, .ops = &qcmd_ops};

static bool command_has_id(uint32_t number)
{
	switch (number >> SUBCMDSHIFT) {
	case Q_SYNC:
	case Q_QUOTAOFF:
	case Q_GETFMT:
	case Q_GETINFO:
	case Q_SETINFO:
	case Q_XQUOTAON:
	case Q_XQUOTAOFF:
	case Q_XGETQSTAT:
	case Q_XQUOTARM:
	case Q_XQUOTASYNC:
	case Q_XGETQSTATV:
		return false;
	default:
		return true;
	}
}

static bool command_has_address(uint32_t number)
{
	uint32_t command = number >> SUBCMDSHIFT;

	return command != Q_SYNC && command != Q_QUOTAOFF && command != Q_XQUOTASYNC;
}

static bool quotactl_has_id(const struct lupe_value *args)
{
	return command_has_id(args->children[0].u);
}

static bool quotactl_has_address(const struct lupe_value *args)
{
	return command_has_address(args->children[0].u);
}

static bool quotactl_fd_has_id(const struct lupe_value *args)
{
	return command_has_id(args->children[1].u);
}

static bool quotactl_fd_has_address(const struct lupe_value *args)
{
	return command_has_address(args->children[1].u);
}

/* clang-format off */

#define VERBOSE .flags = LUPE_MEMBER_VERBOSE

static ENUM(quota_format, 4, "QFMT_VFS_???",
	E(QFMT_VFS_OLD), E(QFMT_VFS_V0), E(QFMT_OCFS2), E(QFMT_VFS_V1))
static FLAGS(quota_valid, 4, "QIF_???", NULL,
	E(QIF_BLIMITS), E(QIF_SPACE), E(QIF_ILIMITS), E(QIF_INODES), E(QIF_BTIME), E(QIF_ITIME))
static FLAGS(quota_flags, 4, "DQF_???", NULL,
	E_AS("DQF_ROOT_SQUASH", 1), E_AS("DQF_SYS_FILE", 0x10000))
static FLAGS(quota_info_valid, 4, "IIF_???", NULL,
	E_AS("IIF_BGRACE", 1), E_AS("IIF_IGRACE", 2), E_AS("IIF_FLAGS", 4))
static FLAGS(xfs_owner, 1, "FS_???_QUOTA", NULL,
	E(FS_USER_QUOTA), E(FS_PROJ_QUOTA), E(FS_GROUP_QUOTA))
static FLAGS(xfs_owner_32, 4, "FS_???_QUOTA", NULL,
	E(FS_USER_QUOTA), E(FS_PROJ_QUOTA), E(FS_GROUP_QUOTA))
#define XFS_STATES                                                          \
	E(FS_QUOTA_UDQ_ACCT), E(FS_QUOTA_UDQ_ENFD), E(FS_QUOTA_GDQ_ACCT),   \
	E(FS_QUOTA_GDQ_ENFD), E(FS_QUOTA_PDQ_ACCT), E(FS_QUOTA_PDQ_ENFD)
static FLAGS(xfs_state, 4, "FS_QUOTA_???", NULL, XFS_STATES)
static FLAGS(xfs_state_16, 2, "FS_QUOTA_???", NULL, XFS_STATES)

#define DQBLK(ctype)                                            \
	FIELD(ctype, dqb_bhardlimit, &lupe_type_ulong),         \
	FIELD(ctype, dqb_bsoftlimit, &lupe_type_ulong),         \
	FIELD(ctype, dqb_curspace, &lupe_type_ulong),           \
	FIELD(ctype, dqb_ihardlimit, &lupe_type_ulong),         \
	FIELD(ctype, dqb_isoftlimit, &lupe_type_ulong),         \
	FIELD(ctype, dqb_curinodes, &lupe_type_ulong),          \
	FIELD(ctype, dqb_btime, &lupe_type_ulong, VERBOSE),     \
	FIELD(ctype, dqb_itime, &lupe_type_ulong, VERBOSE),     \
	FIELD(ctype, dqb_valid, &quota_valid, VERBOSE)
static STRUCT(dqblk, struct if_dqblk, DQBLK(struct if_dqblk))
static STRUCT(nextdqblk, struct if_nextdqblk,
	DQBLK(struct if_nextdqblk), FIELD(struct if_nextdqblk, dqb_id, &lupe_type_uint))
static STRUCT(dqinfo, struct if_dqinfo,
	FIELD(struct if_dqinfo, dqi_bgrace, &lupe_type_ulong),
	FIELD(struct if_dqinfo, dqi_igrace, &lupe_type_ulong),
	FIELD(struct if_dqinfo, dqi_flags, &quota_flags),
	FIELD(struct if_dqinfo, dqi_valid, &quota_info_valid))

static STRUCT(xfs_quota, struct fs_disk_quota,
	FIELD(struct fs_disk_quota, d_version, &lupe_type_s8),
	FIELD(struct fs_disk_quota, d_flags, &xfs_owner),
	FIELD(struct fs_disk_quota, d_fieldmask, &lupe_type_u16_hex),
	FIELD(struct fs_disk_quota, d_id, &lupe_type_uint),
	FIELD(struct fs_disk_quota, d_blk_hardlimit, &lupe_type_ulong),
	FIELD(struct fs_disk_quota, d_blk_softlimit, &lupe_type_ulong),
	FIELD(struct fs_disk_quota, d_ino_hardlimit, &lupe_type_ulong),
	FIELD(struct fs_disk_quota, d_ino_softlimit, &lupe_type_ulong),
	FIELD(struct fs_disk_quota, d_bcount, &lupe_type_ulong),
	FIELD(struct fs_disk_quota, d_icount, &lupe_type_ulong),
	FIELD(struct fs_disk_quota, d_itimer, &lupe_type_int, VERBOSE),
	FIELD(struct fs_disk_quota, d_btimer, &lupe_type_int, VERBOSE),
	FIELD(struct fs_disk_quota, d_iwarns, &lupe_type_ushort, VERBOSE),
	FIELD(struct fs_disk_quota, d_bwarns, &lupe_type_ushort, VERBOSE),
	FIELD(struct fs_disk_quota, d_rtb_hardlimit, &lupe_type_ulong, VERBOSE),
	FIELD(struct fs_disk_quota, d_rtb_softlimit, &lupe_type_ulong, VERBOSE),
	FIELD(struct fs_disk_quota, d_rtbcount, &lupe_type_ulong, VERBOSE),
	FIELD(struct fs_disk_quota, d_rtbtimer, &lupe_type_int, VERBOSE),
	FIELD(struct fs_disk_quota, d_rtbwarns, &lupe_type_ushort, VERBOSE))

static STRUCT(xfs_file, fs_qfilestat_t,
	FIELD(fs_qfilestat_t, qfs_ino, &lupe_type_ulong),
	FIELD(fs_qfilestat_t, qfs_nblks, &lupe_type_ulong),
	FIELD(fs_qfilestat_t, qfs_nextents, &lupe_type_uint))
static STRUCT(xfs_file_v, struct fs_qfilestatv,
	FIELD(struct fs_qfilestatv, qfs_ino, &lupe_type_ulong),
	FIELD(struct fs_qfilestatv, qfs_nblks, &lupe_type_ulong),
	FIELD(struct fs_qfilestatv, qfs_nextents, &lupe_type_uint))
static STRUCT(xfs_stat, struct fs_quota_stat,
	FIELD(struct fs_quota_stat, qs_version, &lupe_type_s8),
	FIELD(struct fs_quota_stat, qs_flags, &xfs_state_16, VERBOSE),
	FIELD(struct fs_quota_stat, qs_uquota, &xfs_file, VERBOSE),
	FIELD(struct fs_quota_stat, qs_gquota, &xfs_file, VERBOSE),
	FIELD(struct fs_quota_stat, qs_incoredqs, &lupe_type_uint),
	FIELD(struct fs_quota_stat, qs_btimelimit, &lupe_type_int, VERBOSE),
	FIELD(struct fs_quota_stat, qs_itimelimit, &lupe_type_int, VERBOSE),
	FIELD(struct fs_quota_stat, qs_rtbtimelimit, &lupe_type_int, VERBOSE),
	FIELD(struct fs_quota_stat, qs_bwarnlimit, &lupe_type_ushort, VERBOSE),
	FIELD(struct fs_quota_stat, qs_iwarnlimit, &lupe_type_ushort, VERBOSE))
static STRUCT(xfs_stat_v, struct fs_quota_statv,
	FIELD(struct fs_quota_statv, qs_version, &lupe_type_s8),
	FIELD(struct fs_quota_statv, qs_flags, &xfs_state_16, VERBOSE),
	FIELD(struct fs_quota_statv, qs_incoredqs, &lupe_type_uint),
	FIELD(struct fs_quota_statv, qs_uquota, &xfs_file_v, VERBOSE),
	FIELD(struct fs_quota_statv, qs_gquota, &xfs_file_v, VERBOSE),
	FIELD(struct fs_quota_statv, qs_pquota, &xfs_file_v, VERBOSE),
	FIELD(struct fs_quota_statv, qs_btimelimit, &lupe_type_int, VERBOSE),
	FIELD(struct fs_quota_statv, qs_itimelimit, &lupe_type_int, VERBOSE),
	FIELD(struct fs_quota_statv, qs_rtbtimelimit, &lupe_type_int, VERBOSE),
	FIELD(struct fs_quota_statv, qs_bwarnlimit, &lupe_type_ushort, VERBOSE),
	FIELD(struct fs_quota_statv, qs_iwarnlimit, &lupe_type_ushort, VERBOSE))

#define COMMAND(command, ...) CASE((uint64_t)(command) << SUBCMDSHIFT, __VA_ARGS__)
#define QUOTA_ADDRESSES                                                                        \
	COMMAND(Q_QUOTAON, .type = PTR(&lupe_type_path)),                                      \
	COMMAND(Q_GETFMT, .type = PTR(&quota_format), .flow = LUPE_FLOW_OUT),                  \
	COMMAND(Q_GETINFO, .type = PTR(&dqinfo), .flow = LUPE_FLOW_OUT),                       \
	COMMAND(Q_SETINFO, .type = PTR(&dqinfo)),                                              \
	COMMAND(Q_GETQUOTA, .type = PTR(&dqblk), .flow = LUPE_FLOW_OUT),                       \
	COMMAND(Q_SETQUOTA, .type = PTR(&dqblk)),                                              \
	COMMAND(Q_GETNEXTQUOTA, .type = PTR(&nextdqblk), .flow = LUPE_FLOW_OUT),               \
	COMMAND(Q_XQUOTAON, .type = PTR(&xfs_state)),                                          \
	COMMAND(Q_XQUOTAOFF, .type = PTR(&xfs_state)),                                         \
	COMMAND(Q_XGETQUOTA, .type = PTR(&xfs_quota), .flow = LUPE_FLOW_OUT),                  \
	COMMAND(Q_XGETNEXTQUOTA, .type = PTR(&xfs_quota), .flow = LUPE_FLOW_OUT),              \
	COMMAND(Q_XSETQLIM, .type = PTR(&xfs_quota)),                                          \
	COMMAND(Q_XGETQSTAT, .type = PTR(&xfs_stat), .flow = LUPE_FLOW_OUT),                   \
	COMMAND(Q_XGETQSTATV, .type = PTR(&xfs_stat_v), .flow = LUPE_FLOW_OUT),                \
	COMMAND(Q_XQUOTARM, .type = PTR(&xfs_owner_32))
#define QUOTA_MASK ((uint64_t)UINT32_MAX & ~(uint64_t)SUBCMDMASK)
CHOICE(quotactl_id, 0, QUOTA_MASK, COMMAND(Q_QUOTAON, .type = &quota_format))
CHOICE(quotactl_address, 0, QUOTA_MASK, QUOTA_ADDRESSES)
CHOICE(quotactl_fd_id, 1, QUOTA_MASK, COMMAND(Q_QUOTAON, .type = &quota_format))
CHOICE(quotactl_fd_address, 1, QUOTA_MASK, QUOTA_ADDRESSES)

static const struct lupe_syscall entries[] = {

/* --- mounting --- */
SYSCALL(mount, G_FILE, NULL,
	IN("source", PTR(&lupe_type_path)), IN("target", PTR(&lupe_type_path)),
	IN("filesystemtype", &lupe_type_address, .choice = &mount_type),
	IN("mountflags", &mount_flags), IN("data", &lupe_type_address, .choice = &mount_data))
SYSCALL(umount2, G_FILE, NULL, IN("target", PTR(&lupe_type_path)), IN("flags", &umount_flags))
SYSCALL(pivot_root, G_FILE, NULL,
	IN("new_root", PTR(&lupe_type_path)), IN("put_old", PTR(&lupe_type_path)))
SYSCALL(open_tree, G_FILE | G_DESC, &lupe_type_fd,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &open_tree_flags))
SYSCALL(open_tree_attr, G_FILE | G_DESC, &lupe_type_fd,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &open_tree_flags), IN("uattr", PTR(&mount_attr), .count = BY_MEMBER(4)),
	IN("usize", &lupe_type_size_t))
SYSCALL(move_mount, G_FILE | G_DESC, NULL,
	IN("from_dirfd", &lupe_type_dirfd), IN("from_path", PTR(&lupe_type_path)),
	IN("to_dirfd", &lupe_type_dirfd), IN("to_path", PTR(&lupe_type_path)),
	IN("flags", &move_mount_flags))
SYSCALL(fsopen, G_DESC, &lupe_type_fd,
	IN("fsname", PTR(&lupe_type_string)), IN("flags", &fsopen_flags))
SYSCALL(fsconfig, G_FILE | G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("cmd", &fsconfig_command),
	IN("key", &lupe_type_address, .choice = &fsconfig_key),
	IN("value", &lupe_type_address, .choice = &fsconfig_value),
	IN("aux", &lupe_type_int, .choice = &fsconfig_aux))
SYSCALL(fsmount, G_DESC, &lupe_type_fd,
	IN("fd", &lupe_type_fd), IN("flags", &fsmount_flags),
	IN("attr_flags", &fsmount_attributes))
SYSCALL(fspick, G_FILE | G_DESC, &lupe_type_fd,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &fspick_flags))
SYSCALL(mount_setattr, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &mount_setattr_flags), IN("uattr", PTR(&mount_attr), .count = BY_MEMBER(4)),
	IN("usize", &lupe_type_size_t))
SYSCALL(statmount, 0, NULL,
	IN("req", PTR(&mount_request)), IN("buf", &lupe_type_address),
	IN("bufsize", &lupe_type_size_t), IN("flags", &lupe_type_u32_hex))
SYSCALL(listmount, 0, NULL,
	IN("req", PTR(&mount_request)),
	OUT("mnt_ids", PTR(&lupe_type_ulong_hex), .count = BY_RESULT(2)),
	IN("nr_mnt_ids", &lupe_type_size_t), IN("flags", &lupe_type_u32_hex))

/* --- extended attributes --- */

#define SET_VALUE                                                                       \
	IN("name", PTR(&lupe_type_string)),                                             \
	IN("value", &value_pointer, .count = BY_MEMBER(3), .choice = &set_value),        \
	IN("size", &lupe_type_size_t), IN("flags", &xattr_flags)
#define GET_VALUE                                                                       \
	IN("name", PTR(&lupe_type_string)),                                             \
	OUT("value", PTR(&lupe_type_bytes), .count = BY_RESULT(LUPE_NO_MEMBER)),        \
	IN("size", &lupe_type_size_t)
#define LIST                                                                            \
	OUT("list", PTR(&lupe_type_bytes), .count = BY_RESULT(LUPE_NO_MEMBER),          \
	    .choice = &list_of_size),                                                   \
	IN("size", &lupe_type_size_t)
SYSCALL(setxattr, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), SET_VALUE)
SYSCALL(lsetxattr, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), SET_VALUE)
SYSCALL(fsetxattr, G_DESC, NULL, IN("fd", &lupe_type_fd), SET_VALUE)
SYSCALL(getxattr, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), GET_VALUE)
SYSCALL(lgetxattr, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), GET_VALUE)
SYSCALL(fgetxattr, G_DESC, NULL, IN("fd", &lupe_type_fd), GET_VALUE)
SYSCALL(listxattr, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), LIST)
SYSCALL(llistxattr, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), LIST)
SYSCALL(flistxattr, G_DESC, NULL, IN("fd", &lupe_type_fd), LIST)
SYSCALL(removexattr, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("name", PTR(&lupe_type_string)))
SYSCALL(lremovexattr, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("name", PTR(&lupe_type_string)))
SYSCALL(fremovexattr, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("name", PTR(&lupe_type_string)))
SYSCALL(setxattrat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("at_flags", &xattrat_flags), IN("name", PTR(&lupe_type_string)),
	IN("uargs", PTR(&xattr_args_set)), IN("usize", &lupe_type_size_t))
SYSCALL(getxattrat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("at_flags", &xattrat_flags), IN("name", PTR(&lupe_type_string)),
	OUT("uargs", PTR(&xattr_args_got)), IN("usize", &lupe_type_size_t))
SYSCALL(listxattrat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("at_flags", &xattrat_flags),
	OUT("list", PTR(&lupe_type_bytes), .count = BY_RESULT(4)), IN("size", &lupe_type_size_t))
SYSCALL(removexattrat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("at_flags", &xattrat_flags), IN("name", PTR(&lupe_type_string)))
SYSCALL(file_getattr, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	OUT("ufattr", PTR(&file_attr), .count = BY_MEMBER(3)), IN("usize", &lupe_type_size_t),
	IN("at_flags", &xattrat_flags))
SYSCALL(file_setattr, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("ufattr", PTR(&file_attr), .count = BY_MEMBER(3)), IN("usize", &lupe_type_size_t),
	IN("at_flags", &xattrat_flags))

/* --- fanotify --- */
SYSCALL(fanotify_init, G_DESC, &lupe_type_fd,
	IN("flags", &fanotify_flags), IN("event_f_flags", &lupe_type_open_flags))
SYSCALL(fanotify_mark, G_FILE | G_DESC, NULL,
	IN("fanotify_fd", &lupe_type_fd), IN("flags", &fanotify_mark_flags),
	IN("mask", &fanotify_mask), IN("dirfd", &fanotify_dirfd),
	IN("path", PTR(&lupe_type_path)))

/* --- handles, swap, syncing --- */
SYSCALL(name_to_handle_at, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	CHANGED("handle", PTR(&handle_got)), OUT("mount_id", PTR(&lupe_type_int)),
	IN("flags", &name_to_handle_flags))
SYSCALL(open_by_handle_at, G_DESC, NULL,
	IN("mount_fd", &lupe_type_fd), IN("handle", PTR(&handle_given)),
	IN("flags", &lupe_type_open_flags))
SYSCALL(swapon, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), IN("swapflags", &swap_flags))
SYSCALL(swapoff, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
SYSCALL_NO_ARGS(sync, 0, NULL, 0)
SYSCALL(syncfs, G_DESC, NULL, IN("fd", &lupe_type_fd))

/* --- quotas --- */
SYSCALL(quotactl, G_FILE, NULL,
	IN("op", &qcmd), IN("special", PTR(&lupe_type_path)),
	IN("id", &lupe_type_uid, .choice = &quotactl_id, .present = quotactl_has_id),
	IN("addr", &lupe_type_address, .choice = &quotactl_address,
	   .present = quotactl_has_address))
SYSCALL(quotactl_fd, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("op", &qcmd),
	IN("id", &lupe_type_uid, .choice = &quotactl_fd_id, .present = quotactl_fd_has_id),
	IN("addr", &lupe_type_address, .choice = &quotactl_fd_address,
	   .present = quotactl_fd_has_address))
};

EXPORT_FAMILY(fs)
