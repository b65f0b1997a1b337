/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * System V and POSIX ipc, ptrace and prctl. The expected lines are strace 6.1's own, of the same
 * calls.
 */
#include "calls.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

/* clang-format off */

static void test_semaphores(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_semget, -38, IPC_PRIVATE, 2, IPC_CREAT | 0600),
		"semget(IPC_PRIVATE, 2, IPC_CREAT|0600) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_semget, -38, 0x1234, 1, IPC_CREAT | IPC_EXCL),
		"semget(0x1234, 1, IPC_CREAT|IPC_EXCL|000) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x100, ((struct sembuf[2]){{0, -1, IPC_NOWAIT | SEM_UNDO}, {1, 1, 0x800}}));
	assert_string_equal(LINE(b, __NR_semop, -38, 3, BASE + 0x100, 2),
		"semop(3, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO|IPC_NOWAIT}, "
		"{sem_num=1, sem_op=1, sem_flg=IPC_NOWAIT}], 2) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_semop, -38, 3, BASE + 0x100, 0),
		"semop(3, [], 0) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_semtimedop, -38, 3, END, 1, END),
		"semtimedop(3, 0x20000, 1, 0x20000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_semctl, -38, 3, 1, SETVAL, 5),
		"semctl(3, 1, SETVAL, 0x5) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_semctl, -38, 3, 0, IPC_STAT | 0x100, BASE),
		"semctl(3, 0, IPC_64|IPC_STAT, 0x10000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_semctl, -38, 3, 0, 99, 0),
		"semctl(3, 0, 0x63 /* SEM_??? */, NULL) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x200, ((struct semid_ds){.sem_perm = {.__key = 7, .uid = 1, .gid = 2,
	.cuid = 3, .cgid = 4, .mode = 0644}, .sem_otime = 5, .sem_ctime = 6, .sem_nsems = 8}));
	assert_string_equal(LINE(b, __NR_semctl, -38, 3, 0, IPC_SET, BASE + 0x200),
		"semctl(3, 0, IPC_SET, {sem_perm={uid=1, gid=2, mode=0644}}) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_semctl, -38, 3, 0, IPC_STAT, BASE + 0x200),
		"semctl(3, 0, IPC_STAT, 0x10200) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_semctl, 0, 3, 0, SEM_STAT, BASE + 0x200),
		"semctl(3, 0, SEM_STAT, {sem_perm={uid=1, gid=2, mode=0644, key=7, "
		"cuid=3, cgid=4}, sem_otime=5, sem_ctime=6, sem_nsems=8}) = 0");
	assert_string_equal(LINE(b, __NR_semctl, 0, 3, 0, IPC_INFO, BASE + 0x200),
		"semctl(3, 0, IPC_INFO, {semmap=7, semmni=1, semmns=2, semmnu=3, "
		"semmsl=4, semopm=420, semume=0, semusz=0, semvmx=0, semaem=0}) = 0");
}

static void test_shared_memory(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_shmget, -38, 1, 4096,
	IPC_CREAT | SHM_HUGETLB | (21 << 26) | 0600),
		"shmget(0x1, 4096, IPC_CREAT|SHM_HUGETLB|21<<SHM_HUGE_SHIFT|0600) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_shmat, -38, -1, BASE, SHM_RDONLY | SHM_RND | 1),
		"shmat(-1, 0x10000, SHM_RDONLY|SHM_RND|0x1) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_shmdt, -38, 0),
		"shmdt(NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_shmctl, -38, 1, SHM_LOCK, 0),
		"shmctl(1, SHM_LOCK, NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_shmctl, -38, 1, 99, 7),
		"shmctl(1, 0x63 /* SHM_??? */, 0x7) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x200, ((struct shmid_ds){.shm_perm = {.uid = 1, .gid = 2, .mode = 0600},
	.shm_segsz = 4096, .shm_nattch = 3}));
	assert_string_equal(LINE(b, __NR_shmctl, -38, 1, IPC_SET, BASE + 0x200),
		"shmctl(1, IPC_SET, {shm_perm={uid=1, gid=2, mode=0600}}) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_shmctl, 0, 1, IPC_STAT, BASE + 0x200),
		"shmctl(1, IPC_STAT, {shm_perm={uid=1, gid=2, mode=0600, key=0, cuid=0, "
		"cgid=0}, shm_segsz=4096, shm_cpid=0, shm_lpid=0, shm_nattch=3, "
		"shm_atime=0, shm_dtime=0, shm_ctime=0}) = 0");
	assert_string_equal(LINE(b, __NR_shmctl, 0, 1, SHM_INFO, BASE + 0x200),
		"shmctl(1, SHM_INFO, {used_ids=0, shm_tot=2, shm_rss=1649267441664, "
		"shm_swp=0, swap_attempts=0, swap_successes=0}) = 0");
	assert_string_equal(LINE(b, __NR_shmctl, 0, 1, IPC_INFO, END),
		"shmctl(1, IPC_INFO, 0x20000) = 0");
}

