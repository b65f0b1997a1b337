-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info files", aliases = { "target" }, summary = "the program and its open descriptors",
	run = function(prompt)
		local format = require "lupe.format"
		local process = prompt.dbg:need_target()
		local rows = { { "program", process.exe or "?" } }
		for fd in prompt.need(process:fds()) do
			rows[#rows + 1] = { "fd " .. fd.num, fd.path or "?" }
		end
		prompt:say("%s", format.columns(rows))
	end,
}
