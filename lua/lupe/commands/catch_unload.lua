-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "catch unload", summary = "stop when a library is unloaded (one whose path has TEXT)",
	args = { { "TEXT", type = "text", optional = true } },
	run = function(prompt, args) require("lupe.loading").catch(prompt, "unload", args.text) end,
}
