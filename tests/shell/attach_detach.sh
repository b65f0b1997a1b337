#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A process with 200 threads under load is attached and let go 50 times: no thread is stopped, lost or
# signalled, and no call is interrupted that a bare run would not interrupt (the fixture counts apart
# what the kernel itself does on a stop: EINTR of epoll_wait, signal(7)).
source "$(dirname "$0")/lib/common.sh"

start "$FIXTURES/threads" 200
ready
pid=$READY
threads() { ls "/proc/$pid/task" | wc -l; }
equal "$(threads)" 201 "threads before"
affinity() { grep -h Cpus_allowed_list "/proc/$pid/task/"*/status | sort | uniq -c; }
before=$(affinity)

cat >"$T/plain.lua" <<'END'
local n = 0
for _ in lupe.target:threads() do n = n + 1 end
if n ~= 201 then error(("%d threads are attached"):format(n)) end
lupe.quit(0)
END
cat >"$T/busy.lua" <<'END'
local seen, n = {}, 0
lupe.on_syscall("all", { on_enter = function(ev)
	if not seen[ev.tid] then seen[ev.tid], n = true, n + 1 end
	if n == 100 then lupe.quit(0) end
end, on_exit = function() end })
END

for ((i = 0; i < 50; i++)); do
	case $((i % 3)) in
	0) run "$LUPE" run "$T/plain.lua" -p "$pid" ;;
	1) run "$LUPE" run "$T/busy.lua" -p "$pid" ;;
	2)
		rm -f "$T/log"
		"$LUPE" trace -f -o "$T/log" -p "$pid" 2>"$T/.err" &
		lupe=$!
		eventually traced_by "$pid" "$lupe"
		eventually test -s "$T/log"
		kill -INT "$lupe"
		wait "$lupe"
		STATUS=$(($? == 130 ? 0 : 1)) ERR=$(<"$T/.err")
		;;
	esac
	equal "$STATUS" 0 "round $i: exit status ($ERR)"
	untouched "$pid" || fail "round $i: threads are still traced or stopped: $(grep -hE '^(State|TracerPid)' "/proc/$pid/task/"*/status | sort | uniq -c)"
done
equal "$(threads)" 201 "threads afterwards"
equal "$(affinity)" "$before" "affinity afterwards"
tell progress
hear
equal "$LINE" progress "every thread goes on"
tell stop
hear
echo "$LINE"
matches "$LINE" '^threads 200 calls [0-9]+ interrupted 0 signals 0 ' "what the threads noticed"
end_started
equal "$STATUS" 0 "exit status of the target"
eventually nothing_left
finish
