-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "shell", args = "COMMAND", summary = "run a command of the shell (also: !COMMAND)",
	run = function(_, text) os.execute(text) end,
}
