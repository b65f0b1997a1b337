/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries and attributes through libdwarf, reduced to "there it is" and "there is none".
 */
#include <string.h>
#include "image/dwarf.h"

/* libdwarf's three answers as one; an error's object is given back. */
static bool succeeded(struct lupe_dwarf *dwarf, int answer, Dwarf_Error error)
{
	if (answer == DW_DLV_ERROR && error)
		dwarf_dealloc_error(dwarf->debug, error);
	return answer == DW_DLV_OK;
}

Dwarf_Die lupe_die_at(struct lupe_dwarf *dwarf, uint64_t offset)
{
	Dwarf_Error error = NULL;
	Dwarf_Die die;

	dwarf = lupe_dwarf_home(dwarf, &offset);
	die = lupe_hash_get(&dwarf->dies, offset);
	if (die)
		return die;
	if (!succeeded(dwarf, dwarf_offdie_b(dwarf->debug, offset, true, &die, &error), error))
		return NULL;
	if (lupe_hash_put(&dwarf->dies, offset, die))
		return die;
	dwarf_dealloc_die(die);
	return NULL;
}

Dwarf_Die lupe_die_child(struct lupe_dwarf *dwarf, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Die child;

	return succeeded(dwarf, dwarf_child(die, &child, &error), error) ? child : NULL;
}

Dwarf_Die lupe_die_next(struct lupe_dwarf *dwarf, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Die next;
	bool found =
	    succeeded(dwarf, dwarf_siblingof_b(dwarf->debug, die, true, &next, &error), error);

	dwarf_dealloc_die(die);
	return found ? next : NULL;
}

void lupe_die_free(Dwarf_Die die)
{
	if (die)
		dwarf_dealloc_die(die);
}

Dwarf_Half lupe_die_tag(struct lupe_dwarf *dwarf, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Half tag;

	return succeeded(dwarf, dwarf_tag(die, &tag, &error), error) ? tag : 0;
}

uint64_t lupe_die_offset(struct lupe_dwarf *dwarf, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Off offset;

	return succeeded(dwarf, dwarf_dieoffset(die, &offset, &error), error) ? offset : 0;
}

/* NULL: it has no such attribute. */
static Dwarf_Attribute attribute_of(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half number)
{
	Dwarf_Error error = NULL;
	Dwarf_Attribute attribute;

	return succeeded(dwarf, dwarf_attr(die, number, &attribute, &error), error) ? attribute
										    : NULL;
}

static Dwarf_Half form_of(struct lupe_dwarf *dwarf, Dwarf_Attribute attribute)
{
	Dwarf_Error error = NULL;
	Dwarf_Half form;

	return succeeded(dwarf, dwarf_whatform(attribute, &form, &error), error) ? form : 0;
}

bool lupe_die_has(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool has;

	return succeeded(dwarf, dwarf_hasattr(die, attribute, &has, &error), error) && has;
}

const char *lupe_die_string(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute)
{
	Dwarf_Error error = NULL;
	char *text;

	return succeeded(dwarf, dwarf_die_text(die, attribute, &text, &error), error) ? text : NULL;
}

bool lupe_die_flag(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half number)
{
	Dwarf_Attribute attribute = attribute_of(dwarf, die, number);
	Dwarf_Error error = NULL;
	Dwarf_Bool flag = false;

	if (!attribute)
		return false;
	if (!succeeded(dwarf, dwarf_formflag(attribute, &flag, &error), error))
		flag = false;
	dwarf_dealloc_attribute(attribute);
	return flag;
}

static bool number_of(struct lupe_dwarf *dwarf, Dwarf_Attribute attribute, uint64_t *ret)
{
	Dwarf_Error error = NULL;
	Dwarf_Unsigned number;
	Dwarf_Signed signed_number;
	Dwarf_Half form = form_of(dwarf, attribute);

	if (form != DW_FORM_sdata && form != DW_FORM_implicit_const &&
	    succeeded(dwarf, dwarf_formudata(attribute, &number, &error), error)) {
		*ret = number;
		return true;
	}
	error = NULL;
	if (!succeeded(dwarf, dwarf_formsdata(attribute, &signed_number, &error), error))
		return false;
	*ret = signed_number;
	return true;
}

bool lupe_die_number(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half number, uint64_t *ret)
{
	Dwarf_Attribute attribute = attribute_of(dwarf, die, number);
	bool found;

	if (!attribute)
		return false;
	found = number_of(dwarf, attribute, ret);
	dwarf_dealloc_attribute(attribute);
	return found;
}

static bool section_offset_of(struct lupe_dwarf *dwarf, Dwarf_Attribute attribute, uint64_t *ret,
			      bool *ret_is_index)
{
	Dwarf_Error error = NULL;
	Dwarf_Off offset;

	*ret_is_index = false;
	switch (form_of(dwarf, attribute)) {
	case DW_FORM_rnglistx:
	case DW_FORM_loclistx:
		*ret_is_index = true;
		return number_of(dwarf, attribute, ret);
	case DW_FORM_data4: /* before DWARF 4 */
	case DW_FORM_data8:
		return number_of(dwarf, attribute, ret);
	case DW_FORM_sec_offset:
		if (!succeeded(dwarf, dwarf_global_formref(attribute, &offset, &error), error))
			return false;
		*ret = offset;
		return true;
	default:
		return false;
	}
}

