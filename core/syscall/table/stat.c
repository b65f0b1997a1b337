/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of files and file systems: the stat and statfs calls.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <asm/statfs.h>
#include "syscall/table/table.h"

/* Attributes of newer kernels than the system's headers. */
#ifndef STATX_DIOALIGN
#define STATX_DIOALIGN 0x2000U
#endif

static bool is_device(const struct lupe_value *stat)
{
	uint64_t mode = lupe_value_member(stat, "st_mode")->u;

	return S_ISCHR(mode) || S_ISBLK(mode);
}

static bool is_no_device(const struct lupe_value *stat)
{
	return !is_device(stat);
}

static bool has(const struct lupe_value *statx, uint64_t bit)
{
	return statx->children[0].u & bit;
}

#define HAS(name, bit)                                                                             \
	static bool name(const struct lupe_value *statx)                                           \
	{                                                                                          \
		return has(statx, bit);                                                            \
	}
HAS(has_atime, STATX_ATIME)
HAS(has_btime, STATX_BTIME)
HAS(has_ctime, STATX_CTIME)
HAS(has_mtime, STATX_MTIME)
HAS(has_nlink, STATX_NLINK)
HAS(has_uid, STATX_UID)
HAS(has_gid, STATX_GID)
HAS(has_mode, STATX_TYPE | STATX_MODE)
HAS(has_ino, STATX_INO)
HAS(has_size, STATX_SIZE)
HAS(has_blocks, STATX_BLOCKS)
HAS(has_mnt_id, STATX_MNT_ID)
HAS(has_dioalign, STATX_DIOALIGN)

/* clang-format off */

static FLAGS(statx_sync, 4, NULL, NULL,
	IN_FIELD(AT_STATX_SYNC_AS_STAT, AT_STATX_SYNC_TYPE),
	IN_FIELD(AT_STATX_FORCE_SYNC, AT_STATX_SYNC_TYPE),
	IN_FIELD(AT_STATX_DONT_SYNC, AT_STATX_SYNC_TYPE),
	E_AS("AT_STATX_FORCE_SYNC|AT_STATX_DONT_SYNC", AT_STATX_SYNC_TYPE))
static FLAGS(statx_rest, 4, NULL, NULL,
	E(AT_SYMLINK_NOFOLLOW), E(AT_REMOVEDIR), E(AT_SYMLINK_FOLLOW), E(AT_NO_AUTOMOUNT),
	E(AT_EMPTY_PATH), E(AT_RECURSIVE))

    /* clang-format on */

    /* Two words of flags in one, each with its own notation. */
    static void print_statx_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t sync = value->u & AT_STATX_SYNC_TYPE;
	uint64_t rest = (uint32_t)value->u & ~(uint64_t)AT_STATX_SYNC_TYPE;

	if (sync || printer->options->xlat != LUPE_XLAT_RAW)
		lupe_strace_symbol(printer, &statx_sync, sync);
	if (!rest)
		return;
	lupe_buffer_char(printer->out, '|');
	lupe_strace_symbol(printer, &statx_rest, rest);
}

static const struct lupe_type_ops statx_flags_ops = {.print = print_statx_flags};

/* clang-format off */

static const struct lupe_type statx_flags = {
	.kind = LUPE_KIND_FLAGS, .size = 4, .unknown = "AT_???", .ops = &statx_flags_ops,
	ENUMERATORS(IN_FIELD(AT_STATX_SYNC_AS_STAT, AT_STATX_SYNC_TYPE),
		    IN_FIELD(AT_STATX_FORCE_SYNC, AT_STATX_SYNC_TYPE),
		    IN_FIELD(AT_STATX_DONT_SYNC, AT_STATX_SYNC_TYPE),
		    E(AT_SYMLINK_NOFOLLOW), E(AT_NO_AUTOMOUNT), E(AT_EMPTY_PATH))};

static FLAGS(at_flags, 4, "AT_???", NULL,
	E(AT_SYMLINK_NOFOLLOW), E(AT_REMOVEDIR), E(AT_SYMLINK_FOLLOW), E(AT_NO_AUTOMOUNT),
	E(AT_EMPTY_PATH), E(AT_RECURSIVE))

static FLAGS(statx_mask, 4, "STATX_???", NULL,
	E(STATX_ALL), E(STATX_BASIC_STATS), E(STATX_TYPE), E(STATX_MODE), E(STATX_NLINK),
	E(STATX_UID), E(STATX_GID), E(STATX_ATIME), E(STATX_MTIME), E(STATX_CTIME), E(STATX_INO),
	E(STATX_SIZE), E(STATX_BLOCKS), E(STATX_BTIME), E(STATX_MNT_ID), E(STATX_DIOALIGN))

