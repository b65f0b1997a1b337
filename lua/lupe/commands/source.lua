-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "source", group = "prompt", summary = "run the commands of a file, or Lua if it ends in .lua",
	args = { { "FILE", type = "file", single = true } },
	lua = function(_, args)
		if args.file and args.file:find("%.lua$") then return ("dofile %q"):format(args.file) end
		return ("for line in io.lines(%q) do lupe.cmd(line) end"):format(args.file or "FILE")
	end,
	run = function(prompt, args) prompt:source(args.file) end,
}
