/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * strace's text, against what strace 6.1 itself wrote for the same calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "syscall/describe.h"
#include "syscall/text.h"

/* --- a few types and calls of our own: the test does not depend on the tables --- */

static SCALAR(t_int,
	      "int", LUPE_KIND_INT, 4, LUPE_ROLE_NONE) static SCALAR(t_uint, "unsigned",
								     LUPE_KIND_UINT, 4, LUPE_ROLE_NONE) static SCALAR(t_long, "long", LUPE_KIND_INT, 8, LUPE_ROLE_NONE) static SCALAR(t_size, "size_t", LUPE_KIND_UINT, 8, LUPE_ROLE_NONE) static SCALAR(t_address, "void *", LUPE_KIND_UINT, 8, LUPE_ROLE_ADDRESS) static SCALAR(t_fd, "int", LUPE_KIND_INT, 4, LUPE_ROLE_FD) static SCALAR(t_dirfd,
																																															     "int",
																																															     LUPE_KIND_INT, 4, LUPE_ROLE_DIRFD) static SCALAR(t_perm,
																																																					      "mode_t",
																																																					      LUPE_KIND_UINT,
																																																					      4, LUPE_ROLE_PERM) static SCALAR(t_mode,
																																																									       "mode_t", LUPE_KIND_UINT, 4, LUPE_ROLE_MODE) static SCALAR(t_dev,
																																																																	  "dev_t",
																																																																	  LUPE_KIND_UINT, 8, LUPE_ROLE_DEV) static SCALAR(t_signal, "int", LUPE_KIND_INT, 4, LUPE_ROLE_SIGNAL) static SCALAR(t_uid,
																																																																															     "uid_t",
																																																																															     LUPE_KIND_UINT, 4, LUPE_ROLE_UID) static SCALAR(t_time,
																																																																																					     "time_t", LUPE_KIND_INT, 8, LUPE_ROLE_TIME) static SCALAR(t_port, "in_port_t", LUPE_KIND_UINT, 2, LUPE_ROLE_PORT) static SCALAR(t_ipv4,
																																																																																																					     "in_addr",
																																																																																																					     LUPE_KIND_UINT, 4, LUPE_ROLE_IPV4) static SCALAR(t_ipv6,
																																																																																																											      "in6_addr",
																																																																																																											      LUPE_KIND_BYTES, 16,
																																																																																																											      LUPE_ROLE_IPV6) static SCALAR(t_sigset, "sigset_t", LUPE_KIND_BYTES, 8, LUPE_ROLE_SIGSET) static SCALAR(t_path, "char []", LUPE_KIND_STRING, 0, LUPE_ROLE_PATH) static SCALAR(t_string,
																																																																																																																																	    "char []",
																																																																																																																																	    LUPE_KIND_STRING,
																																																																																																																																	    0,
																																																																																																																																	    LUPE_ROLE_NONE) static SCALAR(t_bytes,
																																																																																																																																					  "char []",
																																																																																																																																					  LUPE_KIND_BYTES,
																																																																																																																																					  0,
																																																																																																																																					  LUPE_ROLE_NONE)

    static ENUM(t_whence, 4, "SEEK_???", E(SEEK_SET), E(SEEK_CUR), E(SEEK_END)) static FLAGS(
	t_open, 4, "O_???", NULL, IN_FIELD(O_RDONLY, O_ACCMODE), IN_FIELD(O_WRONLY, O_ACCMODE),
	IN_FIELD(O_RDWR, O_ACCMODE), IN_FIELD(O_ACCMODE, O_ACCMODE), E(O_CREAT),
	E(O_CLOEXEC)) static FLAGS(t_prot, 4, "PROT_???", NULL, E(PROT_NONE), E(PROT_READ),
				   E(PROT_WRITE),
				   E(PROT_EXEC)) static FLAGS(t_plain, 4, "X_???", NULL,
							      E_AS("X_A", 1),
							      E_AS("X_B",
								   2)) static FLAGS(t_events, 2,
										    "POLL???", NULL,
										    E(POLLIN),
										    E(POLLOUT))

	static STRUCT(t_pollfd, struct pollfd, FIELD(struct pollfd, fd, &t_fd),
		      FIELD(struct pollfd, events, &t_events, .flags = LUPE_MEMBER_NONZERO))

	    static STRUCT(t_iovec, struct iovec,
			  FIELD(struct iovec, iov_base, PTR(&t_bytes), .count = BY_MEMBER(1)),
			  FIELD(struct iovec, iov_len, &t_size))

		static STRUCT(t_stat, struct stat,
			      FIELD(struct stat, st_dev, &t_dev, .flags = LUPE_MEMBER_VERBOSE),
			      FIELD(struct stat, st_mode, &t_mode),
			      FIELD(struct stat, st_size, &t_long),
			      FIELD_AS("st_atime", struct stat, st_atim.tv_sec, &t_time,
				       .flags = LUPE_MEMBER_VERBOSE),
			      FIELD_AS("st_atime_nsec", struct stat, st_atim.tv_nsec, &t_size,
				       .flags = LUPE_MEMBER_VERBOSE))

		    static bool creates(const struct lupe_value *parent)
{
	return parent->children[2].u & O_CREAT;
}

static void annotate_three(struct lupe_printer *printer, const struct lupe_call *call,
			   const struct lupe_value *args)
{
	(void)args;
	if (call->result == 3)
		lupe_buffer_string(printer->out, "three");
}

