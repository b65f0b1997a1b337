/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DWARF of one file, by libdwarf for entries (DIEs), attributes and line programs. What is one pass over
 * an array of numbers (unit headers, .debug_aranges, range and location lists) is read here with bounds,
 * as libdwarf aborts on some malformed lists. All calls are made inside of a fence (image/guard.h).
 *
 * Offsets are of .debug_info unless said otherwise; with LUPE_DWARF_ALTERNATE, of the file that dwz has
 * moved common entries to. Addresses are those of the file with the DWARF; `shift` leads to the image's.
 */
#ifndef LUPE_IMAGE_DWARF_H
#define LUPE_IMAGE_DWARF_H

#include <pthread.h>
#include "base/arena.h"
#include "base/hash.h"
#include "base/vector.h"
#include "image/dwarf_compat.h"
#include "image/elf.h"
#include "lupe/debug.h"
#include "lupe/type.h"

enum {
	LUPE_DWARF_DEPTH = 128, /* of nested entries that we follow */
	LUPE_DWARF_HOPS = 16,	/* of references from entry to entry */
};

/* In an entry's offset: it is one of `dwarf->alternate`. */
#define LUPE_DWARF_ALTERNATE (UINT64_C(1) << 63)

struct lupe_dwarf_section {
	const char *name;
	struct lupe_elf_section raw;
	enum { LUPE_DWARF_UNREAD, LUPE_DWARF_READING, LUPE_DWARF_READ } state; /* locked by the reader's mutex */
	const unsigned char *bytes; /* valid when read; NULL: they are corrupt */
	size_t size;
	unsigned char *owned; /* inflated */
};

struct lupe_dwarf_row {
	lupe_addr address;
	uint32_t line;
	uint16_t column;
	uint32_t file : 29;
	bool is_statement : 1, is_end : 1, is_prologue_end : 1;
};

struct lupe_dwarf_file {
	const char *name;
};

struct lupe_dwarf_range {
	lupe_addr start, end;
	uint64_t entry; /* a function; or, among the file's, the unit's index */
};

typedef VECTOR(struct lupe_dwarf_range) lupe_dwarf_ranges;

/* A place where a function was inlined. */
struct lupe_dwarf_inlined {
	uint64_t origin;
	lupe_addr start;
};

struct lupe_dwarf_unit {
	struct lupe_dwarf *dwarf;
	uint64_t header, die, end;
	uint16_t version;
	bool is_loaded, has_lines, has_functions, has_all_functions, has_ranges;
	bool is_assembler; /* its functions have lines, but no types */
	bool has_inlined; /* `inlined` was read */
	bool has_classes; /* the language: names are qualified, and types need no keyword */
	const char *name, *folder; /* DW_AT_name and DW_AT_comp_dir, "" when absent */
	lupe_addr base; /* of its range lists: its low_pc */
	uint64_t address_base, range_base, location_base; /* in their sections */
	struct lupe_dwarf_unit *split;	  /* of a skeleton: the unit in the .dwo file */
	struct lupe_dwarf_unit *skeleton; /* of a split one */
	VECTOR(struct lupe_dwarf_row) rows; /* by address; a sequence's end comes before the next's start */
	VECTOR(struct lupe_dwarf_file) files; /* by the number in rows and attributes */
	lupe_dwarf_ranges functions; /* by start; the inner one of nested ones later */
	VECTOR(struct lupe_dwarf_inlined) inlined;
};

struct lupe_image;

/* Inflating takes most of the time of opening a file: what is sure to be asked for is inflated by a thread beside
 * the one that asks. */
struct lupe_dwarf_reader {
	pthread_mutex_t mutex;
	pthread_cond_t was_read;
	pthread_t thread;
	bool has_thread;
};

