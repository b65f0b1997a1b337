#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Fails the third write to a database file with ENOSPC: what does the program do when the disk is full?
--   lupe run examples/fail_third_write.lua -- python3 -c 'import os; ...'
local count = 0
lupe.on_syscall("write", function(ev)
	if ev.fd and ev.fd.path and ev.fd.path:match "%.db$" then
		count = count + 1
		if count == 3 then ev:fail "ENOSPC" end
	end
end)
