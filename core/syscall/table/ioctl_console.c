/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of the Linux console: sound, keyboard, fonts and maps.
 */
#include <linux/kd.h>
#include "syscall/notation.h"
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

enum {
	TIMER_HZ = 1193182,	/* of the PC's timer: a tone is told by its divisor */
	LEFT_LEDS = 4,		/* KDSKBLED: the default flags' place */
	SCREEN_MAP_SIZE = 256,	/* E_TABSZ */
	FONT_SIZE = 8192,
	COLOUR_MAP_SIZE = 48,
};

static void print_sound(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t ticks = (uint32_t)value->u, hertz = ticks ? TIMER_HZ / ticks : 0;

	lupe_buffer_unsigned(printer->out, value->u);
	if (hertz)
		lupe_buffer_printf(printer->out, " /* %u Hz */", hertz);
	else
		lupe_strace_comment(printer, "off");
}

static void print_letter(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_letter(printer, value->u & 0xff);
}

/* Function keys: F1 to F20, ten others, and the rest. Source: linux/keyboard.h. */
static void print_function(struct lupe_printer *printer, const struct lupe_value *value)
{
	static const char *const others[] = {"FIND", "INSERT", "REMOVE", "SELECT", "PGUP",
					     "PGDN", "MACRO",  "HELP",   "DO",	   "PAUSE"};
	unsigned key = value->u & 0xff, last = 0xff, before = 20;

	if (key == last)
		lupe_buffer_string(printer->out, "KVAL(K_UNDO)");
	else if (key >= before && key < before + ARRAY_SIZE(others))
		lupe_buffer_printf(printer->out, "KVAL(K_%s)", others[key - before]);
	else
		lupe_buffer_printf(printer->out, "KVAL(K_F%u)",
				   key < before ? key + 1 : key + 1 - (unsigned)ARRAY_SIZE(others));
}

/* The divisor in the lower half, for as long as the upper half says. */
static void print_tone(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t ticks = value->u & 0xffff, duration = (uint32_t)(value->u >> 16);

	if (duration)
		lupe_buffer_printf(printer->out, "%u<<16|", duration);
	lupe_buffer_unsigned(printer->out, ticks);
	if (ticks && duration)
		lupe_buffer_printf(printer->out, " /* %u Hz, %u ms */", TIMER_HZ / ticks, duration);
	else
		lupe_strace_comment(printer, "off");
}

/* clang-format off */
static ENUM(keyboard_modes, 4, "K_???",
	E(K_RAW), E(K_XLATE), E(K_MEDIUMRAW), E(K_UNICODE), E(K_OFF))

/* Decimal, where it has no name. */
static void print_keyboard_mode(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t i;

	for (i = 0; i < keyboard_modes.n_enumerators; i++) {
		if (keyboard_modes.enumerators[i].value == (uint32_t)value->u) {
			lupe_strace_symbol(printer, &keyboard_modes, value->u);
			return;
		}
	}
	lupe_buffer_unsigned(printer->out, (uint32_t)value->u);
	lupe_strace_comment(printer, keyboard_modes.unknown);
}

static void print_pointed_mode(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_char(printer->out, '[');
	print_keyboard_mode(printer, value);
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type sound = NUMBER_PRINTED_BY(8, print_sound);
static const struct lupe_type tone = NUMBER_PRINTED_BY(8, print_tone);
static const struct lupe_type keyboard_mode = NUMBER_PRINTED_BY(4, print_keyboard_mode);
static const struct lupe_type pointed_mode = NUMBER_PRINTED_BY(4, print_pointed_mode);

#define LEDS E(LED_SCR), E(LED_NUM), E(LED_CAP)
static FLAGS(leds8, 1, "LED_???", NULL, LEDS)
#define LEFT(name) E_AS(#name "<<4", (name) << LEFT_LEDS)
#define ALL_LEDS LEDS, LEFT(LED_SCR), LEFT(LED_NUM), LEFT(LED_CAP)
static FLAGS(keyboard_leds8, 1, "LED_???", NULL, ALL_LEDS)
static ENUM(keyboard_type, 1, "KB_???", E(KB_84), E(KB_101), E(KB_OTHER))
static ENUM(screen_mode, 4, "KD_???", E(KD_TEXT), E(KD_GRAPHICS), E(KD_TEXT0), E(KD_TEXT1))
static ENUM(meta_mode, 4, "K_???", E(K_METABIT), E(K_ESCPREFIX))

#define HEX_BYTES(bytes_) \
	{.name = "unsigned char []", .kind = LUPE_KIND_BYTES, .size = (bytes_), \
	 .ops = &lupe_hex_string_ops}
static const struct lupe_type screen_map = HEX_BYTES(SCREEN_MAP_SIZE);
static const struct lupe_type font = HEX_BYTES(FONT_SIZE);
static const struct lupe_type colour_map = HEX_BYTES(COLOUR_MAP_SIZE);
static const struct lupe_type unicode_map = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_u16_hex, .count = SCREEN_MAP_SIZE};

static STRUCT(key_code, struct kbkeycode,
	FIELD(struct kbkeycode, scancode, &lupe_type_u32_hex),
	FIELD(struct kbkeycode, keycode, &lupe_type_u32_hex))
static EXCHANGED(repeat_rate, struct kbd_repeat,
	FIELD(struct kbd_repeat, delay, &lupe_type_int, ANSWER_TOO),
	FIELD(struct kbd_repeat, period, &lupe_type_int, ANSWER_TOO))
