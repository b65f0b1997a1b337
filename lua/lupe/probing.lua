-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- p:breakpoint and p:hook: what scripts pass to them, checked.

local check = require "lupe.check"
local hooks = require "lupe.hooks"
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

-- The address of a function that replaces another; nil, message, code.
local function address_of(process, with)
	if type(with) == "table" then
		check.options("replace", with, { address = "integer" })
		return check.arg("replace: address", with.address, "integer")
	end
	local place = places.parse("replace", with)
	local address, message, code = places.resolve(process, place)
	if not address and code == "not_found" then
		check.misuse("replace: %s%s", message, places.did_you_mean(process, place))
	end
	return address, message, code
end

-- The on_enter of a replacement.
local function replacement(process, with)
	check.arg("replace: with", with, "number|boolean|string|table|callable")
	local meta = getmetatable(with)
	if type(with) == "number" or type(with) == "boolean" then
		return function(c) c:skip(with) end
	elseif type(with) == "function" or type(meta) == "table" and meta.__call then
		return function(c) c:skip(with(c)) end
	end
	local address, message, code = address_of(process, with)
	if not address then return nil, message, code end
	return function(c) hooks.divert(c, address) end
end

-- state: of lupe/api.lua.
function probing.add_methods(state)
	local methods = state.core.methods

	-- (where: string | integer, options: fun(ev: event, handler: handler) | {
	-- condition?: fun(ev: event): boolean, thread?: thread | integer, once?: boolean, ignore?: integer,
	-- pending?: boolean },
	-- fn?: fun(ev: event, handler: handler)) -> handler | nil, message, code
	-- Calls fn whenever a thread comes to a place: an address, "function", "function+4" or "lib.so!function".
	--   p:breakpoint("malloc", { once = true }, function(ev) print(ev.thread.regs.rdi) end)
	-- Options: condition; thread, that one only; once; ignore, so many hits; pending: the name may come with a library
	-- later, or never, else a name that the program does not have is an error.
	function methods.process.breakpoint(process, where, options, fn)
		if type(options) ~= "table" then options, fn = {}, options end
		check.options("breakpoint", options, COMMON)
		local probe = new_probe("breakpoint", where, options)
		probe.fn = check.arg("breakpoint: function", fn, "callable")
		return probes.of(state):add(probe, process)
	end

	-- (where: string | integer, options: { on_enter?: fun(c: call, handler: handler),
	-- on_leave?: fun(c: call, handler: handler), condition?: fun(ev: event): boolean,
	-- thread?: thread | integer,
	-- once?: boolean, ignore?: integer, pending?: boolean }) -> handler | nil, message, code
	-- Hears of the calls of a function: c is one call, the same for both functions.
	--   p:hook("malloc", { on_enter = function(c) c.size = c.args[1] end,
	--     on_leave = function(c) print(c.size, c.ret, c:bt(5)) end })
	-- c.args[1] (also assigned, in on_enter), c.ret (in on_leave, also assigned), c.thread, c.process, c.name, c:bt(n),
	-- c:skip(value) (in on_enter: the function is not run), c.skipped, and fields of the script's own. Further options
	-- as of breakpoint.
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

	-- (where: string | integer, with: number | boolean | string | table | fun(c: call): any,
	-- options?: { condition?: fun(ev: event): boolean, thread?: thread | integer,
	-- once?: boolean, ignore?: integer, pending?: boolean }) -> handler | nil, message, code
	-- The function is not run any more. `with` is what its callers see (a number or a boolean), a Lua function that
	-- answers it (of a call as hook has it), or another function of the process, by name or as { address = }, which gets
	-- its arguments. Deleting the handler has the function back.
	function methods.process.replace(process, where, with, options)
		check.options("replace", options or {}, COMMON)
		local probe = new_probe("replacement", where, options or {})
		local enter, message, code = replacement(process, with)
		if not enter then return nil, message, code end
		probe.is_hook, probe.on_enter = true, enter
		return probes.of(state):add(probe, process)
	end
end

return probing
