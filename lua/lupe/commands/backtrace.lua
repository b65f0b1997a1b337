-- SPDX-License-Identifier: GPL-3.0-or-later
local frames = require "lupe.frames"

return {
	name = "backtrace", aliases = { "bt", "where" }, group = "status", summary = "the stack of the selected thread",
	args = { { "COUNT", type = "line", optional = true } },
	examples = { { "bt 5", "the innermost five frames" }, { "bt full 3", "with local variables" },
		{ "bt -2", "the outermost two" },
		{ "thread apply all bt", "of every thread" } },
	help = "[guessed] marks a frame for which no description was found.",
	lua = "for _, f in ipairs(lupe.thread():bt { lines = true }) do print(f.level, f.fn, f.file, f.line) end",
	run = function(prompt, args)
		local full, count = false, nil
		for word in (args.count or ""):gmatch "%S+" do
			if word == "full" or word == "-full" then full = true else count = math.tointeger(tonumber(word)) end
			if word ~= "full" and word ~= "-full" and not count then
				prompt.fail("backtrace: a number of frames is expected, got '%s'", word)
			end
		end
		frames.show_all(prompt, count, full)
	end,
}
