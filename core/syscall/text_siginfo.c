/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A siginfo_t as strace writes it. Which of its fields mean something depends first on a code of
 * zero or less (somebody sent it), then on the signal (the kernel says why).
 */
#include <linux/audit.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "syscall/describe.h"
#include "syscall/text.h"

/* Codes that the C library's header may not know; the kernel's numbers (asm-generic/siginfo.h). */
enum {
	CODE_DETHREAD = -7,
	CODE_ASYNCNL = -60,
	CODE_ILL_BADIADDR = 9,
	CODE_FPE_FLTUNK = 14,
	CODE_FPE_CONDTRAP = 15,
	CODE_TRAP_PERF = 6,
	CODE_SYS_SECCOMP = 1,
	CODE_SYS_USER_DISPATCH = 2,
};

static ENUM(sent_codes, 4, NULL, E(SI_USER), E(SI_KERNEL), E(SI_QUEUE), E(SI_TIMER), E(SI_MESGQ),
	    E(SI_ASYNCIO), E(SI_SIGIO), E(SI_TKILL), E_AS("SI_DETHREAD", CODE_DETHREAD),
	    E_AS("SI_ASYNCNL", CODE_ASYNCNL))

    static ENUM(ill_codes, 4, NULL, E(ILL_ILLOPC), E(ILL_ILLOPN), E(ILL_ILLADR), E(ILL_ILLTRP),
		E(ILL_PRVOPC), E(ILL_PRVREG), E(ILL_COPROC), E(ILL_BADSTK),
		E_AS("ILL_BADIADDR", CODE_ILL_BADIADDR))

	static ENUM(fpe_codes, 4, NULL, E(FPE_INTDIV), E(FPE_INTOVF), E(FPE_FLTDIV), E(FPE_FLTOVF),
		    E(FPE_FLTUND), E(FPE_FLTRES), E(FPE_FLTINV), E(FPE_FLTSUB),
		    E_AS("FPE_FLTUNK", CODE_FPE_FLTUNK), E_AS("FPE_CONDTRAP", CODE_FPE_CONDTRAP))

	    static ENUM(segv_codes, 4, NULL, E(SEGV_MAPERR), E(SEGV_ACCERR), E(SEGV_BNDERR),
			E(SEGV_PKUERR), E_AS("SEGV_ACCADI", 5), E_AS("SEGV_ADIDERR", 6),
			E_AS("SEGV_ADIPERR", 7), E_AS("SEGV_MTEAERR", 8), E_AS("SEGV_MTESERR", 9))

		static ENUM(bus_codes, 4, NULL, E(BUS_ADRALN), E(BUS_ADRERR), E(BUS_OBJERR),
			    E(BUS_MCEERR_AR), E(BUS_MCEERR_AO))

		    static ENUM(trap_codes, 4, NULL, E(TRAP_BRKPT), E(TRAP_TRACE), E(TRAP_BRANCH),
				E(TRAP_HWBKPT), E(TRAP_UNK), E_AS("TRAP_PERF", CODE_TRAP_PERF))

			static ENUM(cld_codes, 4, NULL, E(CLD_EXITED), E(CLD_KILLED), E(CLD_DUMPED),
				    E(CLD_TRAPPED), E(CLD_STOPPED), E(CLD_CONTINUED))

			    static ENUM(poll_codes, 4, NULL, E(POLL_IN), E(POLL_OUT), E(POLL_MSG),
					E(POLL_ERR), E(POLL_PRI), E(POLL_HUP))

				static ENUM(sys_codes, 4, NULL,
					    E_AS("SYS_SECCOMP", CODE_SYS_SECCOMP),
					    E_AS("SYS_USER_DISPATCH", CODE_SYS_USER_DISPATCH))

				    static ENUM(no_codes, 4, NULL, E(SI_USER), E(SI_KERNEL))

					static ENUM(audit_arch, 4, "AUDIT_ARCH_???",
						    E(AUDIT_ARCH_X86_64), E(AUDIT_ARCH_I386))

					    static void name(struct lupe_printer *printer,
							     const char *text)
{
	lupe_buffer_bytes(printer->out, ", ", 2);
	lupe_buffer_string(printer->out, text);
	lupe_buffer_char(printer->out, '=');
}

