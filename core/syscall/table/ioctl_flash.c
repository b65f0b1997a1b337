/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of raw flash memory (MTD) and of the volumes on it (UBI).
 */
#include <asm/ioctl.h>
#include <mtd/mtd-abi.h>
#include <mtd/ubi-user.h>
#include <string.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* clang-format off */

/* --- MTD --- */

static STRUCT(erased, struct erase_info_user,
	FIELD(struct erase_info_user, start, &lupe_type_u32_hex),
	FIELD(struct erase_info_user, length, &lupe_type_u32_hex))
static STRUCT(erased64, struct erase_info_user64,
	FIELD(struct erase_info_user64, start, &lupe_type_ulong_hex),
	FIELD(struct erase_info_user64, length, &lupe_type_ulong_hex))
static STRUCT(spare, struct mtd_oob_buf,
	FIELD(struct mtd_oob_buf, start, &lupe_type_u32_hex),
	FIELD(struct mtd_oob_buf, length, &lupe_type_u32_hex),
	FIELD(struct mtd_oob_buf, ptr, &lupe_type_address))
static STRUCT(spare64, struct mtd_oob_buf64,
	FIELD(struct mtd_oob_buf64, start, &lupe_type_ulong_hex),
	FIELD(struct mtd_oob_buf64, length, &lupe_type_u32_hex),
	FIELD(struct mtd_oob_buf64, usr_ptr, &lupe_type_address))
static ENUM(write_mode, 1, "MTD_OPS_???",
	E(MTD_OPS_PLACE_OOB), E(MTD_OPS_AUTO_OOB), E(MTD_OPS_RAW))
static STRUCT(written, struct mtd_write_req,
	FIELD(struct mtd_write_req, start, &lupe_type_ulong_hex),
	FIELD(struct mtd_write_req, len, &lupe_type_ulong_hex),
	FIELD(struct mtd_write_req, ooblen, &lupe_type_ulong_hex),
	FIELD(struct mtd_write_req, usr_data, &lupe_type_address),
	FIELD(struct mtd_write_req, usr_oob, &lupe_type_address),
	FIELD(struct mtd_write_req, mode, &write_mode))
static ENUM(once_area, 4, "MTD_OTP_???", E(MTD_OTP_OFF), E(MTD_OTP_FACTORY), E(MTD_OTP_USER))
static ENUM(file_mode, 8, "MTD_FILE_MODE_???",
	E(MTD_FILE_MODE_NORMAL), E(MTD_FILE_MODE_OTP_FACTORY), E(MTD_FILE_MODE_OTP_USER),
	E(MTD_FILE_MODE_RAW))
static STRUCT(once, struct otp_info,
	FIELD(struct otp_info, start, &lupe_type_u32_hex),
	FIELD(struct otp_info, length, &lupe_type_u32_hex),
	FIELD(struct otp_info, locked, &lupe_type_uint))
static STRUCT(corrections, struct mtd_ecc_stats,
	FIELD(struct mtd_ecc_stats, corrected, &lupe_type_u32_hex),
	FIELD(struct mtd_ecc_stats, failed, &lupe_type_u32_hex),
	FIELD(struct mtd_ecc_stats, badblocks, &lupe_type_u32_hex),
	FIELD(struct mtd_ecc_stats, bbtblocks, &lupe_type_u32_hex))
static ENUM(flash_kind, 1, "MTD_???",
	E(MTD_ABSENT), E(MTD_RAM), E(MTD_ROM), E(MTD_NORFLASH), E(MTD_NANDFLASH), E(MTD_DATAFLASH),
	E(MTD_UBIVOLUME), E(MTD_MLCNANDFLASH))
static FLAGS(flash_flags, 4, "MTD_???", NULL,
	E(MTD_WRITEABLE), E(MTD_BIT_WRITEABLE), E(MTD_NO_ERASE), E(MTD_POWERUP_LOCK),
	E(MTD_SLC_ON_MLC_EMULATION))
static STRUCT(flash, struct mtd_info_user,
	FIELD(struct mtd_info_user, type, &flash_kind),
	FIELD(struct mtd_info_user, flags, &flash_flags),
	FIELD(struct mtd_info_user, size, &lupe_type_u32_hex),
	FIELD(struct mtd_info_user, erasesize, &lupe_type_u32_hex),
	FIELD(struct mtd_info_user, writesize, &lupe_type_u32_hex),
	FIELD(struct mtd_info_user, oobsize, &lupe_type_u32_hex),
	FIELD(struct mtd_info_user, padding, &lupe_type_ulong_hex))
