-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the handlers ask for, as one interest set: the session hears of nothing else, and what nobody
-- asked for costs nothing. Pure.

local interest = {}

local function add_numbers(into, numbers)
	for _, nr in ipairs(numbers) do into[nr] = true end
end

local function sorted(set)
	local list = {}
	for item in pairs(set) do list[#list + 1] = item end
	table.sort(list)
	return list
end

-- The union of what the enabled handlers want. A handler has: numbers (syscalls) with on_enter and/or
-- on_exit; signals (array or "all"); kinds (array). `always` are kinds wanted in any case.
-- Returns { entry = {nr...}, exit = {nr...}, signals = {n...} | "all", kinds = {name...} }, sorted.
function interest.collect(handlers, always)
	local entry, exit, signals, kinds, all_signals = {}, {}, {}, {}, false
	for _, handler in ipairs(handlers) do
		if handler.enabled and not handler.deleted then
			if handler.numbers and handler.on_enter then add_numbers(entry, handler.numbers) end
			if handler.numbers and handler.on_exit then add_numbers(exit, handler.numbers) end
			if handler.signals == "all" then all_signals = true
			elseif handler.signals then add_numbers(signals, handler.signals) end
			if handler.kinds then add_numbers(kinds, handler.kinds) end
		end
	end
	add_numbers(kinds, always or {})
	return { entry = sorted(entry), exit = sorted(exit), kinds = sorted(kinds),
		signals = all_signals and "all" or sorted(signals) }
end

-- One line that is equal for equal interests.
function interest.signature(wanted)
	local signals = wanted.signals == "all" and "all" or table.concat(wanted.signals, ",")
	return table.concat({ table.concat(wanted.entry, ","), table.concat(wanted.exit, ","), signals,
		table.concat(wanted.kinds, ",") }, ";")
end

return interest
