/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * POSIX message queues.
 */
#include <fcntl.h>
#include <mqueue.h>
#include "syscall/table/signal.h"
#include "syscall/table/table.h"

static bool creates(const struct lupe_value *args)
{
	return args->children[1].u & O_CREAT;
}

/* clang-format off */

#define ATTR(field, type) FIELD(struct mq_attr, field, type)
#define ATTR_NUMBERS ATTR(mq_maxmsg, &lupe_type_long), ATTR(mq_msgsize, &lupe_type_long), \
	ATTR(mq_curmsgs, &lupe_type_long)
/* At creation the flags mean nothing. */
static STRUCT(attr_create, struct mq_attr, ATTR(mq_flags, &lupe_type_ulong_hex), ATTR_NUMBERS)
static FLAGS(attr_flags, 8, "O_???", NULL, E(O_NONBLOCK))
static STRUCT(attr, struct mq_attr, ATTR(mq_flags, &attr_flags), ATTR_NUMBERS)

/* umode_t: no more of it reaches the kernel. */
static SCALAR(perm16, "mode_t", LUPE_KIND_UINT, 2, LUPE_ROLE_PERM)

static const struct lupe_syscall entries[] = {
SYSCALL(mq_open, G_DESC, &lupe_type_fd,
	IN("name", PTR(&lupe_type_path)), IN("oflag", &lupe_type_open_flags),
	IN("mode", &perm16, .present = creates),
	IN("attr", PTR(&attr_create), .present = creates))
SYSCALL(mq_unlink, 0, NULL, IN("name", PTR(&lupe_type_path)))
SYSCALL(mq_timedsend, G_DESC, NULL,
	IN("mqdes", &lupe_type_fd), IN("msg_ptr", PTR(&lupe_type_bytes), .count = BY_MEMBER(2)),
	IN("msg_len", &lupe_type_size_t), IN("msg_prio", &lupe_type_uint),
	IN("abs_timeout", PTR(&lupe_type_timespec)))
SYSCALL(mq_timedreceive, G_DESC, NULL,
	IN("mqdes", &lupe_type_fd), OUT("msg_ptr", PTR(&lupe_type_bytes), .count = BY_RESULT(2)),
	IN("msg_len", &lupe_type_size_t), OUT("msg_prio", PTR(&lupe_type_uint)),
	IN("abs_timeout", PTR(&lupe_type_timespec)))
SYSCALL(mq_notify, G_DESC, NULL, IN("mqdes", &lupe_type_fd), IN("sevp", PTR(&lupe_type_sigevent)))
SYSCALL(mq_getsetattr, G_DESC, NULL,
	IN("mqdes", &lupe_type_fd), IN("newattr", PTR(&attr)), OUT("oldattr", PTR(&attr)))
};

EXPORT_FAMILY(mqueue)
