/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: handlers, masks, waiting for them and sending them.
 */
#include <signal.h>
#include <ucontext.h>
#include "syscall/table/signal.h"
#include "syscall/table/table.h"

enum { KERNEL_SIGSET_SIZE = 8, KERNEL_SIGNALS = 64, RESTORER = 0x04000000 };

/* The kernel's struct sigaction of rt_sigaction(2); the C library's is another. */
struct kernel_sigaction {
	uint64_t handler, flags, restorer, mask;
};

static bool has_restorer(const struct lupe_value *parent)
{
	return lupe_value_member(parent, "sa_flags")->u & RESTORER;
}

/* --- a mask and its size --- */

static void follow_sigset(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit == KERNEL_SIGSET_SIZE);
}

/* rt_sigpending fills as much as the caller asks for. */
static void follow_partial_sigset(struct lupe_decode *decode, struct lupe_value *value,
				  size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit && limit <= KERNEL_SIGSET_SIZE);
}

/* --- siginfo --- */

static void print_siginfo(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->n_bytes < sizeof(siginfo_t))
		lupe_strace_address(printer, value->address);
	else
		lupe_strace_siginfo(printer, value->bytes);
}

static int info_code(const struct lupe_value *parent)
{
	return (int)parent->children[2].i;
}

static int info_signal(const struct lupe_value *parent)
{
	return (int)parent->children[0].i;
}

static bool info_is_child(const struct lupe_value *parent)
{
	return info_code(parent) > 0 && info_signal(parent) == SIGCHLD;
}

static bool info_is_fault(const struct lupe_value *parent)
{
	int signal = info_signal(parent);

	return info_code(parent) > 0 && (signal == SIGSEGV || signal == SIGBUS ||
					 signal == SIGILL || signal == SIGFPE || signal == SIGTRAP);
}

static bool info_is_poll(const struct lupe_value *parent)
{
	return info_code(parent) == SI_SIGIO ||
	       (info_code(parent) > 0 && info_signal(parent) == SIGPOLL);
}

static bool info_is_call(const struct lupe_value *parent)
{
	return info_code(parent) > 0 && info_signal(parent) == SIGSYS;
}

static bool info_is_timer(const struct lupe_value *parent)
{
	return info_code(parent) == SI_TIMER;
}

static bool info_has_sender(const struct lupe_value *parent)
{
	return info_is_child(parent) ||
	       (info_code(parent) <= 0 && !info_is_timer(parent) && info_code(parent) != SI_SIGIO);
}

static bool info_has_value(const struct lupe_value *parent)
{
	return info_code(parent) < 0 && info_code(parent) != SI_SIGIO &&
	       info_code(parent) != SI_TKILL;
}

/* --- sigevent --- */

static bool event_is_function(const struct lupe_value *parent)
{
	return (int)lupe_value_member(parent, "sigev_notify")->i == SIGEV_THREAD;
}

static bool event_is_thread(const struct lupe_value *parent)
{
	return (int)lupe_value_member(parent, "sigev_notify")->i == SIGEV_THREAD_ID;
}

/* The signal has no name where none will be sent. */
static void print_event_signal(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *notify =
	    printer->parent ? lupe_value_member(printer->parent, "sigev_notify") : NULL;

	if (notify && (notify->i == SIGEV_SIGNAL || notify->i == SIGEV_THREAD ||
		       notify->i == SIGEV_THREAD_ID))
		lupe_strace_signal(printer, (int)value->i);
	else
		lupe_buffer_unsigned(printer->out, (uint32_t)value->u);
}

static void print_signal_number(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->u <= KERNEL_SIGNALS)
		lupe_strace_signal(printer, (int)value->u);
	else
		lupe_buffer_unsigned(printer->out, value->u);
}

/* --- results --- */

static void annotate_signal(struct lupe_printer *printer, const struct lupe_call *call,
			    const struct lupe_value *args)
{
	(void)args;
	if (call->result > 0)
		lupe_strace_signal(printer, (int)call->result);
}

/* clang-format off */

static ENUM(handler, 8, NULL,
	E_AS("SIG_DFL", 0), E_AS("SIG_IGN", 1), E_AS("SIG_ERR", -1))
