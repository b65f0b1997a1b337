/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C++ and Rust names; see image/demangle.h.
 */
#include "image/demangle.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#ifdef LUPE_HAVE_LIBIBERTY
#include <libiberty/demangle.h>
#endif

enum { MAX_NAME = 16384, RUST_HASH = 16 };

void lupe_demangler_init(struct lupe_demangler *demangler)
{
	*demangler = (struct lupe_demangler){0};
}

void lupe_demangler_deinit(struct lupe_demangler *demangler)
{
	if (demangler->library)
		dlclose(demangler->library);
}

static void load(struct lupe_demangler *demangler)
{
	void *symbol;

	demangler->tried = true;
	demangler->library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
	if (!demangler->library)
		demangler->library = dlopen("libc++abi.so.1", RTLD_LAZY | RTLD_LOCAL);
	if (!demangler->library)
		return;
	symbol = dlsym(demangler->library, "__cxa_demangle");
	memcpy(&demangler->function, &symbol, sizeof(symbol));
}

/* --- Rust before 2021: a C++ nested name that ends in ::h and a hash --- */

static bool ends_in_hash(const char *name, size_t length)
{
	const char *hash = name + length - RUST_HASH;

	if (length < RUST_HASH + 3 || strncmp(hash - 3, "::h", 3) != 0)
		return false;
	return strspn(hash, "0123456789abcdef") == RUST_HASH;
}

/* What stands between $ signs. */
static const struct {
	const char *code, *text;
} rust_codes[] = {
    {"$SP$", "@"}, {"$BP$", "*"}, {"$RF$", "&"}, {"$LT$", "<"},
    {"$GT$", ">"}, {"$LP$", "("}, {"$RP$", ")"}, {"$C$", ","},
};

/* The text of the code at `at`, and its length; 0: it is none. */
static size_t rust_code(const char *at, char *ret)
{
	unsigned number;
	char *end;

	for (size_t i = 0; i < ARRAY_SIZE(rust_codes); i++)
		if (strncmp(at, rust_codes[i].code, strlen(rust_codes[i].code)) == 0) {
			*ret = *rust_codes[i].text;
			return strlen(rust_codes[i].code);
		}
	if (strncmp(at, "$u", 2) != 0 || !isxdigit((unsigned char)at[2]))
		return 0;
	number = strtoul(at + 2, &end, 16);
	if (*end != '$' || !isprint(number))
		return 0;
	*ret = (char)number;
	return end + 1 - at;
}

/* In place: the text never grows. */
static void decode_rust(char *name, size_t length)
{
	char *to = name;

	name[length - RUST_HASH - 3] = '\0';
	for (const char *at = name; *at;) {
		size_t size = *at == '$' ? rust_code(at, to) : 0;
		bool at_start = at == name || at[-1] == ':';

		if (at_start && at[0] == '_' && at[1] == '$')
			at++; /* stands before a code at the start of a part */
		else if (size)
			at += size, to++;
		else if (at[0] == '.' && at[1] == '.')
			at += 2, *to++ = ':', *to++ = ':';
		else
			*to++ = *at++;
	}
	*to = '\0';
}

/* --- Rust since 2021: RFC 2603 --- */

static char *demangle_rust(const char *name)
{
#ifdef LUPE_HAVE_LIBIBERTY
	return rust_demangle(name, 0);
#else
	(void)name;
	return NULL;
#endif
}

char *lupe_demangle(struct lupe_demangler *demangler, const char *name)
{
	size_t length;
	int status;
	char *text;

	if (strncmp(name, "_R", 2) == 0 && strnlen(name, MAX_NAME) < MAX_NAME)
		return demangle_rust(name);
	if (strncmp(name, "_Z", 2) != 0 || strnlen(name, MAX_NAME) == MAX_NAME)
		return NULL;
	if (!demangler->tried)
		load(demangler);
	if (!demangler->function)
		return NULL;
	text = demangler->function(name, NULL, NULL, &status);
	length = text ? strlen(text) : 0;
	if (text && ends_in_hash(text, length))
		decode_rust(text, length);
	return text;
}
