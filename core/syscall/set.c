/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sets of syscalls in strace's words. A set is a list of items; a "!" before it turns the whole of
 * it round. "all" also has the numbers that no table knows.
 */
#include <errno.h>
#include <regex.h>
#include <string.h>
#include "base/cleanup.h"
#include "lupe/syscall.h"

struct group_name {
	const char *name;
	uint32_t groups;
	bool bare; /* known without "%" too, as strace's older releases had it */
};

static const struct group_name group_names[] = {
    {"file", LUPE_GROUP_FILE, true},
    {"desc", LUPE_GROUP_DESC, true},
    {"memory", LUPE_GROUP_MEMORY, true},
    {"process", LUPE_GROUP_PROCESS, true},
    {"signal", LUPE_GROUP_SIGNAL, true},
    {"ipc", LUPE_GROUP_IPC, true},
    {"network", LUPE_GROUP_NETWORK, true},
    {"net", LUPE_GROUP_NETWORK, false},
    {"creds", LUPE_GROUP_CREDS, false},
    {"clock", LUPE_GROUP_CLOCK, false},
    {"pure", LUPE_GROUP_PURE, false},
    {"stat", LUPE_GROUP_STAT, false},
    {"lstat", LUPE_GROUP_LSTAT, false},
    {"fstat", LUPE_GROUP_FSTAT, false},
    {"statfs", LUPE_GROUP_STATFS, false},
    {"fstatfs", LUPE_GROUP_FSTATFS, false},
    {"%statfs", LUPE_GROUP_STATFS_LIKE, false},
    {"%stat", LUPE_GROUP_STAT_LIKE, false},
};

static const struct {
	const char *name;
	enum lupe_abi abi;
} abi_names[] = {{"64", LUPE_ABI_X86_64}, {"32", LUPE_ABI_I386}, {"x32", LUPE_ABI_X32}};

const char *lupe_syscall_group_name(uint32_t bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(group_names); i++)
		if (group_names[i].groups == bit)
			return group_names[i].name;
	return NULL;
}

void lupe_syscall_set_add(struct lupe_syscall_set *set, int nr)
{
	if (nr >= 0 && nr < LUPE_SYSCALL_LIMIT)
		set->bits[nr / 64] |= UINT64_C(1) << nr % 64;
}

bool lupe_syscall_set_has(const struct lupe_syscall_set *set, int64_t nr)
{
	if (nr < 0 || nr >= LUPE_SYSCALL_LIMIT)
		nr = LUPE_SYSCALL_LIMIT - 1;
	return set->bits[nr / 64] >> nr % 64 & 1;
}

static void invert(struct lupe_syscall_set *set)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(set->bits); i++)
		set->bits[i] = ~set->bits[i];
}

static bool add_group(enum lupe_abi abi, const char *name, struct lupe_syscall_set *set)
{
	const struct lupe_syscall *entry;
	bool bare = *name != '%';
	size_t i;
	int nr;

	if (!bare)
		name++;
	for (i = 0; i < ARRAY_SIZE(group_names); i++)
		if ((!bare || group_names[i].bare) && !strcmp(group_names[i].name, name))
			break;
	if (i == ARRAY_SIZE(group_names))
		return false;
	for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		entry = lupe_syscall_by_nr(abi, nr);
		if (entry && (entry->groups & group_names[i].groups))
			lupe_syscall_set_add(set, nr);
	}
	return true;
}

static bool is_known(const char *name)
{
	int abi;

	for (abi = 0; abi < LUPE_N_ABIS; abi++)
		if (lupe_syscall_by_name((enum lupe_abi)abi, name))
			return true;
	return false;
}

/* All numbers of the name: x32 has two of some calls. Answers false when no ABI has such a call. */
static bool add_name(enum lupe_abi abi, const char *name, struct lupe_syscall_set *set)
{
	const struct lupe_syscall *entry;
	int nr;

	if (!is_known(name))
		return false;
	if (!lupe_syscall_by_name(abi, name))
		return true;
	for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		entry = lupe_syscall_by_nr(abi, nr);
		if (entry && !strcmp(entry->name, name))
			lupe_syscall_set_add(set, nr);
	}
	return true;
}

