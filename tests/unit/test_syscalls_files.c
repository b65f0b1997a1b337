/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls on files, descriptors, polls, asynchronous input and memory, as strace 6.1 wrote them.
 */
#include "calls.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/quota.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <utime.h>

static const struct refused refused[] = {
#include "refused_files.def"
};

static void test_refused(void **state)
{
	check_refused(*state, refused, ARRAY_SIZE(refused));
}

/* --- names --- */

static void test_open(void **state)
{
	struct bench *b = *state;
	lupe_addr path = PUT_STRING(b, BASE, "a\n\"b\\\377");
	uint64_t how[4] = {O_RDWR | O_CREAT, 0644, RESOLVE_BENEATH | RESOLVE_IN_ROOT | 0x100, 5};
	lupe_addr at = BASE + 64;

	assert_string_equal(LINE(b, __NR_open, 3, path, O_RDWR | O_CREAT | O_TRUNC, 0644),
			    "open(\"a\\n\\\"b\\\\\\377\", O_RDWR|O_CREAT|O_TRUNC, 0644) = 3");
	PUT_STRING(b, path, "f");
	assert_string_equal(LINE(b, __NR_open, -21, path, O_RDWR | O_TMPFILE, 0600),
			    "open(\"f\", O_RDWR|O_TMPFILE, 0600) = -1 EISDIR (Is a directory)");
	assert_string_equal(
	    LINE(b, __NR_openat, -40, AT_FDCWD, path, O_DSYNC | O_DIRECT | O_DIRECTORY),
	    "openat(AT_FDCWD, \"f\", O_RDONLY|O_DSYNC|O_DIRECT|O_DIRECTORY) = -1 ELOOP "
	    "(Too many levels of symbolic links)");
	put(b, at, how, sizeof(how));
	assert_string_equal(LINE(b, __NR_openat2, 3, AT_FDCWD, path, at, 24),
			    "openat2(AT_FDCWD, \"f\", {flags=O_RDWR|O_CREAT, mode=0644, "
			    "resolve=RESOLVE_BENEATH|RESOLVE_IN_ROOT|0x100}, 24) = 3");
	memset(how, 0, 24);
	put(b, at, how, sizeof(how));
	assert_string_equal(
	    LINE(b, __NR_openat2, -7, AT_FDCWD, path, at, 32),
	    "openat2(AT_FDCWD, \"f\", {flags=O_RDONLY, resolve=0, /* bytes 24..31 */ "
	    "\"\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"}, 32) = -1 E2BIG "
	    "(Argument list too long)");
	how[3] = 0;
	how[0] = O_RDWR | UINT64_C(1) << 33;
	how[1] = 07777777;
	how[2] = 0x40;
	put(b, at, how, sizeof(how));
	assert_string_equal(LINE(b, __NR_openat2, 3, AT_FDCWD, path, at, 32),
			    "openat2(AT_FDCWD, \"f\", {flags=O_RDWR|0x200000000, mode=07777777, "
			    "resolve=0x40 /* RESOLVE_??? */}, 32) = 3");
	assert_string_equal(LINE(b, __NR_openat2, -22, AT_FDCWD, path, at, 16),
			    "openat2(AT_FDCWD, \"f\", 0x10040, 16) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_openat2, -14, AT_FDCWD, path, END - 8, 24),
			    "openat2(AT_FDCWD, \"f\", 0x1fff8, 24) = -1 EFAULT (Bad address)");
	/* the size says more than there is */
	assert_string_equal(
	    LINE(b, __NR_openat2, -14, AT_FDCWD, path, put(b, END - 24, how, 24), 32),
	    "openat2(AT_FDCWD, \"f\", {flags=O_RDWR|0x200000000, mode=07777777, "
	    "resolve=0x40 /* RESOLVE_??? */, ???}, 32) = -1 EFAULT (Bad address)");
}

static void test_times(void **state)
{
	struct bench *b = *state;
	lupe_addr path = PUT_STRING(b, BASE, "f"), at = BASE + 64;
	struct timespec times[2] = {{0, UTIME_NOW}, {5, UTIME_OMIT}};
	struct utimbuf utime = {1000, 2000000000};
	int64_t micro[4] = {1, 5, 2000000000, 1000000};

	PUT(b, at, times);
	assert_string_equal(LINE(b, __NR_utimensat, 0, AT_FDCWD, path, at, 0),
			    "utimensat(AT_FDCWD, \"f\", [UTIME_NOW, UTIME_OMIT], 0) = 0");
	b->options.xlat = LUPE_XLAT_VERBOSE;
	assert_string_equal(
	    LINE(b, __NR_utimensat, 0, AT_FDCWD, path, at, 0),
	    "utimensat(-100 /* AT_FDCWD */, \"f\", [{tv_sec=0, tv_nsec=1073741823} /* UTIME_NOW "
	    "*/, {tv_sec=5, tv_nsec=1073741822} /* UTIME_OMIT */], 0) = 0");
	b->options.xlat = LUPE_XLAT_ABBREV;
	times[0] = (struct timespec){1, 2};
	PUT(b, at, times);
	assert_string_equal(
	    LINE(b, __NR_utimensat, 0, AT_FDCWD, path, at, AT_SYMLINK_NOFOLLOW),
	    "utimensat(AT_FDCWD, \"f\", [{tv_sec=1, tv_nsec=2} /* "
	    "1970-01-01T00:00:01.000000002+0000 */, UTIME_OMIT], AT_SYMLINK_NOFOLLOW) = 0");
	/* one of the two is not enough */
	assert_string_equal(LINE(b, __NR_utimensat, -14, 3, 0, END - 16, 0x100),
			    "utimensat(3, NULL, 0x1fff0, AT_SYMLINK_NOFOLLOW) = -1 EFAULT "
			    "(Bad address)");
	PUT(b, at, utime);
	assert_string_equal(
	    LINE(b, __NR_utime, 0, path, at),
	    "utime(\"f\", {actime=1000 /* 1970-01-01T00:16:40+0000 */, modtime=2000000000 /* "
	    "2033-05-18T03:33:20+0000 */}) = 0");
	PUT(b, at, micro);
	assert_string_equal(
	    LINE(b, __NR_utimes, -22, path, at),
	    "utimes(\"f\", [{tv_sec=1, tv_usec=5} /* 1970-01-01T00:00:01.000005+0000 */, "
	    "{tv_sec=2000000000, tv_usec=1000000}]) = -1 EINVAL (Invalid argument)");
}

