-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info locals", summary = "the local variables of the selected frame",
	run = function(prompt) require("lupe.frames").show_variables(prompt, "locals") end,
}
