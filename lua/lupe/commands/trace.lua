-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "trace", group = "stops", summary = "print syscalls as strace does while the target runs; `trace off` ends it",
	args = { { "SET", type = "text", optional = true, default = "all" } },
	examples = { { "trace %file", "a group" }, { "trace open,openat", "some" }, { "trace off", "no more" } },
	complete = function(prompt) return prompt.core.syscall_names() end,
	lua = function(_, args)
		return ("lupe.on_syscall(%q, { on_exit = function(ev) io.stderr:write(tostring(ev), \"\\n\") end })"):format(
			args.set or "all")
	end,
	run = function(prompt, args)
		if prompt.tracer then prompt.tracer:delete() end
		prompt.tracer = nil
		if args.set == "off" then return end
		local multiple = function() return #prompt.dbg:processes() > 1 end
		prompt.tracer = prompt.lupe.on_syscall(args.set, { on_exit = function(ev)
			io.stderr:write(multiple() and ("[pid %d] "):format(ev.tid) or "", tostring(ev), "\n")
		end })
	end,
}
