/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzzer of core files: opened, mapped and unwound as lupe stack does it, from an input that is the file. Seeds:
 * small core files, of whose memory only the stacks are left.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/buffer.h"
#include "lupe/core.h"
#include "lupe/stack.h"

static void show(const char *path)
{
	struct lupe_stack_options options = {.depth = 64, .names_only = true};
	struct lupe_images *images;
	struct lupe_core *core;
	struct lupe_stack *stack = NULL;
	struct lupe_buffer out;
	struct lupe_error *error = lupe_images_create("/nonexistent", &images);

	if (error)
		abort();
	error = lupe_core_open(path, NULL, &core);
	if (!error) {
		error = lupe_stack_capture_core(images, core, &options, &stack);
		lupe_buffer_init(&out);
		if (!error) {
			lupe_stack_print_header(&out, stack);
			lupe_stack_print(&out, stack, false);
			lupe_stack_print_json(&out, stack);
		}
		lupe_buffer_deinit(&out);
		lupe_stack_destroy(stack);
		lupe_core_close(core);
	}
	lupe_error_destroy(error);
	lupe_images_destroy(images);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("core", MFD_CLOEXEC);
	char path[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	show(path);
	close(fd);
	return 0;
}
