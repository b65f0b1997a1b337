/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DWARF expressions; see image/expression.h.
 */
#include "image/expression.h"

#include <dwarf.h>
#include "base/reader.h"

enum { STACK = 64, MAX_STEPS = 10000 };

struct machine {
	const struct lupe_expression_input *input;
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

bool lupe_expression_evaluate(const struct lupe_expression_input *input,
			      const unsigned char *expression, size_t size, uint64_t *ret)
{
	struct machine machine = {
	    .input = input, .start = expression, .code = lupe_reader_over(expression, size)};

	if (input->has_initial)
		push(&machine, input->initial);
	for (unsigned step = 0; lupe_reader_left(&machine.code); step++) {
		uint8_t code = lupe_reader_unsigned(&machine.code, 1);

		if (step == MAX_STEPS ||
		    !(execute_constant(&machine, code) || execute_access(&machine, code) ||
		      execute_flow(&machine, code) || execute_stack(&machine, code) ||
		      execute_arithmetic(&machine, code)) ||
		    machine.failed || machine.code.bad)
			return false;
	}
	if (!machine.depth)
		return false;
	*ret = pop(&machine);
	return true;
}
