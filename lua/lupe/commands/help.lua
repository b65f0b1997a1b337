-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "help", aliases = { "h" }, group = "prompt", summary = "the commands, one of them, or a name of Lua",
	examples = { { "help break", "a command" }, { "help lupe", "what scripts have" },
		{ "help lupe.on_syscall", "one of these" }, { "help ev:fail", "a member of an object" } },
	args = { { "COMMAND", type = "command", optional = true } },
	complete = function(prompt, word, before)
		local list = require("lupe.completion").commands(prompt, before, word)
		if before:find "%S" then return list end
		local topics = require("lupe.reference").load(prompt.core):topics()
		return table.move(topics, 1, #topics, #list + 1, list)
	end,
	run = function(prompt, args)
		if not args.command then
			prompt:say("%sA line that is no command is Lua: lupe.target.pid, =1 + 1. ! runs a shell command.\n"
				.. "`help COMMAND` tells more, `apropos WORD` searches, COMMAND --lua prints the Lua that does the same.",
				prompt.commands:overview())
			return
		end
		local text, message = require("lupe.help").on(prompt.core, prompt.commands, args.command)
		if not text then prompt.fail("%s", message) end
		prompt:say("%s", (text:gsub("\n$", "")))
	end,
}
