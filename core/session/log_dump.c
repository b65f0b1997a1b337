/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was read from or written to chosen descriptors, in hexadecimal and as text, below the call's
 * line. All of it, whatever the line shows; what cannot be read any more is left out.
 */
#include "session/log_parts.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "base/cleanup.h"

/* Where a call has its data: a buffer of so many bytes, an array of iovec, a msghdr or several. */
enum shape { BUFFER, IOVECS, MESSAGE, MESSAGES };

static const struct {
	const char *name;
	bool writes;
	enum shape shape;
} carriers[] = {
    {"read", false, BUFFER},	  {"pread64", false, BUFFER},  {"recv", false, BUFFER},
    {"recvfrom", false, BUFFER},  {"readv", false, IOVECS},    {"preadv", false, IOVECS},
    {"preadv2", false, IOVECS},	  {"recvmsg", false, MESSAGE}, {"recvmmsg", false, MESSAGES},
    {"mq_timedreceive", false, BUFFER}, {"write", true, BUFFER},     {"pwrite64", true, BUFFER},
    {"send", true, BUFFER},	  {"sendto", true, BUFFER},    {"writev", true, IOVECS},
    {"pwritev", true, IOVECS},	  {"pwritev2", true, IOVECS},  {"vmsplice", true, IOVECS},
    {"sendmsg", true, MESSAGE},	  {"sendmmsg", true, MESSAGES}, {"mq_timedsend", true, BUFFER},
};

enum { ROW = 16, MAX_VECTORS = 1024 };

struct dump {
	struct lupe_buffer *out;
	const struct lupe_memory *memory;
};

/* --- bytes --- */

static void put_row(struct lupe_buffer *out, uint64_t offset, const unsigned char *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	/* " | 00010  12 34 ... ab  12 ... ef  text............ |" */
	char hex[3 * ROW + 3], text[ROW + 1];
	size_t i, at = 0;

	memset(hex, ' ', sizeof(hex));
	memset(text, ' ', sizeof(text));
	for (i = 0; i < size; i++, at += 3) {
		at += i == ROW / 2;
		hex[at] = digits[bytes[i] >> 4];
		hex[at + 1] = digits[bytes[i] & 15];
		text[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? (char)bytes[i] : '.';
	}
	lupe_buffer_printf(out, " | %05llx  %.*s %.*s |\n", (unsigned long long)offset, 3 * ROW + 1,
			   hex, ROW, text);
}

static void put_bytes(const struct dump *dump, lupe_addr address, uint64_t size)
{
	unsigned char bytes[256 * ROW];
	uint64_t offset = 0;

	while (offset < size) {
		size_t wanted = MIN(size - offset, sizeof(bytes));
		size_t done = lupe_memory_read_some(dump->memory, address + offset, bytes, wanted);
		size_t i;

		for (i = 0; i < done; i += ROW)
			put_row(dump->out, offset + i, bytes + i, MIN(done - i, (size_t)ROW));
		if (done < wanted)
			break;
		offset += done;
	}
}

/* At most `size` bytes over all. */
static void put_vector(const struct dump *dump, lupe_addr address, uint64_t count, uint64_t size)
{
	struct iovec vector;
	uint64_t i;

	for (i = 0; i < MIN(count, (uint64_t)MAX_VECTORS) && size; i++) {
		uint64_t length;

		if (lupe_memory_read_some(dump->memory, address + i * sizeof(vector), &vector,
					  sizeof(vector)) < sizeof(vector))
			break;
		length = MIN((uint64_t)vector.iov_len, size);
		if (!length)
			continue;
		size -= length;
		lupe_buffer_printf(dump->out, " * %llu bytes in buffer %llu\n",
				   (unsigned long long)length, (unsigned long long)i);
		put_bytes(dump, (uintptr_t)vector.iov_base, length);
	}
}

static void put_message(const struct dump *dump, lupe_addr address, uint64_t size)
{
	struct msghdr message;

	if (lupe_memory_read_some(dump->memory, address, &message, sizeof(message)) ==
	    sizeof(message))
		put_vector(dump, (uintptr_t)message.msg_iov, message.msg_iovlen, size);
}

static void put_messages(const struct dump *dump, lupe_addr address, uint64_t count)
{
	struct mmsghdr message;
	uint64_t i;

	for (i = 0; i < MIN(count, (uint64_t)MAX_VECTORS); i++) {
		if (lupe_memory_read_some(dump->memory, address + i * sizeof(message), &message,
					  sizeof(message)) < sizeof(message))
			break;
		lupe_buffer_printf(dump->out, " = %llu buffers in vector %llu\n",
				   (unsigned long long)message.msg_hdr.msg_iovlen,
				   (unsigned long long)i);
		put_vector(dump, (uintptr_t)message.msg_hdr.msg_iov, message.msg_hdr.msg_iovlen,
			   message.msg_len);
	}
}

/* --- calls --- */

static void put_call(const struct dump *dump, const struct lupe_call *call, enum shape shape,
		     bool writes)
{
	uint64_t result = (uint64_t)call->result;

	switch (shape) {
	case BUFFER:
		put_bytes(dump, call->args[1], writes ? call->args[2] : result);
		break;
	case IOVECS:
		put_vector(dump, call->args[1], call->args[2], writes ? UINT64_MAX : result);
		break;
	case MESSAGE:
		put_message(dump, call->args[1], writes ? UINT64_MAX : result);
		break;
	case MESSAGES:
		put_messages(dump, call->args[1], result);
		break;
	}
}

static bool is_chosen(const struct lupe_log_fds *fds, uint64_t fd)
{
	bool listed = (uint32_t)fd < LUPE_LOG_MAX_FD && (fds->bits[(uint32_t)fd / 64] >> (fd % 64) & 1);

	return listed != fds->inverted;
}

void lupe_log_dump(struct lupe_log *log, struct log_thread *thread, const struct lupe_call *call,
		   const struct lupe_memory *memory)
{
	const struct dump dump = {&thread->stream->buffer, memory};
	size_t i;

	if (!call->syscall || call->failed || call->abi != LUPE_ABI_X86_64)
		return;
	for (i = 0; i < ARRAY_SIZE(carriers); i++) {
		if (strcmp(carriers[i].name, call->syscall->name) != 0)
			continue;
		if (is_chosen(carriers[i].writes ? &log->options.dump_write
						 : &log->options.dump_read,
			      call->args[0]))
			put_call(&dump, call, carriers[i].shape, carriers[i].writes);
		thread->stream->line = (ptrdiff_t)thread->stream->buffer.length;
		break;
	}
}
