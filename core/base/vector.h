/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Typed growing arrays: VECTOR(int) numbers = {0}; VECTOR_PUSH(&numbers, 7) answers false when out of
 * memory; numbers.data[i]; free(numbers.data) at the end.
 */
#ifndef LUPE_BASE_VECTOR_H
#define LUPE_BASE_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define VECTOR(type)             \
	struct {                 \
		type *data;      \
		size_t count;    \
		size_t capacity; \
	}

/* Makes room for one more element of `size` bytes; false when out of memory. `data` points to the
 * pointer to the elements, of whatever type. */
bool lupe_vector_grow(void *data, size_t *capacity, size_t count, size_t size);

#define VECTOR_PUSH(vector, value)                                                          \
	(lupe_vector_grow(&(vector)->data, &(vector)->capacity, (vector)->count,   \
			  sizeof(*(vector)->data))                                          \
	     ? ((vector)->data[(vector)->count++] = (value), true)                          \
	     : false)

#define VECTOR_DEINIT(vector) free((vector)->data)

#endif
