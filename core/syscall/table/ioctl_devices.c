/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of disks of the old and the SCSI kind, loop and network block devices, clocks, watchdogs and
 * the random pool.
 */
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/loop.h>
#include <linux/nbd.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/watchdog.h>
#include <scsi/sg.h>
#include <sys/inotify.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* What the headers do not have, or no longer. */
enum { INOTIFY_IOC_SETNEXTWD = _IOW('I', 0, int32_t), SG_GET_ACCESS_COUNT = 0x2289 };

/* clang-format off */

/* --- IDE --- */

static STRUCT(geometry, struct hd_geometry,
	FIELD(struct hd_geometry, heads, &lupe_type_u8),
	FIELD(struct hd_geometry, sectors, &lupe_type_u8),
	FIELD(struct hd_geometry, cylinders, &lupe_type_ushort),
	FIELD(struct hd_geometry, start, &lupe_type_ulong))
static FLAGS(nice_modes, 8, "IDE_NICE_???", NULL,
	E_AS("1 << IDE_NICE_DSC_OVERLAP", 1 << IDE_NICE_DSC_OVERLAP),
	E_AS("1 << IDE_NICE_ATAPI_OVERLAP", 1 << IDE_NICE_ATAPI_OVERLAP),
	E_AS("1 << IDE_NICE_1", 1 << IDE_NICE_1), E_AS("1 << IDE_NICE_0", 1 << IDE_NICE_0),
	E_AS("1 << IDE_NICE_2", 1 << IDE_NICE_2))
static ENUM(bus_state, 8, "BUSSTATE_???", E(BUSSTATE_OFF), E(BUSSTATE_ON), E(BUSSTATE_TRISTATE))
static const struct lupe_type three_numbers = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_u32_hex, .count = 3};
static SCALAR(identity, "unsigned char []", LUPE_KIND_BYTES, 512, LUPE_ROLE_NONE)
static SCALAR(old_identity, "unsigned char []", LUPE_KIND_BYTES, 142, LUPE_ROLE_NONE)

COMMANDS(lupe_ioctl_ide,
	READS(HDIO_GETGEO, &geometry), READS(HDIO_GET_UNMASKINTR, &lupe_type_ulong),
	READS(HDIO_GET_MULTCOUNT, &lupe_type_ulong), READS(HDIO_GET_KEEPSETTINGS, &lupe_type_ulong),
	READS(HDIO_GET_32BIT, &lupe_type_ulong), READS(HDIO_GET_NOWERR, &lupe_type_ulong),
	READS(HDIO_GET_DMA, &lupe_type_ulong), READS(HDIO_GET_NICE, &nice_modes),
	READS(HDIO_GET_WCACHE, &lupe_type_ulong), READS(HDIO_GET_ACOUSTIC, &lupe_type_ulong),
	READS(HDIO_GET_ADDRESS, &lupe_type_ulong), READS(HDIO_GET_BUSSTATE, &bus_state),
	READS(HDIO_GET_IDENTITY, &identity), READS(HDIO_OBSOLETE_IDENTITY, &old_identity),
	WRITES(HDIO_DRIVE_RESET, &three_numbers), WRITES(HDIO_SCAN_HWIF, &three_numbers),
	VALUE(HDIO_SET_MULTCOUNT, &lupe_type_ulong), VALUE(HDIO_SET_UNMASKINTR, &lupe_type_ulong),
	VALUE(HDIO_SET_KEEPSETTINGS, &lupe_type_ulong), VALUE(HDIO_SET_32BIT, &lupe_type_ulong),
	VALUE(HDIO_SET_NOWERR, &lupe_type_ulong), VALUE(HDIO_SET_DMA, &lupe_type_ulong),
	VALUE(HDIO_SET_PIO_MODE, &lupe_type_ulong), VALUE(HDIO_SET_NICE, &nice_modes),
	VALUE(HDIO_UNREGISTER_HWIF, &lupe_type_ulong), VALUE(HDIO_SET_WCACHE, &lupe_type_ulong),
	VALUE(HDIO_SET_ACOUSTIC, &lupe_type_ulong), VALUE(HDIO_SET_BUSSTATE, &bus_state),
	VALUE(HDIO_SET_ADDRESS, &lupe_type_ulong))

