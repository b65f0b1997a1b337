/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of signals, as the kernel counts them: real-time signals start at 32, although the C
 * library keeps 32 and 33 for itself and calls 34 SIGRTMIN. strace writes SIGRTMIN for 32 and
 * SIGRT_n for 32 + n, and so do we.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#include "lupe/syscall.h"

enum { REAL_TIME_FIRST = 32, SIGNAL_LAST = 64 };

static const char *const names[REAL_TIME_FIRST] = {
#define SIGNAL(name) [name] = #name
    SIGNAL(SIGHUP),  SIGNAL(SIGINT),   SIGNAL(SIGQUIT),   SIGNAL(SIGILL),  SIGNAL(SIGTRAP),
    SIGNAL(SIGABRT), SIGNAL(SIGBUS),   SIGNAL(SIGFPE),    SIGNAL(SIGKILL), SIGNAL(SIGUSR1),
    SIGNAL(SIGSEGV), SIGNAL(SIGUSR2),  SIGNAL(SIGPIPE),   SIGNAL(SIGALRM), SIGNAL(SIGTERM),
    SIGNAL(SIGCHLD), SIGNAL(SIGCONT),  SIGNAL(SIGSTOP),   SIGNAL(SIGTSTP), SIGNAL(SIGTTIN),
    SIGNAL(SIGTTOU), SIGNAL(SIGURG),   SIGNAL(SIGXCPU),   SIGNAL(SIGXFSZ), SIGNAL(SIGVTALRM),
    SIGNAL(SIGPROF), SIGNAL(SIGWINCH), SIGNAL(SIGSTKFLT), SIGNAL(SIGIO),   SIGNAL(SIGPWR),
    SIGNAL(SIGSYS),
#undef SIGNAL
};

static const struct {
	const char *name;
	int number;
} aliases[] = {{"IOT", SIGIOT},
	       {"CLD", SIGCHLD},
	       {"POLL", SIGPOLL},
	       {"UNUSED", SIGSYS},
	       {"RTMAX", SIGNAL_LAST}};

const char *lupe_signal_name(int signal, char buffer[static 16])
{
	if (signal > 0 && signal < REAL_TIME_FIRST && names[signal])
		return names[signal];
	if (signal == REAL_TIME_FIRST)
		return "SIGRTMIN";
	if (signal > REAL_TIME_FIRST && signal <= SIGNAL_LAST)
		snprintf(buffer, 16, "SIGRT_%d", signal - REAL_TIME_FIRST);
	else
		snprintf(buffer, 16, "%d", signal);
	return buffer;
}

/* A number from 0 to `max` and nothing else; -1 otherwise. */
static int small_number(const char *text, int max)
{
	char *end;
	long number;

	if (!isdigit((unsigned char)*text))
		return -1;
	number = strtol(text, &end, 10);
	return *end || number > max ? -1 : (int)number;
}

/* RTMIN, RTMIN+3, RT_3, RTMAX-1. */
static int real_time_number(const char *name)
{
	int offset;

	if (!strcmp(name, "RTMIN"))
		return REAL_TIME_FIRST;
	if (!strncmp(name, "RT_", 3)) {
		offset = small_number(name + 3, SIGNAL_LAST - REAL_TIME_FIRST);
		return offset < 0 ? -1 : REAL_TIME_FIRST + offset;
	}
	if (!strncmp(name, "RTMIN+", 6)) {
		offset = small_number(name + 6, SIGNAL_LAST - REAL_TIME_FIRST);
		return offset < 0 ? -1 : REAL_TIME_FIRST + offset;
	}
	if (!strncmp(name, "RTMAX-", 6)) {
		offset = small_number(name + 6, SIGNAL_LAST - REAL_TIME_FIRST);
		return offset < 0 ? -1 : SIGNAL_LAST - offset;
	}
	return -1;
}

int lupe_signal_number(const char *name)
{
	size_t i;

	if (isdigit((unsigned char)*name))
		return small_number(name, SIGNAL_LAST);
	if (!strncmp(name, "SIG", 3))
		name += 3;
	for (i = 1; i < REAL_TIME_FIRST; i++)
		if (names[i] && !strcmp(names[i] + 3, name))
			return (int)i;
	for (i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].name, name))
			return aliases[i].number;
	return real_time_number(name);
}
