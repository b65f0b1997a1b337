/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The syscall table: one entry per syscall says its number, name, groups, parameters and result. Help,
 * filters, decoding, strace's text, JSON and the Lua fields all come from it. To add one, see
 * docs/HOWTO-add-a-syscall.md.
 */
#ifndef LUPE_SYSCALL_H
#define LUPE_SYSCALL_H

#include "lupe/value.h"

enum lupe_abi {
	LUPE_ABI_X86_64,
	LUPE_ABI_I386, /* 32-bit processes and int $0x80 */
	LUPE_ABI_X32,
	LUPE_N_ABIS
};

/* strace's classes (%file ...), as bits. */
enum lupe_syscall_group {
	LUPE_GROUP_FILE = 1 << 0,	/* takes a file name */
	LUPE_GROUP_DESC = 1 << 1,	/* takes or returns a descriptor */
	LUPE_GROUP_MEMORY = 1 << 2,
	LUPE_GROUP_PROCESS = 1 << 3,
	LUPE_GROUP_SIGNAL = 1 << 4,
	LUPE_GROUP_IPC = 1 << 5,
	LUPE_GROUP_NETWORK = 1 << 6,
	LUPE_GROUP_CREDS = 1 << 7,
	LUPE_GROUP_CLOCK = 1 << 8,
	LUPE_GROUP_PURE = 1 << 9,	/* no arguments and cannot fail */
	LUPE_GROUP_STAT = 1 << 10,
	LUPE_GROUP_LSTAT = 1 << 11,
	LUPE_GROUP_FSTAT = 1 << 12,
	LUPE_GROUP_STATFS = 1 << 13,
	LUPE_GROUP_FSTATFS = 1 << 14,
	LUPE_GROUP_STATFS_LIKE = 1 << 15, /* %%statfs */
	LUPE_GROUP_STAT_LIKE = 1 << 16,	  /* %%stat */
};

enum lupe_syscall_flag {
	LUPE_SYSCALL_NEVER_RETURNS = 2,	 /* exit, exit_group; rt_sigreturn has no result of its own */
	LUPE_SYSCALL_REPLACES_MEMORY = 4,/* execve: arguments can only be read at entry */
	LUPE_SYSCALL_TAKES_STACK = 8,	 /* rt_sigreturn: the first parameter is the stack pointer */
};

enum { LUPE_SYSCALL_MAX_ARGS = 6, LUPE_SYSCALL_LIMIT = 1024 /* one above the largest number */ };

struct lupe_call;
struct lupe_printer;

/* A call that is many calls (keyctl, prctl, ptrace): by the value of a parameter, the whole list is
 * another. Each list begins with the parameters up to and including the one that decides. */
struct lupe_variant {
	uint64_t value;
	const struct lupe_member *args;
	uint8_t n_args;
	const struct lupe_type *result; /* NULL: as the syscall's */
};

struct lupe_variants {
	uint8_t member; /* the parameter that decides */
	uint64_t mask;	/* applied to it first; 0 means its 32 bits */
	const struct lupe_variant *list;
	size_t n;
};

struct lupe_syscall {
	const char *name;
	uint16_t nr;
	uint8_t n_args;
	uint8_t flags;	 /* enum lupe_syscall_flag */
	uint32_t groups; /* enum lupe_syscall_group */
	const struct lupe_member *args; /* offset 8 * index */
	const uint8_t *order; /* n_args indexes: strace's text has another order (clone); NULL: as they are */
	const struct lupe_type *result; /* NULL: int/long in decimal */
	const struct lupe_variants *variants; /* NULL: none; `args` is what no variant knows */
	const struct lupe_choice *result_choice; /* by an argument, another type of result (fcntl) */
	/* strace's text after the result, without the parentheses: "Timeout", "[{fd=3, revents=POLLIN}]",
	 * "flags O_RDWR". Writes nothing when there is none. NULL: never any. */
	void (*annotate)(struct lupe_printer *printer, const struct lupe_call *call,
			 const struct lupe_value *args);
};

/* NULL when the number or name is none of the ABI's. */
const struct lupe_syscall *lupe_syscall_by_nr(enum lupe_abi abi, int64_t nr);
const struct lupe_syscall *lupe_syscall_by_name(enum lupe_abi abi, const char *name);

/* The name nearest to a misspelt one, or NULL when none is near: for "did you mean". */
const char *lupe_syscall_suggest(enum lupe_abi abi, const char *name);

/* A set of syscall numbers. Those beyond the limit, which a program may use too, are all in it or not
 * as the last one is, that no syscall has: they are in "all" and "!read". */
struct lupe_syscall_set {
	uint64_t bits[LUPE_SYSCALL_LIMIT / 64];
};
void lupe_syscall_set_add(struct lupe_syscall_set *set, int nr);
bool lupe_syscall_set_has(const struct lupe_syscall_set *set, int64_t nr);