/* clang-format off */
static const struct lupe_syscall calls[] = {
SYSCALL(read, 0, NULL,
	IN("fd", &t_fd), OUT("buf", PTR(&t_bytes), .count = BY_RESULT(2)), IN("count", &t_size))
SYSCALL(write, 0, NULL,
	IN("fd", &t_fd), IN("buf", PTR(&t_bytes), .count = BY_MEMBER(2)), IN("count", &t_size))
SYSCALL(openat, 0, &t_fd,
	IN("dfd", &t_dirfd), IN("filename", PTR(&t_path)), IN("flags", &t_open),
	IN("mode", &t_perm, .present = creates))
SYSCALL(poll, 0, NULL,
	INOUT("fds", PTR(&t_pollfd), .count = BY_MEMBER(1)), IN("nfds", &t_uint), IN("timeout", &t_int))
SYSCALL(writev, 0, NULL,
	IN("fd", &t_fd), IN("iov", PTR(&t_iovec), .count = BY_MEMBER(2)), IN("iovcnt", &t_uint))
SYSCALL(fstat, 0, NULL, IN("fd", &t_fd), OUT("statbuf", PTR(&t_stat)))
SYSCALL(lseek, 0, NULL, IN("fd", &t_fd), IN("offset", &t_long), IN("whence", &t_whence))
SYSCALL(mmap, 0, &t_address,
	IN("addr", &t_address), IN("len", &t_size), IN("prot", &t_prot), IN("flags", &t_plain))
SYSCALL_WITH(execve, 0, NULL, WITH(.flags = LUPE_SYSCALL_REPLACES_MEMORY),
	IN("filename", PTR(&t_path)),
	IN("argv", PTR(PTR(&t_string)), .count = TERMINATED),
	IN("envp", PTR(PTR(&t_string)), .count = TERMINATED, .flags = LUPE_MEMBER_VERBOSE))
SYSCALL(kill, 0, NULL, IN("pid", &t_int), IN("sig", &t_signal))
SYSCALL(rt_sigprocmask, 0, NULL, IN("set", PTR(&t_sigset)))
SYSCALL(pipe, 0, NULL, OUT("fds", PTR(ARRAY_OF(&t_fd, 2))))
SYSCALL(setuid, 0, NULL, IN("uid", &t_uid), OUT("p", PTR(&t_int)))
SYSCALL(umask, 0, &t_perm, IN("mask", &t_perm))
SYSCALL_WITH(exit_group, 0, NULL, WITH(.flags = LUPE_SYSCALL_NEVER_RETURNS), IN("status", &t_int))
SYSCALL_WITH(dup, 0, &t_fd, WITH(.annotate = annotate_three), IN("fd", &t_fd))
SYSCALL_NO_ARGS(getppid, 0, NULL, 0)
SYSCALL(getsockname, 0, NULL,
	IN("fd", &t_fd), OUT("addr", PTR(&t_bytes), .count = BY_POINTED(2)), INOUT("len", PTR(&t_uint)))
SYSCALL(sendfile, 0, NULL,
	IN("out", &t_fd), IN("in", &t_fd), UPDATED("offset", PTR(&t_size)), IN("count", &t_size))
};
/* clang-format on */

static const struct lupe_syscall *find(int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

/* --- the bench: 64 KB at BASE, nothing after it --- */

enum { BASE = 0x10000, SIZE = 0x10000, END = BASE + SIZE };

struct bench {
	unsigned char bytes[SIZE];
	struct lupe_memory_span span;
	struct lupe_memory memory;
	struct lupe_arena arena;
	struct lupe_buffer out;
	struct lupe_decode decode;
	struct lupe_strace_options options;
	struct lupe_call call;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->span = (struct lupe_memory_span){BASE, b->bytes, SIZE};
	b->memory = lupe_memory_over_span(&b->span);
	lupe_arena_init(&b->arena);
	lupe_buffer_init(&b->out);
	b->decode = (struct lupe_decode){
	    .arena = &b->arena, .memory = &b->memory, .limits = lupe_decode_limits_default};
	b->options = (struct lupe_strace_options){.string_max = 32};
	memset(b->bytes, 'a', SIZE);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	lupe_arena_deinit(&b->arena);
	lupe_buffer_deinit(&b->out);
	free(b);
	return 0;
}

static lupe_addr put(struct bench *b, lupe_addr address, const void *bytes, size_t size)
{
	memcpy(b->bytes + (address - BASE), bytes, size);
	return address;
}

#define PUT_STRING(b, address, text) put(b, address, text, sizeof(text))

/* The whole line of a call that ended with `result`. */
static const char *line(struct bench *b, int nr, int64_t result, const uint64_t args[6])
{
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};
	struct lupe_value *values;
	unsigned written;

	b->call.nr = nr;
	b->call.syscall = find(nr);
	b->call.result = result;
	b->call.finished = false;
	b->call.failed = result < 0 && result >= -4095;
	memcpy(b->call.args, args, sizeof(b->call.args));
	b->decode.limits.verbose = b->options.verbose;
	b->decode.limits.string_max = b->options.string_max;
	lupe_buffer_reset(&b->out);
	lupe_arena_reset(&b->arena);
	values = lupe_call_decode(&b->decode, &b->call);
	assert_non_null(values);
	written = lupe_strace_entry(&printer, &b->call, values);
	b->call.finished = true;
	values = lupe_call_decode(&b->decode, &b->call);
	assert_non_null(values);
	lupe_strace_exit(&printer, &b->call, values, written);
	lupe_buffer_string(&b->out, " = ");
	lupe_strace_result(&printer, &b->call, values);
	assert_false(b->out.failed);
	return lupe_buffer_text(&b->out);
}

#define LINE(b, nr, result, ...) line(b, nr, result, (const uint64_t[6]){__VA_ARGS__})

