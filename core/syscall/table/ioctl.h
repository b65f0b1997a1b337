/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl: what its third parameter is, by the command in the second. The commands of one kind of
 * device, told apart by the type byte of their number, are a choice in a file of their own; its last
 * resort, for commands that it does not list, is the number in hexadecimal.
 *
 *   NOTHING(TIOCEXCL)                  no third parameter
 *   VALUE(TCFLSH, &queues)             a number, not a pointer
 *   READS(TIOCGWINSZ, &winsize)        the device answers
 *   WRITES(TIOCSWINSZ, &winsize)       the program says
 *   WRITES_READS(FITRIM, &range)       one after the other, when the text shows both
 *   READS_LATE(SIOCGIFMTU, &ifreq_mtu) the answer, of which a part is known when it failed
 */
#ifndef LUPE_SYSCALL_TABLE_IOCTL_H
#define LUPE_SYSCALL_TABLE_IOCTL_H

#include "syscall/describe.h"
#include "syscall/notation.h"
#include "syscall/types.h"

/* A parameter that is not there. */
extern const struct lupe_type lupe_type_nothing;

#define NOTHING(command) CASE(command, .type = &lupe_type_nothing)
#define VALUE(command, type_) CASE(command, .type = (type_))
#define READS(command, type_, ...) \
	CASE(command, .type = PTR(type_), .flow = LUPE_FLOW_OUT, ##__VA_ARGS__)
#define READS_LATE(command, type_, ...) \
	CASE(command, .type = PTR(type_), .flow = LUPE_FLOW_CHANGED, ##__VA_ARGS__)
#define WRITES(command, type_, ...) CASE(command, .type = PTR(type_), ##__VA_ARGS__)
#define WRITES_READS(command, type_, ...) \
	CASE(command, .type = PTR(type_), .flow = LUPE_FLOW_UPDATED, ##__VA_ARGS__)

/* A struct some of whose fields are the device's answer, .flow = LUPE_FLOW_OUT.
 *
 * ASKED(id, type) makes the type for READS_LATE: without the answers where there are none.
 * EXCHANGED is a STRUCT for WRITES_READS: what was said, " => ", the answers. A field of
 * LUPE_FLOW_INOUT is in both. NUMBERED is one whose first
 * field is the only answer: what was said, " => [1]". */
extern const struct lupe_type_ops lupe_asked_ops, lupe_exchanged_ops, lupe_numbered_ops;
#define ASKED(id, type_) \
	static const struct lupe_type id = { \
	    .kind = LUPE_KIND_CUSTOM, .target = (type_), .ops = &lupe_asked_ops};
#define STRUCT_PRINTED_BY(id, ctype, ops_, ...) \
	const struct lupe_type id = {.name = #ctype, \
				     .kind = LUPE_KIND_STRUCT, \
				     .size = sizeof(ctype), \
				     .ops = (ops_), \
				     MEMBERS(__VA_ARGS__)};
#define EXCHANGED(id, ctype, ...) STRUCT_PRINTED_BY(id, ctype, &lupe_exchanged_ops, __VA_ARGS__)
#define NUMBERED(id, ctype, ...) STRUCT_PRINTED_BY(id, ctype, &lupe_numbered_ops, __VA_ARGS__)
#define ANSWER .flow = LUPE_FLOW_OUT
#define ANSWER_TOO .flow = LUPE_FLOW_INOUT

/* An array in a struct, of which a sibling says how many elements there are: .count = BY_MEMBER. */
extern const struct lupe_type_ops lupe_counted_ops;
#define COUNTED(element, most) \
	(&(const struct lupe_type){.kind = LUPE_KIND_ARRAY, \
				   .target = (element), \
				   .count = (most), \
				   .ops = &lupe_counted_ops})

/* The first `count` elements of an array. */
void lupe_strace_first(struct lupe_printer *printer, const struct lupe_value *array, uint64_t count);

/* The commands of a type byte, as a choice by the whole number. */
#define COMMANDS(id, ...) \
	const struct lupe_choice id = { \
	    .member = 1, \
	    .mask = UINT32_MAX, \
	    .cases = (const struct lupe_case[]){__VA_ARGS__}, \
	    .n_cases = ARRAY_SIZE(((const struct lupe_case[]){__VA_ARGS__}))};

extern const struct lupe_choice lupe_ioctl_tty;	   /* 'T' */
extern const struct lupe_choice lupe_ioctl_socket; /* 0x89 */
extern const struct lupe_choice lupe_ioctl_block;  /* 0x12 */
extern const struct lupe_choice lupe_ioctl_files;  /* 'f' */
extern const struct lupe_choice lupe_ioctl_xfs;	   /* 'X' */
extern const struct lupe_choice lupe_ioctl_clone;  /* 0x94 */
extern const struct lupe_choice lupe_ioctl_console; /* 'K' */
extern const struct lupe_choice lupe_ioctl_input;  /* 'E' */
extern const struct lupe_choice lupe_ioctl_ide;	   /* 3 */
extern const struct lupe_choice lupe_ioctl_scsi;   /* 0x22 */
extern const struct lupe_choice lupe_ioctl_mapper; /* 0xfd */
extern const struct lupe_choice lupe_ioctl_video;  /* 'V' */
extern const struct lupe_choice lupe_ioctl_tee;	   /* 0xa4 */
extern const struct lupe_choice lupe_ioctl_loop;   /* 'L' */
extern const struct lupe_choice lupe_ioctl_nbd;	   /* 0xab */
extern const struct lupe_choice lupe_ioctl_rtc;	   /* 'p' */
extern const struct lupe_choice lupe_ioctl_watchdog; /* 'W' */
extern const struct lupe_choice lupe_ioctl_random; /* 'R' */
extern const struct lupe_choice lupe_ioctl_inotify; /* 'I' */
extern const struct lupe_choice lupe_ioctl_perf;   /* '$' */
extern const struct lupe_choice lupe_ioctl_namespace; /* 0xb7 */
extern const struct lupe_choice lupe_ioctl_userfault; /* 0xaa */
extern const struct lupe_choice lupe_ioctl_seccomp; /* '!' */
extern const struct lupe_choice lupe_ioctl_kvm;	   /* 0xae */
extern const struct lupe_choice lupe_ioctl_clock;  /* '=' */
extern const struct lupe_choice lupe_ioctl_counter; /* '>' */
extern const struct lupe_choice lupe_ioctl_infrared; /* 'i' */
extern const struct lupe_choice lupe_ioctl_gpio;   /* 0xb4 */
extern const struct lupe_choice lupe_ioctl_mtd;	   /* 'M' */
extern const struct lupe_choice lupe_ioctl_ubi;	   /* 'o' */
extern const struct lupe_choice lupe_ioctl_ubi_volume; /* 'O' */

/* EV_KEY, ABS_X: parts of commands of input devices. */
extern const struct lupe_type lupe_type_input_event, lupe_type_input_axis;

#endif
