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

/* --- by name --- */

enum lupe_name_kind {
	LUPE_NAME_FUNCTION = 1, /* with code of its own, inlined into others, or both */
	LUPE_NAME_VARIABLE = 2, /* global or static */
	LUPE_NAME_TYPE = 4,
	LUPE_NAME_ENUMERATOR = 8,
};

/* What the source has given a name to, outside of functions. */
struct lupe_debug_name {
	const char *name; /* with its namespaces and classes */
	enum lupe_name_kind kind;
	const char *keyword; /* of a TYPE that needs one in C: "struct", "union", "enum"; else NULL */
	bool is_static;	     /* known in its file only */
	uint64_t entry;	     /* opaque, like `unit` */
	const void *unit;
};

/* All names of an image, by their last part ("b" of "a::b", without the arguments of a template). They live as
 * long as the image. Costs a pass over the file's debug information, once. */
size_t lupe_image_names(struct lupe_image *image, const struct lupe_debug_name **ret);

/* Calls `visit` for the names that `name` means ("b", "a::b", "::b", "b<int>"; with "struct b" only types of that
 * keyword) of the kinds in the mask, until it answers false. */
void lupe_image_find_names(struct lupe_image *image, const char *name, unsigned kinds,
			   bool (*visit)(void *context, const struct lupe_debug_name *name), void *context);

/* Where it is declared; false: not told. Strings as in lupe_source_line. */
bool lupe_image_declaration(struct lupe_image *image, const struct lupe_debug_name *name,
			    struct lupe_source_line *ret);

/* Appends the addresses at which a function's code begins: its own, and each place where it was inlined. */
struct lupe_debug_start {
	lupe_addr address;
	bool is_inlined;
};
size_t lupe_image_function_starts(struct lupe_image *image, const struct lupe_debug_name *name,
				  struct lupe_debug_start *ret, size_t size);

/* The first instruction after the function at `start` has set up its frame, where a debugger stops to see its arguments.
 * `skipped` is how many bytes of its code are known to set up the frame pointer; 0: none, it is optimized code, which
 * begins where it starts, unless the compiler marked the place (DW_LNS_set_prologue_end). */
lupe_addr lupe_image_after_prologue(struct lupe_image *image, lupe_addr start, unsigned skipped);

/* The addresses of a source line: one for each function (or inlined copy) that has code of it. `file` is a name, or
 * a path's last parts. Where the line has no code, those of the next one that has some: `*ret_line`. */
size_t lupe_image_line_places(struct lupe_image *image, const char *file, uint32_t line, lupe_addr *ret,
			      size_t size, uint32_t *ret_line);

/* Calls `visit` for each source file, several times for one that several units share. */
void lupe_image_sources(struct lupe_image *image,
			void (*visit)(void *context, const char *file, const char *folder), void *context);

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

/* The type that a name stands for, or of what it names; NULL: none. Of an enumerator that of its enumeration,
 * and its value. */
const struct lupe_type *lupe_image_type(struct lupe_image *image, const struct lupe_debug_name *name,
					uint64_t *ret_value);

/* Where a variable is: in memory, or in registers (or nowhere: a constant), of which the bytes are copied. */
struct lupe_debug_storage {
	lupe_addr address; /* valid when `bytes` is NULL and `flags` is 0 */
	const unsigned char *bytes;
	size_t size;
	uint32_t flags; /* LUPE_VALUE_OPTIMIZED_OUT or LUPE_VALUE_UNAVAILABLE: it is nowhere now */
	int reg;	/* all of it is in this register, by DWARF number; -1: it is not in one */
};
void lupe_debug_locate(const struct lupe_debug_frame *frame, const struct lupe_debug_variable *variable,
		       struct lupe_arena *arena, struct lupe_debug_storage *ret);

/* The same of a global variable. Of the frame only `modules`, `memory` and `thread_pointer` (for what is
 * thread-local) are read; `module` is opened. */
struct lupe_module;
void lupe_debug_locate_global(const struct lupe_debug_frame *frame, struct lupe_module *module,
			      const struct lupe_debug_name *name, struct lupe_arena *arena,
			      struct lupe_debug_storage *ret);

#endif
