-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Source files: found by what debug information says of them, read once, shown with line numbers.

local format = require "lupe.format"

local sources = {}

local Sources = {}
Sources.__index = Sources

local MAX_BYTES = 64 << 20

-- settings: `directories` (":" between them, searched when a file is not where it was compiled).
function sources.new(settings) return setmetatable({ settings = settings, files = {}, paths = {} }, Sources) end

local function join(folder, name)
	if name:sub(1, 1) == "/" or folder == "" then return name end
	return folder .. "/" .. name
end

local function readable(path)
	local file = io.open(path, "rb")
	if not file then return nil end
	local ok = file:read(0) ~= nil or file:seek("end") == 0
	file:close()
	return ok and path or nil
end

-- Where a file can be read: as it was compiled, in the directories, here; nil.
function Sources:path(file, folder)
	local key = (folder or "") .. "\0" .. file
	local known = self.paths[key]
	if known ~= nil then return known or nil end
	local found = readable(join(folder or "", file))
	for directory in self.settings:get("directories"):gmatch "[^:]+" do
		found = found or readable(join(directory, file)) or readable(join(directory, file:match("[^/]+$")))
	end
	self.paths[key] = found or false
	return found
end

-- Forgets what was not found, and what was read: the files may have changed.
function Sources:forget() self.files, self.paths = {}, {} end

-- The lines of a file; nil when it cannot be read.
function Sources:lines(file, folder)
	local path = self:path(file, folder)
	if not path then return nil end
	local lines = self.files[path]
	if lines then return lines end
	local handle = io.open(path, "rb")
	local text = handle and handle:read(MAX_BYTES) or ""
	if handle then handle:close() end
	lines = {}
	for line in text:gmatch "([^\n]*)\n?" do lines[#lines + 1] = line end
	if lines[#lines] == "" then lines[#lines] = nil end
	self.files[path] = lines
	return lines
end

-- One line as it is shown, number first; nil when the file has none such. `mark`: before the number.
function Sources:line(file, folder, number, mark, paint)
	local lines = self:lines(file, folder)
	local text = lines and lines[number]
	if not text then return nil end
	text = format.clean((text:gsub("\r$", "")))
	return ("%s%d\t%s"):format(mark or "", number, paint and paint(text, file) or text)
end

return sources
