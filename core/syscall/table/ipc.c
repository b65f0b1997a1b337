/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * System V semaphores, shared memory and messages. The control calls are one for each command, and
 * a command with IPC_64 (another layout elsewhere) is not decoded on x86-64, as the kernel refuses
 * it.
 */
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include "base/arena.h"
#include "syscall/table/table.h"

enum {
	KERNEL_IPC_64 = 0x100,
	PERMISSIONS = 0777,
	HUGE_SHIFT = 26,
	HUGE_MASK = 0x3f,
	ATTACH_EXEC = 0100000
};

/* Where the message text starts: struct msgbuf is a long and bytes. */
enum { TEXT_OFFSET = sizeof(long) };

static void decode_message(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_get_flags(struct lupe_printer *printer, const struct lupe_value *value);
static void print_key(struct lupe_printer *printer, const struct lupe_value *value);
static void print_command(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

static const struct lupe_type_ops key_ops = {.print = print_key};
static const struct lupe_type key = {.name = "key_t", .kind = LUPE_KIND_INT, .size = 4,
	.ops = &key_ops};

#define GET_FLAGS(id, ...) \
	static const struct lupe_type id = {.name = "int", .kind = LUPE_KIND_FLAGS, .size = 4, \
		.ops = &get_flags_ops, ENUMERATORS(E(IPC_CREAT), E(IPC_EXCL), ##__VA_ARGS__)};
static const struct lupe_type_ops get_flags_ops = {.print = print_get_flags};
GET_FLAGS(get_flags, E(IPC_NOWAIT))
GET_FLAGS(shm_get_flags, E(SHM_HUGETLB), E(SHM_NORESERVE))

/* A command by itself; IPC_64 may stand before any. */
#define COMMAND(name) E_AS(#name, name)
#define COMMANDS(id, unknown_, ...) \
	static const struct lupe_type id = {.kind = LUPE_KIND_ENUM, .size = 4, .unknown = unknown_, \
		.ops = &command_ops, ENUMERATORS(IPC_COMMANDS, __VA_ARGS__)};
static const struct lupe_type_ops command_ops = {.print = print_command};
#define IPC_COMMANDS COMMAND(IPC_RMID), COMMAND(IPC_SET), COMMAND(IPC_STAT), COMMAND(IPC_INFO)

/* struct ipc_perm: all of it is shown, or what IPC_SET sets. */
#define PERM(field, type) FIELD_AS(#field, struct ipc_perm, field, type)
#define PERM_MODE FIELD(struct ipc_perm, mode, &lupe_type_perm)
static STRUCT(perm, struct ipc_perm,
	PERM(uid, &lupe_type_uid), PERM(gid, &lupe_type_gid), PERM_MODE,
	FIELD_AS("key", struct ipc_perm, __key, &lupe_type_uint), PERM(cuid, &lupe_type_uid),
	PERM(cgid, &lupe_type_gid))
static STRUCT(perm_set, struct ipc_perm, PERM(uid, &lupe_type_uid), PERM(gid, &lupe_type_gid),
	PERM_MODE)

/* --- semaphores --- */

static FLAGS(sem_flags, 2, "SEM_???", NULL, E(SEM_UNDO), E(IPC_NOWAIT))
static STRUCT(sembuf, struct sembuf,
	FIELD(struct sembuf, sem_num, &lupe_type_ushort),
	FIELD(struct sembuf, sem_op, &lupe_type_short), FIELD(struct sembuf, sem_flg, &sem_flags))
COMMANDS(sem_command, "SEM_???",
	COMMAND(GETPID), COMMAND(GETVAL), COMMAND(GETALL), COMMAND(GETNCNT), COMMAND(GETZCNT),
	COMMAND(SETVAL), COMMAND(SETALL), COMMAND(SEM_STAT), COMMAND(SEM_INFO),
	COMMAND(SEM_STAT_ANY))
static STRUCT(semid_ds, struct semid_ds,
	FIELD(struct semid_ds, sem_perm, &perm), FIELD(struct semid_ds, sem_otime, &lupe_type_time),
	FIELD(struct semid_ds, sem_ctime, &lupe_type_time),
	FIELD(struct semid_ds, sem_nsems, &lupe_type_ulong))
static STRUCT(semid_ds_set, struct semid_ds, FIELD(struct semid_ds, sem_perm, &perm_set))
#define SEMINFO(field) FIELD(struct seminfo, field, &lupe_type_int)
static STRUCT(seminfo, struct seminfo,
	SEMINFO(semmap), SEMINFO(semmni), SEMINFO(semmns), SEMINFO(semmnu), SEMINFO(semmsl),
	SEMINFO(semopm), SEMINFO(semume), SEMINFO(semusz), SEMINFO(semvmx), SEMINFO(semaem))
#define SEMCTL_FIRST IN("semid", &lupe_type_int), IN("semnum", &lupe_type_int), \
	IN("cmd", &sem_command)
VARIANTS(semctl_variants, 2, 0,
	VARIANT(IPC_SET, SEMCTL_FIRST, IN("arg", PTR(&semid_ds_set))),
	VARIANT(IPC_STAT, SEMCTL_FIRST, OUT("arg", PTR(&semid_ds))),
	VARIANT(SEM_STAT, SEMCTL_FIRST, OUT("arg", PTR(&semid_ds))),
	VARIANT(SEM_STAT_ANY, SEMCTL_FIRST, OUT("arg", PTR(&semid_ds))),
	VARIANT(IPC_INFO, SEMCTL_FIRST, OUT("arg", PTR(&seminfo))),
	VARIANT(SEM_INFO, SEMCTL_FIRST, OUT("arg", PTR(&seminfo))))

/* --- shared memory --- */

static FLAGS(attach_flags, 4, "SHM_???", NULL,
	E(SHM_RDONLY), E(SHM_RND), E(SHM_REMAP), E_AS("SHM_EXEC", ATTACH_EXEC))
COMMANDS(shm_command, "SHM_???",
	COMMAND(SHM_LOCK), COMMAND(SHM_UNLOCK), COMMAND(SHM_STAT), COMMAND(SHM_INFO),
	COMMAND(SHM_STAT_ANY))
#define SHM(field, type) FIELD(struct shmid_ds, field, type)
static STRUCT(shmid_ds, struct shmid_ds,
	SHM(shm_perm, &perm), SHM(shm_segsz, &lupe_type_size_t), SHM(shm_cpid, &lupe_type_pid),
	SHM(shm_lpid, &lupe_type_pid), SHM(shm_nattch, &lupe_type_ulong),
	SHM(shm_atime, &lupe_type_time), SHM(shm_dtime, &lupe_type_time),
	SHM(shm_ctime, &lupe_type_time))
static STRUCT(shmid_ds_set, struct shmid_ds, SHM(shm_perm, &perm_set))
#define SHMINFO(field) FIELD(struct shminfo, field, &lupe_type_ulong)
static STRUCT(shminfo, struct shminfo,
	SHMINFO(shmmax), SHMINFO(shmmin), SHMINFO(shmmni), SHMINFO(shmseg), SHMINFO(shmall))
#define USAGE(field, type) FIELD(struct shm_info, field, type)
static STRUCT(shm_usage, struct shm_info,
	USAGE(used_ids, &lupe_type_int), USAGE(shm_tot, &lupe_type_ulong),
	USAGE(shm_rss, &lupe_type_ulong), USAGE(shm_swp, &lupe_type_ulong),
	USAGE(swap_attempts, &lupe_type_ulong), USAGE(swap_successes, &lupe_type_ulong))
#define SHMCTL_FIRST IN("shmid", &lupe_type_int), IN("cmd", &shm_command)
VARIANTS(shmctl_variants, 1, 0,
	VARIANT(IPC_SET, SHMCTL_FIRST, IN("buf", PTR(&shmid_ds_set))),
	VARIANT(IPC_STAT, SHMCTL_FIRST, OUT("buf", PTR(&shmid_ds))),
	VARIANT(SHM_STAT, SHMCTL_FIRST, OUT("buf", PTR(&shmid_ds))),
	VARIANT(SHM_STAT_ANY, SHMCTL_FIRST, OUT("buf", PTR(&shmid_ds))),
	VARIANT(IPC_INFO, SHMCTL_FIRST, OUT("buf", PTR(&shminfo))),
	VARIANT(SHM_INFO, SHMCTL_FIRST, OUT("buf", PTR(&shm_usage))))

/* --- messages --- */

static FLAGS(msg_flags, 4, "MSG_???", NULL, E(MSG_NOERROR), E(MSG_EXCEPT), E(MSG_COPY),
	E(IPC_NOWAIT))
static const struct lupe_type_ops message_ops = {.decode = decode_message};
static const struct lupe_type message = {
	.name = "struct msgbuf", .kind = LUPE_KIND_CUSTOM, .ops = &message_ops};
COMMANDS(msg_command, "MSG_???",
	COMMAND(MSG_STAT), COMMAND(MSG_INFO), COMMAND(MSG_STAT_ANY))
#define MSG(field, type) FIELD(struct msqid_ds, field, type)
static STRUCT(msqid_ds, struct msqid_ds,
	MSG(msg_perm, &perm), MSG(msg_stime, &lupe_type_time), MSG(msg_rtime, &lupe_type_time),
	MSG(msg_ctime, &lupe_type_time), MSG(msg_qnum, &lupe_type_ulong),
	MSG(msg_qbytes, &lupe_type_ulong), MSG(msg_lspid, &lupe_type_pid),
	MSG(msg_lrpid, &lupe_type_pid))
static STRUCT(msqid_ds_set, struct msqid_ds, MSG(msg_perm, &perm_set),
	MSG(msg_qbytes, &lupe_type_ulong))
#define MSGINFO(field, type) FIELD(struct msginfo, field, type)
static STRUCT(msginfo, struct msginfo,
	MSGINFO(msgpool, &lupe_type_int), MSGINFO(msgmap, &lupe_type_int),
	MSGINFO(msgmax, &lupe_type_int), MSGINFO(msgmnb, &lupe_type_int),
	MSGINFO(msgmni, &lupe_type_int), MSGINFO(msgssz, &lupe_type_int),
	MSGINFO(msgtql, &lupe_type_int), MSGINFO(msgseg, &lupe_type_ushort))
#define MSGCTL_FIRST IN("msqid", &lupe_type_int), IN("cmd", &msg_command)
VARIANTS(msgctl_variants, 1, 0,
	VARIANT(IPC_SET, MSGCTL_FIRST, IN("buf", PTR(&msqid_ds_set))),
	VARIANT(IPC_STAT, MSGCTL_FIRST, OUT("buf", PTR(&msqid_ds))),
	VARIANT(MSG_STAT, MSGCTL_FIRST, OUT("buf", PTR(&msqid_ds))),
	VARIANT(MSG_STAT_ANY, MSGCTL_FIRST, OUT("buf", PTR(&msqid_ds))),
	VARIANT(IPC_INFO, MSGCTL_FIRST, OUT("buf", PTR(&msginfo))),
	VARIANT(MSG_INFO, MSGCTL_FIRST, OUT("buf", PTR(&msginfo))))

static const struct lupe_syscall entries[] = {
SYSCALL(semget, G_IPC, NULL, IN("key", &key), IN("nsems", &lupe_type_int), IN("semflg", &get_flags))
SYSCALL(semop, G_IPC, NULL,
	IN("semid", &lupe_type_int), IN("sops", PTR(&sembuf), .count = BY_MEMBER(2)),
	IN("nsops", &lupe_type_uint))
SYSCALL(semtimedop, G_IPC, NULL,
	IN("semid", &lupe_type_int), IN("sops", PTR(&sembuf), .count = BY_MEMBER(2)),
	IN("nsops", &lupe_type_uint), IN("timeout", PTR(&lupe_type_timespec)))
SYSCALL_WITH(semctl, G_IPC, NULL, WITH(.variants = &semctl_variants),
	SEMCTL_FIRST, IN("arg", &lupe_type_address))
SYSCALL(shmget, G_IPC, NULL, IN("key", &key), IN("size", &lupe_type_size_t),
	IN("shmflg", &shm_get_flags))
SYSCALL(shmat, G_IPC | G_MEMORY, &lupe_type_address,
	IN("shmid", &lupe_type_int), IN("shmaddr", &lupe_type_address), IN("shmflg", &attach_flags))
SYSCALL(shmdt, G_IPC | G_MEMORY, NULL, IN("shmaddr", &lupe_type_address))
SYSCALL_WITH(shmctl, G_IPC, NULL, WITH(.variants = &shmctl_variants),
	SHMCTL_FIRST, IN("buf", &lupe_type_address))
SYSCALL(msgget, G_IPC, NULL, IN("key", &key), IN("msgflg", &get_flags))
SYSCALL(msgsnd, G_IPC, NULL,
	IN("msqid", &lupe_type_int), IN("msgp", PTR(&message), .count = BY_MEMBER(2)),
	IN("msgsz", &lupe_type_size_t), IN("msgflg", &msg_flags))
SYSCALL(msgrcv, G_IPC, NULL,
	IN("msqid", &lupe_type_int), OUT("msgp", PTR(&message), .count = BY_MEMBER(2)),
	IN("msgsz", &lupe_type_size_t), IN("msgtyp", &lupe_type_long), IN("msgflg", &msg_flags))
SYSCALL_WITH(msgctl, G_IPC, NULL, WITH(.variants = &msgctl_variants),
	MSGCTL_FIRST, IN("buf", &lupe_type_address))
};

EXPORT_FAMILY(ipc)

/* clang-format on */

/* A struct made for this message: its text has as many bytes as the caller says. */
static void decode_message(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct lupe_type *type = lupe_arena_alloc(decode->arena, sizeof(*type));
	struct lupe_member *members = lupe_arena_alloc(decode->arena, 2 * sizeof(*members));

	if (!type || !members) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	members[0] = (struct lupe_member){.name = "mtype", .type = &lupe_type_long};
	members[1] = (struct lupe_member){.name = "mtext",
					  .type = &lupe_type_bytes,
					  .offset = TEXT_OFFSET,
					  .count = FIXED_COUNT(MIN(limit, (size_t)UINT32_MAX))};
	*type = (struct lupe_type){.name = "struct msgbuf",
				   .kind = LUPE_KIND_STRUCT,
				   .size = TEXT_OFFSET,
				   .members = members,
				   .n_members = 2};
	lupe_value_fill(decode, value, type, value->address, SIZE_MAX);
	/* A message that cannot be read to its end is an address. */
	if (value->n_children == 2 &&
	    (value->children[1].flags & (LUPE_VALUE_UNREADABLE | LUPE_VALUE_PARTIAL)))
		value->flags |= LUPE_VALUE_UNREADABLE;
}

static void print_key(struct lupe_printer *printer, const struct lupe_value *value)
{
	enum lupe_xlat xlat = printer->options->xlat;

	if (value->u && (uint32_t)value->u) {
		lupe_buffer_hex(printer->out, (uint32_t)value->u);
	} else if (xlat == LUPE_XLAT_ABBREV) {
		lupe_buffer_string(printer->out, "IPC_PRIVATE");
	} else {
		lupe_buffer_char(printer->out, '0');
		if (xlat == LUPE_XLAT_VERBOSE)
			lupe_strace_comment(printer, "IPC_PRIVATE");
	}
}

/* Flags, the size of huge pages in some bits of them, and permissions. */
static void print_command(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t number = (uint32_t)value->u;

	if (number & KERNEL_IPC_64) {
		lupe_buffer_string(printer->out, "IPC_64|");
		number &= ~(uint32_t)KERNEL_IPC_64;
	}
	lupe_strace_symbol(printer, value->type, number);
}

static void print_get_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;
	uint32_t number = (uint32_t)value->u, huge = 0, flags;

	if (lupe_type_strip(value->type) == &shm_get_flags)
		huge = number >> HUGE_SHIFT & HUGE_MASK;
	flags = number & ~(uint32_t)PERMISSIONS & ~(huge << HUGE_SHIFT);
	if (flags) {
		size_t start = out->length;

		lupe_strace_symbol(printer, value->type, flags);
		/* strace joins a number without names to the mode. */
		if (lupe_buffer_text(out)[start] != '0' || huge)
			lupe_buffer_char(out, '|');
	}
	if (huge) {
		lupe_buffer_unsigned(out, huge);
		lupe_buffer_string(out, "<<SHM_HUGE_SHIFT|");
	}
	lupe_strace_mode_number(printer, number & PERMISSIONS);
}
