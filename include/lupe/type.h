/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types: one description for a syscall argument, a kernel struct and a variable of a program.
 *
 * A type says how bytes read: its kind, size, members, enumerators, and a role (what a number means:
 * a descriptor, a process id, a mode). Syscall types are static data, declared over the system's own
 * headers with the macros of core/syscall/describe.h; a program's types are built from DWARF. From the
 * one description follow strace's text, C text, JSON, a Lua value, and writing back.
 *
 * A syscall's parameter list is itself a struct: its members lie at offset 8 * index over the block of
 * argument registers. So whatever holds for members (counts by sibling, dependent types, conditions)
 * holds for arguments too.
 */
#ifndef LUPE_TYPE_H
#define LUPE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lupe_value;
struct lupe_type;

enum lupe_kind {
	LUPE_KIND_VOID,
	LUPE_KIND_INT,	    /* signed, `size` bytes */
	LUPE_KIND_UINT,	    /* unsigned, `size` bytes */
	LUPE_KIND_BOOL,
	LUPE_KIND_CHAR,	    /* one character */
	LUPE_KIND_FLOAT,    /* 4, 8 or 16 (x87 long double) bytes */
	LUPE_KIND_ENUM,	    /* one of `enumerators`; signed when `is_signed` */
	LUPE_KIND_FLAGS,    /* an OR of `enumerators`, in their order; masked ones are enumerated fields */
	LUPE_KIND_POINTER,  /* an address of `target` (NULL: untyped) */
	LUPE_KIND_STRING,   /* chars up to a NUL: of a fixed array (`size`), or unbounded behind a pointer */
	LUPE_KIND_BYTES,    /* raw bytes, shown as a quoted string; count by the member */
	LUPE_KIND_ARRAY,    /* of `target`: `count` elements, or as the member's count says */
	LUPE_KIND_STRUCT,
	LUPE_KIND_UNION,
	LUPE_KIND_FUNCTION, /* code; only behind a pointer */
	LUPE_KIND_TYPEDEF,  /* another name of `target` */
	LUPE_KIND_CUSTOM,   /* irregular: `ops` reads it */
};

/* What a scalar means; printers choose the notation by it. Without a role: decimal. */
enum lupe_role {
	LUPE_ROLE_NONE,
	LUPE_ROLE_HEX,	    /* 0x1f, zero as 0 */
	LUPE_ROLE_OCTAL,    /* 0644 */
	LUPE_ROLE_ADDRESS,  /* 0x7f.., zero as NULL */
	LUPE_ROLE_FD,	    /* a file descriptor of the caller */
	LUPE_ROLE_DIRFD,    /* the same, or AT_FDCWD */
	LUPE_ROLE_PID,	    /* process id (thread group) */
	LUPE_ROLE_TID,	    /* thread id */
	LUPE_ROLE_PGID,
	LUPE_ROLE_UID,	    /* -1 is "no change" */
	LUPE_ROLE_GID,
	LUPE_ROLE_SIGNAL,   /* SIGUSR1 */
	LUPE_ROLE_ERRNO,    /* ENOENT, from a positive number */
	LUPE_ROLE_MODE,	    /* S_IFREG|0644 */
	LUPE_ROLE_PERM,	    /* 0644: mode bits without a file type */
	LUPE_ROLE_DEV,	    /* makedev(0x8, 0x1) */
	LUPE_ROLE_PORT,	    /* htons(80) */
	LUPE_ROLE_IPV4,	    /* inet_addr("127.0.0.1") */
	LUPE_ROLE_IPV6,	    /* inet_pton(AF_INET6, "::1"), 16 bytes */
	LUPE_ROLE_TIME,	    /* seconds since the epoch; strace adds the date. On a STRUCT of two: likewise */
	LUPE_ROLE_SIGSET,   /* [INT CHLD] or ~[RTMIN RT_1]; KIND_CUSTOM-sized bit mask */
	LUPE_ROLE_PATH,	    /* on STRING: a file name, relative to the sibling dirfd or the cwd */
	LUPE_ROLE_DECIMAL,  /* on ENUM: what has no name is a decimal number, not a hexadecimal one */
	LUPE_ROLE_KERNEL_LONG, /* a long printed unsigned by strace (kernel_ulong_t) */
};

struct lupe_enumerator {
	const char *name;
	uint64_t value;
	uint64_t mask; /* FLAGS: 0 for a plain bit set, else the field this value is compared in */
};

/* How many elements (or bytes) lie behind a pointer, or in an array member. */
enum lupe_count_kind {
	LUPE_COUNT_ONE,	       /* a single element; for STRING: up to the NUL */
	LUPE_COUNT_FIXED,      /* `number` */
	LUPE_COUNT_MEMBER,     /* the value of sibling `member` (+ `number`) */
	LUPE_COUNT_POINTED,    /* the socklen_t/int behind sibling pointer `member` */
	LUPE_COUNT_RESULT,     /* the syscall's return value; at most sibling `member` when that is not `LUPE_NO_MEMBER` */
	LUPE_COUNT_TERMINATED, /* up to a zero element (argv) */
};

enum { LUPE_NO_MEMBER = 255 };

struct lupe_count {
	enum lupe_count_kind kind;
	uint8_t member;	 /* index among the siblings */
	uint32_t number;
};

/* For syscall parameters: when the kernel reads or writes what they point to. */
enum lupe_flow {
	LUPE_FLOW_IN,	 /* decoded at entry */
	LUPE_FLOW_OUT,	 /* decoded at exit; the address alone when the call failed */
	LUPE_FLOW_LATE,	 /* decoded at exit, also when the call failed (readv's buffers) */
	LUPE_FLOW_CHANGED, /* the same, and decoded at entry too, for a type whose printer tells both
			    * states (a struct with a length that the call sets) */
	LUPE_FLOW_INOUT, /* shown as it is at entry; changes appear as the result's annotation. A single
			  * number that only the exit shows (a socklen_t): [110 => 16] */
	LUPE_FLOW_UPDATED, /* shown as it is at entry, at exit followed by " => " and the new state if that
			    * is another (sendfile's offset, clone3's struct) */
};

