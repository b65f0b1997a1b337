-- SPDX-License-Identifier: GPL-3.0-or-later
local proc = require "lupe.proc"

return {
	name = "checksec", group = "status", summary = "how the program is hardened: PIE, NX, RELRO, canaries, FORTIFY",
	run = function(prompt)
		local process = prompt.dbg:need_target()
		prompt:say("%s", require("lupe.format").columns(prompt.need(proc.hardening(process.pid))))
	end,
}
