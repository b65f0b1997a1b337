-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info source", summary = "the source file of the selected frame",
	run = function(prompt)
		local dbg = prompt.dbg
		local file, folder, line = require("lupe.locations").default_file(dbg)
		if not file then prompt.fail("no source file is known here") end
		prompt:say("%s", format.columns { { "file", file }, { "compiled in", folder or "?" }, { "line", line },
			{ "read from", dbg.sources:path(file, folder) or "(not found)" } })
	end,
}
