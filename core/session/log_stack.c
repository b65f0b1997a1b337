/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stacks below the lines of the log (-k): one line a frame, " > FILE(NAME+0xOFFSET) [0xADDRESS]", where the
 * address is one of the file. With source lines (-kk), those too, and what was inlined. Files are opened
 * once; what is mapped in a process is read when its first stack is taken, and again after a call that
 * changes it, an exec, or where an address is in no module.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#include "lupe/debug.h"
#include "lupe/image.h"
#include "lupe/session.h"
#include "lupe/unwind.h"
#include "session/log_parts.h"
#include "trace/target.h"
#include "type/json.h"

enum { MAX_FRAMES = 256 }; /* as strace */

/* What is mapped in a process. */
struct mapped {
	pid_t pid;
	bool is_old;
	struct lupe_modules *modules;
};

struct log_stacks {
	struct lupe_images *images;
	struct lupe_hash mapped; /* by pid */
	bool has_lines;
};

struct lupe_error *lupe_log_stacks_create(bool has_lines, struct log_stacks **ret)
{
	struct log_stacks *stacks = calloc(1, sizeof(*stacks));
	struct lupe_error *error;

	if (!stacks)
		return lupe_error_no_memory();
	lupe_hash_init(&stacks->mapped);
	stacks->has_lines = has_lines;
	error = lupe_images_create(NULL, &stacks->images);
	if (error)
		free(stacks);
	else
		*ret = stacks;
	return error;
}

static void free_mapped(struct mapped *mapped)
{
	lupe_modules_destroy(mapped->modules);
	free(mapped);
}

void lupe_log_stacks_destroy(struct log_stacks *stacks)
{
	size_t cursor = 0;
	uint64_t pid;
	void *mapped;

	if (!stacks)
		return;
	while (lupe_hash_next(&stacks->mapped, &cursor, &pid, &mapped))
		free_mapped(mapped);
	lupe_hash_deinit(&stacks->mapped);
	lupe_images_destroy(stacks->images);
	free(stacks);
}

void lupe_log_stacks_forget(struct log_stacks *stacks, pid_t pid)
{
	struct mapped *mapped = stacks ? lupe_hash_remove(&stacks->mapped, (uint64_t)pid) : NULL;

	if (mapped)
		free_mapped(mapped);
}

void lupe_log_stacks_note(struct log_stacks *stacks, pid_t pid, const struct lupe_call *call)
{
	struct mapped *mapped =
	    stacks && call->syscall &&
		    ((call->syscall->groups & LUPE_GROUP_MEMORY) ||
		     (call->syscall->flags & LUPE_SYSCALL_REPLACES_MEMORY))
		? lupe_hash_get(&stacks->mapped, (uint64_t)pid)
		: NULL;

	if (mapped)
		mapped->is_old = true;
}

/* --- what is mapped --- */

static struct lupe_error *read_modules(struct log_stacks *stacks, struct lupe_process *process,
				       struct mapped *mapped)
{
	struct lupe_module_source source = {
	    .images = stacks->images,
	    .memory = lupe_process_memory(process),
	    .open = lupe_target_open,
	    .context = &mapped->pid,
	    .entry = lupe_target_entry(mapped->pid),
	};
	struct lupe_modules *modules;
	struct lupe_maps maps;
	struct lupe_error *error = lupe_target_maps(mapped->pid, &maps);

	if (!error)
		error = lupe_modules_create(&source, &maps, &modules);
	if (error)
		return error;
	lupe_modules_destroy(mapped->modules);
	mapped->modules = modules;
	mapped->is_old = false;
	return NULL;
}

/* NULL: it cannot be told. */
static struct mapped *find_mapped(struct log_stacks *stacks, struct lupe_process *process)
{
	pid_t pid = lupe_process_pid(process);
	struct mapped *mapped = lupe_hash_get(&stacks->mapped, (uint64_t)pid);

	if (!mapped) {
		mapped = calloc(1, sizeof(*mapped));
		if (!mapped || !lupe_hash_put(&stacks->mapped, (uint64_t)pid, mapped)) {
			free(mapped);
			return NULL;
		}
		mapped->pid = pid;
		mapped->is_old = true;
	}
	if (mapped->is_old)
		lupe_error_destroy(read_modules(stacks, process, mapped));
	return mapped->modules ? mapped : NULL;
}

