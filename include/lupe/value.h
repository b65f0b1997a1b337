/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values: a type over bytes read from the target, as a tree. A value lives in the arena of its decode
 * and dies with it. What could not be read is a value too, with the reason as a flag: decoding hostile
 * memory never fails, it says what it saw.
 */
#ifndef LUPE_VALUE_H
#define LUPE_VALUE_H

#include "lupe/memory.h"
#include "lupe/type.h"

struct lupe_arena;
struct lupe_buffer;

enum lupe_value_flag {
	LUPE_VALUE_UNREADABLE = 1,    /* the bytes at `address` could not be read */
	LUPE_VALUE_TRUNCATED = 2,     /* there is more than was decoded: `total` says how much, if known */
	LUPE_VALUE_UNTERMINATED = 4,  /* a string whose NUL was not found */
	LUPE_VALUE_NULL = 8,	      /* a null pointer */
	LUPE_VALUE_PENDING = 16,      /* an out-argument before the exit */
	LUPE_VALUE_OPAQUE = 32,	      /* a pointer on purpose not followed: failed call, or options */
	LUPE_VALUE_ABSENT = 64,	      /* an argument or member that this call does not have */
	LUPE_VALUE_PARTIAL = 128,     /* an array or argv that runs into unreadable memory */
	LUPE_VALUE_OPTIMIZED_OUT = 256,
	LUPE_VALUE_UNAVAILABLE = 512, /* it is in a register that was not read */
};

struct lupe_value {
	const struct lupe_type *type;
	const struct lupe_member *member; /* how the parent reached it; NULL at the top */
	lupe_addr address;		  /* where it lies in the target; 0: in a register */
	uint32_t flags;
	uint32_t n_children;
	union { /* scalars and pointers, extended to 64 bits by their sign */
		int64_t i;
		uint64_t u;
		double f;
	};
	const unsigned char *bytes; /* STRING, BYTES: contents; STRUCT and ARRAY: raw bytes if kept */
	size_t n_bytes;
	size_t total;		     /* elements or bytes there are; n_children or n_bytes were decoded */
	struct lupe_value *children; /* members, elements; a pointer's target is its one child */
};

struct lupe_decode_limits {
	size_t string_max;  /* bytes of a string or buffer (strace -s, 32) */
	size_t path_max;    /* bytes of a file name (4095: PATH_MAX without the NUL) */
	size_t array_max;   /* elements of an array */
	unsigned depth_max; /* of pointers and structs */
	size_t values_max;  /* nodes of one tree, against types that fan out; 0: 65536 */
	bool verbose;	    /* also the members that abbreviated output leaves out */
	bool text_only;	    /* of pointers only those to text (and references) are followed */
};
extern const struct lupe_decode_limits lupe_decode_limits_default; /* strace's defaults */

/* What is known of the caller's descriptors, for types that depend on it. */
enum { LUPE_NOT_NETLINK = -1, LUPE_UNKNOWN_NETLINK = -2 };
struct lupe_descriptors {
	/* NETLINK_ROUTE ... for a netlink socket, LUPE_UNKNOWN_NETLINK for one whose protocol cannot be
	 * told, LUPE_NOT_NETLINK for all else. */
	int (*netlink_protocol)(void *context, int fd);
	/* The name that the kernel has for a family of NETLINK_GENERIC, as long as the descriptors live; NULL:
	 * it has none. */
	const char *(*generic_family)(void *context, uint16_t id);
	void *context;
};

/* What a decoder works with. Types' own `ops` get it too. */
struct lupe_decode {
	struct lupe_arena *arena;
	const struct lupe_memory *memory;
	struct lupe_decode_limits limits;
	unsigned depth;
	size_t n_values, n_bytes; /* made and read for this tree; each top-level read starts anew */
	/* Inside a syscall; has_result is false at entry. */
	bool is_syscall, has_result, failed;
	int64_t result;
	/* The arguments as decoded at the entry, or NULL: what INOUT ones were before. */
	const struct lupe_value *entry;
	const uint64_t *arguments;		    /* inside a syscall: its registers */
	const struct lupe_descriptors *descriptors; /* NULL: nothing is known */
};

/* Decodes a `type` at `address`. Never NULL unless out of memory. */
struct lupe_value *lupe_value_read(struct lupe_decode *decode, const struct lupe_type *type,
				   lupe_addr address);

/* The same over bytes already at hand (registers, argument block); `address` may be 0. */
struct lupe_value *lupe_value_over(struct lupe_decode *decode, const struct lupe_type *type,
				   lupe_addr address, const void *bytes, size_t size);

/* Fills `value` in place: for `ops` and for members. `limit` as in struct lupe_type_ops. */
void lupe_value_fill(struct lupe_decode *decode, struct lupe_value *value,
		     const struct lupe_type *type, lupe_addr address, size_t limit);

/* Gives a pointer its target as the decoder would have: for `ops` of pointer types, which know when the
 * kernel has written there. `limit` as in struct lupe_type_ops. */
void lupe_value_follow(struct lupe_decode *decode, struct lupe_value *pointer, size_t limit);

/* The same when `follow`; else the pointer stays an address. */
void lupe_value_follow_if(struct lupe_decode *decode, struct lupe_value *pointer, size_t limit,
			  bool follow);

/* A child by member name (through inline members; through a pointer to its target), or by index. */
const struct lupe_value *lupe_value_member(const struct lupe_value *value, const char *name);
const struct lupe_value *lupe_value_element(const struct lupe_value *value, size_t index);

/* Writes a scalar to where `value` lies in the target, honouring size and bit-field; LUPE_ERROR_INVALID
 * for what is no scalar, does not fit (neither as a signed nor as an unsigned number), or lies in no
 * memory. For FLOAT, `scalar` holds the bits of a double, as `u` of a decoded one does. */
LUPE_MUST_CHECK struct lupe_error *lupe_value_write(const struct lupe_memory *memory,
						    const struct lupe_value *value, uint64_t scalar);

/* C text as a debugger shows it: {a = 1, s = 0x55.. "text"}. */
struct lupe_print_options {
	bool hex;	   /* scalars in hexadecimal */
	bool pretty;	   /* one member a line, indented */
	size_t string_max; /* characters of a string, 200 */
	size_t array_max;  /* elements, 200 */
	/* Writes " <name+offset>" for an address of code or static data, or nothing. NULL: no names. */
	void (*symbol)(void *context, lupe_addr addr, struct lupe_buffer *out);
	void *context;
};
extern const struct lupe_print_options lupe_print_options_default;
void lupe_value_print_c(struct lupe_buffer *out, const struct lupe_value *value,
			const struct lupe_print_options *options);

/* JSON: numbers as numbers, {"value": 2, "name": "O_RDWR"} for symbolic ones, strings as UTF-8 with
 * other bytes as \u00XX and "encoding": "bytes" said once beside them, structs as objects. */
void lupe_value_print_json(struct lupe_buffer *out, const struct lupe_value *value);

/* The names of a number by an ENUM or FLAGS type, as strace writes them: "O_RDWR|O_CLOEXEC",
 * "0x5" and the comment F_???. Pure. */
void lupe_type_print_symbols(struct lupe_buffer *out, const struct lupe_type *type, uint64_t number);

#endif
