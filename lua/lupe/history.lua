-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The history of the prompt's lines: $XDG_STATE_HOME/lupe/history, for its owner alone, each line once. What
-- other prompts have added meanwhile is kept: at the end our lines are added to what the file holds then.

local history = {}

local History = {}
History.__index = History

local function place()
	local state = os.getenv("XDG_STATE_HOME")
	if not state or state == "" then
		local home = os.getenv("HOME")
		if not home then return nil end
		state = home .. "/.local/state"
	end
	return state .. "/lupe", state .. "/lupe/history"
end

function history.open(core, settings)
	local folder, path = place()
	local self = setmetatable({ core = core, path = path, lines = {} }, History)
	if path then
		core.make_folder(folder)
		core.history_load(path, settings:get "history-size")
	end
	return self
end

-- A line as it was entered. Lines of Lua are one entry, so that they come back together.
function History:add(text)
	if not text:find("%S") then return end
	local line = text:find("%-%-") and text or text:gsub("\n%s*", " ")
	for one in line:gmatch("[^\n]+") do
		self.core.history_add(one)
		self.lines[#self.lines + 1] = one
	end
end

function History:close()
	if not self.path or #self.lines == 0 then return end
	self.core.history_clear()
	self.core.history_load(self.path)
	for _, line in ipairs(self.lines) do self.core.history_add(line) end
	self.core.history_save(self.path)
	self.lines = {}
end

return history