static void test_buffers(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_write, 32, 3, END - 32, 32),
			    "write(3, \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", 32) = 32");
	assert_string_equal(LINE(b, __NR_write, 33, 3, END - 33, 33),
			    "write(3, \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"..., 33) = 33");
	/* strace reads one byte more than it shows */
	assert_string_equal(LINE(b, __NR_write, 33, 3, END - 32, 33), "write(3, 0x1ffe0, 33) = 33");
	assert_string_equal(LINE(b, __NR_write, 10, 3, END - 10, 10),
			    "write(3, \"aaaaaaaaaa\", 10) = 10");
	assert_string_equal(LINE(b, __NR_write, 20, 3, END - 10, 20), "write(3, 0x1fff6, 20) = 20");
	assert_string_equal(LINE(b, __NR_write, 0, 3, 0, 0), "write(3, NULL, 0) = 0");
	assert_string_equal(LINE(b, __NR_write, 0, 3, END, 0), "write(3, \"\", 0) = 0");
	assert_string_equal(LINE(b, __NR_write, -14, 3, END - 40, UINT64_MAX),
			    "write(3, \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"..., "
			    "18446744073709551615) = -1 EFAULT (Bad address)");
}

static void test_escapes(void **state)
{
	struct bench *b = *state;
	static const char bytes[] =
	    "\0\1\0012\0018\0019\7\10\11\12\13\14\15\33\177\200\377\"\\a\"?'%";

	put(b, BASE, bytes, sizeof(bytes));
	assert_string_equal(
	    LINE(b, __NR_write, 27, 3, BASE, sizeof(bytes)),
	    "write(3, \"\\0\\1\\0012\\18\\19\\7\\10\\t\\n\\v\\f\\r\\33\\177\\200\\377"
	    "\\\"\\\\a\\\"?'%\\0\", 27) = 27");
	b->options.hex_strings = 1;
	assert_string_equal(LINE(b, __NR_write, 4, 3, BASE, 4),
			    "write(3, \"\\x00\\x01\\x01\\x32\", 4) = 4");
	PUT_STRING(b, BASE, "abc\n\v");
	assert_string_equal(LINE(b, __NR_write, 5, 3, BASE, 5), "write(3, \"abc\\n\\v\", 5) = 5");
	b->options.hex_strings = 2;
	assert_string_equal(LINE(b, __NR_write, 2, 3, BASE, 2), "write(3, \"\\x61\\x62\", 2) = 2");
	assert_string_equal(LINE(b, __NR_write, 0, 3, BASE, 0), "write(3, \"\", 0) = 0");
}

static void test_flow(void **state)
{
	struct bench *b = *state;
	struct stat st = {.st_mode = S_IFREG | S_ISUID | 0755, .st_size = 12};

	PUT_STRING(b, BASE, "data");
	assert_string_equal(LINE(b, __NR_read, 4, 3, BASE, 100), "read(3, \"data\", 100) = 4");
	assert_string_equal(LINE(b, __NR_read, 0, 3, BASE, 100), "read(3, \"\", 100) = 0");
	assert_string_equal(LINE(b, __NR_read, -9, 3, BASE, 100),
			    "read(3, 0x10000, 100) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(
	    LINE(b, __NR_read, -512, 3, BASE, 100),
	    "read(3, 0x10000, 100) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)");
	/* A lying kernel cannot make us read more than was asked for. */
	assert_string_equal(LINE(b, __NR_read, 1 << 20, 3, BASE, 2),
			    "read(3, \"da\", 2) = 1048576");
	put(b, BASE, &st, sizeof(st));
	assert_string_equal(LINE(b, __NR_fstat, 0, 3, BASE),
			    "fstat(3, {st_mode=S_IFREG|S_ISUID|0755, st_size=12, ...}) = 0");
	assert_string_equal(LINE(b, __NR_fstat, 0, 3, END - 100), "fstat(3, 0x1ff9c) = 0");
	assert_string_equal(LINE(b, __NR_fstat, -14, 3, 0),
			    "fstat(3, NULL) = -1 EFAULT (Bad address)");
	put(b, BASE, (int[]){3, 4}, 8);
	assert_string_equal(LINE(b, __NR_pipe, 0, BASE), "pipe([3, 4]) = 0");
	assert_string_equal(LINE(b, __NR_setuid, 0, UINT32_MAX, BASE), "setuid(-1, [3]) = 0");
}

static void test_entry_alone(void **state)
{
	struct bench *b = *state;
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};
	struct lupe_value *values;

	b->call = (struct lupe_call){.syscall = find(__NR_read), .args = {3, BASE, 5}};
	values = lupe_call_decode(&b->decode, &b->call);
	assert_int_equal(lupe_strace_entry(&printer, &b->call, values), 1);
	assert_string_equal(lupe_buffer_text(&b->out), "read(3, ");
	lupe_buffer_reset(&b->out);
	lupe_strace_result(&printer, &b->call, values);
	assert_string_equal(lupe_buffer_text(&b->out), "?");
	lupe_buffer_reset(&b->out);
	b->call = (struct lupe_call){.syscall = find(__NR_getppid)};
	values = lupe_call_decode(&b->decode, &b->call);
	assert_int_equal(lupe_strace_entry(&printer, &b->call, values), 0);
	assert_string_equal(lupe_buffer_text(&b->out), "getppid(");
}

/* The line of a call that changes 4 or 8 bytes at BASE between its entry and its exit. */
static const char *changing_line(struct bench *b, int nr, int64_t result, uint64_t before,
				 uint64_t after, const uint64_t args[6], bool keep)
{
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};
	struct lupe_value *entry, *values;
	unsigned written;

	lupe_buffer_reset(&b->out);
	lupe_arena_reset(&b->arena);
	b->call = (struct lupe_call){.syscall = find(nr), .nr = nr};
	memcpy(b->call.args, args, sizeof(b->call.args));
	put(b, BASE, &before, 8);
	entry = lupe_call_decode(&b->decode, &b->call);
	written = lupe_strace_entry(&printer, &b->call, entry);
	lupe_buffer_char(&b->out, '^');
	put(b, BASE, &after, 8);
	b->call.finished = true;
	b->call.result = result;
	b->call.failed = result < 0;
	b->call.entry = keep ? entry : NULL;
	values = lupe_call_decode(&b->decode, &b->call);
	lupe_strace_exit(&printer, &b->call, values, written);
	return lupe_buffer_text(&b->out);
}