static void test_names(void **state)
{
	struct bench *b = *state;
	lupe_addr path = PUT_STRING(b, BASE, "l"), at = PUT_STRING(b, BASE + 64, "/tmp/x");

	assert_string_equal(LINE(b, __NR_readlink, 5, path, at, 100),
			    "readlink(\"l\", \"/tmp/\", 100) = 5");
	assert_string_equal(
	    LINE(b, __NR_readlink, -2, path, at, 100),
	    "readlink(\"l\", 0x10040, 100) = -1 ENOENT (No such file or directory)");
	assert_string_equal(LINE(b, __NR_getcwd, 7, at, 4096), "getcwd(\"/tmp/x\", 4096) = 7");
	assert_string_equal(LINE(b, __NR_mknod, 0, path, S_IFCHR | 0600, 0x103),
			    "mknod(\"l\", S_IFCHR|0600, makedev(0x1, 0x3)) = 0");
	assert_string_equal(LINE(b, __NR_mknod, 0, path, S_IFIFO | 0600, 5),
			    "mknod(\"l\", S_IFIFO|0600) = 0");
	assert_string_equal(LINE(b, __NR_umask, 0505, 022), "umask(022) = 0505");
	assert_string_equal(LINE(b, __NR_renameat2, 0, AT_FDCWD, path, 3, at, 2),
			    "renameat2(AT_FDCWD, \"l\", 3, \"/tmp/x\", RENAME_EXCHANGE) = 0");
}

/* --- what is known of files --- */

static void test_stat(void **state)
{
	struct bench *b = *state;
	struct stat st = {.st_dev = 0xfe00,
			  .st_ino = 10961209,
			  .st_mode = S_IFREG | S_ISVTX | 0777,
			  .st_nlink = 1,
			  .st_uid = 1000,
			  .st_gid = 5,
			  .st_blksize = 4096,
			  .st_blocks = 8,
			  .st_size = 4294967291,
			  .st_atim = {1, 2},
			  .st_mtim = {1795573763, 417803720}};
	lupe_addr path = PUT_STRING(b, BASE, "f"), at = PUT(b, BASE + 64, st);

	assert_string_equal(
	    LINE(b, __NR_stat, 0, path, at),
	    "stat(\"f\", {st_mode=S_IFREG|S_ISVTX|0777, st_size=4294967291, ...}) = 0");
	b->options.verbose = true;
	assert_string_equal(
	    LINE(b, __NR_fstat, 0, 3, at),
	    "fstat(3, {st_dev=makedev(0xfe, 0), st_ino=10961209, st_mode=S_IFREG|S_ISVTX|0777, "
	    "st_nlink=1, st_uid=1000, st_gid=5, st_blksize=4096, st_blocks=8, "
	    "st_size=4294967291, st_atime=1 /* 1970-01-01T00:00:01.000000002+0000 */, "
	    "st_atime_nsec=2, st_mtime=1795573763 /* 2026-11-25T02:29:23.417803720+0000 */, "
	    "st_mtime_nsec=417803720, st_ctime=0, st_ctime_nsec=0}) = 0");
	b->options.verbose = false;
	st.st_mode = S_IFCHR | 0666;
	st.st_rdev = 0x103;
	PUT(b, at, st);
	assert_string_equal(
	    LINE(b, __NR_newfstatat, 0, 1, 0, at, AT_EMPTY_PATH),
	    "newfstatat(1, NULL, {st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}, "
	    "AT_EMPTY_PATH) = 0");
	assert_string_equal(LINE(b, __NR_lstat, -2, path, at),
			    "lstat(\"f\", 0x10040) = -1 ENOENT (No such file or directory)");
}

static void test_statx(void **state)
{
	struct bench *b = *state;
	struct statx st = {.stx_mask = STATX_BASIC_STATS | 0x1000,
			   .stx_blksize = 4096,
			   .stx_mode = S_IFREG | 0644,
			   .stx_size = 5,
			   .stx_mtime = {1, 2}};
	lupe_addr path = PUT_STRING(b, BASE, "f"), at = BASE + 64;
	const char *text;

	st.stx_mnt_id = 0x1a;
	PUT(b, at, st);
	assert_string_equal(
	    LINE(b, __NR_statx, 0, AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW,
		 STATX_ALL, at),
	    "statx(AT_FDCWD, \"f\", AT_STATX_DONT_SYNC|AT_SYMLINK_NOFOLLOW, STATX_ALL, "
	    "{stx_mask=STATX_BASIC_STATS|STATX_MNT_ID, stx_attributes=0, "
	    "stx_mode=S_IFREG|0644, stx_size=5, ...}) = 0");
	b->options.verbose = true;
	text = LINE(b, __NR_statx, 0, AT_FDCWD, path, 0, STATX_ALL, at);
	assert_non_null(strstr(text, "AT_STATX_SYNC_AS_STAT, STATX_ALL, "));
	assert_non_null(strstr(text, "stx_mtime={tv_sec=1, tv_nsec=2} /* 1970"));
	assert_non_null(strstr(text, "stx_mnt_id=0x1a}) = 0"));
	assert_null(strstr(text, "stx_btime")); /* not in the mask */
	st.stx_mask = 0;
	PUT(b, at, st);
	text = LINE(b, __NR_statx, 0, AT_FDCWD, path, 0, 0, at);
	assert_null(strstr(text, "stx_mode"));
	b->options.xlat = LUPE_XLAT_RAW;
	b->options.verbose = false;
	assert_string_equal(
	    LINE(b, __NR_statx, -22, 3, 0, 0x800, 0x7ff, at),
	    "statx(3, NULL, |0x800, 0x7ff, 0x10040) = -1 EINVAL (Invalid argument)");
}

