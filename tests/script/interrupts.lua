-- SPDX-License-Identifier: GPL-3.0-or-later
-- Interrupts are told of, whatever else the thread stops for at that moment.
local spec = require "lupe.spec"

-- Interrupts a program that is blocked in a syscall; answers the kinds that on_stop saw.
local function interrupted(t, handler)
	return t.with_tracee({ "/bin/sleep", "1000" }, function(p)
		local blocked, kinds = false, {}
		local entry = lupe.on_syscall("clock_nanosleep", function() blocked = true end)
		if handler then lupe.on_syscall("all", handler) end
		lupe.on_stop(function(ev)
			kinds[#kinds + 1] = ev.kind
			p:kill()
		end)
		lupe.every(0.01, function()
			if blocked and #kinds == 0 then
				entry:delete()
				p:interrupt()
			end
		end)
		p:wait()
		return kinds
	end)
end

spec("of a thread that runs free", function(t)
	t.equal(interrupted(t), { "stopped" })
end)

spec("of a thread whose syscall's exit is heard of: the interrupt ends the call, and makes two stops", function(t)
	t.equal(interrupted(t, { on_exit = function() end }), { "stopped" })
end)

spec("of a thread that is heard of at both ends of its syscalls", function(t)
	t.equal(interrupted(t, { on_enter = function() end, on_exit = function() end }), { "stopped" })
end)

spec.finish()
