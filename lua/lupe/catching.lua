-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Catchpoints: events of the scheduler that stop at the prompt.

local breaking = require "lupe.breaking"
local stops = require "lupe.stops"

local catching = {}

local function made(prompt, point, condition)
	local ok, message = pcall(point.set_condition, point, condition)
	if not ok then
		point:delete()
		prompt.fail("catch: %s", tostring(message))
	end
	prompt:say("catchpoint %d (%s)", point.id, point.title)
end

local function new_point(title, source)
	return { what = "catchpoint", title = title, source = source }
end

local function told(prompt, point, event, what)
	return ("catchpoint %d (%s), %s"):format(point.id, what, stops.thread(prompt.dbg, event.thread, event.tid))
end

-- Entry and return of a set of syscalls.
function catching.syscall(prompt, text)
	local set, _, condition = breaking.split(text)
	if set == "" then set = "all" end
	set = set:gsub("%s+", ",")
	local point = new_point("syscall " .. set, "catch syscall " .. set)
	prompt.dbg.points:catch(point, function(hit)
		return prompt.lupe.on_syscall(set, {
			on_enter = function(event)
				hit(event, told(prompt, point, event, "call of syscall " .. event.name) .. "\n" .. tostring(event))
			end,
			on_exit = function(event)
				hit(event, told(prompt, point, event, "return of syscall " .. event.name) .. "\n" .. tostring(event))
			end })
	end)
	made(prompt, point, condition)
end

function catching.signal(prompt, text)
	local set, _, condition = breaking.split(text)
	if set == "" then set = "all" end
	local signals = set == "all" and "all" or set:gsub("%s+", ",")
	local point = new_point("signal " .. set, "catch signal " .. set)
	prompt.dbg.points:catch(point, function(hit)
		return prompt.lupe.on_signal(signals, function(event)
			hit(event, ("catchpoint %d, %s"):format(point.id, stops.signal(prompt.dbg, event)))
		end)
	end)
	made(prompt, point, condition)
end

local TELLS = {
	fork = function(event) return ("forked process %d"):format(event.child) end,
	vfork = function(event) return ("vforked process %d"):format(event.child) end,
	exec = function(event) return "executes " .. (event.process and event.process.exe or "?") end,
	exit = function() return "is about to end" end,
}

-- Kinds of events by the word that they are caught by.
function catching.kind(prompt, word, kinds, text)
	local _, _, condition = breaking.split(text or "")
	local point = new_point(word, "catch " .. word)
	prompt.dbg.points:catch(point, function(hit)
		return prompt.sched:add { what = "catchpoint", title = word, kinds = kinds, fn = function(event)
			if event == prompt.dbg.launching then return end
			-- a clone that made a thread is no fork
			if event.kind == "clone" and not prompt.dbg.session:process(event.child)
				and prompt.dbg.session:thread(event.child) then return end
			hit(event, told(prompt, point, event, TELLS[word](event)))
		end }
	end)
	made(prompt, point, condition)
end

return catching
