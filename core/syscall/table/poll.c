/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waiting for descriptors: poll, select and epoll. What the kernel found stands after the result.
 */
#include <linux/eventpoll.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include "base/arena.h"
#include "syscall/table/table.h"

static bool is_asked(const struct lupe_value *poll)
{
	return poll->children[0].i >= 0;
}

/* --- sets of descriptors, as select has them: a bit each --- */

enum { FDS_MAX = 1 << 20, POLLFDS_MAX = 4096 };

static void decode_fd_set(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	/* The kernel's longs, of which it looks at `limit` bits. */
	size_t bits = MIN(limit, (size_t)FDS_MAX), size = (bits + 63) / 64 * 8;
	unsigned char *bytes = lupe_arena_alloc(decode->arena, size ? size : 1);

	value->total = bits;
	if (!limit) { /* nobody looks at it */
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	if (!bytes || lupe_memory_read_some(decode->memory, value->address, bytes, size) != size) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	value->bytes = bytes;
	value->n_bytes = size;
}

static bool fd_is_set(const struct lupe_value *set, size_t fd)
{
	return set->bytes[fd / 8] >> fd % 8 & 1;
}

static bool fd_set_is_empty(const struct lupe_value *set)
{
	size_t fd;

	for (fd = 0; fd < set->total; fd++)
		if (fd_is_set(set, fd))
			return false;
	return true;
}

static void print_fd_set(struct lupe_printer *printer, const struct lupe_value *value)
{
	bool first = true;
	size_t fd;

	lupe_buffer_char(printer->out, '[');
	for (fd = 0; value->bytes && fd < value->total; fd++) {
		if (!fd_is_set(value, fd))
			continue;
		if (!first)
			lupe_buffer_char(printer->out, ' ');
		first = false;
		lupe_strace_fd(printer, (int)fd);
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type_ops fd_set_ops = {decode_fd_set, print_fd_set};
static const struct lupe_type fds = {
    .name = "fd_set", .kind = LUPE_KIND_CUSTOM, .ops = &fd_set_ops};

/* --- arrays of pollfd --- */

/* clang-format off */

static STRUCT(pollfd, struct pollfd,
	FIELD(struct pollfd, fd, &lupe_type_fd),
	FIELD(struct pollfd, events, &lupe_type_poll_events, .present = is_asked),
	FIELD(struct pollfd, revents, &lupe_type_poll_events, .flags = LUPE_MEMBER_HIDDEN))

    /* clang-format on */

    static const struct lupe_type pollfd_array = {.kind = LUPE_KIND_ARRAY, .target = &pollfd};

/* How many of an array are shown. */
static size_t shown_max(const struct lupe_printer *printer)
{
	return printer->options->verbose ? SIZE_MAX : printer->options->string_max;
}

/* All that are polled, as far as sense goes: what the kernel found may be at the end. */
static void decode_pollfds(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct lupe_decode more = *decode;
	const struct lupe_type *type = value->type;
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));

	if (!array) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	array->kind = LUPE_KIND_ARRAY;
	array->target = &pollfd;
	array->count = limit;
	more.limits.array_max = MAX(more.limits.array_max, (size_t)POLLFDS_MAX);
	lupe_value_fill(&more, value, array, value->address, limit);
	decode->n_values = more.n_values;
	decode->n_bytes = more.n_bytes;
	value->type = type;
}

static void print_pollfds(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (!value->n_children && (value->flags & LUPE_VALUE_PARTIAL))
		lupe_strace_address(printer, value->address);
	else
		lupe_strace_array(printer, value, &pollfd_array, shown_max(printer));
}

static const struct lupe_type_ops pollfds_ops = {decode_pollfds, print_pollfds};
static const struct lupe_type pollfds = {
    .name = "struct pollfd []", .kind = LUPE_KIND_CUSTOM, .ops = &pollfds_ops};

/* --- annotations --- */

/* ", " between the parts of an annotation. */
static void begin_part(struct lupe_printer *printer, size_t start)
{
	if (printer->out->length > start)
		lupe_buffer_string(printer->out, ", ");
}

static void annotate_left(struct lupe_printer *printer, const struct lupe_value *timeout,
			  size_t start)
{
	if (timeout->n_children != 1 || lupe_strace_is_unreadable(timeout->children))
		return;
	begin_part(printer, start);
	lupe_buffer_string(printer->out, "left ");
	lupe_strace_value(printer, timeout->children);
}

/* The descriptor as a number: its path stands before. */
static void print_found(struct lupe_printer *printer, const struct lupe_value *found)
{
	lupe_buffer_string(printer->out, "{fd=");
	lupe_buffer_decimal(printer->out, found->children[0].i);
	lupe_buffer_string(printer->out, ", revents=");
	lupe_strace_symbol(printer, &lupe_type_poll_events, found->children[2].u);
	lupe_buffer_char(printer->out, '}');
}

static void annotate_poll(struct lupe_printer *printer, const struct lupe_call *call,
			  const struct lupe_value *args)
{
	const struct lupe_value *list =
	    args->children[0].n_children ? args->children[0].children : NULL;
	struct lupe_buffer *out = printer->out;
	size_t i, n_found = 0, max = shown_max(printer);

	if (!call->result) {
		lupe_buffer_string(out, "Timeout");
		return;
	}
	lupe_buffer_char(out, '[');
	for (i = 0; list && i < list->n_children; i++) {
		const struct lupe_value *found = &list->children[i];

		if (found->n_children != 3 || !found->children[2].u)
			continue;
		if (n_found++)
			lupe_buffer_string(out, ", ");
		if (n_found > max) {
			lupe_buffer_string(out, "...");
			break;
		}
		print_found(printer, found);
	}
	lupe_buffer_char(out, ']');
}

static void annotate_ppoll(struct lupe_printer *printer, const struct lupe_call *call,
			   const struct lupe_value *args)
{
	size_t start = printer->out->length;

	annotate_poll(printer, call, args);
	if (call->result)
		annotate_left(printer, &args->children[2], start);
}

static void annotate_select(struct lupe_printer *printer, const struct lupe_call *call,
			    const struct lupe_value *args)
{
	static const char *const names[] = {"in ", "out ", "except "};
	size_t start = printer->out->length, i;

	if (!call->result) {
		lupe_buffer_string(printer->out, "Timeout");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const struct lupe_value *set = &args->children[1 + i];

		if (set->n_children != 1 || !set->children->bytes || fd_set_is_empty(set->children))
			continue;
		begin_part(printer, start);
		lupe_buffer_string(printer->out, names[i]);
		print_fd_set(printer, set->children);
	}
	annotate_left(printer, &args->children[4], start);
}

/* --- types --- */

/* clang-format off */

CHOICE(mask_of_size_4, 4, 0, CASE(8, .type = PTR(&lupe_type_sigset)))
/* Looked at when the call is over, and not when it has failed. */
CHOICE(mask_of_size_5, 5, 0, CASE(8, .type = PTR(&lupe_type_sigset), .flow = LUPE_FLOW_OUT))

static FLAGS(epoll_create_flags, 4, "EPOLL_???", NULL, E(EPOLL_CLOEXEC))
static ENUM(epoll_operation, 4, "EPOLL_CTL_???",
	E(EPOLL_CTL_ADD), E(EPOLL_CTL_DEL), E(EPOLL_CTL_MOD))
static FLAGS(epoll_events, 4, "EPOLL???", NULL,
	E_AS("EPOLLIN", EPOLLIN), E_AS("EPOLLPRI", EPOLLPRI), E_AS("EPOLLOUT", EPOLLOUT),
	E_AS("EPOLLERR", EPOLLERR), E_AS("EPOLLHUP", EPOLLHUP), E_AS("EPOLLNVAL", EPOLLNVAL),
	E_AS("EPOLLRDNORM", EPOLLRDNORM), E_AS("EPOLLRDBAND", EPOLLRDBAND),
	E_AS("EPOLLWRNORM", EPOLLWRNORM), E_AS("EPOLLWRBAND", EPOLLWRBAND),
	E_AS("EPOLLMSG", EPOLLMSG), E_AS("EPOLLRDHUP", EPOLLRDHUP),
	E_AS("EPOLLEXCLUSIVE", EPOLLEXCLUSIVE), E_AS("EPOLLWAKEUP", EPOLLWAKEUP),
	E_AS("EPOLLONESHOT", EPOLLONESHOT), E_AS("EPOLLET", EPOLLET))

/* Nobody knows which of the members the program uses. */
static const struct lupe_type epoll_data = {
	.name = "epoll_data_t", .kind = LUPE_KIND_UNION, .size = 8,
	MEMBERS({.name = "u32", .type = &lupe_type_uint}, {.name = "u64", .type = &lupe_type_ulong})};
static STRUCT(epoll_event, struct epoll_event,
	FIELD(struct epoll_event, events, &epoll_events),
	FIELD(struct epoll_event, data, &epoll_data))

/* Nothing of it is looked at. */
CHOICE(epoll_ctl_event, 1, 0, CASE(EPOLL_CTL_DEL, .type = &lupe_type_address))

static FLAGS(inotify_init_flags, 4, "IN_???", NULL,
	E_AS("IN_NONBLOCK", IN_NONBLOCK), E_AS("IN_CLOEXEC", IN_CLOEXEC))
static FLAGS(inotify_mask, 4, "IN_???", NULL,
	E(IN_ACCESS), E(IN_MODIFY), E(IN_ATTRIB), E(IN_CLOSE_WRITE), E(IN_CLOSE_NOWRITE), E(IN_OPEN),
	E(IN_MOVED_FROM), E(IN_MOVED_TO), E(IN_CREATE), E(IN_DELETE), E(IN_DELETE_SELF),
	E(IN_MOVE_SELF), E(IN_UNMOUNT), E(IN_Q_OVERFLOW), E(IN_IGNORED), E(IN_ONLYDIR),
	E(IN_DONT_FOLLOW), E(IN_EXCL_UNLINK), E_AS("IN_MASK_CREATE", 0x10000000), E(IN_MASK_ADD),
	E(IN_ISDIR), E(IN_ONESHOT))

static const struct lupe_syscall entries[] = {

/* --- poll, select --- */
SYSCALL_WITH(poll, G_DESC, NULL, WITH(.annotate = annotate_poll),
	INOUT("fds", PTR(&pollfds), .count = BY_MEMBER(1)), IN("nfds", &lupe_type_uint),
	IN("timeout", &lupe_type_int))
SYSCALL_WITH(ppoll, G_DESC, NULL, WITH(.annotate = annotate_ppoll),
	INOUT("fds", PTR(&pollfds), .count = BY_MEMBER(1)), IN("nfds", &lupe_type_uint),
	INOUT("tmo_p", PTR(&lupe_type_timespec)),
	IN("sigmask", &lupe_type_address, .choice = &mask_of_size_4),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL_WITH(select, G_DESC, NULL, WITH(.annotate = annotate_select),
	IN("nfds", &lupe_type_int),
	INOUT("readfds", PTR(&fds), .count = BY_MEMBER(0)),
	INOUT("writefds", PTR(&fds), .count = BY_MEMBER(0)),
	INOUT("exceptfds", PTR(&fds), .count = BY_MEMBER(0)),
	INOUT("timeout", PTR(&lupe_type_timeval)))
SYSCALL_WITH(pselect6, G_DESC, NULL, WITH(.annotate = annotate_select),
	IN("nfds", &lupe_type_int),
	INOUT("readfds", PTR(&fds), .count = BY_MEMBER(0)),
	INOUT("writefds", PTR(&fds), .count = BY_MEMBER(0)),
	INOUT("exceptfds", PTR(&fds), .count = BY_MEMBER(0)),
	INOUT("timeout", PTR(&lupe_type_timespec)),
	IN("sigmask", PTR(&lupe_type_sigset_argument)))

/* --- epoll --- */
SYSCALL(epoll_create, G_DESC, &lupe_type_fd, IN("size", &lupe_type_int))
SYSCALL(epoll_create1, G_DESC, &lupe_type_fd, IN("flags", &epoll_create_flags))
SYSCALL(epoll_ctl, G_DESC, NULL,
	IN("epfd", &lupe_type_fd), IN("op", &epoll_operation), IN("fd", &lupe_type_fd),
	IN("event", PTR(&epoll_event), .choice = &epoll_ctl_event))
SYSCALL(epoll_wait, G_DESC, NULL,
	IN("epfd", &lupe_type_fd),
	OUT("events", PTR(&epoll_event), .count = BY_RESULT(2)), IN("maxevents", &lupe_type_int),
	IN("timeout", &lupe_type_int))
SYSCALL(epoll_pwait, G_DESC, NULL,
	IN("epfd", &lupe_type_fd),
	OUT("events", PTR(&epoll_event), .count = BY_RESULT(2)), IN("maxevents", &lupe_type_int),
	IN("timeout", &lupe_type_int),
	IN("sigmask", &lupe_type_address, .choice = &mask_of_size_5),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL(epoll_pwait2, G_DESC, NULL,
	IN("epfd", &lupe_type_fd),
	OUT("events", PTR(&epoll_event), .count = BY_RESULT(2)), IN("maxevents", &lupe_type_int),
	OUT("timeout", PTR(&lupe_type_timespec)),
	IN("sigmask", &lupe_type_address, .choice = &mask_of_size_5),
	IN("sigsetsize", &lupe_type_size_t))

/* --- inotify --- */
SYSCALL_NO_ARGS(inotify_init, G_DESC, &lupe_type_fd, 0)
SYSCALL(inotify_init1, G_DESC, &lupe_type_fd, IN("flags", &inotify_init_flags))
SYSCALL(inotify_add_watch, G_FILE | G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("path", PTR(&lupe_type_path)), IN("mask", &inotify_mask))
SYSCALL(inotify_rm_watch, G_DESC, NULL, IN("fd", &lupe_type_fd), IN("wd", &lupe_type_int))
};

EXPORT_FAMILY(poll)
