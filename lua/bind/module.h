/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The module lupe.core.
 */
#ifndef LUPE_BIND_MODULE_H
#define LUPE_BIND_MODULE_H

#include <lua.h>

int lupe_bind_open_core(lua_State *L);

#endif
