/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of block devices and of files on any file system: attributes, ranges, shared extents.
 */
#include <linux/blkpg.h>
#include <linux/blktrace_api.h>
#include <linux/blkzoned.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* clang-format off */

/* --- block devices --- */

static const struct lupe_type range = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong, .count = 2};

static const struct lupe_type device_name = CSTRING(BLKPG_DEVNAMELTH);
static const struct lupe_type volume_name = CSTRING(BLKPG_VOLNAMELTH);
static STRUCT(partition, struct blkpg_partition,
	FIELD(struct blkpg_partition, start, &lupe_type_off),
	FIELD(struct blkpg_partition, length, &lupe_type_off),
	FIELD(struct blkpg_partition, pno, &lupe_type_int),
	FIELD(struct blkpg_partition, devname, &device_name),
	FIELD(struct blkpg_partition, volname, &volume_name))
static ENUM(partition_operation, 4, "BLKPG_???",
	E(BLKPG_ADD_PARTITION), E(BLKPG_DEL_PARTITION), E(BLKPG_RESIZE_PARTITION))
static STRUCT(partition_request, struct blkpg_ioctl_arg,
	FIELD(struct blkpg_ioctl_arg, op, &partition_operation),
	FIELD(struct blkpg_ioctl_arg, flags, &lupe_type_int),
	FIELD(struct blkpg_ioctl_arg, datalen, &lupe_type_int),
	FIELD(struct blkpg_ioctl_arg, data, PTR(&partition)))

static const struct lupe_type trace_name = CSTRING(BLKTRACE_BDEV_SIZE);
static STRUCT(trace_setup, struct blk_user_trace_setup,
	FIELD(struct blk_user_trace_setup, act_mask, &lupe_type_ushort),
	FIELD(struct blk_user_trace_setup, buf_size, &lupe_type_uint),
	FIELD(struct blk_user_trace_setup, buf_nr, &lupe_type_uint),
	FIELD(struct blk_user_trace_setup, start_lba, &lupe_type_ulong),
	FIELD(struct blk_user_trace_setup, end_lba, &lupe_type_ulong),
	FIELD(struct blk_user_trace_setup, pid, &lupe_type_int),
	FIELD(struct blk_user_trace_setup, name, &trace_name, ANSWER))
ASKED(trace_setup_asked, &trace_setup)

COMMANDS(lupe_ioctl_block,
	WRITES(BLKROSET, &lupe_type_int), WRITES(BLKBSZSET, &lupe_type_int),
	READS(BLKROGET, &lupe_type_int), READS(BLKBSZGET, &lupe_type_int),
	READS(BLKSSZGET, &lupe_type_int), READS(BLKALIGNOFF, &lupe_type_int),
	READS(BLKSECTGET, &lupe_type_ushort), READS(BLKROTATIONAL, &lupe_type_ushort),
	READS(BLKIOMIN, &lupe_type_uint), READS(BLKIOOPT, &lupe_type_uint),
	READS(BLKPBSZGET, &lupe_type_uint), READS(BLKDISCARDZEROES, &lupe_type_uint),
	READS(BLKGETZONESZ, &lupe_type_uint), READS(BLKGETNRZONES, &lupe_type_uint),
	VALUE(BLKRASET, &lupe_type_ulong), VALUE(BLKFRASET, &lupe_type_ulong),
	READS(BLKRAGET, &lupe_type_ulong), READS(BLKFRAGET, &lupe_type_ulong),
	READS(BLKGETSIZE, &lupe_type_ulong), READS(BLKGETSIZE64, &lupe_type_ulong),
	READS(BLKGETDISKSEQ, &lupe_type_ulong),
	WRITES(BLKDISCARD, &range), WRITES(BLKSECDISCARD, &range), WRITES(BLKZEROOUT, &range),
	WRITES(BLKPG, &partition_request), READS_LATE(BLKTRACESETUP, &trace_setup_asked),
	NOTHING(BLKRRPART), NOTHING(BLKFLSBUF), NOTHING(BLKTRACESTART), NOTHING(BLKTRACESTOP),
	NOTHING(BLKTRACETEARDOWN))

/* --- attributes of inodes --- */

static FLAGS(inode_flags, 4, "FS_???", NULL,
	E(FS_SECRM_FL), E(FS_UNRM_FL), E(FS_COMPR_FL), E(FS_SYNC_FL), E(FS_IMMUTABLE_FL),
	E(FS_APPEND_FL), E(FS_NODUMP_FL), E(FS_NOATIME_FL), E(FS_DIRTY_FL), E(FS_COMPRBLK_FL),
	E(FS_NOCOMP_FL), E(FS_ENCRYPT_FL), E(FS_INDEX_FL), E(FS_IMAGIC_FL), E(FS_JOURNAL_DATA_FL),
	E(FS_NOTAIL_FL), E(FS_DIRSYNC_FL), E(FS_TOPDIR_FL), E(FS_HUGE_FILE_FL), E(FS_EXTENT_FL),
	E(FS_VERITY_FL), E(FS_EA_INODE_FL), E(FS_EOFBLOCKS_FL), E(FS_NOCOW_FL), E(FS_DAX_FL),
	E(FS_INLINE_DATA_FL), E(FS_PROJINHERIT_FL), E(FS_CASEFOLD_FL), E(FS_RESERVED_FL))

