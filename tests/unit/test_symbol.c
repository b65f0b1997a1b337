/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Symbols and modules: this program's own, tables made by hand, and the text of /proc/PID/maps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <dlfcn.h>
#include "base/cleanup.h"
#include "image/demangle.h"
#include "image/perf_map.h"
#include "image/symbols.h"
#include "own_process.h"

/* --- tables made by hand --- */

enum { TEXT_AT = 0x1000, TEXT_SIZE = 0x1000, DATA_AT = 0x3000, MAX_SYMBOLS = 16 };

struct made {
	Elf64_Ehdr header;
	Elf64_Shdr sections[5]; /* null, .text, .symtab, .strtab, .data */
	Elf64_Sym symbols[MAX_SYMBOLS];
	char strings[1024];
};

static size_t n_symbols, n_strings;

static struct made *make_file(void)
{
	struct made *made = calloc(1, sizeof(*made));

	assert_non_null(made);
	memcpy(made->header.e_ident, ELFMAG "\2\1\1", 7);
	made->header.e_machine = EM_X86_64;
	made->header.e_shoff = offsetof(struct made, sections);
	made->header.e_shentsize = sizeof(Elf64_Shdr);
	made->header.e_shnum = 5;
	made->sections[1] = (Elf64_Shdr){
	    .sh_type = SHT_NOBITS, .sh_addr = TEXT_AT, .sh_size = TEXT_SIZE};
	made->sections[2] = (Elf64_Shdr){.sh_type = SHT_SYMTAB,
					 .sh_link = 3,
					 .sh_offset = offsetof(struct made, symbols),
					 .sh_size = sizeof(made->symbols)};
	made->sections[3] = (Elf64_Shdr){.sh_type = SHT_STRTAB,
					 .sh_offset = offsetof(struct made, strings),
					 .sh_size = sizeof(made->strings)};
	made->sections[4] =
	    (Elf64_Shdr){.sh_type = SHT_NOBITS, .sh_addr = DATA_AT, .sh_size = 0x1000};
	n_symbols = n_strings = 1;
	return made;
}

static void add_in(struct made *made, const char *name, unsigned bind, unsigned type, uint64_t value,
		   uint64_t size, unsigned section)
{
	assert_true(n_symbols < MAX_SYMBOLS);
	made->symbols[n_symbols++] = (Elf64_Sym){.st_name = n_strings,
						 .st_info = ELF64_ST_INFO(bind, type),
						 .st_shndx = section,
						 .st_value = value,
						 .st_size = size};
	strcpy(made->strings + n_strings, name);
	n_strings += strlen(name) + 1;
}

static void add(struct made *made, const char *name, unsigned bind, unsigned type, uint64_t value,
		uint64_t size)
{
	add_in(made, name, bind, type, value, size, 1);
}

struct fixture {
	struct lupe_elf elf;
	struct lupe_demangler demangler;
	struct lupe_symbol_table table;
};

/* Takes over `made`. */
static void open_made(struct fixture *fixture, struct made *made)
{
	assert_null(lupe_elf_over((unsigned char *)made, sizeof(*made), &fixture->elf));
	lupe_demangler_init(&fixture->demangler);
	lupe_symbol_table_init(&fixture->table, &fixture->demangler);
	assert_true(lupe_symbol_table_add(&fixture->table, &fixture->elf, SHT_SYMTAB, 0));
}

static void close_made(struct fixture *fixture)
{
	lupe_symbol_table_deinit(&fixture->table);
	lupe_demangler_deinit(&fixture->demangler);
	lupe_elf_deinit(&fixture->elf);
}

/* NULL: no symbol is found. */
static void assert_at(struct fixture *fixture, lupe_addr address, const char *name, uint64_t offset)
{
	struct lupe_symbol symbol;
	bool found = lupe_symbol_table_at(&fixture->table, address, &symbol);

	assert_int_equal(found, name != NULL);
	if (!found)
		return;
	assert_string_equal(symbol.name, name);
	assert_int_equal(address - symbol.address, offset);
}

