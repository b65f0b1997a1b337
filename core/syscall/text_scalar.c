/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as strace writes them, by role. With -X raw a symbolic one is its number, with -X verbose
 * the number and the symbol in a comment.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "base/cleanup.h"
#include "syscall/text.h"
#include "type/decode.h"
#include "type/symbols.h"

enum {
	SIGNALS_INVERTED_FROM =
	    42 /* of 64: more than this many are told by those that are missing */
};

void lupe_strace_address(struct lupe_printer *printer, lupe_addr address)
{
	if (address)
		lupe_buffer_hex(printer->out, address);
	else
		lupe_buffer_bytes(printer->out, "NULL", 4);
}

void lupe_strace_comment(struct lupe_printer *printer, const char *text)
{
	lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_string(printer->out, text);
	lupe_buffer_bytes(printer->out, " */", 3);
}

void lupe_strace_hex(struct lupe_printer *printer, uint64_t number)
{
	if (number)
		lupe_buffer_hex(printer->out, number);
	else
		lupe_buffer_char(printer->out, '0');
}

void lupe_strace_symbol(struct lupe_printer *printer, const struct lupe_type *type, uint64_t number)
{
	struct lupe_buffer *out = printer->out;
	uint64_t narrow = lupe_symbols_narrow(type, number);
	size_t before;

	if (printer->options->xlat == LUPE_XLAT_ABBREV) {
		if (lupe_symbols_append(out, type, number))
			return;
	}
	if (type->role == LUPE_ROLE_DECIMAL)
		lupe_buffer_decimal(out, (int64_t)narrow);
	else
		lupe_strace_hex(printer, narrow);
	if (printer->options->xlat == LUPE_XLAT_RAW)
		return;
	if (printer->options->xlat == LUPE_XLAT_VERBOSE) {
		before = out->length;
		lupe_buffer_bytes(out, " /* ", 4);
		if (lupe_symbols_append(out, type, number)) {
			lupe_buffer_bytes(out, " */", 3);
			return;
		}
		lupe_buffer_truncate(out, before);
	}
	if (type->unknown && (narrow || type->kind == LUPE_KIND_ENUM))
		lupe_strace_comment(printer, type->unknown);
}

/* --- modes --- */

void lupe_strace_mode_number(struct lupe_printer *printer, uint64_t mode)
{
	if (mode < 8) {
		char text[3] = {'0', '0', '0' + (int)mode};

		lupe_buffer_bytes(printer->out, text, sizeof(text));
	} else {
		lupe_buffer_octal(printer->out, mode);
	}
}

static const char *file_type(uint64_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "S_IFREG";
	case S_IFDIR:
		return "S_IFDIR";
	case S_IFLNK:
		return "S_IFLNK";
	case S_IFCHR:
		return "S_IFCHR";
	case S_IFBLK:
		return "S_IFBLK";
	case S_IFIFO:
		return "S_IFIFO";
	case S_IFSOCK:
		return "S_IFSOCK";
	case 0:
		return ""; /* epoll and its kin have files of no type */
	default:
		return NULL;
	}
}

void lupe_strace_mode(struct lupe_printer *printer, uint64_t mode)
{
	static const struct {
		unsigned bit;
		const char *name;
	} special[] = {{S_ISUID, "S_ISUID|"}, {S_ISGID, "S_ISGID|"}, {S_ISVTX, "S_ISVTX|"}};
	const char *type = file_type(mode);
	enum lupe_xlat xlat = printer->options->xlat;
	size_t i;

	if (!type || xlat != LUPE_XLAT_ABBREV)
		lupe_strace_mode_number(printer, mode);
	if (!type || xlat == LUPE_XLAT_RAW)
		return;
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_string(printer->out, type);
	if (*type)
		lupe_buffer_char(printer->out, '|');
	for (i = 0; i < ARRAY_SIZE(special); i++)
		if (mode & special[i].bit)
			lupe_buffer_string(printer->out, special[i].name);
	lupe_strace_mode_number(printer, mode & ~(uint64_t)(S_IFMT | S_ISUID | S_ISGID | S_ISVTX));
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_bytes(printer->out, " */", 3);
}

/* --- descriptors, ids, signals --- */

static void fd_path(struct lupe_printer *printer, int fd)
{
	const struct lupe_strace_options *options = printer->options;

	if (options->fd_paths && options->print_fd)
		options->print_fd(options->context, printer->out, options->pid, fd);
}

void lupe_strace_fd(struct lupe_printer *printer, int fd)
{
	lupe_buffer_decimal(printer->out, fd);
	if (fd >= 0)
		fd_path(printer, fd);
}

