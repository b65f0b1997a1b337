/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sockets by their inode number: their ends, as the kernel's sock_diag tells them (sock_diag(7)).
 */
#ifndef LUPE_SESSION_LOG_SOCKET_H
#define LUPE_SESSION_LOG_SOCKET_H

#include <stdbool.h>

struct lupe_buffer;

/* Appends "TCP:[127.0.0.1:80->127.0.0.1:4242]", "UNIX-STREAM:[123->124,"/run/x"]", "NETLINK:[ROUTE:42]";
 * "TCP:[123]" when only the inode is known. `protocol` is the kernel's name of it. */
void lupe_log_put_socket(struct lupe_buffer *out, const char *protocol, unsigned long inode);

#endif
