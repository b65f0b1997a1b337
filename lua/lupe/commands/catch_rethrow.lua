-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "catch rethrow", summary = "stop when a C++ exception is thrown again",
	run = function(prompt) require("lupe.exceptions").catch(prompt, "rethrow", "__cxa_rethrow") end,
}
