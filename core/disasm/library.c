/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loading capstone; see disasm/library.h.
 */
#include "disasm/library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include "base/cleanup.h"

/* The library that belongs to the header. */
#define NAME_OF(major) "libcapstone.so." #major
#define NAME(major)    NAME_OF(major)

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
    {"cs_open", offsetof(struct lupe_capstone, open)},
    {"cs_close", offsetof(struct lupe_capstone, close)},
    {"cs_option", offsetof(struct lupe_capstone, option)},
    {"cs_strerror", offsetof(struct lupe_capstone, strerror)},
    {"cs_malloc", offsetof(struct lupe_capstone, malloc)},
    {"cs_free", offsetof(struct lupe_capstone, free)},
    {"cs_insn_name", offsetof(struct lupe_capstone, insn_name)},
    {"cs_disasm_iter", offsetof(struct lupe_capstone, disasm_iter)},
};

struct lupe_error *lupe_capstone_load(struct lupe_capstone *ret)
{
	ret->library = dlopen(NAME(CS_API_MAJOR), RTLD_LAZY | RTLD_LOCAL);
	if (!ret->library)
		return lupe_error_create(LUPE_ERROR_UNSUPPORTED, "cannot disassemble: %s; install capstone",
					 dlerror());
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(ret->library, symbols[i].name);

		if (!symbol) {
			lupe_capstone_unload(ret);
			return lupe_error_create(LUPE_ERROR_UNSUPPORTED,
						 "cannot disassemble: " NAME(CS_API_MAJOR) " has no %s",
						 symbols[i].name);
		}
		memcpy((char *)ret + symbols[i].offset, &symbol, sizeof(symbol));
	}
	return NULL;
}

void lupe_capstone_unload(struct lupe_capstone *capstone)
{
	if (capstone->library)
		dlclose(capstone->library);
	capstone->library = NULL;
}
