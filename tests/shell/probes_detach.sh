#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Breakpoints, hooks and calls in a process that was attached to leave nothing: it is let go in the middle of
# them, again and again, also by SIGTERM, and ends as it does alone.
source "$(dirname "$0")/lib/common.sh"

cat >"$T/hooks.lua" <<'END'
local p, n = lupe.target, 0
local last = tonumber(arg[1])
local function count()
	n = n + 1
	if n == last then lupe.quit(0) end
end
p:hook("add", { on_enter = count, on_leave = function(c)
	if c.ret ~= 3 then error("a wrong result") end
	count()
end })
p:hook("factorial", { on_enter = count, on_leave = count })
p:breakpoint("many+4", count)
p:breakpoint("many", function(ev)
	if ev.thread:call("add", 1, 2) ~= 3 then error("a wrong call") end
	if ev.thread:finish().ret ~= 204 then error("a wrong result") end
	count()
end)
END
cat >"$T/call.lua" <<'END'
local p = lupe.target
p:stop()
lupe.task(function() p:call("forever") end)
lupe.after(0.03, function() lupe.quit(0) end)
END

start "$FIXTURES/probed" work
ready
pid=$READY
tell go
hear
equal "$LINE" working "the target"
for ((i = 1; i <= 6; i++)); do
	if ((i % 3)); then
		run "$LUPE" run "$T/hooks.lua" $((i * 11)) -p "$pid"
	else
		"$LUPE" run "$T/hooks.lua" 1000000 -p "$pid" 2>"$T/.err" &
		lupe=$!
		eventually traced_by "$pid" "$lupe"
		kill -TERM "$lupe"
		wait "$lupe"
		STATUS=$(($? == 143 ? 0 : 1)) ERR=$(<"$T/.err")
	fi
	equal "$STATUS" 0 "round $i: exit status ($ERR)"
	untouched "$pid" || fail "round $i: it is traced or stopped"
done
tell stop
hear
equal "$LINE" "wrong 0" "the results of the functions"
hear
equal "$LINE" "total 0" "its last word"
end_started
equal "$STATUS" 3 "exit status of the target"

start "$FIXTURES/probed" add text
ready
for ((i = 0; i < 3; i++)); do
	run "$LUPE" run "$T/call.lua" -p "$READY"
	equal "$STATUS" 0 "in a call: exit status ($ERR)"
	untouched "$READY" || fail "in a call: it is traced or stopped"
done
tell go
hear
equal "$LINE" "add 5" "after a call that was given up"
hear
equal "$LINE" "text as it was 9" "its last word"
end_started
equal "$STATUS" 3 "exit status of the target"
eventually nothing_left
finish
