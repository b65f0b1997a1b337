/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Variables of a frame: which there are, where they are, and what parameters were worth at the entry of
 * their function. Sources: DWARF 5 sections 2.6, 3.4 (call sites), 4.1. Longer than other files: lists, locations,
 * call sites and values are all asked in one `scene`, and call each other through it.
 */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "image/dwarf.h"
#include "image/expression.h"
#include "image/guard.h"
#include "image/image.h"
#include "lupe/value.h"

enum {
	MAX_VARIABLES = 4096,	/* of one frame */
	MAX_VALUE = 1 << 20,	/* bytes of one variable that lies in pieces */
	MAX_CALLERS = 8,	/* that the values of parameters are followed through */
	VECTOR_FIRST = 17,	/* DWARF numbers of xmm0 to xmm15: psABI figure 3.36 */
	VECTOR_LAST = 32,
	VECTOR_SIZE = 16,
};

/* A frame, and what its code is in. */
struct scene {
	const struct lupe_debug_frame *frame;
	struct lupe_dwarf_unit *unit;
	lupe_addr bias;	   /* from addresses of the DWARF to the target's */
	lupe_addr address; /* the frame's, in the DWARF */
	uint64_t function; /* the entry of the one whose code it is */
	unsigned callers;  /* followed so far */
	struct lupe_module *module; /* of a global, else NULL */
};

static bool set_scene(const struct lupe_debug_frame *frame, struct scene *ret)
{
	struct lupe_module *module = lupe_modules_at(frame->modules, frame->address);
	struct lupe_dwarf *dwarf = module && module->image ? lupe_image_dwarf(module->image) : NULL;
	const struct lupe_dwarf_answer *answer;

	if (!dwarf)
		return false;
	*ret = (struct scene){.frame = frame, .bias = module->bias + dwarf->shift};
	ret->address = frame->address - ret->bias;
	ret->unit = lupe_dwarf_unit_at(dwarf, ret->address);
	if (!ret->unit)
		return false;
	if (ret->unit->split)
		ret->unit = ret->unit->split;
	answer = lupe_dwarf_functions_at(dwarf, ret->address);
	if (!answer || !answer->count)
		return false;
	ret->function = answer->functions[answer->count - 1].scope;
	return true;
}

/* --- which there are --- */

struct listing {
	struct scene *scene;
	VECTOR(struct lupe_debug_variable) parameters, locals;
};

static void add_variable(struct listing *listing, Dwarf_Die die, bool is_parameter, uint32_t block)
{
	struct lupe_dwarf *dwarf = listing->scene->unit->dwarf;
	uint64_t entry = lupe_die_offset(dwarf, die), type, line = 0;
	uint64_t origin = lupe_dwarf_origin(dwarf, entry);
	struct lupe_dwarf *other = lupe_dwarf_home(dwarf, &origin);
	Dwarf_Die home = lupe_die_at(other, origin);
	struct lupe_debug_variable variable = {
	    .name = lupe_dwarf_inherited_string(dwarf, entry, DW_AT_name),
	    .is_parameter = is_parameter,
	    .block = block,
	    .entry = entry,
	    .function = listing->scene->function,
	};

	if (lupe_die_reference(dwarf, die, DW_AT_type, &type))
		variable.type = lupe_dwarf_type(dwarf, type);
	else if (home && lupe_die_reference(other, home, DW_AT_type, &type))
		variable.type = lupe_dwarf_type(other, type);
	if (home) {
		lupe_die_number(other, home, DW_AT_decl_line, &line);
		variable.is_artificial = lupe_die_flag(other, home, DW_AT_artificial);
	}
	variable.line = line;
	if (is_parameter && listing->parameters.count < MAX_VARIABLES)
		(void)VECTOR_PUSH(&listing->parameters, variable);
	else if (!is_parameter && variable.name && listing->locals.count < MAX_VARIABLES)
		(void)VECTOR_PUSH(&listing->locals, variable);
}

