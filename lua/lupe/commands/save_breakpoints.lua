-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "save breakpoints", aliases = { "b" }, summary = "write the breakpoints into a file that `source` reads",
	args = { { "FILE", type = "file", single = true } },
	run = function(prompt, args)
		local file, message = io.open(args.file, "w")
		if not file then prompt.fail("save: cannot write %s", message) end
		local count = 0
		for _, point in ipairs(prompt.dbg.points:user_list()) do
			if point.source then
				count = count + 1
				local condition = point.condition_text and " if " .. point.condition_text or ""
				file:write(point.source, condition, "\n")
				if not point.enabled then file:write("disable ", count, "\n") end
				if point.commands then
					file:write("commands\n", point.silent and "silent\n" or "", table.concat(point.commands, "\n"), "\nend\n")
				end
			end
		end
		file:close()
		prompt:say("saved %d breakpoints in %s", count, args.file)
	end,
}
