#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Withholds a signal (USR1, or the one that is named): the program never sees it.
--   lupe run examples/swallow_signal.lua USR1 -- sh -c 'kill -USR1 $$; echo alive'
local name = ... or "USR1"
lupe.on_signal(name, function(ev)
	io.stderr:write(("withheld %s from %d\n"):format(ev.name, ev.pid))
	ev:signal(0)
end)