/* Inner blocks first: their variables hide the outer ones. */
static void list_block(struct listing *listing, Dwarf_Die block, uint32_t depth)
{
	struct lupe_dwarf_unit *unit = listing->scene->unit;
	struct lupe_dwarf *dwarf = unit->dwarf;

	if (depth > LUPE_DWARF_DEPTH)
		return;
	for (Dwarf_Die die = lupe_die_child(dwarf, block); die; die = lupe_die_next(dwarf, die))
		if (lupe_die_tag(dwarf, die) == DW_TAG_lexical_block &&
		    lupe_die_contains(unit, die, listing->scene->address))
			list_block(listing, die, depth + 1);
	for (Dwarf_Die die = lupe_die_child(dwarf, block); die; die = lupe_die_next(dwarf, die)) {
		Dwarf_Half tag = lupe_die_tag(dwarf, die);

		if (tag == DW_TAG_variable && !lupe_die_flag(dwarf, die, DW_AT_declaration))
			add_variable(listing, die, false, depth);
		else if (tag == DW_TAG_formal_parameter && !depth)
			add_variable(listing, die, true, 0);
	}
}

static bool has_parameter(struct listing *listing, uint64_t origin)
{
	struct lupe_dwarf *dwarf = listing->scene->unit->dwarf;

	for (size_t i = 0; i < listing->parameters.count; i++)
		if (lupe_dwarf_origin(dwarf, listing->parameters.data[i].entry) == origin)
			return true;
	return false;
}

/* Parameters that an instance leaves out have no location in it, but were declared. */
static void list_omitted(struct listing *listing, uint64_t scope)
{
	struct lupe_dwarf *dwarf = listing->scene->unit->dwarf;
	uint64_t origin = lupe_dwarf_origin(dwarf, scope);
	/* of one in the alternate file nothing is listed: its entries are no variables of ours */
	Dwarf_Die parent = origin == scope || (origin & LUPE_DWARF_ALTERNATE) ? NULL
									     : lupe_die_at(dwarf, origin);

	if (parent && lupe_die_flag(dwarf, parent, DW_AT_declaration)) /* of a method or the like: told again here */
		return;
	for (Dwarf_Die die = parent ? lupe_die_child(dwarf, parent) : NULL; die;
	     die = lupe_die_next(dwarf, die))
		if (lupe_die_tag(dwarf, die) == DW_TAG_formal_parameter &&
		    !has_parameter(listing, lupe_die_offset(dwarf, die)))
			add_variable(listing, die, true, 0);
}

struct list_question {
	const struct lupe_debug_frame *frame;
	size_t level;
	struct lupe_arena *arena;
	struct lupe_debug_variable *ret;
	size_t count;
};

static void copy_out(const struct listing *listing, struct list_question *question)
{
	size_t n_parameters = listing->parameters.count, n_locals = listing->locals.count;
	size_t size = sizeof(*question->ret);

	question->ret = lupe_arena_alloc(question->arena, (n_parameters + n_locals + 1) * size);
	if (!question->ret)
		return;
	if (n_parameters)
		memcpy(question->ret, listing->parameters.data, n_parameters * size);
	if (n_locals)
		memcpy(question->ret + n_parameters, listing->locals.data, n_locals * size);
	question->count = n_parameters + n_locals;
}

static void list_variables(void *argument)
{
	struct list_question *question = argument;
	const struct lupe_dwarf_answer *answer;
	struct scene scene;
	struct listing listing = {.scene = &scene};
	uint64_t scope;
	Dwarf_Die die;

	if (!set_scene(question->frame, &scene))
		return;
	answer = lupe_dwarf_functions_at(scene.unit->skeleton ? scene.unit->skeleton->dwarf
							      : scene.unit->dwarf,
					 scene.address);
	if (question->level >= answer->count)
		return;
	scope = answer->functions[question->level].scope;
	die = lupe_die_at(scene.unit->dwarf, scope);
	if (die) {
		list_block(&listing, die, 0);
		list_omitted(&listing, scope);
		copy_out(&listing, question);
	}
	VECTOR_DEINIT(&listing.parameters);
	VECTOR_DEINIT(&listing.locals);
}

/* --- expressions in a frame --- */

static bool evaluate(struct scene *scene, const unsigned char *expression, size_t size, uint64_t *ret);
static void make_input(struct scene *scene, struct lupe_expression_input *ret);

