/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ptrace(2): by request. Reads of memory and registers come back through the fourth parameter,
 * which the C library hides.
 */
#include <elf.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stddef.h>
#include <sys/uio.h>
#include <sys/user.h>
#include "syscall/table/filter.h"
#include "syscall/table/signal.h"
#include "syscall/table/table.h"
#include "type/symbols.h"

/* Requests of x86 that the headers call by other names or hide. */
enum {
	GETFPXREGS = 18,
	SETFPXREGS = 19,
	OLDSETOPTIONS = 21,
	GET_THREAD_AREA = 25,
	SET_THREAD_AREA = 26,
	ARCH_PRCTL = 30,
	SYSEMU = 31,
	SYSEMU_SINGLESTEP = 32,
	SINGLEBLOCK = 33,
};

static void print_user_offset(struct lupe_printer *printer, const struct lupe_value *value);

/* The kernel fills a buffer when it succeeds. */
static void follow_if_given(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, decode->has_result && !decode->failed);
}

/* The offset goes in; the flags come out. */
static void print_metadata(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_call *call = printer->call;

	if (value->n_children >= 2 && call &&
	    (call->failed || (value->children[1].flags & LUPE_VALUE_UNREADABLE))) {
		lupe_buffer_string(printer->out, "{filter_off=");
		lupe_buffer_unsigned(printer->out, value->children[0].u);
		lupe_buffer_char(printer->out, '}');
	} else {
		lupe_strace_struct(printer, value);
	}
}

static bool info_is(const struct lupe_value *parent, uint8_t op)
{
	return parent->children[0].u == op;
}

static bool info_is_entry(const struct lupe_value *parent)
{
	return info_is(parent, PTRACE_SYSCALL_INFO_ENTRY);
}

static bool info_is_exit(const struct lupe_value *parent)
{
	return info_is(parent, PTRACE_SYSCALL_INFO_EXIT);
}

static bool info_is_seccomp(const struct lupe_value *parent)
{
	return info_is(parent, PTRACE_SYSCALL_INFO_SECCOMP);
}

/* clang-format off */

#define R(name) E(PTRACE_##name)
static ENUM(request, 8, "PTRACE_???",
	R(TRACEME), R(PEEKTEXT), R(PEEKDATA), E_AS("PTRACE_PEEKUSER", PTRACE_PEEKUSR), R(POKETEXT),
	R(POKEDATA), E_AS("PTRACE_POKEUSER", PTRACE_POKEUSR), R(CONT), R(KILL), R(SINGLESTEP),
	R(GETREGS), R(SETREGS), R(GETFPREGS), R(SETFPREGS), R(ATTACH), R(DETACH),
	E_AS("PTRACE_GETFPXREGS", GETFPXREGS), E_AS("PTRACE_SETFPXREGS", SETFPXREGS), R(SYSCALL),
	E_AS("PTRACE_GET_THREAD_AREA", GET_THREAD_AREA),
	E_AS("PTRACE_SET_THREAD_AREA", SET_THREAD_AREA), E_AS("PTRACE_ARCH_PRCTL", ARCH_PRCTL),
	E_AS("PTRACE_SYSEMU", SYSEMU), E_AS("PTRACE_SYSEMU_SINGLESTEP", SYSEMU_SINGLESTEP),
	E_AS("PTRACE_SINGLEBLOCK", SINGLEBLOCK), E_AS("PTRACE_OLDSETOPTIONS", OLDSETOPTIONS),
	R(SETOPTIONS), R(GETEVENTMSG), R(GETSIGINFO), R(SETSIGINFO), R(GETREGSET), R(SETREGSET),
	R(SEIZE), R(INTERRUPT), R(LISTEN), R(PEEKSIGINFO), R(GETSIGMASK), R(SETSIGMASK),
	R(SECCOMP_GET_FILTER), R(SECCOMP_GET_METADATA), R(GET_SYSCALL_INFO),
	R(GET_RSEQ_CONFIGURATION), E_AS("PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG", 0x4210),
	E_AS("PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG", 0x4211),
	E_AS("PTRACE_SET_SYSCALL_INFO", 0x4212))
static FLAGS(options, 4, "PTRACE_O_???", NULL,
	R(O_TRACESYSGOOD), R(O_TRACEFORK), R(O_TRACEVFORK), R(O_TRACECLONE), R(O_TRACEEXEC),
	R(O_TRACEVFORKDONE), R(O_TRACEEXIT), R(O_TRACESECCOMP), R(O_EXITKILL), R(O_SUSPEND_SECCOMP))