static void test_covering(void **state)
{
	struct made *made = make_file();
	struct fixture fixture;

	(void)state;
	add(made, "outer", STB_LOCAL, STT_FUNC, 0x1100, 0x100);
	add(made, "inner", STB_LOCAL, STT_FUNC, 0x1140, 0x10);
	add(made, "local_label", STB_LOCAL, STT_NOTYPE, 0x1120, 0);
	add(made, "assembly", STB_GLOBAL, STT_NOTYPE, 0x1300, 0);
	add(made, "last", STB_GLOBAL, STT_FUNC, 0x1400, 0x20);
	add(made, "last_label", STB_GLOBAL, STT_NOTYPE, 0x1f00, 0);
	add_in(made, "variable", STB_GLOBAL, STT_OBJECT, 0x3010, 8, 4);
	add_in(made, "thread_variable", STB_GLOBAL, STT_TLS, 0x1100, 0x100, 4);
	add_in(made, "absent", STB_GLOBAL, STT_FUNC, 0x1600, 0x100, SHN_UNDEF);
	open_made(&fixture, made);
	assert_at(&fixture, 0x10ff, NULL, 0);
	assert_at(&fixture, 0x1100, "outer", 0);
	assert_at(&fixture, 0x1130, "outer", 0x30); /* the label inside does not count */
	assert_at(&fixture, 0x1145, "inner", 5);
	assert_at(&fixture, 0x1150, "outer", 0x50);
	assert_at(&fixture, 0x11ff, "outer", 0xff);
	assert_at(&fixture, 0x1200, NULL, 0); /* past the end: st_size is honoured */
	assert_at(&fixture, 0x12ff, NULL, 0);
	assert_at(&fixture, 0x1310, "assembly", 0x10);
	assert_at(&fixture, 0x141f, "last", 0x1f);
	assert_at(&fixture, 0x1420, NULL, 0);
	assert_at(&fixture, 0x1650, NULL, 0);
	assert_at(&fixture, 0x1fff, "last_label", 0xff);
	assert_at(&fixture, 0x2000, NULL, 0); /* its section ends here */
	assert_at(&fixture, 0x3013, "variable", 3);
	assert_at(&fixture, UINT64_MAX, NULL, 0);
	assert_at(&fixture, 0, NULL, 0);
	close_made(&fixture);
}

/* All at once gives what one by one gives. */
static void test_many_at_once(void **state)
{
	static lupe_addr addresses[TEXT_SIZE + 512];
	struct made *made = make_file(), *copy = malloc(sizeof(*made));
	struct fixture many, single;
	struct lupe_symbol a, b;
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%d", i);
		add(made, name, STB_GLOBAL, i % 3 ? STT_FUNC : STT_NOTYPE, 0x1000 + i * 37 % 12 * 0x80,
		    i % 3 ? i * 0x18 : 0);
	}
	assert_non_null(copy);
	memcpy(copy, made, sizeof(*made));
	open_made(&many, made);
	open_made(&single, copy);
	for (lupe_addr at = 0xf80; at < 0x1f80; at++)
		addresses[count++] = at;
	lupe_symbol_table_find(&many.table, addresses, count);
	for (size_t i = 0; i < count; i++) {
		bool found = lupe_symbol_table_at(&many.table, addresses[i], &a);

		assert_int_equal(found, lupe_symbol_table_at(&single.table, addresses[i], &b));
		if (found) {
			assert_string_equal(a.name, b.name);
			assert_int_equal(a.address, b.address);
		}
	}
	close_made(&many);
	close_made(&single);
}

