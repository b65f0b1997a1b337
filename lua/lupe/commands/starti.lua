-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "starti", args = "[PROGRAM [ARG...]]", summary = "start the program and stop at its first instruction",
	run = function(prompt, text)
		local words = {}
		for word in text:gmatch("%S+") do words[#words + 1] = word end
		prompt:start(words)
		prompt:say("%s", prompt:where(prompt:need_thread()))
	end,
}