static const struct lupe_type *codes_of(int signal)
{
	switch (signal) {
	case SIGILL:
		return &ill_codes;
	case SIGFPE:
		return &fpe_codes;
	case SIGSEGV:
		return &segv_codes;
	case SIGBUS:
		return &bus_codes;
	case SIGTRAP:
		return &trap_codes;
	case SIGCHLD:
		return &cld_codes;
	case SIGPOLL:
		return &poll_codes;
	case SIGSYS:
		return &sys_codes;
	default:
		return &no_codes;
	}
}

static void print_code(struct lupe_printer *printer, const siginfo_t *info)
{
	bool sent = info->si_code <= 0 || info->si_code == SI_KERNEL;

	name(printer, "si_code");
	lupe_strace_symbol(printer, sent ? &sent_codes : codes_of(info->si_signo),
			   (uint64_t)info->si_code);
}

static void print_errno(struct lupe_printer *printer, int number)
{
	const char *text = lupe_errno_name(number);

	if (!number)
		return;
	name(printer, "si_errno");
	if (!text || number >= 512 || printer->options->xlat != LUPE_XLAT_ABBREV)
		lupe_buffer_unsigned(printer->out, (uint32_t)number);
	if (!text || number >= 512 || printer->options->xlat == LUPE_XLAT_RAW)
		return;
	if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_strace_comment(printer, text);
	else
		lupe_buffer_string(printer->out, text);
}

static void print_sender(struct lupe_printer *printer, const siginfo_t *info)
{
	name(printer, "si_pid");
	lupe_strace_pid(printer, info->si_pid);
	name(printer, "si_uid");
	lupe_strace_uid(printer, info->si_uid);
}

static void print_value(struct lupe_printer *printer, const siginfo_t *info)
{
	name(printer, "si_int");
	lupe_buffer_decimal(printer->out, info->si_int);
	name(printer, "si_ptr");
	lupe_strace_address(printer, (uintptr_t)info->si_ptr);
}

static void print_address(struct lupe_printer *printer, const char *field, const void *address)
{
	name(printer, field);
	lupe_strace_address(printer, (uintptr_t)address);
}

static void print_poll(struct lupe_printer *printer, const siginfo_t *info)
{
	name(printer, "si_band");
	lupe_buffer_decimal(printer->out, info->si_band);
	name(printer, "si_fd");
	lupe_strace_fd(printer, info->si_fd);
}

/* --- somebody sent it --- */

static void print_sent(struct lupe_printer *printer, const siginfo_t *info)
{
	switch (info->si_code) {
	case SI_USER:
	case SI_TKILL:
		print_sender(printer, info);
		break;
	case SI_TIMER:
		name(printer, "si_timerid");
		if (info->si_timerid)
			lupe_buffer_hex(printer->out, (uint32_t)info->si_timerid);
		else
			lupe_buffer_char(printer->out, '0');
		name(printer, "si_overrun");
		lupe_buffer_decimal(printer->out, info->si_overrun);
		print_value(printer, info);
		break;
	case SI_SIGIO:
		print_poll(printer, info);
		break;
	default:
		print_sender(printer, info);
		if (info->si_ptr)
			print_value(printer, info);
	}
}

/* --- the kernel says why --- */

static void print_ticks(struct lupe_printer *printer, const char *field, uint64_t ticks)
{
	name(printer, field);
	lupe_strace_ticks(printer, ticks);
}

