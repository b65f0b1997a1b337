-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The values of `lupe trace`'s options: sets of words, precisions, lists of process ids. Each function
-- answers a value, or nil and strace's message.

local sets = {}

sets.QUIET = { attach = 1, exit = 2, ["path-resolution"] = 4, personality = 8, ["thread-execve"] = 16,
	superseded = 16 }
sets.QUIET_ALL = 31
sets.STATUS = { successful = 1, failed = 2, unfinished = 4, unavailable = 8, detached = 16 }
sets.STATUS_ALL = 31
sets.DECODE_FDS = { path = 1, socket = 2, dev = 4, pidfd = 8 }
sets.DECODE_FDS_ALL = 15
sets.DECODE_PIDS = { comm = 1, pidns = 2 }
sets.DECODE_PIDS_ALL = 3

-- "[!]word,word", "all", "none" as the OR of the words' bits. `what` names the set in messages.
function sets.words(what, text, bits, all)
	local inverted, list = text:match("^(!*)(.*)$")
	local value = 0
	if list == "all" then value = all
	elseif list ~= "none" then
		for word in (list .. ","):gmatch("([^,]*),") do
			if word ~= "" or list == "" then
				if not bits[word] then return nil, ("invalid %s '%s'"):format(what, word) end
				value = value | bits[word]
			end
		end
	end
	if #inverted % 2 == 1 then value = all & ~value end
	return value
end

-- The same for signals, as an integer of 64 bits; `number_of` knows their names.
function sets.signals(text, number_of)
	local inverted, list = text:match("^(!*)(.*)$")
	local value = 0
	if list == "all" then value = -1
	elseif list ~= "none" then
		for word in (list .. ","):gmatch("([^,]*),") do
			if word ~= "" or list == "" then
				local number = number_of(word:upper())
				if not number or number < 1 then return nil, ("invalid signal '%s'"):format(word) end
				value = value | 1 << (number - 1)
			end
		end
	end
	if #inverted % 2 == 1 then value = ~value end
	return value
end

-- Descriptors as { 3, 5, inverted = true }.
function sets.descriptors(text)
	local inverted, list = text:match("^(!*)(.*)$")
	local fds = { inverted = #inverted % 2 == 1 }
	if list == "all" then fds.inverted = not fds.inverted
	elseif list ~= "none" then
		for word in (list .. ","):gmatch("([^,]*),") do
			if word ~= "" or list == "" then
				fds[#fds + 1] = sets.number(word, 0x7fffffff)
				if not sets.number(word, 0x7fffffff) then return nil, ("invalid descriptor '%s'"):format(word) end
			end
		end
	end
	return fds
end

local DIGITS = { s = 0, ms = 3, us = 6, ns = 9 }

-- Digits of the fraction for a precision; nil when it is none.
function sets.precision(text)
	return DIGITS[text]
end

local UNITS = { [""] = 1e3, us = 1e3, s = 1e9, ms = 1e6, ns = 1 }

-- "2", "1.5ms": nanoseconds, of microseconds if nothing is said; nil when it is no time.
function sets.nanoseconds(text)
	local number, unit = text:match("^([%d.]+)(%a*)$")
	local value = tonumber(number)
	return value and UNITS[unit] and math.tointeger(value * UNITS[unit] // 1) or nil
end

-- "[[format:]FORMAT][,[precision:]PRECISION]": clock ("none", "time" or "unix") and digits.
function sets.timestamps(text)
	local clock, digits = "time", 0
	for word in text:gmatch("[^,]+") do
		local kind, value = word:match("^(%a+):(.*)$")
		value = value or word
		if (not kind or kind == "format") and (value == "none" or value == "time" or value == "unix") then
			clock = value
		elseif (not kind or kind == "precision") and DIGITS[value] then
			digits = DIGITS[value]
		else
			return nil
		end
	end
	return clock, digits
end

-- "1,2 3" as an array of process ids.
function sets.pids(text)
	local pids = {}
	for word in text:gmatch("[^%s,]+") do
		local pid = word:find("^%d+$") and math.tointeger(tonumber(word))
		if not pid or pid < 1 or pid > 0x7fffffff then return nil, ("Invalid process id: '%s'"):format(word) end
		pids[#pids + 1] = pid
	end
	if #pids == 0 then return nil, ("Invalid process id: '%s'"):format(text) end
	return pids
end

-- A number from 0 to `max` in decimal; nil when it is none.
function sets.number(text, max)
	local number = text:find("^%d+$") and math.tointeger(tonumber(text))
	return number and number <= max and number or nil
end

return sets