#define CHANGING(b, nr, result, before, after, keep, ...)                                          \
	changing_line(b, nr, result, before, after, (const uint64_t[6]){__VA_ARGS__}, keep)

static void test_changes(void **state)
{
	struct bench *b = *state;
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};

	PUT_STRING(b, BASE + 64, "sockaddr");
	assert_string_equal(CHANGING(b, __NR_getsockname, 0, 110, 4, true, 3, BASE + 64, BASE),
			    "getsockname(3, ^\"sock\", [110 => 4])");
	assert_string_equal(CHANGING(b, __NR_getsockname, 0, 4, 4, true, 3, BASE + 64, BASE),
			    "getsockname(3, ^\"sock\", [4])");
	/* the kernel wanted to say more than there was room for */
	assert_string_equal(CHANGING(b, __NR_getsockname, 0, 2, 8, true, 3, BASE + 64, BASE),
			    "getsockname(3, ^\"so\", [2 => 8])");
	assert_string_equal(CHANGING(b, __NR_getsockname, -9, 110, 110, true, 3, BASE + 64, BASE),
			    "getsockname(3, ^0x10040, [110])");
	assert_string_equal(CHANGING(b, __NR_getsockname, 0, 110, 4, false, 3, BASE + 64, BASE),
			    "getsockname(3, ^\"sock\", [4])");
	assert_string_equal(CHANGING(b, __NR_getsockname, -14, 1, 1, true, 3, BASE + 64, 0),
			    "getsockname(3, ^0x10040, NULL)");
	assert_string_equal(CHANGING(b, __NR_sendfile, 10, 0, 10, true, 7, 6, BASE, 10),
			    "sendfile(7, 6, [0]^ => [10], 10)");
	assert_string_equal(CHANGING(b, __NR_sendfile, 0, 5, 5, true, 7, 6, BASE, 10),
			    "sendfile(7, 6, [5]^, 10)");
	assert_string_equal(CHANGING(b, __NR_sendfile, -22, 0, 10, true, 7, 6, BASE, 10),
			    "sendfile(7, 6, [0]^, 10)");
	assert_string_equal(CHANGING(b, __NR_sendfile, 10, 0, 0, true, 7, 6, 0, 10),
			    "sendfile(7, 6, NULL^, 10)");
	assert_string_equal(CHANGING(b, __NR_sendfile, -14, 0, 0, true, 7, 6, END, 10),
			    "sendfile(7, 6, 0x20000^, 10)");
	/* all of it at the exit */
	CHANGING(b, __NR_sendfile, 10, 0, 10, true, 7, 6, BASE, 10);
	lupe_buffer_reset(&b->out);
	lupe_strace_exit(&printer, &b->call, lupe_call_decode(&b->decode, &b->call), 0);
	assert_string_equal(lupe_buffer_text(&b->out), "7, 6, [0] => [10], 10)");
}

static void test_paths(void **state)
{
	struct bench *b = *state;
	char *expected;

	PUT_STRING(b, BASE, "/etc/a-name-that-is-longer-than-thirty-two-bytes");
	assert_string_equal(
	    LINE(b, __NR_openat, 3, AT_FDCWD, BASE, O_CLOEXEC),
	    "openat(AT_FDCWD, \"/etc/a-name-that-is-longer-than-thirty-two-bytes\", "
	    "O_RDONLY|O_CLOEXEC) = 3");
	assert_string_equal(LINE(b, __NR_openat, 3, 5, END - 10, 1),
			    "openat(5, 0x1fff6, O_WRONLY) = 3");
	assert_string_equal(LINE(b, __NR_openat, -14, 5, 0, 0),
			    "openat(5, NULL, O_RDONLY) = -1 EFAULT (Bad address)");
	PUT_STRING(b, BASE, "x");
	assert_string_equal(LINE(b, __NR_openat, 3, 5, BASE, O_CREAT | O_RDWR | 0x40000000, 0),
			    "openat(5, \"x\", O_RDWR|O_CREAT|0x40000000, 000) = 3");
	/* PATH_MAX is with the NUL: 4095 bytes are shown, and told to be cut */
	memset(b->bytes, 'p', 8192);
	expected = malloc(5000);
	strcpy(expected, "openat(5, \"");
	memset(expected + 11, 'p', 4095);
	strcpy(expected + 11 + 4095, "\"..., O_RDONLY) = 3");
	assert_string_equal(LINE(b, __NR_openat, 3, 5, BASE, 0), expected);
	free(expected);
	/* and not more is read than they need */
	memset(b->bytes, 'p', SIZE);
	assert_non_null(strstr(LINE(b, __NR_openat, 3, 5, END - 4096, 0), "p\"..., O_RDONLY)"));
	assert_string_equal(LINE(b, __NR_openat, 3, 5, END - 4095, 0),
			    "openat(5, 0x1f001, O_RDONLY) = 3");
}

