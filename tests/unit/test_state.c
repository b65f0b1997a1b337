/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state table of a thread: a value in, a value out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/ptrace.h>
#include "session/state.h"
#include "trace/status.h"

static enum lupe_event_kind kind_of(int status)
{
	struct lupe_event event;

	lupe_event_from_status(status, &event);
	return event.kind;
}

static void only_ends_are_deaths(void **state)
{
	(void)state;
	assert_int_equal(thread_state_after(kind_of(lupe_status_of_exit(0))), THREAD_DEAD);
	assert_int_equal(thread_state_after(kind_of(lupe_status_of_kill(9, false))), THREAD_DEAD);
	assert_int_equal(thread_state_after(kind_of(lupe_status_of_stop(SIGTRAP, 0))), THREAD_STOPPED);
	assert_int_equal(
	    thread_state_after(kind_of(lupe_status_of_stop(SIGSTOP, PTRACE_EVENT_STOP))),
	    THREAD_STOPPED);
}

/* Every thread can be killed at any time, whatever it is doing. */
static void death_comes_in_every_state(void **state)
{
	(void)state;
	for (int s = THREAD_BORN; s < THREAD_DEAD; s++) {
		assert_true(thread_state_expects(s, LUPE_EVENT_KILLED));
		assert_true(thread_state_expects(s, LUPE_EVENT_EXITED));
	}
	assert_false(thread_state_expects(THREAD_DEAD, LUPE_EVENT_EXITED));
}

static void what_stands_does_not_stop(void **state)
{
	(void)state;
	for (int s = THREAD_PENDING; s <= THREAD_STOPPED; s++) {
		assert_false(thread_state_expects(s, LUPE_EVENT_SIGNAL));
		assert_false(thread_state_expects(s, LUPE_EVENT_SYSCALL));
		assert_false(thread_state_expects(s, LUPE_EVENT_STOPPED));
		/* Another thread's execve takes the leader's tid over. */
		assert_true(thread_state_expects(s, LUPE_EVENT_EXEC));
	}
}

static void listening_hears_of_sigcont_only(void **state)
{
	(void)state;
	assert_true(thread_state_expects(THREAD_LISTENING, LUPE_EVENT_STOPPED));
	assert_true(thread_state_expects(THREAD_LISTENING, LUPE_EVENT_GROUP_STOP));
	assert_false(thread_state_expects(THREAD_LISTENING, LUPE_EVENT_SYSCALL));
	assert_false(thread_state_expects(THREAD_LISTENING, LUPE_EVENT_SIGNAL));
}

static void events_inside_a_call_leave_its_phase(void **state)
{
	static const enum lupe_event_kind inside[] = {LUPE_EVENT_FORK, LUPE_EVENT_VFORK,
						      LUPE_EVENT_CLONE, LUPE_EVENT_VFORK_DONE,
						      LUPE_EVENT_EXEC, LUPE_EVENT_EXITING};

	(void)state;
	assert_int_equal(call_phase_after(CALL_OUTSIDE, LUPE_EVENT_SYSCALL_ENTRY), CALL_ENTERED);
	assert_int_equal(call_phase_after(CALL_OUTSIDE, LUPE_EVENT_SECCOMP), CALL_ENTERED);
	assert_int_equal(call_phase_after(CALL_ENTERED, LUPE_EVENT_SYSCALL_EXIT), CALL_LEFT);
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		assert_int_equal(call_phase_after(CALL_ENTERED, inside[i]), CALL_ENTERED);
	assert_int_equal(call_phase_after(CALL_ENTERED, LUPE_EVENT_SIGNAL), CALL_OUTSIDE);
	assert_int_equal(call_phase_after(CALL_ENTERED, LUPE_EVENT_STOPPED), CALL_OUTSIDE);
}

static void every_state_has_a_name(void **state)
{
	(void)state;
	for (int s = THREAD_BORN; s < THREAD_N_STATES; s++)
		assert_non_null(thread_state_name(s));
	assert_string_equal(thread_state_name(THREAD_LISTENING), "listening");
	assert_string_equal(thread_state_name(THREAD_N_STATES), "dead");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_ends_are_deaths),
	    cmocka_unit_test(death_comes_in_every_state),
	    cmocka_unit_test(what_stands_does_not_stop),
	    cmocka_unit_test(listening_hears_of_sigcont_only),
	    cmocka_unit_test(events_inside_a_call_leave_its_phase),
	    cmocka_unit_test(every_state_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
