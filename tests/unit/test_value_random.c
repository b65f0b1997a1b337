/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The value fuzzer over a fixed set of inputs, the same in every run: a finding names its seed.
 * LUPE_FUZZ_SEEDS=N in the environment tries N of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include "../fuzz/value.c"

enum { SEEDS = 4000, INPUT_SIZE = 8 * 1024 };

/* splitmix64: every seed a different and reproducible stream. */
static uint64_t next_input(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void test_random_types(void **state)
{
	const char *wanted = getenv("LUPE_FUZZ_SEEDS");
	unsigned long seeds = wanted ? strtoul(wanted, NULL, 10) : SEEDS, seed;
	static uint64_t input[INPUT_SIZE / 8];
	size_t i;

	(void)state;
	for (seed = 1; seed <= seeds; seed++) {
		uint64_t stream = seed;

		for (i = 0; i < ARRAY_SIZE(input); i++)
			input[i] = next_input(&stream);
		/* to stdout, which is shown only when the test fails */
		if (seed % 1000 == 0)
			print_message("up to seed %lu\n", seed);
		assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)input, sizeof(input)), 0);
	}
	/* short inputs: the rest reads as zeros */
	for (i = 0; i < 300; i++)
		assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)input, i), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_types)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
