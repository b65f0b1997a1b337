-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info signals", aliases = { "handle" }, summary = "what is done about each signal",
	args = { { "SIGNAL", type = "signal", optional = true } },
	run = function(prompt, args)
		local list = {}
		for n = 1, 64 do list[n] = n end
		prompt:say("%s", format.columns(prompt.dbg.handling:rows(args.signal and { args.signal } or list)))
	end,
}