static void test_aliases(void **state)
{
	struct made *made = make_file();
	struct fixture fixture;
	struct lupe_symbol symbol;

	(void)state;
	add(made, "__GI___libc_read", STB_LOCAL, STT_FUNC, 0x1100, 0x20);
	add(made, "__read@@GLIBC_2.2.5", STB_GLOBAL, STT_FUNC, 0x1100, 0x20);
	add(made, "read@@GLIBC_2.2.5", STB_WEAK, STT_FUNC, 0x1100, 0x20);
	add(made, "__libc_read", STB_LOCAL, STT_FUNC, 0x1100, 0x20);
	add_in(made, "data_here", STB_GLOBAL, STT_OBJECT, 0x1200, 0x20, 1);
	add(made, "label_here", STB_GLOBAL, STT_NOTYPE, 0x1200, 0x20);
	add(made, "__function_here", STB_LOCAL, STT_FUNC, 0x1200, 0x20);
	add(made, "twice", STB_LOCAL, STT_FUNC, 0x1300, 1);
	add(made, "twice", STB_GLOBAL, STT_FUNC, 0x1400, 1);
	open_made(&fixture, made);
	assert_at(&fixture, 0x1104, "read", 4);
	assert_at(&fixture, 0x1204, "__function_here", 4);
	assert_true(lupe_symbol_table_named(&fixture.table, "read", &symbol));
	assert_int_equal(symbol.address, 0x1100);
	assert_string_equal(symbol.name, "read");
	assert_true(lupe_symbol_table_named(&fixture.table, "twice", &symbol));
	assert_int_equal(symbol.address, 0x1400);
	assert_true(lupe_symbol_table_named(&fixture.table, "data_here", &symbol));
	assert_int_equal(symbol.kind, LUPE_SYMBOL_OBJECT);
	assert_false(lupe_symbol_table_named(&fixture.table, "rea", &symbol));
	assert_false(lupe_symbol_table_named(&fixture.table, "", &symbol));
	close_made(&fixture);
}

static bool can_demangle(void)
{
	void *library = dlopen("libstdc++.so.6", RTLD_LAZY);

	if (library)
		dlclose(library);
	return library != NULL;
}

static void test_demangling(void **state)
{
	struct made *made = make_file();
	struct fixture fixture;
	struct lupe_symbol symbol;

	(void)state;
	if (!can_demangle()) {
		free(made);
		skip();
	}
	add(made, "_ZN2ns5Class6methodEiPKc", STB_GLOBAL, STT_FUNC, 0x1100, 0x20);
	add(made, "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
	    STB_LOCAL, STT_FUNC, 0x1200, 0x20);
	add(made, "_Znot_a_name", STB_GLOBAL, STT_FUNC, 0x1300, 0x20);
	add(made, "_RNvCs15kBYyAo9fc_7mycrate7example", STB_GLOBAL, STT_FUNC, 0x1400, 0x20);
	add(made, "_Rnot_a_name", STB_GLOBAL, STT_FUNC, 0x1500, 0x20);
	open_made(&fixture, made);
	assert_at(&fixture, 0x1101, "ns::Class::method(int, char const*)", 1);
	assert_at(&fixture, 0x1201, "core::ptr::drop_in_place<alloc::string::String>", 1);
	assert_at(&fixture, 0x1301, "_Znot_a_name", 1);
#ifdef LUPE_HAVE_LIBIBERTY
	assert_at(&fixture, 0x1401, "mycrate::example", 1);
	assert_true(lupe_symbol_table_named(&fixture.table, "mycrate::example", &symbol));
#else
	print_message("built without libiberty: names of Rust since 2021 were not tried\n");
#endif
	assert_at(&fixture, 0x1501, "_Rnot_a_name", 1);
	assert_true(lupe_symbol_table_named(&fixture.table, "ns::Class::method", &symbol));
	assert_int_equal(symbol.address, 0x1100);
	assert_true(lupe_symbol_table_named(&fixture.table, "_ZN2ns5Class6methodEiPKc", &symbol));
	assert_false(lupe_symbol_table_named(&fixture.table, "Class::method", &symbol));
	close_made(&fixture);
}

/* Names outside of the strings, an unterminated table, a link to nowhere. */
static void test_broken_tables(void **state)
{
	struct made *made = make_file();
	struct fixture fixture;

	(void)state;
	add(made, "good", STB_GLOBAL, STT_FUNC, 0x1100, 0x20);
	add(made, "bad", STB_GLOBAL, STT_FUNC, 0x1200, 0x20);
	made->symbols[2].st_name = UINT32_MAX;
	add(made, "huge", STB_GLOBAL, STT_FUNC, 0x1300, UINT64_MAX);
	open_made(&fixture, made);
	assert_at(&fixture, 0x1104, "good", 4);
	assert_at(&fixture, 0x1204, NULL, 0);
	assert_at(&fixture, 0x1304, "huge", 4);
	close_made(&fixture);

	made = make_file();
	memset(made->strings, 'x', sizeof(made->strings));
	assert_null(lupe_elf_over((unsigned char *)made, sizeof(*made), &fixture.elf));
	lupe_demangler_init(&fixture.demangler);
	lupe_symbol_table_init(&fixture.table, &fixture.demangler);
	assert_false(lupe_symbol_table_add(&fixture.table, &fixture.elf, SHT_SYMTAB, 0));
	made->sections[2].sh_link = 77;
	assert_false(lupe_symbol_table_add(&fixture.table, &fixture.elf, SHT_SYMTAB, 0));
	close_made(&fixture);
}

