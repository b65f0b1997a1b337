-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

-- A row of /proc/PID/maps, or nil for a line that is none.
local function parse(line)
	local from, to, flags, offset, path = line:match("^(%x+)%-(%x+) (%S+) (%x+) %S+ %S+%s*(.*)$")
	if not from then return nil end
	return { from = math.tointeger(tonumber("0x" .. from)), to = math.tointeger(tonumber("0x" .. to)), flags = flags,
		offset = offset, path = path }
end

return {
	name = "vmmap", aliases = { "maps" }, group = "status",
	summary = "what is mapped where; only what fits a name or address",
	args = { { "NAME", type = "text", optional = true } },
	examples = { { "vmmap", "all" }, { "vmmap libc", "by name" }, { "vmmap $rsp", "where an address lies" } },
	lua = 'print(lupe.target:proc "maps")',
	run = function(prompt, args)
		local text = prompt.need(prompt.dbg:need_target():proc "maps")
		local ok, address = pcall(prompt.evaluate_integer, prompt, args.name or "")
		local rows = { { "start", "end", "size", "perm", "offset", "path" } }
		for line in text:gmatch("[^\n]+") do
			local row = parse(line)
			local wanted = row and (not args.name or row.path:find(args.name, 1, true)
				or ok and not math.ult(address, row.from) and math.ult(address, row.to))
			if wanted then
				rows[#rows + 1] = { format.hex(row.from), format.hex(row.to), format.bytes(row.to - row.from), row.flags,
					row.offset, row.path }
			end
		end
		if #rows == 1 then prompt.fail("vmmap: nothing is mapped that fits '%s'", args.name or "") end
		prompt:say("%s", format.columns(rows, { true, true, true }))
	end,
}
