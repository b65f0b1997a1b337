-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Top lists: something that has a text is shown again and again while the run goes on, and once more at its end.
-- On a terminal in place, as many lines and columns as there are; elsewhere (or with TERM=dumb) one block below
-- the other. Nothing of it can scroll the terminal or leave it in a mode of its own.

local check = require "lupe.check"
local format = require "lupe.format"

local top = {}

local Top = {}
Top.__index = Top
Top.__name = "top"

local OPTIONS = { "table|userdata|function", every = "number|string", rows = "integer", title = "string",
	clear = "boolean", output = "userdata" }

local HOME, CLEAR_LINE, CLEAR_BELOW, CLEAR_ALL = "\27[H", "\27[K", "\27[J", "\27[2J"

-- The first `width` characters of a line.
local function cut(line, width)
	local length = utf8.len(line)
	if not length then return line:sub(1, width) end
	return length > width and line:sub(1, utf8.offset(line, width + 1) - 1) or line
end

local function source_text(self, rows)
	local source = self.source
	if type(source) == "function" then source = source() end
	if type(source) == "string" then return source end
	local meta = getmetatable(source)
	local text = type(source) == "table" and meta and source.text
	-- A histogram's argument is a width.
	if text and meta.__name ~= "histogram" then return text(source, rows) end
	return tostring(source)
end

local function lines_of(self, rows)
	local lines = {}
	if self.title then lines[1] = ("%s  %s"):format(os.date("%H:%M:%S"), self.title) end
	for line in (format.clean(source_text(self, rows)) .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
	return lines
end

local function draw_in_place(self, width, height)
	local lines = lines_of(self, self.rows or math.max(1, height - (self.title and 3 or 2)))
	local out = { self.drawn and HOME or CLEAR_ALL .. HOME }
	-- The last line stays free: writing its end would scroll.
	for i = 1, math.min(#lines, height - 1) do
		out[#out + 1] = cut(lines[i], width - 1) .. CLEAR_LINE .. "\n"
	end
	out[#out + 1] = CLEAR_BELOW
	self.output:write(table.concat(out))
end

-- () -> top
-- Shows it now.
function Top:refresh()
	if self.ended then return self end
	local width, height = self.size()
	if width and height and height > 2 and width > 2 then
		draw_in_place(self, width, height)
	else
		self.output:write(self.drawn and "\n" or "", table.concat(lines_of(self, self.rows), "\n"), "\n")
	end
	self.output:flush()
	self.drawn = true
	if self.clears then self.source:clear() end
	return self
end

-- () -> top
-- Shows it a last time; further refreshes do nothing.
function Top:stop()
	if self.ended then return self end
	self:refresh()
	self.ended = true
	if self.timer then self.timer:delete() end
	return self
end
Top.__close = Top.stop

-- `how`: every(seconds, fn) -> timer, at_end(fn), size() -> columns, rows of a terminal that can be drawn on
-- (nothing elsewhere).
function top.new(options, how)
	if type(options) == "function" or getmetatable(options) then options = { options } end
	check.options("top", options, OPTIONS)
	local source = options[1]
	if source == nil then check.misuse("top: what to show is missing: lupe.top { counter, every = 1 }") end
	if options.clear and type(source) == "function" then
		check.misuse("top: clear needs a counter, a histogram or a table, not a function")
	end
	if options.rows and options.rows < 1 then check.misuse("top: rows must be above 0") end
	local self = setmetatable({ source = source, rows = options.rows, title = options.title, clears = options.clear,
		output = options.output or io.stderr, size = how.size }, Top)
	self.timer = how.every(options.every or 1, function() self:refresh() end)
	how.at_end(function() self:stop() end)
	return self
end

return top