void lupe_strace_pid(struct lupe_printer *printer, int pid)
{
	const struct lupe_strace_options *options = printer->options;

	lupe_buffer_decimal(printer->out, pid);
	if (pid > 0 && options->print_pid)
		options->print_pid(options->context, printer->out, options->pid, pid);
}

/* A name for a decimal number, by -X. */
static void named_decimal(struct lupe_printer *printer, int64_t number, const char *name)
{
	if (printer->options->xlat == LUPE_XLAT_ABBREV) {
		lupe_buffer_string(printer->out, name);
		return;
	}
	lupe_buffer_decimal(printer->out, number);
	if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_strace_comment(printer, name);
}

void lupe_strace_dirfd(struct lupe_printer *printer, int fd)
{
	if (fd != AT_FDCWD) {
		lupe_strace_fd(printer, fd);
		return;
	}
	named_decimal(printer, fd, "AT_FDCWD");
	fd_path(printer, fd);
}

void lupe_strace_signal(struct lupe_printer *printer, int signal)
{
	char buffer[16];
	const char *name = lupe_signal_name(signal, buffer);

	if (*name == 'S')
		named_decimal(printer, signal, name);
	else
		lupe_buffer_decimal(printer->out, signal);
}

static void print_errno(struct lupe_printer *printer, uint64_t number)
{
	const char *name = number < 4096 ? lupe_errno_name((int)number) : NULL;

	if (name)
		named_decimal(printer, (int64_t)number, name);
	else
		lupe_buffer_unsigned(printer->out, number);
}

void lupe_strace_uid(struct lupe_printer *printer, uint32_t id)
{
	if (id == UINT32_MAX)
		lupe_buffer_bytes(printer->out, "-1", 2);
	else
		lupe_buffer_unsigned(printer->out, id);
}

static void sigset_member(struct lupe_printer *printer, int signal)
{
	char buffer[16];
	const char *name = lupe_signal_name(signal, buffer);

	named_decimal(printer, signal, *name == 'S' ? name + 3 : name);
}

void lupe_strace_sigset(struct lupe_printer *printer, const void *mask, size_t size)
{
	uint64_t set = 0;
	unsigned signal, count;
	bool first = true;

	memcpy(&set, mask, MIN(size, sizeof(set)));
	count = __builtin_popcountll(set);
	if (count >= SIGNALS_INVERTED_FROM) {
		set = ~set;
		if (size < sizeof(set))
			set &= (UINT64_C(1) << size * 8) - 1;
		lupe_buffer_char(printer->out, '~');
	}
	lupe_buffer_char(printer->out, '[');
	for (signal = 1; signal <= 64; signal++) {
		if (!(set >> (signal - 1) & 1))
			continue;
		if (!first)
			lupe_buffer_char(printer->out, ' ');
		first = false;
		sigset_member(printer, (int)signal);
	}
	lupe_buffer_char(printer->out, ']');
}

/* --- devices, addresses --- */

static void print_dev(struct lupe_printer *printer, uint64_t dev)
{
	enum lupe_xlat xlat = printer->options->xlat;

	if (xlat != LUPE_XLAT_ABBREV)
		lupe_strace_hex(printer, dev);
	if (xlat == LUPE_XLAT_RAW)
		return;
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_string(printer->out, "makedev(");
	lupe_strace_hex(printer, major(dev));
	lupe_buffer_bytes(printer->out, ", ", 2);
	lupe_strace_hex(printer, minor(dev));
	lupe_buffer_char(printer->out, ')');
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_bytes(printer->out, " */", 3);
}

/* Network bytes: unless abbreviated, the bytes themselves, always in hexadecimal. */
static bool open_network(struct lupe_printer *printer, const void *bytes, size_t size)
{
	struct lupe_strace_options hex = *printer->options;
	struct lupe_printer inner = *printer;

	if (printer->options->xlat == LUPE_XLAT_ABBREV)
		return true;
	hex.hex_strings = 2;
	inner.options = &hex;
	lupe_strace_quoted(&inner, bytes, size, false);
	if (printer->options->xlat == LUPE_XLAT_RAW)
		return false;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	return true;
}

static void close_network(struct lupe_printer *printer)
{
	if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_bytes(printer->out, " */", 3);
}

/* htons(80); four bytes wide, htonl(0). */
static void print_port(struct lupe_printer *printer, uint64_t number, uint32_t size)
{
	if (!open_network(printer, &number, MIN(size, sizeof(number))))
		return;
	lupe_buffer_string(printer->out, size == 4 ? "htonl(" : "htons(");
	lupe_buffer_unsigned(printer->out,
			     size == 4 ? ntohl((uint32_t)number) : ntohs((uint16_t)number));
	lupe_buffer_char(printer->out, ')');
	close_network(printer);
}

