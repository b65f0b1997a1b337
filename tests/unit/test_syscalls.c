/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables as a whole: each entry makes sense, is found, and survives any memory; sets of calls.
 */
#include "calls.h"

#include "syscall/table/table.h"

static const struct {
	const char *name;
	const struct lupe_syscall_family *family;
} families[] = {
#define FAMILY(name) {#name, &lupe_syscalls_##name},
#include "syscall/table/families.def"
};

static void check_members(const char *name, const struct lupe_member *args, unsigned n_args)
{
	unsigned i, k;

	if (n_args > LUPE_SYSCALL_MAX_ARGS)
		fail_msg("%s has %u arguments", name, n_args);
	for (i = 0; i < n_args; i++) {
		const struct lupe_member *member = &args[i];

		if (!member->name || !*member->name || !lupe_type_strip(member->type))
			fail_msg("%s: argument %u has no name or no type", name, i);
		if (member->choice && member->choice->member >= n_args)
			fail_msg("%s: %s depends on no argument", name, member->name);
		if (member->count.kind == LUPE_COUNT_MEMBER && member->count.member >= n_args)
			fail_msg("%s: %s is counted by no argument", name, member->name);
		for (k = 0; k < i; k++)
			if (!strcmp(args[k].name, member->name))
				fail_msg("%s has two arguments %s", name, member->name);
	}
}

static void check_entry(const struct lupe_syscall *entry)
{
	const struct lupe_variants *variants = entry->variants;
	size_t i, k;

	if (!entry->name || entry->nr >= LUPE_SYSCALL_LIMIT)
		fail_msg("entry %u has no name", entry->nr);
	if (entry->groups >= LUPE_GROUP_STAT_LIKE << 1)
		fail_msg("%s has a group that does not exist", entry->name);
	check_members(entry->name, entry->args, entry->n_args);
	for (i = 0; entry->order && i < entry->n_args; i++)
		if (entry->order[i] >= entry->n_args)
			fail_msg("%s: place %zu shows no argument", entry->name, i);
	for (i = 0; variants && i < variants->n; i++) {
		check_members(entry->name, variants->list[i].args, variants->list[i].n_args);
		if (variants->member >= variants->list[i].n_args)
			fail_msg("%s: variant %zu has nothing that decides", entry->name, i);
		for (k = 0; k < i; k++)
			if (variants->list[k].value == variants->list[i].value)
				fail_msg("%s has variant %#llx twice", entry->name,
					 (unsigned long long)variants->list[i].value);
	}
}

static void test_entries(void **state)
{
	size_t i, k;
	(void)state;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		for (k = 0; k < families[i].family->n_entries; k++) {
			const struct lupe_syscall *entry = &families[i].family->entries[k];

			check_entry(entry);
			/* one family only, one name only */
			if (lupe_syscall_by_nr(LUPE_ABI_X86_64, entry->nr) != entry)
				fail_msg("%s: %s is described twice", families[i].name,
					 entry->name);
			if (lupe_syscall_by_name(LUPE_ABI_X86_64, entry->name) != entry)
				fail_msg("%s: the name %s is not its own", families[i].name,
					 entry->name);
		}
}

/* Linux 6.17 has no others, on x86-64. */
static void test_no_gaps(void **state)
{
	int nr;
	(void)state;

	for (nr = 0; nr <= __NR_file_setattr; nr++)
		if ((nr <= __NR_uprobe || nr >= __NR_pidfd_send_signal) !=
		    !!lupe_syscall_by_nr(LUPE_ABI_X86_64, nr))
			fail_msg("%d: described, or not, without reason", nr);
}

