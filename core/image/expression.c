/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DWARF expressions; see image/expression.h.
 */
#include "image/expression.h"

#include <dwarf.h>
#include "base/reader.h"

enum { STACK = 64, MAX_STEPS = 10000 };

/* How deep an expression may call those of other entries. */
enum { MAX_CALLS = 8 };

struct machine {
	const struct lupe_expression_input *input;
	struct lupe_location *location;	  /* NULL: a value is wanted */
	struct lupe_location_piece piece; /* the one being described; NOTHING: by the stack */
	bool has_piece;
	unsigned calls, steps;
	const unsigned char *start;
	struct lupe_reader code;
	uint64_t stack[STACK];
	unsigned depth;
	bool failed;
};

static void push(struct machine *machine, uint64_t value)
{
	if (machine->depth == STACK) {
		machine->failed = true;
		return;
	}
	machine->stack[machine->depth++] = value;
}

static uint64_t pop(struct machine *machine)
{
	if (!machine->depth) {
		machine->failed = true;
		return 0;
	}
	return machine->stack[--machine->depth];
}

/* The element that lies `index` below the top. */
static uint64_t peek(struct machine *machine, uint64_t index)
{
	if (index >= machine->depth) {
		machine->failed = true;
		return 0;
	}
	return machine->stack[machine->depth - 1 - index];
}

static void push_register(struct machine *machine, uint64_t number, int64_t offset)
{
	uint64_t value = 0;

	if (!machine->input->reg || !machine->input->reg(machine->input->context, number, &value))
		machine->failed = true;
	push(machine, value + offset);
}

static void push_frame_base(struct machine *machine, int64_t offset)
{
	const struct lupe_expression_debug *debug = machine->input->debug;
	uint64_t base = 0;

	if (!debug || !debug->frame_base(machine->input->context, &base))
		machine->failed = true;
	push(machine, base + offset);
}

static void dereference(struct machine *machine, size_t size)
{
	lupe_addr address = pop(machine);
	uint64_t value = 0;

	if (size < 1 || size > sizeof(value) ||
	    lupe_memory_read_some(machine->input->memory, address, &value, size) != size)
		machine->failed = true;
	push(machine, value);
}

static void jump(struct machine *machine, int64_t distance)
{
	int64_t at = machine->code.at - machine->start + distance;

	if (at < 0 || at > machine->code.end - machine->start)
		machine->failed = true;
	else
		machine->code.at = machine->start + at;
}

/* Constants; false: it is none. */
static bool execute_constant(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = &machine->code;

	if (code >= DW_OP_lit0 && code <= DW_OP_lit31) {
		push(machine, code - DW_OP_lit0);
		return true;
	}
	switch (code) {
	case DW_OP_addr:
		push(machine, lupe_reader_unsigned(reader, 8) + machine->input->bias);
		return true;
	case DW_OP_const1u:
	case DW_OP_const2u:
	case DW_OP_const4u:
	case DW_OP_const8u: /* the codes of the signed ones lie between */
		push(machine, lupe_reader_unsigned(reader, 1u << (code - DW_OP_const1u) / 2));
		return true;
	case DW_OP_const1s:
	case DW_OP_const2s:
	case DW_OP_const4s:
	case DW_OP_const8s:
		push(machine, lupe_reader_signed(reader, 1u << (code - DW_OP_const1s) / 2));
		return true;
	case DW_OP_constu:
		push(machine, lupe_reader_uleb(reader));
		return true;
	case DW_OP_consts:
		push(machine, lupe_reader_sleb(reader));
		return true;
	default:
		return false;
	}
}

/* Registers and memory; false: it is no such operation. */
static bool execute_access(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = &machine->code;
	uint64_t number;

	if (code >= DW_OP_breg0 && code <= DW_OP_breg31) {
		push_register(machine, code - DW_OP_breg0, lupe_reader_sleb(reader));
		return true;
	}
	switch (code) {
	case DW_OP_bregx:
		number = lupe_reader_uleb(reader);
		push_register(machine, number, lupe_reader_sleb(reader));
		return true;
	case DW_OP_deref:
		dereference(machine, 8);
		return true;
	case DW_OP_deref_size:
		dereference(machine, lupe_reader_unsigned(reader, 1));
		return true;
	case DW_OP_fbreg:
		push_frame_base(machine, lupe_reader_sleb(reader));
		return true;
	case DW_OP_call_frame_cfa:
		machine->failed |= !machine->input->has_cfa;
		push(machine, machine->input->cfa);
		return true;
	default:
		return false;
	}
}

