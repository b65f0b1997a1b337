#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Serves another file in place of one, to every program of the tree.
--   lupe run examples/serve_other_file.lua /etc/resolv.conf /tmp/fake -- cat /etc/resolv.conf
local path, other = ...
if not other then
	io.stderr:write("usage: lupe run serve_other_file.lua PATH OTHER -- PROGRAM [ARG...]\n")
	lupe.quit(2)
end
lupe.on_syscall("%file", function(ev)
	if ev.path == path then ev.args.path = other end
end)
