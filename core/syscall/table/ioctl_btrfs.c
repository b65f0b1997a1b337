/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of file systems that copy on write: extents that files share, and all of Btrfs.
 */
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* clang-format off */
#define SPARE .flags = LUPE_MEMBER_NONZERO
#define RARE .flags = LUPE_MEMBER_VERBOSE

/* --- files that share their extents --- */

static STRUCT(clone_range, struct file_clone_range,
	FIELD(struct file_clone_range, src_fd, &lupe_type_fd),
	FIELD(struct file_clone_range, src_offset, &lupe_type_ulong),
	FIELD(struct file_clone_range, src_length, &lupe_type_ulong),
	FIELD(struct file_clone_range, dest_offset, &lupe_type_ulong))
static EXCHANGED(dedupe_target, struct file_dedupe_range_info,
	FIELD(struct file_dedupe_range_info, dest_fd, &lupe_type_fd),
	FIELD(struct file_dedupe_range_info, dest_offset, &lupe_type_ulong),
	FIELD(struct file_dedupe_range_info, bytes_deduped, &lupe_type_ulong, ANSWER),
	FIELD(struct file_dedupe_range_info, status, &lupe_type_int, ANSWER))
enum { TARGETS_SHOWN = 2 /* abbreviated */ };

static void print_targets(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t i, shown = value->n_children;

	if (!printer->options->verbose)
		shown = MIN(shown, (uint32_t)TARGETS_SHOWN);
	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < shown; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		lupe_strace_value(printer, &value->children[i]);
	}
	if (shown < value->total)
		lupe_buffer_string(printer->out, shown ? ", ..." : "...");
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type dedupe_targets = {
	.kind = LUPE_KIND_ARRAY, .target = &dedupe_target,
	.ops = &(const struct lupe_type_ops){.print = print_targets}};

static bool has_targets(const struct lupe_value *range)
{
	const struct lupe_value *count = lupe_value_member(range, "dest_count");

	return count && count->u;
}

static EXCHANGED(dedupe_range, struct file_dedupe_range,
	FIELD(struct file_dedupe_range, src_offset, &lupe_type_ulong),
	FIELD(struct file_dedupe_range, src_length, &lupe_type_ulong),
	FIELD(struct file_dedupe_range, dest_count, &lupe_type_ushort),
	FIELD(struct file_dedupe_range, info, &dedupe_targets, .count = BY_MEMBER(2)),
	FIELD(struct file_dedupe_range, info, &dedupe_targets, ANSWER, .count = BY_MEMBER(2),
	      .present = has_targets))
static const struct lupe_type volume_label = CSTRING(FSLABEL_MAX);

/* --- numbers of Btrfs --- */

static ENUM(limit_names, 8, NULL, E(UINT64_MAX))
static ENUM(object_names, 8, NULL, E(UINT64_MAX),
	E(BTRFS_ROOT_TREE_OBJECTID), E(BTRFS_EXTENT_TREE_OBJECTID), E(BTRFS_CHUNK_TREE_OBJECTID),
	E(BTRFS_DEV_TREE_OBJECTID), E(BTRFS_FS_TREE_OBJECTID), E(BTRFS_ROOT_TREE_DIR_OBJECTID),
	E(BTRFS_CSUM_TREE_OBJECTID), E(BTRFS_QUOTA_TREE_OBJECTID), E(BTRFS_UUID_TREE_OBJECTID),
	E(BTRFS_FREE_SPACE_TREE_OBJECTID), E(BTRFS_BLOCK_GROUP_TREE_OBJECTID),
	E(BTRFS_FIRST_FREE_OBJECTID), E(BTRFS_LAST_FREE_OBJECTID))
static ENUM(item_kind_names, 4, NULL, E(UINT32_MAX),
	E(BTRFS_INODE_ITEM_KEY), E(BTRFS_INODE_REF_KEY), E(BTRFS_INODE_EXTREF_KEY),
	E(BTRFS_XATTR_ITEM_KEY), E(BTRFS_VERITY_DESC_ITEM_KEY), E(BTRFS_VERITY_MERKLE_ITEM_KEY),
	E(BTRFS_ORPHAN_ITEM_KEY), E(BTRFS_DIR_LOG_ITEM_KEY), E(BTRFS_DIR_LOG_INDEX_KEY),
	E(BTRFS_DIR_ITEM_KEY), E(BTRFS_DIR_INDEX_KEY), E(BTRFS_EXTENT_DATA_KEY),
	E(BTRFS_EXTENT_CSUM_KEY), E(BTRFS_ROOT_ITEM_KEY), E(BTRFS_ROOT_BACKREF_KEY),
	E(BTRFS_ROOT_REF_KEY), E(BTRFS_EXTENT_ITEM_KEY), E(BTRFS_METADATA_ITEM_KEY),
	E(BTRFS_TREE_BLOCK_REF_KEY), E(BTRFS_EXTENT_DATA_REF_KEY), E(BTRFS_EXTENT_REF_V0_KEY),
	E(BTRFS_SHARED_BLOCK_REF_KEY), E(BTRFS_SHARED_DATA_REF_KEY),
	E(BTRFS_BLOCK_GROUP_ITEM_KEY), E(BTRFS_FREE_SPACE_INFO_KEY),
	E(BTRFS_FREE_SPACE_EXTENT_KEY), E(BTRFS_FREE_SPACE_BITMAP_KEY), E(BTRFS_DEV_EXTENT_KEY),
	E(BTRFS_DEV_ITEM_KEY), E(BTRFS_CHUNK_ITEM_KEY), E(BTRFS_QGROUP_STATUS_KEY),
	E(BTRFS_QGROUP_INFO_KEY), E(BTRFS_QGROUP_LIMIT_KEY), E(BTRFS_QGROUP_RELATION_KEY),
	E(BTRFS_BALANCE_ITEM_KEY), E(BTRFS_TEMPORARY_ITEM_KEY), E(BTRFS_DEV_STATS_KEY),
	E(BTRFS_PERSISTENT_ITEM_KEY), E(BTRFS_DEV_REPLACE_KEY), E(BTRFS_STRING_ITEM_KEY))

