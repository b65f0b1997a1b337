/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classic BPF programs: of seccomp and of sockets. They differ in what a returned constant means.
 */
#ifndef LUPE_SYSCALL_TABLE_FILTER_H
#define LUPE_SYSCALL_TABLE_FILTER_H

#include "lupe/type.h"

extern const struct lupe_type lupe_type_seccomp_program; /* struct sock_fprog: SECCOMP_RET_ALLOW */
extern const struct lupe_type lupe_type_socket_program;	 /* struct sock_fprog: a number of bytes */
extern const struct lupe_type lupe_type_seccomp_action;	 /* SECCOMP_RET_ERRNO alone */

#endif