static void print_child(struct lupe_printer *printer, const siginfo_t *info)
{
	print_sender(printer, info);
	name(printer, "si_status");
	if (info->si_code == CLD_EXITED)
		lupe_buffer_decimal(printer->out, info->si_status);
	else
		lupe_strace_signal(printer, info->si_status);
	print_ticks(printer, "si_utime", (uint64_t)info->si_utime);
	print_ticks(printer, "si_stime", (uint64_t)info->si_stime);
}

static void print_fault(struct lupe_printer *printer, const siginfo_t *info)
{
	print_address(printer, "si_addr", info->si_addr);
	if (info->si_signo == SIGSEGV && info->si_code == SEGV_BNDERR) {
		print_address(printer, "si_lower", info->si_lower);
		print_address(printer, "si_upper", info->si_upper);
	} else if (info->si_signo == SIGSEGV && info->si_code == SEGV_PKUERR) {
		name(printer, "si_pkey");
		lupe_buffer_unsigned(printer->out, info->si_pkey);
	} else if (info->si_signo == SIGBUS &&
		   (info->si_code == BUS_MCEERR_AR || info->si_code == BUS_MCEERR_AO)) {
		name(printer, "si_addr_lsb");
		if (info->si_addr_lsb)
			lupe_buffer_hex(printer->out, (uint16_t)info->si_addr_lsb);
		else
			lupe_buffer_char(printer->out, '0');
	}
}

/* __NR_write for our own ABI; a foreign one's name stands in a comment. */
static void print_syscall_number(struct lupe_printer *printer, int nr, unsigned arch)
{
	bool native = arch == AUDIT_ARCH_X86_64;
	const struct lupe_syscall *syscall = NULL;
	enum lupe_xlat xlat = printer->options->xlat;

	if (native || arch == AUDIT_ARCH_I386)
		syscall = lupe_syscall_by_nr(native ? LUPE_ABI_X86_64 : LUPE_ABI_I386, nr);
	name(printer, "si_syscall");
	if (!syscall || !native || xlat != LUPE_XLAT_ABBREV)
		lupe_buffer_decimal(printer->out, nr);
	if (!syscall || xlat == LUPE_XLAT_RAW)
		return;
	if (native && xlat == LUPE_XLAT_ABBREV) {
		lupe_buffer_string(printer->out, "__NR_");
		lupe_buffer_string(printer->out, syscall->name);
		return;
	}
	lupe_buffer_string(printer->out, native ? " /* __NR_" : " /* ");
	lupe_buffer_string(printer->out, syscall->name);
	lupe_buffer_bytes(printer->out, " */", 3);
}

static void print_reason(struct lupe_printer *printer, const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGCHLD:
		print_child(printer, info);
		break;
	case SIGILL:
	case SIGFPE:
	case SIGSEGV:
	case SIGBUS:
	case SIGTRAP:
		print_fault(printer, info);
		break;
	case SIGPOLL:
		if (info->si_code >= POLL_IN && info->si_code <= POLL_HUP)
			print_poll(printer, info);
		break;
	case SIGSYS:
		print_address(printer, "si_call_addr", info->si_call_addr);
		print_syscall_number(printer, info->si_syscall, info->si_arch);
		name(printer, "si_arch");
		lupe_strace_symbol(printer, &audit_arch, info->si_arch);
		break;
	default:
		if (info->si_pid || info->si_uid)
			print_sender(printer, info);
		if (info->si_ptr)
			print_value(printer, info);
	}
}

void lupe_strace_siginfo(struct lupe_printer *printer, const void *siginfo)
{
	siginfo_t info;

	memcpy(&info, siginfo, sizeof(info)); /* the bytes may lie anywhere */
	lupe_buffer_char(printer->out, '{');
	if (info.si_signo) {
		lupe_buffer_string(printer->out, "si_signo=");
		lupe_strace_signal(printer, info.si_signo);
		print_code(printer, &info);
		print_errno(printer, info.si_errno);
		if (info.si_code <= 0)
			print_sent(printer, &info);
		else
			print_reason(printer, &info);
	}
	lupe_buffer_char(printer->out, '}');
}
