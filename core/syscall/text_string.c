/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strings as strace quotes them. Octal escapes are as short as can be, and three digits long where
 * an octal digit follows. -x writes a string with any byte that is neither printable nor white space
 * wholly in hexadecimal; -xx writes all of them so. At the level of a character (non-ascii-chars) only
 * such bytes are.
 */
#include "syscall/text.h"

static bool is_printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool needs_hex(const struct lupe_printer *printer, const unsigned char *bytes, size_t size)
{
	unsigned level = printer->options->hex_strings;
	size_t i;

	if (level != 1)
		return level == 2;
	for (i = 0; i < size; i++)
		if (!is_printable(bytes[i]) && !is_space(bytes[i]))
			return true;
	return false;
}

static void quote_hex(struct lupe_buffer *out, const unsigned char *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < size; i++) {
		char text[4] = {'\\', 'x', digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		lupe_buffer_bytes(out, text, sizeof(text));
	}
}

static void quote_octal(struct lupe_buffer *out, unsigned char c, unsigned char next)
{
	bool full = next >= '0' && next <= '7';
	char text[4] = {'\\'};
	size_t n = 1;

	if (full || c > 077)
		text[n++] = '0' + (c >> 6);
	if (full || c > 07)
		text[n++] = '0' + (c >> 3 & 7);
	text[n++] = '0' + (c & 7);
	lupe_buffer_bytes(out, text, n);
}

static void quote_escaped(struct lupe_buffer *out, unsigned char c, unsigned char next, bool in_hex)
{
	switch (c) {
	case '"':
	case '\\':
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, c);
		break;
	case '\t':
		lupe_buffer_bytes(out, "\\t", 2);
		break;
	case '\n':
		lupe_buffer_bytes(out, "\\n", 2);
		break;
	case '\v':
		lupe_buffer_bytes(out, "\\v", 2);
		break;
	case '\f':
		lupe_buffer_bytes(out, "\\f", 2);
		break;
	case '\r':
		lupe_buffer_bytes(out, "\\r", 2);
		break;
	default:
		if (in_hex)
			quote_hex(out, &c, 1);
		else
			quote_octal(out, c, next);
	}
}

static void quote_text(struct lupe_buffer *out, const unsigned char *bytes, size_t size, bool in_hex)
{
	size_t i = 0, run;

	while (i < size) {
		for (run = i; run < size && is_printable(bytes[run]) && bytes[run] != '"' &&
			      bytes[run] != '\\';)
			run++;
		lupe_buffer_bytes(out, bytes + i, run - i);
		i = run;
		if (i < size) {
			quote_escaped(out, bytes[i], i + 1 < size ? bytes[i + 1] : 0,
				      in_hex);
			i++;
		}
	}
}

void lupe_strace_quoted(struct lupe_printer *printer, const void *data, size_t size, bool more)
{
	const unsigned char *bytes = data;

	lupe_buffer_char(printer->out, '"');
	if (needs_hex(printer, bytes, size))
		quote_hex(printer->out, bytes, size);
	else
		quote_text(printer->out, bytes, size, printer->options->hex_strings == 3);
	lupe_buffer_char(printer->out, '"');
	if (more)
		lupe_buffer_bytes(printer->out, "...", 3);
}