static void test_arrays(void **state)
{
	struct bench *b = *state;
	struct pollfd fds[40];
	struct iovec iov[3] = {{(void *)(uintptr_t)BASE, 3}, {(void *)(uintptr_t)END, 4}, {0}};
	const char *text;
	int i;

	for (i = 0; i < 40; i++)
		fds[i] = (struct pollfd){.fd = -1, .events = i == 0 ? POLLIN : 0};
	put(b, END - 16, fds, 16);
	assert_string_equal(LINE(b, __NR_poll, 0, END - 16, 2, 0),
			    "poll([{fd=-1, events=POLLIN}, {fd=-1}], 2, 0) = 0");
	assert_string_equal(LINE(b, __NR_poll, -14, END - 16, 3, 0),
			    "poll([{fd=-1, events=POLLIN}, {fd=-1}, ... /* 0x20000 */], 3, 0) = -1 "
			    "EFAULT (Bad address)");
	assert_string_equal(LINE(b, __NR_poll, -14, END, 1, 0),
			    "poll(0x20000, 1, 0) = -1 EFAULT (Bad address)");
	assert_string_equal(LINE(b, __NR_poll, 0, END - 16, 0, 0), "poll([], 0, 0) = 0");
	assert_string_equal(LINE(b, __NR_poll, -14, 0, 1, 0),
			    "poll(NULL, 1, 0) = -1 EFAULT (Bad address)");
	put(b, BASE, fds, sizeof(fds));
	text = LINE(b, __NR_poll, 0, BASE, 33, 0);
	assert_non_null(strstr(text, "{fd=-1}, ...], 33, 0) = 0"));
	text = LINE(b, __NR_poll, 0, BASE, 32, 0);
	assert_non_null(strstr(text, "{fd=-1}], 32, 0) = 0"));
	b->decode.limits.array_max = 0; /* -s 0 */
	assert_string_equal(LINE(b, __NR_poll, 0, BASE, 3, 0), "poll([...], 3, 0) = 0");
	assert_string_equal(LINE(b, __NR_poll, 0, END, 3, 0), "poll(0x20000, 3, 0) = 0");
	b->decode.limits.array_max = 32;
	PUT_STRING(b, BASE, "abc");
	put(b, BASE + 64, iov, sizeof(iov));
	assert_string_equal(
	    LINE(b, __NR_writev, 7, 3, BASE + 64, 3),
	    "writev(3, [{iov_base=\"abc\", iov_len=3}, {iov_base=0x20000, iov_len=4}, "
	    "{iov_base=NULL, iov_len=0}], 3) = 7");
	assert_string_equal(LINE(b, __NR_writev, -14, 3, END - 8, 1),
			    "writev(3, 0x1fff8, 1) = -1 EFAULT (Bad address)");
}

static void test_argv(void **state)
{
	struct bench *b = *state;
	uint64_t argv[] = {BASE, BASE + 2, 0}, broken[] = {BASE, 1};
	uint64_t many[40];
	const char *text;
	size_t i;

	put(b, BASE, "x\0y\n", 5);
	put(b, BASE + 64, argv, sizeof(argv));
	put(b, END - 16, broken, sizeof(broken));
	assert_string_equal(LINE(b, __NR_execve, -2, BASE, BASE + 64, BASE + 64 + 8),
			    "execve(\"x\", [\"x\", \"y\\n\"], 0x10048 /* 1 var */) = -1 ENOENT "
			    "(No such file or directory)");
	assert_string_equal(LINE(b, __NR_execve, -2, BASE, END - 16, END - 16),
			    "execve(\"x\", [\"x\", 0x1, ... /* 0x20000 */], 0x1fff0 /* 2 vars, "
			    "unterminated */) = -1 ENOENT (No such file or directory)");
	assert_string_equal(
	    LINE(b, __NR_execve, -2, BASE, END, END),
	    "execve(\"x\", 0x20000, 0x20000) = -1 ENOENT (No such file or directory)");
	assert_string_equal(LINE(b, __NR_execve, -2, BASE, BASE + 80, 0),
			    "execve(\"x\", [], NULL) = -1 ENOENT (No such file or directory)");
	for (i = 0; i < 39; i++)
		many[i] = BASE;
	many[39] = 0;
	put(b, BASE + 512, many, sizeof(many));
	text = LINE(b, __NR_execve, -2, BASE, BASE + 512, BASE + 80);
	assert_non_null(strstr(text, "\"x\", ...], 0x10050 /* 0 vars */)"));
	/* after a success that memory is gone: addresses, never what now lies there */
	{
		struct lupe_printer printer = {.out = &b->out, .options = &b->options};
		struct lupe_value *values;

		b->call = (struct lupe_call){.syscall = find(__NR_execve),
					     .args = {BASE, BASE + 64, BASE + 64},
					     .finished = true};
		values = lupe_call_decode(&b->decode, &b->call);
		assert_int_equal(values->children[0].flags, LUPE_VALUE_OPAQUE);
		lupe_buffer_reset(&b->out);
		lupe_strace_exit(&printer, &b->call, values, 0);
		assert_string_equal(lupe_buffer_text(&b->out), "0x10000, 0x10040, 0x10040)");
	}
	b->options.verbose = true;
	b->decode.limits.array_max = SIZE_MAX; /* -v: all of it */
	text = LINE(b, __NR_execve, -2, BASE, BASE + 512, BASE + 80);
	assert_non_null(strstr(text, "\"x\", \"x\"], []) = -1 ENOENT"));
	assert_string_equal(LINE(b, __NR_execve, -2, BASE, BASE + 64, BASE + 64 + 8),
			    "execve(\"x\", [\"x\", \"y\\n\"], [\"y\\n\"]) = -1 ENOENT "
			    "(No such file or directory)");
}

