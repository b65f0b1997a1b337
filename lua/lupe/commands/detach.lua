-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "detach", group = "running", summary = "let a process go on alone",
	args = { { "PROCESS", type = "process", optional = true } },
	lua = "lupe.target:detach()",
	run = function(prompt, args)
		local process = args.process or prompt.dbg:need_target()
		local pid = process.pid
		prompt.dbg:detach(process)
		prompt:say("detached from process %d", pid)
	end,
}
