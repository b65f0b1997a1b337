-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "show", group = "prompt", summary = "a setting, or all",
	args = { { "SETTING", type = "setting", optional = true } },
	lua = function(_, args) return ("print(lupe.get %q)"):format(args.setting or "SETTING") end,
	run = function(prompt, args)
		local settings = prompt.settings
		local names = args.setting and { prompt.need(settings:find(args.setting)) } or settings.names
		local rows = {}
		for i, name in ipairs(names) do rows[i] = { name, settings:text(name), settings.entries[name].help } end
		prompt:say("%s", format.columns(rows))
	end,
}