static ENUM(regset, 4, "NT_???",
	E(NT_PRSTATUS), E_AS("NT_FPREGSET", 2), E(NT_PRPSINFO), E_AS("NT_TASKSTRUCT", 4),
	E(NT_PLATFORM), E(NT_AUXV), E_AS("NT_GWINDOWS", 7), E_AS("NT_ASRS", 8),
	E_AS("NT_PSTATUS", 10), E_AS("NT_PSINFO", 13), E_AS("NT_PRCRED", 14),
	E_AS("NT_UTSNAME", 15), E_AS("NT_LWPSTATUS", 16), E_AS("NT_LWPSINFO", 17),
	E_AS("NT_PRFPXREG", 20), E(NT_386_TLS), E(NT_386_IOPERM), E(NT_X86_XSTATE))


#define REG(name) FIELD(struct user_regs_struct, name, &lupe_type_ulong_hex)
static STRUCT(regs, struct user_regs_struct,
	REG(r15), REG(r14), REG(r13), REG(r12), REG(rbp), REG(rbx), REG(r11), REG(r10), REG(r9),
	REG(r8), REG(rax), REG(rcx), REG(rdx), REG(rsi), REG(rdi), REG(orig_rax), REG(rip), REG(cs),
	REG(eflags), REG(rsp), REG(ss), REG(fs_base), REG(gs_base), REG(ds), REG(es), REG(fs),
	REG(gs))
#define FPREG(name, type, ...) FIELD(struct user_fpregs_struct, name, type, ##__VA_ARGS__)
static STRUCT(fpregs, struct user_fpregs_struct,
	FPREG(cwd, &lupe_type_u16_hex), FPREG(swd, &lupe_type_u16_hex),
	FPREG(ftw, &lupe_type_u16_hex), FPREG(fop, &lupe_type_u16_hex),
	FPREG(rip, &lupe_type_ulong_hex), FPREG(rdp, &lupe_type_ulong_hex),
	FPREG(mxcsr, &lupe_type_u32_hex), FPREG(mxcr_mask, &lupe_type_u32_hex),
	FPREG(st_space, ARRAY_OF(&lupe_type_u32_hex, 32)),
	FPREG(xmm_space, ARRAY_OF(&lupe_type_u32_hex, 64)),
	FPREG(padding, ARRAY_OF(&lupe_type_u32_hex, 24)))

static const struct lupe_type_ops offset_ops = {.print = print_user_offset};
static const struct lupe_type user_offset = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .role = LUPE_ROLE_HEX,
	.ops = &offset_ops};

static FLAGS(peek_flags, 4, "PTRACE_PEEKSIGINFO_???", NULL, R(PEEKSIGINFO_SHARED))
#define PEEK(field, type) FIELD(struct ptrace_peeksiginfo_args, field, type)
static STRUCT(peek_args, struct ptrace_peeksiginfo_args,
	PEEK(off, &lupe_type_ulong), PEEK(flags, &peek_flags), PEEK(nr, &lupe_type_int))
static FLAGS(log_flag, 8, "SECCOMP_FILTER_FLAG_???", NULL, E_AS("SECCOMP_FILTER_FLAG_LOG", 2))
static const struct lupe_type_ops metadata_ops = {.print = print_metadata};
static const struct lupe_type metadata = {
	.name = "struct seccomp_metadata", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct seccomp_metadata), .size_min = sizeof(uint64_t), .ops = &metadata_ops,
	MEMBERS(FIELD(struct seccomp_metadata, filter_off, &lupe_type_ulong),
	FIELD(struct seccomp_metadata, flags, &log_flag))};
static ENUM(info_op, 1, "PTRACE_SYSCALL_INFO_???",
	R(SYSCALL_INFO_NONE), R(SYSCALL_INFO_ENTRY), R(SYSCALL_INFO_EXIT), R(SYSCALL_INFO_SECCOMP))
static ENUM(info_arch, 4, "AUDIT_ARCH_???",
	E_AS("AUDIT_ARCH_X86_64", 0xc000003e), E_AS("AUDIT_ARCH_I386", 0x40000003))
#define INFO(field, type, ...) FIELD(struct ptrace_syscall_info, field, type, ##__VA_ARGS__)
static STRUCT(info_entry, struct ptrace_syscall_info,
	{.name = "nr", .type = &lupe_type_ulong, .offset = 0},
	{.name = "args", .type = ARRAY_OF(&lupe_type_ulong_hex, 6), .offset = 8})
