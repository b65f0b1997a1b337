/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fence; see image/guard.h. The thread's own pointer to where it may jump is the one variable: a
 * signal handler has no other argument.
 */
#include "image/guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include "base/cleanup.h"

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
static struct sigaction former[ARRAY_SIZE(fatal_signals)];
static _Thread_local sigjmp_buf *fence;

/* Outside of a fence the former action is put back: the instruction faults again, abort() goes on. */
static void on_fatal(int signal)
{
	if (fence)
		siglongjmp(*fence, 1);
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		if (fatal_signals[i] == signal)
			sigaction(signal, &former[i], NULL);
}

static void install(void)
{
	static bool installed;
	struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_NODEFER | SA_ONSTACK};

	if (installed)
		return;
	installed = true;
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &action, &former[i]);
}

bool lupe_guard_run(void (*function)(void *argument), void *argument)
{
	sigjmp_buf *outer = fence, here;

	install();
	if (sigsetjmp(here, 0)) {
		fence = outer;
		return false;
	}
	fence = &here;
	function(argument);
	fence = outer;
	return true;
}
