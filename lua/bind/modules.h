/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files of the session's processes, opened once for all and kept until the Lua state closes; what is mapped where
 * is read anew when a process executes another program, and when it is forgotten here. Types of a program
 * live as long as its files: until the end.
 */
#ifndef LUPE_BIND_MODULES_H
#define LUPE_BIND_MODULES_H

#include "bind.h"
#include "lupe/debug.h"
#include "lupe/image.h"
#include "lupe/type.h"

/* The modules of a process, as they were read before, or now (*ret_fresh). They are gone when forgotten. */
LUPE_MUST_CHECK struct lupe_error *lupe_bind_modules_of(lua_State *L, struct lupe_process *process,
						     struct lupe_modules **ret, bool *ret_fresh);
void lupe_bind_forget_modules(lua_State *L, struct lupe_process *process);
/* Another number when they were read anew since; 0: there are none. */
uint64_t lupe_bind_modules_serial(lua_State *L, struct lupe_process *process);

/* The variables at a place of a frame (see lupe_debug_variables), kept as long as the process's modules. */
size_t lupe_bind_variables(lua_State *L, struct lupe_process *process, const struct lupe_debug_frame *frame,
			   size_t place, const struct lupe_debug_variable **ret);

/* Types that no program has: they live as long as those. */
const struct lupe_type *lupe_bind_pointer_to(lua_State *L, const struct lupe_type *target);
const struct lupe_type *lupe_bind_array_of(lua_State *L, const struct lupe_type *target, uint64_t count);

/* Pushes the type as an object of Lua's; nil for NULL. The type of such an object; raises when it is none. */
void lupe_bind_push_type(lua_State *L, const struct lupe_type *type);
const struct lupe_type *lupe_bind_check_type(lua_State *L, int arg);

/* Pushes what lies at an address of the program as Lua sees it (see lupe_bind_push_value). `owner`: a process or
 * thread. */
void lupe_bind_push_variable(lua_State *L, int owner, const struct lupe_type *type, lupe_addr address);
/* The same of bytes that were copied. */
void lupe_bind_push_bytes(lua_State *L, int owner, const struct lupe_type *type, const void *bytes, size_t size);

#endif
