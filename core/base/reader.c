/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A cursor over foreign bytes; see base/reader.h.
 */
#include "base/reader.h"

#include <string.h>

const unsigned char *lupe_reader_skip(struct lupe_reader *reader, uint64_t size)
{
	const unsigned char *start = reader->at;

	if (size > lupe_reader_left(reader)) {
		reader->bad = true;
		return NULL;
	}
	if (!reader->bad)
		reader->at += size;
	return reader->bad ? NULL : start;
}

uint64_t lupe_reader_unsigned(struct lupe_reader *reader, size_t size)
{
	const unsigned char *at = lupe_reader_skip(reader, size);
	uint64_t number = 0;

	if (at)
		memcpy(&number, at, size);
	return number;
}

int64_t lupe_reader_signed(struct lupe_reader *reader, size_t size)
{
	uint64_t number = lupe_reader_unsigned(reader, size);
	unsigned unused = 64 - 8 * size;

	return (int64_t)(number << unused) >> unused;
}

/* The bits of a LEB128 number and how many there were, up to 64. */
static uint64_t leb(struct lupe_reader *reader, unsigned *ret_bits, bool *ret_negative)
{
	uint64_t number = 0;
	unsigned bits = 0;
	unsigned char byte;

	do {
		byte = lupe_reader_unsigned(reader, 1);
		if (bits < 64)
			number |= (uint64_t)(byte & 0x7f) << bits;
		bits = bits < 64 ? bits + 7 : 64;
	} while (byte & 0x80);
	*ret_bits = bits;
	*ret_negative = byte & 0x40;
	return reader->bad ? 0 : number;
}

uint64_t lupe_reader_uleb(struct lupe_reader *reader)
{
	bool negative;
	unsigned bits;

	return leb(reader, &bits, &negative);
}

int64_t lupe_reader_sleb(struct lupe_reader *reader)
{
	bool negative;
	unsigned bits;
	uint64_t number = leb(reader, &bits, &negative);

	if (negative && bits < 64 && !reader->bad)
		number |= UINT64_MAX << bits;
	return number;
}

const char *lupe_reader_string(struct lupe_reader *reader)
{
	const unsigned char *start = reader->at;
	const unsigned char *nul =
	    reader->bad ? NULL : memchr(start, '\0', reader->end - reader->at);

	if (!nul) {
		reader->bad = true;
		return NULL;
	}
	reader->at = nul + 1;
	return (const char *)start;
}