static STRUCT(map_hash, struct unimapinit,
	FIELD(struct unimapinit, advised_hashsize, &lupe_type_ushort),
	FIELD(struct unimapinit, advised_hashstep, &lupe_type_ushort),
	FIELD(struct unimapinit, advised_hashlevel, &lupe_type_ushort))

/* --- accents, texts of function keys, fonts --- */

enum { ACCENTS_MAX = 256 };
static const struct lupe_type_ops letter_ops = {.print = print_letter};
static const struct lupe_type letter = {
	.name = "unsigned char", .kind = LUPE_KIND_UINT, .size = 1, .ops = &letter_ops};
static STRUCT(accent, struct kbdiacr,
	FIELD(struct kbdiacr, diacr, &letter), FIELD(struct kbdiacr, base, &letter),
	FIELD(struct kbdiacr, result, &letter))
static STRUCT(accents, struct kbdiacrs,
	FIELD(struct kbdiacrs, kb_cnt, &lupe_type_uint),
	FIELD(struct kbdiacrs, kbdiacr, COUNTED(&accent, ACCENTS_MAX), .count = BY_MEMBER(0)))
static STRUCT(accent_unicode, struct kbdiacruc,
	FIELD(struct kbdiacruc, diacr, &lupe_type_u32_hex),
	FIELD(struct kbdiacruc, base, &lupe_type_u32_hex),
	FIELD(struct kbdiacruc, result, &lupe_type_u32_hex))
static STRUCT(accents_unicode, struct kbdiacrsuc,
	FIELD(struct kbdiacrsuc, kb_cnt, &lupe_type_uint),
	FIELD(struct kbdiacrsuc, kbdiacruc, COUNTED(&accent_unicode, ACCENTS_MAX), .count = BY_MEMBER(0)))

static const struct lupe_type_ops function_ops = {.print = print_function};
static const struct lupe_type key_function = {
	.name = "unsigned char", .kind = LUPE_KIND_UINT, .size = 1, .ops = &function_ops};
static const struct lupe_type key_string = {
	.name = "unsigned char []", .kind = LUPE_KIND_STRING, .size = 512};
static STRUCT(key_text, struct kbsentry,
	FIELD(struct kbsentry, kb_func, &key_function), FIELD(struct kbsentry, kb_string, &key_string))

static STRUCT(key_text_answer, struct kbsentry,
	FIELD(struct kbsentry, kb_func, &key_function),
	FIELD(struct kbsentry, kb_string, &key_string, ANSWER))
ASKED(key_text_asked, &key_text_answer)

static STRUCT(glyphs, struct unimapdesc,
	FIELD(struct unimapdesc, entry_ct, &lupe_type_ushort),
	FIELD(struct unimapdesc, entries, &lupe_type_address))
#define FONT_FIELD(name, type_) \
	FIELD(struct consolefontdesc, name, type_, ANSWER_TOO)
static STRUCT(font_told, struct consolefontdesc,
	FONT_FIELD(charcount, &lupe_type_ushort), FONT_FIELD(charheight, &lupe_type_ushort),
	FONT_FIELD(chardata, &lupe_type_address))
static EXCHANGED(font_asked, struct consolefontdesc,
	FONT_FIELD(charcount, &lupe_type_ushort), FONT_FIELD(charheight, &lupe_type_ushort),
	FONT_FIELD(chardata, &lupe_type_address))

COMMANDS(lupe_ioctl_console,
	VALUE(KIOCSOUND, &sound), VALUE(KDMKTONE, &tone), READS(KDGETLED, &leds8),
	VALUE(KDSETLED, &leds8), READS(KDGKBTYPE, &keyboard_type), NOTHING(KDENABIO),
	NOTHING(KDDISABIO), VALUE(KDSETMODE, &screen_mode), READS(KDGETMODE, &screen_mode),
	NOTHING(KDMAPDISP), NOTHING(KDUNMAPDISP), READS(GIO_SCRNMAP, &screen_map),
	WRITES(PIO_SCRNMAP, &screen_map), READS(GIO_UNISCRNMAP, &unicode_map),
	WRITES(PIO_UNISCRNMAP, &unicode_map), READS(GIO_FONT, &font), WRITES(PIO_FONT, &font),
	READS(GIO_CMAP, &colour_map), WRITES(PIO_CMAP, &colour_map), NOTHING(PIO_FONTRESET),
	READS(KDGKBMODE, &pointed_mode), VALUE(KDSKBMODE, &keyboard_mode),
	READS(KDGKBMETA, &meta_mode), VALUE(KDSKBMETA, &meta_mode),
	READS(KDGKBLED, &keyboard_leds8), VALUE(KDSKBLED, &keyboard_leds8),
	WRITES(KDSETKEYCODE, &key_code), VALUE(KDSIGACCEPT, &lupe_type_signal),
	WRITES_READS(KDKBDREP, &repeat_rate), WRITES(PIO_UNIMAPCLR, &map_hash),
	READS(KDGKBDIACR, &accents), WRITES(KDSKBDIACR, &accents), READS(KDGKBDIACRUC, &accents_unicode),
	WRITES(KDSKBDIACRUC, &accents_unicode), WRITES(KDSKBSENT, &key_text),
	READS_LATE(KDGKBSENT, &key_text_asked), WRITES(KDGETKEYCODE, &key_code),
	WRITES(PIO_UNIMAP, &glyphs), WRITES(PIO_FONTX, &font_told),
	WRITES_READS(GIO_FONTX, &font_asked))
/* clang-format on */
