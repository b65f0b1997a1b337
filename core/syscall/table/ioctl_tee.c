/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctls of trusted execution environments. What a session is opened or a function invoked with lies in a buffer,
 * of which only the place is told.
 */
#include <linux/tee.h>
#include "syscall/table/ioctl.h"
#include "syscall/types.h"

/* clang-format off */

static ENUM(implementations, 4, "TEE_IMPL_ID_???", E(TEE_IMPL_ID_OPTEE), E(TEE_IMPL_ID_AMDTEE))
static FLAGS(general_capabilities, 4, "TEE_GEN_CAP_???", NULL,
	E(TEE_GEN_CAP_GP), E(TEE_GEN_CAP_PRIVILEGED), E(TEE_GEN_CAP_REG_MEM), E(TEE_GEN_CAP_MEMREF_NULL))
static FLAGS(optee_capabilities, 4, "TEE_OPTEE_CAP_???", NULL, E(TEE_OPTEE_CAP_TZ))
static const struct lupe_choice capabilities = {
	.mask = UINT32_MAX,
	.cases = (const struct lupe_case[]){CASE(TEE_IMPL_ID_OPTEE, .type = &optee_capabilities)},
	.n_cases = 1};
static STRUCT(version, struct tee_ioctl_version_data,
	FIELD(struct tee_ioctl_version_data, impl_id, &implementations),
	FIELD(struct tee_ioctl_version_data, gen_caps, &general_capabilities),
	FIELD(struct tee_ioctl_version_data, impl_caps, &lupe_type_u32_hex, .choice = &capabilities))

/* Of the kernel's own (include/linux/tee_drv.h), told in these names. */
static FLAGS(memory_flags, 4, "TEE_IOCTL_SHM_???", NULL,
	E_AS("TEE_IOCTL_SHM_MAPPED", 1), E_AS("TEE_IOCTL_SHM_DMA_BUF", 2),
	E_AS("TEE_IOCTL_SHM_EXT_DMA_BUF", 4), E_AS("TEE_IOCTL_SHM_REGISTER", 8),
	E_AS("TEE_IOCTL_SHM_USER_MAPPED", 16), E_AS("TEE_IOCTL_SHM_POOL", 32),
	E_AS("TEE_IOCTL_SHM_KERNEL_MAPPED", 64))
static EXCHANGED(allocated, struct tee_ioctl_shm_alloc_data,
	FIELD(struct tee_ioctl_shm_alloc_data, size, &lupe_type_ulong_hex, ANSWER_TOO),
	FIELD(struct tee_ioctl_shm_alloc_data, flags, &memory_flags, ANSWER_TOO),
	FIELD(struct tee_ioctl_shm_alloc_data, id, &lupe_type_int, ANSWER))
static EXCHANGED(registered, struct tee_ioctl_shm_register_data,
	FIELD(struct tee_ioctl_shm_register_data, addr, &lupe_type_ulong_hex),
	FIELD(struct tee_ioctl_shm_register_data, length, &lupe_type_ulong_hex, ANSWER_TOO),
	FIELD(struct tee_ioctl_shm_register_data, flags, &memory_flags, ANSWER_TOO),
	FIELD(struct tee_ioctl_shm_register_data, id, &lupe_type_int, ANSWER))

static STRUCT(buffer, struct tee_ioctl_buf_data,
	FIELD(struct tee_ioctl_buf_data, buf_len, &lupe_type_ulong),
	FIELD(struct tee_ioctl_buf_data, buf_ptr, &lupe_type_ulong_hex))
static STRUCT(cancelled, struct tee_ioctl_cancel_arg,
	FIELD(struct tee_ioctl_cancel_arg, cancel_id, &lupe_type_uint),
	FIELD(struct tee_ioctl_cancel_arg, session, &lupe_type_u32_hex))
static STRUCT(closed, struct tee_ioctl_close_session_arg,
	FIELD(struct tee_ioctl_close_session_arg, session, &lupe_type_u32_hex))

COMMANDS(lupe_ioctl_tee,
	READS(TEE_IOC_VERSION, &version), WRITES_READS(TEE_IOC_SHM_ALLOC, &allocated),
	WRITES_READS(TEE_IOC_SHM_REGISTER, &registered), WRITES(TEE_IOC_OPEN_SESSION, &buffer),
	WRITES(TEE_IOC_INVOKE, &buffer), WRITES(TEE_IOC_CANCEL, &cancelled),
	WRITES(TEE_IOC_CLOSE_SESSION, &closed), WRITES(TEE_IOC_SUPPL_RECV, &buffer),
	WRITES(TEE_IOC_SUPPL_SEND, &buffer))
/* clang-format on */