/* --- frames --- */

struct frame {
	lupe_addr pc, lookup;
};

static size_t unwind(struct lupe_modules *modules, struct lupe_thread *thread,
		     const struct user_regs_struct *regs, struct frame ret[MAX_FRAMES])
{
	struct lupe_unwind_source source =
	    lupe_unwind_source_of(modules, lupe_process_memory(lupe_thread_process(thread)));
	struct lupe_unwind_frame frame;
	size_t count = 0;

	lupe_unwind_start(&source, regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	do
		ret[count++] = (struct frame){frame.pc, lupe_unwind_lookup_pc(&frame)};
	while (count < MAX_FRAMES &&
	       lupe_unwind_next(&source, &frame, &frame) == LUPE_UNWIND_GOES_ON);
	return count;
}

/* An address in no module: a library may have come by a call that nobody traces. */
static bool is_strange(struct lupe_modules *modules, const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!lupe_maps_at(lupe_modules_maps(modules), frames[i].lookup))
			return true;
	return false;
}

static size_t take(struct log_stacks *stacks, struct lupe_thread *thread, struct mapped **ret_mapped,
		   struct frame ret[MAX_FRAMES])
{
	struct lupe_process *process = lupe_thread_process(thread);
	struct user_regs_struct regs;
	struct lupe_error *error = lupe_thread_get_general(thread, &regs);
	struct mapped *mapped = error ? NULL : find_mapped(stacks, process);
	size_t count;

	lupe_error_destroy(error);
	if (!mapped)
		return 0;
	*ret_mapped = mapped;
	count = unwind(mapped->modules, thread, &regs, ret);
	if (!is_strange(mapped->modules, ret, count))
		return count;
	error = read_modules(stacks, process, mapped);
	if (!error)
		return unwind(mapped->modules, thread, &regs, ret);
	lupe_error_destroy(error);
	return count;
}

/* --- as lines --- */

static void put_file(struct lupe_buffer *out, const struct lupe_mapping *mapping)
{
	lupe_buffer_string(out, " > ");
	if (mapping && *mapping->path)
		lupe_buffer_string(out, mapping->path);
	else if (mapping)
		lupe_buffer_string(out, "[anonymous]");
}

static void put_line(struct lupe_buffer *out, const struct lupe_place *place)
{
	if (place->file)
		lupe_buffer_printf(out, " %s:%u", place->file, place->line);
	lupe_buffer_char(out, '\n');
}

/* What was inlined at an address; answers how many there were. `*ret` is the function's own place. */
static size_t put_inlined(struct lupe_buffer *out, struct lupe_modules *modules,
			  const struct lupe_mapping *mapping, lupe_addr lookup, struct lupe_place *ret)
{
	size_t level = 0;

	while (lupe_modules_place(modules, lookup, level, ret) && ret->is_inlined) {
		put_file(out, mapping);
		lupe_buffer_printf(out, "(%s, inlined)",
				   ret->function->name ? ret->function->name : "??");
		put_line(out, ret);
		level++;
	}
	return level;
}

static void put_frame(struct lupe_buffer *out, const struct log_stacks *stacks,
		      struct lupe_modules *modules, const struct frame *frame)
{
	const struct lupe_mapping *mapping = lupe_maps_at(lupe_modules_maps(modules), frame->pc);
	lupe_addr address = mapping ? frame->pc - mapping->start + mapping->offset : frame->pc;
	struct lupe_place place = {0};
	struct lupe_symbol symbol;

	if (stacks->has_lines)
		put_inlined(out, modules, mapping, frame->lookup, &place);
	put_file(out, mapping);
	if (lupe_modules_symbol_at(modules, frame->lookup, &symbol, NULL))
		lupe_buffer_printf(out, "(%s+0x%" PRIx64 ")", symbol.name, frame->pc - symbol.address);
	else
		lupe_buffer_string(out, "()");
	lupe_buffer_printf(out, " [0x%" PRIx64 "]", address);
	put_line(out, &place);
}

