/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Notations of strace that types of several families share, as print operations:
 *
 *   static const struct lupe_type name = CSTRING(IFNAMSIZ);
 */
#ifndef LUPE_SYSCALL_NOTATION_H
#define LUPE_SYSCALL_NOTATION_H

#include "base/buffer.h"
#include "syscall/text.h"

/* A string in an array: up to its NUL, or without its last byte and "..." where there is none. -s
 * has no say. */
extern const struct lupe_type_ops lupe_cstring_ops;
#define CSTRING(bytes_)                                                    \
	{                                                                  \
	    .name = "char []",                                             \
	    .kind = LUPE_KIND_STRING,                                      \
	    .role = LUPE_ROLE_PATH,                                        \
	    .size = (bytes_),                                              \
	    .ops = &lupe_cstring_ops,                                      \
	}

/* Bytes as a string whose bytes are all in hexadecimal: "\x01\xff". */
extern const struct lupe_type_ops lupe_hex_string_ops;
#define HEX_STRING(bytes_)                                                 \
	{                                                                  \
	    .name = "unsigned char []",                                    \
	    .kind = LUPE_KIND_BYTES,                                       \
	    .role = LUPE_ROLE_PATH,                                        \
	    .size = (bytes_),                                              \
	    .ops = &lupe_hex_string_ops,                                   \
	}

/* Bytes as a string, without the zeroes at their end. */
extern const struct lupe_type_ops lupe_zero_padded_ops;

/* 00:1a:2b:3c:4d:5e, as long as the bytes are. */
extern const struct lupe_type_ops lupe_mac_ops;
#define MAC(bytes_)                                                        \
	{                                                                  \
	    .name = "unsigned char []",                                    \
	    .kind = LUPE_KIND_BYTES,                                       \
	    .role = LUPE_ROLE_PATH,                                        \
	    .size = (bytes_),                                              \
	    .ops = &lupe_mac_ops,                                          \
	}

/* One byte as a character: 'a', '\n', '\x04'. */
void lupe_strace_letter(struct lupe_printer *printer, unsigned letter);

/* Numbers with all their digits: 00, 0x1f; 00000000, 0x00001f. */
extern const struct lupe_type lupe_type_padded8, lupe_type_padded16, lupe_type_padded32;

/* An unsigned number of `bytes_` bytes with a notation of its own. */
#define NUMBER_PRINTED_BY(bytes_, function)                                \
	{                                                                  \
	    .name = "unsigned",                                            \
	    .kind = LUPE_KIND_UINT,                                        \
	    .size = (bytes_),                                              \
	    .ops = &(const struct lupe_type_ops){.print = (function)},     \
	}

/* The number first, what it means in a comment: 0x1000 and NAME. `symbols` is an ENUM or FLAGS. */
void lupe_strace_explained(struct lupe_printer *printer, const struct lupe_value *value);
#define EXPLAINED(bytes_, symbols)                                         \
	{                                                                  \
	    .name = "unsigned",                                            \
	    .kind = LUPE_KIND_UINT,                                        \
	    .size = (bytes_),                                              \
	    .target = (symbols),                                           \
	    .ops = &(const struct lupe_type_ops){.print = lupe_strace_explained}, \
	}

#endif