static FLAGS(extent_flags, 4, "FIEMAP_EXTENT_???", NULL,
	E(FIEMAP_EXTENT_LAST), E(FIEMAP_EXTENT_UNKNOWN), E(FIEMAP_EXTENT_DELALLOC),
	E(FIEMAP_EXTENT_ENCODED), E(FIEMAP_EXTENT_DATA_ENCRYPTED), E(FIEMAP_EXTENT_NOT_ALIGNED),
	E(FIEMAP_EXTENT_DATA_INLINE), E(FIEMAP_EXTENT_DATA_TAIL), E(FIEMAP_EXTENT_UNWRITTEN),
	E(FIEMAP_EXTENT_MERGED), E(FIEMAP_EXTENT_SHARED))
static STRUCT(extent, struct fiemap_extent,
	FIELD(struct fiemap_extent, fe_logical, &lupe_type_ulong),
	FIELD(struct fiemap_extent, fe_physical, &lupe_type_ulong),
	FIELD(struct fiemap_extent, fe_length, &lupe_type_ulong),
	FIELD(struct fiemap_extent, fe_flags, &extent_flags))
static const struct lupe_type extents = {.kind = LUPE_KIND_ARRAY, .target = &extent};

static FLAGS(map_flags, 4, "FIEMAP_FLAG_???", NULL,
	E(FIEMAP_FLAG_SYNC), E(FIEMAP_FLAG_XATTR), E(FIEMAP_FLAG_CACHE))

static bool has_extents(const struct lupe_value *parent)
{
	return parent->children[3].u || !parent->children[4].u;
}

static EXCHANGED(extent_map, struct fiemap,
	FIELD(struct fiemap, fm_start, &lupe_type_ulong),
	FIELD(struct fiemap, fm_length, &lupe_type_ulong),
	FIELD(struct fiemap, fm_flags, &map_flags, ANSWER_TOO),
	FIELD(struct fiemap, fm_extent_count, &lupe_type_uint),
	FIELD(struct fiemap, fm_mapped_extents, &lupe_type_uint, ANSWER),
	FIELD(struct fiemap, fm_extents, &extents, ANSWER, .count = BY_MEMBER(4),
	      .flags = LUPE_MEMBER_VERBOSE, .present = has_extents))

COMMANDS(lupe_ioctl_files,
	READS(FS_IOC_GETFLAGS, &inode_flags), WRITES(FS_IOC_SETFLAGS, &inode_flags),
	READS(FS_IOC32_GETFLAGS, &inode_flags), WRITES(FS_IOC32_SETFLAGS, &inode_flags),
	WRITES_READS(FS_IOC_FIEMAP, &extent_map))

static FLAGS(extended_flags, 4, "FS_XFLAG_???", NULL,
	E(FS_XFLAG_REALTIME), E(FS_XFLAG_PREALLOC), E(FS_XFLAG_IMMUTABLE), E(FS_XFLAG_APPEND),
	E(FS_XFLAG_SYNC), E(FS_XFLAG_NOATIME), E(FS_XFLAG_NODUMP), E(FS_XFLAG_RTINHERIT),
	E(FS_XFLAG_PROJINHERIT), E(FS_XFLAG_NOSYMLINKS), E(FS_XFLAG_EXTSIZE),
	E(FS_XFLAG_EXTSZINHERIT), E(FS_XFLAG_NODEFRAG), E(FS_XFLAG_FILESTREAM), E(FS_XFLAG_DAX),
	E(FS_XFLAG_COWEXTSIZE), E(FS_XFLAG_HASATTR))
#define ATTRIBUTES_TO_EXTENT_SIZE \
	FIELD(struct fsxattr, fsx_xflags, &extended_flags), \
	FIELD(struct fsxattr, fsx_extsize, &lupe_type_uint)
#define ATTRIBUTES_FROM_PROJECT \
	FIELD(struct fsxattr, fsx_projid, &lupe_type_u32_hex), \
	FIELD(struct fsxattr, fsx_cowextsize, &lupe_type_uint)
static STRUCT(attributes, struct fsxattr, ATTRIBUTES_TO_EXTENT_SIZE,
	FIELD(struct fsxattr, fsx_nextents, &lupe_type_uint), ATTRIBUTES_FROM_PROJECT)
static STRUCT(new_attributes, struct fsxattr, ATTRIBUTES_TO_EXTENT_SIZE, ATTRIBUTES_FROM_PROJECT)
static STRUCT(trim_range, struct fstrim_range,
	FIELD(struct fstrim_range, start, &lupe_type_ulong_hex),
	FIELD(struct fstrim_range, len, &lupe_type_ulong),
	FIELD(struct fstrim_range, minlen, &lupe_type_ulong))

COMMANDS(lupe_ioctl_xfs,
	READS(FS_IOC_FSGETXATTR, &attributes), WRITES(FS_IOC_FSSETXATTR, &new_attributes),
	WRITES(FITRIM, &trim_range), NOTHING(FIFREEZE), NOTHING(FITHAW))
/* clang-format on */
