-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The four debug registers of x86, of a stopped thread (PTRACE_POKEUSER on u_debugreg).
-- Source: Intel SDM vol. 3, 17.2 (DR7: a bit pair that enables, four bits of kind and size, per register).

local registers = { N = 4 }

local TRAP_HWBKPT, SIGTRAP = 4, 5
local DEBUGREG = 848 -- offsetof(struct user, u_debugreg)
local KIND = { execute = 0, write = 1, access = 3 } -- R/W bits of DR7
local LENGTH = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 } -- LEN bits

local function offset(register) return DEBUGREG + 8 * register end

-- Whether so many bytes can be watched.
function registers.has_size(size) return LENGTH[size] ~= nil end

-- Sets or clears a register of a thread: { slot, kind, address, size }. nil, message, code.
function registers.set(thread, watch, on)
	local slot = watch.slot
	local control, message, code = thread:peekuser(offset(7))
	if not control then return nil, message, code end
	local mask = 3 << 2 * slot | 15 << 16 + 4 * slot
	local ok
	ok, message, code = thread:pokeuser(offset(7), control & ~mask)
	if not ok or not on then return ok, message, code end
	ok, message, code = thread:pokeuser(offset(slot), watch.address)
	if not ok then return nil, message, code end
	return thread:pokeuser(offset(7), control & ~mask | 1 << 2 * slot
		| (KIND[watch.kind] | LENGTH[watch.size] << 2) << 16 + 4 * slot)
end

-- A register that a thread does not use; nil: all are in use.
function registers.free(thread)
	local control = thread:peekuser(offset(7))
	for slot = 0, registers.N - 1 do
		if control and control >> 2 * slot & 3 == 0 then return slot end
	end
end

-- Whether an event is a trap of one.
function registers.is_trap(event)
	return event.signo == SIGTRAP and event.info ~= nil and event.info.code == TRAP_HWBKPT
end

-- Which of them made a trap, bit n for the nth; clears what the CPU noted.
function registers.triggered(thread)
	local status = thread:peekuser(offset(6))
	if not status then return 0 end
	thread:pokeuser(offset(6), 0)
	return status & 15
end

return registers