static void test_look_up(void **state)
{
	(void)state;

	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_X86_64, 0)->name, "read");
	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_X32, 0x40000000)->name, "read");
	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_X32, 515)->name, "readv");
	assert_null(lupe_syscall_by_nr(LUPE_ABI_X86_64, -1));
	assert_null(lupe_syscall_by_nr(LUPE_ABI_X86_64, LUPE_SYSCALL_LIMIT));
	assert_null(lupe_syscall_by_nr(LUPE_ABI_X86_64, 400));
	assert_null(lupe_syscall_by_nr(LUPE_ABI_X86_64, INT64_MIN));
	assert_int_equal(lupe_syscall_by_name(LUPE_ABI_X86_64, "openat")->nr, 257);
	assert_null(lupe_syscall_by_name(LUPE_ABI_X86_64, "opena"));
	assert_null(lupe_syscall_by_name(LUPE_ABI_X86_64, ""));
	assert_string_equal(lupe_syscall_suggest(LUPE_ABI_X86_64, "opneat"), "openat");
	assert_string_equal(lupe_syscall_suggest(LUPE_ABI_X86_64, "reda"), "read");
	assert_string_equal(lupe_syscall_suggest(LUPE_ABI_X86_64, "fstatat"), "fstat");
	assert_null(lupe_syscall_suggest(LUPE_ABI_X86_64, "xyzzyplugh"));
	assert_null(lupe_syscall_suggest(LUPE_ABI_X86_64, ""));
	assert_null(lupe_syscall_suggest(
	    LUPE_ABI_X86_64, "a_name_that_is_longer_than_that_of_any_system_call_there_is"));
}

/* --- sets --- */

static struct lupe_syscall_set parsed(const char *text)
{
	struct lupe_syscall_set set;
	struct lupe_error *error = lupe_syscall_set_parse(LUPE_ABI_X86_64, text, &set);

	if (error)
		fail_msg("%s: %s", text, error->message);
	return set;
}

static bool has(const char *text, const char *name)
{
	struct lupe_syscall_set set = parsed(text);

	return lupe_syscall_set_has(&set, lupe_syscall_by_name(LUPE_ABI_X86_64, name)->nr);
}

static size_t count(const char *text)
{
	struct lupe_syscall_set set = parsed(text);
	size_t n = 0;
	int nr;

	for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++)
		n += lupe_syscall_set_has(&set, nr);
	return n;
}

static void test_sets(void **state)
{
	struct lupe_syscall_set set = parsed("read");
	(void)state;

	assert_true(lupe_syscall_set_has(&set, 0));
	assert_false(lupe_syscall_set_has(&set, 1));
	assert_false(lupe_syscall_set_has(&set, -1));
	assert_false(lupe_syscall_set_has(&set, LUPE_SYSCALL_LIMIT));
	assert_null(lupe_syscall_set_parse(LUPE_ABI_X86_64, "!read", &set));
	assert_true(lupe_syscall_set_has(&set, -1));
	assert_true(lupe_syscall_set_has(&set, LUPE_SYSCALL_LIMIT));
	lupe_syscall_set_add(&set, -1);
	lupe_syscall_set_add(&set, LUPE_SYSCALL_LIMIT);
	assert_int_equal(count("read"), 1);
	assert_int_equal(count("read,write,read"), 2);
	assert_int_equal(count(",read,,"), 1);
	assert_int_equal(count("none"), 0);
	assert_int_equal(count("all"), LUPE_SYSCALL_LIMIT);
	assert_int_equal(count("!all"), 0);
	assert_int_equal(count("!none"), LUPE_SYSCALL_LIMIT);
	assert_int_equal(count("!read"), LUPE_SYSCALL_LIMIT - 1);
	assert_int_equal(count("!!read"), 1);
	assert_int_equal(count("0,1,257"), 3);
	assert_int_equal(count("?nosuchcall"), 0);
	assert_int_equal(count("?nosuchcall,read"), 1);
	assert_int_equal(count("read@64"), 1);
	assert_int_equal(count("%file@64"), count("%file"));
	assert_int_equal(count("/^open(at2?)?$"), 3);
	assert_int_equal(count("%%stat"), 5);
	assert_int_equal(count("%stat,%lstat"), 2);
	assert_int_equal(count("%fstat"), 3);
	assert_int_equal(count("file"), count("%file"));
	assert_true(has("%file", "openat"));
	assert_true(has("%desc", "openat"));
	assert_false(has("%file", "read"));
	assert_true(has("%memory", "mmap"));
	assert_true(has("!%memory", "read"));
	assert_false(has("!%memory", "mmap"));
}

