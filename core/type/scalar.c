/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scalars from and to bytes, with bit-fields. Little-endian, as every architecture in core/arch is.
 */
#include "type/decode.h"

#include <string.h>
#include "base/cleanup.h"

bool lupe_kind_is_scalar(enum lupe_kind kind)
{
	switch (kind) {
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_BOOL:
	case LUPE_KIND_CHAR:
	case LUPE_KIND_FLOAT:
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
	case LUPE_KIND_POINTER:
		return true;
	case LUPE_KIND_VOID:
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
	case LUPE_KIND_ARRAY:
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
	case LUPE_KIND_FUNCTION:
	case LUPE_KIND_TYPEDEF:
	case LUPE_KIND_CUSTOM:
		break;
	}
	return false;
}

bool lupe_kind_is_signed(const struct lupe_type *type)
{
	return type->kind == LUPE_KIND_INT ||
	       ((type->kind == LUPE_KIND_ENUM || type->kind == LUPE_KIND_CHAR) && type->is_signed);
}

static uint64_t extend(uint64_t value, unsigned bits, bool is_signed)
{
	uint64_t sign;

	if (bits >= 64)
		return value;
	value &= (UINT64_C(1) << bits) - 1;
	sign = UINT64_C(1) << (bits - 1);
	return is_signed ? (value ^ sign) - sign : value;
}

static bool load_float(const struct lupe_type *type, const unsigned char *bytes, uint64_t *ret)
{
	long double wide = 0;
	double number;
	float narrow;

	switch (type->size) {
	case sizeof(float):
		memcpy(&narrow, bytes, sizeof(narrow));
		number = narrow;
		break;
	case sizeof(double):
		memcpy(&number, bytes, sizeof(number));
		break;
	case 10: /* the bytes of an x87 register; in memory padded to 12 or 16 */
	case 12:
	case 16:
		memcpy(&wide, bytes, 10);
		number = (double)wide;
		break;
	default:
		return false;
	}
	memcpy(ret, &number, sizeof(number));
	return true;
}

/* A bit-field may straddle the word of its type when DWARF says so: taken byte by byte. */
static bool load_bits(const struct lupe_member *member, bool is_signed, const unsigned char *bytes,
		      size_t size, uint64_t *ret)
{
	size_t first = member->bit_offset / 8;
	unsigned shift = member->bit_offset % 8;
	size_t needed = (shift + member->bit_size + 7) / 8;
	unsigned __int128 word = 0;

	if (member->bit_size > 64 || first + needed > size)
		return false;
	memcpy(&word, bytes + first, needed);
	*ret = extend((uint64_t)(word >> shift), member->bit_size, is_signed);
	return true;
}

bool lupe_scalar_load(const struct lupe_type *type, const struct lupe_member *member,
		      const unsigned char *bytes, size_t size, uint64_t *ret)
{
	size_t width = lupe_type_size(type);
	uint64_t value = 0;

	if (member && member->bit_size)
		return load_bits(member, lupe_kind_is_signed(type), bytes, size, ret);
	if (!width || width > size)
		return false;
	if (type->kind == LUPE_KIND_FLOAT)
		return load_float(type, bytes, ret);
	memcpy(&value, bytes, MIN(width, sizeof(value)));
	*ret = extend(value, MIN(width, sizeof(value)) * 8, lupe_kind_is_signed(type));
	return true;
}

/* True when `bits` bits hold the number, read as signed or as unsigned. */
static bool fits(uint64_t number, unsigned bits)
{
	return extend(number, bits, false) == number || extend(number, bits, true) == number;
}

static struct lupe_error *write_bits(const struct lupe_memory *memory,
				     const struct lupe_value *value, uint64_t number)
{
	const struct lupe_member *member = value->member;
	lupe_addr address = value->address + member->bit_offset / 8;
	unsigned shift = member->bit_offset % 8;
	size_t size = (shift + member->bit_size + 7) / 8;
	unsigned __int128 word = 0, mask;
	struct lupe_error *error;

	if (member->bit_size > 64)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "cannot write a bit-field of %u bits: at most 64",
					 member->bit_size);
	if (!fits(number, member->bit_size))
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "0x%llx does not fit into the %u bits of '%s'",
					 (unsigned long long)number, member->bit_size,
					 member->name ? member->name : "?");
	error = lupe_memory_read(memory, address, &word, size);
	if (error)
		return error;
	mask = ((((unsigned __int128)1 << member->bit_size) - 1) << shift);
	word = (word & ~mask) | (((unsigned __int128)number << shift) & mask);
	return lupe_memory_write(memory, address, &word, size);
}

static struct lupe_error *write_float(const struct lupe_memory *memory,
				      const struct lupe_value *value, size_t width, uint64_t bits)
{
	long double wide;
	double number;
	float narrow;

	memcpy(&number, &bits, sizeof(number));
	switch (width) {
	case sizeof(float):
		narrow = (float)number;
		return lupe_memory_write(memory, value->address, &narrow, sizeof(narrow));
	case sizeof(double):
		return lupe_memory_write(memory, value->address, &number, sizeof(number));
	case 10:
	case 12:
	case 16:
		wide = number;
		return lupe_memory_write(memory, value->address, &wide, 10);
	default:
		return lupe_error_create(
		    LUPE_ERROR_INVALID, "cannot write a floating-point number of %zu bytes", width);
	}
}

struct lupe_error *lupe_value_write(const struct lupe_memory *memory,
				    const struct lupe_value *value, uint64_t scalar)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	size_t width = lupe_type_size(type);

	if (!type || !lupe_kind_is_scalar(type->kind))
		return lupe_error_create(
		    LUPE_ERROR_INVALID, "cannot assign a number to a value of type %s",
		    value->type && value->type->name ? value->type->name : "(unnamed)");
	if (!value->address)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "cannot assign: the value lies in no memory");
	if (value->member && value->member->bit_size)
		return write_bits(memory, value, scalar);
	if (type->kind == LUPE_KIND_FLOAT)
		return write_float(memory, value, width, scalar);
	if (!width || width > sizeof(scalar))
		return lupe_error_create(LUPE_ERROR_INVALID, "cannot assign a number of %zu bytes",
					 width);
	if (!fits(scalar, width * 8) || (type->kind == LUPE_KIND_BOOL && scalar > 1))
		return lupe_error_create(
		    LUPE_ERROR_INVALID, "0x%llx does not fit into %s (%zu bytes)",
		    (unsigned long long)scalar, type->name ? type->name : "it", width);
	return lupe_memory_write(memory, value->address, &scalar, width);
}
