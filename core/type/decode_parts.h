/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the decoder's own files share: decode.c (values of every kind), decode_bytes.c (bytes and
 * strings) and decode_count.c (how many there are, and of what).
 */
#ifndef LUPE_TYPE_DECODE_PARTS_H
#define LUPE_TYPE_DECODE_PARTS_H

#include "type/decode.h"

enum {
	LUPE_DECODE_CHUNK = 4096,
	LUPE_DECODE_BYTES_MAX = 1 << 26, /* of one tree, whatever the limits say */
};

/* How many elements or bytes there are behind a pointer or in an open array. */
enum lupe_extent_kind {
	LUPE_EXTENT_ONE,
	LUPE_EXTENT_COUNT,
	LUPE_EXTENT_TERMINATED,
	LUPE_EXTENT_UNKNOWN,
};

struct lupe_extent {
	enum lupe_extent_kind kind;
	uint64_t count;
	bool count_only; /* TERMINATED: nobody will look at the elements */
};

/* A struct's members, or a syscall's parameters, over their bytes. */
struct lupe_siblings {
	const struct lupe_member *members;
	size_t n_members;
	struct lupe_source source;
	bool parameters; /* of a syscall: eight bytes each, one after the other */
};

size_t lupe_sibling_offset(const struct lupe_siblings *siblings, size_t index);

/* What a member's count says here; UNKNOWN when what it depends on cannot be read or makes no
 * sense. */
struct lupe_extent lupe_decode_extent(struct lupe_decode *decode,
				      const struct lupe_siblings *siblings,
				      const struct lupe_count *count);

/* What the member is in this struct: the case that its choice takes, or the member itself. */
const struct lupe_member *lupe_decode_chosen(const struct lupe_siblings *siblings,
					     const struct lupe_member *member);

/* Elements of `size` bytes up to a zero one, at most `max`. `ret_found` is false when memory or
 * patience ended first. */
uint64_t lupe_decode_count_terminated(struct lupe_decode *decode, lupe_addr address, size_t size,
				      uint64_t max, bool *ret_found);

/* Gives `value` the first `size` bytes of the source, at hand or read into the arena, and says by
 * its flags when there are fewer. Answers how many there are. */
size_t lupe_decode_fetch(struct lupe_decode *decode, struct lupe_value *value,
			 struct lupe_source source, size_t size);

/* True when all of that memory can be read and is zero. */
bool lupe_decode_is_zero(struct lupe_decode *decode, lupe_addr address, size_t size);

void lupe_decode_bytes(struct lupe_decode *decode, struct lupe_value *value,
		       const struct lupe_type *type, struct lupe_source source,
		       struct lupe_extent extent);
void lupe_decode_string(struct lupe_decode *decode, struct lupe_value *value,
			const struct lupe_type *type, struct lupe_source source,
			struct lupe_extent extent);

#endif
