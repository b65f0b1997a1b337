-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Which errors can befall a syscall in a program that does nothing wrong: a full disk, a missing file, a
-- peer that hung up, a limit reached. Bad addresses and descriptors are the program's own mistakes and are
-- left out. Where the call's arguments decide, a function looks at the event; nothing is read for others.

local check = require "lupe.check"

local plausible = {}

-- name -> { errors } or function(event) -> { errors } or nil
local ERRORS = {}

local function add(names, errors)
	if type(errors) == "string" then
		local list = {}
		for name in errors:gmatch "%S+" do list[#list + 1] = name end
		errors = list
	end
	for name in names:gmatch "%S+" do ERRORS[name] = errors end
end

-- --- what depends on the call ---

-- The program catches some signal: its slow calls can be interrupted.
local function catches_signals(event)
	local status = event.process:proc "status"
	return status and status:match "SigCgt:%s*0*([1-9a-f]%x*)" ~= nil
end

local O_CREAT, O_TMPFILE = 0x40, 0x400000
local function open_errors(event)
	if event.args.flags & (O_CREAT | O_TMPFILE) ~= 0 then return { "ENOSPC", "EACCES", "EMFILE" } end
	return { "ENOENT", "EACCES", "EMFILE" }
end

-- By the kind of the descriptor. All but files are slow: a signal interrupts.
local function transfer_errors(of)
	return function(event)
		local fd = event.fd
		local kind = fd and fd.kind
		local list = { of[kind] or kind ~= "pipe" and of.file or nil }
		if kind ~= "file" and kind ~= "directory" and catches_signals(event) then list[#list + 1] = "EINTR" end
		return list
	end
end

local function stat_errors(event)
	if event.path == "" then return { "EIO" } end -- of a descriptor
	return { "ENOENT", "EACCES" }
end

local FCNTL = { [0] = { "EMFILE" }, [1030] = { "EMFILE" }, -- F_DUPFD, F_DUPFD_CLOEXEC
	[6] = { "EAGAIN", "ENOLCK" }, [7] = { "ENOLCK" }, [37] = { "EAGAIN" } } -- F_SETLK, F_SETLKW, F_OFD_SETLK

local function interrupted(event)
	return catches_signals(event) and { "EINTR" } or nil
end

-- --- the table ---

add("open openat", open_errors)
add("creat mkdir mkdirat mknod mknodat symlink symlinkat link linkat rename renameat renameat2", "ENOSPC EACCES")
add("unlink unlinkat rmdir chdir truncate", "EACCES")
add("fchdir", "EACCES")
add("stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat", stat_errors)
add("fstat statfs fstatfs getdents getdents64 getcwd", "EIO")
add("read pread64 readv preadv preadv2", transfer_errors { file = "EIO", socket = "ECONNRESET" })
add("write pwrite64 writev pwritev pwritev2", transfer_errors { file = "ENOSPC", socket = "EPIPE", pipe = "EPIPE" })
add("copy_file_range sendfile splice fallocate", "ENOSPC EIO")
add("ftruncate", "EIO ENOSPC")
add("fsync fdatasync msync syncfs sync_file_range", "EIO ENOSPC")
add("close", "EIO")
add("chmod fchmod fchmodat chown fchown fchownat lchown utimensat utime utimes", "EPERM EROFS")
add("setxattr lsetxattr fsetxattr", "ENOSPC EPERM")
add("flock", "EAGAIN")
add("fcntl", function(event) return FCNTL[event.args.cmd] end)
add("pipe pipe2 dup dup2 dup3 eventfd2 epoll_create1 timerfd_create signalfd4 inotify_init1 memfd_create socketpair",
	"EMFILE")
add("inotify_add_watch epoll_ctl", "ENOSPC")

add("mmap mremap mprotect mlock", "ENOMEM")
-- brk(0) only asks.
add("brk", function(event) return event.args[1] ~= 0 and { "ENOMEM" } or nil end)

add("fork vfork clone clone3", "EAGAIN")
add("execve execveat", "ENOENT ENOMEM")
add("wait4 waitid", function(event) return catches_signals(event) and { "ECHILD", "EINTR" } or { "ECHILD" } end)
add("kill tgkill", "EPERM")
add("setuid setgid setreuid setregid setresuid setresgid setgroups", "EPERM")
add("setrlimit prlimit64", "EPERM")

-- A stop and SIGCONT interrupt these without any signal handler (signal(7)).
add("epoll_wait epoll_pwait epoll_pwait2 semop semtimedop", "EINTR")
add("poll ppoll select pselect6 nanosleep clock_nanosleep pause", interrupted)

add("socket", "EMFILE EACCES")
add("connect", "ECONNREFUSED ETIMEDOUT")
add("bind", "EADDRINUSE EACCES")
add("listen", "EADDRINUSE")
add("accept accept4", "EMFILE ECONNABORTED")
add("sendto sendmsg sendmmsg", "EPIPE ENOBUFS")
add("recvfrom recvmsg recvmmsg", transfer_errors { file = "ECONNRESET" })
add("setsockopt", "ENOPROTOOPT")
add("shmget semget msgget", "ENOSPC")
add("getrandom", "ENOSYS")

-- The names of the syscalls that can fail, sorted.
function plausible.names() return check.keys(ERRORS) end

-- The errors that the call of an entry event can plausibly fail with; an array, empty for none. `otherwise`
-- is the answer for a syscall that this table does not know.
function plausible.errors(event, otherwise)
	local errors = ERRORS[event.name]
	if type(errors) == "function" then errors = errors(event) or {} end
	return errors or otherwise or {}
end

return plausible
