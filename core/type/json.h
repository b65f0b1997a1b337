/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pieces of JSON, for the printers of values and of calls.
 */
#ifndef LUPE_TYPE_JSON_H
#define LUPE_TYPE_JSON_H

#include "base/buffer.h"
#include "lupe/value.h"

/* A quoted JSON string. Bytes that are not UTF-8 become \u00XX; answers false when there were any.
 */
bool lupe_json_string(struct lupe_buffer *out, const void *bytes, size_t size);

/* Length of the valid UTF-8 sequence at the start of `bytes` (no overlong forms, no surrogates, at
 * most U+10FFFF); 0 when there is none. Pure. */
size_t lupe_utf8_length(const unsigned char *bytes, size_t size);

/* "key": with a comma before it unless it is the first of its object (`first` is set to false). */
void lupe_json_key(struct lupe_buffer *out, bool *first, const char *key);

#endif
