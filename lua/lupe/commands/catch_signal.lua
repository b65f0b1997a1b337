-- SPDX-License-Identifier: GPL-3.0-or-later
local catching = require "lupe.catching"

return {
	name = "catch signal", summary = "stop at a signal, whatever `handle` says",
	args = { { "SIGNAL", type = "text", optional = true, default = "all" } },
	complete = function(prompt)
		local list = { "all" }
		for n = 1, 31 do list[#list + 1] = prompt.core.signal_name(n) end
		return list
	end,
	run = function(prompt, args) catching.signal(prompt, args.signal) end,
}
