-- SPDX-License-Identifier: GPL-3.0-or-later
local watching = require "lupe.watching"

return {
	name = "rwatch", group = "stops", summary = "stop when memory is read (or written: the CPU does not tell them apart)",
	args = { { "EXPRESSION", type = "expression" } },
	run = function(prompt, args) watching.add(prompt, args.expression, "rwatch") end,
}
