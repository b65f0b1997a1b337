/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inside of the decoder, for value.c and for the syscall room, whose parameter lists decode as the
 * members of a struct that lies in registers.
 */
#ifndef LUPE_TYPE_DECODE_H
#define LUPE_TYPE_DECODE_H

#include "lupe/value.h"

/* Bytes of the target: at `address`, and at hand in `bytes` unless that is NULL. `size` is how many
 * of them were read. */
struct lupe_source {
	lupe_addr address;
	const unsigned char *bytes;
	size_t size;
};

/* Sign- or zero-extends the scalar of a (stripped) type in `bytes`; false when `size` is too short
 * or the type is no scalar. `member` may be NULL; it brings the bit-field. For FLOAT, the bits of a
 * double. */
bool lupe_scalar_load(const struct lupe_type *type, const struct lupe_member *member,
		      const unsigned char *bytes, size_t size, uint64_t *ret);

bool lupe_kind_is_scalar(enum lupe_kind kind);
bool lupe_kind_is_signed(const struct lupe_type *type);

/* Decodes `members` over `source` as the children of `parent`. With `parameters`, the flow of each
 * member holds against the state of the syscall in `decode`. */
void lupe_decode_members(struct lupe_decode *decode, struct lupe_value *parent,
			 const struct lupe_member *members, size_t n_members,
			 struct lupe_source source, bool parameters);

#endif
