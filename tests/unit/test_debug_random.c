/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fuzzer of debug information, in a bounded form: a program with -g whose .debug_ sections are damaged
 * at random. Nothing may end us; what is found counts only for the undamaged one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "../fuzz/debug.c"

enum { ROUNDS = 4000, SECONDS = 20 };

/* What a library that broke had taken is lost. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

struct file {
	unsigned char *bytes;
	size_t size;
	size_t damaged, damaged_size; /* from the first to the last .debug_ section */
};

static void read_file(const char *name, struct file *ret)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", getenv("FIXTURES") ? getenv("FIXTURES") : ".", name);
	file = fopen(path, "re");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	ret->size = ftell(file);
	ret->bytes = malloc(ret->size);
	rewind(file);
	assert_int_equal(fread(ret->bytes, 1, ret->size, file), ret->size);
	fclose(file);
}

static void find_sections(struct file *file)
{
	const Elf64_Ehdr *header = (const void *)file->bytes;
	const Elf64_Shdr *sections = (const void *)(file->bytes + header->e_shoff);
	const char *names = (const char *)file->bytes + sections[header->e_shstrndx].sh_offset;
	size_t first = file->size, last = 0;

	for (size_t i = 0; i < header->e_shnum; i++) {
		if (strncmp(names + sections[i].sh_name, ".debug_", 7) != 0)
			continue;
		first = first < sections[i].sh_offset ? first : sections[i].sh_offset;
		last = last > sections[i].sh_offset + sections[i].sh_size
			   ? last
			   : sections[i].sh_offset + sections[i].sh_size;
	}
	assert_true(first < last);
	file->damaged = first;
	file->damaged_size = last - first;
}

/* A xorshift generator: the same damage in each run. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void test_damaged(void **state)
{
	struct file file;
	unsigned char *copy;
	uint64_t random = 88172645463325252u;
	struct timespec start, now;

	(void)state;
	read_file("frames", &file);
	find_sections(&file);
	copy = malloc(file.size);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(copy, file.bytes, file.size);
		for (uint64_t n = next_random(&random) % 8 + 1; n > 0; n--)
			copy[file.damaged + next_random(&random) % file.damaged_size] =
			    next_random(&random);
		LLVMFuzzerTestOneInput(copy, file.size);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec > SECONDS)
			break;
	}
	free(copy);
	free(file.bytes);
}

static void test_cut_short(void **state)
{
	struct file file;

	(void)state;
	read_file("frames", &file);
	for (size_t size = 0; size < file.size; size += file.size / 64 + 1)
		LLVMFuzzerTestOneInput(file.bytes, size);
	n_functions = 0;
	LLVMFuzzerTestOneInput(file.bytes, file.size);
	assert_true(n_functions > 10);
	free(file.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
