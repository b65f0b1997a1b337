-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Text for people: Lua values as source-like text (what `=expr` prints), numbers, tables in columns.
-- Nothing here touches a target, and nothing that came from one reaches a terminal unescaped.

local check = require "lupe.check"

local format = {}

-- "0x7f.." of any integer, also of those above 2^63 that Lua shows as negative.
function format.hex(n)
	if type(n) ~= "number" or not math.tointeger(n) then
		check.misuse("hex: an integer is expected, got %s", tostring(n))
	end
	return ("0x%x"):format(n)
end

local ESCAPES = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\\"] = "\\\\", ['"'] = '\\"', ["\27"] = "\\27" }

-- A string as a Lua literal in one line; bytes that are neither printable nor valid UTF-8 as \xNN.
function format.quote(text)
	local escaped = text:gsub('[%c"\\]', function(c)
		return ESCAPES[c] or ("\\x%02x"):format(c:byte())
	end)
	if not utf8.len(escaped) then
		escaped = escaped:gsub("[\128-\255]", function(c) return ("\\x%02x"):format(c:byte()) end)
	end
	return '"' .. escaped .. '"'
end

-- Text as it may go to a terminal: newlines and tabs stay, other control bytes become \xNN.
function format.clean(text)
	local cleaned = text:gsub("[%z\1-\8\11-\31\127]", function(c) return ("\\x%02x"):format(c:byte()) end)
	if not utf8.len(cleaned) then
		cleaned = cleaned:gsub("[\128-\255]", function(c) return ("\\x%02x"):format(c:byte()) end)
	end
	return (cleaned:gsub("\194[\128-\159]", function(c) return ("\\u%04x"):format(c:byte(2)) end))
end

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
	true until while]]):gmatch("%a+") do KEYWORDS[word] = true end

local function key_text(key)
	if type(key) == "string" and key:find("^[%a_][%w_]*$") and not KEYWORDS[key] then return key end
	return "[" .. (type(key) == "string" and format.quote(key) or tostring(key)) .. "]"
end

local function sorted_keys(t)
	local keys = {}
	for key in next, t do keys[#keys + 1] = key end
	table.sort(keys, function(a, b)
		if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
		return type(a) < type(b)
	end)
	return keys
end

local inspect_value

local function inspect_items(t, state, depth)
	local items, n = {}, 0
	local length = rawlen(t)
	for i = 1, length do
		if n >= state.max then break end
		n = n + 1
		items[n] = inspect_value(rawget(t, i), state, depth + 1)
	end
	for _, key in ipairs(sorted_keys(t)) do
		if math.type(key) ~= "integer" or key < 1 or key > length then
			if n >= state.max then break end
			n = n + 1
			items[n] = key_text(key) .. " = " .. inspect_value(t[key], state, depth + 1)
		end
	end
	if n >= state.max then items[n + 1] = "..." end
	return items
end

local function inspect_table(t, state, depth)
	if state.seen[t] then return "<cycle>" end
	if depth >= state.depth then return next(t) == nil and "{}" or "{...}" end
	state.seen[t] = true
	local items = inspect_items(t, state, depth)
	state.seen[t] = nil
	if #items == 0 then return "{}" end
	local line = "{ " .. table.concat(items, ", ") .. " }"
	if #line + 2 * depth <= state.width and not line:find("\n", 1, true) then return line end
	local indent = ("  "):rep(depth + 1)
	return "{\n" .. indent .. table.concat(items, ",\n" .. indent) .. "\n" .. ("  "):rep(depth) .. "}"
end

inspect_value = function(value, state, depth)
	if type(value) == "string" then return format.quote(value) end
	if type(value) ~= "table" then return format.clean(tostring(value)) end
	local meta = getmetatable(value)
	if type(meta) == "table" and meta.__tostring then return format.clean(tostring(value)) end
	return inspect_table(value, state, depth)
end

-- A Lua value as text: tables with their fields (cycles marked), strings quoted, objects by tostring.
-- options: depth (5), width (100), max items of a table (200).
function format.inspect(value, options)
	options = options or {}
	local state = { depth = options.depth or 5, width = options.width or 100, max = options.max or 200, seen = {} }
	return inspect_value(value, state, 0)
end

-- Rows (arrays of cells) as lines of aligned columns. `right` is a set of the columns aligned right; the
-- last column is not padded.
function format.columns(rows, right)
	local widths = {}
	for _, row in ipairs(rows) do
		for i, cell in ipairs(row) do
			local text = format.clean(tostring(cell))
			widths[i] = math.max(widths[i] or 0, utf8.len(text) or #text)
		end
	end
	local lines = {}
	for _, row in ipairs(rows) do
		local cells = {}
		for i, cell in ipairs(row) do
			local text = format.clean(tostring(cell))
			local pad = (" "):rep(widths[i] - (utf8.len(text) or #text))
			if right and right[i] then cells[i] = pad .. text
			else cells[i] = i < #row and text .. pad or text end
		end
		lines[#lines + 1] = (table.concat(cells, "  "):gsub("%s+$", ""))
	end
	return table.concat(lines, "\n")
end

-- Breaks text at spaces into lines of at most `width` characters.
function format.wrap(text, width)
	local lines, line = {}, ""
	for word in text:gmatch("%S+") do
		if line ~= "" and #line + 1 + #word > width then
			lines[#lines + 1] = line
			line = word
		else
			line = line == "" and word or line .. " " .. word
		end
	end
	lines[#lines + 1] = line
	return lines
end

local UNITS = { { 1, "s" }, { 1e-3, "ms" }, { 1e-6, "µs" }, { 1e-9, "ns" } }

-- Seconds as "1.25 ms".
function format.seconds(s)
	for _, unit in ipairs(UNITS) do
		if math.abs(s) >= unit[1] then return ("%.3g %s"):format(s / unit[1], unit[2]) end
	end
	return ("%.3g ns"):format(s / 1e-9)
end

-- "4.0K", "1.5M": a count of bytes.
function format.bytes(n)
	local units, i = { "", "K", "M", "G", "T", "P" }, 1
	while n >= 1024 and i < #units do n, i = n / 1024, i + 1 end
	return i == 1 and ("%d"):format(n) or ("%.1f%s"):format(n, units[i])
end

-- A number as short as it says what it is to six digits: 3, 0.25, 1.5e+20.
function format.number(n)
	local whole = math.tointeger(n)
	return whole and ("%d"):format(whole) or ("%.6g"):format(n)
end

-- A bar of `width` cells, the given fraction of it filled; in a locale without UTF-8 of #.
function format.bar(fraction, width)
	if not (os.setlocale(nil, "ctype") or ""):upper():find("UTF%-?8") then
		return ("#"):rep(math.floor(fraction * width + 0.5))
	end
	local eighths = math.floor(fraction * width * 8 + 0.5)
	local partial = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }
	return ("█"):rep(eighths // 8) .. (partial[eighths % 8] or "")
end

return format
