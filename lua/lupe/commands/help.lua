-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "help", aliases = { "h" }, group = "prompt", summary = "the commands, or one of them",
	args = { { "COMMAND", type = "command", optional = true } },
	run = function(prompt, args)
		if not args.command then
			prompt:say("%sA line that is no command is Lua: lupe.target.pid, =1 + 1. ! runs a shell command.\n"
				.. "`help COMMAND` tells more, `apropos WORD` searches, COMMAND --lua prints the Lua that does the same.",
				prompt.commands:overview())
			return
		end
		local command, message = prompt.commands:find(args.command)
		if not command then prompt.fail("%s", message) end
		prompt:say("%s", (prompt.commands:help_text(command):gsub("\n$", "")))
	end,
}
