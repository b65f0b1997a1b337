/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unpacking by liblzma, which is loaded for it: most runs need none of it; see image/unpack.h.
 */
#include "image/unpack.h"

#include <stdbool.h>
#include <stdlib.h>
#ifdef LUPE_HAVE_LZMA
#include <dlfcn.h>
#include <lzma.h>
#include <string.h>

enum {
	MAX_UNPACKED = 256 << 20,
	MAX_MEMORY = 256 << 20, /* of the decoder: xz -9 needs 65 MB */
	STEP = 1 << 16,
};

struct library {
	void *handle;
	__typeof__(lzma_stream_decoder) *open;
	__typeof__(lzma_code) *code;
	__typeof__(lzma_end) *end;
};

static bool find(const struct library *library, const char *name, void *ret)
{
	void *symbol = dlsym(library->handle, name);

	memcpy(ret, &symbol, sizeof(symbol));
	return symbol;
}

static bool load(struct library *ret)
{
	ret->handle = dlopen("liblzma.so.5", RTLD_NOW | RTLD_LOCAL);
	if (!ret->handle)
		return false;
	if (find(ret, "lzma_stream_decoder", &ret->open) && find(ret, "lzma_code", &ret->code) &&
	    find(ret, "lzma_end", &ret->end))
		return true;
	dlclose(ret->handle);
	return false;
}

/* Unpacks into a buffer that grows with what comes out; false: corrupt, or too large. */
static bool unpack(const struct library *library, lzma_stream *stream, unsigned char **buffer, size_t *ret_size)
{
	size_t capacity = 0;
	lzma_ret status;

	do {
		if (!stream->avail_out) {
			size_t more = capacity ? capacity : STEP;
			unsigned char *larger = realloc(*buffer, capacity + more);

			if (!larger || capacity + more > MAX_UNPACKED) {
				*buffer = larger ? larger : *buffer;
				return false;
			}
			*buffer = larger;
			stream->next_out = larger + capacity;
			stream->avail_out = more;
			capacity += more;
		}
		status = library->code(stream, LZMA_FINISH);
	} while (status == LZMA_OK);
	*ret_size = stream->total_out;
	return status == LZMA_STREAM_END;
}

unsigned char *lupe_unpack_xz(const unsigned char *bytes, size_t size, size_t *ret_size)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	unsigned char *buffer = NULL;
	struct library library;

	if (!load(&library))
		return NULL;
	if (library.open(&stream, MAX_MEMORY, 0) == LZMA_OK) {
		stream.next_in = bytes;
		stream.avail_in = size;
		if (!unpack(&library, &stream, &buffer, ret_size)) {
			free(buffer);
			buffer = NULL;
		}
		library.end(&stream);
	}
	dlclose(library.handle);
	return buffer;
}
#else
unsigned char *lupe_unpack_xz(const unsigned char *bytes, size_t size, size_t *ret_size)
{
	(void)bytes, (void)size, (void)ret_size;
	return NULL;
}
#endif