static void test_statfs(void **state)
{
	struct bench *b = *state;
	struct statfs fs = {.f_type = 0xef53,
			    .f_bsize = 4096,
			    .f_namelen = 255,
			    .f_frsize = 4096,
			    .f_flags = 0x1020};

	memcpy(&fs.f_fsid, (int[]){(int)0xa11079bc, 0}, 8);
	assert_string_equal(
	    LINE(b, __NR_fstatfs, 0, 3, PUT(b, BASE, fs)),
	    "fstatfs(3, {f_type=EXT2_SUPER_MAGIC, f_bsize=4096, f_blocks=0, f_bfree=0, "
	    "f_bavail=0, f_files=0, f_ffree=0, f_fsid={val=[0xa11079bc, 0]}, f_namelen=255, "
	    "f_frsize=4096, f_flags=ST_VALID|ST_RELATIME}) = 0");
	fs.f_type = 0x1234;
	PUT(b, BASE, fs);
	assert_non_null(strstr(LINE(b, __NR_fstatfs, 0, 3, BASE), "{f_type=0x1234, f_bsize"));
}

/* --- descriptors --- */

static void test_iovecs(void **state)
{
	struct bench *b = *state;
	lupe_addr text = PUT_STRING(b, BASE, "hello world"), at = BASE + 64;
	struct iovec iov[3] = {{(void *)(uintptr_t)text, 4},
			       {(void *)(uintptr_t)(text + 4), 4},
			       {(void *)(uintptr_t)(text + 8), 400}};

	PUT(b, at, iov);
	assert_string_equal(
	    LINE(b, __NR_readv, 6, 3, at, 3),
	    "readv(3, [{iov_base=\"hell\", iov_len=4}, {iov_base=\"o \", iov_len=4}, "
	    "{iov_base=\"\", iov_len=400}], 3) = 6");
	assert_string_equal(
	    LINE(b, __NR_readv, -9, -1, at, 2),
	    "readv(-1, [{iov_base=0x10000, iov_len=4}, {iov_base=0x10004, iov_len=4}], 2) = -1 "
	    "EBADF (Bad file descriptor)");
	assert_string_equal(LINE(b, __NR_readv, 0, 3, 0, 0), "readv(3, NULL, 0) = 0");
	assert_string_equal(LINE(b, __NR_readv, 0, 3, at, 0), "readv(3, [], 0) = 0");
	put(b, END - 16, iov, 16);
	assert_string_equal(LINE(b, __NR_readv, -14, 3, END - 16, 2),
			    "readv(3, [{iov_base=0x10000, iov_len=4}, ... /* 0x20000 */], 2) = -1 "
			    "EFAULT (Bad address)");
	assert_string_equal(
	    LINE(b, __NR_pwritev2, 8, 3, at, 2, -1, 0, 0xff),
	    "pwritev2(3, [{iov_base=\"hell\", iov_len=4}, {iov_base=\"o wo\", "
	    "iov_len=4}], 2, -1, RWF_HIPRI|RWF_DSYNC|RWF_SYNC|RWF_NOWAIT|RWF_APPEND|"
	    "0xe0) = 8");
	/* no memory is that long */
	assert_string_equal(LINE(b, __NR_writev, -22, 3, at, UINT64_MAX),
			    "writev(3, 0x10040, 18446744073709551615) = -1 EINVAL "
			    "(Invalid argument)");
	assert_string_equal(
	    LINE(b, __NR_process_vm_readv, 6, 7, at, 2, at, 1, 0),
	    "process_vm_readv(7, [{iov_base=\"hell\", iov_len=4}, {iov_base=\"o \", "
	    "iov_len=4}], 2, [{iov_base=0x10000, iov_len=4}], 1, 0) = 6");
}

static void test_fcntl(void **state)
{
	struct bench *b = *state;
	struct flock lock = {F_RDLCK, SEEK_SET, 1, 2, 3};
	struct f_owner_ex owner = {F_OWNER_PGRP, 55};
	lupe_addr at = PUT(b, BASE, lock), who = PUT(b, BASE + 64, owner);

	assert_string_equal(LINE(b, __NR_fcntl, 9, 3, F_DUPFD, 7), "fcntl(3, F_DUPFD, 7) = 9");
	assert_string_equal(LINE(b, __NR_fcntl, 1, 3, F_GETFD, 7),
			    "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)");
	assert_string_equal(LINE(b, __NR_fcntl, 0, 3, F_GETFD), "fcntl(3, F_GETFD) = 0");
	assert_string_equal(LINE(b, __NR_fcntl, 0x8002, 3, F_GETFL),
			    "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)");
	assert_string_equal(LINE(b, __NR_fcntl, 0, 3, F_GETFL),
			    "fcntl(3, F_GETFL) = 0 (flags O_RDONLY)");
	assert_string_equal(LINE(b, __NR_fcntl, 10, 3, F_GETSIG),
			    "fcntl(3, F_GETSIG) = 10 (SIGUSR1)");
	assert_string_equal(LINE(b, __NR_fcntl, 2, 3, F_GETLEASE),
			    "fcntl(3, F_GETLEASE) = 0x2 (F_UNLCK)");
	assert_string_equal(LINE(b, __NR_fcntl, 6, 3, F_GET_SEALS),
			    "fcntl(3, F_GET_SEALS) = 0x6 (seals F_SEAL_SHRINK|F_SEAL_GROW)");
	assert_string_equal(
	    LINE(b, __NR_fcntl, 0, 3, 6, at),
	    "fcntl(3, F_SETLK, {l_type=F_RDLCK, l_whence=SEEK_SET, l_start=1, l_len=2}) = 0");
	assert_string_equal(LINE(b, __NR_fcntl, 0, 3, 5, at),
			    "fcntl(3, F_GETLK, {l_type=F_RDLCK, l_whence=SEEK_SET, l_start=1, "
			    "l_len=2, l_pid=3}) = 0");
	assert_string_equal(LINE(b, __NR_fcntl, -22, 3, 5, at),
			    "fcntl(3, F_GETLK, 0x10000) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_fcntl, 0, 3, F_SETOWN_EX, who),
			    "fcntl(3, F_SETOWN_EX, {type=F_OWNER_PGRP, pid=55}) = 0");
	assert_string_equal(LINE(b, __NR_fcntl, -22, 3, 500, 3),
			    "fcntl(3, 0x1f4 /* F_??? */, 0x3) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_fcntl, 0, 3, F_SETFL, 0x4c00),
			    "fcntl(3, F_SETFL, O_RDONLY|O_APPEND|O_NONBLOCK|O_DIRECT) = 0");
}

