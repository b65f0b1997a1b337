-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "quit", aliases = { "q", "exit" }, group = "prompt",
	summary = "end: launched targets are killed, attached ones go on",
	args = { { "STATUS", type = "integer", optional = true } },
	lua = function(_, args) return ("lupe.quit(%s)"):format(args.status or "") end,
	run = function(prompt, args)
		if not prompt:confirm_quit() then return end
		prompt.state.status = args.status
		prompt.over = true
	end,
}
