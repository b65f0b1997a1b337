-- SPDX-License-Identifier: GPL-3.0-or-later
-- The fixture `probed` doing these things; answers how it ended and what it said. `prepare(p)` is called
-- first; options are those of launching.
return function(t, words, prepare, options)
	local out = t.temp_file("")
	local launch = { "probed", "go", stdout = out }
	for word in words:gmatch "%S+" do launch[#launch + 1] = word end
	for key, value in pairs(options or {}) do launch[key] = value end
	return t.with_tracee(launch, function(p)
		prepare(p)
		local how, number = p:wait()
		local text = t.read_file(out):gsub("ready %d+\n", "")
		os.remove(out)
		return how, number, text, p
	end)
end
