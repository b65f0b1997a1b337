/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The modules of a target as what the unwinder asks.
 */
#include "lupe/image.h"
#include "lupe/unwind.h"

static bool module_cfi(void *context, lupe_addr addr, struct lupe_cfi_row *ret)
{
	return lupe_modules_cfi(context, addr, ret);
}

static bool module_executable(void *context, lupe_addr addr)
{
	const struct lupe_mapping *row = lupe_maps_at(lupe_modules_maps(context), addr);

	return row && row->executable;
}

struct lupe_unwind_source lupe_unwind_source_of(struct lupe_modules *modules,
						const struct lupe_memory *memory)
{
	return (struct lupe_unwind_source){memory, module_cfi, module_executable, modules};
}
