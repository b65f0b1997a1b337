-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Long output of a command on a terminal, page by page: Enter shows the next, q ends the command, c shows all the rest.

local paging = {}

local Pager = {}
Pager.__index = Pager

paging.QUIT = "quit"

-- ui: lupe/repl.lua: core, settings, ask.
function paging.new(ui) return setmetatable({ ui = ui, core = ui.core, settings = ui.settings, lines = 0 }, Pager) end

-- A command begins, or the target is about to run: nothing was shown yet.
function Pager:reset() self.lines, self.all = 0, false end

local function count_lines(text, width)
	local count = 0
	for line in (text .. "\n"):gmatch "([^\n]*)\n" do
		local shown = line:gsub("\27%[[%d;]*m", "")
		count = count + math.max(1, ((utf8.len(shown) or #shown) + width - 1) // width)
	end
	return count
end

-- Before so much text is shown. Raises paging.QUIT.
function Pager:before(text)
	if self.all or not self.settings:get "pagination" then return end
	local width, height = self.core.winsize()
	if not height or height < 3 then return end
	local count = count_lines(text, width)
	if self.lines > 0 and self.lines + count >= height - 1 then
		io.stdout:flush()
		local answer = self.ui:ask("-- more: Enter, q to quit, c for all -- ")
		self.lines = 0
		if not answer or answer:find "^%s*[qQ]" then error(paging.QUIT, 0) end
		if answer:find "^%s*[cC]" then self.all = true end
	end
	self.lines = self.lines + count
end

-- Shows a text in pages of lines, each of which asks.
function Pager:pages(text)
	local _, height = self.core.winsize()
	if self.all or not height or count_lines(text, 1 << 20) < height - 1 then return { text } end
	local list = {}
	for line in (text .. "\n"):gmatch "([^\n]*)\n" do list[#list + 1] = line end
	return list
end

return paging