/* By name if it has one, else in decimal. */
static void print_named(struct lupe_printer *printer, const struct lupe_type *names, uint64_t number)
{
	size_t i;

	for (i = 0; i < names->n_enumerators; i++)
		if (names->enumerators[i].value == number) {
			lupe_strace_symbol(printer, names, number);
			return;
		}
	lupe_buffer_unsigned(printer->out, number);
}

static void print_limit(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_named(printer, &limit_names, value->u);
}

static void print_object(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_named(printer, &object_names, value->u);
}

static void print_item_kind(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_named(printer, &item_kind_names, value->u);
}

static const struct lupe_type limit_number = NUMBER_PRINTED_BY(8, print_limit);
static const struct lupe_type object = NUMBER_PRINTED_BY(8, print_object);
static const struct lupe_type item_kind = NUMBER_PRINTED_BY(4, print_item_kind);

/* 01020304-0506-0708-090a-0b0c0d0e0f10 */
static void print_uuid(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t i;

	for (i = 0; i < value->n_bytes; i++)
		lupe_buffer_printf(printer->out, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x",
				   value->bytes[i]);
}

static const struct lupe_type uuid = {
	.name = "unsigned char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,
	.size = BTRFS_UUID_SIZE, .ops = &(const struct lupe_type_ops){.print = print_uuid}};

static const struct lupe_type dated = {
	.name = "struct btrfs_ioctl_timespec", .kind = LUPE_KIND_STRUCT,
	.role = LUPE_ROLE_TIME, .size = sizeof(struct btrfs_ioctl_timespec),
	MEMBERS(FIELD(struct btrfs_ioctl_timespec, sec, &lupe_type_ulong),
		FIELD(struct btrfs_ioctl_timespec, nsec, &lupe_type_uint))};

/* --- subvolumes --- */

static const struct lupe_type volume_name = CSTRING(BTRFS_PATH_NAME_MAX + 1);
static STRUCT(volume, struct btrfs_ioctl_vol_args,
	FIELD(struct btrfs_ioctl_vol_args, fd, &lupe_type_fd),
	FIELD(struct btrfs_ioctl_vol_args, name, &volume_name))
static FLAGS(volume_flags, 8, "BTRFS_SUBVOL_???", NULL,
	E_AS("BTRFS_SUBVOL_CREATE_ASYNC", 1), E(BTRFS_SUBVOL_RDONLY), E(BTRFS_SUBVOL_QGROUP_INHERIT))
static FLAGS(limit_flags, 8, "BTRFS_QGROUP_LIMIT_???", NULL,
	E(BTRFS_QGROUP_LIMIT_MAX_RFER), E(BTRFS_QGROUP_LIMIT_MAX_EXCL), E(BTRFS_QGROUP_LIMIT_RSV_RFER),
	E(BTRFS_QGROUP_LIMIT_RSV_EXCL), E(BTRFS_QGROUP_LIMIT_RFER_CMPR),
	E(BTRFS_QGROUP_LIMIT_EXCL_CMPR))
static STRUCT(limits, struct btrfs_qgroup_limit,
	FIELD(struct btrfs_qgroup_limit, flags, &limit_flags),
	FIELD(struct btrfs_qgroup_limit, max_rfer, &lupe_type_ulong),
	FIELD(struct btrfs_qgroup_limit, max_excl, &lupe_type_ulong),
	FIELD(struct btrfs_qgroup_limit, rsv_rfer, &lupe_type_ulong),
	FIELD(struct btrfs_qgroup_limit, rsv_excl, &lupe_type_ulong))
static STRUCT(group_limit, struct btrfs_ioctl_qgroup_limit_args,
	FIELD(struct btrfs_ioctl_qgroup_limit_args, qgroupid, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_qgroup_limit_args, lim, &limits))
static FLAGS(inherit_flags, 8, "BTRFS_QGROUP_INHERIT_???", NULL, E(BTRFS_QGROUP_INHERIT_SET_LIMITS))
static const struct lupe_type inherited_groups = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong};
static STRUCT(inherited, struct btrfs_qgroup_inherit,
	FIELD(struct btrfs_qgroup_inherit, flags, &inherit_flags),
	FIELD(struct btrfs_qgroup_inherit, num_qgroups, &lupe_type_ulong),
	FIELD(struct btrfs_qgroup_inherit, num_ref_copies, &lupe_type_ulong),
	FIELD(struct btrfs_qgroup_inherit, num_excl_copies, &lupe_type_ulong),
	FIELD(struct btrfs_qgroup_inherit, lim, &limits),
	FIELD(struct btrfs_qgroup_inherit, qgroups, &inherited_groups, RARE, .count = BY_MEMBER(1)))

static bool inherits(const struct lupe_value *volume2)
{
	const struct lupe_value *flags = lupe_value_member(volume2, "flags");

	return flags && flags->u & BTRFS_SUBVOL_QGROUP_INHERIT;
}

static const struct lupe_type volume2_name = CSTRING(BTRFS_SUBVOL_NAME_MAX + 1);
static EXCHANGED(volume2, struct btrfs_ioctl_vol_args_v2,
	FIELD(struct btrfs_ioctl_vol_args_v2, fd, &lupe_type_fd),
	FIELD(struct btrfs_ioctl_vol_args_v2, flags, &volume_flags),
	FIELD(struct btrfs_ioctl_vol_args_v2, size, &lupe_type_ulong, .present = inherits),
	FIELD(struct btrfs_ioctl_vol_args_v2, qgroup_inherit, PTR(&inherited), .present = inherits),
	FIELD(struct btrfs_ioctl_vol_args_v2, name, &volume2_name),
	FIELD(struct btrfs_ioctl_vol_args_v2, transid, &lupe_type_ulong, ANSWER))

