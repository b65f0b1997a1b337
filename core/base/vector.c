/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Growth of typed arrays; see base/vector.h.
 */
#include "base/vector.h"

#include <string.h>

bool lupe_vector_grow(void *data, size_t *capacity, size_t count, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *larger;

	if (count < *capacity)
		return true;
	/* By memcpy, because the pointer is a `type *`, and no `void *` may alias it. */
	memcpy(&larger, data, sizeof(larger));
	larger = reallocarray(larger, wanted, size);
	if (!larger)
		return false;
	memcpy(data, &larger, sizeof(larger));
	*capacity = wanted;
	return true;
}
