-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "catch load", summary = "stop when a library is loaded (one whose path has TEXT)",
	args = { { "TEXT", type = "text", optional = true } },
	run = function(prompt, args) require("lupe.loading").catch(prompt, "load", args.text) end,
}