static struct lupe_error *add_pattern(enum lupe_abi abi, const char *pattern,
				      struct lupe_syscall_set *set, bool *ret_found)
{
	const struct lupe_syscall *entry;
	char reason[128];
	regex_t regex;
	int nr, error = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);

	if (error) {
		regerror(error, &regex, reason, sizeof(reason));
		return lupe_error_create(LUPE_ERROR_INVALID, "bad pattern '/%s': %s", pattern,
					 reason);
	}
	for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		entry = lupe_syscall_by_nr(abi, nr);
		if (entry && !regexec(&regex, entry->name, 0, NULL, 0)) {
			lupe_syscall_set_add(set, nr);
			*ret_found = true;
		}
	}
	regfree(&regex);
	return NULL;
}

static bool add_number(const char *text, struct lupe_syscall_set *set)
{
	char *end;
	unsigned long nr;

	errno = 0;
	nr = strtoul(text, &end, 10);
	if (errno || *end || nr >= LUPE_SYSCALL_LIMIT)
		return false;
	lupe_syscall_set_add(set, (int)nr);
	return true;
}

static struct lupe_error *invalid(enum lupe_abi abi, const char *item)
{
	const char *near = lupe_syscall_suggest(abi, item);

	if (near)
		return lupe_error_create(
		    LUPE_ERROR_INVALID, "invalid system call '%s'; did you mean '%s'?", item, near);
	return lupe_error_create(LUPE_ERROR_INVALID, "invalid system call '%s'", item);
}

static struct lupe_error *add_item(enum lupe_abi abi, const char *item,
				   struct lupe_syscall_set *set)
{
	struct lupe_error *error = NULL;
	bool optional = *item == '?', found = false;

	if (optional)
		item++;
	if (*item == '/')
		error = add_pattern(abi, item + 1, set, &found);
	else if (*item >= '0' && *item <= '9')
		found = add_number(item, set);
	else
		found = add_group(abi, item, set) || add_name(abi, item, set);
	if (error || found || optional)
		return error;
	return invalid(abi, item);
}

/* "item@64": of that ABI alone, but an error if it makes no sense there. */
static struct lupe_error *add_item_of_abi(enum lupe_abi abi, char *item, char *at,
					  struct lupe_syscall_set *set)
{
	struct lupe_syscall_set elsewhere = {{0}};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(abi_names); i++)
		if (!strcmp(abi_names[i].name, at + 1))
			break;
	if (i == ARRAY_SIZE(abi_names))
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "incorrect personality designator '%s' in qualification "
					 "'%s'; it is one of 64, 32 and x32",
					 at + 1, item);
	*at = '\0';
	return add_item(abi_names[i].abi, item, abi_names[i].abi == abi ? set : &elsewhere);
}

static struct lupe_error *add_list(enum lupe_abi abi, const char *text,
				   struct lupe_syscall_set *set)
{
	CLEANUP_FREE char *copy = strdup(text);
	struct lupe_error *error = NULL;
	char *item, *at, *rest = copy;
	size_t n_items = 0;

	if (!copy)
		return lupe_error_no_memory();
	while (!error && (item = strtok_r(rest, ",", &rest))) {
		n_items++;
		at = strrchr(item, '@');
		error = at ? add_item_of_abi(abi, item, at, set) : add_item(abi, item, set);
	}
	return n_items ? error : invalid(abi, text);
}

struct lupe_error *lupe_syscall_set_parse(enum lupe_abi abi, const char *text,
					  struct lupe_syscall_set *ret)
{
	struct lupe_error *error = NULL;
	bool inverted = false;

	memset(ret, 0, sizeof(*ret));
	for (; *text == '!'; text++)
		inverted = !inverted;
	if (!strcmp(text, "all"))
		inverted = !inverted;
	else if (strcmp(text, "none"))
		error = add_list(abi, text, ret);
	if (inverted)
		invert(ret);
	return error;
}