static void test_directories(void **state)
{
	struct bench *b = *state;
	static const unsigned char records[48] = {
	    [0] = 7,  [8] = 1,  [16] = 24, [18] = DT_REG, [19] = 'b',
	    [24] = 8, [32] = 2, [40] = 24, [42] = DT_DIR, [43] = '.'};
	static const unsigned char old[24] = {
	    [0] = 9, [8] = 3, [16] = 24, [18] = 'c', [23] = DT_LNK};

	put(b, BASE, records, sizeof(records));
	assert_string_equal(LINE(b, __NR_getdents64, 48, 3, BASE, 2000),
			    "getdents64(3, 0x10000 /* 2 entries */, 2000) = 48");
	assert_string_equal(LINE(b, __NR_getdents64, 0, 3, BASE, 2000),
			    "getdents64(3, 0x10000 /* 0 entries */, 2000) = 0");
	assert_string_equal(LINE(b, __NR_getdents64, -9, 3, BASE, 2000),
			    "getdents64(3, 0x10000, 2000) = -1 EBADF (Bad file descriptor)");
	b->options.verbose = true;
	assert_string_equal(
	    LINE(b, __NR_getdents64, 48, 3, BASE, 2000),
	    "getdents64(3, [{d_ino=7, d_off=1, d_reclen=24, d_type=DT_REG, d_name=\"b\"}, "
	    "{d_ino=8, d_off=2, d_reclen=24, d_type=DT_DIR, d_name=\".\"}], 2000) = 48");
	put(b, BASE, old, sizeof(old));
	assert_string_equal(LINE(b, __NR_getdents, 24, 3, BASE, 2000),
			    "getdents(3, [{d_ino=9, d_off=3, d_reclen=24, d_name=\"c\", "
			    "d_type=DT_LNK}], 2000) = 24");
	/* a record that claims to be longer than what was read, or empty */
	b->bytes[16] = 25;
	assert_string_equal(LINE(b, __NR_getdents, 24, 3, BASE, 2000),
			    "getdents(3, [], 2000) = 24");
	b->bytes[16] = 0;
	assert_string_equal(LINE(b, __NR_getdents64, 24, 3, BASE, 2000),
			    "getdents64(3, [], 2000) = 24");
}

static void move_offset(struct bench *b)
{
	b->bytes[0] += 3;
}

static void test_descriptors(void **state)
{
	struct bench *b = *state;
	int64_t timer[4] = {1, 2, 300, 4};
	uint64_t mask = 0x200;

	assert_string_equal(LINE(b, __NR_pipe2, 0, PUT(b, BASE, ((int[]){3, 4})), O_CLOEXEC),
			    "pipe2([3, 4], O_CLOEXEC) = 0");
	assert_string_equal(LINE(b, __NR_pipe, 0, END - 4), "pipe([0, ... /* 0x20000 */]) = 0");
	PUT(b, BASE, ((int64_t){2}));
	b->kernel = move_offset;
	assert_string_equal(LINE(b, __NR_sendfile, 3, 4, 3, BASE, 5),
			    "sendfile(4, 3, [2] => [5], 5) = 3");
	b->kernel = NULL;
	assert_string_equal(LINE(b, __NR_sendfile, -9, -1, 3, BASE, 5),
			    "sendfile(-1, 3, [5], 5) = -1 EBADF (Bad file descriptor)");
	PUT(b, BASE, mask);
	assert_string_equal(LINE(b, __NR_signalfd4, 4, -1, BASE, 8, 0x80800),
			    "signalfd4(-1, [USR1], 8, SFD_CLOEXEC|SFD_NONBLOCK) = 4");
	assert_string_equal(LINE(b, __NR_signalfd4, -22, -1, BASE, 4, 0),
			    "signalfd4(-1, 0x10000, 4, 0) = -1 EINVAL (Invalid argument)");
	PUT(b, BASE, timer);
	assert_string_equal(LINE(b, __NR_timerfd_settime, 0, 3, 1, BASE, BASE),
			    "timerfd_settime(3, TFD_TIMER_ABSTIME, {it_interval={tv_sec=1, "
			    "tv_nsec=2}, it_value={tv_sec=300, tv_nsec=4}}, "
			    "{it_interval={tv_sec=1, tv_nsec=2}, it_value={tv_sec=300, "
			    "tv_nsec=4}}) = 0");
	PUT_STRING(b, BASE, "nm");
	assert_string_equal(LINE(b, __NR_memfd_create, -22, BASE, 0x54000044),
			    "memfd_create(\"nm\", MFD_HUGETLB|0x40|21<<MFD_HUGE_SHIFT) = -1 EINVAL "
			    "(Invalid argument)");
	b->options.xlat = LUPE_XLAT_VERBOSE;
	assert_string_equal(
	    LINE(b, __NR_memfd_create, 3, BASE, 0x7c000001),
	    "memfd_create(\"nm\", 0x7c000001 /* MFD_CLOEXEC|31<<MFD_HUGE_SHIFT */) = 3");
	assert_string_equal(LINE(b, __NR_memfd_create, 3, BASE, 0), "memfd_create(\"nm\", 0) = 3");
}