/* Rearranging the stack; false: it is no such operation. */
static bool execute_stack(struct machine *machine, uint8_t code)
{
	uint64_t first, second, third;

	switch (code) {
	case DW_OP_dup:
		push(machine, peek(machine, 0));
		return true;
	case DW_OP_drop:
		pop(machine);
		return true;
	case DW_OP_over:
		push(machine, peek(machine, 1));
		return true;
	case DW_OP_pick:
		push(machine, peek(machine, lupe_reader_unsigned(&machine->code, 1)));
		return true;
	case DW_OP_swap:
		first = pop(machine);
		second = pop(machine);
		push(machine, first);
		push(machine, second);
		return true;
	case DW_OP_rot:
		first = pop(machine);
		second = pop(machine);
		third = pop(machine);
		push(machine, first);
		push(machine, third);
		push(machine, second);
		return true;
	default:
		return false;
	}
}

static uint64_t shift_right_signed(uint64_t value, uint64_t by)
{
	return (int64_t)value >> (by < 63 ? by : 63);
}

/* Two operands make one; `left` was pushed first. False: it is no such operation. */
static bool binary(struct machine *machine, uint8_t code, uint64_t left, uint64_t right,
		   uint64_t *ret)
{
	int64_t a = left, b = right;

	switch (code) {
	case DW_OP_and: *ret = left & right; return true;
	case DW_OP_or: *ret = left | right; return true;
	case DW_OP_xor: *ret = left ^ right; return true;
	case DW_OP_plus: *ret = left + right; return true;
	case DW_OP_minus: *ret = left - right; return true;
	case DW_OP_mul: *ret = left * right; return true;
	case DW_OP_shl: *ret = right < 64 ? left << right : 0; return true;
	case DW_OP_shr: *ret = right < 64 ? left >> right : 0; return true;
	case DW_OP_shra: *ret = shift_right_signed(left, right); return true;
	case DW_OP_eq: *ret = left == right; return true;
	case DW_OP_ne: *ret = left != right; return true;
	case DW_OP_lt: *ret = a < b; return true;
	case DW_OP_le: *ret = a <= b; return true;
	case DW_OP_gt: *ret = a > b; return true;
	case DW_OP_ge: *ret = a >= b; return true;
	case DW_OP_mod:
		machine->failed |= !right;
		*ret = right ? left % right : 0;
		return true;
	case DW_OP_div: /* signed; the one quotient that does not fit wraps */
		machine->failed |= !right;
		*ret = !right ? 0 : b == -1 ? 0 - left : (uint64_t)(a / b);
		return true;
	default:
		return false;
	}
}

static bool execute_arithmetic(struct machine *machine, uint8_t code)
{
	uint64_t value, result;

	switch (code) {
	case DW_OP_abs:
		value = pop(machine);
		push(machine, (int64_t)value < 0 ? 0 - value : value);
		return true;
	case DW_OP_neg:
		push(machine, 0 - pop(machine));
		return true;
	case DW_OP_not:
		push(machine, ~pop(machine));
		return true;
	case DW_OP_plus_uconst:
		value = lupe_reader_uleb(&machine->code);
		push(machine, pop(machine) + value);
		return true;
	default:
		if (!binary(machine, code, peek(machine, 1), peek(machine, 0), &result))
			return false;
		pop(machine);
		pop(machine);
		push(machine, result);
		return true;
	}
}

static bool execute_flow(struct machine *machine, uint8_t code)
{
	int64_t distance;

	switch (code) {
	case DW_OP_nop:
		return true;
	case DW_OP_skip:
		jump(machine, lupe_reader_signed(&machine->code, 2));
		return true;
	case DW_OP_bra:
		distance = lupe_reader_signed(&machine->code, 2);
		if (pop(machine))
			jump(machine, distance);
		return true;
	default:
		return false;
	}
}

/* --- what only variables use --- */

static bool run(struct machine *machine, const unsigned char *expression, size_t size);

static void push_indexed(struct machine *machine, uint64_t index, uint64_t bias)
{
	uint64_t value = 0;

	if (!machine->input->debug->indexed(machine->input->context, index, &value))
		machine->failed = true;
	push(machine, value + bias);
}

