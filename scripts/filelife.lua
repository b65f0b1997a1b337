-- which files are made and removed again, and how long they lived
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each file that the target or its children make and remove: temporary files that nobody should
-- have needed. At the end, with -l, those that were made and are left.

local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe filelife",
	summary = "which files are made and removed again, and how long they lived",
	rows = true,
	examples = {
		{ "lupe filelife -- make", "what a build makes for nothing" },
		{ "lupe filelife -l -- ./prog", "also what it leaves behind" },
	},
	options = {
		{ short = "l", long = "left", help = "also those that were made and are left at the end" },
		{ short = "a", long = "all", help = "also the removal of those that were there before" },
	},
}

local emit = tool.rows(values, { tool.TIME, tool.PID, tool.COMM, { "AGE", width = 9 },
	{ "WHAT", width = 8, left = true }, { "PATH" } })

-- path -> { since, time, pid, comm } of files that were made
local made = {}
-- tid -> the path that the call of a thread will make, remove or rename
local pending = {}

local function normal(path)
	local parts = {}
	for part in path:gmatch "[^/]+" do
		if part == ".." then parts[#parts] = nil
		elseif part ~= "." then parts[#parts + 1] = part end
	end
	return "/" .. table.concat(parts, "/")
end

-- A name as a whole path: relative to the folder of a descriptor, or to that of the process. nil when it
-- cannot be known.
local function whole(ev, path, dirfd)
	if not path or path == "" then return nil end
	if path:find "^/" then return normal(path) end
	local folder = ev.process.cwd
	if dirfd and dirfd >= 0 then
		folder = nil
		for fd in ev.process:fds() do
			if fd.num == dirfd then folder = fd.path end
		end
	end
	return folder and normal(folder .. "/" .. path)
end

-- As the process sees it, in its own mount namespace.
local function is_there(ev, path)
	local file = io.open(("/proc/%d/root%s"):format(ev.pid, path))
	if file then file:close() end
	return file ~= nil
end

local function make(ev, path)
	made[path] = { since = lupe.now(), time = tool.time(ev), pid = ev.pid, comm = ev.thread.name }
end

local function remove(ev, path)
	local one = made[path]
	made[path] = nil
	if one or values.all then
		emit(tool.time(ev), ev.pid, ev.thread.name, one and lupe.now() - one.since, "removed", path)
	end
end

-- --- made ---

local O_CREAT = 0x40

-- Its name before the call: afterwards it is there in any case.
local function before_make(ev)
	local args = ev.args
	local name = ev.name
	local flags = name == "creat" and O_CREAT or name == "openat2" and args.how.flags or args.flags or O_CREAT
	local path = flags & O_CREAT ~= 0 and whole(ev, args.path, name ~= "creat" and name ~= "open" and args.dirfd or nil)
	pending[ev.tid] = path and not is_there(ev, path) and path or nil
end

lupe.on_syscall("open,openat,openat2,creat", { on_enter = before_make, on_exit = function(ev)
	local path = pending[ev.tid]
	pending[ev.tid] = nil
	if path and not ev.err then make(ev, path) end
end })

-- --- removed ---

lupe.on_syscall("unlink,unlinkat", { on_enter = function(ev)
	local args = ev.args
	pending[ev.tid] = whole(ev, args.path, ev.name == "unlinkat" and args.dirfd or nil)
end, on_exit = function(ev)
	local path = pending[ev.tid]
	pending[ev.tid] = nil
	if path and not ev.err then remove(ev, path) end
end })

-- --- renamed: what was there under the new name is gone ---

lupe.on_syscall("rename,renameat,renameat2", { on_enter = function(ev)
	local args = ev.args
	local at = ev.name ~= "rename"
	pending[ev.tid] = { whole(ev, args.oldpath, at and args.olddirfd or nil),
		whole(ev, args.newpath, at and args.newdirfd or nil) }
end, on_exit = function(ev)
	local from, to = table.unpack(pending[ev.tid] or {})
	pending[ev.tid] = nil
	if ev.err or not from or not to then return end
	if made[to] then remove(ev, to) end
	made[to], made[from] = made[from], nil
end })

if values.left then
	lupe.on_end(function()
		local paths = {}
		for path in pairs(made) do paths[#paths + 1] = path end
		table.sort(paths)
		for _, path in ipairs(paths) do
			local one = made[path]
			emit(one.time, one.pid, one.comm, nil, "left", path)
		end
	end)
end
