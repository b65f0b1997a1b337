-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "help", aliases = { "h" }, args = "[COMMAND]", summary = "the commands, or one of them",
	complete = function(prompt) return prompt.commands:names() end,
	run = function(prompt, text)
		if text == "" then
			prompt:say("%sA line that is no command is Lua: `lupe.target.pid`, `=1 + 1`. `!` runs a shell command.",
				prompt.commands:overview())
			return
		end
		local command, message = prompt.commands:find(text)
		if not command then prompt.fail("%s", message) end
		io.stdout:write(prompt.commands:help_text(command))
	end,
}
