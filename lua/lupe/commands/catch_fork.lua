-- SPDX-License-Identifier: GPL-3.0-or-later
local catching = require "lupe.catching"

return {
	name = "catch fork", summary = "stop when a process forks",
	args = { { "CONDITION", type = "text", optional = true } },
	run = function(prompt, args) catching.kind(prompt, "fork", { "fork", "clone" }, args.condition) end,
}
