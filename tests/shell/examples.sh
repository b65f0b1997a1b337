#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The example scripts on real programs: cat, python3, sh.
source "$(dirname "$0")/lib/common.sh"

# the third write to a database file fails with ENOSPC
run "$LUPE" run "$EXAMPLES/fail_third_write.lua" -- "$FIXTURES/writer" "$T/fixture.db" 4
equal "$OUT" $'write 1 = 9\nwrite 2 = 9\nwrite 3 = -1 No space left on device\nwrite 4 = 9' "writer"
equal "$STATUS" 1 "exit status of writer ($ERR)"
equal "$(<"$T/fixture.db")" $'record 1\nrecord 2\nrecord 4' "what was written"
cat >"$T/writes.py" <<'END'
import os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
for i in range(4):
    try:
        os.write(fd, b"row %d\n" % i)
    except OSError as e:
        print(i, e.strerror)
END
run "$LUPE" run "$EXAMPLES/fail_third_write.lua" -- "$PYTHON" "$T/writes.py" "$T/python.db"
equal "$OUT" "2 No space left on device" "python3"
equal "$STATUS" 0 "exit status of python3 ($ERR)"
equal "$(<"$T/python.db")" $'row 0\nrow 1\nrow 3' "what python3 wrote"

# another file for a path
echo the original >"$T/original"
echo something else >"$T/other"
run "$LUPE" run "$EXAMPLES/serve_other_file.lua" "$T/original" "$T/other" -- cat "$T/original" "$T/other"
equal "$OUT" $'something else\nsomething else' "cat"
equal "$STATUS" 0 "exit status of cat ($ERR)"
run "$LUPE" run "$EXAMPLES/serve_other_file.lua" "$T/original" "$T/other" -- \
	sh -c "read line <'$T/original'; echo got \$line; cat '$T/original'"
equal "$OUT" $'got something else\nsomething else' "sh and its child"
# the argument's register and memory are the program's own again afterwards
run "$LUPE" run "$EXAMPLES/serve_other_file.lua" "$T/original" "$T/other" -- \
	"$PYTHON" -c "import sys; p = sys.argv[1]; print(open(p).read() + p)" "$T/original"
equal "$OUT" $'something else\n'"$T/original" "python3"

# USR1 is withheld, TERM is not
run "$LUPE" run "$EXAMPLES/swallow_signal.lua" USR1 -- sh -c 'trap "echo trapped" USR1; kill -USR1 $$; echo after; kill -TERM $$; echo never'
equal "$OUT" after "sh"
equal "$STATUS" 143 "exit status of sh ($ERR)"
run "$LUPE" run "$EXAMPLES/swallow_signal.lua" -- "$PYTHON" -c 'import os, signal; os.kill(os.getpid(), signal.SIGUSR1); print("alive")'
equal "$OUT" alive "python3 ($ERR)"
run sh -c "printf 'raise 10\nqueue 34 7\n' | '$LUPE' run '$EXAMPLES/swallow_signal.lua' USR1 -- '$FIXTURES/signals'"
equal "$(sed 1d <<<"$OUT")" $'raised 10\ngot 34 code -1 value 7\nqueued 34' "the signals that came"

# argv of a program that is executed
run "$LUPE" run "$EXAMPLES/change_argv.lua" echo good 'bye now' -- sh -c '/bin/echo hello world; /bin/echo again'
equal "$OUT" $'good bye now\ngood bye now' "sh"
equal "$STATUS" 0 "exit status of sh ($ERR)"

# counting: what the table says is what strace says
run "$LUPE" run "$EXAMPLES/count_syscalls.lua" -- cat "$T/original"
equal "$OUT" "the original" "cat"
counted=$(awk 'NR > 1 { print $1, $3 }' <<<"$ERR" | sort)
# to a file, as above: cat copies otherwise
strace -f -o "$T/strace.log" cat "$T/original" >"$T/strace.out"
expected=$(grep -vE '^[0-9]+ +(\+\+\+|exit_group)' "$T/strace.log" | sed -E 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/' | sort | uniq -c | awk '{ print $1, $2 }' | sort)
equal "$counted" "$expected" "counts"

# the tree: four processes
run "$LUPE" run "$EXAMPLES/tree.lua" -- sh -c '(exit 4); ls /proc/self/task | wc -l; exit 3'
equal "$STATUS" 3 "exit status of the tree"
equal "$OUT" 1 "its output"
equal "$(grep -c 'exited with' <<<"$ERR")" 4 "processes that ended ($ERR)"
matches "$ERR" '  [0-9]+ wc -l' "the tree"

eventually nothing_left
finish