/* --- waiting --- */

static void answer_poll(struct bench *b)
{
	struct pollfd *fds = (struct pollfd *)b->bytes;

	fds[0].revents = POLLIN;
	fds[39].revents = POLLOUT;
}

static void test_poll(void **state)
{
	struct bench *b = *state;
	struct pollfd fds[40] = {
	    {3, POLLIN | POLLPRI, 0}, {-5, POLLIN, 0}, {4, POLLOUT | 0x4000, 0}};
	struct timespec left = {0, 2956};
	const char *text;

	PUT(b, BASE, fds);
	PUT(b, BASE + 4096, left);
	PUT(b, BASE + 8192, ((uint64_t){0x10200}));
	assert_string_equal(LINE(b, __NR_poll, 0, BASE, 3, -1),
			    "poll([{fd=3, events=POLLIN|POLLPRI}, {fd=-5}, {fd=4, "
			    "events=POLLOUT|0x4000}], 3, -1) = 0 (Timeout)");
	assert_string_equal(LINE(b, __NR_poll, 0, BASE, 0, 0), "poll([], 0, 0) = 0 (Timeout)");
	assert_string_equal(LINE(b, __NR_poll, -14, END - 12, 2, 10),
			    "poll([{fd=0, events=0}, ... /* 0x1fffc */], 2, 10) = -1 EFAULT "
			    "(Bad address)");
	assert_string_equal(LINE(b, __NR_poll, -14, 8, 1, 10),
			    "poll(0x8, 1, 10) = -1 EFAULT (Bad address)");
	b->kernel = answer_poll;
	text = LINE(b, __NR_ppoll, 2, BASE, 40, BASE + 4096, BASE + 8192, 8);
	assert_non_null(strstr(text, "{fd=0, events=0}, ...], 40, {tv_sec=0, tv_nsec=2956}, "
				     "[USR1 CHLD], 8) = 2 ([{fd=3, revents=POLLIN}, {fd=0, "
				     "revents=POLLOUT}], left {tv_sec=0, tv_nsec=2956})"));
	b->options.string_max = 1; /* which is how many are told */
	text = LINE(b, __NR_poll, 2, BASE, 40, 0);
	assert_non_null(strstr(text,
			       "poll([{fd=3, events=POLLIN|POLLPRI}, ...], 40, 0) = 2 ([{fd=3, "
			       "revents=POLLIN}, ...])"));
}

static void print_path(void *context, struct lupe_buffer *out, int pid, int fd)
{
	(void)context;
	(void)pid;
	lupe_buffer_printf(out, "</%d>", fd);
}

static void test_paths(void **state)
{
	struct bench *b = *state;
	struct pollfd fds[1] = {{3, POLLIN, POLLIN}};
	uint64_t attr[4] = {1, 0, 0, 5};

	b->options.fd_paths = 1;
	b->options.print_fd = print_path;
	assert_string_equal(LINE(b, __NR_poll, 1, PUT(b, BASE, fds), 1, -1),
			    "poll([{fd=3</3>, events=POLLIN}], 1, -1) = 1 ([{fd=3, "
			    "revents=POLLIN}])");
	assert_string_equal(LINE(b, __NR_select, 1, 4, PUT(b, BASE, ((uint64_t){8})), 0, 0, 0),
			    "select(4, [3</3>], NULL, NULL, NULL) = 1 (in [3</3>])");
	assert_string_equal(LINE(b, __NR_dup2, 4, 3, 4), "dup2(3</3>, 4</4>) = 4</4>");
	assert_string_equal(LINE(b, __NR_open_by_handle_at, 6, 3, 0, 0),
			    "open_by_handle_at(3</3>, NULL, O_RDONLY) = 6");
	assert_string_equal(
	    LINE(b, __NR_mount_setattr, 0, 3, 0, 0, PUT(b, BASE, attr), 32),
	    "mount_setattr(3</3>, NULL, 0, {attr_set=MOUNT_ATTR_RDONLY, attr_clr=0, "
	    "propagation=0 /* MS_??? */, userns_fd=5}, 32) = 0");
}

static void test_select(void **state)
{
	struct bench *b = *state;
	uint64_t sets[2] = {UINT64_C(1) << 3 | UINT64_C(1) << 50, 1 << 4};
	uint64_t mask[4] = {BASE + 48, 8, 0, 0};
	int64_t timeout[2] = {4, 999997};

	PUT(b, BASE, sets);
	PUT(b, BASE + 16, timeout);
	PUT(b, BASE + 32, mask);
	PUT(b, BASE + 48, ((uint64_t){0x200}));
	assert_string_equal(LINE(b, __NR_select, 2, 51, BASE, BASE + 8, 0, BASE + 16),
			    "select(51, [3 50], [4], NULL, {tv_sec=4, tv_usec=999997}) = 2 (in [3 "
			    "50], out [4], left {tv_sec=4, tv_usec=999997})");
	assert_string_equal(LINE(b, __NR_select, 0, 4, BASE, BASE + 8, 0, 0),
			    "select(4, [3], [], NULL, NULL) = 0 (Timeout)");
	assert_string_equal(LINE(b, __NR_select, -22, -1, BASE, 0, 0, 0),
			    "select(-1, 0x10000, NULL, NULL, NULL) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_select, -14, 64, END - 4, 8, 0, 0),
			    "select(64, 0x1fffc, 0x8, NULL, NULL) = -1 EFAULT (Bad address)");
	assert_string_equal(
	    LINE(b, __NR_pselect6, 0, 4, BASE, 0, 0, 0, BASE + 32),
	    "pselect6(4, [3], NULL, NULL, NULL, {sigmask=[USR1], sigsetsize=8}) = 0 "
	    "(Timeout)");
	mask[1] = 4;
	PUT(b, BASE + 32, mask);
	assert_string_equal(LINE(b, __NR_pselect6, -22, 4, BASE, 0, 0, 0, BASE + 32),
			    "pselect6(4, [3], NULL, NULL, NULL, {sigmask=0x10030, sigsetsize=4}) = "
			    "-1 EINVAL (Invalid argument)");
}

