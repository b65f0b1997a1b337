/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File names: opening, linking, renaming, owners, modes and times.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include "syscall/table/table.h"

/* Bits of glibc's compound flags; the kernel looks at these. */
enum { KERNEL_O_TMPFILE = 020000000 };

static bool creates(uint64_t flags)
{
	return flags & (O_CREAT | KERNEL_O_TMPFILE);
}

static bool open_creates(const struct lupe_value *args)
{
	return creates(args->children[1].u);
}

static bool openat_creates(const struct lupe_value *args)
{
	return creates(args->children[2].u);
}

static bool how_has_mode(const struct lupe_value *how)
{
	return creates(how->children[0].u) || how->children[1].u;
}

static bool is_device(uint64_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode);
}

static bool mknod_device(const struct lupe_value *args)
{
	return is_device(args->children[1].u);
}

static bool mknodat_device(const struct lupe_value *args)
{
	return is_device(args->children[2].u);
}

/* UTIME_NOW and UTIME_OMIT stand for the whole time. */
static void print_file_time(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t nsec = value->n_children == 2 ? value->children[1].u : 0;
	const char *name = nsec == UTIME_NOW    ? "UTIME_NOW"
			   : nsec == UTIME_OMIT ? "UTIME_OMIT"
						: NULL;
	enum lupe_xlat xlat = printer->options->xlat;

	if (name && xlat == LUPE_XLAT_ABBREV) {
		lupe_buffer_string(printer->out, name);
		return;
	}
	lupe_strace_struct(printer, value);
	if (name && xlat == LUPE_XLAT_VERBOSE)
		lupe_strace_comment(printer, name);
	else if (!name)
		lupe_strace_time_comment(printer, value);
}

static const struct lupe_type_ops file_time_ops = {.print = print_file_time};

/* clang-format off */

static const struct lupe_type file_time = {
	.name = "struct timespec", .kind = LUPE_KIND_STRUCT, .role = LUPE_ROLE_TIME,
	.size = sizeof(struct timespec), .ops = &file_time_ops,
	MEMBERS(FIELD(struct timespec, tv_sec, &lupe_type_long),
		FIELD(struct timespec, tv_nsec, &lupe_type_ulong))};

static STRUCT(utimbuf, struct utimbuf,
	FIELD(struct utimbuf, actime, &lupe_type_date),
	FIELD(struct utimbuf, modtime, &lupe_type_date))

static FLAGS(access_mode, 4, "?_OK", "F_OK", E(R_OK), E(W_OK), E(X_OK))

static FLAGS(at_flags, 4, "AT_???", NULL,
	E(AT_SYMLINK_NOFOLLOW), E(AT_REMOVEDIR), E(AT_SYMLINK_FOLLOW), E(AT_NO_AUTOMOUNT),
	E(AT_EMPTY_PATH), E(AT_RECURSIVE))
static FLAGS(faccessat_flags, 4, "AT_???", NULL,
	E(AT_SYMLINK_NOFOLLOW), E(AT_EACCESS), E(AT_EMPTY_PATH))

static FLAGS(rename_flags, 4, "RENAME_??", NULL,
	E(RENAME_NOREPLACE), E(RENAME_EXCHANGE), E(RENAME_WHITEOUT))

static FLAGS(open_flags_64, 8, "O_???", NULL,
	IN_FIELD(O_RDONLY, O_ACCMODE), IN_FIELD(O_WRONLY, O_ACCMODE), IN_FIELD(O_RDWR, O_ACCMODE),
	IN_FIELD(O_ACCMODE, O_ACCMODE), LUPE_OPEN_BITS)
static FLAGS(resolve_flags, 8, "RESOLVE_???", NULL,
	E(RESOLVE_NO_XDEV), E(RESOLVE_NO_MAGICLINKS), E(RESOLVE_NO_SYMLINKS), E(RESOLVE_BENEATH),
	E(RESOLVE_IN_ROOT), E(RESOLVE_CACHED))
static SCALAR(perm64, "u64", LUPE_KIND_UINT, 8, LUPE_ROLE_PERM)

static const struct lupe_type open_how = {
	.name = "struct open_how", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct open_how), .size_min = 24,
	MEMBERS(FIELD(struct open_how, flags, &open_flags_64),
		FIELD(struct open_how, mode, &perm64, .present = how_has_mode),
		FIELD(struct open_how, resolve, &resolve_flags))};

static const struct lupe_syscall entries[] = {

/* --- open, create --- */
SYSCALL(open, G_FILE | G_DESC, &lupe_type_fd,
	IN("path", PTR(&lupe_type_path)), IN("flags", &lupe_type_open_flags),
	IN("mode", &lupe_type_perm16, .present = open_creates))
SYSCALL(openat, G_FILE | G_DESC, &lupe_type_fd,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &lupe_type_open_flags),
	IN("mode", &lupe_type_perm16, .present = openat_creates))
SYSCALL(openat2, G_FILE | G_DESC, &lupe_type_fd,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("how", PTR(&open_how), .count = BY_MEMBER(3)), IN("size", &lupe_type_size_t))
SYSCALL(creat, G_FILE | G_DESC, &lupe_type_fd,
	IN("path", PTR(&lupe_type_path)), IN("mode", &lupe_type_perm16))
