-- SPDX-License-Identifier: GPL-3.0-or-later
local breaking = require "lupe.breaking"

return {
	name = "tbreak", aliases = { "tb" }, group = "stops", summary = "stop at a location, once",
	args = { { "LOCATION", type = "location", optional = true } },
	run = function(prompt, args) breaking.add(prompt, args.location, { temporary = true }) end,
}
