/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which libdwarf this was built with.
 */
#include <libdwarf.h>
#include "lupe/image.h"

const char *lupe_image_version(void)
{
	return dwarf_package_version();
}