/* SA_RESTORER is the kernel's; the other bits have the C library's names. */
static FLAGS(action_flags, 8, "SA_???", NULL,
	E_AS("SA_RESTORER", RESTORER), E(SA_ONSTACK), E(SA_RESTART), E(SA_INTERRUPT), E(SA_NODEFER),
	E(SA_RESETHAND), E(SA_SIGINFO), E(SA_NOCLDSTOP), E(SA_NOCLDWAIT))
#define ACTION(field, type, ...) FIELD_AS("sa_" #field, struct kernel_sigaction, field, type, \
	##__VA_ARGS__)
static STRUCT(action, struct kernel_sigaction,
	ACTION(handler, &handler), ACTION(mask, &lupe_type_sigset), ACTION(flags, &action_flags),
	ACTION(restorer, &lupe_type_address, .present = has_restorer))

static ENUM(mask_how, 4, "SIG_???", E(SIG_BLOCK), E(SIG_UNBLOCK), E(SIG_SETMASK))

static const struct lupe_type_ops signal_number_ops = {.print = print_signal_number};
const struct lupe_type lupe_type_signal_number = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &signal_number_ops};

static const struct lupe_type_ops sigset_ops = {.decode = follow_sigset};
const struct lupe_type lupe_type_sigset_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_sigset,
	.ops = &sigset_ops};
static const struct lupe_type_ops partial_ops = {.decode = follow_partial_sigset};
static const struct lupe_type partial_sigset_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_sigset,
	.ops = &partial_ops};