/* --- maps --- */

static void test_maps(void **state)
{
	static const char text[] =
	    "00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/a program\n"
	    "00651000-00652000 rw-s 00051000 08:02 173521      /tmp/old (deleted)\n"
	    "this is no mapping\n"
	    "7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n"
	    "7f0000000800-7f0000002000 r--p 00000000 00:00 0 \n" /* overlaps */
	    "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0          [stack]\n"
	    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]";
	const struct lupe_mapping *row;
	struct lupe_maps maps;

	(void)state;
	assert_null(lupe_maps_parse(text, sizeof(text) - 1, &maps));
	assert_int_equal(maps.count, 5);
	row = lupe_maps_at(&maps, 0x400000);
	assert_string_equal(row->path, "/usr/bin/a program");
	assert_true(row->readable && row->executable && !row->writable && !row->shared);
	assert_int_equal(row->inode, 173521);
	assert_int_equal(row->device_major, 8);
	assert_null(lupe_maps_at(&maps, 0x452000));
	row = lupe_maps_at(&maps, 0x651fff);
	assert_true(row->deleted && row->shared);
	assert_string_equal(row->path, "/tmp/old");
	assert_int_equal(row->offset, 0x51000);
	assert_string_equal(lupe_maps_at(&maps, 0x7f0000000000)->path, "");
	assert_string_equal(lupe_maps_at(&maps, 0x7ffc00020fff)->path, "[stack]");
	assert_true(lupe_maps_at(&maps, 0xffffffffff600000)->executable);
	assert_null(lupe_maps_at(&maps, 0));
	assert_null(lupe_maps_at(&maps, UINT64_MAX));
	lupe_maps_deinit(&maps);
	assert_null(lupe_maps_parse("", 0, &maps));
	assert_null(lupe_maps_at(&maps, 0x400000));
	lupe_maps_deinit(&maps);
}

/* --- this process --- */

__attribute__((noinline, used)) static int some_static_function(int number)
{
	return number * 3;
}

int some_variable = 7;

static void test_own_modules(void **state)
{
	lupe_addr function = (uintptr_t)&some_static_function, variable = (uintptr_t)&some_variable;
	struct lupe_images *images;
	struct lupe_modules *modules;
	struct lupe_module *module;
	struct lupe_symbol symbol;

	(void)state;
	assert_null(lupe_images_create(NULL, &images));
	modules = own_modules(images, true);
	assert_true(lupe_modules_symbol_at(modules, function + 2, &symbol, &module));
	assert_string_equal(symbol.name, "some_static_function");
	assert_int_equal(symbol.address, function);
	assert_true(module->is_main);
	assert_true(lupe_modules_symbol_at(modules, variable, &symbol, &module));
	assert_string_equal(symbol.name, "some_variable");
	assert_true(lupe_modules_symbol_named(modules, "some_static_function", &symbol, &module));
	assert_int_equal(symbol.address, function);
	assert_true(lupe_modules_symbol_named(modules, "some_variable", &symbol, &module));
	assert_int_equal(symbol.address, variable);
	assert_true(lupe_modules_symbol_named(modules, "getppid", &symbol, &module));
	assert_int_equal(symbol.address, (uintptr_t)dlsym(RTLD_NEXT, "getppid"));
	assert_non_null(strstr(module->path, "libc"));
	assert_false(lupe_modules_symbol_named(modules, "no_such_symbol_at_all", &symbol, &module));
	assert_false(lupe_modules_symbol_at(modules, 16, &symbol, &module));
	assert_null(module);
	/* an image is opened once, whoever asks */
	lupe_modules_destroy(modules);
	modules = own_modules(images, true);
	assert_true(lupe_modules_symbol_at(modules, function, &symbol, &module));
	lupe_modules_destroy(modules);
	lupe_images_destroy(images);
}

