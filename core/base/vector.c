/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Growth of typed arrays; see base/vector.h.
 */
#include "base/vector.h"

bool lupe_vector_grow(void **data, size_t *capacity, size_t count, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *larger;

	if (count < *capacity)
		return true;
	larger = reallocarray(*data, wanted, size);
	if (!larger)
		return false;
	*data = larger;
	*capacity = wanted;
	return true;
}
