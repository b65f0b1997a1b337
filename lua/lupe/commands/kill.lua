-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "kill", aliases = { "k" }, group = "running", summary = "kill a process",
	args = { { "PROCESS", type = "process", optional = true } },
	lua = "lupe.target:kill()",
	run = function(prompt, args)
		local process = args.process or prompt.dbg:need_target()
		if not prompt:confirm("kill process %d?", process.pid) then return end
		prompt.dbg:kill(process)
	end,
}