static void test_messages(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_msgget, -38, IPC_PRIVATE, IPC_CREAT | 0600),
		"msgget(IPC_PRIVATE, IPC_CREAT|0600) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x100, ((long){7}));
	PUT_STRING(b, BASE + 0x108, "message body");
	assert_string_equal(LINE(b, __NR_msgsnd, -38, 3, BASE + 0x100, 7, IPC_NOWAIT),
		"msgsnd(3, {mtype=7, mtext=\"message\"}, 7, IPC_NOWAIT) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_msgsnd, -38, 3, BASE + 0x100, 100, MSG_NOERROR | 5),
		"msgsnd(3, {mtype=7, mtext=\"message "
		"body\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\"...}, 100, "
		"MSG_NOERROR|0x5) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_msgsnd, -38, 3, END - 8, 5, 0),
		"msgsnd(3, 0x1fff8, 5, 0) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_msgrcv, -38, 3, BASE, 5, -8, MSG_EXCEPT),
		"msgrcv(3, 0x10000, 5, -8, MSG_EXCEPT) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x200, ((struct msqid_ds){.msg_perm = {.uid = 1, .gid = 2, .mode = 0600},
	.msg_qbytes = 9}));
	assert_string_equal(LINE(b, __NR_msgctl, -38, 3, IPC_SET, BASE + 0x200),
		"msgctl(3, IPC_SET, {msg_perm={uid=1, gid=2, mode=0600}, msg_qbytes=9}) "
		"= -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_msgctl, -38, 3, IPC_RMID, 0),
		"msgctl(3, IPC_RMID, NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_msgrcv, 0, 3, BASE + 0x100, 5, 0, 0),
		"msgrcv(3, {mtype=7, mtext=\"messa\"}, 5, 0, 0) = 0");
	assert_string_equal(LINE(b, __NR_msgctl, 0, 3, IPC_STAT, BASE + 0x200),
		"msgctl(3, IPC_STAT, {msg_perm={uid=1, gid=2, mode=0600, key=0, cuid=0, "
		"cgid=0}, msg_stime=0, msg_rtime=0, msg_ctime=0, msg_qnum=0, "
		"msg_qbytes=9, msg_lspid=0, msg_lrpid=0}) = 0");
}

