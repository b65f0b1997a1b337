/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzzer of what reads debug information: lines, functions, types and variables of an input that is an
 * ELF file, at addresses of its code, in frames whose registers and memory are made up. Seeds: programs
 * with -g, whole or only their .debug_ sections changed.
 * Run by tests/shell/fuzz.sh.
 */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "lupe/debug.h"
#include "lupe/image.h"
#include "lupe/type.h"
#include "lupe/value.h"

/* How many functions were met: who runs us can see that the input was understood. */
static size_t n_functions;

enum { N_ADDRESSES = 64, MAX_SHOWN = 16, BIAS = 0x10000 };

/* Memory in which everything can be read: bytes of the input, again and again. */
static size_t read_input(void *context, lupe_addr addr, void *buffer, size_t size)
{
	const struct lupe_memory_span *span = context;

	for (size_t i = 0; i < size; i++)
		((unsigned char *)buffer)[i] = span->size ? span->bytes[(addr + i) % span->size] : 0;
	return size;
}

static int open_input(void *context, const struct lupe_mapping *mapping, char *path, size_t size,
		      bool *ret_same)
{
	(void)mapping;
	strncpy(path, "/input", size);
	*ret_same = true;
	return dup(*(int *)context);
}

static void visit_values(const struct lupe_debug_frame *frame, size_t level, struct lupe_arena *arena)
{
	const struct lupe_debug_variable *list;
	struct lupe_decode decode = {
	    .arena = arena, .memory = frame->memory, .limits = lupe_decode_limits_default};
	size_t count = lupe_debug_variables(frame, level, arena, &list);
	struct lupe_buffer out;

	lupe_buffer_init(&out);
	for (size_t i = 0; i < count && i < MAX_SHOWN; i++) {
		struct lupe_value *value = lupe_debug_read(frame, &list[i], &decode);

		if (value) {
			lupe_value_print_c(&out, value, NULL);
			lupe_value_print_json(&out, value);
		}
		lupe_debug_read_at_entry(frame, &list[i], &decode);
		lupe_buffer_reset(&out);
	}
	lupe_buffer_deinit(&out);
}

static void visit_address(struct lupe_modules *modules, const struct lupe_memory *memory,
			  lupe_addr address)
{
	struct lupe_debug_frame caller, frame;
	struct lupe_arena arena;
	struct lupe_place place;

	memset(&frame, 0, sizeof(frame));
	frame.modules = modules;
	frame.memory = memory;
	frame.address = frame.pc = address;
	frame.known = UINT32_MAX;
	frame.has_cfa = true;
	frame.cfa = 0x7ffd0000;
	for (size_t i = 0; i < LUPE_DEBUG_REGISTERS; i++)
		frame.regs[i] = i * 0x1111;
	caller = frame;
	frame.caller = &caller;
	lupe_arena_init(&arena);
	for (size_t level = 0; level < MAX_SHOWN && lupe_modules_place(modules, address, level, &place);
	     level++)
		if (place.function) {
			n_functions++;
			visit_values(&frame, level, &arena);
		}
	lupe_arena_deinit(&arena);
}

/* The addresses of the input's segments of code, evenly. */
static void visit_code(struct lupe_modules *modules, const struct lupe_memory *memory,
		       const uint8_t *data, size_t size)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (size < sizeof(header))
		return;
	memcpy(&header, data, sizeof(header));
	for (size_t i = 0; i < header.e_phnum && i < 16; i++) {
		uint64_t at = header.e_phoff + i * sizeof(segment);

		if (at > size || size - at < sizeof(segment))
			return;
		memcpy(&segment, data + at, sizeof(segment));
		if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X))
			continue;
		for (uint64_t k = 0; k < N_ADDRESSES; k++)
			visit_address(modules, memory,
				      BIAS + segment.p_vaddr + k * (segment.p_memsz / N_ADDRESSES));
	}
}