/* --- SCSI generic --- */

static STRUCT(scsi_id, struct sg_scsi_id,
	FIELD(struct sg_scsi_id, host_no, &lupe_type_int),
	FIELD(struct sg_scsi_id, channel, &lupe_type_int),
	FIELD(struct sg_scsi_id, scsi_id, &lupe_type_u32_hex),
	FIELD(struct sg_scsi_id, lun, &lupe_type_int),
	FIELD(struct sg_scsi_id, scsi_type, &lupe_type_u32_hex),
	FIELD(struct sg_scsi_id, h_cmd_per_lun, &lupe_type_short),
	FIELD(struct sg_scsi_id, d_queue_depth, &lupe_type_short))
static ENUM(scsi_reset, 4, "SG_SCSI_RESET_???",
	E(SG_SCSI_RESET_NOTHING), E(SG_SCSI_RESET_DEVICE), E(SG_SCSI_RESET_BUS),
	E(SG_SCSI_RESET_HOST), E_AS("SG_SCSI_RESET_TARGET", 4))
static STRUCT(scsi_request, sg_req_info_t,
	FIELD(sg_req_info_t, req_state, &lupe_type_u8), FIELD(sg_req_info_t, orphan, &lupe_type_u8),
	FIELD(sg_req_info_t, sg_io_owned, &lupe_type_u8),
	FIELD(sg_req_info_t, problem, &lupe_type_u8), FIELD(sg_req_info_t, pack_id, &lupe_type_int),
	FIELD(sg_req_info_t, usr_ptr, &lupe_type_address),
	FIELD(sg_req_info_t, duration, &lupe_type_uint))

COMMANDS(lupe_ioctl_scsi,
	NOTHING(SG_GET_TIMEOUT),
	WRITES(SG_SET_TIMEOUT, &lupe_type_int), WRITES(SG_SET_COMMAND_Q, &lupe_type_int),
	WRITES(SG_SET_RESERVED_SIZE, &lupe_type_int), WRITES(SG_SET_FORCE_LOW_DMA, &lupe_type_int),
	WRITES(SG_SET_FORCE_PACK_ID, &lupe_type_int), WRITES(SG_SET_DEBUG, &lupe_type_int),
	WRITES(SG_NEXT_CMD_LEN, &lupe_type_int), WRITES(SG_SET_KEEP_ORPHAN, &lupe_type_int),
	WRITES(SG_SCSI_RESET, &scsi_reset),
	READS(SG_EMULATED_HOST, &lupe_type_int), READS(SG_GET_TRANSFORM, &lupe_type_int),
	READS(SG_GET_COMMAND_Q, &lupe_type_int), READS(SG_GET_RESERVED_SIZE, &lupe_type_int),
	READS(SG_GET_LOW_DMA, &lupe_type_int), READS(SG_GET_PACK_ID, &lupe_type_int),
	READS(SG_GET_NUM_WAITING, &lupe_type_int), READS(SG_GET_SG_TABLESIZE, &lupe_type_int),
	READS(SG_GET_VERSION_NUM, &lupe_type_int), READS(SG_GET_KEEP_ORPHAN, &lupe_type_int),
	READS(SG_GET_ACCESS_COUNT, &lupe_type_int),
	READS(SG_GET_SCSI_ID, &scsi_id), READS(SG_GET_REQUEST_TABLE, &scsi_request))

/* --- loop --- */

static ENUM(loop_encryption, 4, "LO_CRYPT_???",
	E(LO_CRYPT_NONE), E(LO_CRYPT_XOR), E(LO_CRYPT_DES), E(LO_CRYPT_FISH2), E(LO_CRYPT_BLOW),
	E(LO_CRYPT_CAST128), E(LO_CRYPT_IDEA), E(LO_CRYPT_DUMMY), E(LO_CRYPT_SKIPJACK),
	E(LO_CRYPT_CRYPTOAPI))
static FLAGS(loop_flags, 4, "LO_FLAGS_???", NULL,
	E(LO_FLAGS_READ_ONLY), E_AS("LO_FLAGS_USE_AOPS", 2), E(LO_FLAGS_AUTOCLEAR), E(LO_FLAGS_PARTSCAN), E(LO_FLAGS_DIRECT_IO))
