-- SPDX-License-Identifier: GPL-3.0-or-later
local catching = require "lupe.catching"

return {
	name = "catch exit", summary = "stop when a process or thread is about to end, for a last look",
	args = { { "CONDITION", type = "text", optional = true } },
	run = function(prompt, args) catching.kind(prompt, "exit", { "exiting" }, args.condition) end,
}