static STRUCT(info_seccomp, struct ptrace_syscall_info,
	{.name = "nr", .type = &lupe_type_ulong, .offset = 0},
	{.name = "args", .type = ARRAY_OF(&lupe_type_ulong_hex, 6), .offset = 8},
	{.name = "ret_data", .type = &lupe_type_uint, .offset = 56})
static STRUCT(info_exit, struct ptrace_syscall_info,
	{.name = "rval", .type = &lupe_type_long, .offset = 0},
	{.name = "is_error", .type = &lupe_type_u8, .offset = 8})
static STRUCT(syscall_info, struct ptrace_syscall_info,
	INFO(op, &info_op), INFO(arch, &info_arch), INFO(instruction_pointer, &lupe_type_ulong_hex),
	INFO(stack_pointer, &lupe_type_ulong_hex),
	INFO(entry, &info_entry, .present = info_is_entry),
	INFO(exit, &info_exit, .present = info_is_exit),
	INFO(seccomp, &info_seccomp, .present = info_is_seccomp))
/* A register set by its kind: what is in it when it was given, or when the kernel gave it. */
#define SET(id, base) static STRUCT(id, struct iovec, \
	FIELD(struct iovec, iov_base, base), FIELD(struct iovec, iov_len, &lupe_type_size_t))
#define FOLLOWED(id, set) static const struct lupe_type id = { \
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &set, .ops = &given_ops};
static const struct lupe_type_ops given_ops = {.decode = follow_if_given};
FOLLOWED(got_regs_pointer, regs)
FOLLOWED(got_fpregs_pointer, fpregs)
SET(got_regs, &got_regs_pointer)
SET(got_fpregs, &got_fpregs_pointer)
SET(got_other, &lupe_type_address)
SET(given_regs, PTR(&regs))
SET(given_fpregs, PTR(&fpregs))
CHOICE(got_set, 2, 0, CASE(NT_PRSTATUS, .type = PTR(&got_regs)),
	CASE(NT_PRFPREG, .type = PTR(&got_fpregs)))
CHOICE(given_set, 2, 0, CASE(NT_PRSTATUS, .type = PTR(&given_regs)),
	CASE(NT_PRFPREG, .type = PTR(&given_fpregs)))

