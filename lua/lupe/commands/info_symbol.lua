-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info symbol", summary = "the symbol that an address belongs to",
	args = { { "ADDRESS", type = "address" } },
	run = function(prompt, args)
		local name = prompt.dbg:name_of(prompt.dbg:need_target(), args.address)
		if not name then prompt.fail("no symbol is known at %s", require("lupe.format").hex(args.address)) end
		prompt:say("%s", name)
	end,
}