static void test_queues(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE + 0, "queue");
	PUT(b, BASE + 0x100, ((struct mq_attr){.mq_flags = O_NONBLOCK, .mq_maxmsg = 3,
	.mq_msgsize = 10}));
	assert_string_equal(LINE(b, __NR_mq_open, -38, BASE, O_RDWR | O_CREAT, 0600, BASE + 0x100),
		"mq_open(\"queue\", O_RDWR|O_CREAT, 0600, {mq_flags=0x800, mq_maxmsg=3, "
		"mq_msgsize=10, mq_curmsgs=0}) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_mq_open, -38, BASE, O_RDONLY, 0600, BASE + 0x100),
		"mq_open(\"queue\", O_RDONLY) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_mq_getsetattr, -38, 3, BASE + 0x100, BASE),
		"mq_getsetattr(3, {mq_flags=O_NONBLOCK, mq_maxmsg=3, mq_msgsize=10, "
		"mq_curmsgs=0}, 0x10000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_mq_timedsend, -38, 3, BASE, 4, 5, END),
		"mq_timedsend(3, \"queu\", 4, 5, 0x20000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_mq_timedreceive, -38, 3, BASE, 4, BASE, 0),
		"mq_timedreceive(3, 0x10000, 4, 0x10000, NULL) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_mq_notify, -38, 3, 0),
		"mq_notify(3, NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_mq_unlink, -38, BASE),
		"mq_unlink(\"queue\") = -1 ENOSYS (Function not implemented)");
}

static void test_ptrace(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0x100, ((uint64_t){0x1234}));
	assert_string_equal(LINE(b, __NR_ptrace, -38, 0, 1, 2, 3),
		"ptrace(PTRACE_TRACEME) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 1, 7, BASE, BASE + 0x100),
		"ptrace(PTRACE_PEEKTEXT, 7, 0x10000, 0x10100) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 3, 7, 120, BASE),
		"ptrace(PTRACE_PEEKUSER, 7, 8*ORIG_RAX, 0x10000) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 3, 7, 290, 0),
		"ptrace(PTRACE_PEEKUSER, 7, offsetof(struct user, i387)+66, NULL) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 6, 7, 928, 5),
		"ptrace(PTRACE_POKEUSER, 7, 0x3a0, 0x5) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 7, 7, 1, 9),
		"ptrace(PTRACE_CONT, 7, 0x1, SIGKILL) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 24, 7, 0, 300),
		"ptrace(PTRACE_SYSCALL, 7, NULL, 300) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 16, 7, 5, 6),
		"ptrace(PTRACE_ATTACH, 7) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 0x4206, 7, 0, 0x10002f),
		"ptrace(PTRACE_SEIZE, 7, NULL, "
		"PTRACE_O_TRACESYSGOOD|PTRACE_O_TRACEFORK|PTRACE_O_TRACEVFORK|"
		"PTRACE_O_TRACECLONE|PTRACE_O_TRACEVFORKDONE|PTRACE_O_EXITKILL) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 0x4204, 7, 0x202, BASE + 0x1000),
		"ptrace(PTRACE_GETREGSET, 7, NT_X86_XSTATE, {iov_base=NULL, iov_len=0}) "
		"= -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 0x4203, 7, 0, END),
		"ptrace(PTRACE_SETSIGINFO, 7, NULL, 0x20000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 0x4209, 7, 0, BASE),
		"ptrace(PTRACE_PEEKSIGINFO, 7, NULL, 0x10000) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 0x420b, 7, 8, BASE + 0x100),
		"ptrace(PTRACE_SETSIGMASK, 7, 8, [QUIT TRAP ABRT USR1 PIPE]) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, -38, 77, 7, 8, 9),
		"ptrace(0x4d /* PTRACE_??? */, 7, 0x8, 0x9) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_ptrace, 0, 2, 7, BASE, BASE + 0x100),
		"ptrace(PTRACE_PEEKDATA, 7, 0x10000, [0x1234]) = 0");
	assert_string_equal(LINE(b, __NR_ptrace, 0, 0x4201, 7, 0, BASE + 0x100),
		"ptrace(PTRACE_GETEVENTMSG, 7, NULL, [4660]) = 0");
	assert_string_equal(LINE(b, __NR_ptrace, 0, 0x420a, 7, 8, BASE + 0x100),
		"ptrace(PTRACE_GETSIGMASK, 7, 8, [QUIT TRAP ABRT USR1 PIPE]) = 0");
	assert_string_equal(LINE(b, __NR_ptrace, 0, 12, 7, 0, BASE + 0x1000),
		"ptrace(PTRACE_GETREGS, 7, {r15=0, r14=0, r13=0, r12=0, rbp=0, rbx=0, "
		"r11=0, r10=0, r9=0, r8=0, rax=0, rcx=0, rdx=0, rsi=0, rdi=0, "
		"orig_rax=0, rip=0, cs=0, eflags=0, rsp=0, ss=0, fs_base=0, gs_base=0, "
		"ds=0, es=0, fs=0, gs=0}) = 0");
}

