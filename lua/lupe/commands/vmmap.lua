-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "vmmap", aliases = { "maps" }, group = "status",
	summary = "what is mapped where; only what fits a name or address",
	args = { { "NAME", type = "text", optional = true } },
	examples = { { "vmmap", "all" }, { "vmmap libc", "by name" }, { "vmmap $rsp", "where an address lies" } },
	lua = "for m in lupe.target:maps() do print(lupe.hex(m.start), m.perms, m.path) end",
	run = function(prompt, args)
		local ok, address = pcall(prompt.evaluate_integer, prompt, args.name or "")
		local rows = { { "start", "end", "size", "perm", "offset", "path" } }
		for row in prompt.need(prompt.dbg:need_target():maps()) do
			local path = row.path or ""
			local wanted = not args.name or path:find(args.name, 1, true)
				or ok and not math.ult(address, row.start) and math.ult(address, row.stop)
			if wanted then
				rows[#rows + 1] = { format.hex(row.start), format.hex(row.stop), format.bytes(row.stop - row.start), row.perms,
					format.hex(row.offset), path }
			end
		end
		if #rows == 1 then prompt.fail("vmmap: nothing is mapped that fits '%s'", args.name or "") end
		prompt:say("%s", format.columns(rows, { true, true, true }))
	end,
}
