/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Look-up by number and by name. The families are constant; the index over them is built at the
 * first question, once, and is constant from then on.
 */
#include <pthread.h>
#include <string.h>
#include "syscall/table/table.h"

enum {
	X32_BIT = 0x40000000,
	X32_OWN = 512, /* numbers from here on are x32's own ways of other calls */
	NAME_MAX_LENGTH = 32,
};

#define FAMILY(name) &lupe_syscalls_##name,
static const struct lupe_syscall_family *const families[] = {
#include "syscall/table/families.def"
};
#undef FAMILY

/* x32's numbers from X32_OWN on, as those of x86-64. */
static const uint16_t x32_own[] = {__NR_rt_sigaction,
				   __NR_rt_sigreturn,
				   __NR_ioctl,
				   __NR_readv,
				   __NR_writev,
				   __NR_recvfrom,
				   __NR_sendmsg,
				   __NR_recvmsg,
				   __NR_execve,
				   __NR_ptrace,
				   __NR_rt_sigpending,
				   __NR_rt_sigtimedwait,
				   __NR_rt_sigqueueinfo,
				   __NR_sigaltstack,
				   __NR_timer_create,
				   __NR_mq_notify,
				   __NR_kexec_load,
				   __NR_waitid,
				   __NR_set_robust_list,
				   __NR_get_robust_list,
				   __NR_vmsplice,
				   __NR_move_pages,
				   __NR_preadv,
				   __NR_pwritev,
				   __NR_rt_tgsigqueueinfo,
				   __NR_recvmmsg,
				   __NR_sendmmsg,
				   __NR_process_vm_readv,
				   __NR_process_vm_writev,
				   __NR_setsockopt,
				   __NR_getsockopt,
				   __NR_io_setup,
				   __NR_io_submit,
				   __NR_execveat,
				   __NR_preadv2,
				   __NR_pwritev2};

struct numbers {
	const struct lupe_syscall *by_nr[LUPE_SYSCALL_LIMIT];
	const struct lupe_syscall *by_name[LUPE_SYSCALL_LIMIT]; /* sorted */
	size_t n_names;
};

static struct numbers native; /* written by build() alone */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int compare_names(const void *a, const void *b)
{
	const struct lupe_syscall *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static void build(void)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		for (k = 0; k < families[i]->n_entries; k++) {
			const struct lupe_syscall *entry = &families[i]->entries[k];

			if (entry->nr >= LUPE_SYSCALL_LIMIT || native.by_nr[entry->nr])
				continue; /* a test looks for these */
			native.by_nr[entry->nr] = entry;
			native.by_name[native.n_names++] = entry;
		}
	qsort(native.by_name, native.n_names, sizeof(native.by_name[0]), compare_names);
}

static const struct numbers *numbers(void)
{
	pthread_once(&once, build);
	return &native;
}

const struct lupe_syscall *lupe_syscall_by_nr(enum lupe_abi abi, int64_t nr)
{
	if (abi == LUPE_ABI_X32) {
		nr &= ~(int64_t)X32_BIT;
		if (nr >= X32_OWN && nr < X32_OWN + (int64_t)ARRAY_SIZE(x32_own))
			nr = x32_own[nr - X32_OWN];
	} else if (abi != LUPE_ABI_X86_64) {
		return NULL;
	}
	return nr >= 0 && nr < LUPE_SYSCALL_LIMIT ? numbers()->by_nr[nr] : NULL;
}

static int compare_key(const void *key, const void *element)
{
	const struct lupe_syscall *const *entry = element;

	return strcmp(key, (*entry)->name);
}

const struct lupe_syscall *lupe_syscall_by_name(enum lupe_abi abi, const char *name)
{
	const struct numbers *all = numbers();
	const struct lupe_syscall *const *found;

	if (abi != LUPE_ABI_X86_64 && abi != LUPE_ABI_X32)
		return NULL;
	found = bsearch(name, all->by_name, all->n_names, sizeof(all->by_name[0]), compare_key);
	return found ? *found : NULL;
}

/* Letters to add, drop, change or swap to get from one name to the other. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][NAME_MAX_LENGTH + 1];
	unsigned *two_up = rows[0], *up = rows[1], *row = rows[2], *spare;
	size_t i, k;

	for (k = 0; k <= nb; k++)
		up[k] = k;
	for (i = 1; i <= na; i++) {
		row[0] = i;
		for (k = 1; k <= nb; k++) {
			row[k] =
			    MIN(MIN(up[k], row[k - 1]) + 1, up[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = MIN(row[k], two_up[k - 2] + 1);
		}
		spare = two_up;
		two_up = up;
		up = row;
		row = spare;
	}
	return up[nb];
}

const char *lupe_syscall_suggest(enum lupe_abi abi, const char *name)
{
	const struct numbers *all = numbers();
	size_t i, length = strlen(name), candidate;
	unsigned best = length / 3 + 1, d; /* farther off than this is another word */
	const char *nearest = NULL;

	if (!length || length > NAME_MAX_LENGTH || (abi != LUPE_ABI_X86_64 && abi != LUPE_ABI_X32))
		return NULL;
	for (i = 0; i < all->n_names; i++) {
		candidate = strlen(all->by_name[i]->name);
		if (candidate > NAME_MAX_LENGTH)
			continue;
		d = distance(name, length, all->by_name[i]->name, candidate);
		if (d < best) {
			best = d;
			nearest = all->by_name[i]->name;
		}
	}
	return nearest;
}