static void test_prctl(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE + 0, "a-name-longer-than-sixteen");
	assert_string_equal(LINE(b, __NR_prctl, -38, 15, BASE),
		"prctl(PR_SET_NAME, \"a-name-longer-t\"...) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 1, 9),
		"prctl(PR_SET_PDEATHSIG, SIGKILL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 1, 99),
		"prctl(PR_SET_PDEATHSIG, 99) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 4, 2),
		"prctl(PR_SET_DUMPABLE, SUID_DUMP_ROOT) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 4, 9),
		"prctl(PR_SET_DUMPABLE, 0x9 /* SUID_DUMP_??? */) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 8, 1),
		"prctl(PR_SET_KEEPCAPS, 1) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 24, 13),
		"prctl(PR_CAPBSET_DROP, CAP_NET_RAW) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 28, 0x12f),
		"prctl(PR_SET_SECUREBITS, "
		"SECBIT_NOROOT|SECBIT_NOROOT_LOCKED|SECBIT_NO_SETUID_FIXUP|"
		"SECBIT_NO_SETUID_FIXUP_LOCKED|SECBIT_KEEP_CAPS_LOCKED|0x100) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 33, 1, 2, 0, 0),
		"prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_DEFAULT, 0, 0) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 33, 9, 2, 0, 0),
		"prctl(PR_MCE_KILL, 0x9 /* PR_MCE_KILL_??? */, 0x2, 0, 0) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 35, 14, BASE, 104, 0),
		"prctl(PR_SET_MM, PR_SET_MM_MAP, 0x10000, 0x68, 0) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 47, 2, 30, 0, 0),
		"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_AUDIT_CONTROL, 0, 0) = "
		"-1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 47, 4, 0, 0, 0),
		"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 53, 0, 4),
		"prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, PR_SPEC_DISABLE) = "
		"-1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 55, 11, 0, 0, 0),
		"prctl(PR_SET_TAGGED_ADDR_CTRL, "
		"PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_SYNC|0x1<<PR_MTE_TAG_SHIFT, 0, 0, 0) = "
		"-1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 62, 1, 99, 1, 0),
		"prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 99, 0x1 /* PIDTYPE_TGID */, "
		"NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 0x59616d61, -1),
		"prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 0x53564d41, 0, BASE, 100, BASE),
		"prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x10000, 100, "
		"\"a-name-longer-than-sixteen\") = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_prctl, -38, 17, 1, 2, 3, 4),
		"prctl(0x11 /* PR_??? */, 0x1, 0x2, 0x3, 0x4) = -1 ENOSYS (Function not "
		"implemented)");
	PUT_STRING(b, BASE + 0, "name");
	assert_string_equal(LINE(b, __NR_prctl, 0, 16, BASE),
		"prctl(PR_GET_NAME, \"name\") = 0");
	assert_string_equal(LINE(b, __NR_prctl, 0, 2, BASE + 0x100),
		"prctl(PR_GET_PDEATHSIG, [0]) = 0");
	assert_string_equal(LINE(b, __NR_prctl, 0, 3),
		"prctl(PR_GET_DUMPABLE) = 0 (SUID_DUMP_DISABLE)");
	assert_string_equal(LINE(b, __NR_prctl, 0, 7),
		"prctl(PR_GET_KEEPCAPS) = 0");
	assert_string_equal(LINE(b, __NR_prctl, 0, 27),
		"prctl(PR_GET_SECUREBITS) = 0");
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_semaphores), TEST(test_shared_memory), TEST(test_messages),
	    TEST(test_queues),     TEST(test_ptrace),        TEST(test_prctl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
