-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the prompt does about each signal of a target, as gdb's `handle` says: stop at it, tell of it, pass
-- it on. Only the signals about which something is to be done are asked for; the others cost nothing. Pure.

local handling = {}

local N = 64

-- Signals that a program gets in its daily work, and those that libc keeps for itself: they pass in silence.
local QUIET = { ALRM = true, URG = true, IO = true, VTALRM = true, PROF = true, CHLD = true, WINCH = true }
local LIBC = { [32] = true, [33] = true }
-- The debugger's own: Ctrl-C and traps are not for the program.
local OURS = { INT = true, TRAP = true }

local Handling = {}
Handling.__index = Handling

-- `name(n)` gives "SIGINT" for 2.
function handling.new(name)
	local self = setmetatable({ name = name, rules = {} }, Handling)
	for n = 1, N do
		local short = name(n):gsub("^SIG", "")
		local quiet = QUIET[short] or LIBC[n] or false
		self.rules[n] = { stop = not quiet, print = not quiet, pass = not OURS[short] }
	end
	return self
end

function Handling:get(signo) return self.rules[signo] end

-- The signals that are to be reported: an array.
function Handling:wanted()
	local list = {}
	for n = 1, N do
		local rule = self.rules[n]
		if rule.stop or rule.print or not rule.pass then list[#list + 1] = n end
	end
	return list
end

local ACTIONS = {
	stop = function(r) r.stop, r.print = true, true end, -- who stops is told why
	nostop = function(r) r.stop = false end,
	print = function(r) r.print = true end,
	noprint = function(r) r.print, r.stop = false, false end,
	pass = function(r) r.pass = true end,
	nopass = function(r) r.pass = false end,
}
ACTIONS.noignore, ACTIONS.ignore = ACTIONS.pass, ACTIONS.nopass

handling.ACTIONS = { "stop", "nostop", "print", "noprint", "pass", "nopass", "ignore", "noignore" }

function handling.is_action(word) return ACTIONS[word] ~= nil end

-- Applies actions (words) to signals (numbers).
function Handling:apply(signals, actions)
	for _, signo in ipairs(signals) do
		for _, action in ipairs(actions) do ACTIONS[action](self.rules[signo]) end
	end
end

-- All signals but those that the debugger needs itself.
function Handling:all()
	local list = {}
	for n = 1, N do
		if not OURS[self.name(n):gsub("^SIG", "")] and not LIBC[n] then list[#list + 1] = n end
	end
	return list
end

-- Rows for a table.
function Handling:rows(signals)
	local rows = { { "Signal", "Stop", "Print", "Pass to program" } }
	local function word(flag) return flag and "Yes" or "No" end
	for _, n in ipairs(signals) do
		local rule = self.rules[n]
		rows[#rows + 1] = { self.name(n), word(rule.stop), word(rule.print), word(rule.pass) }
	end
	return rows
end

return handling