bool lupe_die_section_offset(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half number,
			     uint64_t *ret, bool *ret_is_index)
{
	Dwarf_Attribute attribute = attribute_of(dwarf, die, number);
	bool found;

	if (!attribute)
		return false;
	found = section_offset_of(dwarf, attribute, ret, ret_is_index);
	dwarf_dealloc_attribute(attribute);
	return found;
}

/* The entry that a type's signature stands for, if it is in .debug_info. */
static bool entry_of_signature(struct lupe_dwarf *dwarf, Dwarf_Attribute attribute, uint64_t *ret)
{
	Dwarf_Error error = NULL;
	Dwarf_Sig8 signature;
	Dwarf_Bool is_info;
	Dwarf_Die die;

	if (!succeeded(dwarf, dwarf_formsig8(attribute, &signature, &error), error))
		return false;
	error = NULL;
	if (!succeeded(dwarf,
		       dwarf_find_die_given_sig8(dwarf->debug, &signature, &die, &is_info, &error),
		       error))
		return false;
	*ret = lupe_die_offset(dwarf, die);
	lupe_die_free(die);
	return is_info;
}

static bool reference_of(struct lupe_dwarf *dwarf, Dwarf_Attribute attribute, uint64_t *ret)
{
	Dwarf_Error error = NULL;
	Dwarf_Off offset;

	switch (form_of(dwarf, attribute)) {
	case DW_FORM_ref_sig8:
		return entry_of_signature(dwarf, attribute, ret);
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_ref_sup4:
	case DW_FORM_ref_sup8:
		if (!dwarf->alternate ||
		    !succeeded(dwarf, dwarf_global_formref(attribute, &offset, &error), error))
			return false;
		*ret = offset | LUPE_DWARF_ALTERNATE;
		return true;
	default:
		if (!succeeded(dwarf, dwarf_global_formref(attribute, &offset, &error), error))
			return false;
		*ret = offset;
		return true;
	}
}

bool lupe_die_reference(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half number, uint64_t *ret)
{
	Dwarf_Attribute attribute = attribute_of(dwarf, die, number);
	bool found;

	if (!attribute)
		return false;
	found = reference_of(dwarf, attribute, ret);
	dwarf_dealloc_attribute(attribute);
	return found;
}

static bool is_address_index(Dwarf_Half form)
{
	return form == DW_FORM_GNU_addr_index || form == DW_FORM_addrx ||
	       (form >= DW_FORM_addrx1 && form <= DW_FORM_addrx4);
}

static bool address_of(struct lupe_dwarf_unit *unit, Dwarf_Attribute attribute, lupe_addr *ret)
{
	Dwarf_Half form = form_of(unit->dwarf, attribute);
	Dwarf_Error error = NULL;
	Dwarf_Unsigned index;
	Dwarf_Addr address;

	if (is_address_index(form)) {
		if (!succeeded(unit->dwarf, dwarf_get_debug_addr_index(attribute, &index, &error),
			       error))
			return false;
		return lupe_dwarf_indexed_address(unit, index, ret);
	}
	if (form != DW_FORM_addr ||
	    !succeeded(unit->dwarf, dwarf_formaddr(attribute, &address, &error), error))
		return false;
	*ret = address;
	return true;
}

bool lupe_die_address(struct lupe_dwarf_unit *unit, Dwarf_Die die, Dwarf_Half number, lupe_addr *ret)
{
	Dwarf_Attribute attribute = attribute_of(unit->dwarf, die, number);
	bool found;

	if (!attribute)
		return false;
	found = address_of(unit, attribute, ret);
	dwarf_dealloc_attribute(attribute);
	return found;
}

static const unsigned char *block_of(struct lupe_dwarf *dwarf, Dwarf_Attribute attribute,
				     size_t *ret_size)
{
	Dwarf_Error error = NULL;
	Dwarf_Unsigned length;
	const unsigned char *bytes;
	Dwarf_Block *block;
	Dwarf_Ptr pointer;

	if (form_of(dwarf, attribute) == DW_FORM_exprloc) {
		if (!succeeded(dwarf, dwarf_formexprloc(attribute, &length, &pointer, &error), error))
			return NULL;
		*ret_size = length;
		return pointer;
	}
	if (!succeeded(dwarf, dwarf_formblock(attribute, &block, &error), error))
		return NULL;
	*ret_size = block->bl_len;
	bytes = block->bl_data;
	dwarf_dealloc(dwarf->debug, block, DW_DLA_BLOCK);
	return bytes;
}

const unsigned char *lupe_die_block(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half number,
				    size_t *ret_size)
{
	Dwarf_Attribute attribute = attribute_of(dwarf, die, number);
	const unsigned char *bytes;

	if (!attribute)
		return NULL;
	bytes = block_of(dwarf, attribute, ret_size);
	dwarf_dealloc_attribute(attribute);
	return bytes;
}
