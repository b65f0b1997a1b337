/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of error numbers. The kernel also returns numbers that no program ever sees, since it turns
 * them into a restart or EINTR on the way out; a tracer sees them. They have no user header: their
 * numbers are the kernel's (include/linux/errno.h, 6.18).
 */
#include <errno.h>
#include <string.h>
#include "base/cleanup.h"
#include "lupe/syscall.h"

static const char *const names[] = {
#define ERRNO(name) [name] = #name,
#include "syscall/errno.def"
#undef ERRNO
};

static const struct kernel_errno {
	int number;
	const char *name;
} kernel_errnos[] = {
    {512, "ERESTARTSYS"},
    {513, "ERESTARTNOINTR"},
    {514, "ERESTARTNOHAND"},
    {515, "ENOIOCTLCMD"},
    {516, "ERESTART_RESTARTBLOCK"},
    {517, "EPROBE_DEFER"},
    {518, "EOPENSTALE"},
    {519, "ENOPARAM"},
    {521, "EBADHANDLE"},
    {522, "ENOTSYNC"},
    {523, "EBADCOOKIE"},
    {524, "ENOTSUPP"},
    {525, "ETOOSMALL"},
    {526, "ESERVERFAULT"},
    {527, "EBADTYPE"},
    {528, "EJUKEBOX"},
    {529, "EIOCBQUEUED"},
    {530, "ERECALLCONFLICT"},
};

static const struct kernel_errno aliases[] = {
    {EWOULDBLOCK, "EWOULDBLOCK"}, {EDEADLOCK, "EDEADLOCK"}, {ENOTSUP, "ENOTSUP"}};

const char *lupe_errno_name(int errnum)
{
	size_t i;

	if (errnum > 0 && (size_t)errnum < ARRAY_SIZE(names) && names[errnum])
		return names[errnum];
	for (i = 0; i < ARRAY_SIZE(kernel_errnos); i++)
		if (kernel_errnos[i].number == errnum)
			return kernel_errnos[i].name;
	return NULL;
}

static int find(const struct kernel_errno *list, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return list[i].number;
	return 0;
}

int lupe_errno_number(const char *name)
{
	size_t i;
	int number;

	for (i = 1; i < ARRAY_SIZE(names); i++)
		if (names[i] && !strcmp(names[i], name))
			return (int)i;
	number = find(aliases, ARRAY_SIZE(aliases), name);
	return number ? number : find(kernel_errnos, ARRAY_SIZE(kernel_errnos), name);
}
