/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 32-bit calls: their own numbers and names, decoded as x86-64's where they are the same.
 */
#include "calls.h"

static const struct lupe_syscall *by_name(const char *name)
{
	return lupe_syscall_by_name(LUPE_ABI_I386, name);
}

static void test_numbers(void **state)
{
	(void)state;
	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_I386, 1)->name, "exit");
	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_I386, 4)->name, "write");
	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_I386, 102)->name, "socketcall");
	assert_string_equal(lupe_syscall_by_nr(LUPE_ABI_I386, 252)->name, "exit_group");
	assert_null(lupe_syscall_by_nr(LUPE_ABI_I386, 222)); /* a hole */
	assert_null(lupe_syscall_by_nr(LUPE_ABI_I386, -1));
	assert_int_equal(by_name("mmap2")->nr, 192);
	assert_int_equal(by_name("getuid32")->nr, 199);
	assert_null(by_name("newfstatat"));
	assert_non_null(lupe_syscall_by_name(LUPE_ABI_X86_64, "newfstatat"));
	assert_null(lupe_syscall_by_name(LUPE_ABI_X86_64, "mmap2"));
	assert_string_equal(lupe_syscall_suggest(LUPE_ABI_I386, "mmap22"), "mmap2");
}

/* Every name leads back to its entry, and every entry has parameters that exist. */
static void test_entries(void **state)
{
	unsigned nr, known = 0, i;
	(void)state;

	for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		const struct lupe_syscall *entry = lupe_syscall_by_nr(LUPE_ABI_I386, nr);

		if (!entry)
			continue;
		known++;
		assert_int_equal(entry->nr, nr);
		assert_ptr_equal(by_name(entry->name), entry);
		assert_in_range(entry->n_args, 0, LUPE_SYSCALL_MAX_ARGS);
		for (i = 0; i < entry->n_args; i++) {
			assert_non_null(entry->args[i].name);
			assert_non_null(entry->args[i].type);
		}
	}
	assert_in_range(known, 430, 480);
}

static const char *line32(struct bench *b, const char *name, const uint64_t args[6])
{
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};
	struct lupe_value *values;

	b->call = (struct lupe_call){.syscall = by_name(name), .abi = LUPE_ABI_I386};
	assert_non_null(b->call.syscall);
	memcpy(b->call.args, args, sizeof(b->call.args));
	lupe_buffer_reset(&b->out);
	values = lupe_call_decode(&b->decode, &b->call);
	assert_non_null(values);
	lupe_strace_entry(&printer, &b->call, values);
	return lupe_buffer_text(&b->out);
}

#define LINE32(b, name, ...) line32(b, name, (const uint64_t[6]){__VA_ARGS__})

static void test_text(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE, "/etc/passwd");
	assert_string_equal(LINE32(b, "open", BASE, 0x80000, 0),
			    "open(\"/etc/passwd\", O_RDONLY|O_CLOEXEC");
	assert_string_equal(LINE32(b, "write", 1, BASE, 4), "write(1, \"/etc\", 4");
	assert_string_equal(LINE32(b, "chown32", BASE, UINT32_MAX, 5),
			    "chown32(\"/etc/passwd\", -1, 5");
	/* another struct than ours: registers */
	assert_string_equal(LINE32(b, "nanosleep", BASE, 0), "nanosleep(0x10000, 0");
	assert_string_equal(LINE32(b, "socketcall", 3, BASE), "socketcall(0x3, 0x10000");
	assert_string_equal(LINE32(b, "sigreturn", 3, BASE), "sigreturn(");
}

static void test_groups(void **state)
{
	(void)state;
	assert_int_equal(by_name("stat64")->groups & LUPE_GROUP_FILE, LUPE_GROUP_FILE);
	assert_int_equal(by_name("nanosleep")->groups,
			 lupe_syscall_by_name(LUPE_ABI_X86_64, "nanosleep")->groups);
	assert_int_equal(by_name("waitpid")->groups, LUPE_GROUP_PROCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_numbers), TEST(test_entries), TEST(test_text),
					   TEST(test_groups)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
