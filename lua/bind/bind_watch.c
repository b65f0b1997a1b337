/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the debug registers of this machine work: some virtual machines take what is written to them
 * and never trap. Asked of our own memory, by a counting breakpoint of perf_event_open(2).
 */
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bind.h"

enum { WRITES = 3 };

/* False only when it is certain: where we may not ask, the answer is true. */
static bool registers_work(void)
{
	static volatile long word;
	struct perf_event_attr attr = {
	    .type = PERF_TYPE_BREAKPOINT,
	    .size = sizeof(attr),
	    .bp_type = HW_BREAKPOINT_W,
	    .bp_addr = (uintptr_t)&word,
	    .bp_len = sizeof(word),
	    .exclude_kernel = 1,
	    .exclude_hv = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	uint64_t count = 0;
	bool known;

	if (fd < 0)
		return true;
	for (int i = 0; i < WRITES; i++)
		word = i;
	known = read(fd, &count, sizeof(count)) == sizeof(count);
	close(fd);
	return !known || count > 0;
}

static int core_debug_registers_work(lua_State *L)
{
	lua_pushboolean(L, registers_work());
	return 1;
}

static void open_watch(lua_State *L)
{
	lua_pushcfunction(L, core_debug_registers_work);
	lua_setfield(L, -2, "debug_registers_work");
}
LUPE_BIND_MODULE(open_watch);
