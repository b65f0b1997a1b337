/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registers of a snapshot by name and DWARF number; see lupe/regs.h. The table is registers.def;
 * the registers in the XSAVE image are in xsave.c. General registers are bytes at an offset.
 */
#include <stddef.h>
#include <string.h>
#include "base/cleanup.h"
#include "lupe/regs.h"

static const struct lupe_reg registers[] = {
#define REG(name_, dwarf_, size_, set_, component_, offset_, form_, groups_)                       \
	{#name_, dwarf_, size_, offset_, component_, LUPE_REG_##form_, LUPE_REGSET_##set_, groups_},
#include "registers.def"
#undef REG
};

static const struct {
	const char *alias, *name;
} aliases[] = {
    {"pc", "rip"},    {"sp", "rsp"},    {"fp", "rbp"},    {"rflags", "eflags"},
    {"r8l", "r8b"},   {"r9l", "r9b"},   {"r10l", "r10b"}, {"r11l", "r11b"},
    {"r12l", "r12b"}, {"r13l", "r13b"}, {"r14l", "r14b"}, {"r15l", "r15b"},
};

size_t lupe_reg_count(void)
{
	return ARRAY_SIZE(registers);
}

const struct lupe_reg *lupe_reg_at(size_t index)
{
	return index < ARRAY_SIZE(registers) ? &registers[index] : NULL;
}

const struct lupe_reg *lupe_reg_by_name(const char *name)
{
	if (*name == '$')
		name++;
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++)
		if (*registers[i].name == *name && !strcmp(registers[i].name, name))
			return &registers[i];
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].alias, name))
			return lupe_reg_by_name(aliases[i].name);
	return NULL;
}

const struct lupe_reg *lupe_reg_by_dwarf(int number)
{
	if (number < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++)
		if (registers[i].dwarf == number)
			return &registers[i];
	return NULL;
}

bool lupe_regs_get(const struct lupe_regs *regs, const struct lupe_reg *reg, void *ret_bytes)
{
	if (reg->set == LUPE_REGSET_XSTATE)
		return lupe_xsave_get(lupe_xsave_layout_host(), regs->xstate, regs->xstate_size,
				      reg, ret_bytes);
	memcpy(ret_bytes, (const unsigned char *)&regs->general + reg->offset, reg->size);
	return true;
}

bool lupe_regs_set(struct lupe_regs *regs, const struct lupe_reg *reg, const void *bytes)
{
	if (reg->set == LUPE_REGSET_XSTATE)
		return lupe_xsave_set(lupe_xsave_layout_host(), regs->xstate, regs->xstate_size,
				      reg, bytes);
	memcpy((unsigned char *)&regs->general + reg->offset, bytes, reg->size);
	return true;
}

bool lupe_regs_get_number(const struct lupe_regs *regs, const struct lupe_reg *reg, uint64_t *ret)
{
	uint64_t number = 0;

	if (reg->size > sizeof(number) || !lupe_regs_get(regs, reg, &number))
		return false;
	*ret = number;
	return true;
}

bool lupe_regs_set_number(struct lupe_regs *regs, const struct lupe_reg *reg, uint64_t number)
{
	return reg->size <= sizeof(number) && lupe_regs_set(regs, reg, &number);
}

const char *lupe_eflags_text(uint64_t eflags, char *buffer)
{
	static const char names[][4] = {
	    [0] = "CF",  [2] = "PF",   [4] = "AF",   [6] = "ZF",  [7] = "SF",  [8] = "TF",
	    [9] = "IF",  [10] = "DF",  [11] = "OF",  [14] = "NT", [16] = "RF", [17] = "VM",
	    [18] = "AC", [19] = "VIF", [20] = "VIP", [21] = "ID",
	};
	char *end = buffer;

	*end = '\0';
	for (size_t bit = 0; bit < ARRAY_SIZE(names); bit++) {
		if (!(eflags >> bit & 1) || !*names[bit])
			continue;
		if (end > buffer)
			*end++ = ' ';
		end = stpcpy(end, names[bit]);
	}
	return buffer;
}