static FLAGS(statx_attributes, 8, "STATX_ATTR_???", NULL,
	E(STATX_ATTR_COMPRESSED), E(STATX_ATTR_IMMUTABLE), E(STATX_ATTR_APPEND),
	E(STATX_ATTR_NODUMP), E(STATX_ATTR_ENCRYPTED), E(STATX_ATTR_AUTOMOUNT),
	E(STATX_ATTR_MOUNT_ROOT), E(STATX_ATTR_VERITY), E(STATX_ATTR_DAX))

static const struct lupe_type statx_time = {
	.name = "struct statx_timestamp", .kind = LUPE_KIND_STRUCT, .role = LUPE_ROLE_TIME,
	.size = sizeof(struct statx_timestamp),
	MEMBERS(FIELD(struct statx_timestamp, tv_sec, &lupe_type_long),
		FIELD(struct statx_timestamp, tv_nsec, &lupe_type_uint))};

#define VERBOSE .flags = LUPE_MEMBER_VERBOSE

static STRUCT(stat_type, struct stat,
	FIELD(struct stat, st_dev, &lupe_type_dev, VERBOSE),
	FIELD(struct stat, st_ino, &lupe_type_ulong, VERBOSE),
	FIELD(struct stat, st_mode, &lupe_type_mode),
	FIELD(struct stat, st_nlink, &lupe_type_ulong, VERBOSE),
	FIELD(struct stat, st_uid, &lupe_type_uid, VERBOSE),
	FIELD(struct stat, st_gid, &lupe_type_gid, VERBOSE),
	FIELD(struct stat, st_blksize, &lupe_type_ulong, VERBOSE),
	FIELD(struct stat, st_blocks, &lupe_type_ulong, VERBOSE),
	FIELD(struct stat, st_size, &lupe_type_ulong, .present = is_no_device),
	FIELD(struct stat, st_rdev, &lupe_type_dev, .present = is_device),
	FIELD_AS("st_atime", struct stat, st_atim.tv_sec, &lupe_type_date, VERBOSE),
	FIELD_AS("st_atime_nsec", struct stat, st_atim.tv_nsec, &lupe_type_ulong, VERBOSE),
	FIELD_AS("st_mtime", struct stat, st_mtim.tv_sec, &lupe_type_date, VERBOSE),
	FIELD_AS("st_mtime_nsec", struct stat, st_mtim.tv_nsec, &lupe_type_ulong, VERBOSE),
	FIELD_AS("st_ctime", struct stat, st_ctim.tv_sec, &lupe_type_date, VERBOSE),
	FIELD_AS("st_ctime_nsec", struct stat, st_ctim.tv_nsec, &lupe_type_ulong, VERBOSE))

/* Of newer kernels: stx_dio_mem_align and stx_dio_offset_align after stx_mnt_id. */
enum { OFFSET_DIO_MEM = 0x98, OFFSET_DIO_OFFSET = 0x9c };

static STRUCT(statx_type, struct statx,
	FIELD(struct statx, stx_mask, &statx_mask),
	FIELD(struct statx, stx_blksize, &lupe_type_uint, VERBOSE),
	FIELD(struct statx, stx_attributes, &statx_attributes),
	FIELD(struct statx, stx_nlink, &lupe_type_uint, VERBOSE, .present = has_nlink),
	FIELD(struct statx, stx_uid, &lupe_type_uid, VERBOSE, .present = has_uid),
	FIELD(struct statx, stx_gid, &lupe_type_gid, VERBOSE, .present = has_gid),
	FIELD(struct statx, stx_mode, &lupe_type_mode16, .present = has_mode),
	FIELD(struct statx, stx_ino, &lupe_type_ulong, VERBOSE, .present = has_ino),
	FIELD(struct statx, stx_size, &lupe_type_ulong, .present = has_size),
	FIELD(struct statx, stx_blocks, &lupe_type_ulong, VERBOSE, .present = has_blocks),
	FIELD(struct statx, stx_attributes_mask, &statx_attributes, VERBOSE),
	FIELD(struct statx, stx_atime, &statx_time, VERBOSE, .present = has_atime),
	FIELD(struct statx, stx_btime, &statx_time, VERBOSE, .present = has_btime),
	FIELD(struct statx, stx_ctime, &statx_time, VERBOSE, .present = has_ctime),
	FIELD(struct statx, stx_mtime, &statx_time, VERBOSE, .present = has_mtime),
	FIELD(struct statx, stx_rdev_major, &lupe_type_uint, VERBOSE),
	FIELD(struct statx, stx_rdev_minor, &lupe_type_uint, VERBOSE),
	FIELD(struct statx, stx_dev_major, &lupe_type_uint, VERBOSE),
	FIELD(struct statx, stx_dev_minor, &lupe_type_uint, VERBOSE),
	FIELD(struct statx, stx_mnt_id, &lupe_type_ulong_hex, VERBOSE, .present = has_mnt_id),
	{.name = "stx_dio_mem_align", .type = &lupe_type_uint, .offset = OFFSET_DIO_MEM, VERBOSE,
	 .present = has_dioalign},
	{.name = "stx_dio_offset_align", .type = &lupe_type_uint, .offset = OFFSET_DIO_OFFSET,
	 VERBOSE, .present = has_dioalign})

