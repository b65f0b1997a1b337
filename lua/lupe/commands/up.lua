-- SPDX-License-Identifier: GPL-3.0-or-later
local frames = require "lupe.frames"

return {
	name = "up", group = "status", summary = "choose the caller of the selected frame, or the COUNTth", repeatable = true,
	args = { { "COUNT", type = "count", optional = true, default = 1 } },
	run = function(prompt, args) frames.select(prompt, (prompt.dbg.level or 0) + args.count, true) end,
}