static STRUCT(region, struct region_info_user,
	FIELD(struct region_info_user, regionindex, &lupe_type_u32_hex),
	FIELD(struct region_info_user, offset, &lupe_type_u32_hex, ANSWER),
	FIELD(struct region_info_user, erasesize, &lupe_type_u32_hex, ANSWER),
	FIELD(struct region_info_user, numblocks, &lupe_type_u32_hex, ANSWER))
ASKED(region_asked, &region)
static ENUM(correction_mode, 4, "MTD_NANDECC_???",
	E(MTD_NANDECC_OFF), E(MTD_NANDECC_PLACE), E(MTD_NANDECC_AUTOPLACE), E(MTD_NANDECC_PLACEONLY),
	E(MTD_NANDECC_AUTOPL_USR))
static STRUCT(spare_layout, struct nand_oobinfo,
	FIELD(struct nand_oobinfo, useecc, &correction_mode),
	FIELD(struct nand_oobinfo, eccbytes, &lupe_type_u32_hex),
	FIELD(struct nand_oobinfo, oobfree,
	      ARRAY_OF(ARRAY_OF(&lupe_type_u32_hex, 2), MTD_MAX_OOBFREE_ENTRIES)),
	FIELD(struct nand_oobinfo, eccpos, ARRAY_OF(&lupe_type_u32_hex, 32)))
static STRUCT(spare_free, struct nand_oobfree,
	FIELD(struct nand_oobfree, offset, &lupe_type_u32_hex),
	FIELD(struct nand_oobfree, length, &lupe_type_u32_hex))
static STRUCT(correction_layout, struct nand_ecclayout_user,
	FIELD(struct nand_ecclayout_user, eccbytes, &lupe_type_u32_hex),
	FIELD(struct nand_ecclayout_user, eccpos,
	      ARRAY_OF(&lupe_type_u32_hex, MTD_MAX_ECCPOS_ENTRIES)),
	FIELD(struct nand_ecclayout_user, oobavail, &lupe_type_u32_hex),
	FIELD(struct nand_ecclayout_user, oobfree, ARRAY_OF(&spare_free, MTD_MAX_OOBFREE_ENTRIES)))

COMMANDS(lupe_ioctl_mtd,
	READS(MEMGETINFO, &flash), WRITES(MEMERASE, &erased), WRITES(MEMERASE64, &erased64),
	WRITES(MEMLOCK, &erased), WRITES(MEMUNLOCK, &erased), WRITES(MEMISLOCKED, &erased),
	WRITES(MEMWRITEOOB, &spare), WRITES(MEMREADOOB, &spare), WRITES(MEMWRITEOOB64, &spare64),
	WRITES(MEMREADOOB64, &spare64), WRITES(MEMWRITE, &written),
	READS(MEMGETREGIONCOUNT, &lupe_type_int), READS_LATE(MEMGETREGIONINFO, &region_asked),
	READS(MEMGETOOBSEL, &spare_layout), WRITES(MEMGETBADBLOCK, &lupe_type_off),
	WRITES(MEMSETBADBLOCK, &lupe_type_off), WRITES(OTPSELECT, &once_area),
	READS(OTPGETREGIONCOUNT, &lupe_type_uint), READS(OTPGETREGIONINFO, &once),
	WRITES(OTPLOCK, &once), READS(ECCGETLAYOUT, &correction_layout),
	READS(ECCGETSTATS, &corrections), VALUE(MTDFILEMODE, &file_mode))

/* --- UBI: devices --- */

static NUMBERED(attached, struct ubi_attach_req,
	FIELD(struct ubi_attach_req, ubi_num, &lupe_type_int),
	FIELD(struct ubi_attach_req, mtd_num, &lupe_type_int),
	FIELD(struct ubi_attach_req, vid_hdr_offset, &lupe_type_int),
	FIELD(struct ubi_attach_req, max_beb_per1024, &lupe_type_short))

static void print_volume_name(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *said = lupe_value_member(printer->parent, "name_len");
	int64_t length = said ? MIN(MAX(said->i, 0), UBI_MAX_VOLUME_NAME) : 0;
	const void *nul = memchr(value->bytes, 0, MIN((size_t)length + 1, value->n_bytes));
	size_t size = nul ? (size_t)((const unsigned char *)nul - value->bytes) : (size_t)length;

	lupe_strace_quoted(printer, value->bytes, MIN(size, value->n_bytes), !nul);
}

