-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "catch catch", summary = "stop when a C++ exception is caught",
	run = function(prompt) require("lupe.exceptions").catch(prompt, "catch", "__cxa_begin_catch") end,
}