static void test_epoll(void **state)
{
	struct bench *b = *state;
	struct epoll_event events[2] = {
	    {EPOLLIN | EPOLLET | EPOLLONESHOT, {.u64 = 0x1234567890abcdef}},
	    {0x4000000, {.u64 = UINT64_MAX}}};

	PUT(b, BASE, events);
	assert_string_equal(LINE(b, __NR_epoll_ctl, 0, 5, EPOLL_CTL_ADD, 3, BASE),
			    "epoll_ctl(5, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLONESHOT|EPOLLET, "
			    "data={u32=2427178479, u64=1311768467294899695}}) = 0");
	assert_string_equal(LINE(b, __NR_epoll_ctl, 0, 5, EPOLL_CTL_DEL, 3, BASE),
			    "epoll_ctl(5, EPOLL_CTL_DEL, 3, 0x10000) = 0");
	assert_string_equal(
	    LINE(b, __NR_epoll_wait, 1, 5, BASE + 12, 40, -1),
	    "epoll_wait(5, [{events=0x4000000 /* EPOLL??? */, data={u32=4294967295, "
	    "u64=18446744073709551615}}], 40, -1) = 1");
	assert_string_equal(LINE(b, __NR_epoll_wait, 0, 5, BASE, 40, 0),
			    "epoll_wait(5, [], 40, 0) = 0");
}

/* --- asynchronous input and output --- */

static void test_aio(void **state)
{
	struct bench *b = *state;
	lupe_addr text = PUT_STRING(b, BASE, "hello");
	struct iovec iov[1] = {{(void *)(uintptr_t)text, 5}};
	struct iocb write = {.aio_data = 7,
			     .aio_lio_opcode = IOCB_CMD_PWRITE,
			     .aio_fildes = 7,
			     .aio_buf = text,
			     .aio_nbytes = 5,
			     .aio_offset = 1};
	struct iocb readv = {.aio_lio_opcode = IOCB_CMD_PREADV,
			     .aio_fildes = 7,
			     .aio_buf = PUT(b, BASE + 64, iov),
			     .aio_nbytes = 1,
			     .aio_rw_flags = 1,
			     .aio_reqprio = 0x2003,
			     .aio_flags = IOCB_FLAG_RESFD,
			     .aio_resfd = 3};
	struct iocb poll = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = 3, .aio_buf = 5};
	struct iocb odd = {.aio_lio_opcode = 99, .aio_fildes = 7, .aio_flags = 6, .aio_resfd = 5};
	uint64_t list[6] = {PUT(b, BASE + 128, write),
			    PUT(b, BASE + 256, readv),
			    PUT(b, BASE + 384, poll),
			    PUT(b, BASE + 512, odd),
			    0,
			    8};

	assert_string_equal(
	    LINE(b, __NR_io_submit, 1, 0x7000, 6, PUT(b, BASE + 1024, list)),
	    "io_submit(0x7000, 6, [{aio_data=0x7, aio_lio_opcode=IOCB_CMD_PWRITE, aio_fildes=7, "
	    "aio_buf=\"hello\", aio_nbytes=5, aio_offset=1}, {aio_data=0, "
	    "aio_rw_flags=RWF_HIPRI, aio_lio_opcode=IOCB_CMD_PREADV, aio_reqprio=8195, "
	    "aio_fildes=7, aio_buf=[{iov_base=0x10000, iov_len=5}], aio_offset=0, "
	    "aio_flags=IOCB_FLAG_RESFD, aio_resfd=3}, {aio_data=0, "
	    "aio_lio_opcode=IOCB_CMD_POLL, aio_fildes=3, aio_buf=POLLIN|POLLOUT}, {aio_data=0, "
	    "aio_lio_opcode=99 /* IOCB_CMD_??? */, "
	    "aio_reqprio=IOPRIO_PRIO_VALUE(IOPRIO_CLASS_NONE, 0), aio_fildes=7, "
	    "aio_flags=IOCB_FLAG_IOPRIO|0x4, aio_resfd=0x5}, NULL, 0x8]) = 1");
	assert_string_equal(LINE(b, __NR_io_submit, -22, 0x7000, -1, BASE + 1024),
			    "io_submit(0x7000, -1, 0x10400) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_io_cancel, -22, 0x7000, BASE + 128, BASE),
			    "io_cancel(0x7000, {aio_data=0x7, aio_lio_opcode=IOCB_CMD_PWRITE, "
			    "aio_fildes=7}, 0x10000) = -1 EINVAL (Invalid argument)");
}

static void count_workers(struct bench *b)
{
	b->bytes[0] = 8;
}

