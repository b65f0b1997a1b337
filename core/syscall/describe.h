/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The descriptor language: types and syscalls as data over the system's own headers. Numbers and
 * offsets come from the compiler, never from a hand.
 *
 *   ENUM(lupe_type_whence, 4, "SEEK_???", E(SEEK_SET), E(SEEK_CUR), E(SEEK_END))
 *   FLAGS(lupe_type_open_flags, 4, "O_???", NULL, IN_FIELD(O_RDONLY, O_ACCMODE), E(O_CREAT), ...)
 *   STRUCT(lupe_type_timespec, struct timespec,
 *          FIELD(struct timespec, tv_sec, &lupe_type_long),
 *          FIELD(struct timespec, tv_nsec, &lupe_type_long))
 *   SYSCALL(lseek, G_DESC, &lupe_type_off, IN("fd", &lupe_type_fd), IN("offset", &lupe_type_off),
 *           IN("whence", &lupe_type_whence))
 *
 * IN, OUT, LATE, INOUT, UPDATED and FIELD take further designated initialisers of struct lupe_member at their end:
 *   OUT("buf", PTR(&lupe_type_bytes), .count = BY_RESULT(2))      as many bytes as read(2) returned
 *   IN("buf", PTR(&lupe_type_bytes), .count = BY_MEMBER(2))       as argument 2 says
 *   IN("argv", PTR(PTR(&lupe_type_string)), .count = TERMINATED)  up to NULL
 *   IN("arg", &lupe_type_ulong_hex, .choice = &fcntl_arg)         depends on a sibling
 *   IN("mode", &lupe_type_perm, .present = open_creates)
 */
#ifndef LUPE_SYSCALL_DESCRIBE_H
#define LUPE_SYSCALL_DESCRIBE_H

#include <stddef.h>
#include "base/cleanup.h"
#include "lupe/syscall.h"
#include "syscall/numbers.h"

/* --- enumerators --- */

#define E(constant)	       {#constant, (uint64_t)(constant), 0}
#define E_AS(text, number)     {text, (uint64_t)(number), 0}
#define IN_FIELD(constant, mask) {#constant, (uint64_t)(constant), (uint64_t)(mask)}

/* --- types; each defines one, declared in a header of the family --- */

#define ENUMERATORS(...)                                                   \
	.enumerators = (const struct lupe_enumerator[]){__VA_ARGS__},      \
	.n_enumerators = ARRAY_SIZE(((const struct lupe_enumerator[]){__VA_ARGS__}))

#define MEMBERS(...)                                                       \
	.members = (const struct lupe_member[]){__VA_ARGS__},              \
	.n_members = ARRAY_SIZE(((const struct lupe_member[]){__VA_ARGS__}))

#define SCALAR(id, text, kind_, size_, role_)                              \
	const struct lupe_type id = {                                      \
	    .name = text, .kind = kind_, .role = role_, .size = size_};

#define ENUM(id, size_, unknown_, ...)                                     \
	const struct lupe_type id = {.kind = LUPE_KIND_ENUM,               \
				     .size = size_,                        \
				     .unknown = unknown_,                  \
				     ENUMERATORS(__VA_ARGS__)};

/* The same, but numbers without a name are shown in decimal. */
#define ENUM_DECIMAL(id, size_, unknown_, ...)                             \
	const struct lupe_type id = {.kind = LUPE_KIND_ENUM,               \
				     .role = LUPE_ROLE_DECIMAL,            \
				     .size = size_,                        \
				     .unknown = unknown_,                  \
				     ENUMERATORS(__VA_ARGS__)};

#define FLAGS(id, size_, unknown_, zero_, ...)                             \
	const struct lupe_type id = {.kind = LUPE_KIND_FLAGS,              \
				     .size = size_,                        \
				     .unknown = unknown_,                  \
				     .zero = zero_,                        \
				     ENUMERATORS(__VA_ARGS__)};

#define STRUCT(id, ctype, ...)                                             \
	const struct lupe_type id = {.name = #ctype,                       \
				     .kind = LUPE_KIND_STRUCT,             \
				     .size = sizeof(ctype),                \
				     MEMBERS(__VA_ARGS__)};

#define UNION(id, ctype, ...)                                              \
	const struct lupe_type id = {.name = #ctype,                       \
				     .kind = LUPE_KIND_UNION,              \
				     .size = sizeof(ctype),                \
				     MEMBERS(__VA_ARGS__)};

#define PTR(to)                                                            \
	(&(const struct lupe_type){                                        \
	    .kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = (to)})

/* An array inside a struct. */
#define ARRAY_OF(element, count_)                                          \
	(&(const struct lupe_type){.kind = LUPE_KIND_ARRAY, .target = (element), .count = (count_)})