static void print_volume_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_symbol(printer, &volume_flags, value->u);
}

static const struct lupe_type bare_volume_flags = NUMBER_PRINTED_BY(8, print_volume_flags);
static EXCHANGED(received, struct btrfs_ioctl_received_subvol_args,
	FIELD(struct btrfs_ioctl_received_subvol_args, uuid, &uuid),
	FIELD(struct btrfs_ioctl_received_subvol_args, stransid, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_received_subvol_args, stime, &dated),
	FIELD(struct btrfs_ioctl_received_subvol_args, flags, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_received_subvol_args, rtransid, &lupe_type_ulong, ANSWER),
	FIELD(struct btrfs_ioctl_received_subvol_args, rtime, &dated, ANSWER))
static FLAGS(send_flags, 8, "BTRFS_SEND_FLAGS_???", NULL,
	E(BTRFS_SEND_FLAG_NO_FILE_DATA), E(BTRFS_SEND_FLAG_OMIT_STREAM_HEADER),
	E(BTRFS_SEND_FLAG_OMIT_END_CMD), E(BTRFS_SEND_FLAG_VERSION), E(BTRFS_SEND_FLAG_COMPRESSED))

static void print_sources(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (printer->options->verbose && value->n_children == 1 &&
	    !(value->children->flags & LUPE_VALUE_OPAQUE))
		lupe_strace_value(printer, value->children);
	else
		lupe_strace_address(printer, value->u);
}

static const struct lupe_type sources = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_ulong,
	.ops = &(const struct lupe_type_ops){.print = print_sources}};
static STRUCT(sent, struct btrfs_ioctl_send_args,
	FIELD(struct btrfs_ioctl_send_args, send_fd, &lupe_type_fd),
	FIELD(struct btrfs_ioctl_send_args, clone_sources_count, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_send_args, clone_sources, &sources,
	      .count = BY_MEMBER(1)),
	FIELD(struct btrfs_ioctl_send_args, parent_root, &object),
	FIELD(struct btrfs_ioctl_send_args, flags, &send_flags))

/* --- quotas --- */

static STRUCT(group_created, struct btrfs_ioctl_qgroup_create_args,
	FIELD(struct btrfs_ioctl_qgroup_create_args, create, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_qgroup_create_args, qgroupid, &lupe_type_ulong))
static STRUCT(group_assigned, struct btrfs_ioctl_qgroup_assign_args,
	FIELD(struct btrfs_ioctl_qgroup_assign_args, assign, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_qgroup_assign_args, src, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_qgroup_assign_args, dst, &lupe_type_ulong))
static STRUCT(rescan, struct btrfs_ioctl_quota_rescan_args,
	FIELD(struct btrfs_ioctl_quota_rescan_args, flags, &lupe_type_ulong))
static STRUCT(rescan_status, struct btrfs_ioctl_quota_rescan_args,
	FIELD(struct btrfs_ioctl_quota_rescan_args, flags, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_quota_rescan_args, progress, &limit_number))
static ENUM(quota_command, 8, "BTRFS_QUOTA_CTL_???",
	E(BTRFS_QUOTA_CTL_ENABLE), E(BTRFS_QUOTA_CTL_DISABLE), E(BTRFS_QUOTA_CTL_RESCAN__NOTUSED))
static STRUCT(quota, struct btrfs_ioctl_quota_ctl_args,
	FIELD(struct btrfs_ioctl_quota_ctl_args, cmd, &quota_command))

/* --- the file system --- */

static const struct lupe_type compatible = { /* none has been defined */
	.kind = LUPE_KIND_FLAGS, .size = 8, .unknown = "BTRFS_FEATURE_COMPAT_???"};
static FLAGS(compatible_to_read, 8, "BTRFS_FEATURE_COMPAT_RO_???", NULL,
	E(BTRFS_FEATURE_COMPAT_RO_FREE_SPACE_TREE), E(BTRFS_FEATURE_COMPAT_RO_FREE_SPACE_TREE_VALID),
	E(BTRFS_FEATURE_COMPAT_RO_VERITY), E(BTRFS_FEATURE_COMPAT_RO_BLOCK_GROUP_TREE))
static FLAGS(incompatible, 8, "BTRFS_FEATURE_INCOMPAT_???", NULL,
	E(BTRFS_FEATURE_INCOMPAT_MIXED_BACKREF), E(BTRFS_FEATURE_INCOMPAT_DEFAULT_SUBVOL),
	E(BTRFS_FEATURE_INCOMPAT_MIXED_GROUPS), E(BTRFS_FEATURE_INCOMPAT_COMPRESS_LZO),
	E(BTRFS_FEATURE_INCOMPAT_COMPRESS_ZSTD), E(BTRFS_FEATURE_INCOMPAT_BIG_METADATA),
	E(BTRFS_FEATURE_INCOMPAT_EXTENDED_IREF), E(BTRFS_FEATURE_INCOMPAT_RAID56),
	E(BTRFS_FEATURE_INCOMPAT_SKINNY_METADATA), E(BTRFS_FEATURE_INCOMPAT_NO_HOLES),
	E(BTRFS_FEATURE_INCOMPAT_METADATA_UUID), E(BTRFS_FEATURE_INCOMPAT_RAID1C34),
	E(BTRFS_FEATURE_INCOMPAT_ZONED), E(BTRFS_FEATURE_INCOMPAT_EXTENT_TREE_V2))
static STRUCT(features, struct btrfs_ioctl_feature_flags,
	FIELD(struct btrfs_ioctl_feature_flags, compat_flags, &compatible),
	FIELD(struct btrfs_ioctl_feature_flags, compat_ro_flags, &compatible_to_read),
	FIELD(struct btrfs_ioctl_feature_flags, incompat_flags, &incompatible))

