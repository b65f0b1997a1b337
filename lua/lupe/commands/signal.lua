-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "signal", group = "running", summary = "go on with a signal, in place of the one that stopped",
	args = { { "SIGNAL", type = "signal" } },
	examples = { { "signal 0", "go on without a signal" }, { "signal TERM", "deliver another" } },
	lua = function(prompt, args)
		return ("lupe.thread():signal %q; lupe.run()"):format(args.signal and prompt.core.signal_name(args.signal) or "0")
	end,
	run = function(prompt, args)
		local dbg = prompt.dbg
		local thread, kept = dbg:need_stopped(), dbg.kept
		if kept and not kept.over and kept.kind == "signal" and kept.tid == thread.tid then
			kept:signal(args.signal)
		elseif args.signal ~= 0 then
			dbg:let_pass(args.signal)
			prompt.need(thread:signal(args.signal))
		end
		dbg:go_on()
	end,
}
