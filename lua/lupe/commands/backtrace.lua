-- SPDX-License-Identifier: GPL-3.0-or-later
local frames = require "lupe.frames"

return {
	name = "backtrace", aliases = { "bt", "where" }, group = "status", summary = "the stack of the selected thread",
	args = { { "COUNT", type = "word", optional = true } },
	examples = { { "bt 5", "the innermost five frames" }, { "bt -2", "the outermost two" },
		{ "thread apply all bt", "of every thread" } },
	help = "[guessed] marks a frame for which no description was found.",
	lua = "for _, f in ipairs(lupe.thread():bt { lines = true }) do print(f.level, f.fn, f.file, f.line) end",
	run = function(prompt, args)
		local count = args.count and args.count ~= "full" and math.tointeger(tonumber(args.count))
		if args.count and not count and args.count ~= "full" then
			prompt.fail("backtrace: a number of frames is expected, got '%s'", args.count)
		end
		frames.show_all(prompt, count or nil)
	end,
}
