-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "log", group = "support", summary = "write what is shown to a file, too",
	args = { { "FILE", type = "file", optional = true } },
	examples = { { "log session.txt", "from now on" }, { "log off", "no more" } },
	run = function(prompt, args)
		if prompt.log then prompt.log:close() end
		prompt.log = nil
		if not args.file or args.file == "off" then return prompt:say("nothing is logged") end
		local file, message = io.open(args.file, "a")
		if not file then prompt.fail("log: %s", message) end
		file:setvbuf "line"
		prompt.log = file
		prompt:say("logging to %s", args.file)
	end,
}