static void print_supported(struct lupe_printer *printer, const struct lupe_value *value)
{
	static const char *const meanings[] = {"supported", "safe to set", "safe to clear"};
	uint32_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < MIN(value->n_children, ARRAY_SIZE(meanings)); i++) {
		lupe_buffer_string(printer->out, i ? ", " : "");
		lupe_strace_value(printer, &value->children[i]);
		lupe_strace_comment(printer, meanings[i]);
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type features_supported = {
	.kind = LUPE_KIND_ARRAY, .target = &features, .count = 3,
	.ops = &(const struct lupe_type_ops){.print = print_supported}};
static const struct lupe_type features_set = {
	.kind = LUPE_KIND_ARRAY, .target = &features, .count = 2};

static bool has_info(const struct lupe_value *info, uint64_t flag)
{
	return info->n_children && info->children[0].u & flag;
}

static bool has_checksums(const struct lupe_value *info)
{
	return has_info(info, BTRFS_FS_INFO_FLAG_CSUM_INFO);
}

static bool has_generation(const struct lupe_value *info)
{
	return has_info(info, BTRFS_FS_INFO_FLAG_GENERATION);
}

static bool has_metadata_uuid(const struct lupe_value *info)
{
	return has_info(info, BTRFS_FS_INFO_FLAG_METADATA_UUID);
}

static FLAGS(info_flags, 8, "BTRFS_FS_INFO_FLAG_???", NULL,
	E(BTRFS_FS_INFO_FLAG_CSUM_INFO), E(BTRFS_FS_INFO_FLAG_GENERATION),
	E(BTRFS_FS_INFO_FLAG_METADATA_UUID))
static ENUM(checksum, 2, "BTRFS_CSUM_TYPE_???",
	E(BTRFS_CSUM_TYPE_CRC32), E(BTRFS_CSUM_TYPE_XXHASH), E(BTRFS_CSUM_TYPE_SHA256),
	E(BTRFS_CSUM_TYPE_BLAKE2))
#define INFO(name, type_, ...) FIELD(struct btrfs_ioctl_fs_info_args, name, type_, ##__VA_ARGS__)
static STRUCT(filesystem, struct btrfs_ioctl_fs_info_args,
	FIELD_AS("deciding", struct btrfs_ioctl_fs_info_args, flags, &lupe_type_ulong,
		 .flags = LUPE_MEMBER_HIDDEN),
	INFO(max_id, &lupe_type_ulong), INFO(num_devices, &lupe_type_ulong), INFO(fsid, &uuid),
	INFO(nodesize, &lupe_type_uint), INFO(sectorsize, &lupe_type_uint),
	INFO(clone_alignment, &lupe_type_uint), INFO(csum_type, &checksum, .present = has_checksums),
	INFO(csum_size, &lupe_type_ushort, .present = has_checksums), INFO(flags, &info_flags),
	INFO(generation, &lupe_type_ulong, .present = has_generation),
	INFO(metadata_uuid, &uuid, .present = has_metadata_uuid))

#define BLOCK_GROUPS \
	E(BTRFS_BLOCK_GROUP_DATA), E(BTRFS_BLOCK_GROUP_SYSTEM), E(BTRFS_BLOCK_GROUP_METADATA), \
	E(BTRFS_BLOCK_GROUP_RAID0), E(BTRFS_BLOCK_GROUP_RAID1), E(BTRFS_BLOCK_GROUP_DUP), \
	E(BTRFS_BLOCK_GROUP_RAID10), E(BTRFS_BLOCK_GROUP_RAID5), E(BTRFS_BLOCK_GROUP_RAID6), \
	E(BTRFS_AVAIL_ALLOC_BIT_SINGLE), E(BTRFS_SPACE_INFO_GLOBAL_RSV)
static FLAGS(space_flags, 8, "BTRFS_SPACE_INFO_???", NULL, BLOCK_GROUPS)
static FLAGS(profiles, 8, "BTRFS_BLOCK_GROUP_???", NULL, BLOCK_GROUPS)
static STRUCT(space, struct btrfs_ioctl_space_info,
	FIELD(struct btrfs_ioctl_space_info, flags, &space_flags),
	FIELD(struct btrfs_ioctl_space_info, total_bytes, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_space_info, used_bytes, &lupe_type_ulong))
static const struct lupe_type space_list = {.kind = LUPE_KIND_ARRAY, .target = &space};
static EXCHANGED(spaces, struct btrfs_ioctl_space_args,
	FIELD(struct btrfs_ioctl_space_args, space_slots, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_space_args, total_spaces, &lupe_type_ulong, ANSWER),
	FIELD(struct btrfs_ioctl_space_args, spaces, &space_list, ANSWER, RARE, .count = BY_MEMBER(1)))
static FLAGS(defrag_flags, 8, "BTRFS_DEFRAG_RANGE_???", NULL,
	E(BTRFS_DEFRAG_RANGE_COMPRESS), E(BTRFS_DEFRAG_RANGE_START_IO))
static ENUM(compression, 4, "BTRFS_COMPRESS_???",
	E_AS("BTRFS_COMPRESS_NONE", 0), E_AS("BTRFS_COMPRESS_ZLIB", 1), E_AS("BTRFS_COMPRESS_LZO", 2),
	E_AS("BTRFS_COMPRESS_ZSTD", 3))
static STRUCT(defragmented, struct btrfs_ioctl_defrag_range_args,
	FIELD(struct btrfs_ioctl_defrag_range_args, start, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_defrag_range_args, len, &limit_number),
	FIELD(struct btrfs_ioctl_defrag_range_args, flags, &defrag_flags),
	FIELD(struct btrfs_ioctl_defrag_range_args, extent_thresh, &lupe_type_uint),
	FIELD(struct btrfs_ioctl_defrag_range_args, compress_type, &compression))

/* --- balance --- */

static FLAGS(balance_flags, 8, "BTRFS_BALANCE_???", NULL,
	E(BTRFS_BALANCE_DATA), E(BTRFS_BALANCE_SYSTEM), E(BTRFS_BALANCE_METADATA),
	E(BTRFS_BALANCE_FORCE), E(BTRFS_BALANCE_RESUME))
static FLAGS(balance_state, 8, "BTRFS_BALANCE_STATE_???", NULL,
	E(BTRFS_BALANCE_STATE_RUNNING), E(BTRFS_BALANCE_STATE_PAUSE_REQ),
	E(BTRFS_BALANCE_STATE_CANCEL_REQ))
static FLAGS(balanced_flags, 8, "BTRFS_BALANCE_ARGS_???", NULL,
	E(BTRFS_BALANCE_ARGS_PROFILES), E(BTRFS_BALANCE_ARGS_USAGE), E(BTRFS_BALANCE_ARGS_DEVID),
	E(BTRFS_BALANCE_ARGS_DRANGE), E(BTRFS_BALANCE_ARGS_VRANGE), E(BTRFS_BALANCE_ARGS_LIMIT),
	E(BTRFS_BALANCE_ARGS_LIMIT_RANGE), E(BTRFS_BALANCE_ARGS_STRIPES_RANGE),
	E(BTRFS_BALANCE_ARGS_CONVERT), E(BTRFS_BALANCE_ARGS_SOFT), E(BTRFS_BALANCE_ARGS_USAGE_RANGE))
static STRUCT(balanced, struct btrfs_balance_args,
	FIELD(struct btrfs_balance_args, profiles, &profiles),
	FIELD(struct btrfs_balance_args, usage, &limit_number),
	FIELD(struct btrfs_balance_args, devid, &lupe_type_dev),
	FIELD(struct btrfs_balance_args, pstart, &limit_number),
	FIELD(struct btrfs_balance_args, pend, &limit_number),
	FIELD(struct btrfs_balance_args, vstart, &limit_number),
	FIELD(struct btrfs_balance_args, vend, &limit_number),
	FIELD(struct btrfs_balance_args, target, &limit_number),
	FIELD(struct btrfs_balance_args, flags, &balanced_flags))

static bool balances(const struct lupe_value *balance, uint64_t what)
{
	const struct lupe_value *flags = lupe_value_member(balance, "flags");

	return flags && flags->u & what;
}

static bool balances_data(const struct lupe_value *balance)
{
	return balances(balance, BTRFS_BALANCE_DATA);
}

static bool balances_metadata(const struct lupe_value *balance)
{
	return balances(balance, BTRFS_BALANCE_METADATA);
}

static bool balances_system(const struct lupe_value *balance)
{
	return balances(balance, BTRFS_BALANCE_SYSTEM);
}

#define BALANCED \
	FIELD(struct btrfs_ioctl_balance_args, data, &balanced, ANSWER_TOO, .present = balances_data), \
	FIELD(struct btrfs_ioctl_balance_args, meta, &balanced, ANSWER_TOO, \
	      .present = balances_metadata), \
	FIELD(struct btrfs_ioctl_balance_args, sys, &balanced, ANSWER_TOO, .present = balances_system)
static EXCHANGED(balance, struct btrfs_ioctl_balance_args,
	FIELD(struct btrfs_ioctl_balance_args, flags, &balance_flags, ANSWER_TOO),
	FIELD(struct btrfs_ioctl_balance_args, state, &balance_state, ANSWER), BALANCED)
static STRUCT(balance_progress, struct btrfs_ioctl_balance_args,
	FIELD(struct btrfs_ioctl_balance_args, flags, &balance_flags),
	FIELD(struct btrfs_ioctl_balance_args, state, &balance_state), BALANCED)
static ENUM(balance_control, 4, "BTRFS_BALANCE_CTL_???",
	E(BTRFS_BALANCE_CTL_PAUSE), E(BTRFS_BALANCE_CTL_CANCEL))

/* --- devices --- */

#define PROGRESS(name) FIELD(struct btrfs_scrub_progress, name, &lupe_type_ulong)
static STRUCT(scrub_progress, struct btrfs_scrub_progress,
	PROGRESS(data_extents_scrubbed), PROGRESS(tree_extents_scrubbed), PROGRESS(data_bytes_scrubbed),
	PROGRESS(tree_bytes_scrubbed), PROGRESS(read_errors), PROGRESS(csum_errors),
	PROGRESS(verify_errors), PROGRESS(no_csum), PROGRESS(csum_discards), PROGRESS(super_errors),
	PROGRESS(malloc_errors), PROGRESS(uncorrectable_errors), PROGRESS(corrected_errors),
	PROGRESS(last_physical), PROGRESS(unverified_errors))
static FLAGS(scrub_flags, 8, "BTRFS_SCRUB_???", NULL, E(BTRFS_SCRUB_READONLY))
static EXCHANGED(scrub, struct btrfs_ioctl_scrub_args,
	FIELD(struct btrfs_ioctl_scrub_args, devid, &lupe_type_dev),
	FIELD(struct btrfs_ioctl_scrub_args, start, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_scrub_args, end, &limit_number),
	FIELD(struct btrfs_ioctl_scrub_args, flags, &scrub_flags),
	FIELD(struct btrfs_ioctl_scrub_args, progress, &scrub_progress, ANSWER))
static EXCHANGED(scrub_asked, struct btrfs_ioctl_scrub_args,
	FIELD(struct btrfs_ioctl_scrub_args, devid, &lupe_type_dev),
	FIELD(struct btrfs_ioctl_scrub_args, progress, &scrub_progress, ANSWER))
static const struct lupe_type device_path = CSTRING(BTRFS_DEVICE_PATH_NAME_MAX);
static EXCHANGED(device, struct btrfs_ioctl_dev_info_args,
	FIELD(struct btrfs_ioctl_dev_info_args, devid, &lupe_type_dev),
	FIELD(struct btrfs_ioctl_dev_info_args, uuid, &uuid, ANSWER_TOO, SPARE),
	FIELD(struct btrfs_ioctl_dev_info_args, bytes_used, &lupe_type_ulong, ANSWER),
	FIELD(struct btrfs_ioctl_dev_info_args, total_bytes, &lupe_type_ulong, ANSWER),
	FIELD(struct btrfs_ioctl_dev_info_args, path, &device_path, ANSWER))

static ENUM(device_counter, 8, "BTRFS_DEV_STAT_???",
	E(BTRFS_DEV_STAT_WRITE_ERRS), E(BTRFS_DEV_STAT_READ_ERRS), E(BTRFS_DEV_STAT_FLUSH_ERRS),
	E(BTRFS_DEV_STAT_CORRUPTION_ERRS), E(BTRFS_DEV_STAT_GENERATION_ERRS))

/* [[BTRFS_DEV_STAT_WRITE_ERRS]=0, ...] */
static void print_device_counters(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *said = lupe_value_member(printer->parent, "nr_items");
	uint64_t i, number, count = said ? said->u : 0;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < MIN(count, value->n_bytes / sizeof(number)); i++) {
		memcpy(&number, value->bytes + i * sizeof(number), sizeof(number));
		lupe_buffer_string(printer->out, i ? ", [" : "[");
		lupe_strace_symbol(printer, &device_counter, i);
		lupe_buffer_string(printer->out, "]=");
		lupe_buffer_unsigned(printer->out, number);
	}
	lupe_buffer_string(printer->out, i < count ? ", ...]" : "]");
}