static const struct lupe_type loop_name = CSTRING(LO_NAME_SIZE);
static const struct lupe_type loop_number = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong_hex, .count = 2};

static const struct lupe_type loop_reserved = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong_hex, .count = 8};

/* As long as the field before it says, at most all of it. */
static void print_loop_key(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *said =
	    lupe_value_member(printer->parent, "lo_encrypt_key_size");
	size_t size = said ? MIN((uint32_t)said->u, value->n_bytes) : value->n_bytes;
	size_t shown = MIN(size, printer->options->string_max);

	lupe_strace_quoted(printer, value->bytes, shown, shown < size);
}

static const struct lupe_type loop_key = {
	.name = "unsigned char []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH,
	.size = LO_KEY_SIZE, .ops = &(const struct lupe_type_ops){.print = print_loop_key}};

#define RARE .flags = LUPE_MEMBER_VERBOSE
#define SELDOM .flags = LUPE_MEMBER_TERSE
static STRUCT(loop_info, struct loop_info,
	FIELD(struct loop_info, lo_number, &lupe_type_int),
	FIELD(struct loop_info, lo_device, &lupe_type_dev, RARE),
	FIELD(struct loop_info, lo_inode, &lupe_type_ulong, RARE),
	FIELD(struct loop_info, lo_rdevice, &lupe_type_dev, RARE),
	FIELD(struct loop_info, lo_offset, &lupe_type_u32_hex),
	FIELD(struct loop_info, lo_encrypt_type, &loop_encryption, SELDOM),
	FIELD(struct loop_info, lo_encrypt_key_size, &lupe_type_uint, SELDOM),
	FIELD(struct loop_info, lo_flags, &loop_flags),
	FIELD(struct loop_info, lo_name, &loop_name),
	FIELD(struct loop_info, lo_encrypt_key, &loop_key, SELDOM),
	FIELD(struct loop_info, lo_init, &loop_number, RARE))
static STRUCT(loop_info64, struct loop_info64,
	FIELD(struct loop_info64, lo_device, &lupe_type_dev, RARE),
	FIELD(struct loop_info64, lo_inode, &lupe_type_ulong, RARE),
	FIELD(struct loop_info64, lo_rdevice, &lupe_type_dev, RARE),
	FIELD(struct loop_info64, lo_offset, &lupe_type_ulong_hex),
	FIELD(struct loop_info64, lo_sizelimit, &lupe_type_ulong, RARE),
	FIELD(struct loop_info64, lo_number, &lupe_type_uint),
	FIELD(struct loop_info64, lo_encrypt_type, &loop_encryption, SELDOM),
	FIELD(struct loop_info64, lo_encrypt_key_size, &lupe_type_uint, SELDOM),
	FIELD(struct loop_info64, lo_flags, &loop_flags),
	FIELD(struct loop_info64, lo_file_name, &loop_name),
	FIELD(struct loop_info64, lo_crypt_name, &loop_name, SELDOM),
	FIELD(struct loop_info64, lo_encrypt_key, &loop_key, SELDOM),
	FIELD(struct loop_info64, lo_init, &loop_number, RARE))
static STRUCT(loop_config, struct loop_config,
	FIELD(struct loop_config, fd, &lupe_type_fd),
	FIELD(struct loop_config, block_size, &lupe_type_uint),
	FIELD(struct loop_config, info, &loop_info64),
	FIELD(struct loop_config, __reserved, &loop_reserved, .flags = LUPE_MEMBER_NONZERO))

COMMANDS(lupe_ioctl_loop,
	VALUE(LOOP_SET_FD, &lupe_type_fd), NOTHING(LOOP_CLR_FD), NOTHING(LOOP_SET_CAPACITY),
	NOTHING(LOOP_CTL_GET_FREE), VALUE(LOOP_CHANGE_FD, &lupe_type_fd),
	WRITES(LOOP_SET_STATUS, &loop_info), READS(LOOP_GET_STATUS, &loop_info),
	WRITES(LOOP_SET_STATUS64, &loop_info64), READS(LOOP_GET_STATUS64, &loop_info64),
	VALUE(LOOP_SET_DIRECT_IO, &lupe_type_ulong), VALUE(LOOP_SET_BLOCK_SIZE, &lupe_type_ulong),
	WRITES(LOOP_CONFIGURE, &loop_config), VALUE(LOOP_CTL_ADD, &lupe_type_int),
	VALUE(LOOP_CTL_REMOVE, &lupe_type_int))