/* Without files there are the dynamic symbols that the program itself sees. */
/* --- files that change --- */

/* A file that is cut short while it is mapped costs its answers; each read of it would raise SIGBUS. */
static void test_cut_short(void **state)
{
	char path[] = "/tmp/lupe-test-XXXXXX";
	CLEANUP_CLOSE int own = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), fd = mkstemp(path);
	struct lupe_images *images;
	struct lupe_image *image;
	struct lupe_symbol symbol;
	struct lupe_cfi_row row;
	char buffer[65536];
	ssize_t got;

	(void)state;
	while ((got = read(own, buffer, sizeof(buffer))) > 0)
		assert_int_equal(write(fd, buffer, got), got);
	assert_null(lupe_images_create(NULL, &images));
	assert_null(lupe_images_open(images, fd, path, &image));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_false(lupe_image_symbol_named(image, "main", &symbol));
	assert_false(lupe_image_symbol_at(image, 0x1000, &symbol));
	assert_false(lupe_image_cfi(image, 0x1000, &row));
	lupe_images_destroy(images);
	unlink(path);
}

/* --- code made at run time --- */

static void test_perf_map(void **state)
{
	static const char text[] = "900 10000 older and around all\n1000 100 first\n"
				   "0x2000 0x10 with prefix\n"
				   "1080 10 newer, inside\n"
				   "nonsense\n\n 1 2 3\n5000\n5000 10\n5000 10 \n5000 0 none\n"
				   "ffffffffffffff00 200 beyond the end\n"
				   "3000 20 no newline at the end";
	static const struct {
		lupe_addr addr;
		const char *name;
	} cases[] = {
	    {0x1000, "first"},
	    {0x1085, "newer, inside"},
	    {0x200f, "with prefix"},
	    {0x3010, "no newline at the end"},
	    {0x5000, "older and around all"},
	    {0x108ff, "older and around all"},
	    {0x10900, NULL},
	    {0x8ff, NULL},
	};
	struct lupe_perf_map map;
	struct lupe_symbol symbol;

	(void)state;
	assert_true(lupe_perf_map_parse(strdup(text), &map));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool found = lupe_perf_map_at(&map, cases[i].addr, &symbol);

		assert_int_equal(found, cases[i].name != NULL);
		if (found)
			assert_string_equal(symbol.name, cases[i].name);
	}
	lupe_perf_map_deinit(&map);
	assert_true(lupe_perf_map_parse(strdup(""), &map));
	assert_false(lupe_perf_map_at(&map, 0, &symbol));
	lupe_perf_map_deinit(&map);
}

static void test_from_memory(void **state)
{
	struct lupe_images *images;
	struct lupe_modules *modules;
	struct lupe_module *module;
	struct lupe_symbol symbol;
	struct lupe_cfi_row row;
	lupe_addr function = (uintptr_t)dlsym(RTLD_NEXT, "getppid");

	(void)state;
	assert_null(lupe_images_create("/nonexistent", &images));
	modules = own_modules(images, false);
	assert_true(lupe_modules_symbol_at(modules, function + 1, &symbol, &module));
	assert_string_equal(symbol.name, "getppid");
	assert_int_equal(symbol.address, function);
	assert_true(lupe_modules_cfi(modules, function, &row));
	assert_int_equal(row.function, function);
	function = getauxval(AT_SYSINFO_EHDR);
	assert_true(lupe_modules_symbol_named(modules, "__vdso_clock_gettime", &symbol, &module));
	assert_string_equal(module->path, "[vdso]");
	assert_true(symbol.address - function < 65536);
	lupe_modules_destroy(modules);
	lupe_images_destroy(images);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    /* The first: cmocka sets handlers of its own before each test, the fence but once. */
	    cmocka_unit_test(test_cut_short),
	    cmocka_unit_test(test_covering),	  cmocka_unit_test(test_many_at_once),
	    cmocka_unit_test(test_aliases),	  cmocka_unit_test(test_demangling),
	    cmocka_unit_test(test_broken_tables), cmocka_unit_test(test_maps),
	    cmocka_unit_test(test_own_modules),	  cmocka_unit_test(test_from_memory),
	    cmocka_unit_test(test_perf_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