struct lupe_dwarf {
	Dwarf_Debug debug;
	struct lupe_dwarf_reader reader;
	struct lupe_image *image; /* NULL: it has no place where further files could be */
	struct lupe_elf *owned_elf; /* of a further file */
	struct lupe_dwarf *others, *next; /* the further files of the first one, in a list */
	struct lupe_dwarf *alternate;	  /* one of them, dwz's; NULL: none */
	lupe_dwarf_interface interface;
	VECTOR(struct lupe_dwarf_section) sections;
	uint64_t shift;
	bool is_broken, has_unit_ranges, has_all_ranges;
	struct lupe_arena arena;
	VECTOR(struct lupe_dwarf_unit) units; /* by offset */
	lupe_dwarf_ranges unit_ranges;	      /* by start */
	struct lupe_hash names;	  /* entry to its qualified name */
	struct lupe_hash answers; /* address to what functions it is in */
	struct lupe_hash types;	  /* entry to what was made of it */
	struct lupe_hash dies;	  /* offset to Dwarf_Die, of those that were asked for by it */
	unsigned type_depth;	  /* of types being made */
	bool has_index;
	VECTOR(struct lupe_debug_name) index; /* see dwarf_index.c */
};

/* --- the file --- */

/* NULL: no usable DWARF in it. Call inside of a fence. */
struct lupe_dwarf *lupe_dwarf_open(const struct lupe_elf *elf, uint64_t shift);
void lupe_dwarf_close(struct lupe_dwarf *dwarf);
/* A section by name, with all its bytes; NULL: there is none. */
const struct lupe_dwarf_section *lupe_dwarf_section(struct lupe_dwarf *dwarf, const char *name);
bool lupe_dwarf_has_section(const struct lupe_dwarf *dwarf, const char *name);

struct lupe_modules;
/* The section with the entries. */
const struct lupe_dwarf_section *lupe_dwarf_info(struct lupe_dwarf *dwarf);
/* The DWARF of an image or of its debug file, opened once; NULL: none that is of use. */
struct lupe_dwarf *lupe_image_dwarf(struct lupe_image *image);
/* Runs a question inside of a fence; false: there is no DWARF for the address, or it broke just now. */
bool lupe_modules_ask(struct lupe_modules *modules, lupe_addr address, void (*question)(void *),
		      void *argument);

/* --- entries --- */

/* An entry by its offset; it lives as long as `dwarf`: libdwarf passes over all units for each. NULL: there is
 * none. */
Dwarf_Die lupe_die_at(struct lupe_dwarf *dwarf, uint64_t offset);
Dwarf_Die lupe_die_child(struct lupe_dwarf *dwarf, Dwarf_Die die); /* NULL: it has none */
/* The next sibling; `die` is given back. */
Dwarf_Die lupe_die_next(struct lupe_dwarf *dwarf, Dwarf_Die die);
void lupe_die_free(Dwarf_Die die);

Dwarf_Half lupe_die_tag(struct lupe_dwarf *dwarf, Dwarf_Die die);
uint64_t lupe_die_offset(struct lupe_dwarf *dwarf, Dwarf_Die die);
bool lupe_die_has(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute);
/* Lives as long as the file; NULL: none. */
const char *lupe_die_string(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute);
bool lupe_die_flag(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute);
/* A constant; a signed one is extended. */
bool lupe_die_number(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute, uint64_t *ret);
/* An offset into another section (also of an old DW_FORM_data4), or an index by DW_FORM_rnglistx and
 * loclistx, told by `*ret_is_index`. */
bool lupe_die_section_offset(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute,
			     uint64_t *ret, bool *ret_is_index);
/* Another entry of this file. */
bool lupe_die_reference(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute, uint64_t *ret);
bool lupe_die_address(struct lupe_dwarf_unit *unit, Dwarf_Die die, Dwarf_Half attribute, lupe_addr *ret);
/* The bytes of an expression or block; NULL: it is none. */
const unsigned char *lupe_die_block(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute,
				    size_t *ret_size);

/* --- ranges --- */

/* Appends the code ranges of an entry; false: it has none (or memory ran out). */
bool lupe_die_ranges(struct lupe_dwarf_unit *unit, Dwarf_Die die, uint64_t entry,
		     lupe_dwarf_ranges *ret);
bool lupe_die_contains(struct lupe_dwarf_unit *unit, Dwarf_Die die, lupe_addr address);
/* The range lists that begin at `offset` of their section. */
bool lupe_dwarf_range_list(struct lupe_dwarf_unit *unit, uint64_t offset, uint64_t entry,
			   lupe_dwarf_ranges *ret);
void lupe_dwarf_ranges_sort(lupe_dwarf_ranges *ranges);
/* The innermost range with the address, NULL: in none. Sorted ones. */
const struct lupe_dwarf_range *lupe_dwarf_ranges_find(const lupe_dwarf_ranges *ranges,
						      lupe_addr address);
