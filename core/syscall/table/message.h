/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What sendmsg, recvmsg, sendmmsg and recvmmsg take.
 */
#ifndef LUPE_SYSCALL_TABLE_MESSAGE_H
#define LUPE_SYSCALL_TABLE_MESSAGE_H

#include "syscall/describe.h"

extern const struct lupe_type lupe_type_msghdr_sent, lupe_type_msghdr_received;

/* Behind a pointer; the member's count is of elements. */
extern const struct lupe_type lupe_type_mmsghdrs_sent, lupe_type_mmsghdrs_received;

#endif