/* What /proc/PID/maps would say of the input, mapped by its segments. */
static struct lupe_error *map_input(const uint8_t *data, size_t size, struct lupe_maps *ret)
{
	struct lupe_buffer text;
	struct lupe_error *error;
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	lupe_buffer_init(&text);
	memcpy(&header, data, sizeof(header));
	for (size_t i = 0; i < header.e_phnum && i < 16; i++) {
		uint64_t at = header.e_phoff + i * sizeof(segment), start;

		if (at > size || size - at < sizeof(segment))
			break;
		memcpy(&segment, data + at, sizeof(segment));
		if (segment.p_type != PT_LOAD)
			continue;
		start = (segment.p_vaddr & ~0xfffUL) + BIAS;
		lupe_buffer_printf(&text, "%lx-%lx r-%cp %lx 00:01 7 /input\n", start,
				   BIAS + ((segment.p_vaddr + segment.p_memsz + 0xfff) & ~0xfffUL),
				   segment.p_flags & PF_X ? 'x' : '-', segment.p_offset & ~0xfffUL);
	}
	error = lupe_maps_parse(lupe_buffer_text(&text), text.length, ret);
	lupe_buffer_deinit(&text);
	return error;
}

/* A name: what it is of, where it is declared, its type in full, where its code or its value is. */
static void visit_name(struct lupe_modules *modules, struct lupe_module *module, const struct lupe_memory *memory,
		       const struct lupe_debug_name *name)
{
	struct lupe_debug_frame frame = {.modules = modules, .memory = memory, .thread_pointer = 0x7000};
	const struct lupe_type *type = lupe_image_type(module->image, name, NULL);
	struct lupe_debug_start starts[8];
	struct lupe_debug_storage storage;
	struct lupe_source_line line;
	struct lupe_arena arena;
	struct lupe_buffer out;
	lupe_addr places[8];
	uint32_t best;

	lupe_arena_init(&arena);
	lupe_buffer_init(&out);
	lupe_type_print_name(&out, type, name->name);
	lupe_type_print_definition(&out, type);
	if (lupe_image_declaration(module->image, name, &line))
		lupe_image_line_places(module->image, line.file, line.line, places, 8, &best);
	if (name->kind == LUPE_NAME_VARIABLE)
		lupe_debug_locate_global(&frame, module, name, &arena, &storage);
	if (name->kind == LUPE_NAME_FUNCTION && lupe_image_function_starts(module->image, name, starts, 8))
		lupe_image_after_prologue(module->image, starts[0].address, 4);
	lupe_buffer_deinit(&out);
	lupe_arena_deinit(&arena);
}

static bool count_found(void *context, const struct lupe_debug_name *name)
{
	(void)name;
	return ++*(unsigned *)context < MAX_SHOWN;
}

static void ignore_source(void *context, const char *file, const char *folder)
{
	*(size_t *)context += strlen(file) + strlen(folder);
}

static void visit_names(struct lupe_modules *modules, const struct lupe_memory *memory)
{
	const struct lupe_debug_name *rows;
	unsigned found = 0;
	size_t count, length = 0;

	for (size_t i = 0; i < lupe_modules_count(modules); i++) {
		struct lupe_module *module = lupe_modules_get(modules, i);

		if (!module->image)
			continue;
		count = lupe_image_names(module->image, &rows);
		for (size_t k = 0; k < count && k < N_ADDRESSES; k++) {
			visit_name(modules, module, memory, &rows[k * (count / N_ADDRESSES ? count / N_ADDRESSES : 1)]);
			lupe_image_find_names(module->image, rows[k].name, 15, count_found, &found);
		}
		lupe_image_sources(module->image, ignore_source, &length);
		lupe_image_import_at(module->image, 0x4000);
	}
}

static struct lupe_error *visit(struct lupe_images *images, int fd, const uint8_t *data, size_t size)
{
	struct lupe_memory_span span = {0, (unsigned char *)data, size};
	struct lupe_memory memory = {read_input, NULL, &span};
	struct lupe_module_source source = {
	    .images = images, .memory = &memory, .open = open_input, .context = &fd};
	struct lupe_modules *modules;
	struct lupe_maps maps;
	struct lupe_error *error = map_input(data, size, &maps);

	if (!error)
		error = lupe_modules_create(&source, &maps, &modules);
	if (error)
		return error;
	visit_code(modules, &memory, data, size);
	visit_names(modules, &memory);
	lupe_modules_destroy(modules);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lupe_images *images;
	struct lupe_error *error;
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || size < sizeof(Elf64_Ehdr) || write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	error = lupe_images_create("/nowhere", &images);
	if (!error) {
		error = visit(images, fd, data, size);
		lupe_images_destroy(images);
	}
	lupe_error_destroy(error);
	close(fd);
	return 0;
}
