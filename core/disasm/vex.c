/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See disasm/vex.h.
 */
#include "disasm/vex.h"

#include <string.h>

struct encoding {
	unsigned prefix; /* bytes before the opcode */
	unsigned map;    /* 1: 0f, 2: 0f 38, 3: 0f 3a, 5 and 6: AVX-512 FP16 */
};

/* Segment and address-size prefixes may stand before the VEX prefix. */
static size_t skip_prefixes(const unsigned char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size && at < 4 && memchr("\x26\x2e\x36\x3e\x64\x65\x67", bytes[at], 7))
		at++;
	return at;
}

static bool find_encoding(const unsigned char *bytes, size_t size, struct encoding *ret)
{
	if (size < 3)
		return false;
	switch (bytes[0]) {
	case 0xc5:
		*ret = (struct encoding){2, 1};
		return true;
	case 0xc4:
		*ret = (struct encoding){3, bytes[1] & 0x1f};
		return ret->map >= 1 && ret->map <= 3;
	case 0x62:
		*ret = (struct encoding){4, bytes[1] & 7};
		return size > 4 && !(bytes[1] & 8) && bytes[2] & 4 && ret->map >= 1 &&
		       ret->map <= 6 && ret->map != 4;
	default:
		return false;
	}
}

static bool has_immediate(unsigned map, unsigned char opcode)
{
	if (map == 3)
		return true;
	return map == 1 && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 ||
			    (opcode >= 0xc4 && opcode <= 0xc6));
}

/* ModRM (which is there), SIB and displacement; 0 when cut off. */
static size_t operand_length(const unsigned char *modrm, size_t size, bool *ret_rip_relative)
{
	unsigned mod = modrm[0] >> 6, rm = modrm[0] & 7;
	bool has_sib = mod != 3 && rm == 4;
	size_t length = 1 + has_sib;

	*ret_rip_relative = false;
	if (length > size)
		return 0;
	if (mod == 1)
		length += 1;
	else if (mod == 2 || (mod == 0 && (rm == 5 || (has_sib && (modrm[1] & 7) == 5))))
		length += 4;
	*ret_rip_relative = mod == 0 && rm == 5;
	return length <= size ? length : 0;
}

bool lupe_disasm_vex(const unsigned char *bytes, size_t size, struct lupe_insn *ret)
{
	size_t at = skip_prefixes(bytes, size), operand;
	bool is_evex = at < size && bytes[at] == 0x62, rip_relative;
	struct encoding encoding;
	unsigned char opcode;
	int32_t displacement;

	if (!find_encoding(bytes + at, size - at, &encoding))
		return false;
	at += encoding.prefix;
	if (at + 1 >= size)
		return false;
	opcode = bytes[at++];
	operand = operand_length(bytes + at, size - at, &rip_relative);
	if (!operand || at + operand + has_immediate(encoding.map, opcode) > size)
		return false;
	ret->kind = LUPE_INSN_OTHER;
	ret->length = at + operand + has_immediate(encoding.map, opcode);
	strcpy(ret->mnemonic, is_evex ? "(evex)" : "(vex)");
	if (rip_relative) {
		memcpy(&displacement, bytes + at + 1, sizeof(displacement));
		ret->has_data = true;
		ret->data = ret->addr + ret->length + displacement;
		ret->data_at = at + 1;
		ret->data_size = sizeof(displacement);
	}
	return true;
}
