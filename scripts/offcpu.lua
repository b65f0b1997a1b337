-- where a program waits: the time that its threads spend blocked in system calls, by stack
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Each call that takes longer than --min counts with its time, under the stack that led to it. What a thread
-- waits for without a system call (a page from disk, its turn on the CPU) is not seen.

local format = require "lupe.format"
local stacks = require "lupe.stacks"
local tool = require "lupe.tool"

local BLOCKING = "read,pread64,readv,preadv,preadv2,write,pwrite64,writev,pwritev,pwritev2,open,openat,close,"
	.. "poll,ppoll,select,pselect6,epoll_wait,epoll_pwait,epoll_pwait2,futex,nanosleep,clock_nanosleep,pause,wait4,waitid,"
	.. "connect,accept,accept4,sendto,sendmsg,sendmmsg,recvfrom,recvmsg,recvmmsg,flock,fcntl,fsync,fdatasync,msync,"
	.. "sync,syncfs,sync_file_range,rt_sigsuspend,rt_sigtimedwait,semop,semtimedop,msgsnd,msgrcv,mq_timedsend,"
	.. "mq_timedreceive,io_getevents,io_uring_enter,sendfile,splice,tee,copy_file_range,sched_yield,fallocate,ftruncate"

local values = tool.options {
	name = "lupe offcpu",
	summary = "where a program waits: the time that its threads spend blocked in system calls, by stack",
	examples = {
		{ "lupe offcpu -d 10 -p 4242", "ten seconds of a process" },
		{ "lupe offcpu --min 1ms -n 5 -- ./prog", "the five stacks that wait longest" },
		{ "lupe offcpu -f -o waits -- ./prog; lupe flame -o waits.svg waits", "as a flame graph" },
	},
	options = {
		{ long = "set", arg = "SET", help = "these system calls, as in lupe trace -e trace=SET [those that usually wait]" },
		{ long = "min", arg = "TIME", type = "seconds", default = 1e-4, help = "calls that take at least so long" },
		{ short = "n", long = "top", arg = "N", type = "integer", default = 10, help = "at most N stacks" },
		{ short = "f", long = "folded", help = "lines for lupe flame, in microseconds" },
		{ long = "depth", arg = "N", type = "integer", default = 60, help = "frames of a stack" },
	},
}

local set = values.set or BLOCKING
tool.set("lupe offcpu", set)
local depth = math.max(values.depth, 1)
local waits = lupe.folded()

local function stack_of(ev)
	local frames = stacks.frames(ev.thread, { depth = depth })
	local name = frames[1] and frames[1].fn == ev.name and "" or ";" .. ev.name
	return stacks.fold(frames, ev.thread.name) .. name
end

lupe.on_syscall(set, { on_exit = function(ev)
	local time = ev.duration
	if time >= values.min then waits:add(stack_of(ev), time * 1e6) end
end })

lupe.on_end(function()
	if values.folded then
		values.out:write(waits:folded())
	elseif waits.total == 0 then
		values.out:write("no call took ", format.seconds(values.min), "\n")
	else
		values.out:write(waits:heaviest(values.top, function(us) return format.seconds(us / 1e6) end))
	end
end)
