/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Breakpoint sites over a byte buffer: whatever is inserted, removed, read and written in whatever
 * order, the program's bytes are seen, and are back at the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "stop/sites.h"

enum { BASE = 0x1000, SIZE = 256, ROUNDS = 20000, INT3 = 0xcc };

struct world {
	unsigned char bytes[SIZE];   /* what lies in memory */
	unsigned char program[SIZE]; /* what the program thinks lies there */
	unsigned users[SIZE];
	struct lupe_memory_span span;
	struct lupe_memory memory;
	struct lupe_sites sites;
};

static void init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	for (size_t i = 0; i < SIZE; i++)
		world->bytes[i] = world->program[i] = rand();
	world->span = (struct lupe_memory_span){BASE, world->bytes, SIZE};
	world->memory = lupe_memory_over_span(&world->span);
}

static void fine(struct lupe_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

static void check(struct world *world)
{
	unsigned char seen[SIZE];

	memcpy(seen, world->bytes, SIZE);
	lupe_sites_hide(&world->sites, BASE, seen, SIZE);
	assert_memory_equal(seen, world->program, SIZE);
	for (size_t i = 0; i < SIZE; i++)
		if (world->users[i])
			assert_int_equal(world->bytes[i], INT3);
		else
			assert_int_equal(world->bytes[i], world->program[i]);
}

static void insert(struct world *world, size_t at)
{
	fine(lupe_sites_insert(&world->sites, &world->memory, BASE + at));
	world->users[at]++;
}

static void remove_one(struct world *world, size_t at)
{
	struct lupe_error *error = lupe_sites_remove(&world->sites, &world->memory, BASE + at);

	assert_int_equal(error != NULL, world->users[at] == 0);
	lupe_error_destroy(error);
	if (world->users[at])
		world->users[at]--;
}

static void write_some(struct world *world, size_t at, size_t size)
{
	unsigned char bytes[SIZE];

	for (size_t i = 0; i < size; i++)
		bytes[i] = rand();
	assert_int_equal(
	    lupe_sites_write(&world->sites, &world->memory, BASE + at, bytes, size), size);
	memcpy(world->program + at, bytes, size);
}

static void any_order_shows_the_program(void **state)
{
	struct world world;

	(void)state;
	srand(7);
	init(&world);
	for (int i = 0; i < ROUNDS; i++) {
		size_t at = rand() % SIZE;

		switch (rand() % 3) {
		case 0:
			insert(&world, at);
			break;
		case 1:
			remove_one(&world, at);
			break;
		default:
			write_some(&world, at, rand() % (SIZE - at));
			break;
		}
		check(&world);
	}
	for (size_t i = 0; i < SIZE; i++)
		while (world.users[i])
			remove_one(&world, i);
	assert_int_equal(world.sites.count, 0);
	assert_memory_equal(world.bytes, world.program, SIZE);
	lupe_sites_deinit(&world.sites);
}

/* An int3 of the program itself stays one. */
static void an_int3_of_the_program_is_its_own(void **state)
{
	struct world world;

	(void)state;
	init(&world);
	world.bytes[3] = world.program[3] = INT3;
	insert(&world, 3);
	check(&world);
	remove_one(&world, 3);
	assert_int_equal(world.bytes[3], INT3);
	lupe_sites_deinit(&world.sites);
}

static void memory_that_is_not_there_is_an_error(void **state)
{
	struct world world;
	struct lupe_error *error;

	(void)state;
	init(&world);
	error = lupe_sites_insert(&world.sites, &world.memory, BASE + SIZE);
	assert_non_null(error);
	assert_int_equal(error->code, LUPE_ERROR_FAULT);
	lupe_error_destroy(error);
	assert_int_equal(world.sites.count, 0);
	assert_null(lupe_sites_at(&world.sites, BASE + SIZE));
	lupe_sites_deinit(&world.sites);
}

/* A fork's child that is let go has its bytes back; the parent keeps its sites. */
static void a_copy_can_be_cleaned_alone(void **state)
{
	struct world parent, child;
	struct lupe_sites copy;

	(void)state;
	init(&parent);
	insert(&parent, 5);
	insert(&parent, 200);
	child = parent;
	child.span.bytes = child.bytes;
	child.memory.context = &child.span;
	fine(lupe_sites_copy(&parent.sites, &copy));
	lupe_sites_restore(&copy, &child.memory);
	assert_memory_equal(child.bytes, parent.program, SIZE);
	check(&parent);
	lupe_sites_deinit(&copy);
	lupe_sites_deinit(&parent.sites);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_order_shows_the_program),
	    cmocka_unit_test(an_int3_of_the_program_is_its_own),
	    cmocka_unit_test(memory_that_is_not_there_is_an_error),
	    cmocka_unit_test(a_copy_can_be_cleaned_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