static void test_symbols(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_lseek, -22, 3, -5, 9),
			    "lseek(3, -5, 0x9 /* SEEK_??? */) = -1 EINVAL (Invalid argument)");
	assert_string_equal(
	    LINE(b, __NR_lseek, -22, 3, 5, UINT32_MAX),
	    "lseek(3, 5, 0xffffffff /* SEEK_??? */) = -1 EINVAL (Invalid argument)");
	assert_string_equal(LINE(b, __NR_mmap, 0x7f0000000000, 0, 0, 0, 0),
			    "mmap(NULL, 0, PROT_NONE, 0) = 0x7f0000000000");
	assert_string_equal(LINE(b, __NR_mmap, -9, 4096, 1, 0x100, 0x10),
			    "mmap(0x1000, 1, 0x100 /* PROT_??? */, 0x10 /* X_??? */) = -1 EBADF "
			    "(Bad file descriptor)");
	assert_string_equal(LINE(b, __NR_mmap, 0, 4096, 1, 0x101, 0x13),
			    "mmap(0x1000, 1, PROT_READ|0x100, X_A|X_B|0x10) = 0");
	b->options.xlat = LUPE_XLAT_RAW;
	assert_string_equal(LINE(b, __NR_mmap, 0, 4096, 1, 0x101, 0),
			    "mmap(0x1000, 1, 0x101, 0) = 0");
	assert_string_equal(LINE(b, __NR_openat, 3, AT_FDCWD, 0, 0), "openat(-100, NULL, 0) = 3");
	b->options.xlat = LUPE_XLAT_VERBOSE;
	assert_string_equal(LINE(b, __NR_openat, 3, AT_FDCWD, 0, 0),
			    "openat(-100 /* AT_FDCWD */, NULL, 0 /* O_RDONLY */) = 3");
	assert_string_equal(
	    LINE(b, __NR_mmap, 0, 4096, 1, 0x101, 0x10),
	    "mmap(0x1000, 1, 0x101 /* PROT_READ|0x100 */, 0x10 /* X_??? */) = 0");
	assert_string_equal(LINE(b, __NR_mmap, 0, 4096, 1, 0x100, 0),
			    "mmap(0x1000, 1, 0x100 /* PROT_??? */, 0) = 0");
}

static void test_signals(void **state)
{
	struct bench *b = *state;
	static const struct {
		uint64_t mask;
		const char *text;
	} sets[] = {
	    {0, "[]"},
	    {2, "[INT]"},
	    {0x10002, "[INT CHLD]"},
	    {UINT64_MAX, "~[]"},
	    {~UINT64_C(1), "~[HUP]"},
	    {UINT64_C(1) << 31, "[RTMIN]"},
	    {UINT64_C(1) << 63, "[RT_32]"},
	    {~(UINT64_C(3) << 31), "~[RTMIN RT_1]"},
	    {UINT64_C(0xfffffffe7ffbfeff), "~[KILL STOP RTMIN RT_1]"},
	};
	char expected[200];
	size_t i;

	assert_string_equal(LINE(b, __NR_kill, 0, 7, 34), "kill(7, SIGRT_2) = 0");
	assert_string_equal(LINE(b, __NR_kill, 0, 7, 32), "kill(7, SIGRTMIN) = 0");
	assert_string_equal(LINE(b, __NR_kill, 0, 7, 29), "kill(7, SIGIO) = 0");
	assert_string_equal(LINE(b, __NR_kill, 0, 7, 0), "kill(7, 0) = 0");
	assert_string_equal(LINE(b, __NR_kill, -22, -1, 65),
			    "kill(-1, 65) = -1 EINVAL (Invalid argument)");
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		put(b, BASE, &sets[i].mask, 8);
		snprintf(expected, sizeof(expected), "rt_sigprocmask(%s) = 0", sets[i].text);
		assert_string_equal(LINE(b, __NR_rt_sigprocmask, 0, BASE), expected);
	}
	/* 42 of 64 turn it round */
	put(b, BASE, &(uint64_t){(UINT64_C(1) << 41) - 1}, 8);
	assert_non_null(strstr(LINE(b, __NR_rt_sigprocmask, 0, BASE), "([HUP INT "));
	put(b, BASE, &(uint64_t){(UINT64_C(1) << 42) - 1}, 8);
	assert_non_null(strstr(LINE(b, __NR_rt_sigprocmask, 0, BASE), "(~[RT_11 RT_12 "));
	b->options.xlat = LUPE_XLAT_VERBOSE;
	put(b, BASE, &(uint64_t){0x10002}, 8);
	assert_string_equal(LINE(b, __NR_rt_sigprocmask, 0, BASE),
			    "rt_sigprocmask([2 /* INT */ 17 /* CHLD */]) = 0");
	assert_string_equal(LINE(b, __NR_kill, 0, 7, 34), "kill(7, 34 /* SIGRT_2 */) = 0");
	b->options.xlat = LUPE_XLAT_RAW;
	assert_string_equal(LINE(b, __NR_rt_sigprocmask, 0, BASE), "rt_sigprocmask([2 17]) = 0");
}

static void test_results(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_getppid, 5, 0), "getppid() = 5");
	assert_string_equal(LINE(b, __NR_umask, 022, 0), "umask(000) = 022");
	assert_string_equal(LINE(b, __NR_umask, 0, 022), "umask(022) = 000");
	assert_string_equal(LINE(b, __NR_exit_group, 0, 256), "exit_group(256) = 0");
	assert_string_equal(LINE(b, __NR_dup, 3, 1), "dup(1) = 3 (three)");
	assert_string_equal(LINE(b, __NR_dup, 4, 1), "dup(1) = 4");
	assert_string_equal(LINE(b, __NR_dup, -600, 1), "dup(1) = -1 (errno 600)");
	assert_string_equal(LINE(b, __NR_dup, -41, 1), "dup(1) = -1 (errno 41)");
	assert_string_equal(LINE(b, __NR_dup, -515, 1),
			    "dup(1) = -1 ENOIOCTLCMD (Unknown error 515)");
	assert_string_equal(LINE(b, __NR_dup, -516, 1),
			    "dup(1) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)");
	assert_string_equal(LINE(b, 999, -38, 1, 2, 3, 4, 5, 6),
			    "syscall_0x3e7(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = -1 ENOSYS "
			    "(Function not implemented)");
	assert_string_equal(LINE(b, -1, -38, 1, 0),
			    "syscall_0xffffffffffffffff(0x1, 0, 0, 0, 0, 0) = -1 ENOSYS "
			    "(Function not implemented)");
	b->call.injected = true;
	assert_string_equal(LINE(b, __NR_dup, 3, 1), "dup(1) = 3 (three) (INJECTED)");
	assert_string_equal(LINE(b, __NR_umask, -2, 0),
			    "umask(000) = -1 ENOENT (No such file or directory) (INJECTED)");
}