static void test_io_uring(void **state)
{
	struct bench *b = *state;
	struct io_uring_params params = {.flags = IORING_SETUP_CQSIZE | IORING_SETUP_ATTACH_WQ,
					 .sq_thread_cpu = 1,
					 .sq_thread_idle = 2,
					 .wq_fd = 4,
					 .sq_entries = 4};
	int fds[3] = {0, 1, IORING_REGISTER_FILES_SKIP};
	struct io_uring_files_update update = {.offset = 1, .fds = BASE + 512};
	const char *text;

	PUT(b, BASE, params);
	PUT(b, BASE + 512, fds);
	PUT(b, BASE + 1024, update);
	assert_string_equal(LINE(b, __NR_io_uring_setup, -6, 4, BASE),
			    "io_uring_setup(4, {flags=IORING_SETUP_CQSIZE|IORING_SETUP_ATTACH_WQ, "
			    "sq_thread_cpu=0x1, sq_thread_idle=2, wq_fd=4}) = -1 ENXIO "
			    "(No such device or address)");
	text = LINE(b, __NR_io_uring_setup, 3, 4, BASE);
	assert_non_null(
	    strstr(text, "wq_fd=4, sq_entries=4, cq_entries=0, features=0, sq_off={head"));
	assert_string_equal(
	    LINE(b, __NR_io_uring_register, -22, 3, IORING_REGISTER_FILES_UPDATE, BASE + 1024, 3),
	    "io_uring_register(3, IORING_REGISTER_FILES_UPDATE, {offset=1, fds=[0, 1, "
	    "IORING_REGISTER_FILES_SKIP]}, 3) = -1 EINVAL (Invalid argument)");
	PUT(b, BASE, ((uint32_t[2]){3, 4}));
	b->kernel = count_workers;
	assert_string_equal(
	    LINE(b, __NR_io_uring_register, 0, 3, IORING_REGISTER_IOWQ_MAX_WORKERS, BASE, 2),
	    "io_uring_register(3, IORING_REGISTER_IOWQ_MAX_WORKERS, [[IO_WQ_BOUND]=3, "
	    "[IO_WQ_UNBOUND]=4] => [[IO_WQ_BOUND]=8, [IO_WQ_UNBOUND]=4], 2) = 0");
	b->kernel = NULL;
	PUT(b, BASE, ((uint64_t){5}));
	assert_string_equal(
	    LINE(b, __NR_io_uring_register, 0, 3, IORING_REGISTER_IOWQ_AFF, BASE, 8),
	    "io_uring_register(3, IORING_REGISTER_IOWQ_AFF, [0 2], 8) = 0");
}

/* --- memory --- */

static void test_memory(void **state)
{
	struct bench *b = *state;
	uint64_t nodes[2] = {1, 0}, pages[3] = {BASE, 0, 8};
	int status[3] = {0, -14, 1};

	assert_string_equal(
	    LINE(b, __NR_mmap, 0x7f0000000000, 0, 8192, PROT_READ, MAP_SHARED, 3, 4096),
	    "mmap(NULL, 8192, PROT_READ, MAP_SHARED, 3, 0x1000) = 0x7f0000000000");
	assert_string_equal(LINE(b, __NR_mmap, -22, 0, 4096, PROT_READ, 0x5500002f, -1, 0),
			    "mmap(NULL, 4096, PROT_READ, 0xf /* MAP_??? */|MAP_ANONYMOUS|0x1000000|"
			    "21<<MAP_HUGE_SHIFT, -1, 0) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_mmap, 0, 0, 4096, 3, 0x32, -1, 0),
			    "mmap(NULL, 4096, PROT_READ|PROT_WRITE, "
			    "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0");
	assert_string_equal(LINE(b, __NR_mremap, 0x5000, 0x4000, 1, 2, 1, 9),
			    "mremap(0x4000, 1, 2, MREMAP_MAYMOVE) = 0x5000");
	assert_string_equal(LINE(b, __NR_mremap, 0x5000, 0x4000, 1, 2, 3, 9),
			    "mremap(0x4000, 1, 2, MREMAP_MAYMOVE|MREMAP_FIXED, 0x9) = 0x5000");
	b->bytes[0] = b->bytes[2] = 1;
	assert_string_equal(LINE(b, __NR_mincore, 0, 0x5000, 4096 * 3 - 1, BASE),
			    "mincore(0x5000, 12287, [1, 0, 1]) = 0");
	assert_string_equal(LINE(b, __NR_mincore, -12, 0x5000, 4096, BASE),
			    "mincore(0x5000, 4096, 0x10000) = -1 ENOMEM (Cannot allocate memory)");
	PUT(b, BASE, nodes);
	assert_string_equal(
	    LINE(b, __NR_mbind, 0, 0x5000, 4096, 0x8003, BASE, 129, 7),
	    "mbind(0x5000, 4096, MPOL_INTERLEAVE|MPOL_F_STATIC_NODES, [0x00000000000001, "
	    "0000000000000000], 129, MPOL_MF_STRICT|MPOL_MF_MOVE|MPOL_MF_MOVE_ALL) = 0");
	assert_string_equal(LINE(b, __NR_mbind, -22, 0x5000, 4096, 0, BASE, 1, 0),
			    "mbind(0x5000, 4096, MPOL_DEFAULT, 0x10000, 1, 0) = -1 EINVAL "
			    "(Invalid argument)");
	PUT(b, BASE, pages);
	PUT(b, BASE + 64, status);
	assert_string_equal(LINE(b, __NR_move_pages, 0, 0, 3, BASE, 0, BASE + 64, 0),
			    "move_pages(0, 3, [0x10000, NULL, 0x8], NULL, [0, -EFAULT, 1], 0) = 0");
	assert_string_equal(LINE(b, __NR_getrandom, 2, BASE + 2, 2, 1),
			    "getrandom(\"\\x01\\x00\", 2, GRND_NONBLOCK) = 2");
	assert_string_equal(LINE(b, __NR_mseal, 0, 0x5000, 4096, 0), "mseal(0x5000, 4096, 0) = 0");
}

/* --- file systems --- */