static bool get_register(void *context, uint64_t number, uint64_t *ret)
{
	const struct lupe_debug_frame *frame = ((struct scene *)context)->frame;

	if (number >= LUPE_DEBUG_REGISTERS || !(frame->known & (1u << number)))
		return false;
	*ret = frame->regs[number];
	return true;
}

static bool value_of_location(struct scene *scene, const struct lupe_location *location, uint64_t *ret)
{
	const struct lupe_location_piece *piece = &location->pieces[0];

	if (location->n_pieces != 1)
		return false;
	switch (piece->kind) {
	case LUPE_LOCATION_REGISTER:
		return get_register(scene, piece->value, ret);
	case LUPE_LOCATION_MEMORY:
	case LUPE_LOCATION_VALUE:
		*ret = piece->value;
		return true;
	case LUPE_LOCATION_NOTHING:
	case LUPE_LOCATION_BYTES:
	case LUPE_LOCATION_POINTER:
		break;
	}
	return false;
}

static bool get_frame_base(void *context, uint64_t *ret)
{
	struct scene *scene = context;
	Dwarf_Die die = lupe_die_at(scene->unit->dwarf, scene->function);
	struct lupe_expression_input input;
	struct lupe_location location;
	const unsigned char *expression;
	size_t size;
	bool found;

	if (!die)
		return false;
	found = lupe_die_location(scene->unit, die, DW_AT_frame_base, scene->address, &expression,
				  &size);
	if (!found || (size && *expression == DW_OP_fbreg)) /* one that refers to itself */
		return false;
	make_input(scene, &input);
	return lupe_expression_locate(&input, expression, size, &location) &&
	       value_of_location(scene, &location, ret);
}

static bool get_indexed(void *context, uint64_t index, uint64_t *ret)
{
	return lupe_dwarf_indexed_address(((struct scene *)context)->unit, index, ret);
}

static bool get_called(void *context, uint64_t offset, bool is_global, const unsigned char **ret,
		       size_t *ret_size)
{
	struct scene *scene = context;
	Dwarf_Die die =
	    lupe_die_at(scene->unit->dwarf, is_global ? offset : scene->unit->header + offset);
	bool found = die && lupe_die_location(scene->unit, die, DW_AT_location, scene->address, ret,
					      ret_size);

	return found;
}

static bool get_base_type(void *context, uint64_t offset, uint32_t *ret_size, bool *ret_is_signed)
{
	struct scene *scene = context;
	const struct lupe_type *type;

	*ret_size = 8;
	*ret_is_signed = false;
	if (!offset)
		return true;
	type = lupe_dwarf_type(scene->unit->dwarf, scene->unit->header + offset);
	if (!type || type->kind == LUPE_KIND_FLOAT || !type->size || type->size > 8)
		return false;
	*ret_size = type->size;
	*ret_is_signed = type->kind == LUPE_KIND_INT || (type->kind == LUPE_KIND_CHAR && type->is_signed);
	return true;
}

/* The module that the frame's code is in, or the one with the global that is read. */
static struct lupe_module *module_of(const struct scene *scene)
{
	return scene->module ? scene->module : lupe_modules_at(scene->frame->modules, scene->frame->address);
}

/* Variable II of ELF's thread-local storage: the program's own block ends at the thread pointer. Those of
 * libraries are known to the dynamic linker only. */
static bool get_thread_local(void *context, uint64_t offset, uint64_t *ret)
{
	struct scene *scene = context;
	struct lupe_module *module = module_of(scene);
	Elf64_Phdr segment;

	if (!module || !module->is_main || !scene->frame->thread_pointer ||
	    !lupe_elf_segment_of_type(&module->image->elf, PT_TLS, &segment) || !segment.p_align)
		return false;
	*ret = scene->frame->thread_pointer -
	       (segment.p_memsz + segment.p_align - 1) / segment.p_align * segment.p_align + offset;
	return true;
}

/* --- call sites --- */

static bool is_call_site(Dwarf_Half tag)
{
	return tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site;
}

