-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "inferior", aliases = { "process" }, group = "threads",
	summary = "show or choose the process that commands mean",
	args = { { "NUMBER", type = "process", optional = true } },
	lua = function(_, args)
		return args.number and ("lupe.target = lupe.process(%d)"):format(args.number.pid) or "print(lupe.target)"
	end,
	run = function(prompt, args)
		local dbg = prompt.dbg
		if args.number then dbg.state.target, dbg.thread = args.number, nil end
		local target = dbg:need_target()
		prompt:say("process %d, %s", target.pid, target.exe or "?")
		prompt:show_where()
	end,
}