#define FIRST IN("request", &request), IN("pid", &lupe_type_tid)
#define NO_ADDR IN("addr", &lupe_type_address, .flags = LUPE_MEMBER_HIDDEN)
#define ADDR IN("addr", &lupe_type_address)
#define SIZE IN("addr", &lupe_type_ulong)
#define RESUME(op) VARIANT(op, FIRST, ADDR, IN("data", &lupe_type_signal_number))
#define PLAIN(op) VARIANT(op, FIRST)
VARIANTS(ptrace_variants, 0, UINT64_MAX,
	VARIANT(PTRACE_TRACEME, IN("request", &request)),
	VARIANT(PTRACE_PEEKTEXT, FIRST, ADDR, OUT("data", PTR(&lupe_type_address))),
	VARIANT(PTRACE_PEEKDATA, FIRST, ADDR, OUT("data", PTR(&lupe_type_address))),
	VARIANT(PTRACE_PEEKUSR, FIRST, IN("addr", &user_offset),
	OUT("data", PTR(&lupe_type_address))),
	VARIANT(PTRACE_POKEUSR, FIRST, IN("addr", &user_offset), IN("data", &lupe_type_address)),
	RESUME(PTRACE_CONT), RESUME(PTRACE_SINGLESTEP), RESUME(PTRACE_SYSCALL),
	RESUME(PTRACE_DETACH), RESUME(SYSEMU), RESUME(SYSEMU_SINGLESTEP), RESUME(SINGLEBLOCK),
	PLAIN(PTRACE_KILL), PLAIN(PTRACE_ATTACH), PLAIN(PTRACE_INTERRUPT), PLAIN(PTRACE_LISTEN),
	VARIANT(PTRACE_GETREGS, FIRST, NO_ADDR, OUT("data", PTR(&regs))),
	VARIANT(PTRACE_SETREGS, FIRST, NO_ADDR, IN("data", PTR(&regs))),
	VARIANT(PTRACE_GETFPREGS, FIRST, NO_ADDR, OUT("data", PTR(&fpregs))),
	VARIANT(PTRACE_SETFPREGS, FIRST, NO_ADDR, IN("data", PTR(&fpregs))),
	VARIANT(PTRACE_SETOPTIONS, FIRST, ADDR, IN("data", &options)),
	VARIANT(OLDSETOPTIONS, FIRST, ADDR, IN("data", &options)),
	VARIANT(PTRACE_SEIZE, FIRST, ADDR, IN("data", &options)),
	VARIANT(PTRACE_GETEVENTMSG, FIRST, ADDR, OUT("data", PTR(&lupe_type_ulong))),
	VARIANT(PTRACE_GETSIGINFO, FIRST, ADDR, OUT("data", PTR(&lupe_type_siginfo))),
	VARIANT(PTRACE_SETSIGINFO, FIRST, ADDR, IN("data", PTR(&lupe_type_siginfo))),
	VARIANT(PTRACE_GETREGSET, FIRST, IN("addr", &regset),
	LATE("data", PTR(&got_other), .choice = &got_set)),
	VARIANT(PTRACE_SETREGSET, FIRST, IN("addr", &regset),
	IN("data", PTR(&got_other), .choice = &given_set)),
	VARIANT(PTRACE_PEEKSIGINFO, FIRST, IN("addr", PTR(&peek_args)),
		OUT("data", PTR(&lupe_type_siginfo), .count = BY_RESULT(LUPE_NO_MEMBER))),
	VARIANT(PTRACE_GETSIGMASK, FIRST, SIZE,
	OUT("data", &lupe_type_sigset_pointer, .count = BY_MEMBER(2))),
	VARIANT(PTRACE_SETSIGMASK, FIRST, SIZE,
	IN("data", &lupe_type_sigset_pointer, .count = BY_MEMBER(2))),
	VARIANT(PTRACE_SECCOMP_GET_FILTER, FIRST, SIZE, IN("data", &lupe_type_address)),
	VARIANT(PTRACE_SECCOMP_GET_METADATA, FIRST, SIZE,
	LATE("data", PTR(&metadata), .count = BY_MEMBER(2))),
	VARIANT(PTRACE_GET_SYSCALL_INFO, FIRST, SIZE, OUT("data", PTR(&syscall_info))))

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(ptrace, 0, NULL, WITH(.variants = &ptrace_variants), FIRST, ADDR,
	IN("data", &lupe_type_address))
};

EXPORT_FAMILY(ptrace)

/* Places in struct user by name; the general registers as multiples of eight. */
#define USER_REG(text, field) {"8*" text, offsetof(struct user, regs.field)}
#define USER(field) {"offsetof(struct user, " #field ")", offsetof(struct user, field)}
static const struct {
	const char *name;
	size_t offset;
} user_places[] = {
	USER_REG("R15", r15), USER_REG("R14", r14), USER_REG("R13", r13), USER_REG("R12", r12),
	USER_REG("RBP", rbp), USER_REG("RBX", rbx), USER_REG("R11", r11), USER_REG("R10", r10),
	USER_REG("R9", r9), USER_REG("R8", r8), USER_REG("RAX", rax), USER_REG("RCX", rcx),
	USER_REG("RDX", rdx), USER_REG("RSI", rsi), USER_REG("RDI", rdi),
	USER_REG("ORIG_RAX", orig_rax), USER_REG("RIP", rip), USER_REG("CS", cs),
	USER_REG("EFL", eflags), USER_REG("RSP", rsp), USER_REG("SS", ss),
	USER(u_fpvalid), USER(i387), USER(u_tsize), USER(u_dsize), USER(u_ssize), USER(start_code),
	USER(start_stack), USER(signal), USER(u_ar0), USER(u_fpstate), USER(magic), USER(u_comm),
	USER(u_debugreg)};

/* clang-format on */

static void print_user_offset(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t i, best = 0;

	if (value->u > sizeof(struct user)) {
		lupe_strace_address(printer, value->u);
		return;
	}
	if (value->u == sizeof(struct user)) {
		lupe_buffer_string(printer->out, "sizeof(struct user)");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(user_places); i++)
		if (user_places[i].offset <= value->u)
			best = i;
	lupe_buffer_string(printer->out, user_places[best].name);
	if (value->u > user_places[best].offset) {
		lupe_buffer_char(printer->out, '+');
		lupe_buffer_unsigned(printer->out, value->u - user_places[best].offset);
	}
}