/* The call site whose call returns to the caller's pc; NULL: it is not described. */
static Dwarf_Die find_site(struct scene *caller, Dwarf_Die parent, lupe_addr pc, unsigned depth)
{
	struct lupe_dwarf *dwarf = caller->unit->dwarf;
	Dwarf_Die die = depth > LUPE_DWARF_DEPTH ? NULL : lupe_die_child(dwarf, parent), found = NULL;
	lupe_addr at;

	for (; die; die = lupe_die_next(dwarf, die)) {
		Dwarf_Half tag = lupe_die_tag(dwarf, die);

		if (is_call_site(tag) &&
		    (lupe_die_address(caller->unit, die, DW_AT_call_return_pc, &at) ||
		     lupe_die_address(caller->unit, die, DW_AT_low_pc, &at)) &&
		    at == pc)
			return die;
		if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine)
			found = find_site(caller, die, pc, depth + 1);
		if (found)
			break;
	}
	lupe_die_free(die);
	return found;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Whether what a call site names is the function of the callee: the same entry, or, from another unit or
 * file, a declaration of the same external name. */
static bool names_callee(struct scene *callee, struct scene *caller, uint64_t origin)
{
	struct lupe_dwarf *dwarf = callee->unit->dwarf, *other = caller->unit->dwarf;
	Dwarf_Die die;
	bool is_external;

	if (dwarf == other &&
	    lupe_dwarf_origin(dwarf, origin) == lupe_dwarf_origin(dwarf, callee->function))
		return true;
	die = lupe_die_at(dwarf, lupe_dwarf_origin(dwarf, callee->function));
	is_external = die && lupe_die_flag(dwarf, die, DW_AT_external);
	if (!is_external)
		return false;
	if (lupe_dwarf_inherited_string(other, origin, DW_AT_linkage_name))
		return same_text(
		    lupe_dwarf_inherited_string(other, origin, DW_AT_linkage_name),
		    lupe_dwarf_inherited_string(dwarf, callee->function, DW_AT_linkage_name));
	return same_text(lupe_dwarf_inherited_string(other, origin, DW_AT_name),
			 lupe_dwarf_inherited_string(dwarf, callee->function, DW_AT_name));
}

/* Whether a call through a pointer went to the callee. */
static bool points_to_callee(struct scene *callee, struct scene *caller, Dwarf_Die site)
{
	struct lupe_dwarf *dwarf = caller->unit->dwarf;
	const unsigned char *expression = NULL;
	Dwarf_Die die;
	lupe_addr start;
	uint64_t target;
	size_t size;
	bool found;

	expression = lupe_die_block(dwarf, site, DW_AT_call_target, &size);
	if (!expression)
		expression = lupe_die_block(dwarf, site, DW_AT_GNU_call_site_target, &size);
	if (!expression || !evaluate(caller, expression, size, &target))
		return false;
	die = lupe_die_at(callee->unit->dwarf, callee->function);
	found = die && lupe_die_address(callee->unit, die, DW_AT_low_pc, &start);
	return found && start + callee->bias == target;
}

static bool called_callee(struct scene *callee, struct scene *caller, Dwarf_Die site)
{
	struct lupe_dwarf *dwarf = caller->unit->dwarf;
	uint64_t origin;

	if (lupe_die_reference(dwarf, site, DW_AT_call_origin, &origin) ||
	    lupe_die_reference(dwarf, site, DW_AT_abstract_origin, &origin))
		return names_callee(callee, caller, origin);
	return points_to_callee(callee, caller, site);
}

/* The value that a call site gives for what the callee finds where `expression` says (a register). */
static bool site_value(struct scene *caller, Dwarf_Die site, const unsigned char *expression,
		       size_t size, uint64_t *ret)
{
	struct lupe_dwarf *dwarf = caller->unit->dwarf;
	Dwarf_Die die = lupe_die_child(dwarf, site);
	const unsigned char *bytes;
	bool found = false;
	size_t length;

	for (; die && !found; die = found ? die : lupe_die_next(dwarf, die)) {
		Dwarf_Half tag = lupe_die_tag(dwarf, die);

		if (tag != DW_TAG_call_site_parameter && tag != DW_TAG_GNU_call_site_parameter)
			continue;
		bytes = lupe_die_block(dwarf, die, DW_AT_location, &length);
		found = bytes && length == size && memcmp(bytes, expression, size) == 0;
	}
	if (!found)
		return false;
	bytes = lupe_die_block(dwarf, die, DW_AT_call_value, &length);
	if (!bytes)
		bytes = lupe_die_block(dwarf, die, DW_AT_GNU_call_site_value, &length);
	lupe_die_free(die);
	return bytes && evaluate(caller, bytes, length, ret);
}

