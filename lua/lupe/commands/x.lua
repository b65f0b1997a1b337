-- SPDX-License-Identifier: GPL-3.0-or-later
local examine = require "lupe.examine"

return {
	name = "x", group = "data", format = true,
	summary = "memory: N units of size U (b h w g) as F (x d u o t z c a f s i)",
	args = { { "ADDRESS", type = "address", optional = true } },
	examples = { { "x/4g $rsp", "four words of the stack" }, { "x/s 0x402010", "a string" },
		{ "x/5i $pc", "instructions" }, { "x/16cb $rdi", "characters" } },
	help = "Without an address: what follows. What a later x does not say stays as it was. $_ is the last address, $__\n"
		.. "what lay there.",
	repeatable = function(args) return "x" .. (args.format and "/" .. args.format or "") end,
	lua = function(_, args) return ("print(lupe.target:read(%s, 64))"):format(args.address or "ADDRESS") end,
	run = function(prompt, args) examine.command(prompt, args) end,
}
