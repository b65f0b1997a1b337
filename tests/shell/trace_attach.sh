#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe trace -p: on programs whose threads come and go meanwhile, and several at once.
source "$(dirname "$0")/lib/common.sh"

cat >"$T/threads.py" <<'END'
import os, sys, threading
print("ready", os.getpid(), flush=True)
sys.stdin.readline()
done = []
def work(i):
    for _ in range(20):
        os.getppid()
    done.append(i)
for batch in range(5):
    batch = [threading.Thread(target=work, args=(i,)) for i in range(10)]
    [t.start() for t in batch]
    [t.join() for t in batch]
print("threads", len(done), flush=True)
sys.exit(6)
END

start "$PYTHON" "$T/threads.py"
ready
"$LUPE" trace -f -o "$T/log" -p "$READY" 2>"$T/err" &
lupe=$!
eventually traced_by "$READY" "$lupe"
tell go
hear
equal "$LINE" "threads 50" "what the program said"
end_started
equal "$STATUS" 6 "exit status of the program"
wait "$lupe"
equal $? 0 "exit status of lupe trace -p ($(<"$T/err"))"
equal "$(grep -c '^[0-9]* *getppid(' "$T/log")" 1000 "getppid calls"
equal "$(grep -cE '^[0-9]+ +(<\.\.\. )?clone3?[( ].*(=|resumed).*[0-9]+$' "$T/log")" 50 "threads started"
equal "$(grep -c '+++ exited with 0 +++' "$T/log")" 50 "threads ended"
equal "$(grep -c '+++ exited with 6 +++' "$T/log")" 1 "the process ended"

# threads that start and end all the time while lupe comes and goes
rm -f "$T/log"
start "$FIXTURES/spawner" 4
ready
for _ in 1 2 3 4 5; do
	"$LUPE" trace -f -e trace=getppid -o "$T/log" -p "$READY" 2>"$T/err" &
	lupe=$!
	eventually test -s "$T/log"
	kill -INT "$lupe"
	wait "$lupe"
	eventually untouched "$READY"
	grep -qv 'getppid\|exited with\|resumed\|unfinished' "$T/log" && fail "a line that nobody asked for: $(grep -v getppid "$T/log" | head -1)"
	rm -f "$T/log"
done
tell stop
hear
matches "$LINE" '^spawned [0-9]+ wrong 0$' "the spawner's count"
end_started

# the leader has ended, another thread goes on
start "$FIXTURES/leaderless"
ready
"$LUPE" trace -f -o "$T/log" -p "$READY" 2>"$T/err" &
lupe=$!
eventually grep -q . "$T/log"
tell end
end_started
equal "$STATUS" 5 "exit status of the leaderless process"
wait "$lupe"
grep -q 'exit_group(5)' "$T/log" || fail "no exit_group in the log: $(<"$T/log") $(<"$T/err")"

# two processes at once, neither disturbed
start "$FIXTURES/signals"; ready
first=$READY first_tell=$TELL first_hear=$HEAR first_pid=$PID
start "$FIXTURES/signals"; ready
"$LUPE" trace -o "$T/log" -p "$first" -p "$READY" 2>"$T/err" &
lupe=$!
eventually traced_by "$first" "$lupe"
eventually traced_by "$READY" "$lupe"
tell queue 34 7
hear; equal "$LINE" "got 34 code -1 value 7" "a signal under lupe"
hear; equal "$LINE" "queued 34" "after the signal"
kill -TERM "$lupe"
wait "$lupe"
eventually untouched "$first"
eventually untouched "$READY"
tell raise 10
hear; equal "$LINE" "got 10 code -6 value 0" "a signal after detaching"
hear; equal "$LINE" "raised 10" "after it"
tell end
end_started
equal "$STATUS" 0 "exit status"
TELL=$first_tell HEAR=$first_hear PID=$first_pid
tell end
end_started
equal "$STATUS" 0 "exit status of the first"
eventually nothing_left
finish
