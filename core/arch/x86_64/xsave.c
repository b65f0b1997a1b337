/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registers in a standard (non-compacted) XSAVE image, as PTRACE_GETREGSET NT_X86_XSTATE gives it.
 *
 * The image: 512 bytes of FXSAVE (x87 and SSE at fixed places), a header of 64 bytes whose first
 * word, XSTATE_BV, says which components are in use, then the others where CPUID leaf 0xD says. The
 * kernel puts the mask of enabled components (XCR0) into the software bytes at 464. A wide register
 * lies in pieces: xmm in SSE, the upper half of ymm in AVX, the upper half of zmm in ZMM_HI256.
 * Sources: Intel SDM vol. 1, 10.5 and 13.4; Linux, arch/x86/include/asm/user.h.
 */
#include <cpuid.h>
#include <pthread.h>
#include <string.h>
#include "lupe/regs.h"

enum {
	XCR0_OFFSET = 464,
	HEADER = 512,
	HEADER_END = 576,
	STACK_OFFSET = 32, /* st0 */
	MXCSR_OFFSET = 24,
	XMM_OFFSET = 160,
	XMM_END = 416,
	INITIAL_FCTRL = 0x37f,
	MAX_PIECES = 3,
};

/* A run of bytes of a register. */
struct piece {
	unsigned component;
	size_t offset, size; /* in the image */
};

static const uint16_t component_size[LUPE_N_XSAVE] = {
    [LUPE_XSAVE_AVX] = 256,       [LUPE_XSAVE_OPMASK] = 64, [LUPE_XSAVE_ZMM_HI256] = 512,
    [LUPE_XSAVE_HI16_ZMM] = 1024, [LUPE_XSAVE_PKRU] = 8,
};

static struct lupe_xsave_layout host; /* constant once determined */

static void determine_host(void)
{
	unsigned eax, ebx, ecx, edx;

	for (unsigned i = LUPE_XSAVE_AVX; i < LUPE_N_XSAVE; i++)
		if (component_size[i] && __get_cpuid_count(0xd, i, &eax, &ebx, &ecx, &edx) &&
		    eax >= component_size[i] && ebx <= UINT16_MAX)
			host.offset[i] = ebx;
}

const struct lupe_xsave_layout *lupe_xsave_layout_host(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, determine_host);
	return &host;
}

static uint64_t load_word(const unsigned char *image, size_t offset)
{
	uint64_t word;

	memcpy(&word, image + offset, sizeof(word));
	return word;
}

/* The image's layout is one we read: long enough, and not compacted. */
static bool is_standard(const unsigned char *image, size_t size)
{
	return size >= HEADER_END && !(load_word(image, HEADER + 8) >> 63);
}

static bool has_component(const struct lupe_xsave_layout *layout, const unsigned char *image,
			  size_t size, unsigned component)
{
	uint64_t enabled = load_word(image, XCR0_OFFSET);

	if (component <= LUPE_XSAVE_SSE)
		return true;
	if (enabled && !(enabled >> component & 1))
		return false;
	return layout->offset[component] >= HEADER_END &&
	       layout->offset[component] + (size_t)component_size[component] <= size;
}

/* The physical register mmN is stN - TOP, counted round. */
static size_t mmx_offset(const struct lupe_reg *reg, const unsigned char *image, bool in_use)
{
	unsigned top = in_use ? (image[3] >> 3) & 7 : 0;
	unsigned n = (reg->offset - STACK_OFFSET) / 16;

	return STACK_OFFSET + 16 * ((n + 8 - top) % 8);
}

static bool in_use(const unsigned char *image, unsigned component)
{
	return load_word(image, HEADER) >> component & 1;
}

/* Where the register's bytes lie, lowest first; 0 when the image cannot hold it. */
static int pieces_of(const struct lupe_xsave_layout *layout, const unsigned char *image,
		     size_t size, const struct lupe_reg *reg,
		     struct piece pieces[static MAX_PIECES])
{
	unsigned n = (reg->offset - XMM_OFFSET) / 16;
	size_t offset = reg->offset;
	int count = 1;

	if (!is_standard(image, size))
		return 0;
	if (reg->form == LUPE_REG_MMX)
		offset = mmx_offset(reg, image, in_use(image, LUPE_XSAVE_X87));
	pieces[0] = (struct piece){reg->component, offset, reg->size};
	if (reg->component > LUPE_XSAVE_SSE)
		pieces[0].offset += layout->offset[reg->component];
	if (reg->component == LUPE_XSAVE_SSE && reg->size > 16) {
		pieces[0].size = 16;
		pieces[count++] =
		    (struct piece){LUPE_XSAVE_AVX, layout->offset[LUPE_XSAVE_AVX] + 16 * n, 16};
		if (reg->size > 32)
			pieces[count++] =
			    (struct piece){LUPE_XSAVE_ZMM_HI256,
					   layout->offset[LUPE_XSAVE_ZMM_HI256] + 32 * n, 32};
	}
	for (int i = 0; i < count; i++)
		if (!has_component(layout, image, size, pieces[i].component))
			return 0;
	return count;
}