static void print_fd(void *context, struct lupe_buffer *out, int pid, int fd)
{
	assert_ptr_equal(context, &calls);
	lupe_buffer_printf(out, "</%d/%d>", pid, fd);
}

static void test_descriptors(void **state)
{
	struct bench *b = *state;

	b->options.fd_paths = 1;
	b->options.print_fd = print_fd;
	b->options.context = (void *)&calls;
	b->options.pid = 7;
	assert_string_equal(LINE(b, __NR_dup, 4, 1), "dup(1</7/1>) = 4</7/4>");
	assert_string_equal(LINE(b, __NR_dup, -9, -1), "dup(-1) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(LINE(b, __NR_openat, 3, AT_FDCWD, 0, 0),
			    "openat(AT_FDCWD</7/-100>, NULL, O_RDONLY) = 3</7/3>");
	b->options.xlat = LUPE_XLAT_VERBOSE;
	assert_string_equal(
	    LINE(b, __NR_openat, 3, AT_FDCWD, 0, 0),
	    "openat(-100 /* AT_FDCWD */</7/-100>, NULL, 0 /* O_RDONLY */) = 3</7/3>");
	b->options = (struct lupe_strace_options){.string_max = 32, .arg_names = true};
	assert_string_equal(LINE(b, __NR_dup, 4, 1), "dup(fd=1) = 4");
}

struct timespec_type {
	int64_t tv_sec, tv_nsec;
};

struct timeval_type {
	int64_t tv_sec, tv_usec;
};

static const struct lupe_type t_timespec = {.kind = LUPE_KIND_STRUCT,
					    .role = LUPE_ROLE_TIME,
					    .size = 16,
					    MEMBERS(FIELD(struct timespec_type, tv_sec, &t_long),
						    FIELD(struct timespec_type, tv_nsec, &t_size))};
static const struct lupe_type t_timeval = {.kind = LUPE_KIND_STRUCT,
					   .role = LUPE_ROLE_TIME,
					   .size = 16,
					   MEMBERS(FIELD(struct timeval_type, tv_sec, &t_long),
						   FIELD(struct timeval_type, tv_usec, &t_size))};

/* --- roles, one value each --- */

static const char *role(struct bench *b, const struct lupe_type *type, const void *bytes,
			size_t size)
{
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};
	struct lupe_value *value;

	value = lupe_value_over(&b->decode, type, 0, bytes, size);
	assert_non_null(value);
	lupe_buffer_reset(&b->out);
	lupe_strace_value(&printer, value);
	return lupe_buffer_text(&b->out);
}

static void test_modes_and_devices(void **state)
{
	struct bench *b = *state;
	static const struct {
		uint32_t mode;
		const char *text, *raw, *verbose;
	} modes[] = {
	    {S_IFCHR | 0666, "S_IFCHR|0666", "020666", "020666 /* S_IFCHR|0666 */"},
	    {S_IFDIR | 01777, "S_IFDIR|S_ISVTX|0777", "041777",
	     "041777 /* S_IFDIR|S_ISVTX|0777 */"},
	    {S_IFREG | 04755, "S_IFREG|S_ISUID|0755", "0104755",
	     "0104755 /* S_IFREG|S_ISUID|0755 */"},
	    {0644, "0644", "0644", "0644 /* 0644 */"},
	    {0170644, "0170644", "0170644", "0170644"},
	    {0, "000", "000", "000 /* 000 */"},
	    {7, "007", "007", "007 /* 007 */"},
	    {06755, "S_ISUID|S_ISGID|0755", "06755", "06755 /* S_ISUID|S_ISGID|0755 */"},
	};
	uint64_t dev = 0x801;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		b->options.xlat = LUPE_XLAT_ABBREV;
		assert_string_equal(role(b, &t_mode, &modes[i].mode, 4), modes[i].text);
		b->options.xlat = LUPE_XLAT_RAW;
		assert_string_equal(role(b, &t_mode, &modes[i].mode, 4), modes[i].raw);
		b->options.xlat = LUPE_XLAT_VERBOSE;
		assert_string_equal(role(b, &t_mode, &modes[i].mode, 4), modes[i].verbose);
	}
	assert_string_equal(role(b, &t_dev, &dev, 8), "0x801 /* makedev(0x8, 0x1) */");
	b->options.xlat = LUPE_XLAT_RAW;
	assert_string_equal(role(b, &t_dev, &dev, 8), "0x801");
	b->options.xlat = LUPE_XLAT_ABBREV;
	assert_string_equal(role(b, &t_dev, &dev, 8), "makedev(0x8, 0x1)");
	dev = 6;
	assert_string_equal(role(b, &t_dev, &dev, 8), "makedev(0, 0x6)");
}

static void test_network(void **state)
{
	struct bench *b = *state;
	unsigned char port[2] = {0, 80}, v4[4] = {127, 0, 0, 1}, v6[16] = {0xfe, 0x80, [15] = 1};

	assert_string_equal(role(b, &t_port, port, 2), "htons(80)");
	assert_string_equal(role(b, &t_ipv4, v4, 4), "inet_addr(\"127.0.0.1\")");
	assert_string_equal(role(b, &t_ipv6, v6, 16), "inet_pton(AF_INET6, \"fe80::1\")");
	b->options.xlat = LUPE_XLAT_RAW;
	assert_string_equal(role(b, &t_port, port, 2), "\"\\x00\\x50\"");
	b->options.xlat = LUPE_XLAT_VERBOSE;
	assert_string_equal(role(b, &t_port, port, 2), "\"\\x00\\x50\" /* htons(80) */");
	assert_string_equal(role(b, &t_ipv4, v4, 4),
			    "\"\\x7f\\x00\\x00\\x01\" /* inet_addr(\"127.0.0.1\") */");
}

