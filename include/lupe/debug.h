/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Debug information of an image: source lines, functions with what was inlined into them, variables.
 * Addresses are the file's. Everything is read when it is first asked for and kept; strings
 * live as long as the image. A file whose information is corrupt, or that the library cannot bear, has
 * none. Source: DWARF 5 sections 2, 3 and 6.2 (and DWARF 2 to 4).
 */
#ifndef LUPE_DEBUG_H
#define LUPE_DEBUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/error.h"

struct lupe_image;

struct lupe_source_line {
	const char *file;   /* as the compiler was told ("../nptl/pthread_create.c"); never NULL */
	const char *folder; /* that a relative `file` is in; "" when unknown */
	uint32_t line, column; /* from 1; column 0: unknown */
	lupe_addr start, end;  /* the row's code; outside of it the position may be another */
	bool is_statement;
};

/* Where the code at `address` comes from. False: nothing is known of it. */
bool lupe_image_line_at(struct lupe_image *image, lupe_addr address, struct lupe_source_line *ret);

/* A function, or one that was inlined into another. */
struct lupe_debug_function {
	const char *name;	/* with its namespaces and classes; NULL: it has none */
	const char *linkage_name; /* NULL: the same as the name, or not told */
	bool is_inlined;
	lupe_addr start; /* the first byte of its code (of this copy, when inlined) */
	/* Where it was called, when inlined. `call_file` as in lupe_source_line; NULL: not told. */
	const char *call_file, *call_folder;
	uint32_t call_line;
	const char *file; /* where it is declared; NULL: not told */
	uint32_t line;
	uint64_t scope; /* its entry, for variables; an opaque number */
};

/* The functions that `address` is in, the innermost first: what was inlined, then the function whose code
 * it is. Answers how many there are (0: nothing is known); they live as long as the image. */
size_t lupe_image_functions_at(struct lupe_image *image, lupe_addr address,
			       const struct lupe_debug_function **ret);

/* --- in a target --- */

struct lupe_modules;

/* One of the functions that an address of a target is in, and where in it: what a debugger shows as a
 * frame. Several stand for one frame of the stack where something was inlined. */
struct lupe_place {
	const struct lupe_debug_function *function; /* NULL: no debug information */
	lupe_addr start;			    /* of the function, in the target */
	bool is_inlined;			    /* its caller is the next place, not another frame */
	const char *file, *folder;		    /* as in lupe_source_line; NULL: no line is known */
	uint32_t line, column;
};

/* The `level`-th place of an address (0: the innermost). False: there is none beyond the last; level 0
 * is always there. `address` is in the code meant: for a caller, in its call (lupe_unwind_lookup_pc). */
bool lupe_modules_place(struct lupe_modules *modules, lupe_addr address, size_t level,
			struct lupe_place *ret);

/* --- variables --- */

struct lupe_arena;
struct lupe_decode;
struct lupe_memory;
struct lupe_type;
struct lupe_value;

enum { LUPE_DEBUG_REGISTERS = 17 }; /* by DWARF number: those of LUPE_CFI_REGISTERS */

/* One frame of a stack, as far as variables need it. */
struct lupe_debug_frame {
	struct lupe_modules *modules;
	const struct lupe_memory *memory;
	lupe_addr address; /* in the code meant, as for lupe_modules_place */
	lupe_addr pc;	   /* where it goes on: for a caller, the return address */
	uint64_t regs[LUPE_DEBUG_REGISTERS];
	uint32_t known;		      /* a bit per register */
	bool is_partial; /* the thread was not stopped: what is not known was not read, either */
	const unsigned char *vectors; /* xmm0 to xmm15, 16 bytes each; NULL: not known */
	bool has_cfa;
	lupe_addr cfa;
	lupe_addr thread_pointer; /* fs_base; 0: not known */
	const struct lupe_debug_frame *caller; /* the next frame of the stack; NULL: not known */
};

struct lupe_debug_variable {
	const char *name; /* NULL: a parameter without one */
	const struct lupe_type *type;
	bool is_parameter;
	bool is_artificial; /* by the compiler: this */
	uint32_t block;	    /* how deep in blocks: 0 for parameters and the function's own */
	uint32_t line;	    /* 0: not told */
	uint64_t entry, function; /* opaque */
};

/* The variables at a place of the frame (see lupe_modules_place): parameters in their order, then locals,
 * those of inner blocks first. They lie in the arena. */
size_t lupe_debug_variables(const struct lupe_debug_frame *frame, size_t level,
			    struct lupe_arena *arena, const struct lupe_debug_variable **ret);

/* What it holds now. Never NULL unless out of memory: LUPE_VALUE_OPTIMIZED_OUT tells that it holds nothing
 * here. */
struct lupe_value *lupe_debug_read(const struct lupe_debug_frame *frame,
				   const struct lupe_debug_variable *variable,
				   struct lupe_decode *decode);

/* What a parameter held when the function was entered, as the caller's code tells it; only if the caller
 * certainly called this function. NULL: it is not known. */
struct lupe_value *lupe_debug_read_at_entry(const struct lupe_debug_frame *frame,
					    const struct lupe_debug_variable *variable,
					    struct lupe_decode *decode);

#endif
