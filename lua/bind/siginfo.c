/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A siginfo_t as a table: the fields that its signal and code make valid (sigaction(2)), and its text.
 */
#include <signal.h>
#include "base/buffer.h"
#include "handles.h"

static void set_integer(lua_State *L, const char *name, int64_t number)
{
	lua_pushinteger(L, number);
	lua_setfield(L, -2, name);
}

static void set_sender(lua_State *L, const siginfo_t *info)
{
	set_integer(L, "pid", info->si_pid);
	set_integer(L, "uid", info->si_uid);
}

static void set_value(lua_State *L, const siginfo_t *info)
{
	set_integer(L, "value", info->si_value.sival_int);
	set_integer(L, "pointer", (int64_t)(uintptr_t)info->si_value.sival_ptr);
}

/* What the kernel says of its own signals. */
static void set_reason(lua_State *L, const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGCHLD:
		set_sender(L, info);
		set_integer(L, "status", info->si_status);
		set_integer(L, "utime", info->si_utime);
		set_integer(L, "stime", info->si_stime);
		break;
	case SIGILL:
	case SIGFPE:
	case SIGSEGV:
	case SIGBUS:
	case SIGTRAP:
		set_integer(L, "addr", (int64_t)(uintptr_t)info->si_addr);
		break;
	case SIGPOLL:
		set_integer(L, "band", info->si_band);
		set_integer(L, "fd", info->si_fd);
		break;
	case SIGSYS:
		set_integer(L, "addr", (int64_t)(uintptr_t)info->si_call_addr);
		set_integer(L, "syscall", info->si_syscall);
		break;
	default:
		set_sender(L, info);
		break;
	}
}

static void set_by_code(lua_State *L, const siginfo_t *info)
{
	switch (info->si_code) {
	case SI_USER:
	case SI_TKILL:
		set_sender(L, info);
		break;
	case SI_TIMER:
		set_integer(L, "timer", info->si_timerid);
		set_integer(L, "overrun", info->si_overrun);
		set_value(L, info);
		break;
	case SI_KERNEL:
		break;
	default:
		if (info->si_code > 0) {
			set_reason(L, info);
			break;
		}
		set_sender(L, info);
		set_value(L, info);
		break;
	}
}

static void set_text(lua_State *L, const siginfo_t *info)
{
	static const struct lupe_strace_options options = {.string_max = 32};
	struct lupe_buffer *out = lupe_bind_scratch(L);
	struct lupe_printer printer = {.out = out, .options = &options};

	lupe_strace_siginfo(&printer, info);
	lupe_bind_push_buffer(L, out);
	lua_setfield(L, -2, "text");
}

void lupe_bind_push_siginfo(lua_State *L, const siginfo_t *info)
{
	char buffer[16];

	lua_createtable(L, 0, 8);
	set_integer(L, "signo", info->si_signo);
	lua_pushstring(L, lupe_signal_name(info->si_signo, buffer));
	lua_setfield(L, -2, "name");
	set_integer(L, "code", info->si_code);
	if (info->si_errno)
		set_integer(L, "errno", info->si_errno);
	set_by_code(L, info);
	set_text(L, info);
}
