-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Catchpoints for C++ exceptions: where the runtime library throws, catches and rethrows (Itanium C++ ABI, Exception
-- Handling, 2.4 and 2.5). They wait until that library is there.

local format = require "lupe.format"
local stops = require "lupe.stops"

local exceptions = {}

-- "std::runtime_error" of a thrown object: the second argument of __cxa_throw is its std::type_info.
local function thrown_type(dbg, thread)
	local name = dbg:name_of(thread.process, thread.regs.rsi)
	return name and name:match "^typeinfo for (.+)$"
end

local WORDS = { throw = "thrown", catch = "caught", rethrow = "rethrown" }

function exceptions.catch(prompt, word, symbol)
	local dbg = prompt.dbg
	local point = dbg.points:add { what = "catchpoint", title = word, source = "catch " .. word,
		resolve = function(_, process)
			local found, message = process:symbol(symbol)
			return found and { found.address }, message
		end,
		describe = function(self, event)
			local kind = word == "throw" and thrown_type(dbg, event.thread)
			return ("catchpoint %d (exception %s%s), %s"):format(self.id, WORDS[word],
				kind and ", " .. format.clean(kind) or "", stops.thread(dbg, event.thread, event.tid))
		end }
	for _, process in ipairs(dbg:processes()) do point:put_in(process) end
	prompt:say("catchpoint %d (%s)", point.id, word)
end

return exceptions
