-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- p:breakpoint and p:hook: what scripts pass to them, checked.

local check = require "lupe.check"
local leading = require "lupe.leading"
local places = require "lupe.places"
local probes = require "lupe.probes"

local probing = {}

local COMMON = { condition = "callable", thread = "integer|userdata", once = "boolean", ignore = "integer",
	pending = "boolean" }
local HOOK = { on_enter = "callable", on_leave = "callable" }
for name, kind in pairs(COMMON) do HOOK[name] = kind end

local function new_probe(what, where, options)
	local place = places.parse(what, where)
	local ignore = options.ignore or 0
	if ignore < 0 then check.misuse("%s: ignore: a number of 0 or more is expected", what) end
	return { what = what, place = place, title = place.title, condition = options.condition,
		tid = leading.thread_id(what, options.thread), once = options.once, ignore = ignore,
		pending = options.pending }
end

-- Go keeps moving its stacks, and checks the return addresses on them.
local function check_returns(process, probe)
	if probe.on_leave and process:symbol "runtime.goexit" then
		check.misuse("hook: on_leave can not be used in a program in Go: it moves its stacks")
	end
end

-- state: of lupe/api.lua.
function probing.add_methods(state)
	local methods = state.core.methods

	-- p:breakpoint(where, options, fn): fn(ev, handler) whenever a thread comes to a place: an address,
	-- "function", "function+4" or "lib.so!function". Options: condition(ev), thread, once, ignore (that
	-- many hits), pending (the name may come with a library later, or never). Answers a handler.
	function methods.process.breakpoint(process, where, options, fn)
		if type(options) ~= "table" then options, fn = {}, options end
		check.options("breakpoint", options, COMMON)
		local probe = new_probe("breakpoint", where, options)
		probe.fn = check.arg("breakpoint: function", fn, "callable")
		return probes.of(state):add(probe, process)
	end

	-- p:hook(function, { on_enter = fn(c), on_leave = fn(c) }): c is one call, the same for both: c.args[1]
	-- (also assigned, in on_enter), c.ret (in on_leave, also assigned), c.thread, c.process, c:bt(n),
	-- c:skip(value) (in on_enter), and fields of the script's own. Further options as of breakpoint.
	function methods.process.hook(process, where, options)
		check.options("hook", options, HOOK)
		if not options.on_enter and not options.on_leave then
			check.misuse("hook: a function is missing: p:hook(\"malloc\", { on_enter = fn, on_leave = fn })")
		end
		local probe = new_probe("hook", where, options)
		if probe.place.offset and probe.place.offset ~= 0 then
			check.misuse("hook: '%s' is inside a function: a hook is for a whole one", where)
		end
		probe.is_hook, probe.on_enter, probe.on_leave = true, options.on_enter, options.on_leave
		check_returns(process, probe)
		return probes.of(state):add(probe, process)
	end
end

return probing