static void push_entry_value(struct machine *machine)
{
	uint64_t size = lupe_reader_uleb(&machine->code), value = 0;
	const unsigned char *expression = lupe_reader_skip(&machine->code, size);

	if (!expression || !machine->input->debug->entry_value(machine->input->context, expression,
							       size, &value))
		machine->failed = true;
	push(machine, value);
}

static void push_thread_local(struct machine *machine)
{
	uint64_t address = 0;

	if (!machine->input->debug->thread_local_address(machine->input->context, pop(machine),
							 &address))
		machine->failed = true;
	push(machine, address);
}

static void call(struct machine *machine, uint64_t offset, bool is_global)
{
	struct lupe_reader code = machine->code;
	const unsigned char *start = machine->start, *expression;
	size_t size;

	if (machine->calls == MAX_CALLS ||
	    !machine->input->debug->call(machine->input->context, offset, is_global, &expression,
					 &size)) {
		machine->failed = true;
		return;
	}
	machine->calls++;
	machine->failed |= !run(machine, expression, size);
	machine->calls--;
	machine->code = code;
	machine->start = start;
}

static bool find_type(struct machine *machine, uint64_t offset, uint32_t *ret_size, bool *ret_signed)
{
	if (machine->input->debug->base_type(machine->input->context, offset, ret_size, ret_signed))
		return true;
	machine->failed = true;
	return false;
}

/* A number cut to a type's size and extended again: the stack has 64 bits for all of them. */
static uint64_t converted(uint64_t value, uint32_t size, bool is_signed)
{
	unsigned unused = size < 8 ? 64 - size * 8 : 0;

	value <<= unused;
	return is_signed ? (uint64_t)((int64_t)value >> unused) : value >> unused;
}

static void convert_top(struct machine *machine, uint64_t type)
{
	uint64_t value = pop(machine);
	bool is_signed;
	uint32_t size;

	if (find_type(machine, type, &size, &is_signed))
		push(machine, converted(value, size, is_signed));
}

static void push_typed_constant(struct machine *machine)
{
	uint64_t type = lupe_reader_uleb(&machine->code), value;
	uint64_t length = lupe_reader_unsigned(&machine->code, 1);
	bool is_signed;
	uint32_t size;

	if (length > 8 || !find_type(machine, type, &size, &is_signed)) {
		machine->failed = true;
		return;
	}
	value = lupe_reader_unsigned(&machine->code, length);
	push(machine, converted(value, size, is_signed));
}

/* Typed operations; false: it is none. */
static bool execute_typed(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = &machine->code;
	uint64_t number;

	switch (code) {
	case DW_OP_convert:
	case DW_OP_GNU_convert:
	case DW_OP_reinterpret:
	case DW_OP_GNU_reinterpret:
		convert_top(machine, lupe_reader_uleb(reader));
		return true;
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
		number = lupe_reader_uleb(reader);
		push_register(machine, number, 0);
		convert_top(machine, lupe_reader_uleb(reader));
		return true;
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		dereference(machine, lupe_reader_unsigned(reader, 1));
		convert_top(machine, lupe_reader_uleb(reader));
		return true;
	case DW_OP_const_type:
	case DW_OP_GNU_const_type:
		push_typed_constant(machine);
		return true;
	default:
		return false;
	}
}

static bool execute_debug(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = &machine->code;

	if (!machine->input->debug)
		return false;
	switch (code) {
	case DW_OP_addrx:
	case DW_OP_GNU_addr_index:
		push_indexed(machine, lupe_reader_uleb(reader), machine->input->bias);
		return true;
	case DW_OP_constx:
	case DW_OP_GNU_const_index:
		push_indexed(machine, lupe_reader_uleb(reader), 0);
		return true;
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value:
		push_entry_value(machine);
		return true;
	case DW_OP_form_tls_address:
	case DW_OP_GNU_push_tls_address:
		push_thread_local(machine);
		return true;
	case DW_OP_call2:
		call(machine, lupe_reader_unsigned(reader, 2), false);
		return true;
	case DW_OP_call4:
		call(machine, lupe_reader_unsigned(reader, 4), false);
		return true;
	case DW_OP_call_ref:
		call(machine, lupe_reader_unsigned(reader, 4), true);
		return true;
	default:
		return execute_typed(machine, code);
	}
}

