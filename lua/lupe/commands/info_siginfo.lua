-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info siginfo", summary = "the signal that the selected thread stopped with",
	lua = "print(lupe.inspect(lupe.thread():siginfo()))",
	run = function(prompt)
		prompt:say("%s", format.inspect(prompt.need(prompt.dbg:need_stopped():siginfo())))
	end,
}