static const struct lupe_type device_counters = {
	.name = "unsigned long []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,
	.size = sizeof(((struct btrfs_ioctl_get_dev_stats *)0)->values),
	.ops = &(const struct lupe_type_ops){.print = print_device_counters}};
static FLAGS(counter_flags, 8, "BTRFS_DEV_STATS_???", NULL, E(BTRFS_DEV_STATS_RESET))
static EXCHANGED(device_statistics, struct btrfs_ioctl_get_dev_stats,
	FIELD(struct btrfs_ioctl_get_dev_stats, devid, &lupe_type_dev),
	FIELD(struct btrfs_ioctl_get_dev_stats, nr_items, &lupe_type_ulong, ANSWER_TOO),
	FIELD(struct btrfs_ioctl_get_dev_stats, flags, &counter_flags, ANSWER_TOO),
	FIELD_AS(NULL, struct btrfs_ioctl_get_dev_stats, values, &device_counters, ANSWER))

static ENUM(replace_command, 8, "BTRFS_IOCTL_DEV_REPLACE_CMD_???",
	E(BTRFS_IOCTL_DEV_REPLACE_CMD_START), E(BTRFS_IOCTL_DEV_REPLACE_CMD_STATUS),
	E(BTRFS_IOCTL_DEV_REPLACE_CMD_CANCEL))