/* --- file systems --- */

/* Those of no header by their numbers. */
static ENUM(fs_magic, 8, NULL,
	E(ADFS_SUPER_MAGIC), E(AFFS_SUPER_MAGIC), E_AS("AFS_FS_MAGIC", AFS_FS_MAGIC),
	E_AS("AFS_FS_MAGIC", AFS_SUPER_MAGIC), E(AUTOFS_SUPER_MAGIC), E(CEPH_SUPER_MAGIC),
	E(CODA_SUPER_MAGIC), E(CRAMFS_MAGIC), E(DEBUGFS_MAGIC), E(SECURITYFS_MAGIC),
	E(SELINUX_MAGIC), E(SMACK_MAGIC), E(TMPFS_MAGIC), E(HUGETLBFS_MAGIC),
	E(SQUASHFS_MAGIC), E(ECRYPTFS_SUPER_MAGIC), E(EROFS_SUPER_MAGIC_V1),
	E(EXT2_SUPER_MAGIC), E(XENFS_SUPER_MAGIC), E(BTRFS_SUPER_MAGIC), E(NILFS_SUPER_MAGIC),
	E(F2FS_SUPER_MAGIC), E(HPFS_SUPER_MAGIC), E(ISOFS_SUPER_MAGIC), E(JFFS2_SUPER_MAGIC),
	E(PSTOREFS_MAGIC), E(EFIVARFS_MAGIC), E(HOSTFS_SUPER_MAGIC), E(OVERLAYFS_SUPER_MAGIC),
	E(FUSE_SUPER_MAGIC), E(MINIX_SUPER_MAGIC), E(MINIX_SUPER_MAGIC2), E(MINIX2_SUPER_MAGIC),
	E(MINIX2_SUPER_MAGIC2), E(MINIX3_SUPER_MAGIC), E(MSDOS_SUPER_MAGIC),
	E(EXFAT_SUPER_MAGIC), E(NCP_SUPER_MAGIC), E(NFS_SUPER_MAGIC), E(OCFS2_SUPER_MAGIC),
	E(OPENPROM_SUPER_MAGIC), E(QNX4_SUPER_MAGIC), E(QNX6_SUPER_MAGIC),
	E(REISERFS_SUPER_MAGIC), E(SMB_SUPER_MAGIC), E(CIFS_SUPER_MAGIC), E(SMB2_SUPER_MAGIC),
	E(CGROUP_SUPER_MAGIC), E(CGROUP2_SUPER_MAGIC), E_AS("RDTGROUP_SUPER_MAGIC", 0x7655821),
	E(STACK_END_MAGIC), E(TRACEFS_MAGIC), E(V9FS_MAGIC), E(BDEVFS_MAGIC), E(DAXFS_MAGIC),
	E(BINFMTFS_MAGIC), E(DEVPTS_SUPER_MAGIC), E(BINDERFS_SUPER_MAGIC), E(FUTEXFS_SUPER_MAGIC),
	E(PIPEFS_MAGIC), E(PROC_SUPER_MAGIC), E(SOCKFS_MAGIC), E(SYSFS_MAGIC),
	E(USBDEVICE_SUPER_MAGIC), E(MTD_INODE_FS_MAGIC), E(ANON_INODE_FS_MAGIC),
	E(BTRFS_TEST_MAGIC), E(NSFS_MAGIC), E(BPF_FS_MAGIC), E(AAFS_MAGIC), E(ZONEFS_MAGIC),
	E(UDF_SUPER_MAGIC), E(DMA_BUF_MAGIC), E(DEVMEM_MAGIC), E(SECRETMEM_MAGIC),
	E_AS("AUFS_SUPER_MAGIC", 0x61756673), E_AS("BALLOON_KVM_MAGIC", 0x13661366),
	E_AS("BEFS_SUPER_MAGIC", 0x42465331), E_AS("COH_SUPER_MAGIC", 0x012ff7b7),
	E_AS("CONFIGFS_MAGIC", 0x62656570), E_AS("DEVFS_SUPER_MAGIC", 0x1373),
	E_AS("EXOFS_SUPER_MAGIC", 0x5df5), E_AS("EXT2_OLD_SUPER_MAGIC", 0xef51),
	E_AS("EXT_SUPER_MAGIC", 0x137d), E_AS("FUSE_CTL_SUPER_MAGIC", 0x65735543),
	E_AS("GFS2_MAGIC", 0x01161970), E_AS("GPFS_SUPER_MAGIC", 0x47504653),
	E_AS("HFSPLUS_SUPER_MAGIC", 0x482b), E_AS("HFS_SUPER_MAGIC", 0x4244),
	E_AS("JFS_SUPER_MAGIC", 0x3153464a), E_AS("LOGFS_MAGIC", 0xc97e8168),
	E_AS("NTFS_SB_MAGIC", 0x5346544e), E_AS("PPC_CMM_MAGIC", 0xc7571590),
	E_AS("ROMFS_MAGIC", 0x7275), E_AS("SHMFS_SUPER_MAGIC", 0x02011994),
	E_AS("SYSV2_SUPER_MAGIC", 0x012ff7b6), E_AS("SYSV4_SUPER_MAGIC", 0x012ff7b5),
	E_AS("UBIFS_SUPER_MAGIC", 0x24051905), E_AS("UFS_MAGIC", 0x00011954),
	E_AS("VXFS_SUPER_MAGIC", 0xa501fcf5), E_AS("VZFS_SUPER_MAGIC", 0x565a4653),
	E_AS("XENIX_SUPER_MAGIC", 0x012ff7b4), E_AS("XFS_SUPER_MAGIC", 0x58465342),
	E_AS("XIAFS_SUPER_MAGIC", 0x012fd16d), E_AS("Z3FOLD_MAGIC", 0x33),
	E_AS("ZSMALLOC_MAGIC", 0x58295829))