/* Not through FIELD: the C library's names are macros. */
#define INFO(field, type_, ...) \
	{.name = #field, .type = (type_), .offset = offsetof(siginfo_t, field), ##__VA_ARGS__}
static const struct lupe_type_ops siginfo_ops = {.print = print_siginfo};
const struct lupe_type lupe_type_siginfo = {
	.name = "siginfo_t", .kind = LUPE_KIND_STRUCT, .size = sizeof(siginfo_t),
	.ops = &siginfo_ops, MEMBERS(
	INFO(si_signo, &lupe_type_signal), INFO(si_errno, &lupe_type_errno),
	INFO(si_code, &lupe_type_int), INFO(si_pid, &lupe_type_pid, .present = info_has_sender),
	INFO(si_uid, &lupe_type_uid, .present = info_has_sender),
	INFO(si_timerid, &lupe_type_int, .present = info_is_timer),
	INFO(si_overrun, &lupe_type_int, .present = info_is_timer),
	INFO(si_value, &lupe_type_address, .present = info_has_value),
	INFO(si_status, &lupe_type_int, .present = info_is_child),
	INFO(si_utime, &lupe_type_long, .present = info_is_child),
	INFO(si_stime, &lupe_type_long, .present = info_is_child),
	INFO(si_addr, &lupe_type_address, .present = info_is_fault),
	INFO(si_band, &lupe_type_long, .present = info_is_poll),
	INFO(si_fd, &lupe_type_fd, .present = info_is_poll),
	INFO(si_call_addr, &lupe_type_address, .present = info_is_call),
	INFO(si_syscall, &lupe_type_int, .present = info_is_call),
	INFO(si_arch, &lupe_type_u32_hex, .present = info_is_call))};

static STRUCT(sigval, union sigval,
	{.name = "sival_int", .type = &lupe_type_int, .offset = 0},
	{.name = "sival_ptr", .type = &lupe_type_address, .offset = 0})
static ENUM(event_notify, 4, "SIGEV_???",
	E(SIGEV_SIGNAL), E(SIGEV_NONE), E(SIGEV_THREAD), E(SIGEV_THREAD_ID))
static const struct lupe_type_ops event_signal_ops = {.print = print_event_signal};
static const struct lupe_type event_signal = {
	.name = "int", .kind = LUPE_KIND_INT, .size = 4, .role = LUPE_ROLE_SIGNAL,
	.ops = &event_signal_ops};
/* The kernel takes 64 bytes, of which half mean something. */
enum { EVENT_UNION = offsetof(struct sigevent, sigev_notify_function), EVENT_SIZE = 32 };
const struct lupe_type lupe_type_sigevent = {
	.name = "struct sigevent", .kind = LUPE_KIND_STRUCT, .size = EVENT_SIZE, MEMBERS(
	FIELD(struct sigevent, sigev_value, &sigval, .flags = LUPE_MEMBER_NONZERO),
	FIELD(struct sigevent, sigev_signo, &event_signal),
	FIELD(struct sigevent, sigev_notify, &event_notify),
	{.name = "sigev_notify_thread_id", .type = &lupe_type_tid, .offset = EVENT_UNION,
	.present = event_is_thread}, FIELD_AS("sigev_notify_function", struct sigevent,
	sigev_notify_function, &lupe_type_address, .present = event_is_function),
	FIELD_AS("sigev_notify_attributes", struct sigevent, sigev_notify_attributes,
	&lupe_type_address, .present = event_is_function))};

static FLAGS(stack_flags, 4, "SS_???", NULL,
	E(SS_ONSTACK), E(SS_DISABLE), E_AS("SS_AUTODISARM", 1u << 31))
static STRUCT(stack, stack_t,
	FIELD(stack_t, ss_sp, &lupe_type_address), FIELD(stack_t, ss_flags, &stack_flags),
	FIELD(stack_t, ss_size, &lupe_type_size_t))

/* What a handler returns to lies at the stack pointer: the kernel's ucontext, of which the mask is at
 * the end (the C library's has room for more signals there). */
struct kernel_ucontext {
	uint64_t flags, link;
	stack_t stack;
	mcontext_t mcontext;
	uint64_t mask;
};
static STRUCT(signal_frame, struct kernel_ucontext,
	FIELD(struct kernel_ucontext, mask, &lupe_type_sigset))

static const struct lupe_syscall entries[] = {
SYSCALL(rt_sigaction, G_SIGNAL, NULL,
	IN("signum", &lupe_type_signal), IN("act", PTR(&action)), OUT("oldact", PTR(&action)),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL(rt_sigprocmask, G_SIGNAL, NULL,
	IN("how", &mask_how), IN("set", &lupe_type_sigset_pointer, .count = BY_MEMBER(3)),
	OUT("oldset", &lupe_type_sigset_pointer, .count = BY_MEMBER(3)),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL_WITH(rt_sigreturn, G_SIGNAL, NULL, WITH(.flags = LUPE_SYSCALL_TAKES_STACK),
	IN("frame", PTR(&signal_frame)))
SYSCALL(rt_sigpending, G_SIGNAL, NULL,
	OUT("set", &partial_sigset_pointer, .count = BY_MEMBER(1)),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL_WITH(rt_sigtimedwait, G_SIGNAL, &lupe_type_int, WITH(.annotate = annotate_signal),
	IN("set", &lupe_type_sigset_pointer, .count = BY_MEMBER(3)),
	OUT("info", PTR(&lupe_type_siginfo)), IN("timeout", PTR(&lupe_type_timespec)),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL(rt_sigsuspend, G_SIGNAL, NULL,
	IN("mask", &lupe_type_sigset_pointer, .count = BY_MEMBER(1)),
	IN("sigsetsize", &lupe_type_size_t))
SYSCALL(rt_sigqueueinfo, G_SIGNAL | G_PROCESS, NULL,
	IN("tgid", &lupe_type_pid), IN("sig", &lupe_type_signal),
	IN("info", PTR(&lupe_type_siginfo)))
SYSCALL(rt_tgsigqueueinfo, G_SIGNAL | G_PROCESS, NULL,
	IN("tgid", &lupe_type_pid), IN("tid", &lupe_type_tid), IN("sig", &lupe_type_signal),
	IN("info", PTR(&lupe_type_siginfo)))
SYSCALL(kill, G_SIGNAL | G_PROCESS, NULL, IN("pid", &lupe_type_pid), IN("sig", &lupe_type_signal))
SYSCALL(tkill, G_SIGNAL | G_PROCESS, NULL, IN("tid", &lupe_type_tid), IN("sig", &lupe_type_signal))
SYSCALL(tgkill, G_SIGNAL | G_PROCESS, NULL,
	IN("tgid", &lupe_type_pid), IN("tid", &lupe_type_tid), IN("sig", &lupe_type_signal))
SYSCALL(pidfd_send_signal, G_DESC | G_SIGNAL | G_PROCESS, NULL,
	IN("pidfd", &lupe_type_fd), IN("sig", &lupe_type_signal),
	IN("info", PTR(&lupe_type_siginfo)), IN("flags", &lupe_type_u32_hex))
SYSCALL(sigaltstack, G_SIGNAL, NULL, IN("ss", PTR(&stack)), OUT("old_ss", PTR(&stack)))
SYSCALL_NO_ARGS(pause, G_SIGNAL, NULL, 0)
};

EXPORT_FAMILY(signal)