/* --- network block devices --- */

static FLAGS(nbd_flags, 8, "NBD_IOC_FLAG_???", NULL,
	E_AS("NBD_FLAG_HAS_FLAGS", NBD_FLAG_HAS_FLAGS), E_AS("NBD_FLAG_READ_ONLY", NBD_FLAG_READ_ONLY),
	E_AS("NBD_FLAG_SEND_FLUSH", NBD_FLAG_SEND_FLUSH), E_AS("NBD_FLAG_SEND_FUA", NBD_FLAG_SEND_FUA),
	E_AS("NBD_FLAG_ROTATIONAL", 1 << 4), E_AS("NBD_FLAG_SEND_TRIM", NBD_FLAG_SEND_TRIM),
	E_AS("NBD_FLAG_SEND_WRITE_ZEROES", 1 << 6), E_AS("NBD_FLAG_SEND_DF", 1 << 7),
	E_AS("NBD_FLAG_CAN_MULTI_CONN", NBD_FLAG_CAN_MULTI_CONN),
	E_AS("NBD_FLAG_SEND_RESIZE", 1 << 9), E_AS("NBD_FLAG_SEND_CACHE", 1 << 10))

COMMANDS(lupe_ioctl_nbd,
	VALUE(NBD_SET_SOCK, &lupe_type_fd), VALUE(NBD_SET_BLKSIZE, &lupe_type_ulong),
	VALUE(NBD_SET_SIZE, &lupe_type_ulong), VALUE(NBD_SET_SIZE_BLOCKS, &lupe_type_ulong),
	VALUE(NBD_SET_TIMEOUT, &lupe_type_ulong), VALUE(NBD_SET_FLAGS, &nbd_flags),
	NOTHING(NBD_DO_IT), NOTHING(NBD_CLEAR_SOCK), NOTHING(NBD_CLEAR_QUE),
	NOTHING(NBD_PRINT_DEBUG), NOTHING(NBD_DISCONNECT))

/* --- clocks --- */

static STRUCT(rtc_time, struct rtc_time,
	FIELD(struct rtc_time, tm_sec, &lupe_type_int), FIELD(struct rtc_time, tm_min, &lupe_type_int),
	FIELD(struct rtc_time, tm_hour, &lupe_type_int), FIELD(struct rtc_time, tm_mday, &lupe_type_int),
	FIELD(struct rtc_time, tm_mon, &lupe_type_int), FIELD(struct rtc_time, tm_year, &lupe_type_int),
	FIELD(struct rtc_time, tm_wday, &lupe_type_int, RARE),
	FIELD(struct rtc_time, tm_yday, &lupe_type_int, RARE),
	FIELD(struct rtc_time, tm_isdst, &lupe_type_int, RARE))
static STRUCT(rtc_alarm, struct rtc_wkalrm,
	FIELD(struct rtc_wkalrm, enabled, &lupe_type_u8),
	FIELD(struct rtc_wkalrm, pending, &lupe_type_u8), FIELD(struct rtc_wkalrm, time, &rtc_time))
static STRUCT(rtc_pll, struct rtc_pll_info,
	FIELD(struct rtc_pll_info, pll_ctrl, &lupe_type_int),
	FIELD(struct rtc_pll_info, pll_value, &lupe_type_int),
	FIELD(struct rtc_pll_info, pll_max, &lupe_type_int),
	FIELD(struct rtc_pll_info, pll_min, &lupe_type_int),
	FIELD(struct rtc_pll_info, pll_posmult, &lupe_type_int),
	FIELD(struct rtc_pll_info, pll_negmult, &lupe_type_int),
	FIELD(struct rtc_pll_info, pll_clock, &lupe_type_long))
static FLAGS(rtc_voltage, 4, "RTC_VL_???", NULL,
	E(RTC_VL_DATA_INVALID), E(RTC_VL_BACKUP_LOW), E(RTC_VL_BACKUP_EMPTY), E(RTC_VL_ACCURACY_LOW),
	E(RTC_VL_BACKUP_SWITCH))
