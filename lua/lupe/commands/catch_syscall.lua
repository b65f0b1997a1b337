-- SPDX-License-Identifier: GPL-3.0-or-later
local catching = require "lupe.catching"

return {
	name = "catch syscall", summary = "stop at a syscall and at its return",
	args = { { "SET", type = "text", optional = true, default = "all" } },
	examples = { { "catch syscall openat", "one" }, { "catch syscall %network", "a group, as strace names it" },
		{ "catch syscall write if =ev.args.fd == 2", "with a condition" } },
	complete = function(prompt) return prompt.core.syscall_names() end,
	run = function(prompt, args) catching.syscall(prompt, args.set) end,
}
