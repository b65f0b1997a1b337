/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The entries of .eh_frame and .debug_frame; see image/cfi_entry.h.
 * Sources: DWARF 5 section 6.4.1; LSB Core 5.0 section 10.6.1.
 */
#include "image/cfi_entry.h"

#include <string.h>

enum { ESCAPE_64 = 0xffffffff, DEBUG_FRAME_CIE_32 = 0xffffffff };

static lupe_addr position(const struct lupe_cfi_space *space, const struct lupe_reader *reader)
{
	return space->address + (reader->at - space->bytes);
}

static uint64_t eh_number(struct lupe_reader *reader, uint8_t format)
{
	switch (format) {
	case LUPE_EH_ABSOLUTE:
	case LUPE_EH_U8:
	case LUPE_EH_S8:
		return lupe_reader_unsigned(reader, 8);
	case LUPE_EH_ULEB:
		return lupe_reader_uleb(reader);
	case LUPE_EH_SLEB:
		return lupe_reader_sleb(reader);
	case LUPE_EH_U2:
		return lupe_reader_unsigned(reader, 2);
	case LUPE_EH_S2:
		return lupe_reader_signed(reader, 2);
	case LUPE_EH_U4:
		return lupe_reader_unsigned(reader, 4);
	case LUPE_EH_S4:
		return lupe_reader_signed(reader, 4);
	default:
		reader->bad = true;
		return 0;
	}
}

lupe_addr lupe_eh_address(struct lupe_reader *reader, uint8_t encoding, lupe_addr here,
			  lupe_addr data)
{
	uint64_t number = eh_number(reader, encoding & 0x0f);

	switch (encoding & 0xf0) {
	case LUPE_EH_ABSOLUTE:
		return number;
	case LUPE_EH_PC_RELATIVE:
		return here + number;
	case LUPE_EH_DATA_RELATIVE:
		return data + number;
	default:
		reader->bad = true;
		return 0;
	}
}

bool lupe_cfi_entry_at(const struct lupe_cfi_space *space, size_t offset,
		       struct lupe_cfi_entry *ret)
{
	struct lupe_reader reader;
	uint64_t length, id;
	bool is_64;
	size_t id_at;

	if (offset >= space->size)
		return false;
	reader = lupe_reader_over(space->bytes + offset, space->size - offset);
	length = lupe_reader_unsigned(&reader, 4);
	is_64 = length == ESCAPE_64;
	if (is_64)
		length = lupe_reader_unsigned(&reader, 8);
	if (reader.bad || !length || length > lupe_reader_left(&reader))
		return false; /* a length of 0 ends .eh_frame */
	reader.end = reader.at + length;
	ret->next = reader.end - space->bytes;
	id_at = reader.at - space->bytes;
	/* The id of .eh_frame has 4 bytes even in a 64-bit entry. */
	is_64 = is_64 && space->is_debug_frame;
	id = lupe_reader_unsigned(&reader, is_64 ? 8 : 4);
	if (space->is_debug_frame) {
		ret->is_cie = id == (is_64 ? UINT64_MAX : DEBUG_FRAME_CIE_32);
		ret->cie = id;
	} else {
		ret->is_cie = id == 0;
		ret->cie = id_at - id; /* what wraps round is no offset, and found so below */
	}
	ret->contents = reader;
	return !reader.bad;
}

/* The letters of an augmentation that begins with 'z', and their data. */
static bool parse_augmentation(const struct lupe_cfi_space *space, const char *letters,
			       struct lupe_reader *reader, struct lupe_cie *ret)
{
	for (; *letters; letters++) {
		uint8_t encoding;

		switch (*letters) {
		case 'R':
			ret->encoding = lupe_reader_unsigned(reader, 1);
			break;
		case 'P': /* the personality routine: only its size matters */
			encoding = lupe_reader_unsigned(reader, 1) & ~LUPE_EH_INDIRECT;
			lupe_eh_address(reader, encoding, position(space, reader), 0);
			break;
		case 'L':
			lupe_reader_skip(reader, 1);
			break;
		case 'S':
			ret->is_signal = true;
			break;
		case 'B':
		case 'G': /* of other machines: no data */
			break;
		default:
			return true; /* the data's length lets us go on past what is unknown */
		}
	}
	return !reader->bad;
}

bool lupe_cie_parse(const struct lupe_cfi_space *space, size_t offset, struct lupe_cie *ret)
{
	struct lupe_cfi_entry entry;
	struct lupe_reader *reader = &entry.contents, data;
	const char *augmentation;
	uint64_t version, size;

	*ret = (struct lupe_cie){0};
	if (!lupe_cfi_entry_at(space, offset, &entry) || !entry.is_cie)
		return false;
	version = lupe_reader_unsigned(reader, 1);
	augmentation = lupe_reader_string(reader);
	if (!augmentation || (version != 1 && version != 3 && version != 4))
		return false;
	if (version == 4 && lupe_reader_unsigned(reader, 2) != 8) /* address and segment size */
		return false;
	if (strcmp(augmentation, "eh") == 0)
		lupe_reader_skip(reader, 8); /* of gcc 2 */
	ret->code_factor = lupe_reader_uleb(reader);
	ret->data_factor = lupe_reader_sleb(reader);
	ret->return_column =
	    version == 1 ? lupe_reader_unsigned(reader, 1) : lupe_reader_uleb(reader);
	ret->has_data = *augmentation == 'z';
	if (ret->has_data) {
		size = lupe_reader_uleb(reader);
		data = lupe_reader_over(reader->at, MIN(size, lupe_reader_left(reader)));
		lupe_reader_skip(reader, size);
		if (reader->bad || !parse_augmentation(space, augmentation + 1, &data, ret))
			return false;
	} else if (*augmentation && strcmp(augmentation, "eh") != 0) {
		return false;
	}
	ret->program = *reader;
	return !reader->bad && ret->return_column < LUPE_CFI_REGISTERS;
}

bool lupe_fde_parse(const struct lupe_cfi_space *space, const struct lupe_cfi_entry *entry,
		    struct lupe_fde *ret)
{
	struct lupe_reader reader = entry->contents;
	uint64_t length;

	if (entry->is_cie || !lupe_cie_parse(space, entry->cie, &ret->cie))
		return false;
	ret->start =
	    lupe_eh_address(&reader, ret->cie.encoding, position(space, &reader), 0);
	length = eh_number(&reader, ret->cie.encoding & 0x0f);
	ret->end = ret->start + length;
	if (ret->cie.has_data)
		lupe_reader_skip(&reader, lupe_reader_uleb(&reader));
	ret->program = reader;
	return !reader.bad && ret->end > ret->start;
}
