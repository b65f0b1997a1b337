-- SPDX-License-Identifier: GPL-3.0-or-later
local PARTS = {
	{ "registers", "info registers" }, { "source", "list *$pc", source = true }, { "code", "x/6i $pc" },
	{ "stack", "telescope $sp 6" }, { "frames", "bt 5" },
}

return {
	name = "context", aliases = { "ctx" }, group = "status",
	summary = "registers, source, instructions, stack and frames at once",
	help = "Registers that have changed since the target went on last are in another colour.",
	run = function(prompt)
		local dbg = prompt.dbg
		local frame = dbg:need_stopped():frame(0)
		local last, listed = prompt.last, dbg.listed
		for _, part in ipairs(PARTS) do
			if not part.source or frame and frame.file and dbg.sources:path(frame.file, frame.folder) then
				prompt:say("%s", prompt:paint("title", ("-- %s %s"):format(part[1], ("-"):rep(60 - #part[1]))))
				prompt:execute_nested(part[2])
			end
		end
		prompt.last, dbg.listed = last, listed
	end,
}
