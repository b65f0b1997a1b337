/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fence around a library that reads foreign bytes and may fault or abort on them: the call is given up
 * and what it had taken is leaked. Also a mapped file that is cut short meanwhile (SIGBUS) ends here. Only
 * the thread that is inside is concerned; everything else that raises such a signal dies as it would.
 */
#ifndef LUPE_IMAGE_GUARD_H
#define LUPE_IMAGE_GUARD_H

#include <stdbool.h>

/* Calls `function`, which must hold nothing that a jump out of it would lose but memory; false: it was
 * given up. Calls may nest: the innermost one ends. */
bool lupe_guard_run(void (*function)(void *argument), void *argument);

#endif
