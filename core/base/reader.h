/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A cursor over foreign bytes, little-endian. Reading past the end answers 0 and sets `bad`, so a parser
 * need not check each number, only `bad` before it uses what it has read or goes on in a loop.
 */
#ifndef LUPE_BASE_READER_H
#define LUPE_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lupe_reader {
	const unsigned char *at, *end;
	bool bad;
};

static inline struct lupe_reader lupe_reader_over(const void *bytes, size_t size)
{
	const unsigned char *start = bytes;

	return (struct lupe_reader){start, start ? start + size : start, !start};
}

static inline size_t lupe_reader_left(const struct lupe_reader *reader)
{
	return reader->bad ? 0 : (size_t)(reader->end - reader->at);
}

/* A number of `size` bytes, at most 8. */
uint64_t lupe_reader_unsigned(struct lupe_reader *reader, size_t size);
int64_t lupe_reader_signed(struct lupe_reader *reader, size_t size);
/* LEB128; bits beyond 64 are dropped. */
uint64_t lupe_reader_uleb(struct lupe_reader *reader);
int64_t lupe_reader_sleb(struct lupe_reader *reader);
/* A string with its NUL; NULL: it does not end. */
const char *lupe_reader_string(struct lupe_reader *reader);
/* Steps over bytes and answers where they begin; NULL when they are not all there. */
const unsigned char *lupe_reader_skip(struct lupe_reader *reader, uint64_t size);

#endif