static void print_ipv4(struct lupe_printer *printer, uint32_t address)
{
	char text[INET_ADDRSTRLEN];

	if (!open_network(printer, &address, sizeof(address)))
		return;
	inet_ntop(AF_INET, &address, text, sizeof(text));
	lupe_buffer_string(printer->out, "inet_addr(\"");
	lupe_buffer_string(printer->out, text);
	lupe_buffer_string(printer->out, "\")");
	close_network(printer);
}

/* With the name of the member that would take it: a member of this role prints without its "name=".
 */
static void print_ipv6(struct lupe_printer *printer, const struct lupe_value *value)
{
	char text[INET6_ADDRSTRLEN];

	if (!open_network(printer, value->bytes, 16))
		return;
	inet_ntop(AF_INET6, value->bytes, text, sizeof(text));
	lupe_buffer_string(printer->out, "inet_pton(AF_INET6, \"");
	lupe_buffer_string(printer->out, text);
	lupe_buffer_char(printer->out, '"');
	if (printer->options->xlat == LUPE_XLAT_ABBREV && value->member && value->member->name) {
		lupe_buffer_string(printer->out, ", &");
		lupe_buffer_string(printer->out, value->member->name);
	}
	lupe_buffer_char(printer->out, ')');
	close_network(printer);
}

/* --- any scalar --- */

static void print_number(struct lupe_printer *printer, const struct lupe_value *value,
			 const struct lupe_type *type)
{
	if (type->kind == LUPE_KIND_FLOAT)
		lupe_buffer_printf(printer->out, "%.17g", value->f);
	else if (lupe_kind_is_signed(type))
		lupe_buffer_decimal(printer->out, value->i);
	else
		lupe_buffer_unsigned(printer->out, value->u);
}

/* Long because it is one case for each role. */
void lupe_strace_scalar(struct lupe_printer *printer, const struct lupe_value *value,
			const struct lupe_type *type)
{
	if (type->kind == LUPE_KIND_ENUM || type->kind == LUPE_KIND_FLAGS) {
		lupe_strace_symbol(printer, type, value->u);
		return;
	}
	switch (type->role) {
	case LUPE_ROLE_PID:
	case LUPE_ROLE_TID:
	case LUPE_ROLE_PGID:
		lupe_strace_pid(printer, (int)value->i);
		break;
	case LUPE_ROLE_NONE:
	case LUPE_ROLE_PATH:
	case LUPE_ROLE_DECIMAL:
		print_number(printer, value, type);
		break;
	case LUPE_ROLE_HEX:
		lupe_strace_hex(printer, lupe_symbols_narrow(type, value->u));
		break;
	case LUPE_ROLE_OCTAL:
		lupe_buffer_octal(printer->out, lupe_symbols_narrow(type, value->u));
		break;
	case LUPE_ROLE_ADDRESS:
		lupe_strace_address(printer, value->u);
		break;
	case LUPE_ROLE_FD:
		lupe_strace_fd(printer, (int)value->i);
		break;
	case LUPE_ROLE_DIRFD:
		lupe_strace_dirfd(printer, (int)value->i);
		break;
	case LUPE_ROLE_UID:
	case LUPE_ROLE_GID:
		lupe_strace_uid(printer, (uint32_t)value->u);
		break;
	case LUPE_ROLE_SIGNAL:
		lupe_strace_signal(printer, (int)value->i);
		break;
	case LUPE_ROLE_ERRNO:
		print_errno(printer, lupe_symbols_narrow(type, value->u));
		break;
	case LUPE_ROLE_MODE:
		lupe_strace_mode(printer, lupe_symbols_narrow(type, value->u));
		break;
	case LUPE_ROLE_PERM:
		lupe_strace_mode_number(printer, lupe_symbols_narrow(type, value->u));
		break;
	case LUPE_ROLE_DEV:
		print_dev(printer, lupe_symbols_narrow(type, value->u));
		break;
	case LUPE_ROLE_PORT:
		print_port(printer, value->u, type->size);
		break;
	case LUPE_ROLE_IPV4:
		print_ipv4(printer, (uint32_t)value->u);
		break;
	case LUPE_ROLE_IPV6:
		if (value->n_bytes >= 16)
			print_ipv6(printer, value);
		break;
	case LUPE_ROLE_TIME:
		print_number(printer, value, type);
		lupe_strace_time_comment(printer, value);
		break;
	case LUPE_ROLE_SIGSET:
		if (value->n_bytes)
			lupe_strace_sigset(printer, value->bytes, value->n_bytes);
		else
			lupe_strace_sigset(printer, &value->u, MIN(type->size, 8));
		break;
	case LUPE_ROLE_KERNEL_LONG:
		lupe_buffer_unsigned(printer->out, value->u);
		break;
	}
}