static bool get_entry_value(void *context, const unsigned char *expression, size_t size, uint64_t *ret)
{
	struct scene *scene = context, caller;
	Dwarf_Die function, site;
	bool found;

	if (!scene->frame->caller || scene->callers == MAX_CALLERS ||
	    !set_scene(scene->frame->caller, &caller))
		return false;
	caller.callers = scene->callers + 1;
	function = lupe_die_at(caller.unit->dwarf, caller.function);
	site = function ? find_site(&caller, function, caller.frame->pc - caller.bias, 0) : NULL;
	found = site && called_callee(scene, &caller, site) &&
		site_value(&caller, site, expression, size, ret);
	lupe_die_free(site);
	return found;
}

static const struct lupe_expression_debug debug = {
    .frame_base = get_frame_base,
    .indexed = get_indexed,
    .entry_value = get_entry_value,
    .thread_local_address = get_thread_local,
    .call = get_called,
    .base_type = get_base_type,
};

static void make_input(struct scene *scene, struct lupe_expression_input *ret)
{
	*ret = (struct lupe_expression_input){
	    .memory = scene->frame->memory,
	    .reg = get_register,
	    .context = scene,
	    .has_cfa = scene->frame->has_cfa,
	    .cfa = scene->frame->cfa,
	    .bias = scene->bias,
	    .debug = &debug,
	};
}

static bool evaluate(struct scene *scene, const unsigned char *expression, size_t size, uint64_t *ret)
{
	struct lupe_expression_input input;

	make_input(scene, &input);
	return lupe_expression_evaluate(&input, expression, size, ret);
}

/* --- values --- */

static struct lupe_value *nothing(struct lupe_decode *decode, const struct lupe_type *type, uint32_t flag)
{
	struct lupe_value *value = lupe_arena_alloc(decode->arena, sizeof(*value));

	if (value) {
		value->type = type;
		value->flags = flag;
	}
	return value;
}

static struct lupe_value *optimized_out(struct lupe_decode *decode, const struct lupe_type *type)
{
	return nothing(decode, type, LUPE_VALUE_OPTIMIZED_OUT);
}

/* A register's bytes; false: it is not known. */
static bool register_bytes(const struct lupe_debug_frame *frame, uint64_t number,
			   unsigned char ret[VECTOR_SIZE], size_t *ret_size)
{
	if (number >= VECTOR_FIRST && number <= VECTOR_LAST && frame->vectors) {
		memcpy(ret, frame->vectors + (number - VECTOR_FIRST) * VECTOR_SIZE, VECTOR_SIZE);
		*ret_size = VECTOR_SIZE;
		return true;
	}
	if (number >= LUPE_DEBUG_REGISTERS || !(frame->known & (1u << number)))
		return false;
	memcpy(ret, &frame->regs[number], 8);
	*ret_size = 8;
	return true;
}

/* Up to `size` bytes of a piece; what it does not bring stays zero. False: it cannot be had. */
static bool piece_bytes(const struct scene *scene, const struct lupe_location_piece *piece,
			unsigned char *ret, size_t size)
{
	unsigned char buffer[VECTOR_SIZE];
	size_t got;

	switch (piece->kind) {
	case LUPE_LOCATION_MEMORY:
		return lupe_memory_read_some(scene->frame->memory, piece->value, ret, size) == size;
	case LUPE_LOCATION_REGISTER:
		if (!register_bytes(scene->frame, piece->value, buffer, &got))
			return false;
		memcpy(ret, buffer, MIN(size, got));
		return true;
	case LUPE_LOCATION_VALUE:
		memcpy(ret, &piece->value, MIN(size, sizeof(piece->value)));
		return true;
	case LUPE_LOCATION_BYTES:
		if (piece->n_bytes)
			memcpy(ret, piece->bytes, MIN(size, piece->n_bytes));
		return true;
	case LUPE_LOCATION_NOTHING:
	case LUPE_LOCATION_POINTER:
		break;
	}
	return false;
}