static const struct lupe_type volume_name = {
	.name = "char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,
	.size = UBI_MAX_VOLUME_NAME + 1,
	.ops = &(const struct lupe_type_ops){.print = print_volume_name}};
static ENUM(volume_kind, 1, "UBI_???_VOLUME", E(UBI_DYNAMIC_VOLUME), E(UBI_STATIC_VOLUME))
static FLAGS(volume_flags, 1, "UBI_VOL_???", NULL, E(UBI_VOL_SKIP_CRC_CHECK_FLG))
static NUMBERED(made, struct ubi_mkvol_req,
	FIELD(struct ubi_mkvol_req, vol_id, &lupe_type_int),
	FIELD(struct ubi_mkvol_req, alignment, &lupe_type_int),
	FIELD(struct ubi_mkvol_req, bytes, &lupe_type_long),
	FIELD(struct ubi_mkvol_req, vol_type, &volume_kind),
	FIELD(struct ubi_mkvol_req, flags, &volume_flags),
	FIELD(struct ubi_mkvol_req, name_len, &lupe_type_short),
	FIELD(struct ubi_mkvol_req, name, &volume_name))
static STRUCT(resized, struct ubi_rsvol_req,
	FIELD(struct ubi_rsvol_req, bytes, &lupe_type_long),
	FIELD(struct ubi_rsvol_req, vol_id, &lupe_type_int))

struct renamed_volume {
	__s32 vol_id;
	__s16 name_len;
	__s8 padding[2];
	char name[UBI_MAX_VOLUME_NAME + 1];
};
static STRUCT(renamed_volume, struct renamed_volume,
	FIELD(struct renamed_volume, vol_id, &lupe_type_int),
	FIELD(struct renamed_volume, name_len, &lupe_type_short),
	FIELD(struct renamed_volume, name, &volume_name))

static STRUCT(renamed, struct ubi_rnvol_req,
	FIELD(struct ubi_rnvol_req, count, &lupe_type_int),
	FIELD(struct ubi_rnvol_req, ents, COUNTED(&renamed_volume, UBI_MAX_RNVOL),
	      .count = BY_MEMBER(0)))

COMMANDS(lupe_ioctl_ubi,
	WRITES_READS(UBI_IOCMKVOL, &made), WRITES(UBI_IOCRMVOL, &lupe_type_int),
	WRITES(UBI_IOCRSVOL, &resized), WRITES(UBI_IOCRNVOL, &renamed),
	WRITES(UBI_IOCRPEB, &lupe_type_int), WRITES(UBI_IOCSPEB, &lupe_type_int),
	WRITES_READS(UBI_IOCATT, &attached), WRITES(UBI_IOCDET, &lupe_type_int))

/* --- UBI: a volume --- */

static ENUM(data_kind, 1, "UBI_???",
	E_AS("UBI_LONGTERM", 1), E_AS("UBI_SHORTTERM", 2), E_AS("UBI_UNKNOWN", 3))
static STRUCT(changed_block, struct ubi_leb_change_req,
	FIELD(struct ubi_leb_change_req, lnum, &lupe_type_int),
	FIELD(struct ubi_leb_change_req, bytes, &lupe_type_int),
	FIELD(struct ubi_leb_change_req, dtype, &data_kind))
static STRUCT(mapped_block, struct ubi_map_req,
	FIELD(struct ubi_map_req, lnum, &lupe_type_int),
	FIELD(struct ubi_map_req, dtype, &data_kind))
static ENUM(volume_property, 1, "UBI_VOL_PROP_???", E(UBI_VOL_PROP_DIRECT_WRITE))
static STRUCT(property, struct ubi_set_vol_prop_req,
	FIELD(struct ubi_set_vol_prop_req, property, &volume_property),
	FIELD(struct ubi_set_vol_prop_req, value, &lupe_type_ulong_hex))

COMMANDS(lupe_ioctl_ubi_volume,
	WRITES(UBI_IOCVOLUP, &lupe_type_long), WRITES(UBI_IOCEBER, &lupe_type_int),
	WRITES(UBI_IOCEBCH, &changed_block), WRITES(UBI_IOCEBMAP, &mapped_block),
	WRITES(UBI_IOCEBUNMAP, &lupe_type_int), WRITES(UBI_IOCEBISMAP, &lupe_type_int),
	WRITES(UBI_IOCSETVOLPROP, &property), NOTHING(UBI_IOCVOLCRBLK), NOTHING(UBI_IOCVOLRMBLK))
/* clang-format on */