SYSCALL(mknod, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("mode", &lupe_type_mode16),
	IN("dev", &lupe_type_dev32, .present = mknod_device))
SYSCALL(mknodat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("mode", &lupe_type_mode16), IN("dev", &lupe_type_dev32, .present = mknodat_device))
SYSCALL(mkdir, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("mode", &lupe_type_perm16))
SYSCALL(mkdirat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("mode", &lupe_type_perm16))
SYSCALL(umask, 0, &lupe_type_perm, IN("mask", &lupe_type_perm16))

/* --- access --- */
SYSCALL(access, G_FILE, NULL, IN("path", PTR(&lupe_type_path)), IN("mode", &access_mode))
SYSCALL(faccessat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)), IN("mode", &access_mode))
SYSCALL(faccessat2, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)), IN("mode", &access_mode),
	IN("flags", &faccessat_flags))

/* --- names --- */
SYSCALL(link, G_FILE, NULL,
	IN("oldpath", PTR(&lupe_type_path)), IN("newpath", PTR(&lupe_type_path)))
SYSCALL(linkat, G_FILE | G_DESC, NULL,
	IN("olddirfd", &lupe_type_dirfd), IN("oldpath", PTR(&lupe_type_path)),
	IN("newdirfd", &lupe_type_dirfd), IN("newpath", PTR(&lupe_type_path)),
	IN("flags", &at_flags))
SYSCALL(unlink, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
SYSCALL(unlinkat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("flags", &at_flags))
SYSCALL(rmdir, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
SYSCALL(rename, G_FILE, NULL,
	IN("oldpath", PTR(&lupe_type_path)), IN("newpath", PTR(&lupe_type_path)))
SYSCALL(renameat, G_FILE | G_DESC, NULL,
	IN("olddirfd", &lupe_type_dirfd), IN("oldpath", PTR(&lupe_type_path)),
	IN("newdirfd", &lupe_type_dirfd), IN("newpath", PTR(&lupe_type_path)))
SYSCALL(renameat2, G_FILE | G_DESC, NULL,
	IN("olddirfd", &lupe_type_dirfd), IN("oldpath", PTR(&lupe_type_path)),
	IN("newdirfd", &lupe_type_dirfd), IN("newpath", PTR(&lupe_type_path)),
	IN("flags", &rename_flags))
SYSCALL(symlink, G_FILE, NULL,
	IN("target", PTR(&lupe_type_path)), IN("linkpath", PTR(&lupe_type_path)))
SYSCALL(symlinkat, G_FILE | G_DESC, NULL,
	IN("target", PTR(&lupe_type_path)), IN("newdirfd", &lupe_type_dirfd),
	IN("linkpath", PTR(&lupe_type_path)))
SYSCALL(readlink, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)),
	OUT("buf", PTR(&lupe_type_bytes), .count = BY_RESULT(2)), IN("bufsiz", &lupe_type_ulong))
SYSCALL(readlinkat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	OUT("buf", PTR(&lupe_type_bytes), .count = BY_RESULT(3)), IN("bufsiz", &lupe_type_ulong))

/* --- where one is --- */
SYSCALL(chdir, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
SYSCALL(fchdir, G_DESC, NULL, IN("fd", &lupe_type_fd))
SYSCALL(chroot, G_FILE, NULL, IN("path", PTR(&lupe_type_path)))
SYSCALL(getcwd, G_FILE, NULL,
	OUT("buf", PTR(&lupe_type_path)), IN("size", &lupe_type_size_t))

/* --- mode, owner, size --- */
SYSCALL(chmod, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("mode", &lupe_type_perm16))
SYSCALL(fchmod, G_DESC, NULL, IN("fd", &lupe_type_fd), IN("mode", &lupe_type_perm16))
SYSCALL(fchmodat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("mode", &lupe_type_perm16))
SYSCALL(fchmodat2, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("mode", &lupe_type_perm16), IN("flags", &at_flags))
SYSCALL(chown, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("owner", &lupe_type_uid),
	IN("group", &lupe_type_gid))
SYSCALL(fchown, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("owner", &lupe_type_uid), IN("group", &lupe_type_gid))
SYSCALL(lchown, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("owner", &lupe_type_uid),
	IN("group", &lupe_type_gid))
SYSCALL(fchownat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("owner", &lupe_type_uid), IN("group", &lupe_type_gid), IN("flags", &at_flags))
SYSCALL(truncate, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("length", &lupe_type_ulong))
SYSCALL(ftruncate, G_DESC, NULL, IN("fd", &lupe_type_fd), IN("length", &lupe_type_ulong))

/* --- times --- */
SYSCALL(utime, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)), IN("times", PTR(&utimbuf)))
SYSCALL(utimes, G_FILE, NULL,
	IN("path", PTR(&lupe_type_path)),
	IN("times", PTR(ARRAY_OF(&lupe_type_timeval_date, 2))))
SYSCALL(futimesat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("times", PTR(ARRAY_OF(&lupe_type_timeval_date, 2))))
SYSCALL(utimensat, G_FILE | G_DESC, NULL,
	IN("dirfd", &lupe_type_dirfd), IN("path", PTR(&lupe_type_path)),
	IN("times", PTR(ARRAY_OF(&file_time, 2))), IN("flags", &at_flags))
};

EXPORT_FAMILY(file)