/* --- locations --- */

static void describe_piece(struct machine *machine, enum lupe_location_kind kind, uint64_t value)
{
	machine->failed |= machine->has_piece;
	machine->has_piece = true;
	machine->piece = (struct lupe_location_piece){.kind = kind, .value = value};
}

/* Without another description it is memory at the address on the stack, or nothing. */
static void end_piece(struct machine *machine, uint64_t bit_size, uint64_t bit_offset)
{
	struct lupe_location *location = machine->location;

	if (!machine->has_piece && machine->depth)
		describe_piece(machine, LUPE_LOCATION_MEMORY, pop(machine));
	if (location->n_pieces == LUPE_LOCATION_PIECES) {
		machine->failed = true;
		return;
	}
	machine->piece.bit_size = bit_size;
	machine->piece.bit_offset = bit_offset;
	location->pieces[location->n_pieces++] = machine->piece;
	machine->piece = (struct lupe_location_piece){0};
	machine->has_piece = false;
}

static void describe_bytes(struct machine *machine)
{
	uint64_t size = lupe_reader_uleb(&machine->code);
	const unsigned char *bytes = lupe_reader_skip(&machine->code, size);

	describe_piece(machine, LUPE_LOCATION_BYTES, 0);
	machine->piece.bytes = bytes;
	machine->piece.n_bytes = bytes ? size : 0;
}

static void describe_pointer(struct machine *machine)
{
	lupe_reader_unsigned(&machine->code, 4); /* the entry pointed to */
	lupe_reader_sleb(&machine->code);
	describe_piece(machine, LUPE_LOCATION_POINTER, 0);
}

static bool execute_location(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = &machine->code;
	uint64_t size;

	if (!machine->location)
		return false;
	if (code >= DW_OP_reg0 && code <= DW_OP_reg31) {
		describe_piece(machine, LUPE_LOCATION_REGISTER, code - DW_OP_reg0);
		return true;
	}
	switch (code) {
	case DW_OP_regx:
		describe_piece(machine, LUPE_LOCATION_REGISTER, lupe_reader_uleb(reader));
		return true;
	case DW_OP_stack_value:
		describe_piece(machine, LUPE_LOCATION_VALUE, pop(machine));
		return true;
	case DW_OP_implicit_value:
		describe_bytes(machine);
		return true;
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer:
		describe_pointer(machine);
		return true;
	case DW_OP_piece:
		size = lupe_reader_uleb(reader);
		machine->failed |= !size || size > UINT32_MAX;
		end_piece(machine, size * 8, 0);
		return true;
	case DW_OP_bit_piece:
		size = lupe_reader_uleb(reader);
		machine->failed |= !size || size > UINT32_MAX;
		end_piece(machine, size, lupe_reader_uleb(reader));
		return true;
	default:
		return false;
	}
}

/* --- running --- */

static bool execute(struct machine *machine, uint8_t code)
{
	return execute_constant(machine, code) || execute_access(machine, code) ||
	       execute_flow(machine, code) || execute_stack(machine, code) ||
	       execute_location(machine, code) || execute_debug(machine, code) ||
	       execute_arithmetic(machine, code);
}

static bool run(struct machine *machine, const unsigned char *expression, size_t size)
{
	machine->start = expression;
	machine->code = lupe_reader_over(expression, size);
	while (lupe_reader_left(&machine->code)) {
		uint8_t code = lupe_reader_unsigned(&machine->code, 1);

		if (machine->steps++ == MAX_STEPS || !execute(machine, code) || machine->failed ||
		    machine->code.bad)
			return false;
	}
	return true;
}

bool lupe_expression_evaluate(const struct lupe_expression_input *input,
			      const unsigned char *expression, size_t size, uint64_t *ret)
{
	struct machine machine = {.input = input};

	if (input->has_initial)
		push(&machine, input->initial);
	if (!run(&machine, expression, size) || !machine.depth)
		return false;
	*ret = pop(&machine);
	return true;
}

bool lupe_expression_locate(const struct lupe_expression_input *input,
			    const unsigned char *expression, size_t size, struct lupe_location *ret)
{
	struct machine machine = {.input = input, .location = ret};

	ret->n_pieces = 0;
	if (size && !run(&machine, expression, size))
		return false;
	if (!ret->n_pieces)
		end_piece(&machine, 0, 0);
	return !machine.failed;
}
