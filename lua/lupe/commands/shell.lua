-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "shell", group = "prompt", summary = "run a command of the shell (also: !COMMAND)",
	args = { { "COMMAND", type = "line", optional = true, default = "" } },
	lua = function(_, args) return ("os.execute %q"):format(args.command or "sh") end,
	run = function(prompt, args) prompt:shell(args.command) end,
}
