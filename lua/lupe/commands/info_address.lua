-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info address", summary = "where a symbol lies",
	args = { { "NAME" } },
	run = function(prompt, args)
		local symbol = prompt.need(prompt.dbg:need_target():symbol(args.name))
		prompt:say("%s is a %s at %s, %d bytes, of %s", format.clean(symbol.name), symbol.kind, format.hex(symbol.address),
			symbol.size, format.clean(symbol.module))
	end,
}
