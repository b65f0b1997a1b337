-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "lua", args = "CODE", summary = "run Lua, print what it answers",
	run = function(prompt, text) prompt:lua(text) end,
}
