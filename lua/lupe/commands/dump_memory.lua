-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "dump memory", aliases = { "binary" }, summary = "write memory into a file as it is",
	args = { { "FILE", type = "file" }, { "START" }, { "END", type = "address" } },
	examples = { { "dump memory out.bin $rsp $rsp+256", "256 bytes of the stack" } },
	run = function(prompt, args)
		local target = prompt.dbg:need_target()
		local start = prompt:evaluate_integer(args.start)
		local size = args["end"] - start
		if size <= 0 then prompt.fail("dump: the end does not lie behind the start") end
		local bytes = prompt.need(target:read(start, size))
		local file, message = io.open(args.file, "wb")
		if not file then prompt.fail("dump: cannot write %s", message) end
		file:write(bytes)
		file:close()
		prompt:say("wrote %d bytes to %s", size, args.file)
	end,
}
