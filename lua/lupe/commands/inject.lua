-- SPDX-License-Identifier: GPL-3.0-or-later
local trace_inject = require "lupe.trace_inject"

return {
	name = "inject", group = "stops", summary = "change syscalls by strace's rules: error, ret, signal, delay, when",
	args = { { "RULE", type = "text" } },
	examples = { { "inject write:error=ENOSPC:when=3", "fail the third write" },
		{ "inject open:ret=7", "a false success" },
		{ "inject write:error=EIO:stack=wal_flush:path=*.db", "only what a function writes to such files" } },
	run = function(prompt, args)
		local set, rest = args.rule:match("^([^:]+):(.+)$")
		if not set then prompt.fail("inject: SET:error=..., SET:ret=... are expected") end
		local rule, wrong = trace_inject.rule(rest)
		if not rule then prompt.fail("inject: %s", wrong) end
		local handler = prompt.lupe.inject(set, rule)
		local point = prompt.dbg.points:add { what = "injection", title = args.rule, handler = handler }
		prompt:say("injection %d: %s", point.id, args.rule)
	end,
}
