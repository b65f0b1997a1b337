-- SPDX-License-Identifier: GPL-3.0-or-later
local catching = require "lupe.catching"

return {
	name = "catch exec", summary = "stop when a process executes another program",
	args = { { "CONDITION", type = "text", optional = true } },
	run = function(prompt, args) catching.kind(prompt, "exec", { "exec" }, args.condition) end,
}
