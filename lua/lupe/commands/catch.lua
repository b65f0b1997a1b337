-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "catch", group = "stops", summary = "stop at events: syscalls, signals, forks, execs",
	examples = { { "catch syscall openat", "its entry and its return" }, { "catch fork", "each new process" } },
}