#define FIELD(ctype, field, type_, ...)                                    \
	{.name = #field, .type = (type_), .offset = offsetof(ctype, field), ##__VA_ARGS__}

/* A field shown under another name than the C one (st_atim as st_atime). */
#define FIELD_AS(text, ctype, field, type_, ...)                           \
	{.name = text, .type = (type_), .offset = offsetof(ctype, field), ##__VA_ARGS__}

/* --- counts --- */

#define BY_MEMBER(index)      {LUPE_COUNT_MEMBER, (index), 0}
#define BY_POINTED(index)     {LUPE_COUNT_POINTED, (index), 0}
#define BY_RESULT(at_most)    {LUPE_COUNT_RESULT, (at_most), 0}
#define FIXED_COUNT(elements) {LUPE_COUNT_FIXED, LUPE_NO_MEMBER, (elements)}
#define TERMINATED	      {LUPE_COUNT_TERMINATED, LUPE_NO_MEMBER, 0}
#define NOT_FOLLOWED	      {LUPE_COUNT_POINTED, LUPE_NO_MEMBER, 0} /* the address alone */

/* --- dependent types --- */

#define CASE(value_, ...) {(uint64_t)(value_), &(const struct lupe_member){__VA_ARGS__}, 0}
#define CASE_IN(value_, mask_, ...)                                        \
	{(uint64_t)(value_), &(const struct lupe_member){__VA_ARGS__}, (uint64_t)(mask_)}
#define CHOICE(id, member_, mask_, ...)                                    \
	static const struct lupe_choice id = {                             \
	    .member = (member_),                                           \
	    .mask = (mask_),                                               \
	    .cases = (const struct lupe_case[]){__VA_ARGS__},              \
	    .n_cases = ARRAY_SIZE(((const struct lupe_case[]){__VA_ARGS__}))};

/* --- syscalls --- */

/* Groups in short, for the entries: SYSCALL(openat, G_FILE | G_DESC, ...). */
enum {
	G_FILE = LUPE_GROUP_FILE,
	G_DESC = LUPE_GROUP_DESC,
	G_MEMORY = LUPE_GROUP_MEMORY,
	G_PROCESS = LUPE_GROUP_PROCESS,
	G_SIGNAL = LUPE_GROUP_SIGNAL,
	G_IPC = LUPE_GROUP_IPC,
	G_NETWORK = LUPE_GROUP_NETWORK,
	G_CREDS = LUPE_GROUP_CREDS,
	G_CLOCK = LUPE_GROUP_CLOCK,
	G_PURE = LUPE_GROUP_PURE,
	G_STAT = LUPE_GROUP_STAT | LUPE_GROUP_STAT_LIKE,
	G_LSTAT = LUPE_GROUP_LSTAT | LUPE_GROUP_STAT_LIKE,
	G_FSTAT = LUPE_GROUP_FSTAT | LUPE_GROUP_STAT_LIKE,
	G_STATFS = LUPE_GROUP_STATFS | LUPE_GROUP_STATFS_LIKE,
	G_FSTATFS = LUPE_GROUP_FSTATFS | LUPE_GROUP_STATFS_LIKE,
};

#define IN(name_, type_, ...)    {.name = name_, .type = (type_), .flow = LUPE_FLOW_IN, ##__VA_ARGS__}
#define OUT(name_, type_, ...)   {.name = name_, .type = (type_), .flow = LUPE_FLOW_OUT, ##__VA_ARGS__}
#define LATE(name_, type_, ...)  {.name = name_, .type = (type_), .flow = LUPE_FLOW_LATE, ##__VA_ARGS__}
#define CHANGED(name_, type_, ...)                                         \
	{.name = name_, .type = (type_), .flow = LUPE_FLOW_CHANGED, ##__VA_ARGS__}
#define INOUT(name_, type_, ...) {.name = name_, .type = (type_), .flow = LUPE_FLOW_INOUT, ##__VA_ARGS__}

#define UPDATED(name_, type_, ...)                                         \
	{.name = name_, .type = (type_), .flow = LUPE_FLOW_UPDATED, ##__VA_ARGS__}

/* An entry of a family's table (core/syscall/table/table.h). GROUPS is an expression of the group
 * words below. */
#define SYSCALL(name_, groups_, result_, ...)                              \
	{.name = #name_,                                                   \
	 .nr = __NR_##name_,                                               \
	 .groups = (groups_),                                              \
	 .result = (result_),                                              \
	 .args = (const struct lupe_member[]){__VA_ARGS__},                \
	 .n_args = ARRAY_SIZE(((const struct lupe_member[]){__VA_ARGS__}))},

/* The same with flags, annotation or result choice: WITH(.annotate = annotate_poll). */
#define WITH(...) __VA_ARGS__
#define SYSCALL_WITH(name_, groups_, result_, with_, ...)                  \
	{.name = #name_,                                                   \
	 .nr = __NR_##name_,                                               \
	 .groups = (groups_),                                              \
	 .result = (result_),                                              \
	 with_,                                                            \
	 .args = (const struct lupe_member[]){__VA_ARGS__},                \
	 .n_args = ARRAY_SIZE(((const struct lupe_member[]){__VA_ARGS__}))},

/* The lists of a call that is many (struct lupe_variants): WITH(.variants = &keyctl_variants). */
#define VARIANT(value_, ...)                                               \
	{.value = (uint64_t)(value_),                                      \
	 .args = (const struct lupe_member[]){__VA_ARGS__},                \
	 .n_args = ARRAY_SIZE(((const struct lupe_member[]){__VA_ARGS__}))}
#define VARIANT_WITH(value_, result_, ...)                                 \
	{.value = (uint64_t)(value_),                                      \
	 .result = (result_),                                              \
	 .args = (const struct lupe_member[]){__VA_ARGS__},                \
	 .n_args = ARRAY_SIZE(((const struct lupe_member[]){__VA_ARGS__}))}
#define VARIANTS(id, member_, mask_, ...)                                  \
	static const struct lupe_variants id = {                           \
	    .member = (member_),                                           \
	    .mask = (mask_),                                               \
	    .list = (const struct lupe_variant[]){__VA_ARGS__},            \
	    .n = ARRAY_SIZE(((const struct lupe_variant[]){__VA_ARGS__}))};

#define SYSCALL_NO_ARGS(name_, groups_, result_, flags_)                   \
	{.name = #name_,                                                   \
	 .nr = __NR_##name_,                                               \
	 .groups = (groups_),                                              \
	 .result = (result_),                                              \
	 .flags = (flags_)},

#endif
