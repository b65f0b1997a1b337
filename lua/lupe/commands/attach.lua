-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "attach", aliases = { "at" }, group = "running", summary = "attach to a running process and stop it",
	args = { { "PID", type = "pid" } },
	examples = { { "attach 4242", "take hold of process 4242" } },
	lua = function(_, args) return ("lupe.target = assert(lupe.attach(%d)); lupe.target:stop()"):format(args.pid) end,
	run = function(prompt, args)
		local process = prompt.dbg:attach(args.pid)
		prompt:say("attached to process %d", process.pid)
		prompt:show_where()
	end,
}
