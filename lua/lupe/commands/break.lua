-- SPDX-License-Identifier: GPL-3.0-or-later
local breaking = require "lupe.breaking"

return {
	name = "break", aliases = { "b", "br", "brk" }, group = "stops", summary = "stop at a location",
	args = { { "LOCATION", type = "location", optional = true } },
	examples = { { "break *0x401136", "at an address" }, { "break main", "at a function" },
		{ "break *$pc if $rdi == 3", "only when that holds" }, { "break read if =ev.thread.regs.rdi > 2", "in Lua" },
		{ "break main thread 2", "only in a thread" } },
	help = "Without a location: here. A condition is an expression as in C, or Lua after =, which sees the event as ev.",
	run = function(prompt, args) breaking.add(prompt, args.location, {}) end,
}