/* Marks what lies, even in part, in the missing bytes. */
static void mark_missing(struct lupe_value *value, const unsigned char *present, size_t offset,
			 size_t size)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	size_t own = lupe_type_size(value->type);
	bool all = true;

	for (size_t i = offset; i < offset + own && i < size; i++)
		all &= present[i];
	if (all)
		return;
	if (!type || (type->kind != LUPE_KIND_STRUCT && type->kind != LUPE_KIND_UNION &&
		      type->kind != LUPE_KIND_ARRAY)) {
		value->flags |= LUPE_VALUE_OPTIMIZED_OUT;
		return;
	}
	for (uint32_t i = 0; i < value->n_children; i++) {
		struct lupe_value *child = &value->children[i];

		mark_missing(child, present,
			     offset + (child->member ? child->member->offset
						     : i * lupe_type_size(child->type)),
			     size);
	}
}

static bool is_in_unread_register(const struct scene *scene, const struct lupe_location *location)
{
	return scene->frame->is_partial && location->pieces[0].kind == LUPE_LOCATION_REGISTER;
}

/* The bytes of something that lies in pieces, and which of them there are. */
struct gathered {
	unsigned char *bytes, *present;
	size_t size, n_present;
};

/* False: it cannot be read so, or memory ran out (`bytes` NULL). */
static bool gather(const struct scene *scene, const struct lupe_location *location,
		   const struct lupe_type *type, struct lupe_arena *arena, struct gathered *ret)
{
	size_t at = 0;

	*ret = (struct gathered){.size = lupe_type_size(type)};
	if (!ret->size || ret->size > MAX_VALUE)
		return false;
	ret->bytes = lupe_arena_alloc(arena, ret->size + VECTOR_SIZE);
	ret->present = lupe_arena_alloc(arena, ret->size + VECTOR_SIZE);
	if (!ret->bytes || !ret->present)
		return false;
	for (size_t i = 0; i < location->n_pieces && at < ret->size; i++) {
		const struct lupe_location_piece *piece = &location->pieces[i];
		size_t length = piece->bit_size ? piece->bit_size / 8 : ret->size;

		if (piece->bit_size % 8 || piece->bit_offset) /* parts of bytes: rare, and not read */
			return false;
		length = MIN(length, ret->size - at);
		if (piece_bytes(scene, piece, ret->bytes + at, length)) {
			memset(ret->present + at, 1, length);
			ret->n_present += length;
		}
		at += length;
	}
	return true;
}

static uint32_t why_nothing(const struct scene *scene, const struct lupe_location *location)
{
	return is_in_unread_register(scene, location) ? LUPE_VALUE_UNAVAILABLE : LUPE_VALUE_OPTIMIZED_OUT;
}

static struct lupe_value *read_pieces(const struct scene *scene, const struct lupe_location *location,
				      const struct lupe_type *type, struct lupe_decode *decode)
{
	struct gathered gathered;
	struct lupe_value *value;

	if (!gather(scene, location, type, decode->arena, &gathered))
		return optimized_out(decode, type);
	if (!gathered.n_present)
		return nothing(decode, type, why_nothing(scene, location));
	value = lupe_value_over(decode, type, 0, gathered.bytes, gathered.size);
	if (value && gathered.n_present < gathered.size)
		mark_missing(value, gathered.present, 0, gathered.size);
	return value;
}

static struct lupe_value *read_location(const struct scene *scene,
					const struct lupe_location *location,
					const struct lupe_type *type, struct lupe_decode *decode)
{
	const struct lupe_location_piece *first = &location->pieces[0];

	if (location->n_pieces == 1 && first->kind == LUPE_LOCATION_MEMORY && !first->bit_size)
		return lupe_value_read(decode, type, first->value);
	return read_pieces(scene, location, type, decode);
}

