/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Carries out call frame instructions up to an address. Source: DWARF 5 section 6.4.2.
 */
#include <dwarf.h>
#include <string.h>
#include "image/cfi_entry.h"

enum { MAX_REMEMBERED = 16, HIGH_BITS = 0xc0, LOW_BITS = 0x3f };

struct machine {
	const struct lupe_fde *fde;
	const struct lupe_cfi_space *space;
	struct lupe_cfi_row row, initial;
	struct lupe_cfi_row remembered[MAX_REMEMBERED];
	unsigned n_remembered;
	lupe_addr at, wanted;
	struct lupe_reader *reader;
	bool in_cie; /* no row has been reached yet, and nothing can be restored */
};

static struct lupe_cfi_rule rule_of(enum lupe_cfi_kind kind, uint64_t reg, int64_t offset)
{
	/* A register that no table has stays one, and is found so when it is used. */
	return (struct lupe_cfi_rule){
	    .kind = kind, .reg = reg > UINT16_MAX ? UINT16_MAX : reg, .offset = offset};
}

/* Registers that nobody keeps (the vector ones) are parsed over. */
static void set_rule(struct machine *machine, uint64_t reg, struct lupe_cfi_rule rule)
{
	if (reg < LUPE_CFI_REGISTERS)
		machine->row.regs[reg] = rule;
}

static void set_offset(struct machine *machine, uint64_t reg, enum lupe_cfi_kind kind,
		       int64_t factored)
{
	int64_t offset = (uint64_t)factored * (uint64_t)machine->fde->cie.data_factor;

	set_rule(machine, reg, rule_of(kind, 0, offset));
}

static bool restore(struct machine *machine, uint64_t reg)
{
	if (reg < LUPE_CFI_REGISTERS)
		machine->row.regs[reg] = machine->initial.regs[reg];
	return !machine->in_cie;
}

static struct lupe_cfi_rule expression(struct lupe_reader *reader, enum lupe_cfi_kind kind)
{
	uint64_t size = lupe_reader_uleb(reader);
	struct lupe_cfi_rule rule = {.kind = kind};

	rule.expression = lupe_reader_skip(reader, size);
	rule.size = size;
	if (size > UINT32_MAX)
		reader->bad = true;
	return rule;
}

static bool remember(struct machine *machine)
{
	if (machine->n_remembered == MAX_REMEMBERED)
		return false;
	machine->remembered[machine->n_remembered++] = machine->row;
	return true;
}

static bool restore_state(struct machine *machine)
{
	if (!machine->n_remembered)
		return false;
	machine->row = machine->remembered[--machine->n_remembered];
	return true;
}

static void advance(struct machine *machine, uint64_t count)
{
	machine->at += count * machine->fde->cie.code_factor;
}

static void set_location(struct machine *machine)
{
	const struct lupe_cfi_space *space = machine->space;
	lupe_addr here = space->address + (machine->reader->at - space->bytes);

	machine->at = lupe_eh_address(machine->reader, machine->fde->cie.encoding, here, 0);
}

static void set_cfa(struct machine *machine, uint64_t reg, int64_t offset)
{
	machine->row.cfa = rule_of(LUPE_CFI_REGISTER, reg, offset);
}

/* The instructions that define the CFA; false: it is none of them. */
static bool execute_cfa(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = machine->reader;
	struct lupe_cfi_rule *cfa = &machine->row.cfa;
	int64_t factor = machine->fde->cie.data_factor;
	uint64_t reg;

	switch (code) {
	case DW_CFA_def_cfa:
		reg = lupe_reader_uleb(reader);
		set_cfa(machine, reg, lupe_reader_uleb(reader));
		return true;
	case DW_CFA_def_cfa_sf:
		reg = lupe_reader_uleb(reader);
		set_cfa(machine, reg, (uint64_t)lupe_reader_sleb(reader) * (uint64_t)factor);
		return true;
	case DW_CFA_def_cfa_register: /* after an expression it makes no sense, as the next two */
		reader->bad |= cfa->kind == LUPE_CFI_EXPRESSION;
		set_cfa(machine, lupe_reader_uleb(reader), cfa->offset);
		return true;
	case DW_CFA_def_cfa_offset:
		reader->bad |= cfa->kind == LUPE_CFI_EXPRESSION;
		set_cfa(machine, cfa->reg, lupe_reader_uleb(reader));
		return true;
	case DW_CFA_def_cfa_offset_sf:
		reader->bad |= cfa->kind == LUPE_CFI_EXPRESSION;
		set_cfa(machine, cfa->reg,
			(uint64_t)lupe_reader_sleb(reader) * (uint64_t)factor);
		return true;
	case DW_CFA_def_cfa_expression:
		*cfa = expression(reader, LUPE_CFI_EXPRESSION);
		return true;
	default:
		return false;
	}
}