/* An address of .debug_addr. */
bool lupe_dwarf_indexed_address(const struct lupe_dwarf_unit *unit, uint64_t index, lupe_addr *ret);

/* --- units --- */

/* Lists the units by their headers. */
bool lupe_dwarf_read_units(struct lupe_dwarf *dwarf);
/* The unit with an entry, or the one whose code an address is in; loaded. NULL: none. */
struct lupe_dwarf_unit *lupe_dwarf_unit_with(struct lupe_dwarf *dwarf, uint64_t offset);
struct lupe_dwarf_unit *lupe_dwarf_unit_at(struct lupe_dwarf *dwarf, lupe_addr address);
void lupe_dwarf_unit_load(struct lupe_dwarf_unit *unit);

/* --- further files --- */

/* Looks for the split unit of a skeleton in the .dwo file `name`, and sets `unit->split`. */
void lupe_dwarf_find_split(struct lupe_dwarf_unit *unit, const char *name);
/* Looks for the file that dwz has moved common entries to, and sets `dwarf->alternate`. */
void lupe_dwarf_find_alternate(struct lupe_dwarf *dwarf, const struct lupe_elf *elf);
void lupe_dwarf_close_others(struct lupe_dwarf *dwarf);
/* An entry and the file that has it: from here on without the mark. */
static inline struct lupe_dwarf *lupe_dwarf_home(struct lupe_dwarf *dwarf, uint64_t *entry)
{
	if (!(*entry & LUPE_DWARF_ALTERNATE) || !dwarf->alternate)
		return dwarf;
	*entry &= ~LUPE_DWARF_ALTERNATE;
	return dwarf->alternate;
}

/* --- lines --- */

void lupe_dwarf_unit_load_lines(struct lupe_dwarf_unit *unit);
/* The row whose code the address is in; NULL: none. */
const struct lupe_dwarf_row *lupe_dwarf_row_at(struct lupe_dwarf_unit *unit, lupe_addr address);
/* By the number of a row or of DW_AT_decl_file; NULL: there is none. */
const char *lupe_dwarf_file_name(struct lupe_dwarf_unit *unit, uint64_t number);

/* --- functions --- */

struct lupe_dwarf_answer {
	size_t count;
	struct lupe_debug_function *functions;
};

/* Never NULL unless out of memory. */
const struct lupe_dwarf_answer *lupe_dwarf_functions_at(struct lupe_dwarf *dwarf, lupe_addr address);
/* The name of an entry with its namespaces and classes, also through its declaration; NULL: none. */
const char *lupe_dwarf_qualified_name(struct lupe_dwarf *dwarf, uint64_t entry);

/* The entry that an instance or definition is one of, through all its origins. */
uint64_t lupe_dwarf_origin(struct lupe_dwarf *dwarf, uint64_t entry);
/* A string attribute that may stand at an entry's origin only. */
const char *lupe_dwarf_inherited_string(struct lupe_dwarf *dwarf, uint64_t entry,
					Dwarf_Half attribute);

/* The first byte of an entry's code; 0: it has none. */
lupe_addr lupe_dwarf_start_of(struct lupe_dwarf_unit *unit, Dwarf_Die die);

/* --- names --- */

/* All names of the file, sorted (see lupe_image_names). */
void lupe_dwarf_load_index(struct lupe_dwarf *dwarf);
/* Runs a question about an image inside of a fence; false: it has no DWARF, or that broke just now. */
bool lupe_image_ask(struct lupe_image *image, void (*question)(void *), void *argument);

/* --- locations --- */

/* The expression in force at an address, of an attribute that is an expression or a location list.
 * False: there is none; then the thing is optimized out there. */
bool lupe_die_location(struct lupe_dwarf_unit *unit, Dwarf_Die die, Dwarf_Half attribute,
		       lupe_addr address, const unsigned char **ret, size_t *ret_size);

/* --- types --- */

/* The type of an entry; NULL: void, or none. Types live as long as the file. */
const struct lupe_type *lupe_dwarf_type(struct lupe_dwarf *dwarf, uint64_t entry);
/* The type of what an entry describes (a variable, a parameter, a function's result), which may stand at its
 * declaration or origin only; NULL: void, or none. */
const struct lupe_type *lupe_dwarf_inherited_type(struct lupe_dwarf *dwarf, uint64_t entry);

#endif