/* A variable that is a constant. False: it is none. */
static bool locate_constant(struct scene *scene, Dwarf_Die die, struct lupe_location *ret)
{
	struct lupe_location_piece *piece = &ret->pieces[0];
	struct lupe_dwarf *dwarf = scene->unit->dwarf;

	if (!lupe_die_has(dwarf, die, DW_AT_const_value))
		return false;
	*ret = (struct lupe_location){.n_pieces = 1};
	if (lupe_die_number(dwarf, die, DW_AT_const_value, &piece->value)) {
		piece->kind = LUPE_LOCATION_VALUE;
		return true;
	}
	piece->kind = LUPE_LOCATION_BYTES;
	piece->bytes = lupe_die_block(dwarf, die, DW_AT_const_value, &piece->n_bytes);
	if (!piece->bytes) {
		piece->bytes = (const void *)lupe_die_string(dwarf, die, DW_AT_const_value);
		piece->n_bytes = piece->bytes ? strlen((const char *)piece->bytes) + 1 : 0;
	}
	return true;
}

/* Where a variable is now; false: nowhere. */
static bool locate_entry(struct scene *scene, Dwarf_Die die, struct lupe_location *ret)
{
	struct lupe_expression_input input;
	const unsigned char *expression;
	size_t size;

	if (locate_constant(scene, die, ret))
		return true;
	make_input(scene, &input);
	return lupe_die_location(scene->unit, die, DW_AT_location, scene->address, &expression, &size) &&
	       lupe_expression_locate(&input, expression, size, ret);
}

struct read_question {
	const struct lupe_debug_frame *frame;
	const struct lupe_debug_variable *variable;
	struct lupe_decode *decode;
	struct lupe_value *value;
};

static struct lupe_value *read_entry(struct scene *scene, Dwarf_Die die,
				     const struct read_question *question)
{
	const struct lupe_type *type = question->variable->type;
	struct lupe_location location;

	if (!locate_entry(scene, die, &location))
		return optimized_out(question->decode, type);
	return read_location(scene, &location, type, question->decode);
}

static void read_variable(void *argument)
{
	struct read_question *question = argument;
	struct scene scene;
	Dwarf_Die die;

	if (!question->variable->type || !set_scene(question->frame, &scene))
		return;
	die = lupe_die_at(scene.unit->dwarf, question->variable->entry);
	if (die)
		question->value = read_entry(&scene, die, question);
}

/* Where the parameter was at the function's first instruction, if that is a register. */
static bool entry_register(struct scene *scene, Dwarf_Die die, const unsigned char **ret, size_t *ret_size)
{
	Dwarf_Die function = lupe_die_at(scene->unit->dwarf, scene->function);
	lupe_addr start;
	bool found;

	found = function && lupe_die_address(scene->unit, function, DW_AT_low_pc, &start);
	return found && lupe_die_location(scene->unit, die, DW_AT_location, start, ret, ret_size) &&
	       *ret_size == 1 && **ret >= DW_OP_reg0 && **ret <= DW_OP_reg31;
}

static void read_at_entry(void *argument)
{
	struct read_question *question = argument;
	struct lupe_location location = {.n_pieces = 1};
	const unsigned char *expression;
	struct scene scene;
	size_t size;
	Dwarf_Die die;

	if (!question->variable->type || !set_scene(question->frame, &scene))
		return;
	die = lupe_die_at(scene.unit->dwarf, question->variable->entry);
	location.pieces[0].kind = LUPE_LOCATION_VALUE;
	if (die && entry_register(&scene, die, &expression, &size) &&
	    get_entry_value(&scene, expression, size, &location.pieces[0].value))
		question->value = read_location(&scene, &location, question->variable->type,
						question->decode);
}

/* --- the public face --- */

/* --- storage --- */

static void store(const struct scene *scene, const struct lupe_location *location, const struct lupe_type *type,
		  struct lupe_arena *arena, struct lupe_debug_storage *ret)
{
	const struct lupe_location_piece *first = &location->pieces[0];
	struct gathered gathered;