enum { STATFS_VALID = 0x20 };
static FLAGS(statfs_flags, 8, "ST_???", NULL,
	E_AS("ST_VALID", STATFS_VALID), E_AS("ST_RDONLY", 1), E_AS("ST_NOSUID", 2), E_AS("ST_NODEV", 4),
	E_AS("ST_NOEXEC", 8), E_AS("ST_SYNCHRONOUS", 0x10), E_AS("ST_MANDLOCK", 0x40),
	E_AS("ST_NOATIME", 0x400), E_AS("ST_NODIRATIME", 0x800), E_AS("ST_RELATIME", 0x1000),
	E_AS("ST_NOSYMFOLLOW", 0x2000))

/* Before Linux 2.6.36 it was not filled in. */
static bool statfs_has_flags(const struct lupe_value *parent)
{
	return lupe_value_member(parent, "f_flags")->u & STATFS_VALID;
}

static STRUCT(fsid, __kernel_fsid_t,
	{.name = "val", .type = ARRAY_OF(&lupe_type_u32_hex, 2), .offset = 0})

static STRUCT(statfs_type, struct statfs,
	FIELD(struct statfs, f_type, &fs_magic),
	FIELD(struct statfs, f_bsize, &lupe_type_ulong),
	FIELD(struct statfs, f_blocks, &lupe_type_ulong),
	FIELD(struct statfs, f_bfree, &lupe_type_ulong),
	FIELD(struct statfs, f_bavail, &lupe_type_ulong),
	FIELD(struct statfs, f_files, &lupe_type_ulong),
	FIELD(struct statfs, f_ffree, &lupe_type_ulong),
	FIELD(struct statfs, f_fsid, &fsid),
	FIELD(struct statfs, f_namelen, &lupe_type_ulong),
	FIELD(struct statfs, f_frsize, &lupe_type_ulong),
	FIELD(struct statfs, f_flags, &statfs_flags, .present = statfs_has_flags))

static const struct lupe_syscall entries[] = {
SYSCALL(stat, G_FILE | G_STAT, NULL,
	IN("path", PTR(&lupe_type_path)), OUT("statbuf", PTR(&stat_type)))
SYSCALL(lstat, G_FILE | G_LSTAT, NULL,
	IN("path", PTR(&lupe_type_path)), OUT("statbuf", PTR(&stat_type)))
SYSCALL(fstat, G_DESC | G_FSTAT, NULL,
	IN("fd", &lupe_type_fd), OUT("statbuf", PTR(&stat_type)))
SYSCALL(newfstatat, G_FILE | G_DESC | G_FSTAT, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	OUT("statbuf", PTR(&stat_type)), IN("flags", &at_flags))
SYSCALL(statx, G_FILE | G_DESC | G_FSTAT, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &statx_flags), IN("mask", &statx_mask), OUT("statxbuf", PTR(&statx_type)))
SYSCALL(statfs, G_FILE | G_STATFS, NULL,
	IN("path", PTR(&lupe_type_path)), OUT("buf", PTR(&statfs_type)))
SYSCALL(fstatfs, G_DESC | G_FSTATFS, NULL,
	IN("fd", &lupe_type_fd), OUT("buf", PTR(&statfs_type)))
SYSCALL(ustat, LUPE_GROUP_STATFS_LIKE, NULL,
	IN("dev", &lupe_type_dev32), IN("ubuf", &lupe_type_address))
};

EXPORT_FAMILY(stat)
