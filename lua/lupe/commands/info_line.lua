-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info line", summary = "the code of a source line, or the line of an address",
	args = { { "LOCATION", type = "location", optional = true } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local target = dbg:need_target()
		local addresses = args.location and prompt.need(dbg:resolve(args.location, target))
			or { dbg:frame().address }
		for _, address in ipairs(addresses) do
			local row = target:line_at(address)
			if not row then prompt.fail("no line is known for %s", format.hex(address)) end
			prompt:say("line %d of %s: code from %s to %s", row.line, format.clean(row.file),
				format.hex(row.start) .. (" <%s>"):format(dbg:name_of(target, row.start) or "?"),
				format.hex(row.stop) .. (" <%s>"):format(dbg:name_of(target, row.stop) or "?"))
		end
	end,
}
