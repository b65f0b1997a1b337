#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-C, SIGTERM, SIGHUP and kill -9 of lupe: attached targets run on, launched ones are gone.
source "$(dirname "$0")/lib/common.sh"
ulimit -c 0

cat >"$T/all.lua" <<'END'
lupe.on_syscall("all", { on_enter = function() end, on_exit = function() end })
lupe.on_signal("all", function() end)
END

# Background commands of a script ignore SIGINT and SIGQUIT; lupe must get it as from a terminal.
with_signals() { exec "$PYTHON" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$@"; }

for how in "trace -f -o $T/log" "run $T/all.lua" "run -e x=1"; do
	for signal in INT TERM HUP KILL; do
		number=$(kill -l "$signal")
		# attached: it runs on
		start "$FIXTURES/threads" 8
		ready
		rm -f "$T/log"
		# shellcheck disable=SC2086
		with_signals "$LUPE" $how -p "$READY" >/dev/null 2>"$T/err" &
		lupe=$!
		eventually traced_by "$READY" "$lupe"
		kill -"$signal" "$lupe"
		wait "$lupe" 2>/dev/null
		equal $? $((128 + number)) "$how -p: exit status after SIG$signal ($(<"$T/err"))"
		eventually untouched "$READY"
		tell progress
		hear
		equal "$LINE" progress "$how -p: threads after SIG$signal"
		tell stop
		hear
		matches "$LINE" 'interrupted 0 signals 0 ' "$how -p: what the threads noticed of SIG$signal"
		end_started
		equal "$STATUS" 0 "$how -p: exit status of the target after SIG$signal"
	done
done

# launched: it is gone, with its children. (strace with -o FILE PROGRAM holds signals back, so without -o.)
for how in "trace -f" "run $T/all.lua --" "run -e x=1 --"; do
	for signal in INT TERM HUP KILL; do
		number=$(kill -l "$signal")
		# shellcheck disable=SC2086
		start with_signals "$LUPE" $how sh -c "$FIXTURES/threads 4; exit 7"
		ready
		kill -"$signal" "$PID"
		wait "$PID" 2>/dev/null
		equal $? $((128 + number)) "$how: exit status after SIG$signal ($(<"$T/.talk_err"))"
		eventually gone "$READY"
		exec {TELL}>&- {HEAR}<&-
		eventually nothing_left
	done
done
finish
