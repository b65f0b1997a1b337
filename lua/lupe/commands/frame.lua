-- SPDX-License-Identifier: GPL-3.0-or-later
local frames = require "lupe.frames"

return {
	name = "frame", aliases = { "f" }, group = "status", summary = "show or choose a frame of the stack",
	args = { { "LEVEL", type = "integer", optional = true } },
	run = function(prompt, args) frames.select(prompt, args.level or prompt.dbg.level or 0) end,
}
