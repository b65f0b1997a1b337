-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "restore", group = "files", summary = "write a file into memory of the target",
	args = { { "FILE", type = "file", single = true }, { "ADDRESS", type = "address" } },
	run = function(prompt, args)
		local target = prompt.dbg:need_target()
		local file, message = io.open(args.file, "rb")
		if not file then prompt.fail("restore: cannot read %s", message) end
		local bytes = file:read("a") or ""
		file:close()
		prompt.need(target:write(args.address, bytes))
		prompt:say("wrote %d bytes to memory", #bytes)
	end,
}
