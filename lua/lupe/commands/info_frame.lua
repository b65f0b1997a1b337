-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info frame", aliases = { "f" }, summary = "the selected frame: where it is, how it was found",
	run = function(prompt)
		local frame = require("lupe.frames").get(prompt, prompt.dbg.level or 0)
		local rows = {}
		for _, name in ipairs { "level", "fn", "file", "line", "module", "trust" } do
			if frame[name] then rows[#rows + 1] = { name, frame[name] } end
		end
		rows[#rows + 1] = { "pc", format.hex(frame.pc) }
		rows[#rows + 1] = { "sp", format.hex(frame.sp) }
		prompt:say("%s", format.columns(rows))
	end,
}