/* A dependent type: by the value of a sibling, `as` replaces the member's type, count and flow. */
struct lupe_case {
	uint64_t value;
	const struct lupe_member *as; /* its name and offset are not used */
	uint64_t mask;		      /* of this case, instead of the choice's; 0: the choice's */
};

struct lupe_choice {
	uint8_t member; /* the sibling that decides */
	uint64_t mask;	/* applied to it first; 0 means all bits */
	const struct lupe_case *cases;
	size_t n_cases;
};

enum lupe_member_flag {
	LUPE_MEMBER_VERBOSE = 1, /* left out of abbreviated output, which then ends in "..." */
	LUPE_MEMBER_INLINE = 2,	 /* an embedded struct or union whose members print as ours */
	LUPE_MEMBER_HIDDEN = 4,	 /* padding and counts: never printed, but siblings may refer to it */
	LUPE_MEMBER_NONZERO = 8, /* printed only when not zero */
	LUPE_MEMBER_BASE = 16,	 /* a C++ base class */
	LUPE_MEMBER_STATIC = 32,
	LUPE_MEMBER_BEYOND = 64, /* not a member: what a struct with `size_min` has after its `size` */
	LUPE_MEMBER_TERSE = 256, /* printed only when not zero, but always in full output; no "..." tells of it */
	LUPE_MEMBER_NAMED = 128, /* a parameter that is always written with its name (clone's flags=) */
};

struct lupe_member {
	const char *name; /* NULL: anonymous */
	const struct lupe_type *type;
	uint32_t offset;	      /* bytes from the start of the struct */
	uint8_t bit_offset, bit_size; /* bit-field: offset from the LSB of the type's word; size 0: none */
	uint8_t flow;		      /* enum lupe_flow */
	uint16_t flags;		      /* enum lupe_member_flag */
	struct lupe_count count;
	const struct lupe_choice *choice; /* NULL: the type is fixed */
	/* NULL: always there. Else asked with the parent's members decoded so far. */
	bool (*present)(const struct lupe_value *parent);
};

struct lupe_decode;
struct lupe_printer;

/* What an irregular type brings itself. Any of them may be NULL: the generic way is taken. */
struct lupe_type_ops {
	/* Fills `value` (type and address are set; `limit` is the count in bytes or elements when the
	 * member has one, else SIZE_MAX). */
	void (*decode)(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
	void (*print)(struct lupe_printer *printer, const struct lupe_value *value);
};

struct lupe_type {
	const char *name; /* "struct stat", "int"; NULL: anonymous */
	enum lupe_kind kind;
	enum lupe_role role;
	uint32_t size;	/* bytes; 0 when unknown or unbounded */
	bool is_signed; /* ENUM, CHAR */
	bool incomplete;
	/* STRUCT: one that grows with kernels, whose caller says its size (clone3): with fewer bytes than
	 * this it is an address only, and bytes beyond `size` that are not zero are shown. 0: no such one */
	uint32_t size_min;
	const struct lupe_type *target;
	uint64_t count; /* ARRAY: elements; 0 when the member's count decides */
	const struct lupe_member *members; /* STRUCT, UNION; FUNCTION: parameters (offset unused) */
	size_t n_members;
	const struct lupe_enumerator *enumerators;
	size_t n_enumerators;
	const char *unknown; /* "SEEK_???": strace's comment for a number without a name */
	const char *zero;    /* FLAGS: the name of 0 when no enumerator has it ("0" otherwise) */
	const struct lupe_type_ops *ops;
	bool is_reference; /* POINTER: C++'s: printed as what it refers to */
	bool is_qualifier; /* TYPEDEF: "const T" and the like: no name of its own */
	const char *qualifier; /* of such a one: "const" */
	/* Types of DWARF are read piece by piece: with this, a STRUCT or UNION has no members yet, a FUNCTION no
	 * parameters. lupe_type_strip calls it, once. */
	void (*complete)(struct lupe_type *type);
};

/* The type behind typedefs. NULL stays NULL. */
const struct lupe_type *lupe_type_strip(const struct lupe_type *type);

/* Bytes that one object of the type takes; arrays without a size of their own are multiplied out. 0
 * when unknown, unbounded or beyond 64 bits. */
uint64_t lupe_type_size(const struct lupe_type *type);

/* A member by name, searched through inline and anonymous members too; NULL when there is none.
 * `ret_offset` (may be NULL) takes its offset from the start of `type`. */
const struct lupe_member *lupe_type_member(const struct lupe_type *type, const char *name,
					   uint32_t *ret_offset);

struct lupe_buffer;

/* The type as C writes it: "struct node *", "int (*)(char, ...)", "char [10]"; "void" for NULL. With `name` (may be
 * NULL) the declaration of that: "int (*name)(char)". */
void lupe_type_print_name(struct lupe_buffer *out, const struct lupe_type *type, const char *name);

/* What the type is made of, behind all typedefs: a struct with its members, an enumeration with its values, several
 * lines of it; else its name. Members of one without a name are shown inside, those of others are not. */
void lupe_type_print_definition(struct lupe_buffer *out, const struct lupe_type *type);

/* The enumerator's value by name ("SEEK_SET"); false when there is none. */
bool lupe_type_enumerator(const struct lupe_type *type, const char *name, uint64_t *ret_value);

#endif
