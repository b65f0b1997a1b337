-- SPDX-License-Identifier: GPL-3.0-or-later
local watching = require "lupe.watching"

return {
	name = "hbreak", aliases = { "hb" }, group = "stops",
	summary = "stop at an address by a debug register, without changing code",
	args = { { "LOCATION", type = "location" } },
	run = function(prompt, args) watching.add(prompt, args.location, "hbreak") end,
}
