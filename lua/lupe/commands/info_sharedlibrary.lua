-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info sharedlibrary", aliases = { "shared", "modules" },
	summary = "the program and the libraries that are mapped",
	lua = "for m in lupe.target:modules() do print(lupe.hex(m.start), m.path) end",
	run = function(prompt)
		local rows = { { "from", "to", "file" } }
		for module in prompt.dbg:need_target():modules() do
			rows[#rows + 1] = { format.hex(module.start), format.hex(module["end"]),
				module.path .. (module.deleted and " (deleted)" or "") }
		end
		prompt:say("%s", format.columns(rows))
	end,
}