static void refuse(const char *text, const char *message)
{
	struct lupe_syscall_set set;
	struct lupe_error *error = lupe_syscall_set_parse(LUPE_ABI_X86_64, text, &set);

	assert_non_null(error);
	assert_int_equal(error->code, LUPE_ERROR_INVALID);
	assert_non_null(strstr(error->message, message));
	lupe_error_destroy(error);
}

static void test_bad_sets(void **state)
{
	(void)state;

	refuse("", "invalid system call ''");
	refuse("!", "invalid system call ''");
	refuse(",", "invalid system call ','");
	refuse("opne", "invalid system call 'opne'; did you mean 'open'?");
	refuse("read,opne", "'opne'");
	refuse("read,!write", "'!write'");
	refuse("none,read", "'none'");
	refuse("%foo", "invalid system call '%foo'");
	refuse("net", "'net'");
	refuse("creds", "'creds'");
	refuse("1024", "'1024'");
	refuse("99999999999999999999", "'99999999999999999999'");
	refuse("-1", "'-1'");
	refuse("0x10", "'0x10'");
	refuse("/zzzz", "'/zzzz'");
	refuse("/^op(", "bad pattern '/^op('");
	refuse("read@foo", "incorrect personality designator 'foo'");
}

/* --- any memory --- */

static uint32_t random_state = 1;

static uint32_t any(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8;
}

/* A pointer that is null, wild, at the end of what is mapped, or fine; or a small number. */
static uint64_t any_argument(void)
{
	switch (any() % 8) {
	case 0:
		return 0;
	case 1:
		return any() % 40;
	case 2:
		return UINT64_MAX - any() % 3;
	case 3:
		return END - any() % 200;
	case 4:
		return UINT64_C(1) << any() % 64;
	case 5:
		return END;
	default:
		return BASE + (any() % SIZE & ~7U);
	}
}

static void fill(struct bench *b)
{
	size_t i;

	for (i = 0; i < SIZE; i++) /* small numbers, with addresses between them */
		b->bytes[i] = any() % 3 ? 0 : any();
	for (i = 0; i < SIZE; i += 8)
		if (!(any() % 4))
			memcpy(b->bytes + i, &(uint64_t){BASE + any() % SIZE}, 8);
}

/* With `variant`, the call is that one. */
static void check_any(struct bench *b, const struct lupe_syscall *entry,
		      const struct lupe_variant *variant)
{
	uint64_t args[6];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(args); i++)
		args[i] = any_argument();
	if (variant)
		args[entry->variants->member] = variant->value;
	b->options.verbose = any() & 1;
	b->options.xlat = (enum lupe_xlat)(any() % 3);
	line(b, entry->nr, any() % 3 ? (int64_t)(any() % 300) : -14, args);
	assert_non_null(strchr(lupe_buffer_text(&b->out), '('));
	lupe_buffer_reset(&b->out);
	lupe_call_print_json(&b->out, &b->call, b->call.entry);
	assert_int_equal(lupe_buffer_text(&b->out)[b->out.length - 1], '}');
}

static void check_any_variant(struct bench *b, const struct lupe_syscall *entry)
{
	size_t i;

	check_any(b, entry, NULL);
	for (i = 0; entry->variants && i < entry->variants->n; i++)
		check_any(b, entry, &entry->variants->list[i]);
}

static void test_any_memory(void **state)
{
	struct bench *b = *state;
	size_t i, k, round;

	for (round = 0; round < 40; round++) {
		fill(b);
		for (i = 0; i < ARRAY_SIZE(families); i++)
			for (k = 0; k < families[i].family->n_entries; k++)
				check_any_variant(b, &families[i].family->entries[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_entries), TEST(test_no_gaps),  TEST(test_look_up),
	    TEST(test_sets),    TEST(test_bad_sets), TEST(test_any_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
