/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A growing string buffer. Always NUL-terminated. Running out of memory sets `failed` and drops what
 * did not fit: writers need not check each call, the owner looks once at the end.
 */
#ifndef LUPE_BASE_BUFFER_H
#define LUPE_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/error.h"

struct lupe_buffer {
	char *data;	 /* NULL while empty; use lupe_buffer_text */
	size_t length;	 /* without the NUL */
	size_t capacity; /* with room for the NUL */
	bool failed;
};

void lupe_buffer_init(struct lupe_buffer *buffer);
void lupe_buffer_deinit(struct lupe_buffer *buffer);

void lupe_buffer_reset(struct lupe_buffer *buffer); /* empty, capacity kept */
void lupe_buffer_truncate(struct lupe_buffer *buffer, size_t length);
const char *lupe_buffer_text(const struct lupe_buffer *buffer); /* never NULL */

void lupe_buffer_char(struct lupe_buffer *buffer, char c);
void lupe_buffer_bytes(struct lupe_buffer *buffer, const void *bytes, size_t size);
void lupe_buffer_string(struct lupe_buffer *buffer, const char *text);
void lupe_buffer_pad(struct lupe_buffer *buffer, char c, size_t count);
void lupe_buffer_decimal(struct lupe_buffer *buffer, int64_t number);	   /* -12 */
void lupe_buffer_unsigned(struct lupe_buffer *buffer, uint64_t number);   /* 12 */
void lupe_buffer_hex(struct lupe_buffer *buffer, uint64_t number);	   /* 0x1f */
void lupe_buffer_octal(struct lupe_buffer *buffer, uint64_t number);	   /* 0644 */
void lupe_buffer_printf(struct lupe_buffer *buffer, const char *format, ...) LUPE_PRINTF(2, 3);
void lupe_buffer_vprintf(struct lupe_buffer *buffer, const char *format, va_list arguments);

#endif
