/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rewrites operands token by token; see disasm/text.h.
 *
 *   AT&T:  "$-1, 8(%rax, %rcx)"                   becomes  "$0xffffffff,0x8(%rax,%rcx,1)"
 *   Intel: "dword ptr [rax + rcx + 8], -1"        becomes  "DWORD PTR [rax+rcx*1+0x8],0xffffffff"
 */
#include "disasm/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
	const struct lupe_disasm_style *style;
	char *out, *end; /* end: where the NUL must be at the latest */
	int depth;       /* inside (...) or [...] */
	int parts;       /* registers and numbers seen inside it */
	char previous;   /* the last character read, blanks aside */
};

static void put(struct writer *writer, const char *text, size_t length)
{
	for (; length && writer->out < writer->end; length--)
		*writer->out++ = *text++;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '%';
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (is_word(text[length]))
		length++;
	return length;
}

/* "dword ptr " and its like stand before a memory operand. */
static bool is_size_word(const char *word, size_t length)
{
	static const char *const sizes[] = {"byte",    "word",    "dword", "fword",
					    "qword",   "tbyte",   "xword", "xmmword",
					    "ymmword", "zmmword", "ptr"};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		if (strlen(sizes[i]) == length && !memcmp(sizes[i], word, length))
			return true;
	return false;
}

static const char *put_number(struct writer *writer, const char *text, bool negative)
{
	char *after, digits[24];
	uint64_t number = strtoull(text, &after, 0);
	bool is_scale =
	    writer->depth && (writer->style->syntax == LUPE_DISASM_ATT || writer->previous == '*');
	int length;

	if (negative) {
		number = 0 - number;
		if (writer->style->immediate_size < sizeof(number))
			number &= (UINT64_C(1) << 8 * writer->style->immediate_size) - 1;
	}
	if (is_scale)
		length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	else
		length = snprintf(digits, sizeof(digits), "0x%llx", (unsigned long long)number);
	put(writer, digits, length);
	writer->parts++;
	return after;
}

static void put_size_word(struct writer *writer, const char *word, size_t length)
{
	if (length == 5 && !memcmp(word, "xword", length)) /* the library's word for 80 bits */
		word = "tbyte";
	for (size_t i = 0; i < length; i++) {
		char upper = toupper((unsigned char)word[i]);

		put(writer, &upper, 1);
	}
	put(writer, " ", 1);
}

static const char *put_word(struct writer *writer, const char *text)
{
	size_t length = word_length(text);
	bool intel = writer->style->syntax == LUPE_DISASM_INTEL;

	if (intel && is_size_word(text, length)) {
		put_size_word(writer, text, length);
		return text + length;
	}
	put(writer, text, length);
	if (length >= 2 && !memcmp(text + length - 2, "st", 2) && text[length] == '(') {
		put(writer, text + length, 3); /* st(1): no memory operand */
		return text + length + 3;
	}
	writer->parts++;
	if (writer->depth && writer->parts == 2 && intel && text[length] != ':' &&
	    text[length] != '*')
		put(writer, "*1", 2);
	return text + length;
}

static void open_bracket(struct writer *writer)
{
	bool bare = writer->previous == '\0' || strchr(",*:", writer->previous);

	if (writer->style->syntax == LUPE_DISASM_ATT && bare && writer->style->zero_displacement)
		put(writer, "0x0", 3);
	writer->depth++;
	writer->parts = 0;
}

static void close_bracket(struct writer *writer)
{
	if (writer->style->syntax == LUPE_DISASM_ATT && writer->parts == 2)
		put(writer, ",1", 2);
	if (writer->style->syntax == LUPE_DISASM_INTEL && writer->style->zero_displacement)
		put(writer, "+0x0", 4);
	writer->depth -= writer->depth > 0;
}

static const char *put_bracket(struct writer *writer, const char *text)
{
	bool opens = *text == '(' || *text == '[';

	/* gdb writes an address without registers bare: fs:0x28, ds:0x0 */
	if (*text == '[' && isdigit((unsigned char)text[1])) {
		if (writer->previous != ':')
			put(writer, "ds:", 3);
		return text + 1;
	}
	if (*text == ']' && !writer->depth)
		return text + 1;
	if (opens)
		open_bracket(writer);
	else
		close_bracket(writer);
	put(writer, text, 1);
	return text + 1;
}

/* A minus sign: of an immediate, which becomes its bits, or of a displacement, which keeps it. */
static const char *put_minus(struct writer *writer, const char *text)
{
	bool immediate =
	    writer->style->syntax == LUPE_DISASM_INTEL ? !writer->depth : writer->previous == '$';
	const char *number = text + 1 + (text[1] == ' ');

	if (immediate && isdigit((unsigned char)*number))
		return put_number(writer, number, true);
	put(writer, "-", 1);
	return number;
}

static const char *put_token(struct writer *writer, const char *text)
{
	if (*text == ' ')
		return text + 1;
	if (strchr("([)]", *text))
		return put_bracket(writer, text);
	if (*text == '-')
		return put_minus(writer, text);
	if (*text == ',' && writer->depth && !writer->parts)
		writer->parts++;                                      /* no base: (,%rax,8) */
	if (isdigit((unsigned char)*text) && writer->previous != '{') /* not {1to16} */
		return put_number(writer, text, false);
	if (is_word(*text))
		return put_word(writer, text);
	put(writer, text, 1);
	return text + 1;
}

void lupe_disasm_operands_text(const struct lupe_disasm_style *style, const char *text, char *ret,
			       size_t size)
{
	struct writer writer = {.style = style, .out = ret, .end = ret + size - 1};

	while (*text) {
		const char *next = put_token(&writer, text);

		while (text < next) {
			if (*text != ' ')
				writer.previous = *text;
			text++;
		}
	}
	*writer.out = '\0';
}