/* The instructions that say where a register is; false: it is none of them. */
static bool execute_rule(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = machine->reader;
	uint64_t reg = lupe_reader_uleb(reader);

	switch (code) {
	case DW_CFA_undefined:
		set_rule(machine, reg, rule_of(LUPE_CFI_UNDEFINED, 0, 0));
		return true;
	case DW_CFA_same_value:
		set_rule(machine, reg, rule_of(LUPE_CFI_SAME, 0, 0));
		return true;
	case DW_CFA_register:
		set_rule(machine, reg, rule_of(LUPE_CFI_REGISTER, lupe_reader_uleb(reader), 0));
		return true;
	case DW_CFA_offset_extended:
		set_offset(machine, reg, LUPE_CFI_OFFSET, lupe_reader_uleb(reader));
		return true;
	case DW_CFA_offset_extended_sf:
		set_offset(machine, reg, LUPE_CFI_OFFSET, lupe_reader_sleb(reader));
		return true;
	case DW_CFA_GNU_negative_offset_extended:
		set_offset(machine, reg, LUPE_CFI_OFFSET, 0 - lupe_reader_uleb(reader));
		return true;
	case DW_CFA_val_offset:
		set_offset(machine, reg, LUPE_CFI_VAL_OFFSET, lupe_reader_uleb(reader));
		return true;
	case DW_CFA_val_offset_sf:
		set_offset(machine, reg, LUPE_CFI_VAL_OFFSET, lupe_reader_sleb(reader));
		return true;
	case DW_CFA_expression:
		set_rule(machine, reg, expression(reader, LUPE_CFI_EXPRESSION));
		return true;
	case DW_CFA_val_expression:
		set_rule(machine, reg, expression(reader, LUPE_CFI_VAL_EXPRESSION));
		return true;
	case DW_CFA_restore_extended:
		return restore(machine, reg);
	default:
		return false;
	}
}

/* One instruction; false: it is unknown or impossible. */
static bool execute(struct machine *machine, uint8_t code)
{
	struct lupe_reader *reader = machine->reader;

	switch (code & HIGH_BITS) {
	case DW_CFA_advance_loc:
		advance(machine, code & LOW_BITS);
		return true;
	case DW_CFA_offset:
		set_offset(machine, code & LOW_BITS, LUPE_CFI_OFFSET, lupe_reader_uleb(reader));
		return true;
	case DW_CFA_restore:
		return restore(machine, code & LOW_BITS);
	}
	switch (code) {
	case DW_CFA_nop:
		return true;
	case DW_CFA_set_loc:
		set_location(machine);
		return true;
	case DW_CFA_advance_loc1:
	case DW_CFA_advance_loc2:
	case DW_CFA_advance_loc4:
		advance(machine,
			lupe_reader_unsigned(reader, 1u << (code - DW_CFA_advance_loc1)));
		return true;
	case DW_CFA_remember_state:
		return remember(machine);
	case DW_CFA_restore_state:
		return restore_state(machine);
	case DW_CFA_GNU_args_size:
		lupe_reader_uleb(reader);
		return true;
	default:
		return execute_cfa(machine, code) || execute_rule(machine, code);
	}
}

/* Until the row of the wanted address is complete. */
static bool run(struct machine *machine, struct lupe_reader program)
{
	machine->reader = &program;
	while (lupe_reader_left(&program)) {
		uint8_t code = lupe_reader_unsigned(&program, 1);

		if (!execute(machine, code) || program.bad)
			return false;
		if (machine->at > machine->wanted)
			return true;
	}
	return true;
}

bool lupe_cfi_row_of(const struct lupe_cfi_space *space, size_t offset, lupe_addr address,
		     struct lupe_cfi_row *ret)
{
	struct lupe_cfi_entry entry;
	struct lupe_fde fde;
	struct machine machine;

	if (!lupe_cfi_entry_at(space, offset, &entry) || !lupe_fde_parse(space, &entry, &fde) ||
	    address < fde.start || address >= fde.end)
		return false;
	/* What is remembered need not be initialised. */
	machine.fde = &fde;
	machine.space = space;
	machine.n_remembered = 0;
	machine.at = fde.start;
	machine.wanted = address;
	machine.row = (struct lupe_cfi_row){
	    .function = fde.start,
	    .function_end = fde.end,
	    .return_column = fde.cie.return_column,
	    .is_signal = fde.cie.is_signal,
	};
	machine.in_cie = true;
	if (!run(&machine, fde.cie.program))
		return false;
	machine.initial = machine.row;
	machine.in_cie = false;
	if (!run(&machine, fde.program) || machine.row.cfa.kind == LUPE_CFI_UNSPECIFIED)
		return false;
	*ret = machine.row;
	return true;
}
