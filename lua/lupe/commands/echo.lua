-- SPDX-License-Identifier: GPL-3.0-or-later
local ESCAPES = { n = "\n", t = "\t", ["\\"] = "\\" }

return {
	name = "echo", group = "prompt", summary = "print a text; \\n is a newline",
	args = { { "TEXT", type = "line", optional = true, default = "" } },
	run = function(_, args)
		io.stdout:write((args.text:gsub("\\(.)", function(c) return ESCAPES[c] or c end)))
		io.stdout:flush()
	end,
}
