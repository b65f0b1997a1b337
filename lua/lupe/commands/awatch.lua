-- SPDX-License-Identifier: GPL-3.0-or-later
local watching = require "lupe.watching"

return {
	name = "awatch", group = "stops", summary = "stop when memory is read or written",
	args = { { "EXPRESSION", type = "expression" } },
	run = function(prompt, args) watching.add(prompt, args.expression, "awatch") end,
}