static ENUM(replace_result, 8, "BTRFS_IOCTL_DEV_REPLACE_RESULT_???",
	E(BTRFS_IOCTL_DEV_REPLACE_RESULT_NO_ERROR), E(BTRFS_IOCTL_DEV_REPLACE_RESULT_NOT_STARTED),
	E(BTRFS_IOCTL_DEV_REPLACE_RESULT_ALREADY_STARTED),
	E(BTRFS_IOCTL_DEV_REPLACE_RESULT_SCRUB_INPROGRESS))
static ENUM(replace_reading, 8, "BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_???",
	E(BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_ALWAYS),
	E(BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_AVOID))
static ENUM(replace_state, 8, "BTRFS_IOCTL_DEV_REPLACE_STATE_???",
	E(BTRFS_IOCTL_DEV_REPLACE_STATE_NEVER_STARTED), E(BTRFS_IOCTL_DEV_REPLACE_STATE_STARTED),
	E(BTRFS_IOCTL_DEV_REPLACE_STATE_FINISHED), E(BTRFS_IOCTL_DEV_REPLACE_STATE_CANCELED),
	E(BTRFS_IOCTL_DEV_REPLACE_STATE_SUSPENDED))

static void print_per_mille(struct lupe_printer *printer, const struct lupe_value *value)
{
	char percent[48];

	lupe_buffer_unsigned(printer->out, value->u);
	snprintf(percent, sizeof(percent), "%llu.%llu%%", (unsigned long long)(value->u / 10),
		 (unsigned long long)(value->u % 10));
	if (value->u)
		lupe_strace_comment(printer, percent);
}

static const struct lupe_type per_mille = NUMBER_PRINTED_BY(8, print_per_mille);
static const struct lupe_type replaced_name = CSTRING(BTRFS_DEVICE_PATH_NAME_MAX + 1);
static STRUCT(replace_start, struct btrfs_ioctl_dev_replace_start_params,
	FIELD(struct btrfs_ioctl_dev_replace_start_params, srcdevid, &lupe_type_dev),
	FIELD(struct btrfs_ioctl_dev_replace_start_params, cont_reading_from_srcdev_mode,
	      &replace_reading),
	FIELD(struct btrfs_ioctl_dev_replace_start_params, srcdev_name, &replaced_name),
	FIELD(struct btrfs_ioctl_dev_replace_start_params, tgtdev_name, &replaced_name))
static STRUCT(replace_status, struct btrfs_ioctl_dev_replace_status_params,
	FIELD(struct btrfs_ioctl_dev_replace_status_params, replace_state, &replace_state),
	FIELD(struct btrfs_ioctl_dev_replace_status_params, progress_1000, &per_mille),
	FIELD(struct btrfs_ioctl_dev_replace_status_params, time_started, &lupe_type_date),
	FIELD(struct btrfs_ioctl_dev_replace_status_params, time_stopped, &lupe_type_date),
	FIELD(struct btrfs_ioctl_dev_replace_status_params, num_write_errors, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_dev_replace_status_params, num_uncorrectable_read_errors,
	      &lupe_type_ulong))