static ENUM(rtc_parameter, 8, "RTC_PARAM_???",
	E(RTC_PARAM_FEATURES), E(RTC_PARAM_CORRECTION), E(RTC_PARAM_BACKUP_SWITCH_MODE))
static EXCHANGED(rtc_parameter_asked, struct rtc_param,
	FIELD(struct rtc_param, param, &rtc_parameter),
	FIELD(struct rtc_param, uvalue, &lupe_type_ulong_hex, ANSWER),
	FIELD(struct rtc_param, index, &lupe_type_uint),
	FIELD(struct rtc_param, __pad, &lupe_type_u32_hex, ANSWER_TOO,
	      .flags = LUPE_MEMBER_NONZERO))
static STRUCT(rtc_parameter_set, struct rtc_param,
	FIELD(struct rtc_param, param, &rtc_parameter),
	FIELD(struct rtc_param, uvalue, &lupe_type_ulong_hex),
	FIELD(struct rtc_param, index, &lupe_type_uint),
	FIELD(struct rtc_param, __pad, &lupe_type_u32_hex, .flags = LUPE_MEMBER_NONZERO))

COMMANDS(lupe_ioctl_rtc,
	NOTHING(RTC_AIE_ON), NOTHING(RTC_AIE_OFF), NOTHING(RTC_UIE_ON), NOTHING(RTC_UIE_OFF),
	NOTHING(RTC_PIE_ON), NOTHING(RTC_PIE_OFF), NOTHING(RTC_WIE_ON), NOTHING(RTC_WIE_OFF),
	NOTHING(RTC_VL_CLR), READS(RTC_VL_READ, &rtc_voltage),
	READS(RTC_ALM_READ, &rtc_time), WRITES(RTC_ALM_SET, &rtc_time), READS(RTC_RD_TIME, &rtc_time),
	WRITES(RTC_SET_TIME, &rtc_time), READS(RTC_IRQP_READ, &lupe_type_ulong),
	VALUE(RTC_IRQP_SET, &lupe_type_ulong), READS(RTC_EPOCH_READ, &lupe_type_ulong),
	VALUE(RTC_EPOCH_SET, &lupe_type_ulong), READS(RTC_WKALM_RD, &rtc_alarm),
	WRITES(RTC_WKALM_SET, &rtc_alarm), READS(RTC_PLL_GET, &rtc_pll), WRITES(RTC_PLL_SET, &rtc_pll),
	WRITES_READS(RTC_PARAM_GET, &rtc_parameter_asked),
	WRITES(RTC_PARAM_SET, &rtc_parameter_set))

/* --- the rest --- */

COMMANDS(lupe_ioctl_watchdog,
	READS(WDIOC_GETSTATUS, &lupe_type_int), READS(WDIOC_GETBOOTSTATUS, &lupe_type_int),
	READS(WDIOC_GETTEMP, &lupe_type_int), READS(WDIOC_GETTIMEOUT, &lupe_type_int),
	READS(WDIOC_GETPRETIMEOUT, &lupe_type_int), READS(WDIOC_GETTIMELEFT, &lupe_type_int),
	NOTHING(WDIOC_KEEPALIVE), WRITES_READS(WDIOC_SETTIMEOUT, &lupe_type_int),
	WRITES_READS(WDIOC_SETPRETIMEOUT, &lupe_type_int))

static STRUCT(entropy, struct rand_pool_info,
	FIELD(struct rand_pool_info, entropy_count, &lupe_type_int),
	FIELD(struct rand_pool_info, buf_size, &lupe_type_int),
	FIELD(struct rand_pool_info, buf, &lupe_type_bytes, .count = BY_MEMBER(1)))
COMMANDS(lupe_ioctl_random,
	READS(RNDGETENTCNT, &lupe_type_int), WRITES(RNDADDTOENTCNT, &lupe_type_int),
	WRITES(RNDADDENTROPY, &entropy), NOTHING(RNDZAPENTCNT), NOTHING(RNDCLEARPOOL),
	NOTHING(RNDRESEEDCRNG))

COMMANDS(lupe_ioctl_inotify, VALUE(INOTIFY_IOC_SETNEXTWD, &lupe_type_int))
/* clang-format on */