struct in6 {
	unsigned char sin6_addr[16];
	uint32_t scope;
};

static STRUCT(t_in6, struct in6, FIELD(struct in6, sin6_addr, &t_ipv6),
	      FIELD(struct in6, scope, &t_uint))

    static void test_ipv6_member(void **state)
{
	struct bench *b = *state;
	struct in6 in6 = {.sin6_addr = {[15] = 1}, .scope = 2};

	assert_string_equal(role(b, &t_in6, &in6, sizeof(in6)),
			    "{inet_pton(AF_INET6, \"::1\", &sin6_addr), scope=2}");
	b->options.xlat = LUPE_XLAT_RAW;
	assert_string_equal(
	    role(b, &t_in6, &in6, sizeof(in6)),
	    "{sin6_addr=\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
	    "\\x00\\x00\\x00\\x01\", scope=2}");
}

static void test_times(void **state)
{
	struct bench *b = *state;
	struct stat st = {.st_atim = {1795183808, 158367091}, .st_mode = S_IFREG};

	setenv("TZ", "UTC", 1);
	b->options.verbose = true;
	assert_string_equal(role(b, &t_stat, &st, sizeof(st)),
			    "{st_dev=makedev(0, 0), st_mode=S_IFREG|000, st_size=0, "
			    "st_atime=1795183808 /* 2026-11-20T14:10:08.158367091+0000 */, "
			    "st_atime_nsec=158367091}");
	assert_string_equal(role(b, &t_timespec, (int64_t[]){0, 5}, 16),
			    "{tv_sec=0, tv_nsec=5} /* 1970-01-01T00:00:00.000000005+0000 */");
	assert_string_equal(role(b, &t_timespec, (int64_t[]){-5, 0}, 16),
			    "{tv_sec=-5, tv_nsec=0} /* 1969-12-31T23:59:55+0000 */");
	assert_string_equal(role(b, &t_timespec, (int64_t[]){0, 0}, 16), "{tv_sec=0, tv_nsec=0}");
	assert_string_equal(role(b, &t_timespec, (int64_t[]){-5, 2000000000}, 16),
			    "{tv_sec=-5, tv_nsec=2000000000}");
	assert_string_equal(role(b, &t_timespec, (int64_t[]){INT64_C(1) << 62, 0}, 16),
			    "{tv_sec=4611686018427387904, tv_nsec=0}");
	assert_string_equal(role(b, &t_timeval, (int64_t[]){5, 6}, 16),
			    "{tv_sec=5, tv_usec=6} /* 1970-01-01T00:00:05.000006+0000 */");
	assert_string_equal(role(b, &t_time, (int64_t[]){5}, 8),
			    "5 /* 1970-01-01T00:00:05+0000 */");
	st.st_atim.tv_nsec = 0;
	assert_non_null(
	    strstr(role(b, &t_stat, &st, sizeof(st)),
		   "st_atime=1795183808 /* 2026-11-20T14:10:08+0000 */, st_atime_nsec=0}"));
}

static void test_names(void **state)
{
	char buffer[16];
	(void)state;

	assert_string_equal(lupe_errno_name(2), "ENOENT");
	assert_string_equal(lupe_errno_name(11), "EAGAIN");
	assert_string_equal(lupe_errno_name(512), "ERESTARTSYS");
	assert_null(lupe_errno_name(0));
	assert_null(lupe_errno_name(-2));
	assert_null(lupe_errno_name(41));
	assert_int_equal(lupe_errno_number("EWOULDBLOCK"), 11);
	assert_int_equal(lupe_errno_number("ENOSPC"), 28);
	assert_int_equal(lupe_errno_number("ERESTART_RESTARTBLOCK"), 516);
	assert_int_equal(lupe_errno_number("ENOENTX"), 0);
	assert_string_equal(lupe_signal_name(9, buffer), "SIGKILL");
	assert_string_equal(lupe_signal_name(33, buffer), "SIGRT_1");
	assert_string_equal(lupe_signal_name(INT32_MIN, buffer), "-2147483648");
	assert_int_equal(lupe_signal_number("SIGINT"), 2);
	assert_int_equal(lupe_signal_number("INT"), 2);
	assert_int_equal(lupe_signal_number("10"), 10);
	assert_int_equal(lupe_signal_number("SIGRT_2"), 34);
	assert_int_equal(lupe_signal_number("SIGRTMIN+2"), 34);
	assert_int_equal(lupe_signal_number("RTMAX-1"), 63);
	assert_int_equal(lupe_signal_number("SIGCLD"), 17);
	assert_int_equal(lupe_signal_number("65"), -1);
	assert_int_equal(lupe_signal_number("SIGNOPE"), -1);
	assert_int_equal(lupe_signal_number(""), -1);
	assert_int_equal(lupe_signal_number("RTMIN+x"), -1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_buffers),
	    TEST(test_escapes),
	    TEST(test_flow),
	    TEST(test_entry_alone),
	    TEST(test_changes),
	    TEST(test_paths),
	    TEST(test_arrays),
	    TEST(test_argv),
	    TEST(test_symbols),
	    TEST(test_signals),
	    TEST(test_results),
	    TEST(test_descriptors),
	    TEST(test_modes_and_devices),
	    TEST(test_network),
	    TEST(test_ipv6_member),
	    TEST(test_times),
	    TEST(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
