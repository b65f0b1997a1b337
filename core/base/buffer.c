/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A growing string buffer; see base/buffer.h.
 */
#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"

void lupe_buffer_init(struct lupe_buffer *buffer)
{
	*buffer = (struct lupe_buffer){0};
}

void lupe_buffer_deinit(struct lupe_buffer *buffer)
{
	free(buffer->data);
	lupe_buffer_init(buffer);
}

void lupe_buffer_reset(struct lupe_buffer *buffer)
{
	lupe_buffer_truncate(buffer, 0);
	buffer->failed = false;
}

void lupe_buffer_truncate(struct lupe_buffer *buffer, size_t length)
{
	if (length > buffer->length)
		return;
	buffer->length = length;
	if (buffer->data)
		buffer->data[length] = '\0';
}

const char *lupe_buffer_text(const struct lupe_buffer *buffer)
{
	return buffer->data ? buffer->data : "";
}

/* Makes room for `extra` bytes and the NUL. */
static bool reserve(struct lupe_buffer *buffer, size_t extra)
{
	size_t needed, capacity;
	char *data;

	if (__builtin_add_overflow(buffer->length, extra, &needed) ||
	    __builtin_add_overflow(needed, 1, &needed))
		return !(buffer->failed = true);
	if (needed <= buffer->capacity)
		return true;
	capacity = MAX(needed, MAX(buffer->capacity * 2, (size_t)128));
	data = realloc(buffer->data, capacity);
	if (!data)
		return !(buffer->failed = true);
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

void lupe_buffer_char(struct lupe_buffer *buffer, char c)
{
	lupe_buffer_bytes(buffer, &c, 1);
}

void lupe_buffer_bytes(struct lupe_buffer *buffer, const void *bytes, size_t size)
{
	if (!size || !reserve(buffer, size))
		return;
	memcpy(buffer->data + buffer->length, bytes, size);
	buffer->length += size;
	buffer->data[buffer->length] = '\0';
}

void lupe_buffer_string(struct lupe_buffer *buffer, const char *text)
{
	lupe_buffer_bytes(buffer, text, strlen(text));
}

void lupe_buffer_pad(struct lupe_buffer *buffer, char c, size_t count)
{
	if (!count || !reserve(buffer, count))
		return;
	memset(buffer->data + buffer->length, c, count);
	buffer->length += count;
	buffer->data[buffer->length] = '\0';
}

/* Digits of `number` in `base`, with a prefix, written from the end of a local array. */
static void append_number(struct lupe_buffer *buffer, uint64_t number, unsigned base,
			  const char *prefix)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	lupe_buffer_string(buffer, prefix);
	lupe_buffer_bytes(buffer, p, digits + sizeof(digits) - p);
}

void lupe_buffer_decimal(struct lupe_buffer *buffer, int64_t number)
{
	uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	append_number(buffer, magnitude, 10, number < 0 ? "-" : "");
}

void lupe_buffer_unsigned(struct lupe_buffer *buffer, uint64_t number)
{
	append_number(buffer, number, 10, "");
}

void lupe_buffer_hex(struct lupe_buffer *buffer, uint64_t number)
{
	append_number(buffer, number, 16, "0x");
}

void lupe_buffer_octal(struct lupe_buffer *buffer, uint64_t number)
{
	append_number(buffer, number, 8, number ? "0" : "");
}

void lupe_buffer_vprintf(struct lupe_buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	int size;

	va_copy(again, arguments);
	size = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (size < 0 || !reserve(buffer, size))
		return;
	vsnprintf(buffer->data + buffer->length, size + 1, format, arguments);
	buffer->length += size;
}

void lupe_buffer_printf(struct lupe_buffer *buffer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	lupe_buffer_vprintf(buffer, format, arguments);
	va_end(arguments);
}
