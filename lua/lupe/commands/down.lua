-- SPDX-License-Identifier: GPL-3.0-or-later
local frames = require "lupe.frames"

return {
	name = "down", aliases = { "dow" }, group = "status", repeatable = true,
	summary = "choose the frame that the selected one called",
	args = { { "COUNT", type = "count", optional = true, default = 1 } },
	run = function(prompt, args)
		local level = prompt.dbg.level or 0
		if level == 0 then prompt.fail("the innermost frame is selected: it called nobody") end
		frames.select(prompt, math.max(0, level - args.count))
	end,
}