	if (location->n_pieces == 1 && first->kind == LUPE_LOCATION_MEMORY && !first->bit_size) {
		ret->address = first->value;
		ret->flags = 0;
		return;
	}
	if (!gather(scene, location, type, arena, &gathered))
		return;
	ret->flags = why_nothing(scene, location);
	if (gathered.n_present < gathered.size)
		return;
	ret->flags = 0;
	ret->bytes = gathered.bytes;
	ret->size = gathered.size;
	if (location->n_pieces == 1 && first->kind == LUPE_LOCATION_REGISTER)
		ret->reg = (int)first->value;
}

struct storage_question {
	const struct lupe_debug_frame *frame;
	const struct lupe_debug_variable *variable;
	struct lupe_arena *arena;
	struct lupe_debug_storage *ret;
};

static void find_storage(void *argument)
{
	struct storage_question *question = argument;
	struct lupe_location location;
	struct scene scene;
	Dwarf_Die die;

	if (!question->variable->type || !set_scene(question->frame, &scene))
		return;
	die = lupe_die_at(scene.unit->dwarf, question->variable->entry);
	if (die && locate_entry(&scene, die, &location))
		store(&scene, &location, question->variable->type, question->arena, question->ret);
}

static const struct lupe_debug_storage nowhere = {.flags = LUPE_VALUE_OPTIMIZED_OUT, .reg = -1};

void lupe_debug_locate(const struct lupe_debug_frame *frame, const struct lupe_debug_variable *variable,
		       struct lupe_arena *arena, struct lupe_debug_storage *ret)
{
	struct storage_question question = {frame, variable, arena, ret};

	*ret = nowhere;
	(void)lupe_modules_ask(frame->modules, frame->address, find_storage, &question);
}

struct global_question {
	const struct lupe_debug_frame *frame;
	struct lupe_module *module;
	const struct lupe_debug_name *name;
	const struct lupe_type *type;
	struct lupe_arena *arena;
	struct lupe_debug_storage *ret;
};

static void find_global(void *argument)
{
	struct global_question *question = argument;
	struct lupe_dwarf_unit *unit = (struct lupe_dwarf_unit *)question->name->unit;
	struct scene scene = {
	    .frame = question->frame,
	    .unit = unit,
	    .bias = question->module->bias + lupe_image_dwarf(question->module->image)->shift,
	    .module = question->module,
	};
	Dwarf_Die die = lupe_die_at(unit->dwarf, question->name->entry);
	struct lupe_location location;

	if (die && locate_entry(&scene, die, &location))
		store(&scene, &location, question->type, question->arena, question->ret);
}

void lupe_debug_locate_global(const struct lupe_debug_frame *frame, struct lupe_module *module,
			      const struct lupe_debug_name *name, struct lupe_arena *arena,
			      struct lupe_debug_storage *ret)
{
	struct global_question question = {
	    frame, module, name, lupe_image_type(module->image, name, NULL), arena, ret};

	*ret = nowhere;
	if (question.type)
		(void)lupe_image_ask(module->image, find_global, &question);
}

/* --- lists and values --- */

size_t lupe_debug_variables(const struct lupe_debug_frame *frame, size_t level,
			    struct lupe_arena *arena, const struct lupe_debug_variable **ret)
{
	struct list_question question = {.frame = frame, .level = level, .arena = arena};

	if (!lupe_modules_ask(frame->modules, frame->address, list_variables, &question))
		question.count = 0;
	*ret = question.ret;
	return question.count;
}

struct lupe_value *lupe_debug_read(const struct lupe_debug_frame *frame,
				   const struct lupe_debug_variable *variable,
				   struct lupe_decode *decode)
{
	struct read_question question = {frame, variable, decode, NULL};

	if (lupe_modules_ask(frame->modules, frame->address, read_variable, &question) &&
	    question.value)
		return question.value;
	return optimized_out(decode, variable->type);
}

struct lupe_value *lupe_debug_read_at_entry(const struct lupe_debug_frame *frame,
					    const struct lupe_debug_variable *variable,
					    struct lupe_decode *decode)
{
	struct read_question question = {frame, variable, decode, NULL};

	if (!variable->is_parameter ||
	    !lupe_modules_ask(frame->modules, frame->address, read_at_entry, &question))
		return NULL;
	return question.value;
}
