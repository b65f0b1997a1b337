/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Capstone, loaded when the first disassembler is made: its tables for all machines take longer to load
 * than everything else at our start, and most runs never show an instruction.
 */
#ifndef LUPE_DISASM_LIBRARY_H
#define LUPE_DISASM_LIBRARY_H

#include <capstone/capstone.h>
#include "lupe/error.h"

/* Its functions under their own names, of the types that its header declares. */
struct lupe_capstone {
	void *library;
	__typeof__(&cs_open) open;
	__typeof__(&cs_close) close;
	__typeof__(&cs_option) option;
	__typeof__(&cs_strerror) strerror;
	__typeof__(&cs_malloc) malloc;
	__typeof__(&cs_free) free;
	__typeof__(&cs_insn_name) insn_name;
	__typeof__(&cs_disasm_iter) disasm_iter;
};

/* LUPE_ERROR_UNSUPPORTED: it is not installed. */
LUPE_MUST_CHECK struct lupe_error *lupe_capstone_load(struct lupe_capstone *ret);
void lupe_capstone_unload(struct lupe_capstone *capstone);

#endif
