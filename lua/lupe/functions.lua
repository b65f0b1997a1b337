-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- For tools that hook functions by name: "malloc", "mem*" (a pattern as in a shell), "libc.so.6!str*". The names
-- are looked for when a program is loaded with its libraries: at once in one that runs, and at the entry of each
-- that the target or its children execute. Names of libraries that are loaded later are heard of if they are
-- given in full.
--
-- Invariant: a hook lives in the process that it was made for and in those that come of it, whatever they
-- execute. So each process knows which names are hooked on its account, and its children inherit that.

local check = require "lupe.check"
local imports = require "lupe.imports"
local inject = require "lupe.inject"

local functions = {}

local AT_ENTRY = 9
-- What runs before or beside all else; to stop there tells nothing and costs.
local NEVER = {}
for name in ([[_init _fini _start __libc_start_main __libc_csu_init __libc_csu_fini __do_global_dtors_aux frame_dummy
	register_tm_clones deregister_tm_clones __cxa_finalize vfork _dl_debug_state _dl_runtime_resolve]]):gmatch "%S+" do
	NEVER[name] = true
end

-- Calls fn(process) for every program of the run, once its libraries are loaded.
function functions.on_loaded(fn)
	local lupe = rawget(_G, "lupe")
	if not lupe.target.launched then
		for process in lupe.processes() do fn(process) end
	end
	lupe.on_exec(function(ev)
		local process = ev.process
		process:forget_modules()
		local entry = imports.auxiliary(process)[AT_ENTRY]
		if not entry then return fn(process) end
		process:breakpoint(entry, { once = true }, function(at)
			-- Past its first instruction: there resolvers (IFUNC) can be asked.
			if not at.thread:stepi() then return end
			process:forget_modules()
			fn(process)
		end)
	end)
end

-- The names that a pattern stands for in a process, sorted; of one without * and ? itself.
local function expand(process, pattern)
	local module, name = pattern:match "^([^!]+)!(.+)$"
	name = name or pattern
	if not name:find "[*?]" then return { pattern } end
	local glob, seen, list = inject.glob(name), {}, {}
	for _, candidate in ipairs(process:function_names(module) or {}) do
		if not seen[candidate] and not NEVER[candidate] and candidate:find(glob) then
			seen[candidate] = true
			list[#list + 1] = module and module .. "!" .. candidate or candidate
		end
	end
	table.sort(list)
	return list
end

local function is_there(process, title)
	local module, name = title:match "^([^!]+)!(.+)$"
	return process:symbol(name or title, module) ~= nil
end

local function say(what, format, ...)
	io.stderr:write(what.name, ": ", format:format(...), "\n")
end

-- A pattern that nothing in the first program answers to may be meant for one that this executes; in a process
-- that runs already it is a mistake.
local function not_found(what, process, pattern)
	local near = not pattern:find "[*?!]" and check.did_you_mean(pattern, process:function_names() or {}) or ""
	say(what, "there is no function '%s'%s", pattern, near)
	if not process.launched then rawget(_G, "lupe").quit(1) end
end

-- Hooks what the patterns stand for, as programs are loaded. what: name (of the tool), patterns (or a function of
-- the process that answers names), limit (2000, of functions in a program), hook = function(title) -> { on_enter =,
-- on_leave = } for process:hook.
function functions.hook(what)
	local lupe = rawget(_G, "lupe")
	local hooked, first = {}, true -- pid -> set of titles

	local function add(process, title, mine)
		if mine[title] then return end
		local options = what.hook(title)
		options.pending = true
		local ok, message = pcall(process.hook, process, title, options)
		mine[title] = true
		if not ok then
			local reason = tostring(message):gsub("^[^ ]+:%d+: ", "")
			say(what, "'%s' is not hooked: %s", title, reason)
		end
	end

	lupe.on_fork(function(ev)
		local mine = {}
		for title in pairs(hooked[ev.pid] or {}) do mine[title] = true end
		hooked[ev.child] = mine
	end)
	lupe.on_exit(function(ev) hooked[ev.pid] = nil end)

	functions.on_loaded(function(process)
		local mine = hooked[process.pid] or {}
		hooked[process.pid] = mine
		local titles = {}
		local listed = type(what.patterns) == "function"
		for _, pattern in ipairs(listed and what.patterns(process) or what.patterns) do
			local list = expand(process, pattern)
			local missing = #list == 0 or list[1] == pattern and not is_there(process, pattern)
			if first and not listed and missing then not_found(what, process, pattern) end
			table.move(list, 1, #list, #titles + 1, titles)
		end
		if #titles > (what.limit or 2000) then
			say(what, "%d functions are meant; give patterns that fit fewer, or a higher --max", #titles)
			lupe.quit(1)
		end
		first = false
		for _, title in ipairs(titles) do add(process, title, mine) end
	end)
end

return functions
