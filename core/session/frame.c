/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frames one at a time; see lupe/frame.h.
 */
#include "lupe/frame.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/vector.h"

enum {
	FRAMES_MAX = 1000000,
	VECTORS_SIZE = 256,
};

/* A frame and the variables of its places, as far as they were asked for. */
struct kept {
	struct lupe_unwind_frame unwound;
	struct lupe_debug_frame debug;
};

struct lupe_frames {
	struct lupe_unwind_source source;
	struct lupe_debug_frame first; /* what all have in common */
	struct lupe_arena arena;
	VECTOR(struct kept *) list;
	enum lupe_unwind_end end;
};

static bool add(struct lupe_frames *frames, const struct lupe_unwind_frame *unwound)
{
	struct kept *kept = lupe_arena_alloc(&frames->arena, sizeof(*kept));

	if (!kept || !VECTOR_PUSH(&frames->list, kept))
		return false;
	kept->unwound = *unwound;
	kept->debug = frames->first;
	kept->debug.address = lupe_unwind_lookup_pc(unwound);
	kept->debug.pc = unwound->pc;
	kept->debug.known = unwound->known;
	memcpy(kept->debug.regs, unwound->regs, sizeof(kept->debug.regs));
	return true;
}

struct lupe_error *lupe_frames_create(struct lupe_modules *modules, const struct lupe_memory *memory,
				      const struct user_regs_struct *regs, struct lupe_frames **ret)
{
	struct lupe_frames *frames = calloc(1, sizeof(*frames));
	struct lupe_unwind_frame unwound;

	if (!frames)
		return lupe_error_no_memory();
	lupe_arena_init(&frames->arena);
	frames->source = lupe_unwind_source_of(modules, memory);
	frames->first = (struct lupe_debug_frame){
	    .modules = modules, .memory = memory, .thread_pointer = regs->fs_base};
	lupe_unwind_start(&frames->source, regs, LUPE_UNWIND_ALL_KNOWN, &unwound);
	if (!add(frames, &unwound)) {
		lupe_frames_destroy(frames);
		return lupe_error_no_memory();
	}
	*ret = frames;
	return NULL;
}

void lupe_frames_destroy(struct lupe_frames *frames)
{
	if (!frames)
		return;
	VECTOR_DEINIT(&frames->list);
	lupe_arena_deinit(&frames->arena);
	free(frames);
}

/* The frame of an index, unwound if need be, and linked to its caller (which has its CFA). NULL: there is none. */
static struct kept *frame_at(struct lupe_frames *frames, size_t index)
{
	while (index >= frames->list.count && frames->end == LUPE_UNWIND_GOES_ON &&
	       frames->list.count < FRAMES_MAX) {
		struct kept *last = frames->list.data[frames->list.count - 1];
		struct lupe_unwind_frame next = last->unwound;

		frames->end = lupe_unwind_next(&frames->source, &last->unwound, &next);
		if (frames->end != LUPE_UNWIND_GOES_ON || !add(frames, &next))
			break;
		if (next.is_doubtful)
			continue;
		last->debug.caller = &frames->list.data[frames->list.count - 1]->debug;
		last->debug.has_cfa = true;
		last->debug.cfa = next.sp;
	}
	return index < frames->list.count ? frames->list.data[index] : NULL;
}

static size_t count_places(struct lupe_frames *frames, const struct kept *kept)
{
	struct lupe_place place;
	size_t count = 1;

	if (kept->unwound.is_signal)
		return 1;
	while (lupe_modules_place(frames->first.modules, kept->debug.address, count, &place))
		count++;
	return count;
}

bool lupe_frames_get(struct lupe_frames *frames, size_t level, struct lupe_frame *ret)
{
	struct kept *kept;

	for (size_t index = 0; (kept = frame_at(frames, index)); index++) {
		size_t count = count_places(frames, kept);

		if (level >= count) {
			level -= count;
			continue;
		}
		(void)frame_at(frames, index + 1); /* variables need the CFA */
		*ret = (struct lupe_frame){&kept->debug, level, index, &kept->unwound};
		return true;
	}
	return false;
}

void lupe_frames_set_vectors(struct lupe_frames *frames, const unsigned char *vectors)
{
	frames->list.data[0]->debug.vectors = lupe_arena_copy(&frames->arena, vectors, VECTORS_SIZE);
}