/* "file" for LUPE_GROUP_FILE; NULL when the bit is none. */
const char *lupe_syscall_group_name(uint32_t bit);

/* Parses strace's syntax: "open,close", "%file", "all", "none", "!read", "/^open", "?maybe", numbers,
 * "name@64", "file" (the old class names without %). LUPE_ERROR_INVALID with "did you mean" for an
 * unknown name. */
LUPE_MUST_CHECK struct lupe_error *lupe_syscall_set_parse(enum lupe_abi abi, const char *text,
							  struct lupe_syscall_set *ret);

/* One invocation: what is known of it at its entry, and after its exit. */
struct lupe_call {
	const struct lupe_syscall *syscall; /* NULL: the number is unknown */
	enum lupe_abi abi;
	int64_t nr;
	uint64_t args[LUPE_SYSCALL_MAX_ARGS];
	int64_t result; /* as the kernel left it: -errno when `failed` */
	bool finished;	/* the result is known */
	bool failed;
	bool injected;	/* the result, or the failure, was made by us: "(INJECTED)" */
	/* What lupe_call_decode answered at the entry, if the caller kept it (in an arena that lives until
	 * the exit was printed); NULL otherwise. strace's "[110 => 16]" and "=>" need it. */
	const struct lupe_value *entry;
	uint64_t entry_ns, exit_ns; /* CLOCK_MONOTONIC */
	lupe_addr pc, sp;
};

/* The variant that this call is; NULL when it has none. */
const struct lupe_variant *lupe_call_variant(const struct lupe_call *call);

/* The arguments as a struct value with n_args children; an unknown call has six numbers. Before the
 * exit, out-arguments are PENDING. */
struct lupe_value *lupe_call_decode(struct lupe_decode *decode, const struct lupe_call *call);

/* "ENOENT" for 2; NULL for no errno. ERESTARTSYS and its kin (512..) too. */
const char *lupe_errno_name(int errnum);
int lupe_errno_number(const char *name); /* 0 when unknown */
const char *lupe_signal_name(int signal, char buffer[static 16]); /* "SIGINT", "SIGRT_1", "99" */
int lupe_signal_number(const char *name); /* "SIGINT", "INT", "10"; -1 when unknown */

/* strace's text. The descriptor and pid callbacks serve -y and --decode-pids; NULL is fine. */
enum lupe_xlat { LUPE_XLAT_ABBREV, LUPE_XLAT_RAW, LUPE_XLAT_VERBOSE };

struct lupe_strace_options {
	size_t string_max;   /* -s */
	enum lupe_xlat xlat; /* -X */
	bool verbose;	     /* -v: nothing abbreviated */
	unsigned hex_strings;/* -x 1: non-ASCII strings in hex, -xx 2: all strings */
	bool arg_names;	     /* --arg-names: fd=3, "..." */
	unsigned fd_paths;   /* not 0: print_fd is asked; what for is its own business */
	/* Appends "</path>" for a descriptor of process `pid`. */
	void (*print_fd)(void *context, struct lupe_buffer *out, int pid, int fd);
	/* Appends "<name>" for a process or thread id. */
	/* `caller` is `pid` above: whose process id it is. */
	void (*print_pid)(void *context, struct lupe_buffer *out, int caller, int pid);
	void *context;
	int pid;
};

/* The state of one printing: where to, how, for which call. Types' `ops` and annotations get it. */
struct lupe_printer {
	struct lupe_buffer *out;
	const struct lupe_strace_options *options;
	const struct lupe_call *call; /* NULL outside a syscall */
	const struct lupe_value *parent;
	bool update; /* what is printed is the new state of an UPDATED argument, after its "=>" */
};

void lupe_strace_value(struct lupe_printer *printer, const struct lupe_value *value);

/* "openat(AT_FDCWD, "/x", O_RDONLY" : the arguments up to, not including, the first that only the exit
 * knows, with the comma before that one; answers how many arguments were written. */
unsigned lupe_strace_entry(struct lupe_printer *printer, const struct lupe_call *call,
			   const struct lupe_value *args);

/* The arguments from index `from` on, and ")". */
void lupe_strace_exit(struct lupe_printer *printer, const struct lupe_call *call,
		      const struct lupe_value *args, unsigned from);

/* "3</x>", "-1 ENOENT (No such file or directory)", "0 (Timeout)", "? ERESTARTSYS (To be restarted ...)"
 * : what follows "= ". */
void lupe_strace_result(struct lupe_printer *printer, const struct lupe_call *call,
			const struct lupe_value *args);

/* "{si_signo=SIGCHLD, si_code=CLD_EXITED, ...}" from the bytes of a siginfo_t. */
void lupe_strace_siginfo(struct lupe_printer *printer, const void *siginfo);

/* One JSON object for the call, without a newline. */
void lupe_call_print_json(struct lupe_buffer *out, const struct lupe_call *call,
			  const struct lupe_value *args);

#endif
