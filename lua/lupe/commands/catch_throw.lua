-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "catch throw", summary = "stop when a C++ exception is thrown",
	run = function(prompt) require("lupe.exceptions").catch(prompt, "throw", "__cxa_throw") end,
}