static bool starts_replacing(const struct lupe_value *replace)
{
	return replace->n_children &&
	       replace->children[0].u == BTRFS_IOCTL_DEV_REPLACE_CMD_START;
}

static bool asks_status(const struct lupe_value *replace)
{
	return replace->n_children &&
	       replace->children[0].u == BTRFS_IOCTL_DEV_REPLACE_CMD_STATUS;
}

static EXCHANGED(replaced, struct btrfs_ioctl_dev_replace_args,
	FIELD(struct btrfs_ioctl_dev_replace_args, cmd, &replace_command),
	FIELD(struct btrfs_ioctl_dev_replace_args, start, &replace_start,
	      .present = starts_replacing),
	FIELD(struct btrfs_ioctl_dev_replace_args, result, &replace_result, ANSWER),
	FIELD(struct btrfs_ioctl_dev_replace_args, status, &replace_status, ANSWER,
	      .present = asks_status))

/* --- trees and paths --- */

#define KEY(name, type_) FIELD(struct btrfs_ioctl_search_key, name, type_)
static STRUCT(search_key, struct btrfs_ioctl_search_key,
	KEY(tree_id, &object), KEY(min_objectid, &object), KEY(max_objectid, &object),
	KEY(min_offset, &limit_number), KEY(max_offset, &limit_number), KEY(min_transid, &limit_number),
	KEY(max_transid, &limit_number), KEY(min_type, &item_kind), KEY(max_type, &item_kind),
	KEY(nr_items, &lupe_type_uint))
static STRUCT(search_found, struct btrfs_ioctl_search_key, KEY(nr_items, &lupe_type_uint))

static void print_item(struct lupe_printer *printer, const struct btrfs_ioctl_search_header *item)
{
	lupe_buffer_printf(printer->out, "{transid=%llu, objectid=", item->transid);
	print_named(printer, &object_names, item->objectid);
	lupe_buffer_printf(printer->out, ", offset=%llu, type=", item->offset);
	print_named(printer, &item_kind_names, item->type);
	lupe_buffer_printf(printer->out, ", len=%u}", item->len);
}

/* The heads of the items found: each has its data behind it. */
static void print_items(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *key = lupe_value_member(printer->parent, "key");
	const struct lupe_value *said = key ? lupe_value_member(key, "nr_items") : NULL;
	uint64_t i, count = said ? said->u : 0, at = 0;
	struct btrfs_ioctl_search_header item;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < count; i++) {
		lupe_buffer_string(printer->out, i ? ", " : "");
		if (at > value->n_bytes || value->n_bytes - at < sizeof(item)) {
			lupe_buffer_string(printer->out, "...");
			break;
		}
		memcpy(&item, value->bytes + at, sizeof(item));
		print_item(printer, &item);
		at += sizeof(item) + item.len;
	}
	lupe_buffer_char(printer->out, ']');
}

#define ITEMS(bytes_) \
	{.name = "char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH, .size = (bytes_), \
	 .ops = &(const struct lupe_type_ops){.print = print_items}}
static const struct lupe_type items = ITEMS(BTRFS_SEARCH_ARGS_BUFSIZE), items2 = ITEMS(0);
static EXCHANGED(searched, struct btrfs_ioctl_search_args,
	FIELD(struct btrfs_ioctl_search_args, key, &search_key),
	FIELD(struct btrfs_ioctl_search_args, key, &search_found, ANSWER),
	FIELD(struct btrfs_ioctl_search_args, buf, &items, ANSWER, RARE))
static EXCHANGED(searched2, struct btrfs_ioctl_search_args_v2,
	FIELD(struct btrfs_ioctl_search_args_v2, key, &search_key),
	FIELD(struct btrfs_ioctl_search_args_v2, key, &search_found, ANSWER),
	FIELD(struct btrfs_ioctl_search_args_v2, buf_size, &lupe_type_ulong, ANSWER_TOO),
	FIELD(struct btrfs_ioctl_search_args_v2, buf, &items2, ANSWER, RARE,
	      .count = BY_MEMBER(2)))

static const struct lupe_type lookup_name = CSTRING(BTRFS_INO_LOOKUP_PATH_MAX);

/* The tree is an answer where the program asked for that of the file: 0. */
static void print_lookup(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *args = printer->call ? printer->call->entry : NULL, *before = NULL;
	struct lupe_value lookup = *value, children[4];

	if (args && args->n_children > 2 && args->children[2].n_children == 1)
		before = lupe_value_member(args->children[2].children, "treeid");
	if (value->n_children != ARRAY_SIZE(children)) {
		lupe_exchanged_ops.print(printer, value);
		return;
	}
	memcpy(children, value->children, sizeof(children));
	if (!before || before->u)
		children[2].flags |= LUPE_VALUE_ABSENT;
	lookup.children = children;
	lupe_exchanged_ops.print(printer, &lookup);
}

static STRUCT_PRINTED_BY(lookup, struct btrfs_ioctl_ino_lookup_args,
	(&(const struct lupe_type_ops){.print = print_lookup}),
	FIELD(struct btrfs_ioctl_ino_lookup_args, treeid, &object),
	FIELD(struct btrfs_ioctl_ino_lookup_args, objectid, &object),
	FIELD(struct btrfs_ioctl_ino_lookup_args, treeid, &object, ANSWER),
	FIELD(struct btrfs_ioctl_ino_lookup_args, name, &lookup_name, ANSWER))

static const struct lupe_type container_values = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong_hex};
static STRUCT(container, struct btrfs_data_container,
	FIELD(struct btrfs_data_container, bytes_left, &lupe_type_uint),
	FIELD(struct btrfs_data_container, bytes_missing, &lupe_type_uint),
	FIELD(struct btrfs_data_container, elem_cnt, &lupe_type_uint),
	FIELD(struct btrfs_data_container, elem_missed, &lupe_type_uint),
	FIELD(struct btrfs_data_container, val, &container_values, RARE, .count = BY_MEMBER(2)))
