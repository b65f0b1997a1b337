#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tools that look at stacks and memory: profile, offcpu, strings-in-memory.
source "$(dirname "$0")/lib/common.sh"
cd "$T" || exit 1

for name in profile offcpu strings-in-memory; do
	run "$LUPE" "$name"
	equal "$STATUS" 2 "$name without a target"
done

# --- profile: a program that computes, then waits ---

start "$FIXTURES/pool" 3
ready
run "$LUPE" profile -d 0.5 -w -f -o waiting -p "$READY"
equal "$STATUS" 0 "profile of threads that wait ($ERR)"
grep -qE '^pool;.*;work;take_job;.* [0-9]+$' waiting || fail "the stack of a thread that waits: $(head -3 waiting)"
untouched "$READY" || fail "it is still traced"
end_started
run "$LUPE" profile -F 300 -s -n 1 -o log -- "$PYTHON" -S -c 'sum(i * i for i in range(2000000))'
equal "$STATUS" 0 "profile of python"
matches "$(<log)" '^[0-9]+, [0-9.]+ %, [0-9]+ times' "the heaviest stack"
run "$LUPE" profile -F 300 -n 3 -o log -- "$PYTHON" -S -c 'sum(i * i for i in range(2000000))'
matches "$(<log)" '^SELF +% +TOTAL +% +FUNCTION.*(python|Py)' "functions"
run "$LUPE" profile -F 300 -f -o log -- sh -c '"$@"; :' sh "$PYTHON" -S -c "sum(i * i for i in range(2000000))"
grep -qE "^python3[^;]*;.* [0-9]+$" log || fail "of a child: $(<log)"
run "$LUPE" profile -F 0 -- true
equal "$STATUS" 2 "no frequency"

# --- offcpu ---

run "$LUPE" offcpu --min 50ms -f -o log -- sh -c 'sleep 0.1; read -r line'
equal "$STATUS" 1 "exit status of the command"
grep -qE '^sleep;.*;clock_nanosleep [0-9]{6,}$' log || fail "the time that sleep slept: $(<log)"
grep -qE '^sh;.*;wait4 [0-9]{6,}$' log || fail "the time that sh waited: $(<log)"
grep -q ';read ' log && fail "what did not wait: $(<log)"
run "$LUPE" offcpu --min 50ms -n 1 -o log -- sh -c 'sleep 0.1; :'
matches "$(<log)" '^1[0-9.]+ ms, [0-9.]+ %, 1 times' "the longest"
run "$LUPE" offcpu --min 10s -o log -- true
equal "$(<log)" "no call took 10 s" "nothing waits"

# --- strings-in-memory ---

run "$LUPE" strings-in-memory -k heap hello_world -o log -- bash -c 'a=hello; b=${a}_world; :'
matches "$(<log)" '\[heap\] +hello_world' "a text that was put together"
run "$LUPE" strings-in-memory -i -k stack lupe_test_MARK --json -o log -- bash -c ':'
matches "$(<log)" "\"text\":\"LUPE_TEST_MARK=$T\",\"where\":\"\[stack\]\"" "the environment, as JSON"
"$PYTHON" - >program.py <<'END'
print("""
import sys
near = b"x" * ((1 << 20) - 300)
parts = bytearray(b"\\0" * (8 << 20))
for at in range(0, len(parts) - 100, 4093):
    parts[at:at + 12] = b"m%010dm" % at
parts[100:124] = "wide text".encode("utf-16le") + b"\\0" * 6
parts[200:210] = "grün und".encode() + b"\\0"
print("ready", __import__("os").getpid(), flush=True)
sys.stdin.readline()
""")
END
start "$PYTHON" -S program.py
ready
run "$LUPE" strings-in-memory -n 12 -o log -p "$READY"
equal "$STATUS" 0 "of a running process ($ERR)"
equal "$(grep -oE ' m[0-9]{10}m$' log | sort -u | wc -l)" 2050 "each text once, wherever the pieces end"
equal "$(grep -cE ' m[0-9]{10}m$' log)" 2050 "none twice"
address=$(awk '$4 == "m0000004093m" { print $2 }' log)
equal "$(dd if="/proc/$READY/mem" bs=1 skip=$((16#$address)) count=12 status=none)" m0000004093m "where it is said to lie"
run "$LUPE" strings-in-memory -w wide -k anon -o log -p "$READY"
matches "$(<log)" ' anon +wide text' "of two bytes a character"
run "$LUPE" strings-in-memory -u 'grün und' -k anon -o log -p "$READY"
matches "$(<log)" 'grün und' "beyond ASCII"
untouched "$READY" || fail "it is still traced"
end_started
equal "$STATUS" 0 "it has gone on"
eventually nothing_left
finish