void lupe_log_stack_text(struct log_stacks *stacks, struct lupe_thread *thread, struct lupe_buffer *out)
{
	struct frame frames[MAX_FRAMES];
	struct mapped *mapped;
	size_t count = take(stacks, thread, &mapped, frames);

	for (size_t i = 0; i < count; i++)
		put_frame(out, stacks, mapped->modules, &frames[i]);
}

/* --- as JSON --- */

static void put_json_text(struct lupe_buffer *out, bool *first, const char *key, const char *text)
{
	lupe_json_key(out, first, key);
	lupe_json_string(out, text, strlen(text));
}

static void put_json_line(struct lupe_buffer *out, bool *first, const struct lupe_place *place)
{
	if (!place->file)
		return;
	put_json_text(out, first, "source", place->file);
	lupe_json_key(out, first, "line");
	lupe_buffer_unsigned(out, place->line);
}

static void put_json_inlined(struct lupe_buffer *out, struct lupe_modules *modules, lupe_addr lookup,
			     struct lupe_place *ret)
{
	for (size_t level = 0; lupe_modules_place(modules, lookup, level, ret) && ret->is_inlined;
	     level++) {
		bool first = true;

		lupe_buffer_char(out, '{');
		put_json_text(out, &first, "function",
			      ret->function->name ? ret->function->name : "??");
		lupe_json_key(out, &first, "inlined");
		lupe_buffer_string(out, "true");
		put_json_line(out, &first, ret);
		lupe_buffer_string(out, "},");
	}
}

static void put_json_frame(struct lupe_buffer *out, const struct log_stacks *stacks,
			   struct lupe_modules *modules, const struct frame *frame)
{
	const struct lupe_mapping *mapping = lupe_maps_at(lupe_modules_maps(modules), frame->pc);
	struct lupe_place place = {0};
	struct lupe_symbol symbol;
	bool first = true;

	if (stacks->has_lines)
		put_json_inlined(out, modules, frame->lookup, &place);
	lupe_buffer_char(out, '{');
	lupe_json_key(out, &first, "pc");
	lupe_buffer_printf(out, "\"0x%" PRIx64 "\"", frame->pc);
	if (mapping)
		put_json_text(out, &first, "file", mapping->path);
	if (lupe_modules_symbol_at(modules, frame->lookup, &symbol, NULL)) {
		put_json_text(out, &first, "function", symbol.name);
		lupe_json_key(out, &first, "offset");
		lupe_buffer_unsigned(out, frame->pc - symbol.address);
	}
	put_json_line(out, &first, &place);
	lupe_buffer_char(out, '}');
}

void lupe_log_stack_json(struct log_stacks *stacks, struct lupe_thread *thread, struct lupe_buffer *out)
{
	struct frame frames[MAX_FRAMES];
	struct mapped *mapped;
	size_t count = take(stacks, thread, &mapped, frames);

	lupe_buffer_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			lupe_buffer_char(out, ',');
		put_json_frame(out, stacks, mapped->modules, &frames[i]);
	}
	lupe_buffer_char(out, ']');
}

/* --- in the log --- */

/* JSON has its object already: the stack is put before the brace that ends it. */
static void add_to_object(struct lupe_log *log, struct lupe_buffer *out, struct lupe_thread *thread)
{
	if (out->length < 2 || out->data[out->length - 2] != '}')
		return;
	lupe_buffer_truncate(out, out->length - 2);
	lupe_buffer_string(out, ",\"stack\":");
	lupe_log_stack_json(log->stacks, thread, out);
	lupe_buffer_string(out, "}\n");
}

void lupe_log_put_stack(struct lupe_log *log, struct log_thread *record,
			const struct lupe_log_source *source)
{
	struct log_stream *stream = record->stream;

	if (!log->stacks || !source || !source->thread)
		return;
	if (log->options.json)
		add_to_object(log, &stream->buffer, source->thread);
	else
		lupe_log_stack_text(log->stacks, source->thread, &stream->buffer);
	stream->line = (ptrdiff_t)stream->buffer.length;
}
