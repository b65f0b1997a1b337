-- SPDX-License-Identifier: GPL-3.0-or-later
local catching = require "lupe.catching"

return {
	name = "catch vfork", summary = "stop when a process calls vfork",
	args = { { "CONDITION", type = "text", optional = true } },
	run = function(prompt, args) catching.kind(prompt, "vfork", { "vfork" }, args.condition) end,
}