/* Puts the component into its initial state: zeroes, but for the x87 control word. MXCSR is no part
 * of it: XRSTOR loads it whether or not SSE is in use (SDM vol. 1, 13.8.1). */
static void initialise(const struct lupe_xsave_layout *layout, unsigned char *image,
		       unsigned component)
{
	uint16_t fctrl = INITIAL_FCTRL;

	if (component == LUPE_XSAVE_X87) {
		memset(image, 0, MXCSR_OFFSET);
		memset(image + STACK_OFFSET, 0, XMM_OFFSET - STACK_OFFSET);
		memcpy(image, &fctrl, sizeof(fctrl));
	} else if (component == LUPE_XSAVE_SSE) {
		memset(image + XMM_OFFSET, 0, XMM_END - XMM_OFFSET);
	} else {
		memset(image + layout->offset[component], 0, component_size[component]);
	}
}

static void bring_into_use(const struct lupe_xsave_layout *layout, unsigned char *image,
			   unsigned component)
{
	uint64_t used = load_word(image, HEADER);

	if (used >> component & 1)
		return;
	initialise(layout, image, component);
	used |= UINT64_C(1) << component;
	memcpy(image + HEADER, &used, sizeof(used));
}

/* The two bits of a register: 0 a number, 1 zero, 2 special (NaN, infinity, denormal), 3 empty. */
static unsigned tag_of(const unsigned char st[static 10])
{
	uint64_t mantissa = load_word(st, 0);
	unsigned exponent = (st[8] | st[9] << 8) & 0x7fff;

	if (exponent == 0)
		return mantissa ? 2 : 1;
	return exponent == 0x7fff || !(mantissa >> 63) ? 2 : 0;
}

/* The tag word is by physical register, the stack in the image by distance from TOP. */
static uint16_t full_tag_word(const unsigned char *image)
{
	unsigned top = (image[3] >> 3) & 7;
	uint16_t word = 0;

	for (unsigned i = 0; i < 8; i++) {
		const unsigned char *st = image + STACK_OFFSET + 16 * ((i + 8 - top) % 8);

		word |= (image[4] >> i & 1 ? tag_of(st) : 3) << 2 * i;
	}
	return word;
}

static unsigned char short_tag_word(const unsigned char bytes[static 2])
{
	unsigned word = bytes[0] | bytes[1] << 8, tags = 0;

	for (unsigned i = 0; i < 8; i++)
		tags |= (unsigned)((word >> 2 * i & 3) != 3) << i;
	return tags;
}

/* What a register reads as while its component is not in use. */
static void get_initial(const struct lupe_reg *reg, const struct piece *piece, unsigned char *bytes)
{
	uint16_t fctrl = INITIAL_FCTRL;

	if (reg->form == LUPE_REG_TAG_WORD)
		memset(bytes, 0xff, piece->size);
	else
		memset(bytes, 0, piece->size);
	if (piece->component == LUPE_XSAVE_X87 && piece->offset == 0)
		memcpy(bytes, &fctrl, sizeof(fctrl));
}

bool lupe_xsave_get(const struct lupe_xsave_layout *layout, const unsigned char *image, size_t size,
		    const struct lupe_reg *reg, void *ret_bytes)
{
	struct piece pieces[MAX_PIECES];
	int count = pieces_of(layout, image, size, reg, pieces);
	unsigned char *bytes = ret_bytes;

	for (int i = 0; i < count; i++) {
		bool is_mxcsr = pieces[i].offset == MXCSR_OFFSET;

		if (!is_mxcsr && !in_use(image, pieces[i].component)) {
			get_initial(reg, &pieces[i], bytes);
		} else if (reg->form == LUPE_REG_TAG_WORD) {
			uint16_t word = full_tag_word(image);

			memcpy(bytes, &word, sizeof(word));
		} else {
			memcpy(bytes, image + pieces[i].offset, pieces[i].size);
		}
		bytes += pieces[i].size;
	}
	return count > 0;
}

bool lupe_xsave_set(const struct lupe_xsave_layout *layout, unsigned char *image, size_t size,
		    const struct lupe_reg *reg, const void *bytes)
{
	struct piece pieces[MAX_PIECES];
	int count = pieces_of(layout, image, size, reg, pieces);
	const unsigned char *from = bytes;

	for (int i = 0; i < count; i++) {
		bring_into_use(layout, image, pieces[i].component);
		if (reg->form == LUPE_REG_TAG_WORD)
			image[pieces[i].offset] = short_tag_word(from);
		else
			memcpy(image + pieces[i].offset, from, pieces[i].size);
		from += pieces[i].size;
	}
	return count > 0;
}
