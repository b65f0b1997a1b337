#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Stacks of core files: the kernel's and gcore's, with the program where it was, elsewhere, replaced or gone;
# and core files that are cut short or corrupt.
source "$(dirname "$0")/lib/common.sh"

[[ $(</proc/sys/kernel/core_pattern) != \|* ]] || skip "core_pattern hands core files to another program"

own_frames() { sed -nE 's/^#[0-9]+ +(0x[0-9a-f]+ in )?(gamma_|beta|alpha|main)( \(.*)?$/\2/p' <<<"$OUT" | tr '\n' ' '; }

# Its name may have the process's number.
rename_core() { [[ -e core ]] || mv core.* core; }

cd "$T" || exit 1
cp "$FIXTURES/deepstack" program
ulimit -c unlimited
start ./program 5
ready
pid=$READY
WANTED=
while hear && [[ $LINE == frame\ * ]]; do WANTED+="${LINE#frame } "; done
eventually blocked "$pid"
if command -v gcore >/dev/null; then
	gcore -o "$T/gcore" "$pid" >/dev/null 2>&1 || fail "gcore"
	mv "$T/gcore.$pid" gcored
else
	echo "gcore is missing: its core files are not tested"
fi
# The core must show what the live process shows, values included.
run "$LUPE" stack -v "$pid"
# What the call will answer is not known while it waits.
frames_of() { sed '1,2d; /^ *sc_ret = /d' <<<"$OUT"; }
LIVE=$(frames_of)
kill -SEGV "$pid"
end_started
rename_core
[[ -e core ]] || skip "no core file was written"

for core in core gcored; do
	[[ -e $core ]] || continue
	run "$LUPE" stack -v $core
	equal "$STATUS $ERR" "0 " "exit status of $core"
	equal "$(own_frames)" "$WANTED" "frames of $core"
	equal "$(frames_of)" "$LIVE" "frames of $core and of the live process"
done
if [[ -e gcored ]]; then # what stopped it for gcore did not end it
	run "$LUPE" stack -q gcored
	matches "$OUT" "1 thread, not ended by a signal"$'\n' "the header of gcore's file"
	run "$LUPE" stack --json gcored
	[[ $OUT != *'"signal"'* ]] || fail "a signal that ended nobody"
fi
run "$LUPE" stack core
matches "$OUT" "^Core file core of process $pid \"program\" \(\./program 5\): 1 thread, ended by SIGSEGV \(Segmentation fault\)"$'\n'"Thread 1 \(LWP $pid\):"$'\n' "the header"
[[ $OUT != *" at 0x"*"Thread"* ]] || fail "the address of a fault that was none"
run "$LUPE" stack -q -n1 -t "$pid" core
equal "$(grep -c '^#' <<<"$OUT")" 1 "frames of -n1 -t"
run "$LUPE" stack -t 1 core
one_line_error 1 '^lupe: core has no thread 1$'
run "$LUPE" stack --folded core
matches "$OUT" "^program;.*;main;" "a folded stack"
"$LUPE" stack --json core >json || fail "exit status of --json"
"$PYTHON" - json "$pid" <<'END' || fail "the JSON is not as it should be"
import json, sys
stack = json.load(open(sys.argv[1]))
assert stack["core"] == "core" and stack["pid"] == int(sys.argv[2]) and stack["signal"] == 11
assert stack["arguments"] == "./program 5" and "paused_ns" not in stack
END

# the program is elsewhere
mv program elsewhere
for words in "core elsewhere" "elsewhere core"; do
	# shellcheck disable=SC2086
	run "$LUPE" stack -v $words
	equal "$STATUS $ERR" "0 " "exit status of $words"
	equal "$(frames_of)" "$LIVE" "frames of $words"
done
# it is gone: its frames have no names, and that is said
run "$LUPE" stack core
equal "$STATUS" 1 "exit status without the program"
matches "$ERR" "^lupe: $T/program: cannot open .*No such file" "what is said without the program"
matches "$OUT" '#0 .* read \(' "libraries without the program"
# another has its name
cp "$FIXTURES/threads" program
run "$LUPE" stack core
equal "$STATUS" 1 "exit status with another program"
matches "$ERR" "^lupe: $T/program: .* was replaced since it was loaded$" "what is said of another program"
equal "$(own_frames)" "" "names from another program"
rm program
for words in "elsewhere" "core elsewhere elsewhere" "json" "core nothing"; do
	# shellcheck disable=SC2086
	run "$LUPE" stack $words
	equal "$STATUS" 2 "exit status of '$words'"
done

# a fault has its address; of several threads the one that was hit comes first
mkdir fault && cd fault || exit 1
start "$FIXTURES/faulter" 3
hear
tid=${LINE#faults }
end_started
rename_core
run "$LUPE" stack core
matches "$OUT" "5 threads, ended by SIGSEGV \(Segmentation fault\) at 0x10"$'\n' "the header of a fault"
matches "$OUT" $'\n'"Thread 1 \(LWP $tid\):"$'\n'"#0  0x0000000000000010 in \?\? \(\)"$'\n'"#1  .* in call \(function=0x10\) at .*faulter.c:[0-9]+  .guessed: return address at sp."$'\n'"#2  .* in fault \(" "the thread that faulted"
cd ..

# cut short, or with bytes changed: never a crash, never without end
mv elsewhere program
size=$(stat -c %s core)
for length in 0 3 63 64 100 600 1500 2500 4000 4096 5000 9000 20000 $((size / 2)) $((size - 4096)); do
	head -c "$length" core >cut
	run timeout 20 "$LUPE" stack cut
	[[ $STATUS == [012] ]] || fail "exit status $STATUS of a core of $length bytes: $ERR"
done
"$PYTHON" - core <<'END'
import random, sys
generator = random.Random(4)
start = open(sys.argv[1], "rb").read(60000)
for i in range(20):
    bytes_ = bytearray(start)
    for _ in range(generator.choice([1, 5, 40])):
        bytes_[generator.choice([generator.randrange(64), generator.randrange(64, 8192)])] = generator.randrange(256)
    open(f"bent.{i}", "wb").write(bytes_)
END
for bent in bent.*; do
	run timeout 20 "$LUPE" stack "$bent"
	[[ $STATUS == [012] ]] || fail "exit status $STATUS with $(cmp -l core "$bent" 2>/dev/null): $ERR"
done
finish