static EXCHANGED(inode_paths, struct btrfs_ioctl_ino_path_args,
	FIELD(struct btrfs_ioctl_ino_path_args, inum, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_ino_path_args, size, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_ino_path_args, fspath, &lupe_type_address),
	FIELD(struct btrfs_ioctl_ino_path_args, fspath, PTR(&container), ANSWER))
static FLAGS(logical_flags, 8, "BTRFS_LOGICAL_INO_ARGS_???", NULL,
	E(BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET))
static EXCHANGED(logical_inodes, struct btrfs_ioctl_logical_ino_args,
	FIELD(struct btrfs_ioctl_logical_ino_args, logical, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_logical_ino_args, size, &lupe_type_ulong),
	FIELD(struct btrfs_ioctl_logical_ino_args, reserved, ARRAY_OF(&lupe_type_ulong_hex, 3), SPARE),
	FIELD(struct btrfs_ioctl_logical_ino_args, flags, &logical_flags),
	FIELD(struct btrfs_ioctl_logical_ino_args, inodes, &lupe_type_address),
	FIELD(struct btrfs_ioctl_logical_ino_args, inodes, PTR(&container), ANSWER))

COMMANDS(lupe_ioctl_clone,
	VALUE(FICLONE, &lupe_type_fd), WRITES(FICLONERANGE, &clone_range),
	WRITES_READS(FIDEDUPERANGE, &dedupe_range),
	READS(FS_IOC_GETFSLABEL, &volume_label), WRITES(FS_IOC_SETFSLABEL, &volume_label),
	NOTHING(BTRFS_IOC_TRANS_START),
	NOTHING(BTRFS_IOC_TRANS_END), NOTHING(BTRFS_IOC_SYNC), NOTHING(BTRFS_IOC_SCRUB_CANCEL),
	NOTHING(BTRFS_IOC_QUOTA_RESCAN_WAIT), NOTHING(BTRFS_IOC_DEFRAG), NOTHING(BTRFS_IOC_BALANCE),
	READS(BTRFS_IOC_START_SYNC, &lupe_type_ulong), WRITES(BTRFS_IOC_WAIT_SYNC, &lupe_type_ulong),
	WRITES(BTRFS_IOC_DEFAULT_SUBVOL, &lupe_type_ulong), WRITES(BTRFS_IOC_RESIZE, &volume),
	WRITES(BTRFS_IOC_SNAP_CREATE, &volume), WRITES(BTRFS_IOC_SUBVOL_CREATE, &volume),
	WRITES(BTRFS_IOC_SNAP_DESTROY, &volume), WRITES(BTRFS_IOC_SCAN_DEV, &volume),
	WRITES(BTRFS_IOC_FORGET_DEV, &volume), WRITES(BTRFS_IOC_ADD_DEV, &volume),
	WRITES(BTRFS_IOC_RM_DEV, &volume), WRITES(BTRFS_IOC_DEVICES_READY, &volume),
	WRITES_READS(BTRFS_IOC_SNAP_CREATE_V2, &volume2),
	WRITES_READS(BTRFS_IOC_SUBVOL_CREATE_V2, &volume2),
	READS(BTRFS_IOC_SUBVOL_GETFLAGS, &bare_volume_flags),
	WRITES(BTRFS_IOC_SUBVOL_SETFLAGS, &bare_volume_flags),
	WRITES_READS(BTRFS_IOC_SET_RECEIVED_SUBVOL, &received), WRITES(BTRFS_IOC_SEND, &sent),
	WRITES(BTRFS_IOC_QGROUP_CREATE, &group_created),
	WRITES(BTRFS_IOC_QGROUP_ASSIGN, &group_assigned), READS(BTRFS_IOC_QGROUP_LIMIT, &group_limit),
	WRITES(BTRFS_IOC_QUOTA_RESCAN, &rescan),
	READS(BTRFS_IOC_QUOTA_RESCAN_STATUS, &rescan_status), WRITES(BTRFS_IOC_QUOTA_CTL, &quota),
	READS(BTRFS_IOC_GET_FEATURES, &features), WRITES(BTRFS_IOC_SET_FEATURES, &features_set),
	READS(BTRFS_IOC_GET_SUPPORTED_FEATURES, &features_supported),
	READS(BTRFS_IOC_FS_INFO, &filesystem), WRITES_READS(BTRFS_IOC_SPACE_INFO, &spaces),
	WRITES(BTRFS_IOC_DEFRAG_RANGE, &defragmented), WRITES_READS(BTRFS_IOC_BALANCE_V2, &balance),
	READS(BTRFS_IOC_BALANCE_PROGRESS, &balance_progress),
	VALUE(BTRFS_IOC_BALANCE_CTL, &balance_control), WRITES_READS(BTRFS_IOC_SCRUB, &scrub),
	WRITES_READS(BTRFS_IOC_SCRUB_PROGRESS, &scrub_asked),
	WRITES_READS(BTRFS_IOC_DEV_INFO, &device),
	WRITES_READS(BTRFS_IOC_GET_DEV_STATS, &device_statistics),
	WRITES_READS(BTRFS_IOC_DEV_REPLACE, &replaced), WRITES_READS(BTRFS_IOC_TREE_SEARCH, &searched),
	WRITES_READS(BTRFS_IOC_TREE_SEARCH_V2, &searched2),
	WRITES_READS(BTRFS_IOC_INO_LOOKUP, &lookup),
	WRITES_READS(BTRFS_IOC_INO_PATHS, &inode_paths),
	WRITES_READS(BTRFS_IOC_LOGICAL_INO, &logical_inodes))
/* clang-format on */
