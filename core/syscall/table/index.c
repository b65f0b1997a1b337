/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Look-up by number and by name. The families are constant; the index over them is built at the
 * first question, once, and is constant from then on.
 */
#include <pthread.h>
#include <string.h>
#include "syscall/table/i386.h"
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

/* Written by build() alone; the 32-bit entries are made there. */
static struct numbers native, i386;
static struct lupe_syscall i386_entries[LUPE_SYSCALL_LIMIT];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int compare_names(const void *a, const void *b)
{
	const struct lupe_syscall *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static int compare_key(const void *key, const void *element)
{
	const struct lupe_syscall *const *entry = element;

	return strcmp(key, (*entry)->name);
}

static void add(struct numbers *numbers, const struct lupe_syscall *entry)
{
	if (entry->nr >= LUPE_SYSCALL_LIMIT || numbers->by_nr[entry->nr])
		return; /* a test looks for these */
	numbers->by_nr[entry->nr] = entry;
	numbers->by_name[numbers->n_names++] = entry;
}

static void sort(struct numbers *numbers)
{
	qsort(numbers->by_name, numbers->n_names, sizeof(numbers->by_name[0]), compare_names);
}

static const struct lupe_syscall *find(const struct numbers *all, const char *name)
{
	const struct lupe_syscall *const *found =
	    bsearch(name, all->by_name, all->n_names, sizeof(all->by_name[0]), compare_key);

	return found ? *found : NULL;
}

/* Registers without a meaning that we know: of calls whose structs are others for 32-bit programs.
 */
static const struct lupe_member bare_registers[LUPE_SYSCALL_MAX_ARGS] = {
    {.name = "arg0", .type = &lupe_type_ulong_hex}, {.name = "arg1", .type = &lupe_type_ulong_hex},
    {.name = "arg2", .type = &lupe_type_ulong_hex}, {.name = "arg3", .type = &lupe_type_ulong_hex},
    {.name = "arg4", .type = &lupe_type_ulong_hex}, {.name = "arg5", .type = &lupe_type_ulong_hex}};

static struct lupe_syscall i386_entry(const struct lupe_i386_call *call)
{
	const struct lupe_syscall *twin = call->native ? find(&native, call->native) : NULL;
	struct lupe_syscall entry = {.groups = call->groups, .args = bare_registers};

	if (twin && call->n_registers == LUPE_I386_SAME)
		entry = *twin;
	else if (twin)
		entry.groups = twin->groups;
	if (twin && call->n_registers == LUPE_I386_AS_NATIVE)
		entry.n_args = twin->n_args;
	else if (call->n_registers >= 0)
		entry.n_args = (uint8_t)call->n_registers;
	if (twin)
		entry.flags = twin->flags & ~(unsigned)LUPE_SYSCALL_TAKES_STACK;
	entry.name = call->name;
	entry.nr = call->nr;
	return entry;
}

static void build(void)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		for (k = 0; k < families[i]->n_entries; k++)
			add(&native, &families[i]->entries[k]);
	sort(&native);
	for (i = 0; i < MIN(lupe_i386_n_calls, ARRAY_SIZE(i386_entries)); i++) {
		i386_entries[i] = i386_entry(&lupe_i386_calls[i]);
		add(&i386, &i386_entries[i]);
	}
	sort(&i386);
}

/* x32 has x86-64's names. */
static const struct numbers *numbers(enum lupe_abi abi)
{
	pthread_once(&once, build);
	return abi == LUPE_ABI_I386 ? &i386 : &native;
}

const struct lupe_syscall *lupe_syscall_by_nr(enum lupe_abi abi, int64_t nr)
{
	if (abi == LUPE_ABI_X32) {
		nr &= ~(int64_t)X32_BIT;
		if (nr >= X32_OWN && nr < X32_OWN + (int64_t)ARRAY_SIZE(x32_own))
			nr = x32_own[nr - X32_OWN];
	}
	return nr >= 0 && nr < LUPE_SYSCALL_LIMIT ? numbers(abi)->by_nr[nr] : NULL;
}

const struct lupe_syscall *lupe_syscall_by_name(enum lupe_abi abi, const char *name)
{
	return find(numbers(abi), name);
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
	const struct numbers *all = numbers(abi);
	size_t i, length = strlen(name), candidate;
	unsigned best = length / 3 + 1, d; /* farther off than this is another word */
	const char *nearest = NULL;

	if (!length || length > NAME_MAX_LENGTH)
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
