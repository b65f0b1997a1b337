-- which function calls which, as a tree with arguments, results and times
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line when a function is called and one when it returns; one for both when it called none that is watched.
-- Without FUNCTION all functions of the program itself are, but those of its libraries. With -s instead a tree of
-- sums at the end.

local format = require "lupe.format"
local functions = require "lupe.functions"
local tool = require "lupe.tool"

local values, patterns = tool.options {
	name = "lupe graph",
	summary = "which function calls which, as a tree with arguments, results and times",
	operands = "[FUNCTION...]",
	examples = {
		{ "lupe graph -- ./prog", "all functions of a program" },
		{ "lupe graph 'parse_*' malloc -- ./prog", "some" },
		{ "lupe graph -s -m 3 -- ./prog", "sums, three levels deep" },
	},
	options = {
		{ short = "s", long = "sums", help = "a tree with the number of calls and times at the end" },
		{ short = "m", long = "depth", arg = "N", type = "integer", default = 100, help = "at most N levels" },
		{ short = "a", long = "args", arg = "N", type = "integer", default = 0, help = "show N arguments as numbers" },
		{ long = "max", arg = "N", type = "integer", default = 2000, help = "at most N functions of a program" },
	},
}

local out = values.out
local open = {}  -- tid -> array of calls that have not returned: { title, since, c, printed, node }
local root = { children = {}, order = {} } -- of the sums

local function node_of(parent, title)
	local node = parent.children[title]
	if not node then
		node = { title = title, calls = 0, time = 0, own = 0, children = {}, order = {} }
		parent.children[title] = node
		table.insert(parent.order, node)
	end
	return node
end

local function argument_text(c)
	local list = {}
	for i = 1, values.args do
		local value = c.args[i]
		list[i] = (value >= -4096 and value < 65536) and ("%d"):format(value) or format.hex(value)
	end
	return table.concat(list, ", ")
end

local function result_text(c)
	local value = c.ret
	return value >= -4096 and value < 65536 and ("%d"):format(value) or format.hex(value)
end

local function line(tid, level, text)
	out:write(("%7d %s%s\n"):format(tid, ("  "):rep(level - 1), text))
end

-- The calls that one below them has left behind (by longjmp, or because the hook came later) are over.
local function drop_above(list, c)
	while #list > 0 and list[#list].c ~= c do list[#list] = nil end
end

local function enter(c, title)
	local tid = c.thread.tid
	local list = open[tid] or {}
	open[tid] = list
	local call = { title = title, c = c, args = argument_text(c), time_below = 0 }
	if values.sums then
		call.node = node_of(#list > 0 and list[#list].node or root, title)
	else
		local above = list[#list]
		if above and not above.printed and #list <= values.depth then
			above.printed = true
			line(tid, #list, ("%s(%s) {"):format(above.title, above.args))
		end
	end
	list[#list + 1] = call
	call.since = lupe.now()
end

local function leave(c)
	local now = lupe.now()
	local tid = c.thread.tid
	local list = open[tid] or {}
	drop_above(list, c)
	local call = list[#list]
	if not call then return end
	local level, time = #list, now - call.since
	list[level] = nil
	if list[level - 1] then list[level - 1].time_below = list[level - 1].time_below + time end
	if call.node then
		local node = call.node
		node.calls, node.time, node.own = node.calls + 1, node.time + time, node.own + time - call.time_below
	elseif level <= values.depth then
		local text = call.printed and "}" or ("%s(%s)"):format(call.title, call.args)
		line(tid, level, ("%s = %s  %s"):format(text, result_text(c), format.seconds(time)))
	end
end

local function own_functions()
	local exe = lupe.target.exe
	return { exe and exe:match "[^/]*$" .. "!*" or "*" }
end

functions.hook { name = "lupe graph", patterns = #patterns > 0 and patterns or own_functions(), limit = values.max,
	hook = function(title)
		local name = title:match "!(.+)$" or title
		return { on_enter = function(c) enter(c, name) end, on_leave = leave }
	end }

-- What has not returned at the end was called all the same.
lupe.on_exit(function(ev) if ev.tid then open[ev.tid] = nil end end)

local function add_rows(rows, node, level)
	if level > values.depth then return end
	table.sort(node.order, function(a, b)
		if a.time ~= b.time then return a.time > b.time end
		return a.title < b.title
	end)
	for _, child in ipairs(node.order) do
		rows[#rows + 1] = { child.calls, format.seconds(child.time), format.seconds(child.own),
			("  "):rep(level - 1) .. child.title }
		add_rows(rows, child, level + 1)
	end
end

if values.sums then
	lupe.on_end(function()
		local rows = { { "CALLS", "TOTAL", "SELF", "FUNCTION" } }
		add_rows(rows, root, 1)
		out:write(format.columns(rows, { true, true, true }), "\n")
	end)
end