/* QCMD of the headers shifts into the sign. */
static uint32_t quota_command(uint32_t command, uint32_t kind)
{
	return command << SUBCMDSHIFT | kind;
}

static void fill_handle(struct bench *b)
{
	uint32_t handle[3] = {4, 1, 0x00a746c5};

	put(b, BASE, handle, sizeof(handle));
}

static void test_file_systems(void **state)
{
	struct bench *b = *state;
	lupe_addr a = PUT_STRING(b, BASE + 64, "a"), data = PUT_STRING(b, BASE + 128, "size=5");
	uint64_t attr[4] = {0x100011, 0x72, 0x100000, 5};
	uint64_t quota[9] = {1, 2, 3, 4, 5, 6, 7, 8, 0x3f};

	assert_string_equal(LINE(b, __NR_mount, 0, a, a, a, 3, data),
			    "mount(\"a\", \"a\", \"a\", MS_RDONLY|MS_NOSUID, \"size=5\") = 0");
	assert_string_equal(LINE(b, __NR_mount, 0, a, a, a, 0x1000, data),
			    "mount(\"a\", \"a\", 0x10040, MS_BIND, 0x10080) = 0");
	assert_string_equal(LINE(b, __NR_mount, 0, a, a, a, 0x20, data),
			    "mount(\"a\", \"a\", 0x10040, MS_REMOUNT, \"size=5\") = 0");
	assert_string_equal(LINE(b, __NR_mount, 0, a, a, a, 0xc0ed0001, data),
			    "mount(\"a\", \"a\", \"a\", MS_MGC_VAL|MS_RDONLY, \"size=5\") = 0");
	assert_string_equal(
	    LINE(b, __NR_fsconfig, 0, 4, 2, a, data, 4),
	    "fsconfig(4, FSCONFIG_SET_BINARY, \"a\", \"\\x73\\x69\\x7a\\x65\", 4) = "
	    "0");
	assert_string_equal(LINE(b, __NR_fsconfig, 0, 4, 3, a, data, AT_FDCWD),
			    "fsconfig(4, FSCONFIG_SET_PATH, \"a\", \"size=5\", AT_FDCWD) = 0");
	assert_string_equal(
	    LINE(b, __NR_mount_setattr, 0, -1, a, 0x8000, PUT(b, BASE, attr), 32),
	    "mount_setattr(-1, \"a\", AT_RECURSIVE, "
	    "{attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOATIME|MOUNT_ATTR_IDMAP, "
	    "attr_clr=MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOATIME|MOUNT_ATTR_STRICTATIME|0x40, "
	    "propagation=MS_SHARED, userns_fd=5}, 32) = 0");
	assert_string_equal(LINE(b, __NR_setxattr, 0, a, a, data, 4, 1),
			    "setxattr(\"a\", \"a\", \"size\", 4, XATTR_CREATE) = 0");
	assert_string_equal(LINE(b, __NR_getxattr, 4, a, a, data, 0),
			    "getxattr(\"a\", \"a\", \"size\", 0) = 4");
	assert_string_equal(LINE(b, __NR_listxattr, 4, a, data, 0),
			    "listxattr(\"a\", 0x10080, 0) = 4");
	memset(b->bytes, 0, 64);
	b->bytes[0] = 128;
	PUT(b, BASE + 256, ((int){42}));
	b->kernel = fill_handle;
	assert_string_equal(
	    LINE(b, __NR_name_to_handle_at, 0, AT_FDCWD, a, BASE, BASE + 256, AT_EMPTY_PATH),
	    "name_to_handle_at(AT_FDCWD, \"a\", {handle_bytes=128 => 4, handle_type=1, "
	    "f_handle=\"\\xc5\\x46\\xa7\\x00\"}, [42], AT_EMPTY_PATH) = 0");
	b->kernel = NULL;
	assert_string_equal(
	    LINE(b, __NR_name_to_handle_at, -22, AT_FDCWD, a, BASE, BASE + 256, 0),
	    "name_to_handle_at(AT_FDCWD, \"a\", {handle_bytes=4}, 0x10100, 0) = -1 EINVAL "
	    "(Invalid argument)");
	assert_string_equal(LINE(b, __NR_open_by_handle_at, 6, AT_FDCWD, BASE, 0),
			    "open_by_handle_at(-100, {handle_bytes=4, handle_type=1, "
			    "f_handle=\"\\xc5\\x46\\xa7\\x00\"}, O_RDONLY) = 6");
	PUT(b, BASE + 512, quota);
	assert_string_equal(
	    LINE(b, __NR_quotactl, 0, quota_command(Q_SETQUOTA, USRQUOTA), a, 7, BASE + 512),
	    "quotactl(QCMD(Q_SETQUOTA, USRQUOTA), \"a\", 7, {dqb_bhardlimit=1, "
	    "dqb_bsoftlimit=2, dqb_curspace=3, dqb_ihardlimit=4, dqb_isoftlimit=5, "
	    "dqb_curinodes=6, ...}) = 0");
	assert_string_equal(LINE(b, __NR_quotactl, 0, quota_command(Q_SYNC, GRPQUOTA), a, 7, BASE),
			    "quotactl(QCMD(Q_SYNC, GRPQUOTA), \"a\") = 0");
	assert_string_equal(LINE(b, __NR_swapon, 0, a, 0x8005),
			    "swapon(\"a\", SWAP_FLAG_PREFER|5) = 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_refused),  TEST(test_open),        TEST(test_times),        TEST(test_names),
	    TEST(test_stat),     TEST(test_statx),       TEST(test_statfs),       TEST(test_iovecs),
	    TEST(test_fcntl),    TEST(test_directories), TEST(test_descriptors),  TEST(test_poll),
	    TEST(test_paths),    TEST(test_select),      TEST(test_epoll),        TEST(test_aio),
	    TEST(test_io_uring), TEST(test_memory),      TEST(test_file_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
