/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls that the kernel no longer has, or never had: their numbers answer ENOSYS. Most have no
 * decoding, as in strace: bare registers.
 */
#include <stddef.h>
#include <linux/sysctl.h>
#include "syscall/table/table.h"

/* clang-format off */

#define RAW(name) IN(name, &lupe_type_ulong_hex)

/* struct __sysctl_args of linux/sysctl.h. */
#define SYSCTL(field, type, ...) FIELD(struct __sysctl_args, field, type, ##__VA_ARGS__)
static STRUCT(sysctl_args, struct __sysctl_args,
	SYSCTL(name, PTR(&lupe_type_int), .count = BY_MEMBER(1)), SYSCTL(nlen, &lupe_type_int),
	SYSCTL(oldval, &lupe_type_address), SYSCTL(oldlenp, &lupe_type_address),
	SYSCTL(newval, &lupe_type_address), SYSCTL(newlen, &lupe_type_size_t))

static const struct lupe_syscall entries[] = {
SYSCALL(uselib, G_FILE, NULL, IN("library", PTR(&lupe_type_path)))
SYSCALL(sysfs, 0, NULL, RAW("option"), RAW("arg1"), RAW("arg2"))
SYSCALL(_sysctl, 0, NULL, IN("args", PTR(&sysctl_args)))
SYSCALL(create_module, 0, NULL, RAW("name"), RAW("size"))
SYSCALL(get_kernel_syms, 0, NULL, RAW("table"))
SYSCALL(query_module, 0, NULL, RAW("name"), RAW("which"), RAW("buf"), RAW("bufsize"), RAW("ret"))
SYSCALL(nfsservctl, 0, NULL, RAW("cmd"), RAW("argp"), RAW("resp"))
SYSCALL(getpmsg, G_NETWORK, NULL, RAW("fd"), RAW("ctlptr"), RAW("dataptr"), RAW("bandp"),
	RAW("flagsp"))
SYSCALL(putpmsg, G_NETWORK, NULL, RAW("fd"), RAW("ctlptr"), RAW("dataptr"), RAW("band"),
	RAW("flags"))
SYSCALL(afs_syscall, 0, NULL, RAW("arg0"), RAW("arg1"), RAW("arg2"), RAW("arg3"), RAW("arg4"))
SYSCALL(tuxcall, 0, NULL, RAW("arg0"), RAW("arg1"), RAW("arg2"))
SYSCALL(security, 0, NULL, RAW("arg0"), RAW("arg1"), RAW("arg2"))
SYSCALL(vserver, 0, NULL, RAW("arg0"), RAW("arg1"), RAW("arg2"), RAW("arg3"), RAW("arg4"))
SYSCALL(epoll_ctl_old, 0, NULL, RAW("epfd"), RAW("op"), RAW("fd"), RAW("event"))
SYSCALL(epoll_wait_old, 0, NULL, RAW("epfd"), RAW("events"), RAW("maxevents"), RAW("timeout"))
SYSCALL(lookup_dcookie, 0, NULL,
	IN("cookie", &lupe_type_ulong), OUT("buffer", PTR(&lupe_type_bytes), .count = BY_RESULT(2)),
	IN("len", &lupe_type_size_t))
};

EXPORT_FAMILY(obsolete)
