#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Gives every program of a name that is executed another command line.
--   lupe run examples/change_argv.lua echo good bye -- sh -c '/bin/echo hello world'
local name = ...
local words = { select(2, ...) }
if not name then
	io.stderr:write("usage: lupe run change_argv.lua NAME [ARG...] -- PROGRAM [ARG...]\n")
	lupe.quit(2)
end
lupe.on_syscall("execve", function(ev)
	if ev.path:match "[^/]*$" == name then ev.args.argv = { name, table.unpack(words) } end
end)
