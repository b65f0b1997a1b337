-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The table of `lupe trace -c`: one row per syscall, columns and order by options, in strace's layout.
-- Pure: counts in (nanoseconds), text out.

local summary = {}

local function seconds(ns) return ("%.6f"):format(ns / 1e9) end

-- Title, width, and the text of a row.
local COLUMNS = {
	["time-percent"] = { title = "% time", width = 6,
		text = function(row, all) return ("%.2f"):format(all.total > 0 and 100 * row.total / all.total or 0) end },
	["total-time"] = { title = "seconds", width = 11, text = function(row) return seconds(row.total) end },
	["min-time"] = { title = "shortest", width = 8, text = function(row) return seconds(row.least) end },
	["max-time"] = { title = "longest", width = 8, text = function(row) return seconds(row.most) end },
	["avg-time"] = { title = "usecs/call", width = 11,
		text = function(row) return ("%d"):format(row.calls > 0 and row.total // row.calls // 1000 or 0) end },
	calls = { title = "calls", width = 9, text = function(row) return ("%d"):format(row.calls) end },
	errors = { title = "errors", width = 9,
		text = function(row) return row.errors > 0 and ("%d"):format(row.errors) or "" end },
	name = { title = "syscall", left = true, text = function(row) return row.name end },
}

local ALIASES = { time = "time-percent", ["time-total"] = "total-time", shortest = "min-time",
	["time-min"] = "min-time", longest = "max-time", ["time-max"] = "max-time", ["time-avg"] = "avg-time",
	count = "calls", error = "errors",
	syscall = "name", ["syscall-name"] = "name" }

-- The columns of -U: an array of names; nil and a message.
function summary.columns(text)
	local columns, seen = {}, {}
	for word in (text .. ","):gmatch("([^,]*),") do
		local name = ALIASES[word] or word
		if not COLUMNS[name] then return nil, ("unknown column name: '%s'"):format(word) end
		if seen[name] then
			return nil, ("call summary column has been provided more than once: '%s' (-U option residual: '%s')")
				:format(name, word)
		end
		seen[name] = true
		columns[#columns + 1] = name
	end
	if not seen.name then columns[#columns + 1] = "name" end
	return columns
end

summary.DEFAULT = { "time-percent", "total-time", "avg-time", "calls", "errors", "name" }

local function descending(field)
	return function(a, b) return a[field] > b[field] end
end

local ORDERS = {
	["time-percent"] = descending "total", ["total-time"] = descending "total", ["min-time"] = descending "least",
	["max-time"] = descending "most", calls = descending "calls", errors = descending "errors",
	["avg-time"] = function(a, b) return a.total // a.calls > b.total // b.calls end,
	name = function(a, b) return a.name < b.name end,
	nothing = function() return false end,
}

-- The order of -S, a name of ORDERS; nil and a message.
function summary.order(text)
	local name = text == "none" and "nothing" or ALIASES[text] or text
	if not ORDERS[name] then return nil, ("invalid sortby: '%s'"):format(text) end
	return name
end

-- Equal rows stay in the order of their numbers.
local function sort(rows, order)
	local before = ORDERS[order]
	table.sort(rows, function(a, b)
		if before(a, b) then return true end
		if before(b, a) then return false end
		return a.nr < b.nr
	end)
end

local function total_of(rows)
	local all = { name = "total", calls = 0, errors = 0, total = 0, least = math.maxinteger, most = 0 }
	for _, row in ipairs(rows) do
		all.calls, all.errors, all.total = all.calls + row.calls, all.errors + row.errors, all.total + row.total
		all.least, all.most = math.min(all.least, row.least), math.max(all.most, row.most)
	end
	return all
end

local function line(columns, name_width, cell)
	local cells = {}
	for i, name in ipairs(columns) do
		local column = COLUMNS[name]
		local text, width = cell(column, column.width or name_width), column.width or name_width
		if column.left then cells[i] = i == #columns and text or text .. (" "):rep(width - #text)
		else cells[i] = (" "):rep(width - #text) .. text end
	end
	return table.concat(cells, " ")
end

-- `rows`: { nr, name, calls, errors, total, least, most } with times in nanoseconds.
function summary.text(rows, columns, order)
	if #rows == 0 then return "" end
	columns = columns or summary.DEFAULT
	sort(rows, order or "time-percent")
	local all, name_width = total_of(rows), 16
	for _, row in ipairs(rows) do name_width = math.max(name_width, #row.name + 1) end
	local function of(row)
		return line(columns, name_width, function(column) return column.text(row, all) end)
	end
	local rule = line(columns, name_width, function(_, width) return ("-"):rep(width) end)
	local lines = { line(columns, name_width, function(column) return column.title end), rule }
	for _, row in ipairs(rows) do lines[#lines + 1] = of(row) end
	lines[#lines + 1] = rule
	local total = line(columns, name_width, function(column)
		return column.title == "% time" and "100.00" or column.text(all, all)
	end)
	lines[#lines + 1] = total
	return table.concat(lines, "\n") .. "\n"
end

return summary
